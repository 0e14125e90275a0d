//! Which stage of one version of a Dockerfile is which of another.
//!
//! Stages are the same by their names; what is left by base and instructions; and what is left then by what they
//! have in common, as far as their order allows. Relies on the resolved stages. Their numbers and the labels
//! that BuildKit makes of them do not count: they change with every stage that is put in or taken out above.

use std::collections::VecDeque;

use crate::lookup::Lookup;
use crate::resolve::{Resolved, Stage};

/// How many pairs of stages are held against each other; where there are more, their order alone counts.
const MOST_PAIRS: usize = 4096;

/// For each stage of `second` the index of the one of `first` that it was; each is taken once.
pub(super) fn stages(first: &Resolved, second: &Resolved) -> Vec<Option<usize>> {
    let mut out = vec![None; second.stages.len()];
    let mut is_taken = vec![false; first.stages.len()];
    pair_equal((first, second), &mut out, &mut is_taken, &|stage| {
        stage.name.as_ref().map(|name| name.text.to_ascii_lowercase())
    });
    pair_equal((first, second), &mut out, &mut is_taken, &|stage| Some(text(stage)));
    let old: Vec<usize> = (0..first.stages.len()).filter(|&index| !is_taken[index]).collect();
    let new: Vec<usize> = (0..second.stages.len()).filter(|&index| out[index].is_none()).collect();
    pair_alike((first, &old), (second, &new), &mut out);
    out
}

/// Pairs stages with one key, in order.
fn pair_equal(
    (first, second): (&Resolved, &Resolved),
    out: &mut [Option<usize>],
    is_taken: &mut [bool],
    key: &dyn Fn(&Stage) -> Option<String>,
) {
    let mut known: Lookup<String, VecDeque<usize>> = Lookup::default();
    for (index, stage) in first.stages.iter().enumerate().filter(|(index, _)| !is_taken[*index]) {
        if let Some(key) = key(stage) {
            known.or_insert(key, VecDeque::new()).push_back(index);
        }
    }
    for (stage, was) in second.stages.iter().zip(out).filter(|(_, was)| was.is_none()) {
        let key = key(stage);
        *was = key.and_then(|key| known.or_insert(key, VecDeque::new()).pop_front());
        if let Some(was) = *was {
            is_taken[was] = true;
        }
    }
}

/// What a stage says: its base and its instructions.
fn text(stage: &Stage) -> String {
    let mut out = stage.base_name.value.clone();
    for command in &stage.commands {
        out.push('\n');
        out.push_str(&command.label);
    }
    out
}

/// Pairs what is left, in order, such that the pairs have as much in common as can be.
fn pair_alike((first, old): (&Resolved, &[usize]), (second, new): (&Resolved, &[usize]), out: &mut [Option<usize>]) {
    if old.len() * new.len() > MOST_PAIRS {
        for (&was, &is) in old.iter().zip(new) {
            out[is] = Some(was);
        }
        return;
    }
    let old_lines: Vec<Lines<'_>> = old.iter().map(|&was| lines(&first.stages[was])).collect();
    let new_lines: Vec<Lines<'_>> = new.iter().map(|&is| lines(&second.stages[is])).collect();
    // The most that can be had of what is left from each place on.
    let width = new.len() + 1;
    let mut best = vec![0_u32; (old.len() + 1) * width];
    let mut in_common = vec![0_u32; old.len() * new.len()];
    for was in (0..old.len()).rev() {
        for is in (0..new.len()).rev() {
            let n_common = n_common(&old_lines[was], &new_lines[is]);
            let common = alike(&first.stages[old[was]], &second.stages[new[is]], n_common);
            in_common[was * new.len() + is] = common;
            let paired = if common > 0 { common + best[(was + 1) * width + is + 1] } else { 0 };
            best[was * width + is] = paired.max(best[(was + 1) * width + is]).max(best[was * width + is + 1]);
        }
    }
    let (mut was, mut is) = (0, 0);
    while was < old.len() && is < new.len() {
        let most = best[was * width + is];
        // Of equal ways the one that pairs later stages: what is put in mostly stands in front.
        if most == best[was * width + is + 1] {
            is += 1;
        } else if most == best[(was + 1) * width + is] {
            was += 1;
        } else {
            out[new[is]] = Some(old[was]);
            (was, is) = (was + 1, is + 1);
        }
    }
}

/// How often a stage has each of its instructions.
type Lines<'a> = Lookup<&'a str, u32>;

fn lines(stage: &Stage) -> Lines<'_> {
    let mut out = Lines::default();
    for command in &stage.commands {
        *out.or_insert(&command.label, 0) += 1;
    }
    out
}

/// Number of instructions that two stages have both. The shorter one is gone through, so that a long stage takes no
/// longer where there are many to hold it against.
fn n_common(old: &Lines<'_>, new: &Lines<'_>) -> u32 {
    let (short, long) = if old.len() < new.len() { (old, new) } else { (new, old) };
    let count = |lines: &Lines<'_>, line: &str| lines.get(line).copied().unwrap_or_default();
    short.keys().map(|line| count(short, line).min(count(long, line))).sum()
}

/// How much two stages have in common, of which so many instructions; nothing where one cannot be the other. Of two
/// names that are gone and new only instructions tell.
fn alike(old: &Stage, new: &Stage, n_common: u32) -> u32 {
    let is_same_kind = old.name.is_some() == new.name.is_some();
    let has_same_base = old.base_name.value == new.base_name.value;
    // A stage without a name may have got one.
    let may_be = n_common > 0 || old.name.is_none() && (new.name.is_none() || has_same_base);
    if may_be { 4 * n_common + 2 * u32::from(has_same_base) + u32::from(is_same_kind) + 1 } else { 0 }
}

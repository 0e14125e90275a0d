//! Which step of one build is which of another, where the text between them was edited.
//!
//! Stages are the same as [`align`](super::super::align) says, instructions by their texts: as far as their order
//! allows, then those that moved; those that are left between two are taken for edited, one by one. It decides what is
//! told as the cause, never what comes from the cache; and it tells which command of the first build is meant by what
//! is known of one of the second ([`Effects`](super::Effects)).

use std::ops::Range;

use crate::lookup::Lookup;
use crate::plan::{Op, Plan, StepId};
use crate::resolve::{Action, Command, Resolved};

use super::super::align;
use super::few::Few;
use super::wiring::{Wired, Work};

/// One of two builds.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) resolved: &'a Resolved,
    pub(super) plan: &'a Plan,
    pub(super) wired: &'a [Wired<'a>],
}

/// Which step of the first build each of the second was.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairs {
    /// For each step of the second, what it was.
    pub(super) was: Vec<Option<StepId>>,
    /// For each of them whether its instruction stood elsewhere among the others.
    pub(super) is_moved: Vec<bool>,
}

/// What the steps of `second` were in `first`.
pub(super) fn pairs(first: Side<'_>, second: Side<'_>) -> Pairs {
    let made = steps_of_commands(first);
    let commands = commands(first.resolved, second.resolved);
    let context = first.plan.steps.iter().find(|step| step.op == Op::Local).map(|step| step.id);
    let mut n_used: Vec<usize> = vec![0; first.plan.steps.len()];
    let mut out = Pairs::default();
    for step in &second.plan.steps {
        let kind = kind(&second.wired[step.id.0 as usize].work);
        let mut found = context.filter(|_| step.op == Op::Local);
        let mut is_moved = false;
        for origin in &step.origins {
            let Some((stage, pairs)) = &commands[origin.stage.0 as usize] else { continue };
            let command = match origin.command {
                None => None,
                Some(command) => {
                    let command = command.0 as usize;
                    is_moved = pairs.as_ref().is_some_and(|pairs| pairs.is_moved[command]);
                    match pairs.as_ref().map_or(Some(command), |pairs| pairs.was[command]) {
                        None => continue,
                        same => same,
                    }
                }
            };
            let Some(steps) = made.get(&(*stage, command)) else { continue };
            let alike = || steps.iter().filter(|id| self::kind(&first.wired[id.0 as usize].work) == kind);
            let Some(any) = alike().next() else { continue };
            // An instruction may have several steps of a kind, such as two here-documents.
            let used = &mut n_used[any.0 as usize];
            found = alike().nth(*used).or(alike().last());
            *used += 1;
            break;
        }
        out.was.push(found);
        out.is_moved.push(is_moved && found.is_some());
    }
    out
}

/// What kind of work a step does, as a number.
fn kind(work: &Work<'_>) -> u32 {
    match work {
        Work::Unknown => 0,
        Work::Image(_) => 1,
        Work::Context => 2,
        Work::Remote(_) => 3,
        Work::Document { .. } => 4,
        Work::CacheFolder(_) => 5,
        Work::Workdir(..) => 6,
        Work::Run(..) => 7,
        Work::Copy(_) => 8,
        Work::Link => 9,
    }
}

/// The steps of each instruction of each stage, and of each FROM.
fn steps_of_commands(side: Side<'_>) -> Lookup<(usize, Option<usize>), Few<StepId>> {
    let mut out: Lookup<(usize, Option<usize>), Few<StepId>> = Lookup::default();
    for step in &side.plan.steps {
        for origin in &step.origins {
            let command = origin.command.map(|command| command.0 as usize);
            out.or_insert((origin.stage.0 as usize, command), Few::default()).push(step.id);
        }
    }
    out
}

/// Which instruction of a stage each one of it was.
struct Aligned {
    was: Vec<Option<usize>>,
    /// Whether it is the same, but stood elsewhere.
    is_moved: Vec<bool>,
}

/// For each stage of `second` which stage it was, and which its instructions were; none where those are the same.
fn commands(first: &Resolved, second: &Resolved) -> Vec<Option<(usize, Option<Aligned>)>> {
    let pairs = align::stages(first, second).into_iter().zip(&second.stages);
    pairs.map(|(was, stage)| Some((was?, aligned(&first.stages[was?].commands, &stage.commands)))).collect()
}

/// For each instruction of `new` which of `old` it was; none where they are the same.
fn aligned(old: &[Command], new: &[Command]) -> Option<Aligned> {
    let same = |a: usize, b: usize| old[a].label == new[b].label;
    let shorter = old.len().min(new.len());
    let start = (0..shorter).take_while(|&at| same(at, at)).count();
    if start == old.len() && start == new.len() {
        return None;
    }
    let mut out = Aligned { was: vec![None; new.len()], is_moved: vec![false; new.len()] };
    let is_same_from_end = |at: &usize| same(old.len() - 1 - at, new.len() - 1 - at);
    let end = (0..shorter - start).take_while(is_same_from_end).count();
    for (at, slot) in out.was.iter_mut().enumerate() {
        if at < start {
            *slot = Some(at);
        } else if at + end >= new.len() {
            *slot = Some(at + old.len() - new.len());
        }
    }
    // Between the two: equal texts in order, then out of order, then what is left by its kind.
    let (was, is) = (start..old.len() - end, start..new.len() - end);
    let gaps = pair_in_order(old, new, (was.clone(), is.clone()), &mut out);
    pair_moved(old, new, (was, is), &mut out);
    let mut is_taken = vec![false; old.len()];
    for was in out.was.iter().flatten() {
        is_taken[*was] = true;
    }
    for gap in gaps {
        pair_left(old, new, gap, &is_taken, &mut out.was);
    }
    Some(out)
}

/// Places of instructions, before and now.
type Gap = (Range<usize>, Range<usize>);

/// Pairs equal texts in a gap as far as their order allows; gives the gaps that are left between them.
fn pair_in_order(old: &[Command], new: &[Command], (was, is): Gap, out: &mut Aligned) -> Vec<Gap> {
    let mut places: Lookup<&str, Vec<usize>> = Lookup::default();
    for was in was.clone() {
        places.or_insert(&old[was].label, Vec::new()).push(was);
    }
    let mut gaps = Vec::new();
    let (mut next, mut left) = (was.start, is.start);
    for at in is.clone() {
        let of_text = places.get(new[at].label.as_str()).map(Vec::as_slice).unwrap_or_default();
        if let Some(&found) = of_text.get(of_text.partition_point(|&was| was < next)) {
            gaps.push((next..found, left..at));
            out.was[at] = Some(found);
            (next, left) = (found + 1, at + 1);
        }
    }
    gaps.push((next..was.end, left..is.end));
    gaps
}

/// Pairs equal texts that stand elsewhere now.
fn pair_moved(old: &[Command], new: &[Command], (was, is): Gap, out: &mut Aligned) {
    let mut is_taken = vec![false; old.len()];
    for was in out.was.iter().flatten() {
        is_taken[*was] = true;
    }
    let mut moved: Lookup<&str, Vec<usize>> = Lookup::default();
    for was in was.rev().filter(|&was| !is_taken[was] && kind_of(&old[was]).is_some()) {
        moved.or_insert(&old[was].label, Vec::new()).push(was);
    }
    for at in is {
        if out.was[at].is_none()
            && let Some(was) = moved.or_insert(&new[at].label, Vec::new()).pop()
        {
            out.was[at] = Some(was);
            out.is_moved[at] = true;
        }
    }
}

/// Pairs what is left in a gap of both by what kind of instruction it is.
fn pair_left(old: &[Command], new: &[Command], (was, is): Gap, is_taken: &[bool], out: &mut [Option<usize>]) {
    for kind in 0..3 {
        let mut left = was.clone().filter(|&at| !is_taken[at] && kind_of(&old[at]) == Some(kind));
        for at in is.clone().filter(|&at| kind_of(&new[at]) == Some(kind)) {
            if out[at].is_none() {
                out[at] = left.next();
            }
        }
    }
}

fn kind_of(command: &Command) -> Option<u32> {
    match command.action {
        Action::Run(_) => Some(0),
        Action::Copy(_) => Some(1),
        Action::Workdir { .. } => Some(2),
        Action::Config | Action::Failed => None,
    }
}

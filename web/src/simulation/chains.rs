//! Why steps run again, as chains: what happened outside of the build, the steps that it reaches, and what these set
//! off. And in what a build differs from the pinned one.
//!
//! Pure. What begins where is worked out by the core's caches; here it is told.

use std::collections::BTreeSet;

use stagewright::plan::{Plan, StepId};
use stagewright::resolve::{Base, StageId};
use stagewright::{Analysis, share};

use crate::explain::stage_name;
use crate::strings::versions;

/// One cause and what follows from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// What happened, in a sentence.
    pub cause: String,
    /// The steps that it happened to, with their labels.
    pub begins: Vec<(StepId, String)>,
    /// How many steps run again because of those.
    pub n_follow: usize,
    /// The stages that come to something else, by their names, in the order of the file; none where nothing follows.
    pub stages: Vec<String>,
}

/// The chains, given where each begins, why there, and what it sets off. Those of one cause are one.
#[must_use]
pub fn chains(roots: &[(String, StepId, Vec<StepId>)], plan: &Plan, analysis: &Analysis) -> Vec<Chain> {
    let mut out: Vec<(Chain, BTreeSet<StageId>)> = Vec::new();
    for (cause, root, follow) in roots {
        let stages_of = |step: &StepId| {
            let step = plan.steps.get(step.0 as usize);
            step.into_iter().flat_map(|step| step.origins.iter().map(|origin| origin.stage))
        };
        let Some(step) = plan.steps.get(root.0 as usize) else { continue };
        let at = out.iter().position(|(chain, _)| chain.cause == *cause).unwrap_or_else(|| {
            out.push((Chain { cause: cause.clone(), ..Chain::default() }, BTreeSet::new()));
            out.len() - 1
        });
        let (chain, stages) = &mut out[at];
        chain.begins.push((*root, step.label.clone()));
        chain.n_follow += follow.len();
        stages.extend([root].into_iter().chain(follow).flat_map(stages_of));
    }
    let finish = |(chain, stages): (Chain, BTreeSet<StageId>)| {
        let all = with_heirs(&stages, analysis);
        let name = |id: &StageId| analysis.resolved.stage(*id).map(|stage| stage_name(stage).to_owned());
        let follows = chain.n_follow > 0 || all.len() > stages.len();
        Chain { stages: if follows { all.iter().filter_map(name).collect() } else { Vec::new() }, ..chain }
    };
    out.into_iter().map(finish).collect()
}

/// These stages and those that are built upon them.
fn with_heirs(stages: &BTreeSet<StageId>, analysis: &Analysis) -> BTreeSet<StageId> {
    let mut all = stages.clone();
    // A stage starts from an earlier one.
    for stage in &analysis.resolved.stages {
        let is_heir = matches!(stage.base, Base::Stage(base) if all.contains(&base));
        if is_heir && analysis.graph.is_built(stage.id) {
            all.insert(stage.id);
        }
    }
    all
}

/// In what a request differs from the pinned one, each in a sentence; and where that is seen in the text, in bytes.
#[must_use]
pub fn since(pinned: &share::State, now: &share::State) -> Vec<(String, Option<u32>)> {
    let mut out = Vec::new();
    if let Some((first, last, at)) = other_lines(&pinned.source, &now.source) {
        out.push((versions::text_changed(first, last), Some(at)));
    }
    let mut differs = |what: &str, was: Option<&str>, is: Option<&str>| {
        if was != is {
            out.push((versions::was_and_is(what, was, is), None));
        }
    };
    let [was, is] = [pinned, now].map(|it| it.target.as_deref().unwrap_or(versions::LAST_STAGE));
    differs("The target", Some(was), Some(is));
    let names: BTreeSet<&String> = pinned.build_args.keys().chain(now.build_args.keys()).collect();
    for name in names {
        let [was, is] = [pinned, now].map(|it| it.build_args.get(name).map(String::as_str));
        differs(name, was, is);
    }
    let [was, is] = [pinned, now].map(|it| it.platform.format());
    differs("The platform", Some(&was), Some(&is));
    if pinned.dockerignore != now.dockerignore {
        out.push((versions::IGNORE_FILE_CHANGED.to_owned(), None));
    }
    out
}

/// The first and the last line of `now`, from 1, between which it is not `was`, and where the first begins. No last
/// one where all that is left of them is where they were. None where both are the same.
fn other_lines(was: &str, now: &str) -> Option<(usize, Option<usize>, u32)> {
    if was == now {
        return None;
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (was.split('\n').collect(), now.split('\n').collect());
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let behind = old[before..].iter().rev().zip(new[before..].iter().rev()).take_while(|(a, b)| a == b).count();
    let at: usize = new[..before].iter().map(|line| line.len() + 1).sum();
    let last = new.len() - behind;
    Some((before + 1, (last > before).then_some(last), at.min(now.len()) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_differ_are_found() {
        fn check(was: &str, now: &str, expect: Option<(usize, Option<usize>, u32)>) {
            assert_eq!(other_lines(was, now), expect, "{was:?} {now:?}");
        }
        check("a\nb\n", "a\nb\n", None);
        check("a\nb\nc\n", "a\nx\nc\n", Some((2, Some(2), 2)));
        check("a\nb\nc\nd\n", "a\nx\nc\ny\n", Some((2, Some(4), 2)));
        check("a\nc\n", "a\nb\nc\n", Some((2, Some(2), 2)));
        check("a\nb\nc\n", "a\nc\n", Some((2, None, 2)));
        check("a\na\n", "a\n", Some((2, None, 2)));
        check("a", "a\nb", Some((2, Some(2), 2)));
        check("", "a", Some((1, Some(1), 0)));
    }

    #[test]
    fn what_differs_from_the_pinned_request_is_told() {
        let args = |pairs: &[(&str, &str)]| pairs.iter().map(|&(name, value)| (name.into(), value.into())).collect();
        let pinned = share::State {
            source: "FROM a\n".into(),
            build_args: args(&[("A", "1"), ("B", "1"), ("C", "1")]),
            ..share::State::default()
        };
        let now = share::State {
            source: "FROM b\n".into(),
            target: Some("x".into()),
            build_args: args(&[("A", "1"), ("B", "2"), ("D", "1")]),
            dockerignore: Some("y".into()),
            ..share::State::default()
        };
        let told: Vec<String> = since(&pinned, &now).into_iter().map(|(told, _)| told).collect();
        assert_eq!(
            told,
            [
                "The text changed at line 1.",
                "The target was the last stage, and is x now.",
                "B was 1, and is 2 now.",
                "C was 1, and is not set now.",
                "D was not set, and is 1 now.",
                "The .dockerignore changed.",
            ]
        );
        assert_eq!(since(&now, &now), []);
    }
}

//! The classic builder: in cases, what it promises, and how far it agrees with what was recorded.

use std::fmt::Write as _;

use serde_json::Value;
use stagewright::simulate::Context;
use stagewright::simulate::classic::{self, Build, Outcome, Store, build};
use stagewright::{Analysis, Request};

use crate::answer::classic::{answer_line, request_of};
use crate::project::read;
use crate::promises::{Broken, inside};
use crate::render::Page;

/// What the classic builder does with the Dockerfile of a case, in a build context that has what the file
/// copies. A refusal has its place, and `!` where BuildKit builds the file.
#[must_use]
pub fn render(request: &Request, analysis: &Analysis) -> String {
    let context = Context::guess(&analysis.resolved);
    let built = build(&request_of(request, &context), &mut Store::default());
    let cached = |outcome: &Outcome| if *outcome == Outcome::Cached { "  cached" } else { "" };
    let mut out = String::new();
    for step in &built.steps {
        let _ = writeln!(out, "{}{}", step.label(built.n_steps), cached(&step.cache));
        for trigger in &step.triggers {
            let _ = writeln!(out, "  trigger {}{}", trigger.text, cached(&trigger.cache));
        }
    }
    for name in &built.unused_build_args {
        let _ = writeln!(out, "unused {name}");
    }
    if let Some(refusal) = &built.refusal {
        let page = Page { source: &request.source, analysis };
        let mark = if analysis.error().is_none() { "!" } else { "" };
        let _ = writeln!(out, "refused{mark} {} {}", page.place(refusal.range), refusal.message);
    }
    out
}

/// What holds for the classic builder, whatever it is given: it goes through the instructions one after the
/// other, up to the first that it refuses; below a step that is carried out none of its stage is found in the
/// cache; and it finds everything when nothing changed.
///
/// # Errors
/// The first promise that is broken.
pub fn check(request: &Request, analysis: &Analysis) -> Result<(), Broken> {
    let context = Context::guess(&analysis.resolved);
    let asked = classic::Request { dockerfile: Some("Dockerfile"), ..request_of(request, &context) };
    let mut store = Store::default();
    let first = build(&asked, &mut store);
    let again = build(&asked, &mut store);
    if let Some(refusal) = &first.refusal {
        inside(&request.source, refusal.range, "a refusal")?;
    } else if first.steps.len() != first.n_steps as usize {
        return Err(format!("{} of {} steps, and nothing is refused", first.steps.len(), first.n_steps));
    }
    if (first.n_steps, &first.refusal, first.steps.len()) != (again.n_steps, &again.refusal, again.steps.len()) {
        return Err("the classic builder does something else in the second build".into());
    }
    for (number, (step, again)) in (1..).zip(first.steps.iter().zip(&again.steps)) {
        inside(&request.source, step.range, "a step")?;
        if step.number != number || number > first.n_steps || again.text != step.text {
            return Err(format!("step {} of {} stands at {number}", step.number, first.n_steps));
        }
        let mut outcomes = again.triggers.iter().map(|it| &it.cache).chain([&again.cache]);
        if let Some(Outcome::Runs(cause)) = outcomes.find(|it| matches!(it, Outcome::Runs(_))) {
            return Err(format!("nothing changed, but {} is carried out again: {cause:?}", step.text));
        }
    }
    let mut changed = context.clone();
    changed.files.values_mut().for_each(|content| content.push('+'));
    let other = build(&classic::Request { context: &changed, ..asked }, &mut store);
    in_order(&first)?;
    in_order(&other)
}

/// Below a step that is carried out, none of its stage is found in the cache.
fn in_order(build: &Build) -> Result<(), Broken> {
    for pair in build.steps.windows(2) {
        let has_run = matches!(pair[0].cache, Outcome::Runs(_));
        if has_run && pair[1].stage == pair[0].stage && pair[1].cache == Outcome::Cached {
            return Err(format!("{} is found below a step that is carried out", pair[1].text));
        }
    }
    Ok(())
}

/// How far our answers agree with what Docker 20.10 did.
#[derive(Debug, Default)]
pub struct Agreement {
    /// Number of recorded scenarios.
    pub n_scenarios: usize,
    /// Number of steps in both builds of all of them.
    pub n_steps: usize,
    /// Where something differs: the scenario, what Docker did, and what we say.
    pub others: Vec<(String, Value, Value)>,
}

/// Answers every recorded scenario and compares all of it: the lines of both builds, which of them come from
/// the cache, and the error.
///
/// # Panics
/// If a file is missing or damaged.
#[must_use]
pub fn compare() -> Agreement {
    let asked = read("tests/conformance/classic.jsonl");
    let expected = read("tests/conformance/classic.expected.jsonl");
    assert_eq!(asked.lines().count(), expected.lines().count(), "every scenario has an answer");
    let mut out = Agreement::default();
    for (asked, expected) in asked.lines().zip(expected.lines()) {
        let (want, got) = match (serde_json::from_str::<Value>(expected), answer_line(asked)) {
            (Ok(want), Ok(got)) => (want, serde_json::from_str(&got).unwrap_or_default()),
            (want, got) => panic!("{:?} {:?}: {asked}", want.err(), got.err()),
        };
        out.n_scenarios += 1;
        out.n_steps +=
            [&want["first"], &want["second"]].into_iter().flat_map(Value::as_array).map(Vec::len).sum::<usize>();
        if want != got {
            out.others.push((want["id"].as_str().unwrap_or_default().to_owned(), want, got));
        }
    }
    out
}

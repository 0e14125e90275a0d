//! Two builds that differ in little, and what the second runs again: for the rules of the cache.

#![cfg(test)]

mod instructions;
mod stages;

use std::collections::BTreeMap;

use super::super::Context;
use super::*;
use crate::plan::Step;
use crate::{Analysis, Request, analyze};

/// A build: its text, and what else it is given.
#[derive(Clone, Default)]
struct Given {
    source: String,
    args: BTreeMap<String, String>,
    target: Option<String>,
    files: Context,
    no_cache: bool,
    filter: Vec<String>,
}

fn build(source: &str) -> Given {
    let files = ["a.txt", "b.txt", "src/one.c", "src/two.c"];
    let files = Context::new(files.map(|path| (path.to_owned(), path.to_owned())));
    Given { source: source.to_owned(), files, ..Given::default() }
}

impl Given {
    fn arg(mut self, name: &str, value: &str) -> Self {
        self.args.insert(name.to_owned(), value.to_owned());
        self
    }

    fn target(mut self, name: &str) -> Self {
        self.target = Some(name.to_owned());
        self
    }

    fn file(mut self, path: &str, content: &str) -> Self {
        self.files.files.insert(path.to_owned(), content.to_owned());
        self
    }

    fn without(mut self, path: &str) -> Self {
        self.files.files.remove(path);
        self
    }

    fn analysis(&self) -> Analysis {
        let Self { source, args, target, .. } = self.clone();
        analyze(&Request { source, target, build_args: args, ..Request::default() })
    }

    fn as_build<'a>(&'a self, analysis: &'a Analysis) -> Build<'a> {
        let Analysis { resolved, plan, .. } = analysis;
        Build { resolved, plan, context: &self.files, no_cache: self.no_cache, no_cache_filter: &self.filter }
    }
}

/// The text of a step, without the brackets in front.
fn text(step: &Step) -> &str {
    let text = step.label.split_once("] ").map_or(step.label.as_str(), |(_, text)| text);
    text.split_once(" /").map_or(text, |(text, _)| text)
}

fn told(plan: &Plan, cause: &Cause) -> String {
    let name = |step: &StepId| text(&plan.steps[step.0 as usize]).to_owned();
    match cause {
        Cause::Empty => "empty".into(),
        Cause::NoCache => "no cache".into(),
        Cause::Changed(differences) => differences.iter().map(difference).collect::<Vec<_>>().join("+"),
        Cause::Files(files) => {
            let sign = |kind| match kind {
                ChangeKind::Changed => "~",
                ChangeKind::Added => "+",
                ChangeKind::Removed => "-",
            };
            files.iter().map(|file| format!("{}{}", sign(file.kind), file.path)).collect::<Vec<_>>().join(" ")
        }
        Cause::Input(step) => format!("after {}", name(step)),
        Cause::Upon(step) => format!("upon {}", name(step)),
        Cause::Content { step, is_assumed: false } => format!("from {}", name(step)),
        Cause::Content { step, is_assumed: true } => format!("maybe from {}", name(step)),
    }
}

fn difference(difference: &Difference) -> String {
    match difference {
        Difference::New => "new".into(),
        Difference::Moved => "moved".into(),
        Difference::Text => "text".into(),
        Difference::Shell => "shell".into(),
        Difference::Variable(name) => format!("${name}"),
        Difference::VariableOrder => "order".into(),
        Difference::Folder => "folder".into(),
        Difference::User => "user".into(),
        Difference::Mount(target) => format!("mount {target}"),
        Difference::Flag(flag) => (*flag).into(),
        Difference::Document(name) => format!("<<{name}"),
        Difference::Source => "source".into(),
        Difference::Platform => "platform".into(),
    }
}

/// What does not simply come from the cache, with its causes.
fn run_again(first: &Given, second: &Given, effects: &[(&str, Effects)], otherwise: &Effects) -> Vec<String> {
    let (one, other) = (first.analysis(), second.analysis());
    let steps = &other.plan.steps;
    let of_step = |(name, effects): &(&str, Effects)| {
        let step = steps.iter().find(|step| text(step) == *name).map(|step| step.id);
        (step.unwrap_or_else(|| panic!("no step {name}")), effects.clone())
    };
    let effects: Vec<_> = effects.iter().map(of_step).collect();
    let (first, second) = (first.as_build(&one), second.as_build(&other));
    let rebuilt = rebuild(&Builds { first, second, effects: &effects, otherwise });
    let line = |(step, outcome): (&Step, &Outcome)| match outcome {
        Outcome::Cached | Outcome::Looks => None,
        Outcome::SameContent => Some(format!("{}: same", text(step))),
        Outcome::Fails(missing) => Some(format!("{}: {missing}", text(step))),
        Outcome::NotReached(_) => Some(format!("{}: not reached", text(step))),
        Outcome::Runs(causes) => {
            let causes: Vec<String> = causes.iter().map(|cause| told(&other.plan, cause)).collect();
            Some(format!("{}: {}", text(step), causes.join(", ")))
        }
    };
    steps.iter().zip(&rebuilt.second).filter_map(line).collect()
}

#[track_caller]
fn check(first: &Given, second: &Given, expected: &[&str]) {
    let found = run_again(first, second, &[], &Effects::Everything);
    assert_eq!(found, expected, "\n{}\n{}", first.source, second.source);
}

#[track_caller]
fn check_edit(first: &str, second: &str, expected: &[&str]) {
    check(&build(first), &build(second), expected);
}

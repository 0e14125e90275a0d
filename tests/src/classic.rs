//! The answers of the core to scenarios of the classic builder, in the form in which those of Docker 20.10
//! were recorded.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use stagewright::Analysis;
use stagewright::resolve::Platform;
use stagewright::simulate::Context;
use stagewright::simulate::classic::{Build, Commands, Outcome, Request, Store, build};

use crate::answer::CaseError;
use crate::promises::{Broken, inside};
use crate::render::Page;
use crate::scenario::{Asked, Scenario, read_scenario};

/// Answers a scenario, one JSON object a line.
///
/// # Errors
/// What is missing in it.
pub fn answer_line(line: &str) -> Result<String, CaseError> {
    Ok(answer(&read_scenario(line)?).to_string())
}

/// The answer to a scenario.
#[must_use]
pub fn answer(scenario: &Scenario) -> Value {
    let (first, second) = builds(scenario);
    let mut out = Map::new();
    out.insert("id".into(), json!(scenario.id));
    out.insert("first".into(), steps(&first));
    out.insert("second".into(), steps(&second));
    if let Some(refusal) = first.refusal.as_ref().or(second.refusal.as_ref()) {
        out.insert("error".into(), json!(refusal.message));
    }
    Value::Object(out)
}

/// Both builds of a scenario, the second with what the first one left in the cache.
#[must_use]
pub fn builds(scenario: &Scenario) -> (Build, Build) {
    let mut store = Store::default();
    let first = run(&scenario.first, &mut store);
    (first, run(&scenario.second, &mut store))
}

/// One build. In the recorded scenarios every command writes the time below `/out`, and nothing else.
fn run(asked: &Asked, store: &mut Store) -> Build {
    let commands = Commands { folders: Some(vec!["/out".to_owned()]), steady: Vec::new() };
    let request = Request {
        source: &asked.source,
        target: asked.target.as_deref(),
        build_args: &asked.build_args,
        platform: &Platform::default(),
        context: &asked.context,
        dockerfile: None,
        commands: &commands,
        no_cache: false,
    };
    build(&request, store)
}

/// What the classic builder does with the Dockerfile of a case, in a build context that has what the file
/// copies. A refusal has its place, and `!` where BuildKit builds the file.
#[must_use]
pub fn render(request: &stagewright::Request, analysis: &Analysis) -> String {
    let context = Context::guess(&analysis.resolved);
    let built = build(&of_request(request, &context), &mut Store::default());
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
pub fn check(request: &stagewright::Request, analysis: &Analysis) -> Result<(), Broken> {
    let context = Context::guess(&analysis.resolved);
    let asked = of_request(request, &context);
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
    for pair in first.steps.windows(2) {
        let has_run = matches!(pair[0].cache, Outcome::Runs(_));
        if has_run && pair[1].stage == pair[0].stage && pair[1].cache == Outcome::Cached {
            return Err(format!("{} is found below a step that is carried out", pair[1].text));
        }
    }
    Ok(())
}

fn of_request<'a>(request: &'a stagewright::Request, context: &'a Context) -> Request<'a> {
    Request {
        source: &request.source,
        target: request.target.as_deref(),
        build_args: &request.build_args,
        platform: &request.platform,
        context,
        dockerfile: Some("Dockerfile"),
        commands: &ANYWHERE,
        no_cache: false,
    }
}

/// Nothing is known of what commands leave.
static ANYWHERE: Commands = Commands { folders: None, steady: Vec::new() };

fn steps(build: &Build) -> Value {
    build.steps.iter().map(|step| json!({"name": step.label(build.n_steps), "cached": step.is_cached()})).collect()
}

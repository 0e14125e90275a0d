//! The answers of the core to scenarios of the classic builder, in the form in which those of Docker 20.10
//! were recorded.

use serde_json::{Map, Value, json};
use stagewright::resolve::Platform;
use stagewright::simulate::classic::{Build, Commands, Request, Store, build};

use crate::answer::CaseError;
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

fn steps(build: &Build) -> Value {
    build.steps.iter().map(|step| json!({"name": step.label(build.n_steps), "cached": step.is_cached()})).collect()
}

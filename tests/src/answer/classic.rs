//! The answers of the core to scenarios of the classic builder, in the form in which those of Docker 20.10
//! were recorded.
//!
//! The scenarios have the form of those of [`cache`](super::cache). Their Dockerfiles lie outside of the
//! build context.

use serde_json::{Map, Value, json};
use stagewright::Request;
use stagewright::simulate::Context;
use stagewright::simulate::cache::Effects;
use stagewright::simulate::classic::{self, Build, Store};

use super::CaseError;
use super::cache::{Scenario, read_scenario};

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
    let mut store = Store::default();
    let first = run(&scenario.first, &mut store);
    let second = run(&scenario.second, &mut store);
    let mut out = Map::new();
    out.insert("id".into(), json!(scenario.id));
    out.insert("first".into(), steps(&first));
    out.insert("second".into(), steps(&second));
    if let Some(refusal) = first.refusal.as_ref().or(second.refusal.as_ref()) {
        out.insert("error".into(), json!(refusal.message));
    }
    Value::Object(out)
}

/// One build.
fn run((request, context): &(Request, Context), store: &mut Store) -> Build {
    let otherwise = Effects::Below(vec!["/out".to_owned()]);
    classic::build(&classic::Request { otherwise: &otherwise, ..request_of(request, context) }, store)
}

/// What the classic builder is asked by a request, with the Dockerfile outside of the build context.
#[must_use]
pub fn request_of<'a>(request: &'a Request, context: &'a Context) -> classic::Request<'a> {
    classic::Request {
        source: &request.source,
        target: request.target.as_deref(),
        build_args: &request.build_args,
        platform: &request.platform,
        context,
        dockerfile: None,
        effects: &[],
        otherwise: &Effects::Everything,
        no_cache: false,
    }
}

fn steps(build: &Build) -> Value {
    build.steps.iter().map(|step| json!({"name": step.label(build.n_steps), "cached": step.is_cached()})).collect()
}

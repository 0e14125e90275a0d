//! Scenarios of two builds in a row, and the answers of the core to them in the form in which those of
//! BuildKit were recorded.
//!
//! Every RUN of a scenario writes the time below `/out`, so that it writes other files there each time.

use serde_json::{Value, json};
use stagewright::plan::Plan;
use stagewright::simulate::Context;
use stagewright::simulate::cache::{Build, Builds, Effects, Outcome, Rebuilt, rebuild};
use stagewright::{Analysis, Request, analyze};

use super::{CaseError, read_case};

/// A scenario: its name, and the two builds.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What the answer is matched by.
    pub id: String,
    /// The build before, with its files.
    pub first: (Request, Context),
    /// The build that is asked about, with its files.
    pub second: (Request, Context),
    /// What the second build does not take from the cache.
    pub refused: Refused,
}

/// `--no-cache` and `--no-cache-filter`: the option `no-cache` of BuildKit's frontend.
#[derive(Clone, Debug, Default)]
pub struct Refused {
    all: bool,
    stages: Vec<String>,
}

/// Reads a scenario, one JSON object.
///
/// # Errors
/// What is missing in it.
pub fn read_scenario(line: &str) -> Result<Scenario, CaseError> {
    let first: Value = serde_json::from_str(line).map_err(CaseError::Json)?;
    let mut second = first.clone();
    for (name, value) in first["then"].as_object().into_iter().flatten() {
        second[name.as_str()] = value.clone();
    }
    let case = read_case(line)?;
    let request = read_case(&second.to_string())?.request;
    let (first, refused) = ((case.request, files(&first)), refused(&second));
    Ok(Scenario { id: case.id, first, second: (request, files(&second)), refused })
}

fn refused(case: &Value) -> Refused {
    let options = case["opts"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let Some(stages) = options.filter_map(|option| option.strip_prefix("no-cache=")).next_back() else {
        return Refused::default();
    };
    let stages = stages.split(',').filter(|stage| !stage.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    Refused { all: stages.is_empty(), stages }
}

fn files(case: &Value) -> Context {
    let files = case["files"].as_object().into_iter().flatten();
    Context::new(files.map(|(path, text)| (path.clone(), text.as_str().unwrap_or_default().to_owned())))
}

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
    let (first, second) = (analyze(&scenario.first.0), analyze(&scenario.second.0));
    let rebuilt = rebuilt(scenario, &first, &second);
    let mut out = json!({
        "id": scenario.id,
        "first": steps(&first.plan, &rebuilt.first),
        "second": steps(&second.plan, &rebuilt.second),
    });
    if let Some(error) = error(&first, &rebuilt.first).or_else(|| error(&second, &rebuilt.second)) {
        out["error"] = json!(error);
    }
    out
}

/// What a build ends with, if it fails.
fn error(analysis: &Analysis, outcomes: &[Outcome]) -> Option<String> {
    let missing = outcomes.iter().find_map(|outcome| match outcome {
        Outcome::Fails(missing) => Some(missing.to_string()),
        _ => None,
    });
    analysis.error().map(|error| error.message.clone()).or(missing)
}

fn rebuilt(scenario: &Scenario, first: &Analysis, second: &Analysis) -> Rebuilt {
    let otherwise = Effects::Below(vec!["/out".to_owned()]);
    let Refused { all, stages } = &scenario.refused;
    rebuild(&Builds {
        first: build_of(first, &scenario.first.1),
        second: Build { no_cache: *all, no_cache_filter: stages, ..build_of(second, &scenario.second.1) },
        effects: &[],
        otherwise: &otherwise,
    })
}

/// A build without flags.
#[must_use]
pub fn build_of<'a>(analysis: &'a Analysis, context: &'a Context) -> Build<'a> {
    Build { resolved: &analysis.resolved, plan: &analysis.plan, context, no_cache: false, no_cache_filter: &[] }
}

fn steps(plan: &Plan, outcomes: &[Outcome]) -> Value {
    let step = |(step, outcome): (&stagewright::plan::Step, &Outcome)| json!({"name": step.label, "cached": outcome.is_cached()});
    plan.steps.iter().zip(outcomes).map(step).collect()
}

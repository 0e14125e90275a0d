//! The recorded scenarios of two builds in a row, and how far our answers agree with what BuildKit did.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::answer::cache::{Scenario, answer, read_scenario};
use crate::project::read;

/// A scenario that does not agree.
#[derive(Debug)]
pub struct Other {
    /// Its name.
    pub id: String,
    /// Steps of the second build that BuildKit tells and we do not, with whether they come from the cache.
    pub missing: Vec<(String, bool)>,
    /// Steps that we tell and BuildKit does not.
    pub surplus: Vec<(String, bool)>,
}

/// How many scenarios were compared, and which do not agree.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Number of scenarios that BuildKit built to their end.
    pub n_compared: usize,
    /// Number of steps in them.
    pub n_steps: usize,
    /// Those that do not agree.
    pub others: Vec<Other>,
}

/// Every recorded scenario.
///
/// # Panics
/// If the file is missing or damaged.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    lines("tests/conformance/cache.jsonl").map(|line| expect(read_scenario(&line), &line)).collect()
}

/// Answers every scenario and compares.
///
/// # Panics
/// If a file is missing or damaged.
#[must_use]
pub fn compare() -> Outcome {
    let mut out = Outcome::default();
    let answers: BTreeMap<String, Value> =
        scenarios().iter().map(|scenario| (scenario.id.clone(), answer(scenario))).collect();
    for line in lines("tests/conformance/cache.expected.jsonl") {
        let expected: Value = expect(serde_json::from_str(&line), &line);
        // What BuildKit could not build, it did not tell to the end.
        if !expected["error"].is_null() {
            continue;
        }
        let id = expected["id"].as_str().unwrap_or_default();
        let (mut missing, mut surplus) = (steps(&expected["second"]), steps(&answers[id]["second"]));
        out.n_compared += 1;
        out.n_steps += missing.len();
        missing.retain(|step| match surplus.iter().position(|other| other == step) {
            Some(same) => {
                surplus.remove(same);
                false
            }
            None => true,
        });
        if !missing.is_empty() || !surplus.is_empty() {
            out.others.push(Other { id: id.to_owned(), missing, surplus });
        }
    }
    out
}

/// The steps of an answer that are compared: without the loading of contexts and base images, and without
/// the numbers in the labels, which depend on how a stage was looked up.
fn steps(answer: &Value) -> Vec<(String, bool)> {
    let steps = answer.as_array().map(Vec::as_slice).unwrap_or_default();
    let step = |step: &Value| (plain(step["name"].as_str().unwrap_or_default()), step["cached"] == Value::Bool(true));
    let is_left_out = |name: &str| {
        name.starts_with("[internal]")
            || name.starts_with("[context ")
            || name.split_once("] ").is_some_and(|(_, text)| text.starts_with("FROM "))
    };
    steps.iter().map(step).filter(|(name, _)| !is_left_out(name)).collect()
}

/// `[s0 2/4] RUN x` without its number: `[s0] RUN x`.
fn plain(name: &str) -> String {
    let parts = name.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let Some((head, text)) = parts else { return name.to_owned() };
    match head.split_once(' ') {
        Some((stage, number)) if number.contains('/') => format!("[{stage}] {text}"),
        _ => name.to_owned(),
    }
}

fn lines(path: &str) -> impl Iterator<Item = String> {
    let lines: Vec<String> = read(path).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    assert!(!lines.is_empty(), "{path} is empty");
    lines.into_iter()
}

fn expect<T, E: std::fmt::Display>(result: Result<T, E>, line: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}: {line}"),
    }
}

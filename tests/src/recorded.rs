//! The recorded cases: what was asked of BuildKit, and what it answered.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::answer::{Case, read_case};
use crate::project::{files, read};

/// A set of cases with their answers.
#[derive(Debug)]
pub struct Set {
    /// Its name, such as `corpus`.
    pub name: &'static str,
    /// What was asked, in the order of the file.
    pub cases: Vec<Case>,
    /// What BuildKit answered, by the id of the case.
    pub expected: BTreeMap<String, Value>,
}

/// The names of the sets.
pub const SETS: [&str; 3] = ["seeds", "corpus", "generated"];

/// Reads a set.
///
/// # Panics
/// If one of its files is missing or damaged.
#[must_use]
pub fn set(name: &'static str) -> Set {
    let expected = lines(&format!("tests/conformance/{name}.expected.jsonl"), |line| {
        let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let id = value["id"].as_str().ok_or("no id")?.to_owned();
        Ok((id, value))
    });
    Set { name, cases: cases(name), expected: expected.into_iter().collect() }
}

fn cases(set: &str) -> Vec<Case> {
    lines(&format!("tests/conformance/{set}.jsonl"), |line| read_case(line).map_err(|error| error.to_string()))
}

fn lines<T>(path: &str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
    let text = read(path);
    let line = |(index, line): (usize, &str)| match parse(line) {
        Ok(value) => value,
        Err(error) => panic!("{path}:{}: {error}", index + 1),
    };
    text.lines().enumerate().filter(|(_, line)| !line.is_empty()).map(line).collect()
}

/// Every recorded case, with the name of its set before its id.
#[must_use]
pub fn all_cases() -> Vec<Case> {
    let named = |set: &'static str| {
        cases(set).into_iter().map(move |case| Case { id: format!("{set}/{}", case.id), request: case.request })
    };
    SETS.into_iter().flat_map(named).collect()
}

/// Every text there is to try things on, each once, with a name: the recorded Dockerfiles, and the
/// whole documents that some of them are from.
#[must_use]
pub fn texts() -> Vec<(String, String)> {
    let mut seen = BTreeSet::new();
    let recorded = all_cases().into_iter().map(|case| (case.id, case.request.source));
    let documents = files("tests/seeds").into_iter().map(|path| {
        let text = read(&path);
        (path, text)
    });
    recorded.chain(documents).filter(|(_, text)| seen.insert(text.clone())).collect()
}

/// The Dockerfiles of one set, each once, with the id of the first case that has it, up to its `@`.
#[must_use]
pub fn dockerfiles(set: &str) -> Vec<(String, String)> {
    let mut seen = BTreeSet::new();
    let named = cases(set).into_iter().map(|case| {
        let name = case.id.split('@').next().unwrap_or_default().to_owned();
        (name, case.request.source)
    });
    named.filter(|(_, text)| seen.insert(text.clone())).collect()
}

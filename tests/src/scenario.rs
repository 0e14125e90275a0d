//! Two builds in a row: what was asked of a builder, and which steps it found in its cache.
//!
//! The form is that of the recorded scenarios: a file, the build context, target and build args, and what
//! of these changed before the second build.

use std::collections::BTreeMap;

use serde_json::Value;
use stagewright::simulate::Context;

use crate::answer::CaseError;

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What the answer is matched by.
    pub id: String,
    /// The first build, with nothing in the cache.
    pub first: Asked,
    /// The second one.
    pub second: Asked,
}

/// What is asked of one build.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The Dockerfile, which lies outside of the build context.
    pub source: String,
    /// `--target`.
    pub target: Option<String>,
    /// `--build-arg`.
    pub build_args: BTreeMap<String, String>,
    /// The build context.
    pub context: Context,
}

/// Reads a scenario, one JSON object.
///
/// # Errors
/// What is missing in it.
pub fn read_scenario(line: &str) -> Result<Scenario, CaseError> {
    let value: Value = serde_json::from_str(line).map_err(CaseError::Json)?;
    let id = value["id"].as_str().ok_or(CaseError::Missing("id"))?.to_owned();
    value["dockerfile"].as_str().ok_or(CaseError::Missing("dockerfile"))?;
    let asked = |changed: &Value| {
        let field = |name: &str| changed.get(name).unwrap_or(&value[name]).clone();
        Asked {
            source: field("dockerfile").as_str().unwrap_or_default().to_owned(),
            target: field("target").as_str().filter(|target| !target.is_empty()).map(str::to_owned),
            build_args: texts(&field("build_args")).collect(),
            context: Context::new(texts(&field("files"))),
        }
    };
    Ok(Scenario { id, first: asked(&Value::Null), second: asked(&value["then"]) })
}

/// The texts of an object, by their names.
fn texts(value: &Value) -> impl Iterator<Item = (String, String)> {
    let pairs = value.as_object().cloned().unwrap_or_default();
    pairs.into_iter().map(|(name, text)| (name, text.as_str().unwrap_or_default().to_owned()))
}

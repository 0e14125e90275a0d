//! The answers of the core in the form in which those of BuildKit were recorded.
//!
//! Translates only: every fact comes from [`stagewright::analyze`]. The form is that of the recorded
//! answers' own description; facets that the core does not know yet are absent.

pub mod cache;
pub mod classic;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use stagewright::checks::Finding;
use stagewright::diagnostic::{Diagnostic, Phase};
use stagewright::outline::{ArgSource, Need, NeedPlace, Outline, Target};
use stagewright::plan::Step;
use stagewright::resolve::{HealthcheckConfig, ImageConfig};
use stagewright::text::LineSpan;
use stagewright::{Analysis, Request, analyze};

/// Why a case cannot be answered.
#[derive(Debug)]
pub enum CaseError {
    /// It is not JSON.
    Json(serde_json::Error),
    /// It has no text of this name.
    Missing(&'static str),
}

impl std::fmt::Display for CaseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Json(error) => write!(f, "the case is not JSON: {error}"),
            Self::Missing(field) => write!(f, "the case has no text `{field}`"),
        }
    }
}

impl std::error::Error for CaseError {}

/// A case: its name, and what is asked.
#[derive(Clone, Debug)]
pub struct Case {
    /// What the answer is matched by.
    pub id: String,
    /// What is asked.
    pub request: Request,
}

/// Reads a case, one JSON object.
///
/// # Errors
/// What is missing in it.
pub fn read_case(line: &str) -> Result<Case, CaseError> {
    let case: Value = serde_json::from_str(line).map_err(CaseError::Json)?;
    let text = |field: &'static str| case[field].as_str().map(str::to_owned).ok_or(CaseError::Missing(field));
    let build_args: BTreeMap<String, String> = case["build_args"]
        .as_object()
        .map(|args| args.iter().map(|(k, v)| (k.clone(), v.as_str().unwrap_or_default().to_owned())).collect())
        .unwrap_or_default();
    let target = case["target"].as_str().filter(|target| !target.is_empty()).map(str::to_owned);
    let dockerignore = case["dockerignore"].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let request = Request { source: text("dockerfile")?, target, build_args, dockerignore, ..Request::default() };
    Ok(Case { id: text("id")?, request })
}

/// Answers a case, one JSON object a line.
///
/// # Errors
/// What is missing in it.
pub fn answer_line(line: &str) -> Result<String, CaseError> {
    let case = read_case(line)?;
    Ok(answer(&case.id, &analyze(&case.request)).to_string())
}

/// The answer to a case.
#[must_use]
pub fn answer(id: &str, analysis: &Analysis) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), json!(id));
    let outline = analysis.outline();
    match analysis.error() {
        Some(error) => drop(out.insert("error".into(), error_of(error))),
        None => {
            out.insert("vertices".into(), analysis.plan.steps.iter().map(vertex).collect());
            let config = analysis.plan.config.as_ref().map(image_config).unwrap_or_default();
            out.insert("image_config".into(), Value::Object(config));
            out.insert("outline".into(), outline_of(&outline));
        }
    }
    // A file that cannot be read has no list of targets; the options of the checks do not matter for it.
    if analysis.syntax.errors.iter().all(|error| error.kind.phase() == Phase::Options) {
        out.insert("stages".into(), stages(&outline));
    }
    out.insert("lint".into(), analysis.findings.iter().filter(|finding| finding.in_check).map(finding).collect());
    if let Some(error) = &analysis.check_error {
        out.insert("lint_error".into(), json!({"message": error.message}));
    }
    Value::Object(out)
}

fn error_of(error: &Diagnostic) -> Value {
    let lines: Vec<_> = error.lines.iter().map(|span| json!([span.first, span.last])).collect();
    if lines.is_empty() { json!({"message": error.message}) } else { json!({"message": error.message, "lines": lines}) }
}

fn finding(finding: &Finding) -> Value {
    let lines: Vec<_> = finding.each_line().iter().map(|span| json!([span.first, span.last])).collect();
    json!({"rule": finding.rule.0, "detail": finding.message, "lines": lines})
}

fn vertex(step: &Step) -> Value {
    let mut out = Map::new();
    out.insert("name".into(), json!(step.label));
    out.insert("op".into(), json!(step.op.name()));
    if !step.detail.is_empty() {
        out.insert("detail".into(), json!(step.detail));
    }
    if !step.inputs.is_empty() {
        out.insert("inputs".into(), step.inputs.iter().map(|input| json!(input.0)).collect());
    }
    Value::Object(out)
}

/// What `--call=targets` lists.
fn stages(outline: &Outline) -> Value {
    let target = |target: &Target| {
        set_fields([
            ("name", json!(target.name)),
            ("base", json!(target.base)),
            ("platform", json!(target.platform)),
            ("description", json!(target.description)),
            ("line", json!(target.lines.first)),
        ])
    };
    outline.targets.iter().map(target).collect()
}

/// What `--call=outline` says: of several mounts of a secret the first, and nothing predefined.
fn outline_of(outline: &Outline) -> Value {
    let target = outline.target.and_then(|target| outline.targets.get(target.0 as usize));
    let args = outline.args.iter().filter(|arg| arg.source != ArgSource::Predefined).map(|arg| {
        let fields = [
            ("name", json!(arg.name)),
            ("description", json!(arg.description)),
            ("value", json!(arg.value)),
            ("location", location(arg.lines)),
        ];
        set_fields(fields)
    });
    let needs = |needs: &[Need]| -> Value {
        let first = needs.iter().filter_map(|need| Some((&need.id, need.places.first()?)));
        let need = |(id, place): (&String, &NeedPlace)| {
            let fields =
                [("name", json!(id)), ("required", json!(place.is_required)), ("location", location(place.lines))];
            set_fields(fields)
        };
        first.map(need).collect()
    };
    set_fields([
        ("name", json!(target.and_then(|target| target.name.as_ref()))),
        ("description", json!(target.and_then(|target| target.description.as_ref()))),
        ("args", args.collect()),
        ("secrets", needs(&outline.secrets)),
        ("ssh", needs(&outline.ssh)),
    ])
}

fn location(lines: LineSpan) -> Value {
    json!({"ranges": lines.iter().map(|line| json!({"start": {"line": line}, "end": {"line": line}})).collect::<Vec<_>>()})
}

/// The fields that are set.
fn set_fields<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(fields.into_iter().filter(|(_, v)| !is_empty(v)).map(|(name, v)| (name.to_owned(), v)).collect())
}

/// The fields that are set, under the names of the image specification.
fn image_config(config: &ImageConfig) -> Map<String, Value> {
    let keys = |set: &std::collections::BTreeSet<String>| -> Value {
        Value::Object(set.iter().map(|key| (key.clone(), json!({}))).collect())
    };
    let env: Vec<String> = config.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let fields = [
        ("ArgsEscaped", json!(config.args_escaped)),
        ("Cmd", json!(config.cmd)),
        ("Entrypoint", json!(config.entrypoint)),
        ("Env", json!(env)),
        ("ExposedPorts", keys(&config.exposed_ports)),
        ("Healthcheck", config.healthcheck.as_ref().map(healthcheck).into()),
        ("Labels", json!(config.labels)),
        ("OnBuild", json!(config.on_build)),
        ("Shell", json!(config.shell)),
        ("StopSignal", json!(config.stop_signal)),
        ("User", json!(config.user)),
        ("Volumes", keys(&config.volumes)),
        ("WorkingDir", json!(config.working_dir)),
    ];
    fields.into_iter().filter(|(_, value)| !is_empty(value)).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn healthcheck(check: &HealthcheckConfig) -> Value {
    let fields = [
        ("Test", json!(check.test)),
        ("Interval", json!(check.interval)),
        ("Timeout", json!(check.timeout)),
        ("StartPeriod", json!(check.start_period)),
        ("StartInterval", json!(check.start_interval)),
        ("Retries", json!(check.retries)),
    ];
    set_fields(fields)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) => false,
    }
}

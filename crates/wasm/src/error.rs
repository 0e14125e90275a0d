//! What the API throws: an `Error` of JavaScript with a `kind` that programs can tell apart.
//!
//! Only requests that are not of their type, and names that cannot be given, are errors here. What is wrong with a
//! Dockerfile is among the diagnostics of its analysis.

use js_sys::Reflect;
use stagewright::language::RenameError;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What the functions of this module throw. */
export interface StagewrightError extends Error {
    name: "StagewrightError";
    /**
     * `invalid-request`: the request, or a part of it, has the wrong type.
     * `invalid-platform`: its `platform` cannot be read.
     * `unknown-stage`: there is no stage of the index that was given.
     * `cannot-rename`: nothing at the place can have the name that was given.
     * `internal`: a fault of this module.
     */
    kind: "invalid-request" | "invalid-platform" | "unknown-stage" | "cannot-rename" | "internal";
}
"#;

/// Why a call fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    kind: &'static str,
    message: String,
}

impl ApiError {
    /// A part of the request is not of its type.
    pub(crate) fn wrong_type(part: &str, expected: &str, value: &JsValue) -> Self {
        Self { kind: "invalid-request", message: format!("{part} must be {expected}, but is {}", type_of(value)) }
    }

    /// The platform of the request cannot be read; `reason` is what BuildKit says.
    pub(crate) fn platform(reason: &str) -> Self {
        Self { kind: "invalid-platform", message: format!("request.platform is no platform: {reason}") }
    }

    /// The name cannot be given.
    pub(crate) fn rename(why: &RenameError) -> Self {
        Self { kind: "cannot-rename", message: why.to_string() }
    }

    /// There is no stage of this index.
    pub(crate) fn unknown_stage(stage: f64, n_stages: usize) -> Self {
        let there = match n_stages {
            0 => "the Dockerfile has no stage".to_owned(),
            1 => "the only stage is 0".to_owned(),
            n => format!("the stages are 0 to {}", n - 1),
        };
        Self { kind: "unknown-stage", message: format!("there is no stage {stage}: {there}") }
    }
}

impl From<tsify::Error> for ApiError {
    fn from(error: tsify::Error) -> Self {
        Self { kind: "internal", message: format!("the result cannot be handed over: {error}") }
    }
}

impl From<ApiError> for JsValue {
    fn from(error: ApiError) -> Self {
        let thrown = js_sys::Error::new(&error.message);
        thrown.set_name("StagewrightError");
        // A new error takes new properties.
        let _ = Reflect::set(&thrown, &"kind".into(), &error.kind.into());
        thrown.into()
    }
}

/// What people call a value of this type.
fn type_of(value: &JsValue) -> String {
    match value {
        _ if value.is_null() => "null".to_owned(),
        _ if value.is_array() => "an array".to_owned(),
        _ if value.is_object() => "an object".to_owned(),
        _ => match value.js_typeof().as_string().as_deref() {
            Some("undefined") => "missing".to_owned(),
            Some(other) => format!("a {other}"),
            None => "something else".to_owned(),
        },
    }
}

//! Reads a request out of a value of JavaScript, part by part, so that an error can name the part.
//!
//! What is not there, `null` or `undefined` is left out; properties of other names are ignored.

use std::collections::BTreeMap;

use js_sys::{Object, Reflect};
use stagewright::Request;
use stagewright::resolve::Platform;
use wasm_bindgen::{JsCast, JsValue};

use crate::error::ApiError;

/// The request that a value stands for.
///
/// # Errors
/// An [`ApiError`] as a value of JavaScript; what a getter of the value throws is passed on.
pub fn read(value: &JsValue) -> Result<Request, JsValue> {
    if !value.is_object() || value.is_array() {
        return Err(ApiError::wrong_type("the request", "an object", value).into());
    }
    let source = Reflect::get(value, &"source".into())?;
    let Some(source) = source.as_string() else {
        return Err(ApiError::wrong_type("request.source", "a string", &source).into());
    };
    let target = string(value, "target")?;
    let build_args = build_args(&Reflect::get(value, &"buildArgs".into())?)?;
    let platform = match string(value, "platform")? {
        Some(platform) => Platform::parse(&platform).map_err(|reason| ApiError::platform(&reason))?,
        None => Platform::default(),
    };
    Ok(Request {
        source,
        target,
        build_args,
        platform,
        dockerignore: string(value, "dockerignore")?,
        without_checks: false,
    })
}

/// The byte at an offset in UTF-16 code units. What is outside the text is its nearest end, and what is inside a
/// character its beginning.
pub(crate) fn byte_at(source: &str, offset: f64) -> u32 {
    // The nearest number that there is; 0 for what is none.
    let mut left = offset as usize;
    for (byte, c) in source.char_indices() {
        let width = c.len_utf16();
        if left < width {
            return byte as u32;
        }
        left -= width;
    }
    source.len() as u32
}

/// A string that may be missing.
fn string(request: &JsValue, name: &str) -> Result<Option<String>, JsValue> {
    let value = Reflect::get(request, &name.into())?;
    match value.as_string() {
        None if !is_missing(&value) => Err(ApiError::wrong_type(&format!("request.{name}"), "a string", &value).into()),
        text => Ok(text),
    }
}

fn build_args(value: &JsValue) -> Result<BTreeMap<String, String>, JsValue> {
    let mut out = BTreeMap::new();
    if is_missing(value) {
        return Ok(out);
    }
    let Some(object) = value.dyn_ref::<Object>().filter(|_| !value.is_array()) else {
        return Err(ApiError::wrong_type("request.buildArgs", "an object", value).into());
    };
    for name in Object::keys(object).iter() {
        let value = Reflect::get(object, &name)?;
        let name = name.as_string().unwrap_or_default();
        if is_missing(&value) {
            continue;
        }
        let Some(value) = value.as_string() else {
            let part = format!("request.buildArgs.{name}");
            return Err(ApiError::wrong_type(&part, "a string", &value).into());
        };
        out.insert(name, value);
    }
    Ok(out)
}

fn is_missing(value: &JsValue) -> bool {
    value.is_null() || value.is_undefined()
}

//! Values of JavaScript, as the tests hand them over and look at them.

use js_sys::{JSON, Reflect};
use tsify::{Ts, Tsify};
use wasm_bindgen::JsValue;

/// A request for a source, with more properties as JSON.
pub(crate) fn request<T: Tsify>(source: &str, more: &str) -> Ts<T> {
    let request = JSON::parse(more).expect("it is JSON");
    Reflect::set(&request, &"source".into(), &source.into()).expect("it is an object");
    Ts::new_unchecked(request)
}

/// The part of a value that a path such as `stages.0.label` leads to.
pub(crate) fn part(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, key| Reflect::get(&value, &key.into()).expect("it is an object"))
}

/// Expects some JSON at a path in a value.
#[track_caller]
pub(crate) fn check(value: &JsValue, path: &str, json: &str) {
    let found = JSON::stringify(&part(value, path)).expect("it is plain").as_string();
    assert_eq!(found.as_deref(), Some(json), "{path}");
}

//! What an editor asks: hover, completion, definition, uses, rename, folds and symbols.
//!
//! Every function takes the whole request, so that it knows no more than its caller; an editor that asks for one
//! thing at a time pays for one analysis, which takes less than a frame.

use js_sys::Array;
use stagewright::language::{self, Document};
use stagewright::{Analysis, Request};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::dto::AnalyzeRequest;
use crate::dto::language::{Completion, Maker, Rename};
use crate::error::ApiError;
use crate::request;

/// A request with its analysis.
struct Asked {
    request: Request,
    analysis: Analysis,
}

impl Asked {
    fn new(request: &Ts<AnalyzeRequest>) -> Result<Self, JsValue> {
        let request = request::read(&request.js_value())?;
        let analysis = stagewright::analyze(&request);
        Ok(Self { request, analysis })
    }

    fn document(&self) -> Document<'_> {
        Document::new(&self.request, &self.analysis)
    }

    fn maker(&self) -> Maker<'_> {
        Maker::new(&self.request.source)
    }

    /// The byte at an offset of JavaScript.
    fn byte(&self, offset: f64) -> u32 {
        request::byte_at(&self.request.source, offset)
    }
}

/// A value, or null.
fn or_null<T: Tsify + serde::Serialize>(value: Option<T>) -> Result<JsValue, JsValue> {
    match value {
        Some(value) => Ok(value.into_ts().map_err(ApiError::from)?.into()),
        None => Ok(JsValue::NULL),
    }
}

fn array<T: Tsify + serde::Serialize>(values: impl Iterator<Item = T>) -> Result<JsValue, JsValue> {
    let out = Array::new();
    for value in values {
        let value: JsValue = value.into_ts().map_err(ApiError::from)?.into();
        out.push(&value);
    }
    Ok(out.into())
}

/// Tells what stands at a place: the instruction, flag, stage, image or variable, with its value.
///
/// @throws {StagewrightError} if the request is not of its type
#[wasm_bindgen(unchecked_return_type = "Hover | null")]
pub fn hover(
    request: &Ts<AnalyzeRequest>,
    #[wasm_bindgen(param_description = "the place, in UTF-16 code units")] offset: f64,
) -> Result<JsValue, JsValue> {
    let asked = Asked::new(request)?;
    or_null(language::hover(&asked.document(), asked.byte(offset)).map(|hover| asked.maker().hover(hover)))
}

/// Tells what can be put in at a place. Works in unfinished lines.
///
/// @throws {StagewrightError} if the request is not of its type
#[wasm_bindgen]
pub fn completion(
    request: &Ts<AnalyzeRequest>,
    #[wasm_bindgen(param_description = "the place, in UTF-16 code units")] offset: f64,
) -> Result<Ts<Completion>, JsValue> {
    let asked = Asked::new(request)?;
    let found = language::completion(&asked.document(), asked.byte(offset));
    Ok(asked.maker().completion(found).into_ts().map_err(ApiError::from)?)
}

/// Tells where the stage, argument or variable at a place is declared; null where nothing is, or where it comes
/// from outside the file.
///
/// @throws {StagewrightError} if the request is not of its type
#[wasm_bindgen(unchecked_return_type = "Definition | null")]
pub fn definition(
    request: &Ts<AnalyzeRequest>,
    #[wasm_bindgen(param_description = "the place, in UTF-16 code units")] offset: f64,
) -> Result<JsValue, JsValue> {
    let asked = Asked::new(request)?;
    let found = language::definition(&asked.document(), asked.byte(offset));
    or_null(found.map(|found| asked.maker().definition(&found)))
}

/// Tells every place of the stage, argument or variable at a place; null where there is none.
///
/// @throws {StagewrightError} if the request is not of its type
#[wasm_bindgen(unchecked_return_type = "Uses | null")]
pub fn uses(
    request: &Ts<AnalyzeRequest>,
    #[wasm_bindgen(param_description = "the place, in UTF-16 code units")] offset: f64,
) -> Result<JsValue, JsValue> {
    let asked = Asked::new(request)?;
    let found = language::uses(&asked.document(), asked.byte(offset));
    or_null(found.map(|found| asked.maker().uses(&found)))
}

/// Gives the stage, argument or variable at a place another name, wherever it is named.
///
/// @throws {StagewrightError} if the request is not of its type, or the name cannot be given
#[wasm_bindgen]
pub fn rename(
    request: &Ts<AnalyzeRequest>,
    #[wasm_bindgen(param_description = "the place, in UTF-16 code units")] offset: f64,
    name: &str,
) -> Result<Ts<Rename>, JsValue> {
    let asked = Asked::new(request)?;
    let edits = language::rename(&asked.document(), asked.byte(offset), name).map_err(|why| ApiError::rename(&why))?;
    Ok(asked.maker().rename(edits).into_ts().map_err(ApiError::from)?)
}

/// Tells what can be folded away, in the order of the text, the larger one first.
///
/// @throws {StagewrightError} if the request is not of its type
#[wasm_bindgen(unchecked_return_type = "Fold[]")]
pub fn folding(request: &Ts<AnalyzeRequest>) -> Result<JsValue, JsValue> {
    let asked = Asked::new(request)?;
    let maker = asked.maker();
    array(language::folding(&asked.document()).into_iter().map(|fold| maker.fold(fold)))
}

/// Tells the instructions before the first FROM, and the stages with theirs, in the order of the text.
///
/// @throws {StagewrightError} if the request is not of its type
#[wasm_bindgen(unchecked_return_type = "DocumentSymbol[]")]
pub fn symbols(request: &Ts<AnalyzeRequest>) -> Result<JsValue, JsValue> {
    let asked = Asked::new(request)?;
    let maker = asked.maker();
    array(language::symbols(&asked.document()).into_iter().map(|symbol| maker.symbol(symbol)))
}

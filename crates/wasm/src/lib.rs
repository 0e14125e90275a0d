//! The JavaScript API: [`analyze`], [`explain`] and [`outline`], and what an editor asks ([`editor`]), with plain
//! objects in and out.
//!
//! A thin rim around `stagewright`. It reads what JavaScript hands over ([`request`]), makes plain values
//! of what the core answers ([`dto`]), and turns byte offsets into UTF-16 ones on the way. Nothing is
//! worked out here. TypeScript's types are those of [`dto`], written by its derives.

#[cfg(feature = "bench")]
pub mod bench;
pub mod dto;
pub mod editor;
pub mod error;
pub mod request;

use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use dto::{Analysis, AnalyzeRequest, Explanation, Outline};
use error::ApiError;

#[cfg(target_family = "wasm")]
#[global_allocator]
static TALC: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Tells what `docker build` would do with a Dockerfile: its stages, how they hang together, the steps of
/// the target in order, the config of the image, and what is wrong. Takes any text; what cannot be built
/// has an `error`, and everything else as far as it goes.
///
/// @throws {StagewrightError} if the request is not of its type
#[wasm_bindgen]
pub fn analyze(
    #[wasm_bindgen(param_description = "the Dockerfile, and what `docker build` would be given")] request: &Ts<
        AnalyzeRequest,
    >,
) -> Result<Ts<Analysis>, JsValue> {
    let request = request::read(&request.js_value())?;
    let analysis = stagewright::analyze(&request);
    Ok(Analysis::new(&request.source, &analysis).into_ts().map_err(ApiError::from)?)
}

/// Tells why a stage is built or not for the target of the request: by which edges the target needs it,
/// and which other stages would.
///
/// @throws {StagewrightError} if the request is not of its type, or there is no such stage
#[wasm_bindgen]
pub fn explain(
    request: &Ts<AnalyzeRequest>,
    #[wasm_bindgen(param_description = "the index of the stage in `Analysis.stages`")] stage: f64,
) -> Result<Ts<Explanation>, JsValue> {
    let request = request::read(&request.js_value())?;
    let analysis = stagewright::analyze(&request);
    let found = analysis.resolved.stages.iter().find(|it| f64::from(it.id.0) == stage);
    let Some(found) = found else {
        let n_stages = analysis.resolved.stages.len();
        return Err(ApiError::unknown_stage(stage, n_stages).into());
    };
    Ok(Explanation::new(&analysis.graph, found.id).into_ts().map_err(ApiError::from)?)
}

/// Tells what the target of the request takes and gives: build args, secrets, SSH agents, caches, and each value of
/// the config of the image, all with the places that say so; and lists the targets.
///
/// @throws {StagewrightError} if the request is not of its type
#[wasm_bindgen]
pub fn outline(request: &Ts<AnalyzeRequest>) -> Result<Ts<Outline>, JsValue> {
    let request = request::read(&request.js_value())?;
    let outline = stagewright::analyze(&request).outline();
    Ok(Outline::new(&request.source, &outline).into_ts().map_err(ApiError::from)?)
}

/// What the numbers in `Tokens.kinds` stand for, by index.
#[wasm_bindgen(js_name = tokenKinds, unchecked_return_type = "TokenKind[]")]
#[must_use]
pub fn token_kinds() -> Vec<String> {
    dto::TokenKind::names()
}

/// The version of Stagewright.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

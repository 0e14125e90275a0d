//! Starts the playground in place of the first view, with what the reader did to that.
//!
//! The page starts it by [`start`] and not as soon as it is instantiated, because its other half is linked to
//! it by then (web/js/boot.mjs).

use stagewright_web::app::{App, AppProps};
use stagewright_web::platform::start;
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(target_family = "wasm")]
#[global_allocator]
static TALC: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

fn main() {}

/// Draws the page.
#[wasm_bindgen]
pub fn start() {
    let Some(root) = start::root() else { return };
    let props: AppProps = start::props();
    yew::Renderer::<App>::with_root_and_props(root, props).render();
}

/// Fetches what is not in the module that the page starts with, and returns when it is linked in. Called by the
/// stand-ins that `cargo xtask` leaves for the functions that are elsewhere (crates/xtask/src/split.rs).
#[wasm_bindgen]
pub fn fetch_rest() {
    stagewright_fetch_rest();
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = stagewrightFetchRest)]
    fn stagewright_fetch_rest();
}

//! Starts the playground in place of the first view, with what the reader did to that.
//!
//! The page starts it by [`start`] and not as soon as it is instantiated, because its other half is linked to
//! it by then (web/js/boot.mjs).

use std::sync::atomic::{AtomicBool, Ordering};

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

/// Whether [`fetch_rest`] was called before.
static ASKED: AtomicBool = AtomicBool::new(false);

/// Makes sure that what is not in the module that the page starts with is there: returns when it is linked in. Called
/// before each call of a function that is elsewhere, as `cargo xtask` arranges it (crates/xtask/src/split/mod.rs).
#[wasm_bindgen]
pub fn fetch_rest() {
    if !ASKED.load(Ordering::Relaxed) {
        stagewright_fetch_rest();
        ASKED.store(true, Ordering::Relaxed);
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = stagewrightFetchRest)]
    fn stagewright_fetch_rest();
}

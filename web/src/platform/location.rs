//! The address of the page, of which only the part behind `#` is ours, and files beside it.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::Listener;

/// The part behind `#`, without it; empty where there is none.
#[must_use]
pub fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.strip_prefix('#').map(str::to_owned).unwrap_or(hash)
}

/// The address of the page with this behind `#`.
#[must_use]
pub fn with_fragment(fragment: &str) -> String {
    let href = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    format!("{}#{fragment}", href.split('#').next().unwrap_or_default())
}

/// Writes `fragment` into the address bar, or takes it away where it is empty, without a new entry in the
/// history and without [`on_change`].
pub fn replace_fragment(fragment: &str) {
    let Some(window) = web_sys::window() else { return };
    let address = with_fragment(fragment);
    let address = if fragment.is_empty() { address.trim_end_matches('#') } else { &address };
    if let Ok(history) = window.history() {
        // Refused when called many times a second; the address is only out of date then.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// The text of a file of the site, by its address relative to the page; none where it does not come.
pub async fn fetch_text(address: &str) -> Option<String> {
    let response = JsFuture::from(web_sys::window()?.fetch_with_str(address)).await.ok()?;
    let response = response.dyn_into::<Response>().ok().filter(Response::ok)?;
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// Calls `then` when the user opens another address of this page: the browser does not load it anew.
#[must_use]
pub fn on_change(mut then: impl FnMut() + 'static) -> Option<Listener> {
    let window = web_sys::window()?;
    Some(Listener::new(&window, "hashchange", move |_| then()))
}

/// Calls `then` when the page is left.
#[must_use]
pub fn on_leave(mut then: impl FnMut() + 'static) -> Option<Listener> {
    let window = web_sys::window()?;
    Some(Listener::new(&window, "pagehide", move |_| then()))
}

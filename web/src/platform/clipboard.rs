//! The clipboard.

use wasm_bindgen_futures::JsFuture;

/// Puts `text` on the clipboard, and says whether that worked: it does not on pages that are not served
/// safely, and where the user or the host page refuses it.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    // Absent, though web-sys says otherwise, where the page is not served safely.
    let clipboard = js_sys::Reflect::get(&window.navigator(), &"clipboard".into());
    if !clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

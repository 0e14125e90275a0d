//! What the browser keeps between visits. A browser may refuse (private windows, a full store).

use web_sys::Storage;

/// The key of the last request, as a link.
pub const REQUEST: &str = "stagewright.request";
/// The key of the theme.
pub const THEME: &str = "stagewright.theme";

/// What is kept under `key`.
#[must_use]
pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps `value` under `key`, and says whether that worked.
pub fn set(key: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(key, value).is_ok())
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

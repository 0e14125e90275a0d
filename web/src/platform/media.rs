//! What kind of screen the page is on.

use super::Listener;

/// The width below which there is no room for columns; as in the style sheets.
pub const NARROW: &str = "(max-width: 1000px)";

/// Whether the reader wants nothing to move.
pub const REDUCED_MOTION: &str = "(prefers-reduced-motion: reduce)";

/// Whether `query` holds.
#[must_use]
pub fn matches(query: &str) -> bool {
    list(query).is_some_and(|list| list.matches())
}

/// Calls `then` with whether `query` holds, when that changes.
#[must_use]
pub fn on_change(query: &str, mut then: impl FnMut(bool) + 'static) -> Option<Listener> {
    let list = list(query)?;
    Some(Listener::new(&list.clone(), "change", move |_| then(list.matches())))
}

fn list(query: &str) -> Option<web_sys::MediaQueryList> {
    web_sys::window()?.match_media(query).ok().flatten()
}

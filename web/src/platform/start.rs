//! The state that the page starts with: from its address, from what was typed before the program came, or
//! from the last visit.

use stagewright::share::{self, Codec, ShareError, State as Request};
use web_sys::Element;

use super::compress::{self, InflateError};
use super::{document, location, media, storage};
use crate::app::AppProps;
use crate::state::{Action, State, Theme};

/// Where the program is put.
#[must_use]
pub fn root() -> Option<Element> {
    web_sys::window()?.document()?.get_element_by_id("app")
}

/// The state to start with, and the caret.
#[must_use]
pub fn props() -> AppProps {
    let typed = document::typed();
    let mut state = State { narrow: media::matches(media::NARROW), ..State::default() };
    state.theme = storage::get(storage::THEME).map(|name| Theme::parse(&name)).unwrap_or_default();
    if let Some(kept) = storage::get(storage::REQUEST).and_then(|link| read_plain(&link)) {
        state = state.after(Action::Open(kept));
    }
    // The address is read when the program runs: unfolding it takes a moment.
    if let Some(text) = typed.text {
        state = state.after(Action::Open(Request { source: text, ..Request::default() }));
    }
    state.complete = document::root("rest").is_some();
    let problems = if state.complete { String::new() } else { document::html_of(".problems").unwrap_or_default() };
    AppProps { state, caret: typed.caret, problems: problems.into() }
}

/// The request of a link that is not packed.
fn read_plain(link: &str) -> Option<Request> {
    let (codec, bytes) = share::open(link)?.ok()?;
    (codec == Codec::Plain).then(|| Request::from_bytes(&bytes).ok())?
}

/// The request in the address of the page; none where there is none, or the name of a place of the page.
///
/// # Errors
/// Where there is something that cannot be read: why not, none where it is no link of ours at all.
pub async fn request_in_address() -> Option<Result<Request, Option<ShareError>>> {
    let fragment = location::fragment();
    if fragment.is_empty() || document::has(&fragment) {
        return None;
    }
    let (codec, bytes) = match share::open(&fragment) {
        Some(Ok(opened)) => opened,
        Some(Err(error)) => return Some(Err(Some(error))),
        None => return Some(Err(None)),
    };
    let bytes = match codec {
        Codec::Plain => bytes,
        Codec::Deflate => match compress::inflate(&bytes, share::MAX_BYTES).await {
            Ok(bytes) => bytes,
            Err(InflateError::TooLong) => return Some(Err(Some(ShareError::TooLong))),
            Err(InflateError::Damaged) => return Some(Err(Some(ShareError::Damaged))),
        },
    };
    Some(Request::from_bytes(&bytes).map_err(Some))
}

/// The link to a request: deflated, where the browser can do that and it is shorter.
pub async fn link_to(request: &Request) -> String {
    let bytes = request.to_bytes();
    match compress::deflate(&bytes).await.filter(|packed| packed.len() < bytes.len()) {
        Some(packed) => share::close(Codec::Deflate, &packed),
        None => share::close(Codec::Plain, &bytes),
    }
}

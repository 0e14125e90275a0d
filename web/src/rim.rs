//! Where state and browser meet: the address, what is kept, the width of the page, the theme.
//!
//! Each hook is one tie; what it says to the browser goes through [`platform`](crate::platform).

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::platform::listen::Timer;
use crate::platform::{clipboard, document, location, media, start, storage};
use crate::state::{Action, Notice, State, Theme};
use crate::strings;

/// How long the text rests before it is kept, in milliseconds.
const REST: i32 = 300;
/// How long a message stays that only says that all went well.
const NOTICE: i32 = 6_000;

/// Opens the request in the address, at the start and when another address is opened. An address that
/// cannot be read leaves everything as it is, and says so. Once the text is edited, the address is not its
/// own any more, and is taken away, so that a reload brings the text back.
#[hook]
pub fn use_address(dispatch: &Callback<Action>, state: &State) {
    let dispatch = dispatch.clone();
    let opened = use_mut_ref(|| None::<stagewright::share::State>);
    use_effect_with((), {
        let opened = Rc::clone(&opened);
        move |()| {
            let read = move || {
                let (dispatch, opened) = (dispatch.clone(), Rc::clone(&opened));
                spawn_local(async move {
                    match start::request_in_address().await {
                        None => {}
                        Some(Ok(request)) => {
                            dispatch.emit(Action::Open(request.clone()));
                            *opened.borrow_mut() = Some(request);
                        }
                        Some(Err(error)) => {
                            dispatch.emit(Action::Notice(Some(failure(
                                error.map_or_else(|| strings::NO_LINK.to_owned(), strings::bad_link),
                            ))));
                        }
                    }
                });
            };
            read();
            let listener = location::on_change(read);
            move || drop(listener)
        }
    });
    use_effect_with((Rc::clone(&state.source), state.target.clone(), state.build_args.clone()), {
        let request = state.to_share();
        move |_| {
            let mut opened = opened.borrow_mut();
            if opened.as_ref().is_some_and(|opened| *opened != request) {
                *opened = None;
                location::replace_fragment("");
            }
        }
    });
}

/// Keeps the request for the next visit, when it has rested for a moment or the page is left.
#[hook]
pub fn use_keeping(dispatch: &Callback<Action>, state: &State) {
    let dispatch = dispatch.clone();
    let pending = use_mut_ref(|| None::<String>);
    let timer = use_mut_ref(|| None::<Timer>);
    let refused = use_mut_ref(|| false);
    let keep = {
        let (pending, refused) = (Rc::clone(&pending), Rc::clone(&refused));
        move || {
            let Some(link) = pending.borrow_mut().take() else { return };
            let failed = !storage::set(storage::REQUEST, &link);
            // Once is enough.
            if failed && !refused.replace(true) {
                dispatch.emit(Action::Notice(Some(failure(strings::NOT_KEPT.to_owned()))));
            }
        }
    };
    use_effect_with((Rc::clone(&state.source), state.target.clone(), state.build_args.clone()), {
        let (keep, state) = (keep.clone(), state.clone());
        move |_| {
            // What the page starts with was kept already, or is the first example.
            if state == State::default() {
                return;
            }
            *pending.borrow_mut() = Some(state.to_share().to_plain_link());
            *timer.borrow_mut() = Timer::after(REST, keep);
        }
    });
    use_effect_with((), move |()| {
        let listener = location::on_leave(keep);
        move || drop(listener)
    });
}

/// Follows the width of the page.
#[hook]
pub fn use_width(dispatch: &Callback<Action>) {
    let dispatch = dispatch.clone();
    use_effect_with((), move |()| {
        let listener = media::on_change(media::NARROW, move |narrow| dispatch.emit(Action::Narrow(narrow)));
        move || drop(listener)
    });
}

/// Tells the style sheets of the theme and of presenting, and keeps the theme.
#[hook]
pub fn use_root(state: &State) {
    use_effect_with(state.theme, |&theme| {
        let name = (theme != Theme::System).then(|| theme.name());
        document::set_root("theme", name);
        if storage::get(storage::THEME).as_deref().unwrap_or(Theme::System.name()) != theme.name() {
            storage::set(storage::THEME, theme.name());
        }
    });
    use_effect_with(state.present, |&present| document::set_root("present", present.then_some("")));
}

/// Copies a link to the request as it is now.
#[hook]
pub fn use_copy(dispatch: &Callback<Action>, state: &State) -> Callback<()> {
    let (dispatch, request) = (dispatch.clone(), state.to_share());
    Callback::from(move |()| {
        let (dispatch, request) = (dispatch.clone(), request.clone());
        spawn_local(async move {
            let link = start::link_to(&request).await;
            let copied = clipboard::copy(&location::with_fragment(&link)).await;
            if !copied {
                location::replace_fragment(&link);
            }
            let text = if copied { strings::LINK_COPIED } else { strings::LINK_IN_ADDRESS_BAR };
            dispatch.emit(Action::Notice(Some(Notice { text: text.to_owned(), failure: false })));
        });
    })
}

/// Takes a message that tells of no failure away after a while.
#[hook]
pub fn use_passing_notice(dispatch: &Callback<Action>, state: &State) {
    let dispatch = dispatch.clone();
    use_effect_with(state.notice.clone(), move |notice| {
        let passes = notice.as_ref().is_some_and(|notice| !notice.failure);
        let timer = passes.then(|| Timer::after(NOTICE, move || dispatch.emit(Action::Notice(None))));
        move || drop(timer)
    });
}

fn failure(text: String) -> Notice {
    Notice { text, failure: true }
}

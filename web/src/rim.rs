//! Where state and browser meet: the address, what is kept, the width of the page, the theme.
//!
//! What it says to the browser goes through [`platform`](crate::platform).

use std::cell::RefCell;
use std::rc::Rc;

use stagewright::share;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::examples::{self, Example};
use crate::platform::listen::{Listener, Timer};
use crate::platform::{clipboard, document, location, media, start, storage};
use crate::simulation::intake;
use crate::state::{Action, Notice, State, Theme};
use crate::strings;

/// How long the text rests before it is checked and kept, in milliseconds.
const REST: i32 = 150;
/// How long a message stays that only says that all went well.
const NOTICE: i32 = 6_000;

/// The ties between the state and the browser. They end when this is dropped.
#[derive(Default)]
pub struct Rim {
    /// The state as the browser knows it.
    told: Option<Rc<State>>,
    /// The request that the address stands for.
    opened: Rc<RefCell<Option<share::State>>>,
    keeper: Rc<Keeper>,
    rest: Option<Timer>,
    notice: Option<Timer>,
    listeners: Vec<Option<Listener>>,
}

impl Rim {
    /// Tells the browser what has changed in the state. The first time also listens to it, from then on.
    pub fn tell(&mut self, state: &Rc<State>, dispatch: &Callback<Action>) {
        let told = self.told.replace(Rc::clone(state));
        if told.is_none() {
            self.listen(dispatch);
            // It may have come while the page was drawn, before anyone listened.
            if !state.complete && document::root("rest").is_some() {
                dispatch.emit(Action::Complete);
            }
        }
        let told = told.as_deref();
        if state.complete && told.is_none_or(|told| !told.complete) {
            self.listeners.extend(intake::listen(dispatch));
        }
        if told.is_none_or(|told| told.theme != state.theme) {
            keep_theme(state.theme);
        }
        if told.is_none_or(|told| told.present != state.present) {
            document::set_root("present", state.present.then_some(""));
        }
        if !told.is_some_and(|told| told.asks_the_same(state)) {
            self.leave_address(state);
            // What the page starts with was kept already, or is the first example.
            if told.is_some() || **state != State::default() {
                *self.keeper.pending.borrow_mut() = Some(Rc::clone(state));
                let (keeper, dispatch) = (Rc::clone(&self.keeper), dispatch.clone());
                self.rest = Timer::after(REST, move || {
                    keeper.keep(&dispatch);
                    dispatch.emit(Action::Check);
                });
            }
        }
        if told.is_none_or(|told| told.notice != state.notice) {
            // A message that tells of no failure goes away after a while.
            let passes = state.notice.as_ref().is_some_and(|notice| !notice.failure);
            let dispatch = dispatch.clone();
            self.notice = passes.then(|| Timer::after(NOTICE, move || dispatch.emit(Action::Notice(None)))).flatten();
        }
    }

    fn listen(&mut self, dispatch: &Callback<Action>) {
        open_address(dispatch, &self.opened);
        let (opener, opened) = (dispatch.clone(), Rc::clone(&self.opened));
        let (keeper, refused) = (Rc::clone(&self.keeper), dispatch.clone());
        let (width, complete) = (dispatch.clone(), dispatch.clone());
        self.listeners = vec![
            location::on_change(move || open_address(&opener, &opened)),
            location::on_leave(move || keeper.keep(&refused)),
            document::on_complete(move || complete.emit(Action::Complete)),
            media::on_change(media::NARROW, move |narrow| width.emit(Action::Narrow(narrow))),
        ];
    }

    /// Once the text is edited, the address is not its own any more, and is taken away, so that a reload
    /// brings the text back.
    fn leave_address(&self, state: &State) {
        let mut opened = self.opened.borrow_mut();
        if opened.as_ref().is_some_and(|opened| *opened != state.to_share()) {
            *opened = None;
            location::replace_fragment("");
        }
    }
}

/// Opens the request in the address. An address that cannot be read leaves everything as it is, and says so.
fn open_address(dispatch: &Callback<Action>, opened: &Rc<RefCell<Option<share::State>>>) {
    let (dispatch, opened) = (dispatch.clone(), Rc::clone(opened));
    spawn_local(async move {
        match start::request_in_address().await {
            None => {}
            Some(Ok(request)) => {
                *opened.borrow_mut() = Some(request.clone());
                dispatch.emit(Action::Open(request));
            }
            Some(Err(error)) => {
                let text = error.map_or_else(|| strings::NO_LINK.to_owned(), strings::bad_link);
                dispatch.emit(Action::Notice(Some(failure(text))));
            }
        }
    });
}

/// Keeps the request for the next visit, when it has rested for a moment or the page is left.
#[derive(Default)]
struct Keeper {
    pending: RefCell<Option<Rc<State>>>,
    refused: RefCell<bool>,
}

impl Keeper {
    fn keep(&self, dispatch: &Callback<Action>) {
        let Some(state) = self.pending.borrow_mut().take() else { return };
        let failed = !storage::set(storage::REQUEST, &state.to_share().to_plain_link());
        // Once is enough.
        if failed && !self.refused.replace(true) {
            dispatch.emit(Action::Notice(Some(failure(strings::NOT_KEPT.to_owned()))));
        }
    }
}

/// Tells the style sheets of the theme, and keeps it.
fn keep_theme(theme: Theme) {
    let name = (theme != Theme::System).then(|| theme.name());
    document::set_root("theme", name);
    if storage::get(storage::THEME).as_deref().unwrap_or(Theme::System.name()) != theme.name() {
        storage::set(storage::THEME, theme.name());
    }
}

/// Copies a link to a request.
pub fn copy(dispatch: &Callback<Action>, request: share::State) {
    let dispatch = dispatch.clone();
    spawn_local(async move {
        let link = start::link_to(&request).await;
        let copied = clipboard::copy(&location::with_fragment(&link)).await;
        if !copied {
            location::replace_fragment(&link);
        }
        let text = if copied { strings::LINK_COPIED } else { strings::LINK_IN_ADDRESS_BAR };
        dispatch.emit(Action::Notice(Some(Notice { text: text.to_owned(), failure: false })));
    });
}

/// Opens an example, when its Dockerfile has come.
pub fn open(dispatch: &Callback<Action>, example: &'static Example) {
    let dispatch = dispatch.clone();
    dispatch.emit(Action::Await(example.id));
    spawn_local(async move {
        let source = if example.id == examples::ALL[0].id {
            Some(examples::FIRST.to_owned())
        } else {
            location::fetch_text(&example.address()).await
        };
        dispatch.emit(match source {
            Some(source) => Action::Arrived(example.id, source),
            None => Action::Notice(Some(failure(strings::EXAMPLE_MISSING.to_owned()))),
        });
    });
}

fn failure(text: String) -> Notice {
    Notice { text, failure: true }
}

//! Takes build logs that come as files: chosen with a button, or dropped onto the page.
//!
//! A file that is dropped onto a page which does not take it makes the browser leave that page, and what was typed
//! with it. So every file is taken; what is none of a log is told of. Text that is dragged is none of our business, and
//! files that are dropped onto the editor are the editor's.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use super::given::{GivenLog, MOST_BYTES, NoLog};
use super::settings::Change;
use crate::platform::files::{self, File};
use crate::platform::{Listener, document};
use crate::state::{Action, Notice};
use crate::strings::simulation as words;

/// Where what is wrong with a file is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the simulation, which is shown.
    Simulation,
    /// Above the content of the page.
    Page,
}

/// What the root element has while files are dragged over the page, as `data-drags`.
const DRAGS: &str = "drags";

/// Takes the files that are dropped onto the page, and shows where they can be.
pub fn listen(dispatch: &Callback<Action>) -> Vec<Option<Listener>> {
    let dispatch = dispatch.clone();
    let over = |event: web_sys::Event| {
        if files::are_dragged(&event) {
            event.prevent_default();
            document::set_root(DRAGS, Some(""));
        }
    };
    let leave = |event: web_sys::Event| {
        if files::leave_page(&event) {
            document::set_root(DRAGS, None);
        }
    };
    let drop = move |event: web_sys::Event| {
        document::set_root(DRAGS, None);
        // The editor, or the simulation, may have taken them.
        if !event.default_prevented() && files::are_dragged(&event) {
            dropped(&event, Place::Page, &dispatch);
        }
    };
    vec![files::on_page("dragover", over), files::on_page("dragleave", leave), files::on_page("drop", drop)]
}

/// Takes what is dropped.
pub fn dropped(event: &web_sys::Event, place: Place, dispatch: &Callback<Action>) {
    event.prevent_default();
    take(files::of_drop(event), place, dispatch);
}

/// Takes a log that is in the one of these files.
pub fn take(files: Vec<File>, place: Place, dispatch: &Callback<Action>) {
    let dispatch = dispatch.clone();
    spawn_local(async move {
        let name = files.first().map(File::name).unwrap_or_default();
        dispatch.emit(match read(&files).await {
            Ok(None) => return,
            Ok(Some(log)) => Action::Simulate(Change::LogFile(Rc::new(log))),
            Err(error) => {
                let text = words::no_log(error, &name);
                match place {
                    Place::Simulation => Action::Simulate(Change::Refused(text)),
                    Place::Page => Action::Notice(Some(Notice { text, failure: true })),
                }
            }
        });
    });
}

/// The log in the one of these files; none where there is no file.
async fn read(files: &[File]) -> Result<Option<GivenLog>, NoLog> {
    match files {
        [] => Ok(None),
        // Its size is known before anything of it is read.
        [file] if file.size() > MOST_BYTES as f64 => Err(NoLog::TooLarge),
        [file] => {
            let bytes = file.bytes().await.ok_or(NoLog::Unreadable)?;
            GivenLog::of_file(&file.name(), &bytes).map(Some)
        }
        _ => Err(NoLog::Several),
    }
}

//! What changed since the last build: files of the build context, the version that was built, and what is taken for
//! granted of steps that run again.

use std::rc::Rc;

use yew::virtual_dom::ListenerKind as On;

use super::panel::SimulationProps;
use super::run::{Listed, Simulated};
use super::settings::{Change, FileChange};
use crate::el;
use crate::element::{Element, class, when};
use crate::platform::document;
use crate::state::Action;
use crate::strings::simulation as words;

/// The id of the field for one more file.
const FIELD: &str = "context-file";

/// The side of the changes.
pub fn changes(props: &SimulationProps, simulated: &Simulated) -> Element {
    el!("div", "class": "columns").child(before(props)).child(files(props, simulated)).maybe(again(props, simulated))
}

/// What was built before.
fn before(props: &SimulationProps) -> Element {
    let pinned = props.settings.pinned.is_some();
    let pin = props.button(Change::Pin(Some(Rc::new(props.state.to_share())))).text(words::PIN);
    let unpin = pinned.then(|| props.button(Change::Pin(None)).text(words::UNPIN));
    let no_cache = props.settings.no_cache;
    let dispatch = props.dispatch.clone();
    let no_cache = el!("label", "class": "check")
        .child(
            el!("input", "type": "checkbox", "checked": no_cache.then_some("checked"))
                .on(On::onchange, move |_| dispatch.emit(Action::Simulate(Change::NoCache(!no_cache)))),
        )
        .child(el!("span").text(words::NO_CACHE));
    el!("div", "class": "facts")
        .child(el!("h3").text(words::BEFORE))
        .child(el!("p").text(if pinned { words::PINNED } else { words::NOT_PINNED }))
        .child(el!("div", "class": "actions").child(pin).maybe(unpin))
        .child(no_cache)
}

/// The files of the build context.
fn files(props: &SimulationProps, simulated: &Simulated) -> Element {
    let rows = simulated.files.iter().map(|file| row(props, file));
    let dispatch = props.dispatch.clone();
    let form = el!("form", "class": "add")
        .on(On::onsubmit, move |event| {
            event.prevent_default();
            let path = document::field(FIELD).trim().to_owned();
            if !path.is_empty() {
                document::set_field(FIELD, "");
                dispatch.emit(Action::Simulate(Change::Listed(path, true)));
            }
        })
        .child(el!("input", "id": FIELD, "type": "text", "aria-label": words::ADD_FILE, "placeholder": words::ADD_FILE, "autocomplete": "off", "spellcheck": "false"))
        .child(el!("button", "type": "submit").text(words::ADD));
    let help = if simulated.files.is_empty() { words::NO_FILES } else { words::FILES_HELP };
    el!("div", "class": "facts")
        .child(el!("h3").text(words::FILES))
        .child(el!("p").text(help))
        .child(el!("ul", "class": "files").children(rows))
        .child(form)
}

/// A file, and what happened to it.
fn row(props: &SimulationProps, file: &Listed) -> Element {
    let choices = [
        (words::SAME, None),
        (words::EDITED, Some(FileChange::Edited)),
        (words::GONE, Some(FileChange::Removed)),
        (words::NEW, Some(FileChange::New)),
    ];
    let dispatch = props.dispatch.clone();
    let path = file.path.clone();
    let options = choices.into_iter().map(|(text, change)| {
        el!("option", "value": text, "selected": (change == file.change).then_some("selected")).text(text)
    });
    let select = el!("select", "aria-label": file.path.clone()).children(options).on(On::onchange, move |event| {
        let value = document::value(&event);
        let change = choices.into_iter().find(|(text, _)| *text == value).and_then(|(_, change)| change);
        dispatch.emit(Action::Simulate(Change::File(path.clone(), change)));
    });
    let remove = file.added.then(|| props.button(Change::Listed(file.path.clone(), false)).text(words::REMOVE));
    el!("li", "class": class(&[when(file.change.is_some(), "changed")]), "data-file": file.path.clone())
        .key(file.path.clone())
        .child(el!("code").text(file.path.clone()))
        .child(select)
        .maybe(remove)
}

/// The commands that run again, and whether they change anything.
fn again(props: &SimulationProps, simulated: &Simulated) -> Option<Element> {
    let rows = simulated.again.iter().map(|label| {
        let same = props.settings.same_again.contains(label);
        let (dispatch, change) = (props.dispatch.clone(), Change::SameAgain(label.clone(), !same));
        let field = el!("input", "type": "checkbox", "checked": same.then_some("checked"))
            .on(On::onchange, move |_| dispatch.emit(Action::Simulate(change.clone())));
        el!("li").key(label.clone()).child(
            el!("label", "class": "check")
                .child(field)
                .child(el!("span").text(words::SAME_AGAIN).child(el!("code").text(label.clone()))),
        )
    });
    (rows.len() > 0).then(|| {
        el!("div", "class": "facts")
            .child(el!("h3").text(words::AGAIN))
            .child(el!("p").text(words::AGAIN_HELP))
            .child(el!("ul").children(rows))
    })
}

//! The gallery, in a dialog.

use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::el;
use crate::element::Element;
use crate::examples::ALL;
use crate::platform::dialog;
use crate::rim;
use crate::state::Action;
use crate::strings;

/// The id of the dialog.
const ID: &str = "gallery";

/// The button that opens the gallery, and the gallery. The choice goes to `dispatch`. Until the program is `complete`
/// nothing is in the gallery: nobody can open it before, and neither its texts nor its elements are loaded first.
pub fn examples(complete: bool, dispatch: &Callback<Action>) -> [Element; 2] {
    let open = el!("button", "type": "button", "aria-haspopup": "dialog").on(On::onclick, |_| dialog::open(ID));
    let close = el!("button", "type": "button").on(On::onclick, |_| dialog::close(ID));
    let head = el!("div", "class": "gallery-head")
        .child(el!("h2", "id": "gallery-title").text(strings::EXAMPLES_TITLE))
        .child(close.text(strings::CLOSE));
    let gallery = el!("dialog", "id": ID, "class": "gallery", "aria-labelledby": "gallery-title")
        .child(head)
        .maybe(complete.then(|| list(dispatch)));
    [open.text(strings::EXAMPLES), gallery]
}

fn list(dispatch: &Callback<Action>) -> Element {
    el!("ul").children(ALL.iter().map(|example| {
        let dispatch = dispatch.clone();
        let button = el!("button", "type": "button").on(On::onclick, move |_| {
            dialog::close(ID);
            rim::open(&dispatch, example);
        });
        let button = button.child(el!("b").text(example.title)).child(el!("span").text(example.idea));
        el!("li").key(example.id).child(button)
    }))
}

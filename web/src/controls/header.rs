//! The line at the top of the page: name, examples, link, theme.

use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::controls::examples::examples;
use crate::el;
use crate::element::Element;
use crate::platform::document;
use crate::state::{Action, Theme};
use crate::strings;

/// What the header shows.
pub struct HeaderProps {
    /// The theme.
    pub theme: Theme,
    /// Whether all of the program is there.
    pub complete: bool,
    /// Whether everything is larger.
    pub present: bool,
    /// Asks for a link.
    pub copy: Callback<()>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// The header.
pub fn header(props: &HeaderProps) -> Element {
    let dispatch = props.dispatch.clone();
    let themes = Theme::ALL.into_iter().map(|theme| {
        let selected = (theme == props.theme).then_some("selected");
        el!("option", "value": theme.name(), "selected": selected).text(strings::theme(theme))
    });
    let actions = el!("div", "class": "actions")
        .children(examples(props.complete, &props.dispatch))
        .child(el!("button", "type": "button").send(On::onclick, &props.copy, ()).text(strings::COPY_LINK))
        .child(
            el!("button", "type": "button", "class": "present", "aria-pressed": props.present)
                .send(On::onclick, &props.dispatch, Action::Present(!props.present))
                .text(strings::PRESENT),
        )
        .child(
            el!("select", "aria-label": strings::THEME)
                .on(On::onchange, move |event| {
                    dispatch.emit(Action::Theme(Theme::parse(&document::value(&event))));
                })
                .children(themes),
        );
    el!("header")
        .child(el!("h1").text(strings::PRODUCT))
        .child(el!("p", "class": "tagline").text(strings::TAGLINE))
        .child(actions)
}

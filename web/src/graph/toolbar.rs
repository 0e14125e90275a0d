//! The buttons beside the graph: what the wheel and dragging do, for everyone.

use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::el;
use crate::element::Element;
use crate::strings;

/// What a button asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// A larger picture.
    ZoomIn,
    /// A smaller one.
    ZoomOut,
    /// All of the graph.
    Fit,
    /// What is further left, right, up or down: steps to the right and down.
    Pan(i8, i8),
    /// All cards open, or all closed.
    OpenAll(bool),
}

/// The toolbar: the scale, where it is known; whether a part of the graph may be out of sight; whether all
/// cards are open.
pub fn toolbar(scale: Option<f32>, moved: bool, all_open: bool, on: &Callback<Tool>) -> Element {
    let scale = scale.map(|scale| strings::percent((scale * 100.0).round() as u32)).unwrap_or_default();
    let pan = |x, y, name, d| moved.then(|| button(on, "icon pan", Tool::Pan(x, y), name, d));
    let icon = |tool, name, d| button(on, "icon", tool, name, d);
    el!("div", "class": "toolbar", "role": "group", "aria-label": strings::VIEW)
        .child(
            el!("button", "type": "button", "aria-pressed": all_open)
                .send(On::onclick, on, Tool::OpenAll(!all_open))
                .text(strings::INSTRUCTIONS),
        )
        .maybe(pan(-1, 0, strings::PAN_LEFT, "M10 3L5 8l5 5"))
        .maybe(pan(0, -1, strings::PAN_UP, "M3 10l5-5 5 5"))
        .maybe(pan(0, 1, strings::PAN_DOWN, "M3 6l5 5 5-5"))
        .maybe(pan(1, 0, strings::PAN_RIGHT, "M6 3l5 5-5 5"))
        .child(icon(Tool::ZoomOut, strings::ZOOM_OUT, "M3 8h10"))
        .child(el!("span", "class": "scale", "aria-hidden": "true").text(scale))
        .child(icon(Tool::ZoomIn, strings::ZOOM_IN, "M3 8h10M8 3v10"))
        .child(icon(Tool::Fit, strings::FIT, "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"))
}

fn button(on: &Callback<Tool>, class: &'static str, tool: Tool, name: &'static str, d: &'static str) -> Element {
    let picture = el!("svg", "aria-hidden": "true", "width": "16", "height": "16", "viewBox": "0 0 16 16");
    el!("button", "type": "button", "class": class, "aria-label": name, "title": name)
        .send(On::onclick, on, tool)
        .child(picture.child(el!("path", "d": d)))
}

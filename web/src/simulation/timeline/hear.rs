//! What the timeline hears: the wheel, scrolling, and the keys.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, WheelEvent};
use yew::html::Scope;

use super::{Message, STEP, Timeline};
use crate::graph::pointer;
use crate::platform::Listener;

/// What happens in the room: the wheel zooms with Ctrl or Cmd, as in the graph; without it scrolls, along the time where
/// there is nothing further down.
pub(super) fn listeners(room: &Element, link: &Scope<Timeline>) -> [Listener; 3] {
    let (zoom, scrolled, of) = (link.clone(), link.clone(), room.clone());
    let zooms = pointer::on_wheel(room, move |factor, (x, _)| zoom.send_message(Message::Zoom(factor, Some(x))));
    let scrolls = Listener::new(room, "wheel", move |event| {
        let Some(wheel) = event.dyn_ref::<WheelEvent>() else { return };
        let plain = !wheel.ctrl_key() && !wheel.meta_key() && !wheel.shift_key() && wheel.delta_x() == 0.0;
        if !plain || of.scroll_height() > of.client_height() {
            return;
        }
        let pixels = if wheel.delta_mode() == WheelEvent::DOM_DELTA_LINE { 33.0 } else { 1.0 };
        let before = of.scroll_left();
        of.set_scroll_left(before + (wheel.delta_y() * pixels) as i32);
        // At its end the page is scrolled.
        if of.scroll_left() != before {
            wheel.prevent_default();
        }
    });
    [zooms, scrolls, Listener::new(room, "scroll", move |_| scrolled.send_message(Message::Scrolled))]
}

/// The arrows go from step to step; plus, minus and nought zoom.
pub(super) fn on_key(link: Scope<Timeline>) -> impl Fn(Event) + 'static {
    move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if key.ctrl_key() || key.meta_key() || key.alt_key() {
            return;
        }
        let message = match key.key().as_str() {
            "ArrowRight" | "ArrowDown" => Message::Go(1),
            "ArrowLeft" | "ArrowUp" => Message::Go(-1),
            "Home" => Message::Go(isize::MIN),
            "End" => Message::Go(isize::MAX),
            "+" | "=" => Message::Zoom(STEP, None),
            "-" | "_" => Message::Zoom(1.0 / STEP, None),
            "0" => Message::Zoom(0.0, None),
            _ => return,
        };
        event.prevent_default();
        link.send_message(message);
    }
}

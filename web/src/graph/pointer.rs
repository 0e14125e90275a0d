//! Looking at the graph with the pointer: dragging, the wheel, the size of the room.
//!
//! The plain wheel is left to the page; with Ctrl or Cmd, as a pinch arrives, it zooms.

use stagewright::layout::{Rect, Size};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent, WheelEvent};
use yew::virtual_dom::ListenerKind as On;

use crate::graph::viewport::{self, Need, View};
use crate::platform::Listener;

/// How far the pointer moves before it drags, in pixels.
const SLACK: f32 = 4.0;

/// What is looked at, and from where. Nothing is moved before the size of the room is known.
pub struct Look {
    /// The size of the drawing.
    pub drawing: Size,
    /// The size of the room, where it is known.
    pub room: Option<Size>,
    /// What has to be seen if not all can be.
    pub need: Need,
    /// What is seen.
    pub view: View,
}

impl Look {
    /// The picture larger by `factor`, around a point of the room.
    #[must_use]
    pub fn zoom(&self, factor: f32, at: Option<(f32, f32)>) -> View {
        let Some(room) = self.room else { return self.view };
        viewport::zoom(self.drawing, room, self.view, self.need, factor, at)
    }

    /// `view` moved by so many pixels.
    #[must_use]
    pub fn pan_from(&self, view: View, dx: f32, dy: f32) -> View {
        let Some(room) = self.room else { return self.view };
        viewport::pan(self.drawing, room, view, self.need, dx, dy)
    }

    /// What is seen, moved until `rect` is.
    #[must_use]
    pub fn reveal(&self, rect: Rect) -> View {
        let Some(room) = self.room else { return self.view };
        viewport::reveal(self.drawing, room, self.view, self.need, rect)
    }
}

/// A drag: dragging moves what is seen.
#[derive(Clone, Copy)]
pub struct Drag {
    start: (f32, f32),
    view: View,
    held: bool,
    /// Whether the pointer was moved, so that its press of the button is no click.
    pub moved: bool,
}

/// What the pointer does on the canvas, as far as it is needed: of a pointer that the browser takes away as
/// of a button that goes up.
pub const DRAGGING: [On; 4] = [On::onpointerdown, On::onpointermove, On::onpointerup, On::onpointercancel];

/// The drag after what the pointer did, and what is seen then, where that changes.
pub fn drag(slot: &mut Option<Drag>, look: &Look, canvas: Option<Element>, event: &Event) -> Option<View> {
    let event = event.dyn_ref::<PointerEvent>()?;
    let at = (event.client_x() as f32, event.client_y() as f32);
    let kind = event.type_();
    if kind == "pointerdown" {
        if event.button() == 0 {
            *slot = Some(Drag { start: at, view: look.view, moved: false, held: true });
        }
        return None;
    }
    let drag = slot.as_mut().filter(|drag| drag.held)?;
    if kind != "pointermove" {
        drag.held = false;
        return None;
    }
    let (dx, dy) = (drag.start.0 - at.0, drag.start.1 - at.1);
    if !drag.moved && dx * dx + dy * dy > SLACK * SLACK {
        drag.moved = true;
        // Only now: a pointer that is captured does not click on cards.
        if let Some(canvas) = canvas {
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
    }
    drag.moved.then(|| look.pan_from(drag.view, dx, dy))
}

/// Calls `zoom` with a factor, and the point of the canvas that stays, when the wheel is turned with Ctrl or
/// Cmd. Not by Yew: its wheel listeners cannot keep the browser from zooming the page.
pub fn on_wheel(canvas: &Element, zoom: impl Fn(f32, (f32, f32)) + 'static) -> Listener {
    let of = canvas.clone();
    Listener::new(canvas, "wheel", move |event| {
        let Some(wheel) = event.dyn_ref::<WheelEvent>() else { return };
        if !wheel.ctrl_key() && !wheel.meta_key() {
            return;
        }
        wheel.prevent_default();
        let corner = of.get_bounding_client_rect();
        let at = (wheel.client_x() as f32 - corner.x() as f32, wheel.client_y() as f32 - corner.y() as f32);
        // A notch of a wheel is some 100 pixels, or 3 lines.
        let pixels = if wheel.delta_mode() == WheelEvent::DOM_DELTA_LINE { 33.0 } else { 1.0 };
        let notches = wheel.delta_y() * pixels / 100.0;
        let notches = f64::from(viewport::within(notches as f32, -3.0, 3.0));
        zoom(js_sys::Math::pow(1.2, -notches) as f32, at);
    })
}

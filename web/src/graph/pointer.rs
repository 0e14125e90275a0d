//! Looking at the graph with the pointer: dragging, the wheel, the size of the room.
//!
//! The plain wheel is left to the page; with Ctrl or Cmd, as a pinch arrives, it zooms.

use std::cell::RefCell;
use std::rc::Rc;

use stagewright::layout::{Rect, Size};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent, WheelEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::element;
use crate::graph::viewport::{self, Need, View};
use crate::platform::Listener;
use crate::platform::observe::{self, SizeObserver};

/// How far the pointer moves before it drags, in pixels.
const SLACK: f32 = 4.0;

/// What is looked at, and from where.
#[derive(Clone)]
pub struct Look {
    /// The size of the drawing.
    pub drawing: Size,
    /// The size of the room, where it is known.
    pub room: Option<Size>,
    /// What has to be seen if not all can be.
    pub need: Need,
    /// What is seen.
    pub view: UseStateHandle<View>,
}

impl Look {
    /// Makes the picture larger by `factor`, around a point of the room.
    pub fn zoom(&self, factor: f32, at: Option<(f32, f32)>) {
        if let Some(room) = self.room {
            self.view.set(viewport::zoom(self.drawing, room, *self.view, self.need, factor, at));
        }
    }

    /// Moves from `view` by so many pixels.
    pub fn pan_from(&self, view: View, dx: f32, dy: f32) {
        if let Some(room) = self.room {
            self.view.set(viewport::pan(self.drawing, room, view, self.need, dx, dy));
        }
    }

    /// Moves until `rect` is seen.
    pub fn reveal(&self, rect: Rect) {
        if let Some(room) = self.room {
            self.view.set(viewport::reveal(self.drawing, room, *self.view, self.need, rect));
        }
    }
}

/// A drag.
#[derive(Clone, Copy)]
struct Drag {
    start: (f32, f32),
    view: View,
    moved: bool,
    held: bool,
}

/// Dragging.
pub struct Dragging {
    drag: Rc<RefCell<Option<Drag>>>,
    canvas: NodeRef,
    look: Look,
}

impl Dragging {
    /// Says whether the last press of the button was a drag.
    pub fn moved(&self) -> impl Fn() -> bool + 'static {
        let drag = Rc::clone(&self.drag);
        move || drag.borrow().is_some_and(|drag| drag.moved)
    }

    /// Hears what the pointer does on an element.
    #[must_use]
    pub fn listen(self, element: element::Element) -> element::Element {
        let this = Rc::new(self);
        // Of a pointer that the browser takes away, as of a button that goes up.
        [On::onpointerdown, On::onpointermove, On::onpointerup, On::onpointercancel].into_iter().fold(
            element,
            |element, kind| {
                let this = Rc::clone(&this);
                element.on(kind.clone(), move |event| this.hear(&kind, &event))
            },
        )
    }

    fn hear(&self, kind: &On, event: &Event) {
        let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
        let at = (event.client_x() as f32, event.client_y() as f32);
        let mut slot = self.drag.borrow_mut();
        if *kind == On::onpointerdown {
            if event.button() == 0 {
                *slot = Some(Drag { start: at, view: *self.look.view, moved: false, held: true });
            }
            return;
        }
        let Some(drag) = slot.as_mut().filter(|drag| drag.held) else { return };
        if *kind != On::onpointermove {
            drag.held = false;
            return;
        }
        let (dx, dy) = (drag.start.0 - at.0, drag.start.1 - at.1);
        if !drag.moved && dx * dx + dy * dy > SLACK * SLACK {
            drag.moved = true;
            // Only now: a pointer that is captured does not click on cards.
            if let Some(canvas) = self.canvas.cast::<Element>() {
                let _ = canvas.set_pointer_capture(event.pointer_id());
            }
        }
        if drag.moved {
            self.look.pan_from(drag.view, dx, dy);
        }
    }
}

/// Dragging moves what is seen.
#[hook]
pub fn use_drag(canvas: &NodeRef, look: &Look) -> Dragging {
    Dragging { drag: use_mut_ref(|| None::<Drag>), canvas: canvas.clone(), look: look.clone() }
}

/// The wheel zooms with Ctrl or Cmd, around the pointer.
#[hook]
pub fn use_wheel(canvas: &NodeRef, look: &Look) {
    let latest = use_mut_ref(|| None::<Look>);
    *latest.borrow_mut() = Some(look.clone());
    let canvas = canvas.clone();
    use_effect_with((), move |()| {
        // Not by Yew: its wheel listeners cannot keep the browser from zooming the page.
        let listener = canvas.cast::<Element>().map(|element| {
            let of = element.clone();
            Listener::new(&element, "wheel", move |event| {
                let Some(wheel) = event.dyn_ref::<WheelEvent>() else { return };
                if !wheel.ctrl_key() && !wheel.meta_key() {
                    return;
                }
                wheel.prevent_default();
                let corner = of.get_bounding_client_rect();
                let at = (wheel.client_x() as f32 - corner.x() as f32, wheel.client_y() as f32 - corner.y() as f32);
                // A notch of a wheel is some 100 pixels, or 3 lines.
                let pixels = if wheel.delta_mode() == WheelEvent::DOM_DELTA_LINE { 33.0 } else { 1.0 };
                let notches = wheel.delta_y() as f32 * pixels / 100.0;
                if let Some(look) = &*latest.borrow() {
                    look.zoom(1.2_f32.powf(-viewport::within(notches, -3.0, 3.0)), Some(at));
                }
            })
        });
        move || drop(listener)
    });
}

/// The size of the room, once it is known.
#[hook]
pub fn use_room(canvas: &NodeRef) -> Option<Size> {
    let room = use_state_eq(|| None::<Size>);
    let (canvas, setter) = (canvas.clone(), room.setter());
    // Yew runs effects before the browser paints, so that the picture does not jump.
    use_effect_with((), move |()| {
        let set = move |(width, height)| setter.set(Some(Size { width, height }));
        let element = canvas.cast::<Element>();
        let observer = element.and_then(|element| {
            set(observe::size(&element));
            SizeObserver::new(&element, set)
        });
        move || drop(observer)
    });
    *room
}

//! The size of an element on the screen.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

/// Width and height of an element, in pixels.
#[must_use]
pub fn size(element: &Element) -> (f32, f32) {
    (element.client_width() as f32, element.client_height() as f32)
}

/// Tells the size of an element when it changes; dropping it ends that.
pub struct SizeObserver {
    observer: ResizeObserver,
    _closure: Closure<dyn FnMut()>,
}

impl SizeObserver {
    /// Calls `then` with the size of `element` at once and whenever it changes.
    #[must_use]
    pub fn new(element: &Element, then: impl Fn((f32, f32)) + 'static) -> Option<Self> {
        let observed = element.clone();
        let closure = Closure::<dyn FnMut()>::new(move || then(size(&observed)));
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _closure: closure })
    }
}

impl Drop for SizeObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

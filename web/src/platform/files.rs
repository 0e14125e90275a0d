//! Files that the reader gives: chosen in a field, or dropped.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Event, FileList, HtmlInputElement};

use super::Listener;

/// A file. Nothing of it is read yet.
pub struct File(web_sys::File);

impl File {
    /// Its name, without its folder.
    #[must_use]
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Its size in bytes.
    #[must_use]
    pub fn size(&self) -> f64 {
        self.0.size()
    }

    /// What is in it; none where it cannot be read, as it is a folder, or gone.
    pub async fn bytes(&self) -> Option<Vec<u8>> {
        let buffer = JsFuture::from(self.0.array_buffer()).await.ok()?;
        Some(Uint8Array::new(&buffer).to_vec())
    }
}

/// Calls `then` at each `event` of the page that nobody has kept to himself.
#[must_use]
pub fn on_page(event: &'static str, then: impl FnMut(Event) + 'static) -> Option<Listener> {
    let window = web_sys::window()?;
    Some(Listener::new(&window, event, then))
}

/// Whether what is dragged are files.
#[must_use]
pub fn are_dragged(event: &Event) -> bool {
    let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    data.is_some_and(|data| data.types().iter().any(|kind| kind.as_string().is_some_and(|kind| kind == "Files")))
}

/// Whether what is dragged leaves the page, and not only one part of it for another.
#[must_use]
pub fn leave_page(event: &Event) -> bool {
    event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none())
}

/// The files that are dropped.
#[must_use]
pub fn of_drop(event: &Event) -> Vec<File> {
    let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    listed(data.and_then(|data| data.files()))
}

/// The files that are chosen in a field, which is empty again then, so that the same can be chosen once more.
#[must_use]
pub fn of_field(event: &Event) -> Vec<File> {
    let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
        return Vec::new();
    };
    let files = listed(field.files());
    field.set_value("");
    files
}

fn listed(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|index| files.item(index)).map(File).collect()
}

//! Dialogs over the page. The browser keeps the focus in them, and closes them with Escape.

use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Opens the dialog of this id.
pub fn open(id: &str) {
    if let Some(dialog) = find(id) {
        // Fails only where it is open already.
        let _ = dialog.show_modal();
    }
}

/// Closes the dialog of this id.
pub fn close(id: &str) {
    if let Some(dialog) = find(id) {
        dialog.close();
    }
}

fn find(id: &str) -> Option<HtmlDialogElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

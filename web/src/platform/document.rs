//! The document around the program: settings on its root, what was typed before the program came, focus.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, HtmlElement, HtmlTextAreaElement};

use super::Listener;

/// What the reader did to the text of the first view before the program came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The text, where it is not the one of the page any more.
    pub text: Option<String>,
    /// Start and end of the selection, where the caret is in the text.
    pub caret: Option<(u32, u32)>,
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// What was typed into the text of the first view.
#[must_use]
pub fn typed() -> Typed {
    let Some(document) = document() else { return Typed::default() };
    let Some(area) = document.query_selector("#app textarea").ok().flatten() else { return Typed::default() };
    let focused = document.active_element().is_some_and(|active| active == area);
    let Ok(area) = area.dyn_into::<HtmlTextAreaElement>() else { return Typed::default() };
    let text = area.value();
    let offset = |at: Result<Option<u32>, _>| at.ok().flatten().unwrap_or_default();
    Typed {
        text: area.default_value().is_ok_and(|first| first != text).then_some(text),
        caret: focused.then(|| (offset(area.selection_start()), offset(area.selection_end()))),
    }
}

/// The element that `selector` finds first, as HTML.
#[must_use]
pub fn html_of(selector: &str) -> Option<String> {
    let element = document()?.query_selector(selector).ok()??;
    Some(element.outer_html())
}

/// Calls `then` when the rest of the program has come (web/js/boot.mjs).
#[must_use]
pub fn on_complete(mut then: impl FnMut() + 'static) -> Option<Listener> {
    let document = document()?;
    Some(Listener::new(&document, "stagewright:complete", move |_| then()))
}

/// The value of the field or list that `event` is of; empty where it is of something else.
#[must_use]
pub fn value(event: &web_sys::Event) -> String {
    let of = event.target().and_then(|target| js_sys::Reflect::get(&target, &"value".into()).ok());
    of.and_then(|value| value.as_string()).unwrap_or_default()
}

/// The name of the key that `event` is of; empty where it is of none.
#[must_use]
pub fn key(event: &web_sys::Event) -> String {
    event.dyn_ref::<web_sys::KeyboardEvent>().map(web_sys::KeyboardEvent::key).unwrap_or_default()
}

/// Whether `event` is of a button, which has its own keys.
#[must_use]
pub fn is_button(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.tag_name().eq_ignore_ascii_case("button"))
}

/// What is written in the field of this id; empty where there is none.
#[must_use]
pub fn field(id: &str) -> String {
    let field = document().and_then(|document| document.get_element_by_id(id));
    let value = field.and_then(|field| js_sys::Reflect::get(&field, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}

/// Writes into the field of this id.
pub fn set_field(id: &str, text: &str) {
    if let Some(field) = document().and_then(|document| document.get_element_by_id(id)) {
        // Fails only on what has no value.
        let _ = js_sys::Reflect::set(&field, &"value".into(), &text.into());
    }
}

/// Sets `data-NAME` of the root element, or takes it away.
pub fn set_root(name: &str, value: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let name = format!("data-{name}");
    // Fails only for names that are not allowed.
    let _ = match value {
        Some(value) => root.set_attribute(&name, value),
        None => root.remove_attribute(&name),
    };
}

/// The value of `data-NAME` of the root element.
#[must_use]
pub fn root(name: &str) -> Option<String> {
    document()?.document_element()?.get_attribute(&format!("data-{name}"))
}

/// The address of a file of the site, given relative to the page.
#[must_use]
pub fn address(path: &str) -> Option<String> {
    let base = document()?.base_uri().ok().flatten()?;
    web_sys::Url::new_with_base(path, &base).ok().map(|url| url.href())
}

/// Whether there is an element of this id.
#[must_use]
pub fn has(id: &str) -> bool {
    document().is_some_and(|document| document.get_element_by_id(id).is_some())
}

/// Gives the focus to the element of this id, without scrolling.
pub fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::SvgElement>().ok()) {
        let _ = element.focus();
    }
}

/// Whether there is an element that `selector` finds.
#[must_use]
pub fn has_any(selector: &str) -> bool {
    document().is_some_and(|document| document.query_selector(selector).ok().flatten().is_some())
}

/// Gives the focus to the first element that `selector` finds, or to what is to be focused in its shadow.
pub fn focus_any(selector: &str) {
    let Some(element) = document().and_then(|document| document.query_selector(selector).ok().flatten()) else {
        return;
    };
    let inner = element.shadow_root().and_then(|root| root.query_selector("[contenteditable]").ok().flatten());
    focus_element(&inner.unwrap_or(element));
}

/// Gives the focus to an element, where it takes it.
pub fn focus_element(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Writes `text` in place of what is between two places of a text area, in UTF-16 units, as one step that its own undo
/// takes back. Nothing happens where the browser has no such command.
pub fn type_over(area: &HtmlTextAreaElement, (start, end): (u32, u32), text: &str) {
    let Some(document) = document() else { return };
    focus_element(area);
    // Fails only for kinds of inputs that have no selection.
    let _ = area.set_selection_range(start, end);
    // It is old, and the only one that can be undone.
    let command = if text.is_empty() { "delete" } else { "insertText" };
    let document = document.unchecked_ref::<web_sys::HtmlDocument>();
    let _ = document.exec_command_with_show_ui_and_value(command, false, text);
}

/// Calls `then` once the browser has painted what is drawn now.
pub fn after_paint(then: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else { return };
    // A frame begins before it is painted; a task that is put off in it runs after.
    let frame = Closure::once_into_js(move || {
        let task = Closure::once_into_js(then);
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback(task.unchecked_ref());
        }
    });
    let _ = window.request_animation_frame(frame.unchecked_ref());
}

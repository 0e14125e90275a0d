//! The editor library as Rust sees it: web/js/editor.mjs.
//!
//! The module is imported at run time, from the address in `data-editor` on the root element. The closures
//! that it calls are owned by [`Bridge`], and live as long as the editor.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint32Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlTextAreaElement};
use yew::Callback;

use crate::editor::language::Question;
use crate::editor::paint::Marks;
use crate::editor::value::Value;
use crate::platform::document;
use crate::strings;

#[wasm_bindgen]
extern "C" {
    /// JavaScript's own `import(…)`.
    #[wasm_bindgen(js_name = "import", catch)]
    fn dynamic_import(address: &str) -> Result<Promise, JsValue>;

    type Editor;

    #[wasm_bindgen(method, js_name = setDoc)]
    fn set_doc(this: &Editor, text: &str);
    #[wasm_bindgen(method)]
    fn show(this: &Editor, tokens: &Uint32Array, lines: &Uint32Array, problems: &Uint32Array, messages: &Array);
    #[wasm_bindgen(method)]
    fn reveal(this: &Editor, offset: u32);
    #[wasm_bindgen(method)]
    fn destroy(this: &Editor);
}

/// The library, where it can be loaded.
pub async fn import() -> Option<JsValue> {
    let address = document::address(&document::root("editor")?)?;
    JsFuture::from(dynamic_import(&address).ok()?).await.ok()
}

/// What the editor tells. Offsets are in UTF-16 units; none says that there is no caret, or no pointer.
pub struct Callbacks {
    /// The text was changed.
    pub change: Callback<String>,
    /// The caret was moved.
    pub caret: Callback<Option<u32>>,
    /// The pointer came to another line.
    pub hover: Callback<Option<u32>>,
    /// A name was changed that the request has, too: the new target, and the old and the new name of a
    /// build arg.
    pub rename: Callback<Renamed>,
    /// A question about the text.
    pub ask: Callback<Question, Value>,
}

/// The new target, and the old and the new name of a build arg.
pub type Renamed = (Option<String>, Option<(String, String)>);

type OnRename = dyn Fn(Option<String>, Option<String>, Option<String>);
type OnAsk = dyn Fn(String, u32, u32, String) -> JsValue;

/// A mounted editor.
pub struct Bridge {
    editor: Editor,
    _change: Closure<dyn Fn(String)>,
    _caret: Closure<dyn Fn(i32)>,
    _hover: Closure<dyn Fn(i32)>,
    _rename: Closure<OnRename>,
    _ask: Closure<OnAsk>,
}

impl Bridge {
    /// Mounts an editor in `host` with the text, selection and focus of `area`.
    #[must_use]
    pub fn mount(library: &JsValue, host: &Element, area: &HtmlTextAreaElement, to: Callbacks) -> Option<Self> {
        let change = Closure::<dyn Fn(String)>::new(move |text| to.change.emit(text));
        let caret = Closure::<dyn Fn(i32)>::new(move |at| to.caret.emit(u32::try_from(at).ok()));
        let hover = Closure::<dyn Fn(i32)>::new(move |at| to.hover.emit(u32::try_from(at).ok()));
        let rename = Closure::<OnRename>::new(move |target, old: Option<String>, new| {
            to.rename.emit((target, old.zip(new)));
        });
        let ask =
            Closure::<OnAsk>::new(move |what, at, length, name| js(to.ask.emit(Question { what, at, length, name })));
        let offset = |at: Result<Option<u32>, JsValue>| at.ok().flatten().unwrap_or_default();
        let focus = host.owner_document().and_then(|document| document.active_element());
        let focus = focus.is_some_and(|active| &active == AsRef::<Element>::as_ref(area));
        let options = Object::new();
        let entries: [(&str, JsValue); 11] = [
            ("parent", host.into()),
            ("doc", area.value().into()),
            ("label", strings::EDITOR.into()),
            ("anchor", offset(area.selection_start()).into()),
            ("head", offset(area.selection_end()).into()),
            ("focus", focus.into()),
            ("onChange", change.as_ref().clone()),
            ("onCursor", caret.as_ref().clone()),
            ("onHover", hover.as_ref().clone()),
            ("onRename", rename.as_ref().clone()),
            ("onAsk", ask.as_ref().clone()),
        ];
        for (key, value) in entries {
            Reflect::set(&options, &key.into(), &value).ok()?;
        }
        // Shown before it is mounted, so that the focus can go there.
        host.remove_attribute("hidden").ok()?;
        let mount = Reflect::get(library, &"mount".into()).ok()?.dyn_into::<Function>().ok()?;
        let editor = mount.call1(&JsValue::UNDEFINED, &options).ok()?.unchecked_into::<Editor>();
        Some(Self { editor, _change: change, _caret: caret, _hover: hover, _rename: rename, _ask: ask })
    }

    /// Replaces the text.
    pub fn set_doc(&self, text: &str) {
        self.editor.set_doc(text);
    }

    /// Shows tokens, problems and marks of lines, all at once: the library draws once.
    pub fn show(&self, marks: &Marks, lines: &[u32]) {
        let flat = |numbers: &[u32]| Uint32Array::from(numbers);
        let messages: Array = marks.messages.iter().map(|message| JsValue::from(message.as_str())).collect();
        self.editor.show(&flat(&marks.tokens), &flat(lines), &flat(&marks.problems), &messages);
    }

    /// Puts the caret at a place, and goes there.
    pub fn reveal(&self, offset: u32) {
        self.editor.reveal(offset);
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.editor.destroy();
    }
}

/// A value as JavaScript has it.
fn js(value: Value) -> JsValue {
    match value {
        Value::Nothing => JsValue::UNDEFINED,
        Value::Number(number) => number.into(),
        Value::Text(text) => text.into(),
        Value::List(list) => {
            let array = Array::new();
            for value in list {
                array.push(&js(value));
            }
            array.into()
        }
        Value::Record(parts) => {
            let object = Object::new();
            for (key, value) in parts {
                // Fails for objects only that are frozen.
                let _ = Reflect::set(&object, &key.into(), &js(value));
            }
            object.into()
        }
    }
}

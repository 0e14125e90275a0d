//! The text: a plain text area at once, and CodeMirror in its place when that has arrived.
//!
//! The library is imported after the first paint. If that fails, the text area stays, and everything else
//! works as before. What is shown in it is worked out in [`paint`], what it asks about the text is answered
//! in [`language`]; [`bridge`] speaks to the library.

pub mod bridge;
pub mod fixes;
pub mod language;
pub mod paint;
pub mod value;

use std::cell::RefCell;
use std::rc::Rc;

use stagewright::text::Utf16Cursor;
use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlTextAreaElement};
use yew::html::Scope;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::analysis::Answer;
use crate::editor::bridge::{Bridge, Callbacks};
use crate::editor::paint::Marks;
use crate::el;
use crate::links::Lit;
use crate::platform::document;
use crate::state::{Action, Spot};
use crate::strings;
use crate::typing::TextChange;

/// What the editor shows.
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The text and what is known of it.
    pub answer: Rc<Answer>,
    /// Counts the texts that the editor did not bring itself.
    pub loaded: u32,
    /// What is lit. None of it where graph and build order are of an earlier text.
    pub lit: Rc<Lit>,
    /// Selection and focus that the reader had before the program came.
    #[prop_or_default]
    pub caret: Option<(u32, u32)>,
    /// A place to go to, and how often one was asked for.
    pub reveal: (u32, u32),
    /// Where changes go.
    pub dispatch: Callback<Action>,
}

/// The editor.
pub struct Editor {
    host: NodeRef,
    area: NodeRef,
    bridge: Option<Bridge>,
    marks: Rc<Marks>,
    /// What is known of the text, for the library's questions.
    known: Rc<RefCell<Rc<Answer>>>,
    /// What the library shows: which text, of which marks, with what lit.
    shown: Option<(u32, Rc<Marks>, Rc<Lit>)>,
    /// How often it went to a place.
    revealed: u32,
}

/// What happens to the editor.
pub enum Message {
    /// The library is here.
    Arrived(JsValue),
}

impl Component for Editor {
    type Message = Message;
    type Properties = EditorProps;

    fn create(context: &Context<Self>) -> Self {
        Self {
            host: NodeRef::default(),
            area: NodeRef::default(),
            bridge: None,
            marks: Rc::new(Marks::of(&context.props().answer)),
            known: Rc::new(RefCell::new(Rc::clone(&context.props().answer))),
            shown: None,
            revealed: 0,
        }
    }

    fn changed(&mut self, context: &Context<Self>, old: &EditorProps) -> bool {
        let props = context.props();
        let answer = &props.answer;
        // Problems that are mended are shown at once; another file is no edit.
        if self.bridge.is_none() && props.loaded != old.loaded && props.reveal != old.reveal {
            self.write(&old.answer.source, &answer.source);
        }
        if old.answer != *answer {
            self.marks = Rc::new(Marks::of(answer));
            *self.known.borrow_mut() = Rc::clone(answer);
        }
        true
    }

    /// Mounts the library, with the text as it is now.
    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        let Message::Arrived(library) = message;
        let (Some(host), Some(area)) = (self.host.cast::<Element>(), self.area.cast::<HtmlTextAreaElement>()) else {
            return false;
        };
        self.bridge = Bridge::mount(&library, &host, &area, callbacks(&context.props().dispatch, &self.known));
        self.bridge.is_some()
    }

    fn view(&self, context: &Context<Self>) -> Html {
        view(self, context.props())
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        let props = context.props();
        if first {
            import(context.link().clone());
            self.give_caret_back(props.caret);
        }
        self.show(props);
        let (offset, times) = props.reveal;
        if times != self.revealed {
            self.revealed = times;
            self.reveal(offset);
        }
    }
}

impl Editor {
    /// Hands what has changed to the library.
    fn show(&mut self, props: &EditorProps) {
        let Some(bridge) = &self.bridge else { return };
        let next = (props.loaded, Rc::clone(&self.marks), Rc::clone(&props.lit));
        let last = self.shown.replace(next);
        let last = last.as_ref();
        if last.is_none_or(|(loaded, ..)| *loaded != props.loaded) {
            bridge.set_doc(&props.answer.source);
        }
        if last.is_none_or(|(_, marks, lit)| *marks != self.marks || *lit != props.lit) {
            bridge.show(&self.marks, &self.marks.lines_with(&props.lit));
        }
    }

    /// Gives the reader back the caret that was in the text of the first view.
    fn give_caret_back(&self, caret: Option<(u32, u32)>) {
        if let (Some((start, end)), Some(area)) = (caret, self.area.cast::<HtmlTextAreaElement>()) {
            // Fails only for kinds of inputs that have no selection.
            let _ = area.set_selection_range(start, end);
            document::focus_element(&area);
        }
    }

    /// Writes what differs into the text area as if it was typed, so that it can be undone there.
    fn write(&self, old: &str, new: &str) {
        let Some(area) = self.area.cast::<HtmlTextAreaElement>().filter(|area| area.value() == old) else { return };
        let TextChange { start, old_end, new_end } = TextChange::between(old, new);
        let mut units = Utf16Cursor::new(old);
        let range = (units.at(start as u32), units.at(old_end as u32));
        document::type_over(&area, range, &new[start..new_end]);
    }

    fn reveal(&self, offset: u32) {
        if let Some(bridge) = &self.bridge {
            bridge.reveal(offset);
        } else if let Some(area) = self.area.cast::<HtmlTextAreaElement>() {
            document::focus_element(&area);
            let _ = area.set_selection_range(offset, offset);
        }
    }
}

/// Imports the library once the first view is painted.
fn import(link: Scope<Editor>) {
    document::after_paint(move || {
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(library) = bridge::import().await {
                link.send_message(Message::Arrived(library));
            }
        });
    });
}

fn callbacks(dispatch: &Callback<Action>, known: &Rc<RefCell<Rc<Answer>>>) -> Callbacks {
    let to = |action: fn(Option<Spot>) -> Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |at: Option<u32>| dispatch.emit(action(at.map(Spot::Text))))
    };
    let known = Rc::clone(known);
    Callbacks {
        change: dispatch.reform(Action::Edit),
        caret: to(Action::Focus),
        hover: to(Action::Hover),
        rename: dispatch.reform(|(target, arg)| Action::Rename(target, arg)),
        ask: Callback::from(move |question| language::ask(&known.borrow(), &question)),
    }
}

fn view(editor: &Editor, props: &EditorProps) -> Html {
    let waiting = editor.bridge.is_none();
    let plain = waiting.then(|| {
        let dispatch = props.dispatch.clone();
        el!(
            "textarea",
            "aria-label": strings::EDITOR,
            "autocomplete": "off",
            "spellcheck": "false",
            "autocapitalize": "off",
            "wrap": "off",
        )
        .node(&editor.area)
        .field(AttrValue::Rc(Rc::clone(&props.answer.source)))
        .on(On::oninput, move |event| dispatch.emit(Action::Edit(document::value(&event))))
    });
    let host = el!("div", "class": "editor-host", "hidden": waiting.then_some("hidden")).node(&editor.host);
    el!("div", "class": "editor").child(host).maybe(plain).into()
}

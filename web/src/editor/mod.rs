//! The text: a plain text area at once, and CodeMirror in its place when that has arrived.
//!
//! The library is imported after the first paint. If that fails, the text area stays, and everything else
//! works as before. What is shown in it is worked out in [`paint`]; [`bridge`] speaks to the library.

pub mod bridge;
pub mod paint;

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::{Element, HtmlTextAreaElement};
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
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let host = use_node_ref();
    let area = use_node_ref();
    let bridge = use_mut_ref(|| None::<Bridge>);
    let ready = use_state(|| false);
    let marks = use_memo(Rc::clone(&props.answer), |answer| Marks::of(answer));
    use_library(props, &host, &area, &bridge, &ready);
    use_caret(props, &area);

    use_effect_with((*ready, props.loaded), {
        let (bridge, answer) = (Rc::clone(&bridge), Rc::clone(&props.answer));
        move |_| with(&bridge, |bridge| bridge.set_doc(&answer.source))
    });
    use_effect_with((*ready, Rc::clone(&marks)), {
        let bridge = Rc::clone(&bridge);
        move |(_, marks)| with(&bridge, |bridge| bridge.set_marks(marks))
    });
    use_effect_with((*ready, Rc::clone(&marks), Rc::clone(&props.lit)), {
        let bridge = Rc::clone(&bridge);
        move |(_, marks, lit)| with(&bridge, |bridge| bridge.set_lines(&marks.lines_with(lit)))
    });
    use_effect_with(props.reveal, {
        let (bridge, area) = (Rc::clone(&bridge), area.clone());
        move |&(offset, times)| {
            if times > 0 {
                reveal(&bridge, &area, offset);
            }
        }
    });

    let plain = (!*ready).then(|| {
        let dispatch = props.dispatch.clone();
        el!(
            "textarea",
            "aria-label": strings::EDITOR,
            "autocomplete": "off",
            "spellcheck": "false",
            "autocapitalize": "off",
            "wrap": "off",
        )
        .node(&area)
        .field(AttrValue::Rc(Rc::clone(&props.answer.source)))
        .on(On::oninput, move |event| dispatch.emit(Action::Edit(document::value(&event))))
    });
    let host = el!("div", "class": "editor-host", "hidden": (!*ready).then_some("hidden")).node(&host);
    el!("div", "class": "editor").child(host).maybe(plain).into()
}

/// Imports the library once the first view is painted, and mounts it with the text as it is then.
#[hook]
fn use_library(
    props: &EditorProps,
    host: &NodeRef,
    area: &NodeRef,
    bridge: &Rc<RefCell<Option<Bridge>>>,
    ready: &UseStateHandle<bool>,
) {
    let callbacks = Callbacks {
        change: props.dispatch.reform(Action::Edit),
        caret: props.dispatch.reform(|at: Option<u32>| Action::Focus(at.map(Spot::Text))),
        hover: props.dispatch.reform(|at: Option<u32>| Action::Hover(at.map(Spot::Text))),
    };
    let (host, area, bridge, ready) = (host.clone(), area.clone(), Rc::clone(bridge), ready.clone());
    use_effect_with((), move |()| {
        let owned = Rc::clone(&bridge);
        document::after_paint(move || {
            wasm_bindgen_futures::spawn_local(async move {
                let Some(library) = bridge::import().await else { return };
                let Some(host) = host.cast::<Element>() else { return };
                let Some(area) = area.cast::<HtmlTextAreaElement>() else { return };
                let Some(mounted) = Bridge::mount(&library, &host, &area, callbacks) else { return };
                *bridge.borrow_mut() = Some(mounted);
                ready.set(true);
            });
        });
        move || drop(owned.borrow_mut().take())
    });
}

/// Gives the reader back the caret that was in the text of the first view.
#[hook]
fn use_caret(props: &EditorProps, area: &NodeRef) {
    let area = area.clone();
    use_effect_with(props.caret, move |caret| {
        if let (Some((start, end)), Some(area)) = (*caret, area.cast::<HtmlTextAreaElement>()) {
            // Fails only for kinds of inputs that have no selection.
            let _ = area.set_selection_range(start, end);
            document::focus_element(&area);
        }
    });
}

fn with(bridge: &RefCell<Option<Bridge>>, then: impl FnOnce(&Bridge)) {
    if let Some(bridge) = &*bridge.borrow() {
        then(bridge);
    }
}

fn reveal(bridge: &RefCell<Option<Bridge>>, area: &NodeRef, offset: u32) {
    with(bridge, |bridge| bridge.reveal(offset));
    if let Some(area) = area.cast::<HtmlTextAreaElement>() {
        document::focus_element(&area);
        let _ = area.set_selection_range(offset, offset);
    }
}

//! The build args that the file declares.

use std::collections::BTreeMap;
use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::analysis::Answer;
use crate::el;
use crate::element::Element;
use crate::platform::document;
use crate::state::Action;
use crate::strings;

/// What can be set.
pub struct ArgsProps {
    /// The text and what is known of it.
    pub answer: Rc<Answer>,
    /// The args that are set.
    pub set: BTreeMap<String, String>,
    /// Where values go.
    pub dispatch: Callback<Action>,
}

/// A field for each build arg; nothing where the file declares none.
pub fn args(props: &ArgsProps) -> Option<Element> {
    let declared = props.answer.analysis.declared_args();
    if declared.is_empty() {
        return None;
    }
    let fields = declared.into_iter().map(|arg| {
        let id = ["arg-", &arg.name].concat();
        let input = el!(
            "input",
            "id": id.clone(),
            "type": "text",
            "autocomplete": "off",
            "spellcheck": "false",
            "placeholder": arg.default.unwrap_or_default(),
        );
        let set = props.set.get(&arg.name).cloned().unwrap_or_default();
        let (name, dispatch) = (arg.name.clone(), props.dispatch.clone());
        let input = input.field(set.into()).on(On::oninput, move |event| {
            let value = Some(document::value(&event)).filter(|value| !value.is_empty());
            dispatch.emit(Action::BuildArg(name.clone(), value));
        });
        let label = el!("label", "for": id).text(arg.name.clone());
        el!("div", "class": "field").key(arg.name).child(label).child(input)
    });
    Some(el!("fieldset", "class": "args").child(el!("legend").text(strings::BUILD_ARGS)).children(fields))
}

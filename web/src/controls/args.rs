//! The build args that the file declares.

use std::collections::BTreeMap;
use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::analysis::Answer;
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
pub fn args(props: &ArgsProps) -> Html {
    let declared = props.answer.analysis.declared_args();
    if declared.is_empty() {
        return Html::default();
    }
    html! {
        <fieldset class="args">
            <legend>{strings::BUILD_ARGS}</legend>
            {for declared.into_iter().map(|arg| {
                let name = arg.name.clone();
                let oninput = props.dispatch.reform(move |event: InputEvent| {
                    let value = event.target_dyn_into::<HtmlInputElement>().map(|input| input.value());
                    Action::BuildArg(name.clone(), value.filter(|value| !value.is_empty()))
                });
                let id = format!("arg-{}", arg.name);
                html! {
                    <div class="field" key={arg.name.clone()}>
                        <label for={id.clone()}>{&arg.name}</label>
                        <input
                            {id}
                            type="text"
                            autocomplete="off"
                            spellcheck="false"
                            value={props.set.get(&arg.name).cloned().unwrap_or_default()}
                            placeholder={arg.default.unwrap_or_default()}
                            {oninput}
                        />
                    </div>
                }
            })}
        </fieldset>
    }
}

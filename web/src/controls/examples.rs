//! The gallery, in a dialog.

use stagewright::share;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::examples::ALL;
use crate::state::Action;
use crate::strings;

/// Where the choice goes.
#[derive(Properties, PartialEq)]
pub struct ExamplesProps {
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// The button that opens the gallery, and the gallery.
#[component]
pub fn Examples(props: &ExamplesProps) -> Html {
    let dialog = use_node_ref();
    let with = |then: fn(&HtmlDialogElement)| {
        let dialog = dialog.clone();
        Callback::from(move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                then(&dialog);
            }
        })
    };
    // Fails only where it is open already.
    let open = with(|dialog| drop(dialog.show_modal()));
    let close = with(HtmlDialogElement::close);
    html! {
        <>
            <button type="button" aria-haspopup="dialog" onclick={open.reform(|_| ())}>{strings::EXAMPLES}</button>
            <dialog ref={dialog} class="gallery" aria-labelledby="gallery-title">
                <div class="gallery-head">
                    <h2 id="gallery-title">{strings::EXAMPLES_TITLE}</h2>
                    <button type="button" onclick={close.reform(|_| ())}>{strings::CLOSE}</button>
                </div>
                <ul>
                    {for ALL.iter().map(|example| {
                        let (dispatch, close) = (props.dispatch.clone(), close.clone());
                        let onclick = Callback::from(move |_: MouseEvent| {
                            close.emit(());
                            let source = example.source.to_owned();
                            dispatch.emit(Action::Open(share::State { source, ..share::State::default() }));
                        });
                        html! {
                            <li key={example.id}>
                                <button type="button" {onclick}>
                                    <b>{example.title}</b>
                                    <span>{example.idea}</span>
                                </button>
                            </li>
                        }
                    })}
                </ul>
            </dialog>
        </>
    }
}

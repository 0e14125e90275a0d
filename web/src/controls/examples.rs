//! The gallery, in a dialog.

use stagewright::share;
use yew::prelude::*;

use crate::examples::ALL;
use crate::platform::dialog;
use crate::state::Action;
use crate::strings;

/// The id of the dialog.
const ID: &str = "gallery";

/// The button that opens the gallery, and the gallery. The choice goes to `dispatch`.
pub fn examples(dispatch: &Callback<Action>) -> Html {
    let open = Callback::from(|_: MouseEvent| dialog::open(ID));
    let close = Callback::from(|_: MouseEvent| dialog::close(ID));
    html! {
        <>
            <button type="button" aria-haspopup="dialog" onclick={open}>{strings::EXAMPLES}</button>
            <dialog id={ID} class="gallery" aria-labelledby="gallery-title">
                <div class="gallery-head">
                    <h2 id="gallery-title">{strings::EXAMPLES_TITLE}</h2>
                    <button type="button" onclick={close}>{strings::CLOSE}</button>
                </div>
                <ul>
                    {for ALL.iter().map(|example| {
                        let onclick = dispatch.reform(|_: MouseEvent| {
                            dialog::close(ID);
                            let source = example.source.to_owned();
                            Action::Open(share::State { source, ..share::State::default() })
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

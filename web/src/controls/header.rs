//! The line at the top of the page: name, examples, link, theme.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::controls::examples::examples;
use crate::state::{Action, Theme};
use crate::strings;

/// What the header shows.
pub struct HeaderProps {
    /// The theme.
    pub theme: Theme,
    /// Whether everything is larger.
    pub present: bool,
    /// Asks for a link.
    pub copy: Callback<()>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// The header.
pub fn header(props: &HeaderProps) -> Html {
    let on_theme = props.dispatch.reform(|event: Event| {
        let name = event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value());
        Action::Theme(Theme::parse(&name.unwrap_or_default()))
    });
    let present = !props.present;
    html! {
        <header>
            <h1>{strings::PRODUCT}</h1>
            <p class="tagline">{strings::TAGLINE}</p>
            <div class="actions">
                {examples(&props.dispatch)}
                <button type="button" onclick={props.copy.reform(|_| ())}>{strings::COPY_LINK}</button>
                <button
                    type="button"
                    class="present"
                    aria-pressed={props.present.to_string()}
                    onclick={props.dispatch.reform(move |_| Action::Present(present))}
                >
                    {strings::PRESENT}
                </button>
                <select aria-label={strings::THEME} onchange={on_theme}>
                    {for Theme::ALL.into_iter().map(|theme| html! {
                        <option value={theme.name()} selected={theme == props.theme}>{strings::theme(theme)}</option>
                    })}
                </select>
            </div>
        </header>
    }
}

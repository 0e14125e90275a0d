//! Starts the playground.

use yew::prelude::*;

#[component]
fn App() -> Html {
    html! {
        <h1>{ "Stagewright" }</h1>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}

//! Starts the playground in place of the first view, with what the reader did to that.

use stagewright_web::app::{App, AppProps};
use stagewright_web::platform::start;

fn main() {
    let Some(root) = start::root() else { return };
    let props: AppProps = start::props();
    yew::Renderer::<App>::with_root_and_props(root, props).render();
}

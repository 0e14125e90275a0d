//! BuildKit and the classic builder side by side: the figures of each, its timeline and its steps, on one scale of
//! time, lit together with graph and text.

use std::rc::Rc;

use yew::virtual_dom::{ListenerKind as On, VChild};

use super::changes::chains;
use super::panel::SimulationProps;
use super::run::{Run, Simulated};
use super::settings::WhichBuild;
use super::timeline::{Timeline, TimelineProps};
use super::told::figures;
use crate::el;
use crate::element::Element;
use crate::steps::part::parts;
use crate::steps::{Listed, Source};
use crate::strings::simulation as words;

/// Both builders.
pub fn both(props: &SimulationProps, simulated: &Simulated, other: &Rc<Run>) -> Element {
    let runs = [(words::BUILDKIT, &simulated.run), (words::CLASSIC, other)];
    let columns = runs.map(|(name, run)| builder(props, name, run, simulated.film.total));
    el!("div", "class": "both").children(columns)
}

/// One of them.
fn builder(props: &SimulationProps, name: &'static str, run: &Rc<Run>, span: u64) -> Element {
    let lit = run.lit(&props.lit, props.state.spot());
    let figures = figures(run, props.settings.build)
        .into_iter()
        .map(|(name, value)| el!("div").key(name).child(el!("dt").text(name)).child(el!("dd").text(value)));
    let listed = Listed {
        of: Source::Run(Rc::clone(run)),
        is_order: false,
        go_to: props.go_to.clone(),
        dispatch: props.dispatch.clone(),
    };
    let steps = parts(&listed, &lit, props.settings.at);
    let timeline =
        TimelineProps { run: Rc::clone(run), span, lit, at: props.settings.at, dispatch: props.dispatch.clone() };
    el!("div", "class": "builder", "role": "group", "aria-label": name)
        .child(el!("h3").text(name))
        .maybe(refusal(props, run))
        .child(el!("dl", "class": "figures").children(figures))
        .maybe(note(props, run).map(|note| el!("p", "class": "note").text(note)))
        .child(VChild::<Timeline>::new(timeline, None))
        .maybe(chains(props, run))
        .child(steps)
}

/// What the builder does not build, and where that stands.
fn refusal(props: &SimulationProps, run: &Run) -> Option<Element> {
    let (text, at) = run.refusal.as_ref()?;
    let place = el!("button", "type": "button").send(On::onclick, &props.go_to, *at).text(words::SHOW_IN_TEXT);
    let told = el!("p").child(el!("b").text(words::it_refuses(text))).child(el!("code").text(text.clone()));
    Some(el!("div", "class": "refusal").child(told).child(place))
}

/// What of the settings does not hold for a builder.
fn note(props: &SimulationProps, run: &Run) -> Option<&'static str> {
    let settings = &props.settings;
    match settings.build {
        _ if !run.is_classic => None,
        WhichBuild::Logged => Some(words::CLASSIC_HAS_NO_LOG),
        WhichBuild::Next if !settings.no_cache_stages.is_empty() => Some(words::CLASSIC_HAS_NO_FILTER),
        _ => None,
    }
}

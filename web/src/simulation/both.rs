//! BuildKit and the classic builder side by side: the figures of each, its timeline and its steps, on one scale of
//! time, lit together with graph and text.

use std::rc::Rc;

use stagewright::plan::StepId;
use yew::prelude::*;
use yew::virtual_dom::{ListenerKind as On, VChild};

use super::changes::chains;
use super::film::standing;
use super::panel::SimulationProps;
use super::run::{Run, Simulated};
use super::settings::Build;
use super::timeline::{Timeline, TimelineProps};
use super::told::figures;
use crate::el;
use crate::element::{Element, class, when};
use crate::state::Action;
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
    let steps = StepsProps {
        run: Rc::clone(run),
        lit: lit.clone(),
        at: props.settings.at,
        go_to: props.go_to.clone(),
        dispatch: props.dispatch.clone(),
    };
    let timeline =
        TimelineProps { run: Rc::clone(run), span, lit, at: props.settings.at, dispatch: props.dispatch.clone() };
    el!("div", "class": "builder", "role": "group", "aria-label": name)
        .child(el!("h3").text(name))
        .maybe(refusal(props, run))
        .child(el!("dl", "class": "figures").children(figures))
        .maybe(note(props, run).map(|note| el!("p", "class": "note").text(note)))
        .child(VChild::<Timeline>::new(timeline, None))
        .maybe(chains(props, run))
        .child(VChild::<Steps>::new(steps, None))
}

/// What the builder does not build, and where that stands.
fn refusal(props: &SimulationProps, run: &Run) -> Option<Element> {
    let (text, at) = run.refusal.as_ref()?;
    let place = el!("button", "type": "button").send(On::onclick, &props.go_to, *at).text(words::SHOW_IN_TEXT);
    let told = el!("p").child(el!("b").text(words::REFUSES)).child(el!("code").text(text.clone()));
    Some(el!("div", "class": "refusal").child(told).child(place))
}

/// What of the settings does not hold for a builder.
fn note(props: &SimulationProps, run: &Run) -> Option<&'static str> {
    let settings = &props.settings;
    match settings.build {
        _ if !run.is_classic => None,
        Build::Logged => Some(words::CLASSIC_HAS_NO_LOG),
        Build::Next if !settings.no_cache_stages.is_empty() => Some(words::CLASSIC_HAS_NO_FILTER),
        _ => None,
    }
}

/// The steps of a builder, drawn anew where something of them changes only.
struct Steps;

#[derive(Clone, Properties, PartialEq)]
struct StepsProps {
    run: Rc<Run>,
    lit: Vec<StepId>,
    at: Option<u32>,
    go_to: Callback<u32>,
    dispatch: Callback<Action>,
}

impl Component for Steps {
    type Message = ();
    type Properties = StepsProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let props = context.props();
        el!("ol", "class": "steps").children((0..props.run.plan.steps.len()).map(|index| step(props, index))).into()
    }
}

fn step(props: &StepsProps, index: usize) -> Element {
    let run = &props.run;
    let step = &run.plan.steps[index];
    let spot = run.spot(index);
    let mut button = el!("button", "type": "button")
        .send(On::onfocus, &props.dispatch, Action::Focus(spot))
        .send(On::onblur, &props.dispatch, Action::Focus(None))
        .child(el!("span").text(step.label.clone()))
        .child(el!("span", "class": "took").text(run.note(index)));
    if let Some(origin) = step.origins.first() {
        button = button.send(On::onclick, &props.go_to, origin.range.start);
    }
    let stands = props.at.map_or("", |at| standing(&run.schedule, index, at).name());
    let cached = if run.is_cached(index) { "true" } else { "false" };
    el!("li", "class": class(&[when(props.lit.contains(&step.id), "lit"), stands]), "data-cached": cached)
        .key(index)
        .send(On::onmouseenter, &props.dispatch, Action::Hover(spot))
        .send(On::onmouseleave, &props.dispatch, Action::Hover(None))
        .child(button)
}

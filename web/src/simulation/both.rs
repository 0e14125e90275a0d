//! BuildKit and the classic builder side by side: the figures of each, its timeline and its steps, on one scale of
//! time, lit together with graph and text.

use std::ops::Range;
use std::rc::Rc;

use stagewright::plan::StepId;
use yew::prelude::*;
use yew::virtual_dom::{ListenerKind as On, VChild};

use super::changes::chains;
use super::film::{Standing, standing};
use super::panel::SimulationProps;
use super::run::{Run, Simulated};
use super::settings::WhichBuild;
use super::timeline::{Timeline, TimelineProps};
use super::told::figures;
use crate::el;
use crate::element::{Element, class, list, when};
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
    let steps = steps(props, run, &lit);
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

/// So many steps are drawn together: of thousands, only those anew that something has happened to.
const TOGETHER: usize = 64;

/// The steps of a builder.
fn steps(props: &SimulationProps, run: &Rc<Run>, lit: &[StepId]) -> Element {
    let n_steps = run.plan.steps.len();
    let mut all = el!("ol", "class": "steps");
    for first in (0..n_steps).step_by(TOGETHER) {
        let indexes = first..(first + TOGETHER).min(n_steps);
        let stands = |at: u32| indexes.clone().map(|index| standing(&run.schedule, index, at)).collect();
        let is_here = |step: &&StepId| indexes.contains(&(step.0 as usize));
        let part = PartProps {
            run: Rc::clone(run),
            lit: lit.iter().filter(is_here).copied().collect(),
            stands: props.settings.at.map(stands),
            indexes: indexes.clone(),
            go_to: props.go_to.clone(),
            dispatch: props.dispatch.clone(),
        };
        all = all.child(VChild::<Part>::new(part, Some(first.into())));
    }
    all
}

/// Some steps of a builder.
struct Part;

#[derive(Clone, Properties, PartialEq)]
struct PartProps {
    run: Rc<Run>,
    indexes: Range<usize>,
    /// Those of them that are lit.
    lit: Vec<StepId>,
    /// How they stand, while the build is shown moment by moment.
    stands: Option<Vec<Standing>>,
    go_to: Callback<u32>,
    dispatch: Callback<Action>,
}

impl Component for Part {
    type Message = ();
    type Properties = PartProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let props = context.props();
        list(props.indexes.clone().map(|index| step(props, index).into()).collect())
    }
}

fn step(props: &PartProps, index: usize) -> Element {
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
    let stands = props.stands.as_ref().and_then(|all| all.get(index - props.indexes.start));
    let stands = stands.map_or("", |stands| stands.name());
    let cached = if run.is_cached(index) { "true" } else { "false" };
    el!("li", "class": class(&[when(props.lit.contains(&step.id), "lit"), stands]), "data-cached": cached)
        .key(index)
        .send(On::onmouseenter, &props.dispatch, Action::Hover(spot))
        .send(On::onmouseleave, &props.dispatch, Action::Hover(None))
        .child(button)
}

//! The simulation below graph and build order: its switches, what comes out in a sentence, the film's controls, and
//! one of its sides.

use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::{ListenerKind as On, VChild};

use super::both::both;
use super::changes::{chains, changes};
use super::compare::compare;
use super::run::{Run, Simulated};
use super::settings::{Builder, Change, Panel, Settings, WhichBuild};
use super::timeline::{Timeline, TimelineProps};
use super::times::times;
use super::{film, intake};
use crate::el;
use crate::element::{Element, class, when};
use crate::links::Lit;
use crate::platform::{document, files};
use crate::state::{Action, State};
use crate::strings::simulation as words;

/// What is shown.
pub struct SimulationProps {
    /// The state of the page.
    pub state: Rc<State>,
    /// What is asked.
    pub settings: Rc<Settings>,
    /// What comes out; none while it is folded.
    pub simulated: Option<Rc<Simulated>>,
    /// What is lit.
    pub lit: Rc<Lit>,
    /// Asks for a place in the text, in bytes.
    pub go_to: Callback<u32>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

impl SimulationProps {
    /// A button that makes a change.
    pub fn button(&self, change: Change) -> Element {
        el!("button", "type": "button").send(On::onclick, &self.dispatch, Action::Simulate(change))
    }

    /// Two or more buttons of which one is pressed.
    pub fn segments(
        &self,
        name: &'static str,
        choices: impl IntoIterator<Item = (&'static str, bool, Change)>,
    ) -> Element {
        let buttons = choices.into_iter().map(|(text, pressed, change)| {
            el!("button", "type": "button", "aria-pressed": pressed)
                .send(On::onclick, &self.dispatch, Action::Simulate(change))
                .text(text)
        });
        el!("div", "class": "segments", "role": "group", "aria-label": name).children(buttons)
    }
}

/// What unfolds the simulation, in the place of it while it is folded.
pub fn closed(dispatch: &Callback<Action>) -> Element {
    let button = |class: &'static str, change: Change| {
        el!("button", "type": "button", "class": class).send(On::onclick, dispatch, Action::Simulate(change))
    };
    let head = el!("h2")
        .child(
            el!("button", "type": "button", "class": "quiet", "aria-expanded": false)
                .send(On::onclick, dispatch, Action::Simulate(Change::Open(true)))
                .text(words::SIMULATION),
        )
        .child(el!("span", "class": "count").text(words::SIMULATION_HELP));
    el!("section", "class": "simulation", "aria-label": words::SIMULATION).child(
        el!("div", "class": "simulation-head").child(head).child(button("play", Change::Play(true)).text(words::PLAY)),
    )
}

/// The simulation, unfolded.
pub fn simulation(props: &SimulationProps) -> Element {
    let Some(simulated) = &props.simulated else { return closed(&props.dispatch) };
    let settings = &props.settings;
    let head = el!("h2").child(
        el!("button", "type": "button", "class": "quiet", "aria-expanded": true)
            .send(On::onclick, &props.dispatch, Action::Simulate(Change::Open(false)))
            .text(words::SIMULATION),
    );
    let side = match settings.panel {
        Panel::Timeline => timeline(props, simulated),
        Panel::Changes => changes(props, simulated),
        Panel::Times => times(props, simulated),
        Panel::Compare => compare(props, simulated),
    };
    let dispatch = props.dispatch.clone();
    el!("section", "class": "simulation open", "aria-label": words::SIMULATION)
        .on(On::ondrop, move |event| {
            if files::are_dragged(&event) {
                intake::dropped(&event, intake::Place::Simulation, &dispatch);
            }
        })
        .child(
            el!("div", "class": "simulation-head")
                .child(head)
                .child(switches(props))
                .child(transport(props, simulated)),
        )
        .child(verdict(props, simulated))
        .child(sides(props))
        .child(el!("div", "class": "side").child(side))
}

/// Builder, cache, workers.
fn switches(props: &SimulationProps) -> Element {
    let settings = &props.settings;
    let builders =
        [(words::BUILDKIT, Builder::BuildKit), (words::CLASSIC, Builder::Classic), (words::BOTH, Builder::Both)];
    let builders = builders.map(|(text, builder)| (text, settings.builder == builder, Change::Builder(builder)));
    let builds = [
        (words::FIRST_BUILD, WhichBuild::First),
        (words::NEXT_BUILD, WhichBuild::Next),
        (words::LOGGED, WhichBuild::Logged),
    ];
    let n_builds = if settings.log.is_log() { 3 } else { 2 };
    let builds = builds.into_iter().take(n_builds);
    let builds = builds.map(|(text, build)| (text, settings.build == build, Change::Build(build)));
    let mut row = el!("div", "class": "switches")
        .child(props.segments(words::BUILDER, builders))
        .child(props.segments(words::BUILD, builds));
    // The classic builder has one worker, whatever there is.
    if settings.builder != Builder::Classic {
        let dispatch = props.dispatch.clone();
        let options = [None, Some(1), Some(2), Some(3), Some(4), Some(8), Some(16)].map(|workers| {
            let selected = (workers == settings.workers).then_some("selected");
            let value = workers.map(|workers| workers.to_string()).unwrap_or_default();
            let text = workers.map_or_else(|| words::ANY.to_owned(), |workers| workers.to_string());
            el!("option", "value": value, "selected": selected).text(text)
        });
        let select = el!("select").children(options).on(On::onchange, move |event| {
            dispatch.emit(Action::Simulate(Change::Workers(document::value(&event).parse().ok())));
        });
        row = row.child(el!("label", "class": "field").child(el!("span").text(words::WORKERS)).child(select));
    }
    row
}

/// First, back, play, forward, last; with the arrow keys, too.
fn transport(props: &SimulationProps, simulated: &Simulated) -> Element {
    let at = props.settings.at;
    let moments = film::moments(&simulated.film);
    let end = moments.last().copied().unwrap_or(0);
    let to = |moment: Option<u32>| moment.map(|moment| Change::At(Some(moment)));
    let back = to(at.and_then(|at| film::previous(&moments, at)));
    let on = to(at.map_or(Some(0), |at| film::next(&moments, at)));
    let (first, last) = (to(at.map(|_| 0)), to((at != Some(end)).then_some(end)));
    let playing = props.settings.playing;
    let (play, sign) = if playing { (words::PAUSE, "M5 3v10M11 3v10") } else { (words::PLAY, "M4 2.5l9 5.5-9 5.5z") };
    let leave = at.map(|_| icon(props, words::STOP, Some(Change::At(None)), "M4 4l8 8M12 4l-8 8"));
    let buttons = [
        icon(props, words::TO_FIRST, first.clone(), "M4 3v10M12 3L6 8l6 5z"),
        icon(props, words::BACK, back.clone(), "M11 3L5 8l6 5z"),
        icon(props, play, Some(Change::Play(!playing)), sign),
        icon(props, words::FORWARD, on.clone(), "M5 3l6 5-6 5z"),
        icon(props, words::TO_LAST, last.clone(), "M12 3v10M4 3l6 5-6 5z"),
    ];
    let dispatch = props.dispatch.clone();
    el!("div", "class": "transport", "role": "toolbar", "aria-label": words::FILM)
        .on(On::onkeydown, move |event| {
            let change = match document::key(&event).as_str() {
                "ArrowRight" => on.clone(),
                "ArrowLeft" => back.clone(),
                "Home" => first.clone(),
                "End" => last.clone(),
                " " if document::is_button(&event) => None,
                " " => Some(Change::Play(!playing)),
                _ => return,
            };
            if let Some(change) = change {
                event.prevent_default();
                dispatch.emit(Action::Simulate(change));
            }
        })
        .children(buttons)
        .maybe(leave)
}

/// A button of the film's, which does nothing where there is no change to make.
fn icon(props: &SimulationProps, name: &'static str, change: Option<Change>, path: &'static str) -> Element {
    let is_idle = change.is_none().then_some("true");
    let button =
        el!("button", "type": "button", "class": "icon", "aria-label": name, "title": name, "aria-disabled": is_idle);
    let button = match change {
        Some(change) => button.send(On::onclick, &props.dispatch, Action::Simulate(change)),
        None => button,
    };
    let picture = el!("svg", "aria-hidden": "true", "width": "16", "height": "16", "viewBox": "0 0 16 16");
    button.child(picture.child(el!("path", "d": path)))
}

/// What comes out, in a sentence; while the build is shown moment by moment, what happens now.
fn verdict(props: &SimulationProps, simulated: &Simulated) -> Element {
    let Some(at) = props.settings.at else {
        let facts = simulated.facts.iter().map(|fact| el!("li").text(fact.clone()));
        return el!("div", "class": "outcome")
            .child(el!("p", "aria-live": "polite").child(el!("b").text(simulated.headline.clone())))
            .child(el!("ul").children(facts));
    };
    let told = |run: &Run| film::told(&run.plan, &run.schedule, at);
    // While it goes on by itself nobody can listen so fast.
    let live = if props.settings.playing { "off" } else { "polite" };
    let now = el!("div", "class": "now", "aria-live": live);
    let now = match &simulated.other {
        None => now.text(told(&simulated.run)),
        Some(other) => {
            let runs = [(words::BUILDKIT, &simulated.run), (words::CLASSIC, other)];
            now.children(runs.map(|(name, run)| {
                el!("p").key(name).child(el!("b").text(name)).text(" ").child(el!("span").text(told(run)))
            }))
        }
    };
    el!("div", "class": "outcome film")
        .child(el!("p", "class": "clock").text(super::words::time(u64::from(at))))
        .child(now)
}

/// What can be looked at.
fn sides(props: &SimulationProps) -> Element {
    let side = props.settings.panel;
    let sides = [
        (words::TIMELINE, Panel::Timeline),
        (words::CHANGES, Panel::Changes),
        (words::TIMES, Panel::Times),
        (words::COMPARE, Panel::Compare),
    ];
    let buttons = sides.map(|(text, panel)| {
        el!("button", "type": "button", "class": class(&["side-name", when(panel == side, "shown")]), "aria-pressed": panel == side)
            .send(On::onclick, &props.dispatch, Action::Simulate(Change::Panel(panel)))
            .text(text)
    });
    el!("div", "class": "sides", "role": "group", "aria-label": words::SIDES).children(buttons)
}

fn timeline(props: &SimulationProps, simulated: &Simulated) -> Element {
    if let Some(other) = &simulated.other {
        return both(props, simulated, other);
    }
    let timeline = TimelineProps {
        span: simulated.run.schedule.total,
        lit: simulated.run.lit(&props.lit, props.state.spot()),
        run: Rc::clone(&simulated.run),
        at: props.settings.at,
        dispatch: props.dispatch.clone(),
    };
    let beside = simulated.beside.as_ref().map(|beside| el!("p", "class": "beside").text(beside.clone()));
    el!("div").child(VChild::<Timeline>::new(timeline, None)).maybe(beside).maybe(chains(props, &simulated.run))
}

//! The timeline: lanes over time, a bar for each step.
//!
//! Places along the time are percentages of the whole, so that zooming changes the width of one element and draws
//! nothing anew; the bars are a component of their own for the same reason. What is written on a bar is cut off by it.

use std::rc::Rc;

use stagewright::plan::StepId;
use stagewright::simulate::{Slot, StepState};
use yew::prelude::*;
use yew::virtual_dom::{ListenerKind as On, VChild};

use super::run::Run;
use super::words;
use crate::el;
use crate::element::{Element, class, when};
use crate::state::Action;
use crate::strings::simulation as strings;

/// Height of a lane, in pixels.
const LANE: u32 = 30;
/// Height of the scale above them.
const SCALE: u32 = 26;
/// Between a bar and its lane.
const GAP: u32 = 3;
/// Width of a step that takes no time.
const MARK: u32 = 5;
/// How much wider the timeline can be than its place.
const MOST: u32 = 64;

/// What is drawn.
#[derive(Clone, Properties, PartialEq)]
pub struct TimelineProps {
    /// The build.
    pub run: Rc<Run>,
    /// How much time there is room for, in milliseconds: at least as long as it takes.
    pub span: u64,
    /// Which steps are lit.
    pub lit: Vec<StepId>,
    /// How far the build is shown, in milliseconds.
    pub at: Option<u32>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// A timeline, with its own zoom.
pub struct Timeline {
    /// How many times as wide as its place it is.
    zoom: u32,
}

impl Component for Timeline {
    /// The zoom.
    type Message = u32;
    type Properties = TimelineProps;

    fn create(_: &Context<Self>) -> Self {
        Self { zoom: 1 }
    }

    fn update(&mut self, _: &Context<Self>, zoom: u32) -> bool {
        let zoom = zoom.clamp(1, MOST);
        std::mem::replace(&mut self.zoom, zoom) != zoom
    }

    fn view(&self, context: &Context<Self>) -> Html {
        view(self.zoom, context)
    }
}

fn view(zoom: u32, context: &Context<Timeline>) -> Html {
    let props = context.props();
    let height = SCALE + props.run.schedule.n_lanes.max(1) * LANE;
    let to = context.link().callback(|zoom| zoom);
    let button = |name: &'static str, zoom: u32, d: &'static str| {
        let picture = el!("svg", "aria-hidden": "true", "width": "16", "height": "16", "viewBox": "0 0 16 16");
        el!("button", "type": "button", "class": "icon", "aria-label": name, "title": name)
            .send(On::onclick, &to, zoom)
            .child(picture.child(el!("path", "d": d)))
    };
    let tools = el!("div", "class": "timeline-tools", "role": "group", "aria-label": strings::TIMELINE_VIEW)
        .child(button(strings::TIMELINE_OUT, zoom / 2, "M3 8h10"))
        .child(button(strings::TIMELINE_IN, zoom * 2, "M3 8h10M8 3v10"));
    let drawing = el!(
        "svg",
        "class": "lanes",
        "role": "img",
        "aria-label": props.run.summary(),
        "width": percent(f64::from(zoom) * 100.0),
        "height": height.to_string(),
    )
    .child(scale(props.span, zoom, height))
    .child(VChild::<Bars>::new(
        BarsProps { run: Rc::clone(&props.run), span: props.span, dispatch: props.dispatch.clone() },
        None,
    ))
    .children(lit(props))
    .maybe(props.at.map(|at| now(props.span, at, height)));
    el!("div", "class": "timeline")
        .child(tools)
        .child(
            el!("div", "class": "timeline-room", "tabindex": "0", "role": "region", "aria-label": strings::TIMELINE)
                .child(drawing),
        )
        .into()
}

/// The bars of a build, drawn anew for another build only.
struct Bars;

#[derive(Clone, Properties, PartialEq)]
struct BarsProps {
    run: Rc<Run>,
    span: u64,
    dispatch: Callback<Action>,
}

impl Component for Bars {
    type Message = ();
    type Properties = BarsProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let BarsProps { run, span, dispatch } = context.props();
        let places = places(run, *span);
        let started = run.schedule.slots.iter().zip(&places).enumerate();
        let started = started.filter(|(_, (slot, _))| slot.state != StepState::NotStarted);
        let bars = started.map(|(index, (slot, place))| bar(run, index, slot, place, dispatch));
        el!("g", "class": "bars").children(bars).into()
    }
}

/// Where a bar stands: in percent of the time, and so many pixels beside it.
struct Place {
    x: f64,
    width: f64,
    beside: u32,
}

/// The places of the bars. Steps that take no time stand beside one another where they would hide each other.
fn places(run: &Run, span: u64) -> Vec<Place> {
    let total = span.max(1) as f64;
    let mut last: Option<(u64, u32)> = None;
    let mut beside = 0;
    let place = |slot: &Slot| {
        beside = match last {
            _ if slot.end > slot.start => 0,
            Some(before) if before == (slot.start, slot.lane) => beside + MARK + 2,
            _ => 0,
        };
        if slot.end == slot.start {
            last = Some((slot.start, slot.lane));
        }
        Place { x: slot.start as f64 / total * 100.0, width: (slot.end - slot.start) as f64 / total * 100.0, beside }
    };
    run.schedule.slots.iter().map(place).collect()
}

fn bar(run: &Run, index: usize, slot: &Slot, place: &Place, dispatch: &Callback<Action>) -> Element {
    let step = &run.plan.steps[index];
    let critical = run.is_critical(step.id);
    let state = match slot.state {
        StepState::Cached => "cached",
        StepState::Failed => "failed",
        StepState::Canceled => "canceled",
        _ => "ran",
    };
    let thin = slot.end == slot.start;
    let width = if thin { MARK.to_string() } else { percent(place.width) };
    let shift = (place.beside > 0).then(|| format!("translate({})", place.beside));
    let text = (!thin).then(|| el!("text", "x": "6", "y": "16").text(run.short(index).to_owned()));
    let face = el!("svg", "x": percent(place.x), "y": (SCALE + slot.lane * LANE + GAP).to_string(), "width": width, "height": (LANE - 2 * GAP).to_string())
        .child(el!("rect", "width": "100%", "height": "100%", "rx": "3"))
        .maybe(critical.then(|| el!("rect", "class": "critical-mark", "y": "21", "width": "100%", "height": "3")))
        .maybe(text);
    let spot = run.spot(index);
    el!("g", "class": class(&["bar", state, when(critical, "critical")]), "transform": shift, "data-bar": (index + 1).to_string())
        .key(index)
        .send(On::onmouseenter, dispatch, Action::Hover(spot))
        .send(On::onmouseleave, dispatch, Action::Hover(None))
        .child(el!("title").text(run.tooltip(index)))
        .child(face)
}

/// A frame around what is lit.
fn lit(props: &TimelineProps) -> Vec<Element> {
    let run = &props.run;
    let places = if props.lit.is_empty() { Vec::new() } else { places(run, props.span) };
    let frame = |step: &StepId| {
        let index = step.0 as usize;
        let (slot, place) = (run.schedule.slots.get(index)?, places.get(index)?);
        let width = if slot.end == slot.start { MARK.to_string() } else { percent(place.width) };
        let shift = (place.beside > 0).then(|| format!("translate({})", place.beside));
        (slot.state != StepState::NotStarted).then(|| {
            el!("rect", "class": "lit-frame", "x": percent(place.x), "y": (SCALE + slot.lane * LANE + GAP).to_string(), "width": width, "height": (LANE - 2 * GAP).to_string(), "rx": "3", "transform": shift)
                .key(index)
        })
    };
    props.lit.iter().filter_map(frame).collect()
}

/// The scale: lines at round times, as close as they can be read.
fn scale(total: u64, zoom: u32, height: u32) -> Element {
    let step = round_step(total, u64::from(6 * zoom));
    let total = total.max(1);
    let lines = (0..=total / step).map(|number| {
        let time = number * step;
        let x = percent(time as f64 / total as f64 * 100.0);
        el!("g")
            .key(number)
            .child(el!("line", "x1": x.clone(), "x2": x.clone(), "y1": "18", "y2": height.to_string()))
            .maybe((time * 20 < total * 19).then(|| el!("text", "x": x, "y": "14", "dx": "4").text(words::time(time))))
    });
    el!("g", "class": "scale", "aria-hidden": "true").children(lines)
}

/// The round time of which about `count` make the whole; never nought.
fn round_step(total: u64, count: u64) -> u64 {
    const ROUND: [u64; 17] = [
        100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
        1_800_000, 3_600_000, 7_200_000,
    ];
    let wanted = total / count.max(1);
    ROUND.into_iter().find(|&round| round >= wanted).unwrap_or_else(|| wanted.next_multiple_of(7_200_000))
}

/// What has not happened yet lies under a curtain; its edge is now.
fn now(total: u64, at: u32, height: u32) -> Element {
    let share = (f64::from(at) / total.max(1) as f64 * 100.0).min(100.0);
    el!("g", "class": "now")
        .child(el!("rect", "x": percent(share), "width": percent(100.0 - share), "y": SCALE.to_string(), "height": (height - SCALE).to_string()))
        .child(el!("line", "x1": percent(share), "x2": percent(share), "y1": "0", "y2": height.to_string()))
}

fn percent(value: f64) -> String {
    // Three digits are a pixel in a hundred thousand.
    let thousandths = (value * 1000.0).round() as i64;
    format!("{}.{:03}%", thousandths / 1000, thousandths % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_has_round_times() {
        fn check(total: u64, count: u64, expect: u64) {
            assert_eq!(round_step(total, count), expect);
        }
        check(0, 6, 100);
        check(1_000, 6, 200);
        check(109_000, 6, 30_000);
        check(109_000, 24, 5_000);
        check(86_400_000, 6, 14_400_000);
    }

    #[test]
    fn shares_are_written_as_percentages() {
        assert_eq!([percent(0.0), percent(12.34567), percent(100.0)], ["0.000%", "12.346%", "100.000%"]);
    }
}

//! The timeline: lanes over time, a bar for each step, with zoom, scrolling and the keyboard.
//!
//! What stands where is worked out in [`chart`] and [`sheet`]; [`bars`] and [`scale`] draw the part that is seen, and a
//! little around it, however many steps there are. The browser scrolls. For who cannot see it, it is a list of the
//! steps in the order in which they start (a listbox), of which one is current.

pub mod bars;
pub mod chart;
pub mod label;
pub mod scale;
pub mod sheet;

use std::rc::Rc;

use stagewright::plan::StepId;
use wasm_bindgen::JsCast;
use web_sys::{Element as Node, Event, KeyboardEvent, MouseEvent, WheelEvent};
use yew::prelude::*;
use yew::virtual_dom::{ListenerKind as On, VChild};

use self::bars::{Bars, BarsProps, Same};
use self::chart::{Chart, Place};
use self::sheet::{Sheet, Window};
use super::run::Run;
use crate::el;
use crate::element::Element;
use crate::graph::pointer;
use crate::graph::px::px;
use crate::platform::Listener;
use crate::platform::observe::{self, SizeObserver};
use crate::state::{Action, Spot};
use crate::strings::simulation as strings;

/// What a press of a zoom button multiplies by.
const STEP: f32 = 1.5;
/// The letters whose width is measured.
const RULER: &str = "0000000000";

/// What is drawn.
#[derive(Clone, Properties, PartialEq)]
pub struct TimelineProps {
    /// The build.
    pub run: Rc<Run>,
    /// Which steps are lit.
    pub lit: Vec<StepId>,
    /// How far the build is shown, in milliseconds.
    pub at: Option<u32>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// A timeline, and how it is looked at.
pub struct Timeline {
    room: NodeRef,
    lanes: NodeRef,
    ruler: NodeRef,
    chart: Rc<Chart>,
    sheet: Sheet,
    /// How far it is scrolled, to the right and down.
    seen: (f32, f32),
    window: Window,
    /// Whether it is to be scrolled there once it is drawn.
    moves: bool,
    /// The step that the keyboard is at, and whether it is there now.
    current: Option<usize>,
    focused: bool,
    /// The step under the pointer, and where that was last.
    pointed: Option<usize>,
    pointer: (i32, i32),
    ties: Option<([Listener; 3], Option<SizeObserver>)>,
}

/// What can happen to a timeline.
pub enum Message {
    /// Its room has another size.
    Room,
    /// It was scrolled.
    Scrolled,
    /// It becomes so many times as wide around a place in its room, its middle if none.
    Zoom(f32, Option<f32>),
    /// The pointer is somewhere, and presses a button or not; or nowhere on it.
    Pointer(Option<Event>, bool),
    /// Another step is current: as many further in the order, or the first or last.
    Go(isize),
    /// It has the focus, or not any more.
    Focus(bool),
}

impl Component for Timeline {
    type Message = Message;
    type Properties = TimelineProps;

    fn create(context: &Context<Self>) -> Self {
        let chart = chart_of(&context.props().run);
        // Until it is measured.
        let sheet = chart.sheet((640.0, 240.0), 7.8, 1.0);
        let mut timeline = Self {
            room: NodeRef::default(),
            lanes: NodeRef::default(),
            ruler: NodeRef::default(),
            chart: Rc::new(chart),
            sheet,
            seen: (0.0, 0.0),
            window: Window::default(),
            moves: false,
            current: None,
            focused: false,
            pointed: None,
            pointer: (0, 0),
            ties: None,
        };
        timeline.window = sheet.window(timeline.seen, (0.0, 0.0));
        timeline
    }

    fn changed(&mut self, context: &Context<Self>, old: &TimelineProps) -> bool {
        let props = context.props();
        if props.run != old.run {
            self.chart = Rc::new(chart_of(&props.run));
            (self.current, self.pointed) = (None, None);
            let Sheet { room, letter, zoom, .. } = self.sheet;
            self.lay(self.chart.sheet(room, letter, zoom), self.seen);
        }
        if let Some(at) = props.at.filter(|_| props.at != old.at) {
            self.follow(at);
        }
        true
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        let props = context.props();
        match message {
            Message::Room => self.measure(),
            Message::Scrolled => self.scrolled(),
            Message::Zoom(factor, at) => self.zoom(factor, at),
            Message::Pointer(event, pressed) => self.point(props, event.as_ref(), pressed),
            Message::Go(by) => self.go(props, by),
            Message::Focus(focused) => self.focus(props, focused),
        }
    }

    fn view(&self, context: &Context<Self>) -> Html {
        view(self, context)
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        let Some(room) = self.room.cast::<Node>() else { return };
        if first {
            let link = context.link();
            // Before the browser paints, so that nothing jumps.
            link.send_message(Message::Room);
            let size = link.callback(|_| Message::Room);
            self.ties = Some((listeners(&room, link), SizeObserver::new(&room, move |room| size.emit(room))));
        }
        if std::mem::take(&mut self.moves) {
            room.set_scroll_left(self.seen.0 as i32);
            room.set_scroll_top(self.seen.1 as i32);
        }
    }
}

fn chart_of(run: &Run) -> Chart {
    let mut critical = vec![false; run.plan.steps.len()];
    // With one worker every step decides.
    for step in run.schedule.critical_path.iter().filter(|_| !run.is_classic) {
        critical[step.0 as usize] = true;
    }
    Chart::of(&run.schedule, |step| critical[step])
}

impl Timeline {
    /// Draws on another sheet, of which `seen` is to be seen. Tells whether anything is to be drawn anew.
    fn lay(&mut self, sheet: Sheet, seen: (f32, f32)) -> bool {
        let seen = sheet.within(seen, sheet.height());
        self.moves |= seen != self.seen;
        let changes = self.moves || sheet != self.sheet;
        if sheet != self.sheet || !sheet.is_drawn(seen, &self.window) {
            self.window = sheet.window(seen, (0.0, 0.0));
        }
        (self.sheet, self.seen) = (sheet, seen);
        changes
    }

    /// Takes the size of the room and of a letter from the page; what is in the middle stays there.
    fn measure(&mut self) -> bool {
        let (Some(room), Some(ruler)) = (self.room.cast::<Node>(), self.ruler.cast::<Node>()) else { return false };
        let letter = ruler.get_bounding_client_rect().width() as f32 / RULER.len() as f32;
        let size = observe::size(&room);
        if size.0 <= 0.0 || letter <= 0.0 {
            return false;
        }
        let middle = self.sheet.time(self.seen.0 + self.sheet.room.0 / 2.0).max(0.0);
        let sheet = self.chart.sheet(size, letter, self.sheet.zoom);
        let left = sheet.x(middle as u64) - size.0 / 2.0;
        self.lay(sheet, (left, self.seen.1))
    }

    fn scrolled(&mut self) -> bool {
        let Some(room) = self.room.cast::<Node>() else { return false };
        let seen = (room.scroll_left() as f32, room.scroll_top() as f32);
        let before = std::mem::replace(&mut self.seen, seen);
        if self.sheet.is_drawn(seen, &self.window) {
            return false;
        }
        self.window = self.sheet.window(seen, (seen.0 - before.0, seen.1 - before.1));
        true
    }

    fn zoom(&mut self, factor: f32, at: Option<f32>) -> bool {
        let at = at.unwrap_or_else(|| self.middle());
        let time = self.sheet.time(self.seen.0 + at);
        let sheet = Sheet { zoom: self.sheet.zoomed(self.sheet.zoom * factor), ..self.sheet };
        let left = sheet.x(time.max(0.0) as u64) - at;
        self.lay(sheet, (left, self.seen.1))
    }

    /// What stays where it is while the keyboard or a button zooms: the current step where it is seen, else the middle.
    fn middle(&self) -> f32 {
        let place = self.current.filter(|_| self.focused).and_then(|step| self.chart.place(&self.sheet, step));
        let at = place.map(|place| place.x + place.width / 2.0 - self.seen.0);
        at.filter(|at| (0.0..self.sheet.room.0).contains(at)).unwrap_or(self.sheet.room.0 / 2.0)
    }

    /// Scrolls until a place is seen: all of it, or its beginning where it is too wide.
    fn reveal(&mut self, place: Place) -> bool {
        let Sheet { room: (width, height), .. } = self.sheet;
        let near = |seen: f32, room: f32, from: f32, to: f32, margin: f32| {
            if from - margin >= seen && to + margin <= seen + room {
                seen
            } else if from < seen || to - from > room - 2.0 * margin {
                from - margin
            } else {
                to + margin - room
            }
        };
        let left = near(self.seen.0, width, place.x, place.x + place.width, width / 8.0);
        let row = self.sheet.row();
        let top = place.row as f32 * row;
        // The scale covers a row.
        let top = near(self.seen.1, height - row, top, top + row, 0.0);
        self.lay(self.sheet, (left, top))
    }

    /// Keeps a moment of the film in sight, and a step that begins then.
    fn follow(&mut self, at: u32) {
        let at = u64::from(at);
        let x = self.sheet.x(at);
        let begins = self.chart.begins(at).and_then(|step| self.chart.place(&self.sheet, step));
        let row = (self.seen.1 / self.sheet.row()).ceil() as u32;
        let place = Place { step: 0, row: begins.map_or(row, |place| place.row), x, width: 0.0 };
        self.reveal(place);
    }

    /// The pointer is on a step, or on another one. Where only the page moved below it, nobody pointed.
    fn point(&mut self, props: &TimelineProps, event: Option<&Event>, pressed: bool) -> bool {
        let mouse = event.and_then(|event| event.dyn_ref::<MouseEvent>());
        let step = mouse.and_then(|mouse| {
            let (x, y) = (mouse.client_x(), mouse.client_y());
            if !pressed && std::mem::replace(&mut self.pointer, (x, y)) == (x, y) {
                return self.pointed;
            }
            let corner = self.lanes.cast::<Node>()?.get_bounding_client_rect();
            self.chart.hit(&self.sheet, x as f32 - corner.x() as f32, y as f32 - corner.y() as f32)
        });
        let another = std::mem::replace(&mut self.pointed, step) != step;
        if another {
            props.dispatch.emit(Action::Hover(step.and_then(|step| props.run.spot(step))));
        }
        if pressed && step.is_some() {
            self.current = step;
            props.dispatch.emit(Action::Focus(step.and_then(|step| props.run.spot(step))));
        }
        another || pressed
    }

    fn go(&mut self, props: &TimelineProps, by: isize) -> bool {
        let n_steps = self.chart.order.len();
        let at = self.current.map_or(-1, |step| self.chart.rank[step] as isize - 1);
        let at = match by {
            isize::MIN => 0,
            isize::MAX => n_steps.saturating_sub(1),
            by => (at + by).max(0).min(n_steps as isize - 1).max(0) as usize,
        };
        let Some(&step) = self.chart.order.get(at) else { return false };
        self.current = Some(step);
        if let Some(place) = self.chart.place(&self.sheet, step) {
            self.reveal(place);
        }
        props.dispatch.emit(Action::Focus(props.run.spot(step)));
        true
    }

    fn focus(&mut self, props: &TimelineProps, focused: bool) -> bool {
        self.focused = focused;
        if focused && self.current.is_none() {
            self.current = self.pointed.or_else(|| self.chart.order.first().copied());
        }
        let spot: Option<Spot> = self.current.filter(|_| focused).and_then(|step| props.run.spot(step));
        props.dispatch.emit(Action::Focus(spot));
        true
    }

    /// The step that is told of in full.
    fn told(&self) -> Option<usize> {
        self.pointed.or(self.current.filter(|_| self.focused))
    }
}

/// What happens in the room: the wheel zooms with Ctrl or Cmd, as in the graph; without it scrolls, along the time where
/// there is nothing further down.
fn listeners(room: &Node, link: &html::Scope<Timeline>) -> [Listener; 3] {
    let (zoom, scrolled, of) = (link.clone(), link.clone(), room.clone());
    let zooms = pointer::on_wheel(room, move |factor, (x, _)| zoom.send_message(Message::Zoom(factor, Some(x))));
    let scrolls = Listener::new(room, "wheel", move |event| {
        let Some(wheel) = event.dyn_ref::<WheelEvent>() else { return };
        let plain = !wheel.ctrl_key() && !wheel.meta_key() && !wheel.shift_key() && wheel.delta_x() == 0.0;
        if !plain || of.scroll_height() > of.client_height() {
            return;
        }
        let pixels = if wheel.delta_mode() == WheelEvent::DOM_DELTA_LINE { 33.0 } else { 1.0 };
        let before = of.scroll_left();
        of.set_scroll_left(before + (wheel.delta_y() * pixels) as i32);
        // At its end the page is scrolled.
        if of.scroll_left() != before {
            wheel.prevent_default();
        }
    });
    [zooms, scrolls, Listener::new(room, "scroll", move |_| scrolled.send_message(Message::Scrolled))]
}

fn view(timeline: &Timeline, context: &Context<Timeline>) -> Html {
    let props = context.props();
    let Timeline { chart, sheet, window, .. } = timeline;
    let ticks = scale::ticks(sheet, window);
    let link = context.link();
    let active = timeline.current.filter(|_| timeline.focused);
    let bars = BarsProps {
        run: Rc::clone(&props.run),
        chart: Same(Rc::clone(chart)),
        sheet: *sheet,
        window: *window,
        current: active,
    };
    let pointer = |kind: On, lanes: Element| {
        let link = link.clone();
        let pressed = kind == On::onclick;
        lanes.on(kind, move |event| link.send_message(Message::Pointer(Some(event), pressed)))
    };
    let lanes =
        el!("svg", "class": "lanes", "role": "presentation", "width": px(sheet.width()), "height": px(sheet.height()))
            .node(&timeline.lanes)
            .child(el!("g", "aria-hidden": "true").child(scale::lines(sheet, &ticks)))
            .child(VChild::<Bars>::new(bars, None))
            .maybe(props.at.map(|at| bars::moment(&props.run, chart, sheet, window, at)))
            .child(el!("g", "aria-hidden": "true").children(frames(timeline, props)));
    let lanes = pointer(On::onclick, pointer(On::onpointermove, lanes));
    let room = el!(
        "div",
        "class": "timeline-room",
        "tabindex": "0",
        "role": "listbox",
        "aria-label": format!("{}: {}", strings::TIMELINE, props.run.summary()),
        "aria-activedescendant": active.map(bars::element_id),
        "hidden": chart.order.is_empty().then_some("hidden"),
    )
    .node(&timeline.room)
    .on(On::onkeydown, on_key(link.clone()))
    .on(On::onfocus, {
        let link = link.clone();
        move |_| link.send_message(Message::Focus(true))
    })
    .on(On::onblur, {
        let link = link.clone();
        move |_| link.send_message(Message::Focus(false))
    })
    .on(On::onpointerleave, {
        let link = link.clone();
        move |_| link.send_message(Message::Pointer(None, false))
    })
    .child(scale::scale(sheet, &ticks))
    .child(lanes);
    let ruler = el!("span", "class": "ruler", "aria-hidden": "true").node(&timeline.ruler).text(RULER);
    // It gives the room its height, so that nothing around has to be laid out when what is in the room changes.
    let height = sheet.height() + scale::height(sheet);
    let strut = el!("svg", "class": "strut", "aria-hidden": "true", "width": "1", "height": px(height));
    let frame = el!("div", "class": "timeline-frame").child(strut).child(room);
    el!("div", "class": "timeline").child(head(timeline, props, link)).child(frame).child(ruler).into()
}

/// Above the lanes: what is pointed at, in full, and the buttons.
fn head(timeline: &Timeline, props: &TimelineProps, link: &html::Scope<Timeline>) -> Element {
    let told = match timeline.told() {
        Some(step) => el!("p")
            .child(el!("code").text(props.run.plan.steps[step].label.clone()))
            .child(el!("span").text(props.run.happens(step))),
        None => el!("p", "class": "hint").child(el!("span").text(strings::TIMELINE_HELP)),
    };
    let sheet = &timeline.sheet;
    let button = |name: &'static str, factor: f32, d: &'static str| {
        let idle = sheet.zoomed(sheet.zoom * factor) == sheet.zoom;
        let picture = el!("svg", "aria-hidden": "true", "width": "16", "height": "16", "viewBox": "0 0 16 16");
        let link = link.clone();
        el!("button", "type": "button", "class": "icon", "aria-label": name, "title": name, "aria-disabled": idle.then_some("true"))
            .on(On::onclick, move |_| link.send_message(Message::Zoom(factor, None)))
            .child(picture.child(el!("path", "d": d)))
    };
    let tools = el!("div", "class": "timeline-tools", "role": "group", "aria-label": strings::TIMELINE_VIEW)
        .child(button(strings::TIMELINE_OUT, 1.0 / STEP, "M3 8h10"))
        .child(button(strings::TIMELINE_IN, STEP, "M3 8h10M8 3v10"))
        .child(button(strings::TIMELINE_ALL, 0.0, "M2 3v10M14 3v10M5 8h6M7 6L5 8l2 2M9 6l2 2-2 2"));
    el!("div", "class": "timeline-head").child(el!("div", "class": "timeline-told").child(told)).child(tools)
}

/// Frames around what is lit, and around the current step.
fn frames(timeline: &Timeline, props: &TimelineProps) -> Vec<Element> {
    let Timeline { chart, sheet, window, .. } = timeline;
    let lit = props.lit.iter().filter(|_| !props.run.is_classic).map(|step| step.0 as usize);
    let current = timeline.told();
    let mut steps: Vec<usize> = lit.filter(|step| Some(*step) != current).collect();
    steps.extend(current);
    let frame = |step: usize| {
        let place = chart.place(sheet, step)?;
        let seen = place.x < window.right && place.x + place.width > window.left;
        let seen = seen && (window.first..window.end).contains(&place.row);
        seen.then(|| el!("g", "class": "lit-frame").key(step).child(bars::face(sheet, &place)))
    };
    steps.into_iter().filter_map(frame).collect()
}

/// The arrows go from step to step; plus, minus and nought zoom.
fn on_key(link: html::Scope<Timeline>) -> impl Fn(Event) + 'static {
    move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if key.ctrl_key() || key.meta_key() || key.alt_key() {
            return;
        }
        let message = match key.key().as_str() {
            "ArrowRight" | "ArrowDown" => Message::Go(1),
            "ArrowLeft" | "ArrowUp" => Message::Go(-1),
            "Home" => Message::Go(isize::MIN),
            "End" => Message::Go(isize::MAX),
            "+" | "=" => Message::Zoom(STEP, None),
            "-" | "_" => Message::Zoom(1.0 / STEP, None),
            "0" => Message::Zoom(0.0, None),
            _ => return,
        };
        event.prevent_default();
        link.send_message(message);
    }
}

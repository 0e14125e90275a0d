//! The timeline: lanes over time, a bar for each step, with zoom, scrolling and the keyboard.
//!
//! What stands where is worked out in [`chart`], [`marks`] and [`sheet`]; `view`, [`bars`] and [`scale`] draw the part
//! that is seen, and a little around it, however many steps there are; `hear` listens. The browser scrolls. For who
//! cannot see it, it is a list of the steps in the order in which they start (a listbox), of which one is current.

pub mod bars;
pub mod chart;
mod hear;
pub mod label;
pub mod marks;
pub mod scale;
pub mod sheet;
mod view;

use std::rc::Rc;

use stagewright::plan::StepId;
use wasm_bindgen::JsCast;
use web_sys::{Element as Node, Event, MouseEvent};
use yew::prelude::*;

use self::chart::{Chart, Place};
use self::sheet::{Sheet, Window};
use super::run::Run;
use crate::platform::Listener;
use crate::platform::observe::{self, SizeObserver};
use crate::state::{Action, Spot};

/// What a press of a zoom button multiplies by.
const STEP: f32 = 1.5;
/// The letters whose width is measured.
const RULER: &str = "0000000000";

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
        let chart = chart_of(context.props());
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
        timeline.window = sheet.window(timeline.seen);
        timeline
    }

    fn changed(&mut self, context: &Context<Self>, old: &TimelineProps) -> bool {
        let props = context.props();
        if (&props.run, props.span) != (&old.run, old.span) {
            self.chart = Rc::new(chart_of(props));
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
        view::view(self, context)
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        let Some(room) = self.room.cast::<Node>() else { return };
        if first {
            let link = context.link();
            // Before the browser paints, so that nothing jumps.
            link.send_message(Message::Room);
            let size = link.callback(|_| Message::Room);
            self.ties = Some((hear::listeners(&room, link), SizeObserver::new(&room, move |room| size.emit(room))));
        }
        if std::mem::take(&mut self.moves) {
            room.set_scroll_left(self.seen.0 as i32);
            room.set_scroll_top(self.seen.1 as i32);
        }
    }
}

fn chart_of(TimelineProps { run, span, .. }: &TimelineProps) -> Chart {
    let mut critical = vec![false; run.plan.steps.len()];
    // With one worker every step decides.
    for step in run.schedule.critical_path.iter().filter(|_| !run.is_classic) {
        critical[step.0 as usize] = true;
    }
    Chart::of(&run.schedule, *span, |step| critical[step])
}

impl Timeline {
    /// Draws on another sheet, of which `seen` is to be seen. Tells whether anything is to be drawn anew.
    fn lay(&mut self, sheet: Sheet, seen: (f32, f32)) -> bool {
        let seen = sheet.within(seen, sheet.height());
        self.moves |= seen != self.seen;
        let changes = self.moves || sheet != self.sheet;
        let by = (seen.0 - self.seen.0, seen.1 - self.seen.1);
        self.window = if sheet == self.sheet { sheet.scrolled(&self.window, seen, by) } else { sheet.window(seen) };
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
        let by = (seen.0 - before.0, seen.1 - before.1);
        let window = self.sheet.scrolled(&self.window, seen, by);
        std::mem::replace(&mut self.window, window) != window
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

//! The bars and marks of a window of the timeline, drawn anew for another window only; and what a moment of the build
//! lays over them.
//!
//! Each bar that can be told apart is an option of the list that the timeline is (ARIA's listbox), with its number among
//! all steps, drawn or not. What is too thin for that is drawn together, and still found by pointer and keyboard.

use std::rc::Rc;

use stagewright::simulate::StepState;
use stagewright::sorting::sort_by_key;
use yew::prelude::*;

use super::chart::{Chart, Place};
use super::label::fit;
use super::marks::Marks;
use super::sheet::{Sheet, Window};
use crate::el;
use crate::element::{Element, class, when};
use crate::graph::px::px;
use crate::simulation::run::Run;

/// Beside a text on a bar.
const PAD: f32 = 6.0;

/// What is drawn.
#[derive(Clone, Properties, PartialEq)]
pub struct BarsProps {
    /// The build.
    pub run: Rc<Run>,
    /// Its steps in rows; made of `run`.
    pub chart: Same<Chart>,
    /// Where they stand.
    pub sheet: Sheet,
    /// Which part of it is drawn.
    pub window: Window,
    /// The step that the keyboard is at.
    pub current: Option<usize>,
}

/// A shared value that is equal only to itself.
pub struct Same<T>(pub Rc<T>);

impl<T> Clone for Same<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The bars and marks of a window.
pub struct Bars;

impl Component for Bars {
    type Message = ();
    type Properties = BarsProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, context: &Context<Self>) -> Html {
        view(context.props()).into()
    }
}

/// The id of the element of a step.
#[must_use]
pub fn element_id(run: &Run, step: usize) -> String {
    format!("{}-{}", if run.is_classic { "classic-bar" } else { "bar" }, step + 1)
}

fn view(props: &BarsProps) -> Element {
    let BarsProps { run, chart: Same(chart), sheet, window, current } = props;
    let mut drawn = chart.bars(sheet, window);
    let mut texts: Vec<Element> = Vec::new();
    let mut signs = Signs::default();
    if window.first == 0 {
        let marks = chart.marks(sheet);
        for marks in marks.iter().filter(|it| it.x < window.right && it.x + it.width > window.left) {
            if marks.told.is_none() && marks.room.is_some() {
                drawn.single.extend(marks.places());
            } else {
                signs.add_all(sheet, marks);
            }
            texts.extend(marks_text(run, sheet, marks));
        }
    }
    // Where the keyboard is, there has to be something.
    let missing = current.filter(|step| drawn.single.iter().all(|place| place.step != *step));
    drawn.single.extend(missing.and_then(|step| chart.place(sheet, step)));
    sort_by_key(&mut drawn.single, |place| chart.rank[place.step]);
    for place in &drawn.thin {
        signs.add(sheet, place, chart.state(place.step));
    }
    let bars: Vec<Element> = drawn.single.iter().map(|place| bar(props, place)).collect();
    for place in drawn.single.iter().filter(|place| chart.takes_time(place.step)) {
        texts.extend(labels(run, sheet, window, place));
    }
    let path =
        |name: &'static str, d: String| (!d.is_empty()).then(|| el!("path", "class": class(&["thin", name]), "d": d));
    let critical = drawn.single.iter().chain(&drawn.thin).filter(|place| chart.critical[place.step]);
    let mut mark = String::new();
    for place in critical {
        rect(&mut mark, place.x, sheet.y(place.row) + sheet.bar() - 3.0, place.width, 3.0);
    }
    let signs = el!("g", "aria-hidden": "true")
        .maybe(path("ran", signs.ran))
        .maybe(path("cached", signs.cached))
        .maybe(path("failed", signs.failed))
        .child(el!("path", "class": "critical-mark", "d": mark));
    let texts = el!("g", "aria-hidden": "true").children(texts);
    el!("g", "class": "bars").child(el!("g", "role": "presentation").children(bars)).child(signs).child(texts)
}

/// Many rectangles in one path.
#[derive(Default)]
struct Signs {
    ran: String,
    cached: String,
    failed: String,
}

impl Signs {
    fn add(&mut self, sheet: &Sheet, place: &Place, state: StepState) {
        let path = match state {
            StepState::Cached => &mut self.cached,
            StepState::Failed | StepState::Canceled => &mut self.failed,
            StepState::Done | StepState::NotStarted => &mut self.ran,
        };
        rect(path, place.x, sheet.y(place.row), place.width, sheet.bar());
    }

    fn add_all(&mut self, sheet: &Sheet, marks: &Marks<'_>) {
        let path = if marks.cached { &mut self.cached } else { &mut self.ran };
        rect(path, marks.x, sheet.y(0), marks.width, sheet.bar());
    }
}

fn rect(path: &mut String, x: f32, y: f32, width: f32, height: f32) {
    for (command, value) in [("M", x), (" ", y), ("h", width), ("v", height), ("h", -width)] {
        path.push_str(command);
        path.push_str(&px(value));
    }
    path.push('z');
}

fn bar(props: &BarsProps, place: &Place) -> Element {
    let BarsProps { run, chart: Same(chart), sheet, current, .. } = props;
    let step = place.step;
    let state = match chart.state(step) {
        StepState::Cached => "cached",
        StepState::Failed => "failed",
        StepState::Canceled => "canceled",
        StepState::Done | StepState::NotStarted => "ran",
    };
    // What is heard is of the current one; of the others the name is enough.
    let is_current = *current == Some(step);
    let name = if is_current { run.tooltip(step) } else { run.plan.steps[step].label.clone() };
    el!(
        "rect",
        "class": class(&["bar", state, when(chart.critical[step], "critical")]),
        "x": px(place.x),
        "y": px(sheet.y(place.row)),
        "width": px(place.width),
        "height": px(sheet.bar()),
        "id": is_current.then(|| element_id(&props.run, step)),
        "role": "option",
        "aria-label": name,
        "aria-selected": is_current.then_some("true"),
        "aria-posinset": chart.rank[step].to_string(),
        "aria-setsize": chart.order.len().to_string(),
        "data-bar": (step + 1).to_string(),
    )
    .key(step)
}

/// The box of a bar, for what is laid over it.
pub fn face(sheet: &Sheet, place: &Place) -> Element {
    el!("rect", "x": px(place.x), "y": px(sheet.y(place.row)), "width": px(place.width), "height": px(sheet.bar()))
}

/// What is written on a bar: on a long one so often that one is in sight wherever it is looked at.
fn labels(run: &Run, sheet: &Sheet, window: &Window, place: &Place) -> Vec<Element> {
    let mut out = Vec::new();
    let every = sheet.room.0.max(200.0) * 0.5;
    let end = place.x + place.width;
    let mut x = place.x + ((window.left - place.x).max(0.0) / every).floor() * every;
    while x < end.min(window.right) {
        let is_last = sheet.zoom <= 1.0 || end - x <= every;
        let room = if is_last { end - x } else { every };
        let Some(text) = fit(run.short(place.step), sheet.letters(room - 2.0 * PAD)) else { break };
        out.push(text_at(sheet, x + PAD, place.row, text));
        if is_last {
            break;
        }
        x += every;
    }
    out
}

/// A text in a row.
pub fn text_at(sheet: &Sheet, x: f32, row: u32, text: String) -> Element {
    // Its middle is the bar's: a letter is about as high above its line as it is wide.
    let y = sheet.y(row) + sheet.bar() / 2.0 + sheet.letter * 0.58;
    el!("text", "x": px(x), "y": px(y)).text(text)
}

/// What is written beside marks, or on the one that stands for all.
fn marks_text(run: &Run, sheet: &Sheet, marks: &Marks<'_>) -> Option<Element> {
    if let Some(told) = &marks.told {
        let text = text_at(sheet, marks.x + sheet.letter, 0, told.clone());
        return Some(el!("g", "class": if marks.cached { "on-cached" } else { "bar-text" }).child(text));
    }
    let [before, behind] = marks.room?.map(|room| sheet.letters(room - 2.0 * PAD));
    let text = match marks.steps {
        [step] => fit(run.short(*step), behind.max(4 * before / 10))?,
        steps if marks.cached => format!("{} from the cache", steps.len()),
        _ => return None,
    };
    let letters = text.chars().count();
    let x = if letters <= behind {
        marks.x + marks.width + PAD
    } else if 2 * letters + 10 <= before {
        // What is before may have something written behind it.
        marks.x - PAD - letters as f32 * sheet.letter
    } else {
        return None;
    };
    Some(el!("g", "class": "bar-text").child(text_at(sheet, x, 0, text)))
}

/// What a moment of the build lays over the bars: a curtain over what has not happened yet, whose edge is now, and what
/// runs, in front of it.
pub fn moment(run: &Run, chart: &Chart, sheet: &Sheet, window: &Window, at: u32) -> Element {
    let now = sheet.x(u64::from(at)).min(sheet.end());
    let height = px(sheet.height());
    let curtain = el!("rect", "class": "curtain", "x": px(now), "y": "0", "width": px(sheet.width() - now), "height": height.clone());
    let running = chart.running(sheet, window, u64::from(at)).into_iter().map(|place| {
        let done = Place { width: (now - place.x).max(0.0), ..place };
        el!("g", "class": "running")
            .key(place.step)
            .child(face(sheet, &place))
            .child(el!("g", "class": "done").child(face(sheet, &done)))
            .children(labels(run, sheet, window, &place))
    });
    el!("g", "class": "now", "aria-hidden": "true")
        .child(curtain)
        .child(el!("g").children(running))
        .child(el!("line", "x1": px(now), "x2": px(now), "y1": "0", "y2": height))
}

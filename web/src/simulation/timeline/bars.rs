//! The bars and marks of the timeline, row by row: a row is drawn anew only where another part of it is seen; and what a
//! moment of the build lays over them.
//!
//! Each bar that can be told apart is an option of the list that the timeline is (ARIA's listbox), with its number among
//! all steps, drawn or not. What is too thin for that is drawn together, and still found by pointer and keyboard.

use std::rc::Rc;

use stagewright::simulate::StepState;
use stagewright::sorting::sort_by_key;
use yew::prelude::*;
use yew::virtual_dom::VChild;

use super::chart::{Chart, Drawn, Place};
use super::label::fit;
use super::marks::Marks;
use super::sheet::{Sheet, Window};
use crate::el;
use crate::element::{Element, class, when};
use crate::graph::px::px;
use crate::simulation::run::Run;

/// Beside a text on a bar.
const PAD: f32 = 6.0;
/// So much is cut off from its corners.
const CUT: f32 = 2.0;
/// No bar has so many texts.
const MOST_TEXTS: u64 = 1 << 16;

/// What is drawn.
#[derive(Clone, Properties, PartialEq)]
struct RowProps {
    /// The build.
    run: Rc<Run>,
    /// Its steps in rows; made of `run`.
    chart: Same<Chart>,
    /// Where they stand.
    sheet: Sheet,
    /// The row,
    row: u32,
    /// and from where to where it is drawn.
    part: [f32; 2],
    /// The step that the keyboard is at, where it is in this row.
    current: Option<usize>,
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

/// The rows of a window, and that of the step that the keyboard is at: there, there has to be something.
pub fn rows(run: &Rc<Run>, chart: &Same<Chart>, sheet: &Sheet, window: &Window, current: Option<usize>) -> Element {
    let row_of = current.and_then(|step| chart.0.row_of(step));
    let missing = row_of.filter(|row| !(window.first..window.end).contains(row));
    let mut rows = el!("g", "class": "bars", "role": "presentation");
    for row in (window.first..window.end).chain(missing) {
        let props = RowProps {
            run: Rc::clone(run),
            chart: chart.clone(),
            sheet: *sheet,
            row,
            part: sheet.part(window, row),
            current: current.filter(|_| row_of == Some(row)),
        };
        rows = rows.child(VChild::<Row>::new(props, Some(row.into())));
    }
    rows
}

/// The bars of a row, or its marks.
struct Row;

impl Component for Row {
    type Message = ();
    type Properties = RowProps;

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

fn view(props: &RowProps) -> Element {
    let RowProps { run, chart: Same(chart), sheet, row, part, current } = props;
    let Drawn { mut single, thin } = chart.bars(sheet, *row, *part);
    let mut texts = el!("g", "aria-hidden": "true");
    let mut signs = Signs::default();
    if *row == 0 {
        let marks = chart.marks(sheet);
        for marks in marks.iter().filter(|it| it.x < part[1] && it.x + it.width > part[0]) {
            if marks.told.is_none() && marks.room.is_some() {
                single.extend(marks.places());
            } else {
                signs.add_all(sheet, marks);
            }
            texts = texts.maybe(marks_text(run, sheet, marks));
        }
    }
    let missing = current.filter(|step| single.iter().all(|place| place.step != *step));
    single.extend(missing.and_then(|step| chart.place(sheet, step)));
    sort_by_key(&mut single, |place| chart.rank[place.step]);
    for place in &thin {
        signs.add(sheet, place, chart.state(place.step));
    }
    for place in single.iter().filter(|place| chart.takes_time(place.step)) {
        texts = texts.children(labels(run, sheet, *part, place));
    }
    for place in single.iter().chain(&thin).filter(|place| chart.critical[place.step]) {
        rect(&mut signs.critical, place.x, sheet.y(place.row) + sheet.bar() - 3.0, place.width, 3.0);
    }
    el!("g", "role": "presentation")
        .child(el!("g", "role": "presentation").children(single.iter().map(|place| bar(props, place))))
        .child(signs.draw())
        .child(texts)
}

/// Many rectangles in one path.
#[derive(Default)]
struct Signs {
    ran: String,
    cached: String,
    failed: String,
    /// What is below the bars of steps that decide how long the build takes.
    critical: String,
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

    fn draw(self) -> Element {
        let Self { ran, cached, failed, critical } = self;
        let paths = [("thin ran", ran), ("thin cached", cached), ("thin failed", failed), ("critical-mark", critical)];
        let paths = paths.into_iter().filter(|(_, d)| !d.is_empty());
        el!("g", "aria-hidden": "true").children(paths.map(|(name, d)| el!("path", "class": name, "d": d).key(name)))
    }
}

fn rect(path: &mut String, x: f32, y: f32, width: f32, height: f32) {
    for (command, value) in [("M", x), (" ", y), ("h", width), ("v", height), ("h", -width)] {
        path.push_str(command);
        path.push_str(&px(value));
    }
    path.push('z');
}

fn bar(props: &RowProps, place: &Place) -> Element {
    let RowProps { run, chart: Same(chart), sheet, current, .. } = props;
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
        "polygon",
        "class": class(&["bar", state, when(chart.critical[step], "critical")]),
        "points": corners(sheet, place),
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

/// The outline of a bar, whose corners are cut off a little. Not a `rect`, whose place belongs to its style: while the
/// timeline is zoomed the browser would work that out anew for each.
fn corners(sheet: &Sheet, place: &Place) -> String {
    let (left, top) = (place.x, sheet.y(place.row));
    let (right, bottom) = (left + place.width, top + sheet.bar());
    let cut = CUT.min(place.width / 3.0);
    let mut out = String::with_capacity(96);
    let mut put = |x: f32, y: f32| {
        for part in [&px(x), ",", &px(y), " "] {
            out.push_str(part);
        }
    };
    put(left + cut, top);
    put(right - cut, top);
    put(right, top + cut);
    put(right, bottom - cut);
    put(right - cut, bottom);
    put(left + cut, bottom);
    put(left, bottom - cut);
    put(left, top + cut);
    out
}

/// The box of a bar, for what is laid over it.
pub fn face(sheet: &Sheet, place: &Place) -> Element {
    el!("rect", "x": px(place.x), "y": px(sheet.y(place.row)), "width": px(place.width), "height": px(sheet.bar()))
}

/// What is written on a bar: on a long one so often that one is in sight wherever it is looked at.
fn labels(run: &Run, sheet: &Sheet, [left, right]: [f32; 2], place: &Place) -> Vec<Element> {
    let mut out = Vec::new();
    let every = sheet.room.0.max(200.0) * 0.5;
    let end = place.x + place.width;
    let first = ((left - place.x).max(0.0) / every) as u64;
    let mut x = place.x + first as f32 * every;
    while x < end.min(right) {
        let is_last = sheet.zoom <= 1.0 || end - x <= every;
        let room = if is_last { end - x } else { every };
        let Some(text) = fit(run.short(place.step), sheet.letters(room - 2.0 * PAD)) else { break };
        // By its step, and which one on its bar it is.
        let key = place.step as u64 * MOST_TEXTS + first + out.len() as u64;
        out.push(text_at(sheet, x + PAD, place.row, text).key(key));
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
            .children(labels(run, sheet, sheet.part(window, place.row), &place))
    });
    el!("g", "class": "now", "aria-hidden": "true")
        .child(curtain)
        .child(el!("g").children(running))
        .child(el!("line", "x1": px(now), "x2": px(now), "y1": "0", "y2": height))
}

//! The build order: BuildKit's steps for the target, and the stages as a table. [`part`] draws long lists.

pub mod part;

use std::rc::Rc;

use stagewright::layout::cards::State;
use stagewright::plan::{Plan, Step};
use stagewright::resolve::StageId;
use stagewright::text::find;
use yew::prelude::*;
use yew::virtual_dom::{ListenerKind as On, VNode, VText};

use crate::analysis::Answer;
use crate::controls::target::build_action;
use crate::el;
use crate::element::{Element, class, list, when};
use crate::explain;
use crate::links::Lit;
use crate::simulation::film::{Standing, standing};
use crate::simulation::run::Run;
use crate::state::{Action, Spot};
use crate::strings;

/// What is listed.
pub struct StepsProps {
    /// What is shown.
    pub answer: Rc<Answer>,
    /// What is lit: of the build that is simulated, where there is one.
    pub lit: Rc<Lit>,
    /// The build that is simulated, and the moment at which it is shown; none where there is none.
    pub run: Option<(Rc<Run>, Option<u32>)>,
    /// Asks for a place in the text, in bytes.
    pub go_to: Callback<u32>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// Steps that are listed.
#[derive(Clone, PartialEq)]
pub struct Listed {
    /// Whose they are.
    pub of: Source,
    /// Whether they are the build order, of which there is one on the page: its steps have numbers.
    pub is_order: bool,
    /// Asks for a place in the text, in bytes.
    pub go_to: Callback<u32>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// Where steps come from.
#[derive(Clone)]
pub enum Source {
    /// The analysis.
    Answer(Rc<Answer>),
    /// A build that is simulated.
    Run(Rc<Run>),
}

/// Each is equal only to itself.
impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Answer(one), Self::Answer(other)) => Rc::ptr_eq(one, other),
            (Self::Run(one), Self::Run(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Listed {
    fn plan(&self) -> &Plan {
        match &self.of {
            Source::Answer(answer) => &answer.analysis.plan,
            Source::Run(run) => &run.plan,
        }
    }

    fn run(&self) -> Option<&Run> {
        match &self.of {
            Source::Answer(_) => None,
            Source::Run(run) => Some(run),
        }
    }

    fn view(&self) -> View<'_> {
        View {
            plan: self.plan(),
            run: self.run(),
            is_order: self.is_order,
            in_part: true,
            go_to: &self.go_to,
            dispatch: &self.dispatch,
        }
    }
}

/// Steps, and how each of them is shown.
struct View<'a> {
    plan: &'a Plan,
    run: Option<&'a Run>,
    is_order: bool,
    /// Whether they are in parts.
    in_part: bool,
    go_to: &'a Callback<u32>,
    dispatch: &'a Callback<Action>,
}

/// More steps are drawn in parts.
const MANY: usize = 100;

/// The steps, in order.
pub fn steps(props: &StepsProps) -> Element {
    let StepsProps { answer, lit, run, go_to, dispatch } = props;
    let plan = run.as_ref().map_or(&answer.analysis.plan, |(run, _)| &run.plan);
    let n_steps = plan.steps.len();
    if n_steps == 0 {
        let none = if answer.is_blank() { strings::NO_STEPS_YET } else { strings::NO_STEPS };
        return el!("p", "class": "none").text(none);
    }
    if n_steps > MANY {
        return long(props);
    }
    let view = View { plan, run: run.as_ref().map(|(run, _)| &**run), is_order: true, in_part: false, go_to, dispatch };
    let views = (0..n_steps).map(|index| {
        let stands = run.as_ref().and_then(|(run, at)| Some(standing(&run.schedule, index, (*at)?)));
        step_view(&view, index, lit.steps.contains(&plan.steps[index].id), stands)
    });
    el!("ol", "class": "steps").children(views)
}

/// Many steps.
fn long(props: &StepsProps) -> Element {
    let of = match &props.run {
        Some((run, _)) => Source::Run(Rc::clone(run)),
        None => Source::Answer(Rc::clone(&props.answer)),
    };
    let listed = Listed { of, is_order: true, go_to: props.go_to.clone(), dispatch: props.dispatch.clone() };
    part::parts(&listed, &props.lit.steps, props.run.as_ref().and_then(|(_, at)| *at))
}

/// The stage that a step belongs to; none for what BuildKit does for several of them.
fn group(step: &Step) -> Option<StageId> {
    step.origins.first().map(|origin| origin.stage)
}

/// Whether another stage begins with a step than that of the steps before it.
fn starts_group(steps: &[Step], index: usize) -> bool {
    let before = steps[..index].iter().rev().find_map(group);
    before.is_some() && group(&steps[index]).is_some_and(|it| Some(it) != before)
}

fn step_view(view: &View<'_>, index: usize, lit: bool, stands: Option<Standing>) -> Element {
    let (steps, run) = (&view.plan.steps, view.run);
    let step = &steps[index];
    let spot = run.map_or(Some(Spot::Step(step.id)), |run| run.spot(index));
    let place = step.origins.first().map(|origin| origin.range.start);
    let (prefix, keyword, rest) = parts(&step.label);
    let mut button = el!("button", "type": "button")
        .send(On::onfocus, view.dispatch, Action::Focus(spot))
        .send(On::onblur, view.dispatch, Action::Focus(None))
        .child(el!("span", "class": "prefix").text(prefix.to_owned()))
        .child(el!("b").text(keyword.to_owned()))
        .child(list(words(rest)))
        .maybe(run.map(|run| simulated(run, index)));
    if let Some(place) = place {
        button = button.send(On::onclick, view.go_to, place);
    }
    let cached = run.is_some_and(|run| run.is_cached(index));
    let starts_group = view.is_order && starts_group(steps, index);
    let stands = stands.map_or("", Standing::name);
    let class = class(&[when(lit, "lit"), when(starts_group, "starts-group"), stands]);
    el!(
        "li",
        "class": class,
        "role": view.in_part.then_some("listitem"),
        "data-step": view.is_order.then(|| (index + 1).to_string()),
        "data-cached": cached,
    )
    .key(index)
    .send(On::onmouseenter, view.dispatch, Action::Hover(spot))
    .send(On::onmouseleave, view.dispatch, Action::Hover(None))
    .child(button)
}

/// What the simulation says of a step: how long it takes, and why it runs.
fn simulated(run: &Run, index: usize) -> Element {
    el!("span", "class": "took").text(run.note(index))
}

/// A label in its parts: `[base 1/6] `, `FROM`, and what follows. Put together they are the label.
fn parts(label: &str) -> (&str, &str, &str) {
    let at = if label.starts_with('[') { find(label, "] ").map_or(0, |end| end + 2) } else { 0 };
    let (prefix, rest) = label.split_at(at);
    let end = rest.find(' ').unwrap_or(rest.len());
    let keyword = &rest[..end];
    if prefix.is_empty() || !keyword.bytes().all(|c| c.is_ascii_uppercase()) {
        return (prefix, "", rest);
    }
    (prefix, keyword, &rest[end..])
}

/// The longest word that is kept in one piece, in bytes.
const LONGEST_WORD: usize = 26;

/// A text in pieces, of which words with a hyphen, such as `--from=base`, are not to be broken at it.
fn words(text: &str) -> Vec<VNode> {
    let mut out: Vec<VNode> = Vec::new();
    let mut plain = String::new();
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end_matches(' ');
        if !bare.contains('-') || bare.len() > LONGEST_WORD {
            plain.push_str(word);
            continue;
        }
        out.push(VText::new(std::mem::take(&mut plain)).into());
        out.push(el!("span", "class": "word").text(bare.to_owned()).into());
        plain.push_str(&word[bare.len()..]);
    }
    out.push(VText::new(plain).into());
    out
}

/// The table of stages.
pub fn stage_table(props: &StepsProps) -> Element {
    let names = strings::COLUMNS.iter().map(|&name| el!("th", "scope": "col").text(name));
    let rows = explain::table(&props.answer.analysis).into_iter().map(|(stage, cells)| row(props, stage, cells));
    let table = el!("table").child(el!("thead").child(el!("tr").children(names))).child(el!("tbody").children(rows));
    el!("div", "class": "table", "tabindex": "0", "role": "region", "aria-label": "Stages").child(table)
}

fn row(props: &StepsProps, stage: StageId, cells: [String; 6]) -> Element {
    let [name, base, takes, users, state, line] = cells;
    let node = stagewright::graph::StageGraph::node_of(stage);
    let class = class(&[&state, when(props.lit.nodes.contains(&node), "lit")]);
    let mut button = el!("button", "type": "button", "aria-pressed": state == State::Target.name()).text(name);
    if let Some(action) = build_action(&props.answer.analysis, stage) {
        button = button.send(On::onclick, &props.dispatch, action);
    }
    let code = |text: String| el!("td").child(el!("code").text(text));
    el!("tr", "class": class)
        .key(stage.0)
        .send(On::onmouseenter, &props.dispatch, Action::Hover(Some(Spot::Node(node))))
        .send(On::onmouseleave, &props.dispatch, Action::Hover(None))
        .child(el!("th", "scope": "row").child(button))
        .child(el!("td").text(state))
        .children([base, takes, users].map(code))
        .child(el!("td", "class": "number").text(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_put_together_from_its_parts() {
        for (label, expected) in [
            ("[base 1/6] FROM docker.io/library/a", ("[base 1/6] ", "FROM", " docker.io/library/a")),
            ("[internal] load build context", ("[internal] ", "", "load build context")),
            ("https://example.com/x", ("", "", "https://example.com/x")),
            ("[x 1/1] RUN", ("[x 1/1] ", "RUN", "")),
        ] {
            let (prefix, keyword, rest) = parts(label);
            assert_eq!((prefix, keyword, rest), expected);
            assert_eq!([prefix, keyword, rest].concat(), label);
        }
    }
}

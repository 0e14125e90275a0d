//! The panel that explains a card, with a button that makes its stage the target.
//!
//! The sentences are those of [`explain`](crate::explain).

use std::rc::Rc;

use stagewright::layout::cards::{Card, State};
use stagewright::resolve::Stage;
use stagewright::text::find;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::analysis::Answer;
use crate::controls::target::build_action;
use crate::el;
use crate::element::{Element, class};
use crate::explain::explain;
use crate::state::Action;
use crate::strings;

/// What is explained, and where.
pub struct WhyProps {
    /// What is drawn.
    pub answer: Rc<Answer>,
    /// The card.
    pub card: Rc<Card>,
    /// Asks for a place in the text, in bytes.
    pub go_to: Callback<u32>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// The explanation of a card.
pub fn why(props: &WhyProps) -> Option<Element> {
    let analysis = &props.answer.analysis;
    let card = &props.card;
    let explanation = explain(analysis, card.node)?;
    let stage = card.stage.and_then(|id| analysis.resolved.stages.get(id.0 as usize));
    let open = !card.rows.is_empty();
    let mut actions = el!("div", "class": "actions");
    if let Some(stage) = stage {
        let build = |action: Action| {
            el!("button", "type": "button", "class": "primary")
                .send(On::onclick, &props.dispatch, action)
                .text(strings::BUILD_THIS)
        };
        let action = build_action(analysis, stage.id).filter(|_| card.state != State::Target);
        let toggle = || {
            el!("button", "type": "button", "aria-expanded": open)
                .send(On::onclick, &props.dispatch, Action::Toggle(card.key.clone()))
                .text(if open { strings::HIDE_INSTRUCTIONS } else { strings::SHOW_INSTRUCTIONS })
        };
        actions = actions.maybe(action.map(build)).maybe(card.can_open.then(toggle)).child(line_button(props, stage));
    }
    let head = el!("div", "class": "why-head").child(verdict_view(&explanation.verdict)).child(actions);
    let code = |text: String| el!("code").text(text);
    let way = explanation.way.into_iter().map(|(kind, name)| {
        let by = el!("span", "class": class(&["by", kind.name()])).text(strings::edge_kind(kind));
        el!("li").child(by).child(code(name))
    });
    let way = (way.len() > 0).then(|| {
        el!("ol", "class": "way", "aria-label": "Way to the target")
            .child(el!("li").child(code(explanation.name)))
            .children(way)
    });
    let takes = explanation.takes.into_iter().map(|it| el!("li").text(it));
    let takes = (takes.len() > 0).then(|| el!("ul", "class": "takes").children(takes));
    let class = class(&["why", card.state.name()]);
    let why = el!("section", "class": class, "aria-label": strings::WHY).child(head);
    Some(why.maybe(way).maybe(takes))
}

/// A verdict, of which the first sentence says it and the rest adds to it. A dot in a name ends no sentence.
fn verdict_view(verdict: &str) -> Element {
    let end = find(verdict, ". ").map_or(verdict.len(), |end| end + 1);
    let (first, rest) = verdict.split_at(end);
    el!("p", "class": "verdict").child(el!("b").text(first.to_owned())).text(rest.to_owned())
}

fn line_button(props: &WhyProps, stage: &Stage) -> Element {
    let start = stage.range.start;
    let line = props.answer.analysis.lines.line_of(start);
    el!("button", "type": "button").send(On::onclick, &props.go_to, start).text(strings::line(line))
}

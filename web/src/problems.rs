//! What is wrong with the text: BuildKit's words, our advice, and the way there.

use std::rc::Rc;

use stagewright::diagnostic::{Diagnostic, Severity};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::analysis::Answer;
use crate::el;
use crate::element::Element;
use crate::strings;

/// What is listed.
pub struct ProblemsProps {
    /// The text and what is known of it.
    pub answer: Rc<Answer>,
    /// Asks for a place in the text, in bytes.
    pub go_to: Callback<u32>,
}

/// The problems, in the order in which BuildKit meets them.
pub fn problems(props: &ProblemsProps) -> Element {
    let problems = &props.answer.analysis.diagnostics;
    let count = if problems.is_empty() { strings::NO_PROBLEMS.to_owned() } else { problems.len().to_string() };
    let views = problems.iter().enumerate().map(|(key, problem)| view(props, key, problem));
    el!("section", "class": "problems", "aria-labelledby": "problems-title")
        .child(
            el!("h2", "id": "problems-title").text(strings::PROBLEMS).child(el!("span", "class": "count").text(count)),
        )
        .maybe((!problems.is_empty()).then(|| el!("ul").children(views)))
}

fn view(props: &ProblemsProps, key: usize, problem: &Diagnostic) -> Element {
    let lines = &props.answer.analysis.lines;
    let line = problem.lines.first().map_or_else(|| lines.line_of(problem.range.start), |span| span.first);
    let start = if problem.range.is_empty() { lines.range_of(line).start } else { problem.range.start };
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let button = el!("button", "type": "button")
        .send(On::onclick, &props.go_to, start)
        .child(el!("span", "class": "place").text(strings::line(line)))
        .child(el!("span", "class": "message").text(problem.message.clone()))
        .maybe(problem.help.clone().map(|help| el!("span", "class": "help").text(help)));
    el!("li", "class": severity, "data-rule": problem.rule, "data-line": line.to_string()).key(key).child(button)
}

//! What is wrong with the text: BuildKit's words, our advice, and the way there.

use std::rc::Rc;

use stagewright::diagnostic::{Diagnostic, Severity};
use yew::prelude::*;

use crate::analysis::Answer;
use crate::strings;

/// What is listed.
pub struct ProblemsProps {
    /// The text and what is known of it.
    pub answer: Rc<Answer>,
    /// Asks for a place in the text, in bytes.
    pub go_to: Callback<u32>,
}

/// The problems, in the order in which BuildKit meets them.
pub fn problems(props: &ProblemsProps) -> Html {
    let problems = &props.answer.analysis.diagnostics;
    let count = if problems.is_empty() { strings::NO_PROBLEMS.to_owned() } else { problems.len().to_string() };
    html! {
        <section class="problems" aria-labelledby="problems-title">
            <h2 id="problems-title">{strings::PROBLEMS}<span class="count">{count}</span></h2>
            if !problems.is_empty() {
                <ul>{for problems.iter().enumerate().map(|(key, problem)| view(props, key, problem))}</ul>
            }
        </section>
    }
}

fn view(props: &ProblemsProps, key: usize, problem: &Diagnostic) -> Html {
    let lines = &props.answer.analysis.lines;
    let line = problem.lines.first().map_or_else(|| lines.line_of(problem.range.start), |span| span.first);
    let start = if problem.range.is_empty() { lines.range_of(line).start } else { problem.range.start };
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    html! {
        <li {key} class={severity} data-rule={problem.rule} data-line={line.to_string()}>
            <button type="button" onclick={props.go_to.reform(move |_| start)}>
                <span class="place">{strings::line(line)}</span>
                <span class="message">{&problem.message}</span>
                if let Some(help) = &problem.help {
                    <span class="help">{help}</span>
                }
            </button>
        </li>
    }
}

//! The build order: BuildKit's steps for the target, and the stages as a table.

use std::rc::Rc;

use stagewright::layout::cards::State;
use stagewright::plan::Step;
use stagewright::resolve::StageId;
use yew::prelude::*;

use crate::analysis::Answer;
use crate::explain;
use crate::links::Lit;
use crate::state::{Action, Spot};
use crate::strings;

/// What is listed.
pub struct StepsProps {
    /// What is shown.
    pub answer: Rc<Answer>,
    /// What is lit.
    pub lit: Rc<Lit>,
    /// Asks for a place in the text, in bytes.
    pub go_to: Callback<u32>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// The steps, in order.
pub fn steps(props: &StepsProps) -> Html {
    let steps = &props.answer.analysis.plan.steps;
    if steps.is_empty() {
        return html! { <p class="none">{strings::NO_STEPS}</p> };
    }
    let mut last = None;
    html! {
        <ol class="steps">
            {for steps.iter().enumerate().map(|(index, step)| {
                let group = group(step).or(last);
                let starts_group = last.is_some() && group != last;
                last = group;
                step_view(props, index, step, starts_group)
            })}
        </ol>
    }
}

/// The stage that a step belongs to; none for what BuildKit does for several of them.
fn group(step: &Step) -> Option<StageId> {
    step.origins.first().map(|origin| origin.stage)
}

fn step_view(props: &StepsProps, index: usize, step: &Step, starts_group: bool) -> Html {
    let spot = Spot::Step(step.id);
    let hover = |on: bool| props.dispatch.reform(move |_: MouseEvent| Action::Hover(on.then_some(spot)));
    let focus = |on: bool| props.dispatch.reform(move |_: FocusEvent| Action::Focus(on.then_some(spot)));
    let place = step.origins.first().map(|origin| origin.range.start);
    let go_to = props.go_to.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        if let Some(place) = place {
            go_to.emit(place);
        }
    });
    let lit = props.lit.steps.contains(&step.id);
    let (prefix, keyword, rest) = parts(&step.label);
    html! {
        <li
            key={index}
            class={classes!(lit.then_some("lit"), starts_group.then_some("starts-group"))}
            data-step={(index + 1).to_string()}
            data-cached="false"
            onmouseenter={hover(true)}
            onmouseleave={hover(false)}
        >
            <button type="button" {onclick} onfocus={focus(true)} onblur={focus(false)}>
                <span class="prefix">{prefix.to_owned()}</span><b>{keyword.to_owned()}</b>{rest.to_owned()}
            </button>
        </li>
    }
}

/// A label in its parts: `[base 1/6] `, `FROM`, and what follows. Put together they are the label.
fn parts(label: &str) -> (&str, &str, &str) {
    let at = if label.starts_with('[') { label.find("] ").map_or(0, |end| end + 2) } else { 0 };
    let (prefix, rest) = label.split_at(at);
    let end = rest.find(' ').unwrap_or(rest.len());
    let keyword = &rest[..end];
    if prefix.is_empty() || !keyword.bytes().all(|c| c.is_ascii_uppercase()) {
        return (prefix, "", rest);
    }
    (prefix, keyword, &rest[end..])
}

/// The table of stages.
pub fn stage_table(props: &StepsProps) -> Html {
    let answer = &props.answer;
    let analysis = &answer.analysis;
    html! {
        <div class="table" tabindex="0" role="region" aria-label="Stages">
            <table>
                <thead>
                    <tr>{for strings::COLUMNS.iter().map(|&name| html! { <th scope="col">{name}</th> })}</tr>
                </thead>
                <tbody>
                    {for explain::table(analysis).into_iter().map(|(stage, cells)| row(props, stage, cells))}
                </tbody>
            </table>
        </div>
    }
}

fn row(props: &StepsProps, stage: StageId, cells: [String; 6]) -> Html {
    let [name, base, takes, users, state, line] = cells;
    let node = stagewright::graph::StageGraph::node_of(stage);
    let label = props.answer.analysis.resolved.stages[stage.0 as usize].label.clone();
    let hover = |on: bool| props.dispatch.reform(move |_: MouseEvent| Action::Hover(on.then_some(Spot::Node(node))));
    let class = classes!(state.clone(), props.lit.nodes.contains(&node).then_some("lit"));
    let is_target = state == State::Target.name();
    html! {
        <tr key={stage.0} {class} onmouseenter={hover(true)} onmouseleave={hover(false)}>
            <th scope="row">
                <button
                    type="button"
                    aria-pressed={is_target.to_string()}
                    onclick={props.dispatch.reform(move |_| Action::Target(Some(label.clone())))}
                >
                    {name}
                </button>
            </th>
            <td><code>{base}</code></td>
            <td><code>{takes}</code></td>
            <td><code>{users}</code></td>
            <td>{state}</td>
            <td class="number">{line}</td>
        </tr>
    }
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

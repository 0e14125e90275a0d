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
#[derive(Properties, PartialEq)]
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
#[component]
pub fn Steps(props: &StepsProps) -> Html {
    let steps = &props.answer.analysis.plan.steps;
    if steps.is_empty() {
        return html! { <p class="none">{strings::NO_STEPS}</p> };
    }
    html! {
        <ol class="steps">
            {for steps.iter().enumerate().map(|(index, step)| {
                let starts_group = index > 0 && group(&steps[index - 1]) != group(step);
                html! {
                    <StepView
                        key={index}
                        number={index + 1}
                        label={step.label.clone()}
                        {starts_group}
                        lit={props.lit.steps.contains(&step.id)}
                        place={step.origins.first().map(|origin| origin.range.start)}
                        step={step.id.0}
                        go_to={props.go_to.clone()}
                        dispatch={props.dispatch.clone()}
                    />
                }
            })}
        </ol>
    }
}

/// What a step belongs to: its stage, or BuildKit itself.
fn group(step: &Step) -> Option<StageId> {
    step.origins.first().map(|origin| origin.stage)
}

#[derive(Properties, PartialEq)]
struct StepProps {
    number: usize,
    label: String,
    starts_group: bool,
    lit: bool,
    place: Option<u32>,
    step: u32,
    go_to: Callback<u32>,
    dispatch: Callback<Action>,
}

#[component]
fn StepView(props: &StepProps) -> Html {
    let spot = Spot::Step(stagewright::plan::StepId(props.step));
    let hover = |on: bool| props.dispatch.reform(move |_: MouseEvent| Action::Hover(on.then_some(spot)));
    let focus = |on: bool| props.dispatch.reform(move |_: FocusEvent| Action::Focus(on.then_some(spot)));
    let place = props.place;
    let go_to = props.go_to.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        if let Some(place) = place {
            go_to.emit(place);
        }
    });
    let (prefix, keyword, rest) = parts(&props.label);
    html! {
        <li
            class={classes!(props.lit.then_some("lit"), props.starts_group.then_some("starts-group"))}
            data-step={props.number.to_string()}
            data-cached="false"
            onmouseenter={hover(true)}
            onmouseleave={hover(false)}
        >
            <button type="button" {onclick} onfocus={focus(true)} onblur={focus(false)}>
                <span class="prefix">{prefix}</span><b>{keyword}</b>{rest}
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
#[component]
pub fn StageTable(props: &StepsProps) -> Html {
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

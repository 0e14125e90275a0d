//! The target: the control for it, and what makes a stage of the graph the target.

use std::rc::Rc;

use stagewright::Analysis;
use stagewright::resolve::StageId;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::analysis::Answer;
use crate::el;
use crate::element::Element;
use crate::explain::stage_name;
use crate::platform::document;
use crate::state::{Action, Notice};
use crate::strings;

/// What there is to choose from.
pub struct TargetProps {
    /// The text and what is known of it.
    pub answer: Rc<Answer>,
    /// The target asked for.
    pub target: Option<String>,
    /// Where the choice goes.
    pub dispatch: Callback<Action>,
}

/// The control that chooses the target.
pub fn target(props: &TargetProps) -> Element {
    let options = options(props).into_iter().map(|Choice { value, text, selected, named }| {
        let (selected, disabled) = (selected.then_some("selected"), (!named).then_some("disabled"));
        el!("option", "value": value.clone(), "selected": selected, "disabled": disabled).key(value).text(text)
    });
    let dispatch = props.dispatch.clone();
    let select = el!("select", "id": "target")
        .on(On::onchange, move |event| dispatch.emit(Action::Target(Some(document::value(&event)))))
        .children(options);
    el!("div", "class": "field target").child(el!("label", "for": "target").text(strings::TARGET)).child(select)
}

/// What makes the stage of a card the target: the request for it, or why there is none. None for what is
/// outside the file.
#[must_use]
pub fn build_action(analysis: &Analysis, stage: StageId) -> Option<Action> {
    let stages = &analysis.resolved.stages;
    let stage = stages.get(stage.0 as usize)?;
    Some(if stage.is_named() {
        Action::Target(Some(stage.label.clone()))
    } else if stage.id.0 as usize + 1 == stages.len() {
        Action::Target(None)
    } else {
        Action::Notice(Some(Notice { text: strings::UNNAMED.to_owned(), failure: false }))
    })
}

/// An option.
struct Choice {
    /// What is asked for by it.
    value: String,
    /// What it says.
    text: String,
    /// Whether it is the one chosen.
    selected: bool,
    /// Whether BuildKit has a name for it, without which it cannot be asked for.
    named: bool,
}

/// The options: the last stage by default, then every stage.
fn options(props: &TargetProps) -> Vec<Choice> {
    let stages = &props.answer.analysis.resolved.stages;
    let asked = props.target.as_deref();
    let last = stages.last().map_or("last stage".into(), |last| format!("{} (last stage)", stage_name(last)));
    let mut out = vec![Choice { value: String::new(), text: last, selected: asked.is_none(), named: true }];
    for (index, stage) in stages.iter().enumerate() {
        let named = stage.is_named();
        // The last stage needs no name: it is there already.
        let is_last = index + 1 == stages.len();
        if (!named && is_last) || out.iter().any(|choice| choice.value == stage.label) {
            continue;
        }
        let selected = named && asked.is_some_and(|asked| asked.eq_ignore_ascii_case(&stage.label));
        let text = if named { stage_name(stage).to_owned() } else { strings::without_name(&stage.label) };
        out.push(Choice { value: stage.label.clone(), text, selected, named });
    }
    if let Some(asked) = asked.filter(|_| !out.iter().any(|choice| choice.selected)) {
        out.push(Choice { value: asked.to_owned(), text: strings::not_in_file(asked), selected: true, named: true });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::answer;
    use crate::state::State;

    #[track_caller]
    fn check(source: &str, target: Option<&str>, expected: &[(&str, &str, bool, bool)]) {
        let answer = Rc::new(answer(&State::default().after(Action::Edit(source.into()))));
        let props = TargetProps { answer, target: target.map(str::to_owned), dispatch: Callback::noop() };
        let options = options(&props);
        let options: Vec<_> =
            options.iter().map(|it| (it.value.as_str(), it.text.as_str(), it.selected, it.named)).collect();
        assert_eq!(options, expected);
    }

    const FILE: &str = "FROM a AS Base\nFROM b\nFROM Base AS prod\n";

    #[test]
    fn every_stage_with_a_name_can_be_chosen() {
        let last = |chosen| ("", "prod (last stage)", chosen, true);
        let rest = |chosen| {
            [
                ("base", "Base", chosen, true),
                ("stage-1", "stage-1 (no name)", false, false),
                ("prod", "prod", false, true),
            ]
        };
        check(FILE, None, &[&[last(true)][..], &rest(false)].concat());
        check(FILE, Some("BASE"), &[&[last(false)][..], &rest(true)].concat());
    }

    #[test]
    fn a_target_that_is_missing_is_named() {
        for asked in ["tset", "1", "stage-1"] {
            let text = format!("{asked} (not in this file)");
            check(
                "FROM a AS x\nFROM b\n",
                Some(asked),
                &[("", "stage-1 (last stage)", false, true), ("x", "x", false, true), (asked, &text, true, true)],
            );
        }
    }

    #[test]
    fn the_last_stage_needs_no_name() {
        check(
            "FROM a\nFROM b\n",
            None,
            &[("", "stage-1 (last stage)", true, true), ("stage-0", "stage-0 (no name)", false, false)],
        );
    }

    #[test]
    fn a_stage_is_built_by_its_name_or_as_the_last() {
        let answer = answer(&State::default().after(Action::Edit("FROM a\nFROM b AS B\nFROM c\n".into())));
        let action = |stage| build_action(&answer.analysis, StageId(stage));
        assert!(matches!(action(0), Some(Action::Notice(Some(_)))));
        assert_eq!(action(1), Some(Action::Target(Some("b".into()))));
        assert_eq!(action(2), Some(Action::Target(None)));
        assert_eq!(action(3), None);
    }
}

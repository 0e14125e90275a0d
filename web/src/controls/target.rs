//! The target.

use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::analysis::Answer;
use crate::el;
use crate::element::Element;
use crate::explain::stage_name;
use crate::platform::document;
use crate::state::Action;
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
    let options = options(props).into_iter().map(|(value, text, selected)| {
        el!("option", "value": value.clone(), "selected": selected.then_some("selected")).key(value).text(text)
    });
    let dispatch = props.dispatch.clone();
    let select = el!("select", "id": "target")
        .on(On::onchange, move |event| dispatch.emit(Action::Target(Some(document::value(&event)))))
        .children(options);
    el!("div", "class": "field target").child(el!("label", "for": "target").text(strings::TARGET)).child(select)
}

/// The options: value, text, and whether it is the one chosen.
fn options(props: &TargetProps) -> Vec<(String, String, bool)> {
    let stages = &props.answer.analysis.resolved.stages;
    let asked = props.target.as_deref();
    let mut out: Vec<(String, String, bool)> = Vec::new();
    let default =
        stages.last().map_or_else(|| "last stage".into(), |last| format!("{} (last stage)", stage_name(last)));
    out.push((String::new(), default, asked.is_none()));
    for (index, stage) in stages.iter().enumerate() {
        // BuildKit takes a stage by its name in any letter case, or by its number.
        let value = if stage.is_named() { stage.label.clone() } else { index.to_string() };
        if out.iter().any(|(known, ..)| *known == value) {
            continue;
        }
        let is_asked =
            |asked: &str| asked.eq_ignore_ascii_case(&value) || asked == stage.label || asked.parse() == Ok(index);
        let selected = asked.is_some_and(is_asked) && !out.iter().any(|&(.., selected)| selected);
        out.push((value, stage_name(stage).to_owned(), selected));
    }
    if let Some(asked) = asked.filter(|_| !out.iter().any(|&(.., selected)| selected)) {
        out.push((asked.to_owned(), format!("{asked} (not in this file)"), true));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::answer;
    use crate::state::State;

    #[track_caller]
    fn check(target: Option<&str>, expected: &[(&str, &str, bool)]) {
        let source = "FROM a AS Base\nFROM b\nFROM Base AS prod\n";
        let answer = Rc::new(answer(&State::default().after(Action::Edit(source.into()))));
        let props = TargetProps { answer, target: target.map(str::to_owned), dispatch: Callback::noop() };
        let options = options(&props);
        let options: Vec<(&str, &str, bool)> =
            options.iter().map(|(value, text, selected)| (value.as_str(), text.as_str(), *selected)).collect();
        assert_eq!(options, expected);
    }

    #[test]
    fn every_stage_can_be_chosen() {
        let rest = |base, second| [("base", "Base", base), ("1", "stage-1", second), ("prod", "prod", false)];
        check(None, &[&[("", "prod (last stage)", true)][..], &rest(false, false)].concat());
        check(Some("BASE"), &[&[("", "prod (last stage)", false)][..], &rest(true, false)].concat());
        check(Some("1"), &[&[("", "prod (last stage)", false)][..], &rest(false, true)].concat());
        check(Some("stage-1"), &[&[("", "prod (last stage)", false)][..], &rest(false, true)].concat());
    }

    #[test]
    fn a_target_that_is_missing_is_named() {
        check(
            Some("tset"),
            &[
                ("", "prod (last stage)", false),
                ("base", "Base", false),
                ("1", "stage-1", false),
                ("prod", "prod", false),
                ("tset", "tset (not in this file)", true),
            ],
        );
    }
}

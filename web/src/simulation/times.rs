//! How long steps take, and a build log that tells it.

use stagewright::simulate::DurationSource;
use yew::virtual_dom::ListenerKind as On;

use super::intake;
use super::panel::SimulationProps;
use super::run::Simulated;
use super::settings::Change;
use super::words::{exact, millis};
use crate::el;
use crate::element::{Element, class, when};
use crate::platform::{document, files};
use crate::state::{Action, Notice};
use crate::strings::simulation as words;

/// The longest log that stands in the field, in bytes.
const MOST_SHOWN: usize = 200_000;

/// As many things of a log are listed that belong to no step.
const MOST_UNMATCHED: usize = 100;

/// The side of the durations.
pub fn times(props: &SimulationProps, simulated: &Simulated) -> Element {
    el!("div", "class": "columns").child(log(props, simulated)).child(steps(props, simulated))
}

/// The field for a log, and what was found in it.
fn log(props: &SimulationProps, simulated: &Simulated) -> Element {
    let log = &props.settings.log;
    // A field of megabytes stops the page.
    let is_shown = log.text.len() <= MOST_SHOWN;
    let dispatch = props.dispatch.clone();
    let field = el!(
        "textarea",
        "class": "file-text log",
        "aria-label": words::LOG,
        "placeholder": if is_shown { words::LOG_HERE } else { words::LOG_TOO_LONG },
        "rows": "4",
        "spellcheck": "false",
        "autocomplete": "off",
        "wrap": "off",
    )
    .field(if is_shown { log.text.clone() } else { String::new() }.into())
    .on(On::oninput, move |event| dispatch.emit(Action::Simulate(Change::Log(document::value(&event)))));
    let told = simulated.log_facts.iter().map(|fact| el!("li").text(fact.clone()));
    let clear = (!log.is_empty()).then(|| props.button(Change::Log(String::new())).text(words::NO_LOG));
    let file = log.file.as_ref().map(|name| el!("p", "class": "file").text(words::of_file(name, log.text.len())));
    let refused = props.settings.refused.as_deref().map(|why| el!("p").text(why.to_owned()));
    el!("div", "class": "facts log-side")
        .child(el!("h3").text(words::LOG))
        .child(el!("p").text(words::LOG_HELP))
        .child(el!("div", "class": "actions").child(choose(props)).maybe(clear))
        .child(el!("div", "class": "refused", "role": "alert").maybe(refused))
        .maybe(file)
        .child(field)
        .child(el!("ul", "class": "told", "aria-live": "polite").children(told))
        .maybe(unmatched(&simulated.unmatched))
}

/// What is in the log and belongs to no step; nothing where there is none of it.
fn unmatched(labels: &[String]) -> Option<Element> {
    let more = labels.len().saturating_sub(MOST_UNMATCHED);
    let shown = labels.iter().take(MOST_UNMATCHED).enumerate();
    let shown = shown.map(|(key, label)| el!("li").key(key).child(el!("code").text(label.clone())));
    (!labels.is_empty()).then(|| {
        el!("div", "class": "unmatched")
            .child(el!("h3").text(words::UNMATCHED))
            .child(el!("ul").children(shown))
            .maybe((more > 0).then(|| el!("p").text(words::more_steps(more))))
    })
}

/// The button for a file. The field itself is not seen, but reached with the keyboard.
fn choose(props: &SimulationProps) -> Element {
    let dispatch = props.dispatch.clone();
    let field = el!("input", "type": "file")
        .on(On::onchange, move |event| intake::take(files::of_field(&event), intake::Place::Simulation, &dispatch));
    el!("label", "class": "choose").child(field).child(el!("span").text(words::CHOOSE_LOG))
}

/// The steps with their durations.
fn steps(props: &SimulationProps, simulated: &Simulated) -> Element {
    let run = &simulated.run;
    let rows = run.plan.steps.iter().enumerate().map(|(index, step)| {
        let duration = run.durations.steps[index];
        let source = match duration.source {
            DurationSource::Typed => words::TYPED,
            DurationSource::Log => words::FROM_LOG,
            DurationSource::Estimate => words::ESTIMATE,
        };
        let (dispatch, label) = (props.dispatch.clone(), step.label.clone());
        let field =
            el!("input", "type": "text", "class": "time", "aria-label": step.label.clone(), "autocomplete": "off")
                .field(exact(duration.millis).into())
                .on(On::onchange, move |event| {
                    let typed = document::value(&event);
                    let change = match (typed.trim(), millis(&typed)) {
                        ("", _) => Change::Typed(label.clone(), None),
                        (_, Some(millis)) => Change::Typed(label.clone(), Some(millis)),
                        (_, None) => {
                            let notice = Notice { text: words::NO_TIME.to_owned(), failure: true };
                            return dispatch.emit(Action::Notice(Some(notice)));
                        }
                    };
                    dispatch.emit(Action::Simulate(change));
                });
        let is_guess = duration.source == DurationSource::Estimate;
        el!("li", "class": class(&[when(is_guess, "guess")]))
            .key(index)
            .child(field)
            .child(el!("span", "class": "source").text(source))
            .child(el!("code").text(step.label.clone()))
    });
    el!("div", "class": "facts wide")
        .child(el!("h3").text(words::TIMES))
        .child(el!("p").text(words::ESTIMATE_HELP))
        .child(el!("ul", "class": "times").children(rows))
}

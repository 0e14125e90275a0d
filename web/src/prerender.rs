//! The page as HTML, drawn without a browser: for the first view in index.html, and for tests.
//!
//! Effects do not run here, and nothing listens: what is drawn depends on the state alone.

use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{self, Poll, Wake, Waker};
use std::thread::{self, Thread};

use yew::prelude::*;
use yew::{BaseComponent, ServerRenderer};

use crate::analysis::answer;
use crate::app::{App, AppProps};
use crate::problems::{ProblemsProps, problems};
use crate::state::State;

/// The page as it is when it is opened for the first time: what the program draws before all of it is there, with the
/// problems that are found by then.
#[must_use]
pub fn first_view() -> String {
    let problems = drawn::<Problems>(|| ());
    html(move || AppProps {
        state: State { complete: false, ..State::default() },
        problems: problems.into(),
        ..AppProps::default()
    })
}

/// The problems of the text that the page opens with.
struct Problems;

impl Component for Problems {
    type Message = ();
    type Properties = ();

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let state = Rc::new(State::default());
        let (go_to, dispatch) = (Callback::noop(), Callback::noop());
        problems(&ProblemsProps { answer: Rc::new(answer(&state)), state, go_to, dispatch }).into()
    }
}

/// The page in the state that `props` makes. It is made where the page is drawn, on another thread.
fn html(props: impl 'static + Send + FnOnce() -> AppProps) -> String {
    drawn::<App>(props)
}

fn drawn<T: BaseComponent>(props: impl 'static + Send + FnOnce() -> T::Properties) -> String {
    wait(ServerRenderer::<T>::with_props(props).hydratable(false).render())
}

/// Wakes a thread.
struct Awake(Thread);

impl Wake for Awake {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future to its end.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Awake(thread::current())));
    let mut context = task::Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;
    use crate::state::Action;

    /// The page after some actions, which are made on the thread that draws it.
    fn page(actions: impl 'static + Send + FnOnce() -> Vec<Action>) -> String {
        html(move || {
            let state = actions().into_iter().fold(State::default(), |state, action| state.after(action));
            AppProps { state, ..AppProps::default() }
        })
    }

    /// The values of an attribute, in order.
    fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
        let start = format!("{attribute}=\"");
        html.split(&start[..]).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn the_first_view_has_text_graph_and_steps() {
        let html = page(Vec::new);
        assert_eq!(values(&html, "data-step"), ["1", "2", "3", "4", "5", "6", "7", "8"]);
        assert_eq!(values(&html, "data-cached"), ["false"; 8]);
        let states = values(&html, "data-state");
        assert_eq!(states.iter().filter(|state| **state == "target").count(), 1);
        assert_eq!(states.iter().filter(|state| **state == "skipped").count(), 6);
        assert_eq!(values(&html, "data-image"), ["docker.io/library/python:3-alpine"]);
        assert!(html.contains("<textarea") && html.contains("aria-label=\"Dockerfile\""));
        assert!(html.contains("FROM python:3-alpine AS base"));
    }

    #[test]
    fn the_first_view_has_the_problems_but_nothing_in_the_gallery() {
        let (first, later) = (first_view(), page(Vec::new));
        assert_eq!(values(&first, "data-rule"), values(&later, "data-rule"));
        assert!(!values(&first, "data-rule").is_empty());
        let idea = examples::ALL[0].idea;
        assert!(!first.contains(idea) && later.contains(idea));
    }

    #[test]
    fn edges_name_their_ends_and_their_kind() {
        let text = "FROM alpine AS a\nFROM scratch AS B\nCOPY --from=a / /\nRUN --mount=from=busybox,target=/m x\n";
        let html = page(move || vec![Action::Edit(text.into())]);
        let mut edges: Vec<String> = values(&html, "data-from")
            .into_iter()
            .zip(values(&html, "data-to"))
            .zip(values(&html, "data-kind"))
            .map(|((from, to), kind)| format!("{from} {to} {kind}"))
            .collect();
        edges.sort();
        assert_eq!(
            edges,
            ["a b copy", "docker.io/library/alpine:latest a from", "docker.io/library/busybox:latest b mount"]
        );
        assert_eq!(values(&html, "data-stage"), ["a", "b"]);
    }

    #[test]
    fn a_problem_has_its_line_and_the_words_of_buildkit() {
        let html = page(move || vec![Action::Edit("FROM a\nRUNN b\n".into())]);
        assert_eq!((values(&html, "data-rule"), values(&html, "data-line")), (vec!["error"], vec!["2"]));
        assert!(html.contains("unknown instruction: RUNN"));
    }

    #[test]
    fn what_the_checks_stop_is_said_to_be_stopped_by_them() {
        let text = "# check=error=true\nFROM alpine AS One\nRUN x\n";
        let html = page(move || vec![Action::Edit(text.into())]);
        assert!(html.contains("lint violation found for rules: StageNameCasing"));
        assert!(html.contains(crate::strings::STOPPED_BY_CHECKS) && !html.contains(crate::strings::PARTIAL));
        assert!(!html.contains(crate::strings::CHECK_FAILS));
        let text = "# check=error=true\nFROM alpine AS One\nRUN x\n";
        let html = page(move || vec![Action::Edit(text.replace("AS One", "AS one\nWORKDIR a\nFROM alpine"))]);
        assert!(html.contains(crate::strings::CHECK_FAILS) && !html.contains(crate::strings::STOPPED_BY_CHECKS));
        assert_eq!(values(&html, "data-rule"), ["WorkdirRelativePath"]);
    }

    #[test]
    fn a_finding_has_its_line_its_check_and_what_mends_it() {
        let edit = || Action::Edit("FROM alpine AS One\nWORKDIR a\n".into());
        let html = page(move || vec![edit()]);
        assert_eq!(values(&html, "data-rule"), ["StageNameCasing", "WorkdirRelativePath"]);
        assert_eq!(values(&html, "data-line"), ["1", "2"]);
        assert!(
            html.contains("2 warnings")
                && html.contains("https://docs.docker.com/go/dockerfile/rule/stage-name-casing/")
        );
        assert!(html.contains("Rename it to one") && !html.contains("FROM alpine AS one"));
        let html = page(move || vec![edit(), Action::Unfold(crate::state::Fold::Mend(0, 0))]);
        assert!(html.contains("FROM alpine AS one") && html.contains(crate::strings::APPLY));
    }

    #[test]
    fn many_findings_are_not_all_shown() {
        let text = "FROM alpine\n".to_owned() + &"MAINTAINER a\n".repeat(100);
        let many = text.clone();
        let html = page(move || vec![Action::Edit(many)]);
        assert_eq!(values(&html, "data-line"), ["2", "3", "4"]);
        assert!(html.contains("97 more"));
        let rule = crate::state::Fold::Rule(stagewright::checks::RuleId("MaintainerDeprecated"));
        assert_eq!(values(&page(move || vec![Action::Edit(text), Action::Unfold(rule)]), "data-line").len(), 100);
    }

    #[test]
    fn an_opened_card_shows_its_instructions() {
        let row = "COPY Pipfile /app/ </text>";
        assert!(!page(Vec::new).contains(row));
        assert!(page(move || vec![Action::Toggle("base".into())]).contains(row));
    }

    #[test]
    fn a_chosen_stage_is_explained() {
        let html = page(move || vec![Action::Select("test-base".into())]);
        assert!(html.contains("test-base is skipped: Prod does not need it."));
        assert!(html.contains("Build this stage"));
    }

    #[test]
    fn nothing_has_a_style_of_its_own_and_text_stays_text() {
        let hostile = "FROM a AS <b>\nRUN </textarea><script>alert(1)</script>\n# style=\"\"\n";
        let html = page(move || vec![Action::Edit(hostile.into()), Action::Table(true)]);
        assert!(!html.contains("<script") && !html.contains("<b>\n"));
        for example in examples::ALL {
            let html = page(move || vec![Action::Edit(examples::tests::source(&example))]);
            assert!(!html.contains(" style="), "{}", example.id);
        }
    }

    #[test]
    fn a_page_without_text_invites() {
        let html = page(move || vec![Action::Edit(String::new())]);
        assert!(html.contains(crate::strings::EMPTY) && html.contains(crate::strings::EMPTY_HELP));
    }
}

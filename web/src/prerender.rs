//! The page as HTML, drawn without a browser: for the first view in index.html, and for tests.
//!
//! Effects do not run here, and nothing listens: what is drawn depends on the state alone.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use yew::ServerRenderer;

use crate::app::{App, AppProps};

/// The page as it is when it is opened for the first time.
#[must_use]
pub fn first_view() -> String {
    html(AppProps::default)
}

/// The page in the state that `props` makes. It is made where the page is drawn, on another thread.
fn html(props: impl 'static + Send + FnOnce() -> AppProps) -> String {
    wait(ServerRenderer::<App>::with_props(props).hydratable(false).render())
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
    let mut context = Context::from_waker(&waker);
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
    use crate::state::{Action, State};

    /// The page after some actions.
    fn page(actions: Vec<Action>) -> String {
        html(move || {
            let state = actions.iter().fold(State::default(), |state, action| state.after(action.clone()));
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
        let html = page(Vec::new());
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
    fn edges_name_their_ends_and_their_kind() {
        let text = "FROM alpine AS a\nFROM scratch AS B\nCOPY --from=a / /\nRUN --mount=from=busybox,target=/m x\n";
        let html = page(vec![Action::Edit(text.into())]);
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
        let html = page(vec![Action::Edit("FROM a\nRUNN b\n".into())]);
        assert_eq!((values(&html, "data-rule"), values(&html, "data-line")), (vec!["error"], vec!["2"]));
        assert!(html.contains("unknown instruction: RUNN"));
    }

    #[test]
    fn an_opened_card_shows_its_instructions() {
        let row = "COPY Pipfile /app/ </text>";
        assert!(!page(Vec::new()).contains(row));
        assert!(page(vec![Action::Toggle("base".into())]).contains(row));
    }

    #[test]
    fn a_chosen_stage_is_explained() {
        let html = page(vec![Action::Select("test-base".into())]);
        assert!(html.contains("test-base is skipped: Prod does not need it."));
        assert!(html.contains("Build this stage"));
    }

    #[test]
    fn nothing_has_a_style_of_its_own_and_text_stays_text() {
        let hostile = "FROM a AS <b>\nRUN </textarea><script>alert(1)</script>\n# style=\"\"\n";
        let html = page(vec![Action::Edit(hostile.into()), Action::Table(true)]);
        assert!(!html.contains("<script") && !html.contains("<b>\n"));
        for example in examples::ALL {
            let html = page(vec![Action::Edit(examples::tests::source(&example))]);
            assert!(!html.contains(" style="), "{}", example.id);
        }
    }

    #[test]
    fn a_page_without_text_invites() {
        let html = page(vec![Action::Edit(String::new())]);
        assert!(html.contains(crate::strings::EMPTY) && html.contains(crate::strings::EMPTY_HELP));
    }
}

//! From the state to what the core says of it, on the main thread, at every change.
//!
//! While a text cannot be built, what the last one that
//! could gave stays in view ([`Shown`]): which of the two is shown is decided here, and nowhere else.

use std::rc::Rc;

use stagewright::diagnostic::Phase;
use stagewright::{Analysis, Request, analyze};

use crate::state::State;
use crate::typing::TextChange;

/// An analysis with the text it is of. Equal only to itself: comparing two is slower than drawing one.
#[derive(Debug)]
pub struct Answer {
    /// The text.
    pub source: Rc<str>,
    /// What was asked.
    pub request: Request,
    /// What the core says.
    pub analysis: Analysis,
}

impl PartialEq for Answer {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Answer {
    /// The same with what the checks find in this very text.
    #[must_use]
    pub fn checked(&self) -> Self {
        let request = Request { without_checks: false, ..self.request.clone() };
        Self { source: Rc::clone(&self.source), analysis: analyze(&request), request }
    }

    /// Whether there is no text, which is no mistake yet.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.source.trim().is_empty()
    }

    /// Whether the text cannot be built.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        !self.is_blank() && self.analysis.error().is_some()
    }

    /// Whether the checks are all that keeps the text from being built: it makes errors of what they find.
    #[must_use]
    pub fn fails_checks(&self) -> bool {
        self.analysis.error().is_some_and(|error| error.order.0 == Phase::Checks)
    }

    /// Whether the target is all that keeps the text from being built: it is no stage of it.
    #[must_use]
    pub fn lacks_target(&self) -> bool {
        let error = self.analysis.error();
        error.is_some_and(|error| error.order.0 == Phase::Target) && !self.analysis.resolved.stages.is_empty()
    }
}

/// What the page shows. Equal only to itself.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Of the text as it is: the source of colours and problems.
    pub current: Rc<Answer>,
    /// What graph and build order are drawn from: the same, or the last that was of use.
    pub drawn: Rc<Answer>,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.current, &other.current) && Rc::ptr_eq(&self.drawn, &other.drawn)
    }
}

impl Shown {
    /// What is shown of `current` when `last` was shown before.
    #[must_use]
    pub fn next(current: Rc<Answer>, last: Option<&Self>) -> Self {
        let drawn = match last {
            Some(last) if !is_of_use(&current) && is_of_use(&last.drawn) => Rc::clone(&last.drawn),
            _ => Rc::clone(&current),
        };
        Self { current, drawn }
    }

    /// Whether graph and build order are those of an earlier text.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        !Rc::ptr_eq(&self.current, &self.drawn)
    }
}

/// Whether there is anything to draw: a build, or as far as it goes. An empty text draws an empty page.
fn is_of_use(answer: &Answer) -> bool {
    let analysis = &answer.analysis;
    answer.is_blank()
        || analysis.error().is_none()
        || answer.lacks_target()
        || (analysis.target().is_some() && !analysis.plan.steps.is_empty())
}

/// The analysis of a state.
#[must_use]
pub fn answer(state: &State) -> Answer {
    let request = Request {
        source: state.source.to_string(),
        target: state.target.clone(),
        build_args: state.build_args.clone(),
        platform: state.platform.clone(),
        dockerignore: state.dockerignore(),
        without_checks: !state.runs_checks(),
    };
    let analysis = analyze(&request);
    Answer { source: Rc::clone(&state.source), request, analysis }
}

/// The analysis of a state whose text is being typed: what the checks found in the text before stays.
#[must_use]
pub fn answer_after(state: &State, last: &Answer) -> Answer {
    let mut answer = answer(state);
    // A file may ask for checks that nothing gets by.
    if answer.request.without_checks && answer.analysis.findings.is_empty() {
        answer.analysis.findings = TextChange::between(&last.source, &answer.source).moved(&last.analysis.findings);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Action;

    fn of(source: &str) -> Rc<Answer> {
        Rc::new(answer(&State::default().after(Action::Edit(source.into()))))
    }

    #[test]
    fn a_text_that_builds_is_shown() {
        let first = Shown::next(of("FROM a\nRUN b\n"), None);
        let second = Shown::next(of("FROM a\nRUN c\n"), Some(&first));
        assert!(!second.is_stale());
        assert!(Rc::ptr_eq(&second.current, &second.drawn));
    }

    #[test]
    fn a_file_that_does_not_have_the_target_is_shown() {
        let with_target = |source: &str| {
            let state = State::default().after(Action::Target(Some("x".into()))).after(Action::Edit(source.into()));
            Rc::new(answer(&state))
        };
        let first = Shown::next(with_target("FROM a AS x\n"), None);
        let other = Shown::next(with_target("FROM b AS y\n"), Some(&first));
        assert!(!other.is_stale() && other.current.is_broken() && other.current.lacks_target());
        let worse = Shown::next(with_target("FROM b AS z\nRUNN\n"), Some(&other));
        assert!(worse.is_stale() && !worse.current.lacks_target());
    }

    #[test]
    fn the_last_good_drawing_stays_while_there_is_nothing_to_draw() {
        let good = Shown::next(of("FROM a\nRUN b\n"), None);
        let broken = Shown::next(of("FROM\n"), Some(&good));
        assert!(broken.is_stale() && Rc::ptr_eq(&broken.drawn, &good.drawn));
        let still_broken = Shown::next(of("FRO\n"), Some(&broken));
        assert!(Rc::ptr_eq(&still_broken.drawn, &good.drawn));
        let first = Shown::next(of("RUN x"), None);
        assert!(!first.is_stale() && first.current.is_broken());
        let blank = Shown::next(of("\n"), Some(&good));
        assert!(!blank.is_stale() && !blank.current.is_broken());
    }
}

//! How far our answers agree with those of BuildKit, facet by facet.

use std::thread;

use serde_json::Value;
use stagewright::analyze;

use crate::answer::{Case, answer};
use crate::facet::Facet;
use crate::recorded::Set;

/// A set with our answers beside those of BuildKit.
#[derive(Debug)]
pub struct Agreement {
    /// What was asked and answered.
    pub set: Set,
    /// Our answers, in the order of the cases.
    pub answers: Vec<Value>,
}

impl Agreement {
    /// Answers the cases of a set, on every processor.
    ///
    /// # Panics
    /// If answering one does.
    #[must_use]
    pub fn of(set: Set) -> Self {
        let n_threads = thread::available_parallelism().map_or(1, usize::from);
        let answered = |case: &Case| answer(&case.id, &analyze(&case.request));
        let answers = thread::scope(|scope| {
            let part = set.cases.len().div_ceil(n_threads).max(1);
            let work = |cases| scope.spawn(move || -> Vec<Value> { <[Case]>::iter(cases).map(answered).collect() });
            let threads: Vec<_> = set.cases.chunks(part).map(work).collect();
            let answers = threads.into_iter().flat_map(|thread| match thread.join() {
                Ok(answers) => answers,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            answers.collect()
        });
        Self { set, answers }
    }

    /// The cases that do not agree in a facet: the id, what BuildKit answered, and what we did.
    #[must_use]
    pub fn others(&self, facet: Facet) -> Vec<(&str, &Value, &Value)> {
        let all = self.set.cases.iter().zip(&self.answers);
        let pairs =
            all.map(|(case, got)| (case.id.as_str(), self.set.expected.get(&case.id).unwrap_or(&Value::Null), got));
        pairs.filter(|(_, want, got)| want.is_null() || !facet.agrees(want, got)).collect()
    }
}

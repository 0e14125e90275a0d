//! Our answers against those that BuildKit gave, facet by facet.

use std::fmt::Write as _;
use std::thread;

use serde_json::Value;
use stagewright::analyze;
use stagewright_tests::answer::{Case, answer};
use stagewright_tests::facet::Facet;
use stagewright_tests::recorded::{Set, set};

/// How many cases of a set may disagree in a facet, where that is not none. A number may fall, never
/// rise.
const DISAGREEMENTS: [(&str, Facet, usize); 1] = [
    // Files with two FROM lines that are wrong alike: BuildKit looks at both at once, and names either.
    ("generated", Facet::ErrorLines, 2),
];

/// Disagreements that a failure shows of each facet.
const SHOWN: usize = 3;

#[test]
fn seeds_are_answered_as_buildkit_does() {
    compare("seeds");
}

#[test]
fn the_corpus_is_answered_as_buildkit_does() {
    compare("corpus");
}

#[test]
fn generated_files_are_answered_as_buildkit_does() {
    compare("generated");
}

#[track_caller]
fn compare(name: &'static str) {
    let set = set(name);
    assert!(!set.cases.is_empty(), "{name} has no cases");
    assert_eq!(set.cases.len(), set.expected.len(), "every case of {name} has an answer");
    let answers = answers(&set);
    let mut report = String::new();
    for facet in Facet::ALL {
        let listed = DISAGREEMENTS.iter().find(|&&(set, of, _)| set == name && of == facet);
        let allowed = listed.map_or(0, |&(_, _, allowed)| allowed);
        let agrees = |(id, got): &(&str, Value)| set.expected.get(*id).is_some_and(|want| facet.agrees(want, got));
        let others: Vec<&(&str, Value)> = answers.iter().filter(|answer| !agrees(answer)).collect();
        if others.len() > allowed {
            let (facet_name, count) = (facet.name(), others.len());
            let _ = writeln!(report, "{facet_name}: {count} of {} disagree, {allowed} may", answers.len());
            for (id, got) in others.into_iter().take(SHOWN) {
                let want = set.expected.get(*id).unwrap_or(&Value::Null);
                let _ = write!(report, "    {id}\n{}", facet.difference(want, got));
            }
        }
    }
    assert!(report.is_empty(), "{name}\n{report}");
}

/// Our answers, by the ids of the cases. Worked out on every processor.
fn answers(set: &Set) -> Vec<(&str, Value)> {
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    let answered = |case: &Case| answer(&case.id, &analyze(&case.request));
    thread::scope(|scope| {
        let part = set.cases.len().div_ceil(n_threads).max(1);
        let work = |cases| scope.spawn(move || -> Vec<Value> { <[Case]>::iter(cases).map(answered).collect() });
        let threads: Vec<_> = set.cases.chunks(part).map(work).collect();
        let answers = threads.into_iter().flat_map(|thread| match thread.join() {
            Ok(answers) => answers,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        set.cases.iter().map(|case| case.id.as_str()).zip(answers).collect()
    })
}

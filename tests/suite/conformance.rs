//! Our answers against those that BuildKit gave, facet by facet.

use std::fmt::Write as _;

use stagewright_tests::agreement::Agreement;
use stagewright_tests::facet::Facet;
use stagewright_tests::recorded::set;

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
    let agreement = Agreement::of(set);
    let mut report = String::new();
    for facet in Facet::ALL {
        let listed = DISAGREEMENTS.iter().find(|&&(set, of, _)| set == name && of == facet);
        let allowed = listed.map_or(0, |&(_, _, allowed)| allowed);
        let others = agreement.others(facet);
        if others.len() > allowed {
            let (facet_name, count) = (facet.name(), others.len());
            let _ = writeln!(report, "{facet_name}: {count} of {} disagree, {allowed} may", agreement.answers.len());
            for (id, want, got) in others.into_iter().take(SHOWN) {
                let _ = write!(report, "    {id}\n{}", facet.difference(want, got));
            }
        }
    }
    assert!(report.is_empty(), "{name}\n{report}");
}

//! Two versions of a Dockerfile side by side.

use std::num::NonZeroU32;

use stagewright::plan::Plan;
use stagewright::simulate::compare::{Comparison, StageChange, Version, compare, edit_costs};
use stagewright::simulate::{Context, DurationSource, Durations, estimate};
use stagewright::{Analysis, Request, analyze};
use stagewright_tests::comparing;
use stagewright_tests::recorded::{all_cases, dockerfiles};

fn analysis(source: &str) -> (Analysis, Durations) {
    let analysis = analyze(&Request { source: source.to_owned(), ..Request::default() });
    let durations = estimate(&analysis.plan, &analysis.resolved);
    (analysis, durations)
}

fn version<'a>((analysis, durations): &'a (Analysis, Durations)) -> Version<'a> {
    Version { resolved: &analysis.resolved, graph: &analysis.graph, plan: &analysis.plan, durations }
}

/// What was edited, a line each: `+ step`, `- step`, `stage: change`; then both totals.
fn show(it: &Comparison, before: &Plan, after: &Plan) -> Vec<String> {
    let changed = it.stages.iter().filter(|stage| stage.change != StageChange::Same);
    let stages = changed.map(|stage| format!("{}: {:?} {:?}", stage.label, stage.change, stage.is_built));
    let saved = it.saved.iter().map(|step| format!("- {}", before.steps[step.0 as usize].label));
    let added = it.added.iter().map(|step| format!("+ {}", after.steps[step.0 as usize].label));
    let totals = format!("{} -> {}", it.before.total, it.after.total);
    stages.chain(saved).chain(added).chain([totals]).collect()
}

#[track_caller]
fn check(before: &str, after: &str, expected: &[&str]) {
    let (old, new) = (analysis(before), analysis(after));
    let found = compare(&version(&old), &version(&new), None);
    assert_eq!(show(&found, &old.0.plan, &new.0.plan), expected, "{before}\n{after}");
}

// An image takes 4 seconds, the context half a second, COPY 0.3, RUN 0.3 and its `sleep`.
const ONE: &str =
    "FROM alpine AS base\nRUN sleep 1\nFROM base AS test\nRUN sleep 2\nFROM base\nCOPY a b /\nRUN sleep 3\n";

#[test]
fn a_version_is_the_same_as_itself() {
    check(ONE, ONE, &["8900 -> 8900"]);
    check(ONE, &ONE.replace("RUN sleep 1", "# why\nrun  sleep 1"), &["8900 -> 8900"]);
    check("", "", &["0 -> 0"]);
}

#[test]
fn what_is_in_one_of_them_only_is_told() {
    let steps = ["- [stage-2 2/2] RUN sleep 3", "+ [stage-2 2/2] RUN sleep 5"];
    check(
        ONE,
        &ONE.replace("sleep 3", "sleep 5"),
        &["stage-2: Changed (true, true)", steps[0], steps[1], "8900 -> 10900"],
    );
    check(ONE, &ONE.replace("FROM base AS test\nRUN sleep 2\n", ""), &["test: Removed (false, false)", "8900 -> 8900"]);
    check(
        ONE,
        &ONE.replace("alpine", "debian"),
        &[
            "base: Changed (true, true)",
            "- [base 1/2] FROM docker.io/library/alpine:latest",
            "+ [base 1/2] FROM docker.io/library/debian:latest",
            "8900 -> 8900",
        ],
    );
    check(ONE, &ONE.replace("COPY a", "ENV x=1\nCOPY a"), &["stage-2: Changed (true, true)", "8900 -> 8900"]);
    let document = |word: &str| format!("FROM alpine AS a\nRUN <<E\necho 1\n{word}\nE\n");
    check(&document("sleep 1"), &document("sleep 2"), &["a: Changed (true, true)", "5310 -> 5310"]);
}

#[test]
fn a_stage_is_the_same_whatever_its_number_and_name() {
    // The last stage has another number, and is edited.
    let edited = ONE.replace("FROM base AS test\nRUN sleep 2\n", "").replace("sleep 3", "sleep 5");
    let expected = [
        "stage-1: Changed (true, true)",
        "test: Removed (false, false)",
        "- [stage-2 2/2] RUN sleep 3",
        "+ [stage-1 2/2] RUN sleep 5",
        "8900 -> 10900",
    ];
    check(ONE, &edited, &expected);
    check(ONE, &ONE.replace("AS test", "AS checks"), &["8900 -> 8900"]);
    let first = "FROM debian\nRUN sleep 1\n";
    let base = first.replace("debian", "alpine AS base");
    // What is put in above is new, and the others are what they were.
    check(
        &ONE.replace(" AS base", "").replace("FROM base", "FROM alpine"),
        &[first, &ONE.replace(" AS base", "").replace("FROM base", "FROM alpine")].concat(),
        &["stage-0: Added (false, false)", "7600 -> 7600"],
    );
    // A name that is gone and one that is new, with nothing in common.
    check(
        &[&base, "FROM base AS test\nRUN sleep 2\nFROM base\n"].concat(),
        &[&base, "FROM base AS lint\nRUN sleep 3\nFROM base\n"].concat(),
        &["lint: Added (false, false)", "test: Removed (false, false)", "5300 -> 5300"],
    );
}

#[test]
fn steps_that_only_moved_are_the_same_steps() {
    let moved =
        "FROM alpine AS base\nRUN sleep 1\nFROM base AS test\nRUN sleep 2\nFROM base\nRUN sleep 3\nCOPY a b /\n";
    check(ONE, moved, &["stage-2: Changed (true, true)", "8900 -> 8900"]);
    // A test that the target did not need before.
    check(
        ONE,
        &ONE.replace("COPY a b /", "COPY --from=test /x /\nCOPY a b /"),
        &[
            "stage-2: Changed (true, true)",
            "+ [test 1/1] RUN sleep 2",
            "+ [stage-2 1/3] COPY --from=test /x /",
            "8900 -> 11500",
        ],
    );
}

#[test]
fn the_same_step_takes_as_long_by_whoever_knows_better() {
    let (mut old, mut new) = (analysis(ONE), analysis(&ONE.replace("COPY a b /", "COPY a /")));
    let step = |plan: &Plan, text: &str| plan.steps.iter().find(|step| step.label.contains(text)).expect("a step").id;
    old.1.set(step(&old.0.plan, "sleep 1"), 10_000, DurationSource::Log);
    new.1.set(step(&new.0.plan, "sleep 1"), 20_000, DurationSource::Typed);
    old.1.set(step(&old.0.plan, "sleep 3"), 30_000, DurationSource::Log);
    let found = compare(&version(&old), &version(&new), NonZeroU32::new(1));
    // The image, the context, 20, COPY, 30.
    assert_eq!((found.before.total, found.after.total), (54_800, 54_800));
}

#[test]
fn an_edit_of_a_file_costs_what_is_below_its_copy() {
    let early = analysis("FROM alpine\nCOPY . /app/\nRUN sleep 9\nRUN sleep 1\n");
    let late = analysis("FROM alpine\nCOPY package.json /app/\nRUN sleep 9\nCOPY . /app/\nRUN sleep 1\n");
    let files = ["package.json", "src/a.js", "README.md"].map(|path| (path.to_owned(), path.to_owned()));
    let mut context = Context::new(files);
    context.files.insert(".dockerignore".into(), "README.md\n".into());
    let costs = edit_costs(&version(&early), &version(&late), &context, None);
    let found: Vec<_> = (costs.iter())
        .map(|it| (it.path.as_str(), it.before.steps.len(), it.before.total, it.after.steps.len(), it.after.total))
        .collect();
    // Looking at the context takes half a second, a copy 0.3, a RUN 0.3 more than it sleeps.
    assert_eq!(found, [("package.json", 3, 11_400, 4, 11_700), ("src/a.js", 3, 11_400, 2, 2_100)]);
}

#[test]
fn of_many_files_or_long_versions_the_first_files_are_told() {
    for (n_files, n_more, expected) in [(20, 0, 20), (120, 0, 100), (500, 700, 32)] {
        let copies: String = (0..n_files).map(|at| format!("COPY {at}.c /\n")).collect();
        let version_of = |more: usize| analysis(&["FROM alpine\n", &copies, &"RUN sleep 1\n".repeat(more)].concat());
        let (before, after) = (version_of(n_more), version_of(2 * n_more));
        let context = Context::guess(&before.0.resolved);
        let costs = edit_costs(&version(&before), &version(&after), &context, None);
        // An image and the context beside them.
        assert_eq!(before.0.plan.steps.len() + after.0.plan.steps.len(), 2 * n_files + 3 * n_more + 4);
        assert_eq!(costs.len(), expected, "{n_files} {n_more}");
    }
}

#[test]
fn any_two_files_can_be_compared() {
    let files: Vec<(String, String)> = dockerfiles("corpus").into_iter().chain(dockerfiles("seeds")).collect();
    for pair in files.windows(2) {
        let [old, new] = [&pair[0], &pair[1]].map(|(_, text)| analysis(text));
        let [old, new] = [(&old.0, &old.1), (&new.0, &new.1)];
        for (before, after) in [(old, new), (new, old)] {
            if let Err(broken) = comparing::check_two(before, after) {
                panic!("{} and {}: {broken}", pair[0].0, pair[1].0);
            }
        }
    }
}

#[test]
fn every_recorded_case_is_what_it_is() {
    for case in all_cases() {
        if let Err(broken) = comparing::check(&analyze(&case.request), &case.request) {
            panic!("{}: {broken}", case.id);
        }
    }
}

//! What comes out of the simulation, for the examples and each of its settings.

use std::rc::Rc;

use stagewright::share;

use super::chains::Chain;
use super::run::{Simulated, simulate};
use super::settings::{Builder, Change, FileChange, Panel, Settings, WhichBuild};
use crate::examples::{self, tests::source};
use crate::links::light;
use crate::scene::Scene;
use crate::state::{Action, Spot, State};

fn simulated(text: &str, changes: &[Change]) -> Simulated {
    let state = State::default().after(Action::Edit(text.to_owned()));
    let settings = changes.iter().cloned().fold(Settings::default(), |settings, change| settings.after(change));
    simulate(&state, &settings, &Scene::of(&state, None).shown)
}

/// The labels of the steps that do not come from the cache.
fn ran(simulated: &Simulated) -> Vec<&str> {
    let run = &simulated.run;
    let steps = run.plan.steps.iter().enumerate().filter(|&(index, _)| !run.is_cached(index));
    steps.map(|(_, step)| step.label.as_str()).collect()
}

fn edited(path: &str) -> Change {
    Change::File(path.to_owned(), Some(FileChange::Edited))
}

#[test]
fn an_edit_of_the_sources_runs_one_step_again() {
    let it = simulated(examples::FIRST, &[edited("src/app.py")]);
    assert_eq!(ran(&it), ["[internal] load build context", "[app 1/1] COPY src /app"]);
    assert!(it.headline.starts_with("The next build runs 1 of 8 steps in about "), "{}", it.headline);
    let at = it.run.plan.steps.iter().position(|step| step.label.contains("COPY src")).unwrap();
    assert_eq!(it.run.why[at].as_deref(), Some("src/app.py has changed."));
    assert_eq!(told(&it), ["src/app.py has changed. > [app 1/1] COPY src /app > 0 more in app, release, Prod"]);
}

#[test]
fn an_edit_of_the_text_is_one_of_a_file_of_the_context() {
    fn check(ignored: &str, expect: &[&str]) {
        let before = "FROM alpine\nCOPY . /app\nRUN make\nCMD one\n";
        let state = State::default().after(Action::Edit(before.into())).after(Action::Dockerignore(ignored.into()));
        let pin = Change::Pin(Some(Rc::new(state.to_share())));
        let state = state.after(Action::Edit(before.replace("one", "two")));
        let mut again = Vec::new();
        for builder in [Builder::BuildKit, Builder::Classic] {
            let changes = [pin.clone(), Change::Build(WhichBuild::Next), Change::Builder(builder)];
            let settings = changes.into_iter().fold(Settings::default(), |settings, change| settings.after(change));
            let it = simulate(&state, &settings, &Scene::of(&state, None).shown);
            again.extend(ran(&it).into_iter().filter(|label| label.ends_with("make")).map(str::to_owned));
        }
        assert_eq!(again, expect, "{ignored:?}");
    }
    check("", &["[3/3] RUN make", "Step 3/4 : RUN make"]);
    check("Dockerfile\n", &[]);
}

#[test]
fn where_nothing_changed_the_classic_builder_does_nothing_either() {
    let text = "FROM alpine AS one\nRUN make\nFROM one\nRUN more\n";
    let next = |text: &str| simulated(text, &[Change::Builder(Builder::Classic), Change::Build(WhichBuild::Next)]);
    assert_eq!(next(text).headline, "The next build runs nothing: all of it comes from the cache.");
    let state = State::default().after(Action::Edit(text.into()));
    let pin = Change::Pin(Some(Rc::new(state.to_share())));
    let state = state.after(Action::Edit(format!("FROM busybox\n{text}")));
    let changes = [pin, Change::Builder(Builder::Classic), Change::Build(WhichBuild::Next)];
    let settings = changes.into_iter().fold(Settings::default(), |settings, change| settings.after(change));
    let it = simulate(&state, &settings, &Scene::of(&state, None).shown);
    assert_eq!(ran(&it), ["Step 1/5 : FROM busybox"], "that image has to be pulled");
}

#[test]
fn a_typed_duration_stays_when_the_number_of_its_step_changes() {
    let typed = Change::Typed("[2/2] RUN make".into(), Some(90_000));
    let it = simulated("FROM alpine\nENV A=b\nWORKDIR /w\nRUN make\n", &[typed]);
    let at = it.run.plan.steps.iter().position(|step| step.label == "[3/3] RUN make").unwrap();
    assert_eq!(it.run.durations.steps[at].millis, 90_000);
}

/// The chains of causes, each in a line.
fn told(simulated: &Simulated) -> Vec<String> {
    let told = |chain: &Chain| {
        let begins: Vec<&str> = chain.begins.iter().map(|(_, label)| label.as_str()).collect();
        format!("{} > {} > {} more in {}", chain.cause, begins.join(" and "), chain.n_follow, chain.stages.join(", "))
    };
    simulated.run.chains.iter().map(told).collect()
}

const FAN: &str = "FROM alpine AS base\nARG V\nRUN make $V\nFROM base AS app\nCOPY src /app\nRUN app\n\
                   FROM base AS docs\nCOPY src /docs\nFROM app\nCOPY --from=docs /docs /docs\n";

#[test]
fn what_changed_is_told_as_chains_of_causes() {
    fn check(changes: &[Change], expect: &[&str]) {
        assert_eq!(told(&simulated(FAN, changes)), expect, "{changes:?}");
    }
    let (app, docs, last) = ("[app 1/2] COPY src /app", "[docs 1/1] COPY src /docs", "stage-3");
    let path = "src/file";
    let file = |change| [Change::File(path.into(), Some(change)), Change::Listed(path.into(), true)];
    let to = |what: &str| format!("{path} {what}. > {app} and {docs} > 2 more in app, docs, {last}");
    check(&[Change::Build(WhichBuild::Next)], &[]);
    check(&file(FileChange::Edited), &[&to("has changed")]);
    check(&file(FileChange::New), &[&to("is new")]);
    check(&file(FileChange::Removed), &[&to("is gone")]);
    let filter = Change::NoCacheStage("docs".into(), true);
    check(std::slice::from_ref(&filter), &[&format!("--no-cache-filter=docs asks for it. > {docs} > 0 more in ")]);
    let all = format!("{app} and [app 2/2] RUN app and {docs} and [{last} 1/1] COPY --from=docs /docs /docs");
    check(
        &[filter, Change::NoCache(true)],
        &[&format!("--no-cache asks for it. > [base 2/2] RUN make $V and {all} > 0 more in ")],
    );
}

#[test]
fn another_text_target_or_build_arg_is_told_as_chains_of_causes() {
    fn check(now: &share::State, since: &[&str], expect: &[&str]) {
        let pinned = share::State { source: FAN.into(), ..share::State::default() };
        let state = State::default().after(Action::Open(now.clone()));
        let settings = Settings::default().after(Change::Pin(Some(Rc::new(pinned))));
        let it = simulate(&state, &settings, &Scene::of(&state, None).shown);
        let differs: Vec<&str> = it.since.iter().map(|(told, _)| told.as_str()).collect();
        assert_eq!((told(&it), differs), (expect.iter().map(|&it| it.to_owned()).collect(), since.to_vec()));
    }
    let now = share::State { source: FAN.into(), ..share::State::default() };
    check(&now, &[], &[]);
    check(
        &share::State { build_args: [("V".to_owned(), "1".to_owned())].into(), ..now.clone() },
        &["V was not set, and is 1 now."],
        &["V changed. > [base 2/2] RUN make 1 and [app 2/2] RUN app > 3 more in base, app, docs, stage-3"],
    );
    check(
        &share::State { target: Some("docs".into()), ..now.clone() },
        &["The target was the last stage, and is docs now."],
        &[],
    );
    check(
        &share::State { source: FAN.replace("RUN app", "RUN app --fast"), ..now },
        &["The text changed at line 6."],
        &["Its text changed. > [app 2/2] RUN app --fast > 1 more in app, stage-3"],
    );
}

#[test]
fn the_classic_builder_has_chains_of_its_own() {
    let it = simulated(FAN, &[edited("src/app.py"), Change::Builder(Builder::Classic)]);
    assert_eq!(
        told(&it),
        ["src/app.py has changed. > Step 5/10 : COPY src /app and Step 8/10 : COPY src /docs > \
             2 more in app, docs, stage-3"]
    );
}

#[test]
fn the_classic_builder_pulls_an_image_once() {
    let text = "FROM alpine AS a\nFROM alpine\nRUN x\n";
    let pulls = |build| {
        let it = simulated(text, &[Change::Build(build), Change::Builder(Builder::Classic)]);
        it.run.durations.steps.iter().filter(|it| it.millis == 4_000).count()
    };
    assert_eq!((pulls(WhichBuild::First), pulls(WhichBuild::Next)), (1, 0));
}

#[test]
fn both_builders_are_told_of_in_one_sentence() {
    let it = simulated(examples::FIRST, &[Change::Builder(Builder::Both)]);
    let other = it.other.as_ref().expect("the classic builder");
    assert!(!it.run.is_classic && other.is_classic);
    assert_eq!((it.run.stages, other.stages), ((4, 10), (10, 10)));
    assert!(it.headline.starts_with("BuildKit runs 8 steps in about 41 s, the classic builder 29 in about "));
    assert!(it.headline.ends_with(" longer."), "{}", it.headline);
    assert_eq!(it.facts[0], "BuildKit leaves out 6 stages that the target does not need.");
    assert_eq!(it.film.total, it.run.schedule.total.max(other.schedule.total));
    assert_eq!(it.film.slots.len(), it.run.schedule.slots.len() + other.schedule.slots.len());
    let it = simulated(examples::FIRST, &[Change::Builder(Builder::Both), Change::Build(WhichBuild::Next)]);
    assert_eq!(it.headline, "Neither builder runs anything: all of it comes from the cache.");
    let text = "FROM alpine\nRUN true\nRUN --mount=type=cache,target=/c x\n";
    let it = simulated(text, &[Change::Builder(Builder::Both)]);
    assert!(it.headline.ends_with("; the classic builder refuses this file."), "{}", it.headline);
    let (refusal, at) = it.other.as_ref().and_then(|other| other.refusal.clone()).expect("a refusal");
    assert!(refusal.contains("requires BuildKit"));
    assert_eq!(text[at as usize..].lines().next().map(|line| line.contains("mount")), Some(true));
}

#[test]
fn what_a_log_says_of_a_command_holds_for_the_classic_builder() {
    let typed = Change::Typed("[2/2] RUN make".into(), Some(90_000));
    let it = simulated("FROM alpine\nRUN make\n", &[typed, Change::Builder(Builder::Classic)]);
    assert_eq!(it.run.durations.steps[1].millis, 90_000);
}

#[test]
fn the_classic_builders_steps_are_lit_by_what_they_come_from() {
    let state = State::default().after(Action::Edit(FAN.to_owned()));
    let scene = Scene::of(&state, None);
    let settings = Settings::default().after(Change::Builder(Builder::Classic));
    let run = simulate(&state, &settings, &scene.shown).run;
    let of = |spot: Spot| {
        let lit = light(&scene.shown.drawn.analysis, &state.source, spot);
        let steps = run.lit(&lit, Some(spot));
        steps
            .iter()
            .map(|step| run.plan.steps[step.0 as usize].label.split(' ').nth(1).unwrap_or("").to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let at = |what: &str| FAN.find(what).expect(what) as u32;
    assert_eq!(of(Spot::Text(at("RUN app"))), "6/10");
    assert_eq!(of(Spot::Place(at("RUN app"))), "6/10");
    assert_eq!(of(Spot::Text(at("FROM base AS app"))), "4/10");
    assert_eq!(of(Spot::Text(at("ARG V"))), "2/10");
    let analysis = &scene.shown.drawn.analysis;
    let copy = analysis.plan.steps.iter().find(|step| step.label.ends_with("COPY src /docs")).expect("a step");
    assert_eq!(of(Spot::Step(copy.id)), "8/10");
    assert_eq!(of(Spot::Node(stagewright::graph::NodeId(1))), "4/10 5/10 6/10");
}

#[test]
fn what_nobody_changed_is_not_built_again() {
    let it = simulated(examples::FIRST, &[Change::Build(WhichBuild::Next)]);
    assert_eq!(ran(&it), ["[internal] load build context"]);
    assert!(it.headline.contains("runs nothing"), "{}", it.headline);
    assert_eq!(it.again, Vec::<String>::new());
}

#[test]
fn a_command_that_leaves_the_same_files_spares_who_copies_them() {
    let text = "FROM alpine AS a\nCOPY src /src\nRUN make\nFROM scratch\nCOPY --from=a /out /out\n";
    let again = [edited("src/main.c")];
    let changes = |it: &Simulated| ran(it).iter().any(|label| label.contains("COPY --from=a"));
    let it = simulated(text, &again);
    assert_eq!(it.again, ["[a 3/3] RUN make"]);
    assert!(changes(&it));
    let same = Change::SameAgain("[a 3/3] RUN make".into(), true);
    assert!(!changes(&simulated(text, &[again[0].clone(), same])));
}

#[test]
fn after_an_edit_the_pinned_version_is_what_was_built() {
    let pinned = share::State { source: "FROM alpine\nRUN a\nRUN b\n".into(), ..share::State::default() };
    let changes = [Change::Pin(Some(Rc::new(pinned))), Change::Panel(Panel::Compare)];
    let it = simulated("FROM alpine\nRUN a\nRUN c\n", &changes);
    assert_eq!(ran(&it), ["[3/3] RUN c"]);
    let compared = it.compared.expect("a comparison");
    let list = |title: &str| compared.lists.iter().find(|(it, _)| *it == title).map(|(_, items)| items.clone());
    assert_eq!(list("Steps added"), Some(vec!["[3/3] RUN c".to_owned()]));
    assert_eq!(list("Steps saved"), Some(vec!["[3/3] RUN b".to_owned()]));
}

#[test]
fn a_text_with_little_or_no_build_in_it_is_told_as_what_it_is() {
    #[track_caller]
    fn check(text: &str, changes: &[Change], headline: &str, facts: &[&str], beside: Option<&str>) {
        let it = simulated(text, changes);
        assert_eq!((it.headline.as_str(), it.beside.as_deref()), (headline, beside));
        assert_eq!(it.facts, facts);
    }
    let classic = Change::Builder(Builder::Classic);
    let (both, next) = (Change::Builder(Builder::Both), Change::Build(WhichBuild::Next));
    check("", &[], "Nothing to build yet.", &[], None);
    check("# nothing\n", &[classic], "This file does not build.", &[], None);
    let one_step = "The first build runs its only step in about 4 s.";
    let goes = "The classic builder goes through 1 stage and runs 1 step in about 4 s.";
    check("FROM alpine\n", &[], one_step, &["The time is an estimate."], Some(goes));
    let either = "The classic builder runs nothing either.";
    let idle = "The next build runs nothing: all of it comes from the cache.";
    check(
        "FROM alpine\n",
        std::slice::from_ref(&next),
        idle,
        &["The cache saves 4 s.", "The time is an estimate."],
        Some(either),
    );
    check(
        "FROM alpine\n",
        &[both, next],
        "Neither builder runs anything: all of it comes from the cache.",
        &["The time is an estimate."],
        None,
    );
    let none = "Nothing to do: the target has no steps.";
    check(
        "FROM scratch\n",
        &[],
        none,
        &[],
        Some("The classic builder refuses this file: No image was generated. Is your Dockerfile empty?"),
    );
    let broken = "This file does not build.";
    let rest = "Shown is the rest: what cannot be read is left out.";
    let refuses = "The classic builder refuses this file: dockerfile parse error line 2: unknown instruction: RUNN";
    check("FROM alpine\nRUNN x\n", &[], broken, &[rest, one_step, "The time is an estimate."], Some(refuses));
}

#[test]
fn a_build_that_fails_says_where() {
    let removed = Change::File("src/app.py".into(), Some(FileChange::Removed));
    let gone = Change::File("src".into(), Some(FileChange::Removed));
    let it = simulated("FROM alpine\nCOPY src/app.py /app/\nRUN x\n", &[removed, gone]);
    assert!(it.headline.starts_with("The build fails after "), "{}", it.headline);
    assert!(it.headline.ends_with(", at [2/3] COPY src/app.py /app/."), "{}", it.headline);
    let beside = it.beside.expect("the classic builder");
    assert!(beside.starts_with("The classic builder ends with an error: COPY failed: file not found"), "{beside}");
}

#[test]
fn one_worker_takes_the_sum_of_all_steps() {
    let it = simulated(examples::FIRST, &[Change::Workers(Some(1))]);
    assert_eq!(it.run.schedule.total, it.run.schedule.work);
    assert_eq!(it.run.schedule.n_lanes, 1);
}

#[test]
fn the_classic_builder_has_a_refusal_or_a_line_for_each_step() {
    let it = simulated("FROM alpine AS a\nRUN x\nFROM alpine\nRUN y\n", &[Change::Builder(Builder::Classic)]);
    let labels: Vec<&str> = it.run.plan.steps.iter().map(|step| step.label.as_str()).collect();
    assert_eq!(
        labels,
        ["Step 1/4 : FROM alpine AS a", "Step 2/4 : RUN x", "Step 3/4 : FROM alpine", "Step 4/4 : RUN y"]
    );
    let it = simulated("FROM alpine\nRUN --mount=type=cache,target=/c x\n", &[Change::Builder(Builder::Classic)]);
    assert!(it.headline.contains("requires BuildKit"), "{}", it.headline);
}

#[test]
fn every_example_has_an_outcome_in_every_setting() {
    let texts =
        examples::ALL.iter().map(source).chain([String::new(), "RUNN x\n".into(), "FROM a AS b\nFROM b".into()]);
    for text in texts {
        let pinned = || Change::Pin(Some(Rc::new(share::State { source: text.clone(), ..share::State::default() })));
        for builder in [Builder::BuildKit, Builder::Classic, Builder::Both] {
            for change in [
                Change::Build(WhichBuild::First),
                Change::Build(WhichBuild::Next),
                Change::NoCache(true),
                Change::NoCacheStage("base".into(), true),
                Change::Workers(Some(2)),
                Change::Log("#1 [1/1] FROM a\n#1 CACHED\n".into()),
                pinned(),
            ] {
                let it = simulated(&text, &[Change::Builder(builder), change, Change::Panel(Panel::Compare)]);
                let n_steps = it.run.plan.steps.len();
                assert_eq!(it.run.schedule.slots.len(), n_steps, "{text}");
                assert_eq!((it.run.why.len(), it.run.durations.steps.len()), (n_steps, n_steps), "{text}");
                assert!(!it.headline.is_empty());
                for index in 0..n_steps {
                    assert!(!it.run.tooltip(index).is_empty() && !it.run.note(index).is_empty());
                }
            }
        }
    }
}

#[test]
fn the_stages_that_are_told_of_stay_the_same_until_something_happens() {
    let it = simulated("FROM alpine AS one\nRUN a\nFROM busybox AS two\nRUN b\nRUN c\n", &[]);
    let end = it.run.schedule.total as u32;
    let slots = &it.run.schedule.slots;
    let at = it.run.plan.steps.iter().position(|step| step.label.ends_with("RUN c")).unwrap();
    let start = slots[at].start as u32;
    let told = |at: u32| it.run.told(at).iter().map(|stage| stage.0).collect::<Vec<_>>();
    assert_eq!([told(start), told(start + 1)], [[1], [1]]);
    assert_eq!(told(end), [1], "what ends is told of where nothing begins");
    assert!(told(0).contains(&1));
}

//! What comes out of the simulation, for the examples and each of its settings.

use std::rc::Rc;

use stagewright::share;

use super::run::{Simulated, simulate};
use super::settings::{Build, Builder, Change, FileChange, Panel, Settings};
use crate::examples::{self, tests::source};
use crate::scene::Scene;
use crate::state::{Action, State};

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
    assert!(it.headline.starts_with("The next build runs 1 of 8 steps again, in about "), "{}", it.headline);
    let at = it.run.plan.steps.iter().position(|step| step.label.contains("COPY src")).unwrap();
    assert_eq!(it.run.why[at].as_deref(), Some("src/app.py has changed."));
}

#[test]
fn what_nobody_changed_is_not_built_again() {
    let it = simulated(examples::FIRST, &[Change::Build(Build::Next)]);
    assert_eq!(ran(&it), ["[internal] load build context"]);
    assert!(it.headline.contains("nothing again"), "{}", it.headline);
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
        for builder in [Builder::BuildKit, Builder::Classic] {
            for change in [
                Change::Build(Build::First),
                Change::Build(Build::Next),
                Change::NoCache(true),
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

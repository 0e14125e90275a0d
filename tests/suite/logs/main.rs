//! Real logs of builds, and whatever else somebody may take for one.

use std::collections::BTreeSet;

use serde_json::Value;
use stagewright::import::log::{Log, Matches, Part, Replay, VertexState, read as read_log};
use stagewright::simulate::{Schedule, StepState, Work, estimate};
use stagewright::{Analysis, Request, analyze};
use stagewright_tests::mutate::{Numbers, text};
use stagewright_tests::project::{files, read};
use stagewright_tests::schedule;

mod builds;
mod labels;
mod prefixes;
mod speed;

/// A recorded log, and what is made of it.
struct Recorded {
    path: String,
    text: String,
    analysis: Analysis,
    log: Log,
    matches: Matches,
    replay: Replay,
    schedule: Schedule,
}

fn recorded(path: &str) -> Recorded {
    let name = path.split('.').next().unwrap_or_default();
    let analysis = analyze(&Request { source: read(&format!("{name}.Dockerfile")), ..Request::default() });
    let text = read(path);
    let log = read_log(&text);
    let matches = Matches::new(&log, &analysis.plan, &analysis.resolved, &analysis.graph);
    let replay = Replay::new(&log, &matches, &analysis.plan, estimate(&analysis.plan, &analysis.resolved));
    let schedule = scheduled(&analysis, &replay);
    Recorded { path: path.to_owned(), text, analysis, log, matches, replay, schedule }
}

fn scheduled(analysis: &Analysis, replay: &Replay) -> Schedule {
    let durations = replay.durations.millis();
    let work = Work {
        plan: &analysis.plan,
        durations: &durations,
        cached: &replay.cached,
        workers: None,
        fails: replay.fails,
    };
    schedule::check(&work).unwrap_or_else(|broken| panic!("{broken}"))
}

fn all() -> Vec<Recorded> {
    let logs: Vec<Recorded> =
        files("tests/logs").iter().filter(|path| path.ends_with(".log")).map(|path| recorded(path)).collect();
    assert_eq!(logs.len(), 12);
    logs
}

/// The labels of the steps of a plan in some state.
fn labels(it: &Recorded, is_wanted: impl Fn(StepState) -> bool) -> BTreeSet<&str> {
    let steps = it.analysis.plan.steps.iter().zip(&it.schedule.slots);
    steps.filter(|(_, slot)| is_wanted(slot.state)).map(|(step, _)| step.label.as_str()).collect()
}

/// The labels that a log says came from the cache, found in another way: none of the numbers is looked at.
fn cached_by_hand(it: &Recorded) -> usize {
    if it.path.contains("plain") {
        return it.text.lines().filter(|line| line.ends_with(" CACHED")).count();
    }
    let last: BTreeSet<String> =
        objects(&it.text).filter(|vertex| vertex["cached"] == true).map(|vertex| digest(&vertex)).collect();
    last.len()
}

/// The vertices of a raw log as they come.
fn objects(text: &str) -> impl Iterator<Item = Value> + '_ {
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.flat_map(|line| line["vertexes"].as_array().cloned().unwrap_or_default())
}

fn digest(vertex: &Value) -> String {
    vertex["digest"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn every_step_of_a_real_log_is_a_step_of_the_plan() {
    for it in all() {
        assert_eq!(it.matches.unknown().count(), 0, "{}", it.path);
        for (vertex, part) in it.log.vertices.iter().zip(&it.matches.parts) {
            let is_step = matches!(part, Part::Step(_));
            let is_around =
                ["[internal] load build definition", "[internal] load .dockerignore", "[context alpine] load metadata"];
            assert_eq!(is_step, !is_around.iter().any(|start| vertex.label.starts_with(start)), "{}", vertex.label);
        }
        let n_steps = it.matches.steps.iter().filter(|vertex| vertex.is_some()).count();
        // A plain log of a failure does not tell what did not start.
        let n_shown =
            it.analysis.plan.steps.len() - if it.path.contains("fails") && it.path.contains("plain") { 2 } else { 0 };
        assert_eq!(n_steps, n_shown, "{}", it.path);
    }
}

#[test]
fn the_steps_from_the_cache_are_those_of_the_log() {
    let mut n_cached = 0;
    for it in all() {
        let expected: BTreeSet<&str> = it
            .log
            .vertices
            .iter()
            .zip(&it.matches.parts)
            .filter_map(|(vertex, part)| match part {
                Part::Step(step) if vertex.state == VertexState::Cached => {
                    Some(it.analysis.plan.steps[step.0 as usize].label.as_str())
                }
                _ => None,
            })
            .collect();
        assert_eq!(expected.len(), cached_by_hand(&it), "{}", it.path);
        let mut found = labels(&it, |state| state == StepState::Cached);
        // The copy and its link are one vertex in a plain log.
        if it.path.contains("plain") {
            found.retain(|label| !label.contains("] LINK "));
        }
        assert_eq!(found, expected, "{}", it.path);
        n_cached += found.len();
    }
    assert!(n_cached > 15, "{n_cached}");
}

#[test]
fn the_schedule_takes_as_long_as_the_build_did() {
    for it in all() {
        let total = it.schedule.total;
        let Some(real) = it.replay.real_total else {
            assert!(it.path.contains("plain"), "{} has times", it.path);
            continue;
        };
        // What lies between two steps is no part of either, and weighs more where a build fails early.
        let percent = if it.path.contains("fails") { 15 } else { 10 };
        assert!(total.abs_diff(real) * 100 <= real * percent, "{}: {total} and really {real}", it.path);
        // With all the builder does around the steps, where there is a build to speak of.
        let whole = it.log.total.expect("it has times");
        let is_long = whole > 1_000;
        assert!(!is_long || total.abs_diff(whole) * 100 <= whole * 10, "{}: {total} of {whole}", it.path);
    }
}

/// The totals of plain logs, worked out by hand from their lines.
#[test]
fn a_plain_log_takes_what_the_chain_of_its_steps_takes() {
    let totals = [
        // 0.1 alpine, 0.5 tools, 1.0 left, and two copies of less than 0.05 seconds.
        ("diamond.cold", 1_650),
        ("diamond.warm", 25),
        // 0.1 alpine, 0.3 WORKDIR, 0.7 deps, 0.9 dev, 0.1 src, 1.4 test, and two copies.
        ("fan-out.cold", 3_550),
        // alpine, src, 1.418 test, and two copies.
        ("fan-out.warm", 1_518),
    ];
    for (name, total) in totals {
        assert_eq!(recorded(&format!("tests/logs/{name}.plain.log")).schedule.total, total, "{name}");
    }
}

#[test]
fn the_failing_log_shows_its_error_at_the_line_that_failed_and_what_that_canceled() {
    let mut n_failing = 0;
    for it in all().into_iter().filter(|it| it.path.contains("fails")) {
        let step = &it.analysis.plan.steps[it.replay.fails.expect("a step fails").0 as usize];
        let lines = step.origins.iter().map(|origin| it.analysis.lines.line_of(origin.range.start));
        assert_eq!(lines.collect::<Vec<_>>(), [3], "{}", it.path);
        let vertex = it.matches.steps[step.id.0 as usize].and_then(|id| it.log.vertex(id)).expect("it is in the log");
        let error = "process \"/bin/sh -c echo compiling && sleep 0.4 && echo \\\"main.c:3: error: boom\\\" >&2 && \
                     false\" did not complete successfully: exit code: 1";
        assert_eq!(vertex.error.as_deref(), Some(error), "{}", it.path);
        assert_eq!(vertex.output, "compiling\nmain.c:3: error: boom\n", "{}", it.path);
        let failure = it.log.failure.as_ref().expect("the end tells of it");
        assert_eq!((failure.message.as_str(), failure.lines.map(|it| (it.first, it.last))), (error, Some((3, 3))));
        assert_eq!(labels(&it, |state| state == StepState::Failed).len(), 1);
        let canceled: Vec<&str> = labels(&it, |state| state == StepState::Canceled).into_iter().collect();
        assert_eq!(canceled, ["[other 2/2] RUN sleep 2 && echo never > /out/x"], "{}", it.path);
        let rest = labels(&it, |state| state == StepState::NotStarted).into_iter().collect::<Vec<_>>();
        assert_eq!(rest, ["[stage-2 2/3] COPY --from=build /out /b", "[stage-2 3/3] COPY --from=other /out /o"]);
        n_failing += 1;
    }
    assert_eq!(n_failing, 4);
}

/// Pieces that mean something to the reader somewhere.
const PIECES: &[&str] = &[
    "#",
    "#1 ",
    "#12 ",
    "\n#4 ",
    "\n\n#7 ",
    " DONE",
    " DONE 1.2s",
    " CACHED",
    " CANCELED",
    " ERROR: ",
    " ...",
    " 0.345 ",
    "=> ",
    " => => ",
    " 1.2s\n",
    "[",
    "] ",
    "[context alpine] ",
    "[internal] ",
    "[linux/amd64 ",
    "LINK ",
    "...",
    "\u{1b}[",
    "\u{1b}]",
    "\u{7}",
    "\r\n",
    "2024-01-01T00:00:00Z ",
    "{\"vertexes\":[",
    "{\"logs\":[{\"data\":\"",
    "]}",
    "\"started\":\"",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "\\u00",
    "\"",
    "{",
    "}",
    ",",
    "failed to solve: ",
    "\n  3 | >>> ",
    "4294967295",
    "99999999.999",
    "@sha256:",
    "\u{e9}",
    "FROM ",
];

#[test]
fn no_text_breaks_the_reader() {
    let logs: Vec<String> = files("tests/logs").iter().map(|path| read(path)).collect();
    let analyses: Vec<Analysis> = ["diamond", "fan-out", "fails"]
        .iter()
        .map(|name| analyze(&Request { source: read(&format!("tests/logs/{name}.Dockerfile")), ..Request::default() }))
        .collect();
    for seed in 0..40_000 {
        let mut numbers = Numbers::new(Numbers::new(seed).number());
        let mut text = text(&mut numbers, &logs);
        for _ in 0..numbers.below(8) {
            let at = text.floor_char_boundary(numbers.below(text.len() + 1));
            text.insert_str(at, PIECES[numbers.below(PIECES.len())]);
        }
        let analysis = numbers.pick(&analyses);
        let log = read_log(&text);
        let matches = Matches::new(&log, &analysis.plan, &analysis.resolved, &analysis.graph);
        let n = (matches.steps.len(), matches.parts.len());
        assert_eq!(n, (analysis.plan.steps.len(), log.vertices.len()), "seed {seed}: {text:?}");
        for (index, part) in matches.parts.iter().enumerate() {
            if let Part::Step(step) = part {
                assert_eq!(
                    matches.steps[step.0 as usize].map(|id| id.0 as usize),
                    Some(index),
                    "seed {seed}: {text:?}"
                );
            }
        }
        let replay = Replay::new(&log, &matches, &analysis.plan, estimate(&analysis.plan, &analysis.resolved));
        drop(scheduled(analysis, &replay));
    }
}

//! When the steps of a plan run: by hand on small plans, and what holds for every one of them.

use std::num::NonZeroU32;

use stagewright::plan::{Plan, StepId};
use stagewright::simulate::{Schedule, StepState, estimate};
use stagewright::{Request, analyze};
use stagewright_tests::mutate::Numbers;
use stagewright_tests::recorded::all_cases;
use stagewright_tests::schedule::{Terms, check, plan, terms};

/// A plan of steps with their inputs, and how long each takes: `3 <- 0 1` is a step that takes 3.
fn read(text: &str) -> (Plan, Vec<u32>) {
    let lines: Vec<&str> = text.split(", ").collect();
    let mut plan = plan(&mut Numbers::new(0), lines.len(), 0);
    let mut durations = Vec::new();
    for (step, line) in plan.steps.iter_mut().zip(lines) {
        let (duration, inputs) = line.split_once(" <- ").unwrap_or((line, ""));
        durations.push(duration.parse().expect("a number"));
        step.inputs = inputs.split_whitespace().map(|input| StepId(input.parse().expect("a number"))).collect();
    }
    (plan, durations)
}

/// A step each: its lane, from when to when, how it ended; then lanes, total, critical path, what is saved.
fn show(it: &Schedule) -> String {
    let slot = |slot: &stagewright::simulate::Slot| {
        let state = match slot.state {
            StepState::Done => "",
            StepState::Cached => " cached",
            StepState::Failed => " failed",
            StepState::Canceled => " canceled",
            StepState::NotStarted => return "-".to_owned(),
        };
        format!("{}:{}-{}{state}", slot.lane, slot.start, slot.end)
    };
    let slots: Vec<String> = it.slots.iter().map(slot).collect();
    let path: Vec<String> = it.critical_path.iter().map(|step| step.0.to_string()).collect();
    let (parallel, cache) = (it.saved_by_parallelism, it.saved_by_cache);
    format!("{} | {} of {} by {} | {parallel} {cache}", slots.join(" "), it.total, it.critical_time, path.join(" "))
}

#[track_caller]
fn expect(text: &str, workers: u32, cached: &[u32], fails: Option<u32>, expected: &str) {
    let (plan, durations) = read(text);
    let cached = (0..plan.steps.len() as u32).map(|step| cached.contains(&step)).collect();
    let terms = Terms { durations, cached, workers: NonZeroU32::new(workers), fails: fails.map(StepId) };
    let found = check(&terms.of(&plan)).unwrap_or_else(|broken| panic!("{broken}"));
    assert_eq!(show(&found), expected, "{text}");
}

const DIAMOND: &str = "1, 4 <- 0, 2 <- 0, 3 <- 2, 1 <- 1 3";

#[test]
fn steps_start_when_their_inputs_are_done() {
    expect(DIAMOND, 0, &[], None, "0:0-1 0:1-5 1:1-3 1:3-6 1:6-7 | 7 of 7 by 0 2 3 4 | 4 0");
    expect("1, 2, 3", 0, &[], None, "0:0-1 1:0-2 2:0-3 | 3 of 3 by 2 | 3 0");
    expect("5, 0 <- 0, 2 <- 1", 0, &[], None, "0:0-5 0:5-5 0:5-7 | 7 of 7 by 0 1 2 | 0 0");
}

#[test]
fn of_two_chains_that_take_as_long_the_first_input_decides() {
    expect("2, 2, 1 <- 0 1", 0, &[], None, "0:0-2 1:0-2 0:2-3 | 3 of 3 by 0 2 | 2 0");
    expect("2, 2, 1 <- 1 0", 0, &[], None, "0:0-2 1:0-2 1:2-3 | 3 of 3 by 1 2 | 2 0");
}

#[test]
fn with_few_workers_the_first_that_is_ready_is_the_first_that_runs() {
    expect(DIAMOND, 1, &[], None, "0:0-1 0:1-5 0:5-7 0:7-10 0:10-11 | 11 of 7 by 0 2 3 4 | 0 0");
    expect("4, 1, 1, 2 <- 1", 2, &[], None, "0:0-4 1:0-1 1:1-2 1:2-4 | 4 of 4 by 0 | 4 0");
    expect("0, 0, 0, 0", 1, &[], None, "0:0-0 0:0-0 0:0-0 0:0-0 | 0 of 0 by  | 0 0");
}

#[test]
fn what_is_in_the_cache_takes_no_time_and_no_worker() {
    expect(DIAMOND, 0, &[0, 2], None, "0:0-0 cached 0:0-4 0:0-0 cached 1:0-3 0:4-5 | 5 of 5 by 1 4 | 3 2");
    expect(
        DIAMOND,
        1,
        &[0, 1, 2, 3, 4],
        None,
        "0:0-0 cached 0:0-0 cached 0:0-0 cached 0:0-0 cached 0:0-0 cached | 0 of 0 by  | 0 11",
    );
    // A COPY whose files are the same, though what they come from ran again.
    expect("3, 1 <- 0, 2 <- 1", 0, &[1], None, "0:0-3 0:3-3 cached 0:3-5 | 5 of 5 by 0 1 2 | 0 1");
}

#[test]
fn a_failure_cancels_what_runs_and_starts_nothing_more() {
    expect(
        "1, 4 <- 0, 9 <- 0, 1 <- 1, 1 <- 2 3",
        0,
        &[],
        Some(1),
        "0:0-1 0:1-5 failed 1:1-5 canceled - - | 5 of 5 by 0 2 | 4 0",
    );
    expect("2, 2, 5", 0, &[], Some(0), "0:0-2 failed 1:0-2 2:0-2 canceled | 2 of 2 by 2 | 4 0");
    expect("2, 2, 5", 1, &[], Some(1), "0:0-2 0:2-4 failed - | 4 of 2 by 1 | 0 0");
    // What is in the cache does not run, and so cannot fail.
    expect("2, 2 <- 0", 0, &[0], Some(0), "0:0-0 cached 0:0-2 | 2 of 2 by 1 | 0 0");
}

#[test]
fn nothing_to_do_takes_no_time() {
    let found = check(&Terms::default().of(&Plan::default())).unwrap_or_else(|broken| panic!("{broken}"));
    assert_eq!(found, Schedule::default());
}

#[test]
fn lists_that_are_too_short_are_filled_up() {
    let (plan, durations) = read(DIAMOND);
    let terms = Terms { durations: durations[..2].to_vec(), ..Terms::default() };
    assert_eq!(stagewright::simulate::schedule(&terms.of(&plan)).total, 5);
}

#[test]
fn every_recorded_plan_has_a_schedule_that_holds() {
    let mut numbers = Numbers::new(1);
    for case in all_cases() {
        let analysis = analyze(&Request { without_checks: true, ..case.request });
        let plan = &analysis.plan;
        let durations = estimate(plan, &analysis.resolved).millis();
        assert_eq!(durations.len(), plan.steps.len());
        for workers in [0, 1, 2] {
            let cached = vec![false; durations.len()];
            let terms = Terms { durations: durations.clone(), cached, workers: NonZeroU32::new(workers), fails: None };
            check(&terms.of(plan)).unwrap_or_else(|broken| panic!("{}, {workers} workers: {broken}", case.id));
        }
        let terms = terms(&mut numbers, plan.steps.len());
        check(&terms.of(plan)).unwrap_or_else(|broken| panic!("{}, {terms:?}: {broken}", case.id));
    }
}

#[test]
fn every_plan_there_could_be_has_a_schedule_that_holds() {
    for seed in 0..20_000 {
        let mut numbers = Numbers::new(Numbers::new(seed).number());
        let most = *numbers.pick(&[4, 12, 40]);
        let n_steps = numbers.below(most);
        let n_inputs = numbers.below(4);
        let plan = plan(&mut numbers, n_steps, n_inputs);
        let terms = terms(&mut numbers, n_steps);
        check(&terms.of(&plan)).unwrap_or_else(|broken| panic!("seed {seed}: {broken}\n{plan:?}\n{terms:?}"));
    }
}

#[test]
fn more_workers_than_steps_are_as_good_as_any_number() {
    for seed in 0..2_000 {
        let mut numbers = Numbers::new(seed);
        let n_steps = numbers.below(30);
        let plan = plan(&mut numbers, n_steps, 3);
        let any = Terms { workers: None, ..terms(&mut numbers, n_steps) };
        let many = Terms { workers: NonZeroU32::new(n_steps as u32 + 1), ..any.clone() };
        let slots = |terms: &Terms| stagewright::simulate::schedule(&terms.of(&plan)).slots;
        assert_eq!(slots(&any), slots(&many), "seed {seed}");
    }
}

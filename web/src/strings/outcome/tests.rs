//! The sentences, for builds of every kind.

#![expect(clippy::needless_pass_by_value, reason = "tables are read more easily without references")]

use super::*;

/// A build of BuildKit's of two stages, in which so many of so many steps run, with estimates.
fn kit(n_run: usize, n_steps: usize, total: u64) -> Gist {
    let runs_all = n_run == n_steps;
    Gist { n_run, n_steps, runs_all, total, n_estimates: n_steps, stages: (2, 2), ..Gist::default() }
}

fn classic(n_run: usize, n_steps: usize, total: u64) -> Gist {
    Gist { is_classic: true, ..kit(n_run, n_steps, total) }
}

fn known(gist: Gist) -> Gist {
    Gist { n_estimates: 0, ..gist }
}

fn fails(gist: Gist) -> Gist {
    Gist { fails_at: Some("[2/2] COPY a /".into()), ..gist }
}

fn refused() -> Gist {
    Gist { refusal: Some("unknown flag: mount".into()), ..classic(0, 0, 0) }
}

fn ended() -> Gist {
    Gist { refusal: Some("COPY failed: no source files were specified".into()), ..classic(2, 3, 400) }
}

#[test]
fn a_build_is_told_in_a_sentence() {
    #[track_caller]
    fn check(it: Gist, build: WhichBuild, expect: &str) {
        assert_eq!(headline(&it, build, it.n_steps), expect);
    }
    use WhichBuild::{First, Logged, Next};
    check(kit(8, 8, 41_000), First, "The first build runs all 8 steps in about 41 s.");
    check(kit(1, 1, 4_000), First, "The first build runs its only step in about 4 s.");
    check(kit(7, 8, 41_000), First, "The first build runs 7 of 8 steps in about 41 s.");
    check(known(kit(2, 2, 0)), First, "The first build runs both steps in less than 0.1 s.");
    check(kit(0, 0, 0), First, "Nothing to do: the target has no steps.");
    check(kit(0, 0, 0), Next, "Nothing to do: the target has no steps.");
    check(kit(0, 8, 100), Next, "The next build runs nothing: all of it comes from the cache.");
    check(kit(1, 8, 300), Next, "The next build runs 1 of 8 steps in about 0.3 s.");
    check(kit(8, 8, 41_000), Next, "The next build runs all 8 steps again in about 41 s.");
    check(kit(1, 1, 40), Next, "The next build runs its only step again in less than 0.1 s.");
    check(known(kit(8, 8, 41_000)), Logged, "The build of the log ran all 8 steps in 41 s.");
    check(known(kit(3, 8, 41_000)), Logged, "The build of the log ran 3 of 8 steps in 41 s.");
    check(known(kit(0, 8, 0)), Logged, "The build of the log ran nothing: all of it came from the cache.");
    check(fails(kit(2, 8, 300)), Next, "The build fails after about 0.3 s, at [2/2] COPY a /.");
    check(fails(known(kit(2, 8, 0))), Logged, "The build fails after less than 0.1 s, at [2/2] COPY a /.");
    check(refused(), First, "The classic builder refuses this file: unknown flag: mount");
}

#[test]
fn a_log_that_tells_of_some_steps_says_of_how_many() {
    #[track_caller]
    fn check(it: Gist, n_told: usize, expect: &str) {
        assert_eq!(headline(&it, WhichBuild::Logged, n_told), expect);
    }
    check(kit(8, 8, 41_000), 3, "The log tells of 3 of 8 steps; with estimates for the rest it takes about 41 s.");
    check(kit(8, 8, 41_000), 0, "The log tells of none of 8 steps; with estimates for the rest it takes about 41 s.");
    check(known(kit(2, 2, 9_000)), 1, "The log tells of 1 of 2 steps; with what was typed for the rest it takes 9 s.");
    assert_eq!(log_tells(0, 3), "It tells of none of these steps. It may be of another Dockerfile, target or version.");
    assert_eq!([log_tells(1, 3), log_tells(3, 3)], ["It tells of 1 of 3 steps.", "It tells of all 3 steps."]);
    assert_eq!(log_tells(1, 1), "It tells of the only step.");
    assert_eq!(
        [log_fails(Some(3), "x"), log_fails(None, "x")],
        ["It ends in an error (line 3): x", "It ends in an error: x"]
    );
}

#[test]
fn the_other_builder_is_told_beside_the_one_that_is_shown() {
    #[track_caller]
    fn check(shown: Gist, other: Gist, build: WhichBuild, expect: Option<&str>) {
        assert_eq!(beside(&shown, &other, build).as_deref(), expect);
    }
    use WhichBuild::{First, Logged, Next};
    let (idle, busy) = (|| kit(0, 8, 100), || kit(8, 8, 41_000));
    let goes = "The classic builder goes through 2 stages and runs 11 steps in about 55 s.";
    check(busy(), classic(11, 11, 55_000), First, Some(goes));
    check(busy(), classic(11, 11, 55_000), Logged, None);
    let goes = "BuildKit goes through 1 stage and runs 1 step in less than 0.1 s.";
    check(classic(1, 1, 40), known(Gist { stages: (1, 1), ..kit(1, 1, 0) }), First, Some(goes));
    check(idle(), classic(0, 11, 0), Next, Some("The classic builder runs nothing either."));
    let idle_alone = "The classic builder runs nothing: all of it comes from the cache.";
    check(busy(), classic(0, 11, 0), Next, Some(idle_alone));
    check(busy(), refused(), First, Some("The classic builder refuses this file: unknown flag: mount"));
    check(classic(1, 1, 40), kit(0, 0, 0), First, None);
    let ends = "The classic builder ends with an error: COPY failed: no source files were specified";
    check(fails(busy()), ended(), Next, Some(ends));
    check(
        classic(3, 3, 900),
        fails(kit(2, 8, 300)),
        Next,
        Some("BuildKit fails after about 0.3 s, at [2/2] COPY a /."),
    );
}

#[test]
fn both_builders_are_told_in_one_sentence() {
    #[track_caller]
    fn check(kit: Gist, classic: Gist, build: WhichBuild, expect: &str) {
        assert_eq!(both(&kit, &classic, build), expect);
    }
    use WhichBuild::{First, Next};
    let runs = "BuildKit runs 8 steps in about 41 s, the classic builder 11 in about 55 s: 14 s longer.";
    check(kit(8, 8, 41_000), classic(11, 11, 55_000), First, runs);
    let runs = "BuildKit runs 1 step in about 4 s, the classic builder 1 in about 4 s, as long.";
    check(kit(1, 1, 4_000), classic(1, 1, 4_040), First, runs);
    let runs = "BuildKit runs 1 step in about 5 s, the classic builder 2 in 3 s: 2 s less.";
    check(kit(1, 1, 5_000), known(classic(2, 2, 3_000)), First, runs);
    let idle = "Neither builder runs anything: all of it comes from the cache.";
    check(kit(0, 8, 100), classic(0, 11, 0), Next, idle);
    check(kit(0, 0, 0), classic(0, 0, 0), First, "Nothing to do: the target has no steps.");
    let one = "BuildKit runs nothing; the classic builder runs 2 steps in about 3 s.";
    check(kit(0, 8, 100), classic(2, 11, 3_000), Next, one);
    let one = "BuildKit runs 2 steps in about 3 s; the classic builder runs nothing.";
    check(kit(2, 8, 3_000), classic(0, 11, 0), Next, one);
    let refuses = "BuildKit runs 2 steps in about 3 s; the classic builder refuses this file.";
    check(kit(2, 2, 3_000), refused(), First, refuses);
    let fail = "BuildKit fails after about 0.3 s, at [2/2] COPY a /; the classic builder ends with an error.";
    check(fails(kit(2, 8, 300)), ended(), Next, fail);
}

#[test]
fn facts_agree_in_number_and_tell_no_noughts() {
    let built = |built, all| stages_built((built, all)).unwrap_or_default();
    assert_eq!([built(0, 0), built(1, 1), built(0, 1)], ["", "", ""]);
    assert_eq!(built(1, 4), "1 of 4 stages is built.");
    assert_eq!([built(3, 4), built(4, 4)], ["3 of 4 stages are built.", "All 4 stages are built."]);
    assert_eq!([built(2, 2), built(1, 2)], ["Both stages are built.", "1 of 2 stages is built."]);
    let guessed = |n, of| estimates(n, of).unwrap_or_default();
    assert_eq!([guessed(0, 3), guessed(1, 1)], ["", "The time is an estimate."]);
    assert_eq!([guessed(1, 3), guessed(2, 3)], ["1 of 3 times is an estimate.", "2 of 3 times are estimates."]);
    assert_eq!(guessed(3, 3), "Times are estimates.");
    assert_eq!((saved_by_cache(20), saved_side_by_side(20)), (None, None));
    assert_eq!(saved_by_cache(2_000).as_deref(), Some("The cache saves 2 s."));
    assert_eq!(saved_side_by_side(400).as_deref(), Some("Steps that run at the same time save 0.4 s."));
    let path = "The longest chain of steps that wait for one another (the critical path) has ";
    assert_eq!(critical_path(1, 4_000), format!("{path}1 step and takes 4 s."));
    assert_eq!(critical_path(3, 4_000), format!("{path}3 steps and takes 4 s."));
    assert_eq!(left_out(1), "BuildKit leaves out 1 stage that the target does not need.");
    let seen = [timeline(0, 0, 0), timeline(1, 1, 900), timeline(3, 1, 4_000), timeline(3, 2, 4_000)];
    assert_eq!(
        seen,
        [
            "nothing runs",
            "1 step in 0.9 s",
            "3 steps in 4 s, one at a time",
            "3 steps in 4 s, at most 2 at the same time"
        ]
    );
}

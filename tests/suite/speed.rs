//! Dockerfiles and files that a simulation would take long for if any part of it went over them again and again, or
//! kept them as often.

use std::collections::BTreeMap;

use stagewright::resolve::Platform;
use stagewright::simulate::cache::Effects;
use stagewright::simulate::classic::{self, Store};
use stagewright::simulate::compare::{Version, compare};
use stagewright::simulate::{Context, estimate};
use stagewright::{Request, analyze};
use stagewright_tests::soon::expect_soon;

/// A line for each number.
fn lines(n: usize, line: fn(usize) -> String) -> String {
    (0..n).map(line).collect()
}

fn files(n: usize, content: &str) -> Context {
    Context::new((0..n).map(|at| (format!("f{at}"), content.to_owned())))
}

/// Builds twice with the classic builder, where all files are others the second time.
#[track_caller]
fn expect_classic_soon(what: &str, source: &str, n_files: usize) {
    let contexts = [files(n_files, "one"), files(n_files, "two")];
    expect_soon(what, &|| {
        let mut store = Store::default();
        for context in &contexts {
            let request = classic::Request {
                source,
                target: None,
                build_args: &BTreeMap::new(),
                platform: &Platform::default(),
                context,
                dockerfile: None,
                effects: &[],
                otherwise: &Effects::Everything,
                no_cache: false,
            };
            let build = classic::build(&request, &mut store);
            assert!(!build.steps.is_empty(), "{what}");
        }
    });
}

#[test]
fn the_classic_builder_is_done_soon() {
    let n = 60_000;
    expect_classic_soon("stages", &lines(n, |at| format!("FROM a AS s{at}\n")), 0);
    expect_classic_soon("stages in a row", &lines(n, |at| format!("FROM s{} AS s{at}\n", at.wrapping_sub(1))), 0);
    let args = lines(n / 5, |at| format!("ARG a{at}\n"));
    expect_classic_soon("arguments and stages", &[args, "FROM a\nUSER x\n".repeat(n / 5)].concat(), 0);
    expect_classic_soon(
        "everything, added again and again",
        &["FROM a\n", &"ADD . /\n".repeat(n / 20)].concat(),
        n / 20,
    );
    let copies = lines(n / 20, |at| format!("COPY . f{at} /x/\n"));
    expect_classic_soon("everything, copied with another file", &["FROM a\n", &copies].concat(), n / 20);
    let shell = format!("SHELL [\"{}\"]\n", "x".repeat(n));
    expect_classic_soon("a long shell", &["FROM a\n", &shell, &"USER a\n".repeat(n)].concat(), 0);
    expect_classic_soon("files that changed", "FROM a\nCOPY . /\n", n);
}

#[test]
fn a_pattern_of_any_length_is_read_soon() {
    for piece in ["**/", "**", "*", "?", "[a]", "a/", "\\a", "!", "x**"] {
        let mut context = files(10, "");
        context.files.insert(".dockerignore".to_owned(), piece.repeat(100_000));
        expect_soon(piece, &|| assert!(context.visible().len() <= 11));
    }
}

#[test]
fn a_long_stage_is_held_against_many_soon() {
    let long = ["FROM a\n", &lines(60_000, |at| format!("USER u{at}\n"))].concat();
    let many = "FROM a\nUSER z\n".repeat(4000);
    let [long, many] = [long, many].map(|source| {
        let analysis = analyze(&Request { source, without_checks: true, ..Request::default() });
        let durations = estimate(&analysis.plan, &analysis.resolved);
        (analysis, durations)
    });
    for (before, after) in [(&long, &many), (&many, &long)] {
        let [before, after] = [before, after].map(|(analysis, durations)| Version {
            resolved: &analysis.resolved,
            graph: &analysis.graph,
            plan: &analysis.plan,
            durations,
        });
        expect_soon("stages", &|| assert!(!compare(&before, &after, None).stages.is_empty()));
    }
}

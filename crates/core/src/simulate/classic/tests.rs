//! Two builds in a row, and why the second one finds a step in the cache or not.

use std::collections::BTreeMap;

use super::super::cache::{ChangeKind, Effects, FileChange};
use super::super::context::Context;
use super::{Build, Cause, Outcome, Request, Store, build};
use crate::resolve::{Platform, StageId};

const FILES: &[(&str, &str)] = &[("a.txt", "1"), ("b.txt", "1"), ("src/one.c", "1")];

/// A build: the file, what is in the build context, and build args.
#[derive(Clone, Copy)]
struct Asked<'a> {
    source: &'a str,
    files: &'a [(&'a str, &'a str)],
    args: &'a [(&'a str, &'a str)],
    dockerfile: Option<&'a str>,
    no_cache: bool,
    otherwise: &'a Effects,
}

fn asked(source: &str) -> Asked<'_> {
    Asked {
        source,
        files: FILES,
        args: &[],
        dockerfile: Some("Dockerfile"),
        no_cache: false,
        otherwise: &Effects::Everything,
    }
}

fn run(asked: &Asked<'_>, store: &mut Store) -> Build {
    let texts = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let build_args: BTreeMap<String, String> = texts(asked.args).into_iter().collect();
    let request = Request {
        source: asked.source,
        target: None,
        build_args: &build_args,
        platform: &Platform::default(),
        context: &Context::new(texts(asked.files)),
        dockerfile: asked.dockerfile,
        effects: &[],
        otherwise: asked.otherwise,
        no_cache: asked.no_cache,
    };
    build(&request, store)
}

/// The causes of what the second build carries out, by the numbers of the steps.
#[track_caller]
fn check(first: Asked<'_>, second: Asked<'_>, expected: &[(u32, Cause)]) {
    let mut store = Store::default();
    let before = run(&first, &mut store);
    assert_eq!(before.refusal, None);
    let after = run(&second, &mut store);
    assert_eq!(after.refusal, None);
    let causes: Vec<(u32, Cause)> = after
        .steps
        .iter()
        .filter_map(|step| match &step.cache {
            Outcome::Runs(cause) => Some((step.number, cause.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(causes, expected, "{}", second.source);
}

fn changed(path: &str) -> Cause {
    Cause::Files(vec![FileChange { path: path.to_owned(), kind: ChangeKind::Changed }])
}

const CHANGED: &[(&str, &str)] = &[("a.txt", "2"), ("b.txt", "1"), ("src/one.c", "1")];

#[test]
fn nothing_runs_again_when_nothing_changed() {
    let source = "ARG v=1\nFROM a:$v AS one\nENV x=1\nCOPY . /\nRUN b\nFROM c\nCOPY --from=one / /\nCMD d\n";
    check(asked(source), asked(source), &[]);
    let no_cache = Asked { no_cache: true, ..asked(source) };
    let all = [3, 4, 5, 7, 8].map(|number| (number, Cause::NoCache));
    check(asked(source), no_cache, &all);
}

#[test]
fn a_changed_file_runs_what_copies_it_and_all_below_in_its_stage() {
    let source = "FROM a\nCOPY b.txt /\nCOPY a.txt /\nENV x=1\nFROM a\nRUN b\n";
    check(asked(source), Asked { files: CHANGED, ..asked(source) }, &[(3, changed("a.txt")), (4, Cause::Step(3))]);
    let source = "FROM a\nCOPY *.txt /x/\n";
    let added = [("a.txt", "1"), ("b.txt", "1"), ("c.txt", "1"), ("src/one.c", "1")];
    let cause = Cause::Files(vec![FileChange { path: "c.txt".to_owned(), kind: ChangeKind::Added }]);
    check(asked(source), Asked { files: &added, ..asked(source) }, &[(2, cause)]);
    let source = "FROM a\nCOPY src /x\n";
    check(asked(source), Asked { files: CHANGED, ..asked(source) }, &[]);
}

#[test]
fn what_a_wildcard_finds_counts_as_if_it_were_named() {
    let same = |first, second| check(asked(first), asked(second), &[]);
    same("FROM a\nCOPY a.* /x/\n", "FROM a\nCOPY a.txt /x/\n");
    same("FROM a\nCOPY *.txt /x/\n", "FROM a\nCOPY a.txt b.txt /x/\n");
    same("FROM a\nCOPY s* /x/\n", "FROM a\nCOPY src /x/\n");
    let gone = FileChange { path: "src/".to_owned(), kind: ChangeKind::Removed };
    let files = asked("FROM a\nCOPY src/*.c /x/\n");
    check(asked("FROM a\nCOPY src /x/\n"), files, &[(2, Cause::Files(vec![gone]))]);
}

#[test]
fn a_stage_upon_a_new_image_runs_again_from_its_first_step() {
    let source = "FROM a AS one\nCOPY a.txt /\nFROM one AS two\nENV x=1\nRUN b\nFROM one\nENV x=1\n";
    let second = Asked { files: CHANGED, ..asked(source) };
    // The last stage finds what the second one just made.
    let causes = [(2, changed("a.txt")), (4, Cause::Base(StageId(0))), (5, Cause::Step(4))];
    check(asked(source), second, &causes);
}

#[test]
fn a_copy_from_a_stage_goes_by_what_it_takes() {
    let source = "FROM a AS one\nCOPY src /src\nCOPY a.txt /\nFROM a\nCOPY --from=one /src /src\n";
    check(asked(source), Asked { files: CHANGED, ..asked(source) }, &[(3, changed("a.txt"))]);
    let source = "FROM a AS one\nCOPY . /x/\nFROM a\nCOPY --from=one /x/src /src\nCOPY --from=one /x/a.txt /\n";
    let second = Asked { files: CHANGED, ..asked(source) };
    check(asked(source), second, &[(2, changed("a.txt")), (5, Cause::Stage(StageId(0)))]);
}

#[test]
fn what_a_command_writes_is_new_unless_something_is_known_of_it() {
    let source = "FROM a AS one\nCOPY a.txt /\nRUN b\nFROM a\nCOPY --from=one /out /\nENV x=1\n";
    let first = [(2, changed("a.txt")), (3, Cause::Step(2))];
    let behind = [(5, Cause::Stage(StageId(0))), (6, Cause::Step(5))];
    let all: Vec<(u32, Cause)> = first.iter().chain(&behind).cloned().collect();
    let below = |path: &str| Effects::Below(vec![path.to_owned()]);
    for (effects, expected) in [
        (Effects::Everything, all.as_slice()),
        (Effects::Nothing, &first),
        (below("/out/x"), all.as_slice()),
        (below("/var"), &first),
    ] {
        let before = Asked { otherwise: &effects, ..asked(source) };
        check(before, Asked { files: CHANGED, ..before }, expected);
    }
    let another = source.replace("RUN b", "RUN c");
    let elsewhere = below("/var");
    let before = Asked { otherwise: &elsewhere, ..asked(source) };
    check(before, Asked { source: &another, ..before }, &[(3, Cause::New)]);
}

#[test]
fn a_build_arg_counts_in_the_first_run_and_not_in_its_arg() {
    let source = "FROM a\nARG x=0\nENV y=1\nRUN b\nRUN c\n";
    let args = || vec!["x".to_owned()];
    let second = Asked { args: &[("x", "1")], ..asked(source) };
    check(asked(source), second, &[(4, Cause::BuildArgs(args())), (5, Cause::Step(4))]);
    // A variable of the image hides it.
    let source = "FROM a\nARG x=0\nENV x=1\nRUN b\n";
    check(asked(source), Asked { args: &[("x", "1")], ..asked(source) }, &[]);
    let source = "FROM a\nARG x=0\nENV y=$x\nARG z=$x\n";
    let second = Asked { args: &[("x", "1")], ..asked(source) };
    check(asked(source), second, &[(3, Cause::Words), (4, Cause::Step(3))]);
}

#[test]
fn a_proxy_counts_only_with_an_arg() {
    let proxy = |value| [("HTTP_PROXY", value)];
    let (one, other) = (proxy("a"), proxy("b"));
    for (source, expected) in [
        ("FROM a\nRUN b\n", Vec::new()),
        ("FROM a\nARG HTTP_PROXY\nRUN b\n", vec![(3, Cause::BuildArgs(vec!["HTTP_PROXY".to_owned()]))]),
    ] {
        check(Asked { args: &one, ..asked(source) }, Asked { args: &other, ..asked(source) }, &expected);
    }
}

#[test]
fn other_lines_and_other_images_have_causes_of_their_own() {
    let first = asked("FROM a\nENV x=1\nRUN b\n");
    check(first, asked("FROM a\nRUN b\nENV x=1\n"), &[(2, Cause::New), (3, Cause::Step(2))]);
    check(first, asked("FROM c\nENV x=1\nRUN b\n"), &[(2, Cause::Image), (3, Cause::Step(2))]);
    check(first, asked("from  a\n# c\nenv   x=1\nrun \\\n  b\n"), &[]);
    check(first, asked("FROM docker.io/library/a:latest\nENV x=1\n"), &[]);
    check(first, asked("FROM --platform=arm64 a\nENV x=1\n"), &[(2, Cause::Image)]);
    let shell = "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nENV x=1\n";
    check(first, asked(shell), &[(2, Cause::New), (3, Cause::Step(2))]);
}

#[test]
fn copying_everything_copies_the_dockerfile() {
    let (first, second) = ("FROM a\nCOPY . /\n", "FROM a\n# more\nCOPY . /\n");
    check(asked(first), asked(second), &[(2, changed("Dockerfile"))]);
    let ignored = [("a.txt", "1"), (".dockerignore", "Dockerfile\n")];
    let of = |source| Asked { files: &ignored, ..asked(source) };
    check(of(first), of(second), &[]);
    // From outside it is not copied, but another `.dockerignore` is sent each time.
    let outside = |source| Asked { dockerfile: None, ..asked(source) };
    check(outside(first), outside(second), &[]);
    let outside = |source| Asked { dockerfile: None, files: &ignored, ..asked(source) };
    check(outside(first), outside(first), &[(2, Cause::IgnoreFile)]);
    let both = [("a.txt", "1"), (".dockerignore", ".dockerignore\n")];
    let outside = |source| Asked { dockerfile: None, files: &both, ..asked(source) };
    check(outside(first), outside(second), &[]);
}

#[test]
fn a_failed_build_leaves_its_images_in_the_cache() {
    let mut store = Store::default();
    let failing = asked("FROM a\nRUN b\nCOPY missing /\n");
    let message = run(&failing, &mut store).refusal.map(|refusal| refusal.message);
    let expected =
        "COPY failed: file not found in build context or excluded by .dockerignore: stat missing: file does not exist";
    assert_eq!(message.as_deref(), Some(expected));
    let after = run(&asked("FROM a\nRUN b\nCOPY a.txt /\n"), &mut store);
    let cached: Vec<bool> = after.steps.iter().map(super::Step::is_cached).collect();
    assert_eq!(cached, [false, true, false]);
}

#[test]
fn sources_are_refused_by_the_files_that_there_are() {
    for (line, message) in [
        ("COPY *.md /", "COPY failed: no source files were specified"),
        (
            "ADD *.txt /x",
            "When using ADD with more than one source file, the destination must be a directory and end with a /",
        ),
        ("COPY src/../../x /", "COPY failed: forbidden path outside the build context: src/../../x ()"),
        ("COPY ../*.txt /", "COPY failed: no source files were specified"),
        ("COPY ./sr*/ /", "COPY failed: no source files were specified"),
        ("COPY .//*.txt /x/", "COPY failed: no source files were specified"),
        ("ADD https://a/b /x\nCOPY https://a/b /y", "COPY failed: source can't be a URL for COPY"),
        (
            "ADD https://a/b?c=d https://a/e?f=g /x",
            "When using ADD with more than one source file, the destination must be a directory and end with a /",
        ),
    ] {
        let source = format!("FROM a\n{line}\n");
        let refusal = run(&asked(&source), &mut Store::default()).refusal;
        assert_eq!(refusal.map(|refusal| refusal.message).as_deref(), Some(message), "{line}");
    }
    let files = [("a.txt", "1"), ("b.txt", "1"), ("src/one.c", "1"), ("..a", "1")];
    let fine = asked("FROM a\nCOPY sr* /x\nCOPY ./*.txt /x/\nCOPY ..a /\nADD https://example.com/x /\n");
    assert_eq!(run(&Asked { files: &files, ..fine }, &mut Store::default()).refusal, None);
}

#[test]
fn so_many_files_are_looked_for_in_so_many_images_and_no_more() {
    let n = 2_200;
    let puts: String = (0..n).map(|at| format!("COPY a.txt /p{at}\n")).collect();
    let takes: String = (0..n).map(|at| format!("COPY --from=one /p{at} /q{at}\n")).collect();
    let source = format!("FROM alpine AS one\n{puts}FROM alpine\n{takes}");
    let mut store = Store::default();
    run(&asked(&source), &mut store);
    let again = run(&asked(&source), &mut store);
    let is_cached = |at: usize| matches!(again.steps[at].cache, Outcome::Cached);
    assert!(is_cached(n) && is_cached(n + 2), "as long as it can be told");
    assert!(!is_cached(2 * n + 1), "where it cannot, it is taken for something else");
    assert!(store.n_looks <= 4_000_000, "{} were looked at", store.n_looks);
}

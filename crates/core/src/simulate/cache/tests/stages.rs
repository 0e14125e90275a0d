//! What one stage takes of another: by content where it copies or mounts, by key where it builds upon it.

#![cfg(test)]

use super::*;

#[track_caller]
fn check_with(first: &Given, second: &Given, effects: &[(&str, Effects)], expected: &[&str]) {
    let found = run_again(first, second, effects, &Effects::Everything);
    assert_eq!(found, expected, "{effects:?}\n{}\n{}", first.source, second.source);
}

const TWO_STAGES: &str = "FROM a AS made\nCOPY src /src\nRUN make\nFROM b\nCOPY --from=made /out /out\nRUN use\n";

#[test]
fn what_a_command_writes_when_it_runs_again_is_told() {
    let (first, second) = (build(TWO_STAGES), build(TWO_STAGES).file("src/one.c", "2"));
    let made = ["COPY src: ~src/one.c", "RUN make: after COPY src"];
    let copied = ["COPY --from=made: maybe from RUN make", "RUN use: after COPY --from=made"];
    check(&first, &second, &[made, copied].concat());
    let same = [made.as_slice(), &["COPY --from=made: same"]].concat();
    check_with(&first, &second, &[("RUN make", Effects::Nothing)], &same);
    check_with(&first, &second, &[("RUN make", Effects::Below(vec!["/tmp".into(), "/log".into()]))], &same);
    for path in ["/out", "/out/x", "/"] {
        let effects = [("RUN make", Effects::Below(vec![path.into()]))];
        check_with(&first, &second, &effects, &[made, copied].concat());
    }
}

#[test]
fn copied_files_are_followed_through_stages() {
    let text = "FROM a AS one\nCOPY src /s/\nCOPY a.txt /s/\nFROM scratch AS two\nCOPY --from=one /s/two.c /t/\n\
                FROM b\nCOPY --from=two /t /t\nCOPY --from=one /s/a.txt /\n";
    let expected =
        ["COPY src: ~src/one.c", "COPY a.txt: after COPY src", "COPY --from=one: same", "COPY --from=one: same"];
    let found = run_again(&build(text), &build(text).file("src/one.c", "2"), &[], &Effects::Everything);
    // The image that `one` starts from may hold such files, too; it did not change.
    assert_eq!(found.len(), expected.len(), "{found:?}");
    assert!(found.iter().filter(|line| line.ends_with(": same")).count() == 2, "{found:?}");
    let expected = [
        "COPY src: ~src/two.c",
        "COPY a.txt: after COPY src",
        "COPY --from=one: from COPY a.txt",
        "COPY --from=two: from COPY --from=one",
        "COPY --from=one: after COPY --from=two",
    ];
    let found = run_again(&build(text), &build(text).file("src/two.c", "2"), &[], &Effects::Everything);
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found.first(), expected.first());
    assert_eq!(found.len(), expected.len(), "{found:?}");
}

#[test]
fn a_stage_that_does_the_same_otherwise_is_not_seen() {
    // The first RUN is edited, but what is copied was there before it.
    let text =
        |run: &str| format!("FROM scratch AS one\nCOPY a.txt /x/\nWORKDIR /x\n{run}FROM b\nCOPY --from=one /x /y\n");
    check_edit(&text(""), &text("COPY b.txt /z/\n"), &["COPY b.txt: new", "COPY --from=one: same"]);
    check_edit(&text(""), &text("COPY b.txt /x/\n"), &["COPY b.txt: new", "COPY --from=one: from COPY b.txt"]);
    // The same file once more.
    check_edit(&text(""), &text("COPY a.txt .\n"), &["COPY a.txt .: new", "COPY --from=one: same"]);
}

#[test]
fn what_builds_upon_a_stage_goes_by_its_key() {
    let text = "FROM a AS one\nCOPY a.txt /x\nFROM one AS two\nRUN x\nCOPY --from=one /x /y\n";
    let second = build(text).file("a.txt", "2");
    let expected = ["COPY a.txt: ~a.txt", "RUN x: after COPY a.txt", "COPY --from=one: after RUN x, from COPY a.txt"];
    check(&build(text), &second, &expected);
    // A source that is the stage's own files as well does not count by its content.
    let text = "FROM a AS one\nCOPY a.txt b.txt /x/\nFROM one\nCOPY --from=one /x/b.txt /y\n";
    check(
        &build(text),
        &build(text).file("a.txt", "2"),
        &["COPY a.txt b.txt: ~a.txt", "COPY --from=one: after COPY a.txt b.txt"],
    );
}

#[test]
fn mounts_count_by_what_they_show() {
    let text = "FROM a\nRUN --mount=type=bind,source=src,target=/s make\n";
    let second = |path| build(text).file(path, "2");
    check(&build(text), &second("a.txt"), &[]);
    check(&build(text), &second("src/one.c"), &["RUN --mount=type=bind,source=src,target=/s make: ~src/one.c"]);
    let text = "FROM a AS b\nRUN x\nFROM c\nRUN --mount=from=b,source=/o,target=/m y\n";
    let edited = build(&text.replace("RUN x", "RUN z"));
    let run = "RUN --mount=from=b,source=/o,target=/m y";
    check(&build(text), &edited, &["RUN z: text", &format!("{run}: maybe from RUN z")]);
    check_with(&build(text), &edited, &[("RUN z", Effects::Nothing)], &["RUN z: text", &format!("{run}: same")]);
    // One that can be written to is known by its content, too, as nothing of it is kept.
    let text = text.replace("source", "rw,source");
    let run = run.replace("source", "rw,source");
    let edited = build(&text.replace("RUN x", "RUN z"));
    check_with(&build(&text), &edited, &[("RUN z", Effects::Nothing)], &["RUN z: text", &format!("{run}: same")]);
}

#[test]
fn of_caches_and_secrets_little_counts() {
    let edit = |first: &str, second: &str, expected: &[&str]| {
        let run = |mount: &str| format!("FROM a\nRUN --mount={mount} x\nRUN y\n");
        let expected: Vec<String> = expected.iter().map(|cause| format!("RUN --mount={second} x: {cause}")).collect();
        let mut expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let below = format!("RUN y: after RUN --mount={second} x");
        if !expected.is_empty() {
            expected.push(&below);
        }
        // Paths in labels are cut off by the helper, so that there is none in these.
        check_edit(&run(first), &run(second), &expected);
    };
    edit("type=cache,target=/c,id=a", "type=cache,target=/c,id=b", &[]);
    edit("type=cache,target=/c,id=a", "type=cache,target=/c,id=a,sharing=locked", &[]);
    edit("type=cache,target=/c", "type=cache,target=/c,id=/c", &[]);
    edit("type=cache,target=/c", "type=cache,target=/c,id=b", &["mount /c"]);
    edit("type=cache,target=/c", "type=cache,target=/d", &["mount /d+mount /c"]);
    edit("type=cache,target=/c", "type=tmpfs,target=/c", &["mount /c"]);
    edit("type=tmpfs,target=/c", "type=tmpfs,target=/c,size=1k", &["mount /c"]);
    edit("type=secret,id=a", "type=secret,id=b", &["mount /run/secrets/b+mount /run/secrets/a"]);
}

#[test]
fn flags_keep_steps_from_the_cache() {
    let text = "FROM a AS one\nWORKDIR /w\nRUN x\nFROM b AS two\nCOPY --from=one /x /y\nCOPY a.txt /a\n";
    let second = Given { no_cache: true, ..build(text) };
    let expected = ["RUN x: no cache", "COPY --from=one: no cache", "COPY a.txt: no cache"];
    check(&build(text), &second, &expected);
    let second = Given { filter: vec!["ONE".into()], ..build(text) };
    // What the COPY took is as well known by its key as by its content, which was another one before.
    check(&build(text), &second, &["RUN x: no cache", "COPY --from=one: maybe from RUN x"]);
    check_with(&build(text), &second, &[("RUN x", Effects::Nothing)], &["RUN x: no cache", "COPY --from=one: same"]);
    let second = Given { filter: vec!["two".into()], ..build(text) };
    check(&build(text), &second, &["COPY --from=one: no cache", "COPY a.txt: no cache"]);
    // What builds upon something that was made to run does not find what it was before.
    let text = "FROM a AS one\nRUN x\nFROM one\nWORKDIR /w\n";
    let second = Given { filter: vec!["one".into()], ..build(text) };
    check(&build(text), &second, &["RUN x: no cache", "WORKDIR: after RUN x"]);
}

#[test]
fn another_target_runs_what_was_not_built() {
    let text = "FROM a AS one\nRUN x\nFROM one AS two\nRUN y\nFROM one AS three\nRUN x\nRUN z\n";
    check(&build(text).target("two"), &build(text).target("one"), &[]);
    check(&build(text).target("two"), &build(text), &["RUN x: new", "RUN z: new"]);
}

#[test]
fn steps_that_do_the_same_run_once() {
    // Two texts for one thing: equal keys, although the definitions are not.
    let text = "FROM a AS one\nCOPY src/one.c /x\nFROM a AS two\nCOPY other/one.c /x\nFROM b\n\
                COPY --from=one /x /1\nCOPY --from=two /x /2\n";
    let given = build(text).file("other/one.c", "src/one.c");
    let analysis = given.analysis();
    let builds = Builds {
        first: given.as_build(&analysis),
        second: given.as_build(&analysis),
        effects: &[],
        otherwise: &Effects::Everything,
    };
    let rebuilt = rebuild(&builds);
    let n_cached = rebuilt.first.iter().filter(|outcome| outcome.is_cached()).count();
    assert_eq!(n_cached, 1, "{:?}", rebuilt.first);
    assert!(rebuilt.second.iter().all(|outcome| outcome.is_cached() || *outcome == Outcome::Looks));
}

#[test]
fn causes_are_followed_to_where_they_begin() {
    let (first, second) = (build(TWO_STAGES), build(TWO_STAGES).file("src/one.c", "2"));
    let (one, other) = (first.analysis(), second.analysis());
    let (first, second) = (first.as_build(&one), second.as_build(&other));
    let rebuilt = rebuild(&Builds { first, second, effects: &[], otherwise: &Effects::Everything });
    let steps = &other.plan.steps;
    let names = |ids: &[StepId]| ids.iter().map(|id| text(&steps[id.0 as usize])).collect::<Vec<_>>();
    let last = steps.last().map_or(StepId(0), |step| step.id);
    assert_eq!(names(&rebuilt.chain(last)), ["COPY src", "RUN make", "COPY --from=made", "RUN use"]);
    assert_eq!(names(&rebuilt.chain(StepId(0))), Vec::<&str>::new());
    let roots = rebuilt.roots();
    assert_eq!(roots.len(), 1);
    assert_eq!(names(&roots[0].1), ["RUN make", "COPY --from=made", "RUN use"]);
}

#[test]
fn a_stage_is_what_it_was_whatever_its_number() {
    let with = |middle: &str| format!("FROM a AS base\nRUN x\n{middle}FROM base\nCOPY a.txt /\n");
    let (first, second) = (with("FROM base AS test\nRUN t\n"), with(""));
    check_edit(&first, &second, &[]);
    check(&build(&first), &build(&second).file("a.txt", "2"), &["COPY a.txt: ~a.txt"]);
    // Another stage in front, and an edit.
    let first = "FROM a\nRUN x\nFROM scratch\nCOPY --from=0 /p /q\n";
    let second = "FROM b\nRUN other\nFROM a\nRUN x 2\nFROM scratch\nCOPY --from=1 /p /q\n";
    check_edit(first, second, &["RUN x 2: text", "COPY --from=1: maybe from RUN x 2"]);
    let renamed = second.replace("FROM a", "FROM a AS one").replace("=1", "=one");
    check_edit(first, &renamed, &["RUN x 2: text", "COPY --from=one: maybe from RUN x 2"]);
}

#[test]
fn what_is_written_in_some_folders_adds_nothing_elsewhere() {
    let text = |run: &str| format!("FROM a AS one\n{run}FROM scratch\nCOPY --from=one /p /q\n");
    let out = Effects::Below(vec!["/out".to_owned()]);
    let check = |first: &str, second: &str, expected: &[&str]| {
        let found = run_again(&build(&text(first)), &build(&text(second)), &[], &out);
        assert_eq!(found, expected, "{first}\n{second}");
    };
    check("RUN x\n", "RUN x 2\n", &["RUN x 2: text", "COPY --from=one: same"]);
    check("RUN x && y\n", "RUN x\nRUN y\n", &["RUN x: text", "RUN y: new", "COPY --from=one: same"]);
    check("RUN x\n", "RUN x\nRUN y\n", &["RUN y: new", "COPY --from=one: same"]);
    check("RUN x\nRUN y\n", "RUN y\n", &["RUN y: upon FROM docker.io/library/a:latest", "COPY --from=one: same"]);
    check("RUN x\n", "", &[]);
}

#[test]
fn of_files_that_double_with_each_stage_only_some_are_looked_at() {
    let mut text = String::from("FROM scratch AS s0\nCOPY a.txt /\n");
    for stage in 1..60 {
        let below = stage - 1;
        text.push_str(&format!("FROM scratch AS s{stage}\nCOPY --from=s{below} / /a/\nCOPY --from=s{below} / /b/\n"));
    }
    check(&build(&text), &build(&text), &[]);
}

#[test]
fn what_is_found_by_a_key_that_its_content_led_to_takes_the_same_content() {
    let text = "FROM s AS one\nCOPY src b\nFROM x\nCOPY --from=one d.txt /bin/\nCOPY --from=one d.txt /bin/\n";
    let same = "COPY --from=one d.txt: same";
    check(&build(text), &build(text).file("src/one.c", "2"), &["COPY src b: ~src/one.c", same, same]);
}

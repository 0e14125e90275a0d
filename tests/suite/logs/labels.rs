//! Which label of a log is which step.

use stagewright::import::log::{Matches, Part, Replay, read as read_log};
use stagewright::simulate::estimate;
use stagewright::{Request, analyze};

/// The parts of a log by a Dockerfile: for each label of the log the step that it is.
#[track_caller]
fn expect(dockerfile: &str, log: &[(&str, &str)]) {
    let analysis = analyze(&Request { source: dockerfile.to_owned(), ..Request::default() });
    let text: String =
        (1..).zip(log).map(|(number, (label, _))| format!("#{number} {label}\n#{number} DONE 1.0s\n\n")).collect();
    let read = read_log(&text);
    let matches = Matches::new(&read, &analysis.plan, &analysis.resolved, &analysis.graph);
    let label = |step: stagewright::plan::StepId| analysis.plan.steps[step.0 as usize].label.clone();
    let found: Vec<String> = (matches.parts.iter())
        .map(|part| match part {
            Part::Step(step) => label(*step),
            Part::Again(step) => format!("again {}", label(*step)),
            Part::Around => "around".into(),
            Part::Unknown => "unknown".into(),
        })
        .collect();
    assert_eq!(found, log.iter().map(|(_, part)| (*part).to_owned()).collect::<Vec<_>>(), "{text}");
}

const TWO: &str = "FROM alpine:3 AS build\nWORKDIR /a\nRUN make\nFROM scratch\nCOPY --from=build /a /a\n";

#[test]
fn steps_are_known_by_their_labels() {
    expect(
        TWO,
        &[
            ("[internal] load build definition from Dockerfile", "around"),
            ("resolve image config for docker-image://docker.io/docker/dockerfile:1", "around"),
            ("docker-image://docker.io/docker/dockerfile:1@sha256:0123", "around"),
            ("[internal] load metadata for docker.io/library/alpine:3", "around"),
            ("[auth] library/alpine:pull token for registry-1.docker.io", "around"),
            ("importing cache manifest from example.org/cache", "around"),
            ("[build 1/3] FROM docker.io/library/alpine:3@sha256:0123", "[build 1/3] FROM docker.io/library/alpine:3"),
            ("[build 2/3] WORKDIR /a", "[build 2/3] WORKDIR /a"),
            ("[build 3/3] RUN make", "[build 3/3] RUN make"),
            ("[stage-1 1/1] COPY --from=build /a /a", "[stage-1 1/1] COPY --from=build /a /a"),
            ("[build 4/4] RUN make more", "unknown"),
            ("[linux/amd64] generating sbom using docker.io/docker/buildkit-syft-scanner", "around"),
            ("exporting to image", "around"),
        ],
    );
}

#[test]
fn numbers_and_platforms_may_differ() {
    expect(
        TWO,
        &[
            (
                "[linux/arm64 build 1/3] FROM docker.io/library/alpine:3",
                "again [build 1/3] FROM docker.io/library/alpine:3",
            ),
            ("[linux/amd64 build 1/3] FROM docker.io/library/alpine:3", "[build 1/3] FROM docker.io/library/alpine:3"),
            ("[linux/arm64 build 3/3] RUN make", "again [build 3/3] RUN make"),
            ("[linux/amd64->arm64 build 3/3] RUN make", "[build 3/3] RUN make"),
            ("[linux/amd64 build 2/9] WORKDIR /a", "[build 2/3] WORKDIR /a"),
            ("[web stage-1 1/1] COPY --from=build /a /a", "[stage-1 1/1] COPY --from=build /a /a"),
        ],
    );
}

#[test]
fn a_build_context_may_stand_for_an_image() {
    for (from, name) in [
        ("alpine", "alpine"),
        ("alpine", "alpine::linux/amd64"),
        ("alpine:3", "alpine:3"),
        ("example.org/a/b", "example.org/a/b"),
        ("a/b", "docker.io/a/b"),
    ] {
        let dockerfile = format!("FROM {from} AS base\nRUN make\n");
        let analysis = analyze(&Request { source: dockerfile.clone(), ..Request::default() });
        let image = analysis.plan.steps[0].label.clone();
        expect(
            &dockerfile,
            &[
                (&format!("[context {name}] load metadata for docker.io/library/x"), "around"),
                (&format!("[context {name}] OCI load from client"), &image),
                ("[context other] load from client", "unknown"),
                ("[1/1] RUN make", "[2/2] RUN make"),
            ],
        );
    }
}

#[test]
fn steps_with_the_same_label_are_taken_in_their_order() {
    expect(
        "FROM alpine AS a\nCOPY x /\nRUN make\nCOPY x /\nRUN make\n",
        &[
            ("[3/5] RUN make", "[3/5] RUN make"),
            ("[internal] load build context", "[internal] load build context"),
            ("[7/9] RUN make", "[5/5] RUN make"),
            ("[8/9] RUN make", "again [3/5] RUN make"),
        ],
    );
}

#[test]
fn a_stage_may_have_another_name_where_the_rest_is_the_same() {
    expect(
        "FROM alpine AS a\nRUN make\nRUN make\nRUN x\n",
        &[
            ("[web 3/4] RUN make", "[3/4] RUN make"),
            ("[web 2/4] RUN make", "[2/4] RUN make"),
            ("[web 9/9] RUN x", "[4/4] RUN x"),
            ("[web 9/9] RUN y", "unknown"),
        ],
    );
}

#[test]
fn a_stage_is_not_taken_for_another_one_that_the_file_has() {
    expect(
        "FROM node AS deps\nFROM alpine AS test\nCOPY . .\nRUN build\n\
         FROM busybox AS prod\nCOPY . .\nRUN build\nCOPY --from=deps /x /x\n",
        &[
            ("[test 1/3] FROM docker.io/library/alpine:latest", "unknown"),
            ("[test 2/3] COPY . .", "unknown"),
            ("[test 3/3] RUN build", "unknown"),
            ("[web 2/4] COPY . .", "[prod 2/4] COPY . ."),
        ],
    );
    // A file of one stage does not name it.
    expect("FROM alpine AS a\nRUN make\n", &[("[a 2/3] RUN make", "[2/2] RUN make")]);
}

#[test]
fn equal_steps_of_several_stages_are_known_by_the_label_of_each() {
    expect(
        "FROM alpine AS test\nCOPY . .\nENV A=1\nRUN build\nRUN test\n\
         FROM alpine AS prod\nCOPY . .\nRUN build\nCOPY --from=busybox /x /x\n",
        &[
            ("[test 1/4] FROM docker.io/library/alpine:latest", "[prod 1/4] FROM docker.io/library/alpine:latest"),
            ("[test 2/4] COPY . .", "[prod 2/4] COPY . ."),
            // Another environment.
            ("[test 3/4] RUN build", "unknown"),
        ],
    );
    // The stage has one step more by now.
    expect(
        "FROM alpine AS test\nCOPY . .\nRUN test\nFROM alpine AS prod\nCOPY . .\nRUN build\n",
        &[("[test 2/5] COPY . .", "[prod 2/3] COPY . .")],
    );
}

#[test]
fn one_vertex_may_stand_for_all_steps_of_an_instruction() {
    let analysis = analyze(&Request {
        source: "FROM alpine AS a\nCOPY --link x /\nADD http://example.org/x /\n".into(),
        ..Request::default()
    });
    let log = read_log("#1 [2/3] COPY --link x /\n#1 DONE 2.0s\n\n#2 [3/3] ADD http://example.org/x /\n#2 CACHED\n");
    let matches = Matches::new(&log, &analysis.plan, &analysis.resolved, &analysis.graph);
    let replay = Replay::new(&log, &matches, &analysis.plan, estimate(&analysis.plan, &analysis.resolved));
    let steps: Vec<String> = (analysis.plan.steps.iter().zip(&replay.durations.steps).zip(&replay.cached))
        .map(|((step, it), cached)| format!("{} {} {} {cached}", step.op.name(), it.source.name(), it.millis))
        .collect();
    // The image and the context are not shown: all that needs them is done.
    let expected = [
        "image log 0 false",
        "local log 0 false",
        "file log 2000 false",
        "merge log 0 false",
        "http estimate 5000 true",
        "file estimate 300 true",
    ];
    assert_eq!(steps, expected);
}

#[test]
fn labels_that_are_cut_off_are_known_by_their_beginning() {
    expect(
        "FROM alpine AS a\nRUN echo one two three four\n",
        &[
            ("[2/2] RUN echo one two...", "[2/2] RUN echo one two three four"),
            ("[2/2] RUN echo two...", "unknown"),
            ("[b 2/2] RUN echo one...", "unknown"),
        ],
    );
}

/// How long each step takes by a log, and who says so.
#[track_caller]
fn expect_durations(log: &str, expected: &[&str]) {
    let dockerfile = "FROM alpine\nRUN sleep 2\nRUN sleep 3\n";
    let analysis = analyze(&Request { source: dockerfile.into(), ..Request::default() });
    let log = read_log(log);
    let matches = Matches::new(&log, &analysis.plan, &analysis.resolved, &analysis.graph);
    let replay = Replay::new(&log, &matches, &analysis.plan, estimate(&analysis.plan, &analysis.resolved));
    let steps = replay.durations.steps.iter().zip(&replay.cached);
    let found: Vec<String> = steps
        .map(|(it, cached)| format!("{} {}{}", it.source.name(), it.millis, if *cached { " cached" } else { "" }))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_log_without_its_end_says_how_long_a_step_takes_at_least() {
    let done = "#1 [2/3] RUN sleep 2\n#1 DONE 2.2s\n\n#2 [3/3] RUN sleep 3\n";
    expect_durations(done, &["log 0", "log 2200", "estimate 3300"]);
    expect_durations(&format!("{done}#2 1.000 x\n"), &["log 0", "log 2200", "estimate 3300"]);
    expect_durations(&format!("{done}#2 9.000 x\n"), &["log 0", "log 2200", "log 9000"]);
}

#[test]
fn what_the_log_leaves_out_was_there_where_all_that_needs_it_is() {
    let cached = "#1 [2/3] RUN sleep 2\n#1 CACHED\n\n";
    expect_durations(cached, &["log 0 cached", "estimate 2300 cached", "estimate 3300"]);
    expect_durations("#1 [3/3] RUN sleep 3\n#1 CACHED\n", &["log 0 cached", "log 0 cached", "estimate 3300 cached"]);
    expect_durations("#1 [3/3] RUN sleep 3\n#1 DONE 3.0s\n", &["log 0", "log 0", "log 3000"]);
    expect_durations("no log", &["estimate 4000", "estimate 2300", "estimate 3300"]);
}

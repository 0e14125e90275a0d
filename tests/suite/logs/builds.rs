//! Logs of several builds, and which of them a plan is of.

use stagewright::import::log::{Matches, read as read_log};
use stagewright::{Request, analyze};

/// The log of a build: labels, and how they end.
fn log(lines: &[(&str, &str)]) -> String {
    let mut out = "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\n".to_owned();
    for (number, (label, end)) in (2..).zip(lines) {
        out.push_str(&format!("#{number} {label}\n#{number} {end}\n\n"));
    }
    out
}

/// How each step of a Dockerfile ended by the logs together.
#[track_caller]
fn expect(logs: &[String], expected: [&str; 3]) {
    let dockerfile = "FROM alpine AS build\nCOPY . .\nRUN a\nRUN b\n";
    let analysis = analyze(&Request { source: dockerfile.into(), ..Request::default() });
    let text = logs.concat();
    let log = read_log(&text);
    let matches = Matches::new(&log, &analysis.plan, &analysis.resolved, &analysis.graph);
    let state = |start: &str| {
        let step = analysis.plan.steps.iter().position(|step| step.label.starts_with(start)).expect("it is a step");
        let vertex = matches.steps[step].and_then(|id| log.vertex(id));
        vertex.map_or("-".to_owned(), |vertex| format!("{:?} {:?}", vertex.state, vertex.millis.unwrap_or_default()))
    };
    assert_eq!(["[2/4]", "[3/4]", "[4/4]"].map(state), expected, "{text}");
}

fn done() -> String {
    log(&[
        ("[1/4] FROM docker.io/library/alpine", "DONE 1.0s"),
        ("[2/4] COPY . .", "DONE 1.0s"),
        ("[3/4] RUN a", "DONE 1.0s"),
        ("[4/4] RUN b", "DONE 1.0s"),
    ])
}

fn fails() -> String {
    let steps = log(&[
        ("[1/4] FROM docker.io/library/alpine", "CACHED"),
        ("[2/4] COPY . .", "DONE 2.0s"),
        ("[3/4] RUN a", "ERROR: no"),
    ]);
    steps + "ERROR: failed to solve: no\n"
}

#[test]
fn of_several_builds_the_last_counts() {
    expect(&[done()], ["Done 1000"; 3]);
    expect(&[fails(), done()], ["Done 1000"; 3]);
    // What it did not come to is not taken from the one before.
    expect(&[done(), fails()], ["Done 2000", "Failed 0", "-"]);
}

#[test]
fn builds_of_other_dockerfiles_do_not_count() {
    let other = || {
        log(&[
            ("[1/3] FROM docker.io/library/alpine", "CACHED"),
            ("[2/3] COPY . .", "DONE 9.0s"),
            ("[3/3] RUN z", "DONE 9.0s"),
        ])
    };
    expect(&[other(), done()], ["Done 1000"; 3]);
    expect(&[done(), other()], ["Done 1000"; 3]);
    expect(&[done(), fails(), other()], ["Done 2000", "Failed 0", "-"]);
    // Nor do those of other platforms.
    let arm =
        fails().replace("[1/", "[linux/arm64 1/").replace("[2/", "[linux/arm64 2/").replace("[3/", "[linux/arm64 3/");
    expect(&[done(), arm], ["Done 1000"; 3]);
    // A build that came to none of the steps tells nothing of them.
    expect(&[done(), log(&[("exporting to image", "DONE 1.0s")])], ["Done 1000"; 3]);
}

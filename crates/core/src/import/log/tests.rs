//! Logs of every form, and what is read of them.

use super::*;

/// A vertex a line: how it ended, how long it took, its label, what it printed, its error. A line between builds.
fn show(log: &Log) -> String {
    let mut out = String::new();
    let mut build = log.vertices.first().map(|vertex| vertex.build);
    for vertex in &log.vertices {
        if build.replace(vertex.build) != Some(vertex.build) {
            out.push_str("---\n");
        }
        let millis = vertex.millis.map_or("-".to_owned(), |millis| millis.to_string());
        out.push_str(&format!("{:?} {millis} {}", vertex.state, vertex.label));
        for line in vertex.output.lines() {
            out.push_str(&format!(" | {line}"));
        }
        out.push_str(&vertex.error.iter().map(|error| format!(" ! {error}")).collect::<String>());
        out.push('\n');
    }
    if let Some(failure) = &log.failure {
        let lines = failure.lines.map(|lines| (lines.first, lines.last));
        out.push_str(&format!("failed at {lines:?}: {}\n", failure.message));
    }
    out
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(show(&read(text)), expected, "{text}");
}

#[test]
fn a_plain_log_is_read_vertex_by_vertex() {
    check(
        "#0 building with \"default\" instance using docker driver\n\n\
         #1 [internal] load build definition from Dockerfile\n\
         #1 transferring dockerfile: 411B 0.0s done\n\
         #1 WARN: StageNameCasing: Stage name 'A' should be lowercase (line 1)\n\
         #1 DONE 0.1s\n\n\
         #4 [1/3] FROM docker.io/library/alpine:3@sha256:0123\n\
         #4 CACHED\n\n\
         #5 [2/3] RUN make\n\
         #5 0.345 one\n\
         #5 0.346\n\
         #5 12.34 #6 DONE 0.1s\n\
         #5 123.4 ERROR: no\n\
         #5 DONE 124.5s\n\n\
         #6 exporting to image\n\
         #6 exporting layers\n",
        "Done 100 [internal] load build definition from Dockerfile\n\
         Cached - [1/3] FROM docker.io/library/alpine:3@sha256:0123\n\
         Done 124500 [2/3] RUN make | one |  | #6 DONE 0.1s | ERROR: no\n\
         Running - exporting to image\n",
    );
}

#[test]
fn vertices_that_take_turns_are_told_apart() {
    check(
        "#7 [a 1/1] RUN a\n#7 ...\n\n#8 [b 1/1] RUN b\n#8 1.000 from b\n#8 DONE 1.0s\n\n\
         #7 [a 1/1] RUN a\n#7 1.200 from a\n#7 ...\n\n#7 [a 1/1] RUN a\n#7 DONE 2.0s\n",
        "Done 2000 [a 1/1] RUN a | from a\nDone 1000 [b 1/1] RUN b | from b\n",
    );
}

#[test]
fn a_step_takes_at_least_until_it_prints_its_last() {
    check("#5 [1/1] RUN a\n#5 1.418 x\n#5 DONE 1.4s\n", "Done 1418 [1/1] RUN a | x\n");
    check("#5 [1/1] RUN a\n#5 1.418 x\n#5 DONE 1.5s\n", "Done 1500 [1/1] RUN a | x\n");
    check("#5 [1/1] RUN a\n#5 0.001 x\n#5 DONE 0.0s\n", "Done 25 [1/1] RUN a | x\n");
    // No two of these can be true.
    check("#5 [1/1] RUN a\n#5 9.000 x\n#5 DONE 0.4s\n", "Done 400 [1/1] RUN a | x\n");
}

#[test]
fn a_log_without_its_end_is_read_as_far_as_it_goes() {
    check("#5 [1/2] RUN a\n#5 1.500 so far", "Running 1500 [1/2] RUN a | so far\n");
    check("#5 [1/2] RUN a\n#5 DONE 1.", "Running - [1/2] RUN a\n");
    check("#5 [1/2] R", "Running - [1/2] R\n");
    check("#5", "");
}

#[test]
fn what_fails_and_what_that_cancels_is_told() {
    check(
        "#7 [build 2/3] RUN false\n\
         #7 ERROR: process \"/bin/sh -c false\" did not complete successfully: exit code: 1\n\n\
         #8 [other 1/2] RUN sleep 2\n#8 CANCELED\n------\n > [build 2/3] RUN false:\n------\n\
         Dockerfile:3\n--------------------\n   2 |     \n   3 | >>> RUN false \\\n   4 | >>>   a\n   5 |     x\n\
         --------------------\nERROR: failed to build: failed to solve: process did not complete\n",
        "Failed - [build 2/3] RUN false ! process \"/bin/sh -c false\" did not complete successfully: exit code: 1\n\
         Canceled - [other 1/2] RUN sleep 2\n\
         failed at Some((3, 4)): process did not complete\n",
    );
    // What is wrong before anything is built.
    check(
        "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\
         Dockerfile:2\n--------------------\n   1 |     FROM a\n   2 | >>> RUM b\n--------------------\n\
         ERROR: failed to solve: dockerfile parse error on line 2: unknown instruction: RUM\n",
        "Done 25 [internal] load build definition from Dockerfile\n\
         failed at Some((2, 2)): dockerfile parse error on line 2: unknown instruction: RUM\n",
    );
}

#[test]
fn what_ci_systems_put_around_a_log_does_no_harm() {
    let expected = "Done 1200 [1/2] RUN a | x\n";
    check(
        "2024-01-01T00:00:00.0000000Z #5 [1/2] RUN a\r\n2024-01-01T00:00:01.0000000Z #5 0.500 x\r\n\
         2024-01-01T00:00:01.1Z \r\n2024-01-01T00:00:02.0000000Z #5 DONE 1.2s\r\n",
        expected,
    );
    check(
        "2024-01-01T00:00:00.000000Z 01O #5 [1/2] RUN a\n2024-01-01T00:00:00.000000Z 01O #5 0.500 x\n\
         2024-01-01T00:00:00.000000Z 01O #5 DONE 1.2s\n",
        expected,
    );
    check("\u{feff}\u{1b}[36m#5 [1/2] RUN a\u{1b}[0m\n\u{1b}[36m#5 0.500 x\u{1b}[0m\n#5 DONE 1.2s\u{1b}[K", expected);
    check(
        "+ docker build .\n  #5 [1/2] RUN a\n  other words\n# a title\n  #5 0.500 x\n\n\
         \u{20} #5 DONE 1.2s\n#\n#x\n#99999999999 a\n",
        expected,
    );
}

#[test]
fn the_logs_of_two_builds_do_not_mix() {
    check(
        "#1 [a 1/2] RUN a\n#1 DONE 1.0s\n\n#2 exporting to image\n#2 DONE 1.0s\n\n\
         #1 [b 1/2] RUN b\n#1 DONE 2.0s\n\n#2 [b 2/2] RUN c\n#2 CACHED\n\n#2 exporting\n#2 DONE 0.1s\n",
        "Done 1000 [a 1/2] RUN a\nDone 1000 exporting to image\n---\nDone 2000 [b 1/2] RUN b\n\
         Cached - [b 2/2] RUN c\nDone 100 exporting\n",
    );
}

/// A build that fails.
const FAILS: &str = "#1 [internal] load build definition\n#1 DONE 0.0s\n\n#6 [2/2] RUN b\n#6 0.100 first\n\
    #6 ERROR: no\n------\nDockerfile:3\n------\n   3 | >>> RUN b\n------\nERROR: failed to solve: no\n";

#[test]
fn a_build_that_is_run_again_has_vertices_of_its_own() {
    let again = "#1 [internal] load build definition\n#1 DONE 0.0s\n\n#6 [2/2] RUN b\n#6 0.200 second\n#6 DONE 2.0s\n";
    let failed = "Done 25 [internal] load build definition\nFailed 100 [2/2] RUN b | first ! no\n";
    let done = "Done 25 [internal] load build definition\nDone 2000 [2/2] RUN b | second\n";
    check(&format!("{FAILS}{again}"), &format!("{failed}---\n{done}"));
    check(&format!("{FAILS}$ docker build .\n#0 building\n\n{again}"), &format!("{failed}---\n{done}"));
    // Of the step that failed alone, and of one that is not over.
    check(&format!("{FAILS}#6 [2/2] RUN b\n#6 CACHED\n"), &format!("{failed}---\nCached - [2/2] RUN b\n"));
    let cut = "#6 [2/2] RUN b\n";
    check(&format!("{cut}ERROR: failed to solve: no\n{cut}"), "Running - [2/2] RUN b\n---\nRunning - [2/2] RUN b\n");
    check(&format!("#0 building\n\n{cut}#0 building\n\n{cut}"), "Running - [2/2] RUN b\n---\nRunning - [2/2] RUN b\n");
    // The last one counts.
    let failure = "failed at Some((3, 3)): no\n";
    check(&format!("{again}{FAILS}"), &format!("{done}---\n{failed}{failure}"));
    check(&format!("{FAILS}{FAILS}"), &format!("{failed}---\n{failed}{failure}"));
}

#[test]
fn a_build_begins_with_its_first_number() {
    let first = "#1 [internal] load\n#1 DONE 1.0s\n\n";
    let one = format!("{first}#2 [1/1] RUN a\n#2 0.500 x\n#2 DONE 2.0s\n\n");
    let shown = "Done 1000 [internal] load\nDone 2000 [1/1] RUN a | x\n";
    check(&one.repeat(3), &[shown; 3].join("---\n"));
    // The first one has lost its beginning.
    check(&format!("#2 [1/1] RUN a\n#2 DONE 2.0s\n\n{one}"), &format!("Done 2000 [1/1] RUN a\n---\n{shown}"));
    // What is shown again behind its end is of the same build.
    check(&format!("{one}#2 [1/1] RUN a\n#2 0.600 y\n#2 DONE 2.0s\n"), &format!("{} | y\n", shown.trim_end()));
    // So is the first one, where the numbers, or what is not over, go on.
    check(
        &format!("{one}{first}#3 exporting\n#3 DONE 1.0s\n"),
        &format!("{shown}Done 1000 [internal] load\nDone 1000 exporting\n"),
    );
    let five = "#5 [1/1] RUN a\n#5 0.500 x\n#5 ...\n\n";
    check(
        &format!("{first}{five}{first}{five}#5 DONE 2.0s\n"),
        "Done 1000 [internal] load\nDone 2000 [1/1] RUN a | x | x\nDone 1000 [internal] load\n",
    );
}

#[test]
fn an_end_that_is_no_error_is_the_end_of_the_error() {
    check("#5 importing cache\n#5 ERROR: no\n\n#5 importing cache\n#5 DONE 1.0s\n", "Done 1000 importing cache\n");
    check("#5 importing cache\n#5 ERROR: no\n#5 CANCELED\n", "Canceled - importing cache\n");
}

#[test]
fn lines_of_a_vertex_whose_label_is_lost_are_left_out() {
    check("#5 DONE 1.0s\n#5 0.100 x\n#5 ...\n\n#6 [2/2] RUN b\n#6 CACHED\n", "Cached - [2/2] RUN b\n");
}

#[test]
fn a_terminal_shows_a_build_again_and_again() {
    let first = "[+] Building 0.5s (1/2)\n => [1/2] RUN a  0.4s\n";
    let second = "[+] Building 1.5s (2/2) FINISHED\n => [1/2] RUN a  1.0s\n => [2/2] RUN b  0.4s\n";
    let shown = "Done 1000 [1/2] RUN a\nDone 400 [2/2] RUN b\n";
    check(&format!("{first}{second}"), shown);
    check(&format!("{first}{second}{first}"), &format!("{shown}---\nDone 400 [1/2] RUN a\n"));
    check(&format!("{second}$ docker build .\n{second}"), &format!("{shown}---\n{shown}"));
    check(&format!("{first}ERROR: failed to solve: no\n{second}"), &format!("Done 400 [1/2] RUN a\n---\n{shown}"));
    let failed = "[+] Building 0.5s (1/2)\n => ERROR [1/2] RUN a  0.4s\n";
    check(&format!("{failed}{second}"), shown);
}

#[test]
fn what_a_terminal_shows_is_read() {
    check(
        "[+] Building 12.3s (7/9)                                    docker:default\n\
         \u{20}=> [internal] load build definition from Dockerfile                 0.0s\n\
         \u{20}=> => transferring dockerfile: 411B                                 0.0s\n\
         \u{20}=> CACHED [build 2/5] WORKDIR /app                                  0.0s\n\
         \u{20}=> [build 3/5] RUN npm ci                                           9.9s\n\
         \u{20}=> ERROR [build 4/5] RUN npm test                                   2.1s\n\
         \u{20}=> CANCELED [lint 1/1] RUN npm run lint                             2.0s\n\
         \u{20}=> [build 3/5] RUN npm ci                                          10.0s\n",
        "Done 25 [internal] load build definition from Dockerfile\n\
         Cached - [build 2/5] WORKDIR /app\n\
         Done 10000 [build 3/5] RUN npm ci\n\
         Failed 2100 [build 4/5] RUN npm test\n\
         Canceled 2000 [lint 1/1] RUN npm run lint\n",
    );
}

/// An object of `rawjson` with one vertex.
fn vertex(digest: &str, name: &str, rest: &str) -> String {
    format!("{{\"vertexes\":[{{\"digest\":\"{digest}\",\"name\":\"{name}\"{rest}}}]}}\n")
}

#[test]
fn a_raw_log_tells_when_each_vertex_ran() {
    let ran = |digest: &str, name: &str, (from, to): (u32, &str), rest: &str| {
        let times = format!("\"started\":\"2026-01-01T00:00:0{from}Z\",\"completed\":\"2026-01-01T00:00:0{to}Z\"");
        vertex(digest, name, &format!(",{times}{rest}"))
    };
    let text = vertex("a", "[1/2] RUN a", "")
        + &vertex("a", "[1/2] RUN a", ",\"started\":\"2026-01-01T00:00:01Z\"")
        + &vertex("b", "[2/2] RUN b", "")
        + "{\"logs\":[{\"vertex\":\"a\",\"stream\":1,\"data\":\"b25lCg==\"},"
        + "{\"vertex\":\"x\",\"data\":\"b25lCg==\"}]}\n"
        + "{\"logs\":[{\"vertex\":\"a\",\"data\":null}],\"statuses\":[{\"id\":\"x\"}]}\n"
        + &ran("a", "[1/2] RUN a", (1, "2.25"), "")
        // Once more, later.
        + &ran("a", "[1/2] RUN a", (3, "4"), "")
        + &ran("c", "[c 1/1] RUN \\u003c\\u003cEOF", (3, "3"), ",\"cached\":true")
        + &ran("d", "d", (3, "5"), ",\"error\":\"no: context canceled\"")
        + &ran("e", "e", (3, "5"), ",\"error\":\"no\"")
        + &vertex("f", "f", ",\"started\":\"2026-01-01T00:00:03Z\"")
        + "{\"vertexes\":null}\n{\"other\":1}\n{ no json\n";
    check(
        &text,
        "Done 2250 [1/2] RUN a | one\nWaiting - [2/2] RUN b\nCached - [c 1/1] RUN <<EOF\n\
         Canceled 2000 d\nFailed 2000 e ! no\nRunning 0 f\n",
    );
    let log = read(&text);
    let times: Vec<_> = log.vertices.iter().map(|vertex| (vertex.started, vertex.ended)).collect();
    let at = |start, end| (Some(start), Some(end));
    assert_eq!(times, [at(0, 3000), (None, None), at(2000, 2000), at(2000, 4000), at(2000, 4000), (Some(2000), None)]);
    assert_eq!(log.total, Some(4000));
    // The lines may come by way of a CI system.
    let in_ci: String = text.lines().map(|line| format!("2024-01-01T00:00:00.0000000Z {line}\r\n")).collect();
    assert_eq!(read(&in_ci), log);
}

#[test]
fn a_raw_log_may_have_several_builds() {
    let build = |day: u32, end: &str| {
        let started = format!(",\"started\":\"2026-01-0{day}T00:00:01Z\"");
        let completed = format!("{started},\"completed\":\"2026-01-0{day}T00:00:02Z\"");
        vertex("a", "[internal] load", "")
            + &vertex("a", "[internal] load", &started)
            + &vertex("a", "[internal] load", &completed)
            + &vertex("b", "[1/1] RUN b", "")
            + &vertex("b", "[1/1] RUN b", &started)
            + "{\"logs\":[{\"vertex\":\"b\",\"data\":\"b25lCg==\"}]}\n"
            + &vertex("b", "[1/1] RUN b", &format!("{completed}{end}"))
    };
    let failed = "Done 1000 [internal] load\nFailed 1000 [1/1] RUN b | one ! no\n";
    let done = "Done 1000 [internal] load\nDone 1000 [1/1] RUN b | one\n";
    let (fails, error) = (build(1, ",\"error\":\"no\""), "ERROR: failed to solve: no\n");
    check(&format!("{fails}{}", build(2, "")), &format!("{failed}---\n{done}"));
    check(&format!("{fails}{error}{}", build(2, "")), &format!("{failed}---\n{done}"));
    // The second one has other digests.
    check(&format!("{fails}{}", build(2, "").replace("\"a\"", "\"c\"")), &format!("{failed}---\n{done}"));
    check(&format!("{}{fails}{error}", build(2, "")), &format!("{done}---\n{failed}failed at None: no\n"));
}

#[test]
fn other_texts_are_no_logs() {
    for text in [
        "",
        "\n\n",
        "FROM alpine\nRUN make # 1\n",
        "# 1 title",
        "{}",
        "[{\"vertexes\":[]}]",
        "=> x",
        "=> x s",
        "=> 1s",
        "\u{1b}",
        // Prefixes are taken off only where several lines have them, and one of these is sure to be of a build.
        "See #12 [core] Fix\nSee #13 [core] Fix\nSee #14 x\n",
        "a #12 DONE\nb #12 DONE\n",
        "Merge #12 0.5 x\n",
    ] {
        check(text, "");
    }
}

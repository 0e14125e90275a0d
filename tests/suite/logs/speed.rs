//! Texts that would take long if any part of the reader went over them again and again.

use stagewright::import::log::{Matches, read as read_log};
use stagewright::{Request, analyze};
use stagewright_tests::soon;

/// The longest text.
const LEN: usize = 1_000_000;

/// What makes a line of its number.
type Line = fn(usize) -> String;

/// Reads a log by a Dockerfile.
#[track_caller]
fn expect_soon(what: &str, dockerfile: &str, text: &str) {
    let analysis = analyze(&Request { source: dockerfile.into(), without_checks: true, ..Request::default() });
    soon::expect_soon(what, &|| {
        let log = read_log(text);
        let matches = Matches::new(&log, &analysis.plan, &analysis.resolved, &analysis.graph);
        assert_eq!(matches.parts.len(), log.vertices.len());
    });
}

/// A line for each number, as many as there is room for.
fn lines(line: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    for line in (1..).map(line) {
        if out.len() + line.len() > LEN {
            break;
        }
        out.push_str(&line);
    }
    out
}

#[test]
fn a_megabyte_of_anything_is_read_soon() {
    let pieces = [
        "\u{1b}]\u{7}",
        "\u{1b}]",
        "\u{1b}_\u{1b}",
        "\u{1b}[",
        "#1 ",
        "#1 [",
        "x #1 DONE ",
        "#1 DONE 1",
        "=> ",
        "{\"vertexes\":[",
        "{",
        "[",
        "1",
        " ",
        "0.1",
        "\n",
        "\r",
        "#1 x\n#1 DONE\n",
        "#0 x\n#1 x\n#1 DONE\n",
        "#1 x\n#2 x\n#1 DONE\n#2 DONE\n",
        "ERROR: failed to solve: x\n",
        "[+] Building 1.0s (1/1) FINISHED\n => a  1.0s\nx\n",
        "{\"vertexes\":[{\"digest\":\"a\",\"name\":\"a\"}]}\n",
        "{\"vertexes\":[{\"digest\":\"a\"},{\"digest\":\"b\"}]}\n",
    ];
    for piece in pieces {
        expect_soon(&format!("{piece:?}"), "", &piece.repeat(LEN / piece.len()));
        let half = piece.repeat(LEN / 2 / piece.len());
        expect_soon(&format!("{piece:?} and blanks"), "", &format!("{half}{}s", " ".repeat(LEN / 2)));
    }
    expect_soon("prefixes", "", &lines(|n| format!("a{}#{n} DONE\n", "- ".repeat(n % 150))));
    expect_soon("prefixes of numbers", "", &lines(|n| format!("{}#{n} DONE\n", "1 ".repeat(n / 2 % 150))));
    expect_soon("sources", "", &lines(|n| format!("x#{n} #1 a\nx#{n} #1 DONE\n")));
}

#[test]
fn what_may_begin_a_build_is_told_soon() {
    let n_vertices = 100_000;
    let announced = |letter: &str, name: &str| -> String {
        let vertex = |n| format!("{{\"digest\":\"{letter}{n}\",\"name\":\"{name}\"}},");
        (0..n_vertices).map(vertex).collect()
    };
    let runs = "{\"digest\":\"r\",\"name\":\"r\",\"started\":\"2026-01-01T00:00:00Z\"}";
    let first = "{\"digest\":\"f\",\"name\":\"first\"}";
    let (others, again) = (announced("o", "other"), announced("a", "first"));
    let log = format!("{{\"vertexes\":[{first},{others}{runs},{again}{first}]}}\n");
    expect_soon("vertices of the first name", "", &log);
}

#[test]
fn many_vertices_find_their_steps_soon() {
    let n_stages = 4000;
    let mut stages: String = (1..=n_stages).map(|n| format!("FROM image{n} AS s{n}\nRUN true\n")).collect();
    stages.push_str("FROM scratch\n");
    stages.extend((1..=n_stages).map(|n| format!("COPY --from=s{n} /x /x\n")));
    let logs: [(&str, Line); 8] = [
        ("contexts", |n| format!("#{n} [context x{n}] x\n")),
        ("contexts of one name", |n| format!("#{n} [context image1] x\n")),
        ("labels that are cut off", |n| format!("#{n} [s{n} 2/2] RUN trueness...\n")),
        ("labels that are cut off alike", |n| format!("#{n} [s1 2/2] RUN trueness {}...\n", n % 50)),
        ("labels", |n| format!("#{n} [s{n} 2/2] RUN true\n")),
        ("labels of other stages", |n| format!("#{n} [t{n} 2/2] RUN true\n")),
        ("labels of other numbers", |n| format!("#{n} [s{} 2/3] RUN true {n}\n", n % 9)),
        ("builds", |n| format!("#0 x\n#{n} [s{n} 2/2] RUN true\n")),
    ];
    for (what, line) in logs {
        expect_soon(what, &stages, &lines(line));
    }
    let steps: String = (0..4000).map(|n| format!("RUN echo one {n}\n")).collect();
    let cut = lines(|n| format!("#{n} [{n}/4001] RUN echo one {}...\n", if n % 2 == 0 { "" } else { "1" }));
    expect_soon("labels of one beginning", &format!("FROM alpine\n{steps}"), &cut);
}

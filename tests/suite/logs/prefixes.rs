//! Logs with something in front of each line, as CI systems and other programs keep them.

use stagewright::import::log::{Log, read as read_log};
use stagewright_tests::project::read;

use crate::all;

/// What stands in front of a line of some number.
type Prefix = fn(usize) -> String;

fn clock(line: usize) -> String {
    format!("{:02}:{:02}:{:02}", 9 + line / 60, line % 60, line * 7 % 60)
}

/// Prefixes, and where they are from.
const PREFIXES: &[(&str, Prefix)] = &[
    ("GitHub", |line| format!("2024-01-01T{}.{line:07}Z ", clock(line))),
    ("gh run view", |line| format!("build (3.11, amd64)\tBuild image\t2024-01-01T{}.0000000Z ", clock(line))),
    ("Google Cloud Build", |_| "Step #0 - \"Build\": ".to_owned()),
    ("a date, and a time", |line| format!("2024-01-01 {} ", clock(line))),
    ("a date, and a time with a fraction", |line| format!("2024-01-01 {},{line:03} ", clock(line))),
    ("brackets", |line| format!("[2024-01-01 {}] ", clock(line))),
    ("TeamCity", |line| format!("[{}]W: ", clock(line))),
    ("a step of TeamCity", |line| format!("[{}]W:\t [Step 2/3] ", clock(line))),
    ("compose", |_| "web  | ".to_owned()),
    ("one of several in compose", |_| "web-1  | ".to_owned()),
    ("turbo", |_| "@acme/web:docker: ".to_owned()),
    ("Kubernetes", |line| format!("2024-01-01T{}.{line:09}Z stderr F ", clock(line))),
    ("syslog", |line| format!("Jan  1 {} host dockerd[123]: ", clock(line))),
    ("the number of the line", |line| format!("{line:4}  ")),
    ("the number of the line, and a tab", |line| format!("{line}\t")),
    ("seconds", |line| format!("[{}.{}s] ", line * 3, line % 10)),
    ("minutes and seconds", |line| format!("[build] {}m{}s ", line * 9 / 60, line * 9 % 60)),
    ("an arrow", |_| "docker> ".to_owned()),
    ("colours", |_| "\u{1b}[36mweb\u{1b}[0m | ".to_owned()),
];

/// Reads a text with a prefix, which the lines around it have too.
fn with(prefix: Prefix, text: &str) -> Log {
    let mut out = prefix(0) + "Run docker build\n";
    for (line, text) in text.lines().enumerate() {
        out.push_str(format!("{}{text}", prefix(line)).trim_end());
        out.push('\n');
    }
    read_log(&(out + &prefix(9) + "Process completed with exit code 1.\n"))
}

#[test]
fn real_logs_are_read_whatever_is_in_front_of_their_lines() {
    for it in all() {
        assert!(it.log.vertices.len() > 3);
        for (name, prefix) in PREFIXES {
            assert!(with(*prefix, &it.text) == it.log, "{} with the prefix of {name}", it.path);
        }
    }
}

#[test]
fn what_a_terminal_shows_is_read_with_a_prefix() {
    let text = "[+] Building 1.5s (2/2) FINISHED\n => [1/2] RUN a    1.0s\n => => x   0.1s\n\
                \u{20}=> CACHED [2/2] RUN b  0.0s\n";
    assert_eq!(read_log(text).vertices.len(), 2);
    for (name, prefix) in PREFIXES {
        assert_eq!(with(*prefix, text), read_log(text), "{name}");
    }
}

#[test]
fn builds_that_run_at_the_same_time_are_told_apart() {
    let (one, two) = (read("tests/logs/fails.cold.plain.log"), read("tests/logs/diamond.cold.plain.log"));
    for [a, b] in [["web  | ", "api  | "], ["web-1 | ", "web-2 | "], ["Step #1: ", "Step #2: "]] {
        let mut text = String::new();
        let (mut first, mut second) = (one.lines(), two.lines());
        loop {
            let lines = [first.next().map(|line| (a, line)), second.next().map(|line| (b, line))];
            if lines == [None, None] {
                break;
            }
            for (prefix, line) in lines.into_iter().flatten() {
                text.push_str(&format!("{prefix}{line}\n"));
            }
        }
        let log = read_log(&text);
        let show = |log: &Log| -> Vec<String> {
            let vertices = log.vertices.iter();
            vertices.map(|it| format!("{} {:?} {:?} {}", it.label, it.state, it.millis, it.output)).collect()
        };
        assert_eq!(show(&log), [show(&read_log(&one)), show(&read_log(&two))].concat(), "{a}");
        assert_eq!(log.failure, read_log(&one).failure, "{a}");
    }
}

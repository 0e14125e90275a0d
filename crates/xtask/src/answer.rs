//! `cargo xtask answer < cases.jsonl > answers.jsonl`: what the core says to the cases of BuildKit's
//! answers, in their form, so that the two can be compared. `--cache` answers scenarios of two builds in a
//! row, `--cache --classic` those of the classic builder.
//!
//! The forms themselves are made in [`stagewright_tests::answer`], which the conformance tests use, too.

use std::io::{BufRead, Write};

use anyhow::Context;
use stagewright_tests::answer::{self, cache, classic};

use crate::Verb;
use crate::args::{Flag, Flags};

pub(crate) const VERB: Verb = Verb {
    name: "answer",
    help: "answers cases (JSON lines) from standard input in the form of BuildKit's recorded answers\n--cache: scenarios of two builds; --cache --classic: those of the classic builder",
    run,
};

fn run(args: &[String]) -> anyhow::Result<()> {
    let flags = Flags::parse(args, &[Flag::Switch("--cache"), Flag::Switch("--classic")])?;
    let answer_line = match (flags.has("--cache"), flags.has("--classic")) {
        (false, false) => answer::answer_line,
        (true, false) => cache::answer_line,
        (true, true) => classic::answer_line,
        (false, true) => anyhow::bail!("--classic goes with --cache"),
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (number, line) in (1..).zip(std::io::stdin().lock().lines()) {
        let line = line.context("cannot read standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = answer_line(&line).with_context(|| format!("line {number}"))?;
        writeln!(out, "{answer}").context("cannot write the answers")?;
    }
    out.flush().context("cannot write the answers")
}

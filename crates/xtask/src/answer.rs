//! `cargo xtask answer < cases.jsonl > answers.jsonl`: what the core says to the cases of BuildKit's
//! answers, in their form, so that the two can be compared. `--cache` answers scenarios of two builds in a
//! row.
//!
//! The form itself is made in [`stagewright_tests::answer`], which the conformance tests use, too.

use std::io::{BufRead, Write};

use anyhow::Context;
use stagewright_tests::answer::{self, cache};

use crate::Verb;
use crate::args::{Flag, Flags};

pub(crate) const VERB: Verb = Verb {
    name: "answer",
    help: "answers cases (JSON lines) from standard input in the form of BuildKit's recorded answers; with --cache, scenarios of two builds in a row",
    run,
};

fn run(args: &[String]) -> anyhow::Result<()> {
    let flags = Flags::parse(args, &[Flag::Switch("--cache")])?;
    let answer_line = if flags.has("--cache") { cache::answer_line } else { answer::answer_line };
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

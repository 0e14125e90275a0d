//! `cargo xtask answer < cases.jsonl > answers.jsonl`: what the core says to the cases of BuildKit's
//! answers, in their form, so that the two can be compared.
//!
//! With `--cache --classic` the lines are scenarios of two builds with the classic builder. The forms
//! themselves are made in [`stagewright_tests`], which the conformance tests use, too.

use std::io::{BufRead, Write};

use anyhow::Context;

use crate::Verb;
use crate::args::{Flag, Flags};

pub(crate) const VERB: Verb = Verb {
    name: "answer",
    help: "answers cases (JSON lines) from standard input in the form of BuildKit's recorded answers\n--cache --classic: scenarios of the classic builder's cache",
    run,
};

fn run(args: &[String]) -> anyhow::Result<()> {
    let flags = Flags::parse(args, &[Flag::Switch("--cache"), Flag::Switch("--classic")])?;
    let answer = match (flags.has("--cache"), flags.has("--classic")) {
        (false, false) => stagewright_tests::answer::answer_line,
        (true, true) => stagewright_tests::classic::answer_line,
        _ => anyhow::bail!("--cache and --classic go together"),
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (number, line) in (1..).zip(std::io::stdin().lock().lines()) {
        let line = line.context("cannot read standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = answer(&line).with_context(|| format!("line {number}"))?;
        writeln!(out, "{answer}").context("cannot write the answers")?;
    }
    out.flush().context("cannot write the answers")
}

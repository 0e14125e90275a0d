//! `cargo xtask answer < cases.jsonl > answers.jsonl`: what the core says to the cases of BuildKit's
//! answers, in their form, so that the two can be compared.
//!
//! The form itself is made in [`stagewright_tests::answer`], which the conformance tests use, too.

use std::io::{BufRead, Write};

use anyhow::Context;

use crate::Verb;

pub(crate) const VERB: Verb = Verb {
    name: "answer",
    help: "answers cases (JSON lines) from standard input in the form of BuildKit's recorded answers",
    run,
};

fn run(args: &[String]) -> anyhow::Result<()> {
    anyhow::ensure!(args.is_empty(), "no flag is known here, but `{}` was given", args.join(" "));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (number, line) in (1..).zip(std::io::stdin().lock().lines()) {
        let line = line.context("cannot read standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = stagewright_tests::answer::answer_line(&line).with_context(|| format!("line {number}"))?;
        writeln!(out, "{answer}").context("cannot write the answers")?;
    }
    out.flush().context("cannot write the answers")
}

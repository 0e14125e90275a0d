//! `JSONArgsRecommended`: CMD and ENTRYPOINT as JSON arrays.

use crate::diagnostic::Fix;
use crate::resolve::Base;
use crate::syntax::{CommandLine, InstructionKind, quoted};

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, replace};
use super::{Place, Subject};

const ID: RuleId = RuleId("JSONArgsRecommended");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Docker,
    help: "write the command as a JSON array, or choose a shell with SHELL",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "`CMD` or `ENTRYPOINT` is written as a plain command, and no `SHELL` says that a shell is wanted.",
    why: "The command then runs below `/bin/sh -c`, which does not pass signals on: `docker stop` waits \
          for ten seconds, and then kills it.",
    bad: "FROM alpine\nCMD nginx -g daemon\n",
    good: "FROM alpine\nCMD [\"nginx\", \"-g\", \"daemon\"]\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    // Whether a stage, or one that it starts from, chooses a shell.
    let mut has_shell: Vec<bool> = Vec::with_capacity(subject.resolved.stages.len());
    for stage in &subject.resolved.stages {
        let mut is_set = match stage.base {
            Base::Stage(base) => has_shell.get(base.0 as usize).copied().unwrap_or(false),
            _ => false,
        };
        for site in subject.sites_of(stage.id) {
            match &site.instruction.kind {
                InstructionKind::Shell(words) => is_set = !words.is_empty(),
                InstructionKind::Cmd(line) | InstructionKind::Entrypoint(line) if !line.exec && !is_set => {
                    let name = &site.instruction.keyword.text;
                    let message = format!(
                        "JSON arguments recommended for {name} to prevent unintended behavior related to OS signals"
                    );
                    let range = line.words.first().map_or(site.instruction.range, |word| word.range);
                    sink.report(&Place::of_site(site), range, message, fix(line).into_iter().collect());
                }
                _ => {}
            }
        }
        has_shell.push(is_set);
    }
}

/// The command as an array, where it needs nothing of a shell.
fn fix(line: &CommandLine) -> Option<Fix> {
    const BUILT_IN: [&str; 10] = [".", ":", "cd", "eval", "exec", "exit", "export", "set", "source", "ulimit"];
    let word = line.words.first()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+, ".contains(c);
    if word.range.len() as usize != word.text.len() || !word.text.chars().all(is_plain) {
        return None;
    }
    let args: Vec<&str> = word.text.split(' ').filter(|arg| !arg.is_empty()).collect();
    let first = args.first()?;
    if first.contains('=') || BUILT_IN.contains(first) {
        return None;
    }
    let args: Vec<String> = args.into_iter().map(quoted).collect();
    Some(replace("write a JSON array", word.range, format!("[{}]", args.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn a_shell_that_was_chosen_is_meant() {
        let message = "JSON arguments recommended for CMD to prevent unintended behavior related to OS signals";
        check(ID, "FROM a\nCMD b\n", &[("2:b", message)]);
        check(ID, "FROM a AS s\nSHELL [\"/bin/bash\", \"-c\"]\nCMD b\nFROM s\nCMD c\n", &[]);
        check(ID, "FROM a\nCMD [\"b\"]\n", &[]);
    }

    #[test]
    fn only_what_needs_no_shell_is_rewritten() {
        check_fix(ID, "FROM a\nCMD b  -c d=e\n", "FROM a\nCMD [\"b\", \"-c\", \"d=e\"]\n");
        check_fix(ID, "FROM a\nCMD b && c\n", "FROM a\nCMD b && c\n");
        check_fix(ID, "FROM a\nCMD A=1 b\n", "FROM a\nCMD A=1 b\n");
    }
}

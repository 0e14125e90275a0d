//! What an instruction has a shell read: scripts, the variables that they use and set, and their commands.
//!
//! No shell is imitated here, only as much of one as is needed to tell whose a variable is and which
//! programs run. What a script takes from elsewhere is not seen: it is told that there is something, and
//! who asks decides what to make of that. Relies on [`syntax`](crate::syntax) for here-documents and the
//! places of words; which shell reads the shell form is known to whoever asks.

mod commands;
mod reader;

use std::ops::Range;

use crate::syntax::{CommandLine, Healthcheck, Heredoc, InstructionKind, Joined, is_heredoc_opening};
use crate::text::{TextRange, offset};

pub(crate) use commands::commands;
pub(crate) use reader::{Mention, Without, mentions};

/// A text for a shell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script<'a> {
    /// The text.
    text: &'a str,
    /// Whether it is no script but a text in which the shell only replaces variables.
    is_plain: bool,
    origin: Origin,
}

/// Where a script comes from.
#[derive(Clone, Copy, Debug)]
enum Origin {
    /// The one word of a command in shell form.
    Command(TextRange),
    /// The lines of a here-document.
    Document(TextRange),
    /// A word of a command in exec form, quotes and all.
    Argument(TextRange),
    /// The line that somebody types.
    Typed,
}

/// The texts that an instruction has a shell read; nothing where it runs no shell that we know. `shell`
/// is the program that reads the shell form.
pub(crate) fn scripts<'a>(kind: &'a InstructionKind, heredocs: &'a [Heredoc], shell: &str) -> Vec<Script<'a>> {
    let (line, heredocs) = match kind {
        InstructionKind::Run(line) => (line, heredocs),
        InstructionKind::Cmd(line) | InstructionKind::Entrypoint(line) => (line, &[][..]),
        InstructionKind::Healthcheck(Healthcheck::Command { command, .. }) => (command, &[][..]),
        _ => return Vec::new(),
    };
    let mut out = Vec::new();
    if line.exec {
        if let Some(word) = script_of(line).and_then(|at| line.words.get(at)) {
            out.push(Script { text: &word.text, is_plain: false, origin: Origin::Argument(word.range) });
        }
        return out;
    }
    let Some(word) = line.words.first() else { return out };
    let is_known = is_shell(shell);
    let document = |heredoc: &'a Heredoc, is_plain| Script {
        text: &heredoc.content,
        is_plain,
        origin: Origin::Document(heredoc.body),
    };
    match heredocs.first() {
        Some(heredoc) if is_heredoc_opening(&word.text) => {
            // A program of its own: the line behind `#!` names who reads it.
            let interpreter = heredoc.content.strip_prefix("#!").map(|rest| rest.lines().next().unwrap_or_default());
            if interpreter.map_or(is_known, is_shell_line) {
                out.push(document(heredoc, false));
            }
        }
        _ if is_known => {
            out.push(Script { text: &word.text, is_plain: false, origin: Origin::Command(word.range) });
            out.extend(heredocs.iter().filter(|heredoc| heredoc.expand).map(|heredoc| document(heredoc, true)));
        }
        _ => {}
    }
    out
}

/// Whether a program is a shell whose scripts we can read.
fn is_shell(program: &str) -> bool {
    matches!(program.rsplit('/').next(), Some("sh" | "ash" | "bash" | "dash" | "ksh" | "zsh"))
}

/// Whether a line behind `#!` names such a shell, by itself or as what `env` is to run.
fn is_shell_line(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let program = match words.next() {
        Some(env) if env.rsplit('/').next() == Some("env") => words.find(|word| !word.starts_with('-')),
        program => program,
    };
    program.is_some_and(is_shell)
}

/// Which word of a command in exec form is a script: that behind the options of a shell, where `-c` is one
/// of them. What stands behind it are its arguments.
fn script_of(line: &CommandLine) -> Option<usize> {
    let mut words = line.words.iter().map(|word| word.text.as_str()).enumerate();
    words.next().filter(|(_, program)| is_shell(program))?;
    let mut has_script = false;
    while let Some((at, word)) = words.next() {
        let Some(letters) = word.strip_prefix(['-', '+']).filter(|letters| !letters.is_empty()) else {
            return has_script.then_some(at);
        };
        if !letters.starts_with('-') {
            has_script |= letters.contains('c');
            // `-o pipefail`
            if letters.ends_with(['o', 'O']) {
                words.next();
            }
        }
    }
    None
}

impl<'a> Script<'a> {
    /// What is typed so far of a command in shell form.
    pub(crate) fn typed(text: &'a str) -> Self {
        Self { text, is_plain: false, origin: Origin::Typed }
    }

    /// The part of the text at a range.
    pub(crate) fn part(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// The place in the source of a part of the text; none where it does not stand there as it is read, as
    /// for what an ONBUILD adds. `joined` is the instruction.
    pub(crate) fn place(&self, source: &str, joined: &Joined, part: Range<usize>) -> Option<TextRange> {
        match self.origin {
            Origin::Document(body) => {
                let is_same = body.of(source) == self.text;
                is_same.then(|| TextRange::new(body.start + offset(part.start), body.start + offset(part.end)))
            }
            Origin::Command(word) => {
                let start = joined.place_of(word.start);
                let is_same = joined.text().get(start..).is_some_and(|text| text.starts_with(self.text));
                is_same.then(|| joined.range(start + part.start..start + part.end))
            }
            Origin::Argument(word) => {
                let start = joined.place_of(word.start);
                let written = joined.text().get(start..)?;
                let place = |at: usize| Some(start + place_in_json(written, self.text.get(..at)?)?);
                Some(joined.range(place(part.start)?..place(part.end)?))
            }
            Origin::Typed => None,
        }
    }
}

/// Where in a JSON string, from its quote, the text behind `before` stands; none where the string does not
/// begin with that.
fn place_in_json(written: &str, before: &str) -> Option<usize> {
    let mut rest = written.strip_prefix('"')?;
    for c in before.chars() {
        let n_bytes = match rest.strip_prefix('\\') {
            // Two of them make one character that sixteen bits do not hold.
            Some(escape) if escape.starts_with('u') => "\\u0000".len() * c.len_utf16(),
            Some(_) => "\\n".len(),
            None if rest.starts_with(c) => c.len_utf8(),
            None => return None,
        };
        rest = rest.get(n_bytes..)?;
    }
    Some(written.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    /// What is read of the first instruction of a text, each with its place.
    #[track_caller]
    fn check(source: &str, shell: &str, expected: &[&str]) {
        let parsed = parse(source);
        let it = &parsed.instructions[0];
        let joined = Joined::new(source, it.range.start, parsed.escape());
        let found: Vec<&str> = scripts(&it.kind, &it.heredocs, shell)
            .iter()
            .map(|script| {
                let place = script.place(source, &joined, 0..script.text.len()).unwrap();
                if !matches!(script.origin, Origin::Argument(_)) {
                    assert_eq!(place.of(source), script.text, "{source}");
                }
                place.of(source)
            })
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn the_shell_form_is_a_script_of_the_shell() {
        check("RUN a $V", "/bin/sh", &["a $V"]);
        check("CMD a $V", "/usr/bin/bash", &["a $V"]);
        check("HEALTHCHECK CMD a $V", "/bin/sh", &["a $V"]);
        check("RUN a $V", "powershell", &[]);
        check("RUN a $V", "/bin/flush", &[]);
        check("USER $V", "/bin/sh", &[]);
    }

    #[test]
    fn the_exec_form_has_a_script_where_it_runs_a_shell() {
        check("RUN [\"sh\", \"-c\", \"a \\\"$V\\\"\"]", "cmd", &["a \\\"$V\\\""]);
        check("ENTRYPOINT [\"/bin/bash\", \"-euxo\", \"pipefail\", \"-c\", \"a\", \"$V\"]", "", &["a"]);
        check("CMD [\"sh\", \"-ce\", \"a\"]", "", &["a"]);
        check("CMD [\"bash\", \"--login\", \"-c\", \"a\"]", "", &["a"]);
        check("ENTRYPOINT [\"/docker-entrypoint.sh\", \"run\", \"$CONFIG\"]", "/bin/sh", &[]);
        check("RUN [\"./push\", \"a\", \"$V\"]", "/bin/sh", &[]);
        check("RUN [\"sh\", \"run.sh\", \"-c\", \"$V\"]", "/bin/sh", &[]);
        check("RUN [\"sh\"]", "/bin/sh", &[]);
        check("RUN []", "/bin/sh", &[]);
    }

    #[test]
    fn here_documents_are_read_by_whom_they_are_for() {
        check("RUN <<E\na $V\nE\n", "/bin/sh", &["a $V\n"]);
        check("RUN <<'E'\na $V\nE\n", "/bin/sh", &["a $V\n"]);
        check("RUN <<E\na $V\nE\n", "cmd", &[]);
        check("RUN <<E\n#!/bin/bash -e\n$V\nE\n", "cmd", &["#!/bin/bash -e\n$V\n"]);
        check("RUN <<E\n#!/usr/bin/env -S bash -e\n$V\nE\n", "cmd", &["#!/usr/bin/env -S bash -e\n$V\n"]);
        check("RUN <<E\n#!/usr/bin/env python3\n$V\nE\n", "/bin/sh", &[]);
        check("RUN <<E\n#!/usr/bin/crash\n$V\nE\n", "/bin/sh", &[]);
        check("RUN cat <<E <<'F'\n$V\nE\n$W\nF\n", "/bin/sh", &["cat <<E <<'F'", "$V\n"]);
        check("COPY <<E /a\n$V\nE\n", "/bin/sh", &[]);
    }

    #[test]
    fn places_in_json_are_found_behind_escapes() {
        for (written, before, expected) in [
            ("\"a\\n$V\"", "a\n", Some(4)),
            ("\"\\u00e9\\ud83d\\ude00$V\"", "\u{e9}\u{1f600}", Some(19)),
            ("\"\u{e9}$V\"", "\u{e9}", Some(3)),
            ("\"a", "b", None),
            ("a", "", None),
        ] {
            assert_eq!(place_in_json(written, before), expected, "{written}");
        }
    }
}

//! The places of variables in a text, and the words of an instruction in which they mean something.
//!
//! Values are left to [`scopes`](super::scopes). Relies on [`syntax`](crate::syntax).

use std::ops::Range;

use crate::syntax::{CommandLine, Flag, Healthcheck, Heredoc, Instruction, InstructionKind, Joined, Word};
use crate::text::{TextRange, offset};

/// A variable in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// Its name; empty right behind `$` or `${`.
    pub(super) name: Range<usize>,
    /// Whether it has braces.
    pub(super) braced: bool,
}

/// How quotes are read around variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Single quotes keep what is in them as it is.
    Count,
    /// They are ordinary characters.
    Plain,
    /// They count, and `#` begins a comment, as in a script.
    Script,
}

/// The variables of a text, those inside of others included, in order.
pub(super) fn references(text: &str, escape: char, quotes: Quotes) -> Vec<Reference> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut in_double = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            _ if byte as char == escape => at += 1,
            b'"' if quotes != Quotes::Plain => in_double = !in_double,
            b'\'' if quotes != Quotes::Plain && !in_double => {
                at += bytes[at + 1..].iter().position(|&byte| byte == b'\'').map_or(bytes.len(), |end| end + 1);
            }
            b'#' if quotes == Quotes::Script && !in_double && is_word_start(bytes, at) => {
                at += bytes[at..].iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
            }
            b'$' => {
                let braced = bytes.get(at + 1) == Some(&b'{');
                let start = at + 1 + usize::from(braced);
                let name = start..start + name_len(&text[start..]);
                at = name.end.max(at + 1) - 1;
                found.push(Reference { name, braced });
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn is_word_start(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1).is_none_or(|before| matches!(bytes[before], b' ' | b'\t' | b'\n' | b';' | b'('))
}

/// The length of the name that a text begins with.
pub(super) fn name_len(text: &str) -> usize {
    let is_name = |c: char| c == '_' || c.is_ascii_digit() || c.is_alphabetic();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.find(|c| !is_name(c)).unwrap_or(text.len())
}

/// Who puts in the value of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// BuildKit, before it carries the instruction out.
    BuildKit,
    /// The shell that RUN starts.
    Shell,
    /// The shell in the container that is made of the image.
    Container,
}

/// What an instruction says, or what the one behind ONBUILD does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub(super) kind: &'a InstructionKind,
    pub(super) flags: &'a [Flag],
    pub(super) heredocs: &'a [Heredoc],
}

impl<'a> Said<'a> {
    pub(super) fn new(it: &'a Instruction) -> Self {
        Self { kind: &it.kind, flags: &it.flags, heredocs: &it.heredocs }
    }

    /// What is set off where an ONBUILD is; the instruction itself where it is none.
    pub(super) fn trigger(it: &'a Instruction) -> Self {
        match &it.kind {
            InstructionKind::Onbuild(onbuild) => {
                Self { kind: &onbuild.kind, flags: &onbuild.flags, heredocs: &it.heredocs }
            }
            _ => Self::new(it),
        }
    }

    /// The values of the flags of a name.
    pub(super) fn values(self, name: &'static str) -> impl Iterator<Item = &'a Word> {
        self.flags.iter().filter(move |flag| flag.name.text == name).filter_map(|flag| flag.value.as_ref())
    }
}

/// Variables of an instruction, told one by one.
pub(super) struct Scan<'a> {
    pub(super) source: &'a str,
    pub(super) joined: &'a Joined,
    pub(super) escape: char,
    /// Is told the name, its place, and who reads it.
    pub(super) tell: &'a mut dyn FnMut(&str, TextRange, Reader),
}

impl Scan<'_> {
    /// Every variable that an instruction reads.
    pub(super) fn said(&mut self, said: Said<'_>) {
        self.flags(said);
        match said.kind {
            InstructionKind::From(from) => self.word(&from.base),
            InstructionKind::Arg(definitions) => {
                definitions.iter().filter_map(|it| it.default.as_ref()).for_each(|word| self.word(word));
            }
            InstructionKind::Env(pairs) | InstructionKind::Label(pairs) => {
                pairs.iter().flat_map(|pair| [&pair.key, &pair.value]).for_each(|word| self.word(word));
            }
            InstructionKind::Add(transfer) | InstructionKind::Copy(transfer) => {
                transfer.sources.iter().chain([&transfer.destination]).for_each(|word| self.word(word));
                let documents = transfer.documents.iter().filter_map(|&index| said.heredocs.get(index));
                for heredoc in documents.filter(|heredoc| heredoc.expand) {
                    self.body(heredoc, '\\', Quotes::Plain, Reader::BuildKit);
                }
            }
            InstructionKind::Workdir(word) | InstructionKind::User(word) | InstructionKind::Stopsignal(word) => {
                self.word(word);
            }
            InstructionKind::Volume(words) | InstructionKind::Expose(words) => {
                words.iter().for_each(|word| self.word(word));
            }
            InstructionKind::Run(command) => {
                self.command(command, Reader::Shell);
                for heredoc in said.heredocs.iter().filter(|heredoc| is_script(heredoc)) {
                    self.body(heredoc, '\\', Quotes::Script, Reader::Shell);
                }
            }
            InstructionKind::Cmd(command) | InstructionKind::Entrypoint(command) => {
                self.command(command, Reader::Container);
            }
            InstructionKind::Healthcheck(Healthcheck::Command { command, .. }) => {
                self.command(command, Reader::Container);
            }
            _ => {}
        }
    }

    fn flags(&mut self, said: Said<'_>) {
        let names: &[&str] = match said.kind {
            InstructionKind::From(_) => &["platform"],
            InstructionKind::Add(_) => &["chown", "chmod", "checksum"],
            InstructionKind::Copy(_) => &["chown", "chmod"],
            InstructionKind::Run(_) => &["mount"],
            _ => &[],
        };
        for flag in said.flags.iter().filter(|flag| names.contains(&flag.name.text.as_str())) {
            if let Some(value) = &flag.value {
                self.range(value.range, Quotes::Plain, self.escape, Reader::BuildKit);
            }
        }
    }

    fn word(&mut self, word: &Word) {
        self.range(word.range, Quotes::Count, self.escape, Reader::BuildKit);
    }

    /// A command that a shell reads: the shell form, or the words behind `sh -c`.
    fn command(&mut self, command: &CommandLine, reader: Reader) {
        let is_shell = |word: &Word| word.text.ends_with("sh");
        let skipped = match command.words.first() {
            _ if !command.exec => 0,
            Some(first) if is_shell(first) => 2,
            _ => return,
        };
        for word in command.words.iter().skip(skipped) {
            self.range(word.range, Quotes::Script, '\\', reader);
        }
    }

    fn range(&mut self, range: TextRange, quotes: Quotes, escape: char, reader: Reader) {
        if !range.of(self.source).contains('$') {
            return;
        }
        let part = self.joined.part(range);
        let text = &self.joined.text()[part.clone()];
        for Reference { name, .. } in references(text, escape, quotes).into_iter().filter(|it| !it.name.is_empty()) {
            let place = self.joined.range(part.start + name.start..part.start + name.end);
            (self.tell)(&text[name], place, reader);
        }
    }

    fn body(&mut self, heredoc: &Heredoc, escape: char, quotes: Quotes, reader: Reader) {
        let text = heredoc.body.of(self.source);
        for Reference { name, .. } in references(text, escape, quotes).into_iter().filter(|it| !it.name.is_empty()) {
            let start = heredoc.body.start;
            let place = TextRange::new(start + offset(name.start), start + offset(name.end));
            (self.tell)(&text[name], place, reader);
        }
    }
}

/// Whether the here-document of a RUN is read by a shell.
fn is_script(heredoc: &Heredoc) -> bool {
    heredoc.content.strip_prefix("#!").is_none_or(|rest| rest.lines().next().unwrap_or_default().contains("sh"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, quotes: Quotes, expected: &[&str]) {
        let found: Vec<&str> = references(text, '\\', quotes).into_iter().map(|it| &text[it.name]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn variables_are_found_where_they_are_replaced() {
        check("$a-${b}_c$d_e", Quotes::Count, &["a", "b", "d_e"]);
        check("\\$a '$b' \"$c '$d'\" \"\\$e\"", Quotes::Count, &["c", "d"]);
        check("it's $a", Quotes::Plain, &["a"]);
        check("it's $a", Quotes::Count, &[]);
        check("${a:-${b:+$c}}${d#*/}", Quotes::Count, &["a", "b", "c", "d"]);
        check("$1 $? $(x) $\u{e9}t\u{e9}", Quotes::Script, &["", "", "", "\u{e9}t\u{e9}"]);
        check("$", Quotes::Count, &[""]);
        check("${", Quotes::Count, &[""]);
    }

    #[test]
    fn comments_of_a_script_do_not_count() {
        check("# don't\necho $a # $b\necho a#$c", Quotes::Script, &["a", "c"]);
    }
}

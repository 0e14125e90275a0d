//! What a RUN hands to a shell: the variables that it uses and sets, and its commands.
//!
//! No shell is imitated here, only as much of one as keeps a rule from being wrong: where a script could
//! do something unseen, such as setting variables from a file, what is behind that is not told. Relies on
//! [`syntax`](crate::syntax) for here-documents and the places of words.

use std::ops::Range;

use crate::resolve::Run;
use crate::syntax::{CommandLine, Instruction, InstructionKind, Joined, is_heredoc_opening};
use crate::text::{TextRange, offset};

/// A text for a shell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// Whether it is no script but a text in which the shell only replaces variables.
    pub(super) is_plain: bool,
    origin: Origin,
}

/// Where a script comes from.
#[derive(Clone, Copy, Debug)]
enum Origin {
    /// The one word of a command in shell form.
    Command(TextRange),
    /// The lines of a here-document.
    Document(TextRange),
    /// The last word of a command in exec form.
    Argument(TextRange),
}

/// The texts that a RUN has a shell read; nothing where it runs no shell that we know.
pub(super) fn scripts<'a>(it: &'a Instruction, run: &Run) -> Vec<Script<'a>> {
    let InstructionKind::Run(line) = &it.kind else { return Vec::new() };
    let CommandLine { exec, words } = line;
    let shell = run.args.first().map(String::as_str).unwrap_or_default();
    let is_shell = matches!(shell.rsplit('/').next(), Some("sh" | "ash" | "bash" | "dash" | "ksh" | "zsh"));
    let Some(word) = (if *exec { words.last() } else { words.first() }).filter(|_| is_shell) else { return Vec::new() };
    if *exec {
        let is_script = words.len() == 3 && words[1].text.starts_with('-') && words[1].text.ends_with('c');
        let origin = Origin::Argument(it.range);
        return if is_script { vec![Script { text: &word.text, is_plain: false, origin }] } else { Vec::new() };
    }
    let is_document = is_heredoc_opening(&word.text);
    let mut out = Vec::new();
    if !is_document {
        out.push(Script { text: &word.text, is_plain: false, origin: Origin::Command(word.range) });
    }
    for heredoc in &it.heredocs {
        let is_program = heredoc.content.starts_with("#!");
        if (is_document && !is_program) || (!is_document && heredoc.expand) {
            out.push(Script { text: &heredoc.content, is_plain: !is_document, origin: Origin::Document(heredoc.body) });
        }
    }
    out
}

impl Script<'_> {
    /// The place in the source of a part of the text, as exact as it is known.
    pub(super) fn range(&self, source: &str, it: &Instruction, escape: char, part: Range<usize>) -> TextRange {
        match self.origin {
            Origin::Argument(range) => range,
            Origin::Document(body) if body.len() as usize >= self.text.len() => {
                TextRange::new(body.start + offset(part.start), body.start + offset(part.end))
            }
            Origin::Document(body) => body,
            Origin::Command(word) => {
                let joined = Joined::new(source, it.range.start, escape);
                let start = joined.place_of(word.start);
                joined.range(start + part.start..start + part.end)
            }
        }
    }
}

/// What a script does with a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mention {
    /// Its value is put in, whatever it is.
    Use,
    /// It gets a value, or may get one.
    Set,
}

/// Tells every variable that a script uses or sets, in order, with its place in the text. Ends where the
/// script reads another one.
pub(super) fn mentions(script: &Script<'_>, tell: &mut dyn FnMut(Mention, &str, Range<usize>)) {
    let (text, bytes) = (script.text, script.text.as_bytes());
    let is_script = !script.is_plain;
    let mut is_quoted = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let begins_word = at == 0 || b" \t\n;&|(`".contains(&bytes[at - 1]);
        match byte {
            b'\\' => at += 1,
            b'\'' if is_script && !is_quoted => at = find(bytes, at + 1, b'\''),
            b'"' if is_script => is_quoted = !is_quoted,
            b'#' if is_script && begins_word && !is_quoted => at = find(bytes, at + 1, b'\n'),
            b'.' if is_script && begins_word && !is_quoted && bytes.get(at + 1) == Some(&b' ') => return,
            b'$' => {
                let start = at;
                let is_braced = bytes.get(at + 1) == Some(&b'{');
                let name = name_at(text, at + 1 + usize::from(is_braced));
                at += usize::from(is_braced) + name.len();
                let behind = bytes.get(at + 1).copied().unwrap_or_default();
                let end = at + 1 + usize::from(is_braced && behind == b'}');
                // `${x:-w}` and its like know what to do without a value.
                let is_bare = !is_braced || b"}#%/^,@".contains(&behind);
                if !name.is_empty() && is_bare {
                    tell(Mention::Use, name, start..end);
                } else if bytes.get(at + 1) == Some(&b'$') {
                    at += 1;
                }
            }
            _ if is_word(byte) => {
                let name = name_at(text, at);
                let end = at + name.len().max(1);
                if begins_word && is_script && !is_quoted && !name.is_empty() {
                    if matches!(name, "source" | "eval") {
                        return;
                    }
                    if sets(text, end, name) {
                        tell(Mention::Set, name, at..end);
                    }
                }
                at = end - 1;
            }
            _ => {}
        }
        at += 1;
    }
}

/// The names of the variables in a text, as `$name` or `${name…`, in order.
pub(super) fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').map(|(at, _)| {
        let start = at + 1 + usize::from(text.as_bytes().get(at + 1) == Some(&b'{'));
        name_at(text, start)
    })
}

/// The commands of a script, each as its words without quotes around them.
pub(super) fn commands<'a>(script: &Script<'a>) -> Vec<Vec<&'a str>> {
    let mut out = vec![Vec::new()];
    for line in script.text.split('\n').filter(|_| !script.is_plain) {
        let continues = line.ends_with('\\');
        let line = line.trim_end_matches('\\');
        if line.trim_start().starts_with('#') {
            continue;
        }
        for (index, part) in line.split([';', '&', '|', '(', ')']).enumerate() {
            if index > 0 {
                out.push(Vec::new());
            }
            let Some(command) = out.last_mut() else { continue };
            for word in part.split_whitespace().map(|word| word.trim_matches(['"', '\''])) {
                // What stands before a command does not tell which one it is.
                if !command.is_empty() || !is_prefix(word) {
                    command.push(word);
                }
            }
        }
        if !continues {
            out.push(Vec::new());
        }
    }
    out.retain(|command| !command.is_empty());
    out
}

fn is_prefix(word: &str) -> bool {
    let is_assignment = word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(is_word));
    is_assignment || matches!(word, "sudo" | "exec" | "time" | "if" | "then" | "do" | "else" | "!" | "{" | "env")
}

/// Whether a script sets the variable whose name ends at `end`: `name=…`, but not `name=$name`; or the
/// name as a word, as behind `read` and `for`.
fn sets(text: &str, end: usize, name: &str) -> bool {
    let behind = text.get(end..).unwrap_or_default();
    match behind.strip_prefix('=') {
        Some(value) => {
            let value = value.trim_start_matches('"');
            let used = value.strip_prefix("${").or_else(|| value.strip_prefix('$'));
            used.is_none_or(|used| name_at(used, 0) != name)
        }
        None => behind.starts_with("+=") || behind.is_empty() || behind.starts_with([' ', '\t', '\n', ';']),
    }
}

/// The name of a variable at a place; empty where there is none.
fn name_at(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    let len = rest.bytes().take_while(|&c| is_word(c)).count();
    if rest.starts_with(|c: char| c.is_ascii_digit()) { "" } else { &rest[..len] }
}

fn is_word(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_'
}

/// The next place of a byte; the end where there is none.
fn find(bytes: &[u8], from: usize, wanted: u8) -> usize {
    let found = bytes.get(from..).and_then(|rest| rest.iter().position(|&byte| byte == wanted));
    found.map_or(bytes.len(), |found| from + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str, is_plain: bool) -> Script<'_> {
        Script { text, is_plain, origin: Origin::Argument(TextRange::default()) }
    }

    #[track_caller]
    fn check(text: &str, is_plain: bool, expected: &str) {
        let mut found = Vec::new();
        mentions(&script(text, is_plain), &mut |mention, name, range| match mention {
            Mention::Use => found.push(format!("{}@{}", &text[range.clone()], range.start)),
            Mention::Set if name.starts_with(|c: char| c.is_ascii_uppercase()) => found.push(format!("{name}=")),
            // Any word may be a name.
            Mention::Set => {}
        });
        assert_eq!(found.join(" "), expected, "{text}");
    }

    #[test]
    fn variables_are_found_where_a_shell_replaces_them() {
        check("echo $A-${B} \"$C\" ${D%x}", false, "$A@5 ${B}@8 $C@14 ${D@18");
        check("echo '$A' \\$B \"it's $C\" $$D $1 $(x $E)", false, "$C@20 $E@35");
        check("a # don't $B\nb $C#d", false, "$C@15");
        check("echo ${A:-x} ${A-x} ${A:=x} ${A+x} ${A?}", false, "");
        check("it's $A # and $B", true, "$A@5 $B@14");
    }

    #[test]
    fn variables_that_the_script_sets_are_told() {
        check("A=1 && echo $A", false, "A= $A@12");
        check("A=$A make; B=\"${B}\" make", false, "$A@2 ${B}@14");
        check("read A; for B in x; do echo", false, "A= B=");
        check("make --with-A=1 xA=$A", false, "$A@19");
        check(". /etc/os-release && echo $ID", false, "");
        check("./configure $A && source x && $B", false, "$A@12");
    }

    #[test]
    fn a_script_falls_into_commands() {
        let text = "A=1 sudo npm ci && (cd x; go  'test') | tee y\n# no\nmake \\\n  all";
        let found: Vec<String> = commands(&script(text, false)).iter().map(|words| words.join(" ")).collect();
        assert_eq!(found, ["npm ci", "cd x", "go test", "tee y", "make all"]);
    }
}

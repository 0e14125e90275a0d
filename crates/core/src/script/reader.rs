//! Reads a script for the variables that it uses and sets.
//!
//! Follows the shells' rules for quotes, comments, substitutions, here-documents and the places where a
//! command begins, in one pass and without recursion. Relies on nothing.

mod documents;

use std::ops::Range;

use super::Script;
use documents::Document;

/// What a script does with a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mention {
    /// Its value is put in.
    Use {
        /// The name; empty right behind `$` or `${`.
        name: Range<usize>,
        /// `$name`, `${name}`, or `${name` where something is done with the value.
        whole: Range<usize>,
        /// What is done where it has none.
        without: Without,
    },
    /// The variable of this name gets a value, or may get one.
    Set(Range<usize>),
    /// The script runs what stands elsewhere, which may set any variable.
    Unseen,
}

/// What becomes of a use of a variable that has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Without {
    /// Nothing is put in.
    Nothing,
    /// The script knows what to do, as with `${name:-word}`.
    Known,
    /// The variable gets a value, as with `${name:=word}`.
    Set,
}

/// Tells what a script does with variables, in order.
pub(crate) fn mentions(script: &Script<'_>, tell: &mut dyn FnMut(Mention)) {
    let mut reader = Reader::new(script.text, tell);
    if script.is_plain {
        reader.plain(script.text.len());
    } else {
        reader.script();
    }
}

/// What a part of a script stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// The script itself, `(…)` or `$(…)`.
    Commands,
    /// A pair of backticks.
    Backticks,
    /// Double quotes.
    Quotes,
    /// `${…}`
    Braces,
    /// `$((…))`
    Arithmetic,
}

/// What the next word of a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// An assignment or the command itself.
    Command,
    /// The name of a variable to set, and nothing more.
    Name,
    /// Names of variables to set, with or without values.
    Names,
    /// An option of `printf`.
    Printf,
    /// Nothing that matters.
    Argument,
}

#[derive(Clone, Debug)]
struct Frame {
    within: Within,
    next: Next,
    in_word: bool,
    /// Whether single quotes are ordinary characters.
    is_quoted: bool,
    /// The variable that the word sets, which it does when its value is known.
    sets: Option<Range<usize>>,
}

impl Frame {
    const fn new(within: Within) -> Self {
        Self { within, next: Next::Command, in_word: false, is_quoted: false, sets: None }
    }

    const fn has_commands(&self) -> bool {
        matches!(self.within, Within::Commands | Within::Backticks)
    }
}

struct Reader<'s, 't> {
    text: &'s str,
    at: usize,
    /// Never empty but for the end: what the place is in, the innermost last.
    frames: Vec<Frame>,
    documents: Vec<Document>,
    tell: &'t mut dyn FnMut(Mention),
}

impl<'s, 't> Reader<'s, 't> {
    fn new(text: &'s str, tell: &'t mut dyn FnMut(Mention)) -> Self {
        Self { text, at: 0, frames: vec![Frame::new(Within::Commands)], documents: Vec::new(), tell }
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or_default()
    }

    fn script(&mut self) {
        while self.at < self.text.len() {
            let Some(frame) = self.frames.last() else { break };
            let (within, has_commands, is_quoted) = (frame.within, frame.has_commands(), frame.is_quoted);
            let begins_word = has_commands && !frame.in_word;
            match self.byte(self.at) {
                b'\\' if has_commands && self.byte(self.at + 1) == b'\n' => self.at += 1,
                b'\\' => {
                    self.begin_word();
                    self.at += 1;
                }
                b'\'' if !is_quoted && within != Within::Arithmetic => {
                    self.begin_word();
                    self.at = self.find(self.at + 1, b'\'');
                }
                b'"' if within == Within::Quotes => self.close(),
                b'"' => self.open(Within::Quotes),
                b'`' if within == Within::Backticks => self.close(),
                b'`' => self.open(Within::Backticks),
                b'$' => self.dollar(),
                b'}' if within == Within::Braces => self.close(),
                b')' if within == Within::Arithmetic && self.byte(self.at + 1) == b')' => {
                    self.at += 1;
                    self.close();
                }
                b'#' if begins_word => self.at = self.find(self.at, b'\n') - 1,
                byte if has_commands => self.command(byte),
                byte if within == Within::Arithmetic && is_word(byte) => self.operand(),
                _ => {}
            }
            self.at += 1;
        }
        while !self.frames.is_empty() {
            self.end_word();
            self.frames.pop();
        }
    }

    /// A byte where commands stand.
    fn command(&mut self, byte: u8) {
        match byte {
            b' ' | b'\t' | b'\r' => self.end_word(),
            b';' | b'&' | b'|' => self.end_command(),
            b'\n' => {
                self.end_command();
                self.bodies();
            }
            b'(' => {
                self.end_command();
                let is_arithmetic = self.byte(self.at + 1) == b'(';
                self.at += usize::from(is_arithmetic);
                self.push(if is_arithmetic { Within::Arithmetic } else { Within::Commands });
            }
            b')' => {
                self.end_word();
                // That of a `case` closes nothing.
                if self.frames.len() > 1 && self.frames.last().is_some_and(|frame| frame.within == Within::Commands) {
                    self.close();
                } else {
                    self.end_command();
                }
            }
            b'<' if self.text[self.at..].starts_with("<<<") => {
                self.end_word();
                self.at += 2;
            }
            b'<' if self.byte(self.at + 1) == b'<' => self.document(),
            b'<' | b'>' => self.end_word(),
            _ => {
                if self.frames.last().is_some_and(|frame| !frame.in_word) {
                    self.word();
                }
            }
        }
    }

    /// Quotes or the like begin, as a part of a word.
    fn open(&mut self, within: Within) {
        self.begin_word();
        self.push(within);
    }

    fn push(&mut self, within: Within) {
        let is_quoted = match within {
            Within::Quotes => true,
            Within::Braces => self.frames.last().is_some_and(|frame| frame.is_quoted),
            _ => false,
        };
        self.frames.push(Frame { is_quoted, ..Frame::new(within) });
    }

    fn close(&mut self) {
        self.end_word();
        self.frames.pop();
    }

    /// Notes that there is a word, which is none that means something by itself.
    fn begin_word(&mut self) {
        if let Some(frame) = self.frames.last_mut().filter(|frame| frame.has_commands() && !frame.in_word) {
            frame.in_word = true;
            if !matches!(frame.next, Next::Names) {
                frame.next = Next::Argument;
            }
        }
    }

    fn end_word(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.in_word = false;
            if let Some(name) = frame.sets.take() {
                (self.tell)(Mention::Set(name));
            }
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        if let Some(frame) = self.frames.last_mut() {
            frame.next = Next::Command;
        }
    }

    /// A word begins at the place.
    fn word(&mut self) {
        let (start, rest) = (self.at, &self.text[self.at..]);
        let is_end = |byte: u8| byte.is_ascii_whitespace() || b"\"'`$\\;&|()<>".contains(&byte);
        let word = &rest[..rest.bytes().position(is_end).unwrap_or(rest.len())];
        let name = start..start + name_len(rest);
        let behind = &self.text[name.end..];
        let ends_there = word.len() == name.len();
        let Some(frame) = self.frames.last_mut() else { return };
        frame.in_word = true;
        let is_assignment = !name.is_empty() && (behind.starts_with('=') || behind.starts_with("+="));
        frame.next = match frame.next {
            Next::Command if is_assignment => {
                frame.sets = Some(name);
                Next::Command
            }
            Next::Command => match word {
                "if" | "then" | "elif" | "else" | "while" | "until" | "do" | "!" | "{" | "time" | "exec" | "sudo"
                | "command" | "builtin" | "env" => Next::Command,
                "for" | "select" => Next::Name,
                "read" | "export" | "local" | "readonly" | "declare" | "typeset" | "unset" | "getopts" | "mapfile"
                | "readarray" => Next::Names,
                "printf" => Next::Printf,
                "." | "source" | "eval" => {
                    (self.tell)(Mention::Unseen);
                    Next::Argument
                }
                _ => Next::Argument,
            },
            Next::Name | Next::Names if !name.is_empty() && (ends_there || is_assignment) => {
                frame.sets = Some(name);
                if frame.next == Next::Name { Next::Argument } else { Next::Names }
            }
            Next::Printf if word == "-v" => Next::Name,
            Next::Names => Next::Names,
            _ => Next::Argument,
        };
    }

    /// A `$`, and the name behind it.
    fn dollar(&mut self) {
        self.begin_word();
        let start = self.at;
        if self.text[start..].starts_with("$((") {
            self.at += 2;
            self.push(Within::Arithmetic);
            return;
        }
        match self.byte(start + 1) {
            b'(' => {
                self.at += 1;
                self.push(Within::Commands);
            }
            // The number of the process.
            b'$' => self.at += 1,
            _ => {
                if self.variable() {
                    self.push(Within::Braces);
                }
            }
        }
    }

    /// Tells the variable behind a `$`, and goes to the end of its name; tells whether braces are open.
    fn variable(&mut self) -> bool {
        let start = self.at;
        let is_braced = self.byte(start + 1) == b'{';
        let from = start + 1 + usize::from(is_braced);
        // `${#name}` and `${!name}`
        let from = from + usize::from(is_braced && b"#!".contains(&self.byte(from)) && is_word(self.byte(from + 1)));
        let name = from..from + name_len(self.text.get(from..).unwrap_or_default());
        let behind = self.byte(name.end);
        let closes = is_braced && behind == b'}';
        let without = match behind {
            _ if !is_braced => Without::Nothing,
            b'=' => Without::Set,
            b':' if self.byte(name.end + 1) == b'=' => Without::Set,
            b'}' | b'#' | b'%' | b'/' | b'^' | b',' | b'@' => Without::Nothing,
            _ => Without::Known,
        };
        self.at = (name.end + usize::from(closes)).max(start + 1) - 1;
        (self.tell)(Mention::Use { whole: start..self.at + 1, name, without });
        is_braced && !closes
    }

    /// A name or number where something is worked out.
    fn operand(&mut self) {
        let start = self.at;
        let name = start..start + name_len(&self.text[start..]);
        while is_word(self.byte(self.at + 1)) {
            self.at += 1;
        }
        if !name.is_empty() {
            (self.tell)(Mention::Use { name: name.clone(), whole: name, without: Without::Known });
        }
    }

    /// The next place of a byte; the end where there is none.
    fn find(&self, from: usize, wanted: u8) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        rest.iter().position(|&byte| byte == wanted).map_or(self.text.len(), |found| from + found)
    }
}

/// The length of the name that a text begins with. Shells know letters of ASCII alone.
fn name_len(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        0
    } else {
        text.bytes().take_while(|&byte| is_word(byte)).count()
    }
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests;

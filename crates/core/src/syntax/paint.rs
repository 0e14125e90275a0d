//! Paints the words of an instruction: what each of its bytes is, for highlighting.
//!
//! Relies on the instruction as it was read, and on the [`token`](super::token) canvas.

use crate::text::{TextRange, offset};

use super::ast::{Instruction, InstructionKind, Word};
use super::csv;
use super::instruction::{Args, Split};
use super::lines::LogicalLine;
use super::token::{Canvas, TokenKind};

/// Paints an instruction as it is split, before anything is made of it.
pub(super) fn pieces(canvas: &mut Canvas, source: &str, line: &LogicalLine, split: &Split) {
    paint_split(canvas, line, split);
    paint_quotes(canvas, source, line.range(split.args_range.clone()));
}

/// Paints what the pieces of an instruction mean, and the here-documents it opens. `args` is the place of its
/// arguments.
pub(super) fn instruction(
    canvas: &mut Canvas,
    source: &str,
    line: &LogicalLine,
    is_known: bool,
    args: TextRange,
    it: &Instruction,
) {
    match &it.kind {
        InstructionKind::From(from) => {
            canvas.paint(from.base.range, TokenKind::Reference);
            if let (Some(as_word), Some(name)) = (&from.as_word, &from.name) {
                canvas.paint(as_word.range, TokenKind::Keyword);
                canvas.paint(name.range, TokenKind::StageName);
            }
        }
        InstructionKind::Arg(definitions) => {
            for definition in definitions {
                canvas.paint(definition.name.range, TokenKind::Name);
                operator_before(canvas, source, definition.default.as_ref());
            }
        }
        InstructionKind::Env(pairs) | InstructionKind::Label(pairs) => {
            for pair in pairs {
                canvas.paint(pair.key.range, TokenKind::Name);
                operator_before(canvas, source, Some(&pair.value).filter(|_| !pair.legacy));
            }
        }
        InstructionKind::Invalid if !is_known => canvas.paint(it.keyword.range, TokenKind::Invalid),
        _ => {}
    }
    paint_variables(canvas, source, args);
    for heredoc in &it.heredocs {
        canvas.paint(heredoc.opening, TokenKind::HeredocDelimiter);
        canvas.paint(heredoc.body, TokenKind::HeredocBody);
        let is_file = matches!(it.kind, InstructionKind::Copy(_) | InstructionKind::Add(_));
        if heredoc.expand && is_file {
            paint_variables(canvas, source, heredoc.body);
        }
    }
    for &continuation in &line.continuations {
        canvas.paint(continuation, TokenKind::Continuation);
    }
    for &comment in &line.comments {
        canvas.paint(comment, TokenKind::Comment);
    }
}

/// The keyword and the flags, and those of the instruction behind ONBUILD.
fn paint_split(canvas: &mut Canvas, line: &LogicalLine, split: &Split) {
    canvas.paint(split.keyword.range, TokenKind::Keyword);
    for flag in &split.flags {
        let Some(value) = &flag.value else {
            canvas.paint(flag.range, TokenKind::Flag);
            continue;
        };
        let equals = value.range.start.saturating_sub(1);
        canvas.paint(TextRange::new(flag.range.start, equals), TokenKind::Flag);
        canvas.paint(TextRange::new(equals, value.range.start), TokenKind::Operator);
        match flag.name.text.as_str() {
            "from" | "platform" => canvas.paint(value.range, TokenKind::Reference),
            "mount" => {
                for from in mount_sources(value) {
                    canvas.paint(from.range, TokenKind::Reference);
                }
            }
            _ => {}
        }
    }
    if split.is_json || matches!(&split.args, Some(Args::Command(command)) if command.exec) {
        canvas.paint(line.range(split.args_range.clone()), TokenKind::Punctuation);
    }
    if let Some(Args::Instruction(Some(inner))) = &split.args {
        paint_split(canvas, line, inner);
    }
}

/// The values of `from` in a mount, with their places.
pub(super) fn mount_sources(value: &Word) -> Vec<Word> {
    let fields = csv::fields(&value.text).unwrap_or_default();
    let source = |field: csv::Field<'_>| {
        let (key, from) = field.text.split_once('=')?;
        let place = value.part(field.range.start + key.len() + 1..field.range.end);
        key.eq_ignore_ascii_case("from").then(|| Word { text: from.to_owned(), range: place })
    };
    fields.into_iter().filter_map(source).collect()
}

fn operator_before(canvas: &mut Canvas, source: &str, value: Option<&Word>) {
    let Some(value) = value else { return };
    let before = TextRange::new(value.range.start.saturating_sub(1), value.range.start);
    if before.of(source) == "=" {
        canvas.paint(before, TokenKind::Operator);
    }
}

fn paint_quotes(canvas: &mut Canvas, source: &str, range: TextRange) {
    let mut open: Option<(u8, usize)> = None;
    let mut bytes = range.of(source).bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (open, byte) {
            (None | Some((b'"', _)), b'\\') => {
                bytes.next();
            }
            (None, b'"' | b'\'') => open = Some((byte, at)),
            (Some((quote, start)), _) if byte == quote => {
                let place = TextRange::new(range.start + offset(start), range.start + offset(at + 1));
                canvas.paint(place, TokenKind::String);
                open = None;
            }
            _ => {}
        }
    }
}

/// Paints `$NAME` and `${NAME…}` outside single quotes.
fn paint_variables(canvas: &mut Canvas, source: &str, range: TextRange) {
    for variable in variables(range.of(source)) {
        let at = |index: usize| range.start + offset(index);
        canvas.paint(TextRange::new(at(variable.start), at(variable.end)), TokenKind::Variable);
    }
}

/// The places of variables in a text.
fn variables(text: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut found = Vec::new();
    let mut at = 0;
    let mut in_single = false;
    let mut in_double = false;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if !in_single => at += 1,
            b'\'' if !in_double => in_single = !in_single,
            b'"' if !in_single => in_double = !in_double,
            b'$' if !in_single => {
                let end = match bytes.get(at + 1) {
                    Some(b'{') => closing_brace(bytes, at + 2),
                    _ => at + 1 + bytes[at + 1..].iter().take_while(|byte| is_name(byte)).count(),
                };
                if end > at + 1 {
                    found.push(at..end);
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The offset behind the brace that closes a substitution; the end of its line where none does.
fn closing_brace(bytes: &[u8], from: usize) -> usize {
    let mut depth = 1;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            b'\n' => return at,
            _ => {}
        }
    }
    bytes.len()
}

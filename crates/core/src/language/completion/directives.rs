//! Items for parser directives, on top of the file, and for `# check=` above an instruction.
//!
//! Relies on the table of [`mounts`](crate::language::mounts), and on the [`checks`](crate::checks) for
//! the names of rules.

use crate::checks::RULES;
use crate::text::{TextRange, offset};

use super::super::Document;
use super::super::mounts::DIRECTIVES;
use super::{Completion, Item, ItemKind, SWITCH, offer};

/// Items for a line that begins with `#`.
pub(super) fn complete(document: &Document<'_>, line: TextRange, at: u32) -> Completion {
    let whole = line.of(document.source());
    let mut out = Completion { range: TextRange::new(at, at), items: Vec::new() };
    let Some(hash) = whole.find('#').map(|hash| line.start + offset(hash) + 1).filter(|&hash| hash <= at) else {
        return out;
    };
    let typed = TextRange::new(hash, at).of(document.source());
    let is_top = is_top(document, at);
    let Some((name, value)) = typed.split_once('=') else {
        if is_top {
            names(document, line, at, typed, &mut out);
        }
        return out;
    };
    let name = name.trim();
    let value = value.trim_start();
    if name.eq_ignore_ascii_case("check") {
        let piece = check(value, is_top, &mut out.items);
        out.range.start = at - offset(piece);
    } else if let Some(facts) = DIRECTIVES.iter().find(|it| is_top && it.name.eq_ignore_ascii_case(name)) {
        offer(&mut out.items, ItemKind::Value, facts.values);
        out.range.start = at - offset(value.len());
        out.range.end = line.start + offset(whole.trim_end().len()).max(at - line.start);
    }
    out
}

/// Whether a line stands where parser directives are read.
fn is_top(document: &Document<'_>, at: u32) -> bool {
    let line = document.line_of(at);
    let directives = &document.analysis.syntax.directives;
    offset(directives.iter().filter(|directive| directive.line < line).count()) + 1 == line
}

/// Items for the name of a directive.
fn names(document: &Document<'_>, line: TextRange, at: u32, typed: &str, out: &mut Completion) {
    let word = typed.trim_start();
    if word.contains(|c: char| !c.is_ascii_alphabetic()) {
        return;
    }
    let behind = TextRange::new(at, line.end).of(document.source());
    let rest = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let has_value = behind[rest..].trim_start().starts_with('=');
    out.range = TextRange::new(at - offset(word.len()), at + offset(if word.is_empty() { 0 } else { rest }));
    let blank = if typed.is_empty() { " " } else { "" };
    let own_line = document.line_of(at);
    let is_free =
        |name: &str| !document.analysis.syntax.directives.iter().any(|it| it.name == name && it.line != own_line);
    for facts in DIRECTIVES.iter().filter(|facts| is_free(facts.name)) {
        let equals = if has_value { "" } else { "=" };
        let item = Item::new(ItemKind::Directive, facts.name, facts.about);
        out.items.push(item.inserting(format!("{blank}{}{equals}", facts.name)));
    }
}

/// Items for the options of `# check=`; and how many of the last bytes of `value` they replace.
fn check(value: &str, is_top: bool, items: &mut Vec<Item>) -> usize {
    let option = value.rsplit(';').next().unwrap_or_default();
    let Some((key, rules)) = option.split_once('=') else {
        let options = [
            ("skip=", "checks to leave out"),
            ("experimental=", "experimental checks to make"),
            ("error=true", "findings stop the build"),
        ];
        offer(items, ItemKind::Directive, if is_top { &options } else { &options[..2] });
        return option.len();
    };
    match key.trim() {
        "skip" | "experimental" => {
            offer(items, ItemKind::Rule, &[("all", "every check")]);
            items.extend(RULES.iter().map(|rule| Item::new(ItemKind::Rule, rule.id.0, rule.help)));
            rules.rsplit(',').next().unwrap_or_default().trim_start().len()
        }
        "error" => {
            offer(items, ItemKind::Value, SWITCH);
            rules.len()
        }
        _ => 0,
    }
}

/// A directive for the empty first line of a file.
pub(super) fn first_line(document: &Document<'_>, at: u32, items: &mut Vec<Item>) {
    let has_syntax = document.analysis.syntax.directives.iter().any(|directive| directive.name == "syntax");
    if document.line_of(at) == 1 && !has_syntax {
        items.push(Item::new(ItemKind::Directive, "# syntax=docker/dockerfile:1", DIRECTIVES[0].about));
    }
}

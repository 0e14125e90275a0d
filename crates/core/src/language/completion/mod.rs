//! What can be put in at a place.
//!
//! Items are not chosen by what is typed already: editors do that, each in its own way. Works in
//! unfinished lines, which is when it is asked. Relies on [`line`](super::line) for the line of the
//! place, and on the files beside this one for the items.

mod directives;
mod mount;
mod names;
mod place;
mod words;

use std::ops::Range;

use crate::script::{Mention, Script, mentions};
use crate::syntax::{InstructionId, Keyword, Quotes, name_len, references};
use crate::text::TextRange;

use super::Document;
use super::instructions::flag_of;
use super::line::{Inside, Line, line_at};
use place::{Place, PlacePart, place_at};

/// What can be put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// What is replaced: it holds the place, is on its line, and may be empty.
    pub range: TextRange,
    /// The items, the likeliest kinds first.
    pub items: Vec<Item>,
}

/// Something to put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and compared with what is typed.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// A few words about it; empty where there is nothing to say.
    pub detail: String,
    /// What is put in.
    pub insert: String,
}

/// The kinds of what can be put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// An instruction, or a word such as AS.
    Keyword,
    /// A flag, or an option of a mount.
    Flag,
    /// A value of a flag or option.
    Value,
    /// A stage, by name or number.
    Stage,
    /// An image.
    Image,
    /// A variable.
    Variable,
    /// A parser directive.
    Directive,
    /// A build check.
    Rule,
}

impl ItemKind {
    /// Its name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Flag => "flag",
            Self::Value => "value",
            Self::Stage => "stage",
            Self::Image => "image",
            Self::Variable => "variable",
            Self::Directive => "directive",
            Self::Rule => "rule",
        }
    }
}

/// What can be put in at `at`. Nothing in comments and here-documents.
#[must_use]
pub fn completion(document: &Document<'_>, at: u32) -> Completion {
    let at = document.floor(at);
    let mut out = match line_at(document, at) {
        Line::Comment(line) => directives::complete(document, line, at),
        Line::Heredoc(..) => Completion::default(),
        Line::Blank => {
            let mut items = Vec::new();
            let before = document.source()[..at as usize].rsplit('\n').next().unwrap_or_default();
            if before.trim_start_matches('\u{feff}').trim_start_matches([' ', '\t']).is_empty() {
                words::keywords(document, at, &mut items);
                directives::first_line(document, at, &mut items);
            }
            Completion { range: TextRange::new(at, at), items }
        }
        Line::Instruction(inside) => instruction(document, &inside, at),
    };
    let holds = out.range.touches(at) && !out.range.of(document.source()).contains('\n');
    if !holds || out.items.is_empty() {
        out = Completion { range: TextRange::new(at, at), items: Vec::new() };
    }
    out
}

/// The instruction that a place is in, as far as it is there.
struct Site<'a> {
    document: &'a Document<'a>,
    id: InstructionId,
    text: &'a str,
    at: usize,
    /// The place in the source.
    offset: u32,
    place: Place<'a>,
}

impl Site<'_> {
    /// What is typed of the word that the place is in.
    fn typed(&self) -> &str {
        &self.text[self.place.word.start.min(self.at)..self.at]
    }
}

fn instruction(document: &Document<'_>, inside: &Inside<'_>, at: u32) -> Completion {
    let text = inside.joined.text();
    let place = place_at(text, inside.at);
    let site = Site { document, id: inside.id, text, at: inside.at, offset: at, place };
    let mut items = Vec::new();
    let word = variable(&site, &mut items).unwrap_or_else(|| other(&site, &mut items));
    let mut range = inside.joined.range(word.clone());
    if word.is_empty() || range.start > at {
        range = TextRange::new(at, at);
    }
    Completion { range: range.cover(TextRange::new(at, at)), items }
}

/// Items for a variable, where the place is in one; and what of the text they replace.
fn variable(site: &Site<'_>, items: &mut Vec<Item>) -> Option<Range<usize>> {
    let scope = names::scope_of(&site.place)?;
    let before = site.text.get(site.place.start..site.at)?;
    let name = match (&site.place.part, scope) {
        (PlacePart::Argument(_), names::Scope::Command | names::Scope::Container) => {
            let mut last = None;
            mentions(&Script::typed(before), &mut |mention| {
                if let Mention::Use { name, .. } = mention {
                    last = Some(name);
                }
            });
            last
        }
        (part, _) => {
            let quotes = if matches!(part, PlacePart::FlagValue(_)) { Quotes::Plain } else { Quotes::Count };
            references(before, site.document.analysis.syntax.escape(), quotes).pop().map(|last| last.name)
        }
    };
    let name = name.filter(|name| name.end == before.len())?;
    let is_braced = before[..name.start].ends_with("${");
    let start = site.place.start + name.start;
    let behind = &site.text[site.at..];
    let end = site.at + if name.is_empty() { 0 } else { name_len(&format!("a{behind}")) - 1 };
    let closes = is_braced && !site.text[end..].starts_with(['}', ':', '-', '+', '?', '#', '%', '/']);
    names::variables(site.document, site.id, scope, if closes { "}" } else { "" }, items);
    Some(start..end)
}

/// Items for any other word; and what of the text they replace.
fn other(site: &Site<'_>, items: &mut Vec<Item>) -> Range<usize> {
    let place = &site.place;
    let keyword = place.keyword;
    match (&place.part, keyword) {
        (PlacePart::Keyword, _) if place.is_trigger => words::triggers(site.document, items),
        (PlacePart::Keyword, _) => words::keywords(site.document, site.offset, items),
        (_, None) => {}
        (PlacePart::Flag, Some(keyword)) => words::flags(site, keyword, items),
        (PlacePart::FlagValue("mount"), Some(Keyword::Run)) => return mount::complete(site, items),
        (PlacePart::FlagValue(name), Some(keyword)) => flag_value(site, keyword, name, items),
        (PlacePart::Argument(index), Some(keyword)) => return words::arguments(site, keyword, *index, items),
    }
    place.word.clone()
}

fn flag_value(site: &Site<'_>, keyword: Keyword, name: &str, items: &mut Vec<Item>) {
    match (keyword, name) {
        (Keyword::Copy, "from") => {
            names::stages(site.document, site.id, names::By::Copy, items);
            names::images(site.document, site.offset, items);
        }
        (Keyword::From, "platform") => words::platforms(items),
        _ => {
            let Some(facts) = flag_of(keyword, name) else { return };
            let values = if facts.value.is_empty() { SWITCH } else { facts.values };
            offer(items, ItemKind::Value, values);
        }
    }
}

/// What a switch can be.
const SWITCH: &[(&str, &str)] = &[("true", ""), ("false", "")];

/// Adds items of one kind, each with what it is about.
fn offer(items: &mut Vec<Item>, kind: ItemKind, values: &[(&str, &str)]) {
    for (value, about) in values {
        items.push(Item::new(kind, value, about));
    }
}

/// Adds items of one kind that speak for themselves.
fn offer_names(items: &mut Vec<Item>, kind: ItemKind, names: &[&str]) {
    for name in names {
        items.push(Item::new(kind, name, ""));
    }
}

impl Item {
    /// An item that is put in as it is shown.
    fn new(kind: ItemKind, label: &str, detail: &str) -> Self {
        Self { label: label.to_owned(), kind, detail: detail.to_owned(), insert: label.to_owned() }
    }

    /// The same with another text to put in.
    fn inserting(self, insert: String) -> Self {
        Self { insert, ..self }
    }
}

//! What stands at a place, told in a few words.
//!
//! Values, not markup: whoever shows them chooses how. Relies on [`line`](super::line) for the line of
//! the place; stages, images and variables have files of their own.

mod image;
mod stage;
mod variable;

use crate::syntax::{Directive, Flag, Heredoc, InstructionKind, Keyword, Word};
use crate::text::{TextRange, offset};

use super::Document;
use super::instructions::{FLAGS, FlagFacts, facts_of, flag_of};
use super::line::{Inside, Line, line_at};
use super::mounts::{DIRECTIVES, MOUNT_TYPES, MountFacts, mount_option};
use super::references::Said;
use super::stages::{Named, mentions, mount_options};
use super::subject::{stage_at, variable_at};

/// What there is to say about a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hover {
    /// The text that it is about.
    pub range: TextRange,
    /// What it is, in a word or two.
    pub title: String,
    /// A form or value in Dockerfile text; empty where there is none.
    pub code: String,
    /// Whole sentences, a paragraph each.
    pub paragraphs: Vec<String>,
    /// A table.
    pub parts: Vec<Part>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is about.
    pub name: String,
    /// What there is to say about it.
    pub value: String,
}

impl Hover {
    fn new(range: TextRange, title: impl Into<String>) -> Self {
        Self { range, title: title.into(), ..Self::default() }
    }

    fn say(&mut self, sentence: impl Into<String>) {
        self.paragraphs.push(sentence.into());
    }

    fn part(&mut self, name: &str, value: impl Into<String>) {
        self.parts.push(Part { name: name.to_owned(), value: value.into() });
    }
}

/// What stands at `at`; none where there is nothing to say.
#[must_use]
pub fn hover(document: &Document<'_>, at: u32) -> Option<Hover> {
    let at = document.floor(at);
    match line_at(document, at) {
        Line::Comment(line) => directive(document, line, at),
        Line::Heredoc(it, index) => {
            variable_at(document, at).and_then(|(name, range)| variable::hover(document, &name, range)).or_else(|| {
                let heredoc = it.heredocs.get(index).filter(|heredoc| heredoc.body.end <= at)?;
                // Behind `<<-` it may be indented.
                let line = document.source().get(heredoc.body.end as usize..).unwrap_or_default();
                let n_tabs = line.len() - line.trim_start_matches('\t').len();
                let end = heredoc.body.end + offset(n_tabs + heredoc.name.len());
                here_document(heredoc, TextRange::new(heredoc.body.end, end), Said::trigger(it))
            })
        }
        Line::Instruction(inside) => instruction(document, &inside, at),
        Line::Blank => None,
    }
}

fn directive(document: &Document<'_>, line: TextRange, at: u32) -> Option<Hover> {
    let number = document.line_of(at);
    let is_it = |it: &&Directive| it.line == number;
    let found = document.analysis.syntax.directives.iter().find(is_it)?;
    let facts = DIRECTIVES.iter().find(|facts| facts.name == found.name)?;
    let text = line.of(document.source());
    let start = line.start + offset(text.len() - text.trim_start_matches('\u{feff}').len());
    let range = TextRange::new(start, line.start + offset(text.trim_end().len()));
    range.touches(at).then(|| of_facts(facts, range, "parser directive"))
}

fn of_facts(facts: &MountFacts, range: TextRange, what: &str) -> Hover {
    let mut out = Hover::new(range, format!("{} ({what})", facts.name));
    out.code = if facts.value.is_empty() { facts.name.into() } else { format!("{}={}", facts.name, facts.value) };
    out.say(facts.about);
    for (value, about) in facts.values.iter().filter(|(_, about)| !about.is_empty()) {
        out.part(value, *about);
    }
    if !facts.aliases.is_empty() {
        out.part("also called", facts.aliases.join(", "));
    }
    if !facts.types.is_empty() {
        out.part("for", facts.types.join(", "));
    }
    if !facts.since.is_empty() {
        out.part("since", format!("Dockerfile {}", facts.since));
    }
    out
}

fn instruction(document: &Document<'_>, inside: &Inside<'_>, at: u32) -> Option<Hover> {
    let it = inside.it;
    if let Some(hover) = variable_at(document, at).and_then(|(name, range)| variable::hover(document, &name, range)) {
        return Some(hover);
    }
    if let Some(hover) = keyword(&it.keyword, at) {
        return Some(hover);
    }
    let said = Said::trigger(it);
    let own = match &it.kind {
        InstructionKind::Onbuild(onbuild) => &onbuild.trigger,
        _ => &it.keyword,
    };
    if let Some(hover) = keyword(own, at) {
        return Some(hover);
    }
    if let Some((stage, range)) = stage_at(document, at) {
        return stage::hover(document, stage, range);
    }
    let mention = mentions(document).into_iter().find(|mention| mention.word.range.touches(at));
    if let Some(mention) = mention {
        return match mention.named {
            Named::Image(reference) => Some(image::hover(document, reference, &mention)),
            Named::Scratch => {
                let mut out = Hover::new(mention.word.range, "scratch");
                out.say("Nothing: an empty stage without a single file.");
                Some(out)
            }
            Named::Stage(_) => None,
        };
    }
    let keyword = Keyword::parse(&own.text)?;
    let flag = said.flags.iter().find(|flag| flag.range.touches(at));
    flag.and_then(|flag| self::flag(keyword, flag, at)).or_else(|| {
        let heredoc = it.heredocs.iter().find(|heredoc| heredoc.opening.touches(at))?;
        here_document(heredoc, heredoc.opening, said)
    })
}

fn keyword(word: &Word, at: u32) -> Option<Hover> {
    let facts = facts_of(Keyword::parse(&word.text).filter(|_| word.range.touches(at))?)?;
    let mut out = Hover::new(word.range, facts.keyword.name());
    out.code = facts.form.to_owned();
    out.say(facts.about);
    facts.notes.iter().for_each(|&note| out.say(note));
    for flag in FLAGS.iter().filter(|flag| flag.of.contains(&facts.keyword)) {
        let since = if flag.since.is_empty() { String::new() } else { format!(" (since {})", flag.since) };
        out.part(&form_of(flag), format!("{}{since}", flag.about));
    }
    Some(out)
}

fn form_of(facts: &FlagFacts) -> String {
    let equals = if facts.value.is_empty() { "" } else { "=" };
    format!("--{}{equals}{}", facts.name, facts.value)
}

fn flag(keyword: Keyword, flag: &Flag, at: u32) -> Option<Hover> {
    if let Some(value) = flag.value.as_ref().filter(|value| value.range.touches(at) && flag.name.text == "mount") {
        return mount(value, at);
    }
    let facts = flag_of(keyword, &flag.name.text)?;
    let mut out = Hover::new(flag.range, format!("{} --{}", keyword.name(), facts.name));
    out.code = form_of(facts);
    out.say(facts.about);
    for (value, about) in facts.values {
        out.part(value, *about);
    }
    if !facts.since.is_empty() {
        out.part("since", format!("Dockerfile {}", facts.since));
    }
    Some(out)
}

fn mount(value: &Word, at: u32) -> Option<Hover> {
    let options = mount_options(value);
    let is_at = |word: &Word| word.range.touches(at);
    let option = options.iter().find(|it| is_at(&it.key) || it.value.as_ref().is_some_and(is_at))?;
    let range = option.value.as_ref().map_or(option.key.range, |value| option.key.range.cover(value.range));
    let facts = mount_option(&option.key.text)?;
    let kind = option.value.as_ref().filter(|kind| facts.name == "type" && is_at(kind));
    if let Some(kind) = kind.and_then(|kind| MOUNT_TYPES.iter().find(|it| it.name.eq_ignore_ascii_case(&kind.text))) {
        return Some(of_facts(kind, range, "mount"));
    }
    Some(of_facts(facts, range, "option of a mount"))
}

fn here_document(heredoc: &Heredoc, range: TextRange, said: Said<'_>) -> Option<Hover> {
    let mut out = Hover::new(range, format!("here-document {}", heredoc.name));
    match said.kind {
        InstructionKind::Run(_) if heredoc.content.starts_with("#!") => {
            out.say("A script: the program in its first line runs it.");
        }
        InstructionKind::Run(_) => out.say("Lines for the shell, which replaces variables in them."),
        InstructionKind::Copy(_) | InstructionKind::Add(_) => {
            out.say(format!("A file of the name {} with these lines.", heredoc.name));
            out.say(if heredoc.expand {
                "Variables in it are replaced; they would not be with quotes around the delimiter."
            } else {
                "Variables in it are kept as they are, because the delimiter is in quotes."
            });
        }
        _ => return None,
    }
    if heredoc.chomp {
        out.say("Tabs at the start of its lines are taken away.");
    }
    out.part("lines", heredoc.content.lines().count().to_string());
    Some(out)
}

//! Gives the thing at a place another name, everywhere.
//!
//! The edits are tried before they are handed out: what [`analyze`] makes of the new text has to hang
//! together as before. Relies on [`uses`](super::uses) for the places.

use std::fmt;

use crate::analysis::{Analysis, Request, analyze};
use crate::diagnostic::Severity;
use crate::graph::{EdgeKind, NodeKind, StageGraph};
use crate::resolve::{Base, StageId};
use crate::sorting::sort_by_key;
use crate::syntax::{InstructionId, TokenKind, name_len};
use crate::text::{TextEdit, TextRange, apply, offset};

use super::Document;
use super::line::instruction_before;
use super::predefined::predefined;
use super::scopes::{Declared, Scopes};
use super::stages::{Named, Naming, mentions};
use super::subject::{Subject, subject_at};
use super::uses::Places;

/// What a new name asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rename {
    /// The edits of the text, in its order.
    pub edits: Vec<TextEdit>,
    /// The new `--target`, where the stage was asked for by its name.
    pub target: Option<String>,
    /// The name of a build arg that was given, and has to be given under the new name as well.
    pub build_arg: Option<String>,
}

/// Why something cannot get a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenameError {
    /// Nothing that has a name stands there, or it is declared outside the file.
    NoName,
    /// The stage has no name, so that it can only be counted.
    NoStageName,
    /// The new name is none for a stage.
    InvalidStage,
    /// The new name is none for a variable.
    InvalidVariable,
    /// BuildKit gives this name a meaning of its own.
    Reserved(String),
    /// Something else has the new name, in this line.
    Taken(u32),
    /// The name is not written out in this line, but made of variables.
    MadeOfVariables(u32),
    /// The shell of the RUN in this line sets a variable of this name by itself.
    SetByShell(u32),
    /// With the new name the file would mean something else.
    ChangesMeaning,
}

impl fmt::Display for RenameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => f.write_str("nothing that this file names stands here"),
            Self::NoStageName => f.write_str("the stage has no name: give it one with AS first"),
            Self::InvalidStage => f.write_str(
                "the name of a stage begins with a letter and goes on with letters, digits, `-`, `_` and `.`",
            ),
            Self::InvalidVariable => f.write_str(
                "the name of a variable begins with a letter or `_` and goes on with letters, digits and `_`",
            ),
            Self::Reserved(name) => write!(f, "{name} means something to BuildKit"),
            Self::Taken(line) => write!(f, "line {line} has something of that name already"),
            Self::MadeOfVariables(line) => write!(f, "line {line} puts the name together from variables"),
            Self::SetByShell(line) => write!(f, "the command in line {line} sets a variable of that name by itself"),
            Self::ChangesMeaning => f.write_str("with that name the file would mean something else"),
        }
    }
}

impl std::error::Error for RenameError {}

/// Gives the stage, argument or variable at `at` the name `new`.
///
/// # Errors
/// Where there is nothing to rename, the name is not valid, or something would mean another thing with
/// it.
pub fn rename(document: &Document<'_>, at: u32, new: &str) -> Result<Rename, RenameError> {
    let at = document.floor(at);
    let mut out = match subject_at(document, at).ok_or(RenameError::NoName)? {
        Subject::Stage(stage, _) => stage_edits(document, stage, new)?,
        Subject::Variable(name, range) => variable_edits(document, &name, range, new)?,
    };
    sort_by_key(&mut out.edits, |edit| edit.range);
    // One comment may tell about two declarations of one line.
    out.edits.dedup();
    let request = renamed(document.request, &out, new);
    if means_the_same(document, &request) { Ok(out) } else { Err(RenameError::ChangesMeaning) }
}

fn stage_edits(document: &Document<'_>, id: StageId, new: &str) -> Result<Rename, RenameError> {
    let stages = &document.analysis.resolved.stages;
    let stage = document.analysis.resolved.stage(id).ok_or(RenameError::NoName)?;
    let name = stage.name.as_ref().ok_or(RenameError::NoStageName)?;
    let label = new.to_ascii_lowercase();
    let is_rest = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.');
    if !label.starts_with(|c: char| c.is_ascii_lowercase()) || !label.chars().all(is_rest) {
        return Err(RenameError::InvalidStage);
    }
    if label == "scratch" || label == "context" {
        return Err(RenameError::Reserved(label));
    }
    let same = |other: &&crate::resolve::Stage| {
        other.id != id && other.name.as_ref().is_some_and(|other| other.text.eq_ignore_ascii_case(&label))
    };
    if let Some(other) = stages.iter().find(same) {
        return Err(RenameError::Taken(document.line_of(other.range_of_from().start)));
    }
    let edit = |range, text: &str| TextEdit { range, text: text.to_owned() };
    let mut edits = vec![edit(name.range, new)];
    for mention in mentions(document).into_iter().filter(|mention| mention.named == Named::Stage(id)) {
        let word = &mention.word;
        if word.text.eq_ignore_ascii_case(&stage.label) {
            // FROM alone minds the letter case.
            edits.push(edit(word.range, if mention.by == Naming::From { &label } else { new }));
        } else if mention.by == Naming::From {
            return Err(RenameError::MadeOfVariables(document.line_of(word.range.start)));
        }
    }
    edits.extend(comment_edit(document, stage.from, &stage.label, &label));
    let target = document.request.target.as_deref().filter(|target| target.eq_ignore_ascii_case(&stage.label));
    Ok(Rename { edits, target: target.map(|_| new.to_owned()), build_arg: None })
}

fn variable_edits(document: &Document<'_>, name: &str, range: TextRange, new: &str) -> Result<Rename, RenameError> {
    if !new.is_ascii() || new.is_empty() || name_len(new) != new.len() {
        return Err(RenameError::InvalidVariable);
    }
    if name_len(name) != name.len() {
        return Err(RenameError::NoName);
    }
    if let Some(known) = predefined(name).or_else(|| predefined(new)) {
        return Err(RenameError::Reserved(known.name.to_owned()));
    }
    let scopes = Scopes::of(document, name);
    let places = Places::of(&scopes, range);
    if places.declarations.is_empty() {
        return Err(RenameError::NoName);
    }
    if new != name {
        check_free(document, &places, new)?;
    }
    let mut edits = Vec::new();
    for declaration in &places.declarations {
        if !declaration.is_written {
            return Err(RenameError::MadeOfVariables(document.line_of(declaration.range.start)));
        }
        edits.push(TextEdit { range: declaration.range, text: new.to_owned() });
        if declaration.by != Declared::Env
            && let Some((id, _)) = instruction_before(document, declaration.range.start)
        {
            edits.extend(comment_edit(document, id, name, new));
        }
    }
    for reading in &places.readings {
        if reading.is_set_by_shell {
            return Err(RenameError::SetByShell(document.line_of(reading.range.start)));
        }
        edits.push(TextEdit { range: reading.range, text: new.to_owned() });
    }
    let is_arg = places.declarations.iter().any(|declaration| declaration.by != Declared::Env);
    let is_given = is_arg && new != name && document.request.build_args.contains_key(name);
    Ok(Rename { edits, target: None, build_arg: is_given.then(|| name.to_owned()) })
}

/// The edit of a comment that tells what an instruction is about, as `# name description`.
fn comment_edit(document: &Document<'_>, id: InstructionId, name: &str, new: &str) -> Option<TextEdit> {
    let syntax = &document.analysis.syntax;
    let start = syntax.instruction(id)?.range.start;
    let above = id.0.checked_sub(1).and_then(|above| syntax.instruction(InstructionId(above)));
    let above = above.map_or(0, |above| above.range.end);
    let first = syntax.tokens.partition_point(|token| token.range.start < above);
    let mut found = None;
    for token in syntax.tokens.iter().skip(first).take_while(|token| token.range.end <= start) {
        let text = token.range.of(document.source());
        let Some(comment) = text.trim_start().strip_prefix('#').filter(|_| token.kind == TokenKind::Comment) else {
            continue;
        };
        let comment = comment.trim_start();
        if comment.is_empty() {
            // What stands above an empty comment is about something else.
            found = None;
        } else if found.is_none() && comment.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')) {
            let at = token.range.end - offset(comment.len());
            found = Some(TextEdit { range: TextRange::new(at, at + offset(name.len())), text: new.to_owned() });
        }
    }
    found
}

/// Checks that nothing near has the name already.
fn check_free(document: &Document<'_>, places: &Places<'_>, new: &str) -> Result<(), RenameError> {
    let stages = &document.analysis.resolved.stages;
    let has_arg = places.declarations.iter().any(|declaration| declaration.by != Declared::Env);
    let own = places.declarations.iter().map(|it| it.stage).chain(places.readings.iter().map(|it| it.stage));
    let mut above = vec![false; stages.len()];
    let mut is_global = has_arg;
    for stage in own {
        match stage.map(|stage| stage.0 as usize) {
            Some(stage) => above[stage] = true,
            None => is_global = true,
        }
    }
    // What the stages start from, and what starts from them, which is further down.
    let mut below = above.clone();
    let base_of = |index: usize| match stages[index].base {
        Base::Stage(base) => base.0 as usize,
        _ => index,
    };
    for index in 0..stages.len() {
        below[index] |= below[base_of(index)];
    }
    for index in (0..stages.len()).rev() {
        above[base_of(index)] |= above[index];
    }
    let is_near =
        |stage: Option<StageId>| stage.map_or(is_global, |stage| above[stage.0 as usize] || below[stage.0 as usize]);
    let scopes = Scopes::of(document, new);
    let declared = scopes.declarations.iter().find(|it| is_near(it.stage)).map(|it| it.range);
    let read = scopes.readings.iter().find(|it| is_near(it.stage)).map(|it| it.range);
    match declared.or(read) {
        Some(range) => Err(RenameError::Taken(document.line_of(range.start))),
        None if has_arg && document.request.build_args.contains_key(new) => Err(RenameError::ChangesMeaning),
        None => Ok(()),
    }
}

/// The request with the new name in it.
fn renamed(request: &Request, rename: &Rename, new: &str) -> Request {
    let mut out = Request { source: apply(&request.source, &rename.edits), ..request.clone() };
    if let Some(target) = &rename.target {
        out.target = Some(target.clone());
    }
    if let Some(value) = rename.build_arg.as_ref().and_then(|name| request.build_args.get(name)) {
        out.build_args.insert(new.to_owned(), value.clone());
    }
    out
}

/// Whether a request hangs together as the document does.
fn means_the_same(document: &Document<'_>, request: &Request) -> bool {
    let (before, after) = (document.analysis, &analyze(request));
    let errors = |analysis: &Analysis| {
        analysis.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    };
    errors(before) == errors(after)
        && (before.graph.target, &before.graph.reach) == (after.graph.target, &after.graph.reach)
        && nodes(&before.graph).eq(nodes(&after.graph))
        && edges(&before.graph).eq(edges(&after.graph))
}

fn nodes(graph: &StageGraph) -> impl Iterator<Item = &NodeKind> {
    graph.nodes.iter().map(|node| &node.kind)
}

fn edges(graph: &StageGraph) -> impl Iterator<Item = (u32, u32, EdgeKind, Option<u32>, &[String])> {
    graph.edges.iter().map(|edge| {
        let command = edge.command.map(|command| command.0);
        (edge.from.0, edge.to.0, edge.kind, command, edge.paths.as_slice())
    })
}

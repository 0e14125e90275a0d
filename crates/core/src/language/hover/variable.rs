//! What to say about a variable at a place: its value there, and where that comes from; or why it has
//! none.
//!
//! Relies on [`scopes`](crate::language::scopes).

use crate::resolve::StageId;
use crate::text::TextRange;

use super::super::Document;
use super::super::predefined::{Predefined, Seen, predefined};
use super::super::references::Reader;
use super::super::scopes::{Declaration, Declared, Reading, Scopes};
use super::super::subject::with_sigil;
use super::Hover;

/// The most of a value that is shown, in characters.
const LONG: usize = 400;

/// About the variable `name` that stands at `range`; none for one that only the shell knows.
pub(super) fn hover(document: &Document<'_>, name: &str, range: TextRange) -> Option<Hover> {
    let scopes = Scopes::of(document, name);
    if let Some(declaration) = scopes.declarations.iter().find(|it| it.range == range) {
        return Some(of_declaration(document, name, &scopes, declaration));
    }
    let Some(reading) = scopes.readings.iter().find(|it| it.range == range) else {
        let mut out = Hover::new(with_sigil(document.source(), range), format!("variable {name}"));
        out.say("It is looked up in the stage that this instruction is carried out in: with ONBUILD, one that starts from here; before the first FROM or in a line that cannot be read, none.");
        return Some(out);
    };
    let known = predefined(name);
    let is_known = known.is_some() || !scopes.declarations.is_empty();
    if reading.by != Reader::BuildKit && !is_known {
        return None;
    }
    Some(of_reading(document, name, &scopes, reading, known))
}

fn of_declaration(document: &Document<'_>, name: &str, scopes: &Scopes, it: &Declaration) -> Hover {
    let keyword = if it.by == Declared::Env { "ENV" } else { "ARG" };
    let mut out = Hover::new(it.range, format!("{keyword} {name}"));
    out.code = shown(name, it.value.as_deref());
    origin(document, name, scopes, it, &mut out);
    match it.by {
        Declared::GlobalArg => out.say("FROM lines see it. A stage sees it after an ARG of this name of its own."),
        Declared::Arg => out.say("It is seen from here to the end of the stage, and by stages that start from it."),
        Declared::Env => out.say("It is seen from here on, by stages that start from this one, and in containers."),
    }
    if let Some(known) = predefined(name) {
        out.say(known.about);
    }
    out
}

/// Where a declaration takes its value from.
fn origin(document: &Document<'_>, name: &str, scopes: &Scopes, it: &Declaration, out: &mut Hover) {
    let line = document.line_of(it.range.start);
    let keyword = if it.by == Declared::Env { "ENV" } else { "ARG" };
    let is_arg = it.by != Declared::Env;
    let fed_by = it.fed_by.iter().rev().filter_map(|&index| scopes.declarations.get(index)).next();
    let origin = if is_arg && document.request.build_args.contains_key(name) {
        format!("the build arg {name}, which stands in for what line {line} says")
    } else if it.value.is_some() && (!is_arg || it.has_default) {
        format!("{keyword} in line {line}")
    } else if it.value.is_some() {
        match fed_by {
            Some(global) => {
                format!("ARG in line {}, which ARG in line {line} takes over", document.line_of(global.range.start))
            }
            None => format!("BuildKit, which sets it where ARG in line {line} asks for it"),
        }
    } else if is_arg && !it.has_default {
        format!("nowhere, because ARG in line {line} has no default and no build arg of this name is given")
    } else {
        format!("unknown: line {line} cannot be carried out")
    };
    out.part("value from", origin);
    if let Some(stage) = it.stage {
        out.part("stage", label(document, stage));
    }
}

fn of_reading(document: &Document<'_>, name: &str, scopes: &Scopes, it: &Reading, known: Option<&Predefined>) -> Hover {
    let mut out = Hover::new(with_sigil(document.source(), it.range), format!("variable {name}"));
    let seen: Vec<&Declaration> = it.sees.iter().filter_map(|&index| scopes.declarations.get(index)).collect();
    let with_value = seen.iter().rev().find(|seen| seen.value.is_some());
    if it.value.is_some() || !seen.is_empty() {
        out.code = shown(name, it.value.as_deref());
    }
    match with_value.or(seen.last()) {
        Some(declaration) => origin(document, name, scopes, declaration, &mut out),
        None if it.value.is_some() => out.part("value from", "BuildKit, which predefines it"),
        None => undefined(document, name, scopes, it, known, &mut out),
    }
    match it.by {
        Reader::BuildKit => {}
        Reader::Shell => out.say("The shell of RUN puts the value in, not BuildKit."),
        Reader::Container => out.say("The shell of the container puts the value in, when it starts."),
    }
    if let Some(known) = known {
        out.say(known.about);
    }
    out
}

/// Why a place sees nothing.
fn undefined(
    document: &Document<'_>,
    name: &str,
    scopes: &Scopes,
    it: &Reading,
    known: Option<&Predefined>,
    out: &mut Hover,
) {
    let line = |declaration: &Declaration| document.line_of(declaration.range.start);
    let global = scopes.declarations.iter().find(|other| other.by == Declared::GlobalArg);
    let elsewhere = scopes.declarations.iter().find(|other| other.stage.is_some() && other.stage != it.stage);
    let below = scopes.declarations.iter().find(|other| other.stage == it.stage && other.range.start > it.range.start);
    let arg = scopes.declarations.iter().find(|other| other.stage == it.stage && other.by == Declared::Arg);
    let is_container = it.by == Reader::Container;
    let why = match (it.stage, global, below, elsewhere) {
        (None, _, Some(below), _) => format!("ARG in line {} comes only after this place.", line(below)),
        (None, _, _, Some(other)) => {
            format!("FROM sees ARGs before the first FROM only; line {} declares it in a stage.", line(other))
        }
        (None, ..) => "no ARG before the first FROM declares it.".to_owned(),
        (Some(_), ..) if is_container && arg.is_some() => {
            "a container has the variables of ENV, and this is an ARG.".to_owned()
        }
        (Some(_), _, Some(below), _) => format!("line {} declares it, which is below.", line(below)),
        (Some(_), Some(global), _, _) => format!(
            "ARG in line {} is for FROM lines; with an `ARG {name}` of its own, this stage would see it.",
            line(global)
        ),
        (Some(_), ..) if known.is_some_and(|known| known.seen == Seen::Declared) => {
            format!("BuildKit sets it, but a stage sees it only after `ARG {name}`.")
        }
        (Some(_), ..) if known.is_some_and(|known| known.seen == Seen::InRun) => {
            "nothing in this file sets it; the base image or the request may.".to_owned()
        }
        (Some(stage), _, _, Some(other)) => {
            let of = other.stage.map(|stage| label(document, stage)).unwrap_or_default();
            format!("line {} declares it for the stage {of}, not for {}.", line(other), label(document, stage))
        }
        (Some(_), None, None, None) => {
            "nothing in this file declares it. The base image may set it, which cannot be seen here.".to_owned()
        }
    };
    out.say(format!("Undefined here: {why}"));
}

fn label(document: &Document<'_>, stage: StageId) -> String {
    document.analysis.resolved.stage(stage).map(|stage| stage.label.clone()).unwrap_or_default()
}

/// The variable with its value.
fn shown(name: &str, value: Option<&str>) -> String {
    let Some(value) = value else { return name.to_owned() };
    match value.char_indices().nth(LONG) {
        Some((end, _)) => format!("{name}={}…", &value[..end]),
        None => format!("{name}={value}"),
    }
}

//! Items that are names of the file: stages, images, variables.
//!
//! Relies on the stages as [`resolve`](crate::resolve) made them.

use crate::graph::NodeKind;
use crate::lookup::Lookup;
use crate::resolve::StageId;
use crate::syntax::{InstructionId, InstructionKind, Keyword, name_len};

use super::super::Document;
use super::super::predefined::{PREDEFINED, Seen};
use super::super::references::Said;
use super::super::subject::stage_of;
use super::place::{Place, PlacePart};
use super::{Item, ItemKind};

/// Whose variables a place can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those of FROM lines.
    Global,
    /// Those of the stage.
    Stage,
    /// The same, in a command that a shell reads.
    Command,
    /// Those that a container has.
    Container,
}

/// Whose variables a place can use; none where none are replaced.
pub(super) fn scope_of(place: &Place<'_>) -> Option<Scope> {
    use Keyword as K;
    match (&place.part, place.keyword?) {
        (PlacePart::FlagValue("platform") | PlacePart::Argument(0), K::From) => Some(Scope::Global),
        (PlacePart::FlagValue("chown" | "chmod"), K::Add | K::Copy)
        | (PlacePart::FlagValue("checksum"), K::Add)
        | (PlacePart::FlagValue("mount"), K::Run)
        | (
            PlacePart::Argument(_),
            K::Add
            | K::Arg
            | K::Copy
            | K::Env
            | K::Expose
            | K::Label
            | K::Stopsignal
            | K::User
            | K::Volume
            | K::Workdir,
        ) => Some(Scope::Stage),
        (PlacePart::Argument(_), K::Run) => Some(Scope::Command),
        (PlacePart::Argument(_), K::Cmd | K::Entrypoint | K::Healthcheck) => Some(Scope::Container),
        _ => None,
    }
}

/// Who names a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    From,
    Copy,
    Mount,
}

/// The stages that an instruction can name: those above its own.
pub(super) fn stages(document: &Document<'_>, id: InstructionId, by: By, items: &mut Vec<Item>) {
    let Some(own) = stage_of(document, id).map(|stage| stage.id) else { return };
    let stages = &document.analysis.resolved.stages;
    let mut taken: Lookup<&str, ()> = Lookup::default();
    // FROM finds the nearest one of a name, COPY and mounts the last one of the file.
    let above = &stages[..own.0 as usize];
    let searched = if by == By::From { above } else { stages.as_slice() };
    let mut found = Vec::new();
    for stage in searched.iter().rev() {
        let Some(name) = &stage.name else { continue };
        if taken.add(&stage.label) && stage.id < own {
            let label = if by == By::From { &stage.label } else { &name.text };
            found.push(Item::new(ItemKind::Stage, label, &about(stage)));
        }
    }
    found.reverse();
    items.append(&mut found);
    if by == By::Copy {
        let number = |stage: &crate::resolve::Stage| {
            let detail = match &stage.name {
                Some(name) => format!("stage {}", name.text),
                None => about(stage),
            };
            Item::new(ItemKind::Stage, &stage.id.0.to_string(), &detail)
        };
        items.extend(above.iter().map(number));
    }
}

fn about(stage: &crate::resolve::Stage) -> String {
    match &stage.description {
        Some(description) => description.clone(),
        None => format!("stage from {}", stage.base_name.written.text),
    }
}

/// The images that the file uses elsewhere than at `at`, but for those whose short name is that of a
/// stage, or of nothing.
pub(super) fn images(document: &Document<'_>, at: u32, items: &mut Vec<Item>) {
    let mut seen: Lookup<&str, ()> = Lookup::default();
    seen.add("scratch");
    for stage in document.analysis.resolved.stages.iter().filter(|stage| stage.is_named()) {
        seen.add(&stage.label);
    }
    let graph = &document.analysis.graph;
    for edge in graph.edges.iter().filter(|edge| !edge.range.touches(at)) {
        if let Some(NodeKind::Image { familiar, .. }) = graph.nodes.get(edge.from.0 as usize).map(|node| &node.kind)
            && seen.add(familiar)
        {
            items.push(Item::new(ItemKind::Image, familiar, "image, used in this file"));
        }
    }
}

/// The variables that an instruction can use. `end` is put in behind their names.
pub(super) fn variables(document: &Document<'_>, id: InstructionId, scope: Scope, end: &str, items: &mut Vec<Item>) {
    let mut offer = |name: &str, value: Option<&str>| {
        if !is_name(name) {
            return;
        }
        let detail = value.map_or("no value", |value| if value.is_empty() { "empty" } else { value });
        items.push(Item::new(ItemKind::Variable, name, detail).inserting(format!("{name}{end}")));
    };
    let own = stage_of(document, id).map(|stage| stage.id).filter(|_| scope != Scope::Global);
    let Some(own) = own else {
        let resolved = &document.analysis.resolved;
        let mut seen: Lookup<&str, ()> = Lookup::default();
        for arg in resolved.global_args.iter().filter(|arg| arg.instruction < id) {
            if seen.add(&arg.name.text) {
                offer(&arg.name.text, arg.value.as_deref());
            }
        }
        for (name, value) in resolved.globals.pairs() {
            let is_predefined = PREDEFINED.iter().any(|it| it.name == name);
            if is_predefined && seen.add(name) {
                offer(name, Some(value));
            }
        }
        return;
    };
    for (name, value) in visible(document, own, id, scope == Scope::Container) {
        offer(name, value);
    }
}

/// Whether `$` can name a variable of this name.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name_len(name) == name.len()
}

/// The variables that a stage sees above an instruction, each with its value; of the image alone where
/// only ENV counts.
fn visible<'a>(
    document: &Document<'a>,
    own: StageId,
    id: InstructionId,
    only_env: bool,
) -> Vec<(&'a str, Option<&'a str>)> {
    let resolved = &document.analysis.resolved;
    let mut out: Vec<(&str, Option<&str>)> = Vec::new();
    let mut places: Lookup<&str, usize> = Lookup::default();
    for stage in resolved.chain(own) {
        for command in &stage.commands {
            if stage.id == own && !command.onbuild && command.instruction >= id {
                break;
            }
            let it = document.analysis.syntax.instruction(command.instruction);
            let is_arg = |it| matches!(Said::trigger(it).kind, InstructionKind::Arg(_));
            if only_env && it.is_some_and(is_arg) {
                continue;
            }
            for (name, value) in &command.sets {
                let next = out.len();
                let place = *places.or_insert(name, next);
                match out.get_mut(place) {
                    Some(known) => known.1 = value.as_deref().or(known.1),
                    None => out.push((name, value.as_deref())),
                }
            }
        }
    }
    out
}

/// The names that a stage may want to declare: those before the first FROM, and those that BuildKit
/// sets.
pub(super) fn undeclared(document: &Document<'_>, id: InstructionId, items: &mut Vec<Item>) {
    let Some(own) = stage_of(document, id).map(|stage| stage.id) else { return };
    let declared = visible(document, own, id, false);
    let is_free = |name: &str| declared.iter().all(|(known, _)| *known != name);
    let mut seen: Lookup<&str, ()> = Lookup::default();
    for arg in &document.analysis.resolved.global_args {
        if is_name(&arg.name.text) && is_free(&arg.name.text) && seen.add(&arg.name.text) {
            let value = arg.value.as_deref().unwrap_or("no value");
            items.push(Item::new(ItemKind::Variable, &arg.name.text, value));
        }
    }
    for known in PREDEFINED.iter().filter(|known| known.seen == Seen::Declared && is_free(known.name)) {
        if seen.add(known.name) {
            items.push(Item::new(ItemKind::Variable, known.name, known.about));
        }
    }
}

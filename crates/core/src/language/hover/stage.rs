//! What to say about a stage: what it starts from, what it does, whether it is built and why.
//!
//! Relies on the [`graph`](crate::graph).

use crate::graph::{Edge, EdgeKind, StageGraph};
use crate::resolve::{Base, Stage, StageId};
use crate::text::TextRange;

use super::super::Document;
use super::Hover;

/// The most that a list names.
const MANY: usize = 6;

/// About a stage that is named at `range`.
pub(super) fn hover(document: &Document<'_>, id: StageId, range: TextRange) -> Option<Hover> {
    let stage = document.analysis.resolved.stage(id)?;
    let title =
        if stage.is_named() { format!("stage {}", stage.label) } else { format!("{}, without a name", stage.label) };
    let mut out = Hover::new(range, title);
    out.code = document.analysis.syntax.instruction(stage.from).map(|it| it.code.clone()).unwrap_or_default();
    if let Some(description) = &stage.description {
        out.say(description.clone());
    }
    out.say(state(document, stage));
    let base = match &stage.base {
        Base::Scratch => "scratch, which is nothing".to_owned(),
        Base::Stage(base) => format!("stage {}", label(document, *base)),
        Base::Image(reference) => format!("image {}", reference.familiar()),
        Base::Invalid => "a name that is none of an image".to_owned(),
    };
    out.part("starts from", base);
    out.part("number", id.0.to_string());
    let n_own = stage.commands.iter().filter(|command| !command.onbuild).count();
    out.part("instructions", n_own.to_string());
    if n_own < stage.commands.len() {
        out.part("by ONBUILD", (stage.commands.len() - n_own).to_string());
    }
    out.part("steps", stage.n_steps.to_string());
    out.part("platform", stage.platform.format_all());
    let users: Vec<String> =
        document.analysis.graph.users(StageGraph::node_of(id)).map(|it| user(document, it)).collect();
    out.part("used by", if users.is_empty() { "no other stage".to_owned() } else { list(users) });
    Some(out)
}

/// Whether it is built, and why.
fn state(document: &Document<'_>, stage: &Stage) -> String {
    let graph = &document.analysis.graph;
    let Some(target) = graph.target else { return "There is no target to build.".to_owned() };
    if target == stage.id {
        return "It is the target.".to_owned();
    }
    let target = label(document, target);
    if let Some(first) = graph.way_to_target(StageGraph::node_of(stage.id)).first() {
        return format!("Built: the target {target} needs it, by {}.", user(document, first));
    }
    let needed_by = graph.needed_by(stage.id);
    if needed_by.is_empty() {
        return format!("Not built: the target {target} does not need it, and no other stage does.");
    }
    let stages = list(needed_by.iter().map(|&stage| label(document, stage)).collect());
    format!("Not built: the target {target} does not need it. It would be for {stages}.")
}

fn label(document: &Document<'_>, stage: StageId) -> String {
    document.analysis.resolved.stage(stage).map(|stage| stage.label.clone()).unwrap_or_default()
}

/// The use of a stage: by whom, how and where.
fn user(document: &Document<'_>, edge: &Edge) -> String {
    let by = document.analysis.graph.stage_of(edge.to).map(|stage| label(document, stage)).unwrap_or_default();
    let how = match edge.kind {
        EdgeKind::From => "FROM",
        EdgeKind::Copy => "COPY",
        EdgeKind::Mount => "RUN --mount",
        EdgeKind::Onbuild => "ONBUILD",
    };
    format!("{by} ({how}, line {})", document.line_of(edge.range.start))
}

fn list(mut items: Vec<String>) -> String {
    let n_more = items.len().saturating_sub(MANY);
    items.truncate(MANY);
    let named = items.join(", ");
    if n_more == 0 { named } else { format!("{named} and {n_more} more") }
}

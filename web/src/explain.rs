//! Why a stage is built or skipped, and what it is made from: in sentences.
//!
//! All of it is pure; [`why`](crate::why) draws the answer.

use stagewright::Analysis;
use stagewright::graph::{EdgeKind, NodeId, NodeKind, StageGraph};
use stagewright::layout::cards::{Card, State};
use stagewright::resolve::{Base, Source, Stage, StageId};

use crate::analysis::Shown;
use crate::strings;

/// Why a card is as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Its name.
    pub name: String,
    /// Built or skipped, and why.
    pub verdict: String,
    /// The way from it to the target: how each is used, and by what. Empty where there is none.
    pub way: Vec<(EdgeKind, String)>,
    /// What it takes from where, one sentence each.
    pub takes: Vec<String>,
}

/// The name of a stage as the file has it, or BuildKit's where it has none.
#[must_use]
pub fn stage_name(stage: &Stage) -> &str {
    stage.name.as_ref().map_or(&stage.label, |name| &name.text)
}

/// What a screen reader says of a card after what is written on it.
#[must_use]
pub fn card_description(analysis: &Analysis, card: &Card) -> String {
    let Some(stage) = card.stage.and_then(|id| analysis.resolved.stages.get(id.0 as usize)) else {
        let needed = if card.state == State::Skipped { "not needed" } else { "needed" };
        return format!("outside the file, {needed}");
    };
    let n = analysis.resolved.stages.len();
    let mut name = format!("stage {} of {n}", stage.id.0 + 1);
    match &stage.base {
        Base::Stage(base) => {
            name.push_str(", from ");
            name.push_str(stage_name(&analysis.resolved.stages[base.0 as usize]));
        }
        Base::Image(reference) => {
            name.push_str(", from ");
            name.push_str(&reference.familiar());
        }
        Base::Scratch | Base::Invalid => {}
    }
    let from: Vec<String> = sources(analysis, card.node);
    if !from.is_empty() {
        name.push_str(", takes files from ");
        name.push_str(&strings::list(&from));
    }
    if card.reads_context {
        name.push_str(", reads the build context");
    }
    name
}

/// The result in one sentence: name of the target and what it does; or what is wrong.
#[must_use]
pub fn headline(shown: &Shown) -> (Option<String>, String) {
    let now = &shown.current.analysis;
    if shown.current.lacks_target() {
        return (None, strings::NO_TARGET.to_owned());
    }
    if shown.current.is_broken() {
        return (None, strings::BROKEN.to_owned());
    }
    let Some(target) = now.target().and_then(|id| now.resolved.stages.get(id.0 as usize)) else {
        return (None, strings::EMPTY.to_owned());
    };
    let built = now.resolved.stages.iter().filter(|stage| now.graph.is_built(stage.id)).count();
    let stages = strings::count(now.resolved.stages.len(), "stage");
    let steps = strings::count(now.plan.steps.len(), "step");
    (Some(stage_name(target).to_owned()), format!("builds {built} of {stages} in {steps}"))
}

/// What is shown of a text that does not build.
#[must_use]
pub fn what_is_shown(shown: &Shown) -> &'static str {
    match shown.is_stale() {
        true => strings::STALE,
        false if shown.current.lacks_target() => strings::CHOOSE_TARGET,
        false if shown.current.fails_checks() => strings::STOPPED_BY_CHECKS,
        false => strings::PARTIAL,
    }
}

/// The command that does what is shown.
#[must_use]
pub fn command(state: &crate::state::State) -> String {
    let mut out = "docker build".to_owned();
    let mut option = |name: &str, value: &str| {
        out.push_str(name);
        let plain = !value.is_empty() && value.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_./:=@,+".contains(&c));
        if plain {
            out.push_str(value);
        } else {
            out.push('\'');
            out.push_str(&value.replace('\'', "'\\''"));
            out.push('\'');
        }
    };
    if let Some(target) = &state.target {
        option(" --target ", target);
    }
    for (name, value) in &state.build_args {
        option(" --build-arg ", &[name.as_str(), value.as_str()].join("="));
    }
    out + " ."
}

/// Why the card of `node` is as it is. None where there is no such card.
#[must_use]
pub fn explain(analysis: &Analysis, node: NodeId) -> Option<Explanation> {
    let name = node_name(analysis, node)?;
    let target = analysis.graph.target.and_then(|id| analysis.resolved.stages.get(id.0 as usize)).map(stage_name);
    let way = analysis.graph.way_to_target(node);
    let way = way.iter().filter_map(|edge| Some((edge.kind, node_name(analysis, edge.to)?))).collect();
    Some(Explanation { verdict: verdict(analysis, node, &name, target), way, takes: takes(analysis, node), name })
}

fn verdict(analysis: &Analysis, node: NodeId, name: &str, target: Option<&str>) -> String {
    let graph = &analysis.graph;
    let stage = graph.stage_of(node);
    let Some(target) = target else { return format!("{name} has no part in a build: there is no target.") };
    match stage {
        Some(stage) if graph.target == Some(stage) => format!("{name} is the target."),
        Some(_) if graph.reach.needs(node) => format!("{name} is built, because {target} needs it."),
        None if graph.reach.needs(node) => format!("{name} is loaded, because {target} needs it."),
        Some(stage) => {
            let by = users(analysis, stage);
            let who = if by.is_empty() {
                "Nothing else in the file needs it: only as the target it is built.".to_owned()
            } else {
                format!("It is built for {}, or as the target itself.", strings::list(&by))
            };
            format!("{name} is skipped: {target} does not need it. {who}")
        }
        None => format!("{name} is not loaded: {target} does not need it."),
    }
}

/// The names of the stages that need `stage`.
fn users(analysis: &Analysis, stage: StageId) -> Vec<String> {
    let stages = analysis.graph.needed_by(stage).into_iter();
    stages.filter_map(|id| Some(stage_name(analysis.resolved.stages.get(id.0 as usize)?).to_owned())).collect()
}

fn takes(analysis: &Analysis, node: NodeId) -> Vec<String> {
    let Some(stage) = analysis.graph.stage_of(node).and_then(|id| analysis.resolved.stages.get(id.0 as usize)) else {
        return Vec::new();
    };
    let line = |range: stagewright::text::TextRange| analysis.lines.line_of(range.start);
    let mut out = vec![match &stage.base {
        Base::Scratch => "Starts from nothing (scratch).".to_owned(),
        Base::Stage(base) => format!("Starts from {}.", stage_name(&analysis.resolved.stages[base.0 as usize])),
        Base::Image(reference) => format!("Starts from the image {}.", reference.familiar()),
        Base::Invalid => format!("Starts from {}, which is no image.", stage.base_name.value),
    }];
    for edge in analysis.graph.inputs(node).filter(|edge| edge.kind != EdgeKind::From) {
        let Some(NodeKind::Stage(_) | NodeKind::Image { .. } | NodeKind::NamedContext(_)) =
            analysis.graph.nodes.get(edge.from.0 as usize).map(|node| &node.kind)
        else {
            continue;
        };
        let Some(from) = node_name(analysis, edge.from) else { continue };
        let verb = match edge.kind {
            EdgeKind::Mount => "Mounts",
            _ => "Copies",
        };
        let whole = edge.paths.iter().all(|path| path == "/");
        let paths = if whole { "all files".to_owned() } else { strings::list(&edge.paths) };
        let by = if edge.kind == EdgeKind::Onbuild { ", as its base asks with ONBUILD" } else { "" };
        out.push(format!("{verb} {paths} from {from} (line {}){by}.", line(edge.range)));
    }
    let context = stage.commands.iter().flat_map(|command| &command.reads);
    let paths: Vec<String> = context
        .filter(|read| read.source == Source::Context)
        .flat_map(|read| &read.paths)
        .map(|path| in_context(path))
        .collect();
    if !paths.is_empty() {
        out.push(format!("Reads {} from the build context.", strings::list(&paths)));
    }
    out
}

/// A path of the build context as the file has it: the core gives it from the root of the context.
fn in_context(path: &str) -> String {
    match path.trim_start_matches('/') {
        "" => ".".to_owned(),
        path => path.to_owned(),
    }
}

/// What a stage takes files from, apart from its base: each once.
fn sources(analysis: &Analysis, node: NodeId) -> Vec<String> {
    let inputs = analysis.graph.inputs(node).filter(|edge| edge.kind != EdgeKind::From);
    names(analysis, inputs.map(|edge| edge.from).collect())
}

/// The names of nodes, each once, in the order of the file.
fn names(analysis: &Analysis, mut nodes: Vec<NodeId>) -> Vec<String> {
    stagewright::sorting::sort_by_key(&mut nodes, |node| *node);
    nodes.dedup();
    nodes.into_iter().filter_map(|node| node_name(analysis, node)).collect()
}

/// The name of a node as the file has it; none for the build context, which has no card.
fn node_name(analysis: &Analysis, node: NodeId) -> Option<String> {
    Some(match &analysis.graph.nodes.get(node.0 as usize)?.kind {
        NodeKind::Stage(stage) => stage_name(analysis.resolved.stages.get(stage.0 as usize)?).to_owned(),
        NodeKind::Image { familiar, .. } => familiar.clone(),
        NodeKind::NamedContext(name) => name.clone(),
        NodeKind::Context => return None,
    })
}

/// The stages as rows of a table: name, base, what is taken from, users, state, line.
#[must_use]
pub fn table(analysis: &Analysis) -> Vec<(StageId, [String; 6])> {
    let stages = analysis.resolved.stages.iter();
    let row = |stage: &Stage| {
        let node = StageGraph::node_of(stage.id);
        let state = match (analysis.graph.target == Some(stage.id), analysis.graph.is_built(stage.id)) {
            (true, _) => State::Target,
            (false, true) => State::Built,
            (false, false) => State::Skipped,
        };
        let base = match &stage.base {
            Base::Stage(base) => stage_name(&analysis.resolved.stages[base.0 as usize]).to_owned(),
            Base::Image(reference) => reference.familiar(),
            Base::Scratch | Base::Invalid => stage.base_name.value.clone(),
        };
        let users = analysis.graph.users(node).map(|edge| edge.to).collect();
        let cells = [
            stage_name(stage).to_owned(),
            base,
            strings::list(&sources(analysis, node)),
            strings::list(&names(analysis, users)),
            state.name().to_owned(),
            analysis.lines.line_of(stage.range.start).to_string(),
        ];
        (stage.id, cells)
    };
    stages.map(row).collect()
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::analysis::answer;
    use crate::state::{Action, State};

    const FILE: &str = "FROM alpine AS base\nCOPY a b /\nFROM base AS test\nRUN t\nFROM test AS report\nRUN r\n\
        FROM scratch AS prod\nCOPY --from=base /x /y /\nRUN --mount=from=busybox,target=/m true\n";

    fn explained(name: &str) -> Explanation {
        let answer = answer(&State::default().after(Action::Edit(FILE.into())));
        let analysis = &answer.analysis;
        let node = analysis.graph.nodes.iter().find(|node| node_name(analysis, node.id).as_deref() == Some(name));
        explain(analysis, node.unwrap().id).unwrap()
    }

    #[test]
    fn a_stage_that_is_built_tells_its_way_to_the_target() {
        let base = explained("base");
        assert_eq!(base.verdict, "base is built, because prod needs it.");
        assert_eq!(base.way, [(EdgeKind::Copy, "prod".to_owned())]);
        assert_eq!(base.takes, ["Starts from the image alpine.", "Reads a and b from the build context."]);
    }

    #[test]
    fn a_stage_that_is_skipped_tells_who_would_build_it() {
        assert_eq!(
            explained("test").verdict,
            "test is skipped: prod does not need it. It is built for report, or as the target itself."
        );
        assert_eq!(
            explained("report").verdict,
            "report is skipped: prod does not need it. Nothing else in the file needs it: only as the target it is built."
        );
    }

    #[test]
    fn the_target_tells_what_it_takes() {
        let prod = explained("prod");
        assert_eq!((prod.verdict.as_str(), prod.way.len()), ("prod is the target.", 0));
        assert_eq!(
            prod.takes,
            [
                "Starts from nothing (scratch).",
                "Copies /x and /y from base (line 8).",
                "Mounts all files from busybox (line 9)."
            ]
        );
    }

    #[test]
    fn the_headline_answers_the_question() {
        let shown = |source: &str| {
            let answer = Rc::new(answer(&State::default().after(Action::Edit(source.into()))));
            let (name, text) = headline(&Shown::next(answer, None));
            name.map_or_else(|| text.clone(), |name| format!("{name} {text}"))
        };
        assert_eq!(shown(FILE), "prod builds 2 of 4 stages in 6 steps");
        assert_eq!(shown("FROM a\n"), "stage-0 builds 1 of 1 stage in 1 step");
        assert_eq!(shown("FROM\n"), strings::BROKEN);
        assert_eq!(shown(" \n"), strings::EMPTY);
    }

    #[test]
    fn the_command_can_be_pasted_into_a_shell() {
        let set = |name: &str, value: &str| Action::BuildArg(name.into(), Some(value.into()));
        let state = State::default();
        assert_eq!(command(&state), "docker build .");
        let state = state.after(Action::Target(Some("prod".into()))).after(set("A", "1.2")).after(set("B", "it's a"));
        assert_eq!(command(&state), r"docker build --target prod --build-arg A=1.2 --build-arg 'B=it'\''s a' .");
    }

    #[test]
    fn the_table_says_what_the_graph_shows() {
        let answer = answer(&State::default().after(Action::Edit(FILE.into())));
        let rows: Vec<String> = table(&answer.analysis).into_iter().map(|(_, row)| row.join("|")).collect();
        assert_eq!(
            rows,
            [
                "base|alpine||test and prod|built|1",
                "test|base||report|skipped|3",
                "report|test|||skipped|5",
                "prod|scratch|base and busybox||target|7",
            ]
        );
    }
}

//! The ties between text, graph and build order: from a [`Spot`] in one of them to its counterparts in all.
//!
//! Pure: relies on the analysis only. Numbers in a spot may be of an older analysis, so that a spot which
//! is not there any more simply has no counterparts.

use stagewright::Analysis;
use stagewright::graph::{NodeId, NodeKind, StageGraph};
use stagewright::plan::StepId;
use stagewright::resolve::{CommandId, StageId};
use stagewright::text::{LineSpan, TextRange};

use crate::state::Spot;

/// What is lit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lit {
    /// Cards.
    pub nodes: Vec<NodeId>,
    /// Rows of cards.
    pub commands: Vec<(StageId, CommandId)>,
    /// Steps of the build order.
    pub steps: Vec<StepId>,
    /// Lines of the text.
    pub lines: Vec<LineSpan>,
}

/// The counterparts of `spot`. `source` is the text that `analysis` is of.
#[must_use]
pub fn light(analysis: &Analysis, source: &str, spot: Spot) -> Lit {
    let mut lit = Lit::default();
    match spot {
        Spot::Node(node) => lit.add_node(analysis, node),
        Spot::Command(stage, command) => lit.add_command(analysis, stage, Some(command)),
        Spot::Step(step) => lit.add_step(analysis, step),
        Spot::Text(at) => {
            if let Some((stage, command)) = at_offset(analysis, byte_offset(source, at)) {
                lit.add_command(analysis, stage, command);
                // The caret shows its own line.
                lit.lines.clear();
            }
        }
        Spot::Place(at) => {
            if let Some((stage, command)) = at_offset(analysis, at) {
                lit.add_command(analysis, stage, command);
            }
            lit.lines = vec![lines_of(analysis, TextRange::new(at, at))];
        }
    }
    lit
}

impl Lit {
    fn add_node(&mut self, analysis: &Analysis, node: NodeId) {
        let graph = &analysis.graph;
        let Some(kind) = graph.nodes.get(node.0 as usize).map(|node| &node.kind) else { return };
        self.nodes.push(node);
        match kind {
            NodeKind::Stage(stage) => {
                let Some(resolved) = analysis.resolved.stages.get(stage.0 as usize) else { return };
                self.lines.push(lines_of(analysis, resolved.range));
                let steps = &analysis.plan.steps;
                let of_stage = steps.iter().filter(|step| step.origins.iter().any(|origin| origin.stage == *stage));
                self.steps.extend(of_stage.map(|step| step.id));
            }
            NodeKind::Image { reference, .. } => {
                let detail = format!("docker-image://{reference}");
                let pulls = analysis.plan.steps.iter().filter(|step| step.detail == detail);
                self.steps.extend(pulls.map(|step| step.id));
                self.lines.extend(graph.users(node).map(|edge| lines_of(analysis, edge.range)));
            }
            NodeKind::NamedContext(_) | NodeKind::Context => {
                self.lines.extend(graph.users(node).map(|edge| lines_of(analysis, edge.range)));
            }
        }
    }

    /// A command of a stage, or its FROM.
    fn add_command(&mut self, analysis: &Analysis, stage: StageId, command: Option<CommandId>) {
        let Some(resolved) = analysis.resolved.stages.get(stage.0 as usize) else { return };
        self.nodes.push(StageGraph::node_of(stage));
        if let Some(command) = command {
            self.commands.push((stage, command));
            if let Some(command) = resolved.commands.get(command.0 as usize) {
                self.lines.push(command.lines);
            }
        }
        let is_here = |step: &&stagewright::plan::Step| {
            step.origins.iter().any(|origin| origin.stage == stage && origin.command == command)
        };
        self.steps.extend(analysis.plan.steps.iter().filter(is_here).map(|step| step.id));
    }

    fn add_step(&mut self, analysis: &Analysis, id: StepId) {
        let Some(step) = analysis.plan.steps.get(id.0 as usize) else { return };
        self.steps.push(id);
        for origin in &step.origins {
            add(&mut self.nodes, StageGraph::node_of(origin.stage));
            if let Some(command) = origin.command {
                add(&mut self.commands, (origin.stage, command));
            }
            self.lines.push(lines_of(analysis, origin.range));
        }
    }
}

/// Adds what is not there yet. These lists are short.
fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The stage, and the instruction if it is not the FROM, at a byte of the text.
fn at_offset(analysis: &Analysis, at: u32) -> Option<(StageId, Option<CommandId>)> {
    let line = analysis.lines.line_of(at);
    let stage = analysis.resolved.stages.iter().rfind(|stage| stage.range.start <= at)?;
    if analysis.lines.line_of(stage.range.end) < line {
        return None;
    }
    let holds = |span: LineSpan| span.first <= line && line <= span.last;
    let own = |command: &stagewright::resolve::Command| !command.onbuild && holds(command.lines);
    match stage.commands.iter().position(own) {
        Some(command) => Some((stage.id, Some(CommandId(command as u32)))),
        None => {
            analysis.syntax.instruction(stage.from).is_some_and(|from| holds(from.lines)).then_some((stage.id, None))
        }
    }
}

fn lines_of(analysis: &Analysis, range: TextRange) -> LineSpan {
    LineSpan { first: analysis.lines.line_of(range.start), last: analysis.lines.line_of(range.end) }
}

/// The byte at a UTF-16 offset.
#[must_use]
pub fn byte_offset(source: &str, utf16: u32) -> u32 {
    let mut left = utf16 as usize;
    for (byte, c) in source.char_indices() {
        if left == 0 {
            return byte as u32;
        }
        left = left.saturating_sub(c.len_utf16());
    }
    source.len() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use stagewright::{Request, analyze};

    const FILE: &str = "# \u{1f49b}\nFROM alpine AS base\nRUN a \\\n  b\n\nFROM base AS two\nRUN c\nENV X=1\n";

    fn lit(spot: Spot) -> (Vec<u32>, Vec<u32>, Vec<(u32, u32)>) {
        let analysis = analyze(&Request { source: FILE.into(), ..Request::default() });
        let lit = light(&analysis, FILE, spot);
        (
            lit.nodes.iter().map(|node| node.0).collect(),
            lit.steps.iter().map(|step| step.0).collect(),
            lit.lines.iter().map(|span| (span.first, span.last)).collect(),
        )
    }

    /// The UTF-16 offset of `what`.
    fn at(what: &str) -> Spot {
        let byte = FILE.find(what).unwrap();
        Spot::Text(FILE[..byte].encode_utf16().count() as u32)
    }

    #[test]
    fn a_line_has_its_card_and_its_step() {
        assert_eq!(lit(at("a \\")), (vec![0], vec![1], vec![]));
        assert_eq!(lit(at("b\n")), (vec![0], vec![1], vec![]));
        assert_eq!(lit(at("FROM alpine")), (vec![0], vec![0], vec![]));
        assert_eq!(lit(at("RUN c")), (vec![1], vec![2], vec![]));
    }

    #[test]
    fn a_line_without_a_step_has_its_card() {
        assert_eq!(lit(at("ENV")), (vec![1], vec![], vec![]));
    }

    #[test]
    fn what_belongs_to_no_stage_has_nothing() {
        assert_eq!(lit(Spot::Text(0)), (vec![], vec![], vec![]));
        assert_eq!(lit(Spot::Step(StepId(99))), (vec![], vec![], vec![]));
    }

    #[test]
    fn a_card_has_its_lines_and_steps() {
        assert_eq!(lit(Spot::Node(NodeId(0))), (vec![0], vec![0, 1], vec![(2, 4)]));
        assert_eq!(lit(Spot::Node(NodeId(2))), (vec![2], vec![0], vec![(2, 2)]));
    }

    #[test]
    fn a_place_has_its_own_line_and_what_the_line_does() {
        let place = |what: &str| Spot::Place(FILE.find(what).unwrap() as u32);
        assert_eq!(lit(place("b\n")), (vec![0], vec![1], vec![(4, 4)]));
        assert_eq!(lit(place("X=1")), (vec![1], vec![], vec![(8, 8)]));
        assert_eq!(lit(Spot::Place(0)), (vec![], vec![], vec![(1, 1)]));
    }

    #[test]
    fn a_step_has_its_card_and_lines() {
        assert_eq!(lit(Spot::Step(StepId(1))), (vec![0], vec![1], vec![(3, 4)]));
    }
}

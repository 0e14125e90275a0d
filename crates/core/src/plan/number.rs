//! The numbers in labels: `[build 2/7]`.
//!
//! BuildKit numbers the steps of a stage while it works on them, so the number of a FROM tells how
//! often it had to look for stages that are needed: once more for each round in which an ONBUILD
//! brought in another. Relies on the stages and the graph.

use crate::graph::{EdgeKind, NodeId, StageGraph};
use crate::resolve::{Action, Base, Resolved, Source, Stage};

/// Counts the steps of a stage.
#[derive(Clone, Debug)]
pub(super) struct Numbering {
    prefix: Option<String>,
    total: u32,
    last: u32,
}

impl Numbering {
    /// The numbering of a stage, whose FROM gets the number `first`.
    pub(super) fn new(stage: &Stage, first: u32, is_only_state: bool) -> Self {
        let name = if is_only_state { String::new() } else { format!("{} ", stage.label) };
        let last = if matches!(stage.base, Base::Image(_)) { first.saturating_sub(1) } else { 0 };
        Self { prefix: (stage.n_steps > 0).then_some(name), total: stage.n_steps, last }
    }

    /// The label of the next step.
    pub(super) fn next(&mut self, text: &str, onbuild: bool) -> String {
        self.last += 1;
        self.again(text, onbuild)
    }

    /// The label of another vertex of the same step.
    pub(super) fn again(&self, text: &str, onbuild: bool) -> String {
        let Some(name) = &self.prefix else { return text.to_owned() };
        let total = self.total.to_string();
        let last = self.last.to_string();
        let blanks = " ".repeat(total.len().saturating_sub(last.len()));
        let onbuild = if onbuild { "ONBUILD " } else { "" };
        ["[", name, &blanks, &last, "/", &total, "] ", onbuild, text].concat()
    }
}

/// For each stage, the number that its FROM gets if it starts from an image.
pub(super) fn first_numbers(resolved: &Resolved, graph: &StageGraph) -> Vec<u32> {
    let n_stages = resolved.stages.len();
    let mut numbers = vec![0; n_stages];
    let Some(target) = graph.target else { return numbers };
    let mut inputs: Vec<Vec<(NodeId, bool)>> = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        inputs[edge.to.0 as usize].push((edge.from, edge.kind == EdgeKind::Onbuild));
    }
    let mut with_triggers = vec![false; n_stages];
    for round in 1.. {
        let reached = reached(&inputs, target.0 as usize, &with_triggers);
        let mut goes_on = false;
        for stage in 0..n_stages {
            if !reached[stage] {
                continue;
            }
            if numbers[stage] == 0 {
                numbers[stage] = round;
            }
            if !with_triggers[stage] {
                with_triggers[stage] = true;
                goes_on |= has_trigger_with_source(&resolved.stages[stage]);
            }
        }
        if !goes_on {
            break;
        }
    }
    numbers
}

fn reached(inputs: &[Vec<(NodeId, bool)>], target: usize, with_triggers: &[bool]) -> Vec<bool> {
    let mut reached = vec![false; inputs.len()];
    let mut stack = vec![target];
    while let Some(at) = stack.pop() {
        if std::mem::replace(&mut reached[at], true) {
            continue;
        }
        let follows_triggers = with_triggers.get(at).copied().unwrap_or(false);
        let followed = inputs[at].iter().filter(|(_, is_trigger)| !is_trigger || follows_triggers);
        stack.extend(followed.map(|(from, _)| from.0 as usize));
    }
    reached
}

fn has_trigger_with_source(stage: &Stage) -> bool {
    stage.commands.iter().filter(|command| command.onbuild).any(|command| match &command.action {
        Action::Run(run) => !run.mounts.is_empty(),
        _ => command.reads.iter().any(|read| read.source != Source::Context),
    })
}

//! What the rules see: the file as every stage of the pipeline sees it, and the places in it.

use crate::diagnostic::Phase;
use crate::graph::StageGraph;
use crate::resolve::{Base, Command, Resolved, Stage, StageId};
use crate::simulate::IgnoreFile;
use crate::sorting::sort;
use crate::syntax::{Instruction, InstructionKind, Parse, Word};
use crate::text::{LineSpan, TextRange};

use super::Input;

/// An analysed file.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    /// The text.
    pub(super) source: &'a str,
    /// The same, read.
    pub(super) syntax: &'a Parse,
    /// Its stages.
    pub(super) resolved: &'a Resolved,
    /// How they hang together.
    pub(super) graph: &'a StageGraph,
    /// The `.dockerignore` beside it.
    pub(super) ignored: Option<&'a IgnoreFile>,
    /// Every FROM, those that cannot be read among them.
    pub(super) froms: Vec<FromLine<'a>>,
    /// Every instruction that is carried out, stage by stage, those that ONBUILD adds among them.
    pub(super) sites: Vec<Site<'a>>,
    /// Where those of each stage end.
    ends: Vec<usize>,
}

/// A FROM with the words behind it, as far as there are any.
#[derive(Clone, Copy, Debug)]
pub(super) struct FromLine<'a> {
    /// The instruction.
    pub(super) it: &'a Instruction,
    /// Its second word, which is AS or wrong.
    pub(super) as_word: Option<&'a Word>,
    /// The name of the stage, be it a valid one or not.
    pub(super) name: Option<&'a Word>,
    /// Whether it can be read.
    pub(super) is_valid: bool,
}

/// An instruction of a stage, as written and as carried out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'a> {
    /// The stage.
    pub(super) stage: &'a Stage,
    /// What becomes of it.
    pub(super) command: &'a Command,
    /// What is written; for what an ONBUILD adds, the instruction that it kept.
    pub(super) instruction: &'a Instruction,
}

impl<'a> Subject<'a> {
    pub(super) fn new(input: &Input<'a>, ignored: Option<&'a IgnoreFile>) -> Self {
        let &Input { source, syntax, resolved, graph, .. } = input;
        let mut sites = Vec::with_capacity(syntax.instructions.len());
        let mut ends = Vec::with_capacity(resolved.stages.len());
        for stage in &resolved.stages {
            for command in &stage.commands {
                if let Some(instruction) = command.instruction(syntax) {
                    sites.push(Site { stage, command, instruction });
                }
            }
            ends.push(sites.len());
        }
        Self { source, syntax, resolved, graph, ignored, froms: from_lines(syntax), sites, ends }
    }

    /// The instructions of a stage, in order.
    pub(super) fn sites_of(&self, stage: StageId) -> &[Site<'a>] {
        let index = stage.0 as usize;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before).copied()).unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.sites.get(start..end).unwrap_or_default()
    }

    /// The FROM of a stage.
    pub(super) fn from(&self, stage: &Stage) -> Option<&'a Instruction> {
        self.syntax.instruction(stage.from)
    }

    /// Whether a FROM cannot be worked out, or an instruction cannot be read, so that nobody can tell what the
    /// file does not use.
    pub(super) fn is_unfinished(&self) -> bool {
        self.resolved.stages.iter().any(|stage| stage.base == Base::Invalid)
            || self.syntax.instructions.iter().any(|it| matches!(it.kind, InstructionKind::Invalid))
    }

    /// Of each stage, whether another one is made from it or reads from it.
    pub(super) fn used_stages(&self) -> Vec<bool> {
        let mut out = vec![false; self.resolved.stages.len()];
        for edge in &self.graph.edges {
            if let Some(used) = out.get_mut(edge.from.0 as usize) {
                *used = true;
            }
        }
        out
    }

    /// Tells of the name of a stage whether a FROM may choose it by a variable, as `FROM build-$VARIANT`
    /// may choose `build-debug`.
    pub(super) fn chosen_names(&self) -> impl Fn(&str) -> bool {
        let mut starts: Vec<&str> = Vec::new();
        for stage in self.resolved.stages.iter().filter(|stage| matches!(stage.base, Base::Stage(_))) {
            starts.extend(stage.base_name.written.text.split_once('$').map(|(start, _)| start));
        }
        sort(&mut starts);
        // Those that begin with another one say nothing new, and without them only the last one in the order
        // that is not behind a name can be its beginning.
        starts.dedup_by(|next, start| next.starts_with(*start));
        move |name| {
            let n_before = starts.partition_point(|start| *start <= name);
            n_before.checked_sub(1).is_some_and(|at| name.starts_with(starts[at]))
        }
    }
}

fn from_lines(syntax: &Parse) -> Vec<FromLine<'_>> {
    let mut out = Vec::new();
    for it in &syntax.instructions {
        if let InstructionKind::From(from) = &it.kind {
            let (as_word, name) = (from.as_word.as_ref(), from.name.as_ref());
            out.push(FromLine { it, as_word, name, is_valid: true });
        }
    }
    for (id, words) in &syntax.wrong_froms {
        // BuildKit looks at the second word where there are three or more, at the name where there are three.
        if let (Some(it), Some(as_word), true) = (syntax.instruction(*id), words.get(1), words.len() >= 3) {
            let name = words.get(2).filter(|_| words.len() == 3);
            out.push(FromLine { it, as_word: Some(as_word), name, is_valid: false });
        }
    }
    out
}

/// Where something is found: what decides which options apply to it, and whether BuildKit gets there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) range: TextRange,
    pub(super) lines: LineSpan,
    pub(super) order: (Phase, u32),
    pub(super) stage: Option<StageId>,
    pub(super) onbuild: bool,
    pub(super) comments: &'a [String],
}

impl<'a> Place<'a> {
    /// An instruction, looked at for its own sake while the file is read. The comments above it may
    /// change the options.
    pub(super) fn of_instruction(it: &'a Instruction) -> Self {
        let order = (Phase::Instructions, it.range.start);
        Self { order, comments: &it.comments, ..Self::of_file(it) }
    }

    /// An instruction, looked at as a part of the whole file once that is read. Only the options of
    /// the file apply.
    pub(super) fn of_file(it: &'a Instruction) -> Self {
        let order = (Phase::GlobalArgs, 0);
        Self { range: it.range, lines: it.lines, order, stage: None, onbuild: false, comments: &[] }
    }

    /// A FROM, looked at while its variables are replaced.
    pub(super) fn of_from(it: &'a Instruction) -> Self {
        Self { order: (Phase::Stages, it.range.start), ..Self::of_instruction(it) }
    }

    /// What stands in the lines of a file from the start of one to the end of another, as a part of what
    /// is seen when its lines are put together.
    pub(super) const fn of_lines(range: TextRange, lines: LineSpan) -> Self {
        Self { range, lines, order: (Phase::Instructions, 0), stage: None, onbuild: false, comments: &[] }
    }

    /// The same finding about an earlier instruction of the stage: what is found here makes that wrong.
    pub(super) fn about(self, earlier: &Site<'a>) -> Self {
        let command = earlier.command;
        Self { range: command.range, lines: command.lines, onbuild: command.onbuild, ..self }
    }

    /// The same, `n` places further on in the pass.
    pub(super) const fn later(mut self, n: u32) -> Self {
        self.order.1 += n;
        self
    }

    /// An instruction, looked at while its stage is carried out. BuildKit does not get there in stages
    /// that it does not need.
    pub(super) fn of_site(site: &Site<'a>) -> Self {
        let Site { stage, command, instruction } = *site;
        Self {
            range: command.range,
            lines: command.lines,
            order: (Phase::Dispatch, command.order),
            stage: Some(stage.id),
            onbuild: command.onbuild,
            comments: &instruction.comments,
        }
    }
}

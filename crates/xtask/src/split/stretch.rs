//! What a stretch of a function needs and does: what [`super::carve`] has to know to take it out.

use std::collections::BTreeSet;

use walrus::ir::{Instr, InstrLocId, InstrSeqId, InstrSeqType, LocalGet, LocalSet, LocalTee};
use walrus::{LocalFunction, ValType};

use super::liveness::{Liveness, Locals};
use super::regions::nested;

/// How control leaves a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// By a branch to a block around it.
    To(InstrSeqId),
    /// By returning from the function.
    Return,
    /// At its end.
    Fall,
}

/// A sequence of a function from `cut` on.
#[derive(Debug)]
pub(super) struct Stretch {
    pub(super) seq: InstrSeqId,
    pub(super) cut: usize,
    /// Instructions, with those of nested blocks.
    pub(super) size: usize,
    /// The ways out, each once; one that falls through is the last.
    pub(super) exits: Vec<Exit>,
    /// Whether its end is reached as far as can be told without running it.
    pub(super) falls: bool,
    /// The locals it mentions.
    pub(super) mentions: Locals,
    /// Those whose value it needs.
    pub(super) takes: Locals,
    /// Those whose value others may need when it is done.
    pub(super) gives: Locals,
    /// The outermost sequence of the function: a branch there returns.
    entry: InstrSeqId,
}

/// More parameters or results than these cost more than the stretch saves.
const MOST_LOCALS: usize = 12;

impl Stretch {
    /// Reads the stretch; `results` is what the function returns. None where it cannot be taken out.
    pub(super) fn read(
        function: &LocalFunction,
        seq: InstrSeqId,
        cut: usize,
        live: &Liveness<'_>,
        results: &[ValType],
    ) -> Option<Self> {
        let entry = function.entry_block();
        let mut scan = Scan { function, entry, results, inside: BTreeSet::new(), exits: BTreeSet::new(), size: 0 };
        let instrs = &function.block(seq).instrs;
        scan.enter(&instrs[cut..]);
        scan.leave(&instrs[cut..])?;

        let ends = instrs.last().is_some_and(|(instr, _)| goes_elsewhere(instr));
        let falls = !ends;
        if falls && (seq == entry && !results.is_empty() || !is_plain(function.block(seq).ty)) {
            return None;
        }
        if falls {
            scan.exits.insert(Exit::Fall);
        }
        let Scan { exits, size, .. } = scan;

        let mut uses = Uses::default();
        uses.sequence(function, &instrs[cut..]);
        let mut needed_later = Locals::new();
        for exit in &exits {
            match exit {
                Exit::To(block) => needed_later.extend(live.at_label(*block)),
                Exit::Fall => needed_later.extend(live.at_end(seq)),
                Exit::Return => {}
            }
        }
        let gives: Locals = uses.written.intersection(&needed_later).copied().collect();
        let takes: Locals = live.at_cut(seq).intersection(&uses.mentioned).copied().collect();
        if takes.len() > MOST_LOCALS || gives.len() > MOST_LOCALS {
            return None;
        }
        let mentions = uses.mentioned;
        Some(Self { seq, cut, size, exits: exits.into_iter().collect(), falls, mentions, takes, gives, entry })
    }

    /// The way out that a branch to a block around the stretch is.
    pub(super) fn exit_to(&self, block: InstrSeqId) -> Exit {
        if block == self.entry { Exit::Return } else { Exit::To(block) }
    }
}

/// Whether what comes after an instruction is never reached.
fn goes_elsewhere(instr: &Instr) -> bool {
    matches!(instr, Instr::Br(_) | Instr::BrTable(_) | Instr::Return(_) | Instr::Unreachable(_))
}

/// Whether a branch to the block, or its end, leaves no values behind.
fn is_plain(ty: InstrSeqType) -> bool {
    ty == InstrSeqType::Simple(None)
}

/// Looks for the ways out, and for what cannot be expressed.
struct Scan<'a> {
    function: &'a LocalFunction,
    entry: InstrSeqId,
    results: &'a [ValType],
    /// The blocks inside.
    inside: BTreeSet<InstrSeqId>,
    exits: BTreeSet<Exit>,
    size: usize,
}

impl<'a> Scan<'a> {
    fn enter(&mut self, instrs: &'a [(Instr, InstrLocId)]) {
        for (instr, _) in instrs {
            self.size += 1;
            for seq in nested(instr) {
                self.inside.insert(seq);
                self.enter(&self.function.block(seq).instrs);
            }
        }
    }

    fn leave(&mut self, instrs: &'a [(Instr, InstrLocId)]) -> Option<()> {
        for (instr, _) in instrs {
            match instr {
                Instr::Br(branch) => self.branch(branch.block)?,
                Instr::BrIf(branch) => self.branch(branch.block)?,
                Instr::BrTable(table) => {
                    for &block in table.blocks.iter().chain([&table.default]) {
                        // A block with a value would take it from below the index.
                        is_plain(self.function.block(block).ty).then_some(())?;
                        self.branch(block)?;
                    }
                }
                Instr::Return(_) => {
                    (self.results.len() <= 1).then_some(())?;
                    self.exits.insert(Exit::Return);
                }
                Instr::Block(_) | Instr::Loop(_) | Instr::IfElse(_) => {
                    for seq in nested(instr) {
                        self.leave(&self.function.block(seq).instrs)?;
                    }
                }
                // Other ways to leave a block or the function; the compiler makes none of them.
                Instr::TryTable(_)
                | Instr::Try(_)
                | Instr::Rethrow(_)
                | Instr::BrOnNull(_)
                | Instr::BrOnNonNull(_)
                | Instr::BrOnCast(_)
                | Instr::BrOnCastFail(_)
                | Instr::ReturnCall(_)
                | Instr::ReturnCallIndirect(_)
                | Instr::ReturnCallRef(_) => return None,
                _ => {}
            }
        }
        Some(())
    }

    fn branch(&mut self, block: InstrSeqId) -> Option<()> {
        if self.inside.contains(&block) {
            return Some(());
        }
        if block == self.entry {
            self.results.is_empty().then_some(())?;
            self.exits.insert(Exit::Return);
            return Some(());
        }
        is_plain(self.function.block(block).ty).then_some(())?;
        self.exits.insert(Exit::To(block));
        Some(())
    }
}

/// The locals of a stretch.
#[derive(Default)]
struct Uses {
    mentioned: Locals,
    written: Locals,
}

impl Uses {
    fn sequence(&mut self, function: &LocalFunction, instrs: &[(Instr, InstrLocId)]) {
        for (instr, _) in instrs {
            match instr {
                Instr::LocalGet(LocalGet { local }) => {
                    self.mentioned.insert(*local);
                }
                Instr::LocalSet(LocalSet { local }) | Instr::LocalTee(LocalTee { local }) => {
                    self.mentioned.insert(*local);
                    self.written.insert(*local);
                }
                _ => {}
            }
            for seq in nested(instr) {
                self.sequence(function, &function.block(seq).instrs);
            }
        }
    }
}

//! Which locals of a function are still needed where: the usual analysis, from the end to the start.
//!
//! A local is live at a place if on some way from there it is read before it is written.

use std::collections::{BTreeMap, BTreeSet};

use walrus::ir::{Instr, InstrSeqId};
use walrus::{LocalFunction, LocalId};

pub(super) type Locals = BTreeSet<LocalId>;

/// What is live in a function.
pub(super) struct Liveness<'a> {
    function: &'a LocalFunction,
    cuts: &'a BTreeMap<InstrSeqId, usize>,
    /// Where a branch to the sequence leads to.
    labels: BTreeMap<InstrSeqId, Locals>,
    /// Behind the sequence.
    ends: BTreeMap<InstrSeqId, Locals>,
    /// At the cut in the sequence.
    at_cuts: BTreeMap<InstrSeqId, Locals>,
}

impl<'a> Liveness<'a> {
    /// Of a function, with an eye on the places of `cuts`.
    pub(super) fn of(function: &'a LocalFunction, cuts: &'a BTreeMap<InstrSeqId, usize>) -> Self {
        let (labels, ends, at_cuts) = Default::default();
        let mut liveness = Self { function, cuts, labels, ends, at_cuts };
        liveness.sequence(function.entry_block(), Locals::new());
        liveness
    }

    /// Live where a branch to `seq` leads to.
    pub(super) fn at_label(&self, seq: InstrSeqId) -> Locals {
        self.labels.get(&seq).cloned().unwrap_or_default()
    }

    /// Live behind `seq`.
    pub(super) fn at_end(&self, seq: InstrSeqId) -> Locals {
        self.ends.get(&seq).cloned().unwrap_or_default()
    }

    /// Live at the cut in `seq`.
    pub(super) fn at_cut(&self, seq: InstrSeqId) -> Locals {
        self.at_cuts.get(&seq).cloned().unwrap_or_default()
    }

    /// What is live at the start of a sequence, by what is live behind it.
    fn sequence(&mut self, seq: InstrSeqId, behind: Locals) -> Locals {
        let function = self.function;
        let cut = self.cuts.get(&seq).copied();
        let mut live = behind.clone();
        self.ends.insert(seq, behind);
        for (at, (instr, _)) in function.block(seq).instrs.iter().enumerate().rev() {
            match instr {
                Instr::LocalGet(get) => {
                    live.insert(get.local);
                }
                Instr::LocalSet(set) => {
                    live.remove(&set.local);
                }
                Instr::LocalTee(tee) => {
                    live.remove(&tee.local);
                }
                Instr::Block(block) => {
                    self.labels.insert(block.seq, live.clone());
                    live = self.sequence(block.seq, live);
                }
                Instr::Loop(block) => live = self.repeated(block.seq, &live),
                Instr::IfElse(both) => {
                    self.labels.insert(both.consequent, live.clone());
                    self.labels.insert(both.alternative, live.clone());
                    let other = self.sequence(both.alternative, live.clone());
                    live = self.sequence(both.consequent, live);
                    live.extend(other);
                }
                Instr::Br(branch) => live = self.at_label(branch.block),
                Instr::BrIf(branch) => live.extend(self.at_label(branch.block)),
                Instr::BrTable(table) => {
                    live = self.at_label(table.default);
                    for &block in &table.blocks {
                        live.extend(self.at_label(block));
                    }
                }
                Instr::Return(_) | Instr::Unreachable(_) => live.clear(),
                _ => {}
            }
            if cut == Some(at) {
                self.at_cuts.insert(seq, live.clone());
            }
        }
        live
    }

    /// The same for a loop: again, until what its end needs of its start is known.
    fn repeated(&mut self, seq: InstrSeqId, behind: &Locals) -> Locals {
        loop {
            let known = self.at_label(seq);
            let live = self.sequence(seq, behind.clone());
            if live.is_subset(&known) {
                return live;
            }
            self.labels.entry(seq).or_default().extend(live);
        }
    }
}

//! Cuts functions into regions: stretches of instructions that run in one go or not at all.
//!
//! A region begins where a sequence of instructions begins, and after whatever may have left or delayed it: a
//! nested block, or a conditional branch. Compilers keep no values on the stack over such places. Regions are
//! numbered in an order that only depends on the function, so that notes on them can be kept; [`shape`] tells
//! whether it is still the same function.

use std::collections::BTreeMap;

use walrus::ir::{Instr, InstrSeqId};
use walrus::{FunctionId, FunctionKind, LocalFunction, Module};

/// A stretch of a sequence: from `start` to the next region of it, or to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region {
    pub(crate) seq: InstrSeqId,
    pub(crate) start: usize,
    /// Instructions, not counting those of nested blocks.
    pub(crate) len: usize,
}

/// The regions of a function in the order of their numbers.
pub(crate) fn regions(function: &LocalFunction) -> Vec<Region> {
    let mut found: Vec<Region> = Vec::new();
    let mut open = vec![function.entry_block()];
    while let Some(seq) = open.pop() {
        let mut fresh = true;
        for (at, (instr, _)) in function.block(seq).instrs.iter().enumerate() {
            if fresh {
                found.push(Region { seq, start: at, len: 0 });
            }
            if let Some(region) = found.last_mut() {
                region.len += 1;
            }
            let inner = nested(instr);
            fresh = !inner.is_empty() || matches!(instr, Instr::BrIf(_));
            open.extend(inner);
        }
    }
    found
}

/// A number that changes with the form of a function, and not with the addresses in it.
pub(crate) fn shape(regions: &[Region]) -> u64 {
    // FNV-1a, as it is the same everywhere.
    regions.iter().fold(0xcbf2_9ce4_8422_2325, |hash, region| (hash ^ region.len as u64).wrapping_mul(0x0100_0000_01b3))
}

/// The sequences right inside an instruction.
pub(crate) fn nested(instr: &Instr) -> Vec<InstrSeqId> {
    match instr {
        Instr::Block(block) => vec![block.seq],
        Instr::Loop(block) => vec![block.seq],
        Instr::IfElse(both) => vec![both.consequent, both.alternative],
        _ => Vec::new(),
    }
}

/// The functions of a module that have instructions.
pub(crate) fn local_functions(module: &Module) -> Vec<FunctionId> {
    let local = |function: &&walrus::Function| matches!(function.kind, FunctionKind::Local(_));
    module.funcs.iter().filter(local).map(walrus::Function::id).collect()
}

/// For each sequence of a function, where the part begins that did not run; `ran` says it of a region's number.
/// What comes after such a region in its sequence did not run either.
pub(crate) fn cuts(regions: &[Region], ran: impl Fn(usize) -> bool) -> BTreeMap<InstrSeqId, usize> {
    let mut cuts = BTreeMap::new();
    for (number, region) in regions.iter().enumerate() {
        if !ran(number) {
            cuts.entry(region.seq).or_insert(region.start);
        }
    }
    cuts
}

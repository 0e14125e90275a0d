//! Takes out of a function what did not run: each stretch becomes a function of its own, which can be elsewhere.
//!
//! A stretch reaches from the start of a region (in [`mod@super::regions`]) to the end of its sequence. It gets the
//! locals that it reads as parameters, and gives back those it changes and others read. Branches that lead out of
//! it become a number, by which the function that it was taken from goes on. A stretch with something that
//! this cannot express stays where it is.

use std::collections::{BTreeMap, BTreeSet};

use walrus::ir::{
    BinaryOp, Block, Br, BrIf, BrTable, IfElse, Instr, InstrSeqId, InstrSeqType, LocalGet, LocalSet, LocalTee, Loop,
};
use walrus::{FunctionBuilder, FunctionId, LocalFunction, LocalId, Module, ValType};

use super::liveness::{Liveness, Locals};
use super::regions::nested;
use super::stretch::{Exit, Stretch};

/// What is worth it, in instructions: the call takes about ten, and the stand-in as many.
const SMALLEST: usize = 24;

/// Takes out what comes after `cuts` in the sequences of a function.
pub(super) fn carve(module: &mut Module, id: FunctionId, cuts: &BTreeMap<InstrSeqId, usize>) {
    let function = module.funcs.get(id).kind.unwrap_local();
    let results = module.types.get(function.ty()).results().to_vec();
    let live = Liveness::of(function, cuts);
    let mut open = vec![function.entry_block()];
    let mut found = Vec::new();
    while let Some(seq) = open.pop() {
        let mut end = function.block(seq).instrs.len();
        if let Some(&cut) = cuts.get(&seq)
            && let Some(stretch) = Stretch::read(function, seq, cut, &live, &results)
            && stretch.size >= SMALLEST
        {
            end = cut;
            found.push(stretch);
        }
        for (instr, _) in &function.block(seq).instrs[..end] {
            open.extend(nested(instr));
        }
    }
    for stretch in &found {
        take_out(module, id, stretch, &results);
    }
}

/// Makes a function of the stretch, and calls it in its place.
fn take_out(module: &mut Module, id: FunctionId, stretch: &Stretch, results: &[ValType]) {
    let types = |module: &Module, locals: &Locals| -> Vec<ValType> {
        locals.iter().map(|&local| module.locals.get(local).ty()).collect()
    };
    let params = types(module, &stretch.takes);
    let mut gives = if stretch.exits.len() > 1 { vec![ValType::I32] } else { Vec::new() };
    gives.extend(types(module, &stretch.gives));
    let returned = stretch.exits.contains(&Exit::Return).then(|| results.first().copied()).flatten();
    gives.extend(returned);

    let function = module.funcs.get(id).kind.unwrap_local();
    let mut draft = Draft {
        from: function,
        stretch,
        locals: BTreeMap::new(),
        blocks: BTreeMap::new(),
        builder: FunctionBuilder::new(&mut module.types, &params, &gives),
        // Both are set before they are read; of what type the second one is does not matter without a value.
        code: module.locals.add(ValType::I32),
        value: module.locals.add(returned.unwrap_or(ValType::I32)),
        index: module.locals.add(ValType::I32),
        end: None,
    };
    for &old in &stretch.mentions {
        let ty = module.locals.get(old).ty();
        draft.locals.insert(old, module.locals.add(ty));
    }
    let args = stretch.takes.iter().map(|local| draft.locals[local]).collect();
    draft.body(returned.is_some());
    let builder = draft.builder;
    let name = module.funcs.get(id).name.as_deref().unwrap_or_default();
    let name = format!("what is left of {name}");
    let taken = builder.finish(args, &mut module.funcs);
    module.funcs.get_mut(taken).name = Some(name);
    call(module, id, stretch, taken, returned);
}

/// A stretch on its way into a function of its own.
struct Draft<'a> {
    from: &'a LocalFunction,
    stretch: &'a Stretch,
    locals: BTreeMap<LocalId, LocalId>,
    blocks: BTreeMap<InstrSeqId, InstrSeqId>,
    builder: FunctionBuilder,
    /// Which exit is taken.
    code: LocalId,
    /// What the function that it was taken from returns.
    value: LocalId,
    /// The index of a `br_table`, while it is set up.
    index: LocalId,
    /// The block that encloses everything; branching there ends the new function.
    end: Option<InstrSeqId>,
}

impl Draft<'_> {
    fn body(&mut self, returns_value: bool) {
        let end = self.builder.dangling_instr_seq(None).id();
        self.end = Some(end);
        let instrs: Vec<Instr> = self.instrs(self.stretch.seq, self.stretch.cut);
        self.sequence(&instrs, end, returns_value);
        if self.stretch.falls {
            self.leave(Exit::Fall, end, returns_value);
        }
        let mut body = self.builder.func_body();
        body.instr(Block { seq: end });
        if self.stretch.exits.is_empty() {
            body.unreachable();
            return;
        }
        if self.stretch.exits.len() > 1 {
            body.local_get(self.code);
        }
        for local in &self.stretch.gives {
            body.local_get(self.locals[local]);
        }
        if returns_value && self.stretch.exits.contains(&Exit::Return) {
            body.local_get(self.value);
        }
    }

    fn instrs(&self, seq: InstrSeqId, from: usize) -> Vec<Instr> {
        self.from.block(seq).instrs[from..].iter().map(|(instr, _)| instr.clone()).collect()
    }

    fn push(&mut self, into: InstrSeqId, instr: impl Into<Instr>) {
        self.builder.instr_seq(into).instr(instr);
    }

    fn nested(&mut self, seq: InstrSeqId, returns_value: bool) -> InstrSeqId {
        let new = self.builder.dangling_instr_seq(self.from.block(seq).ty).id();
        self.blocks.insert(seq, new);
        let instrs = self.instrs(seq, 0);
        self.sequence(&instrs, new, returns_value);
        new
    }

    fn sequence(&mut self, instrs: &[Instr], into: InstrSeqId, returns_value: bool) {
        for instr in instrs {
            match instr {
                Instr::Block(block) => {
                    let seq = self.nested(block.seq, returns_value);
                    self.push(into, Block { seq });
                }
                Instr::Loop(block) => {
                    let seq = self.nested(block.seq, returns_value);
                    self.push(into, Loop { seq });
                }
                Instr::IfElse(both) => {
                    let consequent = self.nested(both.consequent, returns_value);
                    let alternative = self.nested(both.alternative, returns_value);
                    self.push(into, IfElse { consequent, alternative });
                }
                Instr::Br(Br { block }) => match self.blocks.get(block) {
                    Some(&block) => self.push(into, Br { block }),
                    None => self.leave(self.stretch.exit_to(*block), into, returns_value),
                },
                Instr::BrIf(BrIf { block }) => match self.blocks.get(block) {
                    Some(&block) => self.push(into, BrIf { block }),
                    None => {
                        let consequent = self.builder.dangling_instr_seq(None).id();
                        let alternative = self.builder.dangling_instr_seq(None).id();
                        self.leave(self.stretch.exit_to(*block), consequent, returns_value);
                        self.push(into, IfElse { consequent, alternative });
                    }
                },
                Instr::BrTable(table) => self.table(table, into, returns_value),
                Instr::Return(_) => self.leave(Exit::Return, into, returns_value),
                Instr::LocalGet(LocalGet { local }) => self.push(into, LocalGet { local: self.locals[local] }),
                Instr::LocalSet(LocalSet { local }) => self.push(into, LocalSet { local: self.locals[local] }),
                Instr::LocalTee(LocalTee { local }) => self.push(into, LocalTee { local: self.locals[local] }),
                other => self.push(into, other.clone()),
            }
        }
    }

    /// Ends the new function by `exit`.
    fn leave(&mut self, exit: Exit, into: InstrSeqId, returns_value: bool) {
        let (code, value, end) = (self.code, self.value, self.end);
        let number = self.stretch.exits.iter().position(|&known| known == exit).unwrap_or_default();
        let several = self.stretch.exits.len() > 1;
        let mut into = self.builder.instr_seq(into);
        if exit == Exit::Return && returns_value {
            into.local_set(value);
        }
        if several {
            into.i32_const(i32::try_from(number).unwrap_or_default()).local_set(code);
        }
        if let Some(end) = end {
            into.br(end);
        }
    }

    /// A `br_table`: each way out of the stretch gets a block around it, behind which the way out is.
    fn table(&mut self, table: &BrTable, into: InstrSeqId, returns_value: bool) {
        let targets = table.blocks.iter().chain([&table.default]);
        let outside: BTreeSet<InstrSeqId> = targets.copied().filter(|seq| !self.blocks.contains_key(seq)).collect();
        let index = self.index;
        self.builder.instr_seq(into).local_set(index);
        let mut ways = self.blocks.clone();
        let around: Vec<(InstrSeqId, InstrSeqId)> =
            outside.iter().map(|&seq| (seq, self.builder.dangling_instr_seq(None).id())).collect();
        ways.extend(around.iter().copied());
        // From the inside out: the first one holds the table.
        let mut inner: Option<(InstrSeqId, InstrSeqId)> = None;
        for &(seq, block) in around.iter().chain([&(table.default, into)]) {
            match inner {
                None => {
                    let blocks = table.blocks.iter().map(|seq| ways[seq]).collect();
                    let default = ways[&table.default];
                    self.builder.instr_seq(block).local_get(index).br_table(blocks, default);
                }
                Some((left, seq)) => {
                    self.push(block, Block { seq });
                    self.leave(self.stretch.exit_to(left), block, returns_value);
                }
            }
            inner = Some((seq, block));
        }
    }
}

/// Puts a call in the place of the stretch, and goes on from there as the stretch did.
fn call(module: &mut Module, id: FunctionId, stretch: &Stretch, taken: FunctionId, returned: Option<ValType>) {
    let code = module.locals.add(ValType::I32);
    let value = module.locals.add(returned.unwrap_or(ValType::I32));
    let function = module.funcs.get_mut(id).kind.unwrap_local_mut();
    function.block_mut(stretch.seq).instrs.truncate(stretch.cut);
    let builder = function.builder_mut();
    let mut seq = builder.instr_seq(stretch.seq);
    for &local in &stretch.takes {
        seq.local_get(local);
    }
    seq.call(taken);
    if returned.is_some() {
        seq.local_set(value);
    }
    for &local in stretch.gives.iter().rev() {
        seq.local_set(local);
    }
    let Some((last, others)) = stretch.exits.split_last() else {
        seq.unreachable();
        return;
    };
    if !others.is_empty() {
        seq.local_set(code);
    }
    for (number, exit) in others.iter().enumerate() {
        let consequent = builder.dangling_instr_seq(InstrSeqType::Simple(None)).id();
        let alternative = builder.dangling_instr_seq(InstrSeqType::Simple(None)).id();
        go(builder, consequent, *exit, returned.is_some().then_some(value));
        let mut seq = builder.instr_seq(stretch.seq);
        seq.local_get(code).i32_const(i32::try_from(number).unwrap_or_default()).binop(BinaryOp::I32Eq);
        seq.instr(IfElse { consequent, alternative });
    }
    go(builder, stretch.seq, *last, returned.is_some().then_some(value));
}

fn go(builder: &mut FunctionBuilder, from: InstrSeqId, exit: Exit, value: Option<LocalId>) {
    let mut seq = builder.instr_seq(from);
    match exit {
        Exit::To(block) => {
            seq.br(block);
        }
        Exit::Return => {
            if let Some(value) = value {
                seq.local_get(value);
            }
            seq.return_();
        }
        Exit::Fall => {}
    }
}

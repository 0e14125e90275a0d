//! Makes the two modules of a plan.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use walrus::ir::{Call, CallIndirect, Const, Instr, InstrSeq, Value, VisitorMut};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportedFunction, Module, TableId, passes,
};

use super::plan::{Place, Plan, table};
use super::{objects, parse};

/// The export that fetches the rest and waits for it.
const FETCH: &str = "fetch_rest";
/// What the rest calls the module that it belongs to, in its imports.
const FIRST: &str = "first";

/// The module that the page starts with.
pub(super) fn first(wasm: &[u8], plan: &Plan, exports: &BTreeMap<Place, String>) -> Result<Vec<u8>> {
    let mut module = parse(wasm)?;
    let ids: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    let table = table(&module)?;
    let fetch = module.exports.get_func(FETCH).with_context(|| format!("the program has no {FETCH}"))?;

    let slots: HashMap<FunctionId, u32> = plan.slots.iter().map(|(&place, &slot)| (ids[place], slot)).collect();
    let types = ids.iter().map(|&id| (id, module.funcs.get(id).ty())).collect();
    let mut redirect = Redirect { slots: &slots, types, table, fetch };
    for (place, &id) in ids.iter().enumerate() {
        if plan.rest.contains(&place) {
            continue;
        }
        if let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind {
            let entry = function.entry_block();
            walrus::ir::dfs_pre_order_mut(&mut redirect, function, entry);
        }
    }
    let old = module.tables.get(table).initial;
    for (&place, &slot) in plan.slots.iter().filter(|&(_, &slot)| u64::from(slot) < old) {
        let id = ids[place];
        let stand_in = stand_in(&mut module, id, fetch, table, slot);
        module.funcs.get_mut(id).kind = FunctionKind::Local(stand_in);
    }

    make_room(&mut module, table, plan);
    objects::take(&mut module, &plan.data)?;
    for (&place, name) in exports {
        module.exports.add(name, ids[place]);
    }
    for (name, item) in shared(&module) {
        module.exports.add(&name, item);
    }
    passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// The module with everything else.
pub(super) fn rest(wasm: &[u8], plan: &Plan, exports: &BTreeMap<Place, String>) -> Result<Vec<u8>> {
    let mut module = parse(wasm)?;
    let ids: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    let table = table(&module)?;
    let shared = shared(&module);

    let data = objects::take(&mut module, &plan.data)?;
    clear(&mut module);
    for (&place, name) in exports {
        import_function(&mut module, ids[place], name);
    }
    for (name, item) in shared {
        import_shared(&mut module, &name, item);
    }
    make_room(&mut module, table, plan);

    // Neighbours in the table are written together.
    let mut entries: Vec<(u32, FunctionId)> = plan.slots.iter().map(|(&place, &slot)| (slot, ids[place])).collect();
    entries.sort_unstable();
    for run in entries.chunk_by(|(slot, _), (next, _)| slot + 1 == *next) {
        fill(&mut module, table, run[0].0, run.iter().map(|&(_, id)| id).collect());
    }
    let memory = module.memories.iter().next().context("the program has no memory")?.id();
    for (start, bytes) in data {
        let offset = ConstExpr::Value(Value::I32(i32::try_from(start).context("data at an address above 2 GB")?));
        module.data.add(DataKind::Active { memory, offset }, bytes);
    }
    passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// Takes away what a module does and shows by itself: its start, its exports, what it puts into tables and memories.
fn clear(module: &mut Module) {
    module.start = None;
    for id in module.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
        module.exports.delete(id);
    }
    for id in module.elements.iter().map(walrus::Element::id).collect::<Vec<_>>() {
        module.elements.delete(id);
    }
    for id in module.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
        module.data.delete(id);
    }
    module.memories.iter_mut().for_each(|memory| memory.data_segments.clear());
    module.tables.iter_mut().for_each(|table| table.elem_segments.clear());
}

/// Makes a function one of the first module, which exports it under a name.
fn import_function(module: &mut Module, id: FunctionId, name: &str) {
    let ty = module.funcs.get(id).ty();
    // What the first module itself imports comes from there, too.
    if let FunctionKind::Import(old) = &module.funcs.get(id).kind {
        module.imports.delete(old.import);
    }
    let import = module.imports.add(FIRST, name, id);
    module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
}

/// The same for a memory, a table or a global.
fn import_shared(module: &mut Module, name: &str, item: ExportItem) {
    match item {
        ExportItem::Memory(id) => module.memories.get_mut(id).import = Some(module.imports.add(FIRST, name, id)),
        ExportItem::Table(id) => module.tables.get_mut(id).import = Some(module.imports.add(FIRST, name, id)),
        ExportItem::Global(id) => {
            let import = module.imports.add(FIRST, name, id);
            module.globals.get_mut(id).kind = GlobalKind::Import(import);
        }
        ExportItem::Function(_) | ExportItem::Tag(_) => {}
    }
}

/// Makes the table as long as both modules need it.
fn make_room(module: &mut Module, table: TableId, plan: &Plan) {
    let entry = module.tables.get_mut(table);
    entry.initial = plan.table_size.into();
    entry.maximum = entry.maximum.map(|maximum| maximum.max(entry.initial));
}

/// Everything but functions that both modules use, under the names that the first one exports it by.
fn shared(module: &Module) -> Vec<(String, ExportItem)> {
    let memories = module.memories.iter().map(|memory| ExportItem::Memory(memory.id()));
    let tables = module.tables.iter().map(|table| ExportItem::Table(table.id()));
    let globals = module.globals.iter().map(|global| ExportItem::Global(global.id()));
    let named = |letter: char, items: Vec<ExportItem>| {
        items.into_iter().enumerate().map(move |(number, item)| (format!("{letter}{number}"), item))
    };
    named('m', memories.collect()).chain(named('t', tables.collect())).chain(named('v', globals.collect())).collect()
}

/// A function in the place of one of the rest: fetches the rest, which puts the real one into the table, and
/// calls that.
fn stand_in(
    module: &mut Module,
    id: FunctionId,
    fetch: FunctionId,
    table: TableId,
    slot: u32,
) -> walrus::LocalFunction {
    let ty = module.funcs.get(id).ty();
    let (params, results) = (module.types.get(ty).params().to_vec(), module.types.get(ty).results().to_vec());
    let locals: Vec<_> = params.iter().map(|&param| module.locals.add(param)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    let mut body = builder.func_body();
    body.call(fetch);
    for &local in &locals {
        body.local_get(local);
    }
    body.i32_const(slot.cast_signed()).call_indirect(ty, table);
    builder.local_func(locals)
}

/// Writes functions into the table, from `start` on.
fn fill(module: &mut Module, table: TableId, start: u32, functions: Vec<FunctionId>) {
    if functions.is_empty() {
        return;
    }
    let offset = ConstExpr::Value(Value::I32(start.cast_signed()));
    let kind = ElementKind::Active { table, offset };
    let id = module.elements.add(kind, ElementItems::Functions(functions));
    module.tables.get_mut(table).elem_segments.insert(id);
}

/// Turns calls of functions of the rest into calls through the table.
struct Redirect<'a> {
    slots: &'a HashMap<FunctionId, u32>,
    types: HashMap<FunctionId, walrus::TypeId>,
    table: TableId,
    /// Makes sure that the rest is there.
    fetch: FunctionId,
}

impl VisitorMut for Redirect<'_> {
    fn start_instr_seq_mut(&mut self, seq: &mut InstrSeq) {
        if !seq
            .instrs
            .iter()
            .any(|(instr, _)| matches!(instr, Instr::Call(call) if self.slots.contains_key(&call.func)))
        {
            return;
        }
        for (instr, at) in std::mem::take(&mut seq.instrs) {
            match &instr {
                Instr::Call(Call { func }) if self.slots.contains_key(func) => {
                    let value = Value::I32(self.slots[func].cast_signed());
                    let call = CallIndirect { ty: self.types[func], table: self.table };
                    let instrs = [Call { func: self.fetch }.into(), Const { value }.into(), call.into()];
                    seq.instrs.extend(instrs.map(|instr: Instr| (instr, at)));
                }
                _ => seq.instrs.push((instr, at)),
            }
        }
    }
}

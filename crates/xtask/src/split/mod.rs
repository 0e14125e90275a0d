//! Splits the program in two: what the first view runs, and the rest, which is fetched when the reader first
//! does something (web/js/boot.mjs).
//!
//! Both modules work on the same memory, the same table and the same variables. Functions of the rest that the
//! first module calls have a place in the table, and such a call first makes sure that the rest is there: if need be
//! it is fetched then and there, whatever that takes. Functions of the rest that were in the table before have
//! stand-ins there that do the same. So what is in which module decides how much is
//! downloaded when, and never what the program does.
//!
//! What the first view runs is told by notes ([`ran::Ran`], made by `cargo xtask profile`). Functions that did
//! not run are in the rest; of those that did, the larger parts that did not are taken out first ([`carve`]). Works
//! on what wasm-bindgen wrote, while functions still have their names; wasm-opt comes after.

mod carve;
mod liveness;
mod panics;
pub(crate) mod ran;
pub(crate) mod regions;
mod stretch;
mod tables;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use ran::Ran;
use regions::{cuts, local_functions, regions, shape};
use walrus::ir::{Call, CallIndirect, Const, Instr, InstrSeq, Value, Visitor, VisitorMut};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportedFunction, Module, ModuleConfig, RefType, TableId, passes,
};

/// The export that fetches the rest and waits for it.
const FETCH: &str = "fetch_rest";
/// What the rest calls the module that it belongs to, in its imports.
const FIRST: &str = "first";

/// Old and new names.
pub(crate) type Renamed = Vec<(String, String)>;

/// The two modules.
pub(crate) struct Parts {
    pub(crate) first: Vec<u8>,
    pub(crate) rest: Vec<u8>,
    /// What the functions that they take from JavaScript were called, each with its new, short name.
    pub(crate) renamed: Renamed,
}

/// The most instructions of a function that is in both modules.
const TINY: usize = 12;

/// A function by its place in the module, the same in every reading of it.
type Place = usize;

/// What goes where.
struct Plan {
    /// The functions of the rest.
    rest: BTreeSet<Place>,
    /// The functions that are in both modules, because they are smaller than what it takes to call them.
    both: BTreeSet<Place>,
    /// Those of them that the first module calls or has in its table, with their index in the table.
    slots: BTreeMap<Place, u32>,
    /// How many entries the table has with them.
    table_size: u32,
    /// Places in memory that only the rest reads.
    data: Vec<Range<usize>>,
}

/// Splits a program by what `ran` says of it.
pub(crate) fn split(wasm: &[u8], ran: &Ran) -> Result<Parts> {
    let (wasm, renamed) = &taken_apart(wasm, ran)?;
    let module = parse(wasm)?;
    let plan = plan(&module, |name| ran.has(name))?;
    let exports = exports_of_first(&module, &plan);
    drop(module);
    let (first, rest) = (first(wasm, &plan, &exports)?, rest(wasm, &plan, &exports)?);
    Ok(Parts { first, rest, renamed: renamed.clone() })
}

/// The program with what did not run in functions of its own, without what nobody reads, and the new names of its
/// imports.
fn taken_apart(wasm: &[u8], ran: &Ran) -> Result<(Vec<u8>, Renamed)> {
    let mut module = parse(wasm)?;
    panics::trap(&mut module);
    panics::forget_places(&mut module)?;
    for id in local_functions(&module) {
        let function = module.funcs.get(id);
        let regions = regions(function.kind.unwrap_local());
        let name = plain_name(function.name.as_deref().unwrap_or_default());
        if let Some(ran) = ran.regions(&name, shape(&regions)) {
            carve::carve(&mut module, id, &cuts(&regions, |region| ran.contains(&region)));
        }
    }
    let mut renamed = Vec::new();
    for (number, import) in module.imports.iter_mut().enumerate() {
        // The hashes in them do not compress; they are there twice, and for each of some two hundred functions.
        let name = format!("_{number}");
        renamed.push((std::mem::replace(&mut import.name, name.clone()), name));
    }
    Ok((module.emit_wasm(), renamed))
}

/// A function's name without what differs from build to build: hashes, and numbers of copies.
pub(crate) fn plain_name(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut tail = name;
    while let Some(at) = tail.find('[') {
        let inside = &tail[at + 1..];
        let end = inside.find(']').unwrap_or(inside.len());
        let hash = end == 16 && inside[..end].bytes().all(|byte| byte.is_ascii_hexdigit());
        plain.push_str(&tail[..at]);
        if !hash {
            plain.push_str(&tail[at..(at + 2 + end).min(tail.len())]);
        }
        tail = &tail[(at + 2 + end).min(tail.len())..];
    }
    plain.push_str(tail);
    let copy = plain.rfind('.').filter(|&at| plain[at + 1..].bytes().all(|byte| byte.is_ascii_digit()));
    if let Some(at) = copy {
        plain.truncate(at);
    }
    let hash = plain.len().checked_sub(19).filter(|&at| plain.is_char_boundary(at) && plain[at..].starts_with("::h"));
    if let Some(at) = hash.filter(|at| plain[at + 3..].bytes().all(|byte| byte.is_ascii_hexdigit())) {
        plain.truncate(at);
    }
    plain
}

/// Reads a module with the names of its functions, and nothing made up.
pub(crate) fn parse(wasm: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    config.generate_producers_section(false).generate_synthetic_names_for_anonymous_items(false);
    config.parse(wasm).context("cannot read the program that wasm-bindgen wrote")
}

fn plan(module: &Module, runs_first: impl Fn(&str) -> bool) -> Result<Plan> {
    // What JavaScript calls stays where it is, and with it the start of the program.
    let exported: BTreeSet<FunctionId> = module
        .exports
        .iter()
        .filter_map(|export| match export.item {
            ExportItem::Function(id) => Some(id),
            _ => None,
        })
        .chain(module.start)
        .collect();
    let (mut rest, mut both) = (BTreeSet::new(), BTreeSet::new());
    for (place, function) in module.funcs.iter().enumerate() {
        let local = matches!(function.kind, FunctionKind::Local(_));
        let name = function.name.as_deref().map(plain_name);
        if !local || exported.contains(&function.id()) {
            continue;
        }
        if is_tiny(function) {
            both.insert(place);
        } else if name.is_some_and(|name| !runs_first(&name)) {
            rest.insert(place);
        }
    }
    ensure!(rest.len() < module.funcs.iter().count(), "the list of the first view names no function of the program");

    let places = places(module);
    let table = table(module)?;
    let mut slots = BTreeMap::new();
    for (index, id) in table_entries(module, table)? {
        if rest.contains(&places[&id]) {
            slots.entry(places[&id]).or_insert(index);
        }
    }
    let mut next = u32::try_from(module.tables.get(table).initial).context("the table is too large")?;
    let mut calls = Calls::default();
    for (_, function) in module.funcs.iter_local().filter(|(id, _)| !rest.contains(&places[id])) {
        walrus::ir::dfs_in_order(&mut calls, function, function.entry_block());
    }
    for place in calls.called.iter().map(|id| places[id]).filter(|place| rest.contains(place)) {
        slots.entry(place).or_insert_with(|| {
            next += 1;
            next - 1
        });
    }
    let data = tables::tables(module, &rest)?;
    Ok(Plan { rest, both, slots, table_size: next, data })
}

/// Whether a function is no longer than a call of it, and calls nothing.
fn is_tiny(function: &walrus::Function) -> bool {
    let FunctionKind::Local(local) = &function.kind else { return false };
    let instrs = &local.block(local.entry_block()).instrs;
    let plain = |(instr, _): &(Instr, _)| {
        !matches!(instr, Instr::Block(_) | Instr::Loop(_) | Instr::IfElse(_) | Instr::Call(_) | Instr::CallIndirect(_))
    };
    instrs.len() <= TINY && instrs.iter().all(plain)
}

/// What the rest takes from the first module: the functions that it calls there.
fn exports_of_first(module: &Module, plan: &Plan) -> BTreeMap<Place, String> {
    let places = places(module);
    let mut calls = Calls::default();
    for (_, function) in module.funcs.iter_local().filter(|(id, _)| plan.rest.contains(&places[id])) {
        walrus::ir::dfs_in_order(&mut calls, function, function.entry_block());
    }
    let wanted: BTreeSet<Place> = calls.called.iter().map(|id| places[id]).collect();
    let taken = wanted.iter().filter(|place| !plan.rest.contains(place) && !plan.both.contains(place));
    taken.enumerate().map(|(number, &place)| (place, format!("{number:x}"))).collect()
}

/// The module that the page starts with.
fn first(wasm: &[u8], plan: &Plan, exports: &BTreeMap<Place, String>) -> Result<Vec<u8>> {
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

    let entry = module.tables.get_mut(table);
    entry.initial = plan.table_size.into();
    entry.maximum = entry.maximum.map(|maximum| maximum.max(entry.initial));

    tables::take(&mut module, &plan.data)?;
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
fn rest(wasm: &[u8], plan: &Plan, exports: &BTreeMap<Place, String>) -> Result<Vec<u8>> {
    let mut module = parse(wasm)?;
    let ids: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    let table = table(&module)?;
    let shared = shared(&module);

    let data = tables::take(&mut module, &plan.data)?;
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
    for memory in module.memories.iter_mut() {
        memory.data_segments.clear();
    }
    module.tables.iter_mut().for_each(|table| table.elem_segments.clear());

    for (&place, name) in exports {
        let id = ids[place];
        let ty = module.funcs.get(id).ty();
        // What the first module itself imports comes from there, too.
        if let FunctionKind::Import(old) = &module.funcs.get(id).kind {
            module.imports.delete(old.import);
        }
        let import = module.imports.add(FIRST, name, id);
        module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
    }
    for (name, item) in shared {
        match item {
            ExportItem::Memory(id) => module.memories.get_mut(id).import = Some(module.imports.add(FIRST, &name, id)),
            ExportItem::Table(id) => {
                let import = module.imports.add(FIRST, &name, id);
                let entry = module.tables.get_mut(id);
                entry.import = Some(import);
                if id == table {
                    entry.initial = plan.table_size.into();
                    entry.maximum = entry.maximum.map(|maximum| maximum.max(entry.initial));
                }
            }
            ExportItem::Global(id) => {
                let import = module.imports.add(FIRST, &name, id);
                module.globals.get_mut(id).kind = GlobalKind::Import(import);
            }
            ExportItem::Function(_) | ExportItem::Tag(_) => {}
        }
    }

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

fn places(module: &Module) -> HashMap<FunctionId, Place> {
    module.funcs.iter().enumerate().map(|(place, function)| (function.id(), place)).collect()
}

/// The table of functions; wasm-bindgen has one for values of JavaScript beside it.
fn table(module: &Module) -> Result<TableId> {
    let mut tables = module.tables.iter().filter(|table| table.element_ty == RefType::FUNCREF);
    match (tables.next(), tables.next()) {
        (Some(table), None) => Ok(table.id()),
        (_, more) => bail!("the program has {} tables of functions", if more.is_some() { "several" } else { "no" }),
    }
}

/// The functions in a table with their indexes.
fn table_entries(module: &Module, wanted: TableId) -> Result<Vec<(u32, FunctionId)>> {
    let mut found = Vec::new();
    for element in module.elements.iter() {
        let ElementKind::Active { table, offset } = &element.kind else { continue };
        if *table != wanted {
            continue;
        }
        let (ConstExpr::Value(Value::I32(start)), ElementItems::Functions(functions)) = (offset, &element.items) else {
            bail!("the table of functions is filled in a way that is not known here");
        };
        found.extend((start.cast_unsigned()..).zip(functions.iter().copied()));
    }
    Ok(found)
}

/// The functions that are called, or whose address is taken, in what is visited.
#[derive(Default)]
struct Calls {
    called: BTreeSet<FunctionId>,
}

impl<'instr> Visitor<'instr> for Calls {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.called.insert(*function);
    }
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

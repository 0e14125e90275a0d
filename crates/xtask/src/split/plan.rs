//! Decides which function goes into which module, and how they reach each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use walrus::ir::{Instr, Value, Visitor};
use walrus::{ConstExpr, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, Module, RefType, TableId};

use super::objects::{Object, only_rest};
use super::plain_name;

/// The most instructions of a function that is in both modules.
const TINY: usize = 12;

/// A function by its place in the module, the same in every reading of it.
pub(super) type Place = usize;

/// What goes where.
pub(super) struct Plan {
    /// The functions of the rest.
    pub(super) rest: BTreeSet<Place>,
    /// The functions that are in both modules, because they are smaller than what it takes to call them.
    pub(super) both: BTreeSet<Place>,
    /// Those of them that the first module calls or has in its table, with their index in the table.
    pub(super) slots: BTreeMap<Place, u32>,
    /// How many entries the table has with them.
    pub(super) table_size: u32,
    /// Places in memory that only the rest reads.
    pub(super) data: Vec<Range<usize>>,
}

/// What goes where, by what `runs_first` says of a function's name. What lies in memory are `objects`.
pub(super) fn plan(module: &Module, objects: &[Object], runs_first: impl Fn(&str) -> bool) -> Result<Plan> {
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
    let data = only_rest(module, objects, &rest)?;
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
pub(super) fn exports_of_first(module: &Module, plan: &Plan) -> BTreeMap<Place, String> {
    let places = places(module);
    let mut calls = Calls::default();
    for (_, function) in module.funcs.iter_local().filter(|(id, _)| plan.rest.contains(&places[id])) {
        walrus::ir::dfs_in_order(&mut calls, function, function.entry_block());
    }
    let wanted: BTreeSet<Place> = calls.called.iter().map(|id| places[id]).collect();
    let taken = wanted.iter().filter(|place| !plan.rest.contains(place) && !plan.both.contains(place));
    taken.enumerate().map(|(number, &place)| (place, format!("{number:x}"))).collect()
}

fn places(module: &Module) -> HashMap<FunctionId, Place> {
    module.funcs.iter().enumerate().map(|(place, function)| (function.id(), place)).collect()
}

/// The table of functions; wasm-bindgen has one for values of JavaScript beside it.
pub(super) fn table(module: &Module) -> Result<TableId> {
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

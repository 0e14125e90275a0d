//! Leaves out what a program does when it panics, but for ending.
//!
//! In WebAssembly the message of a panic goes nowhere, and the page learns as much from the trap as from anything
//! that comes before it. What makes the message is a tenth of a program like this one. (The compiler has
//! switches for this, `-Z location-detail=none` and the `immediate-abort` kind of panic, which its stable releases do
//! not accept.)

use std::ops::Range;

use anyhow::{Context, Result};
use walrus::ir::Value;
use walrus::{ConstExpr, DataId, DataKind, FunctionBuilder, FunctionKind, Module};

use super::plain_name;
use super::regions::local_functions;

/// The functions of Rust's libraries that panic and do nothing else, as the starts of their names.
const PANICS: &[&str] = &[
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "core::cell::panic_already_",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
];

/// Makes the functions that panic trap at once. Returns how many there were.
pub(super) fn trap(module: &mut Module) -> usize {
    let mut count = 0;
    for id in local_functions(module) {
        let function = module.funcs.get(id);
        let name = plain_name(function.name.as_deref().unwrap_or_default());
        if !PANICS.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        let ty = module.types.get(function.ty());
        let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
        let args = params.iter().map(|&param| module.locals.add(param)).collect();
        let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
        builder.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
        count += 1;
    }
    count
}

/// The record of a place that may panic: address and length of the file's name, line, column; each four bytes, lowest
/// first.
const RECORD: usize = 16;
/// Lines and columns above these are something else.
const MOST: [u32; 2] = [100_000, 1_000];

/// Empties the records of where in the source a panic happens, and the names of files that they refer to. Returns how
/// many there were.
pub(super) fn forget_places(module: &mut Module) -> Result<usize> {
    let segments = segments(module)?;
    let mut records: Vec<(DataId, usize)> = Vec::new();
    let mut names: Vec<(DataId, Range<usize>)> = Vec::new();
    for (id, start) in &segments {
        let bytes = &module.data.get(*id).value;
        // Records lie at addresses that four divides.
        let first = (4 - start % 4) % 4;
        let mut at = first;
        while let Some(record) = bytes.get(at..at + RECORD) {
            match name_of(module, &segments, record) {
                Some(name) => {
                    records.push((*id, at));
                    names.push(name);
                    at += RECORD;
                }
                None => at += 4,
            }
        }
    }
    for (id, at) in &records {
        // An empty text, which is never looked at; and nothing but zeros need not be stored at all.
        module.data.get_mut(*id).value[*at..at + RECORD].fill(0);
    }
    for (id, range) in names {
        module.data.get_mut(id).value[range].fill(0);
    }
    Ok(records.len())
}

/// Where the file's name lies, if these bytes are a record.
fn name_of(module: &Module, segments: &[(DataId, usize)], record: &[u8]) -> Option<(DataId, Range<usize>)> {
    let word = |at: usize| Some(u32::from_le_bytes(record.get(4 * at..4 * at + 4)?.try_into().ok()?));
    let (line, column) = (word(2)?, word(3)?);
    if !(1..=MOST[0]).contains(&line) || !(1..=MOST[1]).contains(&column) {
        return None;
    }
    let (address, length) = (usize::try_from(word(0)?).ok()?, usize::try_from(word(1)?).ok()?);
    let (id, start) = *segments.iter().rev().find(|&&(_, start)| start <= address)?;
    let range = address - start..(address - start).checked_add(length)?;
    let name = std::str::from_utf8(module.data.get(id).value.get(range.clone())?).ok()?;
    // All zero: the name of an earlier record, already emptied, cannot come here, as names are emptied last.
    (name.ends_with(".rs") && name.contains('/')).then_some((id, range))
}

/// The data of the program with its addresses, in their order.
pub(super) fn segments(module: &Module) -> Result<Vec<(DataId, usize)>> {
    let mut found = Vec::new();
    for data in module.data.iter() {
        if let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind {
            found.push((data.id(), usize::try_from(start).context("data at a negative address")?));
        }
    }
    found.sort_by_key(|&(_, start)| start);
    Ok(found)
}

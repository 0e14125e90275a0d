//! Leaves out what a program does when it panics, but for ending.
//!
//! In WebAssembly the message of a panic goes nowhere, and the page learns as much from the trap as from anything
//! that comes before it. What makes the message is a tenth of a program like this one. (The compiler has
//! switches for this, `-Z location-detail=none` and the `immediate-abort` kind of panic, which its stable releases do
//! not accept.)

use std::ops::Range;

use anyhow::{Context, Result};
use walrus::ir::{Value, dfs_in_order};
use walrus::{ConstExpr, DataId, DataKind, FunctionBuilder, FunctionKind, Module};

use super::objects::Addresses;
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

/// Makes the functions that panic trap at once.
pub(super) fn trap(module: &mut Module) {
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
    }
}

/// The record of a place that may panic: address and length of the file's name, line, column; each four bytes, lowest
/// first.
const RECORD: usize = 16;
/// Lines and columns above these are something else.
const MOST: [u32; 2] = [100_000, 1_000];

/// Empties the records of where in the source a panic happens, and the names of files that nothing else refers to.
pub(super) fn forget_places(module: &mut Module) -> Result<()> {
    let segments = segments(module)?;
    let mut records: Vec<(DataId, usize)> = Vec::new();
    let mut names: Vec<Range<usize>> = Vec::new();
    let mut used = Addresses::default();
    for (id, start) in &segments {
        let bytes = &module.data.get(*id).value;
        // Records lie at addresses that four divides, as do addresses themselves.
        let mut at = (4 - start % 4) % 4;
        while let Some(word) = bytes.get(at..at + 4) {
            match bytes.get(at..at + RECORD).and_then(|record| name_of(module, &segments, record)) {
                Some(name) => {
                    records.push((*id, at));
                    names.push(name);
                    at += RECORD;
                }
                None => {
                    used.found
                        .extend(word.try_into().ok().and_then(|word| usize::try_from(u32::from_le_bytes(word)).ok()));
                    at += 4;
                }
            }
        }
    }
    for id in local_functions(module) {
        let function = module.funcs.get(id).kind.unwrap_local();
        dfs_in_order(&mut used, function, function.entry_block());
    }
    used.found.sort_unstable();
    for (id, at) in &records {
        // An empty text, which is never looked at; and nothing but zeros need not be stored at all.
        module.data.get_mut(*id).value[*at..at + RECORD].fill(0);
    }
    // The names that something else needs may lie in others, one the end of another.
    let (kept, unused): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| {
        let first = used.found.partition_point(|&address| address < name.start);
        used.found.get(first).is_some_and(|&address| address < name.end)
    });
    let is_kept = |address: usize| kept.iter().any(|name| name.contains(&address));
    for name in unused {
        let Some(&(id, start)) = segments.iter().rev().find(|&&(_, start)| start <= name.start) else { continue };
        for address in name.filter(|&address| !is_kept(address)) {
            module.data.get_mut(id).value[address - start] = 0;
        }
    }
    Ok(())
}

/// The addresses of the file's name, if these bytes are a record.
fn name_of(module: &Module, segments: &[(DataId, usize)], record: &[u8]) -> Option<Range<usize>> {
    let word = |at: usize| Some(u32::from_le_bytes(record.get(4 * at..4 * at + 4)?.try_into().ok()?));
    let (line, column) = (word(2)?, word(3)?);
    if !(1..=MOST[0]).contains(&line) || !(1..=MOST[1]).contains(&column) {
        return None;
    }
    let (address, length) = (usize::try_from(word(0)?).ok()?, usize::try_from(word(1)?).ok()?);
    let (id, start) = *segments.iter().rev().find(|&&(_, start)| start <= address)?;
    let range = address - start..(address - start).checked_add(length)?;
    let name = std::str::from_utf8(module.data.get(id).value.get(range)?).ok()?;
    (name.ends_with(".rs") && name.contains('/')).then_some(address..address + length)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the data begins.
    const START: u32 = 1000;
    const NAME: &str = "a/src/b.rs";

    /// What is left of the name, and of the words behind it, `.` for an emptied one; the code has these constants.
    #[track_caller]
    fn check(words: &[u32], constants: &[i32], expected: &str) {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 1, None, None);
        let offset = ConstExpr::Value(Value::I32(START.cast_signed()));
        let mut bytes = NAME.as_bytes().to_vec();
        bytes.resize(NAME.len().next_multiple_of(4), b'|');
        let behind = bytes.len();
        bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        let id = module.data.add(DataKind::Active { memory, offset }, bytes);
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        for &constant in constants {
            builder.func_body().i32_const(constant).drop();
        }
        builder.finish(Vec::new(), &mut module.funcs);

        forget_places(&mut module).expect("data at fixed addresses");
        let (name, rest) = module.data.get(id).value.split_at(behind);
        let mut shown = String::from_utf8_lossy(name).replace('\0', "");
        for word in rest.as_chunks::<4>().0 {
            shown.push_str(if *word == [0; 4] { " ." } else { " x" });
        }
        assert_eq!(shown, expected, "{words:?} {constants:?}");
    }

    #[test]
    fn places_are_forgotten_and_nothing_else() {
        let whole = u32::try_from(NAME.len()).expect("a short name");
        check(&[START, whole, 7, 9], &[], "|| . . . .");
        check(&[5, START, whole, 7, 9, START, whole, 8, 1], &[], "|| x . . . . . . . .");
        // A line or column that is none, a text that is no name of a file, one that is not there.
        check(&[START, whole, 0, 9], &[], "a/src/b.rs|| x x . x");
        check(&[START, whole, 7, 9000], &[], "a/src/b.rs|| x x x x");
        check(&[START, whole - 1, 7, 9], &[], "a/src/b.rs|| x x x x");
        check(&[START, 9_999, 7, 9], &[], "a/src/b.rs|| x x x x");
        check(&[START, whole], &[], "a/src/b.rs|| x x");
    }

    #[test]
    fn a_name_that_is_used_as_a_text_is_kept() {
        let (whole, start) = (u32::try_from(NAME.len()).expect("a short name"), START.cast_signed());
        check(&[START, whole, 7, 9], &[start], "a/src/b.rs|| . . . .");
        check(&[START, whole, 7, 9], &[start + 6], "a/src/b.rs|| . . . .");
        check(&[START, whole, 7, 9], &[start - 1, start + 10], "|| . . . .");
        check(&[START, whole, 7, 9, START + 6, 4], &[], "a/src/b.rs|| . . . . x x");
        // The one name lies in the other.
        check(&[START, whole, 7, 9, START + 2, whole - 2, 7, 9], &[start], "a/src/b.rs|| . . . . . . . .");
    }
}

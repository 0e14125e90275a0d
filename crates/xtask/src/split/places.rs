//! Forgets where in the source a panic happens.
//!
//! The compiler keeps a file, line and column for every place that may panic, which is more than a tenth of a
//! program like this one, and nobody reads it: in WebAssembly the message of a panic goes nowhere. The records
//! stay, all alike, so that they take next to nothing after compression. (The compiler has a switch for this,
//! `-Z location-detail=none`, which its stable releases do not accept.)

use std::ops::Range;

use anyhow::{Context, Result};
use walrus::ir::Value;
use walrus::{ConstExpr, DataId, DataKind, Module};

/// A record: address and length of the file's name, line, column; each four bytes, lowest first.
const RECORD: usize = 16;
/// Lines and columns above these are something else.
const MOST: [u32; 2] = [100_000, 1_000];

/// Empties the records, and the names that they refer to. Returns how many there were.
pub(super) fn forget(module: &mut Module) -> Result<usize> {
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
        // No text is at an address of its own: empty, at an address that is not zero.
        let empty = [1_u32, 0, 0, 0].map(u32::to_le_bytes).concat();
        module.data.get_mut(*id).value[*at..at + RECORD].copy_from_slice(&empty);
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
fn segments(module: &Module) -> Result<Vec<(DataId, usize)>> {
    let mut found = Vec::new();
    for data in module.data.iter() {
        if let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind {
            found.push((data.id(), usize::try_from(start).context("data at a negative address")?));
        }
    }
    found.sort_by_key(|&(_, start)| start);
    Ok(found)
}

//! Moves the tables of Unicode to the rest of the program, where only that reads them.
//!
//! What else lies in the data stays in the first module: where one thing ends and the next begins is not written
//! in a finished program, and compilers address some things by places in front of them. The functions named here
//! read their tables from the start, so a table reaches from an address in them to the next address that
//! anything refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::Result;
use walrus::ir::{Const, Load, Store, Value, Visitor, dfs_in_order};
use walrus::{DataId, FunctionKind, Module};

use super::panics::segments;
use super::plain_name;
use super::plan::Place;

/// The functions whose tables are moved, as the starts of their names.
const READERS: &[&str] = &["core::unicode::", "<char>::escape_debug_ext"];

/// The places in memory that only functions of `rest` named in [`READERS`] read.
pub(super) fn tables(module: &Module, rest: &BTreeSet<Place>) -> Result<Vec<Range<usize>>> {
    let segments = segments(module)?;
    let inside = |address: usize| {
        let of = |&(id, start): &(DataId, usize)| start..start + module.data.get(id).value.len();
        segments.iter().map(of).find(|segment| segment.contains(&address))
    };
    let mut readers: BTreeMap<usize, bool> = BTreeMap::new();
    for (place, function) in module.funcs.iter().enumerate() {
        let FunctionKind::Local(local) = &function.kind else { continue };
        let mut addresses = Addresses::default();
        dfs_in_order(&mut addresses, local, local.entry_block());
        let name = plain_name(function.name.as_deref().unwrap_or_default());
        let moves = rest.contains(&place) && READERS.iter().any(|reader| name.starts_with(reader));
        for address in addresses.found.into_iter().filter(|&address| inside(address).is_some()) {
            *readers.entry(address).or_insert(true) &= moves;
        }
    }
    for &(id, start) in &segments {
        let bytes = &module.data.get(id).value;
        // Whatever looks like an address in the data keeps what it leads to in its place.
        for at in (start.next_multiple_of(4)..(start + bytes.len()).saturating_sub(3)).step_by(4) {
            let word: [u8; 4] = bytes[at - start..at - start + 4].try_into()?;
            let address = usize::try_from(u32::from_le_bytes(word))?;
            if inside(address).is_some() {
                readers.insert(address, false);
            }
        }
    }
    let starts: Vec<(usize, bool)> = readers.into_iter().collect();
    let mut found = Vec::new();
    for (index, &(start, moves)) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(usize::MAX, |&(next, _)| next);
        if let Some(segment) = inside(start).filter(|_| moves) {
            found.push(start..end.min(segment.end));
        }
    }
    Ok(found)
}

/// Takes the bytes at these places out of the data, for the other module.
pub(super) fn take(module: &mut Module, tables: &[Range<usize>]) -> Result<Vec<(usize, Vec<u8>)>> {
    let mut taken = Vec::new();
    for (id, start) in segments(module)? {
        let bytes = &mut module.data.get_mut(id).value;
        let end = start + bytes.len();
        for table in tables.iter().filter(|table| table.start >= start && table.end <= end) {
            let part = &mut bytes[table.start - start..table.end - start];
            taken.push((table.start, part.to_vec()));
            part.fill(0);
        }
    }
    Ok(taken)
}

/// The numbers in a function that may be addresses.
#[derive(Default)]
struct Addresses {
    found: Vec<usize>,
}

impl<'instr> Visitor<'instr> for Addresses {
    fn visit_const(&mut self, instr: &Const) {
        if let Value::I32(value) = instr.value {
            self.found.extend(usize::try_from(value));
        }
    }

    fn visit_load(&mut self, instr: &Load) {
        self.found.extend(usize::try_from(instr.arg.offset));
    }

    fn visit_store(&mut self, instr: &Store) {
        self.found.extend(usize::try_from(instr.arg.offset));
    }
}

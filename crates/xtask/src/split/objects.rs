//! Moves what lies in memory to the rest of the program, where only that can reach it: the texts, lists and tables
//! of functions that do not run first.
//!
//! Where one object ends and the next begins is not written in a finished program. The linker tells it, when asked to
//! (`--emit-relocs`, see `build.rs`): it leaves its symbols, and the places that refer to them, in sections of their
//! own, which pass through wasm-bindgen unread. Without them nothing is moved.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::{Context, Result};
use walrus::ir::{Const, Load, Store, Value, Visitor, dfs_in_order};
use walrus::{FunctionKind, Module};
use wasmparser::{
    BinaryReader, Linking, LinkingSectionReader, RelocAddendKind, RelocSectionReader, RelocationEntry, SymbolInfo,
};

use super::panics::segments;
use super::plan::Place;

/// The linker's notes: its symbols, and what refers to them.
const SYMBOLS: &str = "linking";
const RELOCATIONS: [&str; 2] = ["reloc.CODE", "reloc.DATA"];

/// What the program addresses as one: a text, a table, a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    /// Its place in memory.
    place: Range<usize>,
    /// Whether something refers to it by the address behind it, where perhaps the next one begins.
    by_its_end: bool,
    /// Whether something refers to it by another address outside it: who does cannot be told.
    from_outside: bool,
}

/// Takes the linker's notes out of the program. Returns the objects that they name, in their order; no two overlap.
pub(super) fn objects(module: &mut Module) -> Result<Vec<Object>> {
    let symbols = module.customs.remove_raw(SYMBOLS);
    let relocations: Vec<_> = RELOCATIONS.iter().filter_map(|name| module.customs.remove_raw(name)).collect();
    let Some(symbols) = symbols else { return Ok(Vec::new()) };
    let segments: Vec<usize> = segments(module)?.into_iter().map(|(_, start)| start).collect();

    let mut named = symbols_of(&symbols.data, &segments)?;
    for section in &relocations {
        for entry in RelocSectionReader::new(BinaryReader::new(&section.data, 0))?.entries() {
            let RelocationEntry { ty, index, addend, .. } = entry?;
            let object = named.get_mut(usize::try_from(index)?).and_then(Option::as_mut);
            if let Some(object) = object.filter(|_| ty.addend_kind() != RelocAddendKind::None) {
                let addend = usize::try_from(addend);
                object.by_its_end |= addend == Ok(object.place.len());
                object.from_outside |= addend.map_or(true, |addend| addend > object.place.len());
            }
        }
    }
    let mut objects: Vec<Object> = named.into_iter().flatten().filter(|object| !object.place.is_empty()).collect();
    objects.sort_by_key(|object| (object.place.start, object.place.end));
    objects.dedup_by(|next, last| {
        let overlap = next.place.start < last.place.end;
        if overlap {
            last.place.end = last.place.end.max(next.place.end);
            last.by_its_end |= next.by_its_end;
            last.from_outside |= next.from_outside;
        }
        overlap
    });
    Ok(objects)
}

/// The places of the objects that nothing but functions of `rest` can reach, in their order; neighbours are joined.
pub(super) fn only_rest(module: &Module, objects: &[Object], rest: &BTreeSet<Place>) -> Result<Vec<Range<usize>>> {
    let meant = |address: usize| {
        let after = objects.partition_point(|object| object.place.start <= address);
        let candidates = after.saturating_sub(2)..after;
        candidates.filter(move |&index| {
            let Object { place, by_its_end, .. } = &objects[index];
            place.contains(&address) || *by_its_end && place.end == address
        })
    };
    let mut addresses = Addresses::default();
    for (place, function) in module.funcs.iter().enumerate() {
        if let (false, FunctionKind::Local(local)) = (rest.contains(&place), &function.kind) {
            dfs_in_order(&mut addresses, local, local.entry_block());
        }
    }
    let reached = addresses.found.into_iter().flat_map(meant);
    let outside = objects.iter().enumerate().filter(|(_, object)| object.from_outside);
    let mut open: Vec<usize> = reached.chain(outside.map(|(index, _)| index)).collect();
    let mut stays = vec![false; objects.len()];
    let segments = segments(module)?;
    while let Some(index) = open.pop() {
        if std::mem::replace(&mut stays[index], true) {
            continue;
        }
        // Whatever looks like an address in it keeps what it leads to in its place.
        let place = &objects[index].place;
        let Some(&(id, start)) = segments.iter().rev().find(|&&(_, start)| start <= place.start) else { continue };
        let bytes = module.data.get(id).value.get(place.start - start..place.end - start);
        let bytes = bytes.context("the linker names an object outside the data")?;
        let aligned = place.start.next_multiple_of(4) - place.start;
        for word in bytes.get(aligned..).unwrap_or_default().as_chunks::<4>().0 {
            open.extend(meant(usize::try_from(u32::from_le_bytes(*word))?));
        }
    }
    let mut moved: Vec<Range<usize>> = Vec::new();
    for (object, _) in objects.iter().zip(stays).filter(|(_, stays)| !stays) {
        match moved.last_mut().filter(|last| last.end == object.place.start) {
            Some(last) => last.end = object.place.end,
            None => moved.push(object.place.clone()),
        }
    }
    Ok(moved)
}

/// Takes the bytes at these places out of the data, for the other module.
pub(super) fn take(module: &mut Module, places: &[Range<usize>]) -> Result<Vec<(usize, Vec<u8>)>> {
    let mut taken = Vec::new();
    for (id, start) in segments(module)? {
        let bytes = &mut module.data.get_mut(id).value;
        let end = start + bytes.len();
        for place in places.iter().filter(|place| place.start >= start && place.end <= end) {
            let part = &mut bytes[place.start - start..place.end - start];
            taken.push((place.start, part.to_vec()));
            part.fill(0);
        }
    }
    Ok(taken)
}

/// The linker's symbols by their numbers; none where it is not that of an object in these segments.
fn symbols_of(section: &[u8], segments: &[usize]) -> Result<Vec<Option<Object>>> {
    let mut found = Vec::new();
    for part in LinkingSectionReader::new(BinaryReader::new(section, 0))? {
        let Linking::SymbolTable(symbols) = part? else { continue };
        for symbol in symbols {
            let SymbolInfo::Data { symbol: Some(symbol), .. } = symbol? else {
                found.push(None);
                continue;
            };
            let start =
                segments.get(usize::try_from(symbol.index)?).context("the linker names data that is not there")?;
            let start = start + usize::try_from(symbol.offset)?;
            found.push(Some(Object {
                place: start..start + usize::try_from(symbol.size)?,
                by_its_end: false,
                from_outside: false,
            }));
        }
    }
    Ok(found)
}

/// The numbers in a function that may be addresses.
#[derive(Default)]
pub(super) struct Addresses {
    pub(super) found: Vec<usize>,
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

#[cfg(test)]
mod tests {
    use walrus::{ConstExpr, DataKind, FunctionBuilder, RawCustomSection};

    use super::*;

    /// Where the data begins.
    const START: usize = 1000;

    /// A program with objects of eight bytes each, and a function for each list of constants. Relocations are of an
    /// object, by its number, and an address in it.
    fn program(count: u8, data: &[u8], functions: &[&[i32]], relocations: &[(u8, u8)]) -> Module {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 1, None, None);
        let offset = ConstExpr::Value(Value::I32(1000));
        module.data.add(DataKind::Active { memory, offset }, data.to_vec());
        for constants in functions {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
            for &constant in *constants {
                builder.func_body().i32_const(constant).drop();
            }
            builder.finish(Vec::new(), &mut module.funcs);
        }
        // A symbol: data, no flags, a name of one letter, the first segment, where, how long.
        let symbols = (0..count).flat_map(|number| [1, 0, 1, b'a' + number, 0, 8 * number, 8]);
        let table: Vec<u8> = [count].into_iter().chain(symbols).collect();
        let length = u8::try_from(table.len()).expect("a short table");
        let linking = [2, 8, length].into_iter().chain(table).collect();
        module.customs.add(RawCustomSection { name: SYMBOLS.to_owned(), data: linking });
        // A relocation: an address in signed LEB128, where, which symbol, what is added to it.
        let entries = relocations.iter().flat_map(|&(symbol, added)| [4, 0, symbol, added]);
        let count = u8::try_from(relocations.len()).expect("a few");
        let relocations = [0, count].into_iter().chain(entries).collect();
        module.customs.add(RawCustomSection { name: RELOCATIONS[0].to_owned(), data: relocations });
        module
    }

    /// What is moved where the first function stays and the second one is moved.
    #[track_caller]
    fn check(data: &[u8], functions: &[&[i32]; 2], relocations: &[(u8, u8)], expect: &[(usize, usize)]) {
        let expect: Vec<Range<usize>> = expect.iter().map(|&(start, end)| start..end).collect();
        let count = u8::try_from(data.len() / 8).expect("a few objects");
        let mut module = program(count, data, functions, relocations);
        let objects = objects(&mut module).expect("the linker's notes");
        assert_eq!(module.customs.iter().count(), 0, "the notes are taken out");
        assert_eq!(only_rest(&module, &objects, &BTreeSet::from([1])).expect("places"), expect);
        let taken = take(&mut module, &expect).expect("bytes");
        for (place, (start, bytes)) in expect.iter().zip(&taken) {
            assert_eq!((place.start, bytes.as_slice()), (*start, &data[place.start - START..place.end - START]));
        }
        assert_eq!(taken.len(), expect.len());
    }

    #[test]
    fn what_only_the_rest_refers_to_is_moved() {
        let data = *b"text onetext twotext six";
        check(&data, &[&[1000], &[1008]], &[], &[(1008, 1024)]);
        check(&data, &[&[1000, 1008], &[1008]], &[], &[(1016, 1024)]);
        // In the middle of an object, and a number that is no address.
        check(&data, &[&[1012, 7], &[1000]], &[], &[(1000, 1008), (1016, 1024)]);
    }

    #[test]
    fn what_a_table_leads_to_stays_with_it() {
        let mut data = *b"........text twotext six";
        data[4..8].copy_from_slice(&1016_u32.to_le_bytes());
        check(&data, &[&[1000], &[]], &[], &[(1008, 1016)]);
        check(&data, &[&[1008], &[1000]], &[], &[(1000, 1008), (1016, 1024)]);
    }

    #[test]
    fn the_address_behind_an_object_means_it_where_it_is_used_so() {
        let data = *b"text onetext twotext six";
        check(&data, &[&[1008], &[1000]], &[], &[(1000, 1008), (1016, 1024)]);
        check(&data, &[&[1008], &[1000]], &[(0, 8)], &[(1016, 1024)]);
    }

    #[test]
    fn what_is_addressed_from_further_off_stays() {
        let data = *b"text onetext twotext six";
        check(&data, &[&[], &[1008]], &[(1, 0x7c)], &[(1000, 1008), (1016, 1024)]);
        check(&data, &[&[], &[1008]], &[(1, 12)], &[(1000, 1008), (1016, 1024)]);
    }

    #[test]
    fn without_notes_of_the_linker_nothing_is_moved() {
        assert_eq!(objects(&mut Module::default()).expect("nothing to read"), []);
    }
}

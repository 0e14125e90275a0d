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
mod modules;
mod objects;
mod panics;
mod plan;
pub(crate) mod ran;
pub(crate) mod regions;
mod stretch;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use objects::Object;
use ran::Ran;
use regions::{cuts, local_functions, regions, shape};
use walrus::{Module, ModuleConfig};

/// Old and new names.
pub(crate) type Renamed = Vec<(String, String)>;

/// The two modules.
pub(crate) struct Parts {
    pub(crate) first: Vec<u8>,
    pub(crate) rest: Vec<u8>,
    /// What the functions that they take from JavaScript were called, each with its new, short name.
    pub(crate) renamed: Renamed,
}

/// Splits a program by what `ran` says of it.
pub(crate) fn split(wasm: &[u8], ran: &Ran) -> Result<Parts> {
    let Apart { wasm, objects, renamed } = &taken_apart(wasm, ran)?;
    let module = parse(wasm)?;
    let plan = plan::plan(&module, objects, |name| ran.has(name) || is_scheduled(name))?;
    let exports = plan::exports_of_first(&module, &plan);
    drop(module);
    let (first, rest) = (modules::first(wasm, &plan, &exports)?, modules::rest(wasm, &plan, &exports)?);
    Ok(Parts { first, rest, renamed: renamed.clone() })
}

/// The program with what did not run in functions of its own, and without what nobody reads.
struct Apart {
    wasm: Vec<u8>,
    objects: Vec<Object>,
    /// The new names of its imports.
    renamed: Renamed,
}

/// In instructions. Of several functions with one name, small ones are taken to run together.
const LARGE: usize = 64;

/// Whether it is chance what runs of a function: in maps that hash with a key that differs from visit to visit, what
/// happens when two hashes collide; and what Yew drops that is scheduled twice, in an order that comes of such maps.
fn is_by_chance(name: &str) -> bool {
    ["hashbrown", "std::collections::hash", "yew::scheduler"].iter().any(|part| name.contains(part))
        || is_scheduled(name)
}

/// Whether a function drops what Yew has scheduled: it may run although no note says so.
fn is_scheduled(name: &str) -> bool {
    name.starts_with("core::ptr::drop_in_place<yew::html::component::lifecycle::ComponentState")
}

fn size(regions: &[regions::Region]) -> usize {
    regions.iter().map(|region| region.len).sum()
}

fn taken_apart(wasm: &[u8], ran: &Ran) -> Result<Apart> {
    let mut module = parse(wasm)?;
    let objects = objects::objects(&mut module)?;
    panics::trap(&mut module);
    panics::forget_places(&mut module)?;
    let functions: Vec<_> = local_functions(&module)
        .into_iter()
        .map(|id| {
            let function = module.funcs.get(id);
            let regions = regions(function.kind.unwrap_local());
            (id, plain_name(function.name.as_deref().unwrap_or_default()), shape(&regions), regions)
        })
        .collect();
    let mut shapes: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for (_, name, shape, _) in &functions {
        shapes.entry(name).or_default().insert(*shape);
    }
    for (id, name, shape, regions) in &functions {
        if is_by_chance(name) {
            continue;
        }
        if let Some(ran) = ran.regions(name, *shape) {
            carve::carve(&mut module, *id, &cuts(regions, |region| ran.contains(&region)));
        } else if size(regions) >= LARGE && ran.is_another(name, *shape, &shapes[name.as_str()]) {
            module.funcs.get_mut(*id).name = Some(format!("another {name}"));
        }
    }
    let mut renamed = Vec::new();
    for (number, import) in module.imports.iter_mut().enumerate() {
        // The hashes in them do not compress; they are there twice, and for each of some two hundred functions.
        let name = format!("_{number}");
        renamed.push((std::mem::replace(&mut import.name, name.clone()), name));
    }
    Ok(Apart { wasm: module.emit_wasm(), objects, renamed })
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

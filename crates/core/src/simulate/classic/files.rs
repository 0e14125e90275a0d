//! What lies in the file systems of images, as far as COPY has to know it: whether what it copies is what
//! it copied before.
//!
//! Follows `copy.go` of moby's `builder/dockerfile` and its `remotecontext` (Docker 20.10): the cache goes by
//! the paths and contents of all files that are copied, wherever they come from. Relies on
//! [`context`](super::super::context) for the build context; what a command leaves is what the request says
//! of it.

use crate::resolve::clean;

use super::super::cache::Effects;
use super::store::{ImageIndex, Layer, Listing, Store};

/// So many images are looked at in all for what lies somewhere in them. Files that more would have to be looked at for
/// are taken for others each time, so that no Dockerfile takes longer than a moment.
const MOST: usize = 4_000_000;

/// A number for what lies at an absolute path in an image: equal ones for equal files.
pub(super) fn at(store: &mut Store, image: ImageIndex, path: &str) -> u32 {
    let n_paths = store.paths.len() as u32;
    let place = *store.paths.or_insert(path.to_owned(), n_paths);
    let mut above = Vec::new();
    let mut next = Some(image);
    let mut number = 0;
    while let Some(index) = next {
        if let Some(&found) = store.seen.get(&(place, index)) {
            number = found;
            break;
        }
        if store.n_looks == MOST {
            let unknown = store.put.len() as u32 + 1;
            store.put.insert(format!("unknown {unknown}"), unknown);
            return unknown;
        }
        store.n_looks += 1;
        above.push(index);
        next = store.image(index).parent;
    }
    for index in above.into_iter().rev() {
        if let Some(put) = put_at(store, index, path) {
            let unknown = store.put.len() as u32 + 1;
            number = *store.put.or_insert(format!("{number} {put}"), unknown);
        }
    }
    store.seen.insert((place, image), number);
    number
}

/// What the instruction that made an image put to a path; none where it put nothing there.
fn put_at(store: &Store, index: ImageIndex, path: &str) -> Option<String> {
    let image = store.image(index);
    match &image.layer {
        Layer::None if image.parent.is_none() => Some(format!("image {}", index.0)),
        Layer::None => None,
        Layer::Run(effects) if writes_anew(effects, path) => Some(format!("run {}", index.0)),
        // A command of which something is said writes nothing else.
        Layer::Run(_) => None,
        Layer::Folder(folder) => (folder != path && is_below(folder, path)).then(|| ["folder ", folder].concat()),
        Layer::Copy { chown, what, destination, unpacks } => {
            let part = part_of(store.listing(*what), what.0, destination, path, *unpacks)?;
            Some(["copy ", chown, " ", destination, " ", &part].concat())
        }
    }
}

/// Whether a command writes something else at a path whenever it runs.
fn writes_anew(effects: &Effects, path: &str) -> bool {
    match effects {
        Effects::Everything => true,
        Effects::Nothing => false,
        Effects::Below(folders) => folders.iter().any(|folder| overlap(folder, path)),
    }
}

/// What of some copied files lies at `path`; none where nothing does.
fn part_of(listing: &Listing, number: u32, destination: &str, path: &str, unpacks: bool) -> Option<String> {
    let folder = destination.trim_end_matches('/');
    if !overlap(folder, path) {
        return None;
    }
    let is_whole = is_below(folder, path) || unpacks || listing.targets.is_empty();
    if is_whole {
        return Some(number.to_string());
    }
    let mut out = String::new();
    for (target, content) in &listing.targets {
        let target = [folder, "/", target].concat();
        // Without a slash at its end, the destination may be the file itself.
        let is_there = match target.ends_with('/') {
            true => is_below(&target, path),
            false => overlap(&target, path) || !destination.ends_with('/') && listing.targets.len() == 1,
        };
        if is_there {
            out.push_str(&[&target, "\0", content, "\0"].concat());
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Whether one of two absolute paths is the other, or lies below it.
fn overlap(a: &str, b: &str) -> bool {
    is_below(a, b) || is_below(b, a)
}

/// Whether `path` is `folder`, or lies below it.
fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.trim_end_matches('/').strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path as an absolute one, seen from a folder.
pub(super) fn absolute(folder: &str, path: &str) -> String {
    if path.starts_with('/') { clean(path).into_owned() } else { clean(&format!("/{folder}/{path}")).into_owned() }
}

/// The part of a path before its first wildcard.
pub(super) fn before_wildcard(path: &str) -> &str {
    match path.find(['*', '?', '[']) {
        Some(wildcard) => &path[..path[..wildcard].rfind('/').map_or(0, |slash| slash + 1)],
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_overlap_where_one_is_a_folder_of_the_other() {
        assert!(overlap("/out", "/out/a") && overlap("/out/a", "/out/") && overlap("/", "/x"));
        assert!(!overlap("/out", "/output") && !overlap("/a", "/b"));
    }

    #[test]
    fn paths_are_absolute_and_end_before_a_wildcard() {
        assert_eq!(absolute("", "/out/"), "/out");
        assert_eq!(absolute("w", "x/../y"), "/w/y");
        assert_eq!(before_wildcard("/out/a*/b"), "/out/");
        assert_eq!(absolute("", before_wildcard("*.c")), "/");
    }
}

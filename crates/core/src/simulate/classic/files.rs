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

/// What lies at an absolute path in an image: equal texts for equal files.
pub(super) fn at(store: &Store, image: ImageIndex, path: &str) -> String {
    let mut out = String::new();
    let mut next = Some(image);
    while let Some(index) = next {
        let image = store.image(index);
        match &image.layer {
            Layer::Run(effects) if writes_anew(effects, path) => out.push_str(&format!("run {}\0", index.0)),
            Layer::Run(_) => out.push_str(&["steady ", &image.code, "\0"].concat()),
            Layer::Folder(folder) if folder != path && is_below(folder, path) => {
                out.push_str(&["folder ", folder, "\0"].concat());
            }
            Layer::Copy { chown, what, destination, unpacks } => {
                let listing = store.listing(*what);
                if let Some(part) = part_of(listing, what.0, destination, path, *unpacks) {
                    out.push_str(&["copy ", chown, " ", destination, " ", &part, "\0"].concat());
                }
            }
            _ => {}
        }
        next = image.parent;
        if next.is_none() {
            out.push_str(&format!("outside {}", index.0));
        }
    }
    out
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
        if overlap(&target, path) || !destination.ends_with('/') && listing.targets.len() == 1 {
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

/// A path of an image as an absolute one; up to its first wildcard.
pub(super) fn absolute(folder: &str, path: &str) -> String {
    let fixed = match path.find(['*', '?', '[']) {
        Some(wildcard) => &path[..path[..wildcard].rfind('/').map_or(0, |slash| slash + 1)],
        None => path,
    };
    if fixed.starts_with('/') { clean(fixed) } else { clean(&format!("/{folder}/{fixed}")) }
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
    fn paths_of_images_are_absolute_and_end_before_a_wildcard() {
        assert_eq!(absolute("", "/out/"), "/out");
        assert_eq!(absolute("w", "x/../y"), "/w/y");
        assert_eq!(absolute("", "/out/a*/b"), "/out");
        assert_eq!(absolute("", "*.c"), "/");
    }
}

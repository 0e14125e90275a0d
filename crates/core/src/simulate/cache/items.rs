//! Things at paths, and lists of them in which those that have to do with a path are found without looking at
//! all.
//!
//! Paths have no slash in front; the root is the empty one. What the things stand for is told in
//! [`files`](super::files).

use std::rc::Rc;

use crate::sorting::{sort, sort_by};
use crate::text::offset;

use super::files::TextId;
use super::name::Name;

/// What is at one path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    /// A file with this content, owner and mode.
    File(TextId),
    /// A folder, whatever is in it.
    Folder(TextId),
    /// Files that are not known: those of something, such as an image or one run of a command, from a path
    /// inside of it.
    Unknown { of: TextId, inside: Name, is_assumed: bool },
}

/// A thing at a path: from the root of the files, or from that of a value; without a slash in front, and
/// empty for the root itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Item {
    pub(super) path: Name,
    pub(super) thing: Thing,
}

/// Things in an order that counts, shared by all that have them.
#[derive(Clone, Debug)]
pub(super) struct Items {
    list: Rc<[Item]>,
    /// The places of the things by their paths; none where they are in that order already, or few.
    order: Option<Rc<[u32]>>,
    is_plain: bool,
    has_folders: bool,
}

/// Lists up to this length are looked through.
const FEW: usize = 12;

impl Items {
    pub(super) fn new(list: Vec<Item>) -> Self {
        let is_sorted = list.windows(2).all(|pair| pair[0].path < pair[1].path);
        let is_plain = is_sorted && !list.iter().any(|item| matches!(item.thing, Thing::Unknown { .. }));
        let has_folders = list.iter().any(|item| matches!(item.thing, Thing::Folder(_)));
        let mut order = Vec::new();
        if !is_sorted && list.len() > FEW {
            order.extend(0..offset(list.len()));
            sort_by(&mut order, |&a, &b| list[a as usize].path < list[b as usize].path);
        }
        let order = (!order.is_empty()).then(|| order.into());
        Self { list: list.into(), order, is_plain, has_folders }
    }

    /// All of them, in their order.
    pub(super) fn list(&self) -> &Rc<[Item]> {
        &self.list
    }

    /// Whether a folder is among them.
    pub(super) fn has_folders(&self) -> bool {
        self.has_folders
    }

    /// Whether all are known, no two have one path, and they are sorted.
    pub(super) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Shows what is at a path, below it, or at a folder above it, in their order, until `visit` says that it is
    /// enough. Tells whether it did.
    pub(super) fn visit(&self, path: &str, visit: &mut dyn FnMut(&Item) -> bool) -> bool {
        if path.is_empty() || self.list.len() <= FEW {
            return self.list.iter().any(visit);
        }
        if self.order.is_none() {
            return self.visit_sorted(path, visit);
        }
        let mut places: Vec<u32> = Vec::new();
        for folder in folders_above(path).chain([path]) {
            let start = self.first(|item| *item.path < *folder);
            let same = (start..self.list.len()).map(|place| self.nth(place));
            places.extend(same.take_while(|&place| *self.list[place as usize].path == *folder));
        }
        let start = self.first(|item| is_before_inner(&item.path, path));
        let inner = (start..self.list.len()).map(|place| self.nth(place));
        places.extend(inner.take_while(|&place| is_inside(&self.list[place as usize].path, path)));
        sort(&mut places);
        places.into_iter().any(|place| visit(&self.list[place as usize]))
    }

    fn visit_sorted(&self, path: &str, visit: &mut dyn FnMut(&Item) -> bool) -> bool {
        for folder in folders_above(path).chain([path]) {
            let same = self.list[self.first(|item| *item.path < *folder)..].iter();
            if same.take_while(|item| *item.path == *folder).any(&mut *visit) {
                return true;
            }
        }
        let inner = self.list[self.first(|item| is_before_inner(&item.path, path))..].iter();
        inner.take_while(|item| is_inside(&item.path, path)).any(visit)
    }

    /// The place in the list of what is `nth` by path.
    fn nth(&self, nth: usize) -> u32 {
        self.order.as_ref().map_or(nth as u32, |order| order[nth])
    }

    /// How many by path are before the first that is not `before` something.
    fn first(&self, before: impl Fn(&Item) -> bool) -> usize {
        let (mut start, mut end) = (0, self.list.len());
        while start < end {
            let middle = usize::midpoint(start, end);
            if before(&self.list[self.nth(middle) as usize]) {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        start
    }
}

/// Whether a path goes before all that is in a folder, as the folder itself does.
pub(super) fn is_before_inner(path: &str, folder: &str) -> bool {
    if folder.is_empty() {
        return path.is_empty();
    }
    let (path, folder) = (path.as_bytes(), folder.as_bytes());
    match path.get(folder.len()) {
        Some(&next) if path[..folder.len()] == *folder => next < b'/',
        _ => path <= folder,
    }
}

/// Things that a step writes.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// The folder that they are in.
    pub(super) folder: Name,
    /// The things, by their paths in that folder; shared with where they are copied from.
    pub(super) items: Items,
}

impl Sheet {
    /// Things by their paths from the root.
    pub(super) fn of(mut items: Vec<Item>) -> Self {
        let first = items.first().map(|item| item.path.clone()).unwrap_or_default();
        let mut folder = &*first;
        for item in &items {
            while !is_inside(&item.path, folder) {
                folder = &folder[..folder.rfind('/').unwrap_or(0)];
            }
        }
        if !folder.is_empty() {
            for item in &mut items {
                item.path = rest(&item.path, folder).unwrap_or_default().into();
            }
        }
        Self { folder: folder.into(), items: Items::new(items) }
    }

    /// Shows the things of the sheet that are at or below a path, by their paths from there, until `put` says that
    /// it is enough. Tells whether nothing below the sheet can be seen.
    pub(super) fn seen_at(&self, path: &str, put: &mut dyn FnMut(Item) -> bool) -> bool {
        if let Some(path) = rest(path, &self.folder) {
            return self.items.visit(path, &mut |item| item.seen_at(path, put));
        }
        let Some(folder) = rest(&self.folder, path) else { return false };
        let item = |item: &Item| Item { path: joined(folder, &item.path), thing: item.thing.clone() };
        self.items.list.iter().any(|it| put(item(it)))
    }
}

impl Item {
    /// What of a thing is at or below a path. Tells whether it hides all that is there besides.
    fn seen_at(&self, path: &str, put: &mut dyn FnMut(Item) -> bool) -> bool {
        if let Some(inner) = rest(&self.path, path) {
            let is_whole = inner.is_empty() && matches!(self.thing, Thing::File(_));
            let inner = if inner.len() == self.path.len() { self.path.clone() } else { inner.into() };
            return put(Item { path: inner, thing: self.thing.clone() }) || is_whole;
        }
        let Some(inner) = rest(path, &self.path) else { return false };
        match &self.thing {
            // A file where a folder would have to be.
            Thing::File(_) => true,
            Thing::Folder(_) => false,
            Thing::Unknown { of, inside, is_assumed } => {
                let thing = Thing::Unknown { of: *of, inside: joined(inside, &inner.into()), is_assumed: *is_assumed };
                put(Item { path: Name::default(), thing })
            }
        }
    }
}

/// Whether a path is another one or lies in it.
pub(super) fn is_inside(path: &str, folder: &str) -> bool {
    rest(path, folder).is_some()
}

/// A path seen from a folder that it lies in.
fn rest<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Two paths as one.
pub(super) fn joined(folder: &str, path: &Name) -> Name {
    match (folder.is_empty(), path.is_empty()) {
        (true, _) => path.clone(),
        (_, true) => folder.into(),
        _ => [folder, "/", path].concat().into(),
    }
}

/// The folders that a path lies in, the root first.
pub(super) fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    let inner = path.match_indices('/').map(|(at, _)| &path[..at]);
    Some("").filter(|_| !path.is_empty()).into_iter().chain(inner)
}

//! What a source of COPY, ADD or a mount gives out of the files of a step, and the checksum of that.
//!
//! Follows BuildKit's `cache/contenthash`. Which sources there are is told by [`reads`](super::reads), which files by
//! [`select`](super::super::select); relies on [`files`](super::files) for what is where.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

use crate::lookup::Lookup;
use crate::resolve::{CopyPart, MountKind, clean};
use crate::sorting::sort_by;

use super::super::context::shortened;
use super::super::select::{Missing, Selector, Taken, select};
use super::super::wildcard::{before_wildcard, has_wildcard};
use super::files::{Files, Item, Items, LayerId, PLAIN, Thing, ValueId, is_inside, joined};
use super::name::Name;
use super::wiring::{Part, Slot, Wired, Work, has_own_folder};

/// What is taken of an input, or copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source<'a> {
    pub(super) path: Cow<'a, str>,
    wildcards: bool,
    parents: Option<&'a str>,
    exclude: &'a [String],
}

/// What a source gives.
#[derive(Debug)]
pub(super) struct Given {
    /// The things, with the paths that the checksum counts.
    pub(super) value: Items,
    /// The same as they are called below the destination.
    pub(super) named: Items,
    /// For each of them whether it is the source itself, and no part of it. Empty where none is.
    pub(super) is_source: Vec<bool>,
    /// Whether a command that may write other things each time wrote some of it.
    pub(super) is_assumed: bool,
    /// The number of the value, once somebody asked for it.
    id: OnceCell<ValueId>,
}

/// What is in a folder, as patterns are held against it.
#[derive(Debug)]
pub(super) struct Listing {
    items: Vec<Item>,
    /// The files and folders that are known, sorted by their paths from the root. The path of a folder ends with a
    /// slash; it may be there only as something is in it.
    paths: Vec<Name>,
    /// The place of each in the items.
    places: Vec<Option<usize>>,
}

impl<'a> Source<'a> {
    pub(super) fn plain(path: impl Into<Cow<'a, str>>) -> Self {
        Self { path: path.into(), wildcards: false, parents: None, exclude: &[] }
    }

    /// What a step takes of one of its sources; none for the stage's own files and what is made for the step.
    pub(super) fn of_slot(slot: &Slot<'a>, wired: &Wired<'a>) -> Option<Self> {
        match (slot.part, wired.work) {
            (Part::Copied(part), Work::Copy(copy)) => Some(Self::of_part(part, &copy.exclude)),
            (Part::Mounted(mount), _) if mount.kind != MountKind::Tmpfs && !has_own_folder(mount) => {
                Some(Self::plain(mount.shown()))
            }
            _ => None,
        }
    }

    /// The source of a COPY or ADD.
    pub(super) fn of_part(part: &'a CopyPart, exclude: &'a [String]) -> Self {
        match part {
            CopyPart::Path { path, parents, .. } => {
                let path = clean(path);
                Self { path, wildcards: true, parents: parents.as_deref(), exclude }
            }
            CopyPart::Http { filename: name, .. } | CopyPart::Document { name, .. } => {
                Self { exclude, ..Self::plain(format!("/{name}")) }
            }
            CopyPart::Git { .. } => Self { exclude, ..Self::plain("/") },
        }
    }

    /// What tells a source from another of the same files.
    pub(super) fn key(&self) -> Cow<'_, str> {
        if self.is_plain() { Cow::Borrowed(&self.path) } else { Cow::Owned(self.pattern()) }
    }

    /// The wildcards, `--parents` and `--exclude`; empty where there is none.
    pub(super) fn pattern(&self) -> String {
        if self.is_plain() {
            return String::new();
        }
        // No path has a line's end.
        format!("{}\n{:?} {:?}", self.path, self.parents, self.exclude)
    }

    /// The places of what is taken of some of `all` paths, sorted; none where nothing is there.
    pub(super) fn selected(&self, paths: &[&str], all: &[&str]) -> Vec<usize> {
        let is_inside = |path: &&str| is_inside(path.trim_end_matches('/'), &shortened(&self.path));
        if self.is_plain() && !paths.iter().any(is_inside) {
            return Vec::new();
        }
        let selection = select(paths, &self.selector()).unwrap_or_default();
        // A file is taken alone, though there may be others that would lie in it.
        let path = shortened(&self.path);
        let is_path = self.parents.is_none() && !(self.wildcards && has_wildcard(&path));
        let is_file = is_path && all.binary_search(&&*path).is_ok();
        let files = selection.entries.into_iter().filter(|taken| !is_file || taken.is_source);
        files.map(|taken| taken.index).collect()
    }

    fn selector(&self) -> Selector<'_> {
        Selector { path: &self.path, wildcards: self.wildcards, parents: self.parents, exclude: self.exclude }
    }

    pub(super) fn is_plain(&self) -> bool {
        !(self.wildcards && has_wildcard(&self.path)) && self.parents.is_none() && self.exclude.is_empty()
    }

    /// What the source gives out of the files of a layer.
    ///
    /// # Errors
    /// Where nothing is at its path.
    pub(super) fn given(&self, files: &mut Files, layer: Option<LayerId>) -> Result<Rc<Given>, Missing> {
        let folder = self.folder();
        let Some(layer) = layer else { return self.found(files, None, &folder).map(Rc::new) };
        let layer = files.unedited(layer, &folder);
        let key = files.text(&self.key());
        if let Some(given) = files.given.get(&(layer, key)) {
            return Ok(Rc::clone(given));
        }
        let given = Rc::new(self.found(files, Some(layer), &folder)?);
        files.given.insert((layer, key), Rc::clone(&given));
        Ok(given)
    }

    /// The path, made short, up to its first wildcard.
    fn folder(&self) -> Cow<'_, str> {
        let path = shortened(&self.path);
        if !self.wildcards || !has_wildcard(&path) {
            return path;
        }
        before_wildcard(&path).to_owned().into()
    }

    fn found(&self, files: &mut Files, layer: Option<LayerId>, path: &str) -> Result<Given, Missing> {
        if !self.is_plain() {
            let listing = listing(files, layer, path);
            files.saw(listing.items.len() / 8);
            if let Some(layer) = layer.filter(|_| files.left() < listing.items.len()) {
                return Ok(Given::plain(vec![files.too_many(layer, path)]));
            }
            return self.filtered(files, &listing, path);
        }
        let value = files.at(layer, path);
        if value.is_empty() && !path.is_empty() {
            return Err(Missing { path: format!("/{path}") });
        }
        let mut given = Given::plain(value);
        if let [Item { path: name, thing: thing @ Thing::File(_) }] = &**given.value.list()
            && name.is_empty()
        {
            let name = path.rsplit('/').next().unwrap_or(path).into();
            given.named = Items::new(vec![Item { path: name, thing: thing.clone() }]);
            given.is_source.push(true);
        }
        Ok(given)
    }

    /// What wildcards, `--parents` and `--exclude` leave of what is in a folder.
    fn filtered(&self, files: &mut Files, listing: &Listing, folder: &str) -> Result<Given, Missing> {
        let value = &listing.items;
        let paths: Vec<&str> = listing.paths.iter().map(|path| &**path).collect();
        let selection = match select(&paths, &self.selector()) {
            Err(missing) if !value.iter().any(is_unknown) => return Err(missing),
            selection => selection.unwrap_or_default(),
        };
        files.saw(selection.entries.len());
        let (mut counted, mut named, mut is_source) = (Vec::new(), Vec::new(), Vec::new());
        let mut put = |key: Option<Name>, name: Name, is_it: bool, thing: Thing| {
            counted.extend(key.map(|path| Item { path, thing: thing.clone() }));
            named.push(Item { path: name, thing });
            is_source.push(is_it);
        };
        let order = order_of_copies(value, &selection.entries);
        let mut taken: Vec<Option<Taken>> = vec![None; value.len()];
        for it in selection.entries {
            match listing.places[it.index] {
                Some(index) => taken[index] = Some(it),
                None => put(it.key.map(Into::into), it.name.into(), false, Thing::Folder(PLAIN)),
            }
        }
        for index in order {
            let item = &value[index];
            match taken[index].take() {
                Some(it) => put(it.key.map(Into::into), it.name.into(), it.is_source, item.thing.clone()),
                // What is not known stays so, whatever the patterns leave of it.
                None if is_unknown(item) && self.selector().may_reach(&joined(folder, &item.path)) => {
                    put(Some(item.path.clone()), item.path.clone(), false, item.thing.clone());
                }
                None => {}
            }
        }
        Ok(Given { named: Items::new(named), is_source, ..Given::plain(counted) })
    }
}

impl Given {
    /// Things that keep their paths.
    fn plain(value: Vec<Item>) -> Self {
        let is_assumed = is_assumed(&value);
        let value = Items::new(value);
        Self { named: value.clone(), value, is_source: Vec::new(), is_assumed, id: OnceCell::new() }
    }

    /// Whether it is what is in a folder, as far as that is known.
    pub(super) fn is_folder(&self) -> bool {
        let is_inner = |item: &Item| !item.path.is_empty() || matches!(item.thing, Thing::Folder(_));
        !self.is_source.contains(&true) && self.named.list().iter().any(is_inner)
    }

    /// The number of what the checksum counts.
    pub(super) fn number(&self, files: &mut Files) -> ValueId {
        *self.id.get_or_init(|| files.value(self.value.list()))
    }
}

/// The checksum of what is taken of an input, and whether a command that may write other things each time
/// wrote some of it.
///
/// # Errors
/// Where nothing is at one of the paths.
pub(super) fn checksum(
    files: &mut Files,
    layer: Option<LayerId>,
    sources: &[Source<'_>],
) -> Result<(ValueId, bool), Missing> {
    if let [source] = sources {
        let given = source.given(files, layer)?;
        return Ok((given.number(files), given.is_assumed));
    }
    let mut value = Vec::new();
    let mut is_assumed = false;
    for source in sources {
        let given = source.given(files, layer)?;
        is_assumed |= given.is_assumed;
        value.extend_from_slice(given.value.list());
        // Between two sources stands something that is no path.
        value.push(Item { path: "/".into(), thing: Thing::Folder(PLAIN) });
    }
    Ok((files.value(&value.into()), is_assumed))
}

/// The places of things in the order in which what is copied hides other things. Where a wildcard finds two files
/// of one name, the later one in the order of folders lies on top.
fn order_of_copies(value: &[Item], taken: &[Taken]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..value.len()).collect();
    let mut names: Lookup<&str, ()> = Lookup::default();
    let has_twins = taken.iter().any(|it| !it.name.is_empty() && !names.add(&it.name));
    if has_twins {
        let is_unknown = |index: usize| is_unknown(&value[index]);
        for known in order.chunk_by_mut(|&a, &b| !is_unknown(a) && !is_unknown(b)) {
            let parts = |index: usize| value[index].path.split('/');
            sort_by(known, |&a, &b| parts(b).lt(parts(a)));
        }
    }
    order
}

/// What is in a folder. Many sources with patterns begin at the same.
fn listing(files: &mut Files, layer: Option<LayerId>, folder: &str) -> Rc<Listing> {
    let key = layer.map(|layer| (layer, files.text(folder)));
    if let Some(listing) = key.and_then(|key| files.listed.get(&key)) {
        return Rc::clone(listing);
    }
    let items = files.at(layer, folder);
    let mut known: Vec<(Name, usize)> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let path = joined(folder, &item.path);
        match item.thing {
            Thing::File(_) => known.push((path, index)),
            Thing::Folder(_) if !path.is_empty() => known.push(([&path, "/"].concat().into(), index)),
            _ => {}
        }
    }
    sort_by(&mut known, |a, b| a.0 < b.0);
    let (mut paths, mut places): (Vec<Name>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (path, index) in known {
        for (at, _) in path.match_indices('/').filter(|(at, _)| at + 1 < path.len()) {
            if paths.last().is_none_or(|before| !before.starts_with(&path[..=at])) {
                paths.push(path[..=at].into());
                places.push(None);
            }
        }
        paths.push(path);
        places.push(Some(index));
    }
    let listing = Rc::new(Listing { items, paths, places });
    if let Some(key) = key {
        files.listed.insert(key, Rc::clone(&listing));
    }
    listing
}

fn is_unknown(item: &Item) -> bool {
    matches!(item.thing, Thing::Unknown { .. })
}

fn is_assumed(value: &[Item]) -> bool {
    value.iter().any(|item| matches!(item.thing, Thing::Unknown { is_assumed: true, .. }))
}

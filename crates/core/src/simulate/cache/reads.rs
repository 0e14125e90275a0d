//! What a step reads of its inputs, and what BuildKit makes of it: a checksum of what is there, and the paths
//! that it is taken from.
//!
//! Follows `addSelector` of BuildKit's `ops/file.go` and `getMountDeps` of `ops/exec.go`: sources of COPY and
//! mounts of RUN are known by their content, the stage's own files by their key alone, even where they are a
//! source as well.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

use crate::lookup::Lookup;
use crate::plan::{Step, StepId};
use crate::resolve::{CopyPart, MountKind};
use crate::sorting::{sort, sort_by};

use super::super::context::shortened;
use super::super::ignored::has_wildcard;
use super::super::select::{Missing, Selector, Taken, select};
use super::files::{Files, Item, Items, LayerId, PLAIN, TextId, Thing, ValueId, joined};
use super::wiring::{Part, Wired, Work, has_own_folder, shown};

/// What a step takes of one of its inputs.
#[derive(Clone, Debug)]
pub(super) struct Reading<'a> {
    /// The input.
    pub(super) step: StepId,
    /// The paths, as a part of what the key of the input leads to.
    pub(super) paths: TextId,
    /// What is taken, if the content of it counts.
    pub(super) selectors: Option<Vec<Source<'a>>>,
}

/// What is taken of an input, or copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source<'a> {
    path: Cow<'a, str>,
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
    /// The places of the known files, sorted by path.
    files: Vec<usize>,
    /// Their paths from the root.
    paths: Vec<Rc<str>>,
}

impl<'a> Source<'a> {
    fn plain(path: impl Into<Cow<'a, str>>) -> Self {
        Self { path: path.into(), wildcards: false, parents: None, exclude: &[] }
    }

    /// The source of a COPY or ADD.
    pub(super) fn of_part(part: &'a CopyPart, exclude: &'a [String]) -> Self {
        match part {
            CopyPart::Path { path, parents, .. } => {
                Self { path: path.into(), wildcards: true, parents: parents.as_deref(), exclude }
            }
            CopyPart::Http { filename, .. } => Self::plain(format!("/{filename}")),
            CopyPart::Git { .. } => Self::plain("/"),
            CopyPart::Document { name, .. } => Self::plain(format!("/{name}")),
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
        let selection = select(paths, &self.selector()).unwrap_or_default();
        // A file is taken alone, though there may be others that would lie in it.
        let path = shortened(&self.path);
        let is_path = self.parents.is_none() && !(self.wildcards && has_wildcard(&path));
        let is_file = is_path && all.binary_search(&path.as_str()).is_ok();
        let files = selection.files.into_iter().filter(|taken| !is_file || taken.is_source);
        files.map(|taken| taken.index).collect()
    }

    fn selector(&self) -> Selector<'_> {
        Selector { path: &self.path, wildcards: self.wildcards, parents: self.parents, exclude: self.exclude }
    }

    fn is_plain(&self) -> bool {
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
    fn folder(&self) -> String {
        let path = shortened(&self.path);
        if !self.wildcards || !has_wildcard(&path) {
            return path;
        }
        path.split('/').take_while(|part| !has_wildcard(part)).collect::<Vec<_>>().join("/")
    }

    fn found(&self, files: &mut Files, layer: Option<LayerId>, path: &str) -> Result<Given, Missing> {
        if !self.is_plain() {
            let listing = listing(files, layer, path);
            files.saw(listing.items.len() / 8);
            if let Some(layer) = layer.filter(|_| files.left() < listing.items.len()) {
                return Ok(Given::plain(vec![files.too_many(layer, path)]));
            }
            return self.filtered(files, &listing);
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
    fn filtered(&self, files: &mut Files, listing: &Listing) -> Result<Given, Missing> {
        let value = &listing.items;
        let paths: Vec<&str> = listing.paths.iter().map(|path| &**path).collect();
        let selection = match select(&paths, &self.selector()) {
            Err(missing) if !value.iter().any(is_unknown) => return Err(missing),
            selection => selection.unwrap_or_default(),
        };
        files.saw(selection.files.len());
        let mut taken: Vec<Option<Taken>> = vec![None; value.len()];
        for file in selection.files {
            let index = listing.files[file.index];
            taken[index] = Some(file);
        }
        let (mut counted, mut named, mut is_source) = (Vec::new(), Vec::new(), Vec::new());
        for (item, file) in value.iter().zip(taken) {
            let (key, name, is_it) = match file {
                Some(file) => (file.key.into(), file.name.into(), file.is_source),
                // What is not known stays so, whatever the patterns leave of it.
                None if is_unknown(item) => (Rc::clone(&item.path), Rc::clone(&item.path), false),
                None => continue,
            };
            counted.push(Item { path: key, thing: item.thing.clone() });
            named.push(Item { path: name, thing: item.thing.clone() });
            is_source.push(is_it);
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

    /// The number of what the checksum counts.
    pub(super) fn number(&self, files: &mut Files) -> ValueId {
        *self.id.get_or_init(|| files.value(self.value.list()))
    }
}

/// What is in a folder. Many sources with patterns begin at the same.
fn listing(files: &mut Files, layer: Option<LayerId>, folder: &str) -> Rc<Listing> {
    let key = layer.map(|layer| (layer, files.text(folder)));
    if let Some(listing) = key.and_then(|key| files.listed.get(&key)) {
        return Rc::clone(listing);
    }
    let items = files.at(layer, folder);
    let mut known: Vec<(Rc<str>, usize)> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if matches!(item.thing, Thing::File(_)) {
            known.push((joined(folder, &item.path), index));
        }
    }
    sort_by(&mut known, |a, b| a.0 < b.0);
    let (paths, places) = known.into_iter().unzip();
    let listing = Rc::new(Listing { items, files: places, paths });
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

/// What a step takes of each of its inputs, in their order.
pub(super) fn readings<'a>(files: &mut Files, step: &Step, wired: &Wired<'a>) -> Vec<Reading<'a>> {
    let mut by_input: Lookup<StepId, Vec<Part<'a>>> = Lookup::default();
    for slot in &wired.slots {
        if let Some(input) = slot.step {
            by_input.or_insert(input, Vec::new()).push(slot.part);
        }
    }
    let mut out = Vec::with_capacity(step.inputs.len());
    for &input in &step.inputs {
        let parts = by_input.get(&input).map(Vec::as_slice).unwrap_or_default();
        let (paths, selectors) = match wired.work {
            Work::Run(..) => of_run(parts),
            Work::Copy(copy) => of_copy(parts, &copy.exclude),
            _ => (String::new(), None),
        };
        out.push(Reading { step: input, paths: files.text(&paths), selectors });
    }
    out
}

/// Paths, and what is taken.
type Takes<'a> = (String, Option<Vec<Source<'a>>>);

fn of_run<'a>(parts: &[Part<'a>]) -> Takes<'a> {
    let mut paths: Vec<Cow<'a, str>> = Vec::new();
    // Where one source is mounted twice, the last one decides.
    let mut by_content = false;
    for part in parts {
        match part {
            Part::Mounted(mount) if mount.kind == MountKind::Tmpfs => {}
            Part::Mounted(mount) => {
                paths.push(if has_own_folder(mount) { "/cache".into() } else { shown(mount).into() });
                by_content = true;
            }
            _ => {
                paths.push("/".into());
                by_content = matches!(part, Part::Script);
            }
        }
    }
    let joined = paths.join("\n");
    let sources = || without_inner(paths).into_iter().map(Source::plain).collect();
    (joined, by_content.then(sources))
}

fn of_copy<'a>(parts: &[Part<'a>], exclude: &'a [String]) -> Takes<'a> {
    let mut sources: Vec<Source<'a>> = Vec::new();
    for part in parts {
        let Part::Copied(part) = part else { return (String::new(), None) };
        let exclude = if matches!(part, CopyPart::Path { .. }) { exclude } else { &[] };
        sources.push(Source::of_part(part, exclude));
    }
    let mut paths: Vec<Cow<'a, str>> = sources.iter().map(|source| source.path.clone()).collect();
    sort(&mut paths);
    let of_plain = sources.iter().filter(|source| source.is_plain()).map(|source| source.path.clone()).collect();
    let mut all: Vec<Source<'a>> = without_inner(of_plain).into_iter().map(Source::plain).collect();
    all.extend(sources.into_iter().filter(|source| !source.is_plain()));
    sort_by(&mut all, |a, b| a.path < b.path);
    (paths.join("\n"), Some(all))
}

/// Sorted paths, without those that lie in another.
fn without_inner(mut paths: Vec<Cow<'_, str>>) -> Vec<Cow<'_, str>> {
    if paths.len() < 2 {
        return paths;
    }
    sort(&mut paths);
    paths.dedup();
    let mut kept: Lookup<Cow<'_, str>, ()> = Lookup::default();
    for path in paths {
        let outer = path.match_indices('/').map(|(at, _)| &path[..at.max(1)]);
        if outer.filter(|outer| *outer != path).all(|outer| kept.get(outer).is_none()) {
            kept.add(path);
        }
    }
    kept.into_keys().collect()
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

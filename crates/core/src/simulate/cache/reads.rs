//! What a step reads of its inputs, and what BuildKit makes of it: a checksum of what is there, and the paths
//! that it is taken from.
//!
//! Follows `addSelector` of BuildKit's `ops/file.go` and `getMountDeps` of `ops/exec.go`: sources of COPY and
//! mounts of RUN are known by their content, the stage's own files by their key alone, even where they are a
//! source as well.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::lookup::Lookup;
use crate::plan::{Step, StepId};
use crate::resolve::{CopyPart, MountKind};
use crate::sorting::{sort, sort_by};

use super::super::context::shortened;
use super::super::select::{Missing, Selector, Taken, select};
use super::super::wildcard::{before_wildcard, has_wildcard};
use super::files::{Files, Item, LayerId, PLAIN, Thing, Value, ValueId, joined};
use super::wiring::{Part, Wired, Work, has_own_folder, shown};

/// What a step takes of one of its inputs.
#[derive(Clone, Debug)]
pub(super) struct Reading<'a> {
    /// The input.
    pub(super) step: StepId,
    /// The paths, as a part of what the key of the input leads to.
    pub(super) paths: String,
    /// What is taken, if the content of it counts.
    pub(super) selectors: Option<Vec<Source<'a>>>,
}

/// What is taken of an input, or copied.
#[derive(Clone, Debug)]
pub(super) struct Source<'a> {
    pub(super) path: String,
    wildcards: bool,
    parents: Option<&'a str>,
    exclude: &'a [String],
}

/// What a source gives.
#[derive(Debug)]
pub(super) struct Given {
    /// The things, with the paths that the checksum counts.
    pub(super) value: Value,
    /// The same as they are called below the destination.
    pub(super) named: Arc<[Item]>,
    /// For each of them whether it is the source itself, and no part of it. Empty where none is.
    pub(super) is_source: Vec<bool>,
    /// Whether a command that may write other things each time wrote some of it.
    pub(super) is_assumed: bool,
    /// The number of the value, once somebody asked for it.
    id: OnceCell<ValueId>,
}

impl<'a> Source<'a> {
    fn plain(path: impl Into<String>) -> Self {
        Self { path: path.into(), wildcards: false, parents: None, exclude: &[] }
    }

    /// The source of a COPY or ADD.
    pub(super) fn of_part(part: &'a CopyPart, exclude: &'a [String]) -> Self {
        match part {
            CopyPart::Path { path, parents, .. } => {
                Self { path: path.clone(), wildcards: true, parents: parents.as_deref(), exclude }
            }
            CopyPart::Http { filename, .. } => Self::plain(format!("/{filename}")),
            CopyPart::Git { .. } => Self::plain("/"),
            CopyPart::Document { name, .. } => Self::plain(format!("/{name}")),
        }
    }

    /// What tells a source from another of the same files.
    pub(super) fn key(&self) -> String {
        [&self.path, " ", &self.pattern()].concat()
    }

    /// The wildcards, `--parents` and `--exclude`; empty where there is none.
    pub(super) fn pattern(&self) -> String {
        if self.is_plain() {
            return String::new();
        }
        format!("{} {:?} {:?}", self.path, self.parents, self.exclude)
    }

    /// The indexes of what is taken of some paths, sorted; none where nothing is there.
    pub(super) fn selected(&self, paths: &[&str]) -> Vec<usize> {
        let selection = select(paths, &self.selector()).unwrap_or_default();
        selection.entries.into_iter().map(|taken| taken.index).collect()
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
        let key = files.text(&self.key());
        if let Some(given) = layer.and_then(|layer| files.given.get(&(layer, key))) {
            return Ok(Rc::clone(given));
        }
        let given = Rc::new(self.found(files, layer)?);
        if let Some(layer) = layer {
            files.given.insert((layer, key), Rc::clone(&given));
        }
        Ok(given)
    }

    fn found(&self, files: &Files, layer: Option<LayerId>) -> Result<Given, Missing> {
        let path = shortened(&self.path);
        if !self.is_plain() {
            let folder = if self.wildcards { before_wildcard(&path) } else { &path };
            return self.filtered(&files.at(layer, folder), folder);
        }
        let value = files.at(layer, &path);
        if value.is_empty() && !path.is_empty() {
            return Err(Missing { path: format!("/{path}") });
        }
        let mut named = value.clone();
        let mut is_source = Vec::new();
        if let [Item { path: name, thing: Thing::File(_) }] = named.as_mut_slice()
            && name.is_empty()
        {
            path.rsplit('/').next().unwrap_or(&path).clone_into(name);
            is_source.push(true);
        }
        Ok(Given { is_assumed: is_assumed(&value), value, named: named.into(), is_source, id: OnceCell::new() })
    }

    /// What wildcards, `--parents` and `--exclude` leave of what is at a path.
    fn filtered(&self, value: &Value, folder: &str) -> Result<Given, Missing> {
        let tree = tree(value, folder);
        let paths: Vec<&str> = tree.iter().map(|(path, _)| path.as_str()).collect();
        let selection = match select(&paths, &self.selector()) {
            Err(missing) if !value.iter().any(is_unknown) => return Err(missing),
            selection => selection.unwrap_or_default(),
        };
        let (mut counted, mut named, mut is_source) = (Value::new(), Value::new(), Vec::new());
        let mut put = |key: Option<String>, name: String, is_it: bool, thing: Thing| {
            counted.extend(key.map(|path| Item { path, thing: thing.clone() }));
            named.push(Item { path: name, thing });
            is_source.push(is_it);
        };
        let order = order_of_copies(value, &selection.entries);
        let mut taken: Vec<Option<Taken>> = vec![None; value.len()];
        for it in selection.entries {
            match tree[it.index].1 {
                Some(index) => taken[index] = Some(it),
                None => put(it.key, it.name, false, Thing::Folder(PLAIN)),
            }
        }
        for index in order {
            let item = &value[index];
            match taken[index].take() {
                Some(it) => put(it.key, it.name, it.is_source, item.thing.clone()),
                // What is not known stays so, whatever the patterns leave of it.
                None if is_unknown(item) && self.selector().may_reach(&joined(folder, &item.path)) => {
                    put(Some(item.path.clone()), item.path.clone(), false, item.thing.clone());
                }
                None => {}
            }
        }
        Ok(Given {
            is_assumed: is_assumed(&counted),
            value: counted,
            named: named.into(),
            is_source,
            id: OnceCell::new(),
        })
    }
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

/// The files and folders that are known of a value in a folder, sorted by their paths from the root, with their
/// places in the value. The path of a folder ends with a slash; it may be there only as something is in it.
fn tree(value: &Value, folder: &str) -> Vec<(String, Option<usize>)> {
    let mut known: Vec<(String, usize)> = Vec::with_capacity(value.len());
    for (index, item) in value.iter().enumerate() {
        let path = joined(folder, &item.path);
        match item.thing {
            Thing::File(_) => known.push((path, index)),
            Thing::Folder(_) if !path.is_empty() => known.push((path + "/", index)),
            _ => {}
        }
    }
    sort_by(&mut known, |a, b| a.0 < b.0);
    let mut out: Vec<(String, Option<usize>)> = Vec::with_capacity(known.len());
    for (path, index) in known {
        for (at, _) in path.match_indices('/').filter(|(at, _)| at + 1 < path.len()) {
            if out.last().is_none_or(|(before, _)| !before.starts_with(&path[..=at])) {
                out.push((path[..=at].to_owned(), None));
            }
        }
        out.push((path, Some(index)));
    }
    out
}

fn is_unknown(item: &Item) -> bool {
    matches!(item.thing, Thing::Unknown { .. })
}

fn is_assumed(value: &Value) -> bool {
    value.iter().any(|item| matches!(item.thing, Thing::Unknown { is_assumed: true, .. }))
}

/// What a step takes of each of its inputs, in their order.
pub(super) fn readings<'a>(step: &Step, wired: &Wired<'a>) -> Vec<Reading<'a>> {
    step.inputs
        .iter()
        .map(|&input| match wired.work {
            Work::Run(..) => of_run(input, wired),
            Work::Copy(copy) => of_copy(input, wired, &copy.exclude),
            _ => Reading { step: input, paths: String::new(), selectors: None },
        })
        .collect()
}

fn of_run<'a>(input: StepId, wired: &Wired<'a>) -> Reading<'a> {
    let mut paths: Vec<String> = Vec::new();
    // Where one source is mounted twice, the last one decides.
    let mut by_content = false;
    for slot in wired.slots.iter().filter(|slot| slot.step == Some(input)) {
        match slot.part {
            Part::Mounted(mount) if mount.kind == MountKind::Tmpfs => {}
            Part::Mounted(mount) => {
                paths.push(if has_own_folder(mount) { "/cache".to_owned() } else { shown(mount) });
                by_content = true;
            }
            _ => {
                paths.push("/".to_owned());
                by_content = matches!(slot.part, Part::Script);
            }
        }
    }
    let joined = paths.join("\n");
    let sources = || without_inner(paths).into_iter().map(Source::plain).collect();
    Reading { step: input, paths: joined, selectors: by_content.then(sources) }
}

fn of_copy<'a>(input: StepId, wired: &Wired<'a>, exclude: &'a [String]) -> Reading<'a> {
    let mut paths: Vec<String> = Vec::new();
    let mut sources: Vec<Source<'a>> = Vec::new();
    let mut is_own = false;
    for slot in wired.slots.iter().filter(|slot| slot.step == Some(input)) {
        let Part::Copied(part) = slot.part else {
            is_own = true;
            continue;
        };
        let exclude = if matches!(part, CopyPart::Path { .. }) { exclude } else { &[] };
        let source = Source::of_part(part, exclude);
        paths.push(source.path.clone());
        sources.push(source);
    }
    if is_own {
        return Reading { step: input, paths: String::new(), selectors: None };
    }
    sort(&mut paths);
    let of_plain = sources.iter().filter(|source| source.is_plain()).map(|source| source.path.clone()).collect();
    let mut all: Vec<Source<'a>> = without_inner(of_plain).into_iter().map(Source::plain).collect();
    all.extend(sources.into_iter().filter(|source| !source.is_plain()));
    sort_by(&mut all, |a, b| a.path < b.path);
    Reading { step: input, paths: paths.join("\n"), selectors: Some(all) }
}

/// Sorted paths, without those that lie in another.
fn without_inner(mut paths: Vec<String>) -> Vec<String> {
    sort(&mut paths);
    paths.dedup();
    let mut kept: Lookup<String, ()> = Lookup::default();
    let mut out: Vec<String> = Vec::new();
    for path in paths {
        let outer = path.match_indices('/').map(|(at, _)| &path[..at.max(1)]);
        if outer.filter(|outer| *outer != path).all(|outer| kept.get(outer).is_none()) {
            kept.add(path.clone());
            out.push(path);
        }
    }
    out
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
        let id = *given.id.get_or_init(|| files.value(given.value.clone()));
        return Ok((id, given.is_assumed));
    }
    let mut value = Value::new();
    let mut is_assumed = false;
    for source in sources {
        let given = source.given(files, layer)?;
        is_assumed |= given.is_assumed;
        value.extend_from_slice(&given.value);
        // Between two sources stands something that is no path.
        value.push(Item { path: "/".to_owned(), thing: Thing::Folder(PLAIN) });
    }
    Ok((files.value(value), is_assumed))
}

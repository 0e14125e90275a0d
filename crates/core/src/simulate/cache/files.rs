//! The files that a step leaves behind, as far as they are known.
//!
//! What is in an image or what a command writes is not known; that it is the same as before may be. So a
//! [`Value`], what is at a path, is a list of known files and of things that are only known to be themselves
//! ([`Thing`]). Two equal values are taken for equal contents, two others for different ones. Steps share
//! what they have in common: a layer holds what one of them writes, and knows the one below.
//! BuildKit's own are snapshots, and checksums of what is in them (`cache/contenthash`).

use std::rc::Rc;
use std::sync::Arc;

use crate::lookup::Lookup;
use crate::sorting::sort_by;
use crate::text::offset;

use super::super::context::Entry;
use super::reads::Given;

/// The files after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LayerId(u32);

/// A text that stands for something, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TextId(u32);

/// The empty text, which is the owner and mode of what has none of its own.
pub(super) const PLAIN: TextId = TextId(0);

/// A value by its number: two are equal if and only if their numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ValueId(u32);

/// What is at one path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Thing {
    /// A file with this content, owner and mode.
    File(TextId),
    /// A folder, whatever is in it.
    Folder(TextId),
    /// Files that are not known: those of something, such as an image or one run of a command, from a path
    /// inside of it.
    Unknown { of: TextId, inside: String, is_assumed: bool },
}

/// A thing at a path: from the root of the files, or from that of a value; without a slash in front, and
/// empty for the root itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Item {
    pub(super) path: String,
    pub(super) thing: Thing,
}

/// What is at a path and below. What stands earlier hides what stands later, and known files between two
/// unknown things are sorted.
pub(super) type Value = Vec<Item>;

#[derive(Debug)]
struct Layer {
    below: Option<LayerId>,
    /// Laid on top of what is below, the first uppermost.
    sheets: Arc<[Sheet]>,
    /// What the commands up to this layer write in the same way each time, and whether the last of them made
    /// this layer.
    same: (Option<TextId>, bool),
}

/// Things that a step writes.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// The folder that they are in.
    pub(super) folder: String,
    /// The things, by their paths in that folder; shared with where they are copied from.
    pub(super) items: Arc<[Item]>,
}

impl Sheet {
    /// Things by their paths from the root.
    pub(super) fn of(mut items: Vec<Item>) -> Self {
        let mut folder = items.first().map(|item| item.path.clone()).unwrap_or_default();
        for item in &items {
            while !is_inside(&item.path, &folder) {
                folder.truncate(folder.rfind('/').unwrap_or(0));
            }
        }
        for item in &mut items {
            item.path = rest(&item.path, &folder).unwrap_or_default().to_owned();
        }
        Self { folder, items: items.into() }
    }
}

/// All layers and values of two builds.
#[derive(Debug)]
pub(super) struct Files {
    layers: Vec<Layer>,
    values: Lookup<Value, ValueId>,
    texts: Lookup<String, TextId>,
    /// What sources gave, since many steps take the same.
    pub(super) given: Lookup<(LayerId, TextId), Rc<Given>>,
}

impl Files {
    pub(super) fn new() -> Self {
        let mut out =
            Self { layers: Vec::new(), values: Lookup::default(), texts: Lookup::default(), given: Lookup::default() };
        out.texts.insert(String::new(), PLAIN);
        out
    }

    /// The number of a text.
    pub(super) fn text(&mut self, text: &str) -> TextId {
        match self.texts.get(text) {
            Some(&id) => id,
            None => {
                let id = TextId(offset(self.texts.len()));
                *self.texts.or_insert(text.to_owned(), id)
            }
        }
    }

    /// A file with some content, as build contexts and here-documents give it.
    pub(super) fn file(&mut self, content: &str) -> Thing {
        Thing::File(self.text(&["file ", content].concat()))
    }

    /// What is at the path of a build context.
    pub(super) fn entry(&mut self, entry: &Entry<'_>) -> Item {
        let path = entry.path.trim_end_matches('/').to_owned();
        let thing = if entry.is_folder() { Thing::Folder(PLAIN) } else { self.file(entry.content) };
        Item { path, thing }
    }

    /// The number of a value.
    pub(super) fn value(&mut self, value: Value) -> ValueId {
        let next = ValueId(offset(self.values.len()));
        *self.values.or_insert(value, next)
    }

    /// A new layer of things that are laid upon what is below.
    pub(super) fn layer(&mut self, below: Option<LayerId>, sheets: Vec<Sheet>) -> LayerId {
        self.add(below, sheets.into(), None)
    }

    /// A layer with the things of another, laid upon something else.
    pub(super) fn laid_upon(&mut self, below: Option<LayerId>, upper: LayerId) -> LayerId {
        let sheets = Arc::clone(&self.layers[upper.0 as usize].sheets);
        self.add(below, sheets, None)
    }

    /// The layer of a command that also writes unknown things which are the same each time it runs.
    pub(super) fn with_same(&mut self, below: Option<LayerId>, sheets: Vec<Sheet>, same: TextId) -> LayerId {
        let before = below.and_then(|below| self.layers[below.0 as usize].same.0);
        // All of them together are one thing, so that there are not as many as commands.
        let all = self.text(&format!("{same:?} upon {before:?}"));
        self.add(below, sheets.into(), Some(all))
    }

    fn add(&mut self, below: Option<LayerId>, sheets: Arc<[Sheet]>, same: Option<TextId>) -> LayerId {
        let before = below.and_then(|below| self.layers[below.0 as usize].same.0);
        self.layers.push(Layer { below, sheets, same: (same.or(before), same.is_some()) });
        LayerId(offset(self.layers.len() - 1))
    }

    /// What is at a path of a layer.
    pub(super) fn at(&self, layer: Option<LayerId>, path: &str) -> Value {
        let mut out = Collected::default();
        let mut next = layer;
        'layers: while let Some(id) = next {
            let layer = &self.layers[id.0 as usize];
            next = layer.below;
            for sheet in layer.sheets.iter() {
                if out.add(sheet, path) {
                    break 'layers;
                }
            }
            if let (Some(of), true) = layer.same
                && !std::mem::replace(&mut out.has_same, true)
            {
                let thing = Thing::Unknown { of, inside: path.to_owned(), is_assumed: false };
                out.put(Item { path: String::new(), thing });
            }
        }
        out.finish()
    }
}

/// Whether a path is another one or lies in it.
pub(super) fn is_inside(path: &str, folder: &str) -> bool {
    rest(path, folder).is_some()
}

/// A path seen from a folder that it lies in.
pub(super) fn rest<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Two paths as one.
pub(super) fn joined(folder: &str, path: &str) -> String {
    match (folder.is_empty(), path.is_empty()) {
        (true, _) => path.to_owned(),
        (_, true) => folder.to_owned(),
        _ => [folder, "/", path].concat(),
    }
}

/// What was found at a path, from the top to the bottom.
#[derive(Default)]
struct Collected {
    items: Value,
    /// Where the known things behind the last unknown one begin.
    start: usize,
    /// What is told already, so that it hides the same further down.
    told: Lookup<String, ()>,
    unknown: Lookup<Item, ()>,
    has_same: bool,
}

impl Collected {
    /// Adds what is at `path` in a sheet; tells whether nothing below can be seen.
    fn add(&mut self, sheet: &Sheet, path: &str) -> bool {
        if let Some(path) = rest(path, &sheet.folder) {
            return sheet.items.iter().any(|item| self.add_item(item, path));
        }
        if let Some(folder) = rest(&sheet.folder, path) {
            for item in sheet.items.iter() {
                self.put(Item { path: joined(folder, &item.path), thing: item.thing.clone() });
            }
        }
        false
    }

    fn add_item(&mut self, item: &Item, path: &str) -> bool {
        if let Some(inner) = rest(&item.path, path) {
            let is_whole = inner.is_empty() && matches!(item.thing, Thing::File(_));
            self.put(Item { path: inner.to_owned(), thing: item.thing.clone() });
            return is_whole;
        }
        let Some(inner) = rest(path, &item.path) else { return false };
        match &item.thing {
            // A file where a folder would have to be.
            Thing::File(_) => return true,
            Thing::Folder(_) => {}
            Thing::Unknown { of, inside, is_assumed } => {
                let thing = Thing::Unknown { of: *of, inside: joined(inside, inner), is_assumed: *is_assumed };
                self.put(Item { path: String::new(), thing });
            }
        }
        false
    }

    fn put(&mut self, item: Item) {
        if !matches!(item.thing, Thing::Unknown { .. }) {
            if self.told.add(item.path.clone()) {
                self.items.push(item);
            }
        } else if self.unknown.add(item.clone()) {
            self.close();
            self.items.push(item);
            self.start = self.items.len();
        }
    }

    /// Sorts the known things since the last unknown one. A folder that is there because of what is in it
    /// need not be told, unless it has an owner of its own.
    fn close(&mut self) {
        let mut known = self.items.split_off(self.start);
        sort_by(&mut known, |a, b| a.path < b.path);
        let holds = |path: &str| {
            let inside = if path.is_empty() { String::new() } else { format!("{path}/") };
            let next = known.partition_point(|item| item.path <= inside);
            known.get(next).is_some_and(|item| item.path.starts_with(&inside))
        };
        let is_told = |item: &Item| item.thing != Thing::Folder(PLAIN) || !holds(&item.path);
        let told: Vec<bool> = known.iter().map(is_told).collect();
        let known = known.into_iter().zip(told).filter_map(|(item, is_told)| is_told.then_some(item));
        self.items.extend(known);
    }

    fn finish(mut self) -> Value {
        self.close();
        self.items
    }
}

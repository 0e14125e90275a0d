//! The files that a step leaves behind, as far as they are known.
//!
//! What is in an image or what a command writes is not known; that it is the same as before may be. So a
//! [`Value`], what is at a path, is a list of known files and of things that are only known to be themselves
//! ([`Thing`]). Two equal values are taken for equal contents, two others for different ones. Steps share
//! what they have in common: a layer holds what one of them writes, and knows the one below.
//! BuildKit's own are snapshots, and checksums of what is in them (`cache/contenthash`).

use std::sync::Arc;

use crate::lookup::Lookup;
use crate::sorting::sort_by;
use crate::text::offset;

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
    /// Laid on top of what is below: the files of `COPY --link`.
    items: Arc<[Item]>,
    /// A folder that all items lie in.
    folder: String,
}

/// All layers and values of two builds.
#[derive(Debug)]
pub(super) struct Files {
    layers: Vec<Layer>,
    values: Lookup<Value, ValueId>,
    texts: Lookup<String, TextId>,
}

impl Files {
    pub(super) fn new() -> Self {
        let mut out = Self { layers: Vec::new(), values: Lookup::default(), texts: Lookup::default() };
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

    /// The number of a value.
    pub(super) fn value(&mut self, value: Value) -> ValueId {
        let next = ValueId(offset(self.values.len()));
        *self.values.or_insert(value, next)
    }

    /// A new layer of things that are laid upon what is below.
    pub(super) fn layer(&mut self, below: Option<LayerId>, items: Vec<Item>) -> LayerId {
        let mut folder = items.first().map(|item| item.path.clone()).unwrap_or_default();
        for item in &items {
            while !is_inside(&item.path, &folder) {
                folder.truncate(folder.rfind('/').unwrap_or(0));
            }
        }
        self.layers.push(Layer { below, items: items.into(), folder });
        LayerId(offset(self.layers.len() - 1))
    }

    /// A layer with the things of another, laid upon something else.
    pub(super) fn laid_upon(&mut self, below: Option<LayerId>, upper: LayerId) -> LayerId {
        let Layer { items, folder, .. } = &self.layers[upper.0 as usize];
        let layer = Layer { below, items: Arc::clone(items), folder: folder.clone() };
        self.layers.push(layer);
        LayerId(offset(self.layers.len() - 1))
    }

    /// What is at a path of a layer.
    pub(super) fn at(&self, layer: Option<LayerId>, path: &str) -> Value {
        let mut out = Collected::default();
        let mut next = layer;
        while let Some(id) = next {
            let layer = &self.layers[id.0 as usize];
            next = layer.below;
            if !is_inside(&layer.folder, path) && !is_inside(path, &layer.folder) {
                continue;
            }
            if out.add(&layer.items, path) {
                break;
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
    files: Lookup<String, ()>,
}

impl Collected {
    /// Adds what is at `path` among the items of a layer; tells whether nothing below can be seen.
    fn add(&mut self, items: &[Item], path: &str) -> bool {
        for item in items {
            if let Some(inner) = rest(&item.path, path) {
                let is_whole = inner.is_empty() && matches!(item.thing, Thing::File(_));
                self.put(Item { path: inner.to_owned(), thing: item.thing.clone() });
                if is_whole {
                    return true;
                }
            } else if let Some(inner) = rest(path, &item.path) {
                match &item.thing {
                    // A file where a folder would have to be.
                    Thing::File(_) => return true,
                    Thing::Folder(_) => {}
                    Thing::Unknown { of, inside, is_assumed } => {
                        let (of, is_assumed) = (*of, *is_assumed);
                        let thing = Thing::Unknown { of, inside: joined(inside, inner), is_assumed };
                        self.put(Item { path: String::new(), thing });
                    }
                }
            }
        }
        false
    }

    fn put(&mut self, item: Item) {
        if matches!(item.thing, Thing::Unknown { .. }) {
            self.close();
            self.items.push(item);
            self.start = self.items.len();
        } else if self.files.add(item.path.clone()) {
            self.items.push(item);
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

//! The files that a step leaves behind, as far as they are known.
//!
//! What is in an image or what a command writes is not known; that it is the same as before may be. So a
//! value, what is at a path, is a list of known files and of things that are only known to be themselves
//! ([`Thing`]). Two equal values are taken for equal contents, two others for different ones. Steps share
//! what they have in common: a layer holds what one of them writes, and an index of the sheets below.
//! BuildKit's own are snapshots, and checksums of what is in them (`cache/contenthash`).
//!
//! Files can be copied from stage to stage such that their number doubles each time. Only [`MOST`] of them are
//! looked at; what goes beyond is taken for other files wherever another step wrote it.

use std::rc::Rc;

use crate::lookup::Lookup;
use crate::plan::StepId;
use crate::sorting::sort_by;
use crate::text::offset;

use super::super::context::Entry;
use super::index::{Index, SheetId, Sheets, Stack, Touching};
use super::items::is_before_inner;
pub(super) use super::items::{Item, Items, Sheet, Thing, folders_above, is_inside, joined};
use super::name::Name;
use super::sources::{Given, Listing};

/// The files after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LayerId(u32);

/// A text that stands for something, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TextId(pub(super) u32);

/// The empty text, which is the owner and mode of what has none of its own.
pub(super) const PLAIN: TextId = TextId(0);

/// A value by its number: two are equal if and only if their numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ValueId(u32);

/// How many files are looked at in two builds.
const MOST: usize = 1 << 20;

/// How many may be looked at once in any case.
const FEW: usize = 64;

/// The step that leaves a layer behind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Maker {
    /// Whether it is one of the second build.
    pub(super) is_second: bool,
    pub(super) step: StepId,
}

#[derive(Clone, Debug)]
enum Layer {
    /// Nobody looked at it yet.
    Promised(Maker),
    Made {
        stack: Stack,
        /// The sheets that the step itself laid on top, by their numbers.
        own: std::ops::Range<SheetId>,
        /// Whether there is nothing else.
        is_all: bool,
    },
}

/// All layers and values of two builds.
#[derive(Clone, Debug)]
pub(super) struct Files {
    layers: Vec<Layer>,
    sheets: Vec<Sheet>,
    index: Index,
    values: Lookup<Rc<[Item]>, ValueId>,
    texts: Lookup<Rc<str>, TextId>,
    /// The last number given away; the empty text has none of them.
    n_texts: u32,
    /// How many files were looked at so far.
    n_seen: usize,
    /// Whether any folder has an owner or mode that others have not.
    pub(super) has_owners: bool,
    /// What sources gave, since many steps take the same.
    pub(super) given: Lookup<(LayerId, TextId), Rc<Given>>,
    /// The files of the build context, if it was edited; those that it was made of, and what was edited.
    edited: Option<(LayerId, LayerId, Rc<[String]>)>,
    /// What is in folders that patterns were held against.
    pub(super) listed: Lookup<(LayerId, TextId), Rc<Listing>>,
}

impl Default for Files {
    fn default() -> Self {
        let mut texts = Lookup::default();
        texts.insert(Rc::default(), PLAIN);
        Self {
            layers: Vec::new(),
            sheets: Vec::new(),
            index: Index::default(),
            values: Lookup::default(),
            texts,
            n_texts: PLAIN.0,
            n_seen: 0,
            has_owners: false,
            given: Lookup::default(),
            listed: Lookup::default(),
            edited: None,
        }
    }
}

impl Files {
    /// The number of a text.
    pub(super) fn text(&mut self, text: &str) -> TextId {
        match self.texts.get(text) {
            Some(&id) => id,
            None => {
                let id = self.fresh();
                *self.texts.or_insert(text.into(), id)
            }
        }
    }

    /// A number that no text has.
    pub(super) fn fresh(&mut self) -> TextId {
        self.n_texts += 1;
        TextId(self.n_texts)
    }

    /// A file with some content, as build contexts and here-documents give it.
    pub(super) fn file(&mut self, content: &str) -> Thing {
        Thing::File(self.text(&["file ", content].concat()))
    }

    /// What is at the path of a build context.
    pub(super) fn entry(&mut self, entry: &Entry<'_>) -> Item {
        let path = Name::from(entry.path.trim_end_matches('/'));
        let thing = if entry.is_folder() { Thing::Folder(PLAIN) } else { self.file(entry.content) };
        Item { path, thing }
    }

    /// The number of a value.
    pub(super) fn value(&mut self, value: &Rc<[Item]>) -> ValueId {
        let next = ValueId(offset(self.values.len()));
        *self.values.or_insert(Rc::clone(value), next)
    }

    /// Notes that a layer differs from another in what is at some paths.
    pub(super) fn is_edited(&mut self, layer: LayerId, before: LayerId, paths: Vec<String>) {
        self.edited = Some((layer, before, paths.into()));
    }

    /// A layer that has the same at a path, and may have been looked at before.
    pub(super) fn unedited(&self, layer: LayerId, path: &str) -> LayerId {
        let is_apart = |edit: &String| !is_inside(edit, path) && !is_inside(path, edit);
        match &self.edited {
            Some((edited, before, edits)) if layer == *edited && edits.iter().all(is_apart) => *before,
            _ => layer,
        }
    }

    /// The things that were laid on top of a layer, the first uppermost.
    pub(super) fn laid(&self, layer: LayerId) -> Vec<Sheet> {
        let Layer::Made { own, .. } = &self.layers[layer.0 as usize] else { return Vec::new() };
        own.clone().rev().map(|sheet| self.sheets[sheet as usize].clone()).collect()
    }

    /// A layer that is made once somebody looks at it: of most nobody ever does.
    pub(super) fn promise(&mut self, maker: Maker) -> LayerId {
        self.layers.push(Layer::Promised(maker));
        LayerId(offset(self.layers.len() - 1))
    }

    /// The step that has to make a layer; none if it is made.
    pub(super) fn maker(&self, layer: LayerId) -> Option<Maker> {
        if let Layer::Promised(maker) = self.layers[layer.0 as usize] { Some(maker) } else { None }
    }

    fn stack(&self, layer: LayerId) -> Stack {
        if let Layer::Made { stack, .. } = self.layers[layer.0 as usize] { stack } else { Stack::default() }
    }

    /// Makes a layer of things that are laid upon what is below, the first uppermost.
    pub(super) fn make(&mut self, layer: LayerId, below: Option<LayerId>, sheets: Vec<Sheet>) {
        let mut stack = below.map(|below| self.stack(below)).unwrap_or_default();
        let start = offset(self.sheets.len());
        for sheet in sheets.into_iter().rev() {
            let id = offset(self.sheets.len());
            for folder in folders_above(&sheet.folder) {
                let folder = self.text(folder);
                let touching = self.index.touching(stack, folder);
                let below = self.index.link(id, touching.below);
                stack = self.index.with(stack, folder, Touching { below, ..touching });
            }
            let folder = self.text(&sheet.folder);
            let touching = self.index.touching(stack, folder);
            let here = self.index.link(id, touching.here);
            stack = self.index.with(stack, folder, Touching { here, ..touching });
            self.sheets.push(sheet);
        }
        self.layers[layer.0 as usize] =
            Layer::Made { stack, own: start..offset(self.sheets.len()), is_all: below.is_none() };
    }

    /// Shows the sheets of a layer that have to do with a path from the top to the bottom, until `visit` says that it
    /// is enough.
    fn visit(&self, layer: LayerId, path: &str, visit: &mut dyn FnMut(&Sheet) -> bool) {
        // Most are what a command left, of which nothing is known.
        if let Layer::Made { own, is_all: true, .. } = &self.layers[layer.0 as usize]
            && own.len() == 1
        {
            visit(&self.sheets[own.start as usize]);
            return;
        }
        let stack = self.stack(layer);
        let touching = |path| self.texts.get(path).map(|&path| self.index.touching(stack, path));
        let mut rows: Vec<Sheets> = folders_above(path).filter_map(touching).map(|touching| touching.here).collect();
        rows.extend(touching(path).map(|touching| [touching.here, touching.below]).into_iter().flatten());
        loop {
            let mut next: Option<(SheetId, usize, Sheets)> = None;
            for (row, &sheets) in rows.iter().enumerate() {
                if let Some((sheet, below)) = self.index.first(sheets)
                    && next.is_none_or(|(upper, ..)| upper < sheet)
                {
                    next = Some((sheet, row, below));
                }
            }
            let Some((sheet, row, below)) = next else { return };
            rows[row] = below;
            if visit(&self.sheets[sheet as usize]) {
                return;
            }
        }
    }

    /// Whether a path is a folder, as far as that is known.
    pub(super) fn is_folder(&self, layer: Option<LayerId>, path: &str) -> bool {
        let mut is_folder = false;
        let Some(layer) = layer else { return false };
        self.visit(layer, path, &mut |sheet| {
            sheet.seen_at(path, &mut |item| {
                is_folder |= !item.path.is_empty() || matches!(item.thing, Thing::Folder(_));
                is_folder
            })
        });
        is_folder
    }

    /// What is at a path of a layer and below. What stands earlier hides what stands later, and known files
    /// between two unknown things are sorted.
    pub(super) fn at(&mut self, layer: Option<LayerId>, path: &str) -> Vec<Item> {
        let Some(layer) = layer else { return Vec::new() };
        let mut out = Collected { left: self.left(), ..Collected::default() };
        self.visit(layer, path, &mut |sheet| out.add(sheet, path));
        self.saw(out.n_seen);
        if out.n_seen > out.left { vec![self.too_many(layer, path)] } else { out.finish() }
    }

    /// How many files may still be looked at.
    pub(super) fn left(&self) -> usize {
        MOST.saturating_sub(self.n_seen).max(FEW)
    }

    /// Notes that files were looked at.
    pub(super) fn saw(&mut self, n_files: usize) {
        self.n_seen = self.n_seen.saturating_add(n_files);
    }

    /// What is at a path where that is too much to be looked at.
    pub(super) fn too_many(&mut self, layer: LayerId, path: &str) -> Item {
        let of = self.text(&format!("layer {}", layer.0));
        Item { path: Name::default(), thing: Thing::Unknown { of, inside: path.into(), is_assumed: true } }
    }
}

/// What was found at a path, from the top to the bottom.
#[derive(Default)]
struct Collected {
    items: Vec<Item>,
    /// Where the known things behind the last unknown one begin.
    start: usize,
    /// Whether no two things of the sheet that is looked at can be at one path, and none was found before.
    is_first: bool,
    /// What is told already, so that it hides the same further down; empty up to the second sheet.
    told: Lookup<Name, ()>,
    /// The unknown things, once there is more than one.
    unknown: Lookup<Item, ()>,
    n_unknown: usize,
    n_seen: usize,
    /// How many may be looked at.
    left: usize,
}

impl Collected {
    /// Adds what is at `path` in a sheet; tells whether nothing below can be seen.
    fn add(&mut self, sheet: &Sheet, path: &str) -> bool {
        if !self.items.is_empty() {
            self.remember();
        }
        self.is_first = self.items.is_empty() && sheet.items.is_plain();
        sheet.seen_at(path, &mut |item| self.put(item))
    }

    /// Notes what the first sheet has told.
    fn remember(&mut self) {
        if std::mem::take(&mut self.is_first) {
            for item in &self.items {
                self.told.add(item.path.clone());
            }
        }
    }

    /// Adds a thing; tells whether there are too many.
    fn put(&mut self, item: Item) -> bool {
        // A long path counts for more.
        self.n_seen += 1 + item.path.len() / 64;
        if !matches!(item.thing, Thing::Unknown { .. }) {
            if self.is_first || self.told.add(item.path.clone()) {
                self.items.push(item);
            }
        } else if self.is_new(&item) {
            self.remember();
            self.close();
            self.items.push(item);
            self.start = self.items.len();
        }
        self.n_seen > self.left
    }

    /// Notes something unknown; tells whether it was not found before.
    fn is_new(&mut self, item: &Item) -> bool {
        self.n_unknown += 1;
        if self.n_unknown == 2 {
            let before = self.items.iter().filter(|item| matches!(item.thing, Thing::Unknown { .. }));
            for item in before {
                self.unknown.add(item.clone());
            }
        }
        self.n_unknown == 1 || self.unknown.add(item.clone())
    }

    /// Sorts the known things since the last unknown one. A folder that is there because of what is in it
    /// need not be told, unless it has an owner of its own.
    fn close(&mut self) {
        if self.items.len() < self.start + 2 {
            return;
        }
        let mut known = self.items.split_off(self.start);
        sort_by(&mut known, |a, b| a.path < b.path);
        let holds = |folder: &str| {
            let next = known.partition_point(|item| is_before_inner(&item.path, folder));
            known.get(next).is_some_and(|item| is_inside(&item.path, folder))
        };
        let is_told = |item: &Item| item.thing != Thing::Folder(PLAIN) || !holds(&item.path);
        let told: Vec<bool> = known.iter().map(is_told).collect();
        let known = known.into_iter().zip(told).filter_map(|(item, is_told)| is_told.then_some(item));
        self.items.extend(known);
    }

    /// Puts plain folders behind all else where something is not known: whether one was made before that or after,
    /// nobody can tell, nor whether it was made at all where something known is in it.
    fn settle(&mut self) {
        let is_plain = |item: &Item| item.thing == Thing::Folder(PLAIN);
        if !self.items.iter().any(is_plain) {
            return;
        }
        let items = std::mem::take(&mut self.items);
        let (mut folders, others): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_plain);
        self.items = others;
        let is_known = |item: &&Item| !matches!(item.thing, Thing::Unknown { .. });
        let known = folders.iter().chain(self.items.iter().filter(is_known));
        let mut known: Vec<Name> = known.map(|item| item.path.clone()).collect();
        sort_by(&mut known, |a, b| a < b);
        folders.retain(|folder| {
            let next = known.partition_point(|path| is_before_inner(path, &folder.path));
            known.get(next).is_none_or(|path| !is_inside(path, &folder.path))
        });
        sort_by(&mut folders, |a, b| a.path < b.path);
        self.items.append(&mut folders);
    }

    fn finish(mut self) -> Vec<Item> {
        self.close();
        if self.start > 0 {
            self.settle();
        }
        self.items
    }
}

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
use crate::sorting::sort_by;
use crate::text::offset;

use super::index::{Index, SheetId, Sheets, Stack, Touching};
pub(super) use super::items::{Item, Items, Sheet, Thing, joined};
use super::items::{folders_above, is_before_inner, is_inside};
use super::reads::{Given, Listing};

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

#[derive(Clone, Debug)]
struct Layer {
    stack: Stack,
    /// The sheets that the step itself laid on top, by their numbers.
    own: std::ops::Range<SheetId>,
    /// What the commands up to this layer write in the same way each time, and how many sheets there were before
    /// the last of them wrote.
    same: Option<(TextId, SheetId)>,
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

    /// The number of a value.
    pub(super) fn value(&mut self, value: &Rc<[Item]>) -> ValueId {
        let next = ValueId(offset(self.values.len()));
        *self.values.or_insert(Rc::clone(value), next)
    }

    /// A new layer of things that are laid upon what is below, the first uppermost.
    pub(super) fn layer(&mut self, below: Option<LayerId>, sheets: Vec<Sheet>) -> LayerId {
        self.add(below, sheets, None)
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

    /// A layer with the things of another, laid upon something else.
    pub(super) fn laid_upon(&mut self, below: Option<LayerId>, upper: LayerId) -> LayerId {
        let own = self.layers[upper.0 as usize].own.clone();
        let sheets = own.rev().map(|sheet| self.sheets[sheet as usize].clone()).collect();
        self.add(below, sheets, None)
    }

    /// The layer of a command that also writes unknown things which are the same each time it runs.
    pub(super) fn with_same(&mut self, below: Option<LayerId>, sheets: Vec<Sheet>, same: TextId) -> LayerId {
        let before = below.and_then(|below| self.layers[below.0 as usize].same).map(|(same, _)| same);
        // All of them together are one thing, so that there are not as many as commands.
        let all = self.text(&format!("{same:?} upon {before:?}"));
        self.add(below, sheets, Some(all))
    }

    fn add(&mut self, below: Option<LayerId>, sheets: Vec<Sheet>, same: Option<TextId>) -> LayerId {
        let below = below.map(|below| &self.layers[below.0 as usize]);
        let (mut stack, before) = below.map(|below| (below.stack, below.same)).unwrap_or_default();
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
        let same = same.map(|same| (same, start)).or(before);
        self.layers.push(Layer { stack, own: start..offset(self.sheets.len()), same });
        LayerId(offset(self.layers.len() - 1))
    }

    /// Shows the sheets of a layer that have to do with a path from the top to the bottom, and the numbers of what
    /// commands always write where it lies, until `visit` says that it is enough.
    fn visit(&self, layer: LayerId, path: &str, visit: &mut dyn FnMut(Result<&Sheet, TextId>) -> bool) {
        let layer = &self.layers[layer.0 as usize];
        let touching = |path| self.texts.get(path).map(|&path| self.index.touching(layer.stack, path));
        let mut rows: Vec<Sheets> = folders_above(path).filter_map(touching).map(|touching| touching.here).collect();
        rows.extend(touching(path).map(|touching| [touching.here, touching.below]).into_iter().flatten());
        let mut same = layer.same;
        loop {
            let mut next: Option<(SheetId, usize, Sheets)> = None;
            for (row, &sheets) in rows.iter().enumerate() {
                if let Some((sheet, below)) = self.index.first(sheets)
                    && next.is_none_or(|(upper, ..)| upper < sheet)
                {
                    next = Some((sheet, row, below));
                }
            }
            if let Some((of, _)) = same.take_if(|(_, start)| next.is_none_or(|(sheet, ..)| sheet < *start))
                && visit(Err(of))
            {
                return;
            }
            let Some((sheet, row, below)) = next else { return };
            rows[row] = below;
            if visit(Ok(&self.sheets[sheet as usize])) {
                return;
            }
        }
    }

    /// Whether a path is a folder, as far as that is known.
    pub(super) fn is_folder(&self, layer: Option<LayerId>, path: &str) -> bool {
        let mut is_folder = false;
        let Some(layer) = layer else { return false };
        self.visit(layer, path, &mut |sheet| {
            let Ok(sheet) = sheet else { return false };
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
        self.visit(layer, path, &mut |sheet| match sheet {
            Ok(sheet) => out.add(sheet, path),
            Err(of) => {
                let thing = Thing::Unknown { of, inside: path.into(), is_assumed: false };
                out.put(Item { path: Rc::default(), thing })
            }
        });
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
        Item { path: Rc::default(), thing: Thing::Unknown { of, inside: path.into(), is_assumed: true } }
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
    told: Lookup<Rc<str>, ()>,
    unknown: Lookup<Item, ()>,
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
                self.told.add(Rc::clone(&item.path));
            }
        }
    }

    /// Adds a thing; tells whether there are too many.
    fn put(&mut self, item: Item) -> bool {
        // A long path counts for more.
        self.n_seen += 1 + item.path.len() / 64;
        if !matches!(item.thing, Thing::Unknown { .. }) {
            if self.is_first || self.told.add(Rc::clone(&item.path)) {
                self.items.push(item);
            }
        } else if self.unknown.add(item.clone()) {
            self.remember();
            self.close();
            self.items.push(item);
            self.start = self.items.len();
        }
        self.n_seen > self.left
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

    fn finish(mut self) -> Vec<Item> {
        self.close();
        self.items
    }
}

//! The images that builds leave behind, which are the classic builder's cache.
//!
//! Every instruction makes an image. One that was made from the same image in the same way is taken
//! again: follows `imageprobe.go` of moby's `builder/dockerfile` and `getLocalCachedImage` of its
//! `image/cache` (Docker 20.10). Relies on [`lookup`](crate::lookup).

use crate::lookup::Lookup;
use crate::resolve::StageId;

use super::super::cache::Effects;

/// An image in a [`Store`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ImageIndex(pub(super) u32);

/// The empty image that `FROM scratch` begins with.
pub(super) const SCRATCH: ImageIndex = ImageIndex(0);

/// The most images made from the same one among which the cause of a miss is looked for.
const MOST_CHILDREN: usize = 500;

/// Files with their contents, as copied; equal ones have equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ListingId(pub(super) u32);

/// Files as they are copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    /// What the cache compares.
    pub(super) key: String,
    /// The files with their contents, where they come from the build context.
    pub(super) files: Vec<(String, String)>,
    /// The same files with their paths below the destination.
    pub(super) targets: Vec<(String, String)>,
    /// Whether one of the files is another one in every build: the `.dockerignore`.
    pub(super) changes_always: bool,
    /// The stage they come from, where it is one.
    pub(super) stage: Option<StageId>,
}

/// How an image was made from the one before it: what the cache compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// It is from outside the file.
    Outside,
    /// By a command.
    Run {
        /// With the shell before it.
        command: Vec<String>,
        /// The build args that count, by the alphabet; none where there are no build args at all.
        args: Option<Vec<(String, String)>>,
    },
    /// By copying.
    Copy {
        /// The instruction, its flags and its destination.
        how: String,
        /// What is copied.
        what: ListingId,
    },
    /// By a change of the config: the instruction with its words expanded.
    Config(String),
}

impl Made {
    /// The length of its texts, with something for each of many small ones.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Outside => 0,
            Self::Run { command, args } => {
                let args = args.iter().flatten().map(|(name, value)| name.len() + value.len() + 64);
                command.iter().map(String::len).sum::<usize>() + args.sum::<usize>()
            }
            Self::Copy { how, .. } => how.len(),
            Self::Config(text) => text.len(),
        }
    }

    /// What the cache compares, as one text. `shell` goes before what is no command.
    fn key(&self, parent: ImageIndex, shell: &str) -> String {
        let mut key = format!("{}\0", parent.0);
        match self {
            Self::Outside => {}
            Self::Run { command, args } => {
                key.push('r');
                for (name, value) in args.iter().flatten() {
                    key.push_str(&[name, "=", value, "\0"].concat());
                }
                key.push_str(if args.is_some() { "|" } else { "\0" });
                key.push_str(&command.join("\0"));
            }
            Self::Copy { how, what } => key.push_str(&format!("c{}\0{shell}\0{how}", what.0)),
            Self::Config(text) => key.push_str(&["n", shell, "\0", text].concat()),
        }
        key
    }
}

/// What an instruction left in the file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// Nothing.
    None,
    /// A folder, if it was not there.
    Folder(String),
    /// What a command left.
    Run(Effects),
    /// What was copied.
    Copy {
        /// Whose owner, where one is given.
        chown: String,
        /// The files.
        what: ListingId,
        /// Where they went, as an absolute path; with `/` at its end for a folder.
        destination: String,
        /// Whether archives were unpacked.
        unpacks: bool,
    },
}

/// An image.
#[derive(Clone, Debug)]
pub(super) struct Image {
    pub(super) parent: Option<ImageIndex>,
    pub(super) made: Made,
    /// The instruction as written.
    pub(super) code: String,
    pub(super) layer: Layer,
    /// The number of the build that made it.
    pub(super) build: u32,
    /// Images made from it, in order.
    children: Vec<ImageIndex>,
}

/// The images of all builds so far: the cache.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) images: Vec<Image>,
    /// The newest image for what the cache compares.
    by_key: Lookup<String, ImageIndex>,
    /// Images from outside, by their names.
    outside: Lookup<String, ImageIndex>,
    listings: Vec<Listing>,
    listing_by_key: Lookup<String, ListingId>,
    /// Paths by their numbers.
    pub(super) paths: Lookup<String, u32>,
    /// The numbers of what lies at a path in an image: see [`files`](super::files).
    pub(super) seen: Lookup<(u32, ImageIndex), u32>,
    /// Images that were looked at for that.
    pub(super) n_looks: usize,
    /// The numbers of what lies there by what was there before, and what was put there.
    pub(super) put: Lookup<String, u32>,
    /// Number of builds begun.
    pub(super) n_builds: u32,
}

impl Default for Store {
    fn default() -> Self {
        let scratch = Image {
            parent: None,
            made: Made::Outside,
            code: String::new(),
            layer: Layer::None,
            build: 0,
            children: Vec::new(),
        };
        Self {
            images: vec![scratch],
            by_key: Lookup::default(),
            outside: Lookup::default(),
            listings: Vec::new(),
            listing_by_key: Lookup::default(),
            paths: Lookup::default(),
            seen: Lookup::default(),
            n_looks: 0,
            put: Lookup::default(),
            n_builds: 0,
        }
    }
}

impl Store {
    /// Another build begins.
    pub(super) fn begin_build(&mut self) {
        self.n_builds += 1;
    }

    pub(super) fn image(&self, index: ImageIndex) -> &Image {
        &self.images[index.0 as usize]
    }

    pub(super) fn listing(&self, id: ListingId) -> &Listing {
        &self.listings[id.0 as usize]
    }

    /// The number of files as they are copied.
    pub(super) fn intern(&mut self, listing: Listing) -> ListingId {
        let next = ListingId(self.listings.len() as u32);
        let id = *self.listing_by_key.or_insert(listing.key.clone(), next);
        if id == next {
            self.listings.push(listing);
        }
        id
    }

    /// The image of a name from outside the file.
    pub(super) fn outside(&mut self, name: &str) -> ImageIndex {
        if let Some(&known) = self.outside.get(name) {
            return known;
        }
        let image = Image {
            parent: None,
            made: Made::Outside,
            code: name.to_owned(),
            layer: Layer::None,
            build: self.n_builds,
            children: Vec::new(),
        };
        let index = self.push(image);
        self.outside.insert(name.to_owned(), index);
        index
    }

    /// The newest image that was made from `parent` in this way.
    pub(super) fn find(&self, parent: ImageIndex, made: &Made, shell: &str) -> Option<ImageIndex> {
        self.by_key.get(&made.key(parent, shell)).copied()
    }

    /// Adds an image.
    pub(super) fn add(&mut self, parent: ImageIndex, made: Made, shell: &str, code: &str, layer: Layer) -> ImageIndex {
        let key = made.key(parent, shell);
        let build = self.n_builds;
        let index =
            self.push(Image { parent: Some(parent), made, code: code.to_owned(), layer, build, children: Vec::new() });
        self.images[parent.0 as usize].children.push(index);
        self.by_key.insert(key, index);
        index
    }

    fn push(&mut self, image: Image) -> ImageIndex {
        self.images.push(image);
        ImageIndex(self.images.len() as u32 - 1)
    }

    /// The images that earlier builds made from one, the newest first; of very many, the newest.
    pub(super) fn earlier_children(&self, parent: ImageIndex) -> impl Iterator<Item = &Image> {
        let children = &self.image(parent).children;
        // They stand in the order in which they were made.
        let n_earlier = children.partition_point(|&child| self.image(child).build < self.n_builds);
        children[..n_earlier].iter().rev().take(MOST_CHILDREN).map(|&child| self.image(child))
    }
}

//! Why a step is not found in the cache.
//!
//! The builder itself says nothing of it. It is found out here by what earlier builds made from the same
//! image. Relies on [`store`](super::store).

use crate::lookup::Lookup;
use crate::resolve::StageId;

use super::super::cache::{ChangeKind, FileChange, without_full_folders};
use super::super::context::DOCKERIGNORE;
use super::store::{Image, ImageIndex, Listing, Made, Store};

/// Why a step is carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The cache is empty.
    Empty,
    /// `--no-cache`.
    NoCache,
    /// The step of this number, or a trigger of it, was carried out: below it the builder looks for nothing
    /// until the next FROM.
    Step(u32),
    /// It starts from this stage, whose last image is new.
    Base(StageId),
    /// It starts from an image from outside, from which nothing was built before.
    Image,
    /// These files of the build context are others than were copied before.
    Files(Vec<FileChange>),
    /// The `.dockerignore` that it copies is another one in every build, as the Dockerfile lies outside of
    /// the build context.
    IgnoreFile,
    /// The files that it copies from this stage may be others.
    Stage(StageId),
    /// These build args have other values, or are there only now or no longer.
    BuildArgs(Vec<String>),
    /// The variables in it come to something else.
    Words,
    /// No such instruction was carried out here before.
    New,
}

/// Why nothing in the store was made from `parent` in this way, given the instruction as written and the
/// stage that its stage starts from, where it is the first.
pub(super) fn of(store: &Store, parent: ImageIndex, made: &Made, code: &str, base: Option<StageId>) -> Cause {
    if store.n_builds <= 1 {
        return Cause::Empty;
    }
    if let Some(stage) = base.filter(|_| store.image(parent).build == store.n_builds) {
        return Cause::Base(stage);
    }
    let is_alike = |it: &&Image| match (&it.made, made) {
        (Made::Copy { how: a, what: c }, Made::Copy { how: b, what: d }) => {
            a == b && store.listing(*c).stage == store.listing(*d).stage
        }
        (Made::Run { command: a, .. }, Made::Run { command: b, .. }) => a == b,
        _ => false,
    };
    let same_line = store.earlier_children(parent).find(|it| it.code == code && is_alike(it));
    if let Some(earlier) = same_line.or_else(|| store.earlier_children(parent).find(is_alike)) {
        match (&earlier.made, made) {
            (Made::Copy { what: a, .. }, Made::Copy { what: b, .. }) => {
                return of_files(store.listing(*a), store.listing(*b));
            }
            (Made::Run { args: a, .. }, Made::Run { args: b, .. }) => {
                let none = Vec::new();
                return Cause::BuildArgs(differences(a.as_ref().unwrap_or(&none), b.as_ref().unwrap_or(&none)).names());
            }
            _ => {}
        }
    }
    if store.earlier_children(parent).any(|it| it.code == code) {
        return Cause::Words;
    }
    let is_outside = store.image(parent).made == Made::Outside;
    if is_outside && store.earlier_children(parent).next().is_none() { Cause::Image } else { Cause::New }
}

fn of_files(before: &Listing, after: &Listing) -> Cause {
    if let Some(stage) = after.stage {
        return Cause::Stage(stage);
    }
    let mut changes = differences(&before.files, &after.files);
    without_full_folders(&mut changes.0);
    match changes.0.as_slice() {
        [] => Cause::New,
        [only] if after.changes_always && only.path == DOCKERIGNORE => Cause::IgnoreFile,
        _ => Cause::Files(changes.0),
    }
}

/// What differs between two lists of names with values.
struct Differences(Vec<FileChange>);

impl Differences {
    fn names(self) -> Vec<String> {
        self.0.into_iter().map(|change| change.path).collect()
    }
}

fn differences(before: &[(String, String)], after: &[(String, String)]) -> Differences {
    fn by_name(list: &[(String, String)]) -> Lookup<&str, &str> {
        let mut out = Lookup::default();
        for (name, value) in list {
            out.or_insert(name.as_str(), value.as_str());
        }
        out
    }
    let (old, new) = (by_name(before), by_name(after));
    let mut out = Vec::new();
    let mut note = |path: &String, kind| out.push(FileChange { path: path.clone(), kind });
    for (name, value) in after {
        match old.get(name.as_str()) {
            None => note(name, ChangeKind::Added),
            Some(known) if known != value => note(name, ChangeKind::Changed),
            Some(_) => {}
        }
    }
    for (name, _) in before {
        if new.get(name.as_str()).is_none() {
            note(name, ChangeKind::Removed);
        }
    }
    Differences(out)
}

//! Two builds in a row: which steps of the second come from the cache, which run again, and why.
//!
//! The rules are BuildKit's (`solver/edge.go`, `cachemanager.go`, `llbsolver/ops`, `cache/contenthash`). A
//! step comes from the cache where one key is reached from what it does and from each of its inputs: from the
//! key of the input, or, for what COPY takes and mounts show, from its content. The build context has another
//! key in each build, so that only its content counts.
//!
//! What a command writes cannot be known. What it wrote in the first build is the same as long as it comes
//! from the cache; when it runs again, everything may be different ([`Effects`] says otherwise, step by
//! step). Relies on the resolved stages, the plan, and [`Context`]; how long anything takes is left to others.

mod changes;
mod definition;
mod differences;
mod few;
mod files;
mod index;
mod items;
mod name;
mod pairs;
mod reads;
mod solver;
mod sources;
mod store;
mod values;
mod why;
mod wiring;
mod writes;

pub(super) use changes::without_full_folders;
pub use differences::Difference;

use std::sync::Arc;

use crate::plan::{Plan, StepId};
use crate::resolve::Resolved;

use super::context::Context;
use super::select::Missing;

/// A build.
#[derive(Clone, Copy, Debug)]
pub struct Build<'a> {
    /// The stages.
    pub resolved: &'a Resolved,
    /// The steps.
    pub plan: &'a Plan,
    /// The files.
    pub context: &'a Context,
    /// `--no-cache`.
    pub no_cache: bool,
    /// `--no-cache-filter`: names of stages, in any letter case.
    pub no_cache_filter: &'a [String],
}

/// What a command writes when it runs again. Everything else that it ever wrote it writes as before, which is no
/// difference: a command of which something is said is taken to write nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Effects {
    /// Anything, anywhere. This is what is assumed.
    #[default]
    Everything,
    /// The same files as before.
    Nothing,
    /// Other files in these folders, or at these paths.
    Below(Vec<String>),
}

/// Two builds, the second of which finds what the first left in the cache, which was empty before.
#[derive(Clone, Copy, Debug)]
pub struct Builds<'a> {
    /// The build before.
    pub first: Build<'a>,
    /// The build that is asked about.
    pub second: Build<'a>,
    /// What is known of RUNs of the second build; what they were in the first writes at the same places.
    pub effects: &'a [(StepId, Effects)],
    /// What is assumed of all others.
    pub otherwise: &'a Effects,
}

/// What becomes of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It comes from the cache.
    Cached,
    /// It comes from the cache, though something that it reads ran again: what it takes of that is the same.
    SameContent,
    /// It runs, for all of these causes.
    Runs(Vec<Cause>),
    /// The build context is looked at in every build; only what changed is sent.
    Looks,
    /// It stops the build: nothing is at a path.
    Fails(Missing),
    /// The build stops before: at this step, which it needs.
    NotReached(StepId),
}

impl Outcome {
    /// Whether BuildKit says `CACHED`.
    #[must_use]
    pub const fn is_cached(&self) -> bool {
        matches!(self, Self::Cached | Self::SameContent)
    }

    /// Why it runs; empty where it does not.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        if let Self::Runs(causes) = self { causes } else { &[] }
    }
}

/// Why a step runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The cache is empty.
    Empty,
    /// `--no-cache` or `--no-cache-filter` says so.
    NoCache,
    /// It is another step than before.
    Changed(Vec<Difference>),
    /// Files of the build context that it takes were changed, added or taken away.
    Files(Arc<[FileChange]>),
    /// The step that it builds upon runs again.
    Input(StepId),
    /// It builds upon this step, and did upon another before. The step itself need not run.
    Upon(StepId),
    /// What it takes of this step is not what it was.
    Content {
        /// The step that gives the files.
        step: StepId,
        /// Whether that is only assumed, as a command ran again that may have written other files.
        is_assumed: bool,
    },
}

/// A file that is not as before, or a folder that is new or gone without anything in it that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Its path in the build context; that of a folder ends with a slash.
    pub path: String,
    /// What happened to it.
    pub kind: ChangeKind,
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Something else is in it.
    Changed,
    /// It is new, or not left out any more.
    Added,
    /// It is gone, or left out now.
    Removed,
}

/// What becomes of the steps of two builds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// For each step of the first build. Some come from the cache even there: those that do the same as
    /// another, though they are not defined by the same text.
    pub first: Vec<Outcome>,
    /// For each step of the second build.
    pub second: Vec<Outcome>,
    /// For each step of the second build which of the first it was, as far as that can be told.
    pub was: Vec<Option<StepId>>,
}

impl Rebuilt {
    /// Why a step of the second build runs, from the step where it begins to the step itself. The causes of
    /// the first lie outside of the build: a change of the text, of files, or a flag. Empty for what does not
    /// run.
    #[must_use]
    pub fn chain(&self, step: StepId) -> Vec<StepId> {
        why::chain(&self.second, step)
    }

    /// Where the chains of all steps that run begin, and what each sets off, in order.
    #[must_use]
    pub fn roots(&self) -> Vec<(StepId, Vec<StepId>)> {
        why::roots(&self.second)
    }
}

/// Works out what becomes of the steps of two builds.
#[must_use]
pub fn rebuild(builds: &Builds<'_>) -> Rebuilt {
    solver::rebuild(builds)
}

/// What becomes of the steps of a build when one file of its context is edited after it, for each of some files,
/// given by their paths there. Commands that run again are taken to write anything.
#[must_use]
pub fn edits(build: Build<'_>, paths: &[&str]) -> Vec<Vec<Outcome>> {
    let edited = |path: &&str| {
        let mut context = build.context.clone();
        if let Some(content) = context.files.get_mut(*path) {
            content.push_str(" edited");
        }
        context
    };
    solver::with_contexts(build, &mut paths.iter().map(edited))
}

#[cfg(test)]
mod tests;

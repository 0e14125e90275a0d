//! What the classic builder would do (`DOCKER_BUILDKIT=0`, Docker 20.10): every stage up to the target, in
//! file order, one instruction after the other, each of which makes an image.
//!
//! [`build`] gives the lines that it prints, which of them say `Using cache` and why others do not, and
//! what it refuses. The cache is the [`Store`] of images that builds leave behind: two builds in a row
//! share one. Follows moby's `builder/dockerfile`; the file of each part names what it follows.
//!
//! It reads the text anew, since it knows less than BuildKit: of [`syntax`](crate::syntax) it uses the
//! classic dialect, of [`resolve`](crate::resolve) nothing but image names, platforms and ports.

mod args;
mod builder;
mod cause;
mod copy;
mod files;
mod instructions;
mod refusal;
mod signal;
mod store;
#[cfg(test)]
mod tests;

pub use cause::Cause;
pub use refusal::Refusal;
pub use store::Store;

use std::collections::BTreeMap;

use crate::resolve::{Platform, StageId};
use crate::syntax::{InstructionId, Keyword};
use crate::text::TextRange;

use super::cache::Effects;
use super::context::Context;

/// What is asked: a file, and what would be given to `docker build`.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The Dockerfile.
    pub source: &'a str,
    /// `--target`; none for the last stage.
    pub target: Option<&'a str>,
    /// `--build-arg`.
    pub build_args: &'a BTreeMap<String, String>,
    /// The builder's own platform.
    pub platform: &'a Platform,
    /// The build context.
    pub context: &'a Context,
    /// The path of the Dockerfile in the build context, where `COPY .` takes it along; none where it lies
    /// outside (`-f ../Dockerfile`, `-f -`). There the client writes a name of chance into the
    /// `.dockerignore` that it sends, so that whoever copies that file never finds it in the cache.
    pub dockerfile: Option<&'a str>,
    /// What is known of the files that single RUNs write. It has to be the same in both of two builds.
    pub effects: &'a [(InstructionId, Effects)],
    /// What is assumed of all others.
    pub otherwise: &'a Effects,
    /// `--no-cache`.
    pub no_cache: bool,
}

/// What a build does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// The steps up to the end, or up to the one that is refused.
    pub steps: Vec<Step>,
    /// The number of steps that the builder says there are.
    pub n_steps: u32,
    /// The stages it goes through, or would: all up to the target.
    pub n_stages: u32,
    /// What ends the build before its end.
    pub refusal: Option<Refusal>,
    /// The build args that it warns of in the end, because no ARG declares them.
    pub unused_build_args: Vec<String>,
}

/// A step: an instruction, carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number, from 1.
    pub number: u32,
    /// The instruction as it is printed: on one line, with nothing replaced.
    pub text: String,
    /// The stage; none for an ARG before the first FROM.
    pub stage: Option<StageId>,
    /// The instruction, as an index of the text read by the classic builder.
    pub instruction: InstructionId,
    /// What it is.
    pub keyword: Keyword,
    /// Its place.
    pub range: TextRange,
    /// Whether it is found in the cache.
    pub cache: Outcome,
    /// What the ONBUILD instructions of its base do, for a FROM. They are no steps of their own.
    pub triggers: Vec<Trigger>,
}

impl Step {
    /// The line that is printed.
    #[must_use]
    pub fn label(&self, n_steps: u32) -> String {
        format!("Step {}/{n_steps} : {}", self.number, self.text)
    }

    /// Whether `Using cache` is printed below it.
    #[must_use]
    pub fn is_cached(&self) -> bool {
        self.cache == Outcome::Cached || self.triggers.iter().any(|trigger| trigger.cache == Outcome::Cached)
    }
}

/// An instruction that ONBUILD of the base kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// The instruction.
    pub text: String,
    /// Whether it is found in the cache.
    pub cache: Outcome,
}

/// Whether an instruction is found in the cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It makes no image, so that there is nothing to look for: FROM, an ARG before the first FROM, and
    /// what is refused.
    #[default]
    NoImage,
    /// `Using cache`.
    Cached,
    /// It is carried out, for this reason.
    Runs(Cause),
}

/// Builds once, with the images that earlier builds left in `store`, and leaves its own there.
#[must_use]
pub fn build(request: &Request<'_>, store: &mut Store) -> Build {
    store.begin_build();
    let parse = crate::syntax::parse_as(request.source, crate::syntax::Dialect::Classic);
    if let Some(refusal) = refusal::of_file(&parse) {
        return Build { refusal: Some(refusal), ..Build::default() };
    }
    let files = builder::files(request, store);
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    builder::Builder::new(request, &parse, store, &files, &paths).run()
}

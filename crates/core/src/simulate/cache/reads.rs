//! What a step reads of its inputs, and what BuildKit makes of it: a checksum of what is there, and the paths
//! that it is taken from.
//!
//! Follows `addSelector` of BuildKit's `ops/file.go` and `getMountDeps` of `ops/exec.go`: sources of COPY and
//! mounts of RUN are known by their content, the stage's own files by their key alone, even where they are a
//! source as well.

use std::borrow::Cow;

use crate::plan::{Step, StepId};
use crate::resolve::MountKind;
use crate::sorting::{sort, sort_by, sort_by_key};

use super::files::{Files, TextId};
use super::sources::Source;
use super::wiring::{Part, Wired, Work, has_own_folder};

/// What a step takes of one of its inputs.
#[derive(Clone, Debug)]
pub(super) struct Reading<'a> {
    /// The input.
    pub(super) step: StepId,
    /// The paths, as a part of what the key of the input leads to.
    pub(super) paths: TextId,
    /// What is taken, if the content of it counts.
    selectors: Selectors<'a>,
}

/// What is taken of an input; most often it is one thing.
#[derive(Clone, Debug)]
enum Selectors<'a> {
    /// The content does not count.
    None,
    One(Source<'a>),
    Several(Vec<Source<'a>>),
}

/// What the steps of a plan take of their inputs.
#[derive(Clone, Debug, Default)]
pub(super) struct Readings<'a> {
    all: Vec<Reading<'a>>,
    /// Where those of each step end.
    ends: Vec<usize>,
    /// The sources of the step that is looked at, by their inputs.
    parts: Vec<(StepId, Part<'a>)>,
}

impl<'a> Readings<'a> {
    /// Adds the next step.
    pub(super) fn add(&mut self, files: &mut Files, step: &Step, wired: &Wired<'a>) {
        self.parts.clear();
        self.parts.extend(wired.slots.iter().filter_map(|slot| Some((slot.step?, slot.part))));
        sort_by_key(&mut self.parts, |(input, _)| *input);
        for &input in &step.inputs {
            let parts = &self.parts[self.parts.partition_point(|&(before, _)| before < input)..];
            let parts = &parts[..parts.partition_point(|&(same, _)| same == input)];
            let (paths, selectors) = match (wired.work, parts) {
                (Work::Run(..), [(_, Part::Own)]) => ("/".into(), Selectors::None),
                (Work::Run(..), _) => of_run(parts),
                (Work::Copy(copy), _) => of_copy(parts, &copy.exclude),
                _ => ("".into(), Selectors::None),
            };
            self.all.push(Reading { step: input, paths: files.text(&paths), selectors });
        }
        self.ends.push(self.all.len());
    }

    /// What a step takes of each of its inputs, in their order.
    pub(super) fn of(&self, id: StepId) -> &[Reading<'a>] {
        let index = id.0 as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start..self.ends[index]]
    }
}

impl<'a> Reading<'a> {
    /// What is taken, if the content of it counts.
    pub(super) fn sources(&self) -> Option<&[Source<'a>]> {
        match &self.selectors {
            Selectors::None => None,
            Selectors::One(source) => Some(std::slice::from_ref(source)),
            Selectors::Several(sources) => Some(sources),
        }
    }
}

/// Paths, and what is taken.
type Takes<'a> = (Cow<'a, str>, Selectors<'a>);

fn of_run<'a>(parts: &[(StepId, Part<'a>)]) -> Takes<'a> {
    let mut paths: Vec<Cow<'a, str>> = Vec::new();
    // Where one source is mounted twice, the last one decides.
    let mut by_content = false;
    for (_, part) in parts {
        match part {
            Part::Mounted(mount) if mount.kind == MountKind::Tmpfs => {}
            Part::Mounted(mount) => {
                paths.push(if has_own_folder(mount) { "/cache".into() } else { mount.shown() });
                by_content = true;
            }
            _ => {
                paths.push("/".into());
                by_content = matches!(part, Part::Script);
            }
        }
    }
    let joined = paths.join("\n").into();
    if !by_content {
        return (joined, Selectors::None);
    }
    (joined, Selectors::Several(without_inner(paths).into_iter().map(Source::plain).collect()))
}

fn of_copy<'a>(parts: &[(StepId, Part<'a>)], exclude: &'a [String]) -> Takes<'a> {
    if parts.iter().any(|(_, part)| !matches!(part, Part::Copied(_))) {
        return ("".into(), Selectors::None);
    }
    if let &[(_, Part::Copied(part))] = parts {
        let source = Source::of_part(part, exclude);
        return (source.path.clone(), Selectors::One(source));
    }
    let copied = parts.iter().filter_map(|(_, part)| if let Part::Copied(part) = part { Some(*part) } else { None });
    let sources: Vec<Source<'a>> = copied.map(|part| Source::of_part(part, exclude)).collect();
    let mut paths: Vec<Cow<'a, str>> = sources.iter().map(|source| source.path.clone()).collect();
    sort(&mut paths);
    let of_plain = sources.iter().filter(|source| source.is_plain()).map(|source| source.path.clone()).collect();
    let mut all: Vec<Source<'a>> = without_inner(of_plain).into_iter().map(Source::plain).collect();
    all.extend(sources.into_iter().filter(|source| !source.is_plain()));
    sort_by(&mut all, |a, b| a.path < b.path);
    (paths.join("\n").into(), Selectors::Several(all))
}

/// Paths in the order of a tree, without those that lie in another.
fn without_inner(mut paths: Vec<Cow<'_, str>>) -> Vec<Cow<'_, str>> {
    // What is in a folder stands right behind it.
    sort_by(&mut paths, |a, b| a.split('/').lt(b.split('/')));
    let is_at_or_in = |path: &str, folder: &str| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || folder == "/" || rest.starts_with('/'))
    };
    paths.dedup_by(|path, before| is_at_or_in(path, before));
    paths
}

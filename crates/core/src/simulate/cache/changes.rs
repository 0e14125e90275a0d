//! Why a step was not found in the cache: what it does is different, or something that it reads.

use std::sync::Arc;

use crate::lookup::Lookup;
use crate::plan::StepId;
use crate::resolve::{Copy, CopyPart};
use crate::sorting::sort;

use super::super::context::Entry;
use super::differences::{Difference, differences};
use super::files::TextId;
use super::reads::Reading;
use super::solver::{Input, Round};
use super::sources::Source;
use super::store::Store;
use super::wiring::Work;
use super::{Cause, ChangeKind, FileChange, Outcome};

/// What is different between the contexts of two builds.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits<'a> {
    /// Files that were changed or added, sorted.
    now: Vec<(&'a str, ChangeKind)>,
    /// Files that are gone, sorted.
    gone: Vec<&'a str>,
}

impl<'a> Edits<'a> {
    /// Compares two sorted lists of files.
    pub(super) fn of(old: &[Entry<'a>], new: &[Entry<'a>]) -> Self {
        let content = |files: &[Entry<'a>], path: &str| {
            let found = files.binary_search_by(|entry| entry.path.cmp(path)).ok()?;
            Some(files[found].content)
        };
        let mut out = Self::default();
        for Entry { path, content: now } in new {
            match content(old, path) {
                None => out.now.push((path, ChangeKind::Added)),
                Some(was) if was != *now => out.now.push((path, ChangeKind::Changed)),
                Some(_) => {}
            }
        }
        out.gone.extend(old.iter().map(|entry| entry.path).filter(|path| content(new, path).is_none()));
        out
    }

    /// The paths of all that is different.
    pub(super) fn paths(&self) -> Vec<String> {
        let paths = self.now.iter().map(|&(path, _)| path).chain(self.gone.iter().copied());
        paths.map(|path| path.trim_end_matches('/').to_owned()).collect()
    }

    /// How many files are different.
    pub(super) fn len(&self) -> usize {
        self.now.len() + self.gone.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.now.is_empty() && self.gone.is_empty()
    }
}

/// The changes of files that were told already, by what was taken, before and now: many steps take the same.
pub(super) type Told = Lookup<(Vec<String>, Vec<String>), Arc<[FileChange]>>;

/// The causes why a step runs, those that lie outside of the build first.
pub(super) fn causes(
    told: &mut Told,
    store: &Store,
    round: &Round<'_>,
    id: StepId,
    operation: TextId,
    inputs: &[Input<'_>],
) -> Vec<Cause> {
    if round.ignores_cache(id) {
        return vec![Cause::NoCache];
    }
    let Some(before) = round.before else { return vec![Cause::Empty] };
    let Some(was) = before.was[id.0 as usize] else { return vec![Cause::Changed(vec![Difference::New])] };
    let (old, new) = (before.round.defined(was), round.defined(id));
    let mut outside = Vec::new();
    let is_same = std::ptr::eq(old.0, new.0) || is_defined_alike(before.round, was, round, id);
    let mut changed = if is_same { Vec::new() } else { differences(old, new) };
    if before.is_moved[id.0 as usize] {
        changed.insert(0, Difference::Moved);
    }
    if !changed.is_empty() {
        outside.push(Cause::Changed(changed));
    }
    // Most have one cause.
    let mut inside = Vec::with_capacity(1);
    for (index, input) in inputs.iter().enumerate() {
        let step = input.reading.step;
        if matches!(round.wired(step).work, Work::Context) {
            let files = file_changes(told, (before.round, was), (round, id));
            if !files.is_empty() {
                outside.push(Cause::Files(files));
            }
            continue;
        }
        let ran = matches!(round.outcomes[step.0 as usize], Outcome::Runs(_));
        let leads = store.leads_anywhere(&input.from, index, operation)
            || store.leads_anywhere(&input.from, index, before.round.operation(was));
        if leads && !ran {
            continue;
        }
        match input.content {
            Some((_, is_assumed)) if !leads => inside.push(Cause::Content { step, is_assumed }),
            None if ran => inside.push(Cause::Input(step)),
            None if outside.is_empty() => inside.push(Cause::Upon(step)),
            _ => {}
        }
    }
    if outside.is_empty() {
        outside = inside;
    } else {
        outside.append(&mut inside);
    }
    if outside.is_empty() {
        // Every input is known, but not from one and the same build.
        let ran = |step: StepId| matches!(round.outcomes[step.0 as usize], Outcome::Runs(_));
        let input = inputs.iter().find(|input| input.content.is_none()).or(inputs.first());
        outside.push(match input.map(|input| input.reading.step) {
            Some(step) if ran(step) => Cause::Content { step, is_assumed: false },
            Some(step) => Cause::Upon(step),
            None => Cause::Changed(vec![Difference::New]),
        });
    }
    outside
}

/// Whether two steps do the same with the same paths of their inputs, so that only these can be different. What is in
/// here-documents is an input, but told as a difference.
fn is_defined_alike(before: &Round<'_>, was: StepId, round: &Round<'_>, id: StepId) -> bool {
    let has_documents = |copy: &Copy| copy.parts.iter().any(|part| matches!(part, CopyPart::Document { .. }));
    let may_be = match (before.wired(was).work, round.wired(id).work) {
        (Work::Run(old, _), Work::Run(new, _)) => old.script.is_none() && new.script.is_none(),
        (Work::Copy(old), Work::Copy(new)) => old.link == new.link && !has_documents(old) && !has_documents(new),
        _ => false,
    };
    let has_same_paths = || {
        let (old, new) = (before.readings(was), round.readings(id));
        old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.paths == new.paths)
    };
    may_be && before.operation(was) == round.operation(id) && has_same_paths()
}

/// What is different between what a step takes of the build context and what it took before.
fn file_changes(
    told: &mut Told,
    (before, was): (&Round<'_>, StepId),
    (round, id): (&Round<'_>, StepId),
) -> Arc<[FileChange]> {
    let (old, new) = (of_context(before, was), of_context(round, id));
    if old == new && round.edits.is_empty() {
        return Arc::default();
    }
    let keys = |sources: &[&Source<'_>]| sources.iter().map(|source| source.key().into_owned()).collect::<Vec<_>>();
    let keys = (keys(&old), keys(&new));
    if let Some(changes) = told.get(&keys) {
        return Arc::clone(changes);
    }
    let edits = &round.edits;
    let mut out = Vec::new();
    let change = |path: &str, kind| FileChange { path: path.to_owned(), kind };
    if keys.0 == keys.1 {
        // Whether a file is taken depends on nothing but its path.
        let paths: Vec<&str> = edits.now.iter().map(|&(path, _)| path).collect();
        out.extend(taken(&new, &paths, round).into_iter().map(|at| change(edits.now[at].0, edits.now[at].1)));
        let gone = taken(&old, &edits.gone, before);
        out.extend(gone.into_iter().map(|at| change(edits.gone[at], ChangeKind::Removed)));
    } else {
        let edited = |path: &str| edits.now.binary_search_by(|edit| edit.0.cmp(path)).map(|at| edits.now[at].1).ok();
        let (old, new) = (all_taken(&old, before), all_taken(&new, round));
        for path in &new {
            match old.binary_search(path) {
                Err(_) => out.push(change(path, ChangeKind::Added)),
                Ok(_) => out.extend(edited(path).map(|kind| change(path, kind))),
            }
        }
        let is_gone = |path: &&&str| new.binary_search(path).is_err();
        out.extend(old.iter().filter(is_gone).map(|path| change(path, ChangeKind::Removed)));
    }
    without_full_folders(&mut out);
    let out: Arc<[FileChange]> = out.into();
    told.insert(keys, Arc::clone(&out));
    out
}

/// What a step takes of the build context.
fn of_context<'a>(round: &Round<'a>, id: StepId) -> Vec<&'a Source<'a>> {
    let of_context = |step: StepId| matches!(round.wired(step).work, Work::Context);
    let readings = round.readings(id).iter().filter(|reading| of_context(reading.step));
    readings.filter_map(Reading::sources).flatten().collect()
}

/// The paths of a build's context that sources take, sorted.
fn all_taken<'a>(sources: &[&Source<'_>], round: &Round<'a>) -> Vec<&'a str> {
    taken(sources, &round.paths, round).into_iter().map(|at| round.paths[at]).collect()
}

/// The places of those of some paths of a build's context that sources take, sorted.
fn taken(sources: &[&Source<'_>], paths: &[&str], round: &Round<'_>) -> Vec<usize> {
    let mut out = Vec::new();
    for source in sources {
        out.extend(source.selected(paths, &round.paths));
    }
    sort(&mut out);
    out.dedup();
    out
}

/// Leaves out the folders where something in them is told.
pub(in super::super) fn without_full_folders(changes: &mut Vec<FileChange>) {
    let told: Vec<String> = changes.iter().map(|change| change.path.clone()).collect();
    changes.retain(|change| {
        let is_inside = |path: &String| path.len() > change.path.len() && path.starts_with(&change.path);
        !change.path.ends_with('/') || !told.iter().any(is_inside)
    });
}

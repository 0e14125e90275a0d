//! Why a step was not found in the cache: what it does is different, or something that it reads.

use crate::plan::StepId;

use super::super::context::Entry;
use super::definition::{Difference, differences};
use super::files::TextId;
use super::reads::readings;
use super::solver::{Input, Round};
use super::store::Store;
use super::wiring::Work;
use super::{Cause, ChangeKind, FileChange, Outcome};

/// The causes why a step runs, those that lie outside of the build first.
pub(super) fn causes(
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
    let (old, new) = ((before.round.step(was), before.round.wired(was)), (round.step(id), round.wired(id)));
    let mut outside = Vec::new();
    let changed = differences(old, new);
    if !changed.is_empty() {
        outside.push(Cause::Changed(changed));
    }
    let mut inside = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        let step = input.reading.step;
        if matches!(round.wired(step).work, Work::Context) {
            let files = file_changes(&taken(before.round, was), &taken(round, id));
            if !files.is_empty() {
                outside.push(Cause::Files(files));
            }
            continue;
        }
        let ran = matches!(round.outcomes[step.0 as usize], Outcome::Runs(_));
        if store.leads_anywhere(&input.from, index, operation) && !ran {
            continue;
        }
        match input.content {
            Some((_, is_assumed)) if !store.leads_anywhere(&input.from, index, operation) => {
                inside.push(Cause::Content { step, is_assumed });
            }
            None if ran || outside.is_empty() => inside.push(Cause::Input(step)),
            _ => {}
        }
    }
    outside.append(&mut inside);
    if outside.is_empty() {
        // Every input is known, but not from one and the same build.
        let first = inputs.first().map(|input| Cause::Input(input.reading.step));
        outside.push(first.unwrap_or(Cause::Changed(vec![Difference::New])));
    }
    outside
}

/// The files and folders that a step takes of the build context, sorted by path.
fn taken<'a>(round: &Round<'a>, id: StepId) -> Vec<Entry<'a>> {
    let mut indexes = Vec::new();
    for reading in readings(round.step(id), round.wired(id)) {
        if matches!(round.wired(reading.step).work, Work::Context) {
            for source in reading.selectors.unwrap_or_default() {
                indexes.extend(source.selected(&round.paths));
            }
        }
    }
    crate::sorting::sort(&mut indexes);
    indexes.dedup();
    indexes.into_iter().map(|index| round.visible[index]).collect()
}

/// What is different between two sorted lists of files and folders.
fn file_changes(old: &[Entry<'_>], new: &[Entry<'_>]) -> Vec<FileChange> {
    let content = |files: &[Entry<'_>], path: &str| {
        let found = files.binary_search_by(|entry| entry.path.cmp(path)).ok()?;
        Some(files[found].content.to_owned())
    };
    let mut out = Vec::new();
    for Entry { path, content: now } in new {
        let kind = match content(old, path) {
            None => ChangeKind::Added,
            Some(was) if was != *now => ChangeKind::Changed,
            Some(_) => continue,
        };
        out.push(FileChange { path: (*path).to_owned(), kind });
    }
    for Entry { path, .. } in old {
        if content(new, path).is_none() {
            out.push(FileChange { path: (*path).to_owned(), kind: ChangeKind::Removed });
        }
    }
    without_full_folders(&mut out);
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

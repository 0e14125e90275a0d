//! Moves the texts that only the rest shows out of the data of the first module: what the language service tells of
//! instructions, flags and mounts, and what the checks advise.
//!
//! They are told apart by what they say. Whoever shows one of them is asked for it, and that is only done once
//! the rest is there: the checks wait for it ([`stagewright::Request::without_checks`]), and the language service is
//! part of it.

use std::ops::Range;

use anyhow::Result;
use stagewright::checks::RULES;
use stagewright::language::{DIRECTIVES, FLAGS, INSTRUCTIONS, MOUNT_OPTIONS, MOUNT_TYPES};
use walrus::Module;

use super::panics::segments;

/// In bytes. What is shorter may stand elsewhere, too, as a part of something else.
const SHORTEST: usize = 20;

/// The places of these texts in memory, in their order; no two overlap.
pub(super) fn texts(module: &Module) -> Result<Vec<Range<usize>>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (id, start) in segments(module)? {
        let bytes = &module.data.get(id).value;
        for text in all().filter(|text| text.len() >= SHORTEST) {
            let places = bytes.windows(text.len()).enumerate().filter(|(_, window)| *window == text.as_bytes());
            found.extend(places.map(|(at, _)| start + at..start + at + text.len()));
        }
    }
    found.sort_by_key(|place| (place.start, place.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for place in found {
        match apart.last_mut().filter(|last| place.start <= last.end) {
            Some(last) => last.end = last.end.max(place.end),
            None => apart.push(place),
        }
    }
    Ok(apart)
}

fn all() -> impl Iterator<Item = &'static str> {
    let instructions =
        INSTRUCTIONS.iter().flat_map(|it| [it.form, it.about].into_iter().chain(it.notes.iter().copied()));
    let flags = FLAGS.iter().flat_map(|it| [it.about].into_iter().chain(it.values.iter().map(|(_, about)| *about)));
    let mounts = MOUNT_TYPES.iter().chain(&MOUNT_OPTIONS).chain(&DIRECTIVES);
    let mounts = mounts.flat_map(|it| [it.about].into_iter().chain(it.values.iter().map(|(_, about)| *about)));
    instructions.chain(flags).chain(mounts).chain(RULES.iter().map(|rule| rule.help))
}

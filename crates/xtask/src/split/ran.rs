//! Notes of what a program ran: for each function that was called, which of its regions.
//!
//! As text, so that they can be kept with the project: a line a function, with its shape, the numbers of the
//! regions, and its name. A function that has changed since has another shape; all of it counts as run then. But
//! several functions can have one name (those that a compiler makes of a generic one): where all shapes that were
//! noted are still there, any other is of one that did not run.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

/// The notes, by name and shape of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ran {
    functions: BTreeMap<String, BTreeMap<u64, BTreeSet<usize>>>,
}

impl Ran {
    /// Notes that a region ran. Functions of one name and shape cannot be told apart.
    pub(crate) fn note(&mut self, name: &str, shape: u64, region: usize) {
        self.functions.entry(name.to_owned()).or_default().entry(shape).or_default().insert(region);
    }

    /// Whether a function of that name was called.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.functions.contains_key(name)
    }

    /// What ran of a function; none if it was not called, or had another shape.
    pub(crate) fn regions(&self, name: &str, shape: u64) -> Option<&BTreeSet<usize>> {
        self.functions.get(name)?.get(&shape)
    }

    /// Whether a function did not run although others of its name did, given all shapes of that name.
    pub(crate) fn is_another(&self, name: &str, shape: u64, all: &BTreeSet<u64>) -> bool {
        let noted = self.functions.get(name);
        noted.is_some_and(|noted| !noted.contains_key(&shape) && noted.keys().all(|shape| all.contains(shape)))
    }

    /// How many functions ran.
    pub(crate) fn len(&self) -> usize {
        self.functions.values().map(BTreeMap::len).sum()
    }

    pub(crate) fn print(&self) -> String {
        let mut text = String::new();
        for (name, shapes) in &self.functions {
            for (shape, regions) in shapes {
                text.push_str(&format!("{shape:016x} {} {name}\n", ranges(regions)));
            }
        }
        text
    }

    /// Reads what [`Self::print`] wrote.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut ran = Self::default();
        for (index, line) in text.lines().enumerate() {
            let read = || {
                let (shape, rest) = line.split_once(' ')?;
                let (regions, name) = rest.split_once(' ')?;
                Some((u64::from_str_radix(shape, 16).ok()?, numbers(regions)?, name))
            };
            let (shape, regions, name) = read().with_context(|| format!("line {} is none of notes", index + 1))?;
            for region in regions {
                ran.note(name, shape, region);
            }
        }
        Ok(ran)
    }
}

/// Numbers as `0-3,5`.
fn ranges(numbers: &BTreeSet<usize>) -> String {
    let numbers: Vec<usize> = numbers.iter().copied().collect();
    let runs = numbers.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [one] => one.to_string(),
        _ => format!("{}-{}", run[0], run[run.len() - 1]),
    });
    runs.collect::<Vec<_>>().join(",")
}

fn numbers(text: &str) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    for range in text.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        found.extend(first.parse::<usize>().ok()?..=last.parse::<usize>().ok()?);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::Ran;

    #[test]
    fn notes_survive_being_written_down() {
        let mut ran = Ran::default();
        for region in [0, 1, 2, 5, 7, 8] {
            ran.note("<a as b>::c d", 0xfe, region);
        }
        ran.note("<a as b>::c d", 3, 0);
        ran.note("e", 3, 4);
        let text = "0000000000000003 0 <a as b>::c d\n00000000000000fe 0-2,5,7-8 <a as b>::c d\n0000000000000003 4 e\n";
        assert_eq!(ran.print(), text);
        assert_eq!(Ran::parse(text).expect("notes"), ran);
    }

    #[test]
    fn a_changed_function_counts_as_called_and_as_unknown() {
        let ran = Ran::parse("00000000000000fe 0-2 f").expect("notes");
        assert!(ran.has("f") && !ran.has("g"));
        assert!(ran.regions("f", 0xfe).is_some());
        assert!(ran.regions("f", 0xff).is_none());
    }

    #[test]
    fn of_several_functions_of_a_name_the_one_that_was_not_called_is_told() {
        let ran = Ran::parse("00000000000000fe 0-2 f\n00000000000000fd 0 f").expect("notes");
        assert!(ran.is_another("f", 1, &[0xfd, 0xfe, 1].into()));
        assert!(!ran.is_another("f", 0xfd, &[0xfd, 0xfe, 1].into()), "it was called");
        assert!(!ran.is_another("f", 1, &[0xfe, 1].into()), "it may be the one that is missing");
        assert!(!ran.is_another("g", 1, &[1].into()), "nothing is known of the name");
    }

    #[test]
    fn what_is_no_note_is_named_by_its_line() {
        let error = Ran::parse("00000000000000fe 0-2 f\nnonsense").expect_err("is wrong");
        assert_eq!(error.to_string(), "line 2 is none of notes");
    }
}

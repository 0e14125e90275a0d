//! The variables that instructions see.
//!
//! Relies on the lexer of [`syntax`](crate::syntax) for what a variable is.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::lookup::{Lookup, hash_of};
use crate::syntax::{Lexer, Variables};

use super::budget::Budget;

/// Variables with their values, the one that was set last at the end: the order in which BuildKit
/// puts them into a RUN, which is a part of its cache key. A copy costs nothing until one of the two
/// changes.
#[derive(Clone, Default)]
pub struct Environment {
    table: Arc<Table>,
}

/// A variable: its name, and its value. Shared by all tables that have it.
pub(super) type Pair = (Arc<str>, Arc<str>);

#[derive(Clone, Default)]
struct Table {
    /// The variables in the order in which they were set; none where one was set again or taken away.
    pairs: Vec<Option<Pair>>,
    /// The place of each; past the end where it was taken away. Empty while there are few, which are quicker
    /// looked through.
    places: Lookup<Arc<str>, usize>,
    len: usize,
    /// The sum of the hashes of the variables, so that large tables need not be gone through.
    hash: u32,
}

impl Table {
    /// Variables and gaps up to which no places are kept.
    const FEW: usize = 12;

    fn place(&self, name: &str) -> Option<usize> {
        if self.pairs.len() > Self::FEW {
            return self.places.get(name).copied();
        }
        self.pairs.iter().rposition(|pair| matches!(pair, Some((own, _)) if **own == *name))
    }

    fn take_out(&mut self, name: &str) -> Option<Pair> {
        let place = self.place(name)?;
        let taken = self.pairs.get_mut(place)?.take()?;
        self.len -= 1;
        self.hash = self.hash.wrapping_sub(hash_of(&taken));
        Some(taken)
    }

    fn push(&mut self, pair: Pair) {
        self.len += 1;
        self.hash = self.hash.wrapping_add(hash_of(&pair));
        self.pairs.push(Some(pair));
        if self.pairs.len() > 2 * self.len + 8 {
            // So that a copy costs no more than what is in it.
            self.pairs.retain(Option::is_some);
            self.places = Lookup::default();
        }
        let first = if self.places.is_empty() { 0 } else { self.pairs.len() - 1 };
        if self.pairs.len() > Self::FEW {
            for (place, (name, _)) in
                self.pairs.iter().enumerate().skip(first).filter_map(|(at, it)| Some((at, it.as_ref()?)))
            {
                self.places.insert(Arc::clone(name), place);
            }
        }
    }
}

impl Environment {
    /// Sets a variable, as the last; gives it as it is kept, to be shared.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Pair {
        let table = Arc::make_mut(&mut self.table);
        let name = table.take_out(name).map_or_else(|| name.into(), |(name, _)| name);
        let pair: Pair = (name, value.into());
        table.push(pair.clone());
        pair
    }

    /// Sets variables in order, as the last; tells whether that changed anything.
    pub(super) fn set_all(&mut self, variables: &[Pair]) -> bool {
        let last = self.table.pairs.iter().rev().flatten().take(variables.len());
        if variables.len() <= self.table.len && last.eq(variables.iter().rev()) {
            return false;
        }
        let table = Arc::make_mut(&mut self.table);
        for pair in variables {
            table.take_out(&pair.0);
            table.push(pair.clone());
        }
        true
    }

    /// Takes a variable away.
    pub(super) fn remove(&mut self, name: &str) {
        drop(Arc::make_mut(&mut self.table).take_out(name));
    }

    /// The variables, in order.
    pub fn pairs(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        self.table.pairs.iter().flatten().map(|(name, value)| (&**name, &**value))
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs().map(|(name, _)| name)
    }

    /// Number of variables.
    pub(crate) fn n_variables(&self) -> usize {
        self.table.len
    }

    /// Whether the next change has to copy all variables.
    pub(super) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.table) > 1
    }
}

impl Variables for Environment {
    fn get(&self, name: &str) -> Option<&str> {
        let place = self.table.place(name)?;
        self.table.pairs.get(place)?.as_ref().map(|(_, value)| &**value)
    }
}

impl PartialEq for Environment {
    fn eq(&self, other: &Self) -> bool {
        let (own, other) = (&self.table, &other.table);
        let is_like = || own.hash == other.hash && own.len == other.len;
        Arc::ptr_eq(own, other) || is_like() && own.pairs.iter().flatten().eq(other.pairs.iter().flatten())
    }
}

impl Eq for Environment {}

impl Hash for Environment {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u32(self.table.hash);
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.pairs()).finish()
    }
}

/// Variables of which some are shown as stars, because their values are secret.
pub(super) struct Masked<'a> {
    pub(super) environment: &'a Environment,
    pub(super) secrets: &'a [String],
}

impl Variables for Masked<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        if self.secrets.iter().any(|secret| secret == name) { Some("****") } else { self.environment.get(name) }
    }
}

/// The label of a step: the instruction with its variables replaced, its first word in capitals. A
/// text that cannot be expanded stands as it is.
pub(super) fn label(code: &str, lexer: &Lexer, variables: &dyn Variables, budget: &Budget) -> String {
    let replaced = if lexer.is_plain(code) { None } else { budget.replace(lexer, code, variables).ok() };
    let mut text = replaced.map_or_else(|| code.to_owned(), |replaced| replaced.text);
    let end = text.find(' ').unwrap_or(text.len());
    text[..end].make_ascii_uppercase();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_again_moves_to_the_end() {
        let mut environment = Environment::default();
        for (name, value) in [("a", "1"), ("b", "2"), ("a", "3")] {
            environment.set(name, value);
        }
        assert_eq!(environment.names().collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(environment.get("a"), Some("3"));
    }

    #[test]
    fn setting_what_is_the_last_already_changes_nothing() {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<Pair> {
            pairs.iter().map(|&(name, value)| (name.into(), value.into())).collect()
        };
        let mut environment = Environment::default();
        assert!(environment.set_all(&pairs(&[("a", "1"), ("b", "2"), ("c", "3")])));
        assert!(!environment.set_all(&pairs(&[("b", "2"), ("c", "3")])));
        assert!(environment.set_all(&pairs(&[("a", "1"), ("b", "2")])));
        assert_eq!(environment.names().collect::<Vec<_>>(), ["c", "a", "b"]);
    }

    #[test]
    fn variables_that_are_set_many_times_are_still_found() {
        let mut environment = Environment::default();
        environment.set("first", "0");
        for n in 0..100 {
            environment.set(["a", "b", "c"][n % 3], &n.to_string());
        }
        assert_eq!(environment.pairs().collect::<Vec<_>>(), [("first", "0"), ("b", "97"), ("c", "98"), ("a", "99")]);
        assert_eq!(environment.get("b"), Some("97"));
        assert!(environment.table.pairs.len() < 30);
    }

    #[test]
    fn a_label_has_its_keyword_in_capitals() {
        let mut environment = Environment::default();
        environment.set("x", "1");
        assert_eq!(label("copy $x \"$y\" .", &Lexer::new('\\'), &environment, &Budget::new()), "COPY 1  .");
        assert_eq!(label("run \"open", &Lexer::new('\\'), &environment, &Budget::new()), "RUN \"open");
    }
}

//! The variables that instructions see.
//!
//! Relies on the lexer of [`syntax`](crate::syntax) for what a variable is.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::lookup::Lookup;
use crate::syntax::{Lexer, Variables};

use super::budget::Budget;

/// Variables with their values, the one that was set last at the end: the order in which BuildKit
/// puts them into a RUN, which is a part of its cache key. A copy costs nothing until one of the two
/// changes.
#[derive(Clone, Default)]
pub struct Environment {
    table: Arc<Table>,
}

#[derive(Clone, Default)]
struct Table {
    /// The variables in the order in which they were set; none where one was set again or taken away.
    pairs: Vec<Option<(String, String)>>,
    /// The place of each; past the end where it was taken away.
    places: Lookup<String, usize>,
    len: usize,
}

impl Table {
    fn take_out(&mut self, name: &str) {
        let place = self.places.get(name).copied();
        if place.and_then(|place| self.pairs.get_mut(place)?.take()).is_some() {
            self.len -= 1;
        }
    }

    /// Keeps the table as long as what is in it, so that a copy costs no more than that.
    fn close_gaps(&mut self) {
        if self.pairs.len() > 2 * self.len + 16 {
            self.pairs.retain(Option::is_some);
            self.places = Lookup::default();
            for (place, (name, _)) in self.pairs.iter().flatten().enumerate() {
                self.places.insert(name.clone(), place);
            }
        }
    }
}

impl Environment {
    /// Sets a variable, as the last.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let table = Arc::make_mut(&mut self.table);
        table.take_out(name);
        table.places.insert(name.to_owned(), table.pairs.len());
        table.pairs.push(Some((name.to_owned(), value.to_owned())));
        table.len += 1;
        table.close_gaps();
    }

    /// Sets variables in order, as the last; tells whether that changed anything.
    pub(super) fn set_all(&mut self, variables: &[(String, String)]) -> bool {
        let last = self.table.pairs.iter().rev().flatten().take(variables.len());
        if variables.len() <= self.table.len && last.eq(variables.iter().rev()) {
            return false;
        }
        variables.iter().for_each(|(name, value)| self.set(name, value));
        true
    }

    /// Takes a variable away.
    pub(super) fn remove(&mut self, name: &str) {
        Arc::make_mut(&mut self.table).take_out(name);
    }

    /// The variables, in order.
    pub fn pairs(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        self.table.pairs.iter().flatten().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs().map(|(name, _)| name)
    }

    /// Number of variables.
    pub(super) fn n_variables(&self) -> usize {
        self.table.len
    }

    /// Whether the next change has to copy all variables.
    pub(super) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.table) > 1
    }
}

impl Variables for Environment {
    fn get(&self, name: &str) -> Option<&str> {
        let place = *self.table.places.get(name)?;
        self.table.pairs.get(place)?.as_ref().map(|(_, value)| value.as_str())
    }
}

impl PartialEq for Environment {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.table, &other.table) || self.pairs().eq(other.pairs())
    }
}

impl Eq for Environment {}

impl Hash for Environment {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.pairs().for_each(|pair| pair.hash(hasher));
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
    let text = budget.expand(lexer, code, variables).map_or(Cow::Borrowed(code), |expanded| Cow::Owned(expanded.text));
    match text.split_once(' ') {
        Some((first, rest)) => format!("{} {rest}", first.to_ascii_uppercase()),
        None => text.to_ascii_uppercase(),
    }
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
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
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

//! The variables that instructions see.
//!
//! Relies on the lexer of [`syntax`](crate::syntax) for what a variable is.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::syntax::{Lexer, Variables};

/// Variables with their values, the one that was set last at the end: the order in which BuildKit
/// puts them into a RUN, which is a part of its cache key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    pairs: Arc<Vec<(String, String)>>,
}

impl Environment {
    /// Sets a variable, as the last.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let pairs = Arc::make_mut(&mut self.pairs);
        pairs.retain(|(key, _)| key != name);
        pairs.push((name.to_owned(), value.to_owned()));
    }

    /// Sets many variables of different names, one after the other, as the last.
    pub(super) fn set_all(&mut self, variables: &[(String, String)]) {
        if self.pairs.ends_with(variables) {
            return;
        }
        let names: BTreeSet<&str> = variables.iter().map(|(name, _)| name.as_str()).collect();
        let pairs = Arc::make_mut(&mut self.pairs);
        pairs.retain(|(key, _)| !names.contains(key.as_str()));
        pairs.extend_from_slice(variables);
    }

    /// Takes a variable away.
    pub(super) fn remove(&mut self, name: &str) {
        Arc::make_mut(&mut self.pairs).retain(|(key, _)| key != name);
    }

    /// The variables, in order.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Whether it is known to be equal, because both came from one another unchanged.
    pub(crate) fn shares(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pairs, &other.pairs)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }
}

impl Variables for Environment {
    fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
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
pub(super) fn label(code: &str, lexer: &Lexer, variables: &dyn Variables) -> String {
    let text = match lexer.is_plain(code) {
        true => Cow::Borrowed(code),
        false => lexer.expand(code, variables).map_or(Cow::Borrowed(code), |expanded| Cow::Owned(expanded.text)),
    };
    match text.split_once(' ') {
        Some((first, rest)) => format!("{} {rest}", first.to_uppercase()),
        None => text.to_uppercase(),
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
    fn many_are_set_as_if_one_by_one() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let pairs = [("a", "1"), ("b", "2"), ("c", "3")].map(|(name, value)| pair(name, value));
        for variables in [&pairs[..], &pairs[..1], &pairs[1..], &pairs[..0], &[pair("b", "4"), pair("d", "5")]] {
            let mut at_once = Environment { pairs: Arc::new(pairs.to_vec()) };
            let mut one_by_one = at_once.clone();
            at_once.set_all(variables);
            variables.iter().for_each(|(name, value)| one_by_one.set(name, value));
            assert_eq!(at_once, one_by_one, "{variables:?}");
        }
    }

    #[test]
    fn a_label_has_its_keyword_in_capitals() {
        let mut environment = Environment::default();
        environment.set("x", "1");
        assert_eq!(label("copy $x \"$y\" .", &Lexer::new('\\'), &environment), "COPY 1  .");
        assert_eq!(label("run \"open", &Lexer::new('\\'), &environment), "RUN \"open");
    }
}

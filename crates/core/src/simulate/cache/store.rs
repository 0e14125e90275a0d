//! The build cache: keys, what leads to them, and the results that they stand for.
//!
//! Follows BuildKit's `solver/cachemanager.go`. A key is reached from each of its inputs by a link: from the
//! key of the input, or from the checksum of what is taken of it. A step comes from the cache where one key is
//! reached from all of its inputs.

use crate::lookup::Lookup;
use crate::text::offset;

use super::files::{LayerId, TextId, ValueId};

/// A key of the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct KeyId(u32);

/// What an input is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum From {
    /// Its key, and the paths that are taken of it.
    Key(KeyId, TextId),
    /// What is at these paths.
    Content(ValueId),
}

/// A way to keys: from the input of this number, by this operation.
type Link = (From, u32, TextId);

/// What is in the cache.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    /// Keys of what has no input, by their operation.
    roots: Lookup<TextId, KeyId>,
    links: Lookup<Link, Vec<KeyId>>,
    /// What each key stands for; none for nothing but itself.
    results: Vec<Option<LayerId>>,
}

impl Store {
    /// A key that nothing leads to.
    pub(super) fn key(&mut self, result: Option<LayerId>) -> KeyId {
        self.results.push(result);
        KeyId(offset(self.results.len() - 1))
    }

    /// The key of an operation without inputs.
    pub(super) fn root(&self, operation: TextId) -> Option<KeyId> {
        self.roots.get(&operation).copied()
    }

    /// Saves the result of an operation without inputs.
    pub(super) fn save_root(&mut self, operation: TextId, result: Option<LayerId>) -> KeyId {
        let key = self.root(operation).unwrap_or_else(|| self.key(None));
        self.results[key.0 as usize] = result;
        self.roots.insert(operation, key);
        key
    }

    /// What a key stands for.
    pub(super) fn result(&self, key: KeyId) -> Option<LayerId> {
        self.results[key.0 as usize]
    }

    /// Whether an input leads to any key.
    pub(super) fn leads_anywhere(&self, from: &[From], input: usize, operation: TextId) -> bool {
        from.iter().any(|&from| !self.keys(from, input, operation).is_empty())
    }

    fn keys(&self, from: From, input: usize, operation: TextId) -> &[KeyId] {
        self.links.get(&(from, offset(input), operation)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The keys that all inputs lead to.
    pub(super) fn reached(&self, inputs: &[&[From]], operation: TextId) -> Vec<KeyId> {
        let n_keys =
            |input: usize| -> usize { inputs[input].iter().map(|&from| self.keys(from, input, operation).len()).sum() };
        // Many steps may do the same upon others: then only one of the inputs leads to many.
        let Some(fewest) = (0..inputs.len()).min_by_key(|&input| n_keys(input)) else { return Vec::new() };
        let mut out = Vec::new();
        for &from in inputs[fewest] {
            for &key in self.keys(from, fewest, operation) {
                let leads = |(input, froms): (usize, &&[From])| {
                    input == fewest || froms.iter().any(|&from| self.keys(from, input, operation).contains(&key))
                };
                if !out.contains(&key) && inputs.iter().enumerate().all(leads) {
                    out.push(key);
                }
            }
        }
        out
    }

    /// Lets an input lead to keys.
    pub(super) fn link(&mut self, from: &[From], input: usize, operation: TextId, keys: &[KeyId]) {
        for &from in from {
            let known = self.links.or_insert((from, offset(input), operation), Vec::new());
            for key in keys {
                if !known.contains(key) {
                    known.push(*key);
                }
            }
        }
    }

    /// Saves the result of an operation: under the key that all inputs lead to already, or a new one. Where an
    /// input is known by its key and its content, both have to; of the first, either (`getIDFromDeps`).
    pub(super) fn save(&mut self, inputs: &[Vec<From>], operation: TextId, result: Option<LayerId>) -> KeyId {
        let leads = |input: usize, from: &From, key: &KeyId| self.keys(*from, input, operation).contains(key);
        let known = inputs.first().into_iter().flatten().flat_map(|&from| self.keys(from, 0, operation));
        let mut known = known.filter(|key| {
            let mut others = inputs.iter().enumerate().skip(1);
            others.all(|(input, froms)| froms.iter().all(|from| leads(input, from, key)))
        });
        let known = known.next().copied();
        let key = known.unwrap_or_else(|| self.key(None));
        self.results[key.0 as usize] = result;
        for (input, from) in inputs.iter().enumerate() {
            self.link(from, input, operation, &[key]);
        }
        key
    }
}

//! The build cache: keys, what leads to them, and the results that they stand for.
//!
//! Follows BuildKit's `solver/cachemanager.go`. A key is reached from each of its inputs by a link: from the
//! key of the input, or from the checksum of what is taken of it. A step comes from the cache where one key is
//! reached from all of its inputs.

use crate::lookup::Lookup;
use crate::text::offset;

use super::few::Few;
use super::files::{LayerId, TextId, ValueId};
use super::solver::Input;

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
    links: Lookup<Link, Few<KeyId>>,
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
    pub(super) fn leads_anywhere(&self, from: &Few<From>, input: usize, operation: TextId) -> bool {
        from.iter().any(|from| self.keys(from, input, operation).is_some())
    }

    /// The keys that something leads to; none where it leads nowhere.
    fn keys(&self, from: From, input: usize, operation: TextId) -> Option<&Few<KeyId>> {
        self.links.get(&(from, offset(input), operation))
    }

    fn leads(&self, from: From, input: usize, operation: TextId, key: KeyId) -> bool {
        self.keys(from, input, operation).is_some_and(|keys| keys.contains(key))
    }

    /// The keys that all inputs lead to.
    pub(super) fn reached(&self, inputs: &[Input<'_>], operation: TextId) -> Few<KeyId> {
        // Many steps may do the same upon others: then only one of the inputs leads to many.
        let mut fewest = (0, usize::MAX);
        for (input, Input { from, .. }) in inputs.iter().enumerate() {
            let n_keys = from.iter().map(|from| self.keys(from, input, operation).map_or(0, Few::len)).sum();
            if n_keys < fewest.1 {
                fewest = (input, n_keys);
            }
        }
        let (fewest, n_keys) = fewest;
        let mut out = Few::default();
        if inputs.is_empty() || n_keys == 0 {
            return out;
        }
        for keys in inputs[fewest].from.iter().filter_map(|from| self.keys(from, fewest, operation)) {
            for key in keys.iter() {
                let leads = |(input, it): (usize, &Input<'_>)| {
                    input == fewest || it.from.iter().any(|from| self.leads(from, input, operation, key))
                };
                if inputs.iter().enumerate().all(leads) {
                    out.add(key);
                }
            }
        }
        out
    }

    /// Lets an input lead to keys.
    pub(super) fn link(&mut self, from: &Few<From>, input: usize, operation: TextId, keys: &Few<KeyId>) {
        for from in from.iter() {
            let known = self.links.or_insert((from, offset(input), operation), Few::default());
            for key in keys.iter() {
                known.add(key);
            }
        }
    }

    /// Lets each way to an input lead to whatever one of them leads to.
    pub(super) fn connect(&mut self, from: &Few<From>, input: usize, operation: TextId) {
        let mut keys = Few::default();
        for key in from.iter().filter_map(|from| self.keys(from, input, operation)).flat_map(Few::iter) {
            keys.add(key);
        }
        if keys.len() > 0 {
            self.link(from, input, operation, &keys);
        }
    }

    /// Saves the result of an operation: under the key that all inputs lead to already, or a new one. Where an
    /// input is known by its key and its content, both have to; of the first, either (`getIDFromDeps`).
    pub(super) fn save(&mut self, inputs: &[Few<From>], operation: TextId, result: Option<LayerId>) -> KeyId {
        let known = self.known(inputs, operation);
        let key = known.unwrap_or_else(|| self.key(None));
        self.results[key.0 as usize] = result;
        for (input, from) in inputs.iter().enumerate() {
            self.link(from, input, operation, &Some(key).into());
        }
        key
    }

    fn known(&self, inputs: &[Few<From>], operation: TextId) -> Option<KeyId> {
        let leads = |(input, froms): (usize, &Few<From>), key| {
            input == 0 || froms.iter().all(|from| self.leads(from, input, operation, key))
        };
        let reached = inputs.first()?.iter().filter_map(|from| self.keys(from, 0, operation)).flat_map(Few::iter);
        reached.into_iter().find(|&key| inputs.iter().enumerate().all(|input| leads(input, key)))
    }
}

//! Finds values by their keys, with one table for every type.
//!
//! The maps of the standard library are made anew for each type they are used with, at 4 kB each in
//! WebAssembly. Here only hashing and comparing a key is. Keys are kept in the order in which they
//! were put in, so that going through them gives the same on every machine. Relies on nothing.

use std::hash::{Hash, Hasher};

/// Values by their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup<K, V> {
    entries: Vec<(K, V)>,
    index: Index,
}

impl<K, V> Default for Lookup<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), index: Index::default() }
    }
}

impl<K: Hash + Eq, V> Lookup<K, V> {
    /// The value of a key.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
    {
        let found = self.index.find(hash_of(key), &|at| self.entries[at].0.borrow() == key)?;
        Some(&self.entries[found].1)
    }

    /// The value of a key, which is `default` where it has none yet.
    pub fn or_insert(&mut self, key: K, default: V) -> &mut V {
        let hash = hash_of(&key);
        let found = self.index.find(hash, &|at| self.entries[at].0 == key);
        let at = found.unwrap_or_else(|| {
            self.entries.push((key, default));
            self.index.push(hash);
            self.entries.len() - 1
        });
        &mut self.entries[at].1
    }

    /// The keys, in the order in which they were put in.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The keys alone, in the order in which they were put in.
    pub fn into_keys(self) -> impl Iterator<Item = K> {
        self.entries.into_iter().map(|(key, _)| key)
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts in a key that stands for itself; tells whether it is new.
    pub fn add(&mut self, key: K) -> bool
    where
        V: Default,
    {
        let before = self.entries.len();
        self.or_insert(key, V::default());
        self.entries.len() > before
    }

    /// Gives a key a value, in place of the one it has.
    pub fn insert(&mut self, key: K, value: V)
    where
        V: Clone,
    {
        let slot = self.or_insert(key, value.clone());
        *slot = value;
    }
}

/// A hash table of the places of entries, with open addressing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Index {
    /// A power of two long.
    slots: Vec<Slot>,
    len: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Slot {
    /// The hash of the key, so that few others are compared, and none is hashed again when the table grows.
    hash: u32,
    /// The place, one more than it is; nought where there is none.
    place: u32,
}

impl Index {
    fn find(&self, hash: u32, is_it: &dyn Fn(usize) -> bool) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            let place = (slot.place as usize).checked_sub(1)?;
            if slot.hash == hash && is_it(place) {
                return Some(place);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds the next place.
    fn push(&mut self, hash: u32) {
        self.len += 1;
        if self.len * 2 > self.slots.len() {
            let longer = vec![Slot::default(); (self.len * 4).next_power_of_two()];
            let slots = std::mem::replace(&mut self.slots, longer);
            slots.into_iter().filter(|slot| slot.place != 0).for_each(|slot| self.put(slot));
        }
        self.put(Slot { hash, place: self.len as u32 });
    }

    fn put(&mut self, slot: Slot) {
        let mask = self.slots.len() - 1;
        let mut at = slot.hash as usize & mask;
        while self.slots[at].place != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }
}

/// The hash of a key.
pub(crate) fn hash_of<Q: Hash + ?Sized>(key: &Q) -> u32 {
    let mut hasher = Words(0);
    key.hash(&mut hasher);
    let hash = hasher.finish();
    // So that every bit counts for the last ones, which choose the place.
    ((hash ^ (hash >> 32)).wrapping_mul(FACTOR) >> 32) as u32
}

/// Odd, with its bits well mixed: the golden ratio's part behind the point.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash by multiplication, eight bytes at a time: short, quick, and the same everywhere.
struct Words(u64);

impl Words {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for Words {
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((word, behind)) = rest.split_first_chunk() {
            self.add(u64::from_le_bytes(*word));
            rest = behind;
        }
        if !rest.is_empty() {
            let word = rest.iter().fold(rest.len() as u64, |word, &byte| word << 8 | u64::from(byte));
            self.add(word);
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.add(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.add(u64::from(number));
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_found_again() {
        let mut lookup: Lookup<String, u32> = Lookup::default();
        assert_eq!(lookup.get("a"), None);
        for number in 0..1000 {
            lookup.insert(format!("key {}", number % 700), number);
        }
        assert_eq!(lookup.get("key 0"), Some(&700));
        assert_eq!(lookup.get("key 699"), Some(&699));
        assert_eq!(lookup.get("key 700"), None);
        *lookup.or_insert("new".into(), 1) += 1;
        *lookup.or_insert("new".into(), 1) += 1;
        assert_eq!(lookup.get("new"), Some(&3));
    }

    #[test]
    fn keys_that_differ_anywhere_have_different_hashes() {
        let base = "a0".repeat(20);
        let mut hashes: Vec<u32> = Vec::new();
        for at in 0..base.len() {
            for c in ['b', 'c', 'q', '~'] {
                let mut key = base.clone();
                key.replace_range(at..=at, c.encode_utf8(&mut [0; 4]));
                hashes.push(hash_of(&key));
            }
        }
        for mask in [u32::MAX, 0xffff] {
            let mut places: Vec<u32> = hashes.iter().map(|hash| hash & mask).collect();
            places.sort_unstable();
            places.dedup();
            assert!(places.len() >= hashes.len() - 2, "{} of {}", places.len(), hashes.len());
        }
    }
}

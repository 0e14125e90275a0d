//! A list of mostly one or two things, which are kept in place: there are thousands of such lists. Relies on nothing.

/// A few things, in order.
#[derive(Clone, Debug)]
pub(super) struct Few<T> {
    first: [Option<T>; 2],
    more: Vec<T>,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self { first: [None, None], more: Vec::new() }
    }
}

impl<T> From<Option<T>> for Few<T> {
    fn from(first: Option<T>) -> Self {
        Self { first: [first, None], more: Vec::new() }
    }
}

impl<T: Copy + PartialEq> Few<T> {
    /// Adds one behind the others.
    pub(super) fn push(&mut self, one: T) {
        match &mut self.first {
            [first @ None, _] | [Some(_), first @ None] => *first = Some(one),
            _ => self.more.push(one),
        }
    }

    /// Adds one unless it is there.
    pub(super) fn add(&mut self, one: T) {
        if !self.contains(one) {
            self.push(one);
        }
    }

    pub(super) fn contains(&self, one: T) -> bool {
        self.first.contains(&Some(one)) || self.more.contains(&one)
    }

    pub(super) fn first(&self) -> Option<T> {
        self.first[0]
    }

    pub(super) fn len(&self) -> usize {
        self.first.iter().flatten().count() + self.more.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = T> {
        self.first.iter().flatten().chain(&self.more).copied()
    }
}

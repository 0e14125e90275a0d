//! The places of a variable that hang together: were one of them called otherwise, all of them would
//! have to be.
//!
//! Relies on [`scopes`](super::scopes).

use super::scopes::Scopes;

/// Which of the places of a variable belong together.
pub(super) struct Classes {
    /// For each declaration one that stands for its class, or one nearer to it.
    parents: Vec<usize>,
}

impl Classes {
    /// The classes of a variable: an ARG belongs to the one whose value it takes over, an ENV to the one
    /// that it overwrites, and two declarations that one place may see belong together.
    pub(super) fn of(scopes: &Scopes) -> Self {
        let mut out = Self { parents: (0..scopes.declarations.len()).collect() };
        for (index, declaration) in scopes.declarations.iter().enumerate() {
            declaration.fed_by.iter().chain(&declaration.again).for_each(|&other| out.join(index, other));
        }
        for reading in &scopes.readings {
            for pair in reading.sees.windows(2) {
                out.join(pair[0], pair[1]);
            }
        }
        out
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.class_of(a), self.class_of(b));
        // The later one hangs on the earlier one, so that ways stay short enough.
        self.parents[a.max(b)] = a.min(b);
    }

    /// The class of a declaration.
    pub(super) fn class_of(&mut self, declaration: usize) -> usize {
        let mut at = declaration;
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }
}

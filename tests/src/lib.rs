//! What the tests of the whole share: answers in the form of BuildKit's recorded ones.

pub mod answer;

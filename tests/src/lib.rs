//! What the tests of the whole share: recorded cases and their comparison, the promises that hold for
//! every input, and where inputs come from. The tests themselves are in `suite`.

pub mod agreement;
pub mod answer;
pub mod case;
pub mod classic;
pub mod comparing;
pub mod drawing;
pub mod facet;
pub mod fuzzing;
pub mod language;
pub mod measured;
pub mod mutate;
pub mod pages;
pub mod project;
pub mod promises;
pub mod rebuilding;
pub mod recorded;
pub mod render;
pub mod scenarios;
pub mod schedule;
pub mod shrink;
pub mod soon;

//! Numbers for the environments of RUNs, equal ones the same, so that two RUNs are compared without
//! going through all of their variables.
//!
//! Relies on the environments of [`resolve`](crate::resolve).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::resolve::Environment;

/// The environments met so far.
#[derive(Debug, Default)]
pub(super) struct Environments<'a> {
    numbers: BTreeMap<LastFirst<'a>, usize>,
    /// The one met last; most RUNs share it with the RUN before.
    last: Option<(&'a Environment, usize)>,
}

impl<'a> Environments<'a> {
    /// The number of an environment.
    pub(super) fn number_of(&mut self, environment: &'a Environment) -> usize {
        if let Some((last, number)) = self.last
            && last.shares(environment)
        {
            return number;
        }
        let next = self.numbers.len();
        let number = *self.numbers.entry(LastFirst(environment.pairs())).or_insert(next);
        self.last = Some((environment, number));
        number
    }
}

/// Variables compared from the one that was set last, since that is where two environments of a
/// file differ.
#[derive(Debug, PartialEq, Eq)]
struct LastFirst<'a>(&'a [(String, String)]);

impl Ord for LastFirst<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for LastFirst<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::Op;
    use crate::{Request, analyze};

    /// The number of steps that two equal RUNs become behind these lines.
    #[track_caller]
    fn check(first: &str, second: &str, n_runs: usize) {
        let stages = format!("FROM a AS x\n{first}\nRUN b\nFROM a AS y\n{second}\nRUN b\n");
        let source = format!("{stages}FROM scratch\nCOPY --from=x / /x\nCOPY --from=y / /y\n");
        let steps = analyze(&Request { source, ..Request::default() }).plan.steps;
        assert_eq!(steps.iter().filter(|step| step.op == Op::Exec).count(), n_runs, "{first} | {second}");
    }

    #[test]
    fn equal_runs_are_one_step_where_their_variables_are_set_alike() {
        check("", "", 1);
        check("ENV A=1 B=2", "ENV A=1\nENV B=2", 1);
        check("ENV A=1 B=2", "ENV A=0 B=2\nENV A=1\nENV B=2", 1);
        check("ENV A=1 B=2", "ENV B=2 A=1", 2);
        check("ENV A=1", "ENV A=2", 2);
        check("", "ENV A=1", 2);
    }
}

//! The targets of `bench`, from the `[bench]` table of budgets.toml.

use anyhow::{Context, Result};
use toml::{Table, Value};

use crate::size::matches;

/// What times should be.
#[derive(Debug, Default)]
pub(super) struct Targets {
    medians: Vec<Median>,
    /// How many times as long ten times as much may take.
    growth: Option<f64>,
}

#[derive(Debug)]
struct Median {
    group: String,
    /// A pattern, in which `*` stands for any text.
    case: String,
    /// In milliseconds.
    limit: f64,
}

impl Targets {
    /// Reads them; an error names what is missing.
    pub(super) fn read(budgets: &Table) -> Result<Self> {
        let bench = budgets.get("bench").and_then(Value::as_table).context("budgets.toml has no [bench]")?;
        let mut targets = Self { growth: bench.get("growth").and_then(number), ..Self::default() };
        for entry in bench.get("median").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| {
                let value = entry.get(key).and_then(Value::as_str).map(str::to_owned);
                value.with_context(|| format!("a median in [bench] has no {key}"))
            };
            let limit = entry.get("limit").and_then(number).context("a median in [bench] has no limit")?;
            targets.medians.push(Median { group: text("group")?, case: text("case")?, limit });
        }
        Ok(targets)
    }

    /// How a median does: empty where there is no target for it.
    pub(super) fn of_median(&self, group: &str, case: &str, median: f64) -> String {
        let target = self.medians.iter().find(|target| target.group == group && matches(&target.case, case));
        verdict(target.map(|target| target.limit), median)
    }

    /// How the growth from one size to ten times that size does. Targets are for what users run, so a
    /// group without any has none for this either.
    pub(super) fn of_growth(&self, group: &str, ratio: f64) -> String {
        let has_targets = self.medians.iter().any(|target| target.group == group);
        verdict(self.growth.filter(|_| has_targets), ratio)
    }
}

fn verdict(limit: Option<f64>, value: f64) -> String {
    match limit {
        None => String::new(),
        Some(limit) if value <= limit => format!("within {limit}"),
        Some(limit) => format!("MISSES {limit}"),
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|integer| integer as f64))
}

#[cfg(test)]
mod tests {
    use super::Targets;

    #[test]
    fn incomplete_targets_are_named() {
        fn check(text: &str, expect: &str) {
            let error = Targets::read(&text.parse().expect("TOML")).map(|_| ()).expect_err("is wrong");
            assert_eq!(error.to_string(), expect, "{text}");
        }
        check("", "budgets.toml has no [bench]");
        check("[[bench.median]]\ngroup = \"a\"", "a median in [bench] has no limit");
        check("[[bench.median]]\nlimit = 1\ncase = \"b\"", "a median in [bench] has no group");
    }

    #[test]
    fn only_what_has_a_target_gets_a_verdict() {
        let text = "[bench]\ngrowth = 15.0\n[[bench.median]]\ngroup = \"wasm\"\ncase = \"velocity\"\nlimit = 0.2";
        let targets = Targets::read(&text.parse().expect("TOML")).expect("targets");
        assert_eq!(targets.of_median("wasm", "velocity", 0.2), "within 0.2");
        assert_eq!(targets.of_median("wasm", "velocity", 0.21), "MISSES 0.2");
        assert_eq!(targets.of_median("native", "velocity", 9.0), "");
        assert_eq!(targets.of_growth("wasm", 20.0), "MISSES 15");
        assert_eq!(targets.of_growth("native", 20.0), "");
    }
}

//! Takes what the rules find: leaves out what the options of the file leave out, and notes who
//! reports it.
//!
//! Follows `Linter` of BuildKit's `linter` package.

use crate::diagnostic::{Fix, Phase};
use crate::graph::StageGraph;
use crate::resolve::UndefinedVariable;
use crate::syntax::{CheckOptions, Instruction, RuleSet, check_options_in};
use crate::text::{TextEdit, TextRange, offset};

use super::rule::{Finding, Origin, Rule, RuleId};
use super::{Input, Place};

/// Where findings go.
#[derive(Debug)]
pub(super) struct Sink<'a> {
    options: &'a CheckOptions,
    graph: &'a StageGraph,
    has_target: bool,
    check_ends: Option<(Phase, u32)>,
    build_ends: Option<(Phase, u32)>,
    /// The rule that looks.
    rule: RuleId,
    origin: Origin,
    findings: Vec<Finding>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(input: &Input<'a>) -> Self {
        Self {
            options: &input.syntax.check,
            graph: input.graph,
            has_target: input.has_target,
            check_ends: input.check_ends,
            build_ends: input.build_ends,
            rule: RuleId(""),
            origin: Origin::Docker,
            findings: Vec::new(),
        }
    }

    /// Gets ready for a rule; tells whether it has to look at all.
    pub(super) fn begin(&mut self, rule: &Rule) -> bool {
        self.rule = rule.id;
        self.origin = rule.origin;
        self.origin == Origin::DockerExperimental || !self.options.skip.has(rule.id)
    }

    /// Takes a finding: what is wrong at `range`, and what would mend it.
    pub(super) fn report(&mut self, place: &Place<'_>, range: TextRange, message: String, fixes: Vec<Fix>) {
        if !self.is_wanted(place) {
            return;
        }
        // What an ONBUILD adds is not in the text, so that only the FROM can be shown.
        let (range, fixes) = if place.onbuild { (place.range, Vec::new()) } else { (range, fixes) };
        let is_needed = place.stage.is_none_or(|stage| self.graph.is_built(stage));
        let comes_before = |end: Option<(Phase, u32)>| end.is_none_or(|end| place.order <= end);
        let is_dockers = self.origin != Origin::Stagewright;
        let is_checked = is_needed || !self.has_target;
        self.findings.push(Finding {
            rule: self.rule,
            message,
            range,
            lines: place.lines,
            stage: place.stage,
            order: place.order,
            in_check: is_dockers && is_checked && comes_before(self.check_ends),
            in_build: is_dockers && is_needed && comes_before(self.build_ends),
            fixes,
        });
    }

    /// Whether the options of the file and those above the instruction let it through.
    fn is_wanted(&self, place: &Place<'_>) -> bool {
        let own = check_options_in(place.comments);
        let says = |set: fn(&CheckOptions) -> &RuleSet| {
            set(self.options).has(self.rule) || own.as_ref().is_some_and(|own| set(own).has(self.rule))
        };
        match self.origin {
            Origin::DockerExperimental => says(|options| &options.experimental),
            Origin::Docker | Origin::Stagewright => !says(|options| &options.skip),
        }
    }

    pub(super) fn finish(self) -> Vec<Finding> {
        self.findings
    }
}

impl RuleSet {
    /// Whether a rule is in the set.
    fn has(&self, rule: RuleId) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| name == rule.0),
        }
    }
}

/// A fix that puts `text` in place of a range.
pub(super) fn replace(title: impl Into<String>, range: TextRange, text: impl Into<String>) -> Fix {
    Fix { title: title.into(), edits: vec![TextEdit { range, text: text.into() }] }
}

/// A fix that takes out the lines of a range.
pub(super) fn remove_line(title: impl Into<String>, source: &str, range: TextRange) -> Fix {
    let before = TextRange::new(0, range.start).of(source);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let behind = source.get(range.end as usize..).unwrap_or_default();
    let end = range.end + offset(behind.find('\n').map_or(behind.len(), |end| end + 1));
    replace(title, TextRange::new(offset(start), end), "")
}

/// A fix that takes a flag out of an instruction, with the blanks behind it.
pub(super) fn remove_flag(title: &str, source: &str, it: &Instruction, flag: TextRange) -> Fix {
    let behind = TextRange::new(flag.end, it.range.end).of(source);
    let n_blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    replace(title, TextRange::new(flag.start, flag.end + offset(n_blanks)), "")
}

/// A fix that puts in the name that was meant; none where the place of the variable is not known, or where
/// one of the names is not read as a name everywhere.
pub(super) fn rename(variable: &UndefinedVariable, meant: &str) -> Option<Fix> {
    let name = &variable.name;
    let is_name = |name: &str| {
        name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_') && !name.starts_with(|c: char| c.is_ascii_digit())
    };
    if !is_name(name) || !is_name(meant) {
        return None;
    }
    let mut edits = Vec::new();
    for &range in &variable.places {
        // `$name`, `${name` or `${name}`; whatever is longer is a whole word.
        let before = match range.len().checked_sub(offset(name.len()))? {
            1 => 1,
            2 | 3 => 2,
            _ => return None,
        };
        let start = range.start + before;
        edits.push(TextEdit { range: TextRange::new(start, start + offset(name.len())), text: meant.to_owned() });
    }
    Some(Fix { title: format!("write {meant}"), edits })
}

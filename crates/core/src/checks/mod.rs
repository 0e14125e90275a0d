//! The checks: what builds, but is likely a mistake.
//!
//! `check` goes over an analysed file with every rule of [`RULES`] and gives what they find, each
//! with its place, BuildKit's words for it and, where one can tell, the edit that mends it. Docker's
//! rules say what `docker build --check` says, letter for letter. Relies on everything up to
//! [`plan`](crate::plan); whether a finding stops the build is told by
//! [`analysis`](crate::analysis).
//!
//! # How a check is added
//!
//! One rule, one file:
//!
//! 1. Write `checks/my_rule.rs` with three items. `RULE: Rule` is what runs: the id, one sentence of
//!    advice, and the function. `DOCS: Docs` is what people read: what it reports, why it matters, an
//!    example that it reports and the same mended. Both are data, so that the documentation prints
//!    them and a test runs the examples; the docs do not reach the page. Tests of the rule's corners
//!    stand below them, as a table with the function `check` of `testing`.
//! 2. Declare the module, and add its name to the list in `registry!` below. Docker's rules stand first,
//!    ours behind them.
//!
//! The function gets a `Subject` (the file as every stage of the pipeline sees it; nothing has to be
//! worked out again) and a `Sink`. It makes a `Place` by what is found wrong: `Place::of_file`,
//! `Place::of_instruction` or `Place::of_site`, which decides which `# check=skip=…` applies and
//! whether BuildKit gets as far; then it calls `Sink::report` with the exact range, the message and
//! the fixes. It runs on every key: a few passes over the instructions are fine, a pass for every
//! instruction is not.

mod arg_env_name_clash;
mod consistent_instruction_casing;
mod copy_before_install;
mod copy_ignored_file;
mod duplicate_stage_name;
mod expose_invalid_format;
mod expose_proto_casing;
mod from_as_casing;
mod from_platform_flag_const_disallowed;
mod from_platform_flag_ignored;
mod from_stage_name_casing;
mod global_arg_not_redeclared;
mod invalid_base_image_platform;
mod invalid_default_arg_in_from;
mod invalid_definition_description;
mod json_args_recommended;
mod later_stage_used;
mod legacy_key_value_format;
mod maintainer_deprecated;
mod mount_from_stage_number;
mod multiple_instructions_disallowed;
mod no_empty_continuation;
mod redundant_target_platform;
mod repeated_steps;
mod reserved_stage_name;
mod rule;
mod secrets_used_in_arg_or_env;
mod sink;
mod stage_name_casing;
mod subject;
mod testing;
mod tests_left_out;
mod undefined_arg_in_from;
mod undefined_var;
mod unknown_onbuild_triggers;
mod unused_stage;
mod workdir_relative_path;

pub use rule::{Docs, Finding, Origin, Rule, RuleId};

use crate::diagnostic::{Diagnostic, Phase};
use crate::graph::StageGraph;
use crate::resolve::Resolved;
use crate::simulate::IgnoreFile;
use crate::sorting::sort_by_key;
use crate::syntax::Parse;
use sink::Sink;
use subject::{Place, Site, Subject};

/// Names the rules once, for both tables. The modules themselves are declared above, where rustfmt sees them.
macro_rules! registry {
    ($($rule:ident),* $(,)?) => {
        /// Every rule, Docker's first.
        pub static RULES: &[&Rule] = &[$(&$rule::RULE),*];

        /// What there is to read about the rules, in the same order. Apart from them, so that the page
        /// does not carry it.
        pub static DOCS: &[&Docs] = &[$(&$rule::DOCS),*];
    };
}

registry! {
    consistent_instruction_casing,
    copy_ignored_file,
    duplicate_stage_name,
    expose_invalid_format,
    expose_proto_casing,
    from_as_casing,
    from_platform_flag_const_disallowed,
    invalid_base_image_platform,
    invalid_default_arg_in_from,
    invalid_definition_description,
    json_args_recommended,
    legacy_key_value_format,
    maintainer_deprecated,
    multiple_instructions_disallowed,
    no_empty_continuation,
    redundant_target_platform,
    reserved_stage_name,
    secrets_used_in_arg_or_env,
    stage_name_casing,
    undefined_arg_in_from,
    undefined_var,
    workdir_relative_path,

    arg_env_name_clash,
    copy_before_install,
    from_platform_flag_ignored,
    from_stage_name_casing,
    global_arg_not_redeclared,
    later_stage_used,
    mount_from_stage_number,
    repeated_steps,
    tests_left_out,
    unknown_onbuild_triggers,
    unused_stage,
}

/// What the rules look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    /// The text.
    pub(crate) source: &'a str,
    /// The same, read.
    pub(crate) syntax: &'a Parse,
    /// Its stages.
    pub(crate) resolved: &'a Resolved,
    /// How they hang together.
    pub(crate) graph: &'a StageGraph,
    /// The text of the `.dockerignore` beside it; none where there is none.
    pub(crate) dockerignore: Option<&'a str>,
    /// Whether a target is asked for by name. Without one `docker build --check` looks at all stages.
    pub(crate) has_target: bool,
    /// Where BuildKit stops checking: the place of its first error; none where it goes through.
    pub(crate) check_ends: Option<(Phase, u32)>,
    /// The same for a build.
    pub(crate) build_ends: Option<(Phase, u32)>,
}

/// What the rules find, in the order in which BuildKit comes across it.
#[must_use]
pub(crate) fn check(input: &Input<'_>) -> Vec<Finding> {
    let ignored = input.dockerignore.map(IgnoreFile::new);
    let subject = Subject::new(input, ignored.as_ref());
    let mut sink = Sink::new(input);
    for rule in RULES {
        if sink.begin(rule) {
            (rule.check)(&subject, &mut sink);
        }
    }
    let mut findings = sink.finish();
    sort_by_key(&mut findings, |finding| finding.order);
    findings
}

/// The error of a file that asks for one where a check finds something; none where nothing is found
/// that counts. BuildKit names the rules in no fixed order, we by the alphabet.
#[must_use]
pub fn violation(findings: &[Finding], is_counted: fn(&Finding) -> bool) -> Option<Diagnostic> {
    let counted = findings.iter().filter(|finding| is_counted(finding));
    let mut names: Vec<&str> = counted.map(|finding| finding.rule.0).collect();
    sort_by_key(&mut names, |name| *name);
    names.dedup();
    let first = findings.iter().find(|finding| is_counted(finding))?;
    let message = format!("lint violation found for rules: {}", names.join(", "));
    let error = Diagnostic::error((Phase::Checks, 0), message, first.range, Vec::new());
    Some(error.with_help("mend what the checks report, or take `error=true` out of `# check=`"))
}

/// The rule of an id.
#[must_use]
pub fn rule(id: RuleId) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).copied()
}

//! The one entry: a request goes in, everything there is to know about it comes out.
//!
//! Nobody else puts the stages of the pipeline together. Layout is not part of it: views ask for it
//! when they draw, so that whoever only lists steps does not pay for it.

use crate::sorting::sort_by_key;
use std::collections::BTreeMap;

use crate::checks::{self, Finding};
use crate::diagnostic::{Diagnostic, Phase, Severity};
use crate::graph::{self, StageGraph};
use crate::outline::{self, Outline};
use crate::plan::{self, Plan};
use crate::resolve::{self, Platform, Resolved, StageId};
use crate::syntax::{self, Parse};
use crate::text::{LineIndex, TextRange};

/// What is asked: a file, and what would be given to `docker build`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The Dockerfile.
    pub source: String,
    /// `--target`; none for the last stage.
    pub target: Option<String>,
    /// `--build-arg`.
    pub build_args: BTreeMap<String, String>,
    /// `--platform`, which is taken for the builder's own as well.
    pub platform: Platform,
    /// The text of the `.dockerignore` in the build context; none where there is none, or where it is
    /// not known.
    pub dockerignore: Option<String>,
    /// Whether to do without the checks: [`Analysis::findings`] stays empty then, but for files that make
    /// errors of them. For views that know the text and have nothing to show of them.
    pub without_checks: bool,
}

/// What there is to know about a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Where the lines of the source begin.
    pub lines: LineIndex,
    /// The instructions as written.
    pub syntax: Parse,
    /// The stages as BuildKit understands them.
    pub resolved: Resolved,
    /// How the stages hang together, and what the target needs.
    pub graph: StageGraph,
    /// The steps of the target.
    pub plan: Plan,
    /// Every problem, in the order in which BuildKit meets them.
    pub diagnostics: Vec<Diagnostic>,
    /// What the checks find, in the order in which BuildKit comes across it.
    pub findings: Vec<Finding>,
    /// What ends `docker build --check` in an error; none where it only warns.
    pub check_error: Option<Diagnostic>,
}

/// A name that the file declares with ARG, for whoever wants to set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredArg {
    /// The name.
    pub name: String,
    /// The value that the first declaration with a default gives; none where no declaration has one.
    pub default: Option<String>,
    /// Whether it is declared before the first FROM, so that FROM lines can use it.
    pub global: bool,
    /// The places of its declarations.
    pub ranges: Vec<TextRange>,
}

/// Analyses a request. Takes any text; whatever is wrong with it is in
/// [`Analysis::diagnostics`], and the rest is worked out as far as it goes.
#[must_use]
pub fn analyze(request: &Request) -> Analysis {
    let lines = LineIndex::new(&request.source);
    let syntax = syntax::parse(&request.source);
    let settings = resolve::Settings {
        target: request.target.as_deref(),
        build_args: &request.build_args,
        platform: &request.platform,
    };
    let resolved = resolve::resolve(&syntax, &settings);
    let graph = graph::build(&resolved);
    let plan = plan::plan(&resolved, &graph);
    let mut diagnostics = syntax.diagnostics();
    diagnostics.extend(resolved.diagnostics_for(|stage| graph.is_built(stage)));
    sort_by_key(&mut diagnostics, |diagnostic| (diagnostic.severity, diagnostic.order));
    let mut analysis = Analysis { lines, syntax, resolved, graph, plan, diagnostics, ..Analysis::default() };
    if request.without_checks && !analysis.syntax.check.error {
        return analysis;
    }
    analysis.check(request, &settings);
    analysis
}

impl Analysis {
    /// Runs the checks.
    fn check(&mut self, request: &Request, settings: &resolve::Settings<'_>) {
        let has_target = request.target.as_deref().is_some_and(|target| !target.is_empty());
        if !has_target && self.has_idle_triggers() {
            let is_needed = |stage| self.graph.is_built(stage);
            let resolved = resolve::resolve_with_triggers(&self.syntax, settings, &is_needed);
            self.look(request, has_target, Some(&resolved));
        } else {
            self.look(request, has_target, None);
        }
    }

    /// The error that `docker build` stops with; none if it builds.
    #[must_use]
    pub fn error(&self) -> Option<&Diagnostic> {
        self.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether a stage that the target does not need has instructions that ONBUILD adds, or would have
    /// if they could be read.
    fn has_idle_triggers(&self) -> bool {
        let is_idle = |stage: StageId| !self.graph.is_built(stage);
        let has_triggers = |stage: &resolve::Stage| stage.commands.first().is_some_and(|it| it.onbuild);
        self.resolved.stages.iter().any(|stage| has_triggers(stage) && is_idle(stage.id))
            || self
                .resolved
                .stage_diagnostics
                .iter()
                .any(|(stage, it)| it.order.0 == Phase::BaseImages && is_idle(*stage))
    }

    /// Runs the checks on the stages as they are checked, where those are others than are built. Where the
    /// file asks for it, what is found is an error.
    fn look(&mut self, request: &Request, has_target: bool, checked: Option<&Resolved>) {
        let resolved = checked.unwrap_or(&self.resolved);
        let build_error = self.error().map(|error| error.order);
        let check_error = self.first_error(resolved, has_target);
        self.findings = checks::check(&checks::Input {
            source: &request.source,
            syntax: &self.syntax,
            resolved,
            graph: &self.graph,
            dockerignore: request.dockerignore.as_deref(),
            has_target,
            check_ends: check_error.as_ref().map(|error| error.order),
            build_ends: build_error,
        });
        self.check_error = check_error;
        if !self.syntax.check.error {
            return;
        }
        if self.check_error.is_none() {
            self.check_error = checks::violation(&self.findings, |finding| finding.in_check);
        }
        if build_error.is_none() {
            let violation = checks::violation(&self.findings, |finding| finding.in_build);
            self.diagnostics.splice(0..0, violation);
        }
    }

    /// The error that `docker build --check` stops with. Without a target it looks at all stages.
    fn first_error(&self, resolved: &Resolved, has_target: bool) -> Option<Diagnostic> {
        let syntax = self.syntax.diagnostics();
        let of_file = syntax.iter().chain(&resolved.diagnostics);
        let counts = |stage: StageId| !has_target || self.graph.is_built(stage);
        let of_stages = resolved.stage_diagnostics.iter().filter(|(stage, _)| counts(*stage));
        of_file.chain(of_stages.map(|(_, error)| error)).min_by_key(|error| error.order).cloned()
    }

    /// The stage that is built.
    #[must_use]
    pub fn target(&self) -> Option<StageId> {
        self.graph.target
    }

    /// What the target takes and gives, with the places that say so. Worked out on every call, since
    /// most views do without.
    #[must_use]
    pub fn outline(&self) -> Outline {
        outline::outline(&self.syntax, &self.resolved, &self.graph)
    }

    /// The names that the file declares with ARG, in the order of their first declaration.
    #[must_use]
    pub fn declared_args(&self) -> Vec<DeclaredArg> {
        let mut out: Vec<DeclaredArg> = Vec::new();
        for (definition, global) in self.syntax.arg_definitions() {
            let name = &definition.name;
            let default = definition.default.as_ref().map(|word| word.text.trim_matches('"').to_owned());
            match out.iter_mut().find(|arg| arg.name == name.text) {
                Some(arg) => {
                    arg.ranges.push(name.range);
                    arg.default = arg.default.take().or(default);
                }
                None => {
                    out.push(DeclaredArg { name: name.text.clone(), default, global, ranges: vec![name.range] });
                }
            }
        }
        out
    }
}

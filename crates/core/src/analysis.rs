//! The one entry: a request goes in, everything there is to know about it comes out.
//!
//! Nobody else puts the stages of the pipeline together. Layout is not part of it: views ask for it
//! when they draw, so that whoever only lists steps does not pay for it.

use crate::sorting::sort_by_key;
use std::collections::BTreeMap;

use crate::checks::{self, Finding};
use crate::diagnostic::{Diagnostic, Severity};
use crate::graph::{self, StageGraph};
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
    look(&mut analysis, request);
    analysis
}

/// Runs the checks. Where the file asks for it, what they find is an error.
fn look(analysis: &mut Analysis, request: &Request) {
    let has_target = request.target.as_deref().is_some_and(|target| !target.is_empty());
    let build_error = analysis.error().map(|error| error.order);
    let check_error = analysis.first_error(has_target);
    analysis.findings = checks::check(&checks::Input {
        source: &request.source,
        syntax: &analysis.syntax,
        resolved: &analysis.resolved,
        graph: &analysis.graph,
        dockerignore: request.dockerignore.as_deref(),
        has_target,
        check_ends: check_error.as_ref().map(|error| error.order),
        build_ends: build_error,
    });
    let stops = analysis.syntax.check.error;
    let violation =
        |is_counted: fn(&Finding) -> bool| checks::violation(&analysis.findings, is_counted).filter(|_| stops);
    analysis.check_error = check_error.or_else(|| violation(|finding| finding.in_check));
    let violation = violation(|finding| finding.in_build);
    if let Some(error) = violation.filter(|_| build_error.is_none()) {
        analysis.diagnostics.insert(0, error);
    }
}

impl Analysis {
    /// The error that `docker build` stops with; none if it builds.
    #[must_use]
    pub fn error(&self) -> Option<&Diagnostic> {
        self.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The error that `docker build --check` stops with. Without a target it looks at all stages, but
    /// puts triggers only into those that are needed.
    fn first_error(&self, has_target: bool) -> Option<Diagnostic> {
        let syntax = self.syntax.diagnostics();
        let of_file = syntax.iter().chain(&self.resolved.diagnostics);
        let of_stages = self
            .resolved
            .stage_diagnostics
            .iter()
            .filter(|found| self.graph.is_built(found.stage) || !(has_target || found.onbuild));
        of_file.chain(of_stages.map(|found| &found.diagnostic)).min_by_key(|error| error.order).cloned()
    }

    /// The stage that is built.
    #[must_use]
    pub fn target(&self) -> Option<StageId> {
        self.graph.target
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

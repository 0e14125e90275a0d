//! The one entry: a request goes in, everything there is to know about it comes out.
//!
//! Nobody else puts the stages of the pipeline together. Layout is not part of it: views ask for it
//! when they draw, so that whoever only lists steps does not pay for it.

use crate::sorting::sort_by_key;
use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity};
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
    Analysis { lines, syntax, resolved, graph, plan, diagnostics }
}

impl Analysis {
    /// The error that `docker build` stops with; none if it builds.
    #[must_use]
    pub fn error(&self) -> Option<&Diagnostic> {
        self.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error)
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

//! The values that JavaScript gets: twins of the core's types, with names in its style, ids as numbers and
//! positions in UTF-16 code units.
//!
//! Every type here is a TypeScript type of the package, its comments included. A test holds that they
//! mention no type that is not declared.

mod config;
mod diagnostic;
mod finding;
mod graph;
pub(crate) mod language;
mod outline;
mod plan;
mod stage;
mod text;
mod tokens;

pub use config::{EnvVariable, Healthcheck, ImageConfig};
pub use diagnostic::{Diagnostic, Fix, Severity, TextEdit};
pub use finding::{Finding, RuleOrigin};
pub use graph::{Cause, Edge, EdgeKind, Explanation, Graph, Node};
pub use language::{
    Completion, CompletionItem, CompletionKind, Definition, DocumentSymbol, Fold, FoldKind, Hover, HoverPart, Rename,
    SymbolKind, Uses,
};
pub use outline::{
    ArgSource, Outline, OutlineArg, OutlineMount, OutlineMountPlace, OutlineSetting, OutlineTarget, SettingOrigin,
};
pub use plan::{Op, Origin, Step};
pub use stage::{Base, Command, DeclaredArg, Stage};
pub use text::{LineSpan, TextRange};
pub use tokens::{TokenKind, Tokens};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tsify::Tsify;

use text::Positions;

/// What is asked.
#[derive(Clone, Debug, Deserialize, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(hashmap_as_object)]
pub struct AnalyzeRequest {
    /// The Dockerfile.
    pub source: String,
    /// `--target`; the last stage where it is missing or empty.
    #[tsify(optional)]
    pub target: Option<String>,
    /// `--build-arg`.
    #[tsify(optional)]
    pub build_args: Option<BTreeMap<String, String>>,
    /// `--platform`, such as `linux/arm64`; `linux/amd64` where it is missing.
    #[tsify(optional)]
    pub platform: Option<String>,
    /// The text of the `.dockerignore` in the build context, for the check that asks for it.
    #[tsify(optional)]
    pub dockerignore: Option<String>,
}

/// What there is to know about a Dockerfile.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null, hashmap_as_object)]
pub struct Analysis {
    /// The whole text in pieces, for highlighting.
    pub tokens: Tokens,
    /// The stages, in the order of the file.
    pub stages: Vec<Stage>,
    /// How they hang together, and what the target needs.
    pub graph: Graph,
    /// The stage that is built, as an index of `stages`; null where there is none of the name asked for.
    pub target: Option<u32>,
    /// The steps of the target, in an order in which every step comes after its inputs.
    pub plan: Vec<Step>,
    /// The config of the resulting image; null where there is no target.
    pub image_config: Option<ImageConfig>,
    /// The names that ARG instructions declare, in order.
    pub declared_args: Vec<DeclaredArg>,
    /// Every problem, errors first, in the order in which BuildKit meets them.
    pub diagnostics: Vec<Diagnostic>,
    /// The problem that `docker build` stops with: the first of `diagnostics`. Null if it builds.
    pub error: Option<Diagnostic>,
    /// What the checks find, in the order in which BuildKit comes across it.
    pub findings: Vec<Finding>,
    /// What ends `docker build --check` in an error; null where it only warns.
    pub check_error: Option<Diagnostic>,
}

impl Analysis {
    /// The values for the analysis of `source`.
    #[must_use]
    pub fn new(source: &str, analysis: &stagewright::Analysis) -> Self {
        let at = &Positions::new(source);
        let resolved = &analysis.resolved;
        Self {
            tokens: Tokens::new(&analysis.syntax.tokens, at),
            stages: resolved.stages.iter().map(|stage| Stage::new(stage, at)).collect(),
            graph: Graph::new(&analysis.graph, at),
            target: analysis.target().map(|stage| stage.0),
            plan: analysis.plan.steps.iter().map(|step| Step::new(step, at)).collect(),
            image_config: analysis.plan.config.as_ref().map(ImageConfig::from),
            declared_args: analysis.declared_args().into_iter().map(|arg| DeclaredArg::new(arg, at)).collect(),
            diagnostics: analysis.diagnostics.iter().map(|it| Diagnostic::new(it, at)).collect(),
            error: analysis.error().map(|it| Diagnostic::new(it, at)),
            findings: analysis.findings.iter().map(|it| Finding::new(it, at)).collect(),
            check_error: analysis.check_error.as_ref().map(|it| Diagnostic::new(it, at)),
        }
    }
}

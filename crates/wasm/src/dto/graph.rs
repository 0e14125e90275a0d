//! The stage graph, and what a target needs of it.

use serde::Serialize;
use stagewright::graph::{self, NodeKind, StageGraph};
use stagewright::resolve::StageId;
use tsify::Tsify;

use super::text::{Positions, TextRange};

/// The stages of a file and what they are made from. Edges point the way files flow: from what is used to
/// the stage that uses it.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Graph {
    /// The stages, then the images and contexts in the order in which the file names them.
    pub nodes: Vec<Node>,
    /// The uses, stage by stage, in the order of the file.
    pub edges: Vec<Edge>,
    /// For each node, whether the target needs it; the target needs itself.
    pub needed: Vec<bool>,
    /// For each node that is needed, the edge that leads from it towards the target on a shortest way:
    /// where that edge ends, look again. Null for the target itself and for what is not needed.
    pub towards: Vec<Option<u32>>,
}

/// A place that files come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[tsify(missing_as_null)]
pub enum Node {
    /// A stage of the file.
    Stage {
        /// Its index in `Graph.nodes`.
        id: u32,
        /// Its index in `Analysis.stages`.
        stage: u32,
    },
    /// An image outside the file.
    Image {
        /// Its index in `Graph.nodes`.
        id: u32,
        /// Its full reference, such as `docker.io/library/alpine:3.20`.
        reference: String,
        /// The same as people write it, such as `alpine:3.20`.
        familiar: String,
        /// The platform, where it is not that of the request.
        platform: Option<String>,
    },
    /// The build context.
    Context {
        /// Its index in `Graph.nodes`.
        id: u32,
    },
    /// A build context of a name.
    NamedContext {
        /// Its index in `Graph.nodes`.
        id: u32,
        /// The name.
        name: String,
    },
}

/// A use of a node by a stage. There is one for each instruction that uses it.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// Its index in `Graph.edges`.
    pub id: u32,
    /// What is used, as an index of `Graph.nodes`.
    pub from: u32,
    /// The stage that uses it, likewise.
    pub to: u32,
    /// How.
    pub kind: EdgeKind,
    /// What in the file causes it.
    pub cause: Cause,
    /// The place of the name that is used.
    pub range: TextRange,
    /// The paths that are taken, as far as the instruction names them.
    pub paths: Vec<String>,
}

/// How a stage uses a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum EdgeKind {
    /// `FROM`.
    From,
    /// `COPY --from`, or a COPY or ADD from the context.
    Copy,
    /// `RUN --mount`.
    Mount,
    /// An instruction that an ONBUILD of the base adds.
    Onbuild,
}

/// What causes an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Cause {
    /// The FROM of the stage.
    From,
    /// One of its instructions.
    Command {
        /// Its index in `Stage.commands`.
        command: u32,
    },
}

/// Why a stage is built or not.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Whether the target needs it.
    pub needed: bool,
    /// The edges from it to the target, as indexes of `Graph.edges`, on a shortest way. Empty for the
    /// target itself, and for what the target does not need.
    pub way_to_target: Vec<u32>,
    /// The other stages that would build it if they were the target, as indexes of `Analysis.stages`.
    pub needed_by: Vec<u32>,
}

impl Graph {
    pub(super) fn new(graph: &StageGraph, at: &Positions<'_>) -> Self {
        Self {
            nodes: graph.nodes.iter().map(Node::from).collect(),
            edges: graph.edges.iter().map(|edge| Edge::new(edge, at)).collect(),
            needed: graph.nodes.iter().map(|node| graph.reach.needs(node.id)).collect(),
            towards: graph
                .nodes
                .iter()
                .map(|node| Some(graph.reach.towards.get(node.id.0 as usize).copied().flatten()?.0))
                .collect(),
        }
    }
}

impl From<&graph::Node> for Node {
    fn from(node: &graph::Node) -> Self {
        let id = node.id.0;
        match &node.kind {
            NodeKind::Stage(stage) => Self::Stage { id, stage: stage.0 },
            NodeKind::Image { reference, familiar, platform } => {
                Self::Image { id, reference: reference.clone(), familiar: familiar.clone(), platform: platform.clone() }
            }
            NodeKind::Context => Self::Context { id },
            NodeKind::NamedContext(name) => Self::NamedContext { id, name: name.clone() },
        }
    }
}

impl Edge {
    fn new(edge: &graph::Edge, at: &Positions<'_>) -> Self {
        Self {
            id: edge.id.0,
            from: edge.from.0,
            to: edge.to.0,
            kind: edge.kind.into(),
            cause: edge.command.map_or(Cause::From, |command| Cause::Command { command: command.0 }),
            range: at.range(edge.range),
            paths: edge.paths.clone(),
        }
    }
}

impl From<graph::EdgeKind> for EdgeKind {
    fn from(kind: graph::EdgeKind) -> Self {
        match kind {
            graph::EdgeKind::From => Self::From,
            graph::EdgeKind::Copy => Self::Copy,
            graph::EdgeKind::Mount => Self::Mount,
            graph::EdgeKind::Onbuild => Self::Onbuild,
        }
    }
}

impl Explanation {
    pub(crate) fn new(graph: &StageGraph, stage: StageId) -> Self {
        let way = graph.way_to_target(StageGraph::node_of(stage));
        Self {
            needed: graph.is_built(stage),
            way_to_target: way.iter().map(|edge| edge.id.0).collect(),
            needed_by: graph.needed_by(stage).iter().map(|user| user.0).collect(),
        }
    }
}

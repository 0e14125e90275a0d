//! The stage graph: which stage is made from what, and what a target needs.
//!
//! [`build`] reads the resolved stages; nothing is looked up by name here any more. Edges point the
//! way files flow: from what is used to the stage that uses it. Layout and drawing are left to
//! others.

mod build;
mod reach;

pub use build::build;
pub use reach::Reach;

use crate::resolve::{CommandId, StageId};
use crate::text::TextRange;

/// The index of a node in [`StageGraph::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// The index of an edge in [`StageGraph::edges`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub u32);

/// A place that files come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// A stage of the file.
    Stage(StageId),
    /// An image outside the file.
    Image {
        /// Its full reference, such as `docker.io/library/alpine:3.20`.
        reference: String,
        /// The same as people write it, such as `alpine:3.20`.
        familiar: String,
        /// The platform, where it is not that of the request.
        platform: Option<String>,
    },
    /// The build context.
    Context,
    /// A build context that the request names.
    NamedContext(String),
}

/// A node of the graph. Stages come first, in file order, so that a stage's id is its node's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its place in [`StageGraph::nodes`].
    pub id: NodeId,
    /// What it stands for.
    pub kind: NodeKind,
}

/// How a stage uses a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl EdgeKind {
    /// The word for it: `from`, `copy`, `mount` or `onbuild`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::Copy => "copy",
            Self::Mount => "mount",
            Self::Onbuild => "onbuild",
        }
    }
}

/// A use of a node by a stage. There is one for each instruction that uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Its place in [`StageGraph::edges`].
    pub id: EdgeId,
    /// What is used.
    pub from: NodeId,
    /// The stage that uses it.
    pub to: NodeId,
    /// How.
    pub kind: EdgeKind,
    /// The instruction that causes it; none for FROM.
    pub command: Option<CommandId>,
    /// The place of the name in the text.
    pub range: TextRange,
    /// The paths that are taken, as far as the instruction names them.
    pub paths: Vec<String>,
}

/// The stages of a file and what they are made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageGraph {
    /// The stages, then the images and contexts in the order in which the file names them.
    pub nodes: Vec<Node>,
    /// The uses, stage by stage, in file order.
    pub edges: Vec<Edge>,
    /// The stage that is built; none where the file has no stage, or not the one asked for.
    pub target: Option<StageId>,
    /// What the target needs.
    pub reach: Reach,
}

impl StageGraph {
    /// The node of a stage.
    #[must_use]
    pub const fn node_of(stage: StageId) -> NodeId {
        NodeId(stage.0)
    }

    /// The stage of a node, where it is one.
    #[must_use]
    pub fn stage_of(&self, node: NodeId) -> Option<StageId> {
        match self.nodes.get(node.0 as usize)?.kind {
            NodeKind::Stage(stage) => Some(stage),
            _ => None,
        }
    }

    /// What `node` uses.
    pub fn inputs(&self, node: NodeId) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.to == node)
    }

    /// What uses `node`.
    pub fn users(&self, node: NodeId) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.from == node)
    }
}

//! Makes the graph of the resolved stages.
//!
//! Relies on [`resolve`](crate::resolve), where every name is looked up already.

use crate::lookup::Lookup;
use crate::resolve::{Base, Command, CommandId, ImageReference, Platform, Read, ReadKind, Resolved, Source, Stage};
use crate::syntax::Word;
use crate::text::{TextRange, offset};

use super::{Edge, EdgeId, EdgeKind, Node, NodeId, NodeKind, Reach, StageGraph};

/// The graph of some stages, with what their target needs.
#[must_use]
pub fn build(resolved: &Resolved) -> StageGraph {
    let mut builder = Builder { resolved, nodes: Vec::new(), ids: Lookup::default(), edges: Vec::new() };
    for stage in &resolved.stages {
        builder.node(NodeKind::Stage(stage.id));
    }
    for stage in &resolved.stages {
        builder.stage(stage);
    }
    let Builder { nodes, edges, .. } = builder;
    let target = resolved.target.filter(|target| (target.0 as usize) < resolved.stages.len());
    let reach = target.map(|target| Reach::of(nodes.len(), &edges, StageGraph::node_of(target))).unwrap_or_default();
    StageGraph { nodes, edges, target, reach }
}

struct Builder<'a> {
    resolved: &'a Resolved,
    nodes: Vec<Node>,
    ids: Lookup<NodeKind, NodeId>,
    edges: Vec<Edge>,
}

impl Builder<'_> {
    fn node(&mut self, kind: NodeKind) -> NodeId {
        let next = NodeId(offset(self.nodes.len()));
        let id = *self.ids.or_insert(kind.clone(), next);
        if id == next {
            self.nodes.push(Node { id, kind });
        }
        id
    }

    fn image(&mut self, reference: &ImageReference, platform: &Platform) -> NodeId {
        let platform = (*platform != self.resolved.platform).then(|| platform.format());
        self.node(NodeKind::Image { reference: reference.full(), familiar: reference.familiar(), platform })
    }

    fn stage(&mut self, stage: &Stage) {
        let to = StageGraph::node_of(stage.id);
        let from = match &stage.base {
            Base::Stage(base) => Some(StageGraph::node_of(*base)),
            Base::Image(reference) => Some(self.image(reference, &stage.platform)),
            Base::Scratch | Base::Invalid => None,
        };
        if let Some(from) = from {
            let Word { range, .. } = stage.base_name.written;
            self.edge(from, to, EdgeKind::From, None, range, Vec::new());
        }
        for (index, command) in stage.commands.iter().enumerate() {
            for read in &command.reads {
                self.read(to, command, CommandId(offset(index)), read);
            }
            self.needs(to, command, CommandId(offset(index)));
        }
    }

    /// Stages that a command needs without reading from them. BuildKit looks a mount without `from` up under
    /// the name `scratch`, and where a stage is called so builds it, though the files are those of the context.
    fn needs(&mut self, to: NodeId, command: &Command, id: CommandId) {
        for source in &command.sources {
            if let Source::Stage(stage) = source
                && command.reads.iter().all(|read| read.source != *source)
            {
                let kind = if command.onbuild { EdgeKind::Onbuild } else { EdgeKind::Mount };
                self.edge(StageGraph::node_of(*stage), to, kind, Some(id), command.range, Vec::new());
            }
        }
    }

    fn read(&mut self, to: NodeId, command: &Command, id: CommandId, read: &Read) {
        let from = match &read.source {
            Source::Stage(stage) => StageGraph::node_of(*stage),
            Source::Image(image) => {
                let outside = self.resolved.images.get(image.0 as usize);
                let Some(reference) = outside.and_then(|outside| outside.reference.clone()) else { return };
                let platform = self.resolved.platform.clone();
                self.image(&reference, &platform)
            }
            Source::Context => self.node(NodeKind::Context),
            Source::Scratch => return,
        };
        let kind = match read.by {
            _ if command.onbuild => EdgeKind::Onbuild,
            ReadKind::Copy => EdgeKind::Copy,
            ReadKind::Mount => EdgeKind::Mount,
        };
        self.edge(from, to, kind, Some(id), read.range, read.paths.clone());
    }

    fn edge(
        &mut self,
        from: NodeId,
        to: NodeId,
        kind: EdgeKind,
        command: Option<CommandId>,
        range: TextRange,
        paths: Vec<String>,
    ) {
        let id = EdgeId(offset(self.edges.len()));
        self.edges.push(Edge { id, from, to, kind, command, range, paths });
    }
}

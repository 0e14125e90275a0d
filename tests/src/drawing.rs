//! A stage graph as boxes and edges, and what every drawing of it must keep to.
//!
//! The boxes are plain: as wide as their name, with a row for each instruction, so that edges end at
//! the rows that cause them. How the page draws cards does not matter here.

use stagewright::Analysis;
use stagewright::graph::{Node, NodeKind};
use stagewright::layout::{BoxSpec, Direction, Drawing, EdgeSpec, Order, Rect, Spacing, draw};

/// Width of a character in pixels.
const CHARACTER: f32 = 8.0;
/// Height of the row of an instruction.
const ROW: f32 = 24.0;
/// Height of a box above its rows.
const HEAD: f32 = 56.0;

/// What is laid out.
#[derive(Clone, Debug)]
pub struct Graph {
    /// A box for each node.
    pub boxes: Vec<BoxSpec>,
    /// An edge for each edge.
    pub edges: Vec<EdgeSpec>,
}

impl Graph {
    /// The stages of an analysis and what they use.
    #[must_use]
    pub fn of(analysis: &Analysis, direction: Direction) -> Self {
        let edge = |edge: &stagewright::graph::Edge| EdgeSpec {
            from: edge.from.0 as usize,
            to: edge.to.0 as usize,
            from_port: None,
            to_port: edge
                .command
                .filter(|_| direction == Direction::LeftToRight)
                .map(|row| HEAD + ROW * (row.0 as f32 + 0.5)),
            weight: 1,
        };
        Self {
            boxes: analysis.graph.nodes.iter().map(|node| card(analysis, node)).collect(),
            edges: analysis.graph.edges.iter().map(edge).collect(),
        }
    }

    /// The drawing, close to a previous one.
    #[must_use]
    pub fn draw(&self, direction: Direction, previous: Option<&Order>) -> Drawing {
        draw(&self.boxes, &self.edges, direction, &Spacing::default(), previous)
    }
}

fn card(analysis: &Analysis, node: &Node) -> BoxSpec {
    let (key, n_rows) = match &node.kind {
        NodeKind::Stage(stage) => {
            analysis.resolved.stage(*stage).map(|stage| (stage.label.clone(), stage.commands.len())).unwrap_or_default()
        }
        NodeKind::Image { familiar, .. } => (format!("image {familiar}"), 0),
        NodeKind::Context => ("context".into(), 0),
        NodeKind::NamedContext(name) => (format!("context {name}"), 0),
    };
    let width = (key.chars().count() as f32 * CHARACTER).clamp(96.0, 320.0);
    BoxSpec { key, width, height: HEAD + ROW * n_rows as f32 }
}

/// What is wrong with a drawing; `Ok` if nothing is.
///
/// # Errors
/// The first promise that it breaks.
pub fn check(graph: &Graph, drawing: &Drawing) -> Result<(), String> {
    if drawing.boxes.len() != graph.boxes.len() || drawing.routes.len() != graph.edges.len() {
        return Err("a drawing has a box for each box and a route for each edge".into());
    }
    let all = drawing.boxes.iter().flat_map(|rect| [rect.x, rect.y, rect.width, rect.height]);
    let points = drawing.routes.iter().flat_map(|route| &route.points);
    if !all.chain(points.flat_map(|point| [point.x, point.y])).all(f32::is_finite) {
        return Err("a drawing has a place that is no number".into());
    }
    if let Some((one, other)) = overlap(&drawing.boxes) {
        return Err(format!("boxes {one} and {other} overlap"));
    }
    let n = graph.boxes.len();
    for (index, (route, edge)) in drawing.routes.iter().zip(&graph.edges).enumerate() {
        if edge.from < n && edge.to < n && route.points.len() < 2 {
            return Err(format!("edge {index} has no route"));
        }
    }
    Ok(())
}

/// Two boxes that overlap. They are held against each other in the order of their left sides.
fn overlap(boxes: &[Rect]) -> Option<(usize, usize)> {
    let mut order: Vec<usize> = (0..boxes.len()).collect();
    order.sort_by(|&a, &b| boxes[a].x.total_cmp(&boxes[b].x));
    for (at, &one) in order.iter().enumerate() {
        let a = &boxes[one];
        let beside = order[at + 1..].iter().take_while(|&&other| boxes[other].x < a.x + a.width);
        for &other in beside {
            let b = &boxes[other];
            if a.y < b.y + b.height && b.y < a.y + a.height && b.width > 0.0 && b.height > 0.0 {
                return Some((one, other));
            }
        }
    }
    None
}

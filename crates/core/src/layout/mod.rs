//! Lays out a graph in ranks: boxes of any size, links that end at ports, drawn
//! without ever crossing a foreign box. Knows nothing of stages; `graph` and
//! `plan` say what the boxes are. Deterministic, bounded in time, total: any
//! input gives a drawing, the same bytes everywhere, since all the work is done in
//! whole numbers.
//!
//! The method is the layered one of Sugiyama et al. (1981) as Gansner et al.
//! refined it in *A technique for drawing directed graphs* (1993). `run` lists the
//! passes, each a module of its own.

mod arrangement;
mod balance;
pub mod cards;
mod layered;
mod memory;
mod order;
mod place;
mod ports;
mod rank;
mod route;
mod sheet;
mod simplex;

pub use memory::Order;

use arrangement::Arrangement;
use layered::Layered;
use memory::Memory;
use route::Plan;
use sheet::Sheet;

/// Which way links lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Ranks are columns; links leave a box on its right.
    LeftToRight,
    /// Ranks are rows; links leave a box at its bottom.
    TopToBottom,
}

/// Distances in pixels. The least that is used is 8 for `rank`, 1 for the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spacing {
    /// Between two ranks; grows where links climb steeply.
    pub rank: f32,
    /// Between two boxes of a rank.
    pub node: f32,
    /// Between two links that run side by side.
    pub edge: f32,
}

impl Default for Spacing {
    fn default() -> Self {
        Self { rank: 64.0, node: 28.0, edge: 12.0 }
    }
}

/// A box to be placed.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxSpec {
    /// What the box is known by from one drawing to the next; of several with the
    /// same key, the first is the first again.
    pub key: String,
    /// Pixels; what is negative or no number counts as 0, and 10,000 is the most.
    pub width: f32,
    /// As `width`.
    pub height: f32,
}

/// An edge to be routed, between boxes given by index. One that names no box has
/// an empty route.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EdgeSpec {
    /// The box the edge comes from.
    pub from: usize,
    /// The box it leads to.
    pub to: usize,
    /// Where on its side the edge leaves, in pixels from the top, or from the
    /// left when the flow is top to bottom; `None` leaves the choice.
    pub from_port: Option<f32>,
    /// Where it enters, likewise.
    pub to_port: Option<f32>,
    /// Heavier edges are shorter and straighter; 1 to 64.
    pub weight: u32,
}

/// A point, in pixels from the top left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// To the right.
    pub width: f32,
    /// Down.
    pub height: f32,
}

/// A placed box, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left side.
    pub x: f32,
    /// Upper side.
    pub y: f32,
    /// The width that was asked for.
    pub width: f32,
    /// The height that was asked for.
    pub height: f32,
}

/// The way of an edge, from the side of its first box to the side of its last.
/// Two points that differ in both coordinates are joined by a curve that starts
/// and ends along the flow; others by a straight line. [`pieces`](Self::pieces)
/// gives them ready to draw. An edge that closes a ring leaves and enters on the
/// opposite sides, since it leads against the flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Ends and bends.
    pub points: Vec<Point>,
}

/// A piece of a route, from where the one before ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Piece {
    /// A straight line to a point.
    Line(Point),
    /// A cubic Bézier curve: its two control points and its end.
    Curve(Point, Point, Point),
}

impl Route {
    /// The pieces that follow `points[0]`.
    pub fn pieces(&self, direction: Direction) -> impl Iterator<Item = Piece> + '_ {
        self.points.windows(2).map(move |pair| {
            let (a, b) = (pair[0], pair[1]);
            if a.x == b.x || a.y == b.y {
                return Piece::Line(b);
            }
            match direction {
                Direction::LeftToRight => {
                    let x = (a.x + b.x) / 2.0;
                    Piece::Curve(Point { x, y: a.y }, Point { x, y: b.y }, b)
                }
                Direction::TopToBottom => {
                    let y = (a.y + b.y) / 2.0;
                    Piece::Curve(Point { x: a.x, y }, Point { x: b.x, y }, b)
                }
            }
        })
    }
}

/// A finished drawing, its upper left corner at the origin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// What boxes and routes take up.
    pub size: Size,
    /// One for each box, in the order given.
    pub boxes: Vec<Rect>,
    /// One for each edge, in the order given.
    pub routes: Vec<Route>,
    /// To be handed to the next drawing, so that little moves.
    pub order: Order,
}

/// Draws the graph. With the order of a previous drawing, what both have in
/// common keeps its place as far as possible; without, or when the two share too
/// little, the drawing depends on the graph alone.
///
/// Boxes never overlap, and no route enters a box that is not one of its ends.
pub fn draw(
    boxes: &[BoxSpec],
    edges: &[EdgeSpec],
    direction: Direction,
    spacing: &Spacing,
    previous: Option<&Order>,
) -> Drawing {
    let memory = previous.and_then(|order| order.recall(boxes));
    let Some(memory) = memory else {
        return run(boxes, edges, direction, spacing, None).drawing;
    };
    let kept = run(boxes, edges, direction, spacing, Some(&memory));
    if boxes.len() + edges.len() > TIDIED_UP_TO || kept.drawing.order.changes() < TIDIED_FROM {
        return kept.drawing;
    }
    // Keeping still must not add up to a mess: many small edits later the drawing
    // is set anew.
    let fresh = run(boxes, edges, direction, spacing, None);
    if kept.is_clearly_worse_than(&fresh) { fresh.drawing } else { kept.drawing }
}

/// Boxes and edges up to which a drawing that keeps still is held against a fresh
/// one.
const TIDIED_UP_TO: usize = 300;

/// Links that have come or gone since the drawing was set anew, from which on it is held against a fresh
/// one: whoever adds or removes one or two looks for them where they are.
const TIDIED_FROM: usize = 4;

/// A drawing and what of it cannot be seen from outside.
struct Attempt {
    drawing: Drawing,
    crossings: u64,
}

impl Attempt {
    fn is_clearly_worse_than(&self, fresh: &Self) -> bool {
        let area = |attempt: &Self| attempt.drawing.size.width * attempt.drawing.size.height;
        self.crossings > 2 * fresh.crossings + 3 || area(self) > 1.75 * area(fresh)
    }
}

/// All the passes, in order.
fn run(
    boxes: &[BoxSpec],
    edges: &[EdgeSpec],
    direction: Direction,
    spacing: &Spacing,
    memory: Option<&Memory<'_>>,
) -> Attempt {
    // Before: anything. After: whole units, flow to the right, every link points
    // forward, self loops set apart.
    let sheet = Sheet::new(boxes, edges, direction, spacing);
    // After: the head of a link has a higher rank than its tail; no rank is empty.
    let ranks = match memory {
        Some(memory) => rank::warm(&sheet, &memory.ranks()),
        None => rank::fresh(&sheet),
    };
    // After: every segment joins neighbouring ranks.
    let layered = Layered::new(&sheet, &ranks);
    let middles = memory.map(|memory| memory.middles(boxes, edges, &sheet, &layered));
    // After: every rank has its order.
    let ordered = match &middles {
        Some(middles) => order::warm(&layered, middles),
        None => order::fresh(&layered),
    };
    let arrangement = Arrangement::new(&layered, ordered);
    // After: every link end has its place on the side of its box.
    let ends = ports::spread(&sheet, &arrangement);
    // After: in every rank, in order, neighbours keep their distance.
    let top = place::across(&sheet, &arrangement, &ends, middles.as_deref());
    // After: links bend only in the gaps between ranks, where no box is.
    let plan = Plan { sheet: &sheet, arrangement: &arrangement, ends: &ends, top: &top };
    let order = Order::new(&plan, boxes, edges, memory);
    let drawing = route::drawing(boxes, edges.len(), direction, &plan, order);
    Attempt { drawing, crossings: arrangement.crossings() }
}

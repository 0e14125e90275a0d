//! An edge of the graph: its line, and what is at the end of it.

use stagewright::graph::EdgeKind;
use stagewright::layout::{Direction, Piece, Point, Route};

use crate::el;
use crate::element::{Element, class, when};
use crate::graph::px::px;

/// Length of what is at the end of a line.
const HEAD: f32 = 9.0;

/// An edge to draw.
pub struct EdgeProps<'a> {
    /// Label of the stage, or reference of the image, that is used.
    pub from: &'a str,
    /// Label of the stage that uses it.
    pub to: &'a str,
    /// How.
    pub kind: EdgeKind,
    /// Whether the target needs it.
    pub needed: bool,
    /// Whether it leads to or from something that is lit.
    pub lit: bool,
    /// Its way.
    pub route: &'a Route,
    /// Which way the drawing flows.
    pub direction: Direction,
}

/// Draws an edge; `key` tells it from the others.
pub fn edge_view(key: usize, props: &EdgeProps<'_>) -> Element {
    let kind = props.kind.name();
    let class = class(&["edge", kind, when(props.needed, "needed"), when(props.lit, "lit")]);
    let (line, head) = shapes(props.route, props.direction, props.kind);
    el!("g", "class": class, "data-from": props.from.to_owned(), "data-to": props.to.to_owned(), "data-kind": kind)
        .key(key)
        .child(el!("path", "class": "line", "d": line))
        .child(el!("path", "class": "head", "d": head))
}

/// The line, and the arrow or diamond at its end, as SVG paths.
#[must_use]
pub fn shapes(route: &Route, direction: Direction, kind: EdgeKind) -> (String, String) {
    let mut points = route.points.clone();
    let [.., before, tip] = points[..] else { return Default::default() };
    // Lines arrive along the flow, or against it where an edge closes a ring.
    let (along_x, along_y) = match direction {
        Direction::LeftToRight => ((tip.x - before.x).signum(), 0.0),
        Direction::TopToBottom => (0.0, (tip.y - before.y).signum()),
    };
    let back = |by: f32, aside: f32| Point {
        x: tip.x - along_x * by - along_y * aside,
        y: tip.y - along_y * by - along_x * aside,
    };
    if let Some(last) = points.last_mut() {
        *last = back(HEAD - 1.0, 0.0);
    }
    let shortened = Route { points };
    let mut line = String::new();
    put(&mut line, "M", shortened.points[0]);
    for piece in shortened.pieces(direction) {
        match piece {
            Piece::Line(to) => put(&mut line, "L", to),
            Piece::Curve(a, b, to) => {
                put(&mut line, "C", a);
                put(&mut line, " ", b);
                put(&mut line, " ", to);
            }
        }
    }
    let corners = match kind {
        EdgeKind::Mount => [tip, back(HEAD * 0.75, 4.5), back(HEAD * 1.5, 0.0), back(HEAD * 0.75, -4.5)],
        _ => [tip, back(HEAD, 4.5), back(HEAD - 2.0, 0.0), back(HEAD, -4.5)],
    };
    let mut head = String::new();
    put(&mut head, "M", corners[0]);
    corners[1..].iter().for_each(|&corner| put(&mut head, "L", corner));
    head.push('Z');
    (line, head)
}

fn put(out: &mut String, command: &str, to: Point) {
    for part in [command, &px(to.x), " ", &px(to.y)] {
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(points: &[(f32, f32)]) -> Route {
        Route { points: points.iter().map(|&(x, y)| Point { x, y }).collect() }
    }

    #[test]
    fn a_line_stops_at_its_head() {
        let straight = route(&[(0.0, 10.0), (100.0, 10.0)]);
        let (line, head) = shapes(&straight, Direction::LeftToRight, EdgeKind::From);
        assert_eq!(line, "M0 10L92 10");
        assert_eq!(head, "M100 10L91 5.5L93 10L91 14.5Z");
        let down = route(&[(5.0, 0.0), (5.0, 40.0)]);
        assert_eq!(shapes(&down, Direction::TopToBottom, EdgeKind::Copy).0, "M5 0L5 32");
    }

    #[test]
    fn a_mount_ends_in_a_diamond() {
        let (_, head) = shapes(&route(&[(0.0, 0.0), (100.0, 0.0)]), Direction::LeftToRight, EdgeKind::Mount);
        assert_eq!(head, "M100 0L93.25 -4.5L86.5 0L93.25 4.5Z");
    }

    #[test]
    fn an_edge_without_its_ends_is_not_drawn() {
        assert_eq!(shapes(&route(&[]), Direction::LeftToRight, EdgeKind::From), Default::default());
    }
}

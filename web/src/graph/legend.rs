//! What the lines of the graph mean: those kinds that are in it.

use stagewright::graph::EdgeKind;
use stagewright::layout::{Direction, Point, Route};

use crate::el;
use crate::element::{Element, class};
use crate::graph::edge::shapes;
use crate::graph::node::FOLDER;
use crate::strings;

/// The legend of these kinds of edges, and of the sign for the build context.
pub fn legend(kinds: &[EdgeKind], context: bool) -> Element {
    let kinds = kinds.iter().map(|&kind| el!("li").key(kind.name()).child(sample(kind)).text(strings::edge_kind(kind)));
    let context = context.then(|| {
        let path = el!("path", "class": "folder", "d": FOLDER);
        let sign = el!("svg", "aria-hidden": "true", "width": "18", "height": "14", "viewBox": "-1 0 18 14");
        el!("li").key("context").child(sign.child(path)).text(strings::CONTEXT)
    });
    el!("ul", "class": "legend", "aria-label": strings::LEGEND).children(kinds.chain(context))
}

fn sample(kind: EdgeKind) -> Element {
    let route = Route { points: vec![Point { x: 0.0, y: 7.0 }, Point { x: 40.0, y: 7.0 }] };
    let (line, head) = shapes(&route, Direction::LeftToRight, kind);
    let class = class(&["edge", kind.name()]);
    el!("svg", "class": class, "aria-hidden": "true", "width": "42", "height": "14", "viewBox": "-1 0 42 14")
        .child(el!("path", "class": "line", "d": line))
        .child(el!("path", "class": "head", "d": head))
}

//! What the signs and lines of the graph mean: those that are in it.

use stagewright::graph::EdgeKind;
use stagewright::layout::cards::State;
use stagewright::layout::{Direction, Point, Route};

use crate::el;
use crate::element::{Element, class};
use crate::graph::edge::shapes;
use crate::graph::node::FOLDER;
use crate::graph::picture::Picture;
use crate::strings;

/// The legend of what is in a picture: states that are told by more than a word, kinds of edges, and the sign
/// for the build context.
pub fn legend(picture: &Picture) -> Element {
    let skipped = picture.cards.iter().any(|card| card.state == State::Skipped);
    let target = picture.target.map(|_| {
        let ring = el!("circle", "class": "sign hollow", "cx": "8", "cy": "7", "r": "6");
        let dot = el!("circle", "class": "sign", "cx": "8", "cy": "7", "r": "3");
        let sign = small("card target").child(ring).child(dot);
        el!("li").key("target").child(sign).text(strings::IS_TARGET)
    });
    let skipped = skipped.then(|| {
        let card = el!("rect", "class": "box", "x": "0", "y": "1", "width": "16", "height": "12", "rx": "2");
        el!("li").key("skipped").child(small("card skipped").child(card)).text(strings::IS_SKIPPED)
    });
    let kinds =
        picture.kinds.iter().map(|&kind| el!("li").key(kind.name()).child(sample(kind)).text(strings::edge_kind(kind)));
    let context = picture.reads_context.then(|| {
        let path = el!("path", "class": "folder", "d": FOLDER);
        el!("li").key("context").child(small("").child(path)).text(strings::CONTEXT)
    });
    let items = target.into_iter().chain(skipped).chain(kinds).chain(context);
    el!("ul", "class": "legend", "aria-label": strings::LEGEND).children(items)
}

fn small(class: &'static str) -> Element {
    el!("svg", "class": class, "aria-hidden": "true", "width": "18", "height": "14", "viewBox": "-1 0 18 14")
}

fn sample(kind: EdgeKind) -> Element {
    let route = Route { points: vec![Point { x: 0.0, y: 7.0 }, Point { x: 40.0, y: 7.0 }] };
    let (line, head) = shapes(&route, Direction::LeftToRight, kind);
    let class = class(&["edge", kind.name()]);
    el!("svg", "class": class, "aria-hidden": "true", "width": "42", "height": "14", "viewBox": "-1 0 42 14")
        .child(el!("path", "class": "line", "d": line))
        .child(el!("path", "class": "head", "d": head))
}

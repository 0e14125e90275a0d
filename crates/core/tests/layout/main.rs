//! Holds the layout to what it promises: on small graphs with a known picture, on
//! many random ones, and over edits.

mod generator;
mod geometry;

use generator::{Graph, Numbers, anything, card, edge, stages};
use stagewright::layout::{Direction, Drawing, EdgeSpec, Order, Point, Rect, Spacing, draw};

const BOTH: [Direction; 2] = [Direction::LeftToRight, Direction::TopToBottom];

fn drawn(graph: &Graph, direction: Direction, previous: Option<&Order>) -> Drawing {
    draw(&graph.boxes, &graph.edges, direction, &Spacing::default(), previous)
}

/// A graph of equal cards, left to right.
#[track_caller]
fn of_cards(n: usize, edges: &[(usize, usize)]) -> (Graph, Drawing) {
    let graph = Graph {
        boxes: (0..n).map(|node| card(&format!("{node}"), 200.0, 72.0)).collect(),
        edges: edges.iter().map(|&(from, to)| edge(from, to)).collect(),
    };
    let drawing = drawn(&graph, Direction::LeftToRight, None);
    check(&graph, &drawing, Direction::LeftToRight);
    (graph, drawing)
}

/// What every drawing must keep to.
#[track_caller]
fn check(graph: &Graph, drawing: &Drawing, direction: Direction) {
    assert_eq!(drawing.boxes.len(), graph.boxes.len());
    assert_eq!(drawing.routes.len(), graph.edges.len());
    assert_eq!(geometry::overlaps(drawing), [], "boxes overlap: {graph:?}");
    let hits = geometry::box_hits(drawing, &graph.edges, direction);
    assert_eq!(hits, [], "an edge runs through a box: {graph:?}");
    let inside = |p: Point| (0.0..=drawing.size.width).contains(&p.x) && (0.0..=drawing.size.height).contains(&p.y);
    for rect in &drawing.boxes {
        assert!(inside(Point { x: rect.x, y: rect.y }));
        assert!(rect.x + rect.width <= drawing.size.width + 0.125);
        assert!(rect.y + rect.height <= drawing.size.height + 0.125);
    }
    for (route, edge) in drawing.routes.iter().zip(&graph.edges) {
        assert!(route.points.iter().all(|&p| inside(p)), "{edge:?} leaves the drawing");
        if edge.from >= graph.boxes.len() || edge.to >= graph.boxes.len() {
            assert!(route.points.is_empty());
            continue;
        }
        let (Some(&first), Some(&last)) = (route.points.first(), route.points.last()) else {
            panic!("{edge:?} has no route");
        };
        assert!(on_side(first, &drawing.boxes[edge.from]), "{edge:?} starts at {first:?}");
        assert!(on_side(last, &drawing.boxes[edge.to]), "{edge:?} ends at {last:?}");
    }
}

/// Whether a point lies on the border of a box; sizes are rounded up to 1/8 pixel.
fn on_side(p: Point, rect: &Rect) -> bool {
    let near = |at: f32, start: f32, length: f32| (at - start).min(start + length - at);
    let (x, y) = (near(p.x, rect.x, rect.width), near(p.y, rect.y, rect.height));
    x >= -0.125 && y >= -0.125 && x.min(y) <= 0.125
}

fn middle(rect: &Rect) -> f32 {
    rect.y + rect.height / 2.0
}

#[test]
fn no_boxes_give_an_empty_drawing() {
    let (_, drawing) = of_cards(0, &[]);
    assert_eq!((drawing.size.width, drawing.size.height), (0.0, 0.0));
}

#[test]
fn a_chain_is_a_straight_line() {
    let (_, drawing) = of_cards(4, &[(0, 1), (1, 2), (2, 3)]);
    assert_eq!(drawing.size.height, 72.0);
    for (index, route) in drawing.routes.iter().enumerate() {
        let xs: Vec<f32> = route.points.iter().map(|p| p.x).collect();
        let start = 200.0 + index as f32 * 264.0;
        assert_eq!(xs, [start, start + 64.0]);
    }
}

#[test]
fn a_box_stands_next_to_the_one_that_needs_it() {
    let (_, drawing) = of_cards(5, &[(0, 1), (1, 2), (2, 3), (4, 3)]);
    assert_eq!(drawing.boxes[4].x, drawing.boxes[2].x);
}

#[test]
fn the_heaviest_edge_goes_straight_from_middle_to_middle() {
    let (mut graph, _) = of_cards(4, &[(0, 3), (1, 3), (2, 3)]);
    for heavy in 0..3 {
        for (index, edge) in graph.edges.iter_mut().enumerate() {
            edge.weight = if index == heavy { 4 } else { 1 };
        }
        let drawing = drawn(&graph, Direction::LeftToRight, None);
        check(&graph, &drawing, Direction::LeftToRight);
        assert_eq!(middle(&drawing.boxes[heavy]), middle(&drawing.boxes[3]));
        assert_eq!(drawing.routes[heavy].points.len(), 2);
    }
}

#[test]
fn a_box_stands_in_the_middle_of_the_two_it_leads_to() {
    let (_, drawing) = of_cards(3, &[(0, 1), (0, 2)]);
    let [one, two, three] = [0, 1, 2].map(|node| middle(&drawing.boxes[node]));
    assert_eq!(one * 2.0, two + three);
}

#[test]
fn a_long_edge_passes_by_the_box_it_skips() {
    let (_, drawing) = of_cards(3, &[(0, 1), (1, 2), (0, 2)]);
    let line = geometry::sampled(&drawing.routes[2], Direction::LeftToRight);
    let skipped = &drawing.boxes[1];
    let beside = |&&(x, _): &&(f64, f64)| x > f64::from(skipped.x) && x < f64::from(skipped.x) + 200.0;
    assert!(line.iter().filter(beside).count() == 0, "straight while beside a box");
}

#[test]
fn a_fixed_port_is_where_the_edge_ends() {
    let (mut graph, _) = of_cards(3, &[(0, 2), (1, 2)]);
    graph.boxes[2].height = 200.0;
    for (low, high) in [(30.5, 180.0), (180.0, 30.5), (90.0, 90.0)] {
        graph.edges[0].to_port = Some(low);
        graph.edges[1].to_port = Some(high);
        let drawing = drawn(&graph, Direction::LeftToRight, None);
        check(&graph, &drawing, Direction::LeftToRight);
        for (route, port) in drawing.routes.iter().zip([low, high]) {
            let end = route.points[route.points.len() - 1];
            assert_eq!((end.x, end.y), (drawing.boxes[2].x, drawing.boxes[2].y + port));
        }
        // The order of the ports decides which box is above.
        assert_eq!(geometry::crossings(&drawing, &graph.edges, Direction::LeftToRight), 0);
    }
}

#[test]
fn edges_between_the_same_boxes_run_side_by_side() {
    let (graph, drawing) = of_cards(2, &[(0, 1), (0, 1), (0, 1)]);
    let mut ends: Vec<f32> = drawing.routes.iter().map(|r| r.points[0].y).collect();
    assert!(drawing.routes.iter().all(|r| r.points[0].y == r.points[r.points.len() - 1].y));
    ends.dedup();
    assert_eq!(ends.len(), 3);
    assert_eq!(geometry::crossings(&drawing, &graph.edges, Direction::LeftToRight), 0);
}

#[test]
fn an_edge_that_closes_a_ring_keeps_its_direction() {
    let (_, drawing) = of_cards(3, &[(0, 1), (1, 2), (2, 0)]);
    let back = &drawing.routes[2].points;
    assert!(back[0].x > back[back.len() - 1].x);
}

#[test]
fn an_edge_to_its_own_box_is_a_loop_beside_it() {
    let (_, drawing) = of_cards(2, &[(0, 0), (0, 1)]);
    assert!(drawing.routes[0].points.len() > 2);
    assert!(drawing.routes[0].points.iter().all(|p| p.x >= 200.0 && p.x < 264.0));
}

#[test]
fn an_edge_without_its_box_has_no_route() {
    let graph = Graph { boxes: vec![card("a", 10.0, 10.0)], edges: vec![edge(0, 7), edge(9, 0)] };
    check(&graph, &drawn(&graph, Direction::LeftToRight, None), Direction::LeftToRight);
}

#[test]
fn graphs_that_can_be_drawn_without_crossings_are() {
    let tree: Vec<(usize, usize)> = (1..40).map(|node| ((node - 1) / 3, node)).collect();
    // Rungs between two chains, listed so that input order is of no help.
    let ladder: Vec<(usize, usize)> = (0..9).flat_map(|k| [(k, k + 1), (19 - k, 18 - k), (k, 18 - k)]).collect();
    let diamonds: Vec<(usize, usize)> = (0..8)
        .flat_map(|k| [(3 * k, 3 * k + 2), (3 * k, 3 * k + 1), (3 * k + 1, 3 * k + 3), (3 * k + 2, 3 * k + 3)])
        .collect();
    for (n, edges) in [(40, tree), (20, ladder), (25, diamonds)] {
        let (graph, drawing) = of_cards(n, &edges);
        assert_eq!(geometry::crossings(&drawing, &graph.edges, Direction::LeftToRight), 0);
    }
}

#[test]
fn parts_that_are_not_connected_stand_in_input_order() {
    let (_, drawing) = of_cards(6, &[(0, 1), (2, 3), (4, 5)]);
    let [a, b, c] = [0, 2, 4].map(|node| drawing.boxes[node].y);
    assert!(a < b && b < c);
}

#[test]
fn a_thousand_boxes_without_edges_do_not_make_a_tower() {
    let (_, drawing) = of_cards(1000, &[]);
    assert!(drawing.size.height < 2.0 * drawing.size.width);
    assert!(drawing.size.width < 3.0 * drawing.size.height);
}

#[test]
fn a_thousand_stages_that_all_copy_from_the_first_are_drawn() {
    let chain = (1..1000).map(|node| (node - 1, node));
    let copies = (2..1000).map(|node| (0, node));
    let (_, drawing) = of_cards(1000, &chain.chain(copies).collect::<Vec<_>>());
    assert!(drawing.routes.iter().all(|route| route.points.len() >= 2));
}

#[test]
fn top_to_bottom_is_left_to_right_turned_over() {
    let graph = stages(&mut Numbers(5), 14);
    let mut turned = graph.clone();
    for spec in &mut turned.boxes {
        std::mem::swap(&mut spec.width, &mut spec.height);
    }
    let across = drawn(&graph, Direction::LeftToRight, None);
    let down = drawn(&turned, Direction::TopToBottom, None);
    for (a, b) in across.boxes.iter().zip(&down.boxes) {
        assert_eq!((a.x, a.y), (b.y, b.x));
    }
    for (a, b) in across.routes.iter().zip(&down.routes) {
        let turned: Vec<Point> = b.points.iter().map(|p| Point { x: p.y, y: p.x }).collect();
        assert_eq!(a.points, turned);
    }
}

#[test]
fn every_graph_is_drawn_without_overlaps_and_twice_the_same() {
    let mut numbers = Numbers(1);
    for round in 0..240 {
        let n = 1 + numbers.below(if round % 40 == 0 { 90 } else { 16 });
        let graph = if round % 2 == 0 { stages(&mut numbers, n) } else { anything(&mut numbers, n) };
        let direction = BOTH[round / 2 % 2];
        let drawing = drawn(&graph, direction, None);
        check(&graph, &drawing, direction);
        assert_eq!(drawing, drawn(&graph, direction, None));
    }
}

#[test]
fn any_order_may_be_handed_on() {
    let mut numbers = Numbers(2);
    let mut order = Order::default();
    for round in 0..160 {
        let n = 1 + numbers.below(14);
        let graph = if round % 3 == 0 { anything(&mut numbers, n) } else { stages(&mut numbers, n) };
        let direction = BOTH[round % 2];
        let drawing = drawn(&graph, direction, Some(&order));
        check(&graph, &drawing, direction);
        assert_eq!(drawing, drawn(&graph, direction, Some(&order)));
        order = drawing.order;
    }
}

#[test]
fn a_drawing_handed_its_own_order_stays_as_it_is() {
    let mut numbers = Numbers(3);
    for _ in 0..60 {
        let n = 2 + numbers.below(20);
        let graph = stages(&mut numbers, n);
        let first = drawn(&graph, Direction::LeftToRight, None);
        let second = drawn(&graph, Direction::LeftToRight, Some(&first.order));
        assert_eq!(first, second);
    }
}

/// Pairs of boxes of which one was before the other along an axis and is now
/// after it, and all pairs: along, then across.
fn flips(before: &Drawing, after: &Drawing) -> [usize; 3] {
    let mut count = [0; 3];
    let side = |a: f32, b: f32| a.total_cmp(&b) as i32;
    for a in 0..before.boxes.len() {
        for b in 0..a {
            let pair = |d: &Drawing| (d.boxes[a], d.boxes[b]);
            let ((p, q), (r, s)) = (pair(before), pair(after));
            count[0] += usize::from(side(p.x, q.x) * side(r.x, s.x) < 0);
            count[1] += usize::from(side(middle(&p), middle(&q)) * side(middle(&r), middle(&s)) < 0);
            count[2] += 1;
        }
    }
    count
}

#[test]
fn an_edge_more_or_less_flips_at_most_two_pairs_of_boxes_in_a_hundred() {
    let mut numbers = Numbers(4);
    let mut sum = [0; 3];
    for _ in 0..24 {
        let n = 8 + numbers.below(12);
        let graph = stages(&mut numbers, n);
        let before = drawn(&graph, Direction::LeftToRight, None);
        let mut edits: Vec<Vec<EdgeSpec>> = Vec::new();
        for at in 0..graph.edges.len() {
            let mut fewer = graph.edges.clone();
            fewer.remove(at);
            edits.push(fewer);
            let to = 1 + numbers.below(n - 1);
            let mut more = graph.edges.clone();
            more.push(edge(numbers.below(to), to));
            edits.push(more);
        }
        for edges in edits {
            let edited = Graph { boxes: graph.boxes.clone(), edges };
            let after = drawn(&edited, Direction::LeftToRight, Some(&before.order));
            check(&edited, &after, Direction::LeftToRight);
            for (total, new) in sum.iter_mut().zip(flips(&before, &after)) {
                *total += new;
            }
        }
    }
    let [along, across, pairs] = sum;
    assert!(along * 50 <= pairs, "{along} of {pairs} pairs flipped along the flow");
    assert!(across * 50 <= pairs, "{across} of {pairs} pairs flipped across the flow");
}

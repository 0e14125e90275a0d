//! Measures a drawing as it is seen: crossings of the drawn curves, edges that
//! cut through a foreign box, boxes that overlap. Knows nothing of how it was
//! made. `tests/graphviz/compare.mjs` counts by the same rules.

use stagewright::layout::{Direction, Drawing, EdgeSpec, Piece, Point, Rect, Route};

/// Near a box that two edges share, they may touch: crossings there do not count.
pub(crate) const NEAR_SHARED_BOX: f64 = 12.0;

/// Straight pieces that a curve is sampled with.
pub(crate) const SAMPLES: usize = 16;

pub(crate) type Line = Vec<(f64, f64)>;

/// The route as a polyline.
pub(crate) fn sampled(route: &Route, direction: Direction) -> Line {
    let Some(&first) = route.points.first() else {
        return Vec::new();
    };
    let spot = |p: Point| (f64::from(p.x), f64::from(p.y));
    let mut line = vec![spot(first)];
    for piece in route.pieces(direction) {
        let start = line[line.len() - 1];
        match piece {
            Piece::Line(end) => line.push(spot(end)),
            Piece::Curve(a, b, end) => {
                let (a, b, end) = (spot(a), spot(b), spot(end));
                for step in 1..=SAMPLES {
                    let t = step as f64 / SAMPLES as f64;
                    let u = 1.0 - t;
                    let mix = |p: f64, q: f64, r: f64, s: f64| {
                        u * u * u * p + 3.0 * u * u * t * q + 3.0 * u * t * t * r + t * t * t * s
                    };
                    line.push((mix(start.0, a.0, b.0, end.0), mix(start.1, a.1, b.1, end.1)));
                }
            }
        }
    }
    line
}

/// Pairs of places where two edges cross.
pub(crate) fn crossings(drawing: &Drawing, edges: &[EdgeSpec], direction: Direction) -> usize {
    let lines: Vec<Line> =
        drawing.routes.iter().enumerate().map(|(index, route)| nudged(sampled(route, direction), index)).collect();
    let extents: Vec<_> = lines.iter().map(|line| extent(line)).collect();
    let mut count = 0;
    for a in 0..lines.len() {
        for b in a + 1..lines.len() {
            if !meet(extents[a], extents[b]) {
                continue;
            }
            let (p, q) = (&edges[a], &edges[b]);
            let shared: Vec<Rect> = [p.from, p.to]
                .into_iter()
                .filter(|node| *node == q.from || *node == q.to)
                .map(|node| drawing.boxes[node])
                .collect();
            count += crossings_of(&lines[a], &lines[b], &shared);
        }
    }
    count
}

/// Edges and boxes such that the edge runs through the box without ending there.
pub(crate) fn box_hits(drawing: &Drawing, edges: &[EdgeSpec], direction: Direction) -> Vec<(usize, usize)> {
    let mut hits = Vec::new();
    for (edge, route) in drawing.routes.iter().enumerate() {
        let line = sampled(route, direction);
        for (node, rect) in drawing.boxes.iter().enumerate() {
            let foreign = edges[edge].from != node && edges[edge].to != node;
            if foreign && line.windows(2).any(|piece| enters(piece[0], piece[1], rect)) {
                hits.push((edge, node));
            }
        }
    }
    hits
}

/// Pairs of boxes that overlap.
pub(crate) fn overlaps(drawing: &Drawing) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..drawing.boxes.len()).collect();
    order.sort_by(|a, b| drawing.boxes[*a].x.total_cmp(&drawing.boxes[*b].x));
    let mut overlaps = Vec::new();
    for (at, &a) in order.iter().enumerate() {
        let p = &drawing.boxes[a];
        for &b in &order[at + 1..] {
            let q = &drawing.boxes[b];
            if q.x >= p.x + p.width {
                break;
            }
            if p.y < q.y + q.height && q.y < p.y + p.height {
                overlaps.push((a, b));
            }
        }
    }
    overlaps
}

/// Moves a line by less than is seen, so that no bend of one lies on another.
fn nudged(line: Line, index: usize) -> Line {
    let part = |by: f64| (index as f64 * by).fract() * 1e-3;
    let (dx, dy) = (part(0.618_033_988_7), part(0.754_877_666_2));
    line.into_iter().map(|(x, y)| (x + dx, y + dy)).collect()
}

fn extent(line: &[(f64, f64)]) -> [f64; 4] {
    let start = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    line.iter().fold(start, |e, p| [e[0].min(p.0), e[1].min(p.1), e[2].max(p.0), e[3].max(p.1)])
}

fn meet(a: [f64; 4], b: [f64; 4]) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

fn crossings_of(a: &Line, b: &Line, shared: &[Rect]) -> usize {
    let mut count = 0;
    for p in a.windows(2) {
        let piece = extent(p);
        for q in b.windows(2) {
            if !meet(piece, extent(q)) {
                continue;
            }
            if let Some(at) = crossing(p[0], p[1], q[0], q[1])
                && !shared.iter().any(|rect| distance(at, rect) < NEAR_SHARED_BOX)
            {
                count += 1;
            }
        }
    }
    count
}

fn crossing(a: (f64, f64), b: (f64, f64), c: (f64, f64), d: (f64, f64)) -> Option<(f64, f64)> {
    let side = |p: (f64, f64), q: (f64, f64), r: (f64, f64)| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    let (c_side, d_side) = (side(a, b, c), side(a, b, d));
    let (a_side, b_side) = (side(c, d, a), side(c, d, b));
    if c_side * d_side >= 0.0 || a_side * b_side >= 0.0 {
        return None;
    }
    let t = a_side / (a_side - b_side);
    Some((a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)))
}

fn distance(p: (f64, f64), rect: &Rect) -> f64 {
    let outside = |at: f64, start: f32, length: f32| {
        let (start, end) = (f64::from(start), f64::from(start + length));
        (start - at).max(at - end).max(0.0)
    };
    let (dx, dy) = (outside(p.0, rect.x, rect.width), outside(p.1, rect.y, rect.height));
    (dx * dx + dy * dy).sqrt()
}

/// Whether a straight piece has a part inside a box, its border apart.
fn enters(a: (f64, f64), b: (f64, f64), rect: &Rect) -> bool {
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    let bounds = [(a.0, b.0, rect.x, rect.width), (a.1, b.1, rect.y, rect.height)];
    for (start, end, low, length) in bounds {
        let low = f64::from(low) + 0.01;
        let high = low + f64::from(length) - 0.02;
        let step = end - start;
        if step == 0.0 {
            if start <= low || start >= high {
                return false;
            }
            continue;
        }
        let (p, q) = ((low - start) / step, (high - start) / step);
        from = from.max(p.min(q));
        to = to.min(p.max(q));
    }
    from < to
}

//! Where on the sides of the boxes the links begin and end. Fixed ports stay;
//! free ends are spread in the order of their other ends, so that they do not
//! cross, with the heaviest in the middle, so that a chain is a straight line.

use super::arrangement::Arrangement;
use super::layered::Course;
use super::sheet::Sheet;
use crate::sorting::sort_by_key;

/// Offsets across the flow from the top of the vertex.
#[derive(Debug)]
pub(super) struct Ends {
    /// By segment: at the vertex it leaves, and at the one it enters.
    pub(super) from: Vec<i64>,
    pub(super) to: Vec<i64>,
    /// By link, for those that run around the outside.
    pub(super) lanes: Vec<Option<Lane>>,
}

/// A link that runs around the outside: above or below everything.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lane {
    pub(super) above: bool,
    pub(super) from: i64,
    pub(super) to: i64,
}

/// One end on the side of a box.
struct End {
    /// Free ends stand in this order.
    key: (i64, i64),
    what: What,
    port: Option<i64>,
    weight: i64,
}

#[derive(Clone, Copy)]
enum What {
    Segment(usize),
    Lane(usize),
}

/// Places all ends, given the order of the vertices.
pub(super) fn spread(sheet: &Sheet, arrangement: &Arrangement<'_>) -> Ends {
    let layered = arrangement.layered;
    let mut ends = Ends {
        from: vec![0; layered.segments.len()],
        to: vec![0; layered.segments.len()],
        lanes: lanes(sheet, arrangement),
    };
    let mut leaving: Vec<Vec<End>> = sheet.cards.iter().map(|_| Vec::new()).collect();
    let mut entering: Vec<Vec<End>> = sheet.cards.iter().map(|_| Vec::new()).collect();
    for (index, segment) in layered.segments.iter().enumerate() {
        let weight = sheet.links[segment.link].weight;
        let what = What::Segment(index);
        let tie = segment.link as i64;
        if layered.is_box(segment.from) {
            let key = (arrangement.end_slot(index) as i64, tie);
            leaving[segment.from].push(End { key, what, port: segment.from_port, weight });
        }
        if layered.is_box(segment.to) {
            let key = (arrangement.start_slot(index) as i64, tie);
            entering[segment.to].push(End { key, what, port: segment.to_port, weight });
        }
    }
    for (index, link) in sheet.links.iter().enumerate() {
        let Some(lane) = ends.lanes[index] else {
            continue;
        };
        let span = layered.vertices[link.head].rank - layered.vertices[link.tail].rank;
        let key = if lane.above { (-1, -(span as i64)) } else { (i64::MAX, span as i64) };
        let (what, weight) = (What::Lane(index), 0);
        leaving[link.tail].push(End { key, what, port: link.tail_port, weight });
        entering[link.head].push(End { key, what, port: link.head_port, weight });
    }
    for (node, card) in sheet.cards.iter().enumerate() {
        for (what, at) in along_side(card.across, sheet.edge_gap, &mut leaving[node]) {
            match what {
                What::Segment(s) => ends.from[s] = at,
                What::Lane(l) => ends.lanes[l].iter_mut().for_each(|lane| lane.from = at),
            }
        }
        for (what, at) in along_side(card.across, sheet.edge_gap, &mut entering[node]) {
            match what {
                What::Segment(s) => ends.to[s] = at,
                What::Lane(l) => ends.lanes[l].iter_mut().for_each(|lane| lane.to = at),
            }
        }
    }
    ends
}

/// The links without a chain go above or below, whichever their boxes are nearer to.
fn lanes(sheet: &Sheet, arrangement: &Arrangement<'_>) -> Vec<Option<Lane>> {
    let layered = arrangement.layered;
    let below_middle = |vertex: usize| {
        let rank = &arrangement.ranks[layered.vertices[vertex].rank];
        2 * arrangement.index[vertex] as i64 + 1 - rank.len() as i64
    };
    let of_link = |(index, course): (usize, &Course)| match course {
        Course::Chain { .. } => None,
        Course::Lane => {
            let link = sheet.links[index];
            let above = below_middle(link.tail) + below_middle(link.head) <= 0;
            Some(Lane { above, from: 0, to: 0 })
        }
    };
    layered.courses.iter().enumerate().map(of_link).collect()
}

/// Places the ends on a side of length `across`, `gap` apart where there is room.
fn along_side(across: i64, gap: i64, ends: &mut [End]) -> Vec<(What, i64)> {
    sort_by_key(ends, |end| end.key);
    let free: Vec<&End> = ends.iter().filter(|end| end.port.is_none()).collect();
    let last = free.len().saturating_sub(1) as i64;
    // Twice the index of the end that goes to the middle.
    let heaviest = free.iter().map(|end| end.weight).max().unwrap_or(0);
    let mut heavy = free.iter().enumerate().filter(|(_, end)| end.weight == heaviest);
    let twice_middle = match (heavy.next(), heavy.next()) {
        (Some((only, _)), None) => 2 * only as i64,
        _ => last,
    };
    let margin = (across / 6).min(2 * gap);
    let most = twice_middle.max(2 * last - twice_middle).max(1);
    let step = gap.min((across - 2 * margin) / most);
    let mut placed: Vec<(What, i64)> = free
        .iter()
        .enumerate()
        .map(|(index, end)| (end.what, across / 2 + (2 * index as i64 - twice_middle) * step / 2))
        .collect();
    placed.extend(ends.iter().filter_map(|end| end.port.map(|port| (end.what, port))));
    placed
}

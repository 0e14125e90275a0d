//! What a drawing remembers for the next one: where each box and bend stood, by
//! the caller's keys, so that an edit of the file moves little of the picture.

use std::rc::Rc;

use crate::lookup::Lookup;

use super::layered::{Course, Layered};
use super::route::Plan;
use super::sheet::{Link, Sheet};
use super::{BoxSpec, EdgeSpec};

/// The order of a drawing, to be handed to the next one. Opaque: it only promises
/// that [`draw`](super::draw) understands it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    boxes: Lookup<Identity, Place>,
    links: Rc<Links>,
    /// The links of the last drawing that was set anew.
    tidy: Rc<Links>,
}

/// Where the bends of each link stood.
type Links = Lookup<Name, Vec<Place>>;

/// The key of a box, and which of those with this key it is.
type Identity = (String, usize);

/// The ends of a link, and which of the links between them it is.
type Name = (Identity, Identity, usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    rank: usize,
    middle: i64,
}

/// What of an [`Order`] concerns the present graph.
#[derive(Debug)]
pub(super) struct Memory<'a> {
    order: &'a Order,
    boxes: Vec<Option<Place>>,
}

impl Order {
    /// What this remembers of the boxes; `None` when it knows fewer than half of
    /// them, and a fresh drawing is as good.
    pub(super) fn recall(&self, boxes: &[BoxSpec]) -> Option<Memory<'_>> {
        let known: Vec<_> = identities(boxes).iter().map(|identity| self.boxes.get(identity).copied()).collect();
        let count = known.iter().flatten().count();
        (count > 0 && 2 * count >= boxes.len()).then_some(Memory { order: self, boxes: known })
    }

    /// Links that there are more or fewer than in the last drawing that was set anew.
    pub(super) fn changes(&self) -> usize {
        let common = self.links.keys().filter(|name| self.tidy.get(*name).is_some()).count();
        self.links.len() + self.tidy.len() - 2 * common
    }

    /// Remembers the middle of every vertex of a drawing that keeps close to what `memory` recalls, or is set anew.
    pub(super) fn new(plan: &Plan<'_>, boxes: &[BoxSpec], edges: &[EdgeSpec], memory: Option<&Memory<'_>>) -> Self {
        let Plan { sheet, arrangement, top, .. } = *plan;
        let layered = arrangement.layered;
        let place = |vertex: usize| Place {
            rank: layered.vertices[vertex].rank,
            middle: top[vertex] + layered.vertices[vertex].across / 2,
        };
        let mut known = Lookup::default();
        for (index, identity) in identities(boxes).into_iter().enumerate() {
            known.insert(identity, place(index));
        }
        let mut links = Lookup::default();
        for (course, name) in layered.courses.iter().zip(names(boxes, edges, sheet)) {
            let bends = match *course {
                Course::Chain { first_bend, bends, .. } => first_bend..first_bend + bends,
                _ => 0..0,
            };
            links.insert(name, bends.map(place).collect());
        }
        let links = Rc::new(links);
        Self { boxes: known, tidy: memory.map_or(&links, |memory| &memory.order.tidy).clone(), links }
    }
}

impl Memory<'_> {
    /// The rank of each box.
    pub(super) fn ranks(&self) -> Vec<Option<usize>> {
        self.boxes.iter().map(|place| place.map(|p| p.rank)).collect()
    }

    /// The middle of each vertex.
    pub(super) fn middles(
        &self,
        boxes: &[BoxSpec],
        edges: &[EdgeSpec],
        sheet: &Sheet,
        layered: &Layered,
    ) -> Vec<Option<i64>> {
        let mut middles: Vec<Option<i64>> = self.boxes.iter().map(|place| place.map(|p| p.middle)).collect();
        middles.resize(layered.vertices.len(), None);
        for (course, name) in layered.courses.iter().zip(names(boxes, edges, sheet)) {
            let Course::Chain { first_bend, bends, .. } = *course else {
                continue;
            };
            let Some(places) = self.order.links.get(&name) else {
                continue;
            };
            let chain = first_bend..first_bend + bends;
            for (middle, vertex) in middles[chain.clone()].iter_mut().zip(&layered.vertices[chain]) {
                *middle = places.iter().find(|p| p.rank == vertex.rank).map(|p| p.middle);
            }
        }
        middles
    }
}

/// What the boxes are remembered by.
fn identities(boxes: &[BoxSpec]) -> Vec<Identity> {
    let mut count: Lookup<String, usize> = Lookup::default();
    let identity = |spec: &BoxSpec| {
        let nth = count.or_insert(spec.key.clone(), 0);
        *nth += 1;
        (spec.key.clone(), *nth)
    };
    boxes.iter().map(identity).collect()
}

/// What the links are remembered by.
fn names(boxes: &[BoxSpec], edges: &[EdgeSpec], sheet: &Sheet) -> Vec<Name> {
    let boxes = identities(boxes);
    let mut count: Lookup<(usize, usize), usize> = Lookup::default();
    let name = |link: &Link| {
        let edge = &edges[link.edge];
        let nth = count.or_insert((edge.from, edge.to), 0);
        *nth += 1;
        (boxes[edge.from].clone(), boxes[edge.to].clone(), *nth)
    };
    sheet.links.iter().map(name).collect()
}

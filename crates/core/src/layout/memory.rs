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
    /// By which name the order knows each box; `None` for those that are new.
    boxes: Vec<Option<&'a Identity>>,
}

impl Order {
    /// What this remembers of the boxes; `None` when it knows fewer than half of
    /// them, and a fresh drawing is as good.
    pub(super) fn recall(&self, boxes: &[BoxSpec]) -> Option<Memory<'_>> {
        let known = self.known(&identities(boxes));
        let count = known.iter().flatten().count();
        (count > 0 && 2 * count >= boxes.len()).then_some(Memory { order: self, boxes: known })
    }

    /// The key that each box had in the drawing, which is another one where it was renamed since; `None` for those that
    /// are new.
    #[must_use]
    pub fn keys_before(&self, boxes: &[BoxSpec]) -> Vec<Option<&str>> {
        self.known(&identities(boxes)).into_iter().map(|name| name.map(|(key, _)| key.as_str())).collect()
    }

    /// The remembered box that each box is: the one of its name, or, where as many boxes came as went between two that
    /// stayed, the one in its place, which got another name.
    fn known(&self, boxes: &[Identity]) -> Vec<Option<&Identity>> {
        let mut now: Lookup<&Identity, usize> = Lookup::default();
        for (index, identity) in boxes.iter().enumerate() {
            now.insert(identity, index);
        }
        let mut known: Vec<Option<&Identity>> = vec![None; boxes.len()];
        let mut gone = Vec::new();
        let mut next = 0;
        for name in self.boxes.keys() {
            let Some(&index) = now.get(&name) else {
                gone.push(name);
                continue;
            };
            known[index] = Some(name);
            renamed(&mut known, next..index, &gone);
            gone.clear();
            next = index + 1;
        }
        renamed(&mut known, next..boxes.len(), &gone);
        known
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
        let identities = identities(boxes);
        let mut links = Lookup::default();
        for (course, name) in layered.courses.iter().zip(names(&identities, edges, sheet)) {
            let bends = match *course {
                Course::Chain { first_bend, bends, .. } => first_bend..first_bend + bends,
                _ => 0..0,
            };
            links.insert(name, bends.map(place).collect());
        }
        let mut known = Lookup::default();
        for (index, identity) in identities.into_iter().enumerate() {
            known.insert(identity, place(index));
        }
        let links = Rc::new(links);
        Self { boxes: known, tidy: memory.map_or(&links, |memory| &memory.order.tidy).clone(), links }
    }
}

impl Memory<'_> {
    fn places(&self) -> impl Iterator<Item = Option<Place>> {
        self.boxes.iter().map(|name| name.and_then(|name| self.order.boxes.get(name)).copied())
    }

    /// The rank of each box.
    pub(super) fn ranks(&self) -> Vec<Option<usize>> {
        self.places().map(|place| place.map(|p| p.rank)).collect()
    }

    /// The middle of each vertex.
    pub(super) fn middles(
        &self,
        boxes: &[BoxSpec],
        edges: &[EdgeSpec],
        sheet: &Sheet,
        layered: &Layered,
    ) -> Vec<Option<i64>> {
        let mut middles: Vec<Option<i64>> = self.places().map(|place| place.map(|p| p.middle)).collect();
        middles.resize(layered.vertices.len(), None);
        let mut identities = identities(boxes);
        for (identity, known) in identities.iter_mut().zip(&self.boxes) {
            if let Some(known) = known {
                identity.clone_from(known);
            }
        }
        for (course, name) in layered.courses.iter().zip(names(&identities, edges, sheet)) {
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
fn names(boxes: &[Identity], edges: &[EdgeSpec], sheet: &Sheet) -> Vec<Name> {
    let mut count: Lookup<(usize, usize), usize> = Lookup::default();
    let name = |link: &Link| {
        let edge = &edges[link.edge];
        let nth = count.or_insert((edge.from, edge.to), 0);
        *nth += 1;
        (boxes[edge.from].clone(), boxes[edge.to].clone(), *nth)
    };
    sheet.links.iter().map(name).collect()
}

/// Gives the boxes of a range that are new the names of those that are gone, if there are as many.
fn renamed<'a>(known: &mut [Option<&'a Identity>], range: std::ops::Range<usize>, gone: &[&'a Identity]) {
    let Some(known) = known.get_mut(range) else { return };
    if known.iter().filter(|name| name.is_none()).count() == gone.len() {
        for (name, &gone) in known.iter_mut().filter(|name| name.is_none()).zip(gone) {
            *name = Some(gone);
        }
    }
}

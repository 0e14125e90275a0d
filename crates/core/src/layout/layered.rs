//! The graph cut at the ranks: every link becomes a chain of segments between
//! neighbouring ranks, held together by bends in the ranks it passes. Links that
//! would need more bends than time allows are left out; `route` leads them
//! around the outside.

use super::rank::Ranks;
use super::sheet::Sheet;
use crate::sorting::sort;

/// Bends in all that are worth their time.
const MOST_BENDS: usize = 5_000;

/// A box or a bend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vertex {
    pub(super) rank: usize,
    /// Extent across the flow; 0 for a bend.
    pub(super) across: i64,
    pub(super) part: usize,
    /// The link a bend belongs to.
    pub(super) bend_of: Option<usize>,
}

/// The piece of a link between a rank and the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) link: usize,
    /// Ports fixed by the caller, across, from the top of the box.
    pub(super) from_port: Option<i64>,
    pub(super) to_port: Option<i64>,
}

/// Where a link went.
#[derive(Clone, Copy, Debug)]
pub(super) enum Course {
    /// Through the ranks: its segments and bends stand one after the other.
    Chain { first_segment: usize, first_bend: usize, bends: usize },
    /// Around the outside.
    Lane,
}

/// Vertices (the boxes first, in input order) and the segments between them.
#[derive(Debug)]
pub(super) struct Layered {
    pub(super) vertices: Vec<Vertex>,
    pub(super) segments: Vec<Segment>,
    pub(super) courses: Vec<Course>,
    /// Vertices by rank; the order in which they stand is `order`'s to decide.
    pub(super) ranks: Vec<Vec<usize>>,
    /// Segments that leave each vertex, and those that enter it.
    pub(super) leaving: Groups,
    pub(super) entering: Groups,
}

/// Lists of numbers, one behind the other: those of `n` are `groups[n]`.
#[derive(Debug)]
pub(super) struct Groups {
    first: Vec<usize>,
    members: Vec<usize>,
}

impl Groups {
    /// The numbers from 0, each in the list that `group_of` tells.
    pub(super) fn new(n_groups: usize, group_of: impl ExactSizeIterator<Item = usize> + Clone) -> Self {
        let mut members = vec![0; group_of.len()];
        let mut first = vec![0; n_groups + 2];
        group_of.clone().for_each(|group| first[group + 2] += 1);
        for group in 2..first.len() {
            first[group] += first[group - 1];
        }
        for (number, group) in group_of.enumerate() {
            members[first[group + 1]] = number;
            first[group + 1] += 1;
        }
        Self { first, members }
    }
}

impl std::ops::Index<usize> for Groups {
    type Output = [usize];

    #[inline]
    fn index(&self, group: usize) -> &[usize] {
        &self.members[self.first[group]..self.first[group + 1]]
    }
}

impl Layered {
    pub(super) fn new(sheet: &Sheet, ranks: &Ranks) -> Self {
        let longest = longest_chain(sheet, ranks);
        let mut vertices: Vec<Vertex> = sheet
            .cards
            .iter()
            .enumerate()
            .map(|(node, card)| Vertex {
                rank: ranks.of[node],
                across: card.across,
                part: ranks.part[node],
                bend_of: None,
            })
            .collect();
        let mut segments = Vec::with_capacity(sheet.links.len());
        let mut courses = Vec::with_capacity(sheet.links.len());
        for (index, link) in sheet.links.iter().enumerate() {
            let (start, end) = (ranks.of[link.tail], ranks.of[link.head]);
            let bends = end - start - 1;
            if bends > longest {
                courses.push(Course::Lane);
                continue;
            }
            let (first_segment, first_bend) = (segments.len(), vertices.len());
            courses.push(Course::Chain { first_segment, first_bend, bends });
            let mut from = link.tail;
            for rank in start + 1..=end {
                let to = if rank == end {
                    link.head
                } else {
                    vertices.push(Vertex { rank, across: 0, part: ranks.part[link.tail], bend_of: Some(index) });
                    vertices.len() - 1
                };
                segments.push(Segment {
                    from,
                    to,
                    link: index,
                    from_port: if from == link.tail { link.tail_port } else { None },
                    to_port: if to == link.head { link.head_port } else { None },
                });
                from = to;
            }
        }
        Self::connect(vertices, segments, courses)
    }

    fn connect(vertices: Vec<Vertex>, segments: Vec<Segment>, courses: Vec<Course>) -> Self {
        let count = vertices.iter().map(|vertex| vertex.rank + 1).max().unwrap_or(0);
        let mut ranks = vec![Vec::new(); count];
        for (index, vertex) in vertices.iter().enumerate() {
            ranks[vertex.rank].push(index);
        }
        let leaving = Groups::new(vertices.len(), segments.iter().map(|segment| segment.from));
        let entering = Groups::new(vertices.len(), segments.iter().map(|segment| segment.to));
        Self { vertices, segments, courses, ranks, leaving, entering }
    }

    pub(super) fn is_box(&self, vertex: usize) -> bool {
        self.vertices[vertex].bend_of.is_none()
    }
}

/// The most bends that a link may have so that all together stay affordable.
fn longest_chain(sheet: &Sheet, ranks: &Ranks) -> usize {
    let mut bends: Vec<usize> = sheet.links.iter().map(|link| ranks.of[link.head] - ranks.of[link.tail] - 1).collect();
    sort(&mut bends);
    let mut sum = 0;
    for (index, &count) in bends.iter().enumerate() {
        sum += count;
        if sum > MOST_BENDS {
            // All links as long as this one go, or none: equal links look alike.
            let shorter = bends[..index].iter().rev().find(|&&other| other < count);
            return shorter.copied().unwrap_or(0);
        }
    }
    usize::MAX
}

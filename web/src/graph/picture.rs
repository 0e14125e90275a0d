//! What the graph draws: cards with their places, edges with their ways, and the words for them.

use std::collections::BTreeSet;
use std::rc::Rc;

use stagewright::graph::EdgeKind;
use stagewright::layout::cards::{self, Card, Cards, Link};
use stagewright::layout::{Direction, Drawing, Order, Spacing, draw};
use yew::prelude::*;

use crate::analysis::Answer;
use crate::controls::target::build_action;
use crate::explain;
use crate::graph::edge::EdgeProps;
use crate::links::Lit;
use crate::state::Action;
use crate::strings;

/// In the order of the legend.
const KINDS: [EdgeKind; 4] = [EdgeKind::From, EdgeKind::Copy, EdgeKind::Mount, EdgeKind::Onbuild];

/// A drawn graph. Equal only to itself.
#[derive(Debug)]
pub struct Picture {
    /// What is drawn.
    pub layout: Cards,
    /// The cards, to be handed on.
    pub cards: Vec<Rc<Card>>,
    /// What a screen reader says of each card after what is written on it.
    pub descriptions: Vec<AttrValue>,
    /// What makes each card the target.
    pub builds: Vec<Option<Action>>,
    /// What a screen reader says of the whole.
    pub name: AttrValue,
    /// Where everything is.
    pub drawing: Drawing,
    /// Which way it flows.
    pub direction: Direction,
    /// The card of the target.
    pub target: Option<usize>,
    /// The kinds of edges that there are.
    pub kinds: Vec<EdgeKind>,
    /// Whether some card reads the build context.
    pub reads_context: bool,
    /// Whether all cards that can be opened are.
    pub all_open: bool,
    /// Counts the files, edits apart.
    pub file: u32,
}

/// The target that an action asks for.
const fn target(action: &Option<Action>) -> Option<&Option<String>> {
    match action {
        Some(Action::Target(target)) => Some(target),
        _ => None,
    }
}

impl PartialEq for Picture {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Picture {
    /// What is to be drawn of an analysis; [`place`](Self::place) draws it.
    #[must_use]
    pub fn of(answer: &Answer, open: &BTreeSet<String>, direction: Direction, file: u32) -> Self {
        let analysis = &answer.analysis;
        let layout = cards::cards(&analysis.graph, &analysis.resolved, open, direction);
        let n_stages = analysis.resolved.stages.len();
        let target = analysis.target().and_then(|id| layout.cards.iter().position(|card| card.stage == Some(id)));
        let mut openable = layout.cards.iter().filter(|card| card.can_open).peekable();
        Self {
            descriptions: layout.cards.iter().map(|it| explain::card_description(analysis, it).into()).collect(),
            builds: layout.cards.iter().map(|card| build_action(analysis, card.stage?)).collect(),
            name: strings::graph_name(n_stages, target.map(|target| layout.cards[target].title.as_str())).into(),
            cards: layout.cards.iter().cloned().map(Rc::new).collect(),
            drawing: Drawing::default(),
            direction,
            target,
            kinds: KINDS.into_iter().filter(|kind| layout.links.iter().any(|link| link.kind == *kind)).collect(),
            reads_context: layout.cards.iter().any(|card| card.reads_context),
            all_open: openable.peek().is_some() && openable.all(|card| !card.rows.is_empty()),
            file,
            layout,
        }
    }

    /// Gives everything its place. `previous` is the order of the last drawing, which keeps things there.
    #[must_use]
    pub fn place(mut self, previous: Option<&Order>) -> Self {
        let spacing = match self.direction {
            Direction::LeftToRight => Spacing { rank: 36.0, node: 18.0, edge: 12.0 },
            Direction::TopToBottom => Spacing { rank: 40.0, node: 18.0, edge: 12.0 },
        };
        self.drawing = draw(&self.layout.boxes, &self.layout.edges, self.direction, &spacing, previous);
        self
    }

    /// The keys of the cards that are open, given those that were: of a stage that has another name now, it is another.
    #[must_use]
    pub fn open_after(&self, before: &Order, open: &BTreeSet<String>) -> BTreeSet<String> {
        let mut now = open.clone();
        for (card, was) in self.cards.iter().zip(before.keys_before(&self.layout.boxes)) {
            if let Some(was) = was.filter(|was| *was != card.key)
                && now.remove(was)
            {
                now.insert(card.key.clone());
            }
        }
        now
    }

    /// Whether it says the same as `other`, whatever the places.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        // Boxes and edges follow from cards and links.
        self.cards == other.cards
            && self.layout.links == other.layout.links
            && self.descriptions == other.descriptions
            && self.builds.iter().map(target).eq(other.builds.iter().map(target))
    }

    /// The edges, each with what is lit. Those that the target needs are drawn last, over the others.
    pub fn edges(&self, lit: &Lit) -> Vec<(usize, EdgeProps<'_>)> {
        let is_lit = |link: &Link| {
            let on = |card: usize| lit.nodes.contains(&self.layout.cards[card].node);
            on(link.from) || on(link.to)
        };
        let mut order: Vec<usize> = (0..self.layout.links.len()).collect();
        stagewright::sorting::sort_by_key(&mut order, |&index| {
            (self.layout.links[index].needed, is_lit(&self.layout.links[index]))
        });
        order
            .into_iter()
            .map(|index| {
                let link = &self.layout.links[index];
                let props = EdgeProps {
                    from: &self.cards[link.from].label,
                    to: &self.cards[link.to].label,
                    kind: link.kind,
                    needed: link.needed,
                    lit: is_lit(link),
                    route: &self.drawing.routes[index],
                    direction: self.direction,
                };
                (index, props)
            })
            .collect()
    }
}

//! Walking through the graph by keyboard. Pure.

use stagewright::graph::EdgeKind;
use stagewright::layout::Direction;
use stagewright::layout::cards::Cards;

/// What a key does on a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Another card gets the focus.
    Go(usize),
    /// The card is explained.
    Select,
    /// The stage becomes the target.
    Build,
    /// The focus leaves the cards.
    Leave,
}

/// What `key` does on the card `at`; none for a key that is not ours.
///
/// Along the flow the arrows follow the edges: to what the card is made from, and to what is made from it.
/// Across, they go through the cards in the order of the file.
#[must_use]
pub fn command(key: &str, at: usize, cards: &Cards, direction: Direction) -> Option<Command> {
    let last = cards.cards.len().checked_sub(1)?;
    let across = direction == Direction::TopToBottom;
    let go = match (key, across) {
        ("Enter", _) => return Some(Command::Build),
        (" ", _) => return Some(Command::Select),
        ("Escape", _) => return Some(Command::Leave),
        ("Home", _) => Some(0),
        ("End", _) => Some(last),
        ("ArrowLeft", false) | ("ArrowUp", true) => source(at, cards),
        ("ArrowRight", false) | ("ArrowDown", true) => user(at, cards),
        ("ArrowUp", false) | ("ArrowLeft", true) => at.checked_sub(1),
        ("ArrowDown", false) | ("ArrowRight", true) => (at < last).then_some(at + 1),
        _ => return None,
    };
    // At an end the key is still ours: the page must not scroll instead.
    Some(Command::Go(go.unwrap_or(at)))
}

/// What a card is made from: its base, else the first thing that it uses.
fn source(at: usize, cards: &Cards) -> Option<usize> {
    let mut inputs = cards.links.iter().filter(|link| link.to == at);
    let base = inputs.clone().find(|link| link.kind == EdgeKind::From);
    base.or_else(|| inputs.next()).map(|link| link.from)
}

/// The first card in the file that uses a card.
fn user(at: usize, cards: &Cards) -> Option<usize> {
    cards.links.iter().filter(|link| link.from == at).map(|link| link.to).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use stagewright::{Request, analyze};
    use std::collections::BTreeSet;

    fn cards() -> Cards {
        let source = "FROM a AS base\nFROM base AS one\nFROM base AS two\nFROM scratch AS three\nCOPY --from=one / /\n";
        let analysis = analyze(&Request { source: source.into(), ..Request::default() });
        stagewright::layout::cards::cards(&analysis.graph, &analysis.resolved, &BTreeSet::new(), Direction::LeftToRight)
    }

    #[track_caller]
    fn check(key: &str, at: usize, direction: Direction, expected: Option<Command>) {
        assert_eq!(command(key, at, &cards(), direction), expected, "{key} on {at}");
    }

    #[test]
    fn arrows_follow_the_edges_along_the_flow() {
        let flow = Direction::LeftToRight;
        check("ArrowLeft", 1, flow, Some(Command::Go(0)));
        check("ArrowRight", 0, flow, Some(Command::Go(1)));
        check("ArrowLeft", 3, flow, Some(Command::Go(1)));
        check("ArrowLeft", 0, flow, Some(Command::Go(4)));
        check("ArrowUp", 1, Direction::TopToBottom, Some(Command::Go(0)));
    }

    #[test]
    fn arrows_follow_the_file_across_the_flow() {
        let flow = Direction::LeftToRight;
        check("ArrowDown", 1, flow, Some(Command::Go(2)));
        check("ArrowUp", 0, flow, Some(Command::Go(0)));
        check("ArrowDown", 4, flow, Some(Command::Go(4)));
        check("ArrowRight", 1, Direction::TopToBottom, Some(Command::Go(2)));
    }

    #[test]
    fn other_keys() {
        let flow = Direction::LeftToRight;
        check("Enter", 2, flow, Some(Command::Build));
        check(" ", 2, flow, Some(Command::Select));
        check("Escape", 2, flow, Some(Command::Leave));
        check("Home", 2, flow, Some(Command::Go(0)));
        check("End", 2, flow, Some(Command::Go(4)));
        check("Tab", 2, flow, None);
        check("x", 2, flow, None);
    }
}

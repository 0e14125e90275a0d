//! The cards of a stage graph: what stands on them, and where edges end.

use stagewright::layout::Direction;
use stagewright::layout::cards::*;
use stagewright::{Request, analyze};

fn cards_of(source: &str, open: &[&str]) -> Cards {
    let analysis = analyze(&Request { source: source.into(), ..Request::default() });
    let open = open.iter().map(|&key| key.to_owned()).collect();
    cards(&analysis.graph, &analysis.resolved, &open, Direction::LeftToRight)
}

const FILE: &str = "FROM golang AS build\nCOPY . /src\nRUN go build\n\nFROM build AS test\nRUN go test\n\n\
    FROM scratch\nCOPY --from=build /a /a\nCOPY --from=build /b /b\n";

#[test]
fn a_card_tells_name_base_state_and_steps() {
    let cards = cards_of(FILE, &[]);
    let lines: Vec<String> =
        cards.cards.iter().map(|card| format!("{} | {} | {}", card.title, card.base, card.summary())).collect();
    assert_eq!(
        lines,
        [
            "build |  | built \u{b7} 3 steps",
            "test |  | skipped \u{b7} 1 step",
            "stage-2 | from scratch | target \u{b7} 2 steps",
            "golang | image | built \u{b7} no steps",
        ]
    );
    assert!(cards.cards[0].reads_context && !cards.cards[2].reads_context);
}

#[test]
fn uses_that_look_alike_are_one_edge_until_the_card_is_opened() {
    let ends = |cards: &Cards| -> Vec<(usize, usize, usize, Option<f32>)> {
        let links = cards.links.iter().zip(&cards.edges);
        links.map(|(link, edge)| (link.from, link.to, link.edges.len(), edge.to_port)).collect()
    };
    assert_eq!(ends(&cards_of(FILE, &[])), [(3, 0, 1, None), (0, 1, 1, None), (0, 2, 2, None)]);
    let open = cards_of(FILE, &["stage-2"]);
    assert_eq!(ends(&open), [(3, 0, 1, None), (0, 1, 1, None), (0, 2, 1, Some(92.0)), (0, 2, 1, Some(116.0))]);
    assert_eq!(open.cards[2].height, 136.0);
    assert_eq!(open.cards[2].rows[1].text, "COPY --from=build /b /b");
}

#[test]
fn long_text_is_cut_to_the_widest_card() {
    let name = "a-very-long-name-of-a-stage-that-nobody-would-write".repeat(2);
    let card = &cards_of(&format!("FROM alpine AS {name}\n"), &[]).cards[0];
    assert!(card.title.ends_with('\u{2026}') && card.width <= metrics::WIDE);
    assert_eq!(card.label, name);
}

#[test]
fn stages_of_the_same_name_have_keys_of_their_own() {
    let cards = cards_of("FROM a AS x\nFROM b AS x\n", &[]);
    let keys: Vec<&str> = cards.cards.iter().take(2).map(|card| card.key.as_str()).collect();
    assert_eq!(keys, ["x", "x#2"]);
}

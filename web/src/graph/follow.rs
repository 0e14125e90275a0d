//! Where the graph looks while the build is told step by step and not all of it can be seen: at the cards that are told
//! of, where they are not in sight anyhow. Pure.

use stagewright::layout::Rect;
use stagewright::resolve::StageId;

use crate::graph::picture::Picture;
use crate::graph::pointer::Look;
use crate::graph::viewport;

/// Looks at the cards of these stages, unless all of them are in sight already.
pub fn follow(look: &mut Look, picture: &Picture, stages: &[StageId]) {
    if stages.is_empty() {
        return;
    }
    let cards = cards_of(picture, stages);
    let seen = viewport::frame(look.drawing, look.room, look.view, look.need).view_box;
    if has(picture, &cards, seen) {
        return;
    }
    let Some(room) = look.room else { return };
    let scale = look.need.scale;
    look.need.focus = around(picture, &cards, (room.width / scale, room.height / scale)).or(look.need.focus);
}

/// The cards of these stages.
fn cards_of(picture: &Picture, stages: &[StageId]) -> Vec<usize> {
    let is_told = |index: &usize| picture.cards[*index].stage.is_some_and(|stage| stages.contains(&stage));
    (0..picture.cards.len()).filter(is_told).collect()
}

/// What is around cards, as far as it fits into so much width and height: the first of them in any case.
fn around(picture: &Picture, cards: &[usize], (width, height): (f32, f32)) -> Option<Rect> {
    let mut boxes = cards.iter().filter_map(|&card| picture.drawing.boxes.get(card).copied());
    let mut out = boxes.next()?;
    for other in boxes {
        let all = together(out, other);
        if all.width <= width && all.height <= height {
            out = all;
        }
    }
    Some(out)
}

/// Whether a part of the drawing (left, top, width, height) has all of these cards in it.
fn has(picture: &Picture, cards: &[usize], [left, top, width, height]: [f32; 4]) -> bool {
    let is_in =
        |it: &Rect| it.x >= left && it.x + it.width <= left + width && it.y >= top && it.y + it.height <= top + height;
    cards.iter().filter_map(|&card| picture.drawing.boxes.get(card)).all(is_in)
}

fn together(one: Rect, other: Rect) -> Rect {
    let (x, y) = (one.x.min(other.x), one.y.min(other.y));
    let (right, bottom) =
        ((one.x + one.width).max(other.x + other.width), (one.y + one.height).max(other.y + other.height));
    Rect { x, y, width: right - x, height: bottom - y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Scene;
    use crate::state::State;

    #[test]
    fn all_that_is_told_of_is_looked_at_where_it_fits() {
        let scene = Scene::of(&State::default(), None);
        let picture = &scene.picture;
        let cards = cards_of(picture, &[StageId(0), StageId(1)]);
        assert_eq!(cards.len(), 2);
        let all = around(picture, &cards, (1e6, 1e6)).unwrap();
        assert!(has(picture, &cards, [all.x, all.y, all.width, all.height]));
        let first = around(picture, &cards, (1.0, 1.0)).unwrap();
        assert_eq!(first, picture.drawing.boxes[cards[0]]);
        assert!(!has(picture, &cards, [first.x, first.y, first.width, first.height]));
        assert_eq!(around(picture, &[], (1e6, 1e6)), None);
    }
}

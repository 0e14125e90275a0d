//! What the page shows of a state: the analysis, the drawing, and what is lit.
//!
//! Pure. [`Scene::of`] takes over from the scene before what has not changed, so that an action costs only
//! what it changes.

use std::collections::BTreeSet;
use std::rc::Rc;

use stagewright::layout::Direction;
use stagewright::outline::Outline;

use crate::analysis::{Shown, answer, answer_after};
use crate::graph::picture::Picture;
use crate::graph::viewport;
use crate::links::{Lit, light};
use crate::simulation::run::{Simulated, simulate};
use crate::state::{Fold, Spot, State};

/// What is shown.
pub struct Scene {
    /// The text and what is known of it.
    pub shown: Shown,
    /// The drawing.
    pub picture: Rc<Picture>,
    /// The keys of the open cards, where they are others than those that the state has: stages were renamed.
    pub open: Option<BTreeSet<String>>,
    /// What is lit.
    pub lit: Rc<Lit>,
    /// What the target takes and gives, while it is shown.
    pub outline: Option<Rc<Outline>>,
    /// What a build would do, while that is shown.
    pub simulated: Option<Rc<Simulated>>,
}

impl Scene {
    /// What is shown of `state`, after `last`.
    #[must_use]
    pub fn of(state: &State, last: Option<(&State, &Self)>) -> Self {
        // Another file has nothing to do with the last one.
        let last = last.filter(|(was, _)| was.loaded == state.loaded);
        let shown = match last {
            Some((was, scene)) if was.is_analysed_as(state) => scene.shown.clone(),
            Some((_, scene)) if state.complete => {
                Shown::next(Rc::new(answer_after(state, &scene.shown.current)), Some(&scene.shown))
            }
            _ => Shown::next(Rc::new(answer(state)), last.map(|(_, scene)| &scene.shown)),
        };
        let open = last
            .filter(|(_, scene)| !state.open.is_empty() && !Rc::ptr_eq(&scene.shown.drawn, &shown.drawn))
            .and_then(|(_, scene)| renamed(state, &shown, &scene.picture));
        let is_open = open.as_ref().unwrap_or(&state.open);
        let picture = match last {
            Some((was, scene))
                if Rc::ptr_eq(&scene.shown.drawn, &shown.drawn)
                    && was.open == state.open
                    && was.narrow == state.narrow
                    && (was.room == state.room || stays_in_any_room(&scene.picture, state)) =>
            {
                Rc::clone(&scene.picture)
            }
            _ => {
                let before = last.filter(|(was, _)| was.narrow == state.narrow);
                picture(state, &shown, is_open, before.map(|(was, scene)| (&scene.picture, was.room == state.room)))
            }
        };
        let lit = match (last, state.spot()) {
            (Some((was, scene)), spot) if scene.shown == shown && was.spot() == spot => Rc::clone(&scene.lit),
            // Places in the text are places of the text as it is.
            (_, None) => Rc::default(),
            (_, Some(Spot::Text(_))) if shown.is_stale() => Rc::default(),
            (_, Some(spot)) => Rc::new(light(&shown.drawn.analysis, &shown.drawn.source, spot)),
        };
        let outline =
            state.is_unfolded(Fold::Outline).then(|| match last.and_then(|(_, scene)| scene.outline.as_ref()) {
                Some(outline) if last.is_some_and(|(_, scene)| Rc::ptr_eq(&scene.shown.drawn, &shown.drawn)) => {
                    Rc::clone(outline)
                }
                _ => Rc::new(shown.drawn.analysis.outline()),
            });
        let simulated =
            state.simulation.as_deref().filter(|settings| settings.open && state.complete).map(|settings| {
                let before =
                    last.and_then(|(was, scene)| Some((was.simulation.as_ref()?, scene.simulated.as_ref()?, scene)));
                match before {
                    Some((was, simulated, scene)) if scene.shown == shown && was.simulate_the_same(settings) => {
                        Rc::clone(simulated)
                    }
                    _ => Rc::new(simulate(state, settings, &shown)),
                }
            });
        Self { shown, picture, open, lit, outline, simulated }
    }
}

/// The scale from which on a drawing can be read.
const ENOUGH: f32 = 0.8;
/// How much larger a drawing has to be for another flow: a graph that turns has to be read anew.
const WORTH_A_TURN: f32 = 1.25;
/// The most cards that are drawn twice to find the better flow, which takes time.
const MOST_TO_TURN: usize = 80;

/// The keys of the cards that are open, where stages with open cards have other names than in the drawing before.
fn renamed(state: &State, shown: &Shown, before: &Picture) -> Option<BTreeSet<String>> {
    let sketch = Picture::of(&shown.drawn, &state.open, before.direction, state.loaded);
    let open = sketch.open_after(&before.drawing.order, &state.open);
    (open != state.open).then_some(open)
}

/// The drawing after `before`: that itself where there is the same to draw, in the same room; else with its flow,
/// unless the other one can be read much better.
fn picture(state: &State, shown: &Shown, open: &BTreeSet<String>, before: Option<(&Rc<Picture>, bool)>) -> Rc<Picture> {
    let sketch = |direction| Picture::of(&shown.drawn, open, direction, state.loaded);
    let first = if state.narrow { Direction::TopToBottom } else { Direction::LeftToRight };
    let flow = before.map_or(first, |(before, _)| before.direction);
    let picture = sketch(flow);
    if let Some((before, true)) = before
        && before.says_the_same(&picture)
    {
        return Rc::clone(before);
    }
    let picture = picture.place(before.map(|(before, _)| &before.drawing.order));
    let scale = legible(&picture, state);
    if state.narrow || scale >= ENOUGH || picture.cards.len() > MOST_TO_TURN {
        return Rc::new(picture);
    }
    let other = match flow {
        Direction::LeftToRight => Direction::TopToBottom,
        Direction::TopToBottom => Direction::LeftToRight,
    };
    let turned = sketch(other).place(None);
    Rc::new(if legible(&turned, state) >= scale * WORTH_A_TURN { turned } else { picture })
}

/// Whether a drawing stays as it is when the room around it becomes another.
fn stays_in_any_room(picture: &Picture, state: &State) -> bool {
    picture.cards.len() > MOST_TO_TURN || legible(picture, state) >= ENOUGH
}

/// The scale at which all of a drawing is seen, at most 1: what is larger is not easier to read.
fn legible(picture: &Picture, state: &State) -> f32 {
    state.room.map_or(1.0, |room| viewport::fit_scale(picture.drawing.size, room).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Action;
    use stagewright::layout::Size;

    #[test]
    fn what_has_not_changed_is_taken_over() {
        let state = State::default();
        let first = Scene::of(&state, None);
        let lit = state.after(Action::Hover(Some(Spot::Node(stagewright::graph::NodeId(0)))));
        let second = Scene::of(&lit, Some((&state, &first)));
        assert!(first.shown == second.shown && Rc::ptr_eq(&first.picture, &second.picture));
        assert_ne!(first.lit, second.lit);
        let opened = lit.after(Action::Toggle("base".into()));
        let third = Scene::of(&opened, Some((&lit, &second)));
        assert!(third.shown == second.shown && Rc::ptr_eq(&third.lit, &second.lit));
        assert!(!Rc::ptr_eq(&third.picture, &second.picture));
        let edited = opened.after(Action::Edit("FROM a\n".into()));
        assert!(Scene::of(&edited, Some((&opened, &third))).shown != third.shown);
    }

    #[test]
    fn what_says_the_same_keeps_its_drawing() {
        let state = State::default();
        let first = Scene::of(&state, None);
        let next = state.after(Action::Edit(format!("# x\n{}", state.source)));
        let second = Scene::of(&next, Some((&state, &first)));
        assert!(first.shown != second.shown && Rc::ptr_eq(&first.picture, &second.picture));
        let renamed = next.after(Action::Edit(next.source.replacen(" AS base", " AS basis", 1)));
        assert_ne!(renamed.source, next.source);
        assert!(!Rc::ptr_eq(&Scene::of(&renamed, Some((&next, &second))).picture, &second.picture));
    }

    #[test]
    fn a_card_stays_open_while_its_stage_gets_another_name() {
        let text = |name: &str, base: &str| format!("FROM alpine{name}\nRUN x\nFROM {base} AS last\nRUN y\n");
        let mut state = State::default().after(Action::Edit(text(" AS base", "alpine")));
        state = state.after(Action::Toggle("base".into()));
        let mut scene = Scene::of(&state, None);
        let names = [" AS bas", " AS b", " AS ", " AS", " A", " ", "", " ", " A", " AS ", " AS n", " AS new"];
        let typed = names.map(|name| text(name, "alpine"));
        for text in
            typed.into_iter().chain([text(" AS base", "base"), text(" AS other", "base"), text(" AS other", "other")])
        {
            let mut next = state.after(Action::Edit(text.clone()));
            let after = Scene::of(&next, Some((&state, &scene)));
            next.open = after.open.clone().unwrap_or(next.open);
            (state, scene) = (next, after);
            let open: Vec<bool> =
                scene.picture.cards.iter().filter(|it| it.stage.is_some()).map(|it| !it.rows.is_empty()).collect();
            assert_eq!(open, [true, false], "{text}");
        }
    }

    #[test]
    fn findings_move_along_until_the_text_rests() {
        let found = |scene: &Scene| -> Vec<(String, u32)> {
            let findings = &scene.shown.current.analysis.findings;
            findings.iter().map(|it| (it.message.clone(), it.range.start)).collect()
        };
        let state = State::default().after(Action::Edit("FROM a AS One\nRUN x\nFROM One AS Two\n".into()));
        let first = Scene::of(&state, None);
        let name = |name: &str, at: u32| (format!("Stage name '{name}' should be lowercase"), at);
        assert!(state.checked && found(&first).starts_with(&[name("One", 10), name("Two", 32)]));
        let typed = state.after(Action::Edit(state.source.replacen("One\n", "Only\n", 1)));
        let second = Scene::of(&typed, Some((&state, &first)));
        assert!(
            !typed.checked && found(&second).starts_with(&[name("One", 10), name("Two", 33)]),
            "{:?}",
            found(&second)
        );
        let rests = typed.after(Action::Check);
        let third = Scene::of(&rests, Some((&typed, &second)));
        assert!(rests.checked && found(&third).starts_with(&[name("Only", 10), name("Two", 33)]));
        assert_eq!(found(&third), found(&Scene::of(&rests, None)));
        let opened_line = state.after(Action::Edit(state.source.replacen("One\n", "One\n\n", 1)));
        assert!(opened_line.checked && typed.after(Action::Target(None)).checked);
        assert!(!typed.after(Action::Focus(None)).checked);
    }

    #[test]
    fn a_graph_turns_where_that_makes_it_much_larger() {
        let chain = (1..8).fold("FROM a AS s0\n".to_owned(), |text, n| text + &format!("FROM s{} AS s{n}\n", n - 1));
        let state = State::default().after(Action::Edit(chain));
        let first = Scene::of(&state, None);
        assert_eq!(first.picture.direction, Direction::LeftToRight);
        let flow = |width: f32, height: f32| {
            let next = state.after(Action::Room(Size { width, height }));
            Scene::of(&next, Some((&state, &first))).picture.direction
        };
        assert_eq!(flow(400.0, 600.0), Direction::TopToBottom);
        assert_eq!(flow(600.0, 400.0), Direction::LeftToRight);
        assert_eq!(flow(1400.0, 2000.0), Direction::LeftToRight, "it is large enough as it is");
    }
}

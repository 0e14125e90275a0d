//! What the page shows of a state: the analysis, the drawing, and what is lit.
//!
//! Pure. [`Scene::of`] takes over from the scene before what has not changed, so that an action costs only
//! what it changes.

use std::rc::Rc;

use stagewright::layout::Direction;

use crate::analysis::{Shown, answer};
use crate::graph::picture::Picture;
use crate::links::{Lit, light};
use crate::state::{Spot, State};

/// What is shown.
pub struct Scene {
    /// The text and what is known of it.
    pub shown: Shown,
    /// The drawing.
    pub picture: Rc<Picture>,
    /// What is lit.
    pub lit: Rc<Lit>,
}

impl Scene {
    /// What is shown of `state`, after `last`.
    #[must_use]
    pub fn of(state: &State, last: Option<(&State, &Self)>) -> Self {
        // Another file has nothing to do with the last one.
        let last = last.filter(|(was, _)| was.loaded == state.loaded);
        let shown = match last {
            Some((was, scene)) if was.asks_the_same(state) => scene.shown.clone(),
            _ => Shown::next(Rc::new(answer(state)), last.map(|(_, scene)| &scene.shown)),
        };
        let direction = if state.narrow { Direction::TopToBottom } else { Direction::LeftToRight };
        let picture = match last {
            Some((was, scene))
                if Rc::ptr_eq(&scene.shown.drawn, &shown.drawn)
                    && was.open == state.open
                    && was.narrow == state.narrow =>
            {
                Rc::clone(&scene.picture)
            }
            _ => {
                let before = last.map(|(_, scene)| &scene.picture).filter(|before| before.direction == direction);
                let order = before.map(|before| &before.drawing.order);
                Rc::new(Picture::of(&shown.drawn, &state.open, direction, state.loaded, order))
            }
        };
        let lit = match (last, state.spot()) {
            (Some((was, scene)), spot) if scene.shown == shown && was.spot() == spot => Rc::clone(&scene.lit),
            // Places in the text are places of the text as it is.
            (_, None) => Rc::default(),
            (_, Some(Spot::Text(_))) if shown.is_stale() => Rc::default(),
            (_, Some(spot)) => Rc::new(light(&shown.drawn.analysis, &shown.drawn.source, spot)),
        };
        Self { shown, picture, lit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Action;

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
}

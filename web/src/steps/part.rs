//! A long list of steps in parts, so that thousands of them cost what is seen of them.
//!
//! A part is drawn anew only when something happens to one of its steps. The browser lays out the parts that are near
//! what is seen (`content-visibility` in `later.css`), and says which these are; the others are drawn later, one after
//! the other, so that the list is soon complete and the reader does not wait for it.

use std::ops::Range;

use js_sys::Reflect;
use stagewright::plan::StepId;
use web_sys::Element as Node;
use yew::prelude::*;
use yew::virtual_dom::VChild;

use super::{Listed, step_view};
use crate::el;
use crate::element::Element;
use crate::platform::Listener;
use crate::platform::listen::Timer;
use crate::simulation::film::{Standing, standing};

/// So many steps make a part.
const TOGETHER: usize = 64;
/// So many steps are drawn at once in any case; of the build order, which is there before anything is asked of it, all.
const AT_ONCE: usize = 128;
/// From one part that is drawn later to the next, in milliseconds.
const PAUSE: usize = 10;

/// All steps, in parts: which of them are lit, and the moment at which the build is shown, if it is at one.
pub fn parts(listed: &Listed, lit: &[StepId], at: Option<u32>) -> Element {
    let n_steps = listed.plan().steps.len();
    let size = n_steps.div_ceil(n_steps.div_ceil(TOGETHER).max(1)).max(1);
    let parts = (0..n_steps).step_by(size).map(|first| {
        let indexes = first..(first + size).min(n_steps);
        let stands = |(run, at)| indexes.clone().map(|index| standing(run, index, at)).collect();
        let part = PartProps {
            lit: lit.iter().filter(|step| indexes.contains(&(step.0 as usize))).copied().collect(),
            stands: listed.run().map(|run| &run.schedule).zip(at).map(stands),
            indexes: indexes.clone(),
            listed: listed.clone(),
        };
        VChild::<Part>::new(part, Some(first.into()))
    });
    // What stands between list and steps would hide from assistive technology that they belong together.
    parts.fold(el!("ol", "class": "steps", "role": "list"), Element::child)
}

#[derive(Clone, Properties, PartialEq)]
struct PartProps {
    listed: Listed,
    indexes: Range<usize>,
    /// Those of them that are lit.
    lit: Vec<StepId>,
    /// How they stand, while the build is shown moment by moment.
    stands: Option<Vec<Standing>>,
}

/// Some steps of a list.
struct Part {
    place: NodeRef,
    /// Whether nothing of it was drawn yet.
    blank: bool,
    /// Whether it is far from what is seen.
    far: bool,
    /// What draws it later, where it is not drawn as it is to be.
    later: Option<Timer>,
    listener: Option<Listener>,
}

enum Message {
    /// It comes near to what is seen, or goes.
    Far(bool),
    /// Its time has come.
    Draw,
}

impl Component for Part {
    type Message = Message;
    type Properties = PartProps;

    fn create(context: &Context<Self>) -> Self {
        let PartProps { listed, indexes, .. } = context.props();
        let blank = !listed.is_order && indexes.start >= AT_ONCE;
        Self { place: NodeRef::default(), blank, far: blank, later: None, listener: None }
    }

    fn changed(&mut self, context: &Context<Self>, _: &PartProps) -> bool {
        if self.far {
            self.wait(context);
        }
        !self.far
    }

    fn update(&mut self, _: &Context<Self>, message: Message) -> bool {
        if let Message::Far(far) = message {
            self.far = far;
            if far || self.later.is_none() {
                return false;
            }
        }
        self.later = None;
        self.blank = false;
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let part = el!("div", "class": "part", "role": "presentation").node(&self.place);
        let PartProps { listed, indexes, lit, stands } = context.props();
        let indexes = if self.blank { 0..0 } else { indexes.clone() };
        let (first, view) = (indexes.start, listed.view());
        let steps = indexes.map(|index| {
            let stands = stands.as_ref().and_then(|all| all.get(index - first).copied());
            step_view(&view, index, lit.iter().any(|step| step.0 as usize == index), stands)
        });
        part.children(steps).into()
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        let Some(place) = self.place.cast::<Node>().filter(|_| first) else { return };
        if self.blank {
            self.wait(context);
        }
        let link = context.link().clone();
        self.listener = Some(Listener::new(&place, "contentvisibilityautostatechange", move |event| {
            let skipped = Reflect::get(&event, &"skipped".into());
            link.send_message(Message::Far(skipped.is_ok_and(|skipped| skipped.is_truthy())));
        }));
    }
}

impl Part {
    fn wait(&mut self, context: &Context<Self>) {
        let link = context.link().clone();
        let turn = context.props().indexes.start / TOGETHER + 1;
        self.later = Timer::after((turn * PAUSE) as i32, move || link.send_message(Message::Draw));
    }
}

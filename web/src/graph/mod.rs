//! The stage graph: cards and edges in their places, with pan, zoom and the keyboard.
//!
//! Where everything stands is the core's work (`layout`); [`viewport`] has the maths of looking at it,
//! [`mod@pointer`] the wheel and dragging, [`keys`] the walk by keyboard, [`node`] and [`edge`] the shapes.

pub mod edge;
pub mod keys;
pub mod legend;
pub mod node;
pub mod picture;
pub mod pointer;
pub mod px;
pub mod toolbar;
pub mod viewport;

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::{ListenerKind as On, VChild, VNode};

use crate::el;
use crate::element::{class, list, when};
use crate::graph::edge::edge_view;
use crate::graph::legend::legend;
use crate::graph::node::{NodeEvent, NodeProps, NodeView, element_id};
use crate::graph::picture::Picture;
use crate::graph::pointer::{Look, use_drag, use_room, use_wheel};
use crate::graph::px::px;
use crate::graph::toolbar::{Tool, toolbar};
use crate::graph::viewport::{Need, View};
use crate::links::Lit;
use crate::platform::document;
use crate::state::{Action, Spot};

/// What the graph shows.
#[derive(Properties, PartialEq)]
pub struct GraphProps {
    /// The drawing.
    pub picture: Rc<Picture>,
    /// What is lit.
    pub lit: Rc<Lit>,
    /// The key of the card that is explained.
    pub selected: Option<String>,
    /// Whether everything is to be read from afar.
    pub present: bool,
    /// Whether the page is scrolled, so that the graph takes the height it needs.
    pub narrow: bool,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// How far the arrows of the toolbar move, in pixels of the screen.
const PAN: f32 = 80.0;

/// The graph.
#[component]
pub fn Graph(props: &GraphProps) -> Html {
    let canvas = use_node_ref();
    let picture = &props.picture;
    let room = use_room(&canvas);
    let view = use_state(View::default);
    let current = use_state(|| 0_usize);
    let look = Look {
        drawing: picture.drawing.size,
        room: room
            .map(|room| if props.narrow { viewport::room_of_width(picture.drawing.size, room.width) } else { room }),
        need: Need {
            focus: picture.target.and_then(|target| picture.drawing.boxes.get(target)).copied(),
            scale: if props.present { viewport::SMALLEST_FIT_PRESENT } else { viewport::SMALLEST_FIT },
        },
        view,
    };
    use_wheel(&canvas, &look);
    let drag = use_drag(&canvas, &look);
    use_effect_with(room, {
        let dispatch = props.dispatch.clone();
        move |room| {
            if let Some(room) = *room {
                dispatch.emit(Action::Room(room));
            }
        }
    });
    // Another file is looked at from the start, and so is a graph that was turned.
    use_effect_with((picture.file, picture.direction), {
        let view = look.view.setter();
        move |_| view.set(View::Fit)
    });

    let frame = viewport::frame(look.drawing, look.room, *look.view, look.need);
    let on_node = on_node(props, &look, &current, drag.moved());
    let tabbable = if *current < picture.cards.len() { *current } else { 0 };
    let [x, y, width, height] = frame.view_box;
    let moved = *look.view != View::Fit || frame.is_part;
    let [left, right, above, below] = viewport::more(look.drawing, &frame);
    let canvas_class = class(&[
        "canvas",
        when(left, "more-left"),
        when(right, "more-right"),
        when(above, "more-above"),
        when(below, "more-below"),
    ]);
    let edges = picture.edges(&props.lit).into_iter().map(|(key, edge)| edge_view(key, &edge));
    let cards = (0..picture.cards.len()).map(|index| node(props, index, index == tabbable, &on_node));
    let drawing = el!(
        "svg",
        "role": "graphics-document document",
        "aria-label": picture.name.clone(),
        "viewBox": [x, y, width, height].map(px).join(" "),
        "width": px(frame.size.width),
        "height": px(frame.size.height),
    )
    .on(On::onkeydown, on_key(props, tabbable, &canvas))
    .child(el!("g", "class": "edges", "aria-hidden": "true").children(edges))
    .child(el!("g", "class": "cards").child(list(cards.collect())));
    let foot = el!("div", "class": "graph-foot").child(legend(picture)).child(toolbar(
        frame.scale,
        moved,
        picture.all_open,
        &on_tool(props, &look),
    ));
    el!("div", "class": "graph")
        .child(drag.listen(el!("div", "class": canvas_class, "tabindex": "-1").node(&canvas)).child(drawing))
        .child(foot)
        .into()
}

fn node(props: &GraphProps, index: usize, tabbable: bool, on: &Callback<(usize, NodeEvent)>) -> VNode {
    let card = &props.picture.cards[index];
    let rows = props.lit.commands.iter().filter(|(stage, _)| card.stage == Some(*stage));
    let node = NodeProps {
        index,
        card: Rc::clone(card),
        place: props.picture.drawing.boxes[index],
        description: props.picture.descriptions[index].clone(),
        lit: props.lit.nodes.contains(&card.node),
        lit_rows: rows.map(|&(_, command)| command).collect(),
        selected: props.selected.as_ref() == Some(&card.key),
        tabbable,
        on: on.clone(),
    };
    VChild::<NodeView>::new(node, Some(card.key.as_str().into())).into()
}

/// What happens when something happens to a card. A click that ends a drag is none.
fn on_node(
    props: &GraphProps,
    look: &Look,
    current: &UseStateHandle<usize>,
    dragged: impl Fn() -> bool + 'static,
) -> Callback<(usize, NodeEvent)> {
    let (picture, dispatch) = (Rc::clone(&props.picture), props.dispatch.clone());
    let (look, current) = (look.clone(), current.setter());
    Callback::from(move |(index, event): (usize, NodeEvent)| {
        let Some(card) = picture.cards.get(index) else { return };
        match event {
            NodeEvent::Click if dragged() => {}
            NodeEvent::Click => {
                current.set(index);
                dispatch.emit(Action::Select(card.key.clone()));
            }
            NodeEvent::DoubleClick => build(&picture, index, &dispatch),
            NodeEvent::Toggle => dispatch.emit(Action::Toggle(card.key.clone())),
            NodeEvent::Hover(on) => dispatch.emit(Action::Hover(on.then_some(Spot::Node(card.node)))),
            NodeEvent::HoverRow(command) => {
                dispatch.emit(Action::Hover(card.stage.map(|stage| Spot::Command(stage, command))));
            }
            NodeEvent::Focus(on) => {
                dispatch.emit(Action::Focus(on.then_some(Spot::Node(card.node))));
                if on {
                    current.set(index);
                    look.reveal(picture.drawing.boxes[index]);
                }
            }
        }
    })
}

fn build(picture: &Picture, index: usize, dispatch: &Callback<Action>) {
    if let Some(Some(action)) = picture.builds.get(index) {
        dispatch.emit(action.clone());
    }
}

/// Keys on the card that has the focus.
fn on_key(props: &GraphProps, at: usize, canvas: &NodeRef) -> impl Fn(Event) + 'static {
    let (picture, dispatch, canvas) = (Rc::clone(&props.picture), props.dispatch.clone(), canvas.clone());
    move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(command) = keys::command(&event.key(), at, &picture.layout, picture.direction) else { return };
        event.prevent_default();
        let card = &picture.cards[at];
        match command {
            keys::Command::Go(to) => document::focus(&element_id(to)),
            keys::Command::Select => dispatch.emit(Action::Select(card.key.clone())),
            keys::Command::Build => build(&picture, at, &dispatch),
            keys::Command::Leave => {
                if let Some(canvas) = canvas.cast::<Element>() {
                    document::focus_element(&canvas);
                }
            }
        }
    }
}

fn on_tool(props: &GraphProps, look: &Look) -> Callback<Tool> {
    let (look, picture, dispatch) = (look.clone(), Rc::clone(&props.picture), props.dispatch.clone());
    Callback::from(move |tool| match tool {
        Tool::ZoomIn => look.zoom(viewport::STEP, None),
        Tool::ZoomOut => look.zoom(1.0 / viewport::STEP, None),
        Tool::Fit => look.view.set(View::Fit),
        Tool::Pan(x, y) => look.pan_from(*look.view, f32::from(x) * PAN, f32::from(y) * PAN),
        Tool::OpenAll(open) => {
            let keys = picture.cards.iter().filter(|card| open && card.can_open).map(|card| card.key.clone());
            dispatch.emit(Action::OpenCards(keys.collect()));
        }
    })
}

//! The stage graph: cards and edges in their places, with pan, zoom and the keyboard.
//!
//! Where everything stands is the core's work (`layout`); [`viewport`] has the maths of looking at it,
//! [`mod@pointer`] the wheel and dragging, [`keys`] the walk by keyboard, [`mod@follow`] where it looks while a build is
//! told, [`node`] and [`edge`] the shapes.

pub mod edge;
pub mod follow;
pub mod keys;
pub mod legend;
pub mod node;
pub mod picture;
pub mod pointer;
pub mod px;
pub mod toolbar;
pub mod viewport;

use std::rc::Rc;

use stagewright::layout::Size;
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
use crate::graph::pointer::{DRAGGING, Drag, Look};
use crate::graph::px::px;
use crate::graph::toolbar::{Tool, toolbar};
use crate::graph::viewport::{Need, View};
use crate::links::Lit;
use crate::platform::observe::{self, SizeObserver};
use crate::platform::{Listener, document};
use crate::simulation::film::Stands;
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
    /// How the stages stand in the build that is simulated; none where none is.
    pub stands: Option<Rc<Stands>>,
    /// Whether everything is to be read from afar.
    pub present: bool,
    /// Whether the page is scrolled, so that the graph takes the height it needs.
    pub narrow: bool,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// Of so many cards all is drawn, in sight or not.
const FEW: usize = 120;
/// How far the arrows of the toolbar move, in pixels of the screen.
const PAN: f32 = 80.0;

/// The graph.
pub struct Graph {
    canvas: NodeRef,
    /// The size of the canvas, where it is known.
    room: Option<Size>,
    view: View,
    /// The card that Tab comes to.
    current: usize,
    drag: Option<Drag>,
    on_node: Callback<(usize, NodeEvent)>,
    ties: Option<(Listener, Option<SizeObserver>)>,
}

/// What can happen to the graph.
pub enum Message {
    /// The canvas has this size.
    Room((f32, f32)),
    /// Something happened to a card.
    Node((usize, NodeEvent)),
    /// The pointer did something on the canvas.
    Pointer(Event),
    /// A button was pressed.
    Tool(Tool),
    /// The wheel asks for a larger or smaller picture.
    Zoom(f32, (f32, f32)),
}

impl Component for Graph {
    type Message = Message;
    type Properties = GraphProps;

    fn create(context: &Context<Self>) -> Self {
        Self {
            canvas: NodeRef::default(),
            room: None,
            view: View::default(),
            current: 0,
            drag: None,
            on_node: context.link().callback(Message::Node),
            ties: None,
        }
    }

    fn changed(&mut self, context: &Context<Self>, old: &GraphProps) -> bool {
        // Another file is looked at from the start, and so is a graph that was turned.
        let (old, new) = (&old.picture, &context.props().picture);
        if old.file != new.file || old.direction != new.direction {
            self.view = View::Fit;
        }
        true
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        let props = context.props();
        let look = self.look(props);
        let (view, current, room) = (self.view, self.current, self.room);
        match message {
            Message::Room((width, height)) => {
                let room = Size { width, height };
                self.room = Some(room);
                props.dispatch.emit(Action::Room(room));
            }
            Message::Node((index, event)) => self.hear(props, &look, index, &event),
            Message::Pointer(event) => {
                if let Some(view) = pointer::drag(&mut self.drag, &look, self.canvas.cast(), &event) {
                    self.view = view;
                }
            }
            Message::Tool(tool) => self.work(props, &look, tool),
            Message::Zoom(factor, at) => self.view = look.zoom(factor, Some(at)),
        }
        view != self.view || current != self.current || room != self.room
    }

    fn view(&self, context: &Context<Self>) -> Html {
        draw(self, context)
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        let Some(canvas) = self.canvas.cast::<Element>().filter(|_| first) else { return };
        let (zoom, room) = (context.link().clone(), context.link().callback(Message::Room));
        // Before the browser paints, so that the picture does not jump.
        room.emit(observe::size(&canvas));
        let wheel = pointer::on_wheel(&canvas, move |factor, at| zoom.send_message(Message::Zoom(factor, at)));
        self.ties = Some((wheel, SizeObserver::new(&canvas, move |size| room.emit(size))));
    }
}

impl Graph {
    fn look(&self, props: &GraphProps) -> Look {
        let drawing = &props.picture.drawing;
        let of_width = |room: Size| viewport::room_of_width(drawing.size, room.width);
        let room = self.room.map(|room| if props.narrow { of_width(room) } else { room });
        let scale = if props.present { viewport::SMALLEST_FIT_PRESENT } else { viewport::SMALLEST_FIT };
        let mut look = Look { drawing: drawing.size, room, need: Need { focus: None, scale }, view: self.view };
        look.need.focus = props.picture.target.and_then(|target| drawing.boxes.get(target)).copied();
        if let Some(stands) = &props.stands {
            follow::follow(&mut look, &props.picture, &stands.told);
        }
        look
    }

    /// Something happened to a card. A click that ends a drag is none.
    fn hear(&mut self, props: &GraphProps, look: &Look, index: usize, event: &NodeEvent) {
        let GraphProps { picture, dispatch, .. } = props;
        let Some(card) = picture.cards.get(index) else { return };
        let action = match *event {
            NodeEvent::Click => {
                if self.drag.is_some_and(|drag| drag.moved) {
                    return;
                }
                self.current = index;
                Action::Select(card.key.clone())
            }
            NodeEvent::DoubleClick => match &picture.builds[index] {
                Some(build) => build.clone(),
                None => return,
            },
            NodeEvent::Toggle => Action::Toggle(card.key.clone()),
            NodeEvent::Hover(on) => Action::Hover(on.then_some(Spot::Node(card.node))),
            NodeEvent::HoverRow(command) => Action::Hover(card.stage.map(|stage| Spot::Command(stage, command))),
            NodeEvent::Focus(on) => {
                if on {
                    self.current = index;
                    self.view = look.reveal(picture.drawing.boxes[index]);
                }
                Action::Focus(on.then_some(Spot::Node(card.node)))
            }
        };
        dispatch.emit(action);
    }

    fn work(&mut self, props: &GraphProps, look: &Look, tool: Tool) {
        self.view = match tool {
            Tool::ZoomIn => look.zoom(viewport::STEP, None),
            Tool::ZoomOut => look.zoom(1.0 / viewport::STEP, None),
            Tool::Fit => View::Fit,
            Tool::Pan(x, y) => look.pan_from(self.view, f32::from(x) * PAN, f32::from(y) * PAN),
            Tool::OpenAll(open) => {
                let cards = props.picture.cards.iter().filter(|card| open && card.can_open);
                props.dispatch.emit(Action::OpenCards(cards.map(|card| card.key.clone()).collect()));
                return;
            }
        };
    }
}

fn draw(graph: &Graph, context: &Context<Graph>) -> Html {
    let props = context.props();
    let picture = &props.picture;
    let look = graph.look(props);
    let frame = viewport::frame(look.drawing, look.room, look.view, look.need);
    let tabbable = if graph.current < picture.cards.len() { graph.current } else { 0 };
    let [x, y, width, height] = frame.view_box;
    let moved = look.view != View::Fit || frame.is_part;
    let [left, right, above, below] = viewport::more(look.drawing, &frame);
    let canvas_class = class(&[
        "canvas",
        when(left, "more-left"),
        when(right, "more-right"),
        when(above, "more-above"),
        when(below, "more-below"),
    ]);
    let edges = picture.edges(&props.lit).into_iter().map(|(key, edge)| edge_view(key, &edge));
    let near = |index: usize| picture.cards.len() <= FEW || viewport::is_near(&frame, picture.drawing.boxes[index]);
    let cards =
        (0..picture.cards.len()).map(|index| node(props, index, (index == tabbable, near(index)), &graph.on_node));
    let drawing = el!(
        "svg",
        "role": "graphics-document document",
        "aria-label": picture.name.clone(),
        "viewBox": [x, y, width, height].map(px).join(" "),
        "width": px(frame.size.width),
        "height": px(frame.size.height),
    )
    .on(On::onkeydown, on_key(props, tabbable, &graph.canvas))
    .child(el!("g", "class": "edges", "aria-hidden": "true").children(edges))
    .child(el!("g", "class": "cards").child(list(cards.collect())));
    let foot = el!("div", "class": "graph-foot").child(legend(picture)).child(toolbar(
        frame.scale,
        moved,
        picture.all_open,
        &context.link().callback(Message::Tool),
    ));
    let canvas = el!("div", "class": canvas_class, "tabindex": "-1").node(&graph.canvas);
    let canvas = DRAGGING.into_iter().fold(canvas, |canvas, kind| {
        let link = context.link().clone();
        canvas.on(kind, move |event| link.send_message(Message::Pointer(event)))
    });
    el!("div", "class": "graph").child(canvas.child(drawing)).child(foot).into()
}

fn node(props: &GraphProps, index: usize, (tabbable, near): (bool, bool), on: &Callback<(usize, NodeEvent)>) -> VNode {
    let card = &props.picture.cards[index];
    let rows = props.lit.commands.iter().filter(|(stage, _)| card.stage == Some(*stage));
    let node = NodeProps {
        index,
        card: Rc::clone(card),
        place: props.picture.drawing.boxes[index],
        description: props.picture.descriptions[index].clone(),
        near,
        lit: props.lit.nodes.contains(&card.node),
        lit_rows: rows.map(|&(_, command)| command).collect(),
        selected: props.selected.as_ref() == Some(&card.key),
        stands: props.stands.as_ref().and_then(|stands| stands.stages.get(&card.stage?).copied()),
        tabbable,
        on: on.clone(),
    };
    // By its place, which its element has its id from: a stage that gets another name is not drawn anew for it.
    VChild::<NodeView>::new(node, None).into()
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
            keys::Command::Build => {
                if let Some(build) = &picture.builds[at] {
                    dispatch.emit(build.clone());
                }
            }
            keys::Command::Leave => {
                if let Some(canvas) = canvas.cast::<Element>() {
                    document::focus_element(&canvas);
                }
            }
        }
    }
}

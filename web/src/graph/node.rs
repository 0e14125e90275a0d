//! A card of the graph: a stage, or something outside the file.

use std::rc::Rc;

use stagewright::layout::Rect;
use stagewright::layout::cards::{Card, Row, State, metrics};
use stagewright::resolve::CommandId;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::el;
use crate::element::{Element, class, list, when};
use crate::graph::px::px;
use crate::simulation::film::Standing;
use crate::strings::simulation as strings;

/// A folder: the sign for the build context.
pub const FOLDER: &str = "M.75 11.25V1.75h5l1.5 2h8v7.5z";

/// A card in its place.
#[derive(Properties, PartialEq)]
pub struct NodeProps {
    /// Its place in the list of cards.
    pub index: usize,
    /// What is on it.
    pub card: Rc<Card>,
    /// Where it is.
    pub place: Rect,
    /// What a screen reader says of it after what is written on it.
    pub description: AttrValue,
    /// Whether it is in sight, or soon may be: of others no more is drawn than their box.
    pub near: bool,
    /// Whether it is lit.
    pub lit: bool,
    /// Rows that are lit.
    pub lit_rows: Vec<CommandId>,
    /// Whether it is the one that is explained.
    pub selected: bool,
    /// How it stands in the build that is simulated.
    pub stands: Option<Standing>,
    /// Whether Tab comes to it.
    pub tabbable: bool,
    /// What happens to it.
    pub on: Callback<(usize, NodeEvent)>,
}

/// What can happen to a card.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeEvent {
    /// It is clicked on.
    Click,
    /// It is clicked on twice.
    DoubleClick,
    /// The sign that opens and closes it is clicked on.
    Toggle,
    /// The pointer comes, or leaves.
    Hover(bool),
    /// The pointer comes to a row.
    HoverRow(CommandId),
    /// The focus comes, or leaves.
    Focus(bool),
}

/// The id of the element of a card.
#[must_use]
pub fn element_id(index: usize) -> String {
    format!("card-{index}")
}

/// Draws a card, anew only when something about it changes.
pub struct NodeView;

impl Component for NodeView {
    type Message = ();
    type Properties = NodeProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, context: &Context<Self>) -> Html {
        view(context.props())
    }
}

fn view(props: &NodeProps) -> Html {
    let card = &*props.card;
    let state = match (card.state, props.stands) {
        (State::Target, _) | (_, None) => card.state.name(),
        (_, Some(Standing::Cached)) => Standing::Cached.name(),
        // The classic builder builds what BuildKit skips.
        (_, Some(_)) => State::Built.name(),
    };
    let is_stage = card.stage.is_some();
    let class = class(&[
        "card",
        if is_stage { "stage" } else { "outside" },
        state,
        props.stands.map_or("", Standing::name),
        when(props.lit, "lit"),
        when(props.selected, "selected"),
    ]);
    let (index, on) = (props.index, &props.on);
    el!(
        "g",
        "class": class,
        "id": element_id(index),
        "transform": translate(props.place.x, props.place.y),
        "role": "button",
        "tabindex": if props.tabbable { "0" } else { "-1" },
        "aria-pressed": props.selected,
        "aria-description": props.description.clone(),
        "data-stage": is_stage.then(|| card.label.clone()),
        "data-image": (!is_stage).then(|| card.label.clone()),
        "data-state": state,
    )
    .send(On::onclick, on, (index, NodeEvent::Click))
    .send(On::ondblclick, on, (index, NodeEvent::DoubleClick))
    .send(On::onmouseenter, on, (index, NodeEvent::Hover(true)))
    .send(On::onmouseleave, on, (index, NodeEvent::Hover(false)))
    .send(On::onfocus, on, (index, NodeEvent::Focus(true)))
    .send(On::onblur, on, (index, NodeEvent::Focus(false)))
    .child(outline("focus-ring", 7.0, card))
    .child(if props.near { face(props) } else { afar(props) })
    .into()
}

/// What is on a card.
fn face(props: &NodeProps) -> Element {
    let card = &*props.card;
    let face = el!("g")
        .maybe((card.state == State::Target).then(|| outline("ring", 4.0, card)))
        .child(outline("box", 0.0, card));
    if card.stage.is_none() {
        return face.child(text("title", metrics::SMALL + 1.0, metrics::PAD, 23.0, &card.title)).child(text(
            "base",
            metrics::SMALL - 1.0,
            metrics::PAD,
            41.0,
            &card.base,
        ));
    }
    let folder_at = translate(card.width - metrics::PAD - metrics::FOLDER, metrics::TITLE_LINE - 12.0);
    face.children(sign(card.state))
        .child(text("title", metrics::TITLE, metrics::PAD + metrics::SIGN, metrics::TITLE_LINE, &card.title))
        .maybe(
            (!card.base.is_empty()).then(|| text("base", metrics::SMALL, metrics::PAD, metrics::BASE_LINE, &card.base)),
        )
        .child(text("state", metrics::SMALL, metrics::PAD, card.state_line(), &summary(props)))
        // The card takes files from the build context.
        .maybe(card.reads_context.then(|| el!("path", "class": "folder", "transform": folder_at, "d": FOLDER)))
        .child(list(card.rows.iter().map(|row| row_view(props, row).into()).collect()))
        .maybe(card.can_open.then(|| toggle(props)))
}

/// A card that is out of sight: its box, and its name for who need not see it.
fn afar(props: &NodeProps) -> Element {
    let name = [&props.card.title, ", ", &summary(props)].concat();
    el!("g").child(el!("title").text(name)).child(outline("box", 0.0, &props.card))
}

/// What is said of a card below its name.
fn summary(props: &NodeProps) -> String {
    let summary = props.card.summary();
    match props.stands {
        Some(stands) => strings::stands(stands, &summary),
        None => summary,
    }
}

fn translate(x: f32, y: f32) -> String {
    ["translate(", &px(x), " ", &px(y), ")"].concat()
}

/// The outline of a card, so many pixels outside of it.
fn outline(class: &'static str, by: f32, card: &Card) -> Element {
    let (width, height) = (card.width + 2.0 * by, card.height + 2.0 * by);
    rect(class, -by, -by, width, height, Some(px(6.0 + by / 2.0)))
}

fn rect(class: &'static str, x: f32, y: f32, width: f32, height: f32, rx: Option<String>) -> Element {
    let class = (!class.is_empty()).then_some(class);
    el!("rect", "class": class, "x": px(x), "y": px(y), "width": px(width), "height": px(height), "rx": rx)
}

/// A line of text. The space at its end keeps it apart from the next for whoever reads the text only.
fn text(class: &'static str, size: f32, x: f32, y: f32, content: &str) -> Element {
    el!("text", "class": class, "font-size": px(size), "x": px(x), "y": px(y)).text([content, " "].concat())
}

/// The sign of a state: what it says without colour.
fn sign(state: State) -> Vec<Element> {
    let (x, y) = (px(metrics::PAD + 6.0), px(metrics::TITLE_LINE - 6.0));
    let dot =
        |class: &'static str, r: &'static str| el!("circle", "class": class, "cx": x.clone(), "cy": y.clone(), "r": r);
    match state {
        State::Target => vec![dot("sign hollow", "6"), dot("sign", "3")],
        State::Built => vec![dot("sign", "5")],
        State::Skipped => vec![dot("sign hollow", "5")],
    }
}

fn row_view(props: &NodeProps, row: &Row) -> Element {
    let class = class(&["row", when(props.lit_rows.contains(&row.command), "lit")]);
    let top = row.y - metrics::ROW / 2.0;
    el!("g", "class": class)
        .key(row.command.0)
        .send(On::onmouseenter, &props.on, (props.index, NodeEvent::HoverRow(row.command)))
        .child(rect("", 1.0, top, props.card.width - 2.0, metrics::ROW, None))
        .child(text("", metrics::SMALL, metrics::PAD, row.y + 4.5, &row.text))
}

/// The sign that opens and closes a card. It is for the pointer: the keyboard has a button beside the graph.
fn toggle(props: &NodeProps) -> Element {
    let (index, on) = (props.index, props.on.clone());
    let (x, y) = (props.card.width - metrics::PAD - 8.0, props.card.state_line() - 10.0);
    let d = if props.card.rows.is_empty() { "M0 2l5 5 5-5" } else { "M0 7l5-5 5 5" };
    el!("g", "class": "toggle", "transform": translate(x, y))
        .on(On::onclick, move |event| {
            event.stop_propagation();
            on.emit((index, NodeEvent::Toggle));
        })
        .child(rect("", -8.0, -9.0, 26.0, 26.0, Some(px(4.0))))
        .child(el!("path", "d": d))
}

//! A card of the graph: a stage, or something outside the file.

use std::collections::BTreeSet;
use std::rc::Rc;

use stagewright::layout::Rect;
use stagewright::layout::cards::{Card, Row, State, metrics};
use stagewright::resolve::CommandId;
use yew::prelude::*;

use crate::graph::px::px;

/// A card in its place.
#[derive(Properties, PartialEq)]
pub struct NodeProps {
    /// Its place in the list of cards.
    pub index: usize,
    /// What is on it.
    pub card: Rc<Card>,
    /// Where it is.
    pub place: Rect,
    /// What a screen reader says of it.
    pub name: AttrValue,
    /// Whether it is lit.
    pub lit: bool,
    /// Rows that are lit.
    pub lit_rows: BTreeSet<CommandId>,
    /// Whether it is the one that is explained.
    pub selected: bool,
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

/// Draws a card.
#[component]
pub fn NodeView(props: &NodeProps) -> Html {
    let card = &*props.card;
    let state = card.state.name();
    let is_stage = card.stage.is_some();
    let class = classes!(
        "card",
        if is_stage { "stage" } else { "outside" },
        state,
        props.lit.then_some("lit"),
        props.selected.then_some("selected"),
    );
    let index = props.index;
    let on = &props.on;
    html! {
        <g
            {class}
            id={element_id(props.index)}
            transform={translate(props.place.x, props.place.y)}
            role="button"
            tabindex={if props.tabbable { "0" } else { "-1" }}
            aria-pressed={props.selected.to_string()}
            aria-label={props.name.clone()}
            data-stage={is_stage.then(|| card.label.clone())}
            data-image={(!is_stage).then(|| card.label.clone())}
            data-state={state}
            onclick={on.reform(move |_| (index, NodeEvent::Click))}
            ondblclick={on.reform(move |_| (index, NodeEvent::DoubleClick))}
            onmouseenter={on.reform(move |_| (index, NodeEvent::Hover(true)))}
            onmouseleave={on.reform(move |_| (index, NodeEvent::Hover(false)))}
            onfocus={on.reform(move |_| (index, NodeEvent::Focus(true)))}
            onblur={on.reform(move |_| (index, NodeEvent::Focus(false)))}
        >
            {outline("focus-ring", 7.0, card)}
            // The name of the element says it all.
            <g aria-hidden="true">{face(props)}</g>
        </g>
    }
}

/// What is on a card.
fn face(props: &NodeProps) -> Html {
    let card = &*props.card;
    html! {
        <>
            if card.state == State::Target {
                {outline("ring", 4.0, card)}
            }
            {outline("box", 0.0, card)}
            if card.stage.is_some() {
                {sign(card.state)}
                {text("title", metrics::TITLE, metrics::PAD + metrics::SIGN, metrics::TITLE_LINE, &card.title)}
                {text("base", metrics::SMALL, metrics::PAD, metrics::BASE_LINE, &card.base)}
                {text("state", metrics::SMALL, metrics::PAD, metrics::STATE_LINE, &card.summary())}
                if card.reads_context {
                    {folder(card.width - metrics::PAD - metrics::FOLDER, metrics::TITLE_LINE - 12.0)}
                }
                {for card.rows.iter().map(|row| row_view(props, row))}
                {toggle(props)}
            } else {
                {text("title", metrics::SMALL + 1.0, metrics::PAD, 23.0, &card.title)}
                {text("base", metrics::SMALL - 1.0, metrics::PAD, 41.0, &card.base)}
            }
        </>
    }
}

fn translate(x: f32, y: f32) -> String {
    ["translate(", &px(x), " ", &px(y), ")"].concat()
}

/// The outline of a card, so many pixels outside of it.
fn outline(class: &'static str, by: f32, card: &Card) -> Html {
    html! {
        <rect
            {class}
            x={px(-by)}
            y={px(-by)}
            width={px(card.width + 2.0 * by)}
            height={px(card.height + 2.0 * by)}
            rx={px(6.0 + by / 2.0)}
        />
    }
}

/// A line of text. The space at its end keeps it apart from the next for whoever reads the text only.
fn text(class: &'static str, size: f32, x: f32, y: f32, content: &str) -> Html {
    html! {
        <text {class} font-size={px(size)} x={px(x)} y={px(y)}>{[content, " "].concat()}</text>
    }
}

/// The sign of a state: what it says without colour.
fn sign(state: State) -> Html {
    let (x, y) = (px(metrics::PAD + 6.0), px(metrics::TITLE_LINE - 6.0));
    let dot = |class: &'static str, r: &'static str| html! { <circle {class} cx={x.clone()} cy={y.clone()} {r} /> };
    match state {
        State::Target => html! { <>{dot("sign hollow", "6")}{dot("sign", "3")}</> },
        State::Built => dot("sign", "5"),
        State::Skipped => dot("sign hollow", "5"),
    }
}

/// A folder: the card takes files from the build context.
fn folder(x: f32, y: f32) -> Html {
    html! {
        <path
            class="folder"
            transform={translate(x, y)}
            d="M.75 11.25V1.75h5l1.5 2h8v7.5z"
        />
    }
}

fn row_view(props: &NodeProps, row: &Row) -> Html {
    let class = classes!("row", props.lit_rows.contains(&row.command).then_some("lit"));
    let (index, command) = (props.index, row.command);
    let on_hover = props.on.reform(move |_: MouseEvent| (index, NodeEvent::HoverRow(command)));
    let top = row.y - metrics::ROW / 2.0;
    html! {
        <g {class} key={row.command.0} onmouseenter={on_hover}>
            <rect
                x="1"
                y={px(top)}
                width={px(props.card.width - 2.0)}
                height={px(metrics::ROW)}
            />
            {text("", metrics::SMALL, metrics::PAD, row.y + 4.5, &row.text)}
        </g>
    }
}

/// The sign that opens and closes a card. It is for the pointer: the keyboard has a button beside the graph.
fn toggle(props: &NodeProps) -> Html {
    if !props.card.can_open {
        return Html::default();
    }
    let index = props.index;
    let onclick = props.on.reform(move |event: MouseEvent| {
        event.stop_propagation();
        (index, NodeEvent::Toggle)
    });
    let (x, y) = (props.card.width - metrics::PAD - 8.0, metrics::STATE_LINE - 10.0);
    let d = if props.card.rows.is_empty() { "M0 2l5 5 5-5" } else { "M0 7l5-5 5 5" };
    html! {
        <g class="toggle" transform={translate(x, y)} {onclick}>
            <rect x="-8" y="-9" width="26" height="26" rx="4" />
            <path {d} />
        </g>
    }
}

//! How the timeline looks: the part that is seen, in a room that the browser scrolls, and above it what is pointed at and
//! the buttons.

use std::rc::Rc;

use yew::html::Scope;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use super::bars::{self, Same};
use super::hear::on_key;
use super::{Message, RULER, STEP, Timeline, TimelineProps, scale};
use crate::el;
use crate::element::Element;
use crate::graph::px::px;
use crate::strings::simulation as strings;

/// The timeline.
pub(super) fn view(timeline: &Timeline, context: &Context<Timeline>) -> Html {
    let props = context.props();
    let Timeline { chart, sheet, window, .. } = timeline;
    let ticks = scale::ticks(sheet, window);
    let link = context.link();
    let active = timeline.current.filter(|_| timeline.focused);
    let rows = bars::rows(&props.run, &Same(Rc::clone(chart)), sheet, window, active);
    let pointer = |kind: On, lanes: Element| {
        let link = link.clone();
        let pressed = kind == On::onclick;
        lanes.on(kind, move |event| link.send_message(Message::Pointer(Some(event), pressed)))
    };
    let lanes =
        el!("svg", "class": "lanes", "role": "presentation", "width": px(sheet.width()), "height": px(sheet.height()))
            .node(&timeline.lanes)
            .child(el!("g", "aria-hidden": "true").child(scale::lines(sheet, &ticks)))
            .child(rows)
            .maybe(props.at.map(|at| bars::moment(&props.run, chart, sheet, window, at)))
            .child(el!("g", "aria-hidden": "true").children(frames(timeline, props)));
    let lanes = pointer(On::onclick, pointer(On::onpointermove, lanes));
    let room = el!(
        "div",
        "class": "timeline-room",
        "tabindex": "0",
        "role": "listbox",
        "aria-label": format!("{}: {}", strings::TIMELINE, props.run.summary()),
        "aria-activedescendant": active.map(|step| bars::element_id(&props.run, step)),
        "hidden": chart.order.is_empty().then_some("hidden"),
    )
    .node(&timeline.room)
    .on(On::onkeydown, on_key(link.clone()))
    .on(On::onfocus, {
        let link = link.clone();
        move |_| link.send_message(Message::Focus(true))
    })
    .on(On::onblur, {
        let link = link.clone();
        move |_| link.send_message(Message::Focus(false))
    })
    .on(On::onpointerleave, {
        let link = link.clone();
        move |_| link.send_message(Message::Pointer(None, false))
    })
    .child(scale::scale(sheet, &ticks))
    .child(lanes);
    let ruler = el!("span", "class": "ruler", "aria-hidden": "true").node(&timeline.ruler).text(RULER);
    // It gives the room its height, so that nothing around has to be laid out when what is in the room changes.
    let height = sheet.height() + scale::height(sheet);
    let strut = el!("svg", "class": "strut", "aria-hidden": "true", "width": "1", "height": px(height));
    let frame = el!("div", "class": "timeline-frame").child(strut).child(room);
    el!("div", "class": "timeline").child(head(timeline, props, link)).child(frame).child(ruler).into()
}

/// Above the lanes: what is pointed at, in full, and the buttons.
fn head(timeline: &Timeline, props: &TimelineProps, link: &Scope<Timeline>) -> Element {
    let told = match timeline.told() {
        Some(step) => el!("p")
            .child(el!("code").text(props.run.plan.steps[step].label.clone()))
            .child(el!("span").text(props.run.happens(step))),
        None => el!("p", "class": "hint").child(el!("span").text(strings::TIMELINE_HELP)),
    };
    let sheet = &timeline.sheet;
    let button = |name: &'static str, factor: f32, d: &'static str| {
        let idle = sheet.zoomed(sheet.zoom * factor) == sheet.zoom;
        let picture = el!("svg", "aria-hidden": "true", "width": "16", "height": "16", "viewBox": "0 0 16 16");
        let link = link.clone();
        el!("button", "type": "button", "class": "icon", "aria-label": name, "title": name, "aria-disabled": idle.then_some("true"))
            .on(On::onclick, move |_| link.send_message(Message::Zoom(factor, None)))
            .child(picture.child(el!("path", "d": d)))
    };
    let tools = el!("div", "class": "timeline-tools", "role": "group", "aria-label": strings::TIMELINE_VIEW)
        .child(button(strings::TIMELINE_OUT, 1.0 / STEP, "M3 8h10"))
        .child(button(strings::TIMELINE_IN, STEP, "M3 8h10M8 3v10"))
        .child(button(strings::TIMELINE_ALL, 0.0, "M2 3v10M14 3v10M5 8h6M7 6L5 8l2 2M9 6l2 2-2 2"));
    el!("div", "class": "timeline-head").child(el!("div", "class": "timeline-told").child(told)).child(tools)
}

/// Frames around what is lit, and around the current step.
fn frames(timeline: &Timeline, props: &TimelineProps) -> Vec<Element> {
    let Timeline { chart, sheet, window, .. } = timeline;
    let lit = props.lit.iter().map(|step| step.0 as usize);
    let current = timeline.told();
    let mut steps: Vec<usize> = lit.filter(|step| Some(*step) != current).collect();
    steps.extend(current);
    let frame = |step: usize| {
        let place = chart.place(sheet, step)?;
        let [left, right] = sheet.part(window, place.row);
        let seen = place.x < right && place.x + place.width > left;
        let seen = seen && (window.first..window.end).contains(&place.row);
        seen.then(|| el!("g", "class": "lit-frame").key(step).child(bars::face(sheet, &place)))
    };
    steps.into_iter().filter_map(frame).collect()
}

//! The pinned version and this one, side by side.

use super::panel::SimulationProps;
use super::run::Simulated;
use super::settings::Change;
use crate::el;
use crate::element::Element;
use crate::strings::simulation as words;

use std::rc::Rc;

/// The side that compares.
pub fn compare(props: &SimulationProps, simulated: &Simulated) -> Element {
    let Some(compared) = &simulated.compared else {
        let pin = props.button(Change::Pin(Some(Rc::new(props.state.to_share())))).text(words::PIN);
        return el!("div", "class": "columns").child(
            el!("div", "class": "facts")
                .child(el!("p").text(words::NOTHING_TO_COMPARE))
                .child(el!("div", "class": "actions").child(pin)),
        );
    };
    let cell = |text: &str| el!("td").text(text.to_owned());
    let rows = compared.rows.iter().enumerate().map(|(key, [name, pinned, now])| {
        let head = el!("th", "scope": "row").text(name.clone());
        el!("tr").key(key).child(head).child(cell(pinned)).child(cell(now))
    });
    let column = |text: &'static str| el!("th", "scope": "col").text(text);
    let head = el!("tr").child(el!("td")).child(column(words::PINNED_COLUMN)).child(column(words::NOW_COLUMN));
    let table = el!("table", "class": "compared").child(el!("thead").child(head)).child(el!("tbody").children(rows));
    let lists = compared.lists.iter().filter(|(_, items)| !items.is_empty()).map(|(title, items)| {
        let items =
            items.iter().enumerate().map(|(key, item)| el!("li").key(key).child(el!("code").text(item.clone())));
        el!("div", "class": "facts").key(*title).child(el!("h3").text(*title)).child(el!("ul").children(items))
    });
    let unpin = props.button(Change::Pin(None)).text(words::UNPIN);
    el!("div", "class": "columns")
        .child(el!("div", "class": "facts wide").child(table).child(el!("div", "class": "actions").child(unpin)))
        .children(lists)
}

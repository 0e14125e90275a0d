//! Items for the options of a `--mount` and their values.
//!
//! Relies on the table of [`mounts`](crate::language::mounts).

use std::ops::Range;

use super::super::mounts::{MOUNT_OPTIONS, MOUNT_TYPES, mount_option};
use super::{Item, ItemKind, SWITCH, Site, names, offer};

/// Items for the option that the place is in; and what of the text they replace.
pub(super) fn complete(site: &Site<'_>, items: &mut Vec<Item>) -> Range<usize> {
    let whole = &site.text[site.place.word.clone()];
    let quotes = whole.len() - whole.trim_start_matches(['"', '\'']).len();
    let start = site.place.word.start + quotes;
    let typed = site.text.get(start..site.at).unwrap_or_default();
    let field = site.at - typed.rsplit(',').next().unwrap_or_default().len();
    let end = site.at + end_of(&site.text[site.at..site.place.word.end.max(site.at)], &[',', '"', '\'']);
    let fields: Vec<&str> = whole.trim_matches(['"', '\'']).split(',').collect();
    let kind = fields.iter().rev().find_map(|field| {
        let (key, kind) = field.split_once('=')?;
        key.eq_ignore_ascii_case("type").then_some(kind)
    });
    let kind = kind.unwrap_or("bind").to_ascii_lowercase();
    match site.text[field..site.at].split_once('=') {
        Some((key, _)) => {
            values(site, key, items);
            field + key.len() + 1..end
        }
        None => {
            let own = &site.text[field..end];
            options(&kind, &fields, own, items);
            field..field + own.find('=').unwrap_or(own.len()).max(site.at - field)
        }
    }
}

fn end_of(text: &str, stops: &[char]) -> usize {
    text.find(stops).unwrap_or(text.len())
}

/// The options of a type of mount, but for those that are there. A type in the making has all.
fn options(kind: &str, fields: &[&str], own: &str, items: &mut Vec<Item>) {
    let is_known = MOUNT_TYPES.iter().any(|facts| facts.name == kind);
    let is_given = |name: &str| {
        fields.iter().filter(|field| **field != own).any(|field| {
            let key = field.split('=').next().unwrap_or_default();
            mount_option(key).is_some_and(|facts| facts.name == name)
        })
    };
    let has_value = own.contains('=');
    for facts in &MOUNT_OPTIONS {
        let fits = !is_known || facts.types.is_empty() || facts.types.contains(&kind);
        if fits && !is_given(facts.name) {
            let equals = if facts.value.is_empty() || has_value { "" } else { "=" };
            let insert = format!("{}{equals}", facts.name);
            items.push(Item::new(ItemKind::Flag, facts.name, facts.about).inserting(insert));
        }
    }
}

/// The values of an option.
fn values(site: &Site<'_>, key: &str, items: &mut Vec<Item>) {
    let Some(facts) = mount_option(key) else { return };
    match facts.name {
        "type" => items.extend(MOUNT_TYPES.iter().map(|it| Item::new(ItemKind::Value, it.name, it.about))),
        "from" => {
            names::stages(site.document, site.id, names::By::Mount, items);
            names::images(site.document, site.offset, items);
        }
        "readwrite" | "readonly" => {
            offer(items, ItemKind::Value, SWITCH);
        }
        _ => offer(items, ItemKind::Value, facts.values),
    }
}

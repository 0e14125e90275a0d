//! Items that are the same in every file: instructions, flags, platforms, and the few words that some
//! instructions take.
//!
//! Relies on the tables of [`instructions`](crate::language::instructions).

use std::ops::Range;

use crate::syntax::{FlagType, InstructionKind, Keyword, flags_of};

use super::super::Document;
use super::super::instructions::{INSTRUCTIONS, flag_of};
use super::{Item, ItemKind, Site, names, offer, offer_names};

const PLATFORMS: [&str; 9] = [
    "linux/amd64",
    "linux/arm64",
    "linux/arm/v7",
    "linux/arm/v6",
    "linux/386",
    "linux/ppc64le",
    "linux/riscv64",
    "linux/s390x",
    "windows/amd64",
];

const SIGNALS: [&str; 7] = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2"];

/// The instructions that may stand at a place.
pub(super) fn keywords(document: &Document<'_>, at: u32, items: &mut Vec<Item>) {
    let has_stage = document.analysis.syntax.instructions.iter().any(|it| {
        it.range.start < at && !it.range.touches(at) && Keyword::parse(&it.keyword.text) == Some(Keyword::From)
    });
    items.push(keyword_item(document, Keyword::From));
    for (keyword, _) in Keyword::ALL {
        let is_other = !matches!(keyword, Keyword::From | Keyword::Maintainer);
        if is_other && (has_stage || keyword == Keyword::Arg) {
            items.push(keyword_item(document, keyword));
        }
    }
    // The outdated one comes last.
    if has_stage {
        items.push(keyword_item(document, Keyword::Maintainer));
    }
}

/// The instructions that ONBUILD can keep.
pub(super) fn triggers(document: &Document<'_>, items: &mut Vec<Item>) {
    for (keyword, _) in Keyword::ALL {
        if !matches!(keyword, Keyword::From | Keyword::Maintainer | Keyword::Onbuild) {
            items.push(keyword_item(document, keyword));
        }
    }
}

fn keyword_item(document: &Document<'_>, keyword: Keyword) -> Item {
    let about = INSTRUCTIONS[keyword as usize].about;
    let name = in_case_of(document, keyword.name());
    Item::new(ItemKind::Keyword, &name, about).inserting(format!("{name} "))
}

/// A keyword in the letter case that most instructions of the file have.
fn in_case_of(document: &Document<'_>, keyword: &str) -> String {
    let mut lower = 0_i32;
    for it in &document.analysis.syntax.instructions {
        if it.kind != InstructionKind::Invalid {
            lower += if it.keyword.text.bytes().all(|byte| byte.is_ascii_lowercase()) { 1 } else { -1 };
        }
    }
    if lower > 0 { keyword.to_ascii_lowercase() } else { keyword.to_owned() }
}

/// The flags of an instruction, but for those that are there and cannot be given again.
pub(super) fn flags(site: &Site<'_>, keyword: Keyword, items: &mut Vec<Item>) {
    let has_value = site.text[site.place.word.end..].starts_with('=');
    for (name, flag_type) in flags_of(keyword) {
        if *flag_type != FlagType::Strings && site.place.flags.contains(name) {
            continue;
        }
        let equals = if *flag_type == FlagType::Bool || has_value { "" } else { "=" };
        let about = flag_of(keyword, name).map_or("", |facts| facts.about);
        let label = format!("--{name}");
        items.push(Item::new(ItemKind::Flag, &label, about).inserting(format!("{label}{equals}")));
    }
}

/// Values of `--platform`.
pub(super) fn platforms(items: &mut Vec<Item>) {
    let variables = [
        ("$BUILDPLATFORM", "the platform of the machine that builds"),
        ("$TARGETPLATFORM", "the platform of the build, which is the default"),
    ];
    offer(items, ItemKind::Variable, &variables);
    offer_names(items, ItemKind::Value, &PLATFORMS);
}

/// Items for a word behind the flags; and what of the text they replace.
pub(super) fn arguments(site: &Site<'_>, keyword: Keyword, index: usize, items: &mut Vec<Item>) -> Range<usize> {
    let place = &site.place;
    match (keyword, index) {
        (Keyword::From, 0) => {
            names::stages(site.document, site.id, names::By::From, items);
            names::images(site.document, site.offset, items);
            items.push(Item::new(ItemKind::Image, "scratch", "nothing"));
        }
        (Keyword::From, 1) => {
            let written = site.document.analysis.syntax.instruction(site.id).map(|it| it.keyword.text.as_str());
            let is_lower = written.is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
            let name = if is_lower { "as" } else { "AS" };
            let item = Item::new(ItemKind::Keyword, name, "gives the stage a name");
            items.push(item.inserting(format!("{name} ")));
        }
        (Keyword::Healthcheck, 0) => {
            let forms = [("CMD", "the command that is run"), ("NONE", "no check, not even that of the base")];
            offer(items, ItemKind::Keyword, &forms);
        }
        (Keyword::Arg, _) if !site.typed().contains('=') => names::undeclared(site.document, site.id, items),
        (Keyword::Stopsignal, 0) => offer_names(items, ItemKind::Value, &SIGNALS),
        (Keyword::Shell, 0) => {
            let shells = [
                ("[\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]", "fails where any part of a pipe does"),
                ("[\"powershell\", \"-Command\"]", "on Windows"),
            ];
            offer(items, ItemKind::Value, &shells);
        }
        (Keyword::Expose, _) => {
            if let Some(slash) = site.typed().find('/') {
                offer_names(items, ItemKind::Value, &["tcp", "udp", "sctp"]);
                return place.word.start + slash + 1..place.word.end;
            }
        }
        _ => {}
    }
    if index == 0 && place.word.is_empty() && place.start == site.at {
        flags(site, keyword, items);
    }
    place.word.clone()
}

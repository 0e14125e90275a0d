//! Every place that names the thing at a place.
//!
//! Relies on [`subject`](super::subject) for what it is.

use crate::sorting::sort;
use crate::text::TextRange;

use super::Document;
use super::class::Classes;
use super::scopes::{Declaration, Reading, Scopes};
use super::stages::{Named, mentions, place_of};
use super::subject::{Subject, subject_at};

/// The places of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uses {
    /// The name at the place that was asked for.
    pub range: TextRange,
    /// Where it is declared, in the order of the text.
    pub declarations: Vec<TextRange>,
    /// Where it is used, in the order of the text.
    pub uses: Vec<TextRange>,
}

/// Every place of the stage, argument or variable at `at`; none where there is none.
///
/// An ARG before the first FROM and those that take over its value are one thing; one with a default of its own is
/// another, and so is an ENV of the same name. A variable that is declared nowhere has only the place itself.
#[must_use]
pub fn uses(document: &Document<'_>, at: u32) -> Option<Uses> {
    let at = document.floor(at);
    let mut out = match subject_at(document, at)? {
        Subject::Stage(id, range) => {
            let stage = document.analysis.resolved.stage(id)?;
            let names = mentions(document).into_iter().filter(|mention| mention.named == Named::Stage(id));
            let uses = names.map(|mention| mention.word.range).collect();
            Uses { range, declarations: vec![place_of(document, stage)], uses }
        }
        Subject::Variable(name, range) => {
            let scopes = Scopes::of(document, &name);
            let Places { declarations, readings } = Places::of(&scopes, range);
            Uses {
                range,
                declarations: declarations.into_iter().map(|it| it.range).collect(),
                uses: readings.into_iter().map(|it| it.range).collect(),
            }
        }
    };
    sort(&mut out.declarations);
    sort(&mut out.uses);
    Some(out)
}

/// The places of a variable that hang together.
pub(super) struct Places<'a> {
    pub(super) declarations: Vec<&'a Declaration>,
    pub(super) readings: Vec<&'a Reading>,
}

impl<'a> Places<'a> {
    /// Those that hang together with the one at `range`.
    pub(super) fn of(scopes: &'a Scopes, range: TextRange) -> Self {
        let mut classes = Classes::of(scopes);
        let reading = scopes.readings.iter().find(|reading| reading.range == range);
        let declared = scopes.declarations.iter().position(|declaration| declaration.range == range);
        let Some(declaration) = reading.map_or(declared, |reading| reading.sees.first().copied()) else {
            return Self { declarations: Vec::new(), readings: reading.into_iter().collect() };
        };
        let class = classes.class_of(declaration);
        let mut is_in = |declaration: usize| classes.class_of(declaration) == class;
        let mut out = Self { declarations: Vec::new(), readings: Vec::new() };
        for (index, declaration) in scopes.declarations.iter().enumerate() {
            if is_in(index) {
                out.declarations.push(declaration);
            }
        }
        for reading in &scopes.readings {
            if reading.sees.first().is_some_and(|&seen| is_in(seen)) {
                out.readings.push(reading);
            }
        }
        out
    }
}

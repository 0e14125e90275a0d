//! Where the thing at a place is declared.
//!
//! Relies on [`subject`](super::subject) for what it is.

use crate::sorting::sort;
use crate::text::TextRange;

use super::Document;
use super::scopes::Scopes;
use super::stages::place_of;
use super::subject::{Subject, subject_at};

/// Where something is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The name at the place that was asked for.
    pub range: TextRange,
    /// The names in the declarations, in the order of the text: more than one where it depends on build
    /// args which of them counts.
    pub targets: Vec<TextRange>,
}

/// Where the stage, argument or variable at `at` is declared; none where there is none, or where it
/// comes from outside the file. For a stage without a name that is its FROM. An ARG that takes over the
/// value of one before the first FROM leads there.
#[must_use]
pub fn definition(document: &Document<'_>, at: u32) -> Option<Definition> {
    let at = document.floor(at);
    let (range, mut targets) = match subject_at(document, at)? {
        Subject::Stage(stage, range) => {
            let stage = document.analysis.resolved.stage(stage)?;
            (range, vec![place_of(document, stage)])
        }
        Subject::Variable(name, range) => (range, declarations(document, &name, range)),
    };
    sort(&mut targets);
    (!targets.is_empty()).then_some(Definition { range, targets })
}

fn declarations(document: &Document<'_>, name: &str, range: TextRange) -> Vec<TextRange> {
    let Scopes { declarations, readings } = Scopes::of(document, name);
    let place = |&index: &usize| declarations.get(index).map(|declaration| declaration.range);
    if let Some(reading) = readings.iter().find(|reading| reading.range == range) {
        return reading.sees.iter().filter_map(place).collect();
    }
    match declarations.iter().find(|declaration| declaration.range == range) {
        Some(declaration) if declaration.fed_by.is_empty() => vec![declaration.range],
        Some(declaration) => declaration.fed_by.iter().filter_map(place).collect(),
        None => Vec::new(),
    }
}

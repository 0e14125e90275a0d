//! What the editor shows of an analysis, as flat arrays of numbers in UTF-16 units.
//!
//! Pure. The numbers of kinds are those of web/js/editor/marks.mjs and web/js/editor/problems.mjs.

use stagewright::graph::StageGraph;
use stagewright::syntax::TokenKind;
use stagewright::text::{LineSpan, Utf16Cursor};

use crate::analysis::Answer;
use crate::editor::fixes::problems;
use crate::links::Lit;

/// Tokens, problems and lines. Three numbers each: two for the place, one for the kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Start, end, kind.
    pub tokens: Vec<u32>,
    /// Start, end, severity. The numbers of the problems are their places in this list.
    pub problems: Vec<u32>,
    /// What the problems are.
    pub messages: Vec<String>,
    /// First line, last line, kind: what becomes of each stage.
    pub stages: Vec<u32>,
}

/// The kind of line that belongs to a stage which is built.
const BUILT: u32 = 0;
/// To the target.
const TARGET: u32 = 1;
/// To a stage that is not built.
const SKIPPED: u32 = 2;
/// A line that is lit.
const LIT: u32 = 3;

impl Marks {
    /// The marks of an analysed text. Part of the first view.
    #[must_use]
    pub fn of(answer: &Answer) -> Self {
        let analysis = &answer.analysis;
        let mut marks = Self::default();
        let mut utf16 = Utf16Cursor::new(&answer.source);
        for token in &analysis.syntax.tokens {
            if let Some(kind) = number(token.kind) {
                marks.tokens.extend([utf16.at(token.range.start), utf16.at(token.range.end), kind]);
            }
        }
        for problem in problems(answer) {
            let range = problem.range(answer);
            marks.problems.extend([utf16.at(range.start), utf16.at(range.end), problem.severity()]);
            marks.messages.push(problem.message().to_owned());
        }
        for stage in &analysis.resolved.stages {
            let kind = if analysis.graph.target == Some(stage.id) {
                TARGET
            } else if analysis.graph.reach.needs(StageGraph::node_of(stage.id)) {
                BUILT
            } else {
                SKIPPED
            };
            let lines = &analysis.lines;
            marks.stages.extend([lines.line_of(stage.range.start), lines.line_of(stage.range.end), kind]);
        }
        marks
    }

    /// The marks of lines, those that are lit included.
    #[must_use]
    pub fn lines_with(&self, lit: &Lit) -> Vec<u32> {
        let mut flat = self.stages.clone();
        flat.extend(lit.lines.iter().flat_map(|&LineSpan { first, last }| [first, last, LIT]));
        flat
    }
}

/// The number of a kind of token; none for what has no colour.
fn number(kind: TokenKind) -> Option<u32> {
    Some(match kind {
        TokenKind::Comment => 0,
        TokenKind::Directive => 1,
        TokenKind::Keyword => 2,
        TokenKind::Flag => 3,
        TokenKind::StageName => 4,
        TokenKind::Reference => 5,
        TokenKind::Name => 6,
        TokenKind::Operator | TokenKind::Continuation => 7,
        TokenKind::Variable => 8,
        TokenKind::String => 9,
        TokenKind::HeredocDelimiter => 10,
        TokenKind::HeredocBody => 11,
        TokenKind::Punctuation => 12,
        TokenKind::Invalid => 13,
        TokenKind::Whitespace | TokenKind::Newline | TokenKind::Text => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::answer;
    use crate::state::{Action, State};

    fn marks(source: &str) -> Marks {
        Marks::of(&answer(&State::default().after(Action::Edit(source.into()))))
    }

    #[test]
    fn places_count_utf16_units() {
        let marks = marks("# \u{1f49b}\nFROM alpine\n");
        assert_eq!(&marks.tokens[..6], [0, 4, 0, 5, 9, 2]);
    }

    #[test]
    fn every_stage_has_its_lines() {
        let marks = marks("FROM a AS x\nRUN y\n\nFROM x AS z\n\nFROM x\nRUN w\n");
        assert_eq!(marks.stages, [1, 2, BUILT, 4, 4, SKIPPED, 6, 7, TARGET]);
        let lit = Lit { lines: vec![LineSpan { first: 2, last: 3 }], ..Lit::default() };
        assert_eq!(marks.lines_with(&lit)[9..], [2, 3, LIT]);
    }

    #[test]
    fn a_problem_stands_where_it_is() {
        let marks = marks("FROM a\nRUNN x\n");
        assert_eq!(marks.messages.len(), 1);
        let (start, end) = (marks.problems[0], marks.problems[1]);
        assert!((7..13).contains(&start) && start < end && end <= 13, "{start}..{end}");
    }
}

//! What fixes change: of one finding, of all findings of a rule, and shown line by line.
//!
//! Pure. The edits are the core's; here they are put together, and turned into lines before and after.

use std::rc::Rc;

use stagewright::diagnostic::Fix;
use stagewright::sorting::sort_by_key;
use stagewright::text::{LineIndex, LineSpan, TextEdit, TextRange, apply};

/// A change that mends problems of a text.
#[derive(Debug, PartialEq)]
pub struct Mend {
    /// The text that it is of.
    pub of: Rc<str>,
    /// The edits, in the order of the text; no two of them overlap.
    pub edits: Vec<TextEdit>,
}

/// Lines that change.
#[derive(Debug, PartialEq, Eq)]
pub struct ChangedLines {
    /// The number of the first one.
    pub line: u32,
    /// As they are; none where others are put in before the first one.
    pub before: Option<String>,
    /// As they will be; none where they are taken out.
    pub after: Option<String>,
}

impl Mend {
    /// The change that these edits make.
    #[must_use]
    pub fn new(of: &Rc<str>, mut edits: Vec<TextEdit>) -> Self {
        sort_by_key(&mut edits, |edit| edit.range.start);
        Self { of: Rc::clone(of), edits }
    }

    /// What all of these fixes do at once, and how many it is. Of those that overlap, the later one is left out, and is
    /// there to be asked for afterwards.
    #[must_use]
    pub fn all<'a>(of: &Rc<str>, fixes: impl Iterator<Item = &'a Fix>) -> (usize, Self) {
        let fixes: Vec<&[TextEdit]> = fixes.map(|fix| &fix.edits[..]).collect();
        let mut places: Vec<(TextRange, usize)> = Vec::new();
        for (number, edits) in fixes.iter().enumerate() {
            places.extend(edits.iter().map(|edit| (edit.range, number)));
        }
        sort_by_key(&mut places, |(range, _)| *range);
        let mut is_left_out = vec![false; fixes.len()];
        let mut last: Option<(TextRange, usize)> = None;
        for (range, number) in places {
            if is_left_out[number] {
                continue;
            }
            let overlaps = |(before, other): (TextRange, usize)| {
                other != number && (range.start < before.end || range.start == before.start)
            };
            if last.is_some_and(overlaps) {
                is_left_out[number] = true;
            } else {
                last = Some((range, number));
            }
        }
        let kept = fixes.iter().zip(&is_left_out).filter(|(_, is_left_out)| !**is_left_out);
        let edits = kept.flat_map(|(edits, _)| edits.iter().cloned()).collect();
        (is_left_out.iter().filter(|is_left_out| !**is_left_out).count(), Self::new(of, edits))
    }

    /// The text afterwards.
    #[must_use]
    pub fn mended(&self) -> String {
        apply(&self.of, &self.edits)
    }

    /// The lines that change, in the order of the text.
    #[must_use]
    pub fn changes(&self, lines: &LineIndex) -> Vec<ChangedLines> {
        let span = |edit: &TextEdit| (lines.line_of(edit.range.start), lines.line_of(edit.range.end));
        let mut out = Vec::new();
        let mut rest = &self.edits[..];
        while let Some(edit) = rest.first() {
            // Edits of the same lines are shown together.
            let (first, mut last) = span(edit);
            let mut count = 1;
            while let Some((_, end)) = rest.get(count).map(span).filter(|(start, _)| *start <= last) {
                last = last.max(end);
                count += 1;
            }
            let (edits, others) = rest.split_at(count);
            rest = others;
            let whole = lines.range_of_span(&self.of, LineSpan { first, last });
            let whole = whole.cover(TextRange::new(whole.start, edits[count - 1].range.end));
            let moved: Vec<TextEdit> = edits.iter().map(|edit| moved(edit, whole.start)).collect();
            let before = whole.of(&self.of);
            out.extend(change(first, before, &apply(before, &moved)));
        }
        out
    }
}

/// An edit of a text as one of a part of it that begins at `start`.
fn moved(edit: &TextEdit, start: u32) -> TextEdit {
    let range = TextRange::new(edit.range.start.saturating_sub(start), edit.range.end.saturating_sub(start));
    TextEdit { range, text: edit.text.clone() }
}

/// What differs between two texts, whole lines of them; none where nothing does.
fn change(first: u32, before: &str, after: &str) -> Option<ChangedLines> {
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    while !old.is_empty() && old.last() == new.last() {
        old.pop();
        new.pop();
    }
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (old, new) = (old.get(same..)?, new.get(same..)?);
    if old.is_empty() && new.is_empty() {
        return None;
    }
    let text = |lines: &[&str]| (!lines.is_empty()).then(|| lines.join("\n"));
    Some(ChangedLines { line: first + same as u32, before: text(old), after: text(new) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use stagewright::{Request, analyze};

    /// What mending all findings of a rule changes, and the text afterwards.
    #[track_caller]
    fn check(source: &str, rule: &str, expected: &[(u32, Option<&str>, Option<&str>)], mended: &str) {
        let analysis = analyze(&Request { source: source.into(), ..Request::default() });
        let findings = analysis.findings.iter().filter(|finding| finding.rule.0 == rule);
        let (_, mend) = Mend::all(&source.into(), findings.filter_map(|finding| finding.fixes.first()));
        let changes = mend.changes(&analysis.lines);
        let changes: Vec<_> = changes.iter().map(|it| (it.line, it.before.as_deref(), it.after.as_deref())).collect();
        assert_eq!(changes, expected);
        assert_eq!(mend.mended(), mended);
    }

    #[test]
    fn each_line_is_a_change() {
        check(
            "FROM a AS B\nFROM B AS C\n",
            "StageNameCasing",
            &[(1, Some("FROM a AS B"), Some("FROM a AS b")), (2, Some("FROM B AS C"), Some("FROM B AS c"))],
            "FROM a AS b\nFROM B AS c\n",
        );
    }

    #[test]
    fn edits_of_one_line_are_one_change() {
        check(
            "FROM a\nENV A 1\nENV \\\n  B=1 \\\n  C=$D\nEXPOSE 80/TCP 81/UDP\n",
            "ExposeProtoCasing",
            &[(6, Some("EXPOSE 80/TCP 81/UDP"), Some("EXPOSE 80/tcp 81/udp"))],
            "FROM a\nENV A 1\nENV \\\n  B=1 \\\n  C=$D\nEXPOSE 80/tcp 81/udp\n",
        );
    }

    #[test]
    fn a_line_that_goes_has_nothing_afterwards() {
        check(
            "FROM a\nCMD [\"x\"]\nCMD [\"y\"]\nCMD [\"z\"]\n",
            "MultipleInstructionsDisallowed",
            &[(2, Some("CMD [\"x\"]\nCMD [\"y\"]"), None)],
            "FROM a\nCMD [\"z\"]\n",
        );
    }

    #[test]
    fn lines_that_are_put_in_stand_alone() {
        let source: Rc<str> = "FROM a\nRUN b".into();
        let edits = vec![TextEdit { range: TextRange::new(7, 7), text: "# c\n".into() }];
        let changes = Mend::new(&source, edits).changes(&LineIndex::new(&source));
        assert_eq!(changes, [ChangedLines { line: 2, before: None, after: Some("# c".into()) }]);
    }

    #[test]
    fn of_fixes_that_overlap_one_is_left() {
        let finding = |start: u32, end: u32, text: &str| {
            let mut finding =
                analyze(&Request { source: "FROM a AS B\n".into(), ..Request::default() }).findings.remove(0);
            finding.fixes[0].edits = vec![TextEdit { range: TextRange::new(start, end), text: text.into() }];
            finding
        };
        let findings = [finding(0, 4, "x"), finding(2, 3, "y"), finding(4, 5, "z")];
        let (n, mend) = Mend::all(&"abcdefg".into(), findings.iter().filter_map(|finding| finding.fixes.first()));
        assert_eq!((n, mend.mended().as_str()), (2, "xzfg"));
    }
}

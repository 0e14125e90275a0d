//! `ONBUILD INSTRUCTION`

use crate::text::TextRange;

use super::super::ast::{Heredoc, InstructionKind, Onbuild};
use super::super::error::SyntaxErrorKind as Kind;
use super::super::lines::LogicalLine;
use super::{Failure, Split};

/// Keeps the instruction behind ONBUILD as a text, with its here-documents, as BuildKit puts it in
/// the image.
pub(super) fn read(
    line: &LogicalLine,
    mut inner: Option<&mut Split>,
    heredocs: &[Heredoc],
    keyword: TextRange,
) -> Result<Onbuild, Failure> {
    let trigger = inner.as_ref().map(|inner| inner.keyword.clone()).unwrap_or_default();
    let instruction = trigger.text.to_ascii_uppercase();
    match instruction.as_str() {
        "ONBUILD" => return Err(Failure::new(Kind::OnbuildOnbuild, keyword.cover(trigger.range))),
        "MAINTAINER" | "FROM" => return Err(Failure::new(Kind::OnbuildTrigger { instruction }, trigger.range)),
        _ => {}
    }
    let text = line.text.trim_start();
    let mut expression = text.get("ONBUILD".len()..).unwrap_or_default().trim_start().to_owned();
    for heredoc in heredocs {
        expression.push('\n');
        expression.push_str(&heredoc.content);
        expression.push_str(&heredoc.name);
    }
    let kind =
        inner.as_mut().and_then(|inner| super::read(line, inner, heredocs).ok()).unwrap_or(InstructionKind::Invalid);
    let flags = inner.map(|inner| std::mem::take(&mut inner.flags)).unwrap_or_default();
    Ok(Onbuild { expression, trigger, flags, kind: Box::new(kind) })
}

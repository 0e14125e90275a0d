//! Goes through the lines of a file: directives, comments, instructions, here-documents.
//!
//! Relies on the modules of [`syntax`](super) for each of these.

use crate::sorting::sort_by_key;
use crate::text::{LineIndex, LineSpan, TextRange, find, offset};

use super::ast::{Heredoc, Instruction, InstructionKind, Keyword};
use super::check::{self, CheckOptions};
use super::directive::DirectiveReader;
use super::error::{SyntaxError, SyntaxErrorKind as Kind};
use super::heredoc;
use super::instruction::{self, Args, Failure, Split};
use super::lines::{Lines, LogicalLine, PhysicalLine, strip_continuation};
use super::paint;
use super::token::{Canvas, TokenKind};
use super::{EmptyContinuation, InstructionId, Parse};

/// Whose rules a text is read by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Those of BuildKit.
    #[default]
    BuildKit,
    /// Those of the classic builder of Docker 20.10: it knows no here-documents, so that their lines are
    /// instructions, and takes `# check=` for a comment. Flags and errors are told as BuildKit does.
    Classic,
}

/// Reads a Dockerfile. Any text gives a result.
#[must_use]
pub fn parse(source: &str) -> Parse {
    parse_as(source, Dialect::BuildKit)
}

/// Reads a Dockerfile by the rules of a dialect. Any text gives a result.
#[must_use]
pub fn parse_as(source: &str, dialect: Dialect) -> Parse {
    let mut parser = Parser {
        dialect,
        source,
        lines: Lines::new(source),
        canvas: Canvas::new(source),
        directives: DirectiveReader::new(dialect == Dialect::BuildKit),
        comments: Vec::new(),
        has_stage: false,
        n_resumed: 0,
        spare: LogicalLine::default(),
        out: Parse::default(),
    };
    while parser.next_instruction() {}
    parser.finish()
}

/// Reads the instruction that an ONBUILD kept. Its ranges are all `at`, its lines `lines`.
///
/// # Errors
/// BuildKit's message, where it is no instruction.
pub fn parse_trigger(expression: &str, at: TextRange, lines: LineSpan) -> Result<Instruction, String> {
    let mut parsed = parse(expression);
    if let Some(error) =
        parsed.errors.iter().find(|error| error.kind != Kind::NoStages && error.kind != Kind::OutsideStage)
    {
        let suggestion = error.suggestion.as_ref().map(ToString::to_string).unwrap_or_default();
        return Err(format!("{}{suggestion}", error.kind));
    }
    let single = parsed.instructions.pop().filter(|_| parsed.instructions.is_empty());
    let mut instruction = single.ok_or("onbuild trigger should be a single expression")?;
    instruction.range = at;
    instruction.lines = lines;
    Ok(instruction)
}

struct Parser<'a> {
    dialect: Dialect,
    source: &'a str,
    lines: Lines<'a>,
    canvas: Canvas,
    directives: DirectiveReader,
    /// The comments since the last instruction.
    comments: Vec<String>,
    /// Whether a FROM was read.
    has_stage: bool,
    /// How often reading went on inside a here-document that does not end.
    n_resumed: u32,
    /// An empty line whose memory the next one uses.
    spare: LogicalLine,
    out: Parse,
}

/// A file may have many here-documents that do not end, each of which is searched to the end.
const MAX_RESUMED: u32 = 8;

impl<'a> Parser<'a> {
    /// Reads up to the end of the next instruction; tells whether there was a line to read.
    fn next_instruction(&mut self) -> bool {
        let Some(first) = self.lines.next() else { return false };
        let text = first.text.trim_start();
        if text.starts_with('#') {
            self.comment_or_directive(&first, text);
            return true;
        }
        // Whatever is no directive ends them.
        let _ = self.directives.read(text, self.lines.n_read);
        let start = first.start + (first.text.len() - text.len());
        let Some(mut line) = self.logical_line(&first, text, start) else { return true };
        self.check_length(&line);
        match instruction::split(&line, 0..line.text.len(), self.out.escape(), 0) {
            Ok(split) => self.instruction(&mut line, split),
            Err(failure) => self.unreadable(&line, failure),
        }
        self.comments.clear();
        self.spare = line.emptied();
        true
    }

    fn comment_or_directive(&mut self, line: &PhysicalLine<'a>, text: &str) {
        let n_line = self.lines.n_read;
        let is_directive = match self.directives.read(text, n_line) {
            Ok(is_directive) => is_directive,
            Err(name) => {
                self.directive_error(Kind::RepeatedDirective { name: name.to_owned() }, line);
                true
            }
        };
        if !is_directive {
            self.canvas.paint(line.range(), TokenKind::Comment);
            // Only one character is taken off, blanks in front of the `#` or not.
            let mut chars = line.whole.chars();
            chars.next();
            match chars.as_str().trim() {
                "" => self.comments.clear(),
                comment => self.comments.push(comment.to_owned()),
            }
            return;
        }
        self.canvas.paint(line.range(), TokenKind::Directive);
        let value =
            self.directives.found.last().filter(|it| it.name == "escape" && it.line == n_line).map(|it| &it.value);
        match value.map(String::as_str) {
            Some("`") => self.out.escape_is_backtick = true,
            Some("\\") => self.out.escape_is_backtick = false,
            Some(value) => {
                let value = value.to_owned();
                self.directive_error(Kind::InvalidEscape { value }, line);
            }
            None => {}
        }
    }

    /// BuildKit names the line before the directive here, because it has not counted it yet.
    fn directive_error(&mut self, kind: Kind, line: &PhysicalLine<'a>) {
        let at = self.lines.n_read - 1;
        self.error(kind, line.range(), Some(LineSpan { first: at, last: at }));
    }

    /// Puts together the lines of an instruction that begins on `first`; none where that is blank.
    fn logical_line(&mut self, first: &PhysicalLine<'a>, text: &str, start: usize) -> Option<LogicalLine> {
        let escape = self.out.escape();
        let n_first = self.lines.n_read;
        let (stripped, mut continues) = strip_continuation(text, escape);
        if !continues && stripped.is_empty() {
            return None;
        }
        let mut line = std::mem::take(&mut self.spare);
        line.span.first = n_first;
        line.push(stripped, start);
        if continues {
            line.continuations.push(continuation_at(start + stripped.len(), first));
        }
        while continues {
            let Some(next) = self.lines.next() else { break };
            if next.is_comment() {
                line.comments.push(next.range());
                continue;
            }
            if next.text.trim_start().is_empty() {
                line.empty_lines.push(next.whole_range());
                continue;
            }
            let stripped;
            (stripped, continues) = strip_continuation(next.text, escape);
            line.push(stripped, next.start);
            if continues {
                line.continuations.push(continuation_at(next.start + stripped.len(), &next));
            }
        }
        line.span.last = self.lines.n_read;
        if !line.empty_lines.is_empty() {
            let blanks = std::mem::take(&mut line.empty_lines);
            self.out.empty_continuations.push(EmptyContinuation { line: line.span.last, blanks });
        }
        Some(line)
    }

    fn check_length(&mut self, line: &LogicalLine) {
        const MAX: usize = 65_535;
        // A joined line can be long of short ones, which is fine, but not the other way round.
        if line.text.len() > MAX {
            let range = line.range(0..line.text.len());
            let is_long = |text: &str| text.split('\n').any(|physical| physical.len() > MAX);
            if is_long(range.of(self.source)) {
                self.error(Kind::LineTooLong, range, Some(line.span));
            }
        }
    }

    fn instruction(&mut self, line: &mut LogicalLine, mut split: Split) {
        let (heredocs, open_until) = self.heredocs(line, &split);
        let span = LineSpan { first: line.span.first, last: open_until.unwrap_or(self.lines.n_read) };
        let mut range = line.range(line.trimmed(0..line.text.len()));
        if let Some(last) = heredocs.last() {
            range = range.cover(last.body);
            range.end = range.end.max(self.end_of_last_line());
        }
        paint::pieces(&mut self.canvas, self.source, line, &split);
        let kind = match instruction::read(line, &mut split, &heredocs) {
            _ if open_until.is_some() => {
                self.error(Kind::UnterminatedHeredoc, line.range(line.trimmed(0..line.text.len())), Some(span));
                InstructionKind::Invalid
            }
            Ok(kind) => kind,
            Err(failure) => {
                self.fail(failure, span);
                if let (Some(Keyword::From), Some(Args::Words(words))) = (split.name, &mut split.args) {
                    let id = InstructionId(offset(self.out.instructions.len()));
                    self.out.wrong_froms.push((id, std::mem::take(words)));
                }
                InstructionKind::Invalid
            }
        };
        let instruction = Instruction {
            keyword: split.keyword,
            flags: split.flags,
            code: line.take_text(),
            range,
            lines: span,
            comments: std::mem::take(&mut self.comments),
            heredocs,
            kind,
        };
        let args = line.range(split.args_range);
        paint::instruction(&mut self.canvas, self.source, line, split.name.is_some(), args, &instruction);
        self.has_stage |= split.name == Some(Keyword::From);
        self.check_place(&instruction);
        self.out.instructions.push(instruction);
    }

    /// Reads the here-documents that a line opens; where the last one does not end, tells the last
    /// line that was searched.
    fn heredocs(&mut self, line: &LogicalLine, split: &Split) -> (Vec<Heredoc>, Option<u32>) {
        let mut heredocs = Vec::new();
        if self.dialect == Dialect::Classic || !split.can_have_heredocs() || find(&line.text, "<<").is_none() {
            return (heredocs, None);
        }
        let openings = match heredoc::openings(line) {
            Ok(openings) => openings,
            Err(message) => {
                self.error(Kind::Lexer { message }, line.range(0..line.text.len()), Some(line.span));
                return (heredocs, None);
            }
        };
        for (opening, place) in openings {
            let start = offset(self.lines.mark().0);
            let mut content = String::new();
            let mut resume = None;
            let end = loop {
                let mark = self.lines.mark();
                let Some(next) = self.lines.next() else { break None };
                if heredoc::ends(&opening, &next) {
                    self.canvas.paint(next.range(), TokenKind::HeredocDelimiter);
                    break Some(offset(mark.0));
                }
                if resume.is_none() && begins_stage(next.text) {
                    resume = Some(mark);
                }
                content.push_str(next.whole);
            };
            let body_end = end.unwrap_or(offset(self.lines.mark().0));
            heredocs.push(Heredoc {
                name: opening.name,
                opening: line.range(place),
                body: TextRange::new(start, body_end),
                content,
                expand: opening.expand,
                chomp: opening.chomp,
            });
            if end.is_none() {
                let searched = self.lines.n_read;
                // BuildKit gives up here. A stage that begins further down is likely meant as one.
                if let Some(mark) = resume.filter(|_| self.n_resumed < MAX_RESUMED) {
                    self.n_resumed += 1;
                    self.lines.rewind(mark);
                    if let Some(last) = heredocs.last_mut() {
                        last.body.end = offset(mark.0);
                    }
                }
                return (heredocs, Some(searched));
            }
        }
        (heredocs, None)
    }

    /// Only ARG may stand before the first FROM.
    fn check_place(&mut self, instruction: &Instruction) {
        let is_fine = matches!(instruction.kind, InstructionKind::Arg(_) | InstructionKind::Invalid);
        if !is_fine && !self.has_stage {
            self.error(Kind::OutsideStage, instruction.range, Some(instruction.lines));
        }
    }

    /// An instruction that cannot even be split.
    fn unreadable(&mut self, line: &LogicalLine, failure: Failure) {
        let (keyword, _) = super::words::split_keyword(line, 0..line.text.len());
        self.canvas.paint(keyword.range, TokenKind::Keyword);
        for &continuation in &line.continuations {
            self.canvas.paint(continuation, TokenKind::Continuation);
        }
        for &comment in &line.comments {
            self.canvas.paint(comment, TokenKind::Comment);
        }
        self.fail(failure, line.span);
        self.out.instructions.push(Instruction {
            keyword,
            flags: Vec::new(),
            code: line.text.trim().to_owned(),
            range: line.range(line.trimmed(0..line.text.len())),
            lines: line.span,
            comments: std::mem::take(&mut self.comments),
            heredocs: Vec::new(),
            kind: InstructionKind::Invalid,
        });
    }

    fn end_of_last_line(&self) -> u32 {
        let (at, _) = self.lines.mark();
        offset(self.source[..at].trim_end_matches(['\r', '\n']).len())
    }

    fn fail(&mut self, failure: Failure, lines: LineSpan) {
        let Failure { kind, range, suggestion } = failure;
        self.out.errors.push(SyntaxError { kind, range, lines: Some(lines), suggestion });
    }

    fn error(&mut self, kind: Kind, range: TextRange, lines: Option<LineSpan>) {
        self.out.errors.push(SyntaxError { kind, range, lines, suggestion: None });
    }

    fn finish(mut self) -> Parse {
        let end = offset(self.source.len());
        let n_lines = self.lines.n_read;
        if self.source.is_empty() {
            self.error(Kind::EmptyFile, TextRange::default(), None);
        } else if self.out.instructions.is_empty() {
            self.error(
                Kind::NoInstructions,
                TextRange::new(end, end),
                Some(LineSpan { first: n_lines, last: n_lines }),
            );
        } else if !self.has_stage {
            self.error(Kind::NoStages, TextRange::new(end, end), None);
        }
        match check::directive(self.source).map(|value| CheckOptions::parse(&value)) {
            Some(Ok(options)) => self.out.check = options,
            Some(Err(message)) => {
                let line = self.directives.found.iter().find(|it| it.name == "check").map_or(1, |it| it.line);
                let index = LineIndex::new(self.source);
                let range = index.range_of_span(self.source, LineSpan { first: line, last: line });
                self.error(Kind::CheckOptions { message }, range, None);
            }
            None => {}
        }
        sort_by_key(&mut self.out.errors, |error| error.range);
        self.out.directives = self.directives.found;
        self.out.tokens = self.canvas.tokens();
        self.out
    }
}

/// Whether a line looks like the FROM of a stage.
fn begins_stage(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("from")) && words.next().is_some()
}

fn continuation_at(at: usize, line: &PhysicalLine<'_>) -> TextRange {
    TextRange::new(offset(at), offset(line.start + line.text.len()))
}

impl Parse {
    /// The ids of the instructions, in order.
    pub fn ids(&self) -> impl Iterator<Item = InstructionId> {
        (0..offset(self.instructions.len())).map(InstructionId)
    }
}

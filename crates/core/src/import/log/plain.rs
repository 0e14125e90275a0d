//! The lines of `--progress=plain`, and those that a terminal shows.
//!
//! A vertex has a number. A line with a new number is its label; what follows with that number is what it
//! does: `0.345 text` is printed by its command, `DONE 1.2s`, `CACHED`, `CANCELED` and `ERROR: …` end it, `...`
//! tells that another one is shown next, the rest is progress. When it is shown again its label is repeated.
//! A terminal shows `=> [build 2/5] RUN make  1.2s` and, for progress, `=> => …`. Behind all of them comes what
//! ended the build, with lines of the Dockerfile. Relies on the [`time`](super::time) they give.

use crate::lookup::Lookup;
use crate::text::LineSpan;

use super::{Failure, LogVertex, VertexState, time};

/// Reads lines one by one.
#[derive(Debug, Default)]
pub(super) struct PlainReader {
    vertices: Vec<LogVertex>,
    by_number: Lookup<u32, usize>,
    by_label: Lookup<String, usize>,
    message: Option<String>,
    lines: Option<LineSpan>,
    /// Whether nothing stands in the line before.
    is_behind_blank: bool,
}

impl PlainReader {
    /// Takes a line, which may be anything.
    pub(super) fn line(&mut self, line: &str) {
        let trimmed = line.trim_start();
        if let Some((number, rest)) = numbered(trimmed) {
            self.numbered(number, rest);
        } else if let Some(rest) = trimmed.strip_prefix("=> ") {
            self.shown(rest);
        } else if let Some((_, message)) = line.split_once("failed to solve: ") {
            self.message = Some(message.trim_end().to_owned());
        } else if let Some(line) = marked(trimmed) {
            let span = self.lines.get_or_insert(LineSpan { first: line, last: line });
            *span = LineSpan { first: span.first.min(line), last: span.last.max(line) };
        }
        self.is_behind_blank = trimmed.is_empty();
    }

    /// What ended the build, and what was read.
    pub(super) fn finish(self) -> (Option<Failure>, Vec<LogVertex>) {
        let lines = self.lines;
        (self.message.map(|message| Failure { message, lines }), self.vertices)
    }

    fn numbered(&mut self, number: u32, rest: &str) {
        let known = self.by_number.get(&number).copied();
        let Some(index) = known.filter(|&index| !self.is_of_another_build(index, rest)) else {
            // `#0 building with "default" instance using docker driver` is no vertex.
            if number > 0 && !rest.trim_end().is_empty() {
                let index = self.add(rest);
                self.by_number.insert(number, index);
            }
            return;
        };
        let vertex = &mut self.vertices[index];
        if rest.trim_end() == vertex.label || rest.trim_end() == "..." {
            return;
        }
        match event(rest) {
            Some(Event::Done(millis)) => {
                vertex.state = VertexState::Done;
                // What it printed is timed to the millisecond, its end only to the tenth of a second.
                vertex.millis = vertex.millis.filter(|&at| millis.is_none_or(|it| at < it + 100)).max(millis);
            }
            Some(Event::Cached) => {
                vertex.state = VertexState::Cached;
                vertex.millis = None;
            }
            Some(Event::Canceled) => vertex.state = VertexState::Canceled,
            Some(Event::Failed(message)) => {
                vertex.state = VertexState::Failed;
                vertex.error = Some(message.to_owned());
            }
            Some(Event::Printed(at, text)) => {
                vertex.output.push_str(text);
                vertex.output.push('\n');
                // Unless it is done, this is how long it took at least.
                vertex.millis = vertex.millis.max(Some(at));
            }
            None => {}
        }
    }

    /// Whether a line has the number of a vertex that is over, but is the label of another one: the text has the
    /// logs of two builds.
    fn is_of_another_build(&self, index: usize, rest: &str) -> bool {
        let vertex = &self.vertices[index];
        let is_label = self.is_behind_blank || (rest.starts_with('[') && rest.contains("] "));
        vertex.state != VertexState::Running && is_label && rest.trim_end() != vertex.label && event(rest).is_none()
    }

    /// A line of a terminal, behind its arrow.
    fn shown(&mut self, line: &str) {
        let Some((label, seconds)) = line.trim_end().rsplit_once(' ').filter(|_| !line.starts_with("=> ")) else {
            return;
        };
        let Some(millis) = seconds.strip_suffix('s').and_then(time::millis) else { return };
        let label = label.trim_end();
        let states =
            [("CACHED ", VertexState::Cached), ("CANCELED ", VertexState::Canceled), ("ERROR ", VertexState::Failed)];
        let state = states.into_iter().find_map(|(word, state)| Some((label.strip_prefix(word)?, state)));
        let (label, state) = state.unwrap_or((label, VertexState::Done));
        let index = self.by_label.get(label).copied().unwrap_or_else(|| {
            let index = self.add(label);
            self.by_label.insert(label.to_owned(), index);
            index
        });
        self.vertices[index].state = state;
        self.vertices[index].millis = (state != VertexState::Cached).then_some(rounded(millis));
    }

    fn add(&mut self, label: &str) -> usize {
        self.vertices.push(LogVertex {
            label: label.trim_end().to_owned(),
            state: VertexState::Running,
            millis: None,
            started: None,
            ended: None,
            output: String::new(),
            error: None,
        });
        self.vertices.len() - 1
    }
}

/// What a line tells of its vertex, progress apart.
enum Event<'a> {
    Done(Option<u32>),
    Cached,
    Canceled,
    Failed(&'a str),
    /// After how long, and what.
    Printed(u32, &'a str),
}

fn event(rest: &str) -> Option<Event<'_>> {
    if let Some(message) = rest.strip_prefix("ERROR: ") {
        return Some(Event::Failed(message));
    }
    match rest.trim_end() {
        "DONE" => return Some(Event::Done(None)),
        "CACHED" => return Some(Event::Cached),
        "CANCELED" => return Some(Event::Canceled),
        _ => {}
    }
    let (first, text) = rest.split_once(' ').unwrap_or((rest, ""));
    if first == "DONE" {
        let millis = text.trim_end().strip_suffix('s').and_then(time::millis)?;
        return Some(Event::Done(Some(rounded(millis))));
    }
    let millis = time::millis(first).filter(|_| first.contains('.'))?;
    Some(Event::Printed(millis, text))
}

/// The time that is meant by one that is given to the tenth of a second: `0.0s` is less than half a tenth, and
/// more than nothing.
fn rounded(millis: u32) -> u32 {
    if millis == 0 { 25 } else { millis }
}

/// The number of a line such as `#12 text`, and what stands behind it.
fn numbered(line: &str) -> Option<(u32, &str)> {
    let rest = line.strip_prefix('#')?;
    let len = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest[..len].parse().ok()?;
    let rest = &rest[len..];
    Some((number, rest.strip_prefix(' ').or_else(|| rest.is_empty().then_some(rest))?))
}

/// The number of a line that BuildKit marks as the one that failed: `   3 | >>> RUN false`.
fn marked(line: &str) -> Option<u32> {
    let (number, rest) = line.split_once(" | ")?;
    number.parse().ok().filter(|_| rest.starts_with(">>>"))
}

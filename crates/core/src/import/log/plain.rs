//! The lines of `--progress=plain`, and those that a terminal shows.
//!
//! A vertex has a number. A line with a new number is its label; what follows with that number is what it
//! does: `0.345 text` is printed by its command, `DONE 1.2s`, `CACHED`, `CANCELED` and `ERROR: …` end it, `...`
//! tells that another one is shown next, the rest is progress. When it is shown again its label is repeated.
//! A terminal shows `=> [build 2/5] RUN make  1.2s` and, for progress, `=> => …`. Behind all of them comes what
//! ended the build, with lines of the Dockerfile. Where a text has several builds, each has vertices of its own,
//! and what ended one of them is forgotten when the next begins. Relies on the [`time`](super::time) they give.

use crate::lookup::Lookup;
use crate::text::LineSpan;

use super::{Failure, LogBuildId, LogVertex, VertexState, time};

/// What all readers of a text have in common.
#[derive(Debug, Default)]
pub(super) struct Story {
    n_builds: u32,
    message: Option<String>,
    lines: Option<LineSpan>,
}

impl Story {
    /// Starts another build.
    pub(super) fn begin(&mut self) -> LogBuildId {
        self.message = None;
        self.lines = None;
        self.n_builds += 1;
        LogBuildId(self.n_builds - 1)
    }

    /// Whether an error has ended the last build.
    pub(super) fn has_failed(&self) -> bool {
        self.message.is_some()
    }

    /// What ended the last build, where it was an error.
    pub(super) fn failure(self) -> Option<Failure> {
        let lines = self.lines;
        self.message.map(|message| Failure { message, lines })
    }

    /// Takes a line behind the steps; tells whether it ends the build.
    pub(super) fn line(&mut self, line: &str) -> bool {
        if let Some((_, message)) = line.split_once("failed to solve: ") {
            self.message = Some(message.trim_end().to_owned());
            return true;
        }
        if let Some(line) = marked(line.trim_start()) {
            let span = self.lines.get_or_insert(LineSpan { first: line, last: line });
            *span = LineSpan { first: span.first.min(line), last: span.last.max(line) };
        }
        false
    }
}

/// A build, and where it begins in what is read.
#[derive(Clone, Copy, Debug, Default)]
struct Build {
    id: LogBuildId,
    first: usize,
    /// The number of its first vertex, and the highest.
    numbers: Option<(u32, u32)>,
}

/// Reads the lines of one source one by one.
#[derive(Debug, Default)]
pub(super) struct PlainReader {
    vertices: Vec<LogVertex>,
    /// The last vertex of a number or label, which may be of a build before.
    by_number: Lookup<u32, usize>,
    by_label: Lookup<String, usize>,
    build: Option<Build>,
    before: Option<Build>,
    /// Whether the build came to its end.
    is_over: bool,
    /// What a terminal last showed on top.
    header: Option<Header>,
    /// Whether something stands behind that which is not of the build.
    is_left: bool,
    /// Whether nothing stands in the line before.
    is_behind_blank: bool,
}

impl PlainReader {
    /// Takes a line, which may be anything.
    pub(super) fn line(&mut self, line: &str, story: &mut Story) {
        let trimmed = line.trim_start();
        if let Some((number, rest)) = numbered(trimmed) {
            self.numbered(number, rest, story);
        } else if let Some(rest) = trimmed.strip_prefix("=> ") {
            self.shown(rest, story);
        } else if let Some(header) = header(trimmed) {
            self.header(header, story);
        } else if !trimmed.is_empty() {
            self.is_over |= story.line(line);
            self.is_left = true;
        }
        self.is_behind_blank = trimmed.is_empty();
    }

    /// What was read.
    pub(super) fn finish(self) -> Vec<LogVertex> {
        self.vertices
    }

    fn numbered(&mut self, number: u32, rest: &str, story: &mut Story) {
        let text = rest.trim_end();
        if number == 0 {
            // `#0 building with "default" instance using docker driver` is no vertex, but the first line of a build.
            if self.build.is_some_and(|build| build.first < self.vertices.len()) {
                self.begin(story);
            }
            return;
        }
        let event = event(rest);
        let is_other = event.is_none() && !text.is_empty() && text != "...";
        if is_other && self.begins(number, text) {
            self.begin(story);
        } else {
            self.join(number, is_other.then_some(text));
        }
        match (self.known(self.by_number.get(&number)), event) {
            (Some(index), Some(event)) => self.event(index, event),
            (Some(index), None) if !is_other || !self.is_label_of_another(index, text) => {}
            (_, None) if is_other => {
                let index = self.add(text, story);
                self.by_number.insert(number, index);
                if let Some(build) = &mut self.build {
                    let (first, last) = build.numbers.unwrap_or((number, number));
                    build.numbers = Some((first, last.max(number)));
                }
            }
            // The label was in what the log has lost.
            _ => {}
        }
    }

    fn event(&mut self, index: usize, event: Event<'_>) {
        let vertex = &mut self.vertices[index];
        let state = match event {
            Event::Done(millis) => {
                // What it printed is timed to the millisecond, its end only to the tenth of a second.
                vertex.millis = vertex.millis.filter(|&at| millis.is_none_or(|it| at < it + 100)).max(millis);
                VertexState::Done
            }
            Event::Cached => {
                vertex.millis = None;
                VertexState::Cached
            }
            Event::Canceled => VertexState::Canceled,
            Event::Failed(message) => {
                vertex.error = Some(message.to_owned());
                VertexState::Failed
            }
            Event::Printed(at, text) => {
                vertex.output.push_str(text);
                vertex.output.push('\n');
                // Unless it is done, this is how long it took at least.
                vertex.millis = vertex.millis.max(Some(at));
                return;
            }
        };
        self.end(index, state);
    }

    /// A vertex is over. It may be so more than once, as when it is needed again.
    fn end(&mut self, index: usize, state: VertexState) {
        let vertex = &mut self.vertices[index];
        vertex.state = state;
        if state != VertexState::Failed {
            vertex.error = None;
        }
    }

    /// The vertex that is found for a number or label, if it is of this build.
    fn known(&self, found: Option<&usize>) -> Option<usize> {
        let build = self.build?;
        found.copied().filter(|&index| index >= build.first)
    }

    /// Whether a line that is no event of a vertex, which is over, is the label of another one.
    fn is_label_of_another(&self, index: usize, text: &str) -> bool {
        let vertex = &self.vertices[index];
        vertex.state != VertexState::Running && vertex.label != text && (self.is_behind_blank || is_bracketed(text))
    }

    /// Whether what is no event is the first line of another build.
    fn begins(&self, number: u32, text: &str) -> bool {
        let Some((first, last)) = self.build.and_then(|build| build.numbers) else { return self.is_over };
        let Some(index) = self.known(self.by_number.get(&number)) else { return self.is_over || number == 1 };
        let vertex = &self.vertices[index];
        let is_again = vertex.label == text;
        if self.is_over {
            return is_again || is_bracketed(text);
        }
        // Any vertex may be shown again behind its end, but it is not the first one that is needed again.
        let is_first = number == first && vertex.state != VertexState::Running;
        is_first && if is_again { last > first } else { self.is_label_of_another(index, text) }
    }

    /// Starts another build, or the first one.
    fn begin(&mut self, story: &mut Story) {
        self.before = self.build;
        self.build = Some(Build { id: story.begin(), first: self.vertices.len(), numbers: None });
        self.is_over = false;
    }

    /// Takes the build together with the one before where that goes on: a build gives its numbers in their order,
    /// and this one is not its next, but the next of the one before, or that of a vertex that was not over there.
    fn join(&mut self, number: u32, label: Option<&str>) {
        let (Some(build), Some(before)) = (self.build, self.before) else { return };
        let (Some((_, last)), Some((first, highest))) = (build.numbers, before.numbers) else { return };
        let vertex = self.by_number.get(&number).filter(|index| (before.first..build.first).contains(index));
        let goes_on = vertex.is_some_and(|&index| {
            let vertex = &self.vertices[index];
            vertex.state == VertexState::Running && label.is_none_or(|label| label == vertex.label)
        });
        if number <= last + 1 || !(goes_on || (number == highest + 1 && label.is_some())) {
            return;
        }
        for vertex in &mut self.vertices[build.first..] {
            vertex.build = before.id;
        }
        self.build = Some(Build { numbers: Some((first, highest.max(last))), ..before });
        self.before = None;
    }

    /// A line of a terminal, behind its arrow.
    fn shown(&mut self, line: &str, story: &mut Story) {
        let Some((label, millis)) = shown(line) else { return };
        let label = label.trim_end();
        let states =
            [("CACHED ", VertexState::Cached), ("CANCELED ", VertexState::Canceled), ("ERROR ", VertexState::Failed)];
        let state = states.into_iter().find_map(|(word, state)| Some((label.strip_prefix(word)?, state)));
        let (label, state) = state.unwrap_or((label, VertexState::Done));
        if self.is_over {
            self.begin(story);
        }
        let index = self.known(self.by_label.get(label)).unwrap_or_else(|| {
            let index = self.add(label, story);
            self.by_label.insert(label.to_owned(), index);
            index
        });
        self.vertices[index].millis = (state != VertexState::Cached).then_some(rounded(millis));
        self.end(index, state);
    }

    /// The line that a terminal shows on top, again and again: it is of another build if that has less time, or
    /// the one before was over.
    fn header(&mut self, header: Header, story: &mut Story) {
        let is_other =
            self.header.is_some_and(|last| header.millis < last.millis || (last.is_finished && self.is_left));
        if is_other || self.is_over {
            self.begin(story);
        }
        self.header = Some(header);
        self.is_left = false;
    }

    fn add(&mut self, label: &str, story: &mut Story) -> usize {
        if self.build.is_none() {
            self.begin(story);
        }
        let build = self.build.map(|build| build.id).unwrap_or_default();
        self.vertices.push(LogVertex {
            build,
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

/// The line that a terminal shows on top of the others: `[+] Building 1.2s (3/9) FINISHED`.
#[derive(Clone, Copy, Debug)]
struct Header {
    millis: u32,
    is_finished: bool,
}

fn header(line: &str) -> Option<Header> {
    let (seconds, rest) = line.strip_prefix("[+] Building ")?.split_once("s (")?;
    Some(Header { millis: time::millis(seconds)?, is_finished: rest.contains(") FINISHED") })
}

/// The label and the time of a line of a terminal that is of a vertex.
fn shown(line: &str) -> Option<(&str, u32)> {
    let (label, seconds) = line.trim_end().rsplit_once(' ').filter(|_| !line.starts_with("=> "))?;
    Some((label, time::millis(seconds.strip_suffix('s')?)?))
}

/// Whether something is a line of a terminal, behind its arrow, that is of a vertex or of its progress.
pub(super) fn is_shown(line: &str) -> bool {
    shown(line.strip_prefix("=> ").unwrap_or(line)).is_some()
}

/// Whether a text begins with something in brackets, as the labels of steps do.
pub(super) fn is_bracketed(text: &str) -> bool {
    text.starts_with('[') && text.contains("] ")
}

/// Whether what stands behind a number tells of a vertex, and is neither label nor progress.
pub(super) fn is_event(rest: &str) -> bool {
    event(rest).is_some()
}

/// What a line tells of its vertex, progress apart.
#[derive(Clone, Copy)]
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
pub(super) fn numbered(line: &str) -> Option<(u32, &str)> {
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

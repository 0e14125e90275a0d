//! The lines of `--progress=rawjson`: each is an object that says what changed.
//!
//! `vertexes` has vertices by their digest, as they are now; one may start more than once, and then took the
//! time of all its intervals together. `logs` has what they printed, in Base64. `statuses` and `warnings` are
//! left out. Nothing tells where another build begins but that what comes first in a build comes again. Relies on
//! the reader of [`json`].

use crate::import::json::{self, Json};
use crate::lookup::Lookup;
use crate::sorting::sort_by_key;

use super::plain::Story;
use super::{LogBuildId, LogVertex, VertexState, time};

/// Reads lines one by one.
#[derive(Debug, Default)]
pub(super) struct RawReader {
    vertices: Vec<RawVertex>,
    /// Those of the build.
    by_digest: Lookup<String, usize>,
    build: Option<LogBuildId>,
    /// Where the build begins in what is read.
    first: usize,
    /// How many of its vertices run.
    n_running: usize,
}

/// When something started, in microseconds, and when that came to an end.
type Interval = (i64, Option<i64>);

#[derive(Debug, Default)]
struct RawVertex {
    build: LogBuildId,
    label: String,
    is_started: bool,
    is_completed: bool,
    is_cached: bool,
    error: String,
    /// When it ran, as the log tells it bit by bit.
    intervals: Vec<Interval>,
    output: Vec<u8>,
}

impl RawReader {
    /// Takes a line; tells whether it is one of ours.
    pub(super) fn line(&mut self, line: &str, story: &mut Story) -> bool {
        let Some(value) = json::parse(line) else { return false };
        let mut is_ours = false;
        for key in ["vertexes", "logs", "statuses", "warnings"] {
            is_ours |= matches!(value.get(key), Json::List(_));
        }
        for vertex in value.get("vertexes").items() {
            self.vertex(vertex, story);
        }
        for log in value.get("logs").items() {
            let index = self.by_digest.get(log.get("vertex").text()).copied();
            if let Some(vertex) = index.and_then(|index| self.vertices.get_mut(index)) {
                decode(log.get("data").text(), &mut vertex.output);
            }
        }
        is_ours
    }

    fn vertex(&mut self, value: &Json<'_>, story: &mut Story) {
        let digest = value.get("digest").text();
        if digest.is_empty() {
            return;
        }
        let (name, started) = (value.get("name").text(), time::instant(value.get("started").text()));
        let mut known = self.by_digest.get(digest).copied();
        let is_announced = known.is_none() || started.is_none();
        let build = match self.build.filter(|_| !(is_announced && self.begins(name, story))) {
            Some(build) => build,
            None => {
                known = None;
                self.begin(story)
            }
        };
        let index = known.unwrap_or_else(|| {
            self.by_digest.insert(digest.to_owned(), self.vertices.len());
            self.vertices.push(RawVertex { build, ..RawVertex::default() });
            self.vertices.len() - 1
        });
        let vertex = &mut self.vertices[index];
        self.n_running -= usize::from(vertex.runs());
        vertex.tell(value, name, started);
        self.n_running += usize::from(vertex.runs());
    }

    /// Whether a vertex that is announced is the first of another build.
    fn begins(&self, name: &str, story: &Story) -> bool {
        let build = &self.vertices[self.first..];
        story.has_failed() || (self.n_running == 0 && build.len() > 1 && build[0].label == name)
    }

    fn begin(&mut self, story: &mut Story) -> LogBuildId {
        let build = story.begin();
        self.build = Some(build);
        self.first = self.vertices.len();
        self.n_running = 0;
        self.by_digest = Lookup::default();
        build
    }

    /// What was read, and the milliseconds from the first thing to the last.
    pub(super) fn finish(self) -> (Vec<LogVertex>, Option<u64>) {
        let times = || self.vertices.iter().flat_map(|vertex| &vertex.intervals);
        let first = times().map(|interval| interval.0).min();
        let last = times().map(|interval| interval.1.unwrap_or(interval.0)).max();
        let total = first.zip(last).map(|(first, last)| millis(last - first));
        (self.vertices.into_iter().map(|vertex| vertex.finish(first.unwrap_or_default())).collect(), total)
    }
}

impl RawVertex {
    const fn runs(&self) -> bool {
        self.is_started && !self.is_completed
    }

    /// Takes what a line says of it.
    fn tell(&mut self, value: &Json<'_>, name: &str, started: Option<i64>) {
        // It may be announced once more while it runs.
        if self.is_started && started.is_none() {
            return;
        }
        self.label = name.to_owned();
        self.is_cached = value.get("cached").is_true();
        self.error = value.get("error").text().to_owned();
        let completed = time::instant(value.get("completed").text());
        self.is_completed = completed.is_some();
        if let Some(started) = started {
            self.is_started = true;
            self.intervals.push((started, completed));
        }
    }

    fn finish(mut self, first: i64) -> LogVertex {
        let started = self.intervals.iter().map(|interval| interval.0).min();
        let ended = self.intervals.iter().map(|interval| interval.1).max().flatten();
        let state = match () {
            () if self.error.ends_with("context canceled") => VertexState::Canceled,
            () if !self.error.is_empty() => VertexState::Failed,
            () if self.is_completed && self.is_cached => VertexState::Cached,
            () if self.is_completed => VertexState::Done,
            () if self.is_started => VertexState::Running,
            () => VertexState::Waiting,
        };
        let is_timed = started.is_some() && state != VertexState::Cached;
        LogVertex {
            build: self.build,
            label: self.label,
            state,
            millis: is_timed.then(|| u32::try_from(millis(worked(&mut self.intervals))).unwrap_or(u32::MAX)),
            started: started.map(|started| millis(started - first)),
            ended: ended.map(|ended| millis(ended - first)),
            output: String::from_utf8_lossy(&self.output).into_owned(),
            error: (state == VertexState::Failed).then_some(self.error),
        }
    }
}

/// The microseconds that some intervals cover together. Of those that start at one time the last counts, as
/// the others tell of it before it was over.
fn worked(intervals: &mut [Interval]) -> i64 {
    sort_by_key(intervals, |interval| interval.0);
    let mut sum = 0;
    let mut until = i64::MIN;
    for (index, &(start, end)) in intervals.iter().enumerate() {
        if intervals.get(index + 1).is_some_and(|next| next.0 == start) {
            continue;
        }
        let from = start.max(until);
        let end = end.unwrap_or(start);
        if end > from {
            sum += end - from;
            until = end;
        }
    }
    sum
}

/// Milliseconds of microseconds, to the nearest.
fn millis(micros: i64) -> u64 {
    (u64::try_from(micros).unwrap_or_default() + 500) / 1000
}

/// Adds the bytes of a text in Base64, up to the first character that is none of it.
fn decode(text: &str, out: &mut Vec<u8>) {
    let (mut bits, mut n_bits) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return,
        };
        bits = bits << 6 | u32::from(value);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            out.push((bits >> n_bits) as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_becomes_bytes() {
        for (text, expected) in [("b25lCg==", "one\n"), ("aGk=", "hi"), ("", ""), ("aGkh", "hi!"), ("aG k", "h")] {
            let mut out = Vec::new();
            decode(text, &mut out);
            assert_eq!(out, expected.as_bytes(), "{text}");
        }
    }

    #[test]
    fn intervals_count_once_where_they_overlap() {
        let cases: [(&[Interval], i64); 6] = [
            (&[(5, None), (0, Some(2)), (5, Some(6)), (5, Some(9))], 6),
            (&[], 0),
            (&[(5, Some(9))], 4),
            (&[(20, Some(30)), (0, Some(10))], 20),
            (&[(0, Some(10)), (5, Some(15)), (6, Some(7))], 15),
            (&[(0, Some(10)), (30, None), (9, Some(3))], 10),
        ];
        for (intervals, expected) in cases {
            assert_eq!(worked(&mut intervals.to_vec()), expected, "{intervals:?}");
        }
    }
}

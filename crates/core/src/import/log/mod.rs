//! The log of a build: what each step took, whether it came from the cache, what it printed, and how it
//! ended.
//!
//! [`read`] takes what `docker build --progress=plain`, `--progress=rawjson` and `docker buildx history logs`
//! print, what a terminal shows (`=> [build 2/5] RUN …  1.2s`), and any of it as a CI system keeps it: colours,
//! Windows line ends, times and names in front of each line, other output in between, the end missing, several
//! builds in one text.
//! [`Matches`] finds the steps of a plan in it, and [`Replay`] what the [`schedule`](crate::simulate::schedule())
//! needs to run them again. The formats are those of BuildKit's `util/progress/progressui`.

mod builds;
mod clean;
mod matching;
mod plain;
mod prefix;
mod raw;
mod replay;
mod time;

pub use matching::{Matches, Part};
pub use replay::Replay;

use crate::lookup::Lookup;
use crate::text::LineSpan;

use plain::{PlainReader, Story};
use prefix::Prefixes;
use raw::RawReader;

/// The index of a vertex in [`Log::vertices`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogVertexId(pub u32);

/// One of the builds that a text has the logs of. They are counted in the order in which they begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogBuildId(pub u32);

/// How a vertex ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VertexState {
    /// It was announced, and did not start.
    Waiting,
    /// It started, and the log tells no end.
    Running,
    /// It ran to its end.
    Done,
    /// It came from the cache.
    Cached,
    /// Another one failed while it ran.
    Canceled,
    /// It failed.
    Failed,
}

/// Something that the builder did: a step of the Dockerfile, or what it does around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogVertex {
    /// The build that it is of.
    pub build: LogBuildId,
    /// Its label, as BuildKit prints it.
    pub label: String,
    /// How it ended.
    pub state: VertexState,
    /// How long it worked, in milliseconds; none where the log does not tell.
    pub millis: Option<u32>,
    /// When it first started, in milliseconds since the first thing that the log gives a time of. Only
    /// `rawjson` has such times.
    pub started: Option<u64>,
    /// When it last ended, counted in the same way.
    pub ended: Option<u64>,
    /// What its command printed, line by line; the last line may have no end.
    pub output: String,
    /// Why it failed.
    pub error: Option<String>,
}

/// What ended a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What BuildKit says, without `failed to solve: ` in front.
    pub message: String,
    /// The lines of the Dockerfile that it shows.
    pub lines: Option<LineSpan>,
}

/// A log, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// What the builder did, in the order in which the log first tells of it; where several services or jobs print at
    /// the same time, that of the one that prints first comes first. Empty for a text that is no log.
    pub vertices: Vec<LogVertex>,
    /// What ended the last of the builds, where the log tells of an error.
    pub failure: Option<Failure>,
    /// When the last thing was over, in milliseconds since the first thing that the log gives a time of; none
    /// without times.
    pub total: Option<u64>,
}

/// Reads a log. Takes any text, and leaves out what it cannot read.
#[must_use]
pub fn read(text: &str) -> Log {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut prefixes = Prefixes::default();
    for line in text.split('\n') {
        prefixes.see(clean::without_time(&clean::line(line)));
    }
    prefixes.decide();
    let mut story = Story::default();
    // What several services or jobs print at the same time is told apart by its prefix.
    let mut by_source: Lookup<&str, usize> = Lookup::default();
    let mut readers: Vec<PlainReader> = Vec::new();
    let mut raw = RawReader::default();
    for line in text.split('\n') {
        let line = clean::line(line);
        let (source, line) = prefixes.split(clean::without_time(&line));
        if line.starts_with('{') && raw.line(line, &mut story) {
            continue;
        }
        let reader = *by_source.or_insert(source, readers.len());
        if reader == readers.len() {
            readers.push(PlainReader::default());
        }
        readers[reader].line(line, &mut story);
    }
    let mut vertices = Vec::new();
    for reader in readers {
        vertices.append(&mut reader.finish());
    }
    let (mut raw_vertices, total) = raw.finish();
    vertices.append(&mut raw_vertices);
    Log { vertices, failure: story.failure(), total }
}

impl Log {
    /// A vertex; none for the id of another log.
    #[must_use]
    pub fn vertex(&self, id: LogVertexId) -> Option<&LogVertex> {
        self.vertices.get(id.0 as usize)
    }
}

#[cfg(test)]
mod tests;

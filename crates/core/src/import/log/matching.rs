//! Which vertex of a log is which step of a plan.
//!
//! Labels are compared, the surest way first: word for word, then without what one build has and another has
//! not (its number, as a build context in place of an image is not counted; its platform; the digest of an
//! image; its stage, which has another name or none), then by the text alone where only one step and one vertex
//! have it, or by its beginning where the log has cut it off. Where several have the same label they are taken in their order. Relies on the log and
//! the plan.

use std::collections::VecDeque;

use crate::lookup::Lookup;
use crate::plan::{Label, Op, Plan, StepId};
use crate::resolve::Platform;

use super::{Log, LogVertex, LogVertexId};

/// What a vertex of a log is for a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A step.
    Step(StepId),
    /// The same step once more: for another platform, or in another build that the log has.
    Again(StepId),
    /// What the builder does around the steps: it loads the Dockerfile, asks for images, exports the result.
    Around,
    /// None of these: it is of another Dockerfile, target or version.
    Unknown,
}

/// The vertices of a log and the steps of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// For each step of the plan the vertex that tells of it; none where the log does not. One vertex may stand
    /// for several steps of one instruction, as for those of `COPY --link`.
    pub steps: Vec<Option<LogVertexId>>,
    /// For each vertex of the log what it is.
    pub parts: Vec<Part>,
}

impl Matches {
    /// Finds the steps of a plan for a platform in a log.
    #[must_use]
    pub fn new(log: &Log, plan: &Plan, platform: &Platform) -> Self {
        let mut search = Search {
            steps: plan.steps.iter().map(|step| (Label::parse(&step.label), step.op)).collect(),
            vertices: log.vertices.iter().map(|vertex| Label::parse(&vertex.label)).collect(),
            order: order(log, &platform.format_all()),
            found: Self { steps: vec![None; plan.steps.len()], parts: vec![Part::Unknown; log.vertices.len()] },
        };
        search.by(|label| Some((label.prefix, label.stage, label.number, label.text)));
        search.by(|label| Some(("", label.stage, label.number, label.unpinned_text())));
        search.by(|label| Some(("", label.stage, "", label.unpinned_text())));
        search.by(|label| (!label.number.is_empty()).then_some(("", "", label.number, label.unpinned_text())));
        search.contexts();
        search.by_text_alone();
        search.cut_off();
        search.share();
        search.rest(&log.vertices);
        search.found
    }

    /// The vertices that are none of the plan's, in the order of the log.
    pub fn unknown(&self) -> impl Iterator<Item = LogVertexId> + '_ {
        let unknown = self.parts.iter().enumerate().filter(|(_, part)| **part == Part::Unknown);
        unknown.map(|(index, _)| LogVertexId(index as u32))
    }
}

/// The vertices, those of other platforms last: a log of several platforms has the steps of each.
fn order(log: &Log, platform: &str) -> Vec<usize> {
    let is_other = |vertex: &LogVertex| {
        let own = Label::parse(&vertex.label).prefix.rsplit(' ').next().unwrap_or_default();
        own.contains('/') && own.split("->").next() != Some(platform)
    };
    let all = || 0..log.vertices.len();
    let ours = all().filter(|&index| !is_other(&log.vertices[index]));
    ours.chain(all().filter(|&index| is_other(&log.vertices[index]))).collect()
}

type Key<'a> = (&'a str, &'a str, &'a str, &'a str);

struct Search<'a> {
    steps: Vec<(Label<'a>, Op)>,
    vertices: Vec<Label<'a>>,
    /// The vertices in the order in which they are tried.
    order: Vec<usize>,
    found: Matches,
}

impl<'a> Search<'a> {
    fn take(&mut self, step: usize, vertex: usize) {
        self.found.steps[step] = Some(LogVertexId(vertex as u32));
        self.found.parts[vertex] = Part::Step(StepId(step as u32));
    }

    /// The steps without a vertex, by what `key` makes of their labels.
    fn open(&self, key: fn(&Label<'a>) -> Option<Key<'a>>) -> Lookup<Key<'a>, VecDeque<usize>> {
        let mut open: Lookup<Key<'a>, VecDeque<usize>> = Lookup::default();
        for (index, (label, _)) in self.steps.iter().enumerate() {
            if self.found.steps[index].is_none()
                && let Some(key) = key(label)
            {
                open.or_insert(key, VecDeque::new()).push_back(index);
            }
        }
        open
    }

    /// Takes together what `key` makes the same of.
    fn by(&mut self, key: fn(&Label<'a>) -> Option<Key<'a>>) {
        let mut open = self.open(key);
        for at in 0..self.order.len() {
            let vertex = self.order[at];
            if self.found.parts[vertex] != Part::Unknown {
                continue;
            }
            let Some(key) = key(&self.vertices[vertex]) else { continue };
            if open.get(&key).is_some_and(|steps| !steps.is_empty())
                && let Some(step) = open.or_insert(key, VecDeque::new()).pop_front()
            {
                self.take(step, vertex);
            }
        }
    }

    /// `[context alpine] OCI load from client` is what `FROM alpine` is where a build context has that name.
    fn contexts(&mut self) {
        for at in 0..self.order.len() {
            let vertex = self.order[at];
            let label = self.vertices[vertex];
            if self.found.parts[vertex] != Part::Unknown || !label.is_context() || is_around(&label) {
                continue;
            }
            let name = label.stage.split("::").next().unwrap_or_default();
            let is_image = |(index, (label, op)): (usize, &(Label<'a>, Op))| {
                let is_open = *op == Op::Image && self.found.steps[index].is_none();
                (is_open && is_named(label.text.strip_prefix("FROM ")?, name)).then_some(index)
            };
            if let Some(step) = self.steps.iter().enumerate().find_map(is_image) {
                self.take(step, vertex);
            }
        }
    }

    /// Takes a step and a vertex together that are the only ones left with their text.
    fn by_text_alone(&mut self) {
        fn key<'a>(label: &Label<'a>) -> Option<Key<'a>> {
            Some(("", "", "", label.unpinned_text()))
        }
        let open = self.open(key);
        let mut n_vertices: Lookup<Key<'a>, usize> = Lookup::default();
        for pass in [false, true] {
            for vertex in 0..self.vertices.len() {
                let label = self.vertices[vertex];
                if self.found.parts[vertex] != Part::Unknown || label.number.is_empty() {
                    continue;
                }
                let Some(key) = key(&label) else { continue };
                let n_alike = n_vertices.or_insert(key, 0);
                if !pass {
                    *n_alike += 1;
                } else if *n_alike == 1
                    && let Some([step]) =
                        open.get(&key).map(|steps| steps.iter().copied().collect::<Vec<_>>()).as_deref()
                {
                    self.take(*step, vertex);
                }
            }
        }
    }

    /// Labels that end in `...`, as older builders and terminals cut them.
    fn cut_off(&mut self) {
        for at in 0..self.order.len() {
            let vertex = self.order[at];
            let label = self.vertices[vertex];
            let Some(start) = label.text.strip_suffix("...").filter(|start| start.len() > 8) else { continue };
            if self.found.parts[vertex] != Part::Unknown {
                continue;
            }
            let begins = |(index, (step, _)): (usize, &(Label<'a>, Op))| {
                let is_open = self.found.steps[index].is_none() && step.stage == label.stage;
                (is_open && step.text.starts_with(start)).then_some(index)
            };
            if let Some(step) = self.steps.iter().enumerate().find_map(begins) {
                self.take(step, vertex);
            }
        }
    }

    /// Steps of one instruction that are shown as one vertex: those of `COPY --link`, and of ADD with its
    /// download.
    fn share(&mut self) {
        let mut by_label: Lookup<Key<'a>, LogVertexId> = Lookup::default();
        let key = |label: &Label<'a>| {
            let text = label.text.strip_prefix("LINK ").unwrap_or(label.text);
            (label.prefix, label.stage, label.number, text)
        };
        for ((label, _), vertex) in self.steps.iter().zip(&self.found.steps) {
            if let Some(vertex) = vertex.filter(|_| !label.number.is_empty()) {
                by_label.or_insert(key(label), vertex);
            }
        }
        for ((label, _), vertex) in self.steps.iter().zip(&mut self.found.steps) {
            *vertex = vertex.or_else(|| by_label.get(&key(label)).copied());
        }
    }

    /// What the vertices are that no step has taken.
    fn rest(&mut self, vertices: &[LogVertex]) {
        let mut known: Lookup<(&str, &str), StepId> = Lookup::default();
        for (index, (label, _)) in self.steps.iter().enumerate() {
            if self.found.steps[index].is_some() {
                known.or_insert((label.stage, label.unpinned_text()), StepId(index as u32));
            }
        }
        for (part, vertex) in self.found.parts.iter_mut().zip(vertices) {
            let label = Label::parse(&vertex.label);
            let again = known.get(&(label.stage, label.unpinned_text()));
            if *part != Part::Unknown {
                continue;
            }
            if let Some(&step) = again {
                *part = Part::Again(step);
            } else if is_around(&label) {
                *part = Part::Around;
            }
        }
    }
}

/// Whether a label is of what the builder does around the steps. All steps of a Dockerfile have brackets; what
/// has none is of the builder (`exporting to image`, `importing cache manifest from …`).
fn is_around(label: &Label<'_>) -> bool {
    let is_image = label.text.starts_with("FROM ");
    let is_load = label.text.starts_with("load metadata for ") || label.text == "load .dockerignore";
    match label.stage {
        _ if !label.number.is_empty() => false,
        "" => !is_image,
        "internal" | "auth" => true,
        // `[linux/amd64] generating sbom using …`
        _ if label.is_context() => is_load,
        stage => stage.contains('/'),
    }
}

/// Whether a name of a build context stands for an image: `alpine` for `docker.io/library/alpine:latest`.
fn is_named(reference: &str, name: &str) -> bool {
    let short = reference.strip_prefix("docker.io/").unwrap_or(reference);
    let shorter = short.strip_prefix("library/").unwrap_or(short);
    [reference, short, shorter].iter().any(|it| *it == name || it.strip_suffix(":latest") == Some(name))
}

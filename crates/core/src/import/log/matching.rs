//! Which vertex of a log is which step of a plan.
//!
//! Of the builds that a log has, the one that fits the plan best is taken. Labels are compared, the surest way
//! first: word for word, then without what one build has and another has not (its number, as a build context in
//! place of an image is not counted; its platform; the digest of an image), then by what else BuildKit may call
//! the step, as equal steps of several stages are shown once, then without the stage where the log's has another
//! name or none, then by the text alone where only one step and one vertex have it, or by its beginning where the
//! log has cut it off. A stage that the Dockerfile has is never taken for another one. Where several have the
//! same label they are taken in their order. Relies on the log and the plan.

use std::collections::VecDeque;

use crate::graph::StageGraph;
use crate::lookup::Lookup;
use crate::plan::{Label, Op, Plan, StepId, labels};
use crate::resolve::Resolved;
use crate::sorting::sort;

use super::{Log, LogVertex, LogVertexId, builds};

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
    /// Finds the steps of a plan in a log; the plan is of some target of these stages.
    #[must_use]
    pub fn new(log: &Log, plan: &Plan, resolved: &Resolved, graph: &StageGraph) -> Self {
        let mut search = Search {
            steps: plan.steps.iter().map(|step| (Label::parse(&step.label), step.op)).collect(),
            vertices: log.vertices.iter().map(|vertex| Label::parse(&vertex.label)).collect(),
            order: Vec::new(),
            stages: Lookup::default(),
            found: Self { steps: vec![None; plan.steps.len()], parts: vec![Part::Unknown; log.vertices.len()] },
        };
        if !resolved.is_one_state() {
            for stage in &resolved.stages {
                search.stages.add(&stage.label);
            }
        }
        let steps: Vec<Label<'_>> = search.steps.iter().map(|(label, _)| *label).collect();
        search.order = builds::order(log, &search.vertices, &steps, &resolved.platform.format_all());
        search.by(&|label| Some((label.prefix, label.stage, label.number, label.text)));
        search.by(&|label| Some(("", label.stage, label.number, label.unpinned_text())));
        search.by(&|label| Some(("", label.stage, "", label.unpinned_text())));
        if search.has_stage_left() {
            let labels = labels(resolved, graph);
            let shown = Shown::new(&labels);
            search.by(&|label| shown.key(label, label.number));
            search.by(&|label| shown.key(label, ""));
        }
        let stages = search.stages.clone();
        search.by(&|label| {
            let is_other = label.number.is_empty() || stages.get(label.stage).is_some();
            (!is_other).then_some(("", "", label.number, label.unpinned_text()))
        });
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

type Key<'a> = (&'a str, &'a str, &'a str, &'a str);

struct Search<'a> {
    steps: Vec<(Label<'a>, Op)>,
    vertices: Vec<Label<'a>>,
    /// The vertices in the order in which they are tried.
    order: Vec<usize>,
    /// The stages of the Dockerfile, where labels name them.
    stages: Lookup<&'a str, ()>,
    found: Matches,
}

impl<'a> Search<'a> {
    fn take(&mut self, step: usize, vertex: usize) {
        self.found.steps[step] = Some(LogVertexId(vertex as u32));
        self.found.parts[vertex] = Part::Step(StepId(step as u32));
    }

    /// Whether a label is of a stage that the Dockerfile has.
    fn is_here(&self, label: &Label<'a>) -> bool {
        self.stages.get(label.stage).is_some()
    }

    /// Whether a vertex is left that is of a stage of the Dockerfile.
    fn has_stage_left(&self) -> bool {
        let is_left = |vertex: usize| {
            let label = &self.vertices[vertex];
            self.found.parts[vertex] == Part::Unknown && !label.number.is_empty() && self.is_here(label)
        };
        self.order.iter().any(|&vertex| is_left(vertex))
    }

    /// The steps without a vertex, by what `key` makes of their labels.
    fn open<'k>(&self, key: &dyn Fn(&Label<'a>) -> Option<Key<'k>>) -> Lookup<Key<'k>, VecDeque<usize>> {
        let mut open: Lookup<Key<'k>, VecDeque<usize>> = Lookup::default();
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
    fn by<'k>(&mut self, key: &dyn Fn(&Label<'a>) -> Option<Key<'k>>) {
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
        let mut images: Lookup<&'a str, VecDeque<usize>> = Lookup::default();
        for (index, (label, op)) in self.steps.iter().enumerate() {
            if *op == Op::Image
                && self.found.steps[index].is_none()
                && let Some(reference) = label.text.strip_prefix("FROM ")
            {
                images.or_insert(short_name(reference), VecDeque::new()).push_back(index);
            }
        }
        for at in 0..self.order.len() {
            let vertex = self.order[at];
            let label = self.vertices[vertex];
            if self.found.parts[vertex] != Part::Unknown || !label.is_context() || is_around(&label) {
                continue;
            }
            let name = short_name(label.stage.split("::").next().unwrap_or_default());
            if images.get(name).is_some_and(|steps| !steps.is_empty())
                && let Some(step) = images.or_insert(name, VecDeque::new()).pop_front()
            {
                self.take(step, vertex);
            }
        }
    }

    /// Takes a step and a vertex together that are the only ones left with their text.
    fn by_text_alone(&mut self) {
        let key = |label: &Label<'a>| Some(("", "", "", label.unpinned_text()));
        let open = self.open(&key);
        let mut n_vertices: Lookup<Key<'a>, usize> = Lookup::default();
        for pass in [false, true] {
            for at in 0..self.order.len() {
                let vertex = self.order[at];
                let label = self.vertices[vertex];
                let is_left = self.found.parts[vertex] == Part::Unknown && !self.is_here(&label);
                if !is_left || label.number.is_empty() {
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
        let mut sorted: Vec<(&str, &str, usize)> = Vec::new();
        for (index, (label, _)) in self.steps.iter().enumerate() {
            if self.found.steps[index].is_none() {
                sorted.push((label.stage, label.text, index));
            }
        }
        sort(&mut sorted);
        // The steps with each beginning. A step has as many beginnings as characters at most.
        let mut beginnings: Lookup<(&str, &str), VecDeque<usize>> = Lookup::default();
        for at in 0..self.order.len() {
            let vertex = self.order[at];
            let label = self.vertices[vertex];
            let Some(start) = label.text.strip_suffix("...").filter(|start| start.len() > 8) else { continue };
            if self.found.parts[vertex] != Part::Unknown {
                continue;
            }
            let key = (label.stage, start);
            if beginnings.get(&key).is_none() {
                let first = sorted.partition_point(|&(stage, text, _)| (stage, text) < key);
                let same = sorted[first..].iter().take_while(|it| it.0 == label.stage && it.1.starts_with(start));
                let mut steps: Vec<usize> = same.map(|it| it.2).collect();
                sort(&mut steps);
                beginnings.insert(key, steps.into());
            }
            let steps = beginnings.or_insert(key, VecDeque::new());
            while let Some(step) = steps.pop_front() {
                if self.found.steps[step].is_none() {
                    self.take(step, vertex);
                    break;
                }
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

/// The name of an image as short as it can be written: `alpine` for `docker.io/library/alpine:latest`.
fn short_name(reference: &str) -> &str {
    let short = reference.strip_prefix("docker.io/").unwrap_or(reference);
    let short = short.strip_prefix("library/").unwrap_or(short);
    short.strip_suffix(":latest").unwrap_or(short)
}

/// Which steps of all stages are one, so that BuildKit shows them by the label of any of them.
struct Shown<'a> {
    /// By stage, number and text, and by stage and text alone.
    groups: Lookup<(&'a str, &'a str, &'a str), u32>,
    /// The first label of each group.
    firsts: Lookup<u32, Label<'a>>,
}

impl<'a> Shown<'a> {
    fn new(labels: &'a [(String, u32)]) -> Self {
        let mut out = Self { groups: Lookup::default(), firsts: Lookup::default() };
        for (label, group) in labels {
            let label = Label::parse(label);
            out.groups.or_insert((label.stage, label.number, label.unpinned_text()), *group);
            out.groups.or_insert((label.stage, "", label.unpinned_text()), *group);
            out.firsts.or_insert(*group, label);
        }
        out
    }

    /// What the step of a label has in common with those that are the same.
    fn key(&self, label: &Label<'_>, number: &str) -> Option<Key<'a>> {
        let group = self.groups.get(&(label.stage, number, label.unpinned_text()))?;
        let first = self.firsts.get(group)?;
        Some(("", first.stage, if number.is_empty() { "" } else { first.number }, first.unpinned_text()))
    }
}

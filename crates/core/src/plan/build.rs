//! Makes the vertices of every stage that is needed.
//!
//! Follows the calls of BuildKit's Dockerfile frontend to its `llb` package: what is a vertex, what
//! it needs, and how it is labelled. Relies on the stages as resolved, and on
//! [`number`](super::number) for the labels.

use crate::sorting::{sort, sort_by_key};

use crate::graph::StageGraph;
use crate::resolve::{
    Action, Base, Command, CommandId, Copy, CopyPart, Environment, ImageConfig, ImageId, ImageReference, Mount,
    MountKind, Platform, Resolved, Run, Source, Stage, StageId, clean,
};
use crate::text::offset;

use super::number::{Numbering, first_numbers};
use super::vertex::{Definition, Vertex, VertexId, Vertices};
use super::{Op, Origin, Plan, json};
use crate::lookup::Lookup;

/// The plan of the target of a graph.
#[must_use]
pub fn plan(resolved: &Resolved, graph: &StageGraph) -> Plan {
    let Some(target) = graph.target else { return Plan::default() };
    let mut builder = Builder::new(resolved);
    builder.stages(graph, &|stage| graph.is_built(stage));
    builder.name_context();
    let last = builder.outputs.get(target.0 as usize).copied().flatten();
    let vertices = builder.vertices;
    Plan {
        steps: last.map(|last| vertices.steps(last)).unwrap_or_default(),
        config: resolved.stage(target).map(|stage| ImageConfig::clone(&stage.config)),
    }
}

/// The labels that the steps of all stages have, each with a number that steps with the same definition have in
/// common: BuildKit shows one of them, and which one depends on the target.
#[must_use]
pub fn labels(resolved: &Resolved, graph: &StageGraph) -> Vec<(String, u32)> {
    let mut builder = Builder::new(resolved);
    builder.stages(graph, &|_| true);
    builder.vertices.labels()
}

struct Builder<'a> {
    resolved: &'a Resolved,
    vertices: Vertices,
    /// What each stage ends with; none for an empty one.
    outputs: Vec<Option<VertexId>>,
    images: Vec<Option<VertexId>>,
    context: Option<VertexId>,
    /// The paths that instructions read of the context.
    context_paths: Vec<&'a str>,
    /// The environments of RUNs so far, each with a number: stages have few, and they can be long.
    environments: Lookup<Environment, usize>,
    /// The one of the RUN before, which is most often that of the next.
    last_environment: Option<(Environment, usize)>,
    is_only_state: bool,
}

/// What the vertices of an instruction have in common.
struct Place<'a> {
    numbering: &'a mut Numbering,
    stage: &'a Stage,
    command: &'a Command,
    origin: Origin,
    /// What the stage was before.
    before: Option<VertexId>,
}

impl<'a> Builder<'a> {
    fn new(resolved: &'a Resolved) -> Self {
        Self {
            resolved,
            vertices: Vertices::default(),
            outputs: vec![None; resolved.stages.len()],
            images: vec![None; resolved.images.len()],
            context: None,
            context_paths: Vec::new(),
            environments: Lookup::default(),
            last_environment: None,
            is_only_state: resolved.is_one_state(),
        }
    }

    fn stages(&mut self, graph: &StageGraph, is_wanted: &dyn Fn(StageId) -> bool) {
        let resolved = self.resolved;
        for (stage, first) in resolved.stages.iter().zip(first_numbers(resolved, graph)) {
            if is_wanted(stage.id) {
                self.stage(stage, first);
            }
        }
    }

    fn stage(&mut self, stage: &'a Stage, first: u32) {
        let mut numbering = Numbering::new(stage, first, self.is_only_state);
        let mut output = match &stage.base {
            Base::Stage(base) => self.outputs.get(base.0 as usize).copied().flatten(),
            Base::Image(reference) => {
                let label = numbering.next(&format!("FROM {}", reference.full()), false);
                let origin = Origin { stage: stage.id, command: None, range: stage.range_of_from() };
                Some(self.image(reference, &stage.platform, label, Some(origin)))
            }
            Base::Scratch | Base::Invalid => None,
        };
        for (index, command) in stage.commands.iter().enumerate() {
            self.context_paths.extend(command.context_paths.iter().map(String::as_str));
            let origin = Origin { stage: stage.id, command: Some(CommandId(offset(index))), range: command.range };
            let place = Place { numbering: &mut numbering, stage, command, origin, before: output };
            match &command.action {
                Action::Run(run) => output = Some(self.run(place, run)),
                Action::Copy(copy) => output = Some(self.copy(place, copy)),
                Action::Workdir { path, owner } if path != "/" => {
                    let label = place.numbering.next(&command.label, command.onbuild);
                    let detail = ["mkdir ", &clean(path)].concat();
                    let definition = Definition::default().text(owner);
                    let inputs = Vec::from_iter(output);
                    output = Some(self.file(label, detail, definition, inputs, origin));
                }
                Action::Workdir { .. } | Action::Config | Action::Failed => {}
            }
        }
        self.outputs[stage.id.0 as usize] = output;
    }

    fn image(
        &mut self,
        reference: &ImageReference,
        platform: &Platform,
        label: String,
        origin: Option<Origin>,
    ) -> VertexId {
        let detail = format!("docker-image://{}", reference.full());
        let definition = Definition::default().text(&platform.format_all());
        self.vertices.add(Vertex { label, op: Op::Image, detail, definition, inputs: Vec::new(), n_back: 0, origin })
    }

    /// What a source ends with; none for an empty one.
    fn source(&mut self, source: &Source, origin: Origin) -> Option<VertexId> {
        match source {
            Source::Stage(stage) => self.outputs.get(stage.0 as usize).copied().flatten(),
            Source::Image(image) => self.outside(*image, origin),
            Source::Context => Some(self.context()),
            Source::Scratch => None,
        }
    }

    fn outside(&mut self, image: ImageId, origin: Origin) -> Option<VertexId> {
        let index = image.0 as usize;
        if let Some(vertex) = self.images.get(index).copied().flatten() {
            return Some(vertex);
        }
        let reference = self.resolved.images.get(index)?.reference.clone()?;
        let label = format!("FROM {}", reference.full());
        let platform = self.resolved.platform.clone();
        let vertex = self.image(&reference, &platform, label, Some(origin));
        self.images[index] = Some(vertex);
        Some(vertex)
    }

    fn context(&mut self) -> VertexId {
        *self.context.get_or_insert_with(|| {
            self.vertices.add(Vertex {
                label: "[internal] load build context".into(),
                op: Op::Local,
                detail: "local://context".into(),
                definition: Definition::default(),
                inputs: Vec::new(),
                n_back: 0,
                origin: None,
            })
        })
    }

    /// Once every stage has told which paths it needs, the context is asked for those alone.
    fn name_context(&mut self) {
        let paths = &mut self.context_paths;
        let is_all = paths.is_empty() || paths.contains(&"/");
        let Some(context) = self.context.and_then(|id| self.vertices.get_mut(id)).filter(|_| !is_all) else { return };
        sort(paths);
        paths.dedup();
        // Each begins with a slash, so that they are sorted without it, too.
        let paths = paths.iter().map(|path| path.trim_start_matches('/'));
        context.detail = format!("local://context follow {}", json::array(paths));
    }

    fn file(
        &mut self,
        label: String,
        detail: String,
        definition: Definition,
        inputs: Vec<VertexId>,
        origin: Origin,
    ) -> VertexId {
        self.vertices.add(Vertex { label, op: Op::File, detail, definition, inputs, n_back: 0, origin: Some(origin) })
    }

    fn document(&mut self, name: &str, content: &str, mode: &str, origin: Origin) -> VertexId {
        let detail = format!("mkfile /{}", name.trim_start_matches('/'));
        let definition = Definition::default().text(mode).text(content);
        let label = "[internal] preparing inline document".to_owned();
        self.file(label, detail, definition, Vec::new(), origin)
    }

    fn run(&mut self, place: Place<'_>, run: &Run) -> VertexId {
        let Place { numbering, stage, command, origin, before } = place;
        let mut others = Definition::default();
        // Mounts are sorted by where they appear; the stage's own files are at `/`.
        let mut mounts: Vec<(&str, Definition, Option<VertexId>)> = Vec::with_capacity(run.mounts.len() + 2);
        mounts.push(("/", Definition::default(), before));
        for mount in &run.mounts {
            if matches!(mount.kind, MountKind::Secret | MountKind::Ssh) {
                others = options_of(mount, others.text(&mount.target));
                continue;
            }
            let options = options_of(mount, Definition::default());
            let read = mount.read.and_then(|read| command.reads.get(read));
            let mut source = read.and_then(|read| self.source(&read.source, origin));
            if mount.permissions != (None, None, None) && mount.shown() == "/" {
                source = Some(self.cache_folder(source, permissions(mount, 0o755), origin));
            }
            mounts.push((&mount.target, options, source));
        }
        if let Some((name, content)) = &run.script {
            let file = self.document(name, content, "0755", origin);
            mounts.push(("/dev/pipes/", Definition::default(), Some(file)));
        }
        sort_by_key(&mut mounts, |mount| mount.0);
        let mut definition = Definition::default()
            .number(self.environment(&run.env) as u64)
            .text(&run.cwd)
            .text(&run.user)
            .text(&run.network)
            .text(&run.security)
            .text(&stage.platform.format_all())
            .number(mounts.len() as u64);
        let mut inputs: Vec<VertexId> = Vec::with_capacity(mounts.len());
        let mut index_of: Lookup<VertexId, usize> = Lookup::default();
        for (target, options, source) in &mounts {
            // Which of the inputs it is, so that two mounts of one source are told from one.
            let index = source.map(|source| *index_of.or_insert(source, inputs.len()));
            inputs.extend(source.filter(|_| index == Some(inputs.len())));
            definition = definition.text(target).number(index.map_or(0, |index| index as u64 + 1)).all(options);
        }
        definition = definition.all(&others);
        let detail = json::array(run.args.iter().map(String::as_str));
        let label = numbering.next(&command.label, command.onbuild);
        self.vertices.add(Vertex { label, op: Op::Exec, detail, definition, inputs, n_back: 0, origin: Some(origin) })
    }

    /// The number of an environment; equal ones have the same.
    fn environment(&mut self, environment: &Environment) -> usize {
        if let Some((_, number)) = self.last_environment.as_ref().filter(|(last, _)| last == environment) {
            return *number;
        }
        let next = self.environments.len();
        let number = *self.environments.or_insert(environment.clone(), next);
        self.last_environment = Some((environment.clone(), number));
        number
    }

    fn cache_folder(&mut self, source: Option<VertexId>, permissions: [u64; 3], origin: Origin) -> VertexId {
        self.file(
            "[internal] setting cache mount permissions".into(),
            "mkdir /cache".into(),
            permissions.into_iter().fold(Definition::default(), Definition::number),
            Vec::from_iter(source),
            origin,
        )
    }

    fn copy(&mut self, place: Place<'_>, copy: &Copy) -> VertexId {
        let Place { numbering, command, origin, before, .. } = place;
        let label = numbering.next(&command.label, command.onbuild);
        let base = if copy.link { None } else { before };
        let mut inputs = Vec::with_capacity(copy.parts.len() + 1);
        inputs.extend(base);
        let mut detail = String::new();
        let mut definition =
            Definition::default().text(&copy.chown).text(&copy.chmod).number(copy.exclude.len() as u64);
        for pattern in &copy.exclude {
            definition = definition.text(pattern);
        }
        for part in &copy.parts {
            let (source, path) = self.part(part, command, &label, origin);
            definition = options_of_part(part, definition.text(&path).number(u64::from(source.is_some())));
            let separator = if detail.is_empty() { "" } else { "; " };
            for piece in [separator, "copy ", &path, " -> ", &copy.destination] {
                detail.push_str(piece);
            }
            inputs.extend(source);
        }
        definition = definition.number(u64::from(base.is_some())).number(inputs.len() as u64);
        let n_back = inputs.len() - usize::from(base.is_some());
        let origin = Some(origin);
        let file = self.vertices.add(Vertex { label, op: Op::File, detail, definition, inputs, n_back, origin });
        let Some(before) = before.filter(|_| copy.link) else { return file };
        let label = numbering.again(&format!("LINK {}", command.label), command.onbuild);
        self.vertices.add(Vertex {
            label,
            op: Op::Merge,
            detail: String::new(),
            definition: Definition::default(),
            inputs: vec![before, file],
            n_back: 0,
            origin,
        })
    }

    /// The vertex that a source of COPY or ADD comes from, and its path there.
    fn part(&mut self, part: &CopyPart, command: &Command, label: &str, origin: Origin) -> (Option<VertexId>, String) {
        match part {
            CopyPart::Path { path, .. } => {
                let source = command.reads.first().map_or(&Source::Context, |read| &read.source);
                (self.source(source, origin), clean(path).into_owned())
            }
            CopyPart::Http { url, filename, checksum, .. } => {
                let definition = Definition::default().text(filename).text(checksum);
                (Some(self.remote(Op::Http, url.clone(), definition, label, origin)), ["/", filename].concat())
            }
            CopyPart::Git { url, options } => {
                let definition = Definition::default().text(options);
                (Some(self.remote(Op::Git, ["git://", url].concat(), definition, label, origin)), "/".into())
            }
            CopyPart::Document { name, content } => {
                (Some(self.document(name, content, "0644", origin)), ["/", name].concat())
            }
        }
    }

    fn remote(&mut self, op: Op, detail: String, definition: Definition, label: &str, origin: Origin) -> VertexId {
        self.vertices.add(Vertex {
            label: label.to_owned(),
            op,
            detail,
            definition,
            inputs: Vec::new(),
            n_back: 0,
            origin: Some(origin),
        })
    }
}

/// What tells a source of COPY or ADD from another of the same path.
fn options_of_part(part: &CopyPart, definition: Definition) -> Definition {
    match part {
        CopyPart::Path { parents, unpack, .. } => {
            definition.text(parents.as_deref().unwrap_or_default()).number(of_switches([*unpack, parents.is_some()]))
        }
        CopyPart::Http { unpack, .. } => definition.number(of_switches([*unpack, false])),
        CopyPart::Git { .. } | CopyPart::Document { .. } => definition,
    }
}

fn of_switches([first, second]: [bool; 2]) -> u64 {
    u64::from(first) + 2 * u64::from(second)
}

/// What is given of mode, user and group, with the defaults for the rest.
pub(crate) fn permissions(mount: &Mount, default_mode: u64) -> [u64; 3] {
    let (mode, uid, gid) = mount.permissions;
    [mode.unwrap_or(default_mode), uid.unwrap_or(0), gid.unwrap_or(0)]
}

/// Adds what tells a mount from another at the same place: what BuildKit puts into the operation.
fn options_of(mount: &Mount, definition: Definition) -> Definition {
    let Mount { kind, readonly, id, sharing, required, size, env, .. } = mount;
    let definition = definition.text(kind.name());
    let secret = |definition: Definition, default_mode| {
        let definition = definition.text(id).number(u64::from(*required));
        permissions(mount, default_mode).into_iter().fold(definition, Definition::number)
    };
    match kind {
        MountKind::Bind => definition.text(&mount.shown()).number(u64::from(*readonly)),
        MountKind::Cache => {
            let sharing = if sharing.is_empty() { "shared" } else { sharing };
            definition.text(&mount.shown()).number(u64::from(*readonly)).text(id).text(sharing)
        }
        MountKind::Tmpfs => definition.number(u64::from(*readonly)).number(*size as u64),
        MountKind::Secret => {
            secret(definition, 0o400).text(env.as_deref().unwrap_or_default()).number(u64::from(env.is_some()))
        }
        MountKind::Ssh => secret(definition, 0o600),
    }
}

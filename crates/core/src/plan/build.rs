//! Makes the vertices of every stage that is needed.
//!
//! Follows the calls of BuildKit's Dockerfile frontend to its `llb` package: what is a vertex, what
//! it needs, and how it is labelled. Relies on the stages as resolved, and on
//! [`number`](super::number) for the labels.

use crate::sorting::sort_by_key;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::graph::StageGraph;
use crate::resolve::{
    Action, Base, Command, CommandId, Copy, CopyPart, Environment, ImageConfig, ImageId, ImageReference, Mount,
    MountKind, Platform, Resolved, Run, Source, Stage, clean,
};
use crate::text::offset;

use super::number::{Numbering, first_numbers};
use super::vertex::{Vertex, VertexId, Vertices};
use super::{Op, Origin, Plan, json};
use crate::lookup::Lookup;

/// The plan of the target of a graph.
#[must_use]
pub fn plan(resolved: &Resolved, graph: &StageGraph) -> Plan {
    let Some(target) = graph.target else { return Plan::default() };
    let mut builder = Builder {
        resolved,
        vertices: Vertices::default(),
        outputs: vec![None; resolved.stages.len()],
        images: vec![None; resolved.images.len()],
        context: None,
        context_paths: BTreeSet::new(),
        environments: Lookup::default(),
        last_environment: None,
        is_only_state: resolved.stages.len() + resolved.images.len() == 1,
    };
    let numbers = first_numbers(resolved, graph);
    for (stage, first) in resolved.stages.iter().zip(numbers) {
        if graph.is_built(stage.id) {
            builder.stage(stage, first);
        }
    }
    builder.name_context();
    let last = builder.outputs.get(target.0 as usize).copied().flatten();
    Plan {
        steps: last.map(|last| builder.vertices.steps(last)).unwrap_or_default(),
        config: resolved.stage(target).map(|stage| ImageConfig::clone(&stage.config)),
    }
}

struct Builder<'a> {
    resolved: &'a Resolved,
    vertices: Vertices,
    /// What each stage ends with; none for an empty one.
    outputs: Vec<Option<VertexId>>,
    images: Vec<Option<VertexId>>,
    context: Option<VertexId>,
    context_paths: BTreeSet<String>,
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

impl Builder<'_> {
    fn stage(&mut self, stage: &Stage, first: u32) {
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
            self.context_paths.extend(command.context_paths.iter().cloned());
            let origin = Origin { stage: stage.id, command: Some(CommandId(offset(index))), range: command.range };
            let place = Place { numbering: &mut numbering, stage, command, origin, before: output };
            match &command.action {
                Action::Run(run) => output = Some(self.run(place, run)),
                Action::Copy(copy) => output = Some(self.copy(place, copy)),
                Action::Workdir { path, owner } if path != "/" => {
                    let label = place.numbering.next(&command.label, command.onbuild);
                    let detail = format!("mkdir {}", clean(path));
                    let definition = format!("{detail} {owner}");
                    let inputs = Vec::from_iter(output);
                    output = Some(self.file(label, detail, definition, inputs.clone(), inputs, Some(origin)));
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
        let definition = format!("{detail} {}", platform.format_all());
        self.vertices.add(Vertex {
            label,
            op: Op::Image,
            detail,
            definition,
            inputs: Vec::new(),
            walk: Vec::new(),
            origin,
        })
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
                definition: "local://context".into(),
                inputs: Vec::new(),
                walk: Vec::new(),
                origin: None,
            })
        })
    }

    /// Once every stage has told which paths it needs, the context is asked for those alone.
    fn name_context(&mut self) {
        let is_all = self.context_paths.is_empty() || self.context_paths.contains("/");
        let Some(context) = self.context.and_then(|id| self.vertices.get_mut(id)).filter(|_| !is_all) else { return };
        // Each begins with a slash, so that they are sorted without it, too.
        let paths = self.context_paths.iter().map(|path| path.trim_start_matches('/'));
        context.detail = format!("local://context follow {}", json::array(paths));
    }

    fn file(
        &mut self,
        label: String,
        detail: String,
        definition: String,
        inputs: Vec<VertexId>,
        walk: Vec<VertexId>,
        origin: Option<Origin>,
    ) -> VertexId {
        self.vertices.add(Vertex { label, op: Op::File, detail, definition, inputs, walk, origin })
    }

    fn document(&mut self, name: &str, content: &str, mode: &str, origin: Origin) -> VertexId {
        let detail = format!("mkfile /{}", name.trim_start_matches('/'));
        let definition = format!("{detail} {mode} {content}");
        let label = "[internal] preparing inline document".to_owned();
        self.file(label, detail, definition, Vec::new(), Vec::new(), Some(origin))
    }

    fn run(&mut self, place: Place<'_>, run: &Run) -> VertexId {
        let Place { numbering, stage, command, origin, before } = place;
        // Mounts are sorted by where they appear; the stage's own files are at `/`.
        let mut mounts: Vec<(&str, String, Option<VertexId>)> = vec![("/", String::new(), before)];
        let mut others = String::new();
        for mount in &run.mounts {
            let options = options_of(mount);
            match mount.kind {
                MountKind::Secret | MountKind::Ssh => drop(write!(others, "\n{} {options}", mount.target)),
                _ => {
                    let read = mount.read.and_then(|read| command.reads.get(read));
                    let mut source = read.and_then(|read| self.source(&read.source, origin));
                    if mount.permissions != (None, None, None) && selector(mount) == "/" {
                        source = Some(self.cache_folder(source, &permissions(mount, 0o755), origin));
                    }
                    mounts.push((&mount.target, options, source));
                }
            }
        }
        if let Some((name, content)) = &run.script {
            let file = self.document(name, content, "0755", origin);
            mounts.push(("/dev/pipes/", "readonly".into(), Some(file)));
        }
        sort_by_key(&mut mounts, |mount| mount.0);
        let mut inputs = Vec::new();
        let mut index_of: Lookup<VertexId, usize> = Lookup::default();
        let mut definition = String::new();
        for (target, options, source) in &mounts {
            // Which of the inputs it is, so that two mounts of one source are told from one.
            let index = source.map(|source| *index_of.or_insert(source, inputs.len()));
            if let Some(source) = source.filter(|_| index == Some(inputs.len())) {
                inputs.push(source);
            }
            let _ = write!(definition, "\n{target} {index:?} {options}");
        }
        let detail = json::array(run.args.iter().map(String::as_str));
        let proxy = &self.resolved.proxy;
        definition = format!(
            "exec {detail} {} {} {} {} {} {} {proxy:?}{definition}{others}",
            self.environment(&run.env),
            run.cwd,
            run.user,
            run.network,
            run.security,
            stage.platform.format_all()
        );
        let label = numbering.next(&command.label, command.onbuild);
        let walk = inputs.clone();
        self.vertices.add(Vertex { label, op: Op::Exec, detail, definition, inputs, walk, origin: Some(origin) })
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

    fn cache_folder(&mut self, source: Option<VertexId>, permissions: &str, origin: Origin) -> VertexId {
        let inputs = Vec::from_iter(source);
        self.file(
            "[internal] setting cache mount permissions".into(),
            "mkdir /cache".into(),
            format!("mkdir /cache {permissions}"),
            inputs.clone(),
            inputs,
            Some(origin),
        )
    }

    fn copy(&mut self, place: Place<'_>, copy: &Copy) -> VertexId {
        let Place { numbering, command, origin, before, .. } = place;
        let label = numbering.next(&command.label, command.onbuild);
        let mut sources = Vec::new();
        let mut details = Vec::new();
        let mut definition = format!("copy {} {} {} {:?}", copy.destination, copy.chown, copy.chmod, copy.exclude);
        for part in &copy.parts {
            let (source, path, options) = self.part(part, command, &label, origin);
            let _ = write!(definition, "\n{path} {options} {}", source.is_some());
            details.push(format!("copy {path} -> {}", copy.destination));
            sources.extend(source);
        }
        let detail = details.join("; ");
        let base = if copy.link { None } else { before };
        let inputs: Vec<VertexId> = base.into_iter().chain(sources.iter().copied()).collect();
        // BuildKit goes through the sources from the last to the first.
        let walk = base.into_iter().chain(sources.iter().rev().copied()).collect();
        let _ = write!(definition, "\n{} {:?}", base.is_some(), inputs.len());
        let file = self.file(label, detail, definition, inputs, walk, Some(origin));
        let Some(before) = before.filter(|_| copy.link) else { return file };
        let label = numbering.again(&format!("LINK {}", command.label), command.onbuild);
        let inputs = vec![before, file];
        self.vertices.add(Vertex {
            label,
            op: Op::Merge,
            detail: String::new(),
            definition: "merge".into(),
            walk: inputs.clone(),
            inputs,
            origin: Some(origin),
        })
    }

    /// The vertex that a source of COPY or ADD comes from, its path there, and what else matters.
    fn part(
        &mut self,
        part: &CopyPart,
        command: &Command,
        label: &str,
        origin: Origin,
    ) -> (Option<VertexId>, String, String) {
        match part {
            CopyPart::Path { path, parents, unpack } => {
                let source = command.reads.first().map_or(Source::Context, |read| read.source.clone());
                (self.source(&source, origin), clean(path), format!("{parents:?} {unpack}"))
            }
            CopyPart::Http { url, filename, checksum, unpack } => {
                let definition = format!("{url} {filename} {checksum}");
                let source = self.remote(Op::Http, url, definition, label, origin);
                (Some(source), format!("/{filename}"), unpack.to_string())
            }
            CopyPart::Git { url, options } => {
                let detail = format!("git://{url}");
                let definition = format!("{detail} {options}");
                (Some(self.remote(Op::Git, &detail, definition, label, origin)), "/".into(), String::new())
            }
            CopyPart::Document { name, content } => {
                (Some(self.document(name, content, "0644", origin)), format!("/{name}"), String::new())
            }
        }
    }

    fn remote(&mut self, op: Op, detail: &str, definition: String, label: &str, origin: Origin) -> VertexId {
        self.vertices.add(Vertex {
            label: label.to_owned(),
            op,
            detail: detail.to_owned(),
            definition,
            inputs: Vec::new(),
            walk: Vec::new(),
            origin: Some(origin),
        })
    }
}

/// The path of its source that a mount shows.
fn selector(mount: &Mount) -> String {
    clean(&format!("/{}", mount.source))
}

/// What is given of mode, user and group, with the defaults for the rest.
fn permissions(mount: &Mount, default_mode: u64) -> String {
    let (mode, uid, gid) = mount.permissions;
    format!("{:o} {} {}", mode.unwrap_or(default_mode), uid.unwrap_or(0), gid.unwrap_or(0))
}

/// What tells a mount from another at the same place: what BuildKit puts into the operation.
fn options_of(mount: &Mount) -> String {
    let Mount { kind, readonly, id, sharing, required, size, env, .. } = mount;
    let name = kind.name();
    match kind {
        MountKind::Bind => format!("{name} {} {readonly}", selector(mount)),
        MountKind::Cache => {
            let sharing = if sharing.is_empty() { "shared" } else { sharing };
            format!("{name} {} {readonly} {id} {sharing}", selector(mount))
        }
        MountKind::Tmpfs => format!("{name} {readonly} {size}"),
        MountKind::Secret => format!("{name} {id} {required} {env:?} {}", permissions(mount, 0o400)),
        MountKind::Ssh => format!("{name} {id} {required} {}", permissions(mount, 0o600)),
    }
}

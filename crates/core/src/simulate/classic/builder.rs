//! Goes through the stages, step by step.
//!
//! Follows `builder.go` and `evaluator.go` of moby's `builder/dockerfile` (Docker 20.10). What single
//! instructions do is in [`instructions`](super::instructions).

use std::sync::Arc;

use crate::lookup::Lookup;
use crate::resolve::{Platform, StageId};
use crate::syntax::{ArgDefinition, From, Instruction, InstructionId, InstructionKind, Keyword, Parse, quoted};
use crate::text::offset;

use super::super::cache::Effects;
use super::args::{BuildArgs, Env, Expander};
use super::copy::Taken;
use super::refusal::{self, Refusal};
use super::store::{ImageIndex, Layer, Made, SCRATCH, Store};
use super::{Build, Cause, Outcome, Request, Step, Trigger, cause};

/// What a stage knows of its image, beside its files.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    pub(super) env: Arc<Env>,
    pub(super) shell: Arc<[String]>,
    pub(super) working_dir: String,
    /// What ONBUILD keeps for the stages that start from this one.
    pub(super) triggers: Vec<String>,
}

/// A stage that is done.
pub(super) struct Done {
    pub(super) image: ImageIndex,
    config: Config,
}

/// The stage that is being built.
pub(super) struct Stage<'a> {
    pub(super) image: ImageIndex,
    pub(super) config: Config,
    pub(super) args: BuildArgs<'a>,
    /// The step that was not found in the cache, so that no other is looked for.
    busted: Option<u32>,
    /// The stage that it starts from, until something is built on it.
    base: Option<StageId>,
}

/// A stage as the file has it.
struct Part<'a> {
    from: &'a From,
    /// The instruction FROM, and behind the last one.
    range: std::ops::Range<usize>,
}

pub(super) struct Builder<'a> {
    pub(super) request: &'a Request<'a>,
    parse: &'a Parse,
    pub(super) store: &'a mut Store,
    /// The files and folders of the build context that are sent, with their contents.
    pub(super) files: &'a [(String, String)],
    pub(super) paths: &'a [&'a str],
    pub(super) expander: Expander,
    /// What sources took of the build context before.
    pub(super) taken: Lookup<String, Taken>,
    pub(super) done: Vec<Done>,
    /// Those with a name, by that.
    by_name: Lookup<String, StageId>,
    out: Build,
}

/// The files and folders of the build context that are sent, by their paths; those of folders end with a slash.
pub(super) fn files(request: &Request<'_>, store: &Store) -> Vec<(String, String)> {
    let with_dockerfile = request.dockerfile.map(|path| {
        let mut context = request.context.clone();
        context.files.insert(super::super::context::shortened(path), request.source.to_owned());
        context
    });
    let context = with_dockerfile.as_ref().unwrap_or(request.context);
    let mut out = Vec::new();
    for entry in context.visible_to_classic() {
        let mut content = entry.content.to_owned();
        if request.dockerfile.is_none() && entry.path == super::super::context::DOCKERIGNORE {
            content.push_str(&format!("\n.dockerfile.{}\n", store.n_builds));
        }
        out.push((entry.path.to_owned(), content));
    }
    out
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        request: &'a Request<'a>,
        parse: &'a Parse,
        store: &'a mut Store,
        files: &'a [(String, String)],
        paths: &'a [&'a str],
    ) -> Self {
        let expander = Expander::new(parse.escape());
        Self {
            request,
            parse,
            store,
            files,
            paths,
            expander,
            taken: Lookup::default(),
            done: Vec::new(),
            by_name: Lookup::default(),
            out: Build::default(),
        }
    }

    /// Builds all stages up to the target.
    pub(super) fn run(mut self) -> Build {
        let mut parts = self.parts();
        match self.target(&parts) {
            Ok(n_stages) => parts.truncate(n_stages),
            Err(refusal) => {
                self.out.refusal = Some(refusal);
                return self.out;
            }
        }
        let n_global = parts.first().map_or(self.parse.instructions.len(), |part| part.range.start);
        let end = parts.last().map_or(n_global, |part| part.range.end);
        self.out.n_steps = offset(end);
        self.out.n_stages = offset(parts.len());
        let mut args = BuildArgs::new(self.request.build_args);
        if let Err(refusal) = self.stages(&parts, n_global, &mut args) {
            self.out.refusal = Some(refusal);
            return self.out;
        }
        if self.done.last().is_none_or(|stage| stage.image == SCRATCH) {
            let range =
                parts.last().map_or_else(Default::default, |part| self.parse.instructions[part.range.start].range);
            self.out.refusal = Some(Refusal::new("No image was generated. Is your Dockerfile empty?", range));
            return self.out;
        }
        self.out.unused_build_args = args.unused();
        self.out
    }

    /// The stages of the file.
    fn parts(&self) -> Vec<Part<'a>> {
        let mut out: Vec<Part<'a>> = Vec::new();
        let parse = self.parse;
        for (index, it) in parse.instructions.iter().enumerate() {
            match (&it.kind, out.last_mut()) {
                (InstructionKind::From(from), _) => out.push(Part { from, range: index..index + 1 }),
                (_, Some(last)) => last.range.end = index + 1,
                (_, None) => {}
            }
        }
        out
    }

    /// The number of stages up to the target. Numbers are no targets here.
    fn target(&self, parts: &[Part<'_>]) -> Result<usize, Refusal> {
        let Some(target) = self.request.target.filter(|target| !target.is_empty()) else { return Ok(parts.len()) };
        let is_it = |part: &Part<'_>| name_of(part.from).to_lowercase() == target.to_lowercase();
        let found = parts.iter().position(|part| part.from.name.is_some() && is_it(part));
        let missing = || format!("failed to reach build target {target} in Dockerfile");
        found.map(|at| at + 1).ok_or_else(|| Refusal::new(missing(), Default::default()))
    }

    fn stages(&mut self, parts: &[Part<'a>], n_global: usize, args: &mut BuildArgs<'a>) -> Result<(), Refusal> {
        for index in 0..n_global {
            self.begin_step(index, None);
            if let InstructionKind::Arg(definitions) = &self.parse.instructions[index].kind {
                self.global_args(definitions, args)?;
            }
        }
        for (number, part) in parts.iter().enumerate() {
            let name = name_of(part.from);
            let from = &self.parse.instructions[part.range.start];
            if !name.is_empty() && self.stage_named(&name).is_some() {
                let range = part.from.name.as_ref().map_or(from.range, |name| name.range);
                return Err(Refusal::new(format!("{name} stage name already used"), range));
            }
            let id = StageId(offset(number));
            self.begin_step(part.range.start, Some(id));
            let mut stage = self.begin_stage(from, part.from, args.begin_stage())?;
            for index in part.range.start + 1..part.range.end {
                self.begin_step(index, Some(id));
                let it = &self.parse.instructions[index];
                let outcome = self.instruction(it, &it.code, &mut stage)?;
                self.step().cache = outcome;
            }
            args.end_stage(stage.args);
            self.done.push(Done { image: stage.image, config: stage.config });
            if !name.is_empty() {
                self.by_name.insert(name, id);
            }
        }
        Ok(())
    }

    fn begin_step(&mut self, index: usize, stage: Option<StageId>) {
        let it = &self.parse.instructions[index];
        self.out.steps.push(Step {
            number: offset(self.out.steps.len() + 1),
            text: it.code.clone(),
            stage,
            instruction: InstructionId(offset(index)),
            keyword: Keyword::parse(&it.keyword.text).unwrap_or(Keyword::Run),
            range: it.range,
            cache: Outcome::NoImage,
            triggers: Vec::new(),
        });
    }

    /// The step that was begun last.
    fn step(&mut self) -> &mut Step {
        let last = self.out.steps.len() - 1;
        &mut self.out.steps[last]
    }

    fn global_args(&mut self, definitions: &[ArgDefinition], args: &mut BuildArgs<'a>) -> Result<(), Refusal> {
        let mut expanded = Vec::new();
        for definition in definitions {
            expanded.push(self.definition(definition, &super::args::Scope { env: &Env::default(), args })?);
        }
        for (name, default) in &expanded {
            args.declare_global(name, default.as_deref());
        }
        Ok(())
    }

    /// Begins a stage: finds its image, and carries out the triggers that it keeps.
    fn begin_stage(&mut self, it: &Instruction, from: &From, args: BuildArgs<'a>) -> Result<Stage<'a>, Refusal> {
        let platform = self.platform(it, &args)?;
        let base = self.expander.text(&from.base.text, &args.of_from_lines());
        let base = base.map_err(|message| Refusal::new(message, from.base.range))?;
        if base.is_empty() {
            let message = format!("base name ({}) should not be blank", from.base.text);
            return Err(Refusal::new(message, from.base.range));
        }
        let mut stage = Stage { image: SCRATCH, config: Config::default(), args, busted: None, base: None };
        if let Some(found) = self.stage_named(&base) {
            let done = &self.done[found.0 as usize];
            (stage.image, stage.config, stage.base) = (done.image, done.config.clone(), Some(found));
        } else {
            let image = self.base_image(&base, platform.as_deref());
            stage.image = image.map_err(|message| Refusal::new(message, from.base.range))?;
        }
        if stage.config.env.get("PATH").is_none() {
            Arc::make_mut(&mut stage.config.env).insert("PATH".to_owned(), DEFAULT_PATH.to_owned());
        }
        for text in std::mem::take(&mut stage.config.triggers) {
            let trigger = refusal::trigger(&text, it.range)?;
            // The places in it are those of a text of its own.
            let cache = self.instruction(&trigger, &text, &mut stage);
            let cache = cache.map_err(|refusal| Refusal::new(refusal.message, it.range))?;
            self.step().triggers.push(Trigger { text, cache });
        }
        Ok(stage)
    }

    /// The platform that a FROM asks for.
    fn platform(&mut self, it: &Instruction, args: &BuildArgs<'a>) -> Result<Option<String>, Refusal> {
        let Some(word) = it.flag_value("platform").filter(|word| !word.text.is_empty()) else { return Ok(None) };
        let refusal = |message: String| Refusal::new(message, word.range);
        let value = self.expander.text(&word.text, &args.of_from_lines());
        let value =
            value.map_err(|message| refusal(format!("failed to process arguments for platform : {message}")))?;
        match platform(&value) {
            Ok(platform) => Ok(Some(platform.format())),
            Err(message) => Err(refusal(format!("failed to parse platform {value}: {message}"))),
        }
    }

    /// The stage of a name among those that are done, in any letter case.
    pub(super) fn stage_named(&self, name: &str) -> Option<StageId> {
        self.by_name.get(&name.to_lowercase()).copied()
    }

    /// What the command of the step that was begun last writes.
    pub(super) fn effects(&self) -> Effects {
        let step = self.out.steps.last().filter(|step| step.keyword == Keyword::Run);
        let known = step.and_then(|step| self.request.effects.iter().find(|(id, _)| *id == step.instruction));
        known.map_or(self.request.otherwise, |(_, effects)| effects).clone()
    }

    /// Looks for an image that was made in this way, or makes it.
    pub(super) fn commit(&mut self, made: Made, layer: Layer, code: &str, stage: &mut Stage<'a>) -> Outcome {
        let shell = stage.config.shell.join("\0");
        let number = offset(self.out.steps.len());
        let cause = if self.request.no_cache {
            Cause::NoCache
        } else if let Some(step) = stage.busted {
            Cause::Step(step)
        } else if let Some(found) = self.store.find(stage.image, &made, &shell) {
            stage.image = found;
            stage.base = None;
            return Outcome::Cached;
        } else {
            stage.busted = Some(number);
            cause::of(self.store, stage.image, &made, code, stage.base)
        };
        stage.base = None;
        stage.image = self.store.add(stage.image, made, &shell, code, layer);
        Outcome::Runs(cause)
    }
}

/// What the builder sets where an image has no PATH. We know of no image what it sets.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The name of a stage, in lower case; empty where it has none.
fn name_of(from: &From) -> String {
    from.name.as_ref().map(|name| name.text.to_lowercase()).unwrap_or_default()
}

/// Reads a platform. Versions of an operating system are not known yet.
fn platform(value: &str) -> Result<Platform, String> {
    let is_part = |part: &&str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    if let Some(part) = value.split('/').find(|part| !is_part(part)).filter(|_| !value.contains('*')) {
        return Err(format!(
            "{} is an invalid component of {}: platform specifier component must match \"^[A-Za-z0-9_-]+$\": invalid argument",
            quoted(part),
            quoted(value)
        ));
    }
    Platform::parse(value)
}

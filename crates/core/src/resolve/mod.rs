//! From instructions to stages: names looked up, variables replaced, every instruction turned into
//! what it does.
//!
//! [`resolve`] follows BuildKit's Dockerfile frontend (`dockerfile2llb`) pass by pass, and goes on
//! where BuildKit stops at its first error. Relies on [`syntax`](crate::syntax); what a target needs
//! is left to [`graph`](crate::graph), and what becomes a step to [`plan`](crate::plan).

mod asked;
mod budget;
mod config;
mod copy;
mod dispatch;
mod epoch;
mod expose;
mod globals;
mod image;
mod missing;
pub(crate) mod mount;
mod path;
mod permission;
mod platform;
mod remote;
mod run;
mod scope;
mod stage;
mod states;

pub use config::{HealthcheckConfig, ImageConfig};
pub(crate) use expose::{check as check_ports, parts as port_parts, ports};
pub use image::ImageReference;
pub use missing::UndefinedVariable;
pub(crate) use path::{clean, is_surely_clean};
pub use platform::Platform;
pub use scope::Environment;
pub use stage::{
    Action, Base, Command, CommandId, Copy, CopyPart, ExpandedWord, ImageId, Mount, MountKind, OutsideImage,
    PlatformValue, Read, ReadKind, Run, Source, Stage, StageArg, StageId,
};
pub(crate) use states::PLATFORM;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Phase, each_line};
use crate::syntax::{Instruction, InstructionId, InstructionKind, Lexer, Parse, Word, quoted, suggest};
use crate::text::{TextRange, offset};

use budget::Budget;
use dispatch::Scope;
use states::States;

/// What `docker build` is given beside the file.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// `--target`.
    pub target: Option<&'a str>,
    /// `--build-arg`.
    pub build_args: &'a BTreeMap<String, String>,
    /// `--platform`.
    pub platform: &'a Platform,
}

/// The stages of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The ARGs before the first FROM, in order.
    pub global_args: Vec<GlobalArg>,
    /// The variables that FROM lines see: those ARGs, and what BuildKit predefines.
    pub globals: Environment,
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// The images that COPY and mounts name, one for each use, in order.
    pub images: Vec<OutsideImage>,
    /// The stage that is built; none where there is no stage, or none of the name asked for.
    pub target: Option<StageId>,
    /// The platform of the request.
    pub platform: Platform,
    /// The build args as stages see them: those of the request, with `SOURCE_DATE_EPOCH` as a number of
    /// seconds, or without it where it is not known.
    pub build_args: BTreeMap<String, String>,
    /// The build args that name a proxy, which every RUN gets without an ARG: name in lower case, and
    /// value.
    pub proxy: BTreeMap<String, String>,
    /// The errors of the file as a whole.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The errors that stop the build only if their stage is needed.
    pub(crate) stage_diagnostics: Vec<(StageId, Diagnostic)>,
}

/// An ARG before the first FROM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalArg {
    /// The name, as written.
    pub name: Word,
    /// Its value; none where neither the file nor the request gives one.
    pub value: Option<String>,
    /// Where it is declared.
    pub instruction: InstructionId,
}

impl Resolved {
    /// A stage.
    #[must_use]
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.get(id.0 as usize)
    }

    /// Whether there is nothing but one stage, whose name the labels of its steps leave out.
    pub(crate) fn is_one_state(&self) -> bool {
        self.stages.len() + self.images.len() == 1
    }

    /// A stage with those that it starts from, the lowest first; nothing where there is no such stage.
    #[must_use]
    pub fn chain(&self, id: StageId) -> Vec<&Stage> {
        let mut out = Vec::new();
        let mut next = self.stage(id);
        while let Some(stage) = next {
            out.push(stage);
            next = match stage.base {
                // A base stands above its stage, so that this comes to an end.
                Base::Stage(base) if base < stage.id => self.stage(base),
                _ => None,
            };
        }
        out.reverse();
        out
    }

    /// The problems of a build that carries out the stages that `is_needed` tells: elsewhere, what
    /// would stop it is only a warning.
    pub(crate) fn diagnostics_for(&self, is_needed: impl Fn(StageId) -> bool) -> Vec<Diagnostic> {
        let mut out = self.diagnostics.clone();
        for (stage, diagnostic) in &self.stage_diagnostics {
            let mut diagnostic = diagnostic.clone();
            if !is_needed(*stage) {
                diagnostic.severity = crate::diagnostic::Severity::Warning;
                diagnostic.help = Some("this target does not need the stage, so the build does not stop here".into());
            }
            out.push(diagnostic);
        }
        out
    }
}

/// Works out the stages of a file.
#[must_use]
pub fn resolve(parse: &Parse, settings: &Settings<'_>) -> Resolved {
    resolve_with_triggers(parse, settings, &|_| true)
}

/// The same, with what ONBUILD keeps only in the stages that `has_triggers` tells. When BuildKit only
/// checks a file, it looks at all stages, but puts triggers into none that the last one does not need.
#[must_use]
pub(crate) fn resolve_with_triggers(
    parse: &Parse,
    settings: &Settings<'_>,
    has_triggers: &dyn Fn(StageId) -> bool,
) -> Resolved {
    let budget = Budget::new();
    let last_name = parse.instructions.iter().rev().find_map(|it| match &it.kind {
        InstructionKind::From(from) => Some(from.name.as_ref().map(|name| name.text.to_ascii_lowercase())),
        _ => None,
    });
    let globals = globals::globals(parse, settings, last_name.flatten().as_deref(), &budget);
    let mut states = states::stages(parse, &globals, &budget);
    let mut out = Resolved {
        global_args: globals.declared,
        globals: globals.environment.clone(),
        platform: settings.platform.clone(),
        proxy: proxy(settings.build_args),
        diagnostics: globals.error.into_iter().collect(),
        ..Resolved::default()
    };
    match target(&states, settings.target) {
        Ok(target) => out.target = target,
        Err(diagnostic) => out.diagnostics.push(*diagnostic),
    }
    states.look_up_sources(parse);
    out.diagnostics.extend(states.ring(parse));
    for stage in (0..states.n_stages).filter(|&stage| has_triggers(StageId(offset(stage)))) {
        if let Err(diagnostic) = states.add_triggers(parse, stage) {
            out.stage_diagnostics.push((StageId(offset(stage)), *diagnostic));
        }
    }
    out.images = images(parse, &states, &mut out.diagnostics, &mut out.stage_diagnostics);
    let build_args = globals::for_stages(settings.build_args);
    let settings = Settings { build_args: &build_args, ..*settings };
    carry_out(parse, &settings, &globals.environment, &states, &budget, &mut out);
    out.build_args = build_args;
    out.diagnostics.append(&mut states.errors);
    out
}

/// The proxy settings among the build args, whose letter case does not matter.
fn proxy(build_args: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    const NAMES: [&str; 5] = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"];
    let named = build_args.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    named.filter(|(name, _)| NAMES.contains(&name.as_str())).collect()
}

/// The stage that a target names; the last one where there is none.
fn target(states: &States<'_>, name: Option<&str>) -> Result<Option<StageId>, Box<Diagnostic>> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(states.n_stages.checked_sub(1).map(|last| StageId(offset(last))));
    };
    if let Some(found) = states.find(name) {
        return Ok(Some(StageId(offset(found))));
    }
    let labels: Vec<String> = (0..states.n_stages).map(|stage| states.label(stage)).collect();
    let mut message = format!("target stage {} could not be found", quoted(name));
    if let Some(meant) = suggest(name, labels.iter().map(String::as_str)) {
        message = format!("{message} (did you mean {meant}?)");
    }
    let named: Vec<&str> = states.all.iter().filter_map(|state| state.name.as_deref()).collect();
    let help = match named.as_slice() {
        [] => "no stage has a name, so only the last one can be built".to_owned(),
        [only] => format!("the one stage with a name is {only}"),
        named => format!("the stages are {}", named.join(", ")),
    };
    let error = Diagnostic::error((Phase::Target, 0), message, TextRange::default(), Vec::new());
    Err(Box::new(error.with_help(help)))
}

/// The images that COPY and mounts name. What is wrong with those that only a trigger names is so only
/// where its stage is needed.
fn images(
    parse: &Parse,
    states: &States<'_>,
    errors: &mut Vec<Diagnostic>,
    stage_errors: &mut Vec<(StageId, Diagnostic)>,
) -> Vec<OutsideImage> {
    let image = |state: &states::State| {
        let written = state.base_name.written.clone();
        let reference = (state.base_name.value != "scratch").then(|| ImageReference::parse(&state.base_name.value));
        if let Some(Err(message)) = &reference {
            let instruction = parse.instructions.get(state.instruction);
            let error = invalid_base(&state.base_name, message, instruction, state.has_lines);
            match state.only_in {
                Some(stage) => stage_errors.push((StageId(offset(stage)), error)),
                None => errors.push(error),
            }
        }
        let instruction = InstructionId(offset(state.instruction));
        OutsideImage { written, reference: reference.and_then(Result::ok), instruction }
    };
    states.all[states.n_stages..].iter().map(image).collect()
}

/// BuildKit's message for a name that is no reference. It looks at all of them, needed or not, and at
/// the same time: of several errors it tells any one, we the first.
fn invalid_base(name: &ExpandedWord, message: &str, it: Option<&Instruction>, has_lines: bool) -> Diagnostic {
    let lines = it.filter(|_| has_lines).map(|it| each_line(it.lines)).unwrap_or_default();
    let order = (Phase::BaseImages, it.map_or(0, |it| it.range.start));
    let message = format!("failed to parse stage name {}: {message}", quoted(&name.value));
    Diagnostic::error(order, message, name.written.range, lines)
}

/// Carries out every stage, in file order, so that those a stage starts from are done before it.
fn carry_out(
    parse: &Parse,
    settings: &Settings<'_>,
    globals: &Environment,
    states: &States<'_>,
    budget: &Budget,
    out: &mut Resolved,
) {
    let mut scopes: Vec<Scope> = Vec::with_capacity(states.n_stages);
    let mut n_carried_out = 0;
    for id in 0..states.n_stages {
        let state = &states.all[id];
        let Some(from) = parse.instructions.get(state.instruction) else { break };
        let base = base_of(state, from, out);
        let inherited = state.base.and_then(|base| scopes.get(base)).cloned();
        let mut scope = inherited.unwrap_or_else(|| Scope {
            platform: state.platform.clone().unwrap_or_else(|| settings.platform.clone()),
            ..Scope::default()
        });
        if base == Base::Scratch {
            scope.platform = settings.platform.clone();
            Arc::make_mut(&mut scope.config).working_dir = "/".into();
        }
        let mut stage = dispatch::Stage {
            id,
            parse,
            states,
            globals,
            build_args: settings.build_args,
            lexer: Lexer::new(parse.escape()),
            budget,
            scope,
            has_cmd: false,
            errors: Vec::new(),
            n_carried_out,
            undefined: RefCell::default(),
        };
        stage.begin();
        let mut commands: Vec<Command> = Vec::with_capacity(state.commands.len());
        commands.extend(state.commands.iter().filter_map(|pending| stage.command(pending)));
        let dispatch::Stage { scope, errors, .. } = stage;
        n_carried_out += offset(commands.len());
        out.stage_diagnostics.extend(errors);
        let (name, flag) = match &from.kind {
            InstructionKind::From(written) => (written.name.clone(), from.flag_value("platform").cloned()),
            _ => (None, None),
        };
        let has_image = base != Base::Scratch && state.base.is_none();
        out.stages.push(Stage {
            id: StageId(offset(id)),
            label: states.label(id),
            description: state.name.as_ref().and_then(|name| description(&from.comments, name)),
            name,
            from: InstructionId(offset(state.instruction)),
            base,
            base_name: state.base_name.clone(),
            undefined: state.undefined.clone(),
            default_base: state.default_base.clone(),
            platform_flag: flag,
            platform_value: state.platform_value.clone(),
            platform: scope.platform.clone(),
            range: stage_range(parse, state, from),
            n_steps: u32::from(has_image) + offset(commands.iter().filter(|it| counts(parse, it)).count()),
            commands,
            args: scope.args.clone(),
            config: scope.config.clone(),
        });
        scopes.push(scope);
    }
}

fn base_of(state: &states::State, from: &Instruction, out: &mut Resolved) -> Base {
    if let Some(base) = state.base {
        return Base::Stage(StageId(offset(base)));
    }
    if !state.is_valid {
        return Base::Invalid;
    }
    if state.base_name.value == "scratch" {
        return Base::Scratch;
    }
    match ImageReference::parse(&state.base_name.value) {
        Ok(reference) => Base::Image(reference),
        Err(message) => {
            out.diagnostics.push(invalid_base(&state.base_name, &message, Some(from), true));
            Base::Invalid
        }
    }
}

/// Whether BuildKit counts an instruction among the steps of its stage: every RUN, COPY, ADD and
/// WORKDIR, and whatever ONBUILD of the base adds.
fn counts(parse: &Parse, command: &Command) -> bool {
    let makes_step = parse.instruction(command.instruction).is_some_and(|it| {
        matches!(
            it.kind,
            InstructionKind::Run(_) | InstructionKind::Copy(_) | InstructionKind::Add(_) | InstructionKind::Workdir(_)
        )
    });
    command.onbuild || makes_step
}

/// What the comments above an instruction say of the name that it declares: `# name description`.
pub(crate) fn description(comments: &[String], name: &str) -> Option<String> {
    comments.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).map(str::to_owned)
}

fn stage_range(parse: &Parse, state: &states::State, from: &Instruction) -> TextRange {
    let mut own = state.commands.iter().rev().filter(|pending| pending.trigger.is_none());
    let last = own.next().and_then(|pending| parse.instruction(pending.id));
    last.map_or(from.range, |last| from.range.cover(last.range))
}

//! Carries out the instructions of a stage, one after the other: variables replaced, the image's
//! config changed, and what each will do told.
//!
//! Follows `dispatch` and its kin in BuildKit's Dockerfile frontend. Relies on the states, whose
//! names are looked up already; RUN and COPY have files of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Phase, each_line};
use crate::syntax::{
    ArgDefinition, CommandLine, Healthcheck, Instruction, InstructionKind, KeyValue, Lexer, Parse, Word,
};
use crate::text::TextRange;

use super::config::{HealthcheckConfig, ImageConfig};
use super::platform::Platform;
use super::scope::{Environment, label};
use super::stage::{Action, Command, Source, StageArg, StageId};
use super::states::{Pending, StateId, States};
use super::{expose, path, permission};

/// What a stage hands on to those that start from it.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) environment: Environment,
    /// Shared with the stages that start from this one, until they change it.
    pub(super) config: Arc<ImageConfig>,
    /// By name, likewise.
    pub(super) args: Arc<Vec<StageArg>>,
    pub(super) platform: Platform,
}

impl Scope {
    /// The config, to be changed.
    pub(super) fn config_mut(&mut self) -> &mut ImageConfig {
        Arc::make_mut(&mut self.config)
    }

    /// Notes the value of an ARG, in place of an earlier one of its name.
    fn declare(&mut self, name: &str, value: Option<String>) {
        let at = self.args.binary_search_by(|arg| arg.name.as_str().cmp(name));
        if at.is_ok_and(|at| self.args[at].value == value) {
            return;
        }
        let args = Arc::make_mut(&mut self.args);
        match at {
            Ok(at) => args[at].value = value,
            Err(at) => args.insert(at, StageArg { name: name.to_owned(), value }),
        }
    }
}

/// What is the same for every instruction of a stage.
pub(super) struct Stage<'a> {
    pub(super) id: StateId,
    pub(super) parse: &'a Parse,
    pub(super) states: &'a States,
    pub(super) globals: &'a Environment,
    pub(super) build_args: &'a BTreeMap<String, String>,
    pub(super) lexer: Lexer,
    pub(super) scope: Scope,
    /// Whether this stage set CMD, so that a later ENTRYPOINT leaves it.
    pub(super) has_cmd: bool,
    pub(super) errors: Vec<(StageId, Diagnostic)>,
}

/// What carrying out an instruction gives, or BuildKit's message and its place.
pub(super) type Outcome<T> = Result<T, (String, TextRange)>;

impl Stage<'_> {
    /// Makes the scope ready for the first instruction: PATH is always there, and the working
    /// directory is absolute.
    pub(super) fn begin(&mut self) {
        let scope = &mut self.scope;
        let has_path = scope.config.env.iter().any(|(name, _)| name == "PATH");
        if let Some(default) = scope.platform.default_path().filter(|_| !has_path) {
            scope.config_mut().env.push(("PATH".into(), default.into()));
        }
        scope.environment.set_all(&scope.config.env);
    }

    /// Carries out an instruction.
    pub(super) fn command(&mut self, pending: &Pending) -> Option<Command> {
        let instruction = match &pending.trigger {
            Some(trigger) => trigger,
            None => self.parse.instruction(pending.id)?,
        };
        let mut command = Command {
            instruction: pending.id,
            onbuild: pending.trigger.is_some(),
            range: instruction.range,
            lines: instruction.lines,
            label: String::new(),
            reads: Vec::new(),
            context_paths: Vec::new(),
            action: Action::Config,
        };
        if let Err((message, range)) = self.carry_out(instruction, pending, &mut command) {
            let range = if command.onbuild { instruction.range } else { range };
            let order = (Phase::Dispatch, instruction.range.start);
            let error = Diagnostic::error(order, message, range, each_line(instruction.lines));
            self.errors.push((StageId(crate::text::offset(self.id)), error));
            command.action = Action::Failed;
        }
        if command.label.is_empty() {
            command.label.clone_from(&instruction.code);
        }
        Some(command)
    }

    fn carry_out(&mut self, it: &Instruction, pending: &Pending, out: &mut Command) -> Outcome<()> {
        match &it.kind {
            InstructionKind::Run(line) => self.run(it, line, pending, out)?,
            InstructionKind::Copy(transfer) => self.copy(it, transfer, pending, out, false)?,
            InstructionKind::Add(transfer) => self.copy(it, transfer, pending, out, true)?,
            InstructionKind::Workdir(word) => self.workdir(it, word, out)?,
            InstructionKind::Env(pairs) => {
                for (key, value) in self.expand_pairs(pairs)? {
                    self.scope.environment.set(&key, &value);
                    self.scope.config_mut().set_env(&key, &value);
                }
            }
            InstructionKind::Label(pairs) => {
                let pairs = self.expand_pairs(pairs)?;
                self.scope.config_mut().labels.extend(pairs);
            }
            InstructionKind::Arg(definitions) => self.arg(definitions)?,
            InstructionKind::User(word) => self.scope.config_mut().user = self.expand(word)?,
            InstructionKind::Volume(words) => {
                for word in words {
                    let volume = self.expand(word)?;
                    if volume.is_empty() {
                        return Err(("VOLUME specified can not be an empty string".into(), word.range));
                    }
                    self.scope.config_mut().volumes.insert(volume);
                }
            }
            InstructionKind::Expose(words) => self.expose(words)?,
            InstructionKind::Stopsignal(word) => {
                let signal = self.expand(word)?;
                permission::check_signal(&signal).map_err(|message| (message, word.range))?;
                self.scope.config_mut().stop_signal = signal;
            }
            InstructionKind::Shell(words) => {
                self.scope.config_mut().shell = words.iter().map(|word| word.text.clone()).collect();
            }
            InstructionKind::Cmd(line) => {
                self.scope.config_mut().cmd = Some(self.with_shell(line));
                self.scope.config_mut().args_escaped = true;
                self.has_cmd = true;
            }
            InstructionKind::Entrypoint(line) => {
                self.scope.config_mut().entrypoint = Some(self.with_shell(line));
                if !self.has_cmd {
                    self.scope.config_mut().cmd = None;
                }
            }
            InstructionKind::Healthcheck(check) => self.scope.config_mut().healthcheck = Some(healthcheck(check)),
            InstructionKind::Onbuild(onbuild) => self.scope.config_mut().on_build.push(onbuild.expression.clone()),
            InstructionKind::Maintainer(_) | InstructionKind::From(_) => {}
            InstructionKind::Invalid => out.action = Action::Failed,
        }
        Ok(())
    }

    /// A word with its variables replaced by what this instruction sees.
    pub(super) fn expand(&self, word: &Word) -> Outcome<String> {
        let expanded = self.lexer.expand(&word.text, &self.scope.environment);
        expanded.map(|expanded| expanded.text).map_err(|message| (message, word.range))
    }

    /// Pairs with their variables replaced: all of them by the values before the instruction.
    fn expand_pairs(&self, pairs: &[KeyValue]) -> Outcome<Vec<(String, String)>> {
        pairs.iter().map(|pair| Ok((self.expand(&pair.key)?, self.expand(&pair.value)?))).collect()
    }

    /// A command with the shell in front, where it is written in shell form.
    pub(super) fn with_shell(&self, line: &CommandLine) -> Vec<String> {
        let words: Vec<String> = line.words.iter().map(|word| word.text.clone()).collect();
        if line.exec { words } else { self.in_shell(words.join(" ")) }
    }

    /// A command for the shell.
    pub(super) fn in_shell(&self, command: String) -> Vec<String> {
        let shell = &self.scope.config.shell;
        let mut args = if shell.is_empty() { self.scope.platform.default_shell() } else { shell.clone() };
        args.push(command);
        args
    }

    fn workdir(&mut self, it: &Instruction, word: &Word, out: &mut Command) -> Outcome<()> {
        let folder = self.expand(word)?;
        let os = &self.scope.platform.os;
        let path = path::normalize(&self.scope.config.working_dir, &folder, os, false).map_err(|message| {
            (format!("normalizing workdir: normalizing working directory: {message}"), word.range)
        })?;
        self.scope.config_mut().working_dir = if os == "windows" { path.replace('/', "\\") } else { path.clone() };
        out.label = label(&it.code, &self.lexer, &self.scope.environment);
        out.action = Action::Workdir { path, owner: self.scope.config.user.clone() };
        Ok(())
    }

    fn arg(&mut self, definitions: &[ArgDefinition]) -> Outcome<()> {
        use crate::syntax::Variables as _;
        for definition in definitions {
            let name = &definition.name.text;
            let value = match (self.build_args.get(name), &definition.default) {
                (Some(value), _) => Some(value.clone()),
                (None, Some(default)) => Some(self.expand(default)?),
                (None, None) => self.globals.get(name).map(str::to_owned),
            };
            // These two only tell what is scanned; they are no variables.
            let is_variable = !matches!(name.as_str(), "BUILDKIT_SBOM_SCAN_CONTEXT" | "BUILDKIT_SBOM_SCAN_STAGE");
            if let Some(value) = value.as_ref().filter(|_| is_variable) {
                self.scope.environment.set(name, value);
            }
            self.scope.declare(name, value);
        }
        Ok(())
    }

    fn expose(&mut self, words: &[Word]) -> Outcome<()> {
        let mut ports = Vec::new();
        for word in words {
            let expanded = self.lexer.expand(&word.text, &self.scope.environment);
            let expanded = expanded.map_err(|message| (message, word.range))?;
            ports.extend(expanded.words.into_iter().map(|port| (port, word.range)));
        }
        for (port, range) in ports {
            let listed = expose::ports(&port).map_err(|message| (message, range))?;
            self.scope.config_mut().exposed_ports.extend(listed);
        }
        Ok(())
    }

    /// A source of COPY or a mount, and whether it is ready: a stage is when it stands above.
    pub(super) fn source(&self, state: StateId) -> (Source, bool) {
        let is_scratch = self.states.all.get(state).is_some_and(|state| state.base_name.value == "scratch");
        if state < self.states.n_stages {
            return (Source::Stage(StageId(crate::text::offset(state))), state < self.id);
        }
        if is_scratch {
            return (Source::Scratch, true);
        }
        (Source::Image(super::ImageId(crate::text::offset(state - self.states.n_stages))), true)
    }
}

fn healthcheck(check: &Healthcheck) -> HealthcheckConfig {
    match check {
        Healthcheck::None => HealthcheckConfig { test: vec!["NONE".into()], ..HealthcheckConfig::default() },
        Healthcheck::Command { command, interval, timeout, start_period, start_interval, retries } => {
            let mut test = vec![if command.exec { "CMD".to_owned() } else { "CMD-SHELL".to_owned() }];
            test.extend(command.words.iter().map(|word| word.text.clone()));
            HealthcheckConfig {
                test,
                interval: *interval,
                timeout: *timeout,
                start_period: *start_period,
                start_interval: *start_interval,
                retries: *retries,
            }
        }
    }
}

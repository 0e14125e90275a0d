//! Carries out the instructions of a stage, one after the other: variables replaced, the image's
//! config changed, and what each will do told.
//!
//! Follows `dispatch` and its kin in BuildKit's Dockerfile frontend. Relies on the states, whose
//! names are looked up already; RUN and COPY have files of their own.

use crate::lookup::Lookup;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Phase, each_line};
use crate::syntax::{
    ArgDefinition, CommandLine, Healthcheck, Instruction, InstructionKind, KeyValue, Lexer, Parse, Word, suggest,
};
use crate::text::TextRange;

use super::budget::{Budget, ENTRY, SPENT};
use super::config::{HealthcheckConfig, ImageConfig};
use super::missing::{Noting, UndefinedVariable, places};
use super::platform::Platform;
use super::scope::{Environment, Pair, label};
use super::stage::{Action, Command, Read, ReadKind, Source, StageArg, StageId};
use super::states::{Pending, StateId, States};
use super::{expose, path, permission};

/// What a stage hands on to those that start from it.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) environment: Environment,
    /// Shared with the stages above until this one changes it.
    pub(super) config: Arc<ImageConfig>,
    /// Where each variable stands in the config.
    pub(super) places: Arc<Lookup<Arc<str>, usize>>,
    pub(super) args: Arc<Vec<StageArg>>,
    pub(super) platform: Platform,
}

/// What is the same for every instruction of a stage.
pub(super) struct Stage<'a> {
    pub(super) id: StateId,
    pub(super) parse: &'a Parse,
    pub(super) states: &'a States<'a>,
    pub(super) globals: &'a Environment,
    pub(super) build_args: &'a BTreeMap<String, String>,
    pub(super) lexer: Lexer,
    pub(super) budget: &'a Budget,
    pub(super) scope: Scope,
    /// Whether this stage set CMD, so that a later ENTRYPOINT leaves it.
    pub(super) has_cmd: bool,
    pub(super) errors: Vec<(StageId, Diagnostic)>,
    /// Number of instructions that were carried out, in this stage and those above it.
    pub(super) n_carried_out: u32,
    /// Variables that the instruction being carried out uses and that nothing sets.
    pub(super) undefined: RefCell<Vec<UndefinedVariable>>,
}

/// What carrying out an instruction gives, or BuildKit's message and its place.
pub(super) type Outcome<T> = Result<T, (String, TextRange)>;

impl Stage<'_> {
    /// Makes the scope ready for the first instruction: PATH is always there, and the working
    /// directory is absolute.
    pub(super) fn begin(&mut self) {
        if !self.scope.config.on_build.is_empty() {
            self.config().on_build.clear();
        }
        let has_path = self.scope.places.get("PATH").is_some();
        if let Some(default) = self.scope.platform.default_path().filter(|_| !has_path) {
            self.set_env(("PATH".into(), default.into()));
        }
        let scope = &mut self.scope;
        if scope.environment.set_all(&scope.config.env) {
            self.budget.take(scope.environment.n_variables() * ENTRY);
        }
    }

    /// The config, to be changed. What is shared has to be copied first.
    pub(super) fn config(&mut self) -> &mut ImageConfig {
        if Arc::strong_count(&self.scope.config) > 1 {
            self.budget.take(self.scope.config.n_entries() * ENTRY);
        }
        Arc::make_mut(&mut self.scope.config)
    }

    /// Sets a variable of the image: in its place where it is set already, else as the last.
    fn set_env(&mut self, pair: Pair) {
        let place = self.scope.places.get(&pair.0).copied();
        let env = &mut self.config().env;
        let n_variables = env.len();
        match place.and_then(|place| env.get_mut(place)) {
            Some(slot) => slot.1 = pair.1,
            None => {
                let name = Arc::clone(&pair.0);
                env.push(pair);
                Arc::make_mut(&mut self.scope.places).insert(name, n_variables);
            }
        }
    }

    /// Sets a variable that instructions see.
    fn set_variable(&mut self, name: &str, value: &str) -> Pair {
        if self.scope.environment.is_shared() {
            self.budget.take(self.scope.environment.n_variables() * ENTRY);
        }
        self.scope.environment.set(name, value)
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
            sources: pending.sources.iter().map(|&state| self.source(state).0).collect(),
            sets: Vec::new(),
            entries: Vec::new(),
            context_paths: Vec::new(),
            action: Action::Config,
            trigger: pending.trigger.clone(),
            order: self.n_carried_out,
            undefined: Vec::new(),
            expanded: Vec::new(),
        };
        self.n_carried_out += 1;
        if self.budget.is_spent() {
            command.action = Action::Failed;
        } else if let Err((message, range)) = self.carry_out(instruction, pending, &mut command) {
            let range = if command.onbuild { instruction.range } else { range };
            self.fail(instruction, &command, message, range);
            command.action = Action::Failed;
            self.note_sources(instruction, pending, &mut command);
        } else {
            self.account(instruction, &command);
        }
        command.undefined = self.undefined.take();
        if command.label.is_empty() {
            command.label.clone_from(&instruction.code);
        }
        Some(command)
    }

    /// Notes what a command keeps that the file does not hold for each of them.
    fn account(&mut self, it: &Instruction, command: &Command) {
        let config = &self.scope.config;
        let shell: usize = config.shell.iter().map(String::len).sum();
        // The folder is in the command, and in the plan in several forms.
        let folder = 4 * config.working_dir.len();
        self.budget.take(ENTRY + command.label.len() + folder + config.user.len() + shell);
        if self.budget.is_spent() {
            self.fail(it, command, SPENT.to_owned(), it.range);
        }
    }

    /// Notes what is wrong with a command.
    fn fail(&mut self, it: &Instruction, command: &Command, message: String, range: TextRange) {
        let diagnostic = Diagnostic::error((Phase::Dispatch, command.order), message, range, each_line(it.lines));
        let stage = StageId(crate::text::offset(self.id));
        self.errors.push((stage, diagnostic));
    }

    /// Notes what a command that failed would have read: BuildKit looks that up before it carries
    /// anything out, so that it decides which stages are needed.
    fn note_sources(&self, it: &Instruction, pending: &Pending, out: &mut Command) {
        let by = if matches!(it.kind, InstructionKind::Run(_)) { ReadKind::Mount } else { ReadKind::Copy };
        for &state in &pending.sources {
            let (source, _) = self.source(state);
            if source != Source::Scratch && out.reads.iter().all(|read| read.source != source) {
                out.reads.push(Read { by, source, range: it.range, paths: Vec::new() });
            }
        }
    }

    fn carry_out(&mut self, it: &Instruction, pending: &Pending, out: &mut Command) -> Outcome<()> {
        match &it.kind {
            InstructionKind::Run(line) => self.run(it, line, pending, out)?,
            InstructionKind::Copy(transfer) => self.copy(it, transfer, pending, out, false)?,
            InstructionKind::Add(transfer) => self.copy(it, transfer, pending, out, true)?,
            InstructionKind::Workdir(word) => self.workdir(it, word, out)?,
            InstructionKind::Env(pairs) => {
                for (key, value) in self.expand_pairs(pairs)? {
                    let pair = self.set_variable(&key, &value);
                    self.set_env(pair);
                    out.expanded.push(key.clone());
                    out.sets.push((key, Some(value)));
                }
            }
            InstructionKind::Label(pairs) => {
                let pairs = self.expand_pairs(pairs)?;
                out.entries = numbered(pairs.iter().map(|(key, _)| key));
                self.config().labels.extend(pairs);
            }
            InstructionKind::Arg(definitions) => self.arg(definitions, out)?,
            InstructionKind::User(word) => {
                let user = self.expand(word)?;
                self.config().user = user;
            }
            InstructionKind::Volume(words) => {
                let volumes = words.iter().map(|word| self.expand(word)).collect::<Outcome<Vec<_>>>()?;
                if let Some((_, word)) = volumes.iter().zip(words).find(|(volume, _)| volume.is_empty()) {
                    return Err(("VOLUME specified can not be an empty string".into(), word.range));
                }
                out.entries = numbered(&volumes);
                self.config().volumes.extend(volumes);
            }
            InstructionKind::Expose(words) => self.expose(words, out)?,
            InstructionKind::Stopsignal(word) => {
                let signal = self.expand(word)?;
                permission::check_signal(&signal).map_err(|message| (message, word.range))?;
                self.config().stop_signal = signal;
            }
            InstructionKind::Shell(words) => {
                self.config().shell = words.iter().map(|word| word.text.clone()).collect();
            }
            InstructionKind::Cmd(line) => {
                let command = self.with_shell(line);
                self.config().cmd = Some(command);
                self.config().args_escaped = true;
                self.has_cmd = true;
            }
            InstructionKind::Entrypoint(line) => {
                let command = self.with_shell(line);
                self.config().entrypoint = Some(command);
                if !self.has_cmd {
                    self.config().cmd = None;
                }
            }
            InstructionKind::Healthcheck(check) => self.config().healthcheck = Some(healthcheck(check)),
            InstructionKind::Onbuild(onbuild) => self.config().on_build.push(onbuild.expression.clone()),
            InstructionKind::Maintainer(_) | InstructionKind::From(_) => {}
            InstructionKind::Invalid => out.action = Action::Failed,
        }
        Ok(())
    }

    /// A word with its variables replaced by what this instruction sees.
    pub(super) fn expand(&self, word: &Word) -> Outcome<String> {
        self.expand_text(&self.lexer, &word.text, word).map_err(|message| (message, word.range))
    }

    /// A text of a word, or of a here-document, with its variables replaced.
    pub(super) fn expand_text(&self, lexer: &Lexer, text: &str, word: &Word) -> Result<String, String> {
        let noting = Noting::missing(&self.scope.environment);
        let expanded = self.budget.replace(lexer, text, &noting);
        for name in noting.into_asked().missing {
            // The first two only tell what is scanned; what ARG declares may have no value.
            let is_fine = is_scan_option(&name) || self.place_of_arg(&name).is_ok();
            if !is_fine {
                let meant = suggest(&name, self.scope.environment.names()).map(str::to_owned);
                let places = places(word, &name);
                self.undefined.borrow_mut().push(UndefinedVariable { name, meant, places });
            }
        }
        expanded.map(|expanded| expanded.text)
    }

    /// Where an ARG of this name stands among the others, or would stand.
    fn place_of_arg(&self, name: &str) -> Result<usize, usize> {
        self.scope.args.binary_search_by(|arg| arg.name.as_str().cmp(name))
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
        let path = path::normalize(&self.scope.config.working_dir, &folder, os, false)
            .map_err(|message| (format!("normalizing workdir: normalizing working directory: {message}"), word.range));
        out.expanded.push(folder);
        let path = path?;
        self.config().working_dir = if os == "windows" { path.replace('/', "\\") } else { path.clone() };
        out.label = label(&it.code, &self.lexer, &self.scope.environment, self.budget);
        out.action = Action::Workdir { path, owner: self.scope.config.user.clone() };
        Ok(())
    }

    fn arg(&mut self, definitions: &[ArgDefinition], out: &mut Command) -> Outcome<()> {
        use crate::syntax::Variables as _;
        for definition in definitions {
            let name = &definition.name.text;
            out.expanded.push(name.clone());
            let value = match (self.build_args.get(name), &definition.default) {
                (Some(value), _) => Some(value.clone()),
                (None, Some(default)) => Some(self.expand(default)?),
                (None, None) => self.globals.get(name).map(str::to_owned),
            };
            if let Some(value) = value.as_ref().filter(|_| !is_scan_option(name)) {
                self.set_variable(name, value);
            }
            out.sets.push((name.clone(), value.clone()));
            self.declare(name, value);
        }
        Ok(())
    }

    /// Notes the value of an ARG, in place of an earlier one of its name.
    fn declare(&mut self, name: &str, value: Option<String>) {
        let place = self.place_of_arg(name);
        if place.is_ok_and(|place| self.scope.args[place].value == value) {
            return;
        }
        if Arc::strong_count(&self.scope.args) > 1 {
            self.budget.take(self.scope.args.len() * ENTRY);
        }
        let args = Arc::make_mut(&mut self.scope.args);
        match place {
            Ok(place) => args[place].value = value,
            Err(place) => args.insert(place, StageArg { name: name.to_owned(), value }),
        }
    }

    fn expose(&mut self, words: &[Word], out: &mut Command) -> Outcome<()> {
        let mut ports = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let expanded = self.budget.expand(&self.lexer, &word.text, &self.scope.environment);
            let expanded = expanded.map_err(|message| (message, word.range))?;
            ports.extend(expanded.words.into_iter().map(|port| (port, index, word.range)));
        }
        for (port, index, range) in ports {
            let listed = expose::ports(&port).map_err(|message| (message, range));
            out.expanded.push(port.clone());
            out.entries.push((port, crate::text::offset(index)));
            let listed = listed?;
            self.budget.take(listed.len() * ENTRY);
            self.config().exposed_ports.extend(listed);
            if self.budget.is_spent() {
                return Err((SPENT.to_owned(), range));
            }
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

/// What each word of an instruction adds, with its number.
fn numbered<'a>(entries: impl IntoIterator<Item = &'a String>) -> Vec<(String, u32)> {
    entries.into_iter().cloned().zip(0..).collect()
}

/// Whether a name is one of the two that only tell what is scanned, and are no variables.
fn is_scan_option(name: &str) -> bool {
    matches!(name, "BUILDKIT_SBOM_SCAN_CONTEXT" | "BUILDKIT_SBOM_SCAN_STAGE")
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

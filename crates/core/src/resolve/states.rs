//! The states of a build: one for each FROM, and one for each image that only COPY or a mount
//! names.
//!
//! Follows `buildDispatchStates`, `buildStageDependencyGraph` and `initOnBuildTriggers` of BuildKit's
//! Dockerfile frontend. Names are looked up here and nowhere else. Relies on
//! [`globals`](super::globals).

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Phase, each_line};
use crate::lookup::Lookup;
use crate::syntax::{
    Flag, From, Instruction, InstructionId, InstructionKind, Lexer, NoVariables, Parse, Variables as _, Word, fields,
    parse_trigger,
};
use crate::text::{LineSpan, TextRange, offset};

use super::budget::{Budget, SPENT};
use super::globals::{Defaults, Globals};
use super::missing::{Noting, UndefinedVariable};
use super::platform::Platform;
use super::stage::{ExpandedWord, PlatformValue};

/// The index of a state in [`States::all`]. Those of the stages are their places in the file.
pub(super) type StateId = usize;

/// A state.
#[derive(Debug, Default)]
pub(super) struct State {
    /// What it starts from, variables replaced.
    pub(super) base_name: ExpandedWord,
    /// The stage that it starts from.
    pub(super) base: Option<StateId>,
    /// The name given by FROM, in lower case.
    pub(super) name: Option<String>,
    /// Variables in the name that are not declared.
    pub(super) undefined: Vec<UndefinedVariable>,
    /// The name where no build arg is given.
    pub(super) default_base: Option<String>,
    /// The value of `--platform`.
    pub(super) platform: Option<Platform>,
    /// The same as a text.
    pub(super) platform_value: Option<PlatformValue>,
    /// Its FROM; for other images, the instruction that names it.
    pub(super) instruction: usize,
    /// Whether BuildKit names the lines of that instruction.
    pub(super) has_lines: bool,
    /// Its instructions.
    pub(super) commands: Vec<Pending>,
    /// Its ONBUILDs, for the stages that start from it.
    kept: Vec<InstructionId>,
    /// What COPY and mounts use, each with the last instruction that uses it.
    pub(super) uses: Vec<(StateId, LineSpan)>,
    /// For an image that only a trigger names: the stage that the trigger is put into.
    pub(super) only_in: Option<StateId>,
    /// Whether its name could be worked out.
    pub(super) is_valid: bool,
}

/// An instruction of a stage before it is carried out.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// Where it stands; for a trigger, the ONBUILD.
    pub(super) id: InstructionId,
    /// The instruction that ONBUILD kept.
    pub(super) trigger: Option<Arc<Instruction>>,
    /// What it reads from: for COPY the one `--from`, for RUN one for each mount.
    pub(super) sources: Vec<StateId>,
}

/// Bytes that a trigger counts for, beside its text.
const TRIGGER: usize = 1024;

/// What is said about the platform of a FROM comes this much behind what is said about its name.
pub(crate) const PLATFORM: u32 = 1;

const TARGETPLATFORM: &str = "TARGETPLATFORM";

/// All states of a file.
#[derive(Debug)]
pub(super) struct States<'a> {
    budget: &'a Budget,
    pub(super) all: Vec<State>,
    /// Number of stages; they come first.
    pub(super) n_stages: usize,
    by_name: Lookup<String, StateId>,
    /// Where a use stands among those of its state.
    place_of_use: Lookup<(StateId, StateId), usize>,
    pub(super) errors: Vec<Diagnostic>,
    lexer: Lexer,
}

/// The states of the stages.
pub(super) fn stages<'a>(parse: &Parse, globals: &Globals, budget: &'a Budget) -> States<'a> {
    let lexer = Lexer::new(parse.escape());
    let mut states = States {
        budget,
        all: Vec::new(),
        n_stages: 0,
        by_name: Lookup::default(),
        place_of_use: Lookup::default(),
        errors: Vec::new(),
        lexer,
    };
    for (index, instruction) in parse.instructions.iter().enumerate() {
        match &instruction.kind {
            InstructionKind::From(from) => states.add_stage(index, instruction, from, globals),
            InstructionKind::Invalid if instruction.keyword.text.eq_ignore_ascii_case("from") => {
                // A stage all the same, so that the instructions below it are not taken for those of
                // the stage above.
                let state = State { instruction: index, ..State::default() };
                states.all.push(state);
            }
            _ => {
                let pending = Pending { id: InstructionId(offset(index)), trigger: None, sources: Vec::new() };
                if let Some(stage) = states.all.last_mut() {
                    stage.commands.push(pending);
                    if matches!(instruction.kind, InstructionKind::Onbuild(_)) {
                        stage.kept.push(InstructionId(offset(index)));
                    }
                }
            }
        }
    }
    states.n_stages = states.all.len();
    states
}

impl States<'_> {
    /// The stage or image of a name, in any letter case.
    pub(super) fn find(&self, name: &str) -> Option<StateId> {
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.by_name.get(name.to_ascii_lowercase().as_str()).copied();
        }
        self.by_name.get(name).copied()
    }

    /// The label of a stage: its name, or `stage-N`.
    pub(super) fn label(&self, id: StateId) -> String {
        match self.all.get(id).and_then(|state| state.name.clone()) {
            Some(name) => name,
            None if id < self.n_stages => format!("stage-{id}"),
            None => String::new(),
        }
    }

    fn add_stage(&mut self, index: usize, it: &Instruction, from: &From, globals: &Globals) {
        let name = from.name.as_ref().map(|name| name.text.to_ascii_lowercase());
        let noting = Noting::new(&globals.environment);
        let expanded = self.budget.replace(&self.lexer, &from.base.text, &noting);
        let undefined = globals.undefined(&from.base, &noting.into_asked());
        let default_base = match &globals.defaults {
            Defaults::Same => expanded.as_ref().ok().map(|expanded| expanded.text.clone()),
            Defaults::Other(defaults) => {
                self.budget.replace(&self.lexer, &from.base.text, defaults).ok().map(|expanded| expanded.text)
            }
            Defaults::Invalid => None,
        };
        let value = expanded.as_ref().map(|expanded| expanded.text.clone()).unwrap_or_default();
        let is_valid = !value.is_empty();
        match expanded {
            Err(message) => self.error(Phase::Stages, message, from.base.range, it),
            Ok(_) if !is_valid => {
                let message = format!("base name ({}) should not be blank", from.base.text);
                self.error(Phase::Stages, message, from.base.range, it);
            }
            Ok(_) => {}
        }
        let (platform, platform_value) = self.platform(it, globals);
        let state = State {
            base: self.by_name.get(value.as_str()).copied(),
            base_name: ExpandedWord { written: from.base.clone(), value },
            name: name.clone(),
            undefined,
            default_base,
            platform,
            platform_value,
            instruction: index,
            has_lines: true,
            is_valid,
            ..State::default()
        };
        self.all.push(state);
        if let Some(name) = name {
            self.by_name.insert(name, self.all.len() - 1);
        }
    }

    /// The platform of a FROM. BuildKit looks at it after the name, which its place in the pass tells.
    fn platform(&mut self, it: &Instruction, globals: &Globals) -> (Option<Platform>, Option<PlatformValue>) {
        let Some(flag) = it.flag_value("platform").filter(|flag| !flag.text.is_empty()) else { return (None, None) };
        let noting = Noting::new(&globals.environment);
        let expanded = self.budget.replace(&self.lexer, &flag.text, &noting);
        let asked = noting.into_asked();
        let value = expanded.as_ref().map(|expanded| expanded.text.clone()).unwrap_or_default();
        let platform = match expanded {
            Err(message) => Err((format!("failed to process arguments for platform : {message}"), 1)),
            Ok(_) if value.is_empty() => {
                let message = format!("empty platform value from expression {}", flag.text);
                Err((globals.meant(message, &asked), 1))
            }
            // BuildKit notes the place twice here.
            Ok(_) => Platform::parse(&value).map_err(|message| {
                (globals.meant(format!("failed to parse platform {}: {message}", flag.text), &asked), 2)
            }),
        };
        let platform = platform.map_err(|(message, n_times)| {
            let lines = each_line(it.lines).repeat(n_times);
            let order = (Phase::Stages, it.range.start + PLATFORM);
            self.errors.push(Diagnostic::error(order, message, flag.range, lines));
        });
        let is_target = asked.missing.is_empty()
            && asked.found == [TARGETPLATFORM]
            && globals.environment.get(TARGETPLATFORM) == Some(value.as_str());
        let is_constant = asked.missing.is_empty() && asked.found.is_empty();
        let value = PlatformValue { value, is_constant, is_target, undefined: globals.undefined(flag, &asked) };
        (platform.ok(), Some(value))
    }

    fn error(&mut self, phase: Phase, message: String, range: TextRange, it: &Instruction) {
        self.errors.push(Diagnostic::error((phase, it.range.start), message, range, each_line(it.lines)));
    }

    /// Looks up what COPY and the mounts of RUN read from, in every stage.
    pub(super) fn look_up_sources(&mut self, parse: &Parse) {
        for stage in 0..self.n_stages {
            for index in 0..self.all[stage].commands.len() {
                let id = self.all[stage].commands[index].id;
                let Some(instruction) = parse.instruction(id) else { continue };
                match self.sources(instruction, id) {
                    Ok(sources) => {
                        self.note_uses(stage, &sources, instruction.lines);
                        self.all[stage].commands[index].sources = sources;
                    }
                    Err((message, range)) => {
                        let order = (Phase::References, instruction.range.start);
                        self.errors.push(Diagnostic::error(order, message, range, Vec::new()));
                    }
                }
            }
        }
    }

    fn note_uses(&mut self, stage: StateId, sources: &[StateId], lines: LineSpan) {
        for &source in sources {
            let uses = &mut self.all[stage].uses;
            let next = uses.len();
            match *self.place_of_use.or_insert((stage, source), next) {
                place if place < next => uses[place].1 = lines,
                _ => uses.push((source, lines)),
            }
        }
    }

    /// What an instruction reads from. Names of no stage are images, and get a state of their own.
    fn sources(&mut self, it: &Instruction, id: InstructionId) -> Result<Vec<StateId>, (String, TextRange)> {
        match &it.kind {
            InstructionKind::Copy(_) => {
                let Some(from) = it.flag_value("from").filter(|from| !from.text.is_empty()) else {
                    return Ok(Vec::new());
                };
                self.copy_source(from, id).map(|source| vec![source]).map_err(|message| (message, from.range))
            }
            InstructionKind::Run(_) => {
                let mounts: Vec<Word> = it.flag_values("mount").map(mount_source).collect();
                Ok(mounts
                    .into_iter()
                    .map(|from| self.find(&from.text).unwrap_or_else(|| self.image(from, id, false)))
                    .collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    fn copy_source(&mut self, from: &Word, id: InstructionId) -> Result<StateId, String> {
        if !self.lexer.is_plain(&from.text) && self.lexer.replace(&from.text, &NoVariables)?.text != from.text {
            return Err("variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround".into());
        }
        let digits = from.text.strip_prefix(['+', '-']).unwrap_or(&from.text);
        let is_number = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
        match from.text.parse::<i64>() {
            Ok(index) if is_number => {
                let found = usize::try_from(index).ok().filter(|&index| index < self.all.len());
                found.ok_or_else(|| format!("invalid stage index {index}"))
            }
            _ => Ok(self.find(&from.text).unwrap_or_else(|| self.image(from.clone(), id, true))),
        }
    }

    fn image(&mut self, name: Word, id: InstructionId, has_lines: bool) -> StateId {
        let value = name.text.clone();
        self.all.push(State {
            base_name: ExpandedWord { written: name, value },
            instruction: id.0 as usize,
            has_lines,
            is_valid: true,
            ..State::default()
        });
        self.all.len() - 1
    }

    /// The first ring of `COPY --from` and mounts, as an error.
    pub(super) fn ring(&self, parse: &Parse) -> Option<Diagnostic> {
        let mut visited = vec![false; self.all.len()];
        let mut is_on_way = vec![false; self.all.len()];
        for root in 0..self.all.len() {
            if visited[root] {
                continue;
            }
            visited[root] = true;
            is_on_way[root] = true;
            // The way from the root: each state with the number of its uses that were followed.
            let mut way: Vec<(StateId, usize, Option<LineSpan>)> = vec![(root, 0, None)];
            while let Some(&mut (state, ref mut next, _)) = way.last_mut() {
                let Some(&(used, lines)) = self.all[state].uses.get(*next) else {
                    is_on_way[state] = false;
                    way.pop();
                    continue;
                };
                *next += 1;
                if is_on_way[used] {
                    let closing = parse.instructions.iter().find(|it| it.lines == lines);
                    let place = closing.map(|it| it.flag_value("from").map_or(it.range, |from| from.range));
                    let spans = way.iter().filter_map(|&(_, _, lines)| lines).chain([lines]);
                    let lines = spans.flat_map(each_line).collect();
                    let message = format!("circular dependency detected on stage: {}", self.label(root));
                    return Some(Diagnostic::error((Phase::Cycles, 0), message, place.unwrap_or_default(), lines));
                }
                if !visited[used] {
                    visited[used] = true;
                    is_on_way[used] = true;
                    way.push((used, 0, Some(lines)));
                }
            }
        }
        None
    }

    /// Puts the instructions that the ONBUILDs of a stage's base kept in front of its own. Errors are
    /// those of the stage.
    pub(super) fn add_triggers(&mut self, parse: &Parse, stage: StateId) -> Result<(), Box<Diagnostic>> {
        let Some(base) = self.all[stage].base else { return Ok(()) };
        let Some(from) = parse.instructions.get(self.all[stage].instruction) else { return Ok(()) };
        if self.budget.is_spent() {
            return Ok(());
        }
        let kept = self.all[base].kept.clone();
        let mut triggers = Vec::new();
        for id in kept {
            let Some(kept_by) = parse.instruction(id) else { continue };
            let InstructionKind::Onbuild(onbuild) = &kept_by.kind else { continue };
            let fail = |message| {
                let order = (Phase::BaseImages, u32::MAX);
                Box::new(Diagnostic::error(order, message, from.range, each_line(from.lines)))
            };
            self.budget.take(TRIGGER + onbuild.expression.len());
            if self.budget.is_spent() {
                return Err(fail(SPENT.to_owned()));
            }
            let trigger = parse_trigger(&onbuild.expression, from.range, from.lines).map_err(fail)?;
            let n_before = self.all.len();
            let sources = self.sources(&trigger, id).map_err(|(message, _)| fail(message))?;
            for image in &mut self.all[n_before..] {
                image.only_in = Some(stage);
                // The words of a trigger have their places in its own text.
                let name = &mut image.base_name.written;
                name.range = source_place(&onbuild.flags, &name.text).unwrap_or(kept_by.range);
            }
            self.note_uses(stage, &sources, from.lines);
            triggers.push(Pending { id, trigger: Some(Arc::new(trigger)), sources });
        }
        self.all[stage].commands.splice(0..0, triggers);
        Ok(())
    }
}

/// Where the flags of an instruction name what is to be read from.
fn source_place(flags: &[Flag], name: &str) -> Option<TextRange> {
    let mut sources = flags.iter().filter_map(|flag| match (flag.name.text.as_str(), &flag.value) {
        ("mount", Some(value)) => Some(mount_source(value)),
        ("from", Some(value)) => Some(value.clone()),
        _ => None,
    });
    sources.find(|source| source.text == name).map(|source| source.range)
}

/// The `from` of a mount; `scratch` where it has none.
fn mount_source(value: &Word) -> Word {
    let fields = fields(&value.text).unwrap_or_default();
    let from = fields.into_iter().rev().find_map(|field| {
        let (key, from) = field.text.split_once('=')?;
        let place =
            value.part(field.range.start + key.len() + 1..field.range.end.max(field.range.start + key.len() + 1));
        key.eq_ignore_ascii_case("from").then(|| Word { text: from.to_owned(), range: place })
    });
    match from {
        Some(from) if !from.text.is_empty() => from,
        _ => Word { text: "scratch".into(), range: value.range },
    }
}

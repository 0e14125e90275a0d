//! Where one variable is declared and read, all over a file: which declaration each reading sees, and
//! with which value.
//!
//! The rules are BuildKit's: FROM sees the ARGs before the first FROM; a stage sees its own ARGs and
//! ENVs above, and those of the stage that it starts from, whose ENVs win over its ARGs; an ARG without
//! a default takes over the value of the ARG of its name before the first FROM. Values are those that
//! [`resolve`](crate::resolve) worked out. Relies on [`references`](super::references).

use crate::lookup::Lookup;
use crate::resolve::{Base, Command, StageId};
use crate::syntax::{ArgDefinition, Instruction, InstructionKind, Joined, KeyValue, Variables as _};
use crate::text::TextRange;

use super::Document;
use super::references::{Reader, Said, Scan, default_shell, is_set_by_shell};

/// How a variable is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    /// By an ARG before the first FROM.
    GlobalArg,
    /// By an ARG of a stage.
    Arg,
    /// By an ENV.
    Env,
}

/// A place that declares the variable.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    /// The name in it.
    pub(super) range: TextRange,
    pub(super) by: Declared,
    /// The stage that it belongs to; none before the first FROM.
    pub(super) stage: Option<StageId>,
    /// Its value; none where it has none, or its instruction fails.
    pub(super) value: Option<String>,
    /// Whether it is an ARG with a default.
    pub(super) has_default: bool,
    /// Whether the name stands there letter by letter, and is not made of other variables.
    pub(super) is_written: bool,
    /// The declarations whose value it takes over.
    pub(super) fed_by: Vec<usize>,
    /// The declarations of its kind that it comes after in its stage, or in one that the stage starts
    /// from: they set the same variable.
    pub(super) again: Vec<usize>,
}

/// A place that reads the variable.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// The name in it.
    pub(super) range: TextRange,
    pub(super) by: Reader,
    /// The stage that it is read in; none for FROM, and before the first one.
    pub(super) stage: Option<StageId>,
    /// The declarations that it may see; more than one where an ARG may have a value or not.
    pub(super) sees: Vec<usize>,
    /// The value it sees.
    pub(super) value: Option<String>,
    /// Whether the shell that reads it sets a variable of its name as well.
    pub(super) is_set_by_shell: bool,
}

/// All places of one variable.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes {
    pub(super) declarations: Vec<Declaration>,
    pub(super) readings: Vec<Reading>,
}

/// What a stage sees at a place.
#[derive(Clone, Debug, Default)]
struct View {
    visible: Vec<usize>,
    value: Option<String>,
    /// The same of ENV alone, which is what a container and a stage further on see.
    env: Vec<usize>,
    env_value: Option<String>,
    /// The program that reads the shell form.
    shell: String,
}

impl Scopes {
    /// The places of the variable `name`.
    pub(super) fn of(document: &Document<'_>, name: &str) -> Self {
        let walk = Walk {
            document,
            name,
            out: Self::default(),
            declared: Lookup::default(),
            read: Lookup::default(),
            global: View::default(),
            in_container: Vec::new(),
        };
        walk.run()
    }
}

struct Walk<'a> {
    document: &'a Document<'a>,
    name: &'a str,
    out: Scopes,
    /// Where the declaration that begins at a byte stands in its list, and the reading: what ONBUILD
    /// keeps is carried out in many stages.
    declared: Lookup<u32, usize>,
    read: Lookup<u32, usize>,
    global: View,
    /// The readings that see the last ENV of their stage.
    in_container: Vec<usize>,
}

impl Walk<'_> {
    fn run(mut self) -> Scopes {
        let syntax = &self.document.analysis.syntax;
        for id in syntax.ids() {
            let Some(it) = syntax.instruction(id) else { break };
            match &it.kind {
                InstructionKind::From(_) => break,
                InstructionKind::Arg(definitions) if self.mentions(it) => self.global_arg(it, definitions),
                _ => {}
            }
        }
        self.global.value = self.document.analysis.resolved.globals.get(self.name).map(str::to_owned);
        let mut ends: Vec<View> = Vec::new();
        for stage in &self.document.analysis.resolved.stages {
            if let Some(it) = syntax.instruction(stage.from).filter(|it| self.mentions(it)) {
                let view = self.global.clone();
                self.read(it, Said::new(it), None, &view);
            }
            let mut view = match stage.base {
                Base::Stage(base) => ends.get(base.0 as usize).cloned().unwrap_or_default(),
                _ => View { shell: default_shell(self.document, stage.id), ..View::default() },
            };
            if !view.env.is_empty() {
                view.visible.clone_from(&view.env);
                view.value.clone_from(&view.env_value);
            }
            for command in &stage.commands {
                self.command(command, stage.id, &mut view);
            }
            for index in std::mem::take(&mut self.in_container) {
                let reading = &mut self.out.readings[index];
                reading.sees.clone_from(&view.env);
                reading.value.clone_from(&view.env_value);
            }
            ends.push(view);
        }
        self.out
    }

    /// Whether an instruction may have to do with the variable at all.
    fn mentions(&self, it: &Instruction) -> bool {
        it.range.of(self.document.source()).contains(self.name)
    }

    fn global_arg(&mut self, it: &Instruction, definitions: &[ArgDefinition]) {
        let view = self.global.clone();
        self.read(it, Said::new(it), None, &view);
        let name = self.name;
        for definition in definitions.iter().filter(|definition| definition.name.text == name) {
            let known = &self.document.analysis.resolved.global_args;
            // In the order of the text.
            let place = known.binary_search_by_key(&definition.name.range.start, |arg| arg.name.range.start);
            let value = place.ok().and_then(|place| known[place].value.clone());
            let index = self.declare(Declaration {
                range: definition.name.range,
                by: Declared::GlobalArg,
                stage: None,
                value: value.clone(),
                has_default: definition.default.is_some(),
                is_written: true,
                fed_by: Vec::new(),
                again: self.global.visible.clone(),
            });
            show(&self.out.declarations, &mut self.global.visible, index, value.is_some());
            self.global.value = value.or(self.global.value.take());
        }
    }

    fn command(&mut self, command: &Command, stage: StageId, view: &mut View) {
        let Some(it) = self.document.analysis.syntax.instruction(command.instruction) else { return };
        if let InstructionKind::Shell(words) = &it.kind {
            view.shell = words.first().map(|word| word.text.clone()).unwrap_or_default();
        }
        let is_set = command.sets.iter().any(|(name, _)| name == self.name);
        if !is_set && !self.mentions(it) {
            return;
        }
        let said = if command.onbuild { Said::trigger(it) } else { Said::new(it) };
        // Every value is read before the instruction, but for ARG, whose names come one by one. One
        // that reads what it declares is rare enough to be taken for the former.
        let before = view.clone();
        self.read(it, said, Some(stage), &before);
        match said.kind {
            InstructionKind::Arg(definitions) => {
                for (index, definition) in definitions.iter().enumerate() {
                    if definition.name.text == self.name {
                        let value = command.sets.get(index).and_then(|(_, value)| value.clone());
                        self.arg(definition, stage, value, view);
                    }
                }
            }
            InstructionKind::Env(pairs) => {
                for (index, pair) in pairs.iter().enumerate() {
                    let set = command.sets.get(index);
                    let name = set.map_or(pair.key.text.as_str(), |(name, _)| name.as_str());
                    if name == self.name {
                        let value = set.and_then(|(_, value)| value.clone());
                        self.env(pair, stage, value, view);
                    }
                }
            }
            _ => {}
        }
    }

    fn arg(&mut self, definition: &ArgDefinition, stage: StageId, value: Option<String>, view: &mut View) {
        let has_default = definition.default.is_some();
        let is_arg = |&&seen: &&usize| self.out.declarations[seen].by == Declared::Arg;
        let again = view.visible.iter().filter(is_arg).copied().collect();
        let index = self.declare(Declaration {
            range: definition.name.range,
            by: Declared::Arg,
            stage: Some(stage),
            value: value.clone(),
            has_default,
            is_written: definition.name.range.of(self.document.source()) == self.name,
            fed_by: if has_default { Vec::new() } else { self.global.visible.clone() },
            again,
        });
        show(&self.out.declarations, &mut view.visible, index, value.is_some());
        view.value = value.or(view.value.take());
    }

    fn env(&mut self, pair: &KeyValue, stage: StageId, value: Option<String>, view: &mut View) {
        let index = self.declare(Declaration {
            range: pair.key.range,
            by: Declared::Env,
            stage: Some(stage),
            value: value.clone(),
            has_default: false,
            is_written: pair.key.range.of(self.document.source()) == self.name,
            fed_by: Vec::new(),
            again: view.env.clone(),
        });
        view.visible = vec![index];
        view.value.clone_from(&value);
        view.env = vec![index];
        view.env_value = value;
    }

    fn declare(&mut self, declaration: Declaration) -> usize {
        let next = self.out.declarations.len();
        let index = *self.declared.or_insert(declaration.range.start, next);
        match self.out.declarations.get_mut(index).filter(|known| known.range == declaration.range) {
            Some(known) => {
                known.fed_by.extend(declaration.fed_by);
                known.fed_by.dedup();
                known.again.extend(declaration.again);
                known.again.dedup();
                index
            }
            None => {
                self.out.declarations.push(declaration);
                next
            }
        }
    }

    fn read(&mut self, it: &Instruction, said: Said<'_>, stage: Option<StageId>, view: &View) {
        let (source, escape) = (self.document.source(), self.document.analysis.syntax.escape());
        let joined = Joined::new(source, it.range.start, escape);
        let is_set = is_set_by_shell(said, &view.shell, self.name);
        let (name, out, places) = (self.name, &mut self.out.readings, &mut self.read);
        let in_container = &mut self.in_container;
        let mut tell = |found: &str, range: TextRange, by: Reader| {
            if found != name {
                return;
            }
            let next = out.len();
            let index = *places.or_insert(range.start, next);
            if by == Reader::Container {
                in_container.push(index);
            }
            if let Some(known) = out.get_mut(index) {
                known.sees.extend(&view.visible);
                known.sees.dedup();
                return;
            }
            let (sees, value) = (view.visible.clone(), view.value.clone());
            let is_set_by_shell = is_set && by != Reader::BuildKit;
            out.push(Reading { range, by, stage, sees, value, is_set_by_shell });
        };
        Scan { source, joined: &joined, escape, shell: &view.shell, tell: &mut tell }.said(said);
    }
}

/// Makes an ARG visible. One with a value hides all others. One without may have none, so that what was
/// seen before may still be; but it stands for those of its kind without one, however many there are.
fn show(declarations: &[Declaration], visible: &mut Vec<usize>, arg: usize, has_value: bool) {
    let is_seen = |it: &Declaration| !has_value && (it.value.is_some() || it.by == Declared::Env);
    visible.retain(|&seen| declarations.get(seen).is_some_and(is_seen));
    visible.push(arg);
}

//! The build args that a target uses: those that the FROM lines of its stages name, those that these
//! stages declare, and those that the defaults of either name.
//!
//! Follows `buildMetaArgs`, `dispatchArg` and `markAllUsed` of BuildKit's Dockerfile frontend.

use crate::lookup::Lookup;
use crate::resolve::{Base, Command, Resolved, Stage, description};
use crate::sorting::sort_by_key;
use crate::syntax::{ArgDefinition, InstructionKind, Parse, Variables as _};
use crate::text::{LineSpan, TextRange};

use super::image::kind_of;

/// A build arg that a target uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// Its name.
    pub name: String,
    /// What the comment above its ARG says of it (`# NAME description`).
    pub description: Option<String>,
    /// Its value; none where nothing sets it.
    pub value: Option<String>,
    /// What sets the value.
    pub source: ArgSource,
    /// Whether it is one of before the first FROM, which a stage has taken over or a FROM names.
    pub is_global: bool,
    /// The name with its default where it is declared; for a predefined one, where it is used first.
    pub range: TextRange,
    /// The lines that BuildKit names: those of its ARG, or of the FROM that set off an ONBUILD.
    pub lines: LineSpan,
    /// Where the stages that the target needs declare it, where their FROM lines name it, and where the
    /// defaults of other args do; in the order of the text.
    pub uses: Vec<TextRange>,
}

/// What sets the value of a build arg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArgSource {
    /// The request gives it.
    BuildArg,
    /// The default behind its name.
    Default,
    /// BuildKit itself, which tells platforms and the target so. It does not list them.
    Predefined,
    /// Nothing.
    Unset,
}

impl ArgSource {
    /// The word for it: `build-arg`, `default`, `predefined` or `unset`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BuildArg => "build-arg",
            Self::Default => "default",
            Self::Predefined => "predefined",
            Self::Unset => "unset",
        }
    }
}

/// The build args of some stages, those of the earlier ones before those of the same name in the
/// later ones.
pub(super) fn args(parse: &Parse, resolved: &Resolved, stages: &[&Stage]) -> Vec<Arg> {
    let mut collector = Collector {
        parse,
        resolved,
        names: Names::default(),
        globals: Vec::new(),
        used_by: Vec::new(),
        own_of: Vec::new(),
        listed: Vec::new(),
        predefined: Vec::new(),
        is_from_read: vec![false; resolved.stages.len()],
        out: Vec::new(),
    };
    collector.globals();
    for (turn, stage) in (1..).zip(stages) {
        collector.stage(stage, turn);
    }
    collector.predefined();
    let mut out = collector.out;
    for arg in &mut out {
        sort_by_key(&mut arg.uses, |range| range.start);
        arg.uses.dedup();
    }
    sort_by_key(&mut out, |arg| (arg.lines.first, arg.range.start));
    out
}

/// Names by numbers.
#[derive(Default)]
struct Names {
    numbers: Lookup<String, usize>,
    all: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        self.all.push(name.to_owned());
        *self.numbers.or_insert(name.to_owned(), self.all.len() - 1)
    }
}

/// What is known of a name before the first FROM.
#[derive(Clone, Default)]
struct Global {
    /// Its last ARG there.
    arg: Option<Arg>,
    /// The names that its default uses, and those that the defaults it builds on use.
    uses: Vec<Use>,
    /// Whether these are noted as uses.
    is_noted: bool,
}

/// Every list is by the numbers of names.
struct Collector<'a> {
    parse: &'a Parse,
    resolved: &'a Resolved,
    names: Names,
    globals: Vec<Global>,
    /// The last stage, counted from 1, that used the name.
    used_by: Vec<usize>,
    /// The last stage that declared the name for itself, and where that is among its own.
    own_of: Vec<(usize, usize)>,
    /// Where it stands in `out`.
    listed: Vec<Option<usize>>,
    /// Predefined names that are used, each with the word or declaration that does, and its lines.
    predefined: Vec<(usize, TextRange, LineSpan)>,
    is_from_read: Vec<bool>,
    out: Vec<Arg>,
}

/// A name that is used, and the place that uses it.
type Use = (usize, TextRange);

impl Collector<'_> {
    fn number(&mut self, name: &str) -> usize {
        let number = self.names.number(name);
        let len = self.names.all.len();
        self.globals.resize_with(len, Global::default);
        self.used_by.resize(len, 0);
        self.own_of.resize(len, (0, 0));
        self.listed.resize(len, None);
        number
    }

    fn globals(&mut self) {
        let variables = self.resolved.variables_of_globals(self.parse);
        let definitions = self.parse.arg_definitions().map(|(definition, _)| definition);
        for ((declared, names), definition) in self.resolved.global_args.iter().zip(variables).zip(definitions) {
            let name = &declared.name.text;
            let number = self.number(name);
            let it = self.parse.instruction(declared.instruction);
            let arg = Arg {
                name: name.clone(),
                description: it.and_then(|it| description(&it.comments, name)),
                value: declared.value.clone(),
                source: self.source(name, declared.value.is_some()),
                is_global: true,
                range: range_of(definition),
                lines: it.map(|it| it.lines).unwrap_or_default(),
                uses: Vec::new(),
            };
            let numbers: Vec<usize> = names.iter().map(|name| self.number(name)).collect();
            let builds_on_itself = numbers.contains(&number);
            let global = &mut self.globals[number];
            if !builds_on_itself {
                global.uses.clear();
            }
            let range = definition.default.as_ref().map(|default| default.range).unwrap_or_default();
            global.uses.extend(numbers.into_iter().filter(|&used| used != number).map(|used| (used, range)));
            global.arg = Some(arg);
        }
    }

    fn source(&self, name: &str, has_value: bool) -> ArgSource {
        match (self.resolved.build_args.contains_key(name), has_value) {
            (true, _) => ArgSource::BuildArg,
            (false, true) => ArgSource::Default,
            (false, false) => ArgSource::Unset,
        }
    }

    fn stage(&mut self, stage: &Stage, turn: usize) {
        let mut uses: Vec<Use> = Vec::new();
        let mut own: Vec<Arg> = Vec::new();
        for command in &stage.commands {
            if let Some(InstructionKind::Arg(definitions)) = kind_of(self.parse, command) {
                for (definition, (name, value)) in definitions.iter().zip(&command.sets) {
                    let number = self.number(name);
                    uses.push((number, range_of(definition)));
                    self.declare(command, definition, value.clone(), (turn, number), &mut own);
                }
            }
        }
        self.uses_of_from(stage, &mut uses);
        for number in self.with_what_they_use(&mut uses, turn) {
            self.list(number, turn, &own);
        }
        for (number, range) in uses {
            if let Some(arg) = self.listed[number].and_then(|at| self.out.get_mut(at)) {
                arg.uses.push(range);
            }
        }
    }

    /// Notes an ARG of a stage, unless it takes over a value from before the first FROM.
    fn declare(
        &mut self,
        command: &Command,
        definition: &ArgDefinition,
        value: Option<String>,
        (turn, number): (usize, usize),
        own: &mut Vec<Arg>,
    ) {
        let name = &definition.name.text;
        let is_given = self.resolved.build_args.contains_key(name);
        if !is_given && definition.default.is_none() && self.resolved.globals.get(name).is_some() {
            self.predefined.push((number, range_of(definition), command.lines));
            return;
        }
        let comments = self.parse.instruction(command.instruction).filter(|_| !command.onbuild).map(|it| &it.comments);
        let arg = Arg {
            name: name.clone(),
            description: comments.and_then(|comments| description(comments, name)),
            source: self.source(name, value.is_some()),
            value,
            is_global: false,
            range: range_of(definition),
            lines: command.lines,
            uses: Vec::new(),
        };
        self.own_of[number] = (turn, own.len());
        own.push(arg);
    }

    /// Adds what the FROM of a stage names, and those of the stages that it starts from: in BuildKit,
    /// a stage begins with what its base uses. What was added for another stage is listed already.
    fn uses_of_from(&mut self, stage: &Stage, uses: &mut Vec<Use>) {
        let mut at = Some(stage);
        while let Some(stage) = at.filter(|stage| !self.is_from_read[stage.id.0 as usize]) {
            self.is_from_read[stage.id.0 as usize] = true;
            let lines = self.parse.instruction(stage.from).map(|it| it.lines).unwrap_or_default();
            for (name, range) in self.resolved.variables_of_from(self.parse, stage) {
                let number = self.number(&name);
                uses.push((number, range));
                self.predefined.push((number, range, lines));
            }
            at = match stage.base {
                Base::Stage(base) => self.resolved.stage(base),
                _ => None,
            };
        }
    }

    /// The names that are used, with those that their defaults use, each once. Notes the latter uses when
    /// it comes across them first.
    fn with_what_they_use(&mut self, uses: &mut Vec<Use>, turn: usize) -> Vec<usize> {
        let mut out: Vec<usize> = Vec::new();
        let mut stack: Vec<usize> = uses.iter().map(|&(number, _)| number).collect();
        while let Some(number) = stack.pop() {
            if std::mem::replace(&mut self.used_by[number], turn) == turn {
                continue;
            }
            out.push(number);
            let is_own = self.own_of[number].0 == turn;
            if !is_own {
                let global = &mut self.globals[number];
                stack.extend(global.uses.iter().map(|&(used, _)| used));
                if !std::mem::replace(&mut global.is_noted, true) {
                    uses.extend(&global.uses);
                }
            }
        }
        out
    }

    /// Lists a name that a stage uses, as that stage sees it.
    fn list(&mut self, number: usize, turn: usize, own: &[Arg]) {
        if self.listed[number].is_some() {
            return;
        }
        let (owner, at) = self.own_of[number];
        let arg = if owner == turn { own.get(at).cloned() } else { self.globals[number].arg.clone() };
        if let Some(arg) = arg {
            self.listed[number] = Some(self.out.len());
            self.out.push(arg);
        }
    }

    /// Lists the predefined names that nothing in the file declares with a value of its own.
    fn predefined(&mut self) {
        for (number, range, lines) in std::mem::take(&mut self.predefined) {
            if let Some(at) = self.listed[number] {
                let arg = &mut self.out[at];
                if arg.source == ArgSource::Predefined {
                    arg.uses.push(range);
                }
                continue;
            }
            let name = self.names.all[number].clone();
            self.listed[number] = Some(self.out.len());
            self.out.push(Arg {
                value: self.resolved.globals.get(&name).map(str::to_owned),
                name,
                description: None,
                source: ArgSource::Predefined,
                is_global: false,
                range,
                lines,
                uses: vec![range],
            });
        }
    }
}

/// The name with its default.
fn range_of(definition: &ArgDefinition) -> TextRange {
    definition.default.as_ref().map_or(definition.name.range, |default| definition.name.range.cover(default.range))
}

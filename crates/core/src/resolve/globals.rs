//! What FROM lines can use: the predefined arguments, and those that ARG declares before the first
//! FROM.
//!
//! Follows `defaultArgs` and `buildMetaArgs` of BuildKit's Dockerfile frontend. Relies on
//! [`scope`](super::scope).

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Phase, each_line};
use crate::syntax::{ArgDefinition, InstructionId, InstructionKind, Lexer, Parse, Word, suggest};

use super::budget::Budget;
use super::epoch;
use super::missing::{Asked, UndefinedVariable, places};
use super::scope::Environment;
use super::{GlobalArg, Settings};

/// The arguments of FROM lines, and what is wrong with their declarations.
pub(super) struct Globals {
    pub(super) environment: Environment,
    pub(super) defaults: Defaults,
    pub(super) declared: Vec<GlobalArg>,
    pub(super) error: Option<Diagnostic>,
}

/// What the arguments would be without build args.
pub(super) enum Defaults {
    /// No build arg changes them.
    Same,
    /// These.
    Other(Environment),
    /// They cannot be worked out.
    Invalid,
}

impl Globals {
    /// The variables that a FROM asked for in vain, but for those that an ARG declares without a value.
    pub(super) fn undefined(&self, word: &Word, asked: &Asked) -> Vec<UndefinedVariable> {
        let names = || self.declared.iter().map(|arg| arg.name.text.as_str());
        let is_declared = |name: &&String| names().any(|declared| declared == name.as_str());
        let undefined = asked.missing.iter().filter(|name| !is_declared(name)).map(|name| UndefinedVariable {
            name: name.clone(),
            meant: suggest(name, names().chain(self.environment.names())).map(str::to_owned),
            places: places(word, name),
        });
        undefined.collect()
    }

    /// A message with the name that was likely meant by a variable that has no value.
    pub(super) fn meant(&self, message: String, asked: &Asked) -> String {
        match asked.missing.iter().find_map(|name| suggest(name, self.environment.names())) {
            Some(name) => format!("{message} (did you mean {name}?)"),
            None => message,
        }
    }
}

/// Works out the arguments.
pub(super) fn globals(parse: &Parse, settings: &Settings<'_>, last_stage: Option<&str>, budget: &Budget) -> Globals {
    let target = settings.target.or(last_stage).filter(|name| !name.is_empty()).unwrap_or("default");
    let environment = predefined(settings, target);
    let mut out = Globals { environment, defaults: Defaults::Same, declared: Vec::new(), error: None };
    let definitions = || parse.arg_definitions().take_while(|(_, is_global)| *is_global);
    let is_given = definitions().any(|(definition, _)| settings.build_args.contains_key(&definition.name.text));
    if is_given {
        out.defaults = defaults(definitions().map(|(definition, _)| definition), parse, &out.environment, budget);
    }
    let lexer = Lexer::new(parse.escape());
    for id in parse.ids() {
        let Some(instruction) = parse.instruction(id) else { break };
        match &instruction.kind {
            InstructionKind::From(_) => break,
            InstructionKind::Arg(definitions) => {
                for definition in definitions {
                    let name = &definition.name;
                    let value = match settings.build_args.get(&name.text) {
                        Some(value) => Ok(Some(value.clone())),
                        None => default_value(definition.default.as_ref(), &lexer, &out.environment, budget),
                    };
                    let value = value.unwrap_or_else(|message| {
                        let order = (Phase::GlobalArgs, instruction.range.start);
                        let error = Diagnostic::error(order, message, instruction.range, each_line(instruction.lines));
                        out.error.get_or_insert(error);
                        out.defaults = Defaults::Invalid;
                        None
                    });
                    declare(&mut out, name, value, id);
                }
            }
            _ => {}
        }
    }
    check_epoch(&mut out, parse, settings, budget);
    out
}

/// What the arguments would be without build args, given the predefined ones.
fn defaults<'a>(
    definitions: impl Iterator<Item = &'a ArgDefinition>,
    parse: &Parse,
    predefined: &Environment,
    budget: &Budget,
) -> Defaults {
    let mut environment = predefined.clone();
    let lexer = Lexer::new(parse.escape());
    for definition in definitions {
        match default_value(definition.default.as_ref(), &lexer, &environment, budget) {
            Ok(Some(value)) => drop(environment.set(&definition.name.text, &value)),
            Ok(None) => {}
            Err(_) => return Defaults::Invalid,
        }
    }
    Defaults::Other(environment)
}

fn declare(out: &mut Globals, name: &Word, value: Option<String>, instruction: InstructionId) {
    if let Some(value) = &value {
        out.environment.set(&name.text, value);
    }
    out.declared.push(GlobalArg { name: name.clone(), value, instruction });
}

fn default_value(
    default: Option<&Word>,
    lexer: &Lexer,
    environment: &Environment,
    budget: &Budget,
) -> Result<Option<String>, String> {
    default.map(|word| budget.replace(lexer, &word.text, environment).map(|expanded| expanded.text)).transpose()
}

/// The platform arguments and TARGETSTAGE, each of which a build arg can replace.
pub(super) fn predefined(settings: &Settings<'_>, target: &str) -> Environment {
    let platform = settings.platform;
    let pairs = [
        ("BUILDPLATFORM", platform.format()),
        ("BUILDOS", platform.os.clone()),
        ("BUILDOSVERSION", platform.os_version.clone()),
        ("BUILDARCH", platform.architecture.clone()),
        ("BUILDVARIANT", platform.variant.clone()),
        ("TARGETPLATFORM", platform.format_all()),
        ("TARGETOS", platform.os.clone()),
        ("TARGETOSVERSION", platform.os_version.clone()),
        ("TARGETARCH", platform.architecture.clone()),
        ("TARGETVARIANT", platform.variant.clone()),
        ("TARGETSTAGE", target.to_owned()),
    ];
    let mut environment = Environment::default();
    for (name, value) in &pairs {
        environment.set(name, settings.build_args.get(*name).unwrap_or(value));
    }
    environment
}

/// The build args as stages see them. BuildKit puts `SOURCE_DATE_EPOCH` in its normal form there, as it
/// does for FROM lines.
pub(super) fn for_stages(build_args: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut out = build_args.clone();
    if let Some(value) = out.get_mut(EPOCH).filter(|value| !value.is_empty()) {
        match value.parse::<i64>() {
            Ok(seconds) => *value = seconds.to_string(),
            Err(_) => drop(out.remove(EPOCH)),
        }
    }
    out
}

const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// `SOURCE_DATE_EPOCH` is a number of seconds, `context`, or the name of a stage; which time the
/// latter two stand for cannot be known here, and BuildKit takes them away where it cannot tell.
fn check_epoch(out: &mut Globals, parse: &Parse, settings: &Settings<'_>, budget: &Budget) {
    use crate::syntax::Variables as _;
    let given = settings.build_args.get(EPOCH).map(String::as_str);
    let Some(value) = given.or_else(|| out.environment.get(EPOCH)).filter(|value| !value.is_empty()) else { return };
    let value = value.to_owned();
    let normal = value.parse::<i64>().ok().map(|seconds| seconds.to_string());
    let error = match epoch::stage(parse, &value) {
        _ if normal.is_some() || value == "context" => None,
        Some(stage) => epoch::error(stage, &out.environment, settings.build_args, Lexer::new(parse.escape()), budget),
        None => {
            let declared = out.declared.iter().find(|arg| arg.name.text == EPOCH);
            let range = declared.map(|arg| arg.name.range).unwrap_or_default();
            let message = format!("invalid SOURCE_DATE_EPOCH: {value}");
            Some(Diagnostic::error((Phase::GlobalArgs, u32::MAX), message, range, Vec::new()))
        }
    };
    out.error = out.error.take().or(error);
    let is_set = out.environment.get(EPOCH).is_some();
    match normal {
        Some(normal) if is_set => drop(out.environment.set(EPOCH, &normal)),
        None if is_set => out.environment.remove(EPOCH),
        _ => {}
    }
}

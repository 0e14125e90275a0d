//! What the classic builder refuses before its first step, in its words.
//!
//! Follows `parser` and `instructions` of the BuildKit that Docker 20.10 is built with, as far as their
//! words or rules are not those of today. Relies on [`syntax`](crate::syntax), which read the file by
//! the classic dialect.

use crate::diagnostic::Phase;
use crate::syntax::{
    Instruction, InstructionKind, Keyword, Parse, SyntaxError, SyntaxErrorKind as Kind, fields, quoted,
};
use crate::text::TextRange;

/// Why a build ends. What BuildKit would say to the same file is for the caller to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What the builder prints.
    pub message: String,
    /// The place.
    pub range: TextRange,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>, range: TextRange) -> Self {
        Self { message: message.into(), range }
    }
}

/// The option that only BuildKit knows, in the words of the classic builder.
pub(super) fn needs_buildkit(option: &str, range: TextRange) -> Refusal {
    let more = "Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled";
    Refusal::new(format!("the --{option} option requires BuildKit. {more}"), range)
}

/// The first thing in a file that the classic builder cannot read. All lines are split before the first
/// one is understood.
pub(super) fn of_file(parse: &Parse) -> Option<Refusal> {
    let counts = |error: &&SyntaxError| !matches!(error.kind, Kind::CheckOptions { .. } | Kind::NoStages);
    if let Some(error) = parse.errors.iter().filter(counts).find(|error| error.kind.phase() == Phase::Parse) {
        return Some(Refusal::new(of_lines(&error.kind), error.range));
    }
    let mut errors = parse.errors.iter().filter(counts).peekable();
    for it in &parse.instructions {
        let mut own = None;
        while let Some(error) = errors.next_if(|error| error.range.start < it.range.end || error.range == it.range) {
            own = own.or(Some(error));
        }
        let flag = flag(it).filter(|_| own.is_none_or(|error| !goes_before_flags(&error.kind)));
        if flag.is_none() && own.is_some_and(|error| error.kind == Kind::OutsideStage) {
            return Some(Refusal::new(Kind::OutsideStage.to_string(), it.range));
        }
        if let Some((message, range)) = flag.or_else(|| own.map(|error| of_instruction(&error.kind, error.range))) {
            return Some(Refusal::new(format!("dockerfile parse error line {}: {message}", it.lines.first), range));
        }
    }
    None
}

/// The instruction that an ONBUILD kept, read when it is set off at `range`.
///
/// # Errors
/// What the builder prints.
pub(super) fn trigger(expression: &str, range: TextRange) -> Result<Instruction, Refusal> {
    let mut parse = crate::syntax::parse_as(expression, crate::syntax::Dialect::Classic);
    parse.errors.retain(|error| error.kind != Kind::OutsideStage);
    let single = "onbuild trigger should be a single expression";
    if parse.instructions.len() > 1 {
        return Err(Refusal::new(single, range));
    }
    if let Some(refusal) = of_file(&parse) {
        let message = refusal.message;
        let behind = message.strip_prefix("failed to parse Dockerfile: ").map(str::to_owned);
        let behind = behind.or_else(|| message.strip_prefix("dockerfile parse error line 1: ").map(str::to_owned));
        return Err(Refusal::new(behind.unwrap_or(message), range));
    }
    let mut instruction = parse.instructions.pop().ok_or_else(|| Refusal::new(single, range))?;
    instruction.range = range;
    Ok(instruction)
}

/// What is told of an instruction, and where.
type Told = (String, TextRange);

/// An error of the lines.
fn of_lines(kind: &Kind) -> String {
    match kind {
        Kind::EmptyFile => "the Dockerfile (Dockerfile) cannot be empty".to_owned(),
        kind => format!("failed to parse Dockerfile: {kind}"),
    }
}

/// An error of an instruction. No name is suggested yet, and flags are told without their dashes.
fn of_instruction(kind: &Kind, range: TextRange) -> Told {
    let message = match kind {
        Kind::UnknownInstruction { name } => format!("unknown instruction: {}", name.to_uppercase()),
        Kind::UnknownFlag { name } => format!("Unknown flag: {name}"),
        Kind::DuplicateFlag { name } => format!("Duplicate flag specified: {name}"),
        Kind::FlagWithoutValue { name } => format!("Missing a value on flag: {name}"),
        Kind::FlagNotBoolean { name, value } => format!("Expecting boolean value for flag {name}, not: {value}"),
        kind => kind.to_string(),
    };
    (message, range)
}

/// Whether an error is found before the flags of the instruction are looked at.
fn goes_before_flags(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::NoDestination { .. }
            | Kind::FromArguments
            | Kind::StageName { .. }
            | Kind::ExactlyOneArgument { .. }
            | Kind::HealthcheckNoneArguments
            | Kind::UnknownInstruction { .. }
    )
}

/// The flags that Docker 20.10 reads.
fn known_flags(it: &Instruction) -> &'static [&'static str] {
    match (&it.kind, Keyword::parse(&it.keyword.text)) {
        (_, Some(Keyword::From)) => &["platform"],
        (_, Some(Keyword::Add)) => &["chmod", "chown"],
        (_, Some(Keyword::Copy)) => &["chmod", "chown", "from"],
        (_, Some(Keyword::Run)) => &["mount"],
        (InstructionKind::Healthcheck(crate::syntax::Healthcheck::None), _) => &[],
        (_, Some(Keyword::Healthcheck)) => &["interval", "retries", "start-period", "timeout"],
        _ => &[],
    }
}

/// The first flag of an instruction that Docker 20.10 does not know, or a mount that it cannot read.
fn flag(it: &Instruction) -> Option<Told> {
    let known = known_flags(it);
    // These take no flags, but do not look for any either.
    if matches!(it.kind, InstructionKind::Arg(_) | InstructionKind::Stopsignal(_)) {
        return None;
    }
    if matches!(it.kind, InstructionKind::Healthcheck(crate::syntax::Healthcheck::None)) {
        return None;
    }
    if let Some(flag) = it.flags.iter().find(|flag| !known.contains(&flag.name.text.as_str())) {
        return Some(of_instruction(&Kind::UnknownFlag { name: flag.name.text.clone() }, flag.range));
    }
    it.flag_values("mount").find_map(|value| Some((mount(&value.text)?, value.range)))
}

/// What Docker 20.10 cannot read in a mount; none where it can, so that it refuses the mount as such.
fn mount(value: &str) -> Option<String> {
    const KEYS: [&str; 17] = [
        "destination",
        "dst",
        "from",
        "gid",
        "id",
        "mode",
        "readonly",
        "readwrite",
        "required",
        "ro",
        "rw",
        "sharing",
        "source",
        "src",
        "target",
        "type",
        "uid",
    ];
    for field in fields(value).ok()? {
        let text = &*field.text;
        match text.split_once('=') {
            None if !matches!(text, "readonly" | "ro" | "readwrite" | "rw" | "required") => {
                return Some(format!("invalid field '{text}' must be a key=value pair"));
            }
            Some((key, kind)) if key.eq_ignore_ascii_case("type") => {
                let known = ["bind", "cache", "tmpfs", "secret", "ssh"];
                if !known.contains(&kind.to_ascii_lowercase().as_str()) {
                    return Some(format!("unsupported mount type {}", quoted(kind)));
                }
            }
            Some((key, _)) if !KEYS.contains(&key.to_ascii_lowercase().as_str()) => {
                return Some(format!("unexpected key '{}' in '{text}'", key.to_ascii_lowercase()));
            }
            _ => {}
        }
    }
    None
}

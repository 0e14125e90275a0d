//! What can be wrong with the text of a Dockerfile, in BuildKit's words.
//!
//! Relies on [`diagnostic`](crate::diagnostic) and Go's way to [`quote`](super::quote).

use std::fmt;

use crate::diagnostic::{Diagnostic, Fix, Phase, each_line};
use crate::text::{LineSpan, TextEdit, TextRange};

use super::quote::quoted;

/// An error of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// The place.
    pub range: TextRange,
    /// The lines that BuildKit names; none where it names none.
    pub lines: Option<LineSpan>,
    /// What was likely meant.
    pub suggestion: Option<Suggestion>,
}

/// A name that was likely meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The name.
    pub name: String,
    /// The place of the one that stands there.
    pub range: TextRange,
}

impl fmt::Display for Suggestion {
    /// As BuildKit adds it to its message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " (did you mean {}?)", self.name)
    }
}

/// The ways in which a text can be wrong. `Display` gives BuildKit's message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the message of each, below, says what it is; the fields are its parts")]
pub enum SyntaxErrorKind {
    // Of the lines.
    CheckOptions {
        message: String,
    },
    EmptyFile,
    NoInstructions,
    NoStages,
    LineTooLong,
    RepeatedDirective {
        name: String,
    },
    InvalidEscape {
        value: String,
    },
    UnterminatedHeredoc,
    JsonNotStrings,
    TwoArguments {
        instruction: &'static str,
    },
    NoEqualsSign {
        word: String,
    },
    /// An error of the lexer, in its own words.
    Lexer {
        message: String,
    },
    // Of the instructions.
    UnknownInstruction {
        name: String,
    },
    OutsideStage,
    AtLeastOneArgument {
        instruction: &'static str,
    },
    ExactlyOneArgument {
        instruction: &'static str,
    },
    NoDestination {
        instruction: &'static str,
    },
    HeredocDestination {
        instruction: &'static str,
    },
    BlankNames {
        instruction: &'static str,
    },
    FromArguments,
    StageName {
        name: String,
    },
    UnknownFlag {
        name: String,
    },
    DuplicateFlag {
        name: String,
    },
    FlagWithoutValue {
        name: String,
    },
    FlagNotBoolean {
        name: String,
        value: String,
    },
    HealthcheckNoneArguments,
    HealthcheckNoCommand,
    HealthcheckType {
        name: String,
    },
    Duration {
        message: String,
    },
    ShortInterval {
        flag: &'static str,
    },
    Retries {
        message: String,
    },
    OnbuildOnbuild,
    OnbuildTrigger {
        instruction: String,
    },
    EmptyVolume,
    ShellNotJson {
        instruction: String,
    },
    MountFields {
        message: String,
    },
    MountVariable {
        key: String,
    },
    DeviceFields {
        message: String,
    },
    NetworkMode {
        value: String,
    },
    SecurityMode {
        value: String,
    },
}

use SyntaxErrorKind as Kind;

impl SyntaxErrorKind {
    /// The pass of BuildKit that finds it.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self {
            Kind::CheckOptions { .. } => Phase::Options,
            Kind::EmptyFile
            | Kind::NoInstructions
            | Kind::LineTooLong
            | Kind::RepeatedDirective { .. }
            | Kind::InvalidEscape { .. }
            | Kind::UnterminatedHeredoc
            | Kind::JsonNotStrings
            | Kind::TwoArguments { .. }
            | Kind::NoEqualsSign { .. }
            | Kind::Lexer { .. } => Phase::Parse,
            _ => Phase::Instructions,
        }
    }

    /// What to do about it, where the message alone does not say.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Kind::NoStages => "a Dockerfile needs at least one FROM",
            Kind::OutsideStage => "only ARG may stand before the first FROM",
            Kind::UnterminatedHeredoc => "put the delimiter on a line of its own, with nothing before or behind it",
            Kind::TwoArguments { .. } => "write KEY=VALUE",
            Kind::NoEqualsSign { .. } => "put quotes around values with blanks in them",
            Kind::JsonNotStrings => "put every element between double quotes",
            Kind::FromArguments => "write FROM image, or FROM image AS name",
            Kind::StageName { .. } => "start it with a letter, and go on with letters, digits, `-`, `_` or `.`",
            Kind::NoDestination { .. } => "name where it goes as the last argument",
            Kind::MountVariable { .. } => {
                "give the image a stage of its own (FROM $NAME AS alias), and mount from that"
            }
            Kind::ShellNotJson { .. } => "write it as a JSON array, such as [\"/bin/bash\", \"-c\"]",
            Kind::EmptyFile | Kind::NoInstructions => "start with FROM",
            _ => return None,
        })
    }
}

impl fmt::Display for SyntaxErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::CheckOptions { message } => write!(f, "failed to parse check options: {message}"),
            Kind::EmptyFile => f.write_str("the Dockerfile cannot be empty"),
            Kind::NoInstructions => f.write_str("file with no instructions"),
            Kind::NoStages => f.write_str("dockerfile contains no stages to build"),
            Kind::LineTooLong => f.write_str("dockerfile line greater than max allowed size of 65535"),
            Kind::RepeatedDirective { name } => write!(f, "only one {name} parser directive can be used"),
            Kind::InvalidEscape { value } => write!(f, "invalid escape token '{value}' does not match ` or \\"),
            Kind::UnterminatedHeredoc => f.write_str("unterminated heredoc"),
            Kind::JsonNotStrings => {
                f.write_str("when using JSON array syntax, arrays must be comprised of strings only")
            }
            Kind::TwoArguments { instruction } => write!(f, "{instruction} must have two arguments"),
            Kind::NoEqualsSign { word } => {
                write!(f, "Syntax error - can't find = in {}. Must be of the form: name=value", quoted(word))
            }
            Kind::Lexer { message } | Kind::Duration { message } | Kind::Retries { message } => f.write_str(message),
            Kind::UnknownInstruction { name } => write!(f, "unknown instruction: {name}"),
            Kind::OutsideStage => f.write_str("no build stage in current context"),
            Kind::AtLeastOneArgument { instruction } => write!(f, "{instruction} requires at least one argument"),
            Kind::ExactlyOneArgument { instruction } => write!(f, "{instruction} requires exactly one argument"),
            Kind::NoDestination { instruction } => write!(
                f,
                "{instruction} requires at least two arguments, but only one was provided. Destination could not be determined"
            ),
            Kind::HeredocDestination { instruction } => {
                write!(f, "{instruction} cannot accept a heredoc as a destination")
            }
            Kind::BlankNames { instruction } => write!(f, "{instruction} names can not be blank"),
            Kind::FromArguments => f.write_str("FROM requires either one or three arguments"),
            Kind::StageName { name } => write!(
                f,
                "invalid name for build stage: {}, name can't start with a number or contain symbols",
                quoted(name)
            ),
            Kind::UnknownFlag { name } => write!(f, "unknown flag: --{name}"),
            Kind::DuplicateFlag { name } => write!(f, "duplicate flag specified: --{name}"),
            Kind::FlagWithoutValue { name } => write!(f, "missing a value on flag: --{name}"),
            Kind::FlagNotBoolean { name, value } => {
                write!(f, "expecting boolean value for flag --{name}, not: {value}")
            }
            Kind::HealthcheckNoneArguments => f.write_str("HEALTHCHECK NONE takes no arguments"),
            Kind::HealthcheckNoCommand => f.write_str("Missing command after HEALTHCHECK CMD"),
            Kind::HealthcheckType { name } => write!(f, "Unknown type {} in HEALTHCHECK (try CMD)", quoted(name)),
            Kind::ShortInterval { flag } => write!(f, "Interval {} cannot be less than 1ms", quoted(flag)),
            Kind::OnbuildOnbuild => f.write_str("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"),
            Kind::OnbuildTrigger { instruction } => write!(f, "{instruction} isn't allowed as an ONBUILD trigger"),
            Kind::EmptyVolume => f.write_str("VOLUME specified can not be an empty string"),
            Kind::ShellNotJson { .. } => f.write_str("SHELL requires the arguments to be in JSON form"),
            Kind::MountFields { message } => write!(f, "failed to parse csv mounts: {message}"),
            Kind::MountVariable { key } => {
                write!(f, "'{key}' doesn't support variable expansion, define alias stage instead")
            }
            Kind::DeviceFields { message } => f.write_str(message),
            Kind::NetworkMode { value } => write!(f, "invalid network mode {}", quoted(value)),
            Kind::SecurityMode { value } => write!(f, "security {} is not valid", quoted(value)),
        }
    }
}

impl SyntaxError {
    /// BuildKit's whole message.
    #[must_use]
    pub fn message(&self) -> String {
        let mut message = self.kind.to_string();
        if let Some(suggestion) = &self.suggestion {
            message = format!("{message}{suggestion}");
        }
        let is_file_error = matches!(self.kind, Kind::NoStages | Kind::OutsideStage);
        if self.kind.phase() == Phase::Instructions && !is_file_error {
            let line = self.lines.map_or(0, |lines| lines.first);
            message = format!("dockerfile parse error on line {line}: {message}");
        }
        message
    }

    /// The error as a diagnostic.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let lines = self.lines.map(each_line).unwrap_or_default();
        // That a file has no stage is only seen once every instruction was read.
        let at = if self.kind == Kind::NoStages { u32::MAX } else { self.range.start };
        let mut diagnostic = Diagnostic::error((self.kind.phase(), at), self.message(), self.range, lines);
        diagnostic.fix = self.suggestion.as_ref().map(|meant| Fix {
            title: format!("write {}", meant.name),
            edits: vec![TextEdit { range: meant.range, text: meant.name.clone() }],
        });
        match self.kind.help() {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        }
    }
}

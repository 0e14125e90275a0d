//! From the words of a line to what the instruction says.
//!
//! BuildKit does this in two passes: its parser splits the line ([`split`]), its `instructions`
//! package makes sense of the pieces ([`read`]). The file of each family follows the functions of
//! that package. Relies on the modules of [`syntax`](super) around it.

mod assignment;
mod command;
mod from;
mod healthcheck;
mod onbuild;
mod transfer;

use crate::sorting::sort_by;
use std::mem::take;
use std::ops::Range;

use crate::text::TextRange;

use super::ast::{CommandLine, Flag, Heredoc, InstructionKind, KeyValue, Keyword, Word};
use super::error::{Suggestion, SyntaxErrorKind as Kind};
use super::flags;
use super::json::{self, JsonArray};
use super::lines::LogicalLine;
use super::words::{split_blanks, split_quoted};

/// Why an instruction cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) kind: Kind,
    pub(super) range: TextRange,
    pub(super) suggestion: Option<Suggestion>,
}

impl Failure {
    pub(super) const fn new(kind: Kind, range: TextRange) -> Self {
        Self { kind, range, suggestion: None }
    }
}

/// The arguments of an instruction, split as its keyword asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Args {
    /// Words between blanks, or the strings of a JSON array.
    Words(Vec<Word>),
    /// The rest of the line as one, or the strings of a JSON array.
    Command(CommandLine),
    /// The rest of the line as one; none where there is nothing.
    Text(Option<Word>),
    /// Pairs of ENV and LABEL.
    Pairs(Vec<KeyValue>),
    /// The type of a HEALTHCHECK, and what stands behind it.
    Healthcheck(Option<Word>, CommandLine),
    /// The instruction behind ONBUILD; none where there is nothing.
    Instruction(Option<Box<Split>>),
}

impl Args {
    /// Whether they were written as a JSON array.
    fn is_exec(&self) -> bool {
        matches!(self, Self::Command(line) | Self::Healthcheck(_, line) if line.exec)
    }
}

/// A line split into its pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Split {
    /// The word that names the instruction.
    pub(super) keyword: Word,
    /// The instruction that it names; none where there is none of that name.
    pub(super) name: Option<Keyword>,
    /// Its flags.
    pub(super) flags: Vec<Flag>,
    /// Its arguments; none where the keyword is unknown.
    pub(super) args: Option<Args>,
    /// Where the arguments stand in the line.
    pub(super) args_range: Range<usize>,
    /// Whether the words of a list came from a JSON array.
    pub(super) is_json: bool,
}

impl Split {
    /// Whether the line may open here-documents.
    pub(super) fn can_have_heredocs(&self) -> bool {
        match (&self.args, self.name) {
            (Some(Args::Instruction(Some(inner))), _) => {
                inner.name != Some(Keyword::Onbuild) && inner.can_have_heredocs()
            }
            (Some(args), Some(Keyword::Add | Keyword::Copy | Keyword::Run)) => !self.is_json && !args.is_exec(),
            _ => false,
        }
    }
}

/// Instructions inside ONBUILD inside ONBUILD are refused, but only after they were split.
const MAX_NESTING: usize = 32;

/// Splits a range of a line: the keyword, its flags, its arguments.
pub(super) fn split(line: &LogicalLine, range: Range<usize>, escape: char, depth: usize) -> Result<Split, Failure> {
    let (keyword, rest) = super::words::split_keyword(line, range);
    let (flags, rest) = super::words::split_flags(line, rest, escape);
    let range = line.trimmed(rest);
    let name = Keyword::parse(&keyword.text);
    let mut is_json = false;
    let args = match name {
        None => None,
        Some(Keyword::Onbuild) if range.is_empty() || depth >= MAX_NESTING => Some(Args::Instruction(None)),
        Some(Keyword::Onbuild) => {
            Some(Args::Instruction(Some(Box::new(split(line, range.clone(), escape, depth + 1)?))))
        }
        Some(Keyword::Add | Keyword::Copy | Keyword::Volume) => {
            let words = json_words(line, &range)?;
            is_json = words.is_some();
            Some(Args::Words(words.unwrap_or_else(|| split_blanks(line, range.clone()))))
        }
        Some(Keyword::From | Keyword::Expose) => Some(Args::Words(split_blanks(line, range.clone()))),
        Some(Keyword::Arg) => Some(Args::Words(quoted_words(line, &range, escape))),
        Some(Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Shell) => {
            Some(Args::Command(command_line(line, &range)?))
        }
        Some(name @ (Keyword::Env | Keyword::Label)) => {
            Some(Args::Pairs(assignment::split_pairs(line, &range, escape, name.name())?))
        }
        Some(Keyword::Healthcheck) => Some(healthcheck::split_type(line, &range)?),
        Some(Keyword::Maintainer | Keyword::Stopsignal | Keyword::User | Keyword::Workdir) => {
            let text = &line.text[range.clone()];
            Some(Args::Text((!text.is_empty()).then(|| line.word(text, range.clone()))))
        }
    };
    Ok(Split { keyword, name, flags, args, args_range: range, is_json })
}

/// Makes sense of a line. What the instruction keeps is taken out of `split`.
pub(super) fn read(line: &LogicalLine, split: &mut Split, heredocs: &[Heredoc]) -> Result<InstructionKind, Failure> {
    let keyword_range = split.keyword.range;
    let (Some(name), Some(args)) = (split.name, &mut split.args) else {
        let name = split.keyword.text.clone();
        let known = Keyword::ALL.iter().map(|&(_, known)| known);
        let meant = super::suggest::suggest_any_case(&name, known);
        let suggestion = meant.map(|name| Suggestion { name, range: keyword_range });
        return Err(Failure { suggestion, ..Failure::new(Kind::UnknownInstruction { name }, keyword_range) });
    };
    let check_flags = || flags::check(name, &split.flags);
    let instruction = name.name();
    let need_one = |word: &mut Option<Word>| {
        word.take().ok_or(Failure::new(Kind::ExactlyOneArgument { instruction }, keyword_range))
    };
    let need_some = |is_empty: bool| {
        let failure = Failure::new(Kind::AtLeastOneArgument { instruction }, keyword_range);
        if is_empty { Err(failure) } else { Ok(()) }
    };
    Ok(match (name, args) {
        (Keyword::From, Args::Words(words)) => {
            from::check(words, keyword_range)?;
            check_flags()?;
            InstructionKind::From(from::read(take(words)))
        }
        (Keyword::Add | Keyword::Copy, Args::Words(words)) => {
            if words.len() < 2 {
                return Err(Failure::new(Kind::NoDestination { instruction }, keyword_range));
            }
            check_flags()?;
            let transfer = transfer::read(take(words), heredocs, instruction)?;
            if name == Keyword::Add { InstructionKind::Add(transfer) } else { InstructionKind::Copy(transfer) }
        }
        (Keyword::Arg, Args::Words(words)) => {
            need_some(words.is_empty())?;
            InstructionKind::Arg(assignment::read_args(take(words))?)
        }
        (Keyword::Env | Keyword::Label, Args::Pairs(pairs)) => {
            check_flags()?;
            need_some(pairs.is_empty())?;
            if let Some(blank) = pairs.iter().find(|pair| pair.key.text.is_empty()) {
                return Err(Failure::new(Kind::BlankNames { instruction }, blank.key.range));
            }
            let pairs = take(pairs);
            if name == Keyword::Env { InstructionKind::Env(pairs) } else { InstructionKind::Label(pairs) }
        }
        (Keyword::Run, Args::Command(command)) => {
            check_flags()?;
            command::check_run_flags(&split.flags)?;
            InstructionKind::Run(take(command))
        }
        (Keyword::Cmd, Args::Command(command)) => {
            check_flags()?;
            InstructionKind::Cmd(take(command))
        }
        (Keyword::Entrypoint, Args::Command(command)) => {
            check_flags()?;
            InstructionKind::Entrypoint(take(command))
        }
        (Keyword::Shell, Args::Command(command)) => {
            check_flags()?;
            need_some(command.words.is_empty())?;
            if !command.exec {
                let range = line.range(split.args_range.clone());
                return Err(Failure::new(Kind::ShellNotJson { instruction: line.text.clone() }, range));
            }
            InstructionKind::Shell(take(&mut command.words))
        }
        (Keyword::Healthcheck, Args::Healthcheck(kind, command)) => {
            InstructionKind::Healthcheck(healthcheck::read(kind.as_ref(), command, &split.flags, keyword_range)?)
        }
        (Keyword::Onbuild, Args::Instruction(inner)) => {
            need_some(inner.is_none())?;
            check_flags()?;
            InstructionKind::Onbuild(onbuild::read(line, inner.as_deref_mut(), heredocs, keyword_range)?)
        }
        (Keyword::Expose, Args::Words(words)) => {
            need_some(words.is_empty())?;
            check_flags()?;
            let mut ports = take(words);
            sort_by(&mut ports, |a, b| a.text < b.text);
            InstructionKind::Expose(ports)
        }
        (Keyword::Volume, Args::Words(words)) => {
            need_some(words.is_empty())?;
            check_flags()?;
            let trimmed = |word: &Word| Word { text: word.text.trim().to_owned(), range: word.range };
            let volumes: Vec<Word> = words.iter().map(trimmed).collect();
            if let Some(empty) = volumes.iter().find(|volume| volume.text.is_empty()) {
                return Err(Failure::new(Kind::EmptyVolume, empty.range));
            }
            InstructionKind::Volume(volumes)
        }
        (Keyword::Stopsignal, Args::Text(word)) => InstructionKind::Stopsignal(need_one(word)?),
        (Keyword::Maintainer, Args::Text(word)) => {
            let word = need_one(word)?;
            check_flags()?;
            InstructionKind::Maintainer(word)
        }
        (Keyword::User, Args::Text(word)) => {
            let word = need_one(word)?;
            check_flags()?;
            InstructionKind::User(word)
        }
        (Keyword::Workdir, Args::Text(word)) => {
            let word = need_one(word)?;
            check_flags()?;
            InstructionKind::Workdir(word)
        }
        // `split` gives each keyword arguments of the kind above.
        _ => InstructionKind::Invalid,
    })
}

/// The strings of a JSON array; none where the range is no such array.
fn json_words(line: &LogicalLine, range: &Range<usize>) -> Result<Option<Vec<Word>>, Failure> {
    match json::parse(&line.text[range.clone()]) {
        JsonArray::No => Ok(None),
        JsonArray::NotStrings => Err(Failure::new(Kind::JsonNotStrings, line.range(range.clone()))),
        JsonArray::Strings(strings) => {
            let word =
                |(text, at): (String, Range<usize>)| line.word(text, range.start + at.start..range.start + at.end);
            Ok(Some(strings.into_iter().map(word).collect()))
        }
    }
}

fn command_line(line: &LogicalLine, range: &Range<usize>) -> Result<CommandLine, Failure> {
    let text = &line.text[range.clone()];
    if text.is_empty() {
        return Ok(CommandLine::default());
    }
    Ok(match json_words(line, range)? {
        Some(words) => CommandLine { exec: true, words },
        None => CommandLine { exec: false, words: vec![line.word(text, range.clone())] },
    })
}

fn quoted_words(line: &LogicalLine, range: &Range<usize>, escape: char) -> Vec<Word> {
    let words = split_quoted(&line.text[range.clone()], range.start, escape);
    words.into_iter().map(|word| line.word(word.text, word.range)).collect()
}

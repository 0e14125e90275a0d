//! What a Dockerfile says, instruction by instruction, with a range for every word that means
//! something. Nothing is expanded and no name is looked up here: that is
//! [`resolve`](crate::resolve)'s part.
//!
//! Relies on [`text`](crate::text).

use std::ops::Range;

use crate::text::{LineSpan, TextRange, offset};

/// A piece of an instruction as BuildKit's parser hands it on: continuations are gone, quotes and
/// variables are still there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Its text.
    pub text: String,
    /// Where it stands, from its first to its last byte; a word over several lines covers the
    /// continuations between them.
    pub range: TextRange,
}

impl Word {
    /// The place of a part of the word, given as bytes of its text; the place of the whole word where
    /// its text is not what stands in the source (quotes, continuations).
    #[must_use]
    pub fn part(&self, part: Range<usize>) -> TextRange {
        if self.range.len() as usize != self.text.len() {
            return self.range;
        }
        TextRange::new(self.range.start + offset(part.start), self.range.start + offset(part.end))
    }
}

/// The eighteen instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the instruction of its name")]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
}

impl Keyword {
    /// All of them, with their names in capitals, in alphabetical order.
    pub const ALL: [(Self, &'static str); 18] = [
        (Self::Add, "ADD"),
        (Self::Arg, "ARG"),
        (Self::Cmd, "CMD"),
        (Self::Copy, "COPY"),
        (Self::Entrypoint, "ENTRYPOINT"),
        (Self::Env, "ENV"),
        (Self::Expose, "EXPOSE"),
        (Self::From, "FROM"),
        (Self::Healthcheck, "HEALTHCHECK"),
        (Self::Label, "LABEL"),
        (Self::Maintainer, "MAINTAINER"),
        (Self::Onbuild, "ONBUILD"),
        (Self::Run, "RUN"),
        (Self::Shell, "SHELL"),
        (Self::Stopsignal, "STOPSIGNAL"),
        (Self::User, "USER"),
        (Self::Volume, "VOLUME"),
        (Self::Workdir, "WORKDIR"),
    ];

    /// The instruction that a word names, in any letter case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(word)).map(|&(keyword, _)| keyword)
    }

    /// Its name in capitals.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// The index of an instruction in [`Parse::instructions`](super::Parse::instructions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstructionId(pub u32);

/// One instruction of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The word that names it, as written.
    pub keyword: Word,
    /// `--name` or `--name=value` behind the keyword, in order.
    pub flags: Vec<Flag>,
    /// The whole instruction on one line, without the spaces around it: what BuildKit calls its
    /// source code, and shows as the step's label.
    pub code: String,
    /// From its keyword to its end, here-documents included, without the last line end.
    pub range: TextRange,
    /// The lines that BuildKit gives for it.
    pub lines: LineSpan,
    /// The comments right above it, each without its `#`.
    pub comments: Vec<String>,
    /// The here-documents that it opens, in order.
    pub heredocs: Vec<Heredoc>,
    /// What it says.
    pub kind: InstructionKind,
}

impl Instruction {
    /// The first flag of this name.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name.text == name)
    }

    /// The value of the first flag of this name, where it has one.
    #[must_use]
    pub fn flag_value(&self, name: &str) -> Option<&Word> {
        self.flag(name).and_then(|flag| flag.value.as_ref())
    }

    /// Every value of the flags of this name.
    pub fn flag_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Word> {
        self.flags.iter().filter(move |flag| flag.name.text == name).filter_map(|flag| flag.value.as_ref())
    }

    /// Whether a flag without an argument, such as `--link`, is switched on.
    #[must_use]
    pub fn switch(&self, name: &str) -> Option<bool> {
        self.flag(name).map(|flag| flag.value.as_ref().is_none_or(|value| !value.text.eq_ignore_ascii_case("false")))
    }
}

/// What an instruction says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstructionKind {
    /// `FROM [--platform=…] BASE [AS NAME]`
    From(From),
    /// `ARG NAME[=DEFAULT] …`
    Arg(Vec<ArgDefinition>),
    /// `ENV KEY=VALUE …` or `ENV KEY VALUE`
    Env(Vec<KeyValue>),
    /// `LABEL KEY=VALUE …` or `LABEL KEY VALUE`
    Label(Vec<KeyValue>),
    /// `ADD [FLAGS] SOURCE … DESTINATION`
    Add(Transfer),
    /// `COPY [FLAGS] SOURCE … DESTINATION`
    Copy(Transfer),
    /// `RUN [FLAGS] COMMAND`
    Run(CommandLine),
    /// `CMD COMMAND`
    Cmd(CommandLine),
    /// `ENTRYPOINT COMMAND`
    Entrypoint(CommandLine),
    /// `SHELL ["…", …]`
    Shell(Vec<Word>),
    /// `WORKDIR PATH`
    Workdir(Word),
    /// `USER NAME[:GROUP]`
    User(Word),
    /// `STOPSIGNAL SIGNAL`
    Stopsignal(Word),
    /// `MAINTAINER NAME`
    Maintainer(Word),
    /// `VOLUME PATH …`
    Volume(Vec<Word>),
    /// `EXPOSE PORT[/PROTOCOL] …`
    Expose(Vec<Word>),
    /// `HEALTHCHECK [FLAGS] CMD …` or `HEALTHCHECK NONE`
    Healthcheck(Healthcheck),
    /// `ONBUILD INSTRUCTION`
    Onbuild(Onbuild),
    /// What could not be read; the error about it is in [`Parse::errors`](super::Parse::errors).
    Invalid,
}

/// A flag of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Its name without `--`.
    pub name: Word,
    /// What stands behind `=`, quotes removed; none where there is no `=`.
    pub value: Option<Word>,
    /// All of it.
    pub range: TextRange,
}

/// A FROM line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct From {
    /// The image or stage to start from, unexpanded.
    pub base: Word,
    /// The word AS, as written.
    pub as_word: Option<Word>,
    /// The name of the stage, as written.
    pub name: Option<Word>,
}

/// One name that an ARG declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgDefinition {
    /// The name.
    pub name: Word,
    /// The default behind `=`, unexpanded.
    pub default: Option<Word>,
}

/// A pair of ENV or LABEL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyValue {
    /// The key, unexpanded.
    pub key: Word,
    /// The value, unexpanded.
    pub value: Word,
    /// Whether it has the old form `KEY VALUE`, which takes the rest of the line.
    pub legacy: bool,
}

/// What ADD and COPY move.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transfer {
    /// Paths and addresses, in order.
    pub sources: Vec<Word>,
    /// Here-documents among the sources, as indexes of [`Instruction::heredocs`], in order.
    pub documents: Vec<usize>,
    /// Where it goes.
    pub destination: Word,
}

/// A command in either form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// Whether it was written as a JSON array (the exec form), which no shell is put before.
    pub exec: bool,
    /// The arguments of the exec form, or the one command of the shell form; nothing where there is
    /// no command.
    pub words: Vec<Word>,
}

/// A HEALTHCHECK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Healthcheck {
    /// `HEALTHCHECK NONE`
    None,
    /// `HEALTHCHECK CMD …`
    Command {
        /// What is run.
        command: CommandLine,
        /// `--interval` in nanoseconds; nought where it is not set, as for those below.
        interval: i64,
        /// `--timeout` in nanoseconds.
        timeout: i64,
        /// `--start-period` in nanoseconds.
        start_period: i64,
        /// `--start-interval` in nanoseconds.
        start_interval: i64,
        /// `--retries`.
        retries: i64,
    },
}

/// An ONBUILD: an instruction kept for the stages that start from this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Onbuild {
    /// The instruction behind the keyword, as BuildKit keeps it in the image.
    pub expression: String,
    /// The word that names that instruction.
    pub trigger: Word,
    /// Its flags.
    pub flags: Vec<Flag>,
    /// What it says; [`InstructionKind::Invalid`] where it cannot be read, which BuildKit finds out
    /// only when it is set off.
    pub kind: Box<InstructionKind>,
}

/// A here-document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// Its delimiter without quotes: the name of the file it becomes.
    pub name: String,
    /// `<<NAME` in the instruction.
    pub opening: TextRange,
    /// The lines between, without the line of the delimiter.
    pub body: TextRange,
    /// Their text, tabs included.
    pub content: String,
    /// Whether variables in it are expanded: no part of the delimiter was quoted.
    pub expand: bool,
    /// Whether it was opened with `<<-`, so that leading tabs do not count.
    pub chomp: bool,
}

impl Heredoc {
    /// The content without leading tabs, where `<<-` asks for that.
    #[must_use]
    pub fn chomped(&self) -> String {
        if !self.chomp {
            return self.content.clone();
        }
        self.content.split_inclusive('\n').map(|line| line.trim_start_matches('\t')).collect()
    }
}

//! The variables that an instruction reads, and who reads them.
//!
//! Values are left to [`scopes`](super::scopes). Relies on [`syntax`](crate::syntax) for what BuildKit reads,
//! and on [`script`](crate::script) for what a shell does.

use crate::resolve::StageId;
use crate::script::{Mention, mentions, scripts};
use crate::syntax::{
    Flag, Heredoc, Instruction, InstructionId, InstructionKind, Joined, Quotes, Reference, Word, references,
};
use crate::text::{TextRange, offset};

use super::Document;
use crate::analysis::Analysis;

/// Who puts in the value of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// BuildKit, before it carries the instruction out.
    BuildKit,
    /// The shell that RUN starts.
    Shell,
    /// The shell in the container that is made of the image.
    Container,
}

/// What an instruction says, or what the one behind ONBUILD does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub(super) kind: &'a InstructionKind,
    pub(super) flags: &'a [Flag],
    pub(super) heredocs: &'a [Heredoc],
}

impl<'a> Said<'a> {
    pub(super) fn new(it: &'a Instruction) -> Self {
        Self { kind: &it.kind, flags: &it.flags, heredocs: &it.heredocs }
    }

    /// What is set off where an ONBUILD is; the instruction itself where it is none.
    pub(super) fn trigger(it: &'a Instruction) -> Self {
        match &it.kind {
            InstructionKind::Onbuild(onbuild) => {
                Self { kind: &onbuild.kind, flags: &onbuild.flags, heredocs: &it.heredocs }
            }
            _ => Self::new(it),
        }
    }

    /// The values of the flags of a name.
    pub(super) fn values(self, name: &'static str) -> impl Iterator<Item = &'a Word> {
        self.flags.iter().filter(move |flag| flag.name.text == name).filter_map(|flag| flag.value.as_ref())
    }
}

/// Variables of an instruction, told one by one.
pub(super) struct Scan<'a> {
    pub(super) source: &'a str,
    pub(super) joined: &'a Joined,
    pub(super) escape: char,
    /// The program that reads the shell form.
    pub(super) shell: &'a str,
    /// Is told the name, its place, and who reads it.
    pub(super) tell: &'a mut dyn FnMut(&str, TextRange, Reader),
}

impl Scan<'_> {
    /// Every variable that an instruction reads.
    pub(super) fn said(&mut self, said: Said<'_>) {
        self.flags(said);
        match said.kind {
            InstructionKind::From(from) => self.word(&from.base),
            InstructionKind::Arg(definitions) => {
                definitions.iter().filter_map(|it| it.default.as_ref()).for_each(|word| self.word(word));
            }
            InstructionKind::Env(pairs) | InstructionKind::Label(pairs) => {
                pairs.iter().flat_map(|pair| [&pair.key, &pair.value]).for_each(|word| self.word(word));
            }
            InstructionKind::Add(transfer) | InstructionKind::Copy(transfer) => {
                transfer.sources.iter().chain([&transfer.destination]).for_each(|word| self.word(word));
                let documents = transfer.documents.iter().filter_map(|&index| said.heredocs.get(index));
                for heredoc in documents.filter(|heredoc| heredoc.expand) {
                    self.body(heredoc);
                }
            }
            InstructionKind::Workdir(word) | InstructionKind::User(word) | InstructionKind::Stopsignal(word) => {
                self.word(word);
            }
            InstructionKind::Volume(words) | InstructionKind::Expose(words) => {
                words.iter().for_each(|word| self.word(word));
            }
            InstructionKind::Run(_) => self.scripts(said, Reader::Shell),
            InstructionKind::Cmd(_) | InstructionKind::Entrypoint(_) | InstructionKind::Healthcheck(_) => {
                self.scripts(said, Reader::Container);
            }
            _ => {}
        }
    }

    fn flags(&mut self, said: Said<'_>) {
        let names: &[&str] = match said.kind {
            InstructionKind::From(_) => &["platform"],
            InstructionKind::Add(_) => &["chown", "chmod", "checksum"],
            InstructionKind::Copy(_) => &["chown", "chmod"],
            InstructionKind::Run(_) => &["mount"],
            _ => &[],
        };
        for flag in said.flags.iter().filter(|flag| names.contains(&flag.name.text.as_str())) {
            if let Some(value) = &flag.value {
                self.range(value.range, Quotes::Plain);
            }
        }
    }

    fn word(&mut self, word: &Word) {
        self.range(word.range, Quotes::Count);
    }

    /// What a shell reads. It sees what the file declares, also behind what may declare it again.
    fn scripts(&mut self, said: Said<'_>, reader: Reader) {
        for script in scripts(said.kind, said.heredocs, self.shell) {
            mentions(&script, &mut |mention| {
                let Mention::Use { name, .. } = mention else { return };
                if let Some(place) =
                    script.place(self.source, self.joined, name.clone()).filter(|place| !place.is_empty())
                {
                    (self.tell)(script.part(name), place, reader);
                }
            });
        }
    }

    fn range(&mut self, range: TextRange, quotes: Quotes) {
        if !range.of(self.source).contains('$') {
            return;
        }
        let part = self.joined.part(range);
        let text = &self.joined.text()[part.clone()];
        for Reference { name, .. } in references(text, self.escape, quotes) {
            if !name.is_empty() {
                let place = self.joined.range(part.start + name.start..part.start + name.end);
                (self.tell)(&text[name], place, Reader::BuildKit);
            }
        }
    }

    fn body(&mut self, heredoc: &Heredoc) {
        let text = heredoc.body.of(self.source);
        for Reference { name, .. } in references(text, '\\', Quotes::Plain) {
            if !name.is_empty() {
                let start = heredoc.body.start;
                let place = TextRange::new(start + offset(name.start), start + offset(name.end));
                (self.tell)(&text[name], place, Reader::BuildKit);
            }
        }
    }
}

/// Whether a shell that an instruction runs sets a variable by itself.
pub(super) fn is_set_by_shell(said: Said<'_>, shell: &str, name: &str) -> bool {
    let mut is_set = false;
    for script in scripts(said.kind, said.heredocs, shell) {
        mentions(&script, &mut |mention| {
            if let Mention::Set(range) = mention {
                is_set |= script.part(range) == name;
            }
        });
    }
    is_set
}

/// The program that reads the shell form in a stage, above an instruction of it.
pub(super) fn shell_of(document: &Document<'_>, own: StageId, id: InstructionId) -> String {
    let Analysis { syntax, resolved, .. } = document.analysis;
    for stage in resolved.chain(own).into_iter().rev() {
        for command in stage.commands.iter().rev() {
            let is_above = stage.id != own || command.onbuild || command.instruction < id;
            let said = command.instruction(syntax).filter(|_| is_above).map(|it| &it.kind);
            if let Some(InstructionKind::Shell(words)) = said {
                return words.first().map(|word| word.text.clone()).unwrap_or_default();
            }
        }
    }
    default_shell(document, own)
}

/// The program that reads the shell form where no SHELL says otherwise.
pub(super) fn default_shell(document: &Document<'_>, stage: StageId) -> String {
    let shell = document.analysis.resolved.stage(stage).map(|stage| stage.platform.default_shell());
    shell.and_then(|shell| shell.into_iter().next()).unwrap_or_default()
}

//! COPY and ADD: their sources, and where they go.
//!
//! Follows `dispatchCopy` of BuildKit's Dockerfile frontend. A part of
//! [`dispatch`](super::dispatch).

use crate::syntax::{Instruction, Lexer, Transfer, Word, quoted};

use super::budget::SPENT;
use super::dispatch::{Outcome, Stage};
use super::image::check_digest;
use super::remote::{self, GitSource, Remote};
use super::scope::label;
use super::stage::{Action, Command, Copy, CopyPart, Read, ReadKind, Source};
use super::states::Pending;
use super::{path, permission};

/// The flags of a COPY or ADD, expanded.
struct Flags {
    is_add: bool,
    checksum: String,
    keep_git_dir: Option<bool>,
    unpack: Option<bool>,
    parents: bool,
}

impl Stage<'_> {
    /// Carries out a COPY, or an ADD.
    pub(super) fn copy(
        &mut self,
        it: &Instruction,
        transfer: &Transfer,
        pending: &Pending,
        out: &mut Command,
        is_add: bool,
    ) -> Outcome<()> {
        let expand_flag = |name: &str| it.flag_value(name).map_or(Ok(String::new()), |value| self.expand(value));
        let chown = expand_flag("chown")?;
        let chmod = expand_flag("chmod")?;
        let checksum = if is_add { expand_flag("checksum")? } else { String::new() };
        let sources = transfer.sources.iter().map(|word| self.expand(word)).collect::<Outcome<Vec<_>>>()?;
        let written = self.expand(&transfer.destination)?;
        let documents = self.documents(it, transfer)?;
        let source = self.copy_source(it, pending, &sources, out)?;

        let at_flag = |name: &str| it.flag(name).map_or(it.range, |flag| flag.range);
        let destination = self.destination(&written).map_err(|message| (message, transfer.destination.range))?;
        if !chmod.is_empty() {
            permission::check_mode(&chmod).map_err(|message| (message, at_flag("chmod")))?;
        }
        if !checksum.is_empty() {
            check_checksum(&sources).map_err(|message| (message, at_flag("checksum")))?;
        }
        let mut flags = Flags {
            is_add,
            checksum,
            keep_git_dir: it.switch("keep-git-dir"),
            unpack: it.switch("unpack"),
            parents: it.switch("parents").unwrap_or(false),
        };
        let os = &self.scope.platform.os;
        let part =
            |(source, word): (&String, &Word)| part(source, &mut flags, os).map_err(|message| (message, word.range));
        out.expanded = sources;
        let mut parts = out.expanded.iter().zip(&transfer.sources).map(part).collect::<Outcome<Vec<_>>>()?;
        parts.extend(documents);

        out.label = label(&it.code, &self.lexer, &self.scope.environment, self.budget);
        // Each remote source is a step of its own, with the same label.
        let is_remote = |part: &&CopyPart| matches!(part, CopyPart::Http { .. } | CopyPart::Git { .. });
        self.budget.take(out.label.len() * parts.iter().filter(is_remote).count());
        self.budget.take(destination.len() * parts.len());
        if self.budget.is_spent() {
            return Err((SPENT.to_owned(), it.range));
        }
        if source == Source::Context {
            note_context(it, &parts, out, is_add);
        }
        out.action = Action::Copy(Box::new(Copy {
            parts,
            destination,
            link: it.switch("link").unwrap_or(false) && chmod.is_empty(),
            chown,
            chmod,
            exclude: it.flag_values("exclude").map(|value| value.text.clone()).collect(),
        }));
        Ok(())
    }

    /// The here-documents among the sources, with their variables replaced.
    fn documents(&self, it: &Instruction, transfer: &Transfer) -> Outcome<Vec<CopyPart>> {
        let lexer = Lexer { skip_quotes: true, ..Lexer::new('\\') };
        let document = |&index: &usize| {
            let heredoc = &it.heredocs[index];
            let content = heredoc.chomped();
            let content = if heredoc.expand {
                let word = Word { text: content, range: heredoc.body };
                self.expand_text(&lexer, &word.text, &word).map_err(|message| (message, heredoc.body))?
            } else {
                content
            };
            Ok(CopyPart::Document { name: heredoc.name.clone(), content })
        };
        transfer.documents.iter().filter(|&&index| index < it.heredocs.len()).map(document).collect()
    }

    /// What a COPY reads from: a stage or an image, noted as a read, or the build context.
    fn copy_source(
        &self,
        it: &Instruction,
        pending: &Pending,
        sources: &[String],
        out: &mut Command,
    ) -> Outcome<Source> {
        let Some(&state) = pending.sources.first() else { return Ok(Source::Context) };
        let (source, is_ready) = self.source(state);
        let from = it.flag_value("from").cloned().unwrap_or_default();
        let range = if out.onbuild { it.range } else { from.range };
        let paths = sources.iter().map(|path| path::join("/", path)).collect();
        out.reads.push(Read { by: ReadKind::Copy, source: source.clone(), range, paths });
        if is_ready {
            return Ok(source);
        }
        let message = format!(
            "cannot copy from stage {}, it needs to be defined before current stage {}",
            quoted(&from.text),
            quoted(&self.states.label(self.id))
        );
        Err((message, from.range))
    }

    fn destination(&self, written: &str) -> Result<String, String> {
        let os = &self.scope.platform.os;
        if written.starts_with('/') {
            return path::normalize("/", written, os, true);
        }
        let written = if written.is_empty() || written == "." { "./" } else { written };
        path::normalize(&self.scope.config.working_dir, written, os, true)
    }
}

/// Notes what is read of the build context. BuildKit counts the addresses of repositories among its
/// paths, too.
fn note_context(it: &Instruction, parts: &[CopyPart], out: &mut Command, is_add: bool) {
    let is_local = |source: &&String| !is_add || !(source.starts_with("http://") || source.starts_with("https://"));
    out.context_paths = out.expanded.iter().filter(is_local).map(|source| path::join("/", source)).collect();
    let paths: Vec<String> = parts.iter().filter_map(CopyPart::path).map(str::to_owned).collect();
    if !paths.is_empty() {
        out.reads.push(Read { by: ReadKind::Copy, source: Source::Context, range: it.range, paths });
    }
}

impl CopyPart {
    /// The path in its source; none for what comes from elsewhere.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Path { path, .. } => Some(path),
            _ => None,
        }
    }
}

fn check_checksum(sources: &[String]) -> Result<(), String> {
    let [source] = sources else { return Err("checksum can't be specified for multiple sources".into()) };
    match remote::remote(source) {
        Ok(Remote::No) => Err("checksum requires HTTP(S) or Git sources".into()),
        _ => Ok(()),
    }
}

fn part(source: &str, flags: &mut Flags, os: &str) -> Result<CopyPart, String> {
    match remote::remote(source)? {
        Remote::Git(git) => git_part(git, flags),
        Remote::Http if !flags.is_add => Err("source can't be a URL for COPY".into()),
        Remote::Http => {
            if !flags.checksum.is_empty() {
                check_digest(&flags.checksum)?;
            }
            Ok(CopyPart::Http {
                url: source.to_owned(),
                filename: remote::filename(source),
                checksum: flags.checksum.clone(),
                unpack: flags.unpack.unwrap_or(false),
            })
        }
        Remote::No => {
            let unpack = flags.unpack.unwrap_or(flags.is_add);
            if !flags.parents {
                return Ok(CopyPart::Path { path: path::normalize("/", source, os, false)?, parents: None, unpack });
            }
            let (folder, pattern) = source.split_once("/./").unwrap_or(("/", source));
            let pattern = path::normalize("/", pattern, os, false)?;
            let parents = Some(pattern.trim_start_matches('/').to_owned());
            Ok(CopyPart::Path { path: path::normalize("/", folder, os, false)?, parents, unpack })
        }
    }
}

fn git_part(git: GitSource, flags: &mut Flags) -> Result<CopyPart, String> {
    if !flags.is_add {
        return Err("source can't be a git ref for COPY".into());
    }
    if let (Some(flag), Some(address)) = (flags.keep_git_dir, git.keep_git_dir)
        && flag != address
    {
        return Err("inconsistent keep-git-dir configuration".into());
    }
    flags.keep_git_dir = git.keep_git_dir.or(flags.keep_git_dir);
    if !git.checksum.is_empty() {
        if !flags.checksum.is_empty() && flags.checksum != git.checksum {
            return Err(format!("checksum mismatch {} != {}", quoted(&flags.checksum), quoted(&git.checksum)));
        }
        flags.checksum = git.checksum;
    }
    let keep = if flags.keep_git_dir == Some(true) { " keep-git-dir" } else { "" };
    let options = format!("{}{}{keep} {}", git.remote, git.options, flags.checksum);
    Ok(CopyPart::Git { url: git.id, options })
}

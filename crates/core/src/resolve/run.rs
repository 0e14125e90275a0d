//! RUN: its arguments, here-documents and mounts.
//!
//! Follows `dispatchRun` and `dispatchRunMounts` of BuildKit's Dockerfile frontend. A part of
//! [`dispatch`](super::dispatch).

use crate::syntax::{CommandLine, Heredoc, Instruction, Lexer, Word, fields, is_heredoc_opening};

use super::dispatch::{Outcome, Stage};
use super::scope::{Masked, label};
use super::stage::{Action, Command, Mount, MountKind, Read, ReadKind, Run, Source};
use super::states::Pending;
use super::{mount, path};

impl Stage<'_> {
    /// Carries out a RUN.
    pub(super) fn run(
        &mut self,
        it: &Instruction,
        line: &CommandLine,
        pending: &Pending,
        out: &mut Command,
    ) -> Outcome<()> {
        let (args, script, summary) = self.arguments(it, line);
        let (mounts, secrets) = self.mounts(it, pending, out)?;
        if it.flag("device").is_some() {
            let message = "device feature is only supported in Dockerfile frontend 1.14.0-labs or later";
            return Err((message.into(), it.flag("device").map_or(it.range, |flag| flag.range)));
        }
        let scope = &self.scope;
        let value_of = |name: &str, default: &str| it.flag_value(name).map_or(default, |value| &value.text).to_owned();
        let lexer = Lexer { raw_quotes: true, skip_unset: true, ..self.lexer };
        let variables = Masked { environment: &scope.environment, secrets: &secrets };
        let code = if summary.is_empty() { &it.code } else { &[&*it.code, &summary].concat() };
        out.label = label(code, &lexer, &variables, self.budget);
        out.action = Action::Run(Run {
            args,
            env: scope.environment.clone(),
            cwd: if scope.config.working_dir.is_empty() { "/".into() } else { scope.config.working_dir.clone() },
            user: scope.config.user.clone(),
            mounts,
            network: value_of("network", "default"),
            security: value_of("security", "sandbox"),
            script,
        });
        Ok(())
    }

    /// What is executed, the file that a here-document with `#!` becomes, and what the label says of
    /// a here-document.
    fn arguments(&self, it: &Instruction, line: &CommandLine) -> (Vec<String>, Option<(String, String)>, String) {
        let Some(first) = it.heredocs.first() else { return (self.with_shell(line), None, String::new()) };
        let command = line.words.first().map(|word| word.text.as_str()).unwrap_or_default();
        if !is_heredoc_opening(command) {
            let mut script = command.to_owned();
            for heredoc in &it.heredocs {
                script.push('\n');
                script.push_str(&heredoc.content);
                script.push_str(&heredoc.name);
            }
            return (self.in_shell(script), None, String::new());
        }
        let data = first.chomped();
        let summary = format!(" ({})", summary_of(first));
        if self.scope.platform.os != "windows" && data.starts_with("#!") {
            let file = path::join("/dev/pipes/", &first.name);
            return (self.in_shell(file), Some((first.name.clone(), data)), summary);
        }
        (self.in_shell(data), None, summary)
    }

    /// The mounts, and the names of variables that are secrets.
    fn mounts(&mut self, it: &Instruction, pending: &Pending, out: &mut Command) -> Outcome<(Vec<Mount>, Vec<String>)> {
        let mut parsed = Vec::new();
        for value in it.flag_values("mount") {
            let mut expand = |text: &str| self.expand_text(&self.lexer, text, value);
            let options = mount::parse(&value.text, &mut expand).map_err(|message| (message, value.range))?;
            parsed.push((options, value));
        }
        let mut mounts = Vec::new();
        let mut secrets = Vec::new();
        for (index, (options, value)) in parsed.into_iter().enumerate() {
            let mount::MountOptions { mut mount, mut from } = options;
            if from.is_empty() && mount.kind == MountKind::Cache {
                from = "scratch".into();
            }
            let source = self.mount_source(&from, &mount, pending.sources.get(index).copied(), value, it, out)?;
            match mount.kind {
                MountKind::Secret => secrets.extend(secret(&mut mount, value)?),
                MountKind::Ssh => ssh(&mount, value)?,
                _ => {
                    mount.read = source;
                    self.place(&mut mount, value)?;
                }
            }
            self.budget.take(mount.target.len());
            mounts.push(mount);
        }
        Ok((mounts, secrets))
    }

    /// Looks up what a mount mounts, and notes it as a read.
    fn mount_source(
        &self,
        from: &str,
        mount: &Mount,
        state: Option<usize>,
        value: &Word,
        it: &Instruction,
        out: &mut Command,
    ) -> Outcome<Option<usize>> {
        let has_files = !matches!(mount.kind, MountKind::Tmpfs | MountKind::Secret | MountKind::Ssh);
        let range = if out.onbuild { it.range } else { from_range(value) };
        let path = path::join("/", &mount.source);
        let read = |source| Read { by: ReadKind::Mount, source, range, paths: vec![path.clone()] };
        if from.is_empty() {
            if !matches!(mount.kind, MountKind::Secret | MountKind::Ssh) {
                out.context_paths.push(path.clone());
            }
            if has_files {
                out.reads.push(read(Source::Context));
            }
            return Ok(has_files.then_some(out.reads.len().wrapping_sub(1)));
        }
        let (source, is_ready) = self.source(state.unwrap_or_default());
        out.reads.push(read(source));
        if is_ready {
            return Ok(has_files.then_some(out.reads.len() - 1));
        }
        let message = format!(
            "cannot mount from stage {} to {}, stage needs to be defined before current command",
            crate::syntax::quoted(from),
            crate::syntax::quoted(&mount.target)
        );
        Err((message, value.range))
    }

    /// Makes the target of a mount absolute.
    fn place(&self, mount: &mut Mount, value: &Word) -> Outcome<()> {
        if mount.kind == MountKind::Cache && mount.id.is_empty() {
            mount.id = path::clean(&mount.target).into_owned();
        }
        if !mount.target.starts_with('/') {
            let folder = path::join("/", &self.scope.config.working_dir);
            mount.target = path::join(&folder, &mount.target);
        }
        if mount.target == "/" {
            return Err((format!("invalid mount target {}", crate::syntax::quoted(&mount.target)), value.range));
        }
        Ok(())
    }
}

/// Works out the id and the target of a secret, and the variable that it is put in.
fn secret(mount: &mut Mount, value: &Word) -> Outcome<Option<String>> {
    if !mount.source.is_empty() {
        mount.id.clone_from(&mount.source);
    }
    if mount.id.is_empty() {
        if mount.target.is_empty() {
            return Err(("one of source, target required".into(), value.range));
        }
        mount.id = path::base(&mount.target).to_owned();
    }
    if mount.env.is_none() && mount.target.is_empty() {
        mount.target = format!("/run/secrets/{}", path::base(&mount.id));
    }
    Ok(mount.env.clone())
}

fn ssh(mount: &Mount, value: &Word) -> Outcome<()> {
    if mount.source.is_empty() { Ok(()) } else { Err(("ssh does not support source".into(), value.range)) }
}

/// The place of the value of `from`, or of the whole mount.
fn from_range(value: &Word) -> crate::text::TextRange {
    let fields = fields(&value.text).unwrap_or_default();
    let from =
        fields.iter().find(|field| field.text.split_once('=').is_some_and(|(k, _)| k.eq_ignore_ascii_case("from")));
    from.map_or(value.range, |field| value.part(field.range.start + "from=".len()..field.range.end))
}

/// The first line of a here-document, for the label.
fn summary_of(heredoc: &Heredoc) -> String {
    let mut lines = heredoc.content.trim().split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let first = lines.next().unwrap_or_default();
    if lines.next().is_some() { format!("{first}...") } else { first.to_owned() }
}

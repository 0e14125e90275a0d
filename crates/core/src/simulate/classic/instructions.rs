//! What each instruction does to the config of the image, and what the cache compares of it.
//!
//! Follows `dispatchers.go` of moby's `builder/dockerfile` (Docker 20.10). ADD and COPY are in
//! [`copy`](super::copy).

use std::sync::Arc;

use crate::resolve::{check_ports, clean, port_parts};
use crate::syntax::{ArgDefinition, CommandLine, Healthcheck, Instruction, InstructionKind, KeyValue, Word, quoted};

use super::Outcome;
use super::args::Scope;
use super::builder::{Builder, Stage};
use super::refusal::{self, Refusal};
use super::signal;
use super::store::{Layer, Made};

impl<'a> Builder<'a> {
    /// Carries out an instruction. `code` is how it is written.
    pub(super) fn instruction(
        &mut self,
        it: &Instruction,
        code: &str,
        stage: &mut Stage<'a>,
    ) -> Result<Outcome, Refusal> {
        let (made, layer) = match &it.kind {
            InstructionKind::Run(command) => (self.command(it, command, stage)?, Layer::Run(self.effects())),
            InstructionKind::Copy(transfer) => self.transfer(it, transfer, "COPY", stage)?,
            InstructionKind::Add(transfer) => self.transfer(it, transfer, "ADD", stage)?,
            InstructionKind::Workdir(word) => {
                let path = self.workdir(word, stage)?;
                (Made::Config(format!("WORKDIR {path}")), Layer::Folder(clean(&path)))
            }
            _ => (Made::Config(self.config(it, stage)?), Layer::None),
        };
        // What is no command is compared with the shell in front of it.
        let shell: usize = stage.config.shell.iter().map(String::len).sum();
        self.expander.note(1, made.len() + shell + code.len()).map_err(|message| Refusal::new(message, it.range))?;
        Ok(self.commit(made, layer, code, stage))
    }

    /// The text that stands for a change of the config. Where moby's own text is the same for two changes,
    /// its cache compares the values, too; here the text tells them apart.
    fn config(&mut self, it: &Instruction, stage: &mut Stage<'a>) -> Result<String, Refusal> {
        Ok(match &it.kind {
            InstructionKind::Arg(definitions) => self.arg(definitions, stage)?,
            InstructionKind::Env(pairs) => self.env(it, pairs, stage)?,
            InstructionKind::Label(pairs) => self.pairs("LABEL", pairs, stage)?.0,
            InstructionKind::User(word) => format!("USER {}", self.word(word, stage)?),
            InstructionKind::Stopsignal(word) => {
                let text = self.word(word, stage)?;
                if !signal::is_known(&text) {
                    return Err(Refusal::new(format!("Invalid signal: {text}"), word.range));
                }
                format!("STOPSIGNAL {text}")
            }
            InstructionKind::Volume(words) => self.volume(words, stage)?,
            InstructionKind::Expose(words) => self.expose(words, stage)?,
            InstructionKind::Shell(words) => {
                let words: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
                let text = format!("SHELL [{}]", words.join(" "));
                stage.config.shell = words.into();
                text
            }
            InstructionKind::Onbuild(onbuild) => {
                stage.config.triggers.push(onbuild.expression.clone());
                format!("ONBUILD {}", onbuild.expression)
            }
            InstructionKind::Cmd(command) => format!("CMD {}", with_shell(command, stage)),
            InstructionKind::Entrypoint(command) => format!("ENTRYPOINT {}", with_shell(command, stage)),
            InstructionKind::Healthcheck(check) => healthcheck(check),
            InstructionKind::Maintainer(word) => format!("MAINTAINER {}", word.text),
            _ => it.code.clone(),
        })
    }

    /// A word with its variables replaced.
    pub(super) fn word(&mut self, word: &Word, stage: &Stage<'a>) -> Result<String, Refusal> {
        let scope = Scope { env: &stage.config.env, args: &stage.args };
        self.expander.text(&word.text, &scope).map_err(|message| Refusal::new(message, word.range))
    }

    fn pairs(
        &mut self,
        name: &str,
        pairs: &[KeyValue],
        stage: &Stage<'a>,
    ) -> Result<(String, Vec<(String, String)>), Refusal> {
        let mut text = name.to_owned();
        let mut out = Vec::new();
        for pair in pairs {
            let (key, value) = (self.word(&pair.key, stage)?, self.word(&pair.value, stage)?);
            text.push_str(&["\0", &key, "=", &value].concat());
            out.push((key, value));
        }
        Ok((text, out))
    }

    fn env(&mut self, it: &Instruction, pairs: &[KeyValue], stage: &mut Stage<'a>) -> Result<String, Refusal> {
        let (text, pairs) = self.pairs("ENV", pairs, stage)?;
        if Arc::strong_count(&stage.config.env) > 1 {
            self.expander.note(stage.config.env.len(), 0).map_err(|message| Refusal::new(message, it.range))?;
        }
        let env = Arc::make_mut(&mut stage.config.env);
        pairs.into_iter().for_each(|(key, value)| env.insert(key, value));
        Ok(text)
    }

    fn volume(&mut self, words: &[Word], stage: &Stage<'a>) -> Result<String, Refusal> {
        let mut out = "VOLUME".to_owned();
        for word in words {
            let text = self.word(word, stage)?;
            if text.is_empty() {
                return Err(Refusal::new("VOLUME specified can not be an empty string", word.range));
            }
            out.push_str(&[" ", &quoted(&text)].concat());
        }
        Ok(out)
    }

    /// A name that ARG declares, with its default.
    pub(super) fn definition(
        &mut self,
        definition: &ArgDefinition,
        scope: &Scope<'_>,
    ) -> Result<(String, Option<String>), Refusal> {
        let mut expand =
            |word: &Word| self.expander.text(&word.text, scope).map_err(|message| Refusal::new(message, word.range));
        let name = expand(&definition.name)?;
        let default = definition.default.as_ref().map(expand).transpose()?;
        Ok((name, default))
    }

    /// ARG: what it declares is compared, and not the value that a build arg gives it.
    fn arg(&mut self, definitions: &[ArgDefinition], stage: &mut Stage<'a>) -> Result<String, Refusal> {
        let mut declared = Vec::new();
        for definition in definitions {
            let scope = Scope { env: &stage.config.env, args: &stage.args };
            declared.push(self.definition(definition, &scope)?);
        }
        let mut text = "ARG".to_owned();
        for (name, default) in &declared {
            text.push_str(&[" ", name].concat());
            if let Some(default) = default {
                text.push_str(&["=", default].concat());
            }
            stage.args.declare(name, default.as_deref());
        }
        Ok(text)
    }

    fn workdir(&mut self, word: &Word, stage: &mut Stage<'a>) -> Result<String, Refusal> {
        let path = self.word(word, stage)?;
        if path.is_empty() {
            return Err(Refusal::new("cannot normalize nothing", word.range));
        }
        // An absolute path stays as it is written.
        let is_absolute = path.starts_with('/');
        let path = if is_absolute { path } else { clean(&format!("/{}/{path}", stage.config.working_dir)) };
        stage.config.working_dir.clone_from(&path);
        Ok(path)
    }

    fn expose(&mut self, words: &[Word], stage: &Stage<'a>) -> Result<String, Refusal> {
        let mut out = "EXPOSE".to_owned();
        for word in words {
            let scope = Scope { env: &stage.config.env, args: &stage.args };
            let ports = self.expander.words(&word.text, &scope);
            for port in ports.map_err(|message| Refusal::new(message, word.range))? {
                check_port(&port).map_err(|message| Refusal::new(message, word.range))?;
                out.push_str(&[" ", &port].concat());
            }
        }
        Ok(out)
    }

    /// RUN: the command with its shell, and the build args that it gets.
    fn command(&self, it: &Instruction, command: &CommandLine, stage: &Stage<'a>) -> Result<Made, Refusal> {
        if let Some(flag) = it.flags.first() {
            return Err(refusal::needs_buildkit(&flag.name.text, flag.range));
        }
        let mut words = if command.exec { Vec::new() } else { shell(stage) };
        words.extend(command.words.iter().map(|word| word.text.clone()));
        let args = stage.args.of_run(&stage.config.env);
        let counted =
            || args.iter().filter(|arg| arg.2).map(|(name, value, _)| (name.clone(), value.clone())).collect();
        Ok(Made::Run { command: words, args: (!args.is_empty()).then(counted) })
    }
}

fn shell(stage: &Stage<'_>) -> Vec<String> {
    if stage.config.shell.is_empty() {
        return vec!["/bin/sh".to_owned(), "-c".to_owned()];
    }
    stage.config.shell.to_vec()
}

/// A command with its shell, each word quoted.
fn with_shell(command: &CommandLine, stage: &Stage<'_>) -> String {
    let mut out = String::new();
    if !command.exec && !command.words.is_empty() {
        shell(stage).iter().for_each(|word| out.push_str(&[&quoted(word), " "].concat()));
    }
    command.words.iter().for_each(|word| out.push_str(&[&quoted(&word.text), " "].concat()));
    out
}

fn healthcheck(check: &Healthcheck) -> String {
    match check {
        Healthcheck::None => "HEALTHCHECK NONE".to_owned(),
        Healthcheck::Command { command, interval, timeout, start_period, retries, .. } => {
            let words: Vec<String> = command.words.iter().map(|word| quoted(&word.text)).collect();
            let form = if command.exec { "CMD" } else { "CMD-SHELL" };
            format!("HEALTHCHECK {interval} {timeout} {start_period} {retries} {form} {}", words.join(" "))
        }
    }
}

/// Checks a port of EXPOSE. The messages were in capitals then.
fn check_port(port: &str) -> Result<(), String> {
    let number = port.rsplit(':').next().unwrap_or_default();
    if number.is_empty() || number.starts_with('/') {
        return Err(format!("No port specified: {port}<empty>"));
    }
    if let Some((before, proto)) = port.rsplit_once('/')
        && !before.contains('/')
        && !proto.is_empty()
        && port_parts(port).is_err()
    {
        return Err(format!("Invalid proto: {proto}"));
    }
    check_ports(port).map_err(|message| match message.strip_prefix("invalid IP address") {
        Some(rest) => format!("Invalid ip address{rest}"),
        None => message.replacen("invalid", "Invalid", 1),
    })
}

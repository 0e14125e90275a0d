//! The config of the image, each value with what set it.
//!
//! Goes through the instructions of the target and of the stages that it starts from once more, and
//! looks at nothing but what they set; the values are those of the config as resolved.

use std::collections::BTreeSet;

use crate::lookup::Lookup;
use crate::resolve::{Action, Command, CommandId, Stage, StageId, ports};
use crate::syntax::{InstructionKind, KeyValue, Parse, Word};
use crate::text::{TextRange, offset};

/// A value of an image's config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The field.
    pub field: Field,
    /// The variable, label, port or folder; empty for fields that are there once.
    pub key: String,
    /// The value: one for a variable or label, any number for commands, none for ports and volumes.
    /// A command without one was taken away, as an ENTRYPOINT does with an inherited CMD.
    pub values: Vec<String>,
    /// What set it.
    pub origin: Origin,
}

/// The fields of an image's config.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the field of its name in the image specification")]
pub enum Field {
    Env,
    Entrypoint,
    Cmd,
    WorkingDir,
    User,
    Shell,
    ExposedPorts,
    Volumes,
    Labels,
    Healthcheck,
    StopSignal,
    OnBuild,
}

impl Field {
    const ALL: [(Self, &'static str); 12] = [
        (Self::Env, "Env"),
        (Self::Entrypoint, "Entrypoint"),
        (Self::Cmd, "Cmd"),
        (Self::WorkingDir, "WorkingDir"),
        (Self::User, "User"),
        (Self::Shell, "Shell"),
        (Self::ExposedPorts, "ExposedPorts"),
        (Self::Volumes, "Volumes"),
        (Self::Labels, "Labels"),
        (Self::Healthcheck, "Healthcheck"),
        (Self::StopSignal, "StopSignal"),
        (Self::OnBuild, "OnBuild"),
    ];

    /// Its name in the image specification.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// What set a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An instruction of the file.
    Instruction(Place),
    /// The image outside the file that the target starts from.
    BaseImage,
    /// BuildKit, which always sets PATH, and `/` as the folder of what starts from nothing.
    BuildKit,
}

/// What set a value in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The stage: the target, or one that it starts from.
    pub stage: StageId,
    /// Its instruction.
    pub command: CommandId,
    /// The pair or word that gives the value, or the whole instruction where there is but one. For what
    /// an ONBUILD adds, this is in the ONBUILD.
    pub range: TextRange,
}

/// What an instruction says; for one that an ONBUILD adds, as written behind the ONBUILD.
pub(super) fn kind_of<'a>(parse: &'a Parse, command: &Command) -> Option<&'a InstructionKind> {
    match &parse.instruction(command.instruction)?.kind {
        InstructionKind::Onbuild(onbuild) if command.onbuild => Some(&onbuild.kind),
        kind => Some(kind),
    }
}

/// The config of the last stage of a chain in which each stage starts from the one before.
pub(super) fn settings(parse: &Parse, chain: &[&Stage], has_image: bool) -> Vec<Setting> {
    let mut origins = Origins { may_inherit_cmd: has_image, ..Origins::default() };
    for stage in chain {
        origins.on_build.clear();
        origins.has_cmd = false;
        for (number, command) in stage.commands.iter().enumerate() {
            let Some(it) = parse.instruction(command.instruction) else { continue };
            let place = Place { stage: stage.id, command: CommandId(offset(number)), range: it.range };
            origins.note(parse, command, place);
        }
    }
    let Some(target) = chain.last() else { return Vec::new() };
    Listing { origins, default: if has_image { Origin::BaseImage } else { Origin::BuildKit }, out: Vec::new() }
        .settings(target)
}

/// What set each value so far.
#[derive(Default)]
struct Origins {
    /// Those of the fields that have keys.
    keyed: Lookup<(u8, String), Place>,
    /// Those of the other fields, by their numbers.
    single: [Option<Place>; Field::ALL.len()],
    on_build: Vec<Place>,
    /// Whether this stage set CMD, so that a later ENTRYPOINT leaves it.
    has_cmd: bool,
    /// Whether there may be one that an ENTRYPOINT takes away.
    may_inherit_cmd: bool,
}

impl Origins {
    fn note(&mut self, parse: &Parse, command: &Command, place: Place) {
        let Some(kind) = kind_of(parse, command) else { return };
        match kind {
            InstructionKind::Env(pairs) => {
                for (index, (key, _)) in command.sets.iter().enumerate() {
                    self.key(Field::Env, key.clone(), Place { range: range_of_pair(pairs, index, place), ..place });
                }
            }
            InstructionKind::Label(pairs) => {
                for (key, index) in &command.entries {
                    let range = range_of_pair(pairs, *index as usize, place);
                    self.key(Field::Labels, key.clone(), Place { range, ..place });
                }
            }
            InstructionKind::Volume(words) => {
                for (folder, index) in &command.entries {
                    let range = range_of_word(words, *index, place);
                    self.key(Field::Volumes, folder.clone(), Place { range, ..place });
                }
            }
            InstructionKind::Expose(words) => {
                for (port, index) in &command.entries {
                    let range = range_of_word(words, *index, place);
                    for port in ports(port).unwrap_or_default() {
                        self.key(Field::ExposedPorts, port, Place { range, ..place });
                    }
                }
            }
            _ if command.action == Action::Failed => {}
            InstructionKind::Onbuild(_) => self.on_build.push(place),
            InstructionKind::Cmd(_) => {
                self.set(Field::Cmd, place);
                self.has_cmd = true;
                self.may_inherit_cmd = true;
            }
            InstructionKind::Entrypoint(_) => {
                self.set(Field::Entrypoint, place);
                if !self.has_cmd && self.may_inherit_cmd {
                    self.set(Field::Cmd, place);
                }
            }
            InstructionKind::Workdir(_) => self.set(Field::WorkingDir, place),
            InstructionKind::User(_) => self.set(Field::User, place),
            InstructionKind::Shell(_) => self.set(Field::Shell, place),
            InstructionKind::Healthcheck(_) => self.set(Field::Healthcheck, place),
            InstructionKind::Stopsignal(_) => self.set(Field::StopSignal, place),
            _ => {}
        }
    }

    fn set(&mut self, field: Field, place: Place) {
        self.single[field as usize] = Some(place);
    }

    fn key(&mut self, field: Field, key: String, place: Place) {
        self.keyed.insert((field as u8, key), place);
    }
}

fn range_of_pair(pairs: &[KeyValue], index: usize, place: Place) -> TextRange {
    pairs.get(index).map_or(place.range, |pair| pair.key.range.cover(pair.value.range))
}

fn range_of_word(words: &[Word], index: u32, place: Place) -> TextRange {
    words.get(index as usize).map_or(place.range, |word| word.range)
}

/// The values with what set them.
struct Listing {
    origins: Origins,
    /// What set those that no instruction did.
    default: Origin,
    out: Vec<Setting>,
}

impl Listing {
    fn settings(mut self, stage: &Stage) -> Vec<Setting> {
        let config = &*stage.config;
        for (name, value) in &config.env {
            self.keyed(Field::Env, name, Some(&**value));
        }
        self.command(Field::Entrypoint, config.entrypoint.as_deref());
        self.command(Field::Cmd, config.cmd.as_deref());
        self.text(Field::WorkingDir, &config.working_dir);
        self.text(Field::User, &config.user);
        self.command(Field::Shell, (!config.shell.is_empty()).then_some(&config.shell));
        self.keys(Field::ExposedPorts, &config.exposed_ports);
        self.keys(Field::Volumes, &config.volumes);
        for (name, value) in &config.labels {
            self.keyed(Field::Labels, name, Some(value.as_str()));
        }
        self.command(Field::Healthcheck, config.healthcheck.as_ref().map(|check| check.test.as_slice()));
        self.text(Field::StopSignal, &config.stop_signal);
        for (index, trigger) in config.on_build.iter().enumerate() {
            let origin = self.origins.on_build.get(index).map_or(self.default, |&place| Origin::Instruction(place));
            self.add(Field::OnBuild, "", vec![trigger.clone()], origin);
        }
        self.out
    }

    fn keys(&mut self, field: Field, keys: &BTreeSet<String>) {
        for key in keys {
            self.keyed(field, key, None);
        }
    }

    fn keyed(&mut self, field: Field, key: &str, value: Option<&str>) {
        let place = self.origins.keyed.get(&(field as u8, key.to_owned())).copied();
        self.add(
            field,
            key,
            value.map(str::to_owned).into_iter().collect(),
            place.map_or(self.default, Origin::Instruction),
        );
    }

    /// A field that is empty where nothing set it.
    fn text(&mut self, field: Field, value: &str) {
        let place = self.origins.single[field as usize];
        if place.is_some() || !value.is_empty() {
            self.add(field, "", vec![value.to_owned()], place.map_or(self.default, Origin::Instruction));
        }
    }

    /// A field that has several values, or none.
    fn command(&mut self, field: Field, values: Option<&[String]>) {
        let place = self.origins.single[field as usize];
        if place.is_some() || values.is_some() {
            let values = values.unwrap_or_default().to_vec();
            self.add(field, "", values, place.map_or(self.default, Origin::Instruction));
        }
    }

    fn add(&mut self, field: Field, key: &str, values: Vec<String>, origin: Origin) {
        self.out.push(Setting { field, key: key.to_owned(), values, origin });
    }
}

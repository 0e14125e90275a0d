//! What goes into a step's key besides what it reads.
//!
//! Follows `CacheMap` of BuildKit's `solver/llbsolver/ops`: for RUN the arguments, the whole environment in
//! its order, the folder, the user, the name of the host and the mounts, but no proxy, no path inside of a mounted
//! source and no id of a cache that has a name of its own; for COPY the actions, with the last part of each source
//! only. The paths of sources count with the input that they are taken from. Relies on [`values`](super::values):
//! two texts that mean the same are the same here.

use crate::lookup::Lookup;
use crate::plan::{Step, permissions};
use crate::resolve::{Copy, CopyPart, Environment, Mount, MountKind, Platform, Run, clean};

use super::super::wildcard::has_wildcard;
use super::files::{Files, TextId};
use super::values::{CacheId, Settings, cache_id, destination, mode, owner};
use super::wiring::{Part, Slot, Wired, Work};

/// Texts and numbers one behind the other, such that no two lists look the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Definition(pub(super) Vec<u8>);

impl Definition {
    pub(super) fn add(&mut self, text: &str) -> &mut Self {
        self.number(text.len()).0.extend_from_slice(text.as_bytes());
        self
    }

    fn number(&mut self, number: usize) -> &mut Self {
        self.0.extend_from_slice(&(number as u32).to_le_bytes());
        self
    }

    fn platform(&mut self, platform: &Platform) -> &mut Self {
        let Platform { os, os_version, architecture, variant } = platform;
        self.add(os).add(os_version).add(architecture).add(variant)
    }
}

/// Makes the definitions of steps.
#[derive(Clone, Debug, Default)]
pub(super) struct Definitions<'a> {
    /// The numbers of what steps do as a whole, which is long.
    details: Lookup<&'a str, usize>,
    environments: Lookup<Environment, usize>,
    /// The last one with its number, which is most often the next one, too.
    last: Option<(Environment, usize)>,
    /// The checksum that each address was first said to have.
    checksums: Lookup<String, String>,
    /// The numbers of all of them.
    known: Lookup<Box<[u8]>, TextId>,
    /// The room that they are made in.
    room: Definition,
}

impl<'a> Definitions<'a> {
    /// The definition of a step, as a text by its number. Equal ones do the same with equal inputs.
    pub(super) fn of(
        &mut self,
        files: &mut Files,
        step: &'a Step,
        wired: &Wired<'_>,
        settings: &Settings<'_>,
    ) -> TextId {
        let mut out = std::mem::take(&mut self.room);
        self.write(&mut out, step, wired, settings);
        let known = self.known.get(&*out.0).copied();
        let number = known.unwrap_or_else(|| *self.known.or_insert((&*out.0).into(), files.fresh()));
        out.0.clear();
        self.room = out;
        number
    }

    fn write(&mut self, out: &mut Definition, step: &'a Step, wired: &Wired<'_>, settings: &Settings<'_>) {
        out.add(step.op.name());
        match wired.work {
            Work::Run(run, platform) => self.run(out, run, platform, wired, step, settings),
            Work::Copy(copy) => of_copy(out, copy, wired, step),
            Work::Workdir(path, user) => drop(out.add(&clean(path)).add(&owner(user)).add(settings.epoch)),
            Work::Document { name, content, mode } => drop(out.add(name).add(content).add(mode)),
            Work::CacheFolder(mount) => of_permissions(out, mount, 0o755),
            Work::Image(platform) => drop(out.add(&step.detail).platform(platform)),
            Work::Remote(part) => self.remote(out, part),
            Work::Context | Work::Unknown => drop(out.add(&step.detail)),
            Work::Link => {}
        }
    }

    fn run(
        &mut self,
        out: &mut Definition,
        run: &Run,
        platform: &Platform,
        wired: &Wired<'_>,
        step: &'a Step,
        settings: &Settings<'_>,
    ) {
        out.number(self.detail(&step.detail)).number(self.environment(&run.env));
        out.add(&run.cwd).add(&run.user).add(settings.hostname);
        out.add(&run.network).add(&run.security).platform(platform);
        for slot in &wired.slots {
            out.number(index_of(slot, step));
            match slot.part {
                Part::Mounted(mount) => of_mount(out, mount, settings.namespace),
                _ => drop(out.add("/")),
            }
        }
        of_secrets(out, run);
    }

    /// What is known by what is downloaded (`CacheKey` of BuildKit's `source/http`), which is taken to be as before.
    /// The checksum does not count by itself, but two of them are those of two contents.
    fn remote(&mut self, out: &mut Definition, part: &CopyPart) {
        match part {
            CopyPart::Http { url, filename, checksum, .. } => {
                out.add(url).add(filename);
                let known = self.checksums.or_insert(url.clone(), checksum.clone());
                if known.is_empty() {
                    known.clone_from(checksum);
                }
                out.add(if checksum.is_empty() || checksum == known { "" } else { checksum });
            }
            CopyPart::Git { url, options } => drop(out.add(url).add(options)),
            CopyPart::Path { .. } | CopyPart::Document { .. } => {}
        }
    }

    /// The number of what a step does; equal ones have the same.
    fn detail(&mut self, detail: &'a str) -> usize {
        let next = self.details.len();
        *self.details.or_insert(detail, next)
    }

    /// The number of an environment; equal ones have the same.
    fn environment(&mut self, environment: &Environment) -> usize {
        if let Some((last, number)) = &self.last
            && last == environment
        {
            return *number;
        }
        let next = self.environments.len();
        let number = *self.environments.or_insert(environment.clone(), next);
        self.last = Some((environment.clone(), number));
        number
    }
}

/// Which input of its step a source is, from one; nought where it is none.
fn index_of(slot: &Slot<'_>, step: &Step) -> usize {
    let index = slot.step.and_then(|source| step.inputs.iter().position(|&input| input == source));
    index.map_or(0, |index| index + 1)
}

/// A mount that shows files, or a place in memory.
pub(super) fn of_mount(out: &mut Definition, mount: &Mount, namespace: &str) {
    let Mount { kind, target, readonly, size, .. } = mount;
    out.add(kind.name()).add(target).number(usize::from(*readonly));
    match kind {
        MountKind::Cache => match cache_id(mount, namespace) {
            CacheId::Nothing => drop(out.number(0)),
            CacheId::Place => drop(out.number(1)),
            CacheId::Before(text) => drop(out.number(2).add(text)),
        },
        MountKind::Tmpfs => drop(out.add(&size.to_string())),
        MountKind::Bind | MountKind::Secret | MountKind::Ssh => {}
    }
}

/// Secrets and SSH agents: first the variables, then the files, then the sockets, each in the order in which they are
/// written. A secret that is only put in a variable has neither place nor mode.
fn of_secrets(out: &mut Definition, run: &Run) {
    let of_kind = |kind| run.mounts.iter().filter(move |mount| mount.kind == kind);
    for mount in of_kind(MountKind::Secret) {
        of_secret_variable(out, mount);
    }
    for mount in of_kind(MountKind::Secret) {
        of_secret_file(out, mount);
    }
    for (index, mount) in of_kind(MountKind::Ssh).enumerate() {
        of_socket(out, mount, index);
    }
}

pub(super) fn of_secret_variable(out: &mut Definition, mount: &Mount) {
    if let Some(name) = &mount.env {
        out.add("env").add(&mount.id).add(name).number(usize::from(mount.required));
    }
}

pub(super) fn of_secret_file(out: &mut Definition, mount: &Mount) {
    if !mount.target.is_empty() {
        out.add("secret").add(&mount.id).add(&mount.target).number(usize::from(mount.required));
        of_permissions(out, mount, 0o400);
    }
}

pub(super) fn of_socket(out: &mut Definition, mount: &Mount, index: usize) {
    let place = format!("/run/buildkit/ssh_agent.{index}");
    let target = if mount.target.is_empty() { &place } else { &mount.target };
    out.add("ssh").add(&mount.id).add(target).number(usize::from(mount.required));
    of_permissions(out, mount, 0o600);
}

fn of_permissions(out: &mut Definition, mount: &Mount, default_mode: u64) {
    for number in permissions(mount, default_mode) {
        out.number(number as usize);
    }
}

fn of_copy(out: &mut Definition, copy: &Copy, wired: &Wired<'_>, step: &Step) {
    out.add(&destination(&copy.destination)).add(&owner(&copy.chown)).add(&mode(&copy.chmod));
    out.number(copy.exclude.len());
    for pattern in &copy.exclude {
        out.add(pattern);
    }
    for slot in &wired.slots {
        out.number(index_of(slot, step));
        match slot.part {
            Part::Copied(part) => of_part(out, part, false),
            Part::Own | Part::Mounted(_) | Part::Script => drop(out.add("/")),
        }
    }
}

/// A source of COPY. The folder that it lies in does not count for the key, only what is in it; it is told where
/// `is_whole`.
pub(super) fn of_part(out: &mut Definition, part: &CopyPart, is_whole: bool) {
    match part {
        CopyPart::Path { path, parents, unpack } => {
            let path = clean(path);
            let name = if is_whole { &path } else { path.rsplit('/').next().unwrap_or(&path) };
            out.add(name).number(usize::from(*unpack));
            if let Some(pattern) = parents {
                out.add(pattern);
                // A path that has to be there counts with all of its folders.
                if !has_wildcard(&path) && !has_wildcard(pattern) {
                    out.add(&clean(&[&path, "/", pattern].concat()));
                }
            }
        }
        CopyPart::Http { url, filename, unpack, .. } => {
            out.add(if is_whole { url } else { filename }).number(usize::from(*unpack));
        }
        CopyPart::Document { name, .. } => drop(out.add(name)),
        CopyPart::Git { url, options } if is_whole => drop(out.add(url).add(options)),
        CopyPart::Git { .. } => drop(out.add("/")),
    }
}

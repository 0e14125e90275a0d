//! What goes into a step's key besides what it reads, and in what two steps differ.
//!
//! Follows `CacheMap` of BuildKit's `solver/llbsolver/ops`: for RUN the arguments, the whole environment in
//! its order, the folder, the user and the mounts, but no proxy, no path inside of a mounted source and no id
//! of a cache that has a name of its own; for COPY the actions, with the last part of each source only. The
//! paths of sources count with the input that they are taken from.

use std::hash::Hash;

use crate::lookup::Lookup;
use crate::plan::Step;
use crate::resolve::{Copy, CopyPart, Environment, Mount, MountKind, Platform, Run};

use super::wiring::{Part, Slot, Wired, Work};

/// In what a step differs from the one that it was before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// There was no such step.
    New,
    /// The command, or the sources or the destination of a COPY, or the path of a WORKDIR.
    Text,
    /// The shell that runs the command.
    Shell,
    /// A variable: one more, one less, or another value.
    Variable(String),
    /// The order of the variables.
    VariableOrder,
    /// The working directory that a command runs in.
    Folder,
    /// The user that a command runs as, or that a folder belongs to.
    User,
    /// A mount, by the place where it appears.
    Mount(String),
    /// `--network`, `--security`, `--chown`, `--chmod`, `--exclude`, `--parents`, `--link`, or `--unpack`.
    Flag(&'static str),
    /// The text of a here-document.
    Document(String),
    /// The image, or the address.
    Source,
    /// The platform.
    Platform,
}

/// Texts one behind the other, such that no two lists look the same.
#[derive(Default)]
struct Definition(String);

impl Definition {
    fn add(&mut self, text: &str) -> &mut Self {
        self.number(text.len()).0.push_str(text);
        self
    }

    /// A number, in three characters, which is shorter than in digits.
    fn number(&mut self, number: usize) -> &mut Self {
        const BITS: u32 = 15;
        for place in 0..3 {
            let part = (number >> (place * BITS)) as u32 & ((1 << BITS) - 1);
            self.0.push(char::from_u32(part).unwrap_or_default());
        }
        self
    }

    fn platform(&mut self, platform: &Platform) -> &mut Self {
        let Platform { os, os_version, architecture, variant } = platform;
        self.add(os).add(os_version).add(architecture).add(variant)
    }
}

/// Makes the definitions of steps.
#[derive(Clone, Debug, Default)]
pub(super) struct Definitions {
    environments: Lookup<Environment, usize>,
    /// The last one with its number, which is most often the next one, too.
    last: Option<(Environment, usize)>,
}

impl Definitions {
    /// The definition of a step. Equal ones do the same with equal inputs.
    pub(super) fn of(&mut self, step: &Step, wired: &Wired<'_>, epoch: &str) -> String {
        let mut out = Definition(String::with_capacity(step.detail.len() + 128));
        out.add(step.op.name());
        match wired.work {
            Work::Run(run, platform) => self.run(&mut out, run, platform, wired, step),
            Work::Copy(copy) => of_copy(&mut out, copy, wired, step, epoch),
            Work::Workdir(path, owner) => drop(out.add(path).add(owner).add(epoch)),
            Work::Document(name, content) => drop(out.add(name).add(content)),
            Work::CacheFolder(mount) => drop(out.add(&format!("{:?}", mount.permissions))),
            Work::Image(platform) => drop(out.add(&step.detail).platform(platform)),
            Work::Remote(part) => drop(out.add(&format!("{part:?}"))),
            Work::Context | Work::Unknown => drop(out.add(&step.detail)),
            Work::Link => {}
        }
        out.0
    }

    fn run(&mut self, out: &mut Definition, run: &Run, platform: &Platform, wired: &Wired<'_>, step: &Step) {
        out.add(&step.detail).number(self.environment(&run.env));
        out.add(&run.cwd).add(&run.user).add(&run.network).add(&run.security).platform(platform);
        for slot in &wired.slots {
            out.number(index_of(slot, step));
            match slot.part {
                Part::Mounted(mount) => of_mount(out, mount),
                _ => drop(out.add("/")),
            }
        }
        for mount in run.mounts.iter().filter(|mount| matches!(mount.kind, MountKind::Secret | MountKind::Ssh)) {
            of_mount(out, mount);
        }
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

fn of_mount(out: &mut Definition, mount: &Mount) {
    let Mount { kind, target, readonly, id, sharing, required, size, env, permissions, .. } = mount;
    out.add(kind.name()).add(target);
    match kind {
        MountKind::Bind => drop(out.add(&readonly.to_string())),
        MountKind::Cache => {
            // Only the id that a cache has by itself counts; of others BuildKit takes the id away.
            let is_plain = id == target && matches!(sharing.as_str(), "" | "shared");
            out.add(&readonly.to_string()).add(if is_plain { id } else { "" });
        }
        MountKind::Tmpfs => drop(out.add(&readonly.to_string()).add(&size.to_string())),
        MountKind::Secret | MountKind::Ssh => {
            out.add(id).add(&required.to_string()).add(&format!("{env:?} {permissions:?}"));
        }
    }
}

fn of_copy(out: &mut Definition, copy: &Copy, wired: &Wired<'_>, step: &Step, epoch: &str) {
    out.add(&copy.destination).add(&copy.chown).add(&copy.chmod).add(epoch);
    for pattern in &copy.exclude {
        out.add(pattern);
    }
    for slot in &wired.slots {
        out.number(index_of(slot, step));
        match slot.part {
            Part::Copied(CopyPart::Path { path, parents, unpack }) => {
                // The folder of the source does not count, only what is in it.
                let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                out.add(name).add(parents.as_deref().unwrap_or("/")).add(&unpack.to_string());
            }
            Part::Copied(CopyPart::Http { filename, unpack, .. }) => drop(out.add(filename).add(&unpack.to_string())),
            Part::Copied(CopyPart::Document { name, .. }) => drop(out.add(name)),
            Part::Copied(CopyPart::Git { .. }) | Part::Own | Part::Mounted(_) | Part::Script => drop(out.add("/")),
        }
    }
}

/// In what a step differs from the one that it was before. Empty where it reads other things alone.
pub(super) fn differences(old: (&Step, &Wired<'_>), new: (&Step, &Wired<'_>)) -> Vec<Difference> {
    let mut out = Vec::new();
    match (old.1.work, new.1.work) {
        (Work::Run(old, old_platform), Work::Run(new, new_platform)) => {
            of_runs(&mut out, old, new);
            note(&mut out, old_platform != new_platform, || Difference::Platform);
        }
        (Work::Copy(old), Work::Copy(new)) => of_copies(&mut out, old, new),
        (Work::Workdir(old, old_owner), Work::Workdir(new, new_owner)) => {
            note(&mut out, old != new, || Difference::Text);
            note(&mut out, old_owner != new_owner, || Difference::User);
        }
        (Work::Document(old_name, old), Work::Document(name, new)) => {
            note(&mut out, old != new || old_name != name, || Difference::Document(name.to_owned()));
        }
        (Work::Image(old_platform), Work::Image(new_platform)) => {
            note(&mut out, old.0.detail != new.0.detail, || Difference::Source);
            note(&mut out, old_platform != new_platform, || Difference::Platform);
        }
        (Work::CacheFolder(old), Work::CacheFolder(new)) => {
            note(&mut out, old.permissions != new.permissions, || Difference::Mount(new.target.clone()));
        }
        (Work::Remote(old), Work::Remote(new)) => note(&mut out, old != new, || Difference::Source),
        (Work::Link, Work::Link) | (Work::Context, Work::Context) => {}
        _ => out.push(Difference::New),
    }
    out
}

fn note(out: &mut Vec<Difference>, is_other: bool, difference: impl FnOnce() -> Difference) {
    if is_other {
        out.push(difference());
    }
}

fn of_runs(out: &mut Vec<Difference>, old: &Run, new: &Run) {
    let is_same_command = old.args.last() == new.args.last() && old.script == new.script;
    let of_args = if is_same_command { Difference::Shell } else { Difference::Text };
    note(out, old.args != new.args || old.script != new.script, || of_args);
    variables(out, &old.env, &new.env);
    note(out, old.cwd != new.cwd, || Difference::Folder);
    note(out, old.user != new.user, || Difference::User);
    note(out, old.network != new.network, || Difference::Flag("--network"));
    note(out, old.security != new.security, || Difference::Flag("--security"));
    let mounts = |run: &Run| known(run.mounts.iter().map(counted));
    let mut targets: Lookup<&str, ()> = Lookup::default();
    for (one, other) in [(new, mounts(old)), (old, mounts(new))] {
        for mount in one.mounts.iter().filter(|mount| other.get(counted(mount).as_str()).is_none()) {
            targets.add(&mount.target);
        }
    }
    out.extend(targets.keys().map(|&target| Difference::Mount(target.to_owned())));
}

/// What of a mount counts, the path that it shows included.
fn counted(mount: &Mount) -> String {
    let mut out = Definition::default();
    of_mount(&mut out, mount);
    if mount.kind == MountKind::Bind {
        out.add(&mount.source);
    }
    out.0
}

fn variables(out: &mut Vec<Difference>, old: &Environment, new: &Environment) {
    use crate::syntax::Variables as _;
    // What both begin and end with is the same, however much it is.
    let shorter = old.n_variables().min(new.n_variables());
    let start = old.pairs().zip(new.pairs()).take_while(|(old, new)| old == new).count();
    let end =
        old.pairs().rev().zip(new.pairs().rev()).take(shorter - start).take_while(|(old, new)| old == new).count();
    let middle = |environment: &Environment| environment.n_variables() - start - end;
    if middle(old) == 0 && middle(new) == 0 {
        return;
    }
    let before = out.len();
    for (name, value) in new.pairs().skip(start).take(middle(new)) {
        note(out, old.get(name) != Some(value), || Difference::Variable(name.to_owned()));
    }
    for (name, _) in old.pairs().skip(start).take(middle(old)) {
        note(out, new.get(name).is_none(), || Difference::Variable(name.to_owned()));
    }
    note(out, out.len() == before, || Difference::VariableOrder);
}

fn of_copies(out: &mut Vec<Difference>, old: &Copy, new: &Copy) {
    let is_text = |part: &&CopyPart| !matches!(part, CopyPart::Document { .. });
    let texts = |copy: &Copy| copy.parts.iter().filter(is_text).cloned().collect::<Vec<_>>();
    note(out, old.destination != new.destination || texts(old) != texts(new), || Difference::Text);
    note(out, old.chown != new.chown, || Difference::Flag("--chown"));
    note(out, old.chmod != new.chmod, || Difference::Flag("--chmod"));
    note(out, old.exclude != new.exclude, || Difference::Flag("--exclude"));
    note(out, old.link != new.link, || Difference::Flag("--link"));
    let (before, after) = (documents(old), documents(new));
    let was = known(before.iter().copied());
    note_documents(out, after.iter().filter(|document| was.get(*document).is_none()));
    let names = known(after.iter().map(|&(name, _)| name));
    note_documents(out, before.iter().filter(|(name, _)| names.get(name).is_none()));
}

/// The here-documents of a COPY, with their names.
fn documents(copy: &Copy) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    for part in &copy.parts {
        if let CopyPart::Document { name, content } = part {
            out.push((name.as_str(), content.as_str()));
        }
    }
    out
}

fn note_documents<'a>(out: &mut Vec<Difference>, documents: impl Iterator<Item = &'a (&'a str, &'a str)>) {
    out.extend(documents.map(|(name, _)| Difference::Document((*name).to_owned())));
}

fn known<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> Lookup<K, ()> {
    let mut out = Lookup::default();
    for key in keys {
        out.add(key);
    }
    out
}

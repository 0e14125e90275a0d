//! What goes into a step's key besides what it reads, and in what two steps differ.
//!
//! Follows `CacheMap` of BuildKit's `solver/llbsolver/ops`: for RUN the arguments, the whole environment in
//! its order, the folder, the user, the name of the host and the mounts, but no proxy, no path inside of a mounted
//! source and no id of a cache that has a name of its own; for COPY the actions, with the last part of each source
//! only. The paths of sources count with the input that they are taken from. Relies on [`values`](super::values):
//! two texts that mean the same are the same here.

use std::hash::Hash;

use crate::lookup::Lookup;
use crate::plan::{Step, permissions};
use crate::resolve::{Copy, CopyPart, Environment, Mount, MountKind, Platform, Run, clean};

use super::super::ignored::has_wildcard;
use super::values::{EPOCH, HOSTNAME, Settings, cache_id, destination, mode, owner};
use super::wiring::{Part, Slot, Wired, Work, shown};

/// In what a step differs from the one that it was before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// There was no such step.
    New,
    /// It stood elsewhere among the instructions.
    Moved,
    /// The command, or the sources or the destination of a COPY, or the path of a WORKDIR.
    Text,
    /// The shell that runs the command.
    Shell,
    /// A variable, or a build arg that BuildKit itself reads: one more, one less, or another value.
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
    /// The checksum that each address was first said to have.
    checksums: Lookup<String, String>,
}

impl Definitions {
    /// The definition of a step. Equal ones do the same with equal inputs.
    pub(super) fn of(&mut self, step: &Step, wired: &Wired<'_>, settings: &Settings<'_>) -> String {
        let mut out = Definition(String::with_capacity(step.detail.len() + 128));
        out.add(step.op.name());
        match wired.work {
            Work::Run(run, platform) => self.run(&mut out, run, platform, wired, step, settings),
            Work::Copy(copy) => of_copy(&mut out, copy, wired, step),
            Work::Workdir(path, user) => drop(out.add(&clean(path)).add(&owner(user)).add(settings.epoch)),
            Work::Document { name, content, mode } => drop(out.add(name).add(content).add(mode)),
            Work::CacheFolder(mount) => of_permissions(&mut out, mount, 0o755),
            Work::Image(platform) => drop(out.add(&step.detail).platform(platform)),
            Work::Remote(part) => self.remote(&mut out, part),
            Work::Context | Work::Unknown => drop(out.add(&step.detail)),
            Work::Link => {}
        }
        out.0
    }

    fn run(
        &mut self,
        out: &mut Definition,
        run: &Run,
        platform: &Platform,
        wired: &Wired<'_>,
        step: &Step,
        settings: &Settings<'_>,
    ) {
        out.add(&step.detail).number(self.environment(&run.env));
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

    /// What is known by what is downloaded (`CacheKey` of BuildKit's `source/http`), which is taken to be as before. The
    /// checksum does not count by itself, but two of them are those of two contents.
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
fn of_mount(out: &mut Definition, mount: &Mount, namespace: &str) {
    let Mount { kind, target, readonly, size, .. } = mount;
    out.add(kind.name()).add(target).number(usize::from(*readonly));
    match kind {
        MountKind::Cache => drop(out.add(&cache_id(mount, namespace).unwrap_or_default())),
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

fn of_secret_variable(out: &mut Definition, mount: &Mount) {
    if let Some(name) = &mount.env {
        out.add("env").add(&mount.id).add(name).number(usize::from(mount.required));
    }
}

fn of_secret_file(out: &mut Definition, mount: &Mount) {
    if !mount.target.is_empty() {
        out.add("secret").add(&mount.id).add(&mount.target).number(usize::from(mount.required));
        of_permissions(out, mount, 0o400);
    }
}

fn of_socket(out: &mut Definition, mount: &Mount, index: usize) {
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
fn of_part(out: &mut Definition, part: &CopyPart, is_whole: bool) {
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

/// A step with its sources, and what its build is given.
pub(super) type Defined<'a> = (&'a Step, &'a Wired<'a>, &'a Settings<'a>);

/// In what a step differs from the one that it was before. Empty where it reads other things alone.
pub(super) fn differences(old: Defined<'_>, new: Defined<'_>) -> Vec<Difference> {
    let mut out = Vec::new();
    let settings = (old.2, new.2);
    match (old.1.work, new.1.work) {
        (Work::Run(old, old_platform), Work::Run(new, new_platform)) => {
            of_runs(&mut out, (old, settings.0), (new, settings.1));
            note(&mut out, old_platform != new_platform, || Difference::Platform);
        }
        (Work::Copy(old), Work::Copy(new)) => of_copies(&mut out, old, new),
        (Work::Workdir(old, old_user), Work::Workdir(new, new_user)) => {
            note(&mut out, clean(old) != clean(new), || Difference::Text);
            note(&mut out, owner(old_user) != owner(new_user), || Difference::User);
            note(&mut out, settings.0.epoch != settings.1.epoch, || Difference::Variable(EPOCH.to_owned()));
        }
        (Work::Document { name: old_name, content: old, .. }, Work::Document { name, content: new, .. }) => {
            note(&mut out, old != new || old_name != name, || Difference::Document(name.to_owned()));
        }
        (Work::Image(old_platform), Work::Image(new_platform)) => {
            note(&mut out, old.0.detail != new.0.detail, || Difference::Source);
            note(&mut out, old_platform != new_platform, || Difference::Platform);
        }
        (Work::CacheFolder(old), Work::CacheFolder(new)) => {
            let is_other = permissions(old, 0o755) != permissions(new, 0o755);
            note(&mut out, is_other, || Difference::Mount(new.target.clone()));
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

fn of_runs(out: &mut Vec<Difference>, (old, before): (&Run, &Settings<'_>), (new, after): (&Run, &Settings<'_>)) {
    let is_same_command = old.args.last() == new.args.last() && old.script == new.script;
    let of_args = if is_same_command { Difference::Shell } else { Difference::Text };
    note(out, old.args != new.args || old.script != new.script, || of_args);
    variables(out, &old.env, &new.env);
    note(out, before.hostname != after.hostname, || Difference::Variable(HOSTNAME.to_owned()));
    note(out, old.cwd != new.cwd, || Difference::Folder);
    note(out, old.user != new.user, || Difference::User);
    note(out, old.network != new.network, || Difference::Flag("--network"));
    note(out, old.security != new.security, || Difference::Flag("--security"));
    let mounts = |run: &Run, settings: &Settings<'_>| known(counted(run, settings).into_iter().map(|(_, it)| it));
    let mut targets: Lookup<&str, ()> = Lookup::default();
    let (was, is) = (mounts(old, before), mounts(new, after));
    for (one, settings, other) in [(new, after, &was), (old, before, &is)] {
        for (mount, _) in counted(one, settings).iter().filter(|(_, definition)| other.get(definition).is_none()) {
            let name = if mount.target.is_empty() { mount.env.as_ref().unwrap_or(&mount.id) } else { &mount.target };
            targets.add(name);
        }
    }
    out.extend(targets.keys().map(|&target| Difference::Mount(target.to_owned())));
}

/// What of each mount counts, the path that it shows included.
fn counted<'a>(run: &'a Run, settings: &Settings<'_>) -> Vec<(&'a Mount, String)> {
    let mut n_sockets = 0;
    let mut definitions = Vec::with_capacity(run.mounts.len());
    for mount in &run.mounts {
        let mut out = Definition::default();
        match mount.kind {
            MountKind::Secret => {
                of_secret_variable(&mut out, mount);
                of_secret_file(&mut out, mount);
            }
            MountKind::Ssh => {
                of_socket(&mut out, mount, n_sockets);
                n_sockets += 1;
            }
            MountKind::Bind | MountKind::Cache | MountKind::Tmpfs => {
                of_mount(&mut out, mount, settings.namespace);
                out.add(&shown(mount));
            }
        }
        definitions.push((mount, out.0));
    }
    definitions
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
    note(out, texts(old) != texts(new), || Difference::Text);
    note(out, owner(&old.chown) != owner(&new.chown), || Difference::Flag("--chown"));
    note(out, mode(&old.chmod) != mode(&new.chmod), || Difference::Flag("--chmod"));
    note(out, old.exclude != new.exclude, || Difference::Flag("--exclude"));
    note(out, old.link != new.link, || Difference::Flag("--link"));
    let (before, after) = (documents(old), documents(new));
    let was = known(before.iter().copied());
    note_documents(out, after.iter().filter(|document| was.get(*document).is_none()));
    let names = known(after.iter().map(|&(name, _)| name));
    note_documents(out, before.iter().filter(|(name, _)| names.get(name).is_none()));
}

/// What a COPY takes, here-documents apart, and where to.
fn texts(copy: &Copy) -> String {
    let mut out = Definition::default();
    out.add(&destination(&copy.destination));
    for part in copy.parts.iter().filter(|part| !matches!(part, CopyPart::Document { .. })) {
        of_part(&mut out, part, true);
    }
    out.0
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

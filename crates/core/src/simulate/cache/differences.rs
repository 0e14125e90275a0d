//! In what two steps differ: what is told as the cause.
//!
//! Relies on [`definition`](super::definition) for what of an instruction counts; how it is said is left to others.

use std::hash::Hash;

use crate::lookup::Lookup;
use crate::plan::{Step, permissions};
use crate::resolve::{Copy, CopyPart, Environment, Mount, MountKind, Run, clean};

use super::definition::{Definition, of_mount, of_part, of_secret_file, of_secret_variable, of_socket};
use super::values::{EPOCH, HOSTNAME, Settings, destination, mode, owner};
use super::wiring::{Wired, Work};

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
    if old.mounts == new.mounts && before.namespace == after.namespace {
        return;
    }
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
fn counted<'a>(run: &'a Run, settings: &Settings<'_>) -> Vec<(&'a Mount, Vec<u8>)> {
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
                out.add(&mount.shown());
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
    let is_same = old.parts == new.parts && old.destination == new.destination;
    note(out, !is_same && texts(old) != texts(new), || Difference::Text);
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
fn texts(copy: &Copy) -> Vec<u8> {
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

//! The files that a step leaves behind when it runs.
//!
//! Follows the copying of BuildKit (`solver/llbsolver/file`, `fsutil/copy`) as far as names go: what a source
//! gives is called below the destination as it is in the source, and a single file as the destination, unless
//! that is a folder.

use std::rc::Rc;

use crate::plan::StepId;
use crate::resolve::{Copy, CopyPart};

use super::super::context::shortened;
use super::Effects;
use super::files::{Files, Item, LayerId, PLAIN, Sheet, TextId, Thing, joined};
use super::reads::{Given, Source};
use super::solver::Round;
use super::wiring::{Part, Wired, Work};

/// The files after a step.
pub(super) fn carried_out(files: &mut Files, round: &Round<'_>, id: StepId) -> Option<LayerId> {
    let (step, wired) = (round.step(id), round.wired(id));
    let own = wired.slots.iter().find(|slot| matches!(slot.part, Part::Own)).and_then(|slot| slot.step);
    let below = round.layer(own);
    let items = match wired.work {
        Work::Run(..) => return Some(of_run(files, round, id, below)),
        Work::Link => {
            let upper = round.layer(wired.slots.get(1).and_then(|slot| slot.step))?;
            return Some(files.laid_upon(below, upper));
        }
        Work::Copy(copy) => {
            let sheets = of_copy(files, round, copy, wired, below);
            return Some(files.layer(below, sheets));
        }
        Work::Workdir(path, owner) => {
            let owner = files.text(owner_of(owner));
            vec![Item { path: shortened(path).into(), thing: Thing::Folder(owner) }]
        }
        Work::CacheFolder(mount) => {
            let permissions = files.text(&format!("folder {:?}", mount.permissions));
            vec![Item { path: "cache".into(), thing: Thing::Folder(permissions) }]
        }
        Work::Document(name, content) => vec![Item { path: shortened(name).into(), thing: files.file(content) }],
        Work::Remote(part) => {
            let of = files.text(&format!("remote {part:?}"));
            match part {
                CopyPart::Http { filename, .. } => {
                    vec![Item { path: shortened(filename).into(), thing: Thing::File(of) }]
                }
                _ => vec![unknown(of, "", false)],
            }
        }
        Work::Image(platform) => {
            let of = files.text(&format!("image {} {}", step.detail, platform.format_all()));
            vec![unknown(of, "", false)]
        }
        Work::Context | Work::Unknown => Vec::new(),
    };
    Some(files.layer(below, vec![Sheet::of(items)]))
}

/// Files that are not known, at a path where they are and in what they are of.
fn unknown(of: TextId, path: &str, is_assumed: bool) -> Item {
    let path: Rc<str> = shortened(path).into();
    Item { thing: Thing::Unknown { of, inside: Rc::clone(&path), is_assumed }, path }
}

fn of_run(files: &mut Files, round: &Round<'_>, id: StepId, below: Option<LayerId>) -> LayerId {
    if *round.effects[id.0 as usize] == Effects::Everything {
        // Whatever was there before may be gone.
        let of = files.fresh();
        return files.layer(None, vec![Sheet::of(vec![unknown(of, "", true)])]);
    }
    // What it always writes in the same way is that of the step that it was.
    let was = round.before.and_then(|before| before.was[id.0 as usize]);
    let (of, same) = match (round.before.is_some(), was) {
        (false, _) => (format!("first run {}", id.0), format!("same {}", id.0)),
        (true, Some(was)) => (format!("second run {}", id.0), format!("same {}", was.0)),
        (true, None) => (format!("second run {}", id.0), format!("new {}", id.0)),
    };
    let (of, same) = (files.text(&of), files.text(&same));
    let mut items = Vec::new();
    if let Effects::Below(paths) = round.effects[id.0 as usize] {
        items.extend(paths.iter().map(|path| unknown(of, path, true)));
    }
    files.with_same(below, vec![Sheet::of(items)], same)
}

/// Root owns what has no other owner.
fn owner_of(user: &str) -> &str {
    if matches!(user, "0" | "root" | "0:0" | "root:root") { "" } else { user }
}

fn of_copy(files: &mut Files, round: &Round<'_>, copy: &Copy, wired: &Wired<'_>, below: Option<LayerId>) -> Vec<Sheet> {
    let mut given = Vec::new();
    // What is copied last lies on top.
    for slot in wired.slots.iter().rev() {
        let Part::Copied(part) = slot.part else { continue };
        let exclude = if matches!(part, CopyPart::Path { .. }) { copy.exclude.as_slice() } else { &[] };
        let source = Source::of_part(part, exclude);
        let unpacks = matches!(part, CopyPart::Path { unpack: true, .. } | CopyPart::Http { unpack: true, .. });
        if let Ok(found) = source.given(files, round.layer(slot.step)) {
            given.push((found, unpacks, source.pattern()));
        }
    }
    let destination = shortened(&copy.destination);
    let is_named_folder = copy.destination.ends_with('/') || copy.destination.ends_with("/.");
    let has_file = given.iter().any(|(given, ..)| given.is_source.contains(&true));
    let is_folder = is_named_folder
        // One that is there already takes files, too, as far as that is known.
        || has_file && files.is_folder(below, &destination);
    let target = Target { destination: destination.into(), is_folder, attributes: attributes(copy) };
    given.iter().map(|(given, unpacks, pattern)| target.put(files, given, *unpacks, pattern)).collect()
}

/// Where a COPY puts what it takes.
struct Target {
    destination: Rc<str>,
    is_folder: bool,
    /// `--chown` and `--chmod`, where they change anything.
    attributes: String,
}

fn attributes(copy: &Copy) -> String {
    match (owner_of(&copy.chown), copy.chmod.as_str()) {
        ("", "") => String::new(),
        (owner, mode) => format!("{owner} {mode}"),
    }
}

impl Target {
    fn put(&self, files: &mut Files, given: &Given, unpacks: bool, pattern: &str) -> Sheet {
        if self.attributes.is_empty() && pattern.is_empty() && given.is_source.is_empty() {
            return Sheet { folder: Rc::clone(&self.destination), items: given.named.clone() };
        }
        let named = given.named.list();
        files.saw(named.len());
        if files.left() < named.len() {
            let value = given.number(files);
            let of = files.text(&format!("{value:?} with {} of {pattern}", self.attributes));
            return Sheet::of(vec![unknown(of, &self.destination, false)]);
        }
        let mut items = Vec::with_capacity(named.len());
        for (index, Item { path, thing }) in named.iter().enumerate() {
            let is_source = given.is_source.get(index).copied().unwrap_or(false);
            let thing = self.changed(files, thing.clone(), pattern);
            items.push(match thing {
                Thing::File(of) if unpacks && is_source && is_archive(path) => {
                    let thing = Thing::Unknown { of, inside: Rc::default(), is_assumed: false };
                    Item { path: Rc::clone(&self.destination), thing }
                }
                thing if is_source && !self.is_folder => Item { path: Rc::clone(&self.destination), thing },
                thing => Item { path: joined(&self.destination, path), thing },
            });
        }
        Sheet::of(items)
    }

    /// A thing as the COPY leaves it.
    fn changed(&self, files: &mut Files, thing: Thing, pattern: &str) -> Thing {
        let mut with = |of: TextId, more: &str| {
            if self.attributes.is_empty() && more.is_empty() {
                return of;
            }
            files.text(&format!("{of:?} with {} of {more}", self.attributes))
        };
        match thing {
            Thing::File(of) => Thing::File(with(of, "")),
            Thing::Folder(PLAIN) if self.attributes.is_empty() => Thing::Folder(PLAIN),
            Thing::Folder(of) => Thing::Folder(with(of, "")),
            Thing::Unknown { of, inside, is_assumed } => Thing::Unknown { of: with(of, pattern), inside, is_assumed },
        }
    }
}

/// Whether ADD unpacks a file of this name.
fn is_archive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    const ENDS: [&str; 9] = [".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst", ".tzst"];
    ENDS.iter().any(|end| name.ends_with(end))
}

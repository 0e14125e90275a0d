//! The files that a step leaves behind when it runs.
//!
//! Follows the copying of BuildKit (`solver/llbsolver/file`, `fsutil/copy`) as far as names go: what a source
//! gives is called below the destination as it is in the source, and a single file as the destination, unless
//! that is a folder. Folders that have to be made belong to whom the files are given.

use std::rc::Rc;

use crate::lookup::Lookup;
use crate::plan::{StepId, permissions};
use crate::resolve::{Copy, CopyPart, Mount, Run};

use super::super::context::shortened;
use super::Effects;
use super::files::{Files, Item, LayerId, PLAIN, Sheet, TextId, Thing, folders_above, is_inside, joined};
use super::name::Name;
use super::solver::Round;
use super::sources::{Given, Source};
use super::values::{belongs_to, mode, octal};
use super::wiring::{Part, Slot, Wired, Work};

/// Makes a layer, and before it those that it is made of, where nobody looked at them yet.
pub(super) fn make(files: &mut Files, round: &Round<'_>, layer: LayerId) {
    // Thousands of steps may stand one upon the other.
    let mut wanted = vec![layer];
    while let Some(&layer) = wanted.last() {
        let Some(maker) = files.maker(layer) else {
            wanted.pop();
            continue;
        };
        let round = round.of(maker);
        let n_wanted = wanted.len();
        let below = needed(round, maker.step).filter_map(|step| round.layer(Some(step)));
        wanted.extend(below.filter(|&layer| files.maker(layer).is_some()));
        if wanted.len() == n_wanted {
            let (below, sheets) = carried_out(files, round, maker.step);
            files.make(layer, below, sheets);
            wanted.pop();
        }
    }
}

/// Whether a command leaves nothing behind of which anything is known: whatever was there before may be gone.
fn writes_anything(round: &Round<'_>, id: StepId) -> bool {
    matches!(round.wired(id).work, Work::Run(..)) && *round.effects[id.0 as usize] == Effects::Everything
}

/// The steps that the files after a step are made of.
fn needed<'a>(round: &Round<'a>, id: StepId) -> impl Iterator<Item = StepId> {
    let keeps_own = !writes_anything(round, id);
    let is_needed = move |slot: &&Slot<'_>| match slot.part {
        Part::Own => keeps_own,
        Part::Copied(_) => true,
        Part::Mounted(_) | Part::Script => false,
    };
    round.wired(id).slots.iter().filter(is_needed).filter_map(|slot| slot.step)
}

/// The files after a step: what is below, and what it lays on that.
fn carried_out(files: &mut Files, round: &Round<'_>, id: StepId) -> (Option<LayerId>, Vec<Sheet>) {
    let wired = round.wired(id);
    if writes_anything(round, id) {
        let of = files.fresh();
        return (None, vec![Sheet::of(vec![unknown(of, "", true)])]);
    }
    let own = wired.slots.iter().find(|slot| matches!(slot.part, Part::Own)).and_then(|slot| slot.step);
    let below = round.layer(own);
    let items = match wired.work {
        Work::Run(run, _) => of_run(files, round, id, run),
        Work::Link => {
            let upper = round.layer(wired.slots.get(1).and_then(|slot| slot.step));
            return (below, upper.map(|upper| files.laid(upper)).unwrap_or_default());
        }
        Work::Copy(copy) => return (below, of_copy(files, round, copy, wired, below)),
        Work::Workdir(path, user) => {
            let owner = folder(files, &belongs_to(user), "");
            made_folders(files, below, &shortened(path), owner)
        }
        Work::CacheFolder(mount) => {
            let [mode, user, group] = permissions(mount, 0o755);
            let owner = belongs_to(&format!("{user}:{group}"));
            vec![Item { path: "cache".into(), thing: Thing::Folder(folder(files, &owner, &format!("{mode:o}"))) }]
        }
        Work::Document { name, content, mode } => {
            let thing = match mode {
                "0644" => files.file(content),
                _ => Thing::File(files.text(&["script ", content].concat())),
            };
            vec![Item { path: (*shortened(name)).into(), thing }]
        }
        // What is not known is what it is of.
        Work::Remote(CopyPart::Http { filename, .. }) => {
            vec![Item { path: (*shortened(filename)).into(), thing: Thing::File(round.operation(id)) }]
        }
        Work::Remote(_) | Work::Image(_) => vec![unknown(round.operation(id), "", false)],
        Work::Context | Work::Unknown => Vec::new(),
    };
    (below, sheets(items))
}

/// Things as what a step writes; none where it writes nothing.
fn sheets(items: Vec<Item>) -> Vec<Sheet> {
    if items.is_empty() { Vec::new() } else { vec![Sheet::of(items)] }
}

/// The owner and mode of a folder; those that folders have by themselves are the empty text.
fn folder(files: &mut Files, owner: &str, mode: &str) -> TextId {
    files.has_owners |= !matches!((owner, mode), ("", "" | "755"));
    match (owner, mode) {
        ("", "" | "755") => PLAIN,
        (owner, "755") => files.text(&[owner, " "].concat()),
        (owner, mode) => files.text(&[owner, " ", mode].concat()),
    }
}

/// The folders that have to be made for a path to be one, as far as it is known what is there (`MkdirAll` of
/// `fsutil/copy`): those that are there stay as they are.
fn made_folders(files: &Files, below: Option<LayerId>, path: &str, of: TextId) -> Vec<Item> {
    let mut out = Vec::new();
    for path in folders_above(path).chain([path]) {
        if !path.is_empty() && !files.is_folder(below, path) {
            out.push(Item { path: path.into(), thing: Thing::Folder(of) });
        }
    }
    out
}

/// Files that are not known, at a path where they are and in what they are of.
fn unknown(of: TextId, path: &str, is_assumed: bool) -> Item {
    let path: Name = (*shortened(path)).into();
    Item { thing: Thing::Unknown { of, inside: path.clone(), is_assumed }, path }
}

/// What a command writes of which something is known.
fn of_run(files: &mut Files, round: &Round<'_>, id: StepId, run: &Run) -> Vec<Item> {
    let Effects::Below(paths) = round.effects[id.0 as usize] else { return Vec::new() };
    let of = files.fresh();
    // What is written to a mount stays there.
    let is_kept = |path: &&String| !run.mounts.iter().any(|mount| is_mounted(mount, &shortened(path)));
    paths.iter().filter(is_kept).map(|path| unknown(of, path, true)).collect()
}

/// Whether a path lies in what a mount shows.
fn is_mounted(mount: &Mount, path: &str) -> bool {
    !mount.target.is_empty() && is_inside(path, &shortened(&mount.target))
}

fn of_copy(files: &mut Files, round: &Round<'_>, copy: &Copy, wired: &Wired<'_>, below: Option<LayerId>) -> Vec<Sheet> {
    let mut given = Vec::new();
    // What is copied last lies on top.
    for slot in wired.slots.iter().rev() {
        let Part::Copied(part) = slot.part else { continue };
        let Some(source) = Source::of_slot(slot, wired) else { continue };
        let unpacks = matches!(part, CopyPart::Path { unpack: true, .. } | CopyPart::Http { unpack: true, .. });
        if let Ok(found) = source.given(files, round.layer(slot.step)) {
            let of_root = !matches!(part, CopyPart::Path { .. })
                || slot.step.is_some_and(|step| matches!(round.wired(step).work, Work::Context));
            given.push(Taken {
                given: found,
                unpacks,
                pattern: source.pattern(),
                attributes: attributes(copy, part, of_root),
            });
        }
    }
    let destination = shortened(&copy.destination);
    let is_named_folder = copy.destination.ends_with('/') || copy.destination.ends_with("/.");
    let has_file = given.iter().any(|taken| taken.given.is_source.contains(&true));
    let is_folder = is_named_folder
        // One that is there already takes files, too, as far as that is known.
        || has_file && files.is_folder(below, &destination);
    let (owner, mode) = (belongs_to(&copy.chown), mode(&copy.chmod));
    let made = folder(files, &owner, octal(&copy.chmod).map(|_| mode.as_str()).unwrap_or_default());
    let folders = if given.iter().all(|taken| taken.given.named.list().is_empty()) {
        Vec::new()
    } else {
        let is_made = is_folder || given.iter().any(|taken| taken.given.is_folder());
        let outer = destination.rsplit_once('/').map_or("", |(outer, _)| outer);
        made_folders(files, below, if is_made { &destination } else { outer }, made)
    };
    let copied = folder(files, &owner, &mode);
    let target = Target { destination: (*destination).into(), is_folder, copied };
    let mut out: Vec<Sheet> = given.iter().map(|taken| target.put(files, taken)).collect();
    out.append(&mut sheets(folders));
    out
}

/// What a COPY takes of one source.
struct Taken {
    given: Rc<Given>,
    unpacks: bool,
    /// The wildcards, `--parents` and `--exclude`.
    pattern: String,
    /// `--chown` and `--chmod`, where they change anything.
    attributes: String,
}

/// Where a COPY puts what it takes.
struct Target {
    destination: Name,
    is_folder: bool,
    /// What becomes of folders in a source that have no owner or mode of their own.
    copied: TextId,
}

/// `--chown` and `--chmod` where they change anything; files of the build context and those that are downloaded or
/// written in the Dockerfile belong to root.
fn attributes(copy: &Copy, part: &CopyPart, of_root: bool) -> String {
    let owner = match belongs_to(&copy.chown) {
        owner if owner.is_empty() && !copy.chown.is_empty() && !of_root => "0:0".to_owned(),
        owner => owner,
    };
    let mode = match mode(&copy.chmod) {
        // Here-documents have this mode by themselves.
        mode if mode == "644" && matches!(part, CopyPart::Document { .. }) => String::new(),
        mode => mode,
    };
    match (owner, mode) {
        (owner, mode) if owner.is_empty() && mode.is_empty() => String::new(),
        (owner, mode) => [&owner, " ", &mode].concat(),
    }
}

impl Target {
    fn put(&self, files: &mut Files, taken: &Taken) -> Sheet {
        let Taken { given, unpacks, pattern, attributes } = taken;
        let is_shared = attributes.is_empty() && pattern.is_empty() && given.is_source.is_empty();
        if is_shared && !given.named.has_folders() && !files.has_owners {
            return Sheet { folder: self.destination.clone(), items: given.named.clone() };
        }
        let named = given.named.list();
        files.saw(named.len());
        if files.left() < named.len() {
            let value = given.number(files);
            let of = files.text(&format!("{value:?} with {attributes} of {pattern}"));
            return Sheet::of(vec![unknown(of, &self.destination, false)]);
        }
        let mut items = Vec::with_capacity(named.len());
        let mut folders: Lookup<Name, ()> = Lookup::default();
        for (index, Item { path, thing }) in named.iter().enumerate() {
            let is_source = given.is_source.get(index).copied().unwrap_or(false);
            if files.has_owners {
                for folder in folders_above(path).filter(|folder| !folder.is_empty()) {
                    folders.add(folder.into());
                }
            }
            let thing = self.changed(files, thing.clone(), taken);
            items.push(match thing {
                // The destination is made, not copied.
                Thing::Folder(_) if path.is_empty() => continue,
                Thing::File(of) if *unpacks && is_source && is_archive(path) => {
                    let thing = Thing::Unknown { of, inside: Name::default(), is_assumed: false };
                    Item { path: self.destination.clone(), thing }
                }
                thing if is_source && !self.is_folder => Item { path: self.destination.clone(), thing },
                thing => Item { path: joined(&self.destination, path), thing },
            });
        }
        // Those in it get the owner and mode that the source has for them, even if they were there before.
        for folder in folders.keys() {
            items.push(Item { path: joined(&self.destination, folder), thing: Thing::Folder(self.copied) });
        }
        Sheet::of(items)
    }

    /// A thing as the COPY leaves it.
    fn changed(&self, files: &mut Files, thing: Thing, taken: &Taken) -> Thing {
        let mut with = |of: TextId, more: &str| {
            if taken.attributes.is_empty() && more.is_empty() {
                return of;
            }
            files.text(&format!("{of:?} with {} of {more}", taken.attributes))
        };
        match thing {
            Thing::File(of) => Thing::File(with(of, "")),
            Thing::Folder(PLAIN) => Thing::Folder(self.copied),
            Thing::Folder(of) => Thing::Folder(with(of, "")),
            Thing::Unknown { of, inside, is_assumed } => {
                Thing::Unknown { of: with(of, &taken.pattern), inside, is_assumed }
            }
        }
    }
}

/// Whether ADD unpacks a file of this name.
fn is_archive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    const ENDS: [&str; 9] = [".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst", ".tzst"];
    ENDS.iter().any(|end| name.ends_with(end))
}

//! What is asked of the simulation, and how that changes: [`Settings`], [`Change`], and the pure
//! [`Settings::after`].
//!
//! A part of the page's state. What follows from it is worked out in [`run`](super::run).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use stagewright::plan::Label;
use stagewright::share;

use super::given::GivenLog;

/// What is asked of the simulation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether it is shown.
    pub open: bool,
    /// Which of its sides is shown.
    pub panel: Panel,
    /// Whose build is listed and played.
    pub builder: Builder,
    /// How many steps may run at once; none for as many as can.
    pub workers: Option<u16>,
    /// Which build it is.
    pub build: WhichBuild,
    /// What was built before, where it is not the request as it is.
    pub pinned: Option<Rc<share::State>>,
    /// What happened to files of the build context since then.
    pub files: BTreeMap<String, FileChange>,
    /// Files that the reader added to the build context.
    pub added: BTreeSet<String>,
    /// Whether `--no-cache` is given.
    pub no_cache: bool,
    /// The stages that `--no-cache-filter` names, by their names in lower case.
    pub no_cache_stages: BTreeSet<String>,
    /// The steps that, when they run again, leave the same files as before, by their stages and instructions.
    pub same_again: BTreeSet<String>,
    /// Durations that were typed, in milliseconds, of steps told likewise.
    typed: BTreeMap<String, u32>,
    /// A build log.
    pub log: Rc<GivenLog>,
    /// Why the file that was given last is not taken for one.
    pub refused: Option<Rc<str>>,
    /// How far the build is shown, in milliseconds from its start; none where it is not played.
    pub at: Option<u32>,
    /// Whether it goes on by itself.
    pub playing: bool,
}

/// Who builds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Builder {
    /// BuildKit.
    #[default]
    BuildKit,
    /// The builder that Docker had before, `DOCKER_BUILDKIT=0`.
    Classic,
    /// Both, side by side. What is listed and marked elsewhere is BuildKit's.
    Both,
}

/// Which build is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhichBuild {
    /// Nothing was built before.
    #[default]
    First,
    /// Something was built before, so that steps may come from the cache.
    Next,
    /// The one that the log is of.
    Logged,
}

/// The sides of the simulation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// When each step runs.
    #[default]
    Timeline,
    /// What changed since the last build.
    Changes,
    /// How long steps take.
    Times,
    /// This version and the pinned one.
    Compare,
}

/// What happened to a file of the build context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// It has other content.
    Edited,
    /// It is gone.
    Removed,
    /// It was not there before.
    New,
}

/// What can happen to the settings.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The simulation is shown, or not.
    Open(bool),
    /// A side of it is shown.
    Panel(Panel),
    /// Another builder builds.
    Builder(Builder),
    /// So many steps may run at once.
    Workers(Option<u16>),
    /// Another build is shown.
    Build(WhichBuild),
    /// This is what was built before; none for the request as it is.
    Pin(Option<Rc<share::State>>),
    /// Something happened to a file, or did not after all.
    File(String, Option<FileChange>),
    /// A file is added to the build context, or taken out of it.
    Listed(String, bool),
    /// `--no-cache` is given, or not.
    NoCache(bool),
    /// `--no-cache-filter` names a stage, by its name in lower case, or does not.
    NoCacheStage(String, bool),
    /// A step leaves the same files when it runs again, or not.
    SameAgain(String, bool),
    /// How long a step takes, in milliseconds; none for what the log or the estimate says.
    Typed(String, Option<u32>),
    /// There is another log; empty for none.
    Log(String),
    /// A file is one.
    LogFile(Rc<GivenLog>),
    /// A file is none, for this reason.
    Refused(String),
    /// The build is shown up to here.
    At(Option<u32>),
    /// It goes on by itself, or stops.
    Play(bool),
}

/// What the step of a label is known by while the text changes around it: its stage and its instruction, without the
/// number among the steps of the stage. Steps of one stage that do the same are one.
fn known_as(label: &str) -> String {
    if let Some((_, text)) = label.strip_prefix("Step ").and_then(|rest| rest.split_once(" : ")) {
        return text.to_owned();
    }
    match Label::parse(label) {
        Label { number: "", .. } => label.to_owned(),
        Label { prefix, stage, text, .. } => format!("[{prefix} {stage}] {text}"),
    }
}

/// Puts something into a set, or takes it out.
fn put(set: &mut BTreeSet<String>, it: String, is_in: bool) {
    if is_in {
        set.insert(it);
    } else {
        set.remove(&it);
    }
}

impl Settings {
    /// How long the step of a label takes, in milliseconds, if that was typed.
    #[must_use]
    pub fn typed(&self, label: &str) -> Option<u32> {
        self.typed.get(&known_as(label)).copied()
    }

    /// Whether the step of a label leaves the same files when it runs again.
    #[must_use]
    pub fn is_same_again(&self, label: &str) -> bool {
        self.same_again.contains(&known_as(label))
    }

    /// The settings after a change.
    #[must_use]
    pub fn after(&self, change: Change) -> Self {
        let mut next = self.clone();
        // Another build is another film.
        let is_film =
            matches!(change, Change::Open(_) | Change::Panel(_) | Change::At(_) | Change::Play(_) | Change::Refused(_));
        if !is_film {
            (next.at, next.playing) = (None, false);
        }
        next.take_in(change);
        next
    }

    /// Takes in what is said.
    fn take_in(&mut self, change: Change) {
        match change {
            Change::Open(open) => {
                self.open = open;
                self.playing &= open;
            }
            Change::Panel(panel) => self.panel = panel,
            Change::Builder(builder) => self.builder = builder,
            Change::Workers(workers) => self.workers = workers.filter(|&workers| workers > 0),
            Change::Build(build) => self.build = build,
            Change::Pin(pinned) => {
                self.shows_next(pinned.is_some());
                self.pinned = pinned;
            }
            Change::File(path, change) => self.file(path, change),
            Change::Listed(path, is_listed) => {
                if !is_listed {
                    self.files.remove(&path);
                }
                put(&mut self.added, path, is_listed);
            }
            Change::NoCache(no_cache) => {
                self.no_cache = no_cache;
                self.shows_next(no_cache);
            }
            Change::NoCacheStage(stage, is_named) => {
                put(&mut self.no_cache_stages, stage, is_named);
                self.shows_next(is_named);
            }
            Change::SameAgain(label, is_same) => put(&mut self.same_again, known_as(&label), is_same),
            Change::Typed(label, Some(duration)) => drop(self.typed.insert(known_as(&label), duration)),
            Change::Typed(label, None) => drop(self.typed.remove(&known_as(&label))),
            Change::Log(text) => self.take(Rc::new(GivenLog::pasted(text))),
            Change::LogFile(log) => {
                self.take(log);
                (self.open, self.panel) = (true, Panel::Times);
            }
            // What was there stays.
            Change::Refused(why) => (self.refused, self.panel) = (Some(why.into()), Panel::Times),
            Change::At(at) => self.at = at,
            Change::Play(playing) => {
                self.playing = playing;
                self.open |= playing;
                if playing && self.at.is_none() {
                    self.at = Some(0);
                }
            }
        }
    }

    /// Something happened to a file, or did not after all.
    fn file(&mut self, path: String, change: Option<FileChange>) {
        self.shows_next(change.is_some());
        match change {
            Some(change) => drop(self.files.insert(path, change)),
            None => drop(self.files.remove(&path)),
        }
    }

    /// Who says what changed, or that something is not taken from the cache, wants to see what is built again.
    fn shows_next(&mut self, is_said: bool) {
        if is_said {
            self.build = WhichBuild::Next;
        }
    }

    /// Takes a log, and shows its build where it has one.
    fn take(&mut self, log: Rc<GivenLog>) {
        self.build = match (log.is_log(), self.build) {
            (true, _) => WhichBuild::Logged,
            (false, WhichBuild::Logged) => WhichBuild::First,
            (false, build) => build,
        };
        (self.log, self.refused) = (log, None);
    }

    /// Whether the same comes out as for `other`: they differ in what is shown of it only. The comparison is worked out
    /// while it is shown, as each file of it takes a build.
    #[must_use]
    pub fn simulate_the_same(&self, other: &Self) -> bool {
        let seen = |settings: &Self| {
            let panel = if settings.panel == Panel::Compare { Panel::Compare } else { Panel::Timeline };
            Self { open: true, panel, at: None, playing: false, refused: None, ..settings.clone() }
        };
        seen(self) == seen(other)
    }

    /// The settings for another build, which is not shown moment by moment from where the last one was. Of another file
    /// nothing is known: what is known of this one's steps and files says nothing about it.
    #[must_use]
    pub fn for_another_build(&self, is_another_file: bool) -> Self {
        if is_another_file {
            Self { open: self.open, builder: self.builder, workers: self.workers, ..Self::default() }
        } else {
            Self { at: None, playing: false, ..self.clone() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_what_is_built_stops_the_film() {
        let playing = Settings { at: Some(500), playing: true, ..Settings::default() };
        for change in [Change::Workers(Some(2)), Change::Build(WhichBuild::Next), Change::Builder(Builder::Classic)] {
            let next = playing.after(change.clone());
            assert_eq!((next.at, next.playing), (None, false), "{change:?}");
        }
        assert_eq!(playing.after(Change::Panel(Panel::Changes)).at, Some(500));
    }

    #[test]
    fn who_changes_a_file_sees_the_second_build() {
        let next = Settings::default().after(Change::File("src/app.py".into(), Some(FileChange::Edited)));
        assert_eq!(next.build, WhichBuild::Next);
        assert_eq!(next.files.len(), 1);
        assert!(next.after(Change::File("src/app.py".into(), None)).files.is_empty());
    }

    const LOG: &str = "#1 [1/1] FROM alpine\n#1 CACHED\n";

    #[test]
    fn who_gives_a_log_sees_its_build() {
        let next = Settings::default().after(Change::Log(LOG.into()));
        assert_eq!(next.build, WhichBuild::Logged);
        assert_eq!(next.after(Change::Log(String::new())).build, WhichBuild::First);
    }

    #[test]
    fn what_is_no_log_has_no_build() {
        let next = Settings::default().after(Change::Log("hello".into()));
        assert_eq!((next.build, &*next.log.text), (WhichBuild::First, "hello"));
    }

    #[test]
    fn a_file_that_is_refused_leaves_all_as_it_is() {
        let before = Settings { at: Some(7), ..Settings::default().after(Change::Log(LOG.into())) };
        let next = before.after(Change::Refused("no log".into()));
        assert_eq!((&next.log, next.build, next.at), (&before.log, WhichBuild::Logged, Some(7)));
        assert_eq!((next.refused.as_deref(), next.panel), (Some("no log"), Panel::Times));
        assert!(next.simulate_the_same(&before));
        assert_eq!(next.after(Change::Log(String::new())).refused, None);
    }

    #[test]
    fn who_keeps_a_stage_from_the_cache_sees_the_second_build() {
        let next = Settings::default().after(Change::NoCacheStage("app".into(), true));
        assert_eq!((next.build, next.no_cache_stages.len()), (WhichBuild::Next, 1));
        assert!(next.after(Change::NoCacheStage("app".into(), false)).no_cache_stages.is_empty());
        assert_eq!(Settings::default().after(Change::NoCache(true)).build, WhichBuild::Next);
        assert_eq!(Settings::default().after(Change::NoCache(false)).build, WhichBuild::First);
    }

    #[test]
    fn who_plays_the_build_begins_at_the_beginning() {
        let next = Settings::default().after(Change::Play(true));
        assert_eq!((next.open, next.playing, next.at), (true, true, Some(0)));
    }

    #[test]
    fn no_worker_at_all_means_as_many_as_can() {
        assert_eq!(Settings::default().after(Change::Workers(Some(0))).workers, None);
        assert_eq!(Settings::default().after(Change::Workers(Some(1))).workers, Some(1));
    }

    #[test]
    fn another_file_keeps_only_how_it_is_looked_at() {
        let log = Rc::new(GivenLog::pasted("x".into()));
        let settings = Settings { open: true, workers: Some(2), build: WhichBuild::Next, log, ..Settings::default() };
        let next = settings.for_another_build(true);
        assert_eq!((next.open, next.workers, next.build, &*next.log.text), (true, Some(2), WhichBuild::First, ""));
    }
}

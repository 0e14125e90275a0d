//! What the page says about the simulation.

use crate::simulation::film::Standing;
use crate::simulation::given::{MOST_BYTES, NoLog};
use crate::strings::outcome::refuses;
use crate::strings::{count, list};

/// Its name, and what it is for.
pub const SIMULATION: &str = "Simulation";
/// What it is for, beside its name.
pub const SIMULATION_HELP: &str = "time, cache, workers, and the classic builder";
/// Plays the build.
pub const PLAY: &str = "Play the build";
/// Stops for a moment.
pub const PAUSE: &str = "Pause";
/// Ends the film.
pub const STOP: &str = "End the film";
/// The controls of the film.
pub const FILM: &str = "The build, moment by moment";
/// To its beginning.
pub const TO_FIRST: &str = "First moment";
/// To the moment before.
pub const BACK: &str = "Moment before";
/// To the next moment.
pub const FORWARD: &str = "Next moment";
/// To its end.
pub const TO_LAST: &str = "Last moment";
/// The choice of the builder.
pub const BUILDER: &str = "Builder";
/// The one of today.
pub const BUILDKIT: &str = "BuildKit";
/// The one before.
pub const CLASSIC: &str = "Classic builder";
/// Both.
pub const BOTH: &str = "Both";
/// Where neither of them has anything to do.
pub const BOTH_IDLE: &str = "Neither builder runs anything: all of it comes from the cache.";
/// The choice of the build.
pub const BUILD: &str = "Build";
/// Nothing was built before.
pub const FIRST_BUILD: &str = "First build";
/// Something was.
pub const NEXT_BUILD: &str = "Next build";
/// The one of a log.
pub const LOGGED: &str = "The log";
/// The number of workers.
pub const WORKERS: &str = "Steps at once";
/// As many as can.
pub const ANY: &str = "no limit";
/// The sides of the simulation.
pub const SIDES: &str = "What to show";
/// When each step runs.
pub const TIMELINE: &str = "Timeline";
/// What changed since the last build.
pub const CHANGES: &str = "What changed";
/// How long steps take.
pub const TIMES: &str = "Durations";
/// Two versions side by side.
pub const COMPARE: &str = "Compare";
/// The buttons of the timeline.
pub const TIMELINE_VIEW: &str = "Scale of the timeline";
/// What can be done with it.
pub const TIMELINE_HELP: &str = "Point at a step to read it in full, or walk with the arrow keys; + and \u{2212} zoom.";
/// All of the time.
pub const TIMELINE_ALL: &str = "All of the build";
/// A wider timeline.
pub const TIMELINE_IN: &str = "More detail";
/// A narrower one.
pub const TIMELINE_OUT: &str = "Less detail";

/// Above the files of the build context.
pub const FILES: &str = "Files of the build context";
/// What they are.
pub const FILES_HELP: &str = "Say what happened to them since the last build. They are guessed from what the file \
                              copies; add yours.";
/// Where nothing is copied from it.
pub const NO_FILES: &str = "This file takes nothing from the build context.";
/// The field for one more file.
pub const ADD_FILE: &str = "Path of a file";
/// Adds it.
pub const ADD: &str = "Add";
/// Takes it out of the list.
pub const REMOVE: &str = "Take out";
/// What happened to a file.
pub const SAME: &str = "the same";
/// What happened to a file.
pub const EDITED: &str = "edited";
/// What happened to a file.
pub const GONE: &str = "removed";
/// What happened to a file.
pub const NEW: &str = "new";
/// Above the versions.
pub const BEFORE: &str = "What was built before";
/// Takes the version as it is for what was built.
pub const PIN: &str = "Pin this version";
/// Takes that back.
pub const UNPIN: &str = "Unpin";
/// Without a pinned version.
pub const NOT_PINNED: &str = "The same text, target and build args as now. Pin this version, then edit the text, choose \
                              another target or set build args: what has to run again is marked.";
/// Above the buttons that pin and go to what is to be changed.
pub const I_CHANGE: &str = "Or pin it, and change at once:";
/// What can be changed.
pub const THE_TEXT: &str = "the text";
/// What can be changed.
pub const THE_TARGET: &str = "the target";
/// What can be changed.
pub const A_BUILD_ARG: &str = "a build arg";
/// With a pinned version.
pub const PINNED: &str = "A pinned version. What has changed since then:";
/// As long as nothing has.
pub const NO_OTHER_YET: &str = "Nothing yet. Edit the text, choose another target or set build args.";
/// Goes to the place of it.
pub const SHOW: &str = "Show";
/// Above what is kept from the cache.
pub const NOT_CACHED: &str = "Without the cache";
/// The switch for `--no-cache`.
pub const NO_CACHE: &str = "--no-cache: run everything again";
/// Above the switches for `--no-cache-filter`.
pub const NO_CACHE_FILTER: &str = "--no-cache-filter: run these stages again";
/// Why some stages are not offered.
pub const NO_CACHE_UNNAMED: &str = "A stage without a name cannot be given to --no-cache-filter.";
/// Above what set off what runs again.
pub const CHAINS: &str = "What runs again, and why";
/// Above the assumptions.
pub const AGAIN: &str = "Steps that run again";
/// What they are about.
pub const AGAIN_HELP: &str = "Whether a command that runs again leaves the same files as before cannot be known. It is \
                              assumed to change them, unless you know better.";
/// Its switch.
pub const SAME_AGAIN: &str = "leaves the same files";

/// The field for a log.
pub const LOG: &str = "Build log";
/// What it is good for.
pub const LOG_HELP: &str = "What docker build printed (--progress=plain or rawjson) gives durations, what came from \
                            the cache, and what failed. Paste it here, drop its file anywhere on the simulation, or \
                            choose it.";
/// In the field for it.
pub const LOG_HERE: &str = "Paste a build log";
/// In the field, where the log is too long for it.
pub const LOG_TOO_LONG: &str = "The log is too long to be shown. Paste another one to replace it.";
/// The button for a file.
pub const CHOOSE_LOG: &str = "Choose a file";
/// Empties it.
pub const NO_LOG: &str = "Remove the log";
/// What is not typed and not in a log.
pub const ESTIMATE_HELP: &str = "Estimates go by the kind of step and command. Type what you know: 12, 1.5 s, 2m 30s.";
/// Who says how long a step takes.
pub const ESTIMATE: &str = "estimate";
/// Who says how long a step takes.
pub const FROM_LOG: &str = "log";
/// Who says how long a step takes.
pub const TYPED: &str = "typed";
/// Where what is typed is no time.
pub const NO_TIME: &str = "This is no time: write seconds, or 2m 30s.";
/// Lines of a log that belong to no step.
pub const UNMATCHED: &str = "In the log, but no step of this plan";

/// Without a pinned version.
pub const NOTHING_TO_COMPARE: &str = "Pin a version, then edit the text: both are compared here.";
/// The columns.
pub const PINNED_COLUMN: &str = "Pinned";
/// The columns.
pub const NOW_COLUMN: &str = "Now";
/// The columns.
pub const DIFFERENCE_COLUMN: &str = "Difference";
/// Where there is none.
pub const NO_DIFFERENCE: &str = "none";
/// Above what an edit of each file costs.
pub const AFTER_AN_EDIT: &str = "After an edit of";
/// How many stages are built.
pub const STAGES_BUILT: &str = "Stages built";
/// How many steps there are.
pub const STEPS: &str = "Steps";
/// How many steps run.
pub const STEPS_RUN: &str = "Steps run";
/// How long it takes.
pub const TIME: &str = "Time";
/// How long the longest chain of steps takes that wait for one another.
pub const CRITICAL_PATH: &str = "On the critical path";
/// How long it takes with one worker.
pub const ONE_AT_A_TIME: &str = "One step at a time";
/// What several workers save.
pub const SAVED_SIDE_BY_SIDE: &str = "Saved in parallel";
/// What the cache saves.
pub const SAVED_BY_CACHE: &str = "Saved by the cache";
/// Stages of the text now alone.
pub const STAGES_ADDED: &str = "Stages added";
/// Stages of the pinned text alone.
pub const STAGES_REMOVED: &str = "Stages removed";
/// Stages that are other ones.
pub const STAGES_CHANGED: &str = "Stages changed";
/// Steps of the pinned version alone.
pub const STEPS_SAVED: &str = "Steps saved";
/// Steps of this version alone.
pub const STEPS_ADDED: &str = "Steps added";
/// Where both have the same.
pub const SAME_STEPS: &str = "Both versions have the same stages and steps. Edit the text, and see here what becomes of \
                              them.";

/// Goes to what it refuses.
pub const SHOW_IN_TEXT: &str = "Show in the text";
/// Where a log is of the other builder.
pub const CLASSIC_HAS_NO_LOG: &str = "The log is BuildKit's. This is a first build, with the durations of the log where \
                                      the same command runs.";
/// Where a flag is the other builder's.
pub const CLASSIC_HAS_NO_FILTER: &str = "The classic builder has no --no-cache-filter; it is left out here.";

/// So many of so many.
#[must_use]
pub fn part(n: usize, of: usize) -> String {
    format!("{n} of {of}")
}

/// In front of what a builder says that it refuses.
#[must_use]
pub fn it_refuses(what: &str) -> String {
    format!("It {}: ", refuses(what))
}

/// Files of a comparison that are not listed.
#[must_use]
pub fn more_files(number: usize) -> String {
    format!("{} more, with less of a difference.", count(number, "file"))
}

/// Steps of a chain that are not named.
#[must_use]
pub fn more_steps(number: usize) -> String {
    format!("{number} more")
}

/// What follows in a chain: so many steps, in these stages. None where nothing does.
#[must_use]
pub fn follows(n_steps: usize, stages: &[String]) -> Option<String> {
    match (n_steps, stages.len()) {
        (0, 0) => None,
        // Stages without a step of their own come to something else, too.
        (0, _) => Some(format!("everything built upon it, in {}", list(stages))),
        (_, 0) => Some(format!("{} below", count(n_steps, "step"))),
        _ => Some(format!("everything below it in {}: {}", list(stages), count(n_steps, "step"))),
    }
}

/// Where a log comes from, and how large it is.
#[must_use]
pub fn of_file(name: &str, n_bytes: usize) -> String {
    format!("From {name}, {} kB.", n_bytes.div_ceil(1000))
}

/// Why a file is no build log.
#[must_use]
pub fn no_log(error: NoLog, name: &str) -> String {
    match error {
        NoLog::TooLarge => {
            format!("{name} is too large for a build log: at most {} MB are read.", MOST_BYTES / 1_000_000)
        }
        NoLog::Unreadable => format!("{name} cannot be read. Is it a folder?"),
        NoLog::NotText => format!("{name} is no text, and no build log."),
        NoLog::Dockerfile => {
            format!("{name} looks like a Dockerfile, not like a build log. Paste its text into the editor.")
        }
        NoLog::OtherText => format!("{name} is no build log: nothing in it is what docker build prints."),
        NoLog::Several => "These are several files: drop one build log.".to_owned(),
    }
}

/// What is said of a stage in a build that is simulated, in place of `built · 6 steps`.
#[must_use]
pub fn stands(standing: Standing, summary: &str) -> String {
    match (standing, summary.split_once(' ')) {
        // The classic builder builds what BuildKit skips.
        (Standing::Done, Some(("skipped", rest))) => format!("built {rest}"),
        (Standing::Done, _) | (_, None) => summary.to_owned(),
        (_, Some((_, rest))) => format!("{} {rest}", standing.name()),
    }
}

//! What the page says about the simulation.

use crate::simulation::film::Standing;

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
pub const ANY: &str = "all that can";
/// The sides of the simulation.
pub const SIDES: &str = "Show of the simulation";
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
pub const NO_FILES: &str = "This target takes nothing from the build context.";
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
/// With one.
pub const PINNED: &str = "A pinned version, which the text, target and build args are compared with.";
/// The switch for `--no-cache`.
pub const NO_CACHE: &str = "--no-cache: run everything again";
/// Above the assumptions.
pub const AGAIN: &str = "Steps that run again";
/// What they are about.
pub const AGAIN_HELP: &str = "Whether a command that runs again leaves the same files as before cannot be known. It is \
                              taken to change them, unless you know better.";
/// Its switch.
pub const SAME_AGAIN: &str = "leaves the same files";

/// The field for a log.
pub const LOG: &str = "Build log";
/// What it is good for.
pub const LOG_HELP: &str = "Paste or drop what docker build printed (--progress=plain or rawjson): its durations are \
                            taken, and what failed is shown.";
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

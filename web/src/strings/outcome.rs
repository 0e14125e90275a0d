//! What the page says of a build as a whole, and of the same build by both builders.
//!
//! What is said depends on a [`Gist`] alone; `simulation::told` makes one of a build.

use super::{NO_STEPS, count};
use crate::simulation::settings::WhichBuild;
use crate::simulation::words::{MOMENT, time};
use crate::strings::simulation::BOTH_IDLE;

/// What sentences about a build depend on.
#[derive(Clone, Debug, Default)]
pub struct Gist {
    /// Whether the classic builder builds.
    pub is_classic: bool,
    /// How many steps there are.
    pub n_steps: usize,
    /// How many of them run; in the next build without the build context, which is looked at in every build.
    pub n_run: usize,
    /// Whether none comes from the cache.
    pub runs_all: bool,
    /// How many stages it goes through, and of how many.
    pub stages: (usize, usize),
    /// How long it takes, in milliseconds.
    pub total: u64,
    /// How many of its durations are estimates.
    pub n_estimates: usize,
    /// The label of the step that fails.
    pub fails_at: Option<String>,
    /// What the builder says that it refuses.
    pub refusal: Option<String>,
}

impl Gist {
    fn name(&self) -> &'static str {
        if self.is_classic { "The classic builder" } else { "BuildKit" }
    }

    /// `about 3 s`.
    fn lasts(&self) -> String {
        match (self.total < MOMENT, self.n_estimates > 0) {
            (true, _) => "less than 0.1 s".to_owned(),
            (_, true) => "about ".to_owned() + &time(self.total),
            _ => time(self.total),
        }
    }

    /// `runs 8 steps in about 41 s`.
    fn runs(&self) -> String {
        match self.n_run {
            0 => "runs nothing".to_owned(),
            n => format!("runs {} in {}", count(n, "step"), self.lasts()),
        }
    }

    /// `fails after 3 s, at [2/2] RUN x`.
    fn fails(&self) -> Option<String> {
        Some(format!("fails after {}, at {}", self.lasts(), self.fails_at.as_ref()?))
    }

    fn all_steps(&self) -> String {
        all_of(self.n_steps, "its only step", "step")
    }
}

/// A build in a sentence. A log tells of so many of its steps.
#[must_use]
pub fn headline(it: &Gist, build: WhichBuild, n_told: usize) -> String {
    if let Some(refusal) = &it.refusal {
        return format!("{} {}: {refusal}", it.name(), refuses(refusal));
    }
    if it.n_steps == 0 {
        return NO_STEPS.to_owned();
    }
    if let Some(fails) = it.fails() {
        return format!("The build {fails}.");
    }
    let (steps, all, lasts) = (count(it.n_steps, "step"), it.all_steps(), it.lasts());
    match build {
        WhichBuild::First if it.runs_all => format!("The first build runs {all} in {lasts}."),
        WhichBuild::First => format!("The first build runs {} of {steps} in {lasts}.", it.n_run),
        WhichBuild::Next if it.n_run == 0 => "The next build runs nothing: all of it comes from the cache.".to_owned(),
        WhichBuild::Next if it.runs_all => format!("The next build runs {all} again in {lasts}."),
        WhichBuild::Next => format!("The next build runs {} of {steps} in {lasts}.", it.n_run),
        WhichBuild::Logged if n_told < it.n_steps => {
            let rest = if it.n_estimates > 0 { "estimates" } else { "what was typed" };
            format!("The log tells of {} of {steps}; with {rest} for the rest it takes {lasts}.", none_or(n_told))
        }
        WhichBuild::Logged if it.n_run == 0 => {
            "The build of the log ran nothing: all of it came from the cache.".to_owned()
        }
        WhichBuild::Logged if it.runs_all => format!("The build of the log ran {all} in {lasts}."),
        WhichBuild::Logged => format!("The build of the log ran {} of {steps} in {lasts}.", it.n_run),
    }
}

/// The other builder beside the one that is shown, in a sentence; none where there is nothing to say of it.
#[must_use]
pub fn beside(shown: &Gist, other: &Gist, build: WhichBuild) -> Option<String> {
    let name = other.name();
    if build == WhichBuild::Logged {
        return None;
    }
    if let Some(refusal) = &other.refusal {
        return Some(format!("{name} {}: {refusal}", refuses(refusal)));
    }
    if other.n_steps == 0 {
        return None;
    }
    if let Some(fails) = other.fails() {
        return Some(format!("{name} {fails}."));
    }
    Some(match other.n_run {
        0 if shown.n_run == 0 => format!("{name} runs nothing either."),
        0 => format!("{name} runs nothing: all of it comes from the cache."),
        _ => format!("{name} goes through {} and {}.", count(other.stages.0, "stage"), other.runs()),
    })
}

/// Both builders, in a sentence.
#[must_use]
pub fn both(kit: &Gist, classic: &Gist, build: WhichBuild) -> String {
    let does = kit.fails().unwrap_or_else(|| kit.runs());
    if let Some(refusal) = &classic.refusal {
        return format!("BuildKit {does}; the classic builder {}.", refuses(refusal));
    }
    if kit.fails_at.is_some() {
        return format!("BuildKit {does}; the classic builder {}.", classic.runs());
    }
    match (kit.n_run, classic.n_run) {
        (0, 0) if build == WhichBuild::Next => return BOTH_IDLE.to_owned(),
        (0, 0) => return NO_STEPS.to_owned(),
        (0, _) | (_, 0) => return format!("BuildKit {does}; the classic builder {}.", classic.runs()),
        _ => {}
    }
    let (quick, slow) = (kit.total, classic.total);
    let beside = match slow.abs_diff(quick) {
        // What is told in the same words is not told apart.
        _ if time(slow) == time(quick) => ", as long".to_owned(),
        more if slow > quick => format!(": {} longer", time(more)),
        less => format!(": {} less", time(less)),
    };
    format!("BuildKit {does}, the classic builder {} in {}{beside}.", classic.n_run, classic.lasts())
}

/// How many stages are built; nothing of one that is all there is.
#[must_use]
pub fn stages_built(stages: (usize, usize)) -> Option<String> {
    match stages {
        (0 | 1, 0 | 1) => None,
        (2, 2) => Some("Both stages are built.".to_owned()),
        (built, all) if built == all => Some(format!("All {all} stages are built.")),
        (1, all) => Some(format!("1 of {all} stages is built.")),
        (built, all) => Some(format!("{built} of {all} stages are built.")),
    }
}

/// What the classic builder builds, and BuildKit does not.
#[must_use]
pub fn left_out(n_stages: usize) -> String {
    format!("BuildKit leaves out {} that the target does not need.", count(n_stages, "stage"))
}

/// What several workers save.
#[must_use]
pub fn saved_side_by_side(millis: u64) -> Option<String> {
    (millis >= MOMENT).then(|| format!("Steps that run at the same time save {}.", time(millis)))
}

/// What the cache saves.
#[must_use]
pub fn saved_by_cache(millis: u64) -> Option<String> {
    (millis >= MOMENT).then(|| format!("The cache saves {}.", time(millis)))
}

/// What decides how long a build takes.
#[must_use]
pub fn critical_path(n_steps: usize, millis: u64) -> String {
    let chain = "The longest chain of steps that wait for one another (the critical path)";
    format!("{chain} has {} and takes {}.", count(n_steps, "step"), time(millis))
}

/// How many of so many durations are estimates; nothing where none is.
#[must_use]
pub fn estimates(n: usize, of: usize) -> Option<String> {
    match (n, of) {
        (0, _) => None,
        (1, 1) => Some("The time is an estimate.".to_owned()),
        (n, of) if n == of => Some("Times are estimates.".to_owned()),
        (1, of) => Some(format!("1 of {of} times is an estimate.")),
        (n, of) => Some(format!("{n} of {of} times are estimates.")),
    }
}

/// The build for who cannot see it: how many steps run, and how many at the same time.
#[must_use]
pub fn timeline(n_run: usize, at_once: usize, millis: u64) -> String {
    match (n_run, at_once) {
        (0, _) => "nothing runs".to_owned(),
        (1, _) => format!("1 step in {}", time(millis)),
        (n, 0 | 1) => format!("{n} steps in {}, one at a time", time(millis)),
        (n, at_once) => format!("{n} steps in {}, at most {at_once} at the same time", time(millis)),
    }
}

/// What a log tells of so many of the steps.
#[must_use]
pub fn log_tells(n: usize, n_steps: usize) -> String {
    match (n, n_steps) {
        (0, _) => "It tells of none of these steps. It may be of another Dockerfile, target or version.".to_owned(),
        (n, n_steps) if n == n_steps => format!("It tells of {}.", all_of(n, "the only step", "step")),
        (n, n_steps) => format!("It tells of {n} of {n_steps} steps."),
    }
}

/// What is no log.
pub const UNREADABLE_LOG: &str = "This is no build log that can be read.";

/// The error that a log ends in, and the line that it is of.
#[must_use]
pub fn log_fails(line: Option<u32>, message: &str) -> String {
    let line = line.map(|line| format!(" (line {line})")).unwrap_or_default();
    format!("It ends in an error{line}: {message}")
}

/// What a builder does that says this: it cannot carry out a step, or does not take the file at all.
#[must_use]
pub fn refuses(what: &str) -> &'static str {
    let fails = what.split_once(" failed: ").is_some_and(|(step, _)| matches!(step, "COPY" | "ADD"));
    if fails { "ends with an error" } else { "refuses this file" }
}

/// `all 8 steps`.
fn all_of(n: usize, one: &str, noun: &str) -> String {
    match n {
        1 => one.to_owned(),
        2 => format!("both {noun}s"),
        n => format!("all {n} {noun}s"),
    }
}

fn none_or(n: usize) -> String {
    if n == 0 { "none".to_owned() } else { n.to_string() }
}

#[cfg(test)]
mod tests;

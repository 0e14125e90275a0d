//! Which of the builds of a log is the one that a plan is of.
//!
//! A text may have several: one failed and was run again, or a CI system builds one Dockerfile after another.
//! The last one counts, but for those that fit the plan much worse than another does. Relies on the labels.

use crate::lookup::Lookup;
use crate::plan::Label;

use super::{Log, LogBuildId};

/// How well the steps of a build fit a plan.
#[derive(Clone, Copy, Default)]
struct Fit {
    points: u64,
    of: u64,
}

impl Fit {
    fn add(&mut self, points: u64) {
        self.points += points;
        self.of += 2;
    }

    /// Whether its share of points is more than some quarters of another's.
    fn is_above(self, quarters: u64, other: Self) -> bool {
        4 * self.points * other.of.max(1) > quarters * other.points * self.of.max(1)
    }
}

/// The vertices of the build that fits the steps best, in the order in which they are to be tried: those of other
/// platforms last, as a build for several platforms has the steps of each.
pub(super) fn order(log: &Log, vertices: &[Label<'_>], steps: &[Label<'_>], platform: &str) -> Vec<usize> {
    let best = best(log, vertices, steps, platform);
    let (mut order, mut others) = (Vec::new(), Vec::new());
    for (index, label) in vertices.iter().enumerate() {
        if log.vertices[index].build == best {
            if is_other(label, platform) { &mut others } else { &mut order }.push(index);
        }
    }
    order.append(&mut others);
    order
}

fn best(log: &Log, vertices: &[Label<'_>], steps: &[Label<'_>], platform: &str) -> LogBuildId {
    let mut known: Lookup<(Option<&str>, &str), ()> = Lookup::default();
    for label in steps {
        known.add((Some(label.stage), label.unpinned_text()));
        known.add((None, label.unpinned_text()));
    }
    let n_builds = log.vertices.iter().map(|vertex| vertex.build.0 as usize + 1).max().unwrap_or_default();
    let mut fits = vec![Fit::default(); n_builds];
    for (vertex, label) in log.vertices.iter().zip(vertices).filter(|(_, label)| !label.number.is_empty()) {
        let is_known = |stage| u64::from(known.get(&(stage, label.unpinned_text())).is_some());
        let points = if is_other(label, platform) { 0 } else { is_known(Some(label.stage)) + is_known(None) };
        fits[vertex.build.0 as usize].add(points);
    }
    let mut best = Fit::default();
    for fit in &fits {
        if fit.is_above(4, best) {
            best = *fit;
        }
    }
    let last = fits.iter().rposition(|fit| fit.points > 0 && fit.is_above(3, best));
    LogBuildId(last.unwrap_or(n_builds.saturating_sub(1)) as u32)
}

/// Whether a label is of another platform.
fn is_other(label: &Label<'_>, platform: &str) -> bool {
    let own = label.prefix.rsplit(' ').next().unwrap_or_default();
    own.contains('/') && own.split("->").next() != Some(platform)
}

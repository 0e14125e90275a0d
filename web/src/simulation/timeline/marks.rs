//! The marks of steps that take no time, side by side: no bar and no other mark covers one. Pure.

use super::chart::Place;
use super::sheet::Sheet;
use crate::strings::count;

/// Width of a mark.
const MARK: f32 = 6.0;
/// From a mark to the next one of its moment.
const PITCH: f32 = 8.0;
/// As many marks of a moment are drawn one by one.
const FEW: usize = 12;
/// Steps that take no time, at one moment and of one kind.
#[derive(Debug)]
pub struct Moment {
    /// The moment, in milliseconds.
    pub at: u64,
    /// Whether they come from the cache.
    pub cached: bool,
    /// The steps.
    pub steps: Vec<usize>,
}

/// Marks of a moment: one for each step, or one for all.
#[derive(Clone, Debug, PartialEq)]
pub struct Marks<'a> {
    /// The steps.
    pub steps: &'a [usize],
    /// Whether they come from the cache.
    pub cached: bool,
    /// Where the first stands.
    pub x: f32,
    /// The width of all.
    pub width: f32,
    /// How many of them there are, where one mark stands for all.
    pub told: Option<String>,
    /// The room before and behind them; none where they are so many that they cover one another.
    pub room: Option<[f32; 2]>,
}

/// Where marks stand: each at its moment, or beside others that are there. Where there are too many for that, each at its
/// moment; they cover one another.
#[must_use]
pub fn marks<'a>(moments: &'a [Moment], sheet: &Sheet) -> Vec<Marks<'a>> {
    let measure = |moment: &Moment| {
        let n = moment.steps.len();
        let told = (n > FEW).then(|| if moment.cached { format!("{n} from the cache") } else { count(n, "step") });
        let width = match &told {
            Some(told) => (told.len() + 2) as f32 * sheet.letter,
            None => n as f32 * PITCH - (PITCH - MARK),
        };
        (told, width, sheet.x(moment.at))
    };
    let mut out: Vec<Marks<'_>> = Vec::with_capacity(moments.len());
    for moment in moments {
        let (told, width, x) = measure(moment);
        out.push(Marks { steps: &moment.steps, cached: moment.cached, x, width, told, room: None });
    }
    let gap = PITCH - MARK;
    let all: f32 = out.iter().map(|marks| marks.width + gap).sum();
    if all < sheet.end() - sheet.x(0) {
        let mut free = 0.0f32;
        for marks in &mut out {
            marks.x = marks.x.max(free);
            free = marks.x + marks.width + gap;
        }
        let mut end = sheet.end();
        for marks in out.iter_mut().rev() {
            marks.x = marks.x.min(end - marks.width);
            marks.room = Some([0.0, end - marks.x - marks.width]);
            end = marks.x - gap;
        }
        let mut free = sheet.x(0);
        for marks in &mut out {
            if let Some([before, _]) = &mut marks.room {
                *before = marks.x - free;
            }
            free = marks.x + marks.width;
        }
    }
    out
}

impl Marks<'_> {
    /// Where the mark of each step stands; all in one place where one mark stands for all.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        let is_one = self.told.is_some();
        self.steps.iter().enumerate().map(move |(index, &step)| {
            let (by, width) = if is_one { (0.0, self.width) } else { (index as f32 * PITCH, MARK) };
            Place { step, row: 0, x: self.x + by, width }
        })
    }
}

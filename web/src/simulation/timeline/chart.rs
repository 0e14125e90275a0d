//! The steps of a build in rows: which stands where on a [`Sheet`], which is under a point, and which of them are
//! drawn one by one. Pure.
//!
//! What takes time has a bar in its lane. What takes none, as what comes from the cache, has a mark in a row of its own
//! above them, where no bar covers it; marks of one moment stand side by side, and many of them make one.

use stagewright::simulate::{Schedule, Slot, StepState};
use stagewright::sorting::sort_by_key;

use super::marks::{Marks, Moment, marks};
use super::sheet::{Sheet, Window};

/// The least width of a bar, however short its step is.
const THIN: f32 = 1.5;
/// Of a build of more steps, bars on which next to nothing can be written are drawn together.
const MANY: usize = 100;
/// How wide those are, in letters.
const NARROW: f32 = 12.0;
/// How far beside a thin bar the pointer still finds it.
const NEAR: f32 = 3.0;

/// The steps of a build, in rows.
#[derive(Debug, Default)]
pub struct Chart {
    /// The steps that start, in the order in which they do.
    pub order: Vec<usize>,
    /// The number of each step in that order, from 1; nought for one that does not start.
    pub rank: Vec<usize>,
    /// Whether each step is one of those that decide how long the build takes.
    pub critical: Vec<bool>,
    slots: Vec<Slot>,
    /// The steps that take time, lane by lane, in the order of time.
    lanes: Vec<Vec<usize>>,
    moments: Vec<Moment>,
    /// How much time there is room for.
    span: u64,
    shortest: u64,
}

/// Where a bar or mark stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The step.
    pub step: usize,
    /// Its row.
    pub row: u32,
    /// Its left end.
    pub x: f32,
    /// Its width.
    pub width: f32,
}

/// What is drawn of a row.
#[derive(Debug, Default, PartialEq)]
pub struct Drawn {
    /// One by one.
    pub single: Vec<Place>,
    /// Together, as they are too thin to be told apart.
    pub thin: Vec<Place>,
}

impl Chart {
    /// The chart of a schedule, with room for so much time, in milliseconds.
    #[must_use]
    pub fn of(schedule: &Schedule, span: u64, is_critical: impl Fn(usize) -> bool) -> Self {
        let slots = schedule.slots.clone();
        let mut order: Vec<usize> =
            (0..slots.len()).filter(|&step| slots[step].state != StepState::NotStarted).collect();
        sort_by_key(&mut order, |&step| (slots[step].start, slots[step].end > slots[step].start));
        let mut out = Self {
            rank: vec![0; slots.len()],
            critical: (0..slots.len()).map(is_critical).collect(),
            span: span.max(schedule.total),
            shortest: schedule.total,
            ..Self::default()
        };
        for (index, &step) in order.iter().enumerate() {
            out.rank[step] = index + 1;
            let slot = &slots[step];
            if slot.end > slot.start {
                let lane = slot.lane as usize;
                if out.lanes.len() <= lane {
                    out.lanes.resize_with(lane + 1, Vec::new);
                }
                out.lanes[lane].push(step);
                out.shortest = out.shortest.min(slot.end - slot.start);
            } else {
                out.add_mark(slot, step);
            }
        }
        Self { order, slots, ..out }
    }

    fn add_mark(&mut self, slot: &Slot, step: usize) {
        let cached = slot.state == StepState::Cached;
        // Of one moment there are two kinds at most, one after the other or mixed.
        let last = self.moments.iter_mut().rev().take(2);
        match last.into_iter().find(|moment| moment.at == slot.start && moment.cached == cached) {
            Some(moment) => moment.steps.push(step),
            None => self.moments.push(Moment { at: slot.start, cached, steps: vec![step] }),
        }
    }

    /// The sheet that it needs.
    #[must_use]
    pub fn sheet(&self, room: (f32, f32), letter: f32, zoom: f32) -> Sheet {
        let n_rows = self.lanes.len() as u32 + self.n_mark_rows();
        let sheet = Sheet { room, letter, zoom, total: self.span, shortest: self.shortest, n_rows };
        Sheet { zoom: sheet.zoomed(zoom), ..sheet }
    }

    fn n_mark_rows(&self) -> u32 {
        u32::from(!self.moments.is_empty())
    }

    /// Where the marks stand: each at its moment, or beside others that are there. Where there are too many for that,
    /// each at its moment; they cover one another.
    #[must_use]
    pub fn marks(&self, sheet: &Sheet) -> Vec<Marks<'_>> {
        marks(&self.moments, sheet)
    }

    /// Where a step stands; nowhere where it does not start.
    #[must_use]
    pub fn place(&self, sheet: &Sheet, step: usize) -> Option<Place> {
        if *self.rank.get(step)? == 0 {
            return None;
        }
        let slot = &self.slots[step];
        if slot.end > slot.start {
            return Some(self.bar(sheet, step));
        }
        self.marks(sheet).iter().find_map(|marks| marks.places().find(|place| place.step == step))
    }

    fn bar(&self, sheet: &Sheet, step: usize) -> Place {
        let slot = &self.slots[step];
        let (x, end) = (sheet.x(slot.start), sheet.x(slot.end));
        Place { step, row: slot.lane + self.n_mark_rows(), x, width: (end - x).max(THIN) }
    }

    /// The bars of a row from one place to another, of which those that are wide enough are drawn one by one.
    #[must_use]
    pub fn bars(&self, sheet: &Sheet, row: u32, part: [f32; 2]) -> Drawn {
        let mut drawn = Drawn::default();
        let lane = row.checked_sub(self.n_mark_rows()).and_then(|lane| self.lanes.get(lane as usize));
        let Some(lane) = lane else { return drawn };
        let [from, to] = part.map(|x| sheet.time(x).max(0.0) as u64);
        let first = lane.partition_point(|&step| self.slots[step].end < from);
        for &step in lane[first..].iter().take_while(|&&step| self.slots[step].start <= to) {
            let place = self.bar(sheet, step);
            let is_wide = self.order.len() <= MANY || place.width >= NARROW * sheet.letter;
            if is_wide { drawn.single.push(place) } else { drawn.thin.push(place) }
        }
        drawn
    }

    /// The row of a step that starts.
    #[must_use]
    pub fn row_of(&self, step: usize) -> Option<u32> {
        let starts = *self.rank.get(step)? > 0;
        starts.then(|| if self.takes_time(step) { self.slots[step].lane + self.n_mark_rows() } else { 0 })
    }

    /// The bars that run at a moment, in a window.
    #[must_use]
    pub fn running(&self, sheet: &Sheet, window: &Window, at: u64) -> Vec<Place> {
        let marks = self.n_mark_rows();
        let lanes = self.lanes.iter().enumerate();
        let runs = |lane: &Vec<usize>| {
            let step = *lane.get(lane.partition_point(|&step| self.slots[step].end <= at))?;
            (self.slots[step].start <= at).then_some(step)
        };
        let seen = |row: usize| (window.first..window.end).contains(&(row as u32 + marks));
        let steps = lanes.filter(|(row, _)| seen(*row)).filter_map(|(_, lane)| runs(lane));
        steps.map(|step| self.bar(sheet, step)).collect()
    }

    /// The first step that begins at a moment and takes time.
    #[must_use]
    pub fn begins(&self, at: u64) -> Option<usize> {
        let from = self.order.partition_point(|&step| self.slots[step].start < at);
        let begin = self.order[from..].iter().take_while(|&&step| self.slots[step].start == at);
        begin.copied().find(|&step| self.takes_time(step))
    }

    /// The step under a point of the sheet.
    #[must_use]
    pub fn hit(&self, sheet: &Sheet, x: f32, y: f32) -> Option<usize> {
        let row = sheet.row_at(y)?;
        let Some(lane) = row.checked_sub(self.n_mark_rows()) else {
            let marks = self.marks(sheet);
            let at = marks.iter().rfind(|marks| marks.x - 1.0 <= x)?;
            let is_here = |place: &Place| x < place.x + place.width + 1.0;
            return at.places().find(is_here).map(|place| place.step);
        };
        let lane = self.lanes.get(lane as usize)?;
        let time = sheet.time(x).max(0.0) as u64;
        let next = lane.partition_point(|&step| self.slots[step].end < time);
        let distance = |step: usize| {
            let Place { x: left, width, .. } = self.bar(sheet, step);
            (left - x).max(x - left - width).max(0.0)
        };
        let near = [next.checked_sub(1), Some(next)].into_iter().flatten().filter_map(|at| lane.get(at).copied());
        let mut best: Option<(f32, usize)> = None;
        for step in near {
            let far = distance(step);
            if far <= NEAR && best.is_none_or(|(least, _)| far < least) {
                best = Some((far, step));
            }
        }
        best.map(|(_, step)| step)
    }

    /// Whether a step has a bar, not a mark.
    #[must_use]
    pub fn takes_time(&self, step: usize) -> bool {
        self.slots[step].end > self.slots[step].start
    }

    /// What becomes of a step.
    #[must_use]
    pub fn state(&self, step: usize) -> StepState {
        self.slots[step].state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stagewright::plan::StepId;
    use stagewright::simulate::Cause;

    fn slot(lane: u32, start: u64, end: u64, state: StepState) -> Slot {
        Slot { start, end, state, cause: Cause::Input(StepId(0)), lane, wave: 0 }
    }

    fn chart(slots: Vec<Slot>) -> Chart {
        let total = slots.iter().map(|slot| slot.end).max().unwrap_or_default();
        Chart::of(&Schedule { slots, total, ..Schedule::default() }, total, |_| false)
    }

    /// Marks at both ends, and two lanes.
    fn small() -> Chart {
        chart(vec![
            slot(0, 0, 0, StepState::Cached),
            slot(0, 0, 0, StepState::Cached),
            slot(0, 0, 600, StepState::Done),
            slot(1, 0, 1_000, StepState::Done),
            slot(0, 600, 600, StepState::Done),
            slot(0, 1_000, 1_000, StepState::Cached),
            slot(0, 1_000, 1_000, StepState::NotStarted),
        ])
    }

    fn sheet(chart: &Chart, zoom: f32) -> Sheet {
        chart.sheet((1016.0, 300.0), 7.5, zoom)
    }

    #[test]
    fn marks_stand_apart_and_within_the_sheet() {
        let chart = small();
        let sheet = sheet(&chart, 1.0);
        let places: Vec<Place> =
            chart.marks(&sheet).iter().flat_map(|marks| marks.places().collect::<Vec<_>>()).collect();
        assert_eq!(places.iter().map(|place| place.step).collect::<Vec<_>>(), [0, 1, 4, 5]);
        for pair in places.windows(2) {
            assert!(pair[0].x + pair[0].width < pair[1].x, "{pair:?}");
        }
        assert!(places[0].x >= 0.0 && places[3].x + places[3].width <= sheet.width());
        assert!(places.iter().all(|place| place.row == 0) && chart.place(&sheet, 2).is_some_and(|bar| bar.row == 1));
        assert_eq!(chart.place(&sheet, 6), None, "it does not start");
    }

    #[test]
    fn many_marks_of_a_moment_are_one() {
        let mut slots = vec![slot(0, 0, 0, StepState::Cached); 900];
        slots.push(slot(0, 0, 500, StepState::Done));
        let chart = chart(slots);
        let marks = chart.marks(&sheet(&chart, 1.0));
        assert_eq!(marks.len(), 1);
        assert_eq!(marks[0].told.as_deref(), Some("900 from the cache"));
    }

    #[test]
    fn what_is_under_the_pointer_is_found() {
        let chart = small();
        let sheet = sheet(&chart, 1.0);
        for step in [0, 1, 2, 3, 4, 5] {
            let place = chart.place(&sheet, step).expect("a place");
            let (x, y) = (place.x + place.width / 2.0, sheet.y(place.row) + 5.0);
            assert_eq!(chart.hit(&sheet, x, y), Some(step));
        }
        assert_eq!(chart.hit(&sheet, 900.0, sheet.y(1) + 5.0), None, "nothing runs there any more");
        assert_eq!(chart.hit(&sheet, 300.0, sheet.y(0) + 5.0), None);
        assert_eq!(chart.hit(&sheet, 300.0, 5_000.0), None);
    }

    #[test]
    fn of_a_thousand_steps_no_more_is_drawn_than_the_screen_shows() {
        let one_lane = (0..1_000).map(|at| slot(0, at * 10, at * 10 + 1 + at % 9, StepState::Done)).collect();
        let many_lanes =
            (0..1_000).map(|at| slot(at as u32 / 2, at % 2 * 500, at % 2 * 500 + 500, StepState::Done)).collect();
        for slots in [one_lane, many_lanes] {
            let chart = chart(slots);
            for zoom in [1.0, 2.0, 8.0, 32.0] {
                let sheet = sheet(&chart, zoom);
                let mut n_seen = 0;
                for step in 0..40 {
                    let seen = (sheet.width() / 40.0 * step as f32, sheet.height() / 40.0 * step as f32);
                    let window = sheet.scrolled(&sheet.window(seen), seen, (1.0, 1.0));
                    let rows = (window.first..window.end).map(|row| chart.bars(&sheet, row, sheet.part(&window, row)));
                    let (mut single, mut thin) = (0, 0);
                    for drawn in rows {
                        single += drawn.single.len();
                        thin += drawn.thin.len();
                    }
                    // Of some 20 rows and 2 rooms, in each of which so many bars have room.
                    assert!(single <= 300, "{single} at {seen:?}");
                    n_seen += single + thin;
                }
                assert!(n_seen > 0);
            }
        }
    }

    #[test]
    fn what_runs_at_a_moment_is_told() {
        let chart = small();
        let sheet = sheet(&chart, 1.0);
        let at = |at: u64| -> Vec<usize> {
            chart.running(&sheet, &sheet.window((0.0, 0.0)), at).iter().map(|place| place.step).collect()
        };
        assert_eq!([0, 600, 1_000].map(|at| chart.begins(at)), [Some(2), None, None]);
        assert_eq!([at(0), at(599), at(600), at(1_000)], [vec![2, 3], vec![2, 3], vec![3], vec![]]);
    }
}

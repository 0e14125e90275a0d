//! The sheet that the timeline is drawn on: which time stands where, and which part of it is seen. Pure; in pixels.

/// Left and right of the time, so that its ends can be seen.
const EDGE: f64 = 8.0;
/// The widest sheet: browsers lay out no more than some millions of pixels.
const WIDEST: f32 = 400_000.0;
/// So wide the shortest step can become.
const SHORTEST: f32 = 120.0;
/// Rows that are drawn above or below what is seen, where it is scrolled to.
const ROWS_AHEAD: u32 = 4;
/// Drawn on both sides of it where it is not scrolled along the time, in pixels.
const RIM: f32 = 40.0;
/// So many times is what a row has ahead drawn anew while all of the room is scrolled by.
const PARTS: i32 = 5;
/// Rows take turns in that: of so many, one at a time.
const TURNS: i32 = 4;

/// How wide and high everything is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sheet {
    /// Width and height of what is seen at once.
    pub room: (f32, f32),
    /// The width of a letter on a bar.
    pub letter: f32,
    /// How many times as wide as its room it is.
    pub zoom: f32,
    /// The time it has, in milliseconds.
    pub total: u64,
    /// The time of the shortest step.
    pub shortest: u64,
    /// How many rows there are.
    pub n_rows: u32,
}

/// The part that is drawn: what is seen, and some around it.
///
/// While it is scrolled, each frame is to draw little. So a row that comes into view is drawn once, however far it is
/// scrolled down then; and along the time, a row is drawn anew when the next part of the room comes into view, not all
/// rows at once.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    along: Along,
    /// From this row,
    pub first: u32,
    /// to before this one.
    pub end: u32,
}

/// Which part of the time is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Along {
    /// What is seen where so much is scrolled to the right.
    Still(f32),
    /// It is being scrolled, so many turns of rows to the right.
    Scrolled(i32),
}

impl Default for Along {
    fn default() -> Self {
        Self::Still(0.0)
    }
}

impl Sheet {
    /// The width of all of it.
    #[must_use]
    pub fn width(&self) -> f32 {
        (self.room.0 * self.zoom).round()
    }

    /// The height of a row.
    #[must_use]
    pub fn row(&self) -> f32 {
        (self.letter * 4.0).round().max(24.0)
    }

    /// The height of all rows.
    #[must_use]
    pub fn height(&self) -> f32 {
        self.n_rows as f32 * self.row() + 4.0
    }

    /// Where the upper edge of a bar stands in its row.
    #[must_use]
    pub fn y(&self, row: u32) -> f32 {
        row as f32 * self.row() + 3.0
    }

    /// The height of a bar.
    #[must_use]
    pub fn bar(&self) -> f32 {
        self.row() - 6.0
    }

    /// The row at a height.
    #[must_use]
    pub fn row_at(&self, y: f32) -> Option<u32> {
        let row = (y / self.row()).floor();
        (row >= 0.0 && row < self.n_rows as f32).then_some(row as u32)
    }

    /// Where a time stands.
    #[must_use]
    pub fn x(&self, time: u64) -> f32 {
        let share = time as f64 / self.total.max(1) as f64;
        (EDGE + share * (f64::from(self.width()) - 2.0 * EDGE)) as f32
    }

    /// The time that stands at a place: before the beginning less than nought.
    #[must_use]
    pub fn time(&self, x: f32) -> f64 {
        (f64::from(x) - EDGE) / (f64::from(self.width()) - 2.0 * EDGE).max(1.0) * self.total.max(1) as f64
    }

    /// The end of what can be drawn on.
    #[must_use]
    pub fn end(&self) -> f32 {
        self.width() - EDGE as f32
    }

    /// How many letters have room in so many pixels.
    #[must_use]
    pub fn letters(&self, width: f32) -> usize {
        (width / self.letter).max(0.0) as usize
    }

    /// The zoom, no less than all of the time and no more than shows the shortest step.
    #[must_use]
    pub fn zoomed(&self, zoom: f32) -> f32 {
        let room = self.room.0.max(1.0);
        let shows = SHORTEST / room * (self.total as f32 / self.shortest.max(1) as f32);
        zoom.min(shows.max(4.0)).min(WIDEST / room).max(1.0)
    }

    /// What is seen, moved to where there is something.
    #[must_use]
    pub fn within(&self, (left, top): (f32, f32), height: f32) -> (f32, f32) {
        (left.min(self.width() - self.room.0).max(0.0).round(), top.min(height - self.room.1).max(0.0).round())
    }

    /// The part that is drawn where so much is scrolled to the right and down: what is seen.
    #[must_use]
    pub fn window(&self, (left, top): (f32, f32)) -> Window {
        let (first, end) = self.rows(top);
        Window { along: Along::Still(left), first, end }
    }

    /// The part that is drawn after `window`, where now so much is scrolled to the right and down, and was by so much
    /// less before: what is seen, and more of it where it is scrolled to.
    #[must_use]
    pub fn scrolled(&self, window: &Window, (left, top): (f32, f32), by: (f32, f32)) -> Window {
        let along = if by.0 == 0.0 { window.along } else { Along::Scrolled((left / self.turn()).floor() as i32) };
        let (first, end) = match self.rows(top) {
            (first, end) if by.1 > 0.0 => (first, (end + ROWS_AHEAD).min(self.n_rows)),
            (first, end) if by.1 < 0.0 => (first.saturating_sub(ROWS_AHEAD), end),
            rows if rows.0 < window.first || rows.1 > window.end => rows,
            _ => (window.first, window.end),
        };
        Window { along, first, end }
    }

    /// The rows that are seen where so much is scrolled down: from the first to before the last.
    fn rows(&self, top: f32) -> (u32, u32) {
        let row = |y: f32| (y.max(0.0) / self.row()) as u32;
        (row(top), (row(top + self.room.1) + 1).min(self.n_rows))
    }

    /// What is scrolled until other rows have their turn.
    fn turn(&self) -> f32 {
        self.room.0.max(100.0) / (PARTS * TURNS) as f32
    }

    /// From where to where a row is drawn: what is seen, and ahead on both sides from half a part of the room to one and
    /// a half.
    #[must_use]
    pub fn part(&self, window: &Window, row: u32) -> [f32; 2] {
        match window.along {
            Along::Still(left) => [left - RIM, left + self.room.0 + RIM],
            Along::Scrolled(turns) => {
                let turn = row as i32 % TURNS;
                let left = (turns - turn - TURNS / 2).div_euclid(TURNS) * TURNS + turn;
                let width = (PARTS + 2) * TURNS;
                [left, left + width].map(|turns| turns as f32 * self.turn())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(zoom: f32) -> Sheet {
        Sheet { room: (1016.0, 300.0), letter: 7.5, zoom, total: 100_000, shortest: 1_000, n_rows: 50 }
    }

    #[test]
    fn a_time_stands_where_it_is_found_again() {
        for zoom in [1.0, 3.5, 64.0] {
            let sheet = sheet(zoom);
            assert!((sheet.x(0) - 8.0).abs() < 0.01);
            assert!((sheet.x(100_000) - sheet.end()).abs() < 0.1);
            for time in [0, 1, 12_345, 99_999] {
                assert!((sheet.time(sheet.x(time)) - time as f64).abs() < 1.0, "{zoom} {time}");
            }
        }
    }

    #[test]
    fn the_zoom_has_its_limits() {
        fn check(shortest: u64, asked: f32, expect: f32) {
            let sheet = Sheet { shortest, ..sheet(1.0) };
            assert!((sheet.zoomed(asked) - expect).abs() < 0.5, "{} for {asked}", sheet.zoomed(asked));
        }
        check(1_000, 0.1, 1.0);
        check(1_000, 5.0, 5.0);
        check(1_000, 1e6, 11.8);
        check(100_000, 1e6, 4.0);
        check(1, 1e6, 393.7);
    }

    #[test]
    fn while_it_is_scrolled_a_frame_draws_little() {
        let sheet = sheet(8.0);
        for by in [(90.0, 0.0), (-90.0, 0.0), (0.0, 60.0), (0.0, -60.0), (17.0, 3.0)] {
            let from = (if by.0 < 0.0 { 7_000.0 } else { 0.0 }, if by.1 < 0.0 { 1_200.0 } else { 0.0 });
            let mut window = sheet.window(from);
            for step in 1..20 {
                let seen = (from.0 + by.0 * step as f32, from.1 + by.1 * step as f32);
                let next = sheet.scrolled(&window, seen, by);
                let row = |y: f32| ((y / sheet.row()) as u32).min(49);
                let (first, last) = (row(seen.1), row(seen.1 + 300.0));
                assert!(next.first <= first && next.end > last && next.end - next.first <= 16, "{seen:?} {next:?}");
                for row in next.first..next.end {
                    let [left, right] = sheet.part(&next, row);
                    assert!(left <= seen.0 - 40.0 && right >= seen.0 + 1016.0 + 40.0, "{seen:?} {left} {right}");
                    assert!(right - left < 1.5 * 1016.0);
                }
                let was = |row: u32| (window.first..window.end).contains(&row).then(|| sheet.part(&window, row));
                let n_drawn = (next.first..next.end).filter(|&row| was(row) != Some(sheet.part(&next, row))).count();
                // At the beginning of a movement all of it, once.
                assert!(step == 1 || n_drawn <= 6, "{n_drawn} rows at {seen:?}");
                window = next;
            }
        }
    }

    #[test]
    fn what_does_not_move_is_drawn_as_it_is_seen() {
        let sheet = sheet(8.0);
        let window = sheet.window((500.0, 0.0));
        assert_eq!(sheet.part(&window, 3), [460.0, 1_556.0]);
        assert_eq!((window.first, window.end), (0, 11));
        assert_eq!(sheet.scrolled(&window, (500.0, 0.0), (0.0, 0.0)), window);
    }
}

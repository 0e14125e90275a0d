//! The sheet that the timeline is drawn on: which time stands where, and which part of it is seen. Pure; in pixels.

/// Left and right of the time, so that its ends can be seen.
const EDGE: f64 = 8.0;
/// The widest sheet: browsers lay out no more than some millions of pixels.
const WIDEST: f32 = 400_000.0;
/// So wide the shortest step can become.
const SHORTEST: f32 = 120.0;
/// How much of the room is drawn beside what is seen, where it is scrolled to.
const AHEAD: f32 = 0.5;
/// Rows that are drawn above or below it, where it is scrolled to.
const ROWS_AHEAD: u32 = 4;
/// Drawn on all sides, in pixels.
const RIM: f32 = 40.0;

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

/// The part that is drawn: what is seen, and some around it, so that little scrolling draws nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    /// From here,
    pub left: f32,
    /// to here.
    pub right: f32,
    /// From this row,
    pub first: u32,
    /// to before this one.
    pub end: u32,
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

    /// The part that is drawn where so much is scrolled to the right and down: what is seen, and more of it where it is
    /// scrolled to (by so much to the right and down), as then it is not drawn anew for each bit.
    #[must_use]
    pub fn window(&self, (left, top): (f32, f32), by: (f32, f32)) -> Window {
        let ahead = |is: bool| RIM + if is { AHEAD * self.room.0 } else { 0.0 };
        let rows = |is: bool| if is { ROWS_AHEAD } else { 0 };
        let row = |y: f32| (y.max(0.0) / self.row()) as u32;
        Window {
            left: left - ahead(by.0 < 0.0),
            right: left + self.room.0 + ahead(by.0 > 0.0),
            first: row(top).saturating_sub(rows(by.1 < 0.0)),
            end: (row(top + self.room.1) + 1 + rows(by.1 > 0.0)).min(self.n_rows),
        }
    }

    /// Whether all that is seen there is drawn.
    #[must_use]
    pub fn is_drawn(&self, seen: (f32, f32), window: &Window) -> bool {
        let Window { left, right, first, end } = self.window(seen, (0.0, 0.0));
        window.left <= left + RIM && window.right >= right - RIM && window.first <= first && window.end >= end
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
    fn while_it_is_scrolled_little_is_drawn_anew() {
        let sheet = sheet(8.0);
        let mut window = sheet.window((0.0, 0.0), (0.0, 0.0));
        let mut n_drawn = 0;
        for step in 0..400 {
            let seen = (step as f32 * 17.0, step as f32 * 3.0);
            if !sheet.is_drawn(seen, &window) {
                window = sheet.window(seen, (17.0, 3.0));
                n_drawn += 1;
            }
            assert!(window.left <= seen.0 && window.right >= seen.0 + 1016.0, "{seen:?} {window:?}");
            let last = ((seen.1 + 300.0) / sheet.row()).ceil() as u32;
            assert!(window.first as f32 * sheet.row() <= seen.1 && window.end >= last.min(50), "{seen:?} {window:?}");
            assert!(window.right - window.left < 2.0 * 1016.0 && window.end - window.first < 24);
        }
        assert!(n_drawn < 30, "{n_drawn}");
    }
}

//! The scale above the lanes: round times, as close as they can be read.

use super::sheet::{Sheet, Window};
use crate::el;
use crate::element::Element;
use crate::graph::px::px;
use crate::simulation::words;

/// The least room of a time on the scale, in letters.
const LETTERS: f32 = 11.0;

/// The round times of a window, and where they stand.
#[must_use]
pub fn ticks(sheet: &Sheet, window: &Window) -> Vec<(u64, f32)> {
    let count = (sheet.width() / (LETTERS * sheet.letter)) as u64;
    let step = round_step(sheet.total, count);
    let [left, right] = sheet.part(window, 0).map(|x| sheet.time(x).max(0.0) as u64);
    let (first, last) = (left.div_ceil(step), right.min(sheet.total) / step);
    (first..=last).map(|number| (number * step, sheet.x(number * step))).collect()
}

/// The height of the scale.
#[must_use]
pub fn height(sheet: &Sheet) -> f32 {
    (sheet.letter * 3.0).round()
}

/// The scale.
pub fn scale(sheet: &Sheet, ticks: &[(u64, f32)]) -> Element {
    let height = height(sheet);
    // The last has no room behind it.
    let seen = ticks.iter().filter(|(_, x)| *x == 0.0 || sheet.end() - x > 7.0 * sheet.letter);
    let texts = seen.map(|(time, x)| {
        el!("text", "x": px(*x), "y": px(height - sheet.letter * 0.6)).key(*time).text(words::time(*time))
    });
    el!("svg", "class": "scale", "aria-hidden": "true", "width": px(sheet.width()), "height": px(height))
        .children(texts)
}

/// Lines at the times of the scale, through all lanes.
pub fn lines(sheet: &Sheet, ticks: &[(u64, f32)]) -> Element {
    let mut path = String::new();
    let height = px(sheet.height());
    for (_, x) in ticks {
        for part in ["M", &px(*x), " 0v", &height] {
            path.push_str(part);
        }
    }
    el!("path", "class": "scale-lines", "d": path)
}

/// The round time of which about `count` make the whole; never nought.
fn round_step(total: u64, count: u64) -> u64 {
    const ROUND: [u64; 17] = [
        100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
        1_800_000, 3_600_000, 7_200_000,
    ];
    let wanted = total / count.max(1);
    ROUND.into_iter().find(|&round| round >= wanted).unwrap_or_else(|| wanted.next_multiple_of(7_200_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_has_round_times() {
        fn check(total: u64, count: u64, expect: u64) {
            assert_eq!(round_step(total, count), expect);
        }
        check(0, 6, 100);
        check(1_000, 6, 200);
        check(109_000, 6, 30_000);
        check(109_000, 24, 5_000);
        check(86_400_000, 6, 14_400_000);
    }

    #[test]
    fn only_what_is_drawn_has_times() {
        let sheet = Sheet { room: (1016.0, 300.0), letter: 7.5, zoom: 64.0, total: 3_600_000, shortest: 10, n_rows: 4 };
        for left in [0.0, 10_000.0, 60_000.0] {
            let window = sheet.scrolled(&sheet.window((left, 0.0)), (left, 0.0), (1.0, 0.0));
            let [from, to] = sheet.part(&window, 0);
            let ticks = ticks(&sheet, &window);
            assert!((5..40).contains(&ticks.len()), "{}", ticks.len());
            assert!(ticks.iter().all(|(_, x)| *x >= from - 1.0 && *x <= to + 1.0));
        }
    }
}

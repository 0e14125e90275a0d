//! The maths of looking at a drawing: fitting, zooming, panning. Pure.

use stagewright::layout::{Rect, Size};

/// The part of the drawing that is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum View {
    /// All of it, as large as there is room for.
    #[default]
    Fit,
    /// What is around a point of the drawing, at a scale.
    At {
        /// Pixels of the screen for each pixel of the drawing.
        scale: f32,
        /// The point in the middle.
        x: f32,
        /// Down.
        y: f32,
    },
}

/// Room around the drawing, in its own pixels.
pub const MARGIN: f32 = 14.0;
/// The largest scale that fitting gives: a small graph does not fill a projector.
pub const LARGEST_FIT: f32 = 1.6;
/// The smallest scale that fitting gives where the size of the room is known: beneath, nobody can read the
/// names, so that it is better to see a part.
pub const SMALLEST_FIT: f32 = 0.7;
/// The same on a projector, where the smallest text is 16 pixels high then.
pub const SMALLEST_FIT_PRESENT: f32 = 1.25;
const SMALLEST: f32 = 0.1;
const LARGEST: f32 = 4.0;
/// What a press of a zoom button multiplies by.
pub const STEP: f32 = 1.25;

/// What has to be seen, if not all can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// What is to be in sight.
    pub focus: Option<Rect>,
    /// The least scale, beneath which a part is shown in place of the whole.
    pub scale: f32,
}

impl Default for Need {
    fn default() -> Self {
        Self { focus: None, scale: SMALLEST_FIT }
    }
}

/// How a drawing stands in its room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Left, top, width and height of the part that is seen, in pixels of the drawing.
    pub view_box: [f32; 4],
    /// The size of the picture on the screen.
    pub size: Size,
    /// The scale; none where the size of the room is not known.
    pub scale: Option<f32>,
    /// Whether some of the drawing may be out of sight.
    pub is_part: bool,
}

/// The frame of a view. `room` is the size of the place on the screen, where it is known; `need` is what
/// matters where not all can be seen.
#[must_use]
pub fn frame(drawing: Size, room: Option<Size>, view: View, need: Need) -> Frame {
    let whole = with_margin(drawing);
    let Some(room) = room.filter(|room| room.width > 0.0 && room.height > 0.0) else {
        let size = Size { width: whole[2], height: whole[3] };
        return Frame { view_box: whole, size, scale: None, is_part: false };
    };
    match resolved(drawing, room, view, need) {
        View::Fit => {
            let scale = fit_scale(drawing, room);
            let size = Size { width: whole[2] * scale, height: whole[3] * scale };
            Frame { view_box: whole, size, scale: Some(scale), is_part: false }
        }
        View::At { scale, x, y } => {
            let (width, height) = (room.width / scale, room.height / scale);
            let view_box = [x - width / 2.0, y - height / 2.0, width, height];
            Frame { view_box, size: room, scale: Some(scale), is_part: true }
        }
    }
}

/// `view`, unless it is to fit what cannot be read when it does.
fn resolved(drawing: Size, room: Size, view: View, need: Need) -> View {
    if view != View::Fit || fit_scale(drawing, room) >= need.scale {
        return view;
    }
    let whole = with_margin(drawing);
    let (width, height) = (room.width / need.scale, room.height / need.scale);
    let centre = need.focus.map_or((0.0, 0.0), |it| (it.x + it.width / 2.0, it.y + it.height / 2.0));
    let within = |at: f32, start: f32, length: f32, seen: f32| {
        if length <= seen { start + length / 2.0 } else { within(at, start + seen / 2.0, start + length - seen / 2.0) }
    };
    View::At {
        scale: need.scale,
        x: within(centre.0, whole[0], whole[2], width),
        y: within(centre.1, whole[1], whole[3], height),
    }
}

/// The room that a drawing takes where only the width is given, as on a page that is scrolled.
#[must_use]
pub fn room_of_width(drawing: Size, width: f32) -> Size {
    let [_, _, whole, height] = with_margin(drawing);
    Size { width, height: height * within(width / whole, SMALLEST_FIT, LARGEST_FIT) }
}

/// The view with the scale multiplied by `factor`; the point of the room at `at` (its middle, if none)
/// stays where it is.
#[must_use]
pub fn zoom(drawing: Size, room: Size, view: View, need: Need, factor: f32, at: Option<(f32, f32)>) -> View {
    let (scale, x, y) = position(drawing, room, view, need);
    let next = within(scale * factor, SMALLEST, LARGEST);
    let (dx, dy) = at.map_or((0.0, 0.0), |(x, y)| (x - room.width / 2.0, y - room.height / 2.0));
    View::At { scale: next, x: x + dx / scale - dx / next, y: y + dy / scale - dy / next }
}

/// The view moved by pixels of the screen: what is seen goes the other way.
#[must_use]
pub fn pan(drawing: Size, room: Size, view: View, need: Need, dx: f32, dy: f32) -> View {
    let (scale, x, y) = position(drawing, room, view, need);
    let whole = with_margin(drawing);
    View::At {
        scale,
        x: within(x + dx / scale, whole[0], whole[0] + whole[2]),
        y: within(y + dy / scale, whole[1], whole[1] + whole[3]),
    }
}

/// The view in which `rect` is seen: the same, where it is seen already.
#[must_use]
pub fn reveal(drawing: Size, room: Size, view: View, need: Need, rect: Rect) -> View {
    let [left, top, width, height] = frame(drawing, Some(room), view, need).view_box;
    let seen =
        left <= rect.x && rect.x + rect.width <= left + width && top <= rect.y && rect.y + rect.height <= top + height;
    if seen {
        return view;
    }
    let (scale, _, _) = position(drawing, room, view, need);
    View::At { scale, x: rect.x + rect.width / 2.0, y: rect.y + rect.height / 2.0 }
}

/// Scale and middle of a view.
fn position(drawing: Size, room: Size, view: View, need: Need) -> (f32, f32, f32) {
    match resolved(drawing, room, view, need) {
        View::At { scale, x, y } => (scale, x, y),
        View::Fit => (fit_scale(drawing, room), drawing.width / 2.0, drawing.height / 2.0),
    }
}

/// The scale at which all of a drawing is seen.
#[must_use]
pub fn fit_scale(drawing: Size, room: Size) -> f32 {
    let [_, _, width, height] = with_margin(drawing);
    (room.width / width).min(room.height / height).min(LARGEST_FIT)
}

fn with_margin(drawing: Size) -> [f32; 4] {
    [-MARGIN, -MARGIN, drawing.width + 2.0 * MARGIN, drawing.height + 2.0 * MARGIN]
}

/// `value`, or the nearer of two bounds. Not `clamp`, whose message brings in 10 kB that write floats.
pub(super) fn within(value: f32, least: f32, most: f32) -> f32 {
    value.max(least).min(most)
}

/// Whether a box is seen in a frame, or not further from it than it is wide and high.
#[must_use]
pub fn is_near(frame: &Frame, it: Rect) -> bool {
    let [left, top, width, height] = frame.view_box;
    let is_near = |at: f32, length: f32, start: f32, seen: f32| at + length > start - seen && at < start + 2.0 * seen;
    is_near(it.x, it.width, left, width) && is_near(it.y, it.height, top, height)
}

/// On which sides there is more of the drawing than is seen: left, right, above, below.
#[must_use]
pub fn more(drawing: Size, frame: &Frame) -> [bool; 4] {
    let [x, y, width, height] = frame.view_box;
    [x > 1.0, x + width < drawing.width - 1.0, y > 1.0, y + height < drawing.height - 1.0]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Size = Size { width: 640.0, height: 440.0 };

    fn size(width: f32, height: f32) -> Size {
        Size { width, height }
    }

    #[test]
    fn a_drawing_fits_its_room() {
        let frame = frame(size(612.0, 100.0), Some(ROOM), View::Fit, Need::default());
        assert_eq!(frame.view_box, [-14.0, -14.0, 640.0, 128.0]);
        assert_eq!((frame.size, frame.scale), (size(640.0, 128.0), Some(1.0)));
    }

    #[test]
    fn a_small_drawing_is_not_blown_up() {
        assert_eq!(frame(size(60.0, 60.0), Some(ROOM), View::Fit, Need::default()).scale, Some(LARGEST_FIT));
    }

    #[test]
    fn of_a_large_drawing_the_part_around_the_target_is_seen() {
        let target = Rect { x: 5_000.0, y: 100.0, width: 100.0, height: 80.0 };
        let frame = frame(size(5_100.0, 200.0), Some(ROOM), View::Fit, Need { focus: Some(target), ..Need::default() });
        assert_eq!(frame.scale, Some(SMALLEST_FIT));
        let [left, top, width, height] = frame.view_box;
        assert!((left + width - 5_114.0).abs() < 0.5, "its end is the end of the drawing");
        assert!(top <= -14.0 && height >= 228.0, "all of its height is seen");
    }

    #[test]
    fn on_a_narrow_page_the_height_follows() {
        assert_eq!(room_of_width(size(612.0, 200.0), 320.0), size(320.0, 228.0 * SMALLEST_FIT));
        assert_eq!(room_of_width(size(612.0, 200.0), 640.0), size(640.0, 228.0));
    }

    #[test]
    fn an_unknown_room_shows_all() {
        let frame = frame(size(612.0, 100.0), None, View::Fit, Need::default());
        assert_eq!((frame.view_box, frame.scale), ([-14.0, -14.0, 640.0, 128.0], None));
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let drawing = size(600.0, 400.0);
        let at = (160.0, 330.0);
        let before = View::At { scale: 1.0, x: 300.0, y: 200.0 };
        let under = |view: View| {
            let [left, top, width, _] = frame(drawing, Some(ROOM), view, Need::default()).view_box;
            let scale = ROOM.width / width;
            (left + at.0 / scale, top + at.1 / scale)
        };
        let after = zoom(drawing, ROOM, before, Need::default(), 2.0, Some(at));
        let (a, b) = (under(before), under(after));
        assert!((a.0 - b.0).abs() < 0.01 && (a.1 - b.1).abs() < 0.01, "{a:?} {b:?}");
    }

    #[test]
    fn the_scale_has_its_limits() {
        let far = (0..40).fold(View::Fit, |view, _| zoom(ROOM, ROOM, view, Need::default(), STEP, None));
        assert_eq!(frame(ROOM, Some(ROOM), far, Need::default()).scale, Some(LARGEST));
        let near = (0..40).fold(View::Fit, |view, _| zoom(ROOM, ROOM, view, Need::default(), 1.0 / STEP, None));
        assert_eq!(frame(ROOM, Some(ROOM), near, Need::default()).scale, Some(SMALLEST));
    }

    #[test]
    fn the_drawing_cannot_be_lost() {
        let drawing = size(600.0, 400.0);
        let View::At { x, y, .. } = pan(drawing, ROOM, View::Fit, Need::default(), 1e6, -1e6) else { panic!() };
        assert_eq!((x, y), (614.0, -14.0));
    }

    #[test]
    fn what_is_within_a_step_is_near() {
        let frame =
            frame(size(5_000.0, 400.0), Some(ROOM), View::At { scale: 1.0, x: 2_000.0, y: 200.0 }, Need::default());
        let near = |x: f32| is_near(&frame, Rect { x, y: 100.0, width: 100.0, height: 80.0 });
        assert_eq!([900.0, 1_000.0, 2_000.0, 2_900.0, 3_000.0].map(near), [false, true, true, true, false]);
    }

    #[test]
    fn what_is_seen_stays_where_it_is() {
        let drawing = size(600.0, 400.0);
        let rect = Rect { x: 10.0, y: 10.0, width: 100.0, height: 80.0 };
        assert_eq!(reveal(drawing, ROOM, View::Fit, Need::default(), rect), View::Fit);
        let zoomed = View::At { scale: 2.0, x: 500.0, y: 300.0 };
        assert_eq!(reveal(drawing, ROOM, zoomed, Need::default(), rect), View::At { scale: 2.0, x: 60.0, y: 50.0 });
    }
}

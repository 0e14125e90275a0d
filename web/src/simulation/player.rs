//! Plays a build: moves it on while it is asked to go on by itself.

use stagewright::simulate::Schedule;
use yew::Callback;

use super::film;
use super::settings::{Change, Settings};
use crate::platform::listen::Timer;
use crate::platform::media;
use crate::state::Action;

/// Between two pictures, in milliseconds.
const FRAME: i32 = 50;
/// How many pictures a whole build has.
const FRAMES: u32 = 200;
/// How long a moment is shown where motion is not wanted.
const PAUSE: i32 = 1_500;

/// What moves the build on.
#[derive(Default)]
pub struct Player {
    timer: Option<Timer>,
}

impl Player {
    /// Waits for the next picture, where the build is played.
    pub fn tell(&mut self, settings: Option<&Settings>, schedule: Option<&Schedule>, dispatch: &Callback<Action>) {
        self.timer = None;
        let (Some(settings), Some(schedule)) = (settings.filter(|it| it.playing), schedule) else { return };
        let still = media::matches(media::REDUCED_MOTION);
        let change = after(schedule, settings.at.unwrap_or(0), still);
        let dispatch = dispatch.clone();
        self.timer = Timer::after(if still { PAUSE } else { FRAME }, move || dispatch.emit(Action::Simulate(change)));
    }
}

/// What follows `at`: the next picture, or the next moment where pictures are not to move; at the end it stops.
fn after(schedule: &Schedule, at: u32, still: bool) -> Change {
    let total = u32::try_from(schedule.total).unwrap_or(u32::MAX);
    if at >= total {
        return Change::Play(false);
    }
    let next = if still {
        film::next(&film::moments(schedule), at).unwrap_or(total)
    } else {
        at.saturating_add((total / FRAMES).max(1)).min(total)
    };
    Change::At(Some(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_played_to_its_end_and_stops() {
        let schedule = Schedule { total: 1_000, ..Schedule::default() };
        assert_eq!(after(&schedule, 0, false), Change::At(Some(5)));
        assert_eq!(after(&schedule, 998, false), Change::At(Some(1_000)));
        assert_eq!(after(&schedule, 1_000, false), Change::Play(false));
        assert_eq!(after(&schedule, 0, true), Change::At(Some(1_000)));
    }
}

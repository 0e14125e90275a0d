//! The lanes of a schedule: each step keeps one, and there are no more than steps at the same time.
//!
//! A step is drawn behind the one that it waited for where that can be, so that a chain stays in its lane.
//! Relies on the times of the [`schedule`](super::schedule) only.

use crate::sorting::sort_by_key;

use super::schedule::{Cause, Slot, StepState};

/// Gives each step a lane; tells how many there are.
pub(super) fn lanes(slots: &mut [Slot]) -> u32 {
    let mut order: Vec<usize> = (0..slots.len()).filter(|&at| slots[at].state != StepState::NotStarted).collect();
    // What takes no time comes before what starts at the same moment, so that it stands between two others
    // in their lane. Inputs come before their users in the plan.
    sort_by_key(&mut order, |&at| (slots[at].start, slots[at].end > slots[at].start));
    let mut free_from: Vec<u64> = Vec::new();
    let mut rest = order.as_slice();
    while let Some(&first) = rest.first() {
        let kind = |at: usize| (slots[at].start, slots[at].end > slots[at].start);
        let n_alike = rest.iter().take_while(|&&at| kind(at) == kind(first)).count();
        let (alike, later) = rest.split_at(n_alike);
        rest = later;
        // First those that can go on in the lane of what they waited for, then the others.
        let mut others = Vec::new();
        for &at in alike {
            let lane = match slots[at].cause {
                Cause::Input(step) | Cause::Worker(step) => slots[step.0 as usize].lane,
                Cause::Beginning => u32::MAX,
            };
            match free_from.get_mut(lane as usize) {
                Some(free) if *free <= slots[at].start => {
                    *free = slots[at].end;
                    slots[at].lane = lane;
                }
                _ => others.push(at),
            }
        }
        let mut lane = 0;
        for at in others {
            while free_from.get(lane).is_some_and(|&free| free > slots[at].start) {
                lane += 1;
            }
            if lane == free_from.len() {
                free_from.push(0);
            }
            free_from[lane] = slots[at].end;
            slots[at].lane = lane as u32;
        }
    }
    free_from.len() as u32
}

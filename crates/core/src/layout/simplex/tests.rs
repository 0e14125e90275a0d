//! The simplex against a search of all answers.

use super::{Constraint, improve};

/// `(tail, head, length, weight)`
type Row = (usize, usize, i64, i64);

fn constraints(rows: &[Row]) -> Vec<Constraint> {
    let row = |&(tail, head, length, weight)| Constraint { tail, head, length, weight };
    rows.iter().map(row).collect()
}

fn cost(position: &[i64], constraints: &[Constraint]) -> Option<i64> {
    let distance = |c: &Constraint| position[c.head] - position[c.tail];
    let holds = constraints.iter().all(|c| distance(c) >= c.length);
    holds.then(|| constraints.iter().map(|c| c.weight * distance(c)).sum())
}

/// The least cost of any positions from 0 to 7.
fn least_of_all(n: usize, constraints: &[Constraint]) -> i64 {
    let position = |code: usize| -> Vec<i64> { (0..n).map(|node| (code >> (3 * node) & 7) as i64).collect() };
    let costs = (0..8_usize.pow(n as u32)).filter_map(|code| cost(&position(code), constraints));
    costs.min().unwrap_or(i64::MAX)
}

#[track_caller]
fn check(start: &[i64], rows: &[Row], expect: i64) {
    let constraints = constraints(rows);
    let mut position = start.to_vec();
    improve(&mut position, &constraints, 1_000_000);
    assert_eq!(cost(&position, &constraints), Some(expect), "{position:?}");
}

#[test]
fn what_costs_is_shortened() {
    check(&[0, 5], &[(0, 1, 1, 1)], 1);
    check(&[0, 5, 9], &[(0, 1, 1, 1), (1, 2, 2, 3), (0, 2, 1, 1)], 10);
    // Between a light and a heavy neighbour: at the heavy one.
    check(&[0, 1, 9], &[(0, 2, 9, 0), (0, 1, 1, 1), (1, 2, 1, 4)], 12);
}

#[test]
fn parts_that_nothing_joins_are_each_made_best() {
    check(&[0, 4, 9, 0, 3], &[(0, 1, 1, 1), (3, 4, 2, 5)], 11);
}

#[test]
fn nothing_to_place_is_fine() {
    check(&[], &[], 0);
    check(&[3], &[], 0);
    check(&[3, 1], &[], 0);
}

#[test]
fn without_work_left_the_answer_still_holds() {
    let rows = [(0, 1, 1, 1), (0, 2, 1, 9), (1, 3, 1, 1), (2, 3, 1, 1)];
    let constraints = constraints(&rows);
    let mut position = vec![0, 3, 6, 9];
    improve(&mut position, &constraints, 0);
    assert!(cost(&position, &constraints).is_some());
}

#[test]
fn no_answer_is_better_on_any_small_graph() {
    let mut seed = 1_u64;
    let mut below = |limit: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % limit
    };
    for _ in 0..120 {
        let mut rows = Vec::new();
        for head in 1..4 {
            // Joined to something before, so that the least cost is a number.
            rows.push((below(head) as usize, head as usize, below(3) as i64, below(5) as i64));
            if below(2) == 0 {
                rows.push((below(head) as usize, head as usize, below(4) as i64, below(5) as i64));
            }
        }
        let expect = least_of_all(4, &constraints(&rows));
        check(&[0, 9, 18, 27], &rows, expect);
    }
}

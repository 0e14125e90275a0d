//! One stable sort for every type.
//!
//! The sorts of the standard library are made anew for each type they are used with, at 5 kB each in
//! WebAssembly, which was a tenth of the page. Here only the comparison is made anew. Relies on
//! nothing.

/// Sorts `items` by a key; items of one key stay in their order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a) < key(b));
}

/// Sorts `items`; equal ones stay in their order.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, |a, b| a < b);
}

/// The longest list for which insertion is quicker than setting up a merge.
const SHORT: usize = 20;

/// Sorts `items` by a comparison that tells whether the first goes before the second.
pub fn sort_by<T>(items: &mut [T], is_less: impl Fn(&T, &T) -> bool) {
    if items.len() > SHORT {
        let order = permutation(items.len(), &|a, b| is_less(&items[a], &items[b]));
        permute(items, order);
        return;
    }
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && is_less(&items[at], &items[at - 1]) {
            items.swap(at, at - 1);
            at -= 1;
        }
    }
}

/// The indexes up to `len` in the order in which `is_less` wants them (merge sort, from the bottom
/// up).
fn permutation(len: usize, is_less: &dyn Fn(usize, usize) -> bool) -> Vec<u32> {
    let mut order: Vec<u32> = (0..len as u32).collect();
    let is_sorted = order.windows(2).all(|pair| !is_less(pair[1] as usize, pair[0] as usize));
    if is_sorted {
        return order;
    }
    let mut merged = order.clone();
    let mut width = 1;
    while width < len {
        let mut start = 0;
        while start < len {
            let middle = (start + width).min(len);
            let end = (middle + width).min(len);
            let (mut left, mut right) = (start, middle);
            for slot in &mut merged[start..end] {
                let takes_right =
                    right < end && (left >= middle || is_less(order[right] as usize, order[left] as usize));
                let from = if takes_right { &mut right } else { &mut left };
                *slot = order[*from];
                *from += 1;
            }
            start = end;
        }
        std::mem::swap(&mut order, &mut merged);
        width *= 2;
    }
    order
}

/// Puts the item at `order[i]` to place `i`, ring by ring.
fn permute<T>(items: &mut [T], mut order: Vec<u32>) {
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at as u32) as usize;
            if from == start || from == at {
                break;
            }
            items.swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sorted_and_equal_ones_keep_their_order() {
        let mut state = 1_u32;
        for len in [0, 1, 2, 3, 7, 64, 1000] {
            let mut items: Vec<(u32, usize)> = Vec::new();
            for index in 0..len {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                items.push((state >> 28, index));
            }
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by_key(&mut items, |item| item.0);
            assert_eq!(items, expected, "{len}");
            items.reverse();
            sort(&mut items);
            expected.sort_unstable();
            assert_eq!(items, expected, "{len}");
        }
    }
}

//! Makes an input that fails as small as it gets while it still fails.

/// The least that is left of `text` when lines, then characters, are taken away for as long as `fails`
/// holds of what is left.
pub fn shrunk(text: &str, fails: impl Fn(&str) -> bool) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let lines = fewest(lines, |lines| fails(&lines.concat())).concat();
    let characters: Vec<char> = lines.chars().collect();
    fewest(characters, |characters| fails(&characters.iter().collect::<String>())).into_iter().collect()
}

/// Takes runs of items away, half of all at first, then shorter ones, until no single one can go.
fn fewest<T: Clone>(mut items: Vec<T>, fails: impl Fn(&[T]) -> bool) -> Vec<T> {
    let mut run = items.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut is_smaller = false;
        while at < items.len() {
            let end = items.len().min(at + run);
            let left = [&items[..at], &items[end..]].concat();
            if fails(&left) {
                items = left;
                is_smaller = true;
            } else {
                at = end;
            }
        }
        if run == 1 && !is_smaller {
            return items;
        }
        run = (run / 2).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_failure_does_not_need_is_gone() {
        let text = "FROM a\nRUN one \u{1f433} two\nCOPY x y\nRUN three\n";
        assert_eq!(shrunk(text, |text| text.contains('\u{1f433}') && text.contains('x')), "\u{1f433}x");
        assert_eq!(shrunk(text, |_| true), "");
        assert_eq!(shrunk(text, |other| other == text), text);
    }
}

//! Durations as Go writes them: `30s`, `1m30s`, `1.5h`.
//!
//! Follows Go's `time.ParseDuration`, its messages included. Relies on Go's way to
//! [`quote`](super::quote).

use super::quote::quoted;

/// The nanoseconds of a duration.
///
/// # Errors
/// Go's message, where it is none.
pub(super) fn parse(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quoted(text));
    let (is_negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let whole = &rest[..digits];
        rest = &rest[digits..];
        let mut fraction = "";
        if let Some(behind) = rest.strip_prefix('.') {
            let digits = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
            fraction = &behind[..digits];
            rest = &behind[digits..];
        }
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let end = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = &rest[..end];
        rest = &rest[end..];
        let nanoseconds: i128 = match unit {
            "" => return Err(format!("time: missing unit in duration {}", quoted(text))),
            "ns" => 1,
            "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return Err(format!("time: unknown unit {} in duration {}", quoted(unit), quoted(text))),
        };
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        total = total.saturating_add(whole.saturating_mul(nanoseconds)).saturating_add(part(fraction, nanoseconds));
        if total > i128::from(i64::MAX) + 1 {
            return Err(invalid());
        }
    }
    let signed = if is_negative { -total } else { total };
    i64::try_from(signed).map_err(|_| invalid())
}

/// The nanoseconds of the digits behind a point.
fn part(digits: &str, unit: i128) -> i128 {
    let digits = &digits[..digits.len().min(18)];
    let (value, scale) =
        digits.bytes().fold((0, 1), |(v, scale), digit| (v * 10 + i128::from(digit - b'0'), scale * 10));
    value * unit / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<i64, &str>) {
        assert_eq!(parse(text), expected.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn units_add_up() {
        check("30s", Ok(30_000_000_000));
        check("1m30s", Ok(90_000_000_000));
        check("1.5h", Ok(5_400_000_000_000));
        check("-2ms", Ok(-2_000_000));
        check(".25s", Ok(250_000_000));
        check("0", Ok(0));
        check("10us", Ok(10_000));
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_go() {
        check("30", Err("time: missing unit in duration \"30\""));
        check("abc", Err("time: invalid duration \"abc\""));
        check("3x", Err("time: unknown unit \"x\" in duration \"3x\""));
        check("", Err("time: invalid duration \"\""));
        check("99999999999h", Err("time: invalid duration \"99999999999h\""));
    }
}

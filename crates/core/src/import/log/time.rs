//! Times and lengths of time, as logs write them.
//!
//! Relies on nothing.

/// Microseconds since 1970 of a time such as `2026-11-20T11:23:56.977438655Z` or with `+01:00` at the end.
pub(super) fn instant(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|c| c.is_ascii_digit()))?;
        digits.parse().ok()
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let is_shaped = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !is_shaped.iter().all(|&(at, byte)| text.as_bytes()[at] == byte) || !(1..=12).contains(&month) {
        return None;
    }
    let mut rest = &text[19..];
    let mut micros = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let len = fraction.bytes().take_while(u8::is_ascii_digit).count();
        for place in 0..6 {
            micros = micros * 10 + fraction.as_bytes()[..len].get(place).map_or(0, |digit| i64::from(digit - b'0'));
        }
        rest = &fraction[len..];
    }
    let away = match rest.as_bytes() {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), h1 @ b'0'..=b'9', h2 @ b'0'..=b'9', b':', m1 @ b'0'..=b'9', m2 @ b'0'..=b'9'] => {
            let two = |a: &u8, b: &u8| i64::from(a - b'0') * 10 + i64::from(b - b'0');
            let seconds = two(h1, h2) * 3600 + two(m1, m2) * 60;
            if *sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - away;
    Some(seconds * 1_000_000 + micros)
}

/// Days from 1970 to a day of the Gregorian calendar. The year is taken to begin in March, so that the odd
/// day of leap years is its last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// Milliseconds of a number of seconds with a fraction: `1.25`.
pub(super) fn millis(text: &str) -> Option<u32> {
    let n_whole = text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = text.split_at(n_whole);
    let fraction = if rest.is_empty() { "0" } else { rest.strip_prefix('.')? };
    if fraction.is_empty() || !fraction.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let seconds: u32 = whole.parse().ok()?;
    let mut thousandths = 0;
    for place in 0..3 {
        thousandths = thousandths * 10 + fraction.as_bytes().get(place).map_or(0, |digit| u32::from(digit - b'0'));
    }
    seconds.checked_mul(1000)?.checked_add(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_count_from_1970() {
        let cases = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1970-01-01T00:00:00.5Z", Some(500_000)),
            ("1969-12-31T23:59:59Z", Some(-1_000_000)),
            ("2000-03-01T00:00:00Z", Some(951_868_800_000_000)),
            ("2024-02-29T12:00:00.123456789Z", Some(1_709_208_000_123_456)),
            ("2024-02-29T13:00:00+01:00", Some(1_709_208_000_000_000)),
            ("2024-02-29T06:30:00-05:30", Some(1_709_208_000_000_000)),
            ("0001-01-01T00:00:00Z", Some(-62_135_596_800_000_000)),
            ("2024-13-01T00:00:00Z", None),
            ("2024-01-01 00:00:00Z", None),
            ("2024-01-01T00:00:00", None),
            ("2024-01-01T00:00:00.\u{e9}Z", None),
            ("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(instant(text), expected, "{text}");
        }
    }

    #[test]
    fn seconds_have_a_fraction() {
        let cases = [
            ("1.25", Some(1250)),
            ("0.0", Some(0)),
            ("12", Some(12_000)),
            ("0.0019", Some(1)),
            ("99999999", None),
            ("1.", None),
            (".5", None),
            ("-1", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(millis(text), expected, "{text}");
        }
    }
}

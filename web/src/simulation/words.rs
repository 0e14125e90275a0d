//! Times in words, and in what somebody types.

/// What is shorter rounds to nothing: in milliseconds.
pub const MOMENT: u64 = 50;

/// A time as people say it: `0.3 s`, `23 s`, `1 min 49 s`, `1 h 3 min`. In milliseconds.
#[must_use]
pub fn time(millis: u64) -> String {
    let tenths = (millis + 50) / 100;
    if tenths < 100 {
        return if tenths.is_multiple_of(10) {
            format!("{} s", tenths / 10)
        } else {
            format!("{}.{} s", tenths / 10, tenths % 10)
        };
    }
    let seconds = (millis + 500) / 1000;
    let (minutes, rest) = (seconds / 60, seconds % 60);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) if rest == 0 => format!("{minutes} min"),
        (0, minutes) => format!("{minutes} min {rest} s"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// A time as it stands in a field, where it can be read back.
#[must_use]
pub fn exact(millis: u32) -> String {
    if (1..MOMENT as u32).contains(&millis) { format!("{millis} ms") } else { time(u64::from(millis)) }
}

/// Milliseconds in what somebody typed: seconds, or with a unit (`ms`, `s`, `m`, `min`, `h`), as in `1m 30s`. None where
/// it is no time, or more than a day.
#[must_use]
pub fn millis(typed: &str) -> Option<u32> {
    let mut rest = typed.trim();
    let mut sum = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit() && it != '.' && it != ',').unwrap_or(rest.len());
        let number: f64 = rest[..digits].replace(',', ".").parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "ms" => 1.0,
            "" | "s" | "sec" => 1_000.0,
            "m" | "min" => 60_000.0,
            "h" => 3_600_000.0,
            _ => return None,
        };
        rest = rest[letters..].trim_start();
        sum += number * unit;
    }
    (sum <= 86_400_000.0).then_some(sum.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_people_say_them() {
        fn check(millis: u64, expect: &str) {
            assert_eq!(time(millis), expect);
        }
        check(0, "0 s");
        check(320, "0.3 s");
        check(1_000, "1 s");
        check(9_940, "9.9 s");
        check(9_960, "10 s");
        check(59_400, "59 s");
        check(59_600, "1 min");
        check(109_000, "1 min 49 s");
        check(3_600_000, "1 h");
        check(3_780_000, "1 h 3 min");
    }

    #[test]
    fn a_time_in_a_field_is_no_nought() {
        assert_eq!([exact(0), exact(40), exact(60)], ["0 s", "40 ms", "0.1 s"]);
        assert_eq!(millis(&exact(40)), Some(40));
    }

    #[test]
    fn typed_times_are_read() {
        fn check(typed: &str, expect: Option<u32>) {
            assert_eq!(millis(typed), expect, "{typed}");
        }
        check("12", Some(12_000));
        check(" 1.5 s ", Some(1_500));
        check("1,5", Some(1_500));
        check("1m 30s", Some(90_000));
        check("2min", Some(120_000));
        check("1h", Some(3_600_000));
        check("250ms", Some(250));
        check("0", Some(0));
        check("", None);
        check("soon", None);
        check("-1", None);
        check("1 year", None);
        check("25h", None);
        check("1.2.3", None);
    }
}

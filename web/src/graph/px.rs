//! Numbers of a drawing as text.

/// Pixels as SVG writes them, to a hundredth. By hand: the standard library's exact printing of floats is
/// 15 kB of program.
#[must_use]
pub fn px(value: f32) -> String {
    let hundredths = (value * 100.0).round() as i64;
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let mut out = whole.to_string();
    if hundredths < 0 {
        out.insert(0, '-');
    }
    if rest > 0 {
        out.push('.');
        out.push(char::from(b'0' + (rest / 10) as u8));
        if rest % 10 > 0 {
            out.push(char::from(b'0' + (rest % 10) as u8));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::px;

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (0.0, "0"),
            (12.0, "12"),
            (-7.5, "-7.5"),
            (0.125, "0.13"),
            (-0.25, "-0.25"),
            (1e6, "1000000"),
            (f32::NAN, "0"),
        ] {
            assert_eq!(px(value), expected);
        }
    }
}

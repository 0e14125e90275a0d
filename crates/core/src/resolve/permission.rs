//! Values that BuildKit checks before it uses them: `--chmod` and STOPSIGNAL.
//!
//! Relies on nothing.

/// Checks the value of `--chmod`: an octal number up to 7777, or `u=rwX,go=rX`.
///
/// # Errors
/// BuildKit's message.
pub(super) fn check_mode(mode: &str) -> Result<(), String> {
    let no_octal = format!("invalid chmod parameter: '{mode}'. it should be octal string and between 0 and 07777");
    match u32::from_str_radix(mode, 8) {
        Ok(value) if value <= 0o7777 && !mode.starts_with('+') => return Ok(()),
        Ok(_) if !mode.starts_with('+') => return Err(no_octal),
        _ => {}
    }
    if mode.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(no_octal);
    }
    if mode.split(',').all(is_clause) { Ok(()) } else { Err("invalid syntax".into()) }
}

/// Who, then one or more of an operator with its permissions.
fn is_clause(clause: &str) -> bool {
    let actions = clause.trim_start_matches(['a', 'u', 'g', 'o']);
    actions.starts_with(['+', '-', '='])
        && actions.split(['+', '-', '=']).skip(1).all(|part| part.chars().all(|c| "rwxXstugo".contains(c)))
}

const SIGNALS: [&str; 34] = [
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL",
    "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1",
    "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
];

/// Checks the signal of STOPSIGNAL: a number, or a name with or without `SIG`.
///
/// # Errors
/// BuildKit's message.
pub(super) fn check_signal(signal: &str) -> Result<(), String> {
    let invalid = Err(format!("invalid signal: {signal}"));
    if let Ok(number) = signal.parse::<i64>() {
        return if number == 0 { invalid } else { Ok(()) };
    }
    let upper = signal.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let is_plain = SIGNALS.contains(&name);
    let offset = |rest: &str, sign: char, max: u32| {
        let digits = rest.strip_prefix(sign).filter(|digits| !digits.starts_with('0') && !digits.starts_with('+'));
        rest.is_empty() || digits.and_then(|digits| digits.parse::<u32>().ok()).is_some_and(|n| (1..=max).contains(&n))
    };
    let is_realtime = name.strip_prefix("RTMIN").is_some_and(|rest| offset(rest, '+', 15))
        || name.strip_prefix("RTMAX").is_some_and(|rest| offset(rest, '-', 14));
    if is_plain || is_realtime { Ok(()) } else { invalid }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_octal_or_symbolic() {
        for mode in ["0755", "7777", "0", "u=rwX,go=rX", "+x", "a-w+r", "g=u", "u="] {
            assert_eq!(check_mode(mode), Ok(()), "{mode}");
        }
        for mode in ["8", "10000", "0o755"] {
            assert!(check_mode(mode).is_err_and(|message| message.starts_with("invalid chmod parameter")), "{mode}");
        }
        for mode in ["x", "u", "rw", "u=z", ",", "u=r,"] {
            assert_eq!(check_mode(mode), Err("invalid syntax".into()), "{mode}");
        }
    }

    #[test]
    fn signals_are_numbers_or_names() {
        for signal in ["9", "SIGTERM", "int", "RTMIN+3", "SIGRTMAX-14", "RTMAX", "-1"] {
            assert_eq!(check_signal(signal), Ok(()), "{signal}");
        }
        for signal in ["0", "NOPE", "", "RTMIN+16", "RTMIN+0", "RTMAX+1"] {
            assert_eq!(check_signal(signal), Err(format!("invalid signal: {signal}")), "{signal}");
        }
    }
}

//! The signals that STOPSIGNAL may name.
//!
//! Those of `pkg/signal` of moby for Linux. Relies on nothing.

const NAMES: &str = " ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP \
SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX ";

/// Whether a text is a number but nought, or the name of a signal, with or without `SIG`.
pub(super) fn is_known(text: &str) -> bool {
    if let Ok(number) = text.parse::<i64>() {
        return number != 0;
    }
    let upper = text.to_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let offset = |prefix: &str, last: u8| {
        let digits = name.strip_prefix(prefix)?;
        let number = digits.parse::<u8>().ok().filter(|_| !digits.starts_with(['0', '+']))?;
        (1..=last).contains(&number).then_some(())
    };
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !name.is_empty();
    is_plain && NAMES.contains(&format!(" {name} ")) || offset("RTMIN+", 15).is_some() || offset("RTMAX-", 14).is_some()
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn signals_have_numbers_and_names() {
        for known in ["9", "SIGTERM", "quit", "sigrtmin+3", "RTMAX-14"] {
            assert!(is_known(known), "{known}");
        }
        for unknown in ["0", "", "SIG", "NOSUCH", "RTMIN+16", "RTMAX-0", "TERM KILL"] {
            assert!(!is_known(unknown), "{unknown}");
        }
    }
}

//! The ports of EXPOSE.
//!
//! Follows `convert_expose.go` of BuildKit's Dockerfile frontend. Relies on Go's way to quote.

use crate::syntax::quoted;

/// The ports that one word of EXPOSE names, each as `80/tcp`.
///
/// # Errors
/// BuildKit's message.
pub(crate) fn ports(word: &str) -> Result<Vec<String>, String> {
    let ((start, end), protocol) = ports_between(word)?;
    Ok((start..=end).map(|port| format!("{port}/{protocol}")).collect())
}

/// Checks a word of EXPOSE without listing its ports.
///
/// # Errors
/// BuildKit's message.
pub(crate) fn check(word: &str) -> Result<(), String> {
    ports_between(word).map(|_| ())
}

/// The first and the last port that a word names, and their protocol.
fn ports_between(word: &str) -> Result<((u32, u32), String), String> {
    let Parts { ip, host, port, protocol } = parts(word)?;
    let protocol = protocol.to_ascii_lowercase();
    check_ip(ip)?;
    let (start, end) = range(port).ok_or(format!("invalid containerPort: {port}"))?;
    if !host.is_empty() {
        let (host_start, host_end) = range(host).ok_or(format!("invalid hostPort: {host}"))?;
        if end - start != host_end - host_start && end != start {
            return Err(format!("invalid ranges specified for container and host Ports: {port} and {host}"));
        }
    }
    Ok(((start, end), protocol))
}

/// The pieces of a word of EXPOSE, of which all but the port may be empty.
pub(crate) struct Parts<'a> {
    /// The address of the host.
    pub(crate) ip: &'a str,
    /// The port of the host.
    pub(crate) host: &'a str,
    /// The port of the container, or a range of them.
    pub(crate) port: &'a str,
    /// The protocol as written; `tcp` where none is.
    pub(crate) protocol: &'a str,
}

/// Takes a word of EXPOSE to pieces.
///
/// # Errors
/// BuildKit's message, where it names no port or no known protocol.
pub(crate) fn parts(word: &str) -> Result<Parts<'_>, String> {
    let (ip, host, container) = split(word);
    let (port, protocol) = container.split_once('/').unwrap_or((container, ""));
    if port.is_empty() {
        return Err(format!("invalid port: {}: no port specified", quoted(word)));
    }
    let protocol = match protocol.to_ascii_lowercase().as_str() {
        "" => "tcp",
        "tcp" | "udp" | "sctp" => protocol,
        _ => return Err(format!("invalid port: {}: invalid proto: {protocol}", quoted(word))),
    };
    Ok(Parts { ip, host, port, protocol })
}

fn split(word: &str) -> (&str, &str, &str) {
    let Some((rest, container)) = word.rsplit_once(':') else { return ("", "", word) };
    match rest.rsplit_once(':') {
        Some((ip, host)) => (ip, host, container),
        None => ("", rest, container),
    }
}

fn check_ip(ip: &str) -> Result<(), String> {
    let bare = match ip.strip_prefix('[') {
        Some(rest) => {
            rest.strip_suffix(']').ok_or(format!("invalid IP address {ip}: address {ip}:: missing ']' in address"))?
        }
        None => ip,
    };
    if bare.is_empty() || is_ip(bare) {
        return Ok(());
    }
    Err(format!("invalid IP address: {bare}"))
}

/// Whether a text is an address of version 4 or 6. The standard library's parser, which tells the
/// number, too, is ten times as long in WebAssembly.
fn is_ip(text: &str) -> bool {
    let is_v4 = |text: &str| {
        let is_byte = |part: &str| {
            let is_number = !part.is_empty() && part.len() <= 3 && part.bytes().all(|c| c.is_ascii_digit());
            is_number && (part.len() == 1 || !part.starts_with('0')) && part.parse::<u32>().is_ok_and(|byte| byte < 256)
        };
        text.split('.').count() == 4 && text.split('.').all(is_byte)
    };
    if !text.contains(':') {
        return is_v4(text);
    }
    // The last part may be of version 4, which counts twice.
    let n_groups = |side: &str| {
        let mut groups: Vec<&str> = if side.is_empty() { Vec::new() } else { side.split(':').collect() };
        let tail = groups.pop_if(|last| is_v4(last)).map_or(0, |_| 2);
        let is_group = |group: &&str| (1..=4).contains(&group.len()) && group.bytes().all(|c| c.is_ascii_hexdigit());
        groups.iter().all(is_group).then_some(groups.len() + tail)
    };
    match text.split_once("::") {
        None => n_groups(text) == Some(8),
        Some((left, right)) => match (n_groups(left), n_groups(right)) {
            (Some(left_groups), Some(right_groups)) => left_groups + right_groups <= 7 && !left.contains('.'),
            _ => false,
        },
    }
}

fn range(text: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let is_number = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
        is_number.then(|| digits.parse::<u32>().ok()).flatten().filter(|&port| port <= 65_535)
    };
    match text.split_once('-') {
        Some((start, end)) => {
            let (start, end) = (number(start)?, number(end)?);
            (start <= end).then_some((start, end))
        }
        None => number(text).map(|port| (port, port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Result<&[&str], &str>) {
        let expected = expected.map(|e| e.iter().map(|&s| s.to_owned()).collect()).map_err(str::to_owned);
        assert_eq!(ports(word), expected, "{word}");
    }

    #[test]
    fn ports_and_ranges_are_listed_one_by_one() {
        check("80", Ok(&["80/tcp"]));
        check("53/UDP", Ok(&["53/udp"]));
        check("8000-8002/tcp", Ok(&["8000/tcp", "8001/tcp", "8002/tcp"]));
        check("127.0.0.1:80:8080", Ok(&["8080/tcp"]));
        check("[::1]:80:8080", Ok(&["8080/tcp"]));
    }

    #[test]
    fn addresses_are_told_as_the_standard_library_does() {
        for text in [
            "127.0.0.1",
            "1.2.3",
            "256.0.0.1",
            "01.2.3.4",
            "::",
            "::1",
            "fe80::1",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7",
            "1::2::3",
            "::ffff:1.2.3.4",
            "1.2.3.4::",
            "12345::",
            "g::",
            ":1",
            "1:",
            "1:2:3:4:5:6:7::",
            "1:2:3:4:5:6:7:8::",
            "",
        ] {
            assert_eq!(is_ip(text), text.parse::<std::net::IpAddr>().is_ok(), "{text}");
        }
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_buildkit() {
        check("http", Err("invalid containerPort: http"));
        check("90-80", Err("invalid containerPort: 90-80"));
        check("80/foo", Err("invalid port: \"80/foo\": invalid proto: foo"));
        check("/tcp", Err("invalid port: \"/tcp\": no port specified"));
        check("70000", Err("invalid containerPort: 70000"));
        check("x:80", Err("invalid hostPort: x"));
        check("1.2.3:80:80", Err("invalid IP address: 1.2.3"));
        check("1-2:80-82", Err("invalid ranges specified for container and host Ports: 80-82 and 1-2"));
    }
}

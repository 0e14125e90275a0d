//! A build log that was given: pasted, or as a file. What is read of a file, and which files are refused, and why.
//!
//! Pure: the bytes of a file come from [`intake`](super::intake).

use stagewright::import::log::{self, Log};

/// The largest file that is read, in bytes. Logs of days of building are smaller; reading one takes a moment, in which
/// the page stands still.
pub const MOST_BYTES: usize = 8_000_000;

/// A log that was given, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenLog {
    /// The text.
    pub text: String,
    /// The name of the file that it was in; none where it was pasted.
    pub file: Option<String>,
    /// What it says.
    pub read: Log,
}

impl GivenLog {
    /// A text that was pasted, whatever it is.
    #[must_use]
    pub fn pasted(text: String) -> Self {
        Self { read: log::read(&text), text, file: None }
    }

    /// The log in a file of this name.
    ///
    /// # Errors
    /// Where there is none in it: why not.
    pub fn of_file(name: &str, bytes: &[u8]) -> Result<Self, NoLog> {
        if bytes.len() > MOST_BYTES {
            return Err(NoLog::TooLarge);
        }
        let text = decoded(bytes).ok_or(NoLog::NotText)?;
        let read = log::read(&text);
        if read.vertices.is_empty() && read.failure.is_none() {
            return Err(if is_dockerfile(name, &text) { NoLog::Dockerfile } else { NoLog::OtherText });
        }
        Ok(Self { text, file: Some(name.to_owned()), read })
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it tells of a build.
    #[must_use]
    pub fn is_log(&self) -> bool {
        !self.read.vertices.is_empty()
    }
}

/// Why a file is not taken for a build log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLog {
    /// It is larger than [`MOST_BYTES`].
    TooLarge,
    /// The browser does not give its bytes: it is a folder, or gone.
    Unreadable,
    /// It is no text.
    NotText,
    /// It looks like a Dockerfile.
    Dockerfile,
    /// It is some other text.
    OtherText,
    /// There are several.
    Several,
}

/// The text that bytes are of; none where they are of none. PowerShell writes UTF-16 where it is told to write into a
/// file.
fn decoded(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    (!text.contains('\0')).then_some(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Whether a text that is no log is likely meant for the editor.
fn is_dockerfile(name: &str, text: &str) -> bool {
    let begins = |line: &str| line.trim_start().get(..5).is_some_and(|word| word.eq_ignore_ascii_case("from "));
    name.to_ascii_lowercase().contains("dockerfile") || text.lines().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "#1 [1/2] FROM alpine\n#1 CACHED\n";

    #[test]
    fn a_log_is_read_in_the_ways_in_which_files_are_written() {
        fn check(bytes: &[u8]) {
            let log = GivenLog::of_file("build.log", bytes).expect("a log");
            assert_eq!((log.read.vertices.len(), log.file.as_deref()), (1, Some("build.log")));
        }
        check(LOG.as_bytes());
        check(&[b"\xef\xbb\xbf", LOG.as_bytes()].concat());
        let units: Vec<u16> = LOG.encode_utf16().collect();
        check(&[vec![0xff, 0xfe], units.iter().flat_map(|it| it.to_le_bytes()).collect()].concat());
        check(&[vec![0xfe, 0xff], units.iter().flat_map(|it| it.to_be_bytes()).collect()].concat());
        check(&[LOG.as_bytes(), b"\xff half a letter"].concat());
    }

    #[test]
    fn what_is_no_log_is_refused_with_the_reason() {
        fn check(name: &str, bytes: &[u8], expect: NoLog) {
            assert_eq!(GivenLog::of_file(name, bytes), Err(expect), "{name}");
        }
        check("x.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", NoLog::NotText);
        check("empty.log", b"", NoLog::OtherText);
        check("notes.txt", b"hello\n", NoLog::OtherText);
        check("Dockerfile", b"# nothing yet\n", NoLog::Dockerfile);
        check("app.txt", b"# x\nfrom alpine\nRUN x\n", NoLog::Dockerfile);
        check("big.log", &vec![b' '; MOST_BYTES + 1], NoLog::TooLarge);
    }
}

//! The state of a playground ↔ the text of a link.
//!
//! A link is `v1.CODEC.DATA`: the version, how the data is packed, and the data as base64url without
//! padding. Links live for ever, so every version keeps its reader. What only a browser or a host can do
//! (deflating, the address bar) is left to them: [`open`] and [`close`] deal in bytes. Relies on
//! nothing but the platform's words from [`resolve`](crate::resolve).

use std::collections::BTreeMap;
use std::fmt;

use crate::resolve::Platform;

/// The most bytes that a link may unfold to. The largest file that the playground takes is 1 MB.
pub const MAX_BYTES: usize = 1_200_000;

/// What a link carries: a request, and nothing personal such as the theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The Dockerfile.
    pub source: String,
    /// The target, where it is not the last stage.
    pub target: Option<String>,
    /// Build args that are set.
    pub build_args: BTreeMap<String, String>,
    /// The platform.
    pub platform: Platform,
    /// The text of the `.dockerignore`, where there is one.
    pub dockerignore: Option<String>,
}

/// How the data of a link is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// As it is.
    Plain,
    /// Deflated, without a header (RFC 1951).
    Deflate,
}

impl Codec {
    const ALL: [(Self, &'static str); 2] = [(Self::Plain, "p"), (Self::Deflate, "d")];

    fn letter(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// Why a link cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// It is of a version that this program does not know.
    Version,
    /// Its data is packed in a way that this program does not know.
    Codec,
    /// Some of it is missing or changed.
    Damaged,
    /// It unfolds to more than [`MAX_BYTES`].
    TooLong,
}

impl fmt::Display for ShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version => "the link was made by a newer version",
            Self::Codec => "the link is packed in an unknown way",
            Self::Damaged => "the link is damaged or cut short",
            Self::TooLong => "the link holds more than 1 MB",
        })
    }
}

impl std::error::Error for ShareError {}

/// The text of a link: what stands behind `#`.
#[must_use]
pub fn close(codec: Codec, packed: &[u8]) -> String {
    format!("v1.{}.{}", codec.letter(), to_base64url(packed))
}

/// The codec and the packed data of a link, given with or without its `#`. None where the text is
/// no link of ours at all.
///
/// # Errors
/// Where it is one, but cannot be read.
pub fn open(link: &str) -> Option<Result<(Codec, Vec<u8>), ShareError>> {
    let (version, rest) = link.trim().trim_start_matches('#').split_once('.')?;
    let number = version.strip_prefix('v').filter(|n| !n.is_empty() && n.bytes().all(|c| c.is_ascii_digit()))?;
    Some(match number {
        "1" => open_v1(rest),
        _ => Err(ShareError::Version),
    })
}

fn open_v1(rest: &str) -> Result<(Codec, Vec<u8>), ShareError> {
    let (letter, data) = rest.split_once('.').ok_or(ShareError::Damaged)?;
    let codec = Codec::ALL.iter().find(|(_, known)| *known == letter).ok_or(ShareError::Codec)?.0;
    if data.len() / 4 * 3 > MAX_BYTES {
        return Err(ShareError::TooLong);
    }
    Ok((codec, from_base64url(data).ok_or(ShareError::Damaged)?))
}

/// A field of the data: a letter, the number of its bytes, the bytes.
///
/// A reader passes over letters that it does not know, so that fields can be added.
mod field {
    pub(super) const SOURCE: u8 = b's';
    pub(super) const TARGET: u8 = b't';
    /// Name and value, with `=` between them.
    pub(super) const BUILD_ARG: u8 = b'a';
    pub(super) const PLATFORM: u8 = b'p';
    /// Not in the first programs, which pass over it: they do without the checks that need it.
    pub(super) const DOCKERIGNORE: u8 = b'i';
}

impl State {
    /// The state as data of version 1. What has its default is left out; equal states give equal
    /// bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.source.len() + 16);
        let mut put = |letter: u8, value: &str| {
            out.push(letter);
            put_length(&mut out, value.len());
            out.extend_from_slice(value.as_bytes());
        };
        if let Some(target) = &self.target {
            put(field::TARGET, target);
        }
        for (name, value) in &self.build_args {
            put(field::BUILD_ARG, &format!("{name}={value}"));
        }
        if self.platform != Platform::default() {
            put(field::PLATFORM, &self.platform.format_all());
        }
        if let Some(dockerignore) = &self.dockerignore {
            put(field::DOCKERIGNORE, dockerignore);
        }
        put(field::SOURCE, &self.source);
        out
    }

    /// Reads what [`State::to_bytes`] wrote.
    ///
    /// # Errors
    /// Where it is not that.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, ShareError> {
        if bytes.len() > MAX_BYTES {
            return Err(ShareError::TooLong);
        }
        let mut state = Self::default();
        let mut has_source = false;
        while let Some((&letter, rest)) = bytes.split_first() {
            let (length, rest) = take_length(rest).ok_or(ShareError::Damaged)?;
            let (value, rest) = rest.split_at_checked(length).ok_or(ShareError::Damaged)?;
            let text = || std::str::from_utf8(value).map_err(|_| ShareError::Damaged);
            match letter {
                field::SOURCE => {
                    state.source = text()?.to_owned();
                    has_source = true;
                }
                field::TARGET => state.target = Some(text()?.to_owned()),
                field::BUILD_ARG => {
                    let (name, value) = text()?.split_once('=').ok_or(ShareError::Damaged)?;
                    state.build_args.insert(name.to_owned(), value.to_owned());
                }
                field::PLATFORM => state.platform = Platform::parse(text()?).map_err(|_| ShareError::Damaged)?,
                field::DOCKERIGNORE => state.dockerignore = Some(text()?.to_owned()),
                _ => {}
            }
            bytes = rest;
        }
        if has_source { Ok(state) } else { Err(ShareError::Damaged) }
    }

    /// The link of this state, without compression.
    #[must_use]
    pub fn to_plain_link(&self) -> String {
        close(Codec::Plain, &self.to_bytes())
    }
}

/// Seven bits to a byte, the lowest first; the top bit says that more follow.
fn put_length(out: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
}

fn take_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0;
    for (i, &byte) in bytes.iter().take(4).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            return Some((length, &bytes[i + 1..]));
        }
    }
    None
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn to_base64url(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, &byte| group << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for i in 0..=chunk.len() {
            out.push(char::from(ALPHABET[(group >> (18 - 6 * i) & 63) as usize]));
        }
    }
    out
}

/// Also takes the standard alphabet and padding, which tools that handle links may bring in.
fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').as_bytes();
    if text.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.chunks(4) {
        let mut group = 0u32;
        for &c in chunk {
            group = group << 6 | u32::from(sextet(c)?);
        }
        group <<= 6 * (4 - chunk.len());
        out.extend_from_slice(&group.to_be_bytes()[1..chunk.len()]);
    }
    Some(out)
}

fn sextet(c: u8) -> Option<u8> {
    Some(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'-' | b'+' => 62,
        b'_' | b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(source: &str, target: Option<&str>, args: &[(&str, &str)]) -> State {
        State {
            source: source.into(),
            target: target.map(str::to_owned),
            build_args: args.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
            platform: Platform::default(),
            dockerignore: None,
        }
    }

    #[track_caller]
    fn check_round_trip(state: &State) {
        let link = state.to_plain_link();
        let (codec, bytes) = open(&link).unwrap().unwrap();
        assert_eq!(codec, Codec::Plain);
        assert_eq!(State::from_bytes(&bytes).as_ref(), Ok(state), "{link}");
    }

    #[test]
    fn a_state_survives_its_link() {
        check_round_trip(&state("", None, &[]));
        check_round_trip(&state("FROM alpine AS é💛\r\n", Some("é💛"), &[("A", ""), ("B", "x=y=z")]));
        check_round_trip(&state(&"RUN true\n".repeat(50_000), None, &[]));
        let arm = Platform::parse("linux/arm/v7").unwrap();
        check_round_trip(&State { platform: arm, ..state("FROM a", None, &[]) });
        for dockerignore in ["", "*.log\n!\u{1f49b}\n"] {
            check_round_trip(&State { dockerignore: Some(dockerignore.into()), ..state("FROM a", Some("b"), &[]) });
        }
    }

    #[test]
    fn links_of_version_1_are_read_for_ever() {
        let golden = "v1.p.dARwcm9kYQVWPTMuM3MPRlJPTSBhbHBpbmU6JFYK";
        let expected = state("FROM alpine:$V\n", Some("prod"), &[("V", "3.3")]);
        assert_eq!(expected.to_plain_link(), golden);
        for link in [golden.to_owned(), format!("#{golden}"), format!(" #{golden}==\n")] {
            let (_, bytes) = open(&link).unwrap().unwrap();
            assert_eq!(State::from_bytes(&bytes).as_ref(), Ok(&expected), "{link}");
        }
    }

    #[test]
    fn a_dockerignore_is_a_field_that_the_first_programs_pass_over() {
        let with = State { dockerignore: Some(".env\n".into()), ..state("FROM a\n", None, &[]) };
        assert_eq!(with.to_bytes(), b"i\x05.env\ns\x07FROM a\n");
        assert_eq!(State::from_bytes(b"i\x01\xffs\x01F"), Err(ShareError::Damaged));
    }

    #[track_caller]
    fn check_error(link: &str, expected: Option<ShareError>) {
        let answer = open(link).map(|opened| opened.and_then(|(_, bytes)| State::from_bytes(&bytes)));
        assert_eq!(answer.map(|read| read.expect_err(link)), expected, "{link}");
    }

    #[test]
    fn a_broken_link_says_what_is_wrong_with_it() {
        check_error("", None);
        check_error("#example/velocity", None);
        check_error("v.p.AAAA", None);
        check_error("v2.p.AAAA", Some(ShareError::Version));
        check_error("v1.z.AAAA", Some(ShareError::Codec));
        check_error("v1.p", Some(ShareError::Damaged));
        check_error("v1.p.", Some(ShareError::Damaged));
        check_error("v1.p.A", Some(ShareError::Damaged));
        check_error("v1.p.<b>", Some(ShareError::Damaged));
        check_error(&close(Codec::Plain, b"s\x05FROM"), Some(ShareError::Damaged));
        check_error(&close(Codec::Plain, b"s\xff\xff\xff\xff\xff"), Some(ShareError::Damaged));
        check_error(&close(Codec::Plain, b"s\x01\xff"), Some(ShareError::Damaged));
        check_error(&format!("v1.p.{}", "A".repeat(MAX_BYTES * 2)), Some(ShareError::TooLong));
        assert_eq!(State::from_bytes(&vec![b's'; MAX_BYTES + 1]), Err(ShareError::TooLong));
    }

    #[test]
    fn a_field_of_a_later_program_is_passed_over() {
        assert_eq!(State::from_bytes(b"z\x03xyzs\x01F"), Ok(state("F", None, &[])));
    }
}

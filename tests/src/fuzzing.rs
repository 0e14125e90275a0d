//! What the programs in `fuzz` try: bytes ↔ a question, and what has to hold for the answers. They are
//! told of a failure by a panic. Relies on [`promises`] and [`language`](crate::language) for what has to
//! hold.

use stagewright::language::{self as asked, Document};
use stagewright::resolve::Platform;
use stagewright::{Request, analyze as analyzed};

use crate::promises::{self, Broken, inside};
use crate::{language, mutate};

/// A request, and what is asked about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The request.
    pub request: Request,
    /// Places in the text, or somewhat behind its end.
    pub places: Vec<u32>,
    /// The name that is given to what stands there.
    pub name: Option<String>,
}

/// Ends a field of a question. It is in no UTF-8 text, so that every text can be one.
const END: u8 = 0xff;

/// Places that are asked about; more take time and tell little.
const PLACES: usize = 4;

impl Question {
    /// Reads any bytes: first the Dockerfile; then fields, each a letter and a text. What makes no sense is
    /// left out.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut fields = bytes.split(|&byte| byte == END);
        let mut out = Self::default();
        out.request.source = fields.next().map(text).unwrap_or_default();
        for field in fields {
            let Some((letter, value)) = field.split_first() else { continue };
            let value = text(value);
            let request = &mut out.request;
            match letter {
                b't' => request.target = Some(value),
                b'i' => request.dockerignore = Some(value),
                b'p' => request.platform = Platform::parse(&value).unwrap_or_default(),
                b'a' => {
                    let (name, value) = value.split_once('=').unwrap_or((&value, ""));
                    request.build_args.insert(name.to_owned(), value.to_owned());
                }
                b'n' => out.name = Some(value),
                b'@' if out.places.len() < PLACES => out.places.extend(value.parse::<u32>()),
                _ => {}
            }
        }
        let n_places = out.request.source.len() as u32 + 2;
        out.places.iter_mut().for_each(|at| *at %= n_places);
        out
    }

    /// The bytes that are read as this question.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let Request { source, target, build_args, platform, dockerignore, .. } = &self.request;
        let mut out = source.clone().into_bytes();
        let mut put = |letter: u8, value: &str| {
            out.extend([END, letter]);
            out.extend_from_slice(value.as_bytes());
        };
        target.iter().for_each(|target| put(b't', target));
        build_args.iter().for_each(|(name, value)| put(b'a', &format!("{name}={value}")));
        if *platform != Platform::default() {
            put(b'p', &platform.format_all());
        }
        dockerignore.iter().for_each(|text| put(b'i', text));
        self.places.iter().for_each(|at| put(b'@', &at.to_string()));
        self.name.iter().for_each(|name| put(b'n', name));
        out
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A text is read.
///
/// # Panics
/// If a promise is broken.
pub fn parse(bytes: &[u8]) {
    expect(promises::check_syntax(&text(bytes)).map(drop));
}

/// A request is analysed, drawn and asked about.
///
/// # Panics
/// If a promise is broken.
pub fn analyze(bytes: &[u8]) {
    expect(answer(&Question::from_bytes(bytes)));
}

/// Bytes are opened as a link and read as its data, and a request comes back from its link.
///
/// # Panics
/// If a promise is broken.
pub fn share(bytes: &[u8]) {
    expect(promises::check_opened(&text(bytes)));
    expect(promises::check_data(bytes));
    expect(promises::check_link(&Question::from_bytes(bytes).request));
}

fn answer(question: &Question) -> Result<(), Broken> {
    let Question { request, places, name } = question;
    let analysis = promises::check(request)?;
    promises::check_fixes(request, &analysis, places.iter().sum::<u32>() as usize)?;
    language::check_whole(request, &analysis)?;
    for &at in places {
        language::check(request, &analysis, at)?;
        let Some(name) = name else { continue };
        let renamed = asked::rename(&Document::new(request, &analysis), at, name);
        for edit in renamed.iter().flat_map(|rename| &rename.edits) {
            inside(&request.source, edit.range, "an edit of a rename")?;
        }
    }
    // As it was drawn before the last line was written.
    let shorter = request.source.trim_end().rfind('\n').unwrap_or_default();
    let before = Request { source: request.source[..shorter].to_owned(), ..request.clone() };
    let order = promises::check_drawing(&analyzed(&before), None)?;
    promises::check_drawing(&analysis, Some(&order)).map(drop)
}

#[track_caller]
fn expect(kept: Result<(), Broken>) {
    if let Err(broken) = kept {
        panic!("{broken}");
    }
}

/// The pieces of text that mean something, as a dictionary of libFuzzer.
#[must_use]
pub fn dictionary() -> String {
    let escaped = |piece: &&str| -> String { piece.bytes().map(|byte| format!("\\x{byte:02x}")).collect() };
    mutate::FRAGMENTS.iter().map(|piece| format!("\"{}\"\n", escaped(piece))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_survives_its_bytes() {
        let request = Request {
            source: "FROM a AS \u{1f433}\r\n".into(),
            target: Some("\u{1f433}".into()),
            build_args: [("A".to_owned(), "b=c".to_owned()), ("B".to_owned(), String::new())].into(),
            platform: Platform::parse("windows(10.0.17763)/amd64").expect("a platform"),
            dockerignore: Some("*\n!a\n".into()),
            ..Request::default()
        };
        let question = Question { request, places: vec![0, 5, 17], name: Some("new".into()) };
        assert_eq!(Question::from_bytes(&question.to_bytes()), question);
        assert_eq!(Question::from_bytes(&Question::default().to_bytes()), Question::default());
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        let question = Question::from_bytes(b"FROM a\xff\xffzx\xff@x\xffp*\xffaA\xff@9\xff@10");
        let build_args = [("A".to_owned(), String::new())].into();
        let request = Request { source: "FROM a".into(), build_args, ..Request::default() };
        assert_eq!(question, Question { request, places: vec![1, 2], name: None });
    }
}

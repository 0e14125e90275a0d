//! Cases in Markdown: a heading names one, a `dockerfile` block is its input, and each other block
//! is what must come of it. `tests/README.md` describes the form.

use std::collections::BTreeMap;
use std::ops::Range;

use stagewright::resolve::Platform;
use stagewright::{Request, analyze};

use crate::classic;
use crate::language;
use crate::render::render;

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its heading.
    pub name: String,
    /// The line of the heading, from 1.
    pub line: usize,
    /// What is asked.
    pub request: Request,
    /// The place that `‸` marks in the Dockerfile; it is taken out.
    pub cursor: Option<u32>,
    /// What must come of it.
    pub expectations: Vec<Expectation>,
}

/// A block of a case that says what must come of it.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Its kind, such as `plan`.
    pub kind: String,
    /// What stands behind its kind, such as a new name.
    pub argument: String,
    /// Its text, every line with its line end.
    pub text: String,
    /// Where that text stands in the file.
    pub range: Range<usize>,
}

/// A fenced block as it stands in the file.
struct Block<'a> {
    info: &'a str,
    text: &'a str,
    start: usize,
    line: usize,
}

/// Reads the cases of a file.
///
/// # Errors
/// What is wrong with the file, with its line.
pub fn read(file: &str) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    let mut sources = 0;
    for part in parts(file)? {
        match part {
            Part::Heading { name, line } => {
                if cases.iter().any(|case| case.name == name) {
                    return Err(format!("line {line}: two cases are called `{name}`"));
                }
                if let Some(case) = cases.last() {
                    complete(case, sources)?;
                }
                sources = 0;
                let name = name.to_owned();
                cases.push(Case { name, line, request: Request::default(), cursor: None, expectations: Vec::new() });
            }
            Part::Block(block) => {
                let at = format!("line {}", block.line);
                let case = cases.last_mut().ok_or(format!("{at}: a block before the first case"))?;
                sources += usize::from(block.info.starts_with("dockerfile"));
                add(case, &block).map_err(|error| format!("{at}: {error}"))?;
            }
        }
    }
    match cases.last() {
        Some(case) => complete(case, sources)?,
        None => return Err("no cases".into()),
    }
    Ok(cases)
}

fn complete(case: &Case, sources: usize) -> Result<(), String> {
    match (sources, case.expectations.len()) {
        (1, 1..) => Ok(()),
        (1, 0) => Err(format!("line {}: the case expects nothing", case.line)),
        _ => Err(format!("line {}: the case has {sources} Dockerfiles", case.line)),
    }
}

fn add(case: &mut Case, block: &Block<'_>) -> Result<(), String> {
    let mut words = block.info.split(' ');
    let kind = words.next().unwrap_or_default();
    match kind {
        "dockerfile" => {
            let source = source(block.text, words)?;
            case.cursor = source.find(CURSOR).map(|at| at as u32);
            case.request.source = source.replacen(CURSOR, "", 1);
        }
        "options" => options(&mut case.request, block.text)?,
        _ => case.expectations.push(Expectation {
            kind: kind.to_owned(),
            argument: words.collect::<Vec<_>>().join(" "),
            text: block.text.to_owned(),
            range: block.start..block.start + block.text.len(),
        }),
    }
    Ok(())
}

/// Marks a place, and is nowhere a part of a Dockerfile.
const CURSOR: char = '‸';

/// The Dockerfile of a block, with what Markdown cannot show put in.
fn source<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Result<String, String> {
    let mut source = text.to_owned();
    for word in words {
        source = match word {
            "crlf" => source.replace('\n', "\r\n"),
            "bom" => format!("\u{feff}{source}"),
            "no-newline" => source.trim_end_matches('\n').to_owned(),
            _ => return Err(format!("`{word}` is none of crlf, bom, no-newline")),
        };
    }
    Ok(source)
}

/// The options of `docker build`, one a line.
fn options(request: &mut Request, text: &str) -> Result<(), String> {
    for line in text.lines() {
        let (option, value) = line.split_once(' ').ok_or(format!("`{line}` is no option with a value"))?;
        match option {
            "--target" => request.target = Some(value.to_owned()),
            "--platform" => request.platform = Platform::parse(value)?,
            "--build-arg" => {
                let (name, value) = value.split_once('=').ok_or(format!("`{line}` has no `=`"))?;
                request.build_args.insert(name.to_owned(), value.to_owned());
            }
            _ => return Err(format!("`{option}` is none of --target, --platform, --build-arg")),
        }
    }
    Ok(())
}

enum Part<'a> {
    Heading { name: &'a str, line: usize },
    Block(Block<'a>),
}

/// The headings of the second level and the blocks of a file, in order.
fn parts(file: &str) -> Result<Vec<Part<'_>>, String> {
    let mut out = Vec::new();
    // Of the open block: its info, where its text starts, and the line of its fence.
    let mut open: Option<(&str, usize, usize)> = None;
    let mut at = 0;
    for (index, line) in file.split_inclusive('\n').enumerate() {
        let (text, start) = (line.trim_end_matches('\n'), at);
        at += line.len();
        match open {
            Some((info, from, line)) if text == "```" => {
                out.push(Part::Block(Block { info, text: &file[from..start], start: from, line }));
                open = None;
            }
            Some(_) => {}
            None => {
                if let Some(info) = text.strip_prefix("```") {
                    open = Some((info, at, index + 1));
                } else if let Some(name) = text.strip_prefix("## ") {
                    out.push(Part::Heading { name, line: index + 1 });
                }
            }
        }
    }
    match open {
        Some((_, _, line)) => Err(format!("line {line}: the block does not end")),
        None => Ok(out),
    }
}

/// What came of the cases of a file.
#[derive(Debug)]
pub struct Outcome {
    /// The file as it would be if every expectation held.
    pub updated: String,
    /// The number of cases.
    pub n_cases: usize,
    /// What differs, for people; empty where nothing does.
    pub differences: Vec<String>,
}

/// Runs the cases of a file.
///
/// # Errors
/// What is wrong with the file.
pub fn run(file: &str) -> Result<Outcome, String> {
    let cases = read(file)?;
    let mut updated = String::with_capacity(file.len());
    let mut differences = Vec::new();
    let mut copied = 0;
    for case in &cases {
        let analysis = analyze(&case.request);
        for expectation in &case.expectations {
            let Expectation { kind, argument, text, range } = expectation;
            let about_place = || {
                let at = case.cursor.unwrap_or_default();
                language::render(kind, argument, &case.request, &analysis, at)
            };
            let found = render(kind, &case.request.source, &analysis)
                .or_else(|| (kind == "classic").then(|| classic::render(&case.request, &analysis)))
                .or_else(about_place)
                .ok_or_else(|| format!("line {}: a case cannot expect `{kind}`", case.line))?;
            if found != *text {
                let difference = difference(text, &found);
                differences.push(format!("line {}, {}: {kind}\n{difference}", case.line, case.name));
            }
            updated.push_str(&file[copied..range.start]);
            updated.push_str(&found);
            copied = range.end;
        }
    }
    updated.push_str(&file[copied..]);
    Ok(Outcome { updated, n_cases: cases.len(), differences })
}

/// The lines that only one of two texts has: `-` for the expected one, `+` for the other.
fn difference(expected: &str, found: &str) -> String {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    found.lines().for_each(|line| *counts.entry(line).or_default() += 1);
    expected.lines().for_each(|line| *counts.entry(line).or_default() -= 1);
    let only = |sign: &str, text: &str, wanted: i64| -> String {
        let lines = text.lines().filter(|line| counts.get(line).is_some_and(|count| count.signum() == wanted));
        lines.map(|line| format!("    {sign} {line}\n")).collect()
    };
    let lines = [only("-", expected, -1), only("+", found, 1)].concat();
    if lines.is_empty() { "    the same lines in another order\n".into() } else { lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Title\n\n## One\n\nWhy.\n\n```dockerfile\nFROM a\n```\n\n```plan\nnonsense\n```\n";

    #[test]
    fn what_differs_is_shown_and_can_be_put_in_its_place() {
        let outcome = run(FILE).unwrap();
        assert_eq!(outcome.differences.len(), 1, "{outcome:?}");
        let again = run(&outcome.updated).unwrap();
        assert_eq!((again.differences.len(), again.n_cases), (0, 1));
        assert_eq!(again.updated, outcome.updated);
        assert!(outcome.updated.starts_with("# Title\n\n## One\n\nWhy.\n\n```dockerfile\nFROM a\n```\n\n```plan\n1 "));
    }

    #[test]
    fn files_that_would_check_nothing_are_refused() {
        for (file, error) in [
            ("# Title\n", "no cases"),
            ("## One\n", "line 1: the case has 0 Dockerfiles"),
            ("## One\n```dockerfile\nFROM a\n```\n", "line 1: the case expects nothing"),
            ("## One\n```dockerfile\nFROM a\n", "line 2: the block does not end"),
            ("```plan\n```\n", "line 1: a block before the first case"),
            ("## One\n```dockerfile\n```\n```plna\n```\n", "line 1: a case cannot expect `plna`"),
            (
                "## One\n```dockerfile\n```\n```options\n--no-cache x\n```\n",
                "line 4: `--no-cache` is none of --target, --platform, --build-arg",
            ),
        ] {
            assert_eq!(run(file).unwrap_err(), error, "{file}");
        }
    }

    #[test]
    fn options_and_marks_make_the_request() {
        let file = "## One\n```dockerfile bom crlf\nFROM a\n```\n```options\n--target x\n--build-arg A=b=c\n--platform arm64\n```\n```plan\n```\n";
        let request = read(file).unwrap().remove(0).request;
        assert_eq!(request.source, "\u{feff}FROM a\r\n");
        assert_eq!((request.target.as_deref(), request.build_args["A"].as_str()), (Some("x"), "b=c"));
        assert_eq!(request.platform.format(), "linux/arm64");
    }
}

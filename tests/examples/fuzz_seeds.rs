//! Writes what the fuzzers begin with, out of all that the project has, and a dictionary, into
//! `fuzz/corpus`:
//!
//! ```text
//! cargo run -p stagewright-tests --example fuzz_seeds
//! ```

use std::{fs, io};

use stagewright::Request;
use stagewright::share::State;
use stagewright_tests::case;
use stagewright_tests::fuzzing::{Question, dictionary};
use stagewright_tests::mutate::Numbers;
use stagewright_tests::project::{files, read, root};
use stagewright_tests::recorded::{all_cases, texts};

fn main() -> io::Result<()> {
    let questions = questions();
    write("parse", questions.iter().map(|question| question.request.source.clone().into_bytes()))?;
    write("analyze", questions.iter().map(Question::to_bytes))?;
    // The data of one link is much like that of another.
    let links = questions.iter().step_by(9).flat_map(|question| {
        let Request { source, target, build_args, platform, dockerignore, .. } = question.request.clone();
        let state = State { source, target, build_args, platform, dockerignore };
        [state.to_bytes(), state.to_plain_link().into_bytes(), question.to_bytes()]
    });
    write("share", links)?;
    fs::write(root().join("fuzz/corpus/dictionary"), dictionary())
}

/// Everything that is known to be worth a question: the recorded cases and the cases in Markdown, and
/// every text without options.
fn questions() -> Vec<Question> {
    let recorded = all_cases().into_iter().map(|case| case.request);
    let texts = texts().into_iter().map(|(_, source)| Request { source, ..Request::default() });
    let mut numbers = Numbers::new(0);
    let asked = recorded.chain(texts).map(|request| {
        let mut place = || numbers.below(request.source.len() + 1) as u32;
        Question { places: vec![place(), place()], name: None, request }
    });
    let read = |path: String| case::read(&read(&path)).unwrap_or_default();
    let written = files("tests/cases").into_iter().flat_map(read).map(|case| Question {
        request: case.request,
        places: case.cursor.into_iter().collect(),
        name: Some("new".to_owned()),
    });
    asked.chain(written).collect()
}

/// Writes the inputs of a fuzzer.
fn write(fuzzer: &str, inputs: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
    let folder = root().join("fuzz/corpus").join(fuzzer);
    fs::create_dir_all(&folder)?;
    for (index, input) in inputs.enumerate() {
        fs::write(folder.join(format!("seed-{index}")), input)?;
    }
    Ok(())
}

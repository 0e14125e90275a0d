//! The Dockerfiles that are measured: a real one that everybody knows, the largest real one there is, and
//! made-up ones of three shapes and growing size.
//!
//! The made-up ones follow from their shape and size alone, so that figures of two days can be compared.

use std::fmt::Write as _;

use anyhow::{Context, Result};

use crate::project::read;

/// A Dockerfile to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    /// What it is called in the table; also a file name.
    pub(super) name: String,
    pub(super) source: String,
}

/// How the stages of a made-up file hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Each stage starts from the one above.
    Chain,
    /// All start from the first, and the last copies from all.
    Fan,
    /// Each starts from an image or a stage not far above, and copies from up to three others; the last
    /// one copies from every eighth.
    Random,
}

const SHAPES: [(Shape, &str); 3] = [(Shape::Chain, "chain"), (Shape::Fan, "fan"), (Shape::Random, "random")];
/// Numbers of stages. Growth is told between the last two.
pub(super) const SIZES: [usize; 3] = [10, 100, 1000];

/// The samples that are simulated, in the order of the table: those made up have, for each shape, a variant in which
/// each stage sets variables that those upon it inherit, and copies a file more.
pub(super) fn simulated() -> Result<Vec<Sample>> {
    let mut samples = vec![velocity()?];
    for (shape, name) in SHAPES {
        for size in SIZES {
            let source = made_up(shape, size);
            let name = made_up_name(name, size);
            samples.push(Sample { name: format!("env-{name}"), source: with_variables(&source) });
            samples.push(Sample { name, source });
        }
    }
    Ok(samples)
}

/// The file with variables of its own in each stage, and a file more from the build context.
fn with_variables(source: &str) -> String {
    let mut out = String::new();
    for (number, line) in source.lines().enumerate() {
        let _ = writeln!(out, "{line}");
        if line.starts_with("WORKDIR ") {
            let _ = writeln!(out, "ENV NAME_{number}=value-{number}\nCOPY settings/{number}.toml ./");
        }
    }
    out
}

/// All samples, in the order of the table.
pub(super) fn all() -> Result<Vec<Sample>> {
    let mut samples = vec![velocity()?, largest()?];
    for (shape, name) in SHAPES {
        for size in SIZES {
            samples.push(Sample { name: made_up_name(name, size), source: made_up(shape, size) });
        }
    }
    Ok(samples)
}

/// The names of the shapes.
pub(super) fn shapes() -> impl Iterator<Item = &'static str> {
    SHAPES.into_iter().map(|(_, name)| name)
}

/// What a made-up file is called.
pub(super) fn made_up_name(shape: &str, size: usize) -> String {
    format!("{shape}-{size}")
}

/// The Dockerfile of the talk at Velocity 2018.
fn velocity() -> Result<Sample> {
    const FILE: &str = "tests/seeds/000_e29cd5dd6ee16166.txt";
    let text = read(FILE)?;
    let source = fenced(&text, "dockerfile").with_context(|| format!("{FILE} has no Dockerfile"))?;
    Ok(Sample { name: "velocity".to_owned(), source: source.to_owned() })
}

/// The first block of code in a language.
fn fenced<'a>(markdown: &'a str, language: &str) -> Option<&'a str> {
    let (_, rest) = markdown.split_once(&format!("\n```{language}\n"))?;
    let (block, _) = rest.split_once("\n```")?;
    Some(block)
}

/// The longest of the real Dockerfiles whose answers are recorded.
fn largest() -> Result<Sample> {
    let mut longest = String::new();
    for line in read("tests/conformance/corpus.jsonl")?.lines() {
        let case = stagewright_tests::answer::read_case(line)?;
        if case.request.source.len() > longest.len() {
            longest = case.request.source;
        }
    }
    Ok(Sample { name: "largest-real".to_owned(), source: longest })
}

/// A file of `size` stages, each with what stages usually have.
fn made_up(shape: Shape, size: usize) -> String {
    let mut out = String::from("# syntax=docker/dockerfile:1\nARG VERSION=3.20\n");
    let mut dice = Dice(size as u64);
    for stage in 0..size {
        let base = match shape {
            _ if stage == 0 => "alpine:${VERSION}".to_owned(),
            Shape::Chain => format!("stage{}", stage - 1),
            Shape::Fan => "stage0".to_owned(),
            Shape::Random if dice.below(8) == 0 => format!("alpine:3.{}", dice.below(20)),
            Shape::Random => format!("stage{}", stage - 1 - dice.below(stage.min(12))),
        };
        let sources: Vec<usize> = match shape {
            Shape::Fan if stage > 0 && stage + 1 == size => (1..stage).collect(),
            // So that most of them are needed.
            Shape::Random if stage > 0 && stage + 1 == size => (0..stage).step_by(8).collect(),
            Shape::Random if stage > 0 => (0..dice.below(4)).map(|_| dice.below(stage)).collect(),
            _ => Vec::new(),
        };
        stage_of(&mut out, stage, &base, &sources);
    }
    out
}

fn stage_of(out: &mut String, stage: usize, base: &str, sources: &[usize]) {
    let _ = write!(
        out,
        "\n# What part {stage} needs\nFROM {base} AS stage{stage}\nARG JOBS=4\nENV PART=part{stage} \
         PARTS=\"/opt/${{PART}}/bin\"\nWORKDIR /src/part{stage}\nCOPY part{stage}/go.mod part{stage}/go.sum ./\n"
    );
    for source in sources {
        let _ = writeln!(out, "COPY --from=stage{source} /out/part{source} /usr/local/lib/part{source}");
    }
    let _ = write!(
        out,
        "RUN --mount=type=cache,target=/root/.cache \\\n    make -j${{JOBS}} part{stage} \\\n    && make install \
         PREFIX=/out/part{stage}\n"
    );
}

/// A generator of numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    /// A number below `limit`; 0 where that is 0.
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed >> 33) as usize).checked_rem(limit).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use stagewright::graph::EdgeKind;
    use stagewright::{Analysis, Request, analyze};

    use super::{Shape, all, fenced, made_up, simulated};

    fn analysis(source: &str) -> Analysis {
        analyze(&Request { source: source.to_owned(), ..Request::default() })
    }

    #[test]
    fn every_sample_builds() {
        let samples = [all(), simulated()].map(|samples| samples.expect("the samples are there"));
        for sample in samples.into_iter().flatten() {
            let analysis = analysis(&sample.source);
            assert_eq!(analysis.error(), None, "{}", sample.name);
            assert!(!analysis.plan.steps.is_empty(), "{}", sample.name);
        }
    }

    #[test]
    fn a_made_up_file_has_its_size_and_shape() {
        fn check(shape: Shape, size: usize, least_built: usize, n_copies_of_last: usize) {
            let analysis = analysis(&made_up(shape, size));
            let stages = &analysis.resolved.stages;
            assert_eq!(stages.len(), size, "{shape:?}");
            let built = stages.iter().filter(|stage| analysis.graph.is_built(stage.id)).count();
            assert!(built >= least_built, "{shape:?} {size}: {built}");
            let last = stagewright::graph::StageGraph::node_of(stages[size - 1].id);
            let copies = analysis
                .graph
                .inputs(last)
                .filter(|edge| edge.kind == EdgeKind::Copy && analysis.graph.stage_of(edge.from).is_some());
            assert_eq!(copies.count(), n_copies_of_last, "{shape:?} {size}");
        }
        check(Shape::Chain, 10, 10, 0);
        check(Shape::Fan, 10, 10, 8);
        check(Shape::Chain, 1000, 1000, 0);
        check(Shape::Fan, 1000, 1000, 998);
        check(Shape::Random, 1000, 650, 125);
    }

    #[test]
    fn the_first_block_of_a_language_is_found() {
        assert_eq!(
            fenced("a\n```sh\nls\n```\n```dockerfile\nFROM a\nRUN b\n```\nend", "dockerfile"),
            Some("FROM a\nRUN b")
        );
        assert_eq!(fenced("nothing", "dockerfile"), None);
    }
}

//! The classic builder against what Docker 20.10 did, and facts about the seeds that were worked out by hand
//! from its rules.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use stagewright::resolve::Platform;
use stagewright::simulate::Context;
use stagewright::simulate::cache::Effects;
use stagewright::simulate::classic::{Build, Outcome, Request, Store, build};
use stagewright::{Analysis, analyze};
use stagewright_tests::classic::compare;
use stagewright_tests::recorded::dockerfiles;

#[test]
fn scenarios_are_answered_as_the_classic_builder_does() {
    let agreement = compare();
    assert!(agreement.n_scenarios > 100, "{} scenarios", agreement.n_scenarios);
    let mut report = String::new();
    for (id, want, got) in &agreement.others {
        let _ = writeln!(report, "{id}\n    Docker {want}\n    we     {got}");
    }
    assert!(report.is_empty(), "{} of {} disagree\n{report}", agreement.others.len(), agreement.n_scenarios);
}

/// A Dockerfile of the seeds.
fn seed(name: &str) -> String {
    let found = dockerfiles("seeds").into_iter().find(|(id, _)| id == name);
    found.map(|(_, source)| source).unwrap_or_default()
}

/// Two builds, before and after the files of `change` have another content.
fn two_builds(source: &str, target: &str, files: &[&str], change: &[&str]) -> [Build; 2] {
    let mut store = Store::default();
    [&[], change].map(|changed: &[&str]| {
        let content = |path: &&str| if changed.contains(path) { "2" } else { "1" }.to_owned();
        let request = Request {
            source,
            target: Some(target),
            build_args: &BTreeMap::new(),
            platform: &Platform::default(),
            context: &Context::new(files.iter().map(|path| ((*path).to_owned(), content(path)))),
            dockerfile: Some("Dockerfile"),
            effects: &[],
            otherwise: &Effects::Everything,
            no_cache: false,
        };
        build(&request, &mut store)
    })
}

/// What the page of a seed has in its build context.
const FILES: [&str; 9] = [
    "Pipfile",
    "Pipfile.lock",
    "src/app.py",
    "requirements.txt",
    "requirements.dev.txt",
    "requirements/base.txt",
    "package.json",
    "nginx/default.conf",
    "app.py",
];

#[test]
fn the_steps_of_the_seeds_are_counted() {
    // The seed, the target, stages and steps of the classic builder, stages of BuildKit.
    let table = [
        ("seed-velocity0", "base", 1, 6, 1),
        ("seed-velocity0", "app", 2, 8, 2),
        ("seed-velocity0", "test", 4, 13, 3),
        ("seed-velocity0", "docs", 6, 20, 3),
        ("seed-velocity0", "dev", 9, 27, 4),
        ("seed-velocity0", "", 10, 29, 4),
        ("seed-velocity1", "test", 4, 13, 3),
        ("seed-velocity1", "security", 6, 19, 3),
        ("seed-velocity1", "shell", 8, 26, 3),
        ("seed-velocity1", "prod", 11, 33, 4),
        ("seed-msbdemo", "", 2, 10, 2),
        ("seed-slides", "builder", 2, 8, 2),
        ("seed-slides", "backend", 4, 19, 4),
        ("seed-slides", "chime-event-listener", 5, 23, 4),
        ("seed-slides", "celery-beat", 7, 30, 5),
        ("seed-projet8a", "test", 3, 19, 3),
        ("seed-projet8a", "prod", 4, 21, 3),
        ("seed-projet8b", "builder", 1, 7, 1),
        ("seed-projet8b", "", 2, 12, 2),
    ];
    for (name, target, n_stages, n_steps, of_buildkit) in table {
        let source = seed(name);
        let [first, again] = two_builds(&source, target, &FILES, &[]);
        assert_eq!(first.refusal, None, "{name} {target}");
        let found = (first.n_stages, first.n_steps, first.steps.len());
        assert_eq!(found, (n_stages, n_steps, n_steps as usize), "{name} {target}");
        assert_eq!(ran(&again), [0; 0], "{name} {target}");
        let request = stagewright::Request { source, target: Some(target.into()), ..stagewright::Request::default() };
        let analysis: Analysis = analyze(&request);
        let is_built = |stage: &&stagewright::resolve::Stage| analysis.graph.is_built(stage.id);
        assert_eq!(analysis.resolved.stages.iter().filter(is_built).count(), of_buildkit, "{name} {target}");
    }
}

/// The numbers of the steps that are carried out.
fn ran(build: &Build) -> Vec<u32> {
    build.steps.iter().filter(|step| matches!(step.cache, Outcome::Runs(_))).map(|step| step.number).collect()
}

#[test]
fn an_edit_runs_steps_of_stages_that_the_target_does_not_need() {
    let table: [(&str, &str, &[&str], &[u32]); 6] = [
        // COPY src in app and test-base, and all that stands on either.
        ("seed-velocity1", "prod", &["src/app.py"], &[8, 11, 13, 15, 17, 18, 19, 21, 22, 23, 24, 26, 28, 30, 31, 33]),
        ("seed-velocity1", "app", &["src/app.py"], &[8]),
        ("seed-velocity1", "test", &["Pipfile.lock"], &[5, 6, 8, 10, 11, 13]),
        // COPY . in src, all three steps of test, and the one of prod.
        ("seed-projet8a", "prod", &["app.py"], &[15, 17, 18, 19, 21]),
        ("seed-projet8a", "prod", &["requirements.txt"], &[8, 9, 10, 11, 12, 13, 15, 17, 18, 19, 21]),
        // The stage that is copied from is not touched.
        ("seed-projet8b", "", &["nginx/default.conf"], &[6, 7, 9, 10, 11, 12]),
    ];
    for (name, target, change, expected) in table {
        let [_, second] = two_builds(&seed(name), target, &FILES, change);
        assert_eq!(ran(&second), expected, "{name} {target} {change:?}");
    }
}

#[test]
fn folders_are_copied_though_their_files_are_left_out() {
    // An instruction, the .dockerignore, a file that is added, and what is said of the second step: that it runs
    // again, or why it is refused.
    let table = [
        ("COPY src /x", "src/*", "src/more.c", Ok(false)),
        ("COPY src /x", "src", "src/more.c", Err("file not found in build context or excluded by .dockerignore")),
        ("COPY docs /x", "**/*.md", "docs/more.md", Ok(false)),
        ("COPY . /x", "**/*.md", "docs/more.md", Ok(false)),
        ("COPY . /x", "**/*.md", "new/read.md", Ok(true)),
        ("COPY src* /x/", "**/*.c", "src2/more.c", Ok(true)),
        ("COPY src* /x", "**/*.c", "src2/more.c", Err("the destination must be a directory and end with a /")),
        ("COPY none*/x /x", "", "docs/more.md", Err("no source files were specified")),
        // Nobody looks into a folder for what a pattern that begins with no path takes back.
        ("COPY . /x", "*\n!Dockerfile\n!**/*.c", "src/more.c", Ok(false)),
        ("COPY . /x", "*\n!Dockerfile\n!src/*.c", "src/more.c", Ok(true)),
    ];
    for (line, dockerignore, added, expected) in table {
        let source = format!("FROM alpine\n{line}\n");
        let mut store = Store::default();
        let [first, again] = [None, Some(added)].map(|added| {
            let files = ["docs/read.md", "src/one.c"].into_iter().chain(added);
            let files = files.map(|path| (path.to_owned(), String::new()));
            let request = Request {
                source: &source,
                target: None,
                build_args: &BTreeMap::new(),
                platform: &Platform::default(),
                context: &Context::new(files.chain([(".dockerignore".to_owned(), format!(".*\n{dockerignore}"))])),
                dockerfile: Some("Dockerfile"),
                effects: &[],
                otherwise: &Effects::Everything,
                no_cache: false,
            };
            build(&request, &mut store)
        });
        let told = again.refusal.as_ref().or(first.refusal.as_ref()).map(|refusal| refusal.message.as_str());
        match expected {
            Ok(runs) => assert_eq!(
                (ran(&again), told),
                (if runs { vec![2] } else { Vec::new() }, None),
                "{line} {dockerignore:?}"
            ),
            Err(part) => assert!(told.is_some_and(|told| told.contains(part)), "{line} {dockerignore:?}: {told:?}"),
        }
    }
}

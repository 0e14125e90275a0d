//! Every case of `tests/cases`. `UPDATE_CASES=1` writes what came of them into the files.

use std::fs;

use stagewright_tests::case::{Outcome, run};
use stagewright_tests::project::{files, read, root};

#[test]
fn cases_of_the_syntax() {
    check("syntax");
}

#[test]
fn cases_of_names_and_values() {
    check("resolve");
}

#[test]
fn cases_of_the_graph() {
    check("graph");
}

#[test]
fn cases_of_the_plan() {
    check("plan");
}

#[test]
fn cases_of_the_outline() {
    check("outline");
}

#[test]
fn checks_heed_their_options_and_get_as_far_as_buildkit() {
    check("checks");
}

#[test]
fn cases_of_the_language() {
    check("language");
}

#[test]
fn cases_of_the_classic_builder() {
    check("classic");
}

#[test]
fn every_folder_of_cases_is_run() {
    const FOLDERS: [&str; 8] = ["syntax", "resolve", "graph", "plan", "outline", "checks", "language", "classic"];
    for path in files("tests/cases") {
        let folder = path.split('/').nth(2).unwrap_or_default();
        assert!(FOLDERS.contains(&folder) && path.ends_with(".md"), "{path} is not run");
    }
}

#[track_caller]
fn check(folder: &str) {
    let is_update = std::env::var_os("UPDATE_CASES").is_some_and(|value| value == "1");
    let mut report = String::new();
    let mut n_cases = 0;
    for path in files(&format!("tests/cases/{folder}")) {
        let file = read(&path);
        let Outcome { updated, n_cases: n, differences } = match run(&file) {
            Ok(outcome) => outcome,
            Err(error) => panic!("{path}: {error}"),
        };
        n_cases += n;
        if is_update && updated != file {
            fs::write(root().join(&path), updated).expect("the cases can be written");
            continue;
        }
        for difference in differences {
            report.push_str(&format!("{path}, {difference}"));
        }
    }
    assert!(n_cases > 0, "there are no cases of {folder}");
    assert!(report.is_empty(), "UPDATE_CASES=1 takes the lines with + over\n{report}");
}

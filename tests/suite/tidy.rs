//! What the text of the project itself has to keep to: every file says what it holds, modules use
//! only those above them, files stay short, and nothing is left undone.

use std::collections::BTreeSet;

use stagewright_tests::project::{files, read};

/// Lines that a source file may have.
const LONGEST: usize = 400;

/// Files that are longer, how long they may be, and why.
const LONGER: [(&str, usize, &str); 0] = [];

fn rust_files() -> Vec<String> {
    files("").into_iter().filter(|path| path.ends_with(".rs")).collect()
}

/// Fails with all that is wrong at once.
#[track_caller]
fn expect_none(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

#[test]
fn every_file_begins_with_what_it_holds() {
    let bare = |path: &String| !read(path).starts_with("//! ");
    expect_none("these do not begin with `//!`", &rust_files().into_iter().filter(bare).collect::<Vec<_>>());
}

#[test]
fn files_stay_short() {
    let mut found = Vec::new();
    for path in rust_files() {
        let n_lines = read(&path).lines().count();
        let listed = LONGER.iter().find(|(longer, _, _)| *longer == path);
        let allowed = listed.map_or(LONGEST, |&(_, allowed, _)| allowed);
        if n_lines > allowed {
            found.push(format!("{path}: {n_lines} lines, {allowed} may be"));
        }
        if listed.is_some() && n_lines <= LONGEST {
            found.push(format!("{path}: short enough to need no exception any more"));
        }
    }
    expect_none("these are too long, or listed in vain", &found);
}

#[test]
fn modules_are_named_by_what_they_hold() {
    const BAGS: [&str; 8] = ["util", "utils", "common", "helper", "helpers", "misc", "shared", "stuff"];
    let is_bag = |path: &String| {
        path.split(['/', '.']).any(|name| BAGS.contains(&name)) && (path.ends_with(".rs") || path.ends_with(".mjs"))
    };
    expect_none("these say nothing of what they hold", &files("").into_iter().filter(is_bag).collect::<Vec<_>>());
}

/// The modules of the core in the order of the list in its documentation.
fn order_of_the_core() -> Vec<String> {
    let text = read("crates/core/src/lib.rs");
    // 1. [`text`]: … or, where only the core uses it, 1. `text`: …
    let name = |line: &str| {
        let (number, rest) = line.strip_prefix("//! ")?.split_once(". ")?;
        number.parse::<u32>().ok()?;
        let (name, _) = rest.trim_start_matches('[').strip_prefix('`')?.split_once('`')?;
        Some(name.to_owned())
    };
    text.lines().filter_map(name).collect()
}

#[test]
fn the_core_lists_all_of_its_modules() {
    let text = read("crates/core/src/lib.rs");
    let declared: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.trim_start_matches("pub(crate) ").trim_start_matches("pub ").strip_prefix("mod "))
        .map(|name| name.trim_end_matches(';'))
        .collect();
    let order = order_of_the_core();
    let listed: BTreeSet<&str> = order.iter().map(String::as_str).collect();
    assert!(order.len() > 5, "the list was not found: {order:?}");
    assert_eq!(declared, listed);
}

#[test]
fn modules_of_the_core_use_only_those_above_them() {
    let order = order_of_the_core();
    let place = |name: &str| order.iter().position(|module| module == name);
    let mut found = Vec::new();
    for path in rust_files() {
        let Some(inside) = path.strip_prefix("crates/core/src/") else { continue };
        let module = inside.split(['/', '.']).next().unwrap_or_default();
        if module == "lib" {
            continue;
        }
        let own = place(module);
        for (number, used) in crate_paths(&read(&path)) {
            // What stands in the crate's root is `analyze` and its kin, the last of all.
            let used_place = place(&used).or_else(|| place("analysis"));
            if own.is_none() || used_place > own {
                found.push(format!("{path}:{number}: `{module}` uses `{used}`, which stands below it"));
            }
        }
    }
    expect_none("these turn the pipeline round", &found);
}

/// The names right behind `crate::` in the code of a file, its tests apart, with their lines.
fn crate_paths(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.trim_start();
        // Tests of a module may look at it from the outside.
        if matches!(code, "#[cfg(test)]" | "#![cfg(test)]") {
            break;
        }
        if code.starts_with("//") {
            continue;
        }
        for (at, _) in code.match_indices("crate::") {
            let behind = &code[at + "crate::".len()..];
            let name: String = behind.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            // `use crate::{a::…, b::…}` over one line.
            match behind.strip_prefix('{') {
                Some(list) => {
                    let names =
                        list.trim_end_matches(['}', ';']).split(',').filter_map(|item| item.trim().split("::").next());
                    out.extend(names.map(|name| (index + 1, name.to_owned())));
                }
                None => out.push((index + 1, name)),
            }
        }
    }
    out
}

#[test]
fn nothing_is_left_undone() {
    // Put together here, so that this file does not name them.
    let marks =
        [["todo", "!("], ["unimplemented", "!("], ["#[", "ignore"], ["#[allow", "("], ["TO", "DO"], ["FIX", "ME"]];
    let mut found = Vec::new();
    let is_code = |path: &String| [".rs", ".mjs", ".js", ".css", ".html"].iter().any(|end| path.ends_with(end));
    for path in files("").into_iter().filter(is_code) {
        for (index, line) in read(&path).lines().enumerate() {
            let is_marked = marks.iter().any(|parts| line.contains(&parts.concat()));
            if is_marked {
                found.push(format!("{path}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    expect_none("these are not done", &found);
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    let is_text = |path: &String| {
        let ends = [".rs", ".mjs", ".js", ".css", ".html", ".md", ".toml", ".json", ".yml", "/run"];
        ends.iter().any(|end| path.ends_with(end)) && !path.starts_with("tests/seeds/")
    };
    let mut found = Vec::new();
    for path in files("").into_iter().filter(is_text).filter(|path| !is_inside_an_example(path)) {
        found.extend(machine_folders(&read(&path)).into_iter().map(|folder| format!("{path}: {folder}")));
    }
    expect_none("these name a folder of one machine", &found);
}

/// Folders in a text that only one machine has: where people, and programs that nobody sees, keep their files.
fn machine_folders(text: &str) -> Vec<&str> {
    const ROOTS: [&str; 8] = ["/home/", "/Users/", "/tmp/", "/work/", "/mnt/", "/data/", "/workspace/", "/builds/"];
    let mut out = Vec::new();
    for root in ROOTS {
        for (at, _) in text.match_indices(root) {
            // A name such as `a/work/b` is of no machine.
            let is_absolute = !text[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}*/>~$".contains(c));
            let len = text[at..].find(|c: char| !c.is_alphanumeric() && !"/._-".contains(c)).unwrap_or(text.len() - at);
            // The folder by itself is on many.
            if is_absolute && len > root.len() {
                out.push(&text[at..at + len]);
            }
        }
    }
    out
}

#[test]
fn folders_of_one_machine_are_told_from_others() {
    fn check(parts: &[&str], expected: &[&str]) {
        assert_eq!(machine_folders(&parts.concat()), expected);
    }
    check(&["see /ho", "me/me/x-1.y, z"], &[&["/ho", "me/me/x-1.y"].concat()]);
    check(&["`/wo", "rk/a`"], &[&["/wo", "rk/a"].concat()]);
    check(&["below /home/ or a/work/b or ~/work/b"], &[]);
}

/// Folders inside of images, which Dockerfiles may name.
fn is_inside_an_example(path: &str) -> bool {
    path.starts_with("tests/cases/") || path.contains("/examples/")
}

#[test]
fn the_architecture_lists_the_modules_of_the_core_in_their_order() {
    let text = read("ARCHITECTURE.md");
    let pipeline = text.split_once("## The pipeline").and_then(|(_, rest)| rest.split("```").nth(1));
    let listed: Vec<&str> =
        pipeline.into_iter().flat_map(str::lines).filter_map(|line| line.split(' ').next()).collect();
    let listed: Vec<&str> = listed.into_iter().filter(|name| !name.is_empty()).collect();
    assert_eq!(listed, order_of_the_core());
}

#[test]
fn the_architecture_tells_of_every_member() {
    let text = read("ARCHITECTURE.md");
    let mut missing = Vec::new();
    for member in members() {
        if !text.contains(&format!("`{member}`")) {
            missing.push(format!("the member {member}"));
        }
    }
    expect_none("ARCHITECTURE.md is silent about these", &missing);
}

/// The members of the workspace.
fn members() -> Vec<String> {
    let text = read("Cargo.toml");
    let list = text.split_once("\nmembers = [").and_then(|(_, rest)| rest.split_once(']')).map(|(list, _)| list);
    let members: Vec<String> = list
        .into_iter()
        .flat_map(|list| list.split(','))
        .map(|item| item.trim().trim_matches('"').to_owned())
        .collect();
    assert!(members.len() > 3, "the members were not found: {members:?}");
    members
}

#[test]
fn the_core_needs_no_other_package() {
    let text = read("crates/core/Cargo.toml");
    let has_section = |name: &str| text.lines().any(|line| line.starts_with(&format!("[{name}")));
    assert!(!has_section("dependencies") && !has_section("build-dependencies") && !has_section("target"), "{text}");
}

//! `size`: compares what a visitor downloads with the budgets in budgets.toml.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use toml::Table;

use crate::Verb;
use crate::args::Flags;
use crate::finish_dist::files;
use crate::process::output;
use crate::project::{root, table};

pub(crate) const VERB: Verb = Verb {
    name: "size",
    help: "Compare the built site in dist/ with the budgets in budgets.toml.",
    run: |args| {
        Flags::parse(args, &[])?;
        check()
    },
};

/// Prints the sizes of a file; node has the very brotli that web servers use, at its highest quality.
const BROTLI: &str = "
    const { brotliCompressSync } = require('node:zlib');
    const { readFileSync } = require('node:fs');
    for (const file of process.argv.slice(1)) {
        const bytes = readFileSync(file);
        console.log(bytes.length, brotliCompressSync(bytes).length);
    }";

/// A limit for the sum of some files.
#[derive(Debug)]
struct Budget {
    name: String,
    /// In bytes after brotli.
    limit: u64,
    /// Patterns of paths.
    files: Vec<String>,
}

/// A file of the site; sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct File {
    path: String,
    raw: u64,
    brotli: u64,
}

/// Prints the table of sizes; an error names the budgets that are exceeded.
pub(crate) fn check() -> Result<()> {
    let budgets = budgets(&table("budgets.toml")?)?;
    let files = measure()?;
    let (report, exceeded) = compare(&budgets, &files)?;
    print!("{report}");
    ensure!(exceeded.is_empty(), "over budget: {}", exceeded.join(", "));
    Ok(())
}

fn budgets(table: &Table) -> Result<Vec<Budget>> {
    let entries = table.get("budget").and_then(|entries| entries.as_array());
    let mut budgets = Vec::new();
    for entry in entries.context("budgets.toml has no [[budget]]")? {
        let name = entry.get("name").and_then(|name| name.as_str()).context("a budget has no name")?;
        let limit = entry.get("limit").and_then(toml::Value::as_integer);
        let limit = limit.and_then(|limit| u64::try_from(limit).ok());
        let files = entry.get("files").and_then(|files| files.as_array());
        budgets.push(Budget {
            name: name.to_owned(),
            limit: 1000 * limit.with_context(|| format!("the budget of {name} has no limit"))?,
            files: files
                .with_context(|| format!("the budget of {name} has no files"))?
                .iter()
                .filter_map(|pattern| pattern.as_str().map(str::to_owned))
                .collect(),
        });
    }
    Ok(budgets)
}

/// The files of the built site.
fn measure() -> Result<Vec<File>> {
    let site = root().join("dist");
    let paths = files(&site).context("the site is not built: cargo xtask build")?;
    let sizes = output(Command::new("node").args(["-e", BROTLI, "--"]).args(&paths))?;
    let mut measured = Vec::new();
    for (path, line) in paths.iter().zip(sizes.lines()) {
        let (raw, brotli) = line.split_once(' ').context("node printed no sizes")?;
        let path = path.strip_prefix(&site).unwrap_or(path);
        measured.push(File {
            path: path.to_string_lossy().replace('\\', "/"),
            raw: raw.parse()?,
            brotli: brotli.parse()?,
        });
    }
    ensure!(!measured.is_empty(), "dist/ is empty: cargo xtask build");
    Ok(measured)
}

/// The table for the reader, and the names of the budgets that are exceeded.
fn compare(budgets: &[Budget], files: &[File]) -> Result<(String, Vec<String>)> {
    let mut members: BTreeMap<usize, Vec<&File>> = BTreeMap::new();
    for file in files {
        let fits = |budget: &Budget| budget.files.iter().any(|glob| matches(glob, &file.path));
        match budgets.iter().position(fits) {
            Some(budget) => members.entry(budget).or_default().push(file),
            None => bail!("{} belongs to no budget in budgets.toml", file.path),
        }
    }
    let mut report = format!("{:<48}{:>12}{:>12}\n", "", "bytes", "brotli");
    let mut exceeded = Vec::new();
    for (index, budget) in budgets.iter().enumerate() {
        let mut files = members.remove(&index).unwrap_or_default();
        files.sort_by_key(|file| std::cmp::Reverse(file.brotli));
        for file in &files {
            report.push_str(&format!("  {:<46}{:>12}{:>12}\n", file.path, file.raw, file.brotli));
        }
        let (raw, sum) = files.iter().fold((0, 0), |(a, b), file| (a + file.raw, b + file.brotli));
        let verdict = if sum > budget.limit { "over" } else { "within" };
        let limit = budget.limit / 1000;
        report.push_str(&format!("{:<48}{raw:>12}{sum:>12}  {verdict} {limit} kB\n", budget.name));
        if sum > budget.limit {
            let excess = sum - budget.limit;
            exceeded.push(format!("{} by {excess} bytes", budget.name));
        }
    }
    Ok((report, exceeded))
}

/// Whether `path` has the form of `pattern`, in which `*` stands for any text.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((start, rest)) => path
            .strip_prefix(start)
            .is_some_and(|tail| tail.char_indices().any(|(at, _)| matches(rest, &tail[at..])) || matches(rest, "")),
    }
}

#[cfg(test)]
mod tests {
    use super::{File, budgets, compare, matches};

    const BUDGETS: &str = r#"
        [[budget]]
        name = "editor"
        limit = 2
        files = ["editor-*.js"]
        [[budget]]
        name = "first view"
        limit = 3
        files = ["index.html", "*.js"]
    "#;

    fn check(files: &[(&str, u64)], expect: Result<&[&str], &str>) {
        let budgets = budgets(&BUDGETS.parse().expect("TOML")).expect("budgets");
        let files: Vec<File> =
            files.iter().map(|&(path, brotli)| File { path: path.to_owned(), raw: 2 * brotli, brotli }).collect();
        let exceeded = compare(&budgets, &files).map(|(_, exceeded)| exceeded);
        let exceeded = exceeded.map_err(|error| error.to_string());
        assert_eq!(exceeded, expect.map(own).map_err(str::to_owned), "{files:?}");
    }

    fn own(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn a_budget_holds_for_the_sum_of_its_files() {
        check(&[("index.html", 1000), ("editor-1.js", 2000), ("app-1.js", 2000)], Ok(&[]));
        check(&[("index.html", 1001), ("app-1.js", 2000)], Ok(&["first view by 1 bytes"]));
        check(&[("a/b.js", 3001), ("editor-1.js", 2500)], Ok(&["editor by 500 bytes", "first view by 1 bytes"]));
        check(&[("logo.png", 1)], Err("logo.png belongs to no budget in budgets.toml"));
    }

    #[test]
    fn the_table_names_every_file_and_sum() {
        let budgets = budgets(&BUDGETS.parse().expect("TOML")).expect("budgets");
        let file = File { path: "app.js".to_owned(), raw: 9000, brotli: 2500 };
        let (report, _) = compare(&budgets, &[file]).expect("a table");
        let lines: Vec<Vec<&str>> = report.lines().map(|l| l.split_whitespace().collect()).collect();
        assert_eq!(
            lines,
            [
                vec!["bytes", "brotli"],
                vec!["editor", "0", "0", "within", "2", "kB"],
                vec!["app.js", "9000", "2500"],
                vec!["first", "view", "9000", "2500", "within", "3", "kB"],
            ]
        );
    }

    #[test]
    fn incomplete_budgets_are_named() {
        fn check(text: &str, expect: &str) {
            let error = budgets(&text.parse().expect("TOML")).map(|_| ()).expect_err("is wrong");
            assert_eq!(error.to_string(), expect, "{text}");
        }
        check("", "budgets.toml has no [[budget]]");
        check("[[budget]]\nlimit = 1", "a budget has no name");
        check("[[budget]]\nname = \"a\"\nlimit = -1", "the budget of a has no limit");
        check("[[budget]]\nname = \"a\"\nlimit = 1", "the budget of a has no files");
    }

    #[test]
    fn a_star_stands_for_any_text() {
        fn check(pattern: &str, path: &str, expect: bool) {
            assert_eq!(matches(pattern, path), expect, "{pattern} {path}");
        }
        check("*", "snippets/a.js", true);
        check("*", "", true);
        check("*.js", "snippets/a.js", true);
        check("*.js", "a.json", false);
        check("editor-*.js", "editor-0f.js", true);
        check("editor-*.js", "my-editor-0f.js", false);
        check("*a*b", "xaxxb", true);
        check("*a*b", "xbxxa", false);
        check("ü*é", "üé", true);
        check("index.html", "index.html", true);
        check("index.html", "index.htm", false);
    }
}

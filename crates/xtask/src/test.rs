//! `test`: everything that has to hold, from formatting to the pages in a browser.
//!
//! A check that fails does not keep the others from running. What cannot be set up counts as a failure of
//! the checks that need it.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::args::{Flag, Flags};
use crate::chromium::{self, Browser};
use crate::process::{output, probe, run};
use crate::progress::{Steps, seconds};
use crate::project::root;
use crate::setup::{self, Toolbox};
use crate::{Verb, build, finish_dist, size};

pub(crate) const VERB: Verb = Verb {
    name: "test",
    help: "Set up what the tests need, and run everything.\n\
           --only PART  only the checks whose name contains PART\n\
           --list       name the checks",
    run: test,
};

/// What has to be set up for a check. The later ones include the earlier ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Needs {
    Rust,
    Tools,
    Browser,
}

struct Check {
    name: &'static str,
    needs: Needs,
    run: fn(&Bench) -> Result<()>,
}

/// What was set up.
struct Bench {
    tools: Option<Toolbox>,
    browser: Option<Browser>,
}

const CHECKS: &[Check] = &[
    Check { name: "format", needs: Needs::Rust, run: format },
    Check { name: "clippy, host", needs: Needs::Rust, run: clippy_host },
    Check { name: "clippy, wasm32", needs: Needs::Tools, run: clippy_wasm },
    Check { name: "fuzz targets", needs: Needs::Rust, run: fuzz },
    Check { name: "docs", needs: Needs::Rust, run: docs },
    Check { name: "core is free of the browser", needs: Needs::Rust, run: core_is_pure },
    Check { name: "tests, host", needs: Needs::Tools, run: tests_host },
    Check { name: "drawings against Graphviz's", needs: Needs::Tools, run: graphviz },
    Check { name: "tests, wasm32", needs: Needs::Browser, run: tests_wasm },
    Check { name: "site", needs: Needs::Tools, run: site },
    Check { name: "size", needs: Needs::Tools, run: |_| size::check() },
    Check { name: "pages", needs: Needs::Browser, run: pages },
];

fn test(args: &[String]) -> Result<()> {
    let flags = Flags::parse(args, &[Flag::Value("--only"), Flag::Switch("--list")])?;
    let part = flags.value("--only").unwrap_or_default();
    let checks: Vec<&Check> = CHECKS.iter().filter(|check| check.name.contains(part)).collect();
    if flags.has("--list") {
        for check in &checks {
            println!("{}", check.name);
        }
        return Ok(());
    }
    let Some(needs) = checks.iter().map(|check| check.needs).max() else {
        bail!("no check is called `{part}`; cargo xtask test --list names them");
    };
    let mut steps = Steps::new(checks.len());
    let bench = set_up(needs, &mut steps);
    let mut results: Vec<(&str, Duration, Result<()>)> = Vec::new();
    for check in checks {
        let step = steps.next(check.name);
        let result = (check.run)(&bench);
        match &result {
            Ok(()) => step.done("passed"),
            Err(error) => step.done(&format!("FAILED: {error:#}")),
        }
        results.push((check.name, step.elapsed(), result));
    }
    println!();
    for (name, time, result) in &results {
        let verdict = if result.is_ok() { "passed" } else { "FAILED" };
        println!("{verdict}  {name:<30}{:>14}", seconds(*time));
    }
    let failed = results.iter().filter(|(_, _, result)| result.is_err()).count();
    println!("Everything took {}.", seconds(steps.elapsed()));
    println!("{} passed, {failed} failed", results.len() - failed);
    if failed > 0 {
        // The line above is the last one, and says it all.
        std::process::exit(1);
    }
    Ok(())
}

fn set_up(needs: Needs, steps: &mut Steps) -> Bench {
    let mut bench = Bench { tools: None, browser: None };
    let note = |error: anyhow::Error| println!("      FAILED: {error:#}");
    steps.extend(match needs {
        Needs::Rust => 1,
        Needs::Tools => 1 + setup::STEPS,
        Needs::Browser => 1 + setup::STEPS + chromium::STEPS,
    });
    if let Err(error) = rust_components(steps) {
        note(error);
    }
    if needs >= Needs::Tools {
        bench.tools = Toolbox::prepare(steps).map_err(note).ok();
    }
    if needs >= Needs::Browser {
        bench.browser = Browser::prepare(steps).map_err(note).ok();
    }
    bench
}

/// The parts of the Rust toolchain that a minimal one leaves out.
fn rust_components(steps: &mut Steps) -> Result<()> {
    let step = steps.next("rustfmt and clippy");
    let there = |tool: &str| probe(Command::new("cargo").args([tool, "--version"])).is_some();
    if there("fmt") && there("clippy") {
        step.done("there");
        return Ok(());
    }
    run(Command::new("rustup").current_dir(root()).args(["component", "add", "rustfmt", "clippy"]))?;
    step.done("added");
    Ok(())
}

impl Bench {
    fn tools(&self) -> Result<&Toolbox> {
        self.tools.as_ref().ok_or_else(|| anyhow!("the tools could not be set up; see above"))
    }

    fn browser(&self) -> Result<&Browser> {
        self.browser.as_ref().ok_or_else(|| anyhow!("there is no browser; see above"))
    }
}

/// Cargo in the top folder.
fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root()).args(args);
    command
}

fn format(_: &Bench) -> Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy_host(_: &Bench) -> Result<()> {
    run(&mut cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))
}

fn clippy_wasm(_: &Bench) -> Result<()> {
    run(cargo(&["clippy", "--locked", "--target", "wasm32-unknown-unknown"]).args([
        "-p",
        "stagewright-wasm",
        "-p",
        "stagewright-web",
        "--",
        "-D",
        "warnings",
    ]))
}

/// The fuzz targets are a workspace of their own, which nothing else builds. In the folder of this one, so that
/// what both need is built once.
fn fuzz(_: &Bench) -> Result<()> {
    run(cargo(&["clippy", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--target-dir", "target"])
        .args(["--", "-D", "warnings"]))
}

fn docs(_: &Bench) -> Result<()> {
    run(cargo(&["doc", "--locked", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// The core stays usable in programs that have no browser around them.
fn core_is_pure(_: &Bench) -> Result<()> {
    let tree = output(&mut cargo(&[
        "tree",
        "--locked",
        "-p",
        "stagewright",
        "-e",
        "normal,build",
        "--target",
        "all",
        "--prefix",
        "none",
    ]))?;
    for package in ["wasm-bindgen", "js-sys", "web-sys"] {
        let depends = tree.lines().any(|line| line.split(' ').next() == Some(package));
        ensure!(!depends, "the core depends on {package}");
    }
    Ok(())
}

fn tests_host(bench: &Bench) -> Result<()> {
    run(bench.tools()?.command("cargo").args(["test", "--locked", "--workspace", "--exclude", "stagewright-wasm"]))
}

/// Our drawings of the corpus have no more crossings than those of Graphviz, which comes from npm.
fn graphviz(bench: &Bench) -> Result<()> {
    // The profile of the tests, so that nothing is built for this alone.
    let draw = ["run", "--locked", "--quiet", "--profile", "test", "-p", "stagewright-tests"];
    let drawings = output(cargo(&draw).args(["--example", "corpus_drawings"]))?;
    let file = root().join("target/drawings.jsonl");
    fs::write(&file, drawings).context("cannot write the drawings")?;
    let drawings = fs::File::open(&file).context("cannot read the drawings")?;
    run(bench.tools()?.command("node").arg("tests/graphviz/compare.mjs").stdin(drawings))
}

fn tests_wasm(bench: &Bench) -> Result<()> {
    let browser = bench.browser()?;
    let capabilities = root().join("target/webdriver.json");
    fs::write(&capabilities, browser.capabilities()).context("cannot write webdriver.json")?;
    run(bench
        .tools()?
        .command("cargo")
        .args(["test", "--locked", "--package", "stagewright-wasm"])
        .args(["--target", "wasm32-unknown-unknown", "--tests"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("CHROMEDRIVER", browser.driver()?)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities)
        // In seconds; the default of 20 is short for a machine that has other things to do.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120"))
}

fn site(bench: &Bench) -> Result<()> {
    // An older site must not pass for one that could not be built.
    fs::remove_dir_all(root().join("dist")).ok();
    build::site(bench.tools()?)
}

/// The tests in tests/browser, which find the browser in CHROMIUM and the site in DIST.
fn pages(bench: &Bench) -> Result<()> {
    let browser = bench.browser()?;
    let dist = root().join("dist");
    ensure!(dist.join("index.html").is_file(), "the site is not built: cargo xtask build");
    let files = finish_dist::files(&root().join("tests/browser"))?;
    let tests = files.iter().filter(|file| file.to_string_lossy().ends_with(".test.mjs"));
    run(bench
        .tools()?
        .command("node")
        .args(["--test", "--test-reporter=spec"])
        .args(tests)
        .env("CHROMIUM", &browser.chromium)
        .env("DIST", dist))
}

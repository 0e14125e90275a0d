//! `build`: the site as it is published, in `dist/`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::args::{Flag, Flags};
use crate::process::run;
use crate::progress::{Steps, seconds};
use crate::setup::{self, Toolbox};
use crate::{Verb, size};

pub(crate) const VERB: Verb = Verb {
    name: "build",
    help: "Build the optimised site in dist/, which works under any path of any web server.\n\
           --size  also compare it with the budgets",
    run: build,
};

fn build(args: &[String]) -> Result<()> {
    let flags = Flags::parse(args, &[Flag::Switch("--size")])?;
    let mut steps = Steps::new(setup::STEPS + 1);
    let tools = Toolbox::prepare(&mut steps)?;
    let step = steps.next("The site");
    site(&tools)?;
    step.done("built");
    if flags.has("--size") {
        size::check()?;
    }
    println!("\nThe site is in dist/ ({}).", seconds(steps.elapsed()));
    Ok(())
}

/// Builds the site into `dist/`.
pub(crate) fn site(tools: &Toolbox) -> Result<()> {
    run(without_paths(tools.command("trunk").args(["build", "--release", "--locked"])))
}

/// Keeps the paths of this machine out of the program: the places of panics in libraries have Cargo's home
/// in them. Left as it is where that has a space, which the variable cannot express.
pub(crate) fn without_paths(command: &mut Command) -> &mut Command {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    match home.as_deref().and_then(Path::to_str) {
        Some(home) if !home.contains(char::is_whitespace) => {
            let flags = format!("--remap-path-prefix={home}/registry/src=crates -Cllvm-args=-inline-threshold=5");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags)
        }
        _ => command,
    }
}

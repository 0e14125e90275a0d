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
    run(for_the_site(tools.command("trunk").args(["build", "--release", "--locked"])))
}

/// How the compiler makes the program for the site.
///
/// What is small is inlined, and little else: larger thresholds gain a tenth of speed, and cost as much in size. The
/// paths of this machine are kept out of the program (the places of panics in libraries have Cargo's home in them),
/// but for those with a space, which the variable cannot express. What the linker knows of the program's data stays in
/// it until it is split (`split/objects.rs`).
pub(crate) fn for_the_site(command: &mut Command) -> &mut Command {
    let mut flags = "-Cllvm-args=-inline-threshold=5 -Clink-arg=--emit-relocs".to_owned();
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    if let Some(home) = home.as_deref().and_then(Path::to_str).filter(|home| !home.contains(char::is_whitespace)) {
        flags.push_str(&format!(" --remap-path-prefix={home}/registry/src=crates"));
    }
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags)
}

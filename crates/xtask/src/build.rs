//! `build`: the site as it is published, in `dist/`.

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
    run(tools.command("trunk").args(["build", "--release", "--locked"]))
}

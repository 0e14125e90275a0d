//! `docs`: writes the pages of documentation that come from the program.
//!
//! What stands in them is made in [`stagewright_tests::pages`], which a test uses as well.

use std::fs;

use anyhow::{Context, Result};

use crate::Verb;
use crate::args::Flags;
use crate::project::root;

pub(crate) const VERB: Verb =
    Verb { name: "docs", help: "Write docs/checks.md, and the figures in docs/conformance.md.", run: docs };

fn docs(args: &[String]) -> Result<()> {
    Flags::parse(args, &[])?;
    for (path, text) in stagewright_tests::pages::pages() {
        fs::write(root().join(path), text).with_context(|| format!("cannot write {path}"))?;
        println!("wrote {path}");
    }
    Ok(())
}

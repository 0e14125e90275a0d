//! What happens to the program between wasm-bindgen and the site: it is split in two, and each part is
//! optimised and gets a name that changes with its bytes.
//!
//! Trunk could call wasm-opt itself, but only on one module, and after the names of functions are gone that
//! [`crate::split`] goes by. Everything here happens in an optimised build only.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::finish_dist::add;
use crate::process::output;
use crate::profile::{VARIABLE, instrument, notes};
use crate::project::root;
use crate::split::split;

/// The features are named one by one because wasm-opt cannot see them once names are stripped, and with all of
/// them it makes modules that browsers refuse. The lowest kilobyte of memory is the far end of the stack, which
/// no pointer leads to.
pub(crate) const WASM_OPT: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-reference-types",
    "--low-memory-unused",
    "--strip-debug",
    "--strip-producers",
];

/// The addresses of the program's modules.
pub(crate) struct Program {
    pub(crate) first: String,
    /// None where the program is in one piece.
    pub(crate) rest: Option<String>,
}

/// Puts the optimised modules in the place of `wasm`, the address of the program in the site; `glue` is that of the
/// script that wasm-bindgen wrote for it.
pub(crate) fn program(site: &Path, glue: &str, wasm: &str) -> Result<Program> {
    let file = site.join(wasm);
    let bytes = fs::read(&file).with_context(|| format!("cannot read {wasm}"))?;
    if let Some(names) = env::var_os(VARIABLE) {
        fs::write(&file, instrument(&bytes, Path::new(&names))?).with_context(|| format!("cannot write {wasm}"))?;
        return Ok(Program { first: wasm.to_owned(), rest: None });
    }
    let script = site.join(glue);
    let parts = split(&bytes, &notes()?)?;
    let text = fs::read_to_string(&script).with_context(|| format!("cannot read {glue}"))?;
    fs::write(&script, rename(&text, &parts.renamed)?).with_context(|| format!("cannot write {glue}"))?;
    fs::remove_file(&file).with_context(|| format!("cannot remove {wasm}"))?;
    let first = add(site, "first", "wasm", &wasm_opt(&parts.first)?)?;
    let rest = add(site, "rest", "wasm", &wasm_opt(&parts.rest)?)?;
    Ok(Program { first, rest: Some(rest) })
}

/// A script with other names for what it gives to the program; each stands in it once, as the name of a property.
fn rename(script: &str, names: &[(String, String)]) -> Result<String> {
    let mut text = script.to_owned();
    for (old, new) in names {
        let property = |name: &str| format!("{name}:");
        ensure!(text.matches(&property(old)).count() == 1, "the glue does not name {old} once");
        text = text.replace(&property(old), &property(new));
    }
    Ok(text)
}

fn wasm_opt(wasm: &[u8]) -> Result<Vec<u8>> {
    let file = root().join(format!("target/wasm-opt-{}.wasm", std::process::id()));
    let done = file.with_extension("done.wasm");
    fs::write(&file, wasm).with_context(|| format!("cannot write {}", file.display()))?;
    let mut command = Command::new("node");
    command.current_dir(root()).arg("node_modules/binaryen/bin/wasm-opt").args(WASM_OPT);
    output(command.arg(&file).arg("-o").arg(&done))?;
    let bytes = fs::read(&done).context("wasm-opt wrote nothing")?;
    for file in [file, done] {
        fs::remove_file(file).ok();
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::rename;

    #[test]
    fn properties_of_the_glue_get_their_new_names() {
        let names = [("a_1".to_owned(), "x".to_owned()), ("a_12".to_owned(), "y".to_owned())];
        let glue = "({a_12:function(){a()},a_1:b})";
        assert_eq!(rename(glue, &names).expect("both are there"), "({y:function(){a()},x:b})");
        let error = rename("({a_1:b})", &names).expect_err("one is missing");
        assert_eq!(error.to_string(), "the glue does not name a_12 once");
    }
}

//! `finish-dist`: what Trunk calls when it has put the site together, before the site is moved in place.
//!
//! Adds the boot script (web/js/boot.mjs), the editor library (web/js/editor.mjs) and the styles of what is not in the
//! first view (web/styles/later.css, simulation.css), and writes their addresses where they are asked for. In an
//! optimised build it also splits and optimises the program, minifies scripts and styles, joins the style sheets of the
//! first view, draws that in advance, and refuses a page that a strict Content-Security-Policy would break.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::Verb;
use crate::optimise::{self, Program};
use crate::page::{self, Parts};
use crate::process::output;
use crate::profile::VARIABLE;
use crate::project::{has_program, root, table};

pub(crate) const VERB: Verb = Verb { name: "finish-dist", help: "", run: finish_dist };

fn finish_dist(_: &[String]) -> Result<()> {
    let variable = |name| std::env::var(name).with_context(|| format!("Trunk sets {name}"));
    let site = PathBuf::from(variable("TRUNK_STAGING_DIR")?);
    let optimised = variable("TRUNK_PROFILE")? == "release";

    let index = site.join("index.html");
    let html = fs::read_to_string(&index).context("Trunk wrote no index.html")?;
    if optimised {
        for file in files(&site)? {
            minify(&file)?;
        }
    }
    let html = if optimised { join_styles(&site, &html)? } else { html };
    let page::Program { glue, wasm } = page::program(&html)?;
    let program =
        if optimised { optimise::program(&site, &glue, &wasm)? } else { Program { first: wasm.clone(), rest: None } };
    // Trunk asks for it ahead of time.
    let html = html.replace(wasm.trim_start_matches("./"), program.first.trim_start_matches("./"));
    let boot = boot(&site, &program, &glue)?;
    let editor = esbuild(&[
        "web/js/editor.mjs",
        "--bundle",
        "--format=esm",
        "--target=es2022",
        "--minify",
        "--legal-comments=none",
    ])?;
    let editor = add(&site, "editor", "js", editor.as_bytes())?;
    // Drawing needs the web crate built for this machine too, which would double the wait while editing.
    let prerender = if optimised { first_view()? } else { None };
    let parts = Parts { boot: &boot, editor: &editor, prerender: prerender.as_deref() };
    let html = page::finish(&html, &parts)?;
    if optimised {
        check(&site, &html)?;
    }
    fs::write(&index, html).context("cannot write index.html")?;
    fs::remove_file(site.join(".trunk-lock")).ok();
    Ok(())
}

/// Makes one style sheet of those of the page: together they are packed better, and it is one request.
fn join_styles(site: &Path, html: &str) -> Result<String> {
    let mut joined = String::new();
    for address in page::styles(html) {
        let file = site.join(&address);
        joined += &fs::read_to_string(&file).with_context(|| format!("cannot read {address}"))?;
        fs::remove_file(&file).with_context(|| format!("cannot remove {address}"))?;
    }
    Ok(page::with_styles(html, &add(site, "page", "css", joined.as_bytes())?))
}

/// The first view of the page as HTML, if the web crate has a program that draws it.
fn first_view() -> Result<Option<String>> {
    if !has_program(&table("web/Cargo.toml")?, "prerender") {
        return Ok(None);
    }
    let mut command = Command::new("cargo");
    command.current_dir(root()).args(["run", "--quiet", "--locked", "--package", "stagewright-web"]);
    let html = output(command.args(["--features", "ssr", "--bin", "prerender"]))?;
    // Space around it would be a text node, which a program that takes over the drawing does not expect.
    let html = html.trim();
    ensure!(!html.is_empty(), "prerender drew nothing");
    Ok(Some(html.to_owned()))
}

/// Adds the boot script, which knows what it loads and when, and the styles that come with the rest; returns the
/// address of the script.
fn boot(site: &Path, program: &Program, glue: &str) -> Result<String> {
    let mut styles = String::new();
    for sheet in ["web/styles/later.css", "web/styles/simulation.css"] {
        styles.push_str(&esbuild(&[sheet, "--minify", "--legal-comments=none"])?);
    }
    let styles = add(site, "rest", "css", styles.as_bytes())?;
    let defined = [
        format!("--define:GLUE={glue:?}"),
        format!("--define:STYLES={styles:?}"),
        format!("--define:FIRST={:?}", program.first),
        format!("--define:REST={:?}", program.rest.as_deref().unwrap_or_default()),
        format!("--define:PROFILE={}", std::env::var_os(VARIABLE).is_some()),
    ];
    let mut args = vec!["web/js/boot.mjs", "--format=esm", "--target=es2022", "--minify"];
    args.extend(defined.iter().map(String::as_str));
    add(site, "boot", "js", esbuild(&args)?.as_bytes())
}

/// Refuses a page that loads what is not there, or that a strict policy would break.
fn check(site: &Path, html: &str) -> Result<()> {
    let inline = page::inline_code(html);
    if !inline.is_empty() {
        bail!("a strict Content-Security-Policy would block in index.html: {}", inline.join(", "));
    }
    for address in page::addresses(html) {
        if address.starts_with("data:") {
            continue;
        }
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let local = !path.starts_with('/') && !path.contains(':');
        ensure!(local, "index.html loads {address}: only relative addresses work under every path");
        ensure!(site.join(path).is_file(), "index.html loads {address}, which the site does not have");
    }
    Ok(())
}

/// Writes a file under a name that changes with its bytes, and returns its address.
pub(crate) fn add(site: &Path, name: &str, extension: &str, bytes: &[u8]) -> Result<String> {
    let name = format!("{name}-{:016x}.{extension}", fingerprint(bytes));
    fs::write(site.join(&name), bytes).with_context(|| format!("cannot write {name}"))?;
    Ok(format!("./{name}"))
}

/// FNV-1a: the same on every machine and in every version, which is all that is asked of it.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// All files below `folder`, in the order of their names.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Minifies a script or style sheet in place; other files stay as they are.
fn minify(file: &Path) -> Result<()> {
    let loader = match file.extension().and_then(|extension| extension.to_str()) {
        Some("js" | "mjs") => "--loader=js",
        Some("css") => "--loader=css",
        _ => return Ok(()),
    };
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let small = esbuild_on(&text, &[loader, "--minify", "--legal-comments=none"])?;
    fs::write(file, small).with_context(|| format!("cannot write {}", file.display()))
}

fn esbuild(args: &[&str]) -> Result<String> {
    esbuild_on(&[], args)
}

/// What esbuild makes of `input` and `args`.
fn esbuild_on(input: &[u8], args: &[&str]) -> Result<String> {
    let mut command = Command::new("node");
    command.current_dir(root()).arg("node_modules/esbuild/bin/esbuild").args(args);
    command.args(["--log-level=warning", "--charset=utf8"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start esbuild")?;
    let mut stdin = child.stdin.take().context("esbuild takes no input")?;
    // It writes only when it has read everything.
    stdin.write_all(input).context("cannot write to esbuild")?;
    drop(stdin);
    let out = child.wait_with_output().context("cannot read from esbuild")?;
    ensure!(out.status.success(), "esbuild {} failed", args.join(" "));
    String::from_utf8(out.stdout).context("esbuild wrote what is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn fingerprints_are_those_of_fnv_1a() {
        fn check(text: &str, expect: u64) {
            assert_eq!(fingerprint(text.as_bytes()), expect, "{text:?}");
        }
        check("", 0xcbf2_9ce4_8422_2325);
        check("a", 0xaf63_dc4c_8601_ec8c);
        check("foobar", 0x8594_4171_f739_67e8);
    }
}

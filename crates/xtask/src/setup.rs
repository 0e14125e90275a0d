//! What has to be there before anything can be built: the wasm32 target, the npm packages and the tools,
//! each at its pinned version, all kept inside the project.
//!
//! Tools are built without optimisation and without the features that are not used: they run for a second
//! at a time, and an optimised Trunk alone takes ten minutes to make. A tool on the PATH is taken when its
//! version fits. Nothing is looked up in the network when everything is there.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{output, probe, run};
use crate::progress::Steps;
use crate::project::{locked_version, read, root};

/// The newest Trunk that the pinned compiler builds; 0.22 wants a newer one.
const TRUNK: &str = "0.21.14";
/// The oldest Node that the packages support.
const NODE: u64 = 20;
/// What [`Toolbox::prepare`] announces.
pub(crate) const STEPS: usize = 4;

/// Where the tools lie, once they are there.
pub(crate) struct Toolbox {
    path: OsString,
}

impl Toolbox {
    /// Installs what is missing, in [`STEPS`] steps.
    pub(crate) fn prepare(steps: &mut Steps) -> Result<Self> {
        wasm_target(steps)?;
        npm_packages(steps)?;
        let mut dirs =
            vec![install(steps, &wasm_bindgen()?)?, install(steps, &trunk())?, root().join("node_modules/.bin")];
        // Trunk calls this program back when it has built the site.
        let this = std::env::current_exe().context("cannot find the path of xtask")?;
        dirs.extend(this.parent().map(Path::to_path_buf));
        let path = path_with(dirs)?;
        Ok(Self { path })
    }

    /// `program`, started in the top folder with the tools on its PATH.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(root()).env("PATH", &self.path);
        // Trunk 0.21 takes only `true` and `false` for this variable; others set it to 1.
        if std::env::var_os("NO_COLOR").is_some() {
            command.env("NO_COLOR", "true");
        }
        command
    }
}

/// A tool from crates.io.
struct Tool {
    package: &'static str,
    version: String,
    /// The programs of the package that are wanted; the first one tells its version.
    programs: &'static [&'static str],
    options: &'static [&'static str],
}

/// The command-line tool has to be of the very version of the library.
fn wasm_bindgen() -> Result<Tool> {
    Ok(Tool {
        package: "wasm-bindgen-cli",
        version: locked_version(&read("Cargo.lock")?, "wasm-bindgen")?,
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        // Not --locked: the lock file of 0.2.130 names a package that the registry does not have. Without
        // default features: they are for downloads, and the test runner speaks to this machine only.
        options: &["--no-default-features"],
    })
}

fn trunk() -> Tool {
    Tool {
        package: "trunk",
        version: TRUNK.to_owned(),
        programs: &["trunk"],
        // Without TLS, which only its own downloads of tools would need.
        options: &["--locked", "--no-default-features"],
    }
}

fn wasm_target(steps: &mut Steps) -> Result<()> {
    let step = steps.next("Rust target wasm32-unknown-unknown");
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let installed = Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown/lib");
    if installed.is_dir() {
        step.done("there");
        return Ok(());
    }
    if probe(Command::new("rustup").arg("--version")).is_none() {
        bail!(
            "the standard library for wasm32-unknown-unknown is missing, and there is no rustup to add \
             it: install it as your system does, or Rust by https://rustup.rs"
        );
    }
    run(Command::new("rustup").current_dir(root()).args(["target", "add", "wasm32-unknown-unknown"]))?;
    step.done("added");
    Ok(())
}

fn npm_packages(steps: &mut Steps) -> Result<()> {
    let step = steps.next("npm packages of package-lock.json");
    let node = probe(Command::new("node").arg("--version"));
    match node.as_deref().and_then(major_version) {
        Some(major) if major >= NODE => {}
        Some(major) => bail!("Node {NODE} or newer is needed, and this is Node {major}"),
        None => bail!("Node {NODE} or newer is needed: https://nodejs.org"),
    }
    // A copy of the lock file says what is installed; times of files say little after a checkout.
    let lock = read("package-lock.json")?;
    let stamp = root().join("node_modules/.installed-package-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        step.done("there");
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(Command::new(npm).current_dir(root()).arg("ci"))?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))?;
    step.done("installed");
    Ok(())
}

/// Makes sure of `tool` and returns the folder of its programs.
fn install(steps: &mut Steps, tool: &Tool) -> Result<PathBuf> {
    let step = steps.next(&format!("{} {}", tool.package, tool.version));
    let on_path = tool.programs.iter().map(|program| find_program(program));
    if let Some(dirs) = on_path.collect::<Option<Vec<PathBuf>>>()
        && version_of(&dirs[0].join(tool.programs[0])).as_deref() == Some(&tool.version)
        && dirs.iter().all(|dir| *dir == dirs[0])
    {
        step.done(&format!("on the PATH, in {}", dirs[0].display()));
        return Ok(dirs[0].clone());
    }
    let home = root().join("target/tools").join(format!("{}-{}", tool.package, tool.version));
    let bin = home.join("bin");
    let file = |program: &&str| bin.join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    if tool.programs.iter().map(file).all(|file| file.is_file()) {
        step.done("there");
        return Ok(bin);
    }
    println!("      building it; this happens once");
    let build = root().join("target/tools/build");
    let mut command = Command::new("cargo");
    command
        .current_dir(root())
        .args(["install", tool.package, &format!("--version={}", tool.version), "--no-track"])
        .args(tool.options)
        .args(tool.programs.iter().flat_map(|program| ["--bin", program]))
        .arg("--root")
        .arg(&home)
        .arg("--target-dir")
        .arg(&build)
        .envs([
            ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
            ("CARGO_PROFILE_RELEASE_LTO", "off"),
            ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
            ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
            ("CARGO_PROFILE_RELEASE_STRIP", "none"),
        ])
        // Flags meant for the project's own code would only make the tools differ.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    // Otherwise cargo advises to add the folder to the PATH.
    command.env("PATH", path_with([bin.clone()])?);
    run(&mut command)?;
    // Two gigabytes that nothing needs any more. Kept on failure, so that a second try goes on from there.
    fs::remove_dir_all(&build).ok();
    step.done("built");
    Ok(bin)
}

/// The PATH with more folders at its front.
fn path_with(dirs: impl IntoIterator<Item = PathBuf>) -> Result<OsString> {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(dirs.into_iter().chain(std::env::split_paths(&inherited)))
        .context("the project lies in a folder whose name cannot be in PATH")
}

/// The folder on the PATH that holds `program`.
pub(crate) fn find_program(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?).find(|dir| dir.join(&name).is_file())
}

/// The version that `program --version` tells.
fn version_of(program: &Path) -> Option<String> {
    version_in(&probe(Command::new(program).arg("--version"))?).map(str::to_owned)
}

/// The version in a line such as `wasm-bindgen 0.2.130 (abc)`.
fn version_in(line: &str) -> Option<&str> {
    line.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

/// 20 for `v20.20.2`.
fn major_version(version: &str) -> Option<u64> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{major_version, version_in};

    #[test]
    fn versions_are_found_in_what_tools_print() {
        fn check(line: &str, expect: Option<&str>) {
            assert_eq!(version_in(line), expect, "{line:?}");
        }
        check("wasm-bindgen 0.2.130\n", Some("0.2.130"));
        check("wasm-bindgen 0.2.130 (5e1b5e3 2026-10-01)", Some("0.2.130"));
        check("trunk 0.21.14", Some("0.21.14"));
        check("trunk", None);
        check("", None);
    }

    #[test]
    fn the_major_version_of_node_is_read() {
        fn check(line: &str, expect: Option<u64>) {
            assert_eq!(major_version(line), expect, "{line:?}");
        }
        check("v20.20.2\n", Some(20));
        check("v8.0.0", Some(8));
        check("24", Some(24));
        check("node", None);
    }
}

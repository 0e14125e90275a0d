//! Where the project's files lie, and which versions its own files pin.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use toml::Table;

/// The top folder of the project: two above this crate, wherever this program is started.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The text of a file of the project; `path` is relative to its top folder.
pub(crate) fn read(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"))
}

/// A TOML file of the project.
pub(crate) fn table(path: &str) -> Result<Table> {
    read(path)?.parse().with_context(|| format!("{path} is not TOML"))
}

/// The version of `package` in the text of a Cargo.lock.
pub(crate) fn locked_version(lock: &str, package: &str) -> Result<String> {
    let lock: Table = lock.parse().context("Cargo.lock is not TOML")?;
    let packages = lock.get("package").and_then(|packages| packages.as_array());
    let versions: Vec<&str> = packages
        .into_iter()
        .flatten()
        .filter(|entry| entry.get("name").and_then(|name| name.as_str()) == Some(package))
        .filter_map(|entry| entry.get("version")?.as_str())
        .collect();
    match versions[..] {
        [version] => Ok(version.to_owned()),
        [] => bail!("Cargo.lock has no {package}"),
        _ => bail!("Cargo.lock has {package} in several versions: {}", versions.join(", ")),
    }
}

/// Whether a crate's manifest has a program of this name.
pub(crate) fn has_program(manifest: &Table, name: &str) -> bool {
    let programs = manifest.get("bin").and_then(|programs| programs.as_array());
    programs.into_iter().flatten().any(|program| program.get("name").and_then(|name| name.as_str()) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::{has_program, locked_version};

    #[test]
    fn the_version_in_a_lock_file_is_found_when_there_is_one() {
        fn check(lock: &str, expect: Result<&str, &str>) {
            let version = locked_version(lock, "wasm-bindgen").map_err(|error| error.to_string());
            assert_eq!(version.as_deref().map_err(String::as_str), expect, "{lock}");
        }
        let entry = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        let macros = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n";
        let older = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.99\"\n";
        check(&format!("version = 4\n{macros}{entry}"), Ok("0.2.130"));
        check(macros, Err("Cargo.lock has no wasm-bindgen"));
        check("", Err("Cargo.lock has no wasm-bindgen"));
        check(&format!("{entry}{older}"), Err("Cargo.lock has wasm-bindgen in several versions: 0.2.130, 0.2.99"));
        check("[[package", Err("Cargo.lock is not TOML"));
    }

    #[test]
    fn a_program_counts_once_the_manifest_names_it() {
        fn check(manifest: &str, expect: bool) {
            let table = manifest.parse().expect("the manifest is TOML");
            assert_eq!(has_program(&table, "prerender"), expect, "{manifest}");
        }
        check("[package]\nname = \"prerender\"", false);
        check("[[bin]]\nname = \"other\"", false);
        check("[[bin]]\nname = \"other\"\n[[bin]]\nname = \"prerender\"", true);
    }
}

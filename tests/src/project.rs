//! Where the files of the project lie, and their text.

use std::fs;
use std::path::{Path, PathBuf};

/// The top folder of the project: the one above this package.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The text of a file; `path` is relative to the top folder.
///
/// # Panics
/// If it cannot be read: a test without its data has nothing to say.
#[must_use]
pub fn read(path: &str) -> String {
    match fs::read_to_string(root().join(path)) {
        Ok(text) => text,
        Err(error) => panic!("cannot read {path}: {error}"),
    }
}

/// The files below a folder, the deepest included, in the order of their names. Both the folder and
/// the result are relative to the top folder, with `/` between names. Build output, what npm installed
/// and what fuzzers keep are left out.
///
/// # Panics
/// If a folder cannot be read.
#[must_use]
pub fn files(folder: &str) -> Vec<String> {
    let mut out = Vec::new();
    collect(folder, &mut out);
    out.sort();
    out
}

fn collect(folder: &str, out: &mut Vec<String>) {
    const NOT_OURS: [&str; 6] = ["target", "dist", "node_modules", ".git", "corpus", "artifacts"];
    let entries = match fs::read_dir(root().join(folder)) {
        Ok(entries) => entries,
        Err(error) => panic!("cannot read the folder {folder}: {error}"),
    };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        if entry.path().is_dir() {
            collect(&path, out);
        } else {
            out.push(path);
        }
    }
}

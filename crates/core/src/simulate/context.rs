//! The build context as far as a simulation needs it: which files there are, and whether two of them are
//! the same.
//!
//! Folders follow from the paths of files; modes, owners and links are left out, as whoever edits files does
//! not change them. Relies on the patterns of `ignored` for `.dockerignore`.

use std::collections::BTreeMap;

use crate::resolve::{Resolved, clean, is_surely_clean};

use super::guess;
use super::ignored::IgnoreFile;

/// The name of the file that leaves others out.
pub const DOCKERIGNORE: &str = ".dockerignore";

/// A build context: the files in the folder that `docker build` is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// What is in each file, by its path from the root of the context, made short (`src/app.py`). Only
    /// whether two contents are equal matters, but for `.dockerignore`, which is read.
    pub files: BTreeMap<String, String>,
}

/// A file that a build can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its path from the root, made short.
    pub path: &'a str,
    /// What is in it.
    pub content: &'a str,
}

impl Context {
    /// A context of some files. Their paths may be written in any way.
    #[must_use]
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut out = Self::default();
        for (path, content) in files {
            out.files.insert(shortened(&path), content);
        }
        out
    }

    /// What a file probably begins with, for a page to start from: all that it
    /// copies, and of a folder a few files by the kind of project. It is made up, to be edited.
    #[must_use]
    pub fn guess(resolved: &Resolved) -> Self {
        guess::guess(resolved)
    }

    /// The files that a build can see: all that `.dockerignore` does not leave out, sorted by path.
    #[must_use]
    pub fn visible(&self) -> Vec<Entry<'_>> {
        let ignored = self.files.get(DOCKERIGNORE).map(|text| IgnoreFile::new(text)).unwrap_or_default();
        let mut out = Vec::with_capacity(self.files.len());
        for (path, content) in &self.files {
            if ignored.is_empty() || !ignored.leaves_out(path) {
                out.push(Entry { path, content });
            }
        }
        out
    }
}

/// A path of a file as contexts have it: from the root, without a slash in front.
#[must_use]
pub fn shortened(path: &str) -> String {
    let inner = path.trim_start_matches('/');
    if is_surely_clean(inner) {
        return inner.to_owned();
    }
    clean(&format!("/{path}")).trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[&str], dockerignore: &str, expected: &[&str]) {
        let files = files.iter().map(|&path| (path.to_owned(), String::new()));
        let mut context = Context::new(files);
        context.files.insert(DOCKERIGNORE.to_owned(), dockerignore.to_owned());
        let visible: Vec<&str> = context.visible().iter().map(|entry| entry.path).collect();
        assert_eq!(visible, expected, "{dockerignore:?}");
    }

    #[test]
    fn what_dockerignore_leaves_out_is_not_seen() {
        let files = ["./src//a.c", "/src/b.o", "README.md", "x/../docs/read.md"];
        check(&files, "", &[".dockerignore", "README.md", "docs/read.md", "src/a.c", "src/b.o"]);
        check(&files, "**/*.o\ndocs\n", &[".dockerignore", "README.md", "src/a.c"]);
        check(&files, "*\n!src\n", &["src/a.c", "src/b.o"]);
        check(&files, "*\n!src\nsrc/*.o\n", &["src/a.c"]);
    }
}

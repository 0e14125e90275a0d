//! The build context as far as a simulation needs it: which files and folders there are, and whether two files
//! are the same.
//!
//! Folders follow from the paths of files: one is there even where `.dockerignore` leaves out all that is in it,
//! as in `fsutil` of BuildKit. Modes, owners and links are left out, as whoever edits files does not change them.
//! Relies on the patterns of `ignored` for `.dockerignore`.

use std::collections::BTreeMap;

use crate::resolve::{Resolved, clean, is_surely_clean};

use super::guess;
use super::ignored::{IgnoreFile, Verdict};

/// The name of the file that leaves others out.
pub const DOCKERIGNORE: &str = ".dockerignore";

/// A build context: the files in the folder that `docker build` is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// What is in each file, by its path from the root of the context, made short (`src/app.py`). Only
    /// whether two contents are equal matters, but for `.dockerignore`, which is read.
    pub files: BTreeMap<String, String>,
}

/// A file or folder that a build can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its path from the root, made short; that of a folder ends with a slash.
    pub path: &'a str,
    /// What is in it; nothing for a folder.
    pub content: &'a str,
}

/// A folder on the way to a file.
struct Folder<'a> {
    entry: Entry<'a>,
    verdict: Verdict,
    is_told: bool,
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

    /// The files and folders that a build can see, sorted by path: all that `.dockerignore` does not leave out,
    /// and the folders that they are in.
    #[must_use]
    pub fn visible(&self) -> Vec<Entry<'_>> {
        self.sent(IgnoreFile::verdict)
    }

    /// The same for the classic builder.
    pub(super) fn visible_to_classic(&self) -> Vec<Entry<'_>> {
        self.sent(IgnoreFile::classic_verdict)
    }

    fn sent(&self, look: fn(&IgnoreFile, &str, Option<&Verdict>) -> Verdict) -> Vec<Entry<'_>> {
        let ignored = self.files.get(DOCKERIGNORE).map(|text| IgnoreFile::new(text)).unwrap_or_default();
        let mut out = Vec::with_capacity(self.files.len());
        let mut folders: Vec<Folder<'_>> = Vec::new();
        for (path, content) in &self.files {
            while folders.pop_if(|folder| !path.starts_with(folder.entry.path)).is_some() {}
            let known = folders.last().map_or(0, |folder| folder.entry.path.len());
            for (at, _) in path.match_indices('/').filter(|(at, _)| *at >= known) {
                let verdict = look(&ignored, &path[..at], folders.last().map(|folder| &folder.verdict));
                let is_told = !verdict.is_out;
                folders.push(Folder { entry: Entry { path: &path[..=at], content: "" }, verdict, is_told: false });
                if is_told {
                    tell(&mut folders, &mut out);
                }
            }
            if !look(&ignored, path, folders.last().map(|folder| &folder.verdict)).is_out {
                tell(&mut folders, &mut out);
                out.push(Entry { path, content });
            }
        }
        out
    }
}

impl Entry<'_> {
    /// Whether it is a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.path.ends_with('/')
    }
}

/// Tells the folders that something is in, where they are not told yet: those above one that is told are.
fn tell<'a>(folders: &mut [Folder<'a>], out: &mut Vec<Entry<'a>>) {
    let n_told = folders.partition_point(|folder| folder.is_told);
    for folder in &mut folders[n_told..] {
        folder.is_told = true;
        out.push(folder.entry);
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
        let context = context(files, dockerignore);
        let visible: Vec<&str> = context.visible().iter().map(|entry| entry.path).collect();
        assert_eq!(visible, expected, "{dockerignore:?}");
    }

    fn context(files: &[&str], dockerignore: &str) -> Context {
        let files = files.iter().map(|&path| (path.to_owned(), String::new()));
        let mut context = Context::new(files);
        context.files.insert(DOCKERIGNORE.to_owned(), dockerignore.to_owned());
        context
    }

    #[test]
    fn what_dockerignore_leaves_out_is_not_seen() {
        let files = ["./src//a.c", "/src/b.o", "README.md", "x/../docs/read.md"];
        check(&files, "", &[".dockerignore", "README.md", "docs/", "docs/read.md", "src/", "src/a.c", "src/b.o"]);
        check(&files, "**/*.o\ndocs\n", &[".dockerignore", "README.md", "src/", "src/a.c"]);
        check(&files, "*\n!src\n", &["src/", "src/a.c", "src/b.o"]);
        check(&files, "*\n!src\nsrc/*.o\n", &["src/", "src/a.c"]);
    }

    #[test]
    fn a_folder_is_seen_unless_it_is_left_out_itself() {
        let files = ["src/a.c", "src/sub/b.c", "src-old/c.c"];
        check(&files, "src/*\n.*", &["src-old/", "src-old/c.c", "src/"]);
        check(&files, "**/*.c\n.*", &["src-old/", "src/", "src/sub/"]);
        check(&files, "src/**\n.*", &["src-old/", "src-old/c.c", "src/"]);
        check(&files, "*\n!**/b.c\n", &["src/", "src/sub/", "src/sub/b.c"]);
        check(&files, "*\n!src/sub\n", &["src/", "src/sub/", "src/sub/b.c"]);
        // Only what was left out before can be taken back, and a folder is looked at before what is in it.
        check(&files, "**/b.c\n*-old\n.*\n!src", &["src/", "src/a.c", "src/sub/"]);
    }

    #[test]
    fn the_classic_client_looks_only_where_a_pattern_begins_with_the_path() {
        let check = |dockerignore: &str, expected: &[&str]| {
            let context = context(&["docs/x.md", "src/a.c", "src/sub/b.c"], dockerignore);
            let visible: Vec<&str> = context.visible_to_classic().iter().map(|entry| entry.path).collect();
            assert_eq!(visible, expected, "{dockerignore:?}");
        };
        check("*\n!**/b.c\n", &[]);
        check("*\n!src/sub/b.c\n", &["src/", "src/sub/", "src/sub/b.c"]);
        check("**/*.c\n.*\n!src", &["docs/", "docs/x.md", "src/", "src/a.c", "src/sub/", "src/sub/b.c"]);
        check("src/*\n.*", &["docs/", "docs/x.md", "src/"]);
    }
}

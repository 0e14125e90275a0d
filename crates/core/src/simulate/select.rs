//! Which files and folders of a tree a source of COPY or ADD takes, what they are called where they go, and how
//! BuildKit's checksum of them counts their paths.
//!
//! Follows `includedPaths` of BuildKit's `cache/contenthash` for the checksum and `fsutil/copy` for the copying: a
//! path that is a file, a folder with all that is below, wildcards that match within a folder, `--exclude` and
//! `--parents`. A folder is taken if no pattern is against it, or with the first thing in it that is taken.
//! Relies on [`ignored`](super::ignored) and [`wildcard`](super::wildcard) for patterns. Works on sorted paths alone,
//! so that it serves the build context and the files of a stage alike.

use super::context::shortened;
use super::ignored::{IgnoreFile, Verdict};
use super::wildcard::{Wildcard, before_wildcard, has_wildcard};

/// A source of COPY or ADD, or of a bind mount.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selector<'a> {
    /// The path in the tree; with `parents` the folder that patterns begin at.
    pub path: &'a str,
    /// Whether `*`, `?` and `[` mean something in the path, as they do for COPY and not for mounts.
    pub wildcards: bool,
    /// The pattern of `--parents`.
    pub parents: Option<&'a str>,
    /// The patterns of `--exclude`.
    pub exclude: &'a [String],
}

/// A file or folder that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its index among the paths of the tree.
    pub index: usize,
    /// What it is called below the destination; empty for a folder that is the source. Where it is a file and
    /// the source itself, and the destination is no folder, the destination is its name instead.
    pub name: String,
    /// The path that the checksum counts, empty where the name does not matter; none where the checksum does not
    /// count it at all.
    pub key: Option<String>,
    /// Whether the source, or a match of it, is this file and no folder that it lies in.
    pub is_source: bool,
}

/// What a source takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The files and folders, sorted by the path in their tree.
    pub entries: Vec<Taken>,
}

/// Nothing is at the path. BuildKit: `failed to compute cache key: … "/src/two.c": not found`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The path, with a slash in front.
    pub path: String,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: not found", crate::syntax::quoted(&self.path))
    }
}

impl std::error::Error for Missing {}

/// What a source takes of a tree whose files and folders have these paths, sorted, from its root and without a
/// slash in front; those of folders end with a slash.
///
/// # Errors
/// Where nothing is at the path. A wildcard may match nothing, and then takes nothing.
pub fn select(paths: &[&str], selector: &Selector<'_>) -> Result<Selection, Missing> {
    let path = shortened(selector.path);
    let wildcard = (selector.wildcards && has_wildcard(&path)).then(|| Wildcard::new(&path));
    let fixed = if wildcard.is_some() { before_wildcard(&path) } else { &path };
    let mut walk = Walk::new(selector);
    let mut is_there = fixed.is_empty();
    for (index, entry) in at_and_below(paths, fixed) {
        is_there = true;
        let name = entry.strip_suffix('/').unwrap_or(entry);
        let root = match &wildcard {
            // The part of the path that is as deep as the pattern.
            Some(_) => name.match_indices('/').nth(path.matches('/').count()).map_or(name, |(at, _)| &name[..at]),
            None => path.as_str(),
        };
        if wildcard.as_ref().is_none_or(|wildcard| wildcard.matches(root)) {
            walk.visit(index, entry, root.len(), fixed.len());
        }
    }
    let mut out = walk.out;
    let mut counted = out.iter_mut().filter(|taken| taken.key.is_some());
    if let (Some(only), None) = (counted.next(), counted.next())
        && last(paths[only.index]) == last(&path)
    {
        only.key = Some(String::new());
    }
    // With `--parents` a path without wildcards has to lead to something.
    let required = match selector.parents {
        Some(pattern) if has_wildcard(&path) || has_wildcard(pattern) => None,
        Some(pattern) => Some(shortened(&format!("{path}/{pattern}"))),
        None => None,
    };
    let leads = |required: &String| {
        out.iter().any(|taken| taken.key.is_some() && paths[taken.index].starts_with(required.as_str()))
    };
    match required.filter(|required| !leads(required)) {
        Some(path) => Err(Missing { path: format!("/{path}") }),
        None if !is_there => Err(Missing { path: format!("/{fixed}") }),
        None => Ok(Selection { entries: out }),
    }
}

impl Selector<'_> {
    /// Whether something in a folder may be taken, given by its path from the root of the tree, where it is not
    /// known what is in it.
    pub(super) fn may_reach(&self, folder: &str) -> bool {
        let path = shortened(self.path);
        let pattern = self.parents.map_or_else(|| path.clone(), |pattern| shortened(&format!("{path}/{pattern}")));
        for (part, name) in pattern.split('/').zip(folder.split('/')) {
            if part.contains("**") {
                break;
            }
            if !name.is_empty() && !part.is_empty() && !Wildcard::new(part).matches(name) {
                return false;
            }
        }
        let excluded = IgnoreFile::of_patterns(self.exclude);
        let below = folder.strip_prefix(path.as_str()).filter(|_| !has_wildcard(&path)).unwrap_or_default();
        let below = below.trim_start_matches('/');
        below.is_empty() || excluded.has_exceptions() || !excluded.leaves_out(below)
    }
}

/// What is at a path or below, with indexes.
fn at_and_below<'a>(paths: &'a [&'a str], path: &str) -> impl Iterator<Item = (usize, &'a str)> {
    let file = paths.binary_search(&path).ok();
    let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
    let start = file.unwrap_or_else(|| paths.partition_point(|other| *other < prefix.as_str()));
    // A file is taken alone, though there may be others that would lie in it.
    let n_at_most = if file.is_some() { 1 } else { paths.len() };
    let inside = paths[start..].iter().take_while(move |other| file.is_some() || other.starts_with(&prefix));
    inside.take(n_at_most).enumerate().map(move |(offset, path)| (start + offset, *path))
}

/// Goes through a tree and takes what `--parents` and `--exclude` leave of it.
struct Walk {
    /// The pattern of `--parents`.
    included: Option<IgnoreFile>,
    excluded: IgnoreFile,
    /// The folders that the walk is in, from outside to inside.
    folders: Vec<Folder>,
    out: Vec<Taken>,
}

/// A folder that is gone through.
struct Folder {
    path: String,
    included: Verdict,
    excluded: Verdict,
    /// What it is if it is taken, which it is with the first thing in it if not by itself.
    taken: Taken,
    place: Option<usize>,
    /// Whether it is taken and counted. Those above it are, too.
    is_in: bool,
}

impl Walk {
    fn new(selector: &Selector<'_>) -> Self {
        Self {
            included: selector.parents.map(|pattern| IgnoreFile::of_patterns(&[shortened(pattern)])),
            excluded: IgnoreFile::of_patterns(selector.exclude),
            folders: Vec::new(),
            out: Vec::new(),
        }
    }

    /// Looks at an entry below a source, or a match of it, whose path has `root` bytes.
    fn visit(&mut self, index: usize, entry: &str, root: usize, fixed: usize) {
        let name = entry.strip_suffix('/').unwrap_or(entry);
        let below = name[root..].trim_start_matches('/');
        while self.folders.pop_if(|folder| !entry.starts_with(&folder.path)).is_some() {}
        let above = self.folders.last();
        let mut is_in = true;
        let (mut included, mut excluded) = (Verdict::default(), Verdict::default());
        if let Some(patterns) = &self.included {
            included = patterns.verdict(below, above.map(|above| &above.included));
            is_in = included.is_out;
        }
        if is_in && !self.excluded.is_empty() {
            excluded = self.excluded.verdict(below, above.map(|above| &above.excluded));
            is_in = !excluded.is_out;
        }
        let is_folder = name.len() < entry.len();
        let is_source = below.is_empty() && !is_folder;
        let key = Some(name[fixed..].trim_start_matches('/').to_owned());
        let taken = Taken { index, name: if is_source { last(name) } else { below }.to_owned(), key, is_source };
        if is_in {
            let n_in = self.folders.partition_point(|folder| folder.is_in);
            for folder in &mut self.folders[n_in..] {
                folder.take(&mut self.out);
            }
        }
        let mut place = None;
        if is_in || below.is_empty() {
            // The source is copied in any case, even where its checksum is that of nothing.
            place = Some(self.out.len());
            self.out.push(Taken { key: taken.key.clone().filter(|_| is_in), ..taken.clone() });
        }
        if is_folder {
            self.folders.push(Folder { path: entry.to_owned(), included, excluded, taken, place, is_in });
        }
    }
}

impl Folder {
    /// Takes it as something in it is taken.
    fn take(&mut self, out: &mut Vec<Taken>) {
        self.is_in = true;
        match self.place {
            Some(place) => out[place].key.clone_from(&self.taken.key),
            None => {
                self.place = Some(out.len());
                out.push(self.taken.clone());
            }
        }
    }
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 10] = [
        ".dockerignore",
        "a.txt",
        "b.txt",
        "src-old/",
        "src-old/x.c",
        "src/",
        "src/one.c",
        "src/sub/",
        "src/sub/three.c",
        "src/two.c",
    ];

    #[track_caller]
    fn check(selector: &Selector<'_>, expected: Result<&[&str], &str>) {
        let found = select(&PATHS, selector).map(|selection| {
            let shown = |taken: &Taken| {
                let end = if taken.is_source { "!" } else { "" };
                let key = taken.key.as_ref().map(|key| format!(" [{key}]")).unwrap_or_default();
                format!("{} as {}{end}{key}", PATHS[taken.index], taken.name)
            };
            selection.entries.iter().map(shown).collect::<Vec<_>>()
        });
        let found = found.map_err(|missing| missing.to_string());
        let expected = expected.map(|lines| lines.iter().map(|&line| line.to_owned()).collect());
        assert_eq!(found, expected.map_err(str::to_owned), "{selector:?}");
    }

    fn copy(path: &str) -> Selector<'_> {
        Selector { path, wildcards: true, ..Selector::default() }
    }

    #[test]
    fn a_path_is_a_file_or_a_folder_with_all_below() {
        check(&copy("a.txt"), Ok(&["a.txt as a.txt! []"]));
        check(&copy("/src/one.c"), Ok(&["src/one.c as one.c! []"]));
        let src = [
            "src/ as  []",
            "src/one.c as one.c [one.c]",
            "src/sub/ as sub [sub]",
            "src/sub/three.c as sub/three.c [sub/three.c]",
            "src/two.c as two.c [two.c]",
        ];
        check(&copy("src"), Ok(&src));
        check(&copy("./src/"), Ok(&src));
        check(&copy("src/missing"), Err("\"/src/missing\": not found"));
        for root in [".", "/", ""] {
            assert_eq!(select(&PATHS, &copy(root)).map(|selection| selection.entries.len()), Ok(PATHS.len()), "{root}");
        }
    }

    #[test]
    fn wildcards_match_within_a_folder() {
        check(&copy("*.txt"), Ok(&["a.txt as a.txt! [a.txt]", "b.txt as b.txt! [b.txt]"]));
        check(&copy("src/t*.c"), Ok(&["src/two.c as two.c! [two.c]"]));
        check(&copy("a.tx[t]"), Ok(&["a.txt as a.txt! [a.txt]"]));
        check(&copy("src/s*"), Ok(&["src/sub/ as  [sub]", "src/sub/three.c as three.c [sub/three.c]"]));
        check(&copy("*.md"), Ok(&[]));
        check(&copy("none/*.md"), Err("\"/none\": not found"));
        check(&Selector { path: "*.txt", ..Selector::default() }, Err("\"/*.txt\": not found"));
    }

    #[test]
    fn excluded_files_are_left_where_they_are() {
        let excluding = |path, patterns: &[&str], expected: &[&str]| {
            let exclude: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
            check(&Selector { exclude: &exclude, ..copy(path) }, Ok(expected));
        };
        let sub = ["src/ as  []", "src/sub/ as sub [sub]", "src/sub/three.c as sub/three.c [sub/three.c]"];
        excluding("src", &["*.c"], &sub);
        excluding("src", &["**/*.c"], &["src/ as  []", "src/sub/ as sub [sub]"]);
        let sub = ["src/ as  []", "src/one.c as one.c [one.c]", "src/sub/ as sub [sub]"];
        excluding("src", &["**/*.c", "!one.c"], &sub);
    }

    #[test]
    fn a_source_that_is_excluded_itself_is_copied_but_not_counted() {
        let exclude = ["*".to_owned()];
        check(&Selector { exclude: &exclude, ..copy("a.txt") }, Ok(&["a.txt as a.txt!"]));
        check(&Selector { exclude: &exclude, ..copy("src") }, Ok(&["src/ as "]));
        let exclude = ["*".to_owned(), "!one.c".to_owned()];
        let one = ["src/ as  []", "src/one.c as one.c [one.c]"];
        check(&Selector { exclude: &exclude, ..copy("src") }, Ok(&one));
    }

    #[test]
    fn parents_keep_the_path() {
        let parents = |path, pattern| Selector { parents: Some(pattern), ..copy(path) };
        check(&parents("/", "src/one.c"), Ok(&["src/ as src [src]", "src/one.c as src/one.c [src/one.c]"]));
        let sub = [
            "src/ as src [src]",
            "src/sub/ as src/sub [src/sub]",
            "src/sub/three.c as src/sub/three.c [src/sub/three.c]",
        ];
        check(&parents("/", "*/sub"), Ok(&sub));
        let sub = ["src/ as  []", "src/sub/ as sub [sub]", "src/sub/three.c as sub/three.c [sub/three.c]"];
        check(&parents("/src", "sub"), Ok(&sub));
        check(&parents("/", "src/none.c"), Err("\"/src/none.c\": not found"));
        check(&parents("/", "*.none"), Ok(&[]));
        check(&parents("/src", "*.none"), Ok(&["src/ as "]));
    }

    #[test]
    fn what_is_in_an_unknown_folder_may_be_taken_unless_its_path_tells() {
        let check = |selector: &Selector<'_>, folder: &str, expected: bool| {
            assert_eq!(selector.may_reach(folder), expected, "{selector:?} {folder}");
        };
        check(&copy("/e*"), "out", false);
        check(&copy("/o*"), "out", true);
        check(&copy("/o*/x"), "out", true);
        check(&copy("/o*/x"), "out/y/z", false);
        check(&copy("/*"), "", true);
        let parents = |pattern| Selector { parents: Some(pattern), ..copy("/") };
        check(&parents("x/*/s*"), "out", false);
        check(&parents("**/s*"), "out", true);
        check(&parents("out"), "out/x", true);
        let exclude = ["out".to_owned()];
        check(&Selector { exclude: &exclude, ..copy("/") }, "out/x", false);
        check(&Selector { exclude: &exclude, ..copy("/w") }, "w/x", true);
    }
}

//! Which files of a tree a source of COPY or ADD takes, what they are called where they go, and how
//! BuildKit's checksum of them counts their paths.
//!
//! Follows `cache/contenthash` of BuildKit for the checksum and `fsutil/copy` for the copying: a path that is
//! a file, a folder with all that is below, wildcards that match within a folder, `--exclude` and
//! `--parents`. Relies on [`ignored`](super::ignored) for patterns. Works on sorted paths alone, so that it
//! serves the build context and the files of a stage alike.

use super::context::shortened;
use super::ignored::{IgnoreFile, Wildcard, has_wildcard};

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

/// A file that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its index among the paths of the tree.
    pub index: usize,
    /// What it is called below the destination. Where it is the source itself, and the destination is no
    /// folder, the destination is its name instead.
    pub name: String,
    /// The path that the checksum counts; empty where the name does not matter.
    pub key: String,
    /// Whether the source, or a match of it, is this file and no folder that it lies in.
    pub is_source: bool,
}

/// What a source takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The files, sorted by the path in their tree.
    pub files: Vec<Taken>,
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

/// What a source takes of a tree whose files have these paths, sorted, from its root and without a slash in
/// front.
///
/// # Errors
/// Where nothing is at the path. A wildcard may match nothing, and then takes nothing.
pub fn select(paths: &[&str], selector: &Selector<'_>) -> Result<Selection, Missing> {
    let path = shortened(selector.path);
    if let Some(pattern) = selector.parents {
        return with_parents(paths, &path, pattern, selector.exclude);
    }
    if selector.wildcards && has_wildcard(&path) {
        return Ok(matching(paths, &path, selector.exclude));
    }
    let mut out = Selection::default();
    if let Ok(index) = paths.binary_search(&path.as_str()) {
        out.files.push(Taken { index, name: last(&path).to_owned(), key: String::new(), is_source: true });
        return Ok(out);
    }
    let excluded = IgnoreFile::of_patterns(selector.exclude);
    for (index, name) in below(paths, &path) {
        if excluded.is_empty() || !excluded.leaves_out(name) {
            out.files.push(Taken { index, name: name.to_owned(), key: name.to_owned(), is_source: false });
        }
    }
    if out.files.is_empty() && !path.is_empty() && below(paths, &path).next().is_none() {
        return Err(Missing { path: format!("/{path}") });
    }
    Ok(out)
}

/// The files below a folder, with their indexes and their paths seen from there.
fn below<'a>(paths: &'a [&'a str], folder: &str) -> impl Iterator<Item = (usize, &'a str)> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let start = paths.partition_point(|path| *path < prefix.as_str());
    let inside = paths[start..].iter().map_while(move |path| path.strip_prefix(prefix.as_str()));
    inside.enumerate().map(move |(offset, name)| (start + offset, name))
}

/// What a source with wildcards takes: each match is copied as if it was named.
fn matching(paths: &[&str], pattern: &str, exclude: &[String]) -> Selection {
    let wildcard = Wildcard::new(pattern);
    let excluded = IgnoreFile::of_patterns(exclude);
    let depth = pattern.matches('/').count();
    let fixed: Vec<&str> = pattern.split('/').take_while(|part| !has_wildcard(part)).collect();
    let fixed = fixed.join("/");
    let mut out = Selection::default();
    for (index, seen) in below(paths, &fixed) {
        let path = paths[index];
        // The part of the path that is as deep as the pattern.
        let end = path.match_indices('/').nth(depth).map_or(path.len(), |(at, _)| at);
        let (found, rest) = path.split_at(end);
        if !wildcard.matches(found) {
            continue;
        }
        let rest = rest.trim_start_matches('/');
        if !rest.is_empty() && !excluded.is_empty() && excluded.leaves_out(rest) {
            continue;
        }
        let is_source = rest.is_empty();
        let name = if is_source { last(found) } else { rest };
        out.files.push(Taken { index, name: name.to_owned(), key: seen.to_owned(), is_source });
    }
    // Of a single match that is called like the source only the content counts.
    if let [only] = out.files.as_mut_slice()
        && last(pattern) == last(paths[only.index])
    {
        only.key.clear();
    }
    out
}

/// With `--parents` files keep the path that they have below the folder.
fn with_parents(paths: &[&str], folder: &str, pattern: &str, exclude: &[String]) -> Result<Selection, Missing> {
    let included = IgnoreFile::of_patterns(&[shortened(pattern)]);
    let excluded = IgnoreFile::of_patterns(exclude);
    let is_all = shortened(pattern).is_empty();
    let mut out = Selection::default();
    for (index, name) in below(paths, folder) {
        let is_in = is_all || included.leaves_out(name);
        if is_in && (excluded.is_empty() || !excluded.leaves_out(name)) {
            out.files.push(Taken { index, name: name.to_owned(), key: name.to_owned(), is_source: false });
        }
    }
    let is_required = !has_wildcard(folder) && !has_wildcard(pattern);
    if out.files.is_empty() && is_required {
        return Err(Missing { path: format!("/{}", shortened(&format!("{folder}/{pattern}"))) });
    }
    Ok(out)
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 7] =
        [".dockerignore", "a.txt", "b.txt", "src-old/x.c", "src/one.c", "src/sub/three.c", "src/two.c"];

    #[track_caller]
    fn check(selector: &Selector<'_>, expected: Result<&[&str], &str>) {
        let found = select(&PATHS, selector).map(|selection| {
            let shown = |taken: &Taken| {
                let end = if taken.is_source { "!" } else { "" };
                format!("{} as {}{end} [{}]", PATHS[taken.index], taken.name, taken.key)
            };
            selection.files.iter().map(shown).collect::<Vec<_>>()
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
            "src/one.c as one.c [one.c]",
            "src/sub/three.c as sub/three.c [sub/three.c]",
            "src/two.c as two.c [two.c]",
        ];
        check(&copy("src"), Ok(&src));
        check(&copy("./src/"), Ok(&src));
        check(&copy("src/missing"), Err("\"/src/missing\": not found"));
        for root in [".", "/", ""] {
            assert_eq!(select(&PATHS, &copy(root)).map(|selection| selection.files.len()), Ok(PATHS.len()), "{root}");
        }
    }

    #[test]
    fn wildcards_match_within_a_folder() {
        check(&copy("*.txt"), Ok(&["a.txt as a.txt! [a.txt]", "b.txt as b.txt! [b.txt]"]));
        check(&copy("src/t*.c"), Ok(&["src/two.c as two.c! [two.c]"]));
        check(&copy("a.tx[t]"), Ok(&["a.txt as a.txt! [a.txt]"]));
        check(&copy("src/s*"), Ok(&["src/sub/three.c as three.c [sub/three.c]"]));
        check(&copy("*.md"), Ok(&[]));
        check(&Selector { path: "*.txt", ..Selector::default() }, Err("\"/*.txt\": not found"));
    }

    #[test]
    fn excluded_files_are_left_where_they_are() {
        let exclude = ["*.c".to_owned()];
        check(&Selector { exclude: &exclude, ..copy("src") }, Ok(&["src/sub/three.c as sub/three.c [sub/three.c]"]));
        let exclude = ["**/*.c".to_owned(), "!one.c".to_owned()];
        check(&Selector { exclude: &exclude, ..copy("src") }, Ok(&["src/one.c as one.c [one.c]"]));
        let all = ["*".to_owned()];
        check(&Selector { exclude: &all, ..copy("src") }, Ok(&[]));
    }

    #[test]
    fn parents_keep_the_path() {
        let parents = |path, pattern| Selector { parents: Some(pattern), ..copy(path) };
        check(&parents("/", "src/one.c"), Ok(&["src/one.c as src/one.c [src/one.c]"]));
        check(&parents("/", "*/sub"), Ok(&["src/sub/three.c as src/sub/three.c [src/sub/three.c]"]));
        check(&parents("/src", "sub"), Ok(&["src/sub/three.c as sub/three.c [sub/three.c]"]));
        check(&parents("/", "src/none.c"), Err("\"/src/none.c\": not found"));
        check(&parents("/", "*.none"), Ok(&[]));
    }
}

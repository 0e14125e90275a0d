//! Paths as the build sees them: with `/`, cleaned as Go's `path` package does.
//!
//! Relies on nothing. On Windows, BuildKit takes drive letters off and turns backslashes; that is
//! done here as far as images for Windows need it.

use std::borrow::Cow;

/// The shortest path that means the same.
pub(crate) fn clean(path: &str) -> Cow<'_, str> {
    let without_slash = path.strip_suffix('/').unwrap_or(path);
    if path == "/" {
        path.into()
    } else if is_surely_clean(without_slash) {
        without_slash.into()
    } else {
        cleaned(path).into()
    }
}

fn cleaned(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|&last| last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (is_absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".into(),
        (false, false) => joined,
    }
}

/// Whether no part of a path is empty, and none is a dot or begins with two, as in most paths.
pub(crate) fn is_surely_clean(path: &str) -> bool {
    let mut before = b'/';
    let mut begins_with_dot = false;
    for byte in path.strip_prefix('/').unwrap_or(path).bytes() {
        if matches!(byte, b'/' | b'.') && (begins_with_dot || (before == b'/' && byte == b'/')) {
            return false;
        }
        begins_with_dot = before == b'/' && byte == b'.';
        before = byte;
    }
    before != b'/' && !begins_with_dot
}

/// `path` below `parent`, cleaned; an empty part does not count.
pub(super) fn join(parent: &str, path: &str) -> String {
    match (parent, path) {
        ("", "") => String::new(),
        ("", path) | (path, "") => clean(path).into_owned(),
        (parent, path) => {
            let slash = if parent.ends_with('/') { "" } else { "/" };
            let joined = [parent, slash, path.trim_start_matches('/')].concat();
            if is_surely_clean(&joined) { joined } else { cleaned(&joined) }
        }
    }
}

/// `path` as an absolute path, seen from the folder `parent`.
///
/// An absolute path stays as it is written. With `keep_slash`, a `/` or `/.` at the end stays.
///
/// # Errors
/// BuildKit's message, for a Windows path that is not on the system drive.
pub(super) fn normalize(parent: &str, path: &str, os: &str, keep_slash: bool) -> Result<String, String> {
    let original = to_slash(path, os);
    let parent = to_slash(if parent.is_empty() { "/" } else { parent }, os);
    let parent = without_drive(&parent, os)?;
    let parent = if parent.starts_with('/') { parent } else { Cow::Owned(join("/", &parent)) };
    let path = without_drive(if original.is_empty() { &parent } else { &original }, os)?;
    let mut path = if path.starts_with('/') { path.into_owned() } else { join(&parent, &path) };
    if keep_slash {
        if original.ends_with('/') && !path.ends_with('/') {
            path.push('/');
        } else if original.ends_with("/.") {
            if path != "/" {
                path.push('/');
            }
            path.push('.');
        }
    }
    Ok(path)
}

fn to_slash<'a>(path: &'a str, os: &str) -> Cow<'a, str> {
    if os == "windows" { Cow::Owned(path.replace('\\', "/")) } else { Cow::Borrowed(path) }
}

fn without_drive<'a>(path: &'a str, os: &str) -> Result<Cow<'a, str>, String> {
    if os != "windows" {
        return Ok(Cow::Borrowed(path));
    }
    if path.len() == 2 && path.ends_with(':') {
        return Err(format!("removing drive letter: No relative path specified in {}", crate::syntax::quoted(path)));
    }
    if path.starts_with("//") {
        return Err("removing drive letter: UNC paths are not supported".into());
    }
    match path.split_once(':') {
        None => Ok(Cow::Borrowed(path)),
        Some((drive, rest)) if drive.eq_ignore_ascii_case("c") => Ok(Cow::Borrowed(rest)),
        Some(_) => Err("removing drive letter: The specified path is not on the system drive (C:)".into()),
    }
}

/// Whether a path starts at the root; one of Windows may have the letter of the system drive before it.
pub(super) fn is_absolute(path: &str, os: &str) -> bool {
    without_drive(path, os).is_ok_and(|path| to_slash(&path, os).starts_with('/'))
}

/// The last part of a path.
pub(super) fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        Some("") | None if path.is_empty() => ".",
        Some("") | None => "/",
        Some(last) => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        for (path, expected) in [
            ("a//b/./c/..", "a/b"),
            ("/../a", "/a"),
            ("", "."),
            ("./", "."),
            ("/", "/"),
            ("//", "/"),
            ("/a/b.c", "/a/b.c"),
            ("a/.b/", "a/.b"),
            ("/a/.b", "/a/.b"),
            ("/.b/..c", "/.b/..c"),
            ("/a/.", "/a"),
            ("/./a", "/a"),
            (".", "."),
            ("../a", "../a"),
            ("a/../..", ".."),
        ] {
            assert_eq!(clean(path), expected, "{path}");
        }
        assert_eq!((join("/", "a/").as_str(), join(".", "/a").as_str()), ("/a", "a"));
        assert_eq!((join("/w", "//a/../b").as_str(), join("/w", "/").as_str()), ("/w/b", "/w"));
        assert_eq!((base("/a/b/"), base("/"), base("")), ("b", "/", "."));
    }

    #[test]
    fn relative_paths_are_seen_from_the_working_directory() {
        for (path, expected) in
            [("a", "/w/a"), ("./", "/w/"), ("a/.", "/w/a/."), ("/x//y", "/x//y"), ("", "/w"), ("..", "/")]
        {
            assert_eq!(normalize("/w", path, "linux", true).as_deref(), Ok(expected), "{path}");
        }
        assert_eq!(normalize("/", "C:\\app\\", "windows", true).as_deref(), Ok("/app/"));
    }
}

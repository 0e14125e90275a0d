//! Sources of ADD that are not in the build context: HTTP addresses and Git repositories.
//!
//! Follows `dfgitutil` and `gitutil` of BuildKit, which decide what is a repository. Relies on
//! [`path`](super::path).

use crate::syntax::{parse_bool, quoted};
use crate::text::find;

use super::path;

/// A Git repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct GitSource {
    /// The host and path, and `#ref:folder` where given: what BuildKit calls the repository.
    pub(super) id: String,
    /// The address as it is fetched from.
    pub(super) remote: String,
    /// The commit that it must be.
    pub(super) checksum: String,
    /// Whether `.git` is kept, where the address says so.
    pub(super) keep_git_dir: Option<bool>,
    /// What else the address asks for.
    pub(super) options: String,
}

/// What a source of COPY or ADD is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Remote {
    /// A path.
    No,
    /// A file to download.
    Http,
    /// A repository.
    Git(GitSource),
}

/// Tells what a source is.
///
/// # Errors
/// BuildKit's message, for a repository whose options are wrong.
pub(super) fn remote(source: &str) -> Result<Remote, String> {
    if let Some(git) = git(source)? {
        return Ok(Remote::Git(git));
    }
    Ok(if source.starts_with("http://") || source.starts_with("https://") { Remote::Http } else { Remote::No })
}

/// The pieces of an address.
#[derive(Debug)]
struct Address<'a> {
    scheme: String,
    user: &'a str,
    host: &'a str,
    path: &'a str,
    query: &'a str,
    fragment: &'a str,
}

fn git(source: &str) -> Result<Option<GitSource>, String> {
    // `github.com/…` without a scheme cannot be told from a path, and is taken for one.
    if ["./", "../", "github.com/"].iter().any(|prefix| source.starts_with(prefix)) {
        return Ok(None);
    }
    let Some(address) = url(source).or_else(|| scp_style(source)) else { return Ok(None) };
    let is_web = matches!(address.scheme.as_str(), "http" | "https");
    if is_web && !address.path.ends_with(".git") {
        return Ok(None);
    }
    let (mut reference, mut folder) = (address.fragment.to_owned(), String::new());
    if let Some((before, behind)) = address.fragment.split_once(':') {
        reference = before.to_owned();
        folder = path::join("/", behind).trim_start_matches('/').to_owned();
    }
    let user = if address.user.is_empty() { String::new() } else { format!("{}@", address.user) };
    let remote = if address.scheme == "scp" {
        format!("{user}{}:{}", address.host, address.path)
    } else {
        format!("{}://{user}{}{}", address.scheme, address.host, address.path)
    };
    let mut git = GitSource { remote, ..GitSource::default() };
    apply_query(&mut git, address.query, &mut reference, &mut folder)?;
    git.id = format!("{}{}", address.host, path::join("/", address.path));
    if !reference.is_empty() || !folder.is_empty() {
        git.id = format!("{}#{reference}", git.id);
        if !folder.is_empty() {
            git.id = format!("{}:{folder}", git.id);
        }
    }
    Ok(Some(git))
}

fn url(source: &str) -> Option<Address<'_>> {
    let at = find(source, "://")?;
    let (scheme, rest) = (&source[..at], &source[at + 3..]);
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https" | "ssh" | "git") {
        return None;
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    Some(Address { scheme, user, host, path, query, fragment })
}

/// `user@host:path`
fn scp_style(source: &str) -> Option<Address<'_>> {
    let (user, rest) = source.split_once('@')?;
    let (host, rest) = rest.split_once(':')?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_host = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if user.is_empty() || host.is_empty() || !user.chars().all(is_word) || !host.chars().all(is_host) {
        return None;
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Some(Address { scheme: "scp".into(), user, host, path, query, fragment })
}

fn apply_query(git: &mut GitSource, query: &str, reference: &mut String, folder: &mut String) -> Result<(), String> {
    let pairs: Vec<(&str, &str)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    let mut named: Option<(&str, String)> = None;
    for (index, &(key, value)) in pairs.iter().enumerate() {
        if pairs[..index].iter().any(|&(earlier, _)| earlier == key) {
            return Err(format!("query {} has multiple values", quoted(key)));
        }
        let is_switch = matches!(key, "submodules" | "keep-git-dir" | "fetch-by-commit");
        if value.is_empty() && !is_switch {
            return Err(format!("query {} has no value", quoted(key)));
        }
        let switch = || match value {
            "" => Ok(true),
            value => parse_bool(value).ok_or(format!("invalid {key} value: {}", quoted(value))),
        };
        match key {
            "ref" => set(reference, value, "ref")?,
            "subdir" => set(folder, value, "subdir")?,
            "tag" | "branch" if named.as_ref().is_some_and(|(other, _)| *other != key) => {
                return Err("branch conflicts with tag".into());
            }
            "tag" => named = Some((key, prefixed(value, "refs/tags/"))),
            "branch" => named = Some((key, prefixed(value, "refs/heads/"))),
            "checksum" | "commit" => value.clone_into(&mut git.checksum),
            "keep-git-dir" => git.keep_git_dir = Some(switch()?),
            "submodules" if !switch()? => git.options.push_str(" no-submodules"),
            "fetch-by-commit" if switch()? => git.options.push_str(" fetch-by-commit"),
            "submodules" | "fetch-by-commit" => {}
            "mtime" if matches!(value, "checkout" | "commit") => {}
            "mtime" => {
                return Err(format!("invalid mtime value: {} (must be \"checkout\" or \"commit\")", quoted(value)));
            }
            _ => return Err(format!("unexpected query {}", quoted(key))),
        }
    }
    named.map_or(Ok(()), |(_, name)| set(reference, &name, "ref"))
}

fn set(slot: &mut String, value: &str, what: &str) -> Result<(), String> {
    if !slot.is_empty() && slot != value {
        return Err(format!("{what} conflicts: {} vs {}", quoted(slot), quoted(value)));
    }
    value.clone_into(slot);
    Ok(())
}

fn prefixed(name: &str, prefix: &str) -> String {
    if name.starts_with(prefix) { name.to_owned() } else { format!("{prefix}{name}") }
}

/// The name that a downloaded file gets.
pub(super) fn filename(url: &str) -> String {
    let behind = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = behind.split(['?', '#']).next().unwrap_or_default();
    let path = path.find('/').map_or("", |at| &path[at..]);
    match path::base(path) {
        "." | "/" | "" => "__unnamed__".into(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: Option<&str>) {
        let found = match remote(source) {
            Ok(Remote::Git(git)) => Some(git.id),
            Ok(Remote::Http) => Some("http".into()),
            Ok(Remote::No) => None,
            Err(message) => Some(message),
        };
        assert_eq!(found.as_deref(), expected, "{source}");
    }

    #[test]
    fn repositories_are_told_from_files_and_paths() {
        check("https://github.com/acme/tool.git#v1.2", Some("github.com/acme/tool.git#v1.2"));
        check("https://github.com/acme/tool.git#v1:sub/../dir", Some("github.com/acme/tool.git#v1:dir"));
        check("git@github.com:acme/x.git", Some("github.com/acme/x.git"));
        check("ssh://git@host/x", Some("host/x"));
        check("https://example.com/a.tar.gz", Some("http"));
        check("github.com/acme/x", None);
        check("./a@b:c", None);
        check("src/", None);
    }

    #[test]
    fn options_in_the_address_are_read() {
        check("https://h/x.git?tag=v1&subdir=a", Some("h/x.git#refs/tags/v1:a"));
        check("https://h/x.git?branch=b#c", Some("ref conflicts: \"c\" vs \"refs/heads/b\""));
        check("https://h/x.git?ref=", Some("query \"ref\" has no value"));
        check("https://h/x.git?what=1", Some("unexpected query \"what\""));
    }

    #[test]
    fn a_downloaded_file_has_the_last_part_of_the_address_as_its_name() {
        assert_eq!(filename("https://example.org/path/"), "path");
        assert_eq!(filename("https://example.org/a.tar.gz?x=1"), "a.tar.gz");
        assert_eq!(filename("https://example.org"), "__unnamed__");
    }
}

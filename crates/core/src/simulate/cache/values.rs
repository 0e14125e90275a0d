//! What the texts of options mean: BuildKit compares values, so that `--chmod=0644` is `--chmod=644`.
//!
//! Follows `client/llb` (`WithUser`, `normalizePath`, `AsPersistentCacheDir`) and `dispatchCopy` of the Dockerfile
//! frontend. Relies on the texts with their variables replaced.

use std::borrow::Cow;

use crate::resolve::{Mount, Resolved, clean};
use crate::syntax::Variables as _;

/// Build args that BuildKit itself reads, and that count without an ARG.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Settings<'a> {
    /// The time that WORKDIR gives to its folder; it may stand in an ARG before the first FROM.
    pub(super) epoch: &'a str,
    /// The name of the host that every RUN sees.
    pub(super) hostname: &'a str,
    /// What stands in front of the ids of caches.
    pub(super) namespace: &'a str,
}

/// The name of [`Settings::epoch`].
pub(super) const EPOCH: &str = "SOURCE_DATE_EPOCH";
/// The name of [`Settings::hostname`].
pub(super) const HOSTNAME: &str = "BUILDKIT_SANDBOX_HOSTNAME";
/// The name of [`Settings::namespace`].
const NAMESPACE: &str = "BUILDKIT_CACHE_MOUNT_NS";

impl<'a> Settings<'a> {
    /// Those of a build.
    pub(super) fn of(resolved: &'a Resolved) -> Self {
        let arg = |name: &str| resolved.build_args.get(name).map(String::as_str);
        Self {
            epoch: arg(EPOCH).or_else(|| resolved.globals.get(EPOCH)).unwrap_or_default(),
            hostname: arg(HOSTNAME).unwrap_or_default(),
            namespace: arg(NAMESPACE).unwrap_or_default(),
        }
    }
}

/// The user and group of `--chown` or USER as numbers where they are some; empty where neither is said.
pub(super) fn owner(text: &str) -> Cow<'_, str> {
    let (user, group) = user_and_group(text);
    match group {
        None if text.is_empty() => "".into(),
        None => user,
        Some(group) => [&user, ":", &group].concat().into(),
    }
}

/// The same as files belong to it: a user that is a number has the group of that number, and root owns what
/// has no other owner. Empty for root.
pub(super) fn belongs_to(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let (user, group) = user_and_group(text);
    match group.unwrap_or_else(|| user.clone()) {
        group if user == "0" && group == "0" => String::new(),
        group => [&user, ":", &group].concat(),
    }
}

fn user_and_group(text: &str) -> (Cow<'_, str>, Option<Cow<'_, str>>) {
    let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
    (id(user), group.map(id))
}

/// A number, or a name behind a sign that no number has.
fn id(text: &str) -> Cow<'_, str> {
    match text {
        "" | "0" | "root" => "0".into(),
        _ => text.parse::<i32>().map_or_else(|_| ["@", text].concat(), |id| id.to_string()).into(),
    }
}

/// The value of `--chmod`: a number where it is one.
pub(super) fn mode(text: &str) -> String {
    octal(text).map_or_else(|| text.to_owned(), |mode| format!("{mode:o}"))
}

/// The number of a `--chmod` that is one.
pub(super) fn octal(text: &str) -> Option<u32> {
    u32::from_str_radix(text, 8).ok()
}

/// The destination of a COPY, cleaned; the slash or dot at its end counts.
pub(super) fn destination(text: &str) -> Cow<'_, str> {
    let path = clean(text);
    match (&*path, text) {
        ("/", text) if text.ends_with("/.") => "/.".into(),
        (path, text) if text.ends_with("/.") => [path, "/."].concat().into(),
        ("/", _) => path,
        // Most are clean but for the slash.
        (path, text) if text.strip_suffix('/') == Some(path) => text.into(),
        (path, text) if text.ends_with('/') => [path, "/"].concat().into(),
        _ => path,
    }
}

/// What of the id of a cache counts: the id is told only where it is, or ends with, the place where the cache appears.
/// Of others BuildKit takes it away (`checkShouldClearCacheOpts`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CacheId<'a> {
    /// Nothing.
    Nothing,
    /// It is the place.
    Place,
    /// It is this, a slash, and the place.
    Before(&'a str),
}

/// The id of a cache as far as it counts. The whole id is a namespace, a slash, and what the mount says.
pub(super) fn cache_id<'a>(mount: &Mount, namespace: &'a str) -> CacheId<'a> {
    let ends_so = |namespace: &str| {
        let rest = mount.target.strip_prefix(namespace).and_then(|rest| rest.strip_prefix('/'));
        rest == Some(&mount.id)
    };
    if !matches!(mount.sharing.as_str(), "" | "shared") {
        return CacheId::Nothing;
    }
    // Only what stands behind the first slash of all is held against the place.
    let (before, is_place) = match namespace.split_once('/') {
        Some((before, inner)) => (before, ends_so(inner)),
        None => (namespace, mount.id == mount.target),
    };
    if ends_so(namespace) {
        CacheId::Place
    } else if is_place {
        CacheId::Before(before)
    } else {
        CacheId::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_compared_as_numbers() {
        let all = ["", "root", "0", "01:root", "1:", "me", "me:2", "+5"].map(owner);
        assert_eq!(all, ["", "0", "0", "1:0", "1:0", "@me", "@me:2", "5"]);
        let all = ["", "root", "0:0", "5", "5:5", "5:0", "me"].map(belongs_to);
        assert_eq!(all, ["", "", "", "5:5", "5:5", "5:0", "@me:@me"]);
    }

    #[test]
    fn modes_and_places_are_compared_as_values() {
        assert_eq!(["0644", "644", "u=rw", ""].map(mode), ["644", "644", "u=rw", ""]);
        let all = ["/x", "/x/", "/x//", "/x/.", "/", "/.", "/x/../y"].map(destination);
        assert_eq!(all, ["/x", "/x/", "/x/", "/x/.", "/", "/.", "/y"]);
    }
}

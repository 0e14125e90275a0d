//! What the texts of options mean: BuildKit compares values, so that `--chmod=0644` is `--chmod=644`.
//!
//! Follows `client/llb` (`WithUser`, `normalizePath`, `AsPersistentCacheDir`) and `dispatchCopy` of the Dockerfile
//! frontend. Relies on the texts with their variables replaced.

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
pub(super) fn owner(text: &str) -> String {
    let (user, group) = user_and_group(text);
    match group {
        None if text.is_empty() => String::new(),
        None => user,
        Some(group) => [&user, ":", &group].concat(),
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

fn user_and_group(text: &str) -> (String, Option<String>) {
    let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
    (id(user), group.map(id))
}

/// A number, or a name behind a sign that no number has.
fn id(text: &str) -> String {
    match text {
        "" | "root" => "0".to_owned(),
        _ => text.parse::<i32>().map_or_else(|_| ["@", text].concat(), |id| id.to_string()),
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
pub(super) fn destination(text: &str) -> String {
    let mut path = clean(text);
    if text.ends_with("/.") {
        path.push_str(if path == "/" { "." } else { "/." });
    } else if text.ends_with('/') && path != "/" {
        path.push('/');
    }
    path
}

/// The id of a cache as far as it counts: that which a cache has by the place where it appears. Of others BuildKit
/// takes it away (`checkShouldClearCacheOpts`).
pub(super) fn cache_id(mount: &Mount, namespace: &str) -> Option<String> {
    if !matches!(mount.sharing.as_str(), "" | "shared") {
        return None;
    }
    let id = [namespace, "/", &mount.id].concat();
    let is_plain = id == mount.target || id.split_once('/').is_some_and(|(_, own)| own == mount.target);
    is_plain.then_some(id)
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

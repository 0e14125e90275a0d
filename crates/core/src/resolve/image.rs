//! References to images: `alpine`, `ghcr.io/acme/app:1.2`, `debian@sha256:…`.
//!
//! The grammar and the rules that make a name complete are those of the `distribution/reference`
//! package. Written by hand, because the crates for it either bring a regular-expression engine
//! (200 kB) or leave out Docker's own rules for short names. Relies on nothing.

/// A complete reference to an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageReference {
    /// The registry, `docker.io` where none is written.
    pub domain: String,
    /// The repository in it, with `library/` in front of the official images.
    pub path: String,
    /// The tag; none where there is only a digest.
    pub tag: Option<String>,
    /// The digest, as `sha256:…`.
    pub digest: Option<String>,
}

const DEFAULT_DOMAIN: &str = "docker.io";

impl ImageReference {
    /// Reads a reference and makes it complete: registry, `library/`, and `latest` where neither a
    /// tag nor a digest is given.
    ///
    /// # Errors
    /// The message that BuildKit prints, where it is not a reference.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() == 64 && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(format!("invalid repository name ({text}), cannot specify 64-byte hexadecimal strings"));
        }
        let (domain, remainder) = split_domain(text);
        let remote = remainder.split(':').next().unwrap_or_default();
        if remote.to_ascii_lowercase() != remote {
            return Err(format!("invalid reference format: repository name ({remote}) must be lowercase"));
        }
        let (named, digest) = match remainder.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (remainder.as_str(), None),
        };
        let (path, tag) = match named.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (named, None),
        };
        let valid = is_domain(domain)
            && path.split('/').all(is_path_component)
            && tag.is_none_or(is_tag)
            && digest.is_none_or(is_digest);
        if !valid {
            return Err("invalid reference format".into());
        }
        if path.len() > 255 {
            return Err("repository name must not be more than 255 characters".into());
        }
        digest.map_or(Ok(()), check_digest)?;
        let tag = tag.or(if digest.is_none() { Some("latest") } else { None });
        Ok(Self {
            domain: domain.to_owned(),
            path: path.to_owned(),
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }

    /// The whole reference, such as `docker.io/library/alpine:latest`.
    #[must_use]
    pub fn full(&self) -> String {
        format!("{}/{}{}", self.domain, self.path, self.suffix())
    }

    /// The reference as people write it: without `docker.io/library/` and without `:latest`.
    #[must_use]
    pub fn familiar(&self) -> String {
        let name = match (self.domain.as_str(), self.path.strip_prefix("library/")) {
            (DEFAULT_DOMAIN, Some(official)) => official.to_owned(),
            (DEFAULT_DOMAIN, None) => self.path.clone(),
            _ => format!("{}/{}", self.domain, self.path),
        };
        let latest = self.digest.is_none() && self.tag.as_deref() == Some("latest");
        if latest { name } else { name + &self.suffix() }
    }

    fn suffix(&self) -> String {
        let tag = self.tag.as_ref().map(|tag| format!(":{tag}")).unwrap_or_default();
        let digest = self.digest.as_ref().map(|digest| format!("@{digest}")).unwrap_or_default();
        tag + &digest
    }
}

fn split_domain(name: &str) -> (&str, String) {
    let Some((first, rest)) = name.split_once('/') else {
        return (DEFAULT_DOMAIN, format!("library/{name}"));
    };
    let (domain, remote) = match first {
        "index.docker.io" => (DEFAULT_DOMAIN, rest),
        "localhost" => (first, rest),
        _ if first.contains(['.', ':']) || first.to_ascii_lowercase() != first => (first, rest),
        _ => (DEFAULT_DOMAIN, name),
    };
    if domain == DEFAULT_DOMAIN && !remote.contains('/') {
        return (domain, format!("library/{remote}"));
    }
    (domain, remote.to_owned())
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            let is_address = address.bytes().all(|c| c.is_ascii_hexdigit() || c == b':') && !address.is_empty();
            if !is_address {
                return false;
            }
            (None, port)
        }
        None => match domain.split_once(':') {
            Some((host, _)) => (Some(host), &domain[host.len()..]),
            None => (Some(domain), ""),
        },
    };
    let port_is_fine = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| !port.is_empty() && port.bytes().all(|c| c.is_ascii_digit()));
    let component = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    port_is_fine && host.is_none_or(|host| host.split('.').all(component))
}

/// Lower-case letters and digits, in between `.`, `_`, `__` or any number of `-`.
fn is_path_component(component: &str) -> bool {
    let bytes = component.as_bytes();
    let is_word = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !bytes.first().is_some_and(is_word) || !bytes.last().is_some_and(is_word) {
        return false;
    }
    bytes
        .chunk_by(|a, b| is_word(a) == is_word(b))
        .all(|run| is_word(&run[0]) || matches!(run, b"." | b"_" | b"__") || run.iter().all(|&c| c == b'-'))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|c| is_word(c) || c == b'.' || c == b'-')
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let component = |part: &str| {
        part.bytes().next().is_some_and(|c| c.is_ascii_alphabetic()) && part.bytes().all(|c| c.is_ascii_alphanumeric())
    };
    algorithm.split(['-', '_', '+', '.']).all(component)
        && hex.len() >= 32
        && hex.bytes().all(|c| c.is_ascii_hexdigit())
}

/// Checks that a digest is one that can be compared with.
///
/// # Errors
/// The message that BuildKit prints.
pub(super) fn check_digest(digest: &str) -> Result<(), String> {
    let Some((algorithm, hex)) = digest.split_once(':') else { return Err("invalid checksum digest format".into()) };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return Err("unsupported digest algorithm".into()),
    };
    if hex.len() != length {
        return Err("invalid checksum digest length".into());
    }
    let is_hex = hex.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    if is_hex { Ok(()) } else { Err("invalid checksum digest format".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, full: &str, familiar: &str) {
        let reference = ImageReference::parse(text).unwrap();
        assert_eq!((reference.full().as_str(), reference.familiar().as_str()), (full, familiar), "{text}");
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        assert_eq!(ImageReference::parse(text), Err(expected.to_owned()), "{text}");
    }

    #[test]
    fn short_names_are_made_complete() {
        check("alpine", "docker.io/library/alpine:latest", "alpine");
        check("docker.io/library/alpine:3.20", "docker.io/library/alpine:3.20", "alpine:3.20");
        check("index.docker.io/busybox", "docker.io/library/busybox:latest", "busybox");
        check("rancher/kubectl:v1", "docker.io/rancher/kubectl:v1", "rancher/kubectl:v1");
        check("localhost/app", "localhost/app:latest", "localhost/app");
        check(
            "registry.example.com:5000/team/base:v1",
            "registry.example.com:5000/team/base:v1",
            "registry.example.com:5000/team/base:v1",
        );
        check("[::1]:5000/x", "[::1]:5000/x:latest", "[::1]:5000/x");
    }

    #[test]
    fn a_digest_needs_no_tag() {
        let digest = format!("sha256:{}", "a".repeat(64));
        check(&format!("ubuntu@{digest}"), &format!("docker.io/library/ubuntu@{digest}"), &format!("ubuntu@{digest}"));
        check(&format!("a/b:1@{digest}"), &format!("docker.io/a/b:1@{digest}"), &format!("a/b:1@{digest}"));
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_buildkit() {
        check_error("alpine:", "invalid reference format");
        check_error("alpine:3:4", "invalid reference format");
        check_error("Base", "invalid reference format: repository name (library/Base) must be lowercase");
        check_error("acme/My:1", "invalid reference format: repository name (acme/My) must be lowercase");
        check_error("a_-b", "invalid reference format");
        check_error("ubuntu@sha256:abc", "invalid reference format");
        check_error(&format!("u@sha256:{}", "a".repeat(40)), "invalid checksum digest length");
        check_error(&format!("u@md5:{}", "a".repeat(32)), "unsupported digest algorithm");
        check_error(
            &"a".repeat(64),
            &format!("invalid repository name ({}), cannot specify 64-byte hexadecimal strings", "a".repeat(64)),
        );
        check_error("", "invalid reference format");
    }
}

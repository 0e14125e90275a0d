//! Platforms: what `linux/arm64/v8` means.
//!
//! The rules are those of containerd's `platforms` package, which BuildKit reads `--platform` with.
//! Relies on [`syntax`](crate::syntax) for Go's way to quote in messages.

use crate::syntax::quoted;

/// An operating system and a processor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    /// Operating system, such as `linux`.
    pub os: String,
    /// Its version, for Windows; empty elsewhere.
    pub os_version: String,
    /// Processor architecture, such as `amd64`.
    pub architecture: String,
    /// Variant of the architecture, such as `v7`; empty where there is only one.
    pub variant: String,
}

impl Default for Platform {
    fn default() -> Self {
        Self { os: "linux".into(), os_version: String::new(), architecture: "amd64".into(), variant: String::new() }
    }
}

const KNOWN_OS: [&str; 16] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
];

const KNOWN_ARCHITECTURE: [&str; 24] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "ppc64",
    "ppc64le",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

const OS_PATTERN: &str = r"^([A-Za-z0-9_-]+)(?:\\(([A-Za-z0-9_.%-]*)((?:\\+[A-Za-z0-9_.%-]+)*)\\))?$";
const PART_PATTERN: &str = "^[A-Za-z0-9_.-]+$";

impl Platform {
    /// Reads a platform as `--platform` takes it: `os`, `arch`, `os/arch` or `os/arch/variant`.
    ///
    /// # Errors
    /// The message that BuildKit prints, where it is none of these.
    pub fn parse(specifier: &str) -> Result<Self, String> {
        let invalid = |what: String| Err(format!("{what}: invalid argument"));
        if specifier.contains('*') {
            return invalid(format!("{}: wildcards not yet supported", quoted(specifier)));
        }
        let parts: Vec<&str> = specifier.splitn(4, '/').collect();
        let Some((os, os_version)) = split_os(parts[0]) else {
            return invalid(format!(
                "{} is an invalid OS component of {}: OSAndVersion specifier component must match \"{OS_PATTERN}\"",
                quoted(parts[0]),
                quoted(specifier)
            ));
        };
        if let Some(part) = parts[1..].iter().find(|part| !is_part(part)) {
            return invalid(format!(
                "{} is an invalid component of {}: platform specifier component must match \"{PART_PATTERN}\"",
                quoted(part),
                quoted(specifier)
            ));
        }
        let (os, os_version) = (normal_os(os), os_version.to_owned());
        match parts[..] {
            [_] if KNOWN_OS.contains(&os.as_str()) => {
                Ok(Self { os, os_version, architecture: "amd64".into(), variant: String::new() })
            }
            [only] => {
                let (architecture, variant) = normal_architecture(only, "");
                if KNOWN_ARCHITECTURE.contains(&architecture.as_str()) {
                    let variant = plain_variant(&architecture, variant);
                    return Ok(Self { os: "linux".into(), os_version, architecture, variant });
                }
                invalid(format!("{}: unknown operating system or architecture", quoted(specifier)))
            }
            [_, architecture] => {
                let (architecture, variant) = normal_architecture(architecture, "");
                let variant = plain_variant(&architecture, variant);
                Ok(Self { os, os_version, architecture, variant })
            }
            [_, architecture, variant] => {
                let (architecture, mut variant) = normal_architecture(architecture, variant);
                if architecture == "arm64" && variant.is_empty() {
                    variant = "v8".into();
                }
                Ok(Self { os, os_version, architecture, variant })
            }
            _ => invalid(format!("{}: cannot parse platform specifier", quoted(specifier))),
        }
    }

    /// `os/arch` or `os/arch/variant`.
    #[must_use]
    pub fn format(&self) -> String {
        let mut out = format!("{}/{}", self.os, self.architecture);
        if !self.variant.is_empty() {
            out.push('/');
            out.push_str(&self.variant);
        }
        out
    }

    /// The same with the version of the operating system.
    #[must_use]
    pub fn format_all(&self) -> String {
        if self.os_version.is_empty() {
            return self.format();
        }
        self.format().replacen(&self.os, &format!("{}({})", self.os, self.os_version), 1)
    }

    /// The PATH that a stage has where its base sets none; nothing on Windows.
    #[must_use]
    pub fn default_path(&self) -> Option<&'static str> {
        (self.os != "windows").then_some("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    }

    /// Whether a path of this platform starts at the root.
    #[must_use]
    pub fn is_absolute(&self, path: &str) -> bool {
        super::path::is_absolute(path, &self.os)
    }

    /// The shell in front of a command in shell form, where SHELL sets none.
    #[must_use]
    pub fn default_shell(&self) -> Vec<String> {
        let words: &[&str] = if self.os == "windows" { &["cmd", "/S", "/C"] } else { &["/bin/sh", "-c"] };
        words.iter().map(|&word| word.to_owned()).collect()
    }
}

fn split_os(part: &str) -> Option<(&str, &str)> {
    let (os, rest) = part.split_once('(').map_or((part, None), |(os, rest)| (os, Some(rest)));
    let is_name = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    if os.is_empty() || !os.bytes().all(is_name) {
        return None;
    }
    let Some(rest) = rest else { return Some((os, "")) };
    let mut options = rest.strip_suffix(')')?.split('+');
    let is_option = |option: &str| option.bytes().all(|c| is_name(c) || c == b'.' || c == b'%');
    let version = options.next().filter(|version| is_option(version))?;
    options.all(|feature| !feature.is_empty() && is_option(feature)).then_some((os, version))
}

fn is_part(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'-'))
}

fn normal_os(os: &str) -> String {
    let os = os.to_ascii_lowercase();
    if os == "macos" { "darwin".into() } else { os }
}

fn normal_architecture(architecture: &str, variant: &str) -> (String, String) {
    let (architecture, variant) = (architecture.to_ascii_lowercase(), variant.to_ascii_lowercase());
    let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64" | "amd64", variant) => ("amd64", variant),
        ("aarch64" | "arm64", "8" | "v8") => ("arm64", ""),
        ("aarch64" | "arm64", variant) => ("arm64", variant),
        ("armhf", _) | ("arm", "" | "7") => ("arm", "v7"),
        ("armel", _) | ("arm", "6") => ("arm", "v6"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "8") => ("arm", "v8"),
        other => other,
    };
    (architecture.to_owned(), variant.to_owned())
}

/// `v7` is what `arm` means, so it is left out where it was not written.
fn plain_variant(architecture: &str, variant: String) -> String {
    if architecture == "arm" && variant == "v7" { String::new() } else { variant }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(specifier: &str, expected: &str) {
        match Platform::parse(specifier) {
            Ok(platform) => assert_eq!(platform.format_all(), expected, "{specifier}"),
            Err(message) => assert_eq!(message, expected, "{specifier}"),
        }
    }

    #[test]
    fn names_are_made_normal() {
        check("linux/amd64", "linux/amd64");
        check("Linux/X86_64", "linux/amd64");
        check("linux/arm", "linux/arm");
        check("linux/arm/v7", "linux/arm/v7");
        check("linux/armel", "linux/arm/v6");
        check("linux/arm64/v8", "linux/arm64/v8");
        check("macos/aarch64", "darwin/arm64");
        check("windows(10.0.17763)/amd64", "windows(10.0.17763)/amd64");
    }

    #[test]
    fn one_word_is_an_os_or_an_architecture() {
        check("windows", "windows/amd64");
        check("arm64", "linux/arm64");
        check("alpine", "\"alpine\": unknown operating system or architecture: invalid argument");
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_buildkit() {
        check("bogus/thing/with/many", "\"bogus/thing/with/many\": cannot parse platform specifier: invalid argument");
        check(
            "a/b/c/d/e",
            "\"d/e\" is an invalid component of \"a/b/c/d/e\": platform specifier component must match \"^[A-Za-z0-9_.-]+$\": invalid argument",
        );
        check("linux/*", "\"linux/*\": wildcards not yet supported: invalid argument");
        assert!(Platform::parse("node:22").is_err_and(|message| message.starts_with("\"node:22\" is an invalid OS")));
    }
}

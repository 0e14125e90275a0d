//! What the types and options of `RUN --mount` do, as a table; and the parser directives.
//!
//! Facts of the Dockerfile reference and of BuildKit's frontend, in our words. Relies on nothing.

/// A type or option of a mount, or a parser directive.
#[derive(Debug)]
pub(super) struct MountFacts {
    /// Its name.
    pub(super) name: &'static str,
    /// Its other names.
    pub(super) aliases: &'static [&'static str],
    /// The types of mount that take it; for a type itself, nothing.
    pub(super) types: &'static [&'static str],
    /// What stands behind `=`; empty where nothing has to.
    pub(super) value: &'static str,
    /// The first version of the Dockerfile syntax that has it; empty where mounts always had it.
    pub(super) since: &'static str,
    /// What it does.
    pub(super) about: &'static str,
    /// The values that there are, each with what it does; empty where any text may stand.
    pub(super) values: &'static [(&'static str, &'static str)],
}

const fn option(
    name: &'static str,
    aliases: &'static [&'static str],
    types: &'static [&'static str],
    value: &'static str,
    about: &'static str,
) -> MountFacts {
    MountFacts { name, aliases, types, value, since: "", about, values: &[] }
}

const fn kind(name: &'static str, about: &'static str) -> MountFacts {
    option(name, &[], &[], "", about)
}

/// The types, the default first.
pub(super) static MOUNT_TYPES: [MountFacts; 5] = [
    kind(
        "bind",
        "A folder of the build context, a stage or an image, read-only unless `rw` is given; what is written to it is lost.",
    ),
    kind(
        "cache",
        "A folder that is kept between builds, such as that of a package manager. It is no part of the image.",
    ),
    kind("tmpfs", "A folder in memory, gone after the command."),
    kind(
        "secret",
        "A secret of the build, as a file under /run/secrets or as a variable. It is no part of the image or its history.",
    ),
    kind("ssh", "The socket of an SSH agent, so that the command can use its keys."),
];

const FILES: &[&str] = &["bind", "cache"];
const PLACED: &[&str] = &["bind", "cache", "tmpfs", "secret", "ssh"];
const OWNED: &[&str] = &["cache", "secret", "ssh"];
const BOOLEAN: &[(&str, &str)] = &[("true", ""), ("false", "")];

/// The options.
pub(super) static MOUNT_OPTIONS: [MountFacts; 14] = [
    option("type", &[], &[], "TYPE", "What is mounted; bind where not given."),
    option("target", &["dst", "destination"], PLACED, "PATH", "Where it appears."),
    option(
        "source",
        &["src"],
        &["bind", "cache", "secret"],
        "PATH",
        "The path in what is mounted, its root where not given; for a secret another word for its id.",
    ),
    option(
        "from",
        &[],
        FILES,
        "STAGE|IMAGE",
        "The stage, image or named context that is mounted; the build context where not given. No numbers, no variables.",
    ),
    option("readwrite", &["rw"], FILES, "", "Lets the command write to it."),
    option("readonly", &["ro"], FILES, "", "Keeps the command from writing to it."),
    option(
        "id",
        &[],
        &["cache", "secret", "ssh"],
        "NAME",
        "The name of the cache, secret or agent: for a cache its target where not given, for an agent `default`.",
    ),
    MountFacts {
        values: &[
            ("shared", "many builds may write at once; the default"),
            ("private", "another build gets another cache while this one is in use"),
            ("locked", "another build waits until this one is done"),
        ],
        ..option("sharing", &[], &["cache"], "MODE", "What happens when two builds use the cache at the same time.")
    },
    MountFacts {
        values: BOOLEAN,
        ..option("required", &[], &["secret", "ssh"], "", "Stops the build where the secret or agent is not there.")
    },
    MountFacts { since: "1.10", ..option("env", &[], &["secret"], "NAME", "The variable that the secret is put in.") },
    option(
        "mode",
        &[],
        OWNED,
        "MODE",
        "The permissions, in octal: 0755 for a cache, 0400 for a secret, 0600 for an agent where not given.",
    ),
    option("uid", &[], OWNED, "UID", "The owner, 0 where not given."),
    option("gid", &[], OWNED, "GID", "The group, 0 where not given."),
    option("size", &[], &["tmpfs"], "SIZE", "The most that it may hold, such as 64m."),
];

/// The parser directives.
pub(super) static DIRECTIVES: [MountFacts; 3] = [
    MountFacts {
        values: &[
            ("docker/dockerfile:1", "the newest stable version"),
            ("docker/dockerfile:1-labs", "the same with what is being tried out"),
        ],
        ..option(
            "syntax",
            &[],
            &[],
            "IMAGE",
            "The frontend that reads this file. Without it, the one that is built into BuildKit.",
        )
    },
    MountFacts {
        values: &[("\\", "the default"), ("`", "of use on Windows, where paths have `\\` in them")],
        ..option(
            "escape",
            &[],
            &[],
            "CHARACTER",
            "The character that escapes others, and that goes on in the next line.",
        )
    },
    MountFacts {
        since: "1.8",
        ..option(
            "check",
            &[],
            &[],
            "OPTIONS",
            "Which build checks are left out (`skip=`), which experimental ones are made (`experimental=`), and whether findings stop the build (`error=true`).",
        )
    },
];

/// The option of a mount by any of its names.
pub(super) fn mount_option(name: &str) -> Option<&'static MountFacts> {
    let is_it = |known: &&str| known.eq_ignore_ascii_case(name);
    MOUNT_OPTIONS.iter().find(|facts| is_it(&facts.name) || facts.aliases.iter().any(is_it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::mount::KEYS;

    #[test]
    fn options_have_all_their_names() {
        for name in KEYS {
            assert!(mount_option(name).is_some(), "{name}");
        }
        assert_eq!(MOUNT_OPTIONS.iter().map(|facts| 1 + facts.aliases.len()).sum::<usize>(), KEYS.len());
        assert!(mount_option("nothing").is_none());
    }
}

//! The variables that are there without a declaration, and what each is about.
//!
//! Facts of the Dockerfile reference and of BuildKit's frontend, in our words. Relies on nothing.

/// When a stage sees a predefined variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// In FROM, and in a stage after `ARG NAME`.
    Declared,
    /// In RUN, without an ARG, where a build arg gives it.
    InRun,
    /// It is read by BuildKit itself.
    ByBuildKit,
}

/// A predefined variable.
#[derive(Debug)]
pub(super) struct Predefined {
    pub(super) name: &'static str,
    pub(super) seen: Seen,
    pub(super) about: &'static str,
}

const fn platform(name: &'static str, about: &'static str) -> Predefined {
    Predefined { name, seen: Seen::Declared, about }
}

const fn proxy(name: &'static str) -> Predefined {
    Predefined {
        name,
        seen: Seen::InRun,
        about: "Proxy setting for the commands of RUN; it is no part of the cache key.",
    }
}

const fn setting(name: &'static str, about: &'static str) -> Predefined {
    Predefined { name, seen: Seen::ByBuildKit, about }
}

/// All of them.
pub(super) static PREDEFINED: [Predefined; 33] = [
    platform("TARGETPLATFORM", "The platform that the image is built for, such as linux/arm64."),
    platform("TARGETOS", "The operating system that the image is built for."),
    platform("TARGETARCH", "The processor architecture that the image is built for."),
    platform("TARGETVARIANT", "The variant of that architecture, such as v7; often empty."),
    platform("TARGETOSVERSION", "The version of that operating system; empty but for Windows."),
    platform("TARGETSTAGE", "The name of the stage that is built."),
    platform("BUILDPLATFORM", "The platform of the machine that builds."),
    platform("BUILDOS", "The operating system of the machine that builds."),
    platform("BUILDARCH", "The processor architecture of the machine that builds."),
    platform("BUILDVARIANT", "The variant of that architecture; often empty."),
    platform("BUILDOSVERSION", "The version of that operating system; empty but for Windows."),
    proxy("HTTP_PROXY"),
    proxy("http_proxy"),
    proxy("HTTPS_PROXY"),
    proxy("https_proxy"),
    proxy("FTP_PROXY"),
    proxy("ftp_proxy"),
    proxy("NO_PROXY"),
    proxy("no_proxy"),
    proxy("ALL_PROXY"),
    proxy("all_proxy"),
    setting("SOURCE_DATE_EPOCH", "The time, in seconds since 1970, that files and the image are dated with."),
    setting("BUILDKIT_BUILD_NAME", "The name of the build in the history."),
    setting("BUILDKIT_CACHE_MOUNT_NS", "A prefix of the ids of cache mounts."),
    setting("BUILDKIT_CONTEXT_KEEP_GIT_DIR", "Whether a Git context keeps its .git folder."),
    setting("BUILDKIT_DOCKERFILE_CHECK", "Options of the checks, in place of `# check=`."),
    setting("BUILDKIT_INLINE_CACHE", "Whether the image carries data about its cache."),
    setting("BUILDKIT_MULTI_PLATFORM", "Whether the result is laid out for many platforms."),
    setting("BUILDKIT_SANDBOX_HOSTNAME", "The host name inside of RUN."),
    setting("BUILDKIT_SBOM_SCAN_CONTEXT", "Whether the build context is scanned for its list of parts."),
    setting("BUILDKIT_SBOM_SCAN_STAGE", "Whether this stage is scanned for its list of parts."),
    setting("BUILDKIT_SYNTAX", "The frontend image, in place of `# syntax=`."),
    Predefined {
        name: "PATH",
        seen: Seen::InRun,
        about: "Where commands are searched for. The base image sets it; BuildKit does where the image does not.",
    },
];

/// The predefined variable of a name.
pub(super) fn predefined(name: &str) -> Option<&'static Predefined> {
    PREDEFINED.iter().find(|it| it.name == name)
}

//! `RUN --mount=type=…,…`: the options of a mount, with their variables replaced.
//!
//! Follows `parseMount` of BuildKit's `instructions` package. Relies on the fields that
//! [`syntax`](crate::syntax) splits.

use std::borrow::Cow;

use crate::syntax::{fields, parse_bool, quoted, suggest};

use super::path::clean;
use super::stage::{Mount, MountKind};

/// A mount as its options say, before it is looked up what it mounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MountOptions {
    /// What it says; the target is not absolute yet.
    pub(super) mount: Mount,
    /// `from`, empty where not given.
    pub(super) from: String,
}

/// The names of the options, as a mount may have them.
pub(crate) const KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "target",
    "readonly",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "src",
    "dst",
    "destination",
    "ro",
    "rw",
    "readwrite",
    "env",
];

/// Reads the value of a `--mount`. `expand` replaces the variables of an option's value.
///
/// # Errors
/// BuildKit's message.
pub(super) fn parse(
    value: &str,
    expand: &mut dyn FnMut(&str) -> Result<String, String>,
) -> Result<MountOptions, String> {
    let fields = fields(value).map_err(|message| format!("failed to parse csv mounts: {message}"))?;
    let mut out = MountOptions::default();
    let mut readonly = None;
    for field in &fields {
        let (key, value) = field.text.split_once('=').map_or((&*field.text, None), |(k, v)| (k, Some(v)));
        let key = key.to_ascii_lowercase();
        let Some(value) = value else {
            switch(&mut out.mount, &mut readonly, &key, &field.text)?;
            continue;
        };
        option(&mut out, &mut readonly, &key, &expand(value)?, &field.text)?;
    }
    finish(&mut out, readonly)?;
    Ok(out)
}

/// An option without a value.
fn switch(mount: &mut Mount, readonly: &mut Option<bool>, key: &str, field: &str) -> Result<(), String> {
    match key {
        "readonly" | "ro" => *readonly = Some(true),
        "readwrite" | "rw" => *readonly = Some(false),
        "required" if matches!(mount.kind, MountKind::Secret | MountKind::Ssh) => mount.required = true,
        "required" => return Err(unexpected(key, mount.kind)),
        _ => return Err(format!("invalid field '{field}' must be a key=value pair")),
    }
    Ok(())
}

fn option(
    out: &mut MountOptions,
    readonly: &mut Option<bool>,
    key: &str,
    value: &str,
    field: &str,
) -> Result<(), String> {
    let mount = &mut out.mount;
    let boolean = || parse_bool(value).ok_or(format!("invalid value for {key}: {value}"));
    let number = |radix| {
        let number = u64::from_str_radix(value, radix).ok().filter(|&number| number <= u64::from(u32::MAX));
        number.filter(|_| !value.starts_with('+')).ok_or(format!("invalid value {value} for {key}"))
    };
    match key {
        "type" => {
            let kind = MountKind::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(value));
            mount.kind = kind
                .ok_or_else(|| {
                    let message = format!("unsupported mount type {}", quoted(value));
                    meant(message, value, MountKind::ALL.iter().map(|&(_, name)| name))
                })?
                .0;
        }
        "from" => value.clone_into(&mut out.from),
        "source" | "src" => value.clone_into(&mut mount.source),
        "target" | "dst" | "destination" => value.clone_into(&mut mount.target),
        "readonly" | "ro" => *readonly = Some(boolean()?),
        "readwrite" | "rw" => *readonly = Some(!boolean()?),
        "required" if matches!(mount.kind, MountKind::Secret | MountKind::Ssh) => mount.required = boolean()?,
        "size" if mount.kind == MountKind::Tmpfs => {
            mount.size = parse_size(value).ok_or(format!("invalid value for {key}: {value}"))?;
        }
        "required" | "size" => return Err(unexpected(key, mount.kind)),
        "id" => value.clone_into(&mut mount.id),
        "sharing" => {
            let sharing = value.to_ascii_lowercase();
            if !SHARING.contains(&sharing.as_str()) {
                return Err(meant(format!("unsupported sharing value {}", quoted(value)), value, SHARING));
            }
            mount.sharing = sharing;
        }
        "mode" => mount.permissions.0 = Some(number(8)?),
        "uid" => mount.permissions.1 = Some(number(10)?),
        "gid" => mount.permissions.2 = Some(number(10)?),
        "env" => mount.env = Some(value.to_owned()),
        _ => return Err(meant(format!("unexpected key '{key}' in '{field}'"), key, KEYS)),
    }
    Ok(())
}

const SHARING: [&str; 3] = ["locked", "private", "shared"];

/// Checks what only all options together tell.
fn finish(out: &mut MountOptions, readonly: Option<bool>) -> Result<(), String> {
    let mount = &mut out.mount;
    let name = mount.kind.name();
    let (mode, uid, gid) = mount.permissions;
    if matches!(mount.kind, MountKind::Bind | MountKind::Tmpfs) {
        for (option, value) in [("mode", mode), ("uid", uid), ("gid", gid)] {
            if value.is_some() {
                return Err(format!("{option} not allowed for {} type mounts", quoted(name)));
            }
        }
    }
    mount.readonly = readonly.unwrap_or(!matches!(mount.kind, MountKind::Cache | MountKind::Tmpfs));
    if mount.kind == MountKind::Secret {
        let problem = if !out.from.is_empty() {
            Some("secret mount should not have a from")
        } else if !mount.sharing.is_empty() {
            Some("secret mount should not define sharing")
        } else if mount.source.is_empty() && mount.target.is_empty() && mount.id.is_empty() {
            Some("invalid secret mount. one of source, target required")
        } else if !mount.source.is_empty() && !mount.id.is_empty() {
            Some("both source and id can't be set")
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(problem.to_owned());
        }
    }
    if !mount.sharing.is_empty() && mount.kind != MountKind::Cache {
        return Err(format!("invalid cache sharing set for {name} mount"));
    }
    Ok(())
}

fn unexpected(key: &str, kind: MountKind) -> String {
    format!("unexpected key '{key}' for mount type '{}'", kind.name())
}

fn meant<'a>(message: String, value: &str, options: impl IntoIterator<Item = &'a str>) -> String {
    match suggest(value, options) {
        Some(name) => format!("{message} (did you mean {name}?)"),
        None => message,
    }
}

/// A size such as `64m` or `1.5 GiB` in bytes; every unit is a power of 1,024.
fn parse_size(value: &str) -> Option<i64> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(value.len());
    let (number, unit) = value.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let unit = unit.strip_prefix(' ').unwrap_or(unit).to_ascii_lowercase();
    let unit = unit.strip_suffix("ib").or(unit.strip_suffix('b')).unwrap_or(&unit);
    let power = match unit {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    let unit = 1_i128 << (10 * power);
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part =
        fraction.bytes().take(18).fold((0, 1), |(v, scale), digit| (v * 10 + i128::from(digit - b'0'), scale * 10));
    i64::try_from(whole.checked_mul(unit)? + part.0 * unit / part.1).ok()
}

impl Mount {
    /// The path of its source that it shows, from the root.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        match self.source.as_str() {
            "" => "/".into(),
            source if source.starts_with('/') => clean(source),
            source => clean(&["/", source].concat()).into_owned().into(),
        }
    }
}

impl MountKind {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Bind, "bind"),
        (Self::Cache, "cache"),
        (Self::Tmpfs, "tmpfs"),
        (Self::Secret, "secret"),
        (Self::Ssh, "ssh"),
    ];

    /// Its name in a Dockerfile.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: Result<(MountKind, &str, bool), &str>) {
        let found = parse(value, &mut |word| Ok(word.replace("$T", "/t")));
        let found = found.map(|out| (out.mount.kind, out.mount.target, out.mount.readonly));
        let expected = expected.map(|(kind, target, ro)| (kind, target.to_owned(), ro)).map_err(str::to_owned);
        assert_eq!(found, expected, "{value}");
    }

    #[test]
    fn options_are_read_in_any_order_and_case() {
        check("target=/a", Ok((MountKind::Bind, "/a", true)));
        check("TYPE=Cache,dst=$T", Ok((MountKind::Cache, "/t", false)));
        check("type=bind,rw,target=/a", Ok((MountKind::Bind, "/a", false)));
        check("type=tmpfs,size=64m,target=/x", Ok((MountKind::Tmpfs, "/x", false)));
        check("type=secret,id=token,required,mode=0400", Ok((MountKind::Secret, "", true)));
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_buildkit() {
        check("type=nope", Err("unsupported mount type \"nope\""));
        check("type=cach", Err("unsupported mount type \"cach\" (did you mean cache?)"));
        check("share=locked", Err("unexpected key 'share' in 'share=locked'"));
        check("type=cache,sharing=odd", Err("unsupported sharing value \"odd\""));
        check("type=cache,size=1", Err("unexpected key 'size' for mount type 'cache'"));
        check("mode=0755", Err("mode not allowed for \"bind\" type mounts"));
        check("type=secret", Err("invalid secret mount. one of source, target required"));
        check("type=secret,id=a,src=b", Err("both source and id can't be set"));
        check("sharing=shared", Err("invalid cache sharing set for bind mount"));
        check("ro=maybe", Err("invalid value for ro: maybe"));
        check("type=cache,uid=x", Err("invalid value x for uid"));
        check("what", Err("invalid field 'what' must be a key=value pair"));
    }
}

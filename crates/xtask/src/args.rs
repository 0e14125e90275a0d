//! The flags of a verb: `--name` or `--name VALUE`, nothing else.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// A flag that a verb knows.
#[derive(Clone, Copy)]
pub(crate) enum Flag {
    /// Given or not.
    Switch(&'static str),
    /// Followed by a value, or joined to it by `=`.
    Value(&'static str),
}

/// The flags that were given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Flags(BTreeMap<String, String>);

impl Flags {
    /// Reads `args`; an error names what is not in `known`, or lacks its value.
    pub(crate) fn parse(args: &[String], known: &[Flag]) -> Result<Self> {
        let mut given = BTreeMap::new();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let (name, joined) = match arg.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (arg.as_str(), None),
            };
            let flag = known.iter().find(|flag| match flag {
                Flag::Switch(known) | Flag::Value(known) => *known == name,
            });
            let value = match (flag, joined) {
                (Some(Flag::Switch(_)), None) => String::new(),
                (Some(Flag::Value(_)), Some(value)) => value,
                (Some(Flag::Value(_)), None) => match args.next() {
                    Some(value) => value.clone(),
                    None => bail!("{name} needs a value"),
                },
                _ => bail!("unknown flag `{arg}`"),
            };
            given.insert(name.to_owned(), value);
        }
        Ok(Self(given))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::{Flag, Flags};

    fn check(args: &str, expect: Result<&[(&str, &str)], &str>) {
        let args: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
        let known = [Flag::Switch("--release"), Flag::Value("--port")];
        let flags = Flags::parse(&args, &known).map_err(|error| error.to_string());
        let expect = expect
            .map_err(str::to_owned)
            .map(|pairs| Flags(pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()));
        assert_eq!(flags, expect, "{args:?}");
    }

    #[test]
    fn flags_are_read_or_named_as_wrong() {
        check("", Ok(&[]));
        check("--release --port 81", Ok(&[("--port", "81"), ("--release", "")]));
        check("--port=81", Ok(&[("--port", "81")]));
        check("--port", Err("--port needs a value"));
        check("--prot 81", Err("unknown flag `--prot`"));
        check("--release=yes", Err("unknown flag `--release=yes`"));
    }
}

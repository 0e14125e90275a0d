//! Which flags each instruction takes, and what is wrong with the ones it was given.
//!
//! Follows BuildKit's `instructions.BFlags`. Relies on [`error`](super::error) and
//! [`suggest`](super::suggest).

use super::ast::{Flag, Keyword};
use super::error::{Suggestion, SyntaxErrorKind as Kind};
use super::instruction::Failure;
use super::suggest::suggest;

/// How a flag takes its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagType {
    /// `--name`, `--name=true` or `--name=false`.
    Bool,
    /// `--name=value`, once.
    String,
    /// `--name=value`, any number of times.
    Strings,
}

use FlagType::{Bool, String as Text, Strings};

/// The flags that an instruction takes, in alphabetical order.
#[must_use]
pub const fn flags_of(keyword: Keyword) -> &'static [(&'static str, FlagType)] {
    match keyword {
        Keyword::From => &[("platform", Text)],
        Keyword::Add => &[
            ("checksum", Text),
            ("chmod", Text),
            ("chown", Text),
            ("exclude", Strings),
            ("keep-git-dir", Bool),
            ("link", Bool),
            ("unpack", Bool),
        ],
        Keyword::Copy => {
            &[("chmod", Text), ("chown", Text), ("exclude", Strings), ("from", Text), ("link", Bool), ("parents", Bool)]
        }
        Keyword::Run => &[("device", Strings), ("mount", Strings), ("network", Text), ("security", Text)],
        Keyword::Healthcheck => &[
            ("interval", Text),
            ("retries", Text),
            ("start-interval", Text),
            ("start-period", Text),
            ("timeout", Text),
        ],
        _ => &[],
    }
}

/// Checks the flags of an instruction.
pub(super) fn check(keyword: Keyword, flags: &[Flag]) -> Result<(), Failure> {
    let known = flags_of(keyword);
    for (index, flag) in flags.iter().enumerate() {
        let name = &flag.name.text;
        let fail = |kind| Err(Failure::new(kind, flag.range));
        let Some(&(_, flag_type)) = known.iter().find(|(known, _)| known == name) else {
            let meant = suggest(name, known.iter().map(|&(known, _)| known));
            let suggestion = meant.map(|meant| Suggestion { name: meant.to_owned(), range: flag.name.range });
            return Err(Failure { suggestion, ..Failure::new(Kind::UnknownFlag { name: name.clone() }, flag.range) });
        };
        if flag_type != Strings && flags[..index].iter().any(|earlier| earlier.name.text == *name) {
            return fail(Kind::DuplicateFlag { name: name.clone() });
        }
        let value = flag.value.as_ref().map(|value| value.text.as_str());
        match (flag_type, value) {
            (Bool, None) => {}
            (Bool, Some("")) | (Text | Strings, None) => return fail(Kind::FlagWithoutValue { name: name.clone() }),
            (Bool, Some(value)) if !["true", "false"].iter().any(|known| known.eq_ignore_ascii_case(value)) => {
                return fail(Kind::FlagNotBoolean { name: name.clone(), value: value.to_owned() });
            }
            _ => {}
        }
    }
    Ok(())
}

//! `HEALTHCHECK [FLAGS] CMD COMMAND` and `HEALTHCHECK NONE`

use std::ops::Range;

use crate::text::TextRange;

use super::super::Keyword;
use super::super::ast::{CommandLine, Flag, Healthcheck, Word};
use super::super::duration;
use super::super::error::SyntaxErrorKind as Kind;
use super::super::flags;
use super::super::lines::LogicalLine;
use super::{Args, Failure, command_line};

/// The word CMD or NONE, and what stands behind it.
pub(super) fn split_type(line: &LogicalLine, range: &Range<usize>) -> Result<Args, Failure> {
    let text = &line.text[range.clone()];
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    if end == 0 {
        return Ok(Args::Healthcheck(None, CommandLine::default()));
    }
    let rest = text[end..].trim_start();
    let kind = line.word(&text[..end], range.start..range.start + end);
    Ok(Args::Healthcheck(Some(kind), command_line(line, &(range.end - rest.len()..range.end))?))
}

/// Makes sense of it.
pub(super) fn read(
    kind: Option<&Word>,
    command: &mut CommandLine,
    flags: &[Flag],
    keyword: TextRange,
) -> Result<Healthcheck, Failure> {
    let Some(kind) = kind else {
        return Err(Failure::new(Kind::AtLeastOneArgument { instruction: "HEALTHCHECK" }, keyword));
    };
    let name = kind.text.to_ascii_uppercase();
    if name == "NONE" {
        if !command.words.is_empty() {
            return Err(Failure::new(Kind::HealthcheckNoneArguments, kind.range));
        }
        return Ok(Healthcheck::None);
    }
    flags::check(Keyword::Healthcheck, flags)?;
    if name != "CMD" {
        return Err(Failure::new(Kind::HealthcheckType { name }, kind.range));
    }
    if command.words.is_empty() {
        return Err(Failure::new(Kind::HealthcheckNoCommand, kind.range));
    }
    let value_of = |name: &str| flags.iter().find(|flag| flag.name.text == name).and_then(|flag| flag.value.as_ref());
    let interval_of = |flag| value_of(flag).map_or(Ok(0), |value| interval(value, flag));
    Ok(Healthcheck::Command {
        command: std::mem::take(command),
        interval: interval_of("interval")?,
        timeout: interval_of("timeout")?,
        start_period: interval_of("start-period")?,
        start_interval: interval_of("start-interval")?,
        retries: value_of("retries").map_or(Ok(0), retries)?,
    })
}

fn interval(value: &Word, flag: &'static str) -> Result<i64, Failure> {
    if value.text.is_empty() {
        return Ok(0);
    }
    let nanoseconds =
        duration::parse(&value.text).map_err(|message| Failure::new(Kind::Duration { message }, value.range))?;
    if nanoseconds != 0 && nanoseconds < 1_000_000 {
        return Err(Failure::new(Kind::ShortInterval { flag }, value.range));
    }
    Ok(nanoseconds)
}

fn retries(value: &Word) -> Result<i64, Failure> {
    if value.text.is_empty() {
        return Ok(0);
    }
    let fail = |message: String| Err(Failure::new(Kind::Retries { message }, value.range));
    let digits = value.text.strip_prefix(['-', '+']).unwrap_or(&value.text);
    let quoted = super::super::quoted(&value.text);
    if digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return fail(format!("strconv.ParseInt: parsing {quoted}: invalid syntax"));
    }
    match value.text.parse::<i32>() {
        Ok(number @ ..=-1) => fail(format!("--retries cannot be negative ({number})")),
        Ok(number) => Ok(i64::from(number)),
        Err(_) => fail(format!("strconv.ParseInt: parsing {quoted}: value out of range")),
    }
}

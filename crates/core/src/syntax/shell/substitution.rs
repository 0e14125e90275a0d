//! What `$name` and `${name…}` stand for: every form that BuildKit knows.
//!
//! A part of the [`lexer`](super); patterns have a [`module`](crate::syntax::pattern) of their own.

use super::super::pattern::{Pattern, reversed};
use super::{Run, TOO_MUCH_TEXT};

impl Run<'_> {
    /// A variable, from its `$`.
    pub(super) fn dollar(&mut self) -> Result<String, String> {
        self.chars.next();
        if self.chars.next_if_eq('{').is_some() {
            return self.braced();
        }
        let name = self.name();
        if name.is_empty() {
            return Ok("$".into());
        }
        match self.value(&name) {
            None if self.lexer.skip_unset => Ok(format!("${name}")),
            value => Ok(value.unwrap_or_default()),
        }
    }

    fn braced(&mut self) -> Result<String, String> {
        match self.chars.peek() {
            None => return Err("syntax error: missing '}'".into()),
            Some('{' | '}' | ':') => return Err("syntax error: bad substitution".into()),
            Some(_) => {}
        }
        let name = self.name();
        match self.chars.next() {
            Some('}') => match self.value(&name) {
                None if self.lexer.skip_unset => Ok(format!("${{{name}}}")),
                value => Ok(value.unwrap_or_default()),
            },
            Some(':') => {
                let operator = self.chars.next();
                self.modified(&name, operator, true)
            }
            operator @ Some('+' | '-' | '?' | '#' | '%') => self.modified(&name, operator, false),
            Some('/') => self.replaced(&name),
            other => Err(unsupported(other, false)),
        }
    }

    /// `${name:-word}` and its kin.
    fn modified(&mut self, name: &str, operator: Option<char>, null_is_unset: bool) -> Result<String, String> {
        let is_pattern = matches!(operator, Some('#' | '%'));
        if null_is_unset && is_pattern {
            return Err(unsupported(operator, true));
        }
        let (mut word, _) = self.until(Some('}'), is_pattern).map_err(|message| self.or_missing("}", message))?;
        let value = self.value(name);
        if self.lexer.skip_unset && value.is_none() {
            let colon = if null_is_unset { ":" } else { "" };
            return Ok(format!("${{{name}{colon}{}{word}}}", operator.unwrap_or('\u{fffd}')));
        }
        let is_missing = value.as_ref().is_none_or(|value| null_is_unset && value.is_empty());
        match operator {
            Some('-') => Ok(value.filter(|_| !is_missing).unwrap_or(word)),
            Some('+') => Ok(if is_missing { String::new() } else { word }),
            Some('?') if is_missing => {
                let what = if value.is_none() { "is not allowed to be unset" } else { "is not allowed to be empty" };
                Err(format!("{name}: {}", if word.is_empty() { what } else { &word }))
            }
            Some('?') => Ok(value.unwrap_or_default()),
            Some(operator @ ('#' | '%')) => {
                let greedy = word.starts_with(operator);
                if greedy {
                    word.remove(0);
                }
                self.trimmed(&word, &value.unwrap_or_default(), greedy, operator == '%')
            }
            other => Err(unsupported(other, null_is_unset)),
        }
    }

    /// `${name/pattern/text}` and `${name//pattern/text}`.
    fn replaced(&mut self, name: &str) -> Result<String, String> {
        let all = self.chars.next_if_eq('/').is_some();
        let (pattern, _) = self.until(Some('/'), true).map_err(|message| {
            if self.chars.peek().is_none() { "syntax error: missing '/' in ${}".into() } else { message }
        })?;
        let (replacement, _) = self.until(Some('}'), true).map_err(|message| self.or_missing("}", message))?;
        let value = match self.value(name) {
            None if self.lexer.skip_unset => return Ok(format!("${{{name}/{pattern}/{replacement}}}")),
            value => value.unwrap_or_default(),
        };
        let matcher = Pattern::new(&pattern, true).map_err(|message| invalid_pattern(&pattern, &message))?;
        let replaced = if all {
            replace_all(&matcher, &value, &replacement)
        } else {
            replace_first(&matcher, &value, &replacement)
        };
        self.note_effort(&matcher)?;
        Ok(replaced)
    }

    /// `${name#pattern}` and its kin, given the value.
    fn trimmed(&mut self, pattern: &str, value: &str, greedy: bool, at_end: bool) -> Result<String, String> {
        let pattern = if at_end { reversed(pattern) } else { pattern.to_owned() };
        let matcher = Pattern::new(&pattern, greedy).map_err(|message| invalid_pattern(&pattern, &message))?;
        let mut chars: Vec<char> = value.chars().collect();
        if at_end {
            chars.reverse();
        }
        let len = matcher.match_at_start(&chars).unwrap_or(0);
        self.note_effort(&matcher)?;
        let rest = &chars[len..];
        Ok(if at_end { rest.iter().rev().collect() } else { rest.iter().collect() })
    }

    fn note_effort(&mut self, pattern: &Pattern) -> Result<(), String> {
        self.effort += pattern.effort();
        if pattern.gave_up() { Err(TOO_MUCH_TEXT.to_owned()) } else { Ok(()) }
    }

    fn or_missing(&mut self, what: &str, message: String) -> String {
        if self.chars.peek().is_none() { format!("syntax error: missing '{what}'") } else { message }
    }

    /// A name: letters, digits and `_`; or digits alone; or one special character.
    fn name(&mut self) -> String {
        match self.chars.peek() {
            Some(c) if is_digit(c) => self.chars.take_while(is_digit).to_owned(),
            Some(c) if "@*#?-$!".contains(c) => {
                self.chars.next();
                c.to_string()
            }
            _ => self.chars.take_while(|c| c.is_alphabetic() || is_digit(c) || c == '_').to_owned(),
        }
    }

    fn value(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(str::to_owned)
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric())
}

fn unsupported(operator: Option<char>, after_colon: bool) -> String {
    let colon = if after_colon { ":" } else { "" };
    format!("unsupported modifier ({colon}{}) in substitution", operator.unwrap_or('\u{fffd}'))
}

fn invalid_pattern(pattern: &str, message: &str) -> String {
    format!("invalid pattern ({pattern}) in substitution: {message}")
}

/// `value` without what the pattern matches at its start, or at its end.
fn replace_first(pattern: &Pattern, value: &str, replacement: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    let Some((start, end)) = pattern.find(&chars, 0) else { return value.to_owned() };
    chars[..start].iter().copied().chain(replacement.chars()).chain(chars[end..].iter().copied()).collect()
}

/// Every match, as Go's `ReplaceAllString` finds them: an empty match right behind another match
/// does not count, and `$0` in the replacement is the match.
fn replace_all(pattern: &Pattern, value: &str, replacement: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    let mut copied = 0;
    let mut last_end = None;
    while at <= chars.len() {
        let Some((start, end)) = pattern.find(&chars, at) else { break };
        if end > start || last_end != Some(start) {
            out.extend(&chars[copied..start]);
            let matched: String = chars[start..end].iter().collect();
            out.push_str(&template(replacement, &matched));
            copied = end;
            last_end = Some(end);
        }
        at = if end > start { end } else { start + 1 };
    }
    out.extend(&chars[copied..]);
    out
}

/// A replacement with `$0` and `$$` put in; other references are to groups, which there are none of.
fn template(replacement: &str, matched: &str) -> String {
    let mut out = String::new();
    let mut rest = replacement;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, behind) = if let Some(braced) = after.strip_prefix('{') {
            match braced.split_once('}') {
                Some((name, behind)) => (name, behind),
                None => ("", after),
            }
        } else {
            let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
            after.split_at(end)
        };
        match (name, after.strip_prefix('$')) {
            (_, Some(behind)) => {
                out.push('$');
                rest = behind;
                continue;
            }
            ("", _) => out.push('$'),
            ("0", _) => out.push_str(matched),
            _ => {}
        }
        rest = behind;
    }
    out + rest
}

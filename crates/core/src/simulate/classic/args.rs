//! The build args and variables of the classic builder: which ones an instruction sees.
//!
//! Follows `buildargs.go` of moby's `builder/dockerfile` (Docker 20.10). Relies on the lexer of
//! [`syntax`](crate::syntax) for what a variable is. The platform arguments of BuildKit
//! (`TARGETPLATFORM` and its kin) do not exist here.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lookup::Lookup;
use crate::sorting::sort;
use crate::syntax::{Expanded, Lexer, TOO_MUCH_TEXT, Variables};

/// Build args that need no ARG, and count in no cache key without one.
const BUILTIN: [&str; 8] =
    ["FTP_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "ftp_proxy", "http_proxy", "https_proxy", "no_proxy"];

/// The build args as one stage sees them.
#[derive(Debug)]
pub(super) struct BuildArgs<'a> {
    /// `--build-arg`.
    given: &'a BTreeMap<String, String>,
    /// The ARGs before the first FROM, with their defaults.
    global: Arc<Defaults>,
    /// The ARGs of the stage so far, with their defaults.
    declared: Defaults,
    /// Names that any ARG declared.
    used: Lookup<String, ()>,
}

/// Names that ARGs declare, with their defaults.
type Defaults = Lookup<String, Option<String>>;

impl<'a> BuildArgs<'a> {
    pub(super) fn new(given: &'a BTreeMap<String, String>) -> Self {
        Self { given, global: Arc::default(), declared: Lookup::default(), used: Lookup::default() }
    }

    /// Those of a new stage, in which no ARG was declared. What it declares comes back with
    /// [`end_stage`](Self::end_stage).
    pub(super) fn begin_stage(&mut self) -> Self {
        let (global, used) = (self.global.clone(), std::mem::take(&mut self.used));
        Self { given: self.given, global, declared: Lookup::default(), used }
    }

    /// A stage is over.
    pub(super) fn end_stage(&mut self, stage: Self) {
        self.used = stage.used;
    }

    /// An ARG before the first FROM.
    pub(super) fn declare_global(&mut self, name: &str, default: Option<&str>) {
        Arc::make_mut(&mut self.global).insert(name.to_owned(), default.map(str::to_owned));
        self.declare(name, default);
    }

    /// An ARG.
    pub(super) fn declare(&mut self, name: &str, default: Option<&str>) {
        self.declared.insert(name.to_owned(), default.map(str::to_owned));
        if self.given.contains_key(name) {
            self.used.add(name.to_owned());
        }
    }

    /// The value of a name among `names`. The request goes before a default, and what is declared
    /// without one takes that of the ARG before the first FROM.
    fn value<'b>(&'b self, name: &str, names: &'b Defaults) -> Option<&'b str> {
        let declared = names.get(name);
        if declared.is_none() && !BUILTIN.contains(&name) {
            return None;
        }
        let default = || declared.and_then(|default| default.as_deref());
        let global = || self.global.get(name).and_then(|default| default.as_deref());
        self.given.get(name).map(String::as_str).or_else(default).or_else(global)
    }

    /// What FROM lines see.
    pub(super) fn of_from_lines(&self) -> impl Variables + '_ {
        FromLine(self)
    }

    /// What a RUN gets beside the variables of the image, in alphabetical order; and whether each counts
    /// in its cache key.
    pub(super) fn of_run(&self, env: &Env) -> Vec<(String, String, bool)> {
        let mut names: Vec<&str> = self.declared.keys().map(String::as_str).chain(BUILTIN).collect();
        sort(&mut names);
        names.dedup();
        let mut out = Vec::new();
        for name in names {
            let Some(value) = self.value(name, &self.declared).filter(|_| env.get(name).is_none()) else { continue };
            let counts = !BUILTIN.contains(&name) || self.declared.get(name).is_some();
            out.push((name.to_owned(), value.to_owned(), counts));
        }
        out
    }

    /// The names given with `--build-arg` that no ARG declared, of which the builder warns at the end.
    pub(super) fn unused(&self) -> Vec<String> {
        let is_unused = |name: &&String| self.used.get(*name).is_none() && !BUILTIN.contains(&name.as_str());
        self.given.keys().filter(is_unused).cloned().collect()
    }
}

struct FromLine<'a>(&'a BuildArgs<'a>);

impl Variables for FromLine<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.value(name, &self.0.global)
    }
}

/// The variables of an image, in the order in which they were first set.
pub(super) type Env = Lookup<String, String>;

/// What an instruction of a stage sees: the variables of its image before its build args.
pub(super) struct Scope<'a> {
    pub(super) env: &'a Env,
    pub(super) args: &'a BuildArgs<'a>,
}

impl Variables for Scope<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).or_else(|| self.args.value(name, &self.args.declared))
    }
}

/// Bytes that the words of a file may come to, so that a few lines cannot ask for more than a page
/// holds. Docker has no such limit.
const BYTES: usize = 32 << 20;

/// Bytes that a word, a variable or an image counts for, beside its text.
const ENTRY: usize = 64;

/// Replaces variables, as long as there is room for what comes of it.
#[derive(Debug)]
pub(super) struct Expander {
    lexer: Lexer,
    left: usize,
}

impl Expander {
    pub(super) const fn new(escape: char) -> Self {
        Self { lexer: Lexer { classic: true, ..Lexer::new(escape) }, left: BYTES }
    }

    /// The text of a word.
    ///
    /// # Errors
    /// What the builder prints.
    pub(super) fn text(&mut self, word: &str, variables: &dyn Variables) -> Result<String, String> {
        if self.lexer.is_plain(word) {
            return self.take(Expanded { text: word.to_owned(), ..Expanded::default() }).map(|it| it.text);
        }
        let expanded = self.lexer.replace(word, variables)?;
        self.take(expanded).map(|it| it.text)
    }

    /// The words that a word becomes, for EXPOSE.
    ///
    /// # Errors
    /// What the builder prints.
    pub(super) fn words(&mut self, word: &str, variables: &dyn Variables) -> Result<Vec<String>, String> {
        let expanded = self.lexer.expand(word, variables)?;
        self.take(expanded).map(|it| it.words)
    }

    fn take(&mut self, expanded: Expanded) -> Result<Expanded, String> {
        self.note(1, expanded.text.len() + expanded.effort / 8)?;
        Ok(expanded)
    }

    /// Notes that a number of things are made, with so many bytes of text.
    ///
    /// # Errors
    /// Where there is no room for them.
    pub(super) fn note(&mut self, count: usize, bytes: usize) -> Result<(), String> {
        let needed = bytes.saturating_add(count.saturating_mul(ENTRY));
        let left = self.left.checked_sub(needed);
        self.left = left.unwrap_or(0);
        left.map(|_| ()).ok_or_else(|| TOO_MUCH_TEXT.to_owned())
    }
}

//! Splits text into words as a shell does, and replaces variables.
//!
//! One lexer for here-document delimiters, variables in instructions and the labels of steps, as
//! BuildKit's `shell.Lex` is. What stands behind a `$` is read in a file of its own; where values
//! come from is the caller's matter.

mod cursor;
mod substitution;

use super::quote::quoted;
use cursor::Cursor;

/// Where the values of variables come from.
pub trait Variables {
    /// The value of a variable; none where it is not set.
    fn get(&self, name: &str) -> Option<&str>;
}

/// No variable is set.
#[derive(Clone, Copy, Debug)]
pub struct NoVariables;

impl Variables for NoVariables {
    fn get(&self, _: &str) -> Option<&str> {
        None
    }
}

/// How text is read.
#[derive(Clone, Copy, Debug)]
pub struct Lexer {
    /// The escape character, which is one of ASCII.
    pub escape: char,
    /// Leave quotes in the result.
    pub raw_quotes: bool,
    /// Leave escapes in the result.
    pub raw_escapes: bool,
    /// Take quotes as ordinary characters.
    pub skip_quotes: bool,
    /// Leave variables that are not set as they are written.
    pub skip_unset: bool,
}

/// A word with its variables replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The whole text.
    pub text: String,
    /// The same split at blanks outside quotes.
    pub words: Vec<String>,
    /// Comparisons that patterns took: what a small text can ask for without giving much.
    pub effort: usize,
}

impl Lexer {
    /// A lexer that takes quotes away and replaces every variable.
    #[must_use]
    pub const fn new(escape: char) -> Self {
        Self { escape, raw_quotes: false, raw_escapes: false, skip_quotes: false, skip_unset: false }
    }

    /// Whether `text` holds nothing special, so that it stands for itself. Most texts do, and a page
    /// expands all of them on every key.
    #[must_use]
    pub fn is_plain(&self, text: &str) -> bool {
        let escape = self.escape as u8;
        !text.bytes().any(|byte| matches!(byte, b'$' | b'<' | b'\'' | b'"') || byte == escape)
    }

    /// Replaces the variables of `text`.
    ///
    /// # Errors
    /// The message that BuildKit prints for what is not valid.
    pub fn expand(&self, text: &str, variables: &dyn Variables) -> Result<Expanded, String> {
        if self.is_plain(text) {
            let words = text.split_whitespace().map(str::to_owned).collect();
            return Ok(Expanded { text: text.to_owned(), words, ..Expanded::default() });
        }
        self.run(text, variables, true)
    }

    /// The same without the words, which are seldom asked for.
    ///
    /// # Errors
    /// As [`expand`](Self::expand).
    pub fn replace(&self, text: &str, variables: &dyn Variables) -> Result<Expanded, String> {
        if self.is_plain(text) {
            return Ok(Expanded { text: text.to_owned(), ..Expanded::default() });
        }
        self.run(text, variables, false)
    }

    fn run(&self, text: &str, variables: &dyn Variables, wants_words: bool) -> Result<Expanded, String> {
        let mut run = Run {
            lexer: *self,
            wants_words,
            variables,
            chars: Cursor::new(text),
            raw_escapes: self.raw_escapes,
            buffer: String::new(),
            effort: 0,
            depth: 0,
        };
        let (out, words) = run
            .until(None, self.raw_escapes)
            .map_err(|message| format!("failed to process {}: {message}", quoted(text)))?;
        Ok(Expanded { text: out, words, effort: run.effort })
    }
}

/// The most bytes that a text may grow to: four times the largest file.
const MAX_TEXT: usize = 4 << 20;

/// The end of the message about a text that grows beyond measure. BuildKit has no such limit.
pub const TOO_MUCH_TEXT: &str = "comes to too much text";

/// Substitutions inside substitutions are read by recursion; deeper than this is no Dockerfile.
const MAX_DEPTH: usize = 200;

struct Run<'a> {
    lexer: Lexer,
    /// Whether the text is to be split.
    wants_words: bool,
    variables: &'a dyn Variables,
    chars: Cursor<'a>,
    raw_escapes: bool,
    /// The word being read. Shared by nested substitutions, which empty it, as in BuildKit.
    buffer: String,
    effort: usize,
    depth: usize,
}

/// The words of one level of substitution.
#[derive(Default)]
struct Words {
    /// Whether anybody asks for them.
    wanted: bool,
    done: Vec<String>,
    in_word: bool,
}

impl Words {
    fn add(&mut self, buffer: &mut String, c: char) {
        if !self.wanted {
            return;
        }
        if !c.is_whitespace() {
            self.add_raw(buffer, c);
        } else if self.in_word && !buffer.is_empty() {
            self.done.push(std::mem::take(buffer));
            self.in_word = false;
        }
    }

    fn add_raw(&mut self, buffer: &mut String, c: char) {
        if self.wanted {
            buffer.push(c);
            self.in_word = true;
        }
    }

    fn add_text(&mut self, buffer: &mut String, text: &str) {
        if self.wanted {
            buffer.push_str(text);
            self.in_word = true;
        }
    }

    fn finish(mut self, buffer: &mut String) -> Vec<String> {
        if !buffer.is_empty() {
            self.done.push(std::mem::take(buffer));
        }
        self.done
    }
}

impl Run<'_> {
    /// Reads up to `stop`, or to the end where there is none.
    fn until(&mut self, stop: Option<char>, raw_escapes: bool) -> Result<(String, Vec<String>), String> {
        let outer = std::mem::replace(&mut self.raw_escapes, raw_escapes);
        self.depth += 1;
        let result = if self.depth > MAX_DEPTH {
            Err("syntax error: too many substitutions inside one another".to_owned())
        } else {
            self.read(stop)
        };
        self.depth -= 1;
        self.raw_escapes = outer;
        result
    }

    fn read(&mut self, stop: Option<char>) -> Result<(String, Vec<String>), String> {
        let mut out = String::new();
        let mut words = Words { wanted: self.wants_words, ..Words::default() };
        self.buffer.clear();
        while let Some(c) = self.chars.peek() {
            if Some(c) == stop {
                self.chars.next();
                return Ok((out, words.finish(&mut self.buffer)));
            }
            let special = match c {
                '$' => Some(self.dollar()?),
                '<' => Some(self.less_than()),
                '\'' if !self.lexer.skip_quotes => Some(self.single_quoted()?),
                '"' if !self.lexer.skip_quotes => Some(self.double_quoted()?),
                _ => None,
            };
            if let Some(text) = special {
                out.push_str(&text);
                if out.len() > MAX_TEXT {
                    return Err(TOO_MUCH_TEXT.to_owned());
                }
                if c == '$' {
                    text.chars().for_each(|c| words.add(&mut self.buffer, c));
                } else {
                    words.add_text(&mut self.buffer, &text);
                }
                continue;
            }
            if c != self.lexer.escape {
                // What stands for itself, and what follows of that.
                self.chars.next();
                let is_special = |c| matches!(c, '$' | '<' | '\'' | '"') || c == self.lexer.escape || Some(c) == stop;
                let plain = self.chars.take_while(|c| !is_special(c));
                out.push(c);
                out.push_str(plain);
                words.add(&mut self.buffer, c);
                plain.chars().for_each(|c| words.add(&mut self.buffer, c));
                continue;
            }
            self.chars.next();
            if self.raw_escapes {
                words.add_raw(&mut self.buffer, c);
                out.push(c);
            }
            let Some(escaped) = self.chars.next() else { break };
            words.add_raw(&mut self.buffer, escaped);
            out.push(escaped);
        }
        match stop {
            Some(stop) => Err(format!("unexpected end of statement while looking for matching {stop}")),
            None => Ok((out, words.finish(&mut self.buffer))),
        }
    }

    fn single_quoted(&mut self) -> Result<String, String> {
        let mut out = String::new();
        self.chars.next();
        out.push_str(self.chars.take_while(|c| c != '\''));
        if self.chars.next().is_some() {
            return Ok(if self.lexer.raw_quotes { format!("'{out}'") } else { out });
        }
        Err("unexpected end of statement while looking for matching single-quote".into())
    }

    fn double_quoted(&mut self) -> Result<String, String> {
        let mut out = String::new();
        self.chars.next();
        while let Some(c) = self.chars.peek() {
            match c {
                '"' => {
                    self.chars.next();
                    return Ok(if self.lexer.raw_quotes { format!("\"{out}\"") } else { out });
                }
                '$' => {
                    out.push_str(&self.dollar()?);
                    if out.len() > MAX_TEXT {
                        return Err(TOO_MUCH_TEXT.to_owned());
                    }
                }
                c if c != self.lexer.escape => {
                    let escape = self.lexer.escape;
                    out.push_str(self.chars.take_while(|c| c != '"' && c != '$' && c != escape));
                }
                c => {
                    self.chars.next();
                    if self.raw_escapes {
                        out.push(c);
                    }
                    match self.chars.peek() {
                        None => {}
                        Some(next) if next == '"' || next == '$' || next == self.lexer.escape => {
                            out.push(next);
                            self.chars.next();
                        }
                        Some(_) => out.push(c),
                    }
                }
            }
        }
        Err("unexpected end of statement while looking for matching double-quote".into())
    }

    /// `<<` may open a here-document, whose blanks belong to it.
    fn less_than(&mut self) -> String {
        self.chars.next();
        if self.chars.next_if_eq('<').is_none() {
            return "<".into();
        }
        let mut out = String::from("<<");
        out.push_str(self.chars.take_while(|c| matches!(c, '\t' | '\r' | ' ')));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Table(&'static [(&'static str, &'static str)]);

    impl Variables for Table {
        fn get(&self, name: &str) -> Option<&str> {
            self.0.iter().find(|(key, _)| *key == name).map(|&(_, value)| value)
        }
    }

    const TABLE: Table = Table(&[("s", "foobarbaz"), ("e", ""), ("two", "a b"), ("path", "/usr/local/lib")]);

    #[track_caller]
    fn check(text: &str, expected: &str) {
        match Lexer::new('\\').expand(text, &TABLE) {
            Ok(expanded) => {
                assert_eq!(expanded.text, expected, "{text}");
                let without_words = Expanded { words: Vec::new(), ..expanded };
                assert_eq!(Lexer::new('\\').replace(text, &TABLE), Ok(without_words), "{text}");
            }
            Err(message) => assert_eq!(message, format!("failed to process {}: {expected}", quoted(text)), "{text}"),
        }
    }

    #[track_caller]
    fn check_words(text: &str, expected: &[&str]) {
        assert_eq!(Lexer::new('\\').expand(text, &TABLE).unwrap().words, expected, "{text}");
    }

    #[test]
    fn variables_are_replaced_outside_single_quotes() {
        check("$s-${s}", "foobarbaz-foobarbaz");
        check("'$s' \"$s\" \\$s", "$s foobarbaz $s");
        check("$unset|$|$5x", "|$|x");
        check("\"a\\\"b\\c\"", "a\"b\\c");
    }

    #[test]
    fn every_operator_does_what_the_reference_says() {
        check("${s:-w}${u:-w}${e:-w}${e-w}|", "foobarbazww|");
        check("${s:+w}${u:+w}${e:+w}${e+w}", "ww");
        check("${s#f*b}|${s##f*b}|${s%b*}|${s%%b*}", "arbaz|az|foobar|foo");
        check("${s/ba/fo}|${s//ba/fo}", "fooforbaz|fooforfoz");
        check("${path//\\//-}", "-usr-local-lib");
        check("${u:-${s%baz}}", "foobar");
        check("${s//*/x}|${e//*/x}|${u/*/x}", "x|x|x");
        check("${s//a/[$0]}", "foob[]rb[]z");
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_buildkit() {
        check("${u:?}", "u: is not allowed to be unset");
        check("${e:?}", "e: is not allowed to be empty");
        check("${e?say}${u?say it}", "u: say it");
        check("${}", "syntax error: bad substitution");
        check("${s", "unsupported modifier (\u{fffd}) in substitution");
        check("${s:-w", "syntax error: missing '}'");
        check("${s^}", "unsupported modifier (^) in substitution");
        check("${s:#a}", "unsupported modifier (:#) in substitution");
        check("${s/a", "syntax error: missing '/' in ${}");
        check("\"open", "unexpected end of statement while looking for matching double-quote");
        check("'open", "unexpected end of statement while looking for matching single-quote");
    }

    #[test]
    fn words_are_split_at_blanks_outside_quotes_after_replacement() {
        check_words("a  $two 'c d'\\ e", &["a", "a", "b", "c d e"]);
        check_words("", &[]);
        check_words("cat << EOF", &["cat", "<< EOF"]);
    }

    #[test]
    fn a_substitution_inside_a_word_drops_what_stands_before_it_from_the_words() {
        check_words("80${u:-81}", &["81"]);
    }

    #[test]
    fn deep_substitutions_end_in_an_error() {
        let text = "${a:-".repeat(5000);
        assert!(Lexer::new('\\').expand(&text, &NoVariables).is_err());
    }
}

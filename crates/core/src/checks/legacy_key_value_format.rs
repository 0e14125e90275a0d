//! `LegacyKeyValueFormat`: ENV and LABEL with an equals sign.

use crate::diagnostic::Fix;
use crate::resolve::Action;
use crate::syntax::{InstructionKind, KeyValue};
use crate::text::{TextEdit, TextRange};

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("LegacyKeyValueFormat");

pub(super) const RULE: Rule =
    Rule { id: ID, origin: Origin::Docker, help: "put = between the key and the value", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "`ENV` or `LABEL` is written in the old form, with a blank between the key and the value.",
    why: "That form takes the rest of the line as one value, so that `ENV A=1 B=2` and `ENV A 1 B 2` mean \
          different things: two variables, and one.",
    bad: "FROM alpine\nENV LANG C.UTF-8\n",
    good: "FROM alpine\nENV LANG=C.UTF-8\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for site in &subject.sites {
        let (InstructionKind::Env(pairs) | InstructionKind::Label(pairs)) = &site.instruction.kind else { continue };
        if site.command.action == Action::Failed {
            continue;
        }
        for pair in pairs.iter().filter(|pair| pair.legacy) {
            let name = &site.instruction.keyword.text;
            let message = format!("\"{name} key=value\" should be used instead of legacy \"{name} key value\" format");
            let range = pair.key.range.cover(pair.value.range);
            sink.report(&Place::of_site(site), range, message, fix(pair).into_iter().collect());
        }
    }
}

/// The pair with an equals sign, where it is sure to mean the same: in quotes where there are blanks, and
/// not at all where there are blanks as well as quotes or escapes.
fn fix(pair: &KeyValue) -> Option<Fix> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let value = &pair.value.text;
    let is_one_line =
        pair.value.range.len() as usize == value.len() && pair.key.range.len() as usize == pair.key.text.len();
    if !is_one_line || !pair.key.text.chars().all(is_name) {
        return None;
    }
    let is_simple = !value.contains(['"', '\'', '\\', '`', '<']);
    let quote = match value.contains(char::is_whitespace) {
        true if is_simple => "\"",
        false if is_simple => "",
        _ => return None,
    };
    let between = TextRange::new(pair.key.range.end, pair.value.range.start);
    let behind = TextRange::new(pair.value.range.end, pair.value.range.end);
    let edits = vec![
        TextEdit { range: between, text: format!("={quote}") },
        TextEdit { range: behind, text: quote.to_owned() },
    ];
    Some(Fix { title: format!("write {}={quote}{value}{quote}", pair.key.text), edits })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn the_old_form_is_reported_of_both_instructions() {
        check(
            ID,
            "FROM a\nenv A b c\nLABEL x=y\n",
            &[("2:A b c", "\"env key=value\" should be used instead of legacy \"env key value\" format")],
        );
    }

    #[test]
    fn the_fix_keeps_the_value() {
        check_fix(ID, "FROM a\nENV A b\nLABEL C  d e\n", "FROM a\nENV A=b\nLABEL C=\"d e\"\n");
        check_fix(ID, "FROM a\nENV A b \"c\"\n", "FROM a\nENV A b \"c\"\n");
    }
}

//! What the editor asks about the text, and the answers, in UTF-16 units.
//!
//! Pure: the core's [`language`] says it all, and is only put into the form that web/js/editor/ask.mjs
//! tells of. None of it is asked before the reader does something, so that it is no part of the first view.

use stagewright::checks::RULES;
use stagewright::diagnostic::Fix;
use stagewright::language::{self, Document};
use stagewright::text::{TextEdit, TextRange, Utf16Index};

use crate::analysis::Answer;
use crate::editor::fixes::{self, Problem, problems};
use crate::editor::value::Value;
use crate::links::byte_offset;
use crate::mend::Mend;

/// A question.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// What is asked.
    pub what: String,
    /// Of which place, in UTF-16 units; or of which problem, by its number.
    pub at: u32,
    /// How long the text is that the editor has, in UTF-16 units.
    pub length: u32,
    /// The new name, where one is to be given.
    pub name: String,
}

/// The answer to a question; nothing where there is none, or where the editor has another text by now.
#[must_use]
pub fn ask(known: &Answer, question: &Question) -> Value {
    let utf16 = &Utf16Index::new(&known.source);
    if utf16.at(u32::MAX) != question.length {
        return Value::Nothing;
    }
    let rules: Vec<(&str, &str)> = RULES.iter().map(|rule| (rule.id.0, rule.help)).collect();
    let document = &Document { request: &known.request, analysis: &known.analysis, rules: &rules };
    let at = byte_offset(&known.source, question.at);
    let answer = match &*question.what {
        "hover" => hover(document, utf16, at),
        "completion" => completion(document, utf16, at),
        "definition" => definition(document, utf16, at),
        "uses" => uses(document, utf16, at),
        "rename" => Some(rename(document, utf16, at, &question.name)),
        "folding" => Some(folding(document, utf16)),
        "problem" if known.request.without_checks => problem_as_it_is(known, utf16, question.at as usize),
        "problem" => problem(known, utf16, question.at as usize),
        _ => None,
    };
    answer.unwrap_or(Value::Nothing)
}

fn hover(document: &Document<'_>, utf16: &Utf16Index<'_>, at: u32) -> Option<Value> {
    let it = language::hover(document, at)?;
    let parts = it.parts.into_iter().map(|part| Value::List(vec![part.name.into(), part.value.into()]));
    Some(Value::Record(vec![
        ("range", place(utf16, it.range)),
        ("title", it.title.into()),
        ("code", it.code.into()),
        ("paragraphs", it.paragraphs.into()),
        ("parts", Value::List(parts.collect())),
    ]))
}

fn completion(document: &Document<'_>, utf16: &Utf16Index<'_>, at: u32) -> Option<Value> {
    let it = language::completion(document, at);
    let items = it.items.into_iter().map(|item| {
        Value::List(vec![item.label.into(), item.kind.name().into(), item.detail.into(), item.insert.into()])
    });
    let items: Vec<Value> = items.collect();
    (!items.is_empty()).then(|| Value::Record(vec![("range", place(utf16, it.range)), ("items", items.into())]))
}

fn definition(document: &Document<'_>, utf16: &Utf16Index<'_>, at: u32) -> Option<Value> {
    let it = language::definition(document, at)?;
    Some(Value::Record(vec![("range", place(utf16, it.range)), ("targets", places(utf16, &it.targets))]))
}

fn uses(document: &Document<'_>, utf16: &Utf16Index<'_>, at: u32) -> Option<Value> {
    let it = language::uses(document, at)?;
    Some(Value::Record(vec![
        ("range", place(utf16, it.range)),
        ("declarations", places(utf16, &it.declarations)),
        ("uses", places(utf16, &it.uses)),
    ]))
}

fn rename(document: &Document<'_>, utf16: &Utf16Index<'_>, at: u32, name: &str) -> Value {
    match language::rename(document, at, name) {
        Ok(it) => Value::Record(vec![
            ("edits", edits(utf16, &it.edits)),
            // As it was asked for, so that it can be taken back.
            ("oldTarget", document.request.target.clone().filter(|_| it.target.is_some()).into()),
            ("target", it.target.into()),
            ("arg", it.build_arg.into()),
        ]),
        Err(error) => Value::Record(vec![("error", error.to_string().into())]),
    }
}

fn folding(document: &Document<'_>, utf16: &Utf16Index<'_>) -> Value {
    let folds = language::folding(document);
    places(utf16, &folds.into_iter().map(|fold| fold.range).collect::<Vec<_>>())
}

/// The same while the text is not checked: of the problem that is at that place in this very text.
fn problem_as_it_is(known: &Answer, utf16: &Utf16Index<'_>, number: usize) -> Option<Value> {
    let asked = *problems(known).get(number)?;
    let checked = known.checked();
    let is_it = |it: &Problem<'_>| it.rule() == asked.rule() && it.range(&checked) == asked.range(known);
    let number = problems(&checked).iter().position(is_it)?;
    problem(&checked, utf16, number)
}

/// All about one problem that is not in the marks.
fn problem(known: &Answer, utf16: &Utf16Index<'_>, number: usize) -> Option<Value> {
    let problem = *problems(known).get(number)?;
    let lines = &known.analysis.lines;
    let fix = |title: Value, mend: &Mend| {
        Value::Record(vec![
            ("title", title),
            ("edits", edits(utf16, &mend.edits)),
            ("preview", fixes::preview(mend, lines).into()),
        ])
    };
    let one = |it: &Fix| fix(it.title.as_str().into(), &Mend::new(&known.source, it.edits.clone()));
    let mut ways: Vec<Value> = problem.fixes().iter().map(one).collect();
    if let Some((n_mended, mend)) = fixes::fix_of_all(known, problem.rule()).filter(|_| !ways.is_empty()) {
        ways.push(fix(format!("fix all {n_mended} of this kind").into(), &mend));
    }
    Some(Value::Record(vec![
        ("rule", problem.rule().into()),
        ("message", problem.message().into()),
        ("help", problem.help().into()),
        ("url", problem.url().into()),
        ("fixes", ways.into()),
    ]))
}

fn place(utf16: &Utf16Index<'_>, range: TextRange) -> Value {
    Value::List(vec![utf16.at(range.start).into(), utf16.at(range.end).into()])
}

fn places(utf16: &Utf16Index<'_>, ranges: &[TextRange]) -> Value {
    Value::List(ranges.iter().map(|&range| place(utf16, range)).collect())
}

/// Start, end and new text of each.
fn edits(utf16: &Utf16Index<'_>, edits: &[TextEdit]) -> Value {
    let one = |edit: &TextEdit| {
        let (start, end) = (utf16.at(edit.range.start), utf16.at(edit.range.end));
        Value::List(vec![start.into(), end.into(), edit.text.as_str().into()])
    };
    Value::List(edits.iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{answer, answer_after};
    use crate::state::{Action, State};

    const FILE: &str = "# \u{1f49b}\nARG V=1\nFROM a:$V AS one\nFROM b\nCOPY --from=one / /\nENV K v\nENV L w\n";

    fn units(text: &str) -> u32 {
        text.encode_utf16().count() as u32
    }

    /// The answer about the first place of `mark`, in a text whose target is `one`.
    fn about(what: &str, mark: &str, name: &str) -> Value {
        let state = State::default().after(Action::Edit(FILE.into())).after(Action::Target(Some("one".into())));
        let at = units(&FILE[..FILE.find(mark).unwrap()]);
        let question = Question { what: what.into(), at, length: units(FILE), name: name.into() };
        ask(&answer(&state), &question)
    }

    fn part<'a>(value: &'a Value, key: &str) -> &'a Value {
        let Value::Record(parts) = value else { panic!("{value:?} has no {key}") };
        &parts.iter().find(|(name, _)| *name == key).unwrap().1
    }

    fn pair(start: u32, end: u32) -> Value {
        Value::List(vec![start.into(), end.into()])
    }

    #[test]
    fn places_count_utf16_units() {
        let name = units(&FILE[..FILE.find("one").unwrap()]);
        let found = about("definition", "one / /", "");
        assert_eq!(part(&found, "targets"), &Value::List(vec![pair(name, name + 3)]));
        let uses = about("uses", "one\n", "");
        let used = units(&FILE[..FILE.find("one / /").unwrap()]);
        assert_eq!(part(&uses, "uses"), &Value::List(vec![pair(used, used + 3)]));
    }

    #[test]
    fn a_new_name_comes_with_the_target_that_follows_it() {
        let renamed = about("rename", "one\n", "two");
        assert_eq!(part(&renamed, "target"), &Value::from("two"));
        assert_eq!(part(&renamed, "oldTarget"), &Value::from("one"));
        let Value::List(edits) = part(&renamed, "edits") else { panic!("{renamed:?}") };
        assert_eq!(edits.len(), 2);
        let refused = about("rename", "one\n", "1");
        assert!(matches!(part(&refused, "error"), Value::Text(text) if text.contains("letter")), "{refused:?}");
    }

    #[test]
    fn what_is_asked_of_another_text_has_no_answer() {
        let known = answer(&State::default().after(Action::Edit(FILE.into())));
        let question = Question { what: "hover".into(), at: 8, length: units(FILE) + 1, ..Question::default() };
        assert_eq!(ask(&known, &question), Value::Nothing);
        assert_eq!(about("nonsense", "one", ""), Value::Nothing);
    }

    #[test]
    fn hover_and_completion_have_their_parts() {
        assert!(matches!(part(&about("hover", "V AS", ""), "title"), Value::Text(title) if title.contains('V')));
        let Value::List(items) = part(&about("completion", "one / /", ""), "items").clone() else { panic!() };
        assert!(items.iter().any(|item| matches!(item, Value::List(item) if item[0] == Value::from("one"))));
    }

    #[test]
    fn a_problem_of_a_text_that_is_typed_is_that_of_this_very_text() {
        let state = State::default().after(Action::Edit("FROM a AS One\nENV K v\n".into()));
        let typed = state.after(Action::Edit("FROM a AS Only\nENV K v\n".into()));
        let known = answer_after(&typed, &answer(&state));
        let name = problems(&known).iter().position(|it| it.rule() == "StageNameCasing").unwrap();
        assert!(problems(&known)[name].message().contains("'One'"));
        let question = Question { what: "problem".into(), at: name as u32, length: 23, ..Question::default() };
        let told = ask(&known, &question);
        assert!(matches!(part(&told, "message"), Value::Text(text) if text.contains("'Only'")), "{told:?}");
        let Value::List(fixes) = part(&told, "fixes").clone() else { panic!("{told:?}") };
        assert_eq!(part(&fixes[0], "title"), &Value::from("rename it to only"));
    }

    #[test]
    fn a_problem_has_its_fixes_and_one_for_all_of_its_kind() {
        let known = answer(&State::default().after(Action::Edit(FILE.into())));
        let number = problems(&known).iter().position(|it| it.rule() == "LegacyKeyValueFormat").unwrap();
        let question =
            Question { what: "problem".into(), at: number as u32, length: units(FILE), ..Question::default() };
        let Value::List(fixes) = part(&ask(&known, &question), "fixes").clone() else { panic!() };
        assert_eq!(fixes.len(), 2);
        assert_eq!(part(&fixes[1], "title"), &Value::from("fix all 2 of this kind"));
        let Value::List(preview) = part(&fixes[0], "preview") else { panic!() };
        assert_eq!(preview[..], [Value::from("- ENV K v"), Value::from("+ ENV K=v")]);
    }
}

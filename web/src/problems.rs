//! What is wrong with the text: BuildKit's words, our advice, the way there, and what mends it.
//!
//! Errors come first, one by one; then what the checks find, rule by rule, what the build of the target prints
//! before what it does not. Many are not all shown at once. What a fix changes is worked out in
//! [`mend`](crate::mend), when it is asked for.

use std::rc::Rc;

use stagewright::Analysis;
use stagewright::checks::{Finding, Origin, Rule, RuleId, rule};
use stagewright::diagnostic::{Diagnostic, ERROR, Fix, Severity};
use yew::prelude::*;
use yew::virtual_dom::{ListenerKind as On, VNode, VText};

use crate::analysis::Answer;
use crate::el;
use crate::element::{Element, list};
use crate::mend::{ChangedLines, Mend};
use crate::platform::document;
use crate::state::{Action, Fold, State};
use crate::strings;

/// What is listed.
pub struct ProblemsProps {
    /// The text and what is known of it.
    pub answer: Rc<Answer>,
    /// What is unfolded, and the `.dockerignore`.
    pub state: Rc<State>,
    /// Asks for a place in the text, in bytes.
    pub go_to: Callback<u32>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// The id of the title.
const TITLE: &str = "problems-title";
/// With more problems than this, only some of each kind are shown until all of them are asked for.
const MANY: usize = 20;
/// How many of each kind are shown then.
const FEW: usize = 3;
/// The most of a kind that are ever shown.
const MOST: usize = 500;
/// The most changes that are shown of what mends all findings of a rule.
const MOST_CHANGES: usize = 8;

/// The problems.
pub fn problems(props: &ProblemsProps) -> Element {
    let Answer { analysis, .. } = &*props.answer;
    // A text that is not written yet has no mistake.
    let is_blank = props.answer.is_blank();
    let (errors, findings) =
        if is_blank { (&[][..], &[][..]) } else { (&analysis.diagnostics[..], &analysis.findings[..]) };
    let all = errors.len() + findings.len();
    let is_open = props.state.is_unfolded(Fold::Dockerignore);
    let ignore = el!("button", "type": "button", "class": "quiet", "aria-expanded": is_open)
        .send(On::onclick, &props.dispatch, Action::Unfold(Fold::Dockerignore))
        .text(strings::DOCKERIGNORE);
    let fails = errors.iter().any(|error| error.severity == Severity::Error);
    let title = el!("h2", "id": TITLE)
        .text(strings::PROBLEMS)
        .child(el!("span", "class": if fails { "count error" } else { "count" }).text(count(errors, findings)));
    // A narrow page has no room beside the text: there the list is unfolded by its title, which this button covers.
    let is_unfolded = props.state.is_unfolded(Fold::Problems);
    let unfold = (all > 0).then(|| {
        el!("button", "type": "button", "class": "quiet unfold", "aria-labelledby": TITLE, "aria-expanded": is_unfolded)
            .send(On::onclick, &props.dispatch, Action::Unfold(Fold::Problems))
    });
    let shown = shown(props, RuleId(ERROR), errors.len(), all);
    let list = (all > 0).then(|| {
        el!("ul")
            .maybe(check_fails(analysis))
            .children(errors[..shown].iter().enumerate().map(|(key, error)| error_view(props, key, error)))
            .maybe(more(props, RuleId(ERROR), errors.len() - shown))
            .children(groups(findings).iter().map(|group| group_view(props, group, all)))
    });
    let class = if is_unfolded { "problems unfolded" } else { "problems" };
    el!("section", "class": class, "aria-labelledby": TITLE)
        .child(el!("div", "class": "problems-head").child(title).maybe(unfold).child(ignore))
        .maybe(is_open.then(|| dockerignore(props)))
        .maybe(list)
}

/// `1 error, 2 warnings`.
fn count(errors: &[Diagnostic], findings: &[Finding]) -> String {
    let n_errors = errors.iter().filter(|error| error.severity == Severity::Error).count();
    let n_printed = findings.iter().filter(|finding| finding.in_build).count();
    let counts =
        [(n_errors, "error"), (errors.len() - n_errors + n_printed, "warning"), (findings.len() - n_printed, "note")];
    let mut out = String::new();
    for (n, what) in counts {
        if n > 0 {
            out.push_str(if out.is_empty() { "" } else { ", " });
            out.push_str(&strings::count(n, what));
        }
    }
    if out.is_empty() { strings::NO_PROBLEMS.to_owned() } else { out }
}

/// How many problems of a rule are shown.
fn shown(props: &ProblemsProps, rule: RuleId, n: usize, all: usize) -> usize {
    // In place of a line that says that there is one more, that one is shown.
    if all <= MANY || n <= FEW + 1 {
        n
    } else if props.state.is_unfolded(Fold::Rule(rule)) {
        n.min(MOST)
    } else {
        FEW
    }
}

/// Leads to the problems of a rule that are not shown, and back to the first of them. The button stays, so that whoever
/// pressed it keeps the focus.
fn more(props: &ProblemsProps, rule: RuleId, n: usize) -> Option<Element> {
    let is_open = props.state.is_unfolded(Fold::Rule(rule));
    let button = || {
        el!("button", "type": "button", "class": "quiet more", "aria-expanded": is_open)
            .send(On::onclick, &props.dispatch, Action::Unfold(Fold::Rule(rule)))
            .text(if is_open { strings::FEWER.to_owned() } else { strings::more(n) })
    };
    let rest = (is_open && n > 0).then(|| el!("span", "class": "more").text(strings::more(n)));
    (n > 0 || is_open).then(|| el!("li").key("more").child(button()).maybe(rest))
}

/// The findings of a rule, by their numbers.
struct Group<'a> {
    rule: &'static Rule,
    all: &'a [Finding],
    /// Those that the build prints, then the others.
    numbers: Vec<usize>,
    n_printed: usize,
}

/// The findings rule by rule: those of which the build prints some, then the others.
fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for is_printed in [true, false] {
        for (number, finding) in findings.iter().enumerate().filter(|(_, it)| it.in_build == is_printed) {
            let at = groups.iter().position(|group| group.rule.id == finding.rule);
            let group = match (at, rule(finding.rule)) {
                (Some(at), _) => &mut groups[at],
                (None, Some(rule)) => {
                    groups.push(Group { rule, all: findings, numbers: Vec::new(), n_printed: 0 });
                    let last = groups.len() - 1;
                    &mut groups[last]
                }
                (None, None) => continue,
            };
            group.numbers.push(number);
            group.n_printed += usize::from(is_printed);
        }
    }
    groups
}

fn group_view(props: &ProblemsProps, group: &Group<'_>, all: usize) -> Element {
    let Group { rule, numbers, n_printed, .. } = group;
    let id = rule.id;
    let (kind, class) = if *n_printed > 0 { (strings::WARNING, "rule warning") } else { (strings::NOTE, "rule note") };
    let whose = match rule.origin {
        Origin::Docker => strings::DOCKER_CHECK,
        Origin::DockerExperimental => strings::DOCKER_EXPERIMENTAL,
        Origin::Stagewright => strings::OWN_CHECK,
    };
    let title = el!("h3")
        .child(el!("span", "class": "kind").text(kind))
        .child(el!("code").text(id.0))
        .child(el!("span", "class": "whose").text(whose));
    let link =
        rule.url().map(|url| el!("a", "href": url, "target": "_blank", "rel": "noreferrer").text(strings::DOCKER_PAGE));
    let help = el!("p", "class": "help").child(prose(&strings::sentence(rule.help))).text(" ").maybe(link);
    let head = el!("div", "class": "rule-head").child(title).maybe(fix_all(props, group)).child(help);
    let n_shown = shown(props, id, numbers.len(), all);
    let view = |&number: &usize| finding_view(props, number, &group.all[number]);
    let n_first = n_shown.min(*n_printed);
    let others = (n_shown > n_first).then(|| el!("ul").children(numbers[n_first..n_shown].iter().map(view)));
    let aside = others.is_some().then(|| el!("p", "class": "aside").text(strings::NOT_PRINTED));
    el!("li", "class": class)
        .key(id.0)
        .child(head)
        .maybe((n_first > 0).then(|| el!("ul").children(numbers[..n_first].iter().map(view))))
        .maybe(aside)
        .maybe(others)
        .maybe(more(props, id, numbers.len() - n_shown).map(|more| el!("ul").child(more)))
}

/// What mends all findings of a rule; nothing where there is one that can be, or none.
fn fix_all(props: &ProblemsProps, group: &Group<'_>) -> Option<Element> {
    let fixes = || group.numbers.iter().filter_map(|&number| group.all[number].fixes.first());
    if fixes().count() < 2 {
        return None;
    }
    let mend = || Mend::all(&props.answer.source, fixes());
    let (n, _) = mend();
    (n > 1).then(|| fix_view(props, Fold::MendAll(group.rule.id), &strings::fix_all(n), || mend().1))
}

/// A sentence of the core, in which names of the Dockerfile language stand between backticks.
fn prose(text: &str) -> VNode {
    let mut is_code = false;
    let mut out: Vec<VNode> = Vec::new();
    for part in text.split('`') {
        let part = part.to_owned();
        out.push(if is_code { el!("code").text(part).into() } else { VText::new(part).into() });
        is_code = !is_code;
    }
    list(out)
}

fn error_view(props: &ProblemsProps, key: usize, problem: &Diagnostic) -> Element {
    let lines = &props.answer.analysis.lines;
    let line = problem.lines.first().map_or_else(|| lines.line_of(problem.range.start), |span| span.first);
    let start = if problem.range.is_empty() { lines.range_of(line).start } else { problem.range.start };
    let class = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let button = place_button(props, line, start, &problem.message)
        .maybe(problem.help.clone().map(|help| el!("span", "class": "help").child(prose(&strings::sentence(&help)))));
    el!("li", "class": class, "data-rule": problem.rule, "data-line": line.to_string())
        .key(key)
        .child(button)
        .maybe(fixes_view(props, key, problem.fix.as_slice()))
}

/// What ends `docker build --check`, where that is nothing of what is listed.
fn check_fails(analysis: &Analysis) -> Option<Element> {
    let error = analysis.check_error.as_ref()?;
    let is_listed = analysis.diagnostics.iter().any(|it| it.message == error.message || it.severity == Severity::Error);
    let told = || el!("p").text(strings::CHECK_FAILS).text(" ").child(el!("code").text(error.message.clone()));
    (!is_listed).then(|| el!("li", "class": "check-fails").key("check").child(told()))
}

fn finding_view(props: &ProblemsProps, number: usize, finding: &Finding) -> Element {
    let class = if finding.in_build { "warning" } else { "note" };
    let line = finding.lines.first;
    let button = place_button(props, line, finding.range.start, &finding.message);
    el!("li", "class": class, "data-rule": finding.rule.0, "data-line": line.to_string())
        .key(number)
        .child(button)
        .maybe(fixes_view(props, props.answer.analysis.diagnostics.len() + number, &finding.fixes))
}

/// What mends a problem, by its number: errors come first, then what the checks found.
fn fixes_view(props: &ProblemsProps, number: usize, fixes: &[Fix]) -> Option<Element> {
    let view = |(at, fix): (usize, &Fix)| {
        let mend = || Mend::new(&props.answer.source, fix.edits.clone());
        fix_view(props, Fold::Mend(number, at), &strings::command(&fix.title), mend)
    };
    (!fixes.is_empty()).then(|| el!("div", "class": "fixes").children(fixes.iter().enumerate().map(view)))
}

fn place_button(props: &ProblemsProps, line: u32, start: u32, message: &str) -> Element {
    el!("button", "type": "button", "class": "finding")
        .send(On::onclick, &props.go_to, start)
        .child(el!("span", "class": "place").text(strings::line(line)))
        .child(el!("span", "class": "message").text(message.to_owned()))
}

/// A fix: its name, and when that is chosen what it changes, and a button that does it.
fn fix_view(props: &ProblemsProps, fold: Fold, title: &str, mend: impl Fn() -> Mend) -> Element {
    let is_open = props.state.is_unfolded(fold);
    let button = el!("button", "type": "button", "class": "fix", "aria-expanded": is_open)
        .send(On::onclick, &props.dispatch, Action::Unfold(fold))
        .text(title.to_owned());
    el!("div", "class": "fix").child(button).maybe(is_open.then(|| preview(props, title, mend())))
}

fn preview(props: &ProblemsProps, title: &str, mend: Mend) -> Element {
    let changes = mend.changes(&props.answer.analysis.lines);
    let n_left = changes.len().saturating_sub(MOST_CHANGES);
    let apply = el!("button", "type": "button", "class": "primary")
        .send(On::onclick, &props.dispatch, Action::Mend(Rc::new(mend)))
        .text(strings::APPLY);
    el!("div", "class": "change", "role": "group", "aria-label": title.to_owned())
        .children(changes.iter().take(MOST_CHANGES).map(change_view))
        .maybe((n_left > 0).then(|| el!("p", "class": "aside").text(strings::more(n_left))))
        .child(apply)
}

fn change_view(change: &ChangedLines) -> Element {
    let side = |name: &'static str, class: &'static str, lines: Option<&String>| {
        let text = match lines {
            Some(lines) if lines.trim().is_empty() => el!("em").text(strings::BLANK_LINE),
            Some(lines) => el!("code").text(lines.clone()),
            None => el!("em").text(strings::NO_LINE),
        };
        [el!("dt", "class": class).text(name), el!("dd", "class": class).child(text)]
    };
    el!("dl")
        .child(el!("div", "class": "where").child(el!("dt").text(strings::line(change.line))))
        .children(side(strings::BEFORE, "before", change.before.as_ref()))
        .children(side(strings::AFTER, "after", change.after.as_ref()))
}

fn dockerignore(props: &ProblemsProps) -> Element {
    let dispatch = props.dispatch.clone();
    let field = el!(
        "textarea",
        "id": "dockerignore",
        "class": "file-text",
        "rows": "4",
        "autocomplete": "off",
        "spellcheck": "false",
        "autocapitalize": "off",
        "aria-describedby": "dockerignore-help",
    );
    let field = field
        .field(AttrValue::Rc(Rc::clone(&props.state.dockerignore)))
        .on(On::oninput, move |event| dispatch.emit(Action::Dockerignore(document::value(&event))));
    el!("div", "class": "dockerignore")
        .child(el!("label", "for": "dockerignore").text(strings::DOCKERIGNORE))
        .child(el!("span", "id": "dockerignore-help").text(strings::DOCKERIGNORE_HELP))
        .child(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stagewright::{Request, analyze};

    const FILE: &str =
        "FROM alpine AS One\nWORKDIR a\nFROM alpine AS Two\nWORKDIR b\nCMD x\nFROM two AS Three\nCMD x\n";

    #[test]
    fn what_the_build_prints_comes_first() {
        let analysis = analyze(&Request { source: FILE.into(), ..Request::default() });
        let groups = groups(&analysis.findings);
        let read = |group: &Group<'_>| {
            let lines = group.numbers.iter().map(|&number| group.all[number].lines.first).collect();
            (group.rule.id.0, group.n_printed, lines)
        };
        let groups: Vec<(&str, usize, Vec<u32>)> = groups.iter().map(read).collect();
        assert_eq!(
            groups,
            [
                ("StageNameCasing", 3, vec![1, 3, 6]),
                ("WorkdirRelativePath", 1, vec![4, 2]),
                ("JSONArgsRecommended", 2, vec![5, 7]),
            ]
        );
    }

    #[test]
    fn the_count_tells_of_each_kind() {
        let count = |source: &str| {
            let analysis = analyze(&Request { source: source.into(), ..Request::default() });
            count(&analysis.diagnostics, &analysis.findings)
        };
        assert_eq!(count("FROM alpine\n"), "None");
        assert_eq!(count("FROM alpine\nRUNN\n"), "1 error");
        assert_eq!(count(FILE), "6 warnings, 1 note");
    }
}

//! The pinned version and this one, side by side: what is worked out of it, and how it is shown.

use std::cmp::{Ordering, Reverse};
use std::num::NonZeroU32;
use std::rc::Rc;

use stagewright::plan::{Plan, StepId};
use stagewright::simulate::compare::{self, EditCost, FileCost, StageChange, Version};
use stagewright::simulate::{Durations, Schedule};

use super::kit::{Scenario, durations, read_log};
use super::panel::SimulationProps;
use super::run::Simulated;
use super::settings::Change;
use super::words::time;
use crate::analysis::Answer;
use crate::el;
use crate::element::{Element, class, when};
use crate::strings::{simulation as words, versions};

/// The pinned version and this one.
#[derive(Debug, Default)]
pub struct Compared {
    /// Which is better, in sentences.
    pub verdict: Vec<String>,
    /// The figures of a build with an empty cache.
    pub rows: Vec<Row>,
    /// What an edit of each file costs.
    pub edits: Vec<Row>,
    /// How many files more there are.
    pub n_more: usize,
    /// What is there once only, under its heading.
    pub lists: Vec<(&'static str, Vec<String>)>,
}

/// One figure of both versions.
#[derive(Debug)]
pub struct Row {
    /// What it is of.
    pub name: String,
    /// In the pinned version.
    pub pinned: String,
    /// In this one.
    pub now: String,
    /// The difference in words, and whether less is left; none where there is none.
    pub change: Option<(String, bool)>,
}

/// The most files whose edit is compared: more make a list that nobody reads.
const MOST: usize = 12;

/// The pinned version and this one, whose steps take so long.
#[must_use]
pub fn compared(scenario: &Scenario<'_>, pinned: &Answer, lasting: &Durations) -> Compared {
    let Scenario { settings, now, .. } = scenario;
    let workers = settings.workers.and_then(|workers| NonZeroU32::new(workers.into()));
    // What a log tells of a step holds for the same step of either version.
    let lasted = durations(settings, pinned, read_log(settings, pinned).as_ref());
    let [before, after] = [(pinned, &lasted), (*now, lasting)].map(|(answer, durations)| Version {
        resolved: &answer.analysis.resolved,
        graph: &answer.analysis.graph,
        plan: &answer.analysis.plan,
        durations,
    });
    let it = compare::compare(&before, &after, workers);
    let mut costs = compare::edit_costs(&before, &after, &scenario.contexts[0], workers);
    // Where they differ most stands first; what costs most before the rest.
    costs.sort_by_key(|cost| {
        let [was, is] = [&cost.before, &cost.after].map(|cost| cost.total);
        Reverse((was.abs_diff(is), was.max(is)))
    });
    Compared {
        verdict: verdict(&it.before, &it.after, &costs),
        rows: figures(&it, [&before, &after]),
        n_more: costs.len().saturating_sub(MOST),
        edits: costs.iter().take(MOST).map(of_edit).collect(),
        lists: lists(&it, [before.plan, after.plan]),
    }
}

/// The figures of both versions.
fn figures(it: &compare::Comparison, versions: [&Version<'_>; 2]) -> Vec<Row> {
    let row = |name: &'static str, [was, is]: [usize; 2], told: [String; 2]| {
        let [pinned, now] = told;
        Row { name: name.to_owned(), pinned, now, change: number(was, is) }
    };
    let is_built =
        |version: &Version<'_>| version.resolved.stages.iter().filter(|stage| version.graph.is_built(stage.id)).count();
    let built = versions.map(is_built);
    let all = versions.map(|version| version.resolved.stages.len());
    let steps = [&it.before, &it.after].map(|run| run.slots.len());
    let of_times = |name, of| of_times(name, &it.before, &it.after, of);
    vec![
        row(words::STAGES_BUILT, built, [words::part(built[0], all[0]), words::part(built[1], all[1])]),
        row(words::STEPS, steps, steps.map(|n| n.to_string())),
        of_times(words::TIME, |run| run.total),
        of_times(words::CRITICAL_PATH, |run| run.critical_time),
        of_times(words::ONE_AT_A_TIME, |run| run.work),
    ]
}

/// What is in one of the versions only.
fn lists(it: &compare::Comparison, [before, after]: [&Plan; 2]) -> Vec<(&'static str, Vec<String>)> {
    let labels = |plan: &Plan, steps: &[StepId]| {
        steps.iter().filter_map(|step| Some(plan.steps.get(step.0 as usize)?.label.clone())).collect()
    };
    let of_stages = |change: StageChange| {
        it.stages.iter().filter(|stage| stage.change == change).map(|stage| stage.label.clone()).collect()
    };
    vec![
        (words::STAGES_ADDED, of_stages(StageChange::Added)),
        (words::STAGES_REMOVED, of_stages(StageChange::Removed)),
        (words::STAGES_CHANGED, of_stages(StageChange::Changed)),
        (words::STEPS_SAVED, labels(before, &it.saved)),
        (words::STEPS_ADDED, labels(after, &it.added)),
    ]
}

/// Which version is better, in sentences.
fn verdict(before: &Schedule, after: &Schedule, costs: &[FileCost]) -> Vec<String> {
    let ([was, is], by) = elapsed(before.total, after.total);
    let mut out = vec![versions::first_builds(&was, &is, by.as_ref().map(|(by, _)| by.as_str()))];
    let differ: Vec<bool> =
        costs.iter().filter_map(|cost| Some(elapsed(cost.before.total, cost.after.total).1?.1)).collect();
    let less = differ.iter().filter(|&&is_less| is_less).count();
    out.extend(versions::edits(less, differ.len() - less, costs.len()));
    out
}

fn of_times(name: &'static str, before: &Schedule, after: &Schedule, of: fn(&Schedule) -> u64) -> Row {
    let ([pinned, now], change) = elapsed(of(before), of(after));
    Row { name: name.to_owned(), pinned, now, change }
}

fn of_edit(cost: &FileCost) -> Row {
    let (was, is) = (&cost.before, &cost.after);
    let ([pinned, now], change) = elapsed(was.total, is.total);
    let told = |cost: &EditCost, time: String| versions::edit_cost(cost.steps.len(), &time);
    let change = change.or_else(|| {
        let (by, is_less) = number(was.steps.len(), is.steps.len())?;
        Some((versions::steps_by(&by), is_less))
    });
    Row { name: cost.path.clone(), pinned: told(was, pinned), now: told(is, now), change }
}

/// A difference in words, and whether it is to the better.
type Difference = Option<(String, bool)>;

/// Two times, as exact as it takes to tell them apart at a glance, and how much longer or shorter the second is; none
/// where both are told in the same words.
fn elapsed(was: u64, is: u64) -> ([String; 2], Difference) {
    let unit = match was.max(is) {
        0..60_000 => 100,
        60_000..3_600_000 => 1_000,
        _ => 60_000,
    };
    let [was, is] = [was, is].map(|it| (it + unit / 2) / unit * unit);
    let by = exact(was.abs_diff(is));
    let change = match is.cmp(&was) {
        Ordering::Equal => None,
        order => Some((versions::time_by(&by, order == Ordering::Less), order == Ordering::Less)),
    };
    ([exact(was), exact(is)], change)
}

/// A time with its tenths, below a minute.
fn exact(millis: u64) -> String {
    let tenths = millis / 100;
    let is_odd = !tenths.is_multiple_of(10) && tenths < 600;
    if is_odd { format!("{}.{} s", tenths / 10, tenths % 10) } else { time(millis) }
}

fn number(was: usize, is: usize) -> Option<(String, bool)> {
    (was != is).then(|| (versions::number_by(was.abs_diff(is), is < was), is < was))
}

/// The side that compares.
pub fn compare(props: &SimulationProps, simulated: &Simulated) -> Element {
    let Some(compared) = &simulated.compared else {
        let pin = props.button(Change::Pin(Some(Rc::new(props.state.to_share())))).text(words::PIN);
        return el!("div", "class": "columns").child(
            el!("div", "class": "facts")
                .child(el!("p").text(words::NOTHING_TO_COMPARE))
                .child(el!("div", "class": "actions").child(pin)),
        );
    };
    let verdict = compared.verdict.iter().map(|sentence| el!("p").text(sentence.clone()));
    let unpin = props.button(Change::Pin(None)).text(words::UNPIN);
    let tables = el!("div", "class": "facts wide")
        .child(el!("div", "class": "told-first", "aria-live": "polite").children(verdict))
        .child(table(words::FIRST_BUILD, &compared.rows, false))
        .maybe((!compared.edits.is_empty()).then(|| table(words::AFTER_AN_EDIT, &compared.edits, true)))
        .maybe((compared.n_more > 0).then(|| el!("p").text(words::more_files(compared.n_more))))
        .child(el!("div", "class": "actions").child(unpin));
    let is_all_the_same = compared.lists.iter().all(|(_, items)| items.is_empty());
    let lists = compared.lists.iter().filter(|(_, items)| !items.is_empty()).map(|(title, items)| {
        let items =
            items.iter().enumerate().map(|(key, item)| el!("li").key(key).child(el!("code").text(item.clone())));
        el!("div").key(*title).child(el!("h3").text(*title)).child(el!("ul").children(items))
    });
    let lists = el!("div", "class": "facts lists")
        .maybe(is_all_the_same.then(|| el!("p").text(words::SAME_STEPS)))
        .children(lists);
    el!("div", "class": "columns").child(tables).child(lists)
}

/// A table of figures. Names of files are set as such.
fn table(name: &'static str, rows: &[Row], are_files: bool) -> Element {
    let column = |text: &'static str| el!("th", "scope": "col").text(text);
    let head = el!("tr")
        .child(column(name))
        .child(column(words::PINNED_COLUMN))
        .child(column(words::NOW_COLUMN))
        .child(column(words::DIFFERENCE_COLUMN));
    // Number and noun stay together, and so do the parts where there is room.
    let part = |text: &str| el!("span", "class": "part").text(text.to_owned());
    let cell = |text: &str| el!("td").children(text.split_inclusive(", ").map(part));
    let rows = rows.iter().enumerate().map(|(key, row)| {
        let head = el!("th", "scope": "row");
        let head = if are_files { head.child(el!("code").text(row.name.clone())) } else { head.text(row.name.clone()) };
        let (by, is_less) = row.change.clone().unwrap_or_else(|| (words::NO_DIFFERENCE.to_owned(), false));
        let class = row.change.is_some().then(|| class(&[when(is_less, "less"), when(!is_less, "more")])).flatten();
        el!("tr")
            .key(key)
            .child(head)
            .child(cell(&row.pinned))
            .child(cell(&row.now))
            .child(el!("td", "class": class).text(by))
    });
    el!("table", "class": "compared").child(el!("thead").child(head)).child(el!("tbody").children(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_as_they_are_read() {
        fn check(was: u64, is: u64, expect: [&str; 3]) {
            let ([was, is], change) = elapsed(was, is);
            let change = change.map_or_else(|| "none".to_owned(), |(by, is_less)| format!("{by} {is_less}"));
            assert_eq!([was.as_str(), &is, &change], expect);
        }
        check(41_000, 29_000, ["41 s", "29 s", "12 s less true"]);
        check(35_400, 35_700, ["35.4 s", "35.7 s", "0.3 s more false"]);
        check(35_400, 35_420, ["35.4 s", "35.4 s", "none"]);
        check(76_400, 76_600, ["1 min 16 s", "1 min 17 s", "1 s more false"]);
        check(59_400, 76_600, ["59 s", "1 min 17 s", "18 s more false"]);
        check(3_600_000, 7_230_000, ["1 h", "2 h 1 min", "1 h 1 min more false"]);
        assert_eq!(number(4, 3), Some(("1 fewer".into(), true)));
        assert_eq!(number(3, 5), Some(("2 more".into(), false)));
        assert_eq!(number(3, 3), None);
    }

    #[test]
    fn the_verdict_tells_of_the_first_build_and_of_edits() {
        let run = |total| Schedule { total, ..Schedule::default() };
        let cost = |before, after| {
            let [before, after] =
                [before, after].map(|seconds: u64| EditCost { steps: vec![StepId(0)], total: seconds * 1000 });
            FileCost { path: "x".into(), before, after }
        };
        let of = |costs: &[FileCost]| verdict(&run(41_000), &run(29_000), costs).join(" ");
        let first = "The first build of this version takes 12 s less: 29 s in place of 41 s.";
        assert_eq!(of(&[]), first);
        assert_eq!(of(&[cost(1, 1)]), format!("{first} An edit of a file costs the same in both."));
        assert_eq!(of(&[cost(2, 1), cost(1, 1)]), format!("{first} An edit of 1 of 2 files costs less now."));
        let mixed = [cost(2, 1), cost(2, 1), cost(1, 2)];
        assert_eq!(of(&mixed), format!("{first} An edit of 2 of 3 files costs less now, of 1 more."));
        assert_eq!(verdict(&run(7_000), &run(7_000), &[]), ["The first build of both versions takes 7 s."]);
    }
}

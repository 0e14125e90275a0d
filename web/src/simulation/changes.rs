//! What changed since the last build: files of the build context, the version that was built, and what is taken for
//! granted of steps that run again.

use std::rc::Rc;

use stagewright::plan::StepId;
use yew::virtual_dom::ListenerKind as On;

use super::panel::SimulationProps;
use super::run::{Listed, Run, Simulated};
use super::settings::{Change, FileChange};
use crate::el;
use crate::element::{Element, class, when};
use crate::platform::document;
use crate::state::Action;
use crate::strings::simulation as words;

/// The id of the field for one more file.
const FIELD: &str = "context-file";

/// The side of the changes.
pub fn changes(props: &SimulationProps, simulated: &Simulated) -> Element {
    let columns = el!("div", "class": "columns")
        .child(before(props, simulated))
        .child(files(props, simulated))
        .child(not_cached(props, simulated))
        .maybe(again(props, simulated));
    el!("div").maybe(chains(props, &simulated.run)).child(columns)
}

/// What set off what runs again; nothing where nothing does. Where a chain begins is lit with its counterparts.
pub fn chains(props: &SimulationProps, run: &Run) -> Option<Element> {
    let chains = &run.chains;
    let rows = chains.iter().enumerate().map(|(key, chain)| {
        let labels = chain.begins.iter().take(MOST_STEPS);
        let labels = labels.map(|(step, label)| begins(props, run, *step, label));
        let more = chain.begins.len().saturating_sub(MOST_STEPS);
        let begins = el!("span", "class": "link")
            .children(labels)
            .maybe((more > 0).then(|| el!("span").text(words::more_steps(more))));
        let follows = words::follows(chain.n_follow, &chain.stages);
        el!("li")
            .key(key)
            .child(el!("span", "class": "cause").text(chain.cause.trim_end_matches('.').to_owned()))
            .child(begins)
            .maybe(follows.map(|follows| el!("span", "class": "link").text(follows)))
    });
    (!chains.is_empty())
        .then(|| el!("div", "class": "chains").child(el!("h3").text(words::CHAINS)).child(el!("ul").children(rows)))
}

/// A step where a chain begins.
fn begins(props: &SimulationProps, run: &Run, step: StepId, label: &str) -> Element {
    let spot = run.spot(step.0 as usize);
    let place = run.plan.steps.get(step.0 as usize).and_then(|step| Some(step.origins.first()?.range.start));
    let button = el!("button", "type": "button", "class": "quiet")
        .key(step.0)
        .send(On::onmouseenter, &props.dispatch, Action::Hover(spot))
        .send(On::onmouseleave, &props.dispatch, Action::Hover(None))
        .send(On::onfocus, &props.dispatch, Action::Focus(spot))
        .send(On::onblur, &props.dispatch, Action::Focus(None))
        .child(el!("code").text(label.to_owned()));
    match place {
        Some(place) => button.send(On::onclick, &props.go_to, place),
        None => button,
    }
}

/// As many steps are named where a chain begins.
const MOST_STEPS: usize = 3;

/// What was built before, and in what this build differs from it.
fn before(props: &SimulationProps, simulated: &Simulated) -> Element {
    let pin = || Change::Pin(Some(Rc::new(props.state.to_share())));
    let side = el!("div", "class": "facts").child(el!("h3").text(words::BEFORE));
    if props.settings.pinned.is_none() {
        // Pinned first, so that what is changed then can be told from what was.
        let change = |name: &'static str, place: &'static str| {
            let (dispatch, pin) = (props.dispatch.clone(), pin());
            document::has_any(place).then(|| {
                el!("button", "type": "button").text(name).on(On::onclick, move |_| {
                    dispatch.emit(Action::Simulate(pin.clone()));
                    document::focus_any(place);
                })
            })
        };
        let buttons = el!("div", "class": "actions")
            .maybe(change(words::THE_TEXT, TEXT))
            .maybe(change(words::THE_TARGET, TARGET))
            .maybe(change(words::A_BUILD_ARG, BUILD_ARG));
        return side
            .child(el!("p").text(words::NOT_PINNED))
            .child(el!("div", "class": "actions").child(props.button(pin()).text(words::PIN)))
            .child(el!("p").text(words::I_CHANGE))
            .child(buttons);
    }
    let since = simulated.since.iter().enumerate().map(|(key, (told, at))| {
        let show = at.map(|at| {
            el!("button", "type": "button", "class": "quiet").send(On::onclick, &props.go_to, at).text(words::SHOW)
        });
        el!("li").key(key).child(el!("span").text(told.clone())).maybe(show)
    });
    let is_same = simulated.since.is_empty().then(|| el!("p").text(words::NO_OTHER_YET));
    side.child(el!("p").text(words::PINNED))
        .maybe(is_same)
        .child(el!("ul", "class": "since", "aria-live": "polite").children(since))
        .child(
            el!("div", "class": "actions")
                .child(props.button(pin()).text(words::PIN))
                .child(props.button(Change::Pin(None)).text(words::UNPIN)),
        )
}

/// Where the text is changed.
const TEXT: &str = ".editor-host:not([hidden]), .editor textarea";
/// Where the target is.
const TARGET: &str = "#target";
/// Where a build arg is.
const BUILD_ARG: &str = ".args input";

/// What is not to be taken from the cache.
fn not_cached(props: &SimulationProps, simulated: &Simulated) -> Element {
    let settings = &props.settings;
    let no_cache = settings.no_cache;
    let check = |text: Element, checked: bool, disabled: bool, change: Change| {
        let dispatch = props.dispatch.clone();
        let field = el!("input", "type": "checkbox", "checked": checked.then_some("checked"), "disabled": disabled.then_some("disabled"))
            .on(On::onchange, move |_| dispatch.emit(Action::Simulate(change.clone())));
        el!("label", "class": "check").child(field).child(text)
    };
    let all = check(el!("span").text(words::NO_CACHE), no_cache, false, Change::NoCache(!no_cache));
    let stages = simulated.named.iter().map(|name| {
        let key = name.to_ascii_lowercase();
        let checked = settings.no_cache_stages.contains(&key);
        let name = el!("code").text(name.clone());
        el!("li").key(key.clone()).child(check(name, checked, no_cache, Change::NoCacheStage(key, !checked)))
    });
    let stages = (!simulated.named.is_empty()).then(|| {
        el!("fieldset", "class": "filter")
            .child(el!("legend").text(words::NO_CACHE_FILTER))
            .child(el!("ul").children(stages))
    });
    el!("div", "class": "facts")
        .child(el!("h3").text(words::NOT_CACHED))
        .child(all)
        .maybe(stages)
        .maybe(simulated.has_unnamed.then(|| el!("p").text(words::NO_CACHE_UNNAMED)))
}

/// The files of the build context.
fn files(props: &SimulationProps, simulated: &Simulated) -> Element {
    let rows = simulated.files.iter().map(|file| row(props, file));
    let dispatch = props.dispatch.clone();
    let form = el!("form", "class": "add")
        .on(On::onsubmit, move |event| {
            event.prevent_default();
            let path = document::field(FIELD).trim().to_owned();
            if !path.is_empty() {
                document::set_field(FIELD, "");
                dispatch.emit(Action::Simulate(Change::Listed(path, true)));
            }
        })
        .child(el!("input", "id": FIELD, "type": "text", "aria-label": words::ADD_FILE, "placeholder": words::ADD_FILE, "autocomplete": "off", "spellcheck": "false"))
        .child(el!("button", "type": "submit").text(words::ADD));
    let help = if simulated.files.is_empty() { words::NO_FILES } else { words::FILES_HELP };
    el!("div", "class": "facts")
        .child(el!("h3").text(words::FILES))
        .child(el!("p").text(help))
        .child(el!("ul", "class": "files").children(rows))
        .child(form)
}

/// A file, and what happened to it.
fn row(props: &SimulationProps, file: &Listed) -> Element {
    let choices = [
        (words::SAME, None),
        (words::EDITED, Some(FileChange::Edited)),
        (words::GONE, Some(FileChange::Removed)),
        (words::NEW, Some(FileChange::New)),
    ];
    let dispatch = props.dispatch.clone();
    let path = file.path.clone();
    let options = choices.into_iter().map(|(text, change)| {
        el!("option", "value": text, "selected": (change == file.change).then_some("selected")).text(text)
    });
    let select = el!("select", "aria-label": file.path.clone()).children(options).on(On::onchange, move |event| {
        let value = document::value(&event);
        let change = choices.into_iter().find(|(text, _)| *text == value).and_then(|(_, change)| change);
        dispatch.emit(Action::Simulate(Change::File(path.clone(), change)));
    });
    let remove = file.added.then(|| props.button(Change::Listed(file.path.clone(), false)).text(words::REMOVE));
    el!("li", "class": class(&[when(file.change.is_some(), "changed")]), "data-file": file.path.clone())
        .key(file.path.clone())
        .child(el!("code").text(file.path.clone()))
        .child(select)
        .maybe(remove)
}

/// The commands that run again, and whether they change anything.
fn again(props: &SimulationProps, simulated: &Simulated) -> Option<Element> {
    let rows = simulated.again.iter().map(|label| {
        let same = props.settings.is_same_again(label);
        let (dispatch, change) = (props.dispatch.clone(), Change::SameAgain(label.clone(), !same));
        let field = el!("input", "type": "checkbox", "checked": same.then_some("checked"))
            .on(On::onchange, move |_| dispatch.emit(Action::Simulate(change.clone())));
        el!("li").key(label.clone()).child(
            el!("label", "class": "check")
                .child(field)
                .child(el!("span").text(words::SAME_AGAIN).child(el!("code").text(label.clone()))),
        )
    });
    (rows.len() > 0).then(|| {
        el!("div", "class": "facts")
            .child(el!("h3").text(words::AGAIN))
            .child(el!("p").text(words::AGAIN_HELP))
            .child(el!("ul").children(rows))
    })
}

//! What the target takes and what its image is set to, each with the line that says so.
//!
//! What there is to tell is the core's ([`Outline`]); it is worked out while it is shown, and no longer.

use std::rc::Rc;

use stagewright::Analysis;
use stagewright::outline::{Arg, Field, Need, Origin, Outline, Setting, Target};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind as On;

use crate::analysis::Answer;
use crate::el;
use crate::element::{Element, class, when};
use crate::links::Lit;
use crate::state::{Action, Fold, Spot};
use crate::strings;

/// What is told of.
pub struct OutlineProps {
    /// What is shown.
    pub answer: Rc<Answer>,
    /// What is known of its target; none while it is folded.
    pub outline: Option<Rc<Outline>>,
    /// What is lit.
    pub lit: Rc<Lit>,
    /// Asks for a place in the text, in bytes.
    pub go_to: Callback<u32>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
}

/// The outline, folded or not.
pub fn outline(props: &OutlineProps) -> Element {
    let is_open = props.outline.is_some();
    let button = el!("button", "type": "button", "class": "quiet", "aria-expanded": is_open)
        .send(On::onclick, &props.dispatch, Action::Unfold(Fold::Outline))
        .text(strings::OUTLINE);
    let lists = props.outline.as_ref().map(|outline| lists(props, outline));
    el!("section", "class": "outline", "aria-label": strings::OUTLINE)
        .child(el!("h2").child(button).child(el!("span", "class": "count").text(strings::OUTLINE_HELP)))
        .maybe(lists)
}

fn lists(props: &OutlineProps, outline: &Outline) -> Element {
    let analysis = &props.answer.analysis;
    let needs = |needs: &[Need]| needs.iter().flat_map(need_rows).collect();
    let lists = [
        (strings::BUILD_ARGS, outline.args.iter().map(arg_row).collect()),
        (strings::SECRETS, needs(&outline.secrets)),
        (strings::SSH, needs(&outline.ssh)),
        (strings::CACHES, needs(&outline.caches)),
        (strings::IMAGE_CONFIG, outline.settings.iter().map(setting_row).collect()),
        (strings::TARGETS, outline.targets.iter().map(|target| target_row(analysis, target)).collect()),
    ];
    let none = outline.targets.is_empty().then(|| el!("p", "class": "none").text(strings::NO_OUTLINE));
    let lists = lists.into_iter().filter(|(_, rows): &(_, Vec<Row>)| !rows.is_empty());
    let views = lists.map(|(title, rows)| {
        let rows = rows.into_iter().enumerate().map(|(key, row)| row_view(props, row).key(key));
        el!("div", "class": "facts").key(title).child(el!("h3").text(title)).child(el!("ul").children(rows))
    });
    el!("div", "class": "outline-lists").maybe(none).children(views)
}

/// A line of the outline.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    /// What it is about, in Dockerfile text.
    name: String,
    /// Its value, likewise.
    value: String,
    /// What else there is to say, in words.
    note: String,
    /// What it is for, in the words of the file.
    about: String,
    /// Where the text says so.
    place: Option<u32>,
}

fn target_row(analysis: &Analysis, target: &Target) -> Row {
    let label = analysis.resolved.stage(target.stage).map(|stage| stage.label.as_str()).unwrap_or_default();
    Row {
        name: if target.name.is_some() { label.to_owned() } else { strings::without_name(label) },
        note: when(target.is_default, strings::DEFAULT_TARGET).to_owned(),
        about: target.description.clone().unwrap_or_default(),
        place: Some(target.range.start),
        ..Row::default()
    }
}

fn arg_row(arg: &Arg) -> Row {
    Row {
        name: arg.name.clone(),
        value: arg.value.clone().unwrap_or_default(),
        note: strings::arg_source(arg.source).to_owned(),
        about: arg.description.clone().unwrap_or_default(),
        place: Some(arg.range.start),
    }
}

/// One for each place where it is mounted.
fn need_rows(need: &Need) -> impl Iterator<Item = Row> {
    need.places.iter().map(|place| {
        let is_cache = !place.sharing.is_empty() || need.id == place.target;
        let note = match (&place.sharing, place.is_required) {
            (sharing, _) if !sharing.is_empty() => sharing,
            (_, true) => strings::REQUIRED,
            (_, false) => when(!is_cache, strings::OPTIONAL),
        };
        // The id of a cache is its folder, where it has no other.
        let target = if place.target == need.id { String::new() } else { place.target.clone() };
        Row {
            name: need.id.clone(),
            value: place.env.as_ref().map_or(target, |env| ["$", env].concat()),
            note: note.to_owned(),
            about: String::new(),
            place: Some(place.mount.start),
        }
    })
}

fn setting_row(setting: &Setting) -> Row {
    let is_list = matches!(setting.field, Field::Entrypoint | Field::Cmd | Field::Shell | Field::Healthcheck);
    let value = match (&setting.values[..], setting.key.as_str()) {
        ([], key) => key.to_owned(),
        (values, _) if is_list => json(values),
        ([value, ..], "") => value.clone(),
        ([value, ..], key) => [key, "=", value].concat(),
    };
    let (note, place) = match setting.origin {
        Origin::Instruction(_) if value.is_empty() => (strings::NO_VALUE, place_of(setting)),
        Origin::Instruction(_) => ("", place_of(setting)),
        Origin::BaseImage => (strings::FROM_IMAGE, None),
        Origin::BuildKit => (strings::FROM_BUILDKIT, None),
    };
    Row { name: instruction(setting.field).to_owned(), value, note: note.to_owned(), about: String::new(), place }
}

fn place_of(setting: &Setting) -> Option<u32> {
    match setting.origin {
        Origin::Instruction(place) => Some(place.range.start),
        Origin::BaseImage | Origin::BuildKit => None,
    }
}

/// The instruction that sets a field.
const fn instruction(field: Field) -> &'static str {
    match field {
        Field::Env => "ENV",
        Field::Entrypoint => "ENTRYPOINT",
        Field::Cmd => "CMD",
        Field::WorkingDir => "WORKDIR",
        Field::User => "USER",
        Field::Shell => "SHELL",
        Field::ExposedPorts => "EXPOSE",
        Field::Volumes => "VOLUME",
        Field::Labels => "LABEL",
        Field::Healthcheck => "HEALTHCHECK",
        Field::StopSignal => "STOPSIGNAL",
        Field::OnBuild => "ONBUILD",
    }
}

/// Words as the JSON form of an instruction has them.
fn json(words: &[String]) -> String {
    let quoted: Vec<String> =
        words.iter().map(|word| ["\"", &word.replace('\\', "\\\\").replace('"', "\\\""), "\""].concat()).collect();
    ["[", &quoted.join(", "), "]"].concat()
}

/// A row: what it says, and the line, where there is one. Like a step, it lights what belongs to it.
fn row_view(props: &OutlineProps, row: Row) -> Element {
    let Row { name, value, note, about, place } = row;
    let line = place.map(|place| props.answer.analysis.lines.line_of(place));
    let some = |class: &'static str, text: String| (!text.is_empty()).then(|| el!("span", "class": class).text(text));
    let code = (!value.is_empty()).then(|| el!("code", "class": "value").text(value));
    let inside = |row: Element| {
        row.child(el!("code", "class": "name").text(name))
            .maybe(code)
            .maybe(some("note", note))
            .maybe(some("about", about))
            .maybe(line.map(|line| el!("span", "class": "place").text(strings::line(line))))
    };
    let (Some(place), Some(line)) = (place, line) else {
        return el!("li").child(inside(el!("div", "class": "fact")));
    };
    let spot = Spot::Place(place);
    let is_lit = props.lit.lines.iter().any(|span| span.first <= line && line <= span.last);
    let button = el!("button", "type": "button", "class": class(&["fact", when(is_lit, "lit")]))
        .send(On::onfocus, &props.dispatch, Action::Focus(Some(spot)))
        .send(On::onblur, &props.dispatch, Action::Focus(None))
        .send(On::onclick, &props.go_to, place);
    el!("li")
        .send(On::onmouseenter, &props.dispatch, Action::Hover(Some(spot)))
        .send(On::onmouseleave, &props.dispatch, Action::Hover(None))
        .child(inside(button))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stagewright::{Request, analyze};

    /// The rows of a file, in words.
    fn rows(source: &str) -> Vec<String> {
        let analysis = analyze(&Request { source: source.into(), ..Request::default() });
        let outline = analysis.outline();
        let needs = outline.secrets.iter().chain(&outline.ssh).chain(&outline.caches);
        let rows = outline.args.iter().map(arg_row).chain(needs.flat_map(need_rows));
        let rows = rows.chain(outline.settings.iter().map(setting_row));
        let rows = rows.chain(outline.targets.iter().map(|target| target_row(&analysis, target)));
        let line = |place: Option<u32>| place.map_or(0, |place| analysis.lines.line_of(place));
        rows.map(|row| format!("{}|{}|{}|{}|{}", row.name, row.value, row.note, row.about, line(row.place))).collect()
    }

    #[test]
    fn each_value_has_its_line() {
        let source = "# V the version\nARG V=3\nFROM alpine:$V AS base\nENV A=1 B=\"x y\"\nARG T\n\
            RUN --mount=type=secret,id=key,required --mount=type=ssh --mount=type=cache,target=/c true\n\
            # app runs it\nFROM base AS app\nWORKDIR /app\nCMD [\"a\", \"b\\\"\"]\nEXPOSE 80\nLABEL l=m\n";
        assert_eq!(
            rows(source),
            [
                "V|3|default|the version|2",
                "T||not set||5",
                "key|/run/secrets/key|required||6",
                "default||optional||6",
                "/c||||6",
                "ENV|PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin|from the base image||0",
                "ENV|A=1|||4",
                "ENV|B=x y|||4",
                "CMD|[\"a\", \"b\\\"\"]|||10",
                "WORKDIR|/app|||9",
                "EXPOSE|80/tcp|||11",
                "LABEL|l=m|||12",
                "base||||3",
                "app||default|runs it|8",
            ]
        );
    }

    #[test]
    fn a_text_without_stages_has_no_rows() {
        assert_eq!(rows(""), [""; 0]);
        assert_eq!(rows("FROM scratch\n").last().map(String::as_str), Some("stage-0 (no name)||default||1"));
    }
}

//! The facets of an answer, and whether two answers agree in one.
//!
//! What is in no fixed order at BuildKit (vertices, the rules of a failed check) is compared as a set;
//! where it was seen to name any one of several errors, each of them will do; what it answers
//! differently from run to run is not compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

/// An aspect of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// Whether the target builds.
    Accepts,
    /// What the error says.
    ErrorMessage,
    /// Which lines it names.
    ErrorLines,
    /// The list of targets.
    Stages,
    /// The steps and how they hang together.
    Graph,
    /// The config of the image.
    ImageConfig,
    /// What the target takes: args, secrets and SSH agents.
    Outline,
    /// What the checks report.
    Lint,
    /// What ends the checks.
    LintError,
}

impl Facet {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Accepts,
        Self::ErrorMessage,
        Self::ErrorLines,
        Self::Stages,
        Self::Graph,
        Self::ImageConfig,
        Self::Outline,
        Self::Lint,
        Self::LintError,
    ];

    /// Its name in the recorded answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepts => "accepts",
            Self::ErrorMessage => "error_message",
            Self::ErrorLines => "error_lines",
            Self::Stages => "stages",
            Self::Graph => "graph",
            Self::ImageConfig => "image_config",
            Self::Outline => "outline",
            Self::Lint => "lint",
            Self::LintError => "lint_error",
        }
    }

    /// Whether `got` is an answer that BuildKit gave or could have given.
    #[must_use]
    pub fn agrees(self, want: &Value, got: &Value) -> bool {
        let is_unstable = items(&want["unstable"]).iter().any(|facet| facet == self.name());
        if is_unstable {
            return true;
        }
        match want["error_any"].as_array() {
            None => self.is_same(want, got),
            Some(errors) => errors.iter().any(|error| {
                let mut variant = want.clone();
                variant["error"] = error.clone();
                self.is_same(&variant, got)
            }),
        }
    }

    fn is_same(self, want: &Value, got: &Value) -> bool {
        if self != Self::Graph {
            return self.of(want) == self.of(got);
        }
        match (is_error(want), is_error(got)) {
            (false, false) => {
                let mut ids = BTreeMap::new();
                let [mut want, mut got] = [want, got].map(|answer| definitions(&answer["vertices"], &mut ids));
                want.sort_unstable();
                got.sort_unstable();
                want == got
            }
            (want, got) => want == got,
        }
    }

    /// What an answer says in this facet; of the graph, the labels only.
    #[must_use]
    pub fn of(self, answer: &Value) -> Value {
        match self {
            Self::Accepts => json!(!is_error(answer)),
            Self::ErrorMessage => message(&answer["error"]),
            Self::ErrorLines => json!(items(&answer["error"]["lines"])),
            Self::Stages => json!(items(&answer["stages"])),
            Self::Outline => outline(answer),
            Self::Lint => lint(answer),
            Self::LintError => lint_error(answer),
            _ if is_error(answer) => Value::Null,
            Self::Graph => items(&answer["vertices"]).iter().map(|vertex| vertex["name"].clone()).collect(),
            Self::ImageConfig => answer.get("image_config").cloned().unwrap_or_else(|| json!({})),
        }
    }

    /// The difference between two answers that do not agree, for people.
    #[must_use]
    pub fn difference(self, want: &Value, got: &Value) -> String {
        let mut out = String::new();
        if self == Self::Graph && !is_error(want) && !is_error(got) {
            let [want, got] = [want, got].map(|answer| lines(&answer["vertices"]));
            for (heading, some, others) in [("only BuildKit has", &want, &got), ("only we have", &got, &want)] {
                for line in some.iter().filter(|line| !others.contains(line)) {
                    let _ = writeln!(out, "      {heading}: {line}");
                }
            }
            return out;
        }
        let [want, got] = [want, got].map(|answer| shortened(&self.of(answer).to_string()));
        let _ = writeln!(out, "      BuildKit: {want}\n      we:       {got}");
        out
    }
}

fn is_error(answer: &Value) -> bool {
    answer.get("error").is_some_and(|error| error.as_object().is_some_and(|fields| !fields.is_empty()))
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The message of an error. The rules of a failed check come in any order.
fn message(error: &Value) -> Value {
    let message = error["message"].as_str();
    match message.and_then(|message| message.strip_prefix(VIOLATION)) {
        Some(rules) => {
            let mut rules: Vec<&str> = rules.split(", ").collect();
            rules.sort_unstable();
            json!(format!("{VIOLATION}{}", rules.join(", ")))
        }
        None => json!(message),
    }
}

/// What an outline says; what it lists stands in no fixed order.
fn outline(answer: &Value) -> Value {
    let mut out = answer.get("outline").cloned().unwrap_or_else(|| json!({}));
    for list in ["args", "secrets", "ssh"] {
        if let Some(items) = out.get_mut(list).and_then(Value::as_array_mut) {
            items.sort_by_cached_key(|item| item["name"].to_string());
        }
    }
    out
}

/// What the checks report, in an order of its own, since BuildKit has none.
fn lint(answer: &Value) -> Value {
    let mut found: Vec<String> =
        items(&answer["lint"]).iter().map(|it| json!([it["rule"], it["detail"], it["lines"]]).to_string()).collect();
    found.sort_unstable();
    json!(found)
}

/// What ends the checks: the rules that were violated, or some error of the build, whose text is compared
/// elsewhere.
fn lint_error(answer: &Value) -> Value {
    let message = message(&answer["lint_error"]);
    match message.as_str() {
        Some(text) if !text.starts_with(VIOLATION) => json!("build error"),
        _ => message,
    }
}

const VIOLATION: &str = "lint violation found for rules: ";

/// Each vertex by a number that stands for its whole definition, inputs included. `ids` makes the
/// numbers of two answers comparable.
fn definitions(vertices: &Value, ids: &mut BTreeMap<(String, Vec<usize>), usize>) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::new();
    for vertex in items(vertices) {
        let own = json!([vertex["name"], vertex["op"], vertex["detail"]]).to_string();
        let inputs = inputs(vertex).filter_map(|input| out.get(input).copied()).collect();
        let next = ids.len();
        out.push(*ids.entry((own, inputs)).or_insert(next));
    }
    out
}

fn inputs(vertex: &Value) -> impl Iterator<Item = usize> {
    items(&vertex["inputs"]).iter().filter_map(Value::as_u64).filter_map(|input| usize::try_from(input).ok())
}

/// Each vertex as a line, its inputs by their labels.
fn lines(vertices: &Value) -> Vec<String> {
    let name = |vertex: &Value| vertex["name"].as_str().unwrap_or_default().to_owned();
    let all = items(vertices);
    let line = |vertex: &Value| {
        let inputs: Vec<String> = inputs(vertex).filter_map(|input| all.get(input)).map(name).collect();
        let detail = vertex["detail"].as_str().unwrap_or_default();
        format!("{} ({detail}) after {inputs:?}", name(vertex))
    };
    all.iter().map(line).collect()
}

fn shortened(text: &str) -> String {
    const MOST: usize = 400;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(facet: Facet, want: &Value, got: &Value, agrees: bool) {
        assert_eq!(facet.agrees(want, got), agrees, "{facet:?} of {want} and {got}");
    }

    #[test]
    fn the_order_of_vertices_does_not_matter_but_their_inputs_do() {
        let want = json!({"vertices": [{"name": "a"}, {"name": "b"}, {"name": "c", "inputs": [0, 1]}]});
        let moved = json!({"vertices": [{"name": "b"}, {"name": "a"}, {"name": "c", "inputs": [1, 0]}]});
        let swapped = json!({"vertices": [{"name": "a"}, {"name": "b"}, {"name": "c", "inputs": [1, 0]}]});
        check(Facet::Graph, &want, &moved, true);
        check(Facet::Graph, &want, &swapped, false);
        check(Facet::Graph, &want, &json!({"vertices": [{"name": "a"}, {"name": "b"}]}), false);
        check(Facet::Graph, &want, &json!({"error": {"message": "no"}}), false);
    }

    #[test]
    fn any_of_several_errors_will_do() {
        let want = json!({"error": {"message": "x"}, "error_any": [{"message": "x"}, {"message": "y"}]});
        check(Facet::ErrorMessage, &want, &json!({"error": {"message": "y"}}), true);
        check(Facet::ErrorMessage, &want, &json!({"error": {"message": "z"}}), false);
        check(Facet::Accepts, &want, &json!({}), false);
    }

    #[test]
    fn what_buildkit_is_not_sure_of_is_not_compared() {
        let want = json!({"unstable": ["image_config"], "image_config": {"User": "a"}});
        check(Facet::ImageConfig, &want, &json!({"image_config": {"User": "b"}}), true);
        check(Facet::Stages, &want, &json!({"stages": [{"name": "b"}]}), false);
    }

    #[test]
    fn the_rules_of_a_failed_check_come_in_any_order() {
        let want = json!({"error": {"message": "lint violation found for rules: B, A"}});
        let got = json!({"error": {"message": "lint violation found for rules: A, B"}});
        check(Facet::ErrorMessage, &want, &got, true);
    }
}

//! `TestsLeftOut`: tests in stages that are not built by default.

use crate::graph::{Reach, StageGraph};
use crate::resolve::{Action, Stage, StageId};
use crate::script::{commands, scripts};

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("TestsLeftOut");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Stagewright,
    help: "build it with `--target` as well, or copy something from it in a stage that is built",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A stage that seems to run tests or checks, by its name or by its commands, is not built without \
              `--target`, because nothing that the last stage needs uses it. There is one note for a file, at \
              the first such stage.",
    why: "The classic builder ran every stage above the target. BuildKit leaves out what the target does not \
          need, so that `docker build` succeeds where the tests would fail.",
    bad: "FROM golang:1.24 AS build\nCOPY . .\nRUN go build -o /app .\n\nFROM build AS test\nRUN go test ./...\n\n\
          FROM alpine\nCOPY --from=build /app /app\n",
    good: "FROM golang:1.24 AS build\nCOPY . .\nRUN go build -o /app .\n\nFROM build AS test\nRUN go test ./... && touch /passed\n\n\
           FROM alpine\nCOPY --from=build /app /app\nCOPY --from=test /passed /tmp/\n",
    dockerignore: "",
};

/// Words in the names of stages that test something.
const NAMES: [&str; 14] = [
    "test", "tests", "tester", "testing", "unittest", "e2e", "lint", "linter", "check", "checks", "verify", "validate",
    "audit", "security",
];

/// Programs that do nothing but test.
const RUNNERS: [&str; 14] = [
    "pytest",
    "tox",
    "nox",
    "jest",
    "vitest",
    "mocha",
    "rspec",
    "phpunit",
    "ctest",
    "golangci-lint",
    "eslint",
    "flake8",
    "mypy",
    "hadolint",
];

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    let stages = &subject.resolved.stages;
    let Some(last) = stages.len().checked_sub(1).filter(|_| !subject.is_unfinished()) else { return };
    let graph = subject.graph;
    let last = StageGraph::node_of(StageId(crate::text::offset(last)));
    let reach = Reach::of(graph.nodes.len(), &graph.edges, last);
    let is_used = subject.used_stages();
    let is_chosen = subject.chosen_names();
    let is_left_out = |stage: &&Stage| {
        let is_idle = !is_used[stage.id.0 as usize] && !reach.needs(StageGraph::node_of(stage.id));
        is_idle && stage.is_named() && seems_to_test(subject, stage) && !is_chosen(&stage.label)
    };
    let found: Vec<&Stage> = stages.iter().filter(is_left_out).collect();
    let Some(first) = found.first() else { return };
    let (Some(it), Some(name)) = (subject.from(first), &first.name) else { return };
    let mut names = String::new();
    for (index, stage) in found.iter().enumerate() {
        names.push_str(if index == 0 {
            ""
        } else if index + 1 == found.len() {
            " and "
        } else {
            ", "
        });
        names.push_str(&stage.label);
    }
    let noun = if found.len() == 1 { "the stage" } else { "the stages" };
    let message = format!("A build without --target does not run the tests of {noun} {names}");
    sink.report(&Place::of_from(it), name.range, message, Vec::new());
}

/// Whether a stage seems to test something: it runs something, and its name or a command says so.
pub(super) fn seems_to_test(subject: &Subject<'_>, stage: &Stage) -> bool {
    let named = stage.label.split(['-', '_', '.']).any(|word| NAMES.contains(&word));
    subject.sites_of(stage.id).iter().any(|site| match &site.command.action {
        Action::Run(run) => {
            let scripts = scripts(&site.instruction.kind, &site.instruction.heredocs, run.shell());
            named || scripts.iter().flat_map(commands).any(|words| is_test(&words))
        }
        _ => false,
    })
}

fn is_test(words: &[&str]) -> bool {
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let (second, third) = (word(1), word(2));
    match word(0) {
        "npm" | "yarn" | "pnpm" | "bun" => second == "test" || (second == "run" && third.starts_with("test")),
        "go" | "cargo" | "dotnet" | "mix" | "make" | "bazel" | "mvn" | "./mvnw" | "gradle" | "./gradlew" => {
            second == "test" || second == "check"
        }
        "python" | "python3" => second == "-m" && matches!(third, "pytest" | "unittest"),
        first => RUNNERS.contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn stages_with_tests_are_told_by_name_or_command() {
        let message = "A build without --target does not run the tests of the stage t";
        for command in
            ["go test ./...", "cd /x && npm run test:unit", "python -m pytest", "CI=1 pytest -q", "make check"]
        {
            check(ID, &format!("FROM a AS t\nRUN {command}\nFROM b\n"), &[("1:t", message)]);
        }
        for command in ["go build", "pip install pytest", "echo test", "apk add make"] {
            check(ID, &format!("FROM a AS t\nRUN {command}\nFROM b\n"), &[]);
        }
    }

    #[test]
    fn one_note_names_them_all() {
        let message = "A build without --target does not run the tests of the stages unit-test, lint and check";
        let source = "FROM a AS unit-test\nRUN x\nFROM a AS lint\nRUN x\nFROM a AS Check\nRUN x\nFROM b\n";
        check(ID, source, &[("1:unit-test", message)]);
    }

    #[test]
    fn tests_that_are_built_are_fine() {
        check(ID, "FROM a AS test\nRUN x\nFROM b\nCOPY --from=test / /\n", &[]);
        check(ID, "FROM a AS test-base\nRUN x\nFROM test-base AS dev\nFROM b\n", &[]);
        check(ID, "FROM a\nRUN pytest\n", &[]);
        check(ID, "FROM a AS test\nFROM b\n", &[]);
    }
}

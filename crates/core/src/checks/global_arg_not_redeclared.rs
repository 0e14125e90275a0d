//! `GlobalArgNotRedeclared`: a stage sees the arguments above the first FROM only where it declares them.

use crate::diagnostic::Fix;
use crate::lookup::Lookup;
use crate::resolve::{Action, Base, Stage};
use crate::syntax::{InstructionKind, Variables};
use crate::text::{TextRange, offset};

use super::rule::{Docs, Level, Origin, Rule, RuleId};
use super::script::{Mention, mentions, scripts};
use super::sink::{Sink, replace};
use super::{Place, Site, Subject};

const ID: RuleId = RuleId("GlobalArgNotRedeclared");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Stagewright,
    level: Level::Warning,
    help: "declare it in the stage, too: `ARG NAME` without a value takes over the value from above",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A stage uses an `ARG` that stands before the first `FROM`, or one that BuildKit predefines, such as \
              `TARGETARCH`, and does not declare it. In `RUN`, variables that the script sets itself, or has a \
              default for, are left alone, and so is `NODE_VERSION` in an image of `node` and the like, which \
              the image may set. Each name is reported once for a stage.",
    why: "What is declared before the first `FROM` is for `FROM` lines. Inside a stage the variable is empty, and \
          neither BuildKit nor the shell stops at that.",
    bad: "ARG APP_VERSION=1.4\nFROM alpine\nRUN wget https://example.com/app-$APP_VERSION.tar.gz\n",
    good: "ARG APP_VERSION=1.4\nFROM alpine\nARG APP_VERSION\nRUN wget https://example.com/app-$APP_VERSION.tar.gz\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    let resolved = subject.resolved;
    let mut globals: Lookup<&str, bool> = Lookup::default();
    resolved.globals.names().for_each(|name| globals.insert(name, false));
    resolved.global_args.iter().for_each(|arg| globals.insert(&arg.name.text, true));
    for stage in &resolved.stages {
        let base = match &stage.base {
            Base::Stage(base) => resolved.stage(*base),
            _ => None,
        };
        let is_inherited = |name: &str| {
            base.is_some_and(|base| base.args.binary_search_by(|arg| arg.name.as_str().cmp(name)).is_ok())
        };
        // What the stage declares, and what was reported of it.
        let mut known: Lookup<String, ()> = Lookup::default();
        for site in subject.sites_of(stage.id) {
            for (name, range) in missing(subject, site, &globals) {
                let Some(is_declared) = globals.get(name.as_str()) else { continue };
                if known.get(&name).is_some() || is_inherited(&name) || may_be_of_image(subject, stage, &name) {
                    continue;
                }
                let message = if *is_declared {
                    format!("{name} is declared before the first FROM, but not in this stage, where it is empty")
                } else {
                    format!("{name} is predefined for FROM only: a stage that does not declare it sees nothing")
                };
                sink.report(&Place::of_site(site), range, message, vec![declare(subject, site, &name)]);
                known.add(name);
            }
            if matches!(site.instruction.kind, InstructionKind::Arg(_)) {
                for (name, _) in &site.command.sets {
                    known.add(name.clone());
                }
            }
        }
    }
}

/// The variables that an instruction uses and that nothing sets, of those that FROM lines have.
fn missing(subject: &Subject<'_>, site: &Site<'_>, globals: &Lookup<&str, bool>) -> Vec<(String, TextRange)> {
    let undefined = site.command.undefined.iter().filter(|variable| globals.get(variable.name.as_str()).is_some());
    let mut out: Vec<_> = undefined.map(|variable| (variable.name.clone(), variable.range())).collect();
    let Action::Run(run) = &site.command.action else { return out };
    let mut own: Lookup<String, ()> = Lookup::default();
    for name in run.mounts.iter().filter_map(|mount| mount.env.as_ref()) {
        own.add(name.clone());
    }
    for script in scripts(site.instruction, run) {
        mentions(&script, &mut |mention, name, part| {
            if globals.get(name).is_none() {
                return;
            }
            if mention == Mention::Set {
                own.add(name.to_owned());
            } else if own.get(name).is_none() && run.env.get(name).is_none() {
                own.add(name.to_owned());
                let range = script.range(subject.source, site.instruction, subject.syntax.escape(), part);
                out.push((name.to_owned(), range));
            }
        });
    }
    out
}

/// Whether the image that a stage goes back to is one that sets the variable itself, as `node` sets
/// `NODE_VERSION`.
fn may_be_of_image(subject: &Subject<'_>, stage: &Stage, name: &str) -> bool {
    let Some(product) = name.strip_suffix("_VERSION") else { return false };
    let mut root = stage;
    while let Base::Stage(base) = root.base {
        // A stage starts from one above it.
        let Some(base) = subject.resolved.stage(base).filter(|base| base.id < root.id) else { return false };
        root = base;
    }
    match &root.base {
        Base::Image(image) => image.path.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(product)),
        _ => false,
    }
}

/// A fix that declares an ARG above an instruction and the comments on it.
fn declare(subject: &Subject<'_>, site: &Site<'_>, name: &str) -> Fix {
    let index = site.command.instruction.0 as usize;
    let before = index.checked_sub(1).and_then(|before| subject.syntax.instructions.get(before));
    let mut start = site.command.range.start;
    let floor = before.map_or(0, |before| before.range.end);
    let line_start = |end: u32| {
        let text = TextRange::new(floor, end).of(subject.source);
        text.rfind('\n').map(|end| floor + offset(end) + 1)
    };
    start = line_start(start).unwrap_or(start);
    while let Some(above) = line_start(start.saturating_sub(1)) {
        if above >= start || !TextRange::new(above, start).of(subject.source).trim_start().starts_with('#') {
            break;
        }
        start = above;
    }
    replace(format!("declare {name} in this stage"), TextRange::new(start, start), format!("ARG {name}\n"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    const EMPTY: &str = "V is declared before the first FROM, but not in this stage, where it is empty";

    #[test]
    fn uses_in_words_and_in_scripts_are_found() {
        check(ID, "ARG V=1\nFROM a\nRUN x \\\n  ${V} $V\n", &[("4:${V}", EMPTY)]);
        check(ID, "ARG V\nFROM a\nUSER $V\n", &[("3:$V", EMPTY)]);
        check(ID, "ARG V=1\nFROM a\nRUN [\"sh\", \"-c\", \"echo $V\"]\n", &[("3:RUN [\"sh\", \"-c\", \"echo $V\"]", EMPTY)]);
        check(ID, "ARG V=1\nFROM a\nRUN <<E\necho\necho $V\nE\n", &[("5:$V", EMPTY)]);
        check(ID, "ARG V=1\nFROM a\nRUN cat <<E > x\nit's $V\nE\n", &[("4:$V", EMPTY)]);
        let message = "TARGETARCH is predefined for FROM only: a stage that does not declare it sees nothing";
        check(ID, "FROM a\nRUN GOARCH=$TARGETARCH go build\n", &[("2:$TARGETARCH", message)]);
    }

    #[test]
    fn what_is_set_in_any_way_is_fine() {
        for source in [
            "ARG V=1\nFROM a\nARG V\nRUN echo $V\n",
            "ARG V=1\nFROM a AS b\nARG V\nFROM b\nRUN echo $V\n",
            "ARG V\nFROM a\nARG V\nRUN echo $V\n",
            "ARG V=1\nFROM a\nENV V=2\nRUN echo $V\n",
            "ARG V=1\nFROM a\nRUN V=2; echo $V\n",
            "ARG V=1\nFROM a\nRUN echo '$V' \\$V ${V:-2}\n",
            "ARG V=1\nFROM a\nRUN . /etc/v && echo $V\n",
            "ARG V=1\nFROM a\nRUN --mount=type=secret,id=v,env=V echo $V\n",
            "ARG V=1\nFROM a\nRUN cat <<'E' > x\n$V\nE\n",
            "ARG V=1\nFROM a\nCMD echo $V\n",
            "ARG NODE_VERSION=22\nFROM node:$NODE_VERSION AS a\nFROM a\nRUN echo $NODE_VERSION\n",
            "ARG V=1\nFROM a\nSHELL [\"powershell\", \"-Command\"]\nRUN echo $V\n",
        ] {
            check(ID, source, &[]);
        }
    }

    #[test]
    fn each_name_is_reported_once_for_a_stage() {
        let source = "ARG V=1\nFROM a\nRUN echo $V\nUSER $V\nFROM b\nRUN echo $V\nARG V\nRUN echo $V\n";
        check(ID, source, &[("3:$V", EMPTY), ("6:$V", EMPTY)]);
    }

    #[test]
    fn it_can_be_declared_above_the_instruction_and_its_comments() {
        let source = "ARG V=1\nFROM a\n# why\n  # and how\n  RUN echo $V\n";
        check_fix(ID, source, "ARG V=1\nFROM a\nARG V\n# why\n  # and how\n  RUN echo $V\n");
    }
}

//! `RepeatedSteps`: what several stages begin with belongs in a stage of its own.

use std::borrow::Cow;

use crate::diagnostic::Fix;
use crate::lookup::Lookup;
use crate::resolve::{Base, Stage, StageId};
use crate::syntax::{Instruction, InstructionKind};
use crate::text::{TextEdit, TextRange};

use super::rule::{Docs, Level, Origin, Rule, RuleId};
use super::sink::{Sink, remove_line};
use super::{Place, Site, Subject};

const ID: RuleId = RuleId("RepeatedSteps");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Stagewright,
    level: Level::Note,
    help: "put them into a stage of their own, and start both stages from that",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "Two stages start from the same, and begin with the same instructions, two of which or more are `RUN`, \
              `COPY` or `ADD`, at least one of them `RUN`.",
    why: "BuildKit sees that the steps are the same and runs them once, but only as long as they are the same to \
          the letter. The first change that is made in one of the two places only doubles the work, and the two \
          images drift apart.",
    bad: "FROM alpine AS app\nRUN apk add curl\nRUN adduser -D app\nCOPY app /app\n\n\
          FROM alpine AS worker\nRUN apk add curl\nRUN adduser -D app\nCOPY worker /worker\n\n\
          FROM app\nCOPY --from=worker /worker /worker\n",
    good: "FROM alpine AS base\nRUN apk add curl\nRUN adduser -D app\n\nFROM base AS app\nCOPY app /app\n\n\
           FROM base AS worker\nCOPY worker /worker\n\nFROM app\nCOPY --from=worker /worker /worker\n",
    dockerignore: "",
};

/// A row of instructions behind a FROM: the first stage that begins with it, and how many instructions of
/// that stage it is.
#[derive(Clone, Copy)]
struct Row {
    number: usize,
    stage: StageId,
}

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    // Each row is known by the number of the row before it and its last instruction.
    let mut rows: Lookup<(usize, Cow<'_, str>), Row> = Lookup::default();
    for stage in &subject.resolved.stages {
        let Some(it) = subject.from(stage) else { continue };
        let Some(start) = start_of(stage) else { continue };
        let mut row = step(&mut rows, (0, start.into()), stage.id);
        let (mut n_same, mut n_steps, mut n_runs, mut like) = (0, 0, 0, None);
        let own = || subject.sites_of(stage.id).iter().filter(|site| !site.command.onbuild);
        for site in own() {
            row = step(&mut rows, (row.number, text_of(site.instruction)), stage.id);
            if row.stage == stage.id {
                continue;
            }
            n_same += 1;
            like = Some(row.stage);
            let kind = &site.instruction.kind;
            n_runs += usize::from(matches!(kind, InstructionKind::Run(_)));
            n_steps += usize::from(matches!(kind, InstructionKind::Run(_) | InstructionKind::Copy(_) | InstructionKind::Add(_)));
        }
        let Some(like) = like.and_then(|like| subject.resolved.stage(like)) else { continue };
        if n_steps < 2 || n_runs == 0 {
            continue;
        }
        let same: Vec<&Site<'_>> = own().take(n_same).collect();
        let message = format!("The first {n_same} instructions are those of the stage {}, which starts from the same", like.label);
        let fix = start_from(subject, stage, like, &same);
        sink.report(&Place::of_from(it), it.range, message, fix.into_iter().collect());
    }
}

/// The row behind `key`; a new one where it is not known yet.
fn step<'a>(rows: &mut Lookup<(usize, Cow<'a, str>), Row>, key: (usize, Cow<'a, str>), stage: StageId) -> Row {
    let number = rows.len() + 1;
    *rows.or_insert(key, Row { number, stage })
}

/// What a stage starts from, as a text; none where that is not known.
fn start_of(stage: &Stage) -> Option<String> {
    let base = match &stage.base {
        Base::Stage(StageId(base)) => format!("{base}"),
        Base::Image(image) => format!("{} {}", image.full(), stage.platform.format()),
        Base::Scratch => "scratch".to_owned(),
        Base::Invalid => return None,
    };
    Some(base)
}

/// What an instruction says, here-documents included.
fn text_of(it: &Instruction) -> Cow<'_, str> {
    if it.heredocs.is_empty() {
        return Cow::Borrowed(&it.code);
    }
    let mut text = it.code.clone();
    for heredoc in &it.heredocs {
        text.push('\n');
        text.push_str(&heredoc.content);
    }
    Cow::Owned(text)
}

/// A fix that lets a stage start from another one, all of whose instructions it repeats.
fn start_from(subject: &Subject<'_>, stage: &Stage, other: &Stage, same: &[&Site<'_>]) -> Option<Fix> {
    let n_own = subject.sites_of(other.id).iter().filter(|site| !site.command.onbuild).count();
    let keeps = |site: &&&Site<'_>| matches!(site.instruction.kind, InstructionKind::Onbuild(_));
    let is_whole = n_own == same.len() && same.iter().find(keeps).is_none() && other.commands.len() == n_own;
    let is_plain = stage.platform_flag.is_none() && other.is_named();
    let (first, last) = (same.first()?, same.last()?);
    if !is_whole || !is_plain || stage.commands.len() != subject.sites_of(stage.id).len() {
        return None;
    }
    let range = first.instruction.range.cover(last.instruction.range);
    let mut fix = remove_line(format!("start from {}", other.label), subject.source, range);
    fix.edits.insert(0, TextEdit { range: base_range(stage), text: other.label.clone() });
    Some(fix)
}

fn base_range(stage: &Stage) -> TextRange {
    stage.base_name.written.range
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn stages_that_begin_alike_are_reported() {
        let message = "The first 3 instructions are those of the stage a, which starts from the same";
        let found = [("5:FROM x:latest AS b", message)];
        check(ID, "FROM x AS a\nWORKDIR /w\nCOPY a b\nRUN c\nFROM x:latest AS b\nWORKDIR /w\nCOPY a b\nRUN c\nRUN d\n", &found);
        check(ID, "FROM x AS a\nRUN b\nRUN c\nFROM x\nRUN b\nRUN d\n", &[]);
        check(ID, "FROM x AS a\nCOPY b b\nCOPY c c\nFROM x\nCOPY b b\nCOPY c c\n", &[]);
        check(ID, "FROM x AS a\nRUN b\nRUN c\nFROM y\nRUN b\nRUN c\n", &[]);
        check(ID, "FROM x AS a\nRUN <<E\n1\nE\nRUN c\nFROM x\nRUN <<E\n2\nE\nRUN c\n", &[]);
    }

    #[test]
    fn the_later_stage_can_start_from_the_earlier_one() {
        let source = "FROM x AS a\nRUN b\nRUN c\nFROM x AS d\n# b\nRUN b\nRUN c\nUSER u\n";
        check_fix(ID, source, "FROM x AS a\nRUN b\nRUN c\nFROM a AS d\n# b\nUSER u\n");
        let source = "FROM x AS a\nRUN b\nRUN c\nUSER v\nFROM x AS d\nRUN b\nRUN c\nUSER u\n";
        check_fix(ID, source, source);
    }
}

//! The build of the classic builder, in the terms of a run.

use std::collections::{BTreeMap, BTreeSet};

use stagewright::plan::{Origin, Plan, StepId};
use stagewright::resolve::{Base, CommandId, StageId};
use stagewright::simulate::cache::Effects;
use stagewright::simulate::classic::{self, Outcome, Request, Store};
use stagewright::simulate::{Context, estimate_run};
use stagewright::simulate::{DurationSource, Durations, StepDuration};
use stagewright::syntax::Keyword;

use super::chains;
use super::kit::Scenario;
use super::run::{DOCKERFILE, Parts, step};
use super::settings::WhichBuild;
use crate::analysis::Answer;
use crate::strings::causes;

/// An instruction that only changes the image's config: an image is committed.
const COMMIT: u32 = 40;
/// Files are copied.
const COPY: u32 = 300;
/// An image is pulled.
const PULL: u32 = 4_000;

/// The build that is asked for. What BuildKit's steps take is known: the same instructions take as long here.
#[must_use]
pub fn parts(scenario: &Scenario<'_>, known: &Durations) -> Parts {
    let mut store = Store::default();
    let is_next = scenario.settings.build == WhichBuild::Next;
    let mut pulled = BTreeSet::new();
    if is_next {
        let first = build(scenario, scenario.before(), &scenario.contexts[0], false, &mut store);
        pulled.extend(first.steps.iter().filter_map(|it| image(scenario.before(), it.stage?)));
    }
    let done = build(scenario, scenario.now, &scenario.contexts[1], scenario.settings.no_cache, &mut store);
    let mut parts = Parts {
        stages: (done.n_stages as usize, scenario.now.analysis.resolved.stages.len()),
        refusal: done.refusal.as_ref().map(|refusal| (refusal.message.clone(), refusal.range.start)),
        ..Parts::default()
    };
    let mut plan = Plan::default();
    let known = known_of(scenario.now, known);
    for it in &done.steps {
        let label = it.label(done.n_steps);
        let origin =
            it.stage.map(|stage| Origin { stage, command: command_at(scenario.now, stage, it), range: it.range });
        let is_from = it.keyword == Keyword::From;
        // It is pulled once.
        let is_pulled =
            is_from && it.stage.and_then(|stage| image(scenario.now, stage)).is_some_and(|it| pulled.insert(it));
        let typed = scenario.settings.typed(&label);
        let duration = match typed {
            Some(millis) => StepDuration { millis, source: DurationSource::Typed },
            None => origin.as_ref().and_then(|it| known.get(&(it.stage, it.command?)).copied()).unwrap_or_else(|| {
                let millis = if is_pulled { PULL } else { millis(it.keyword, &it.text) };
                StepDuration { millis, source: DurationSource::Estimate }
            }),
        };
        parts.durations.steps.push(duration);
        // In the next build, nothing is done for an image that is there.
        parts.cached.push(it.is_cached() || is_next && is_from && !is_pulled);
        parts.why.push(why(&it.cache, scenario.now).filter(|_| is_next));
        plan.steps.push(step(plan.steps.len(), label, origin.into_iter().collect()));
    }
    if is_next {
        let because = |root: &StepId| parts.why.get(root.0 as usize)?.clone();
        let roots = roots(&done.steps).into_iter();
        let roots: Vec<_> = roots.filter_map(|(root, follow)| Some((because(&root)?, root, follow))).collect();
        parts.chains = chains::chains(&roots, &plan, &scenario.now.analysis);
    }
    parts.plan = plan;
    parts
}

/// The command that a step carries out; none for a FROM.
fn command_at(answer: &Answer, stage: StageId, step: &classic::Step) -> Option<CommandId> {
    let line = answer.analysis.lines.line_of(step.range.start);
    let commands = &answer.analysis.resolved.stage(stage)?.commands;
    let is_it = |command: &stagewright::resolve::Command| !command.onbuild && command.lines.first == line;
    commands.iter().position(is_it).map(|command| CommandId(command as u32))
}

/// How long BuildKit's steps take, by the commands that they carry out, where somebody said so.
fn known_of(answer: &Answer, known: &Durations) -> BTreeMap<(StageId, CommandId), StepDuration> {
    let mut out = BTreeMap::new();
    let said = answer.analysis.plan.steps.iter().zip(&known.steps);
    for (step, duration) in said.filter(|(_, it)| it.source != DurationSource::Estimate) {
        for origin in &step.origins {
            if let Some(command) = origin.command {
                out.entry((origin.stage, command)).or_insert(*duration);
            }
        }
    }
    out
}

/// Where that begins which runs again, and what each sets off.
fn roots(steps: &[classic::Step]) -> Vec<(StepId, Vec<StepId>)> {
    let mut out: Vec<(StepId, Vec<StepId>)> = Vec::new();
    // Of each step and of the last one of each stage: the root by which it runs again, where it does.
    let mut of_step: BTreeMap<u32, Option<usize>> = BTreeMap::new();
    let mut of_stage: BTreeMap<StageId, Option<usize>> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate() {
        let root = match &step.cache {
            Outcome::Runs(cause) => {
                let by = match cause {
                    classic::Cause::Step(number) => of_step.get(number),
                    classic::Cause::Base(id) | classic::Cause::Stage(id) => of_stage.get(id),
                    _ => None,
                };
                let id = StepId(index as u32);
                let root = by.copied().flatten();
                match root {
                    Some(root) => out[root].1.push(id),
                    None => out.push((id, Vec::new())),
                }
                Some(root.unwrap_or(out.len() - 1))
            }
            _ => None,
        };
        of_step.entry(step.number).or_insert(root);
        of_stage.extend(step.stage.map(|stage| (stage, root)));
    }
    out
}

fn build(
    scenario: &Scenario<'_>,
    answer: &Answer,
    context: &Context,
    no_cache: bool,
    store: &mut Store,
) -> classic::Build {
    let request = |effects| Request {
        source: &answer.request.source,
        target: answer.request.target.as_deref(),
        build_args: &answer.request.build_args,
        platform: &answer.request.platform,
        context,
        dockerfile: Some(DOCKERFILE),
        effects,
        otherwise: &Effects::Everything,
        no_cache,
    };
    let steady: BTreeSet<&str> = scenario.settings.same_again.iter().map(|label| command(label)).collect();
    let mut effects = Vec::new();
    if !steady.is_empty() {
        // Which instructions these are is known once the file is read.
        let steps = classic::build(&request(&[]), &mut Store::default()).steps;
        let runs = steps.iter().filter(|step| steady.contains(step.text.as_str()));
        effects.extend(runs.map(|step| (step.instruction, Effects::Nothing)));
    }
    classic::build(&request(&effects), store)
}

/// The instruction of BuildKit's label, or of a line of the classic builder.
fn command(label: &str) -> &str {
    let of_step = label.strip_prefix("Step ").and_then(|rest| rest.split_once(" : ")).map(|(_, text)| text);
    let of_label = label.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map(|(_, text)| text);
    of_step.or(of_label).unwrap_or(label)
}

/// The image that a stage starts from; none where it starts from another stage, or from nothing.
fn image(answer: &Answer, stage: StageId) -> Option<String> {
    match &answer.analysis.resolved.stage(stage)?.base {
        Base::Image(image) => Some(image.full()),
        _ => None,
    }
}

/// How long an instruction may take.
fn millis(keyword: Keyword, text: &str) -> u32 {
    match keyword {
        Keyword::Run => estimate_run(text.get(3..).unwrap_or_default().trim_start()),
        Keyword::Copy | Keyword::Add => COPY,
        _ => COMMIT,
    }
}

/// Why a step is carried out, in a sentence.
fn why(outcome: &Outcome, answer: &Answer) -> Option<String> {
    let Outcome::Runs(cause) = outcome else { return None };
    let stage = |id: StageId| answer.analysis.resolved.stage(id).map(|stage| stage.label.clone()).unwrap_or_default();
    Some(causes::classic_cause(cause, stage))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instruction_is_what_stands_behind_the_label() {
        assert_eq!(command("[base 2/6] RUN make"), "RUN make");
        assert_eq!(command("Step 3/8 : RUN make"), "RUN make");
        assert_eq!(command("RUN make"), "RUN make");
    }
}

//! What holds of two builds in a row, whatever is built.

use stagewright::plan::{Op, Plan, StepId};
use stagewright::simulate::Context;
use stagewright::simulate::cache::{Build, Builds, Cause, Effects, Outcome, Rebuilt, rebuild};
use stagewright::{Analysis, Request, analyze};

use crate::answer::cache::build_of;
use crate::promises::Broken;

/// Builds something twice, with nothing changed, with one file changed, with another text, and without the cache, and
/// looks at what runs.
///
/// # Errors
/// The first promise that is broken.
pub fn check(analysis: &Analysis, request: &Request) -> Result<(), Broken> {
    let context = Context::guess(&analysis.resolved);
    let build = build_of(analysis, &context);
    let same = twice(build, build);
    check_whole(&analysis.plan, &same)?;
    check_same(&analysis.plan, &same)?;
    for path in context.files.keys().take(2) {
        let mut changed = context.clone();
        changed.files.insert(path.clone(), "something else".into());
        let rebuilt = twice(build, build_of(analysis, &changed));
        check_whole(&analysis.plan, &rebuilt)?;
        check_inputs(&analysis.plan, &rebuilt)?;
    }
    let source = request.source.replacen("RUN ", "ENV other=1\nRUN other ", 1);
    let other = analyze(&Request { source, without_checks: true, ..request.clone() });
    check_whole(&other.plan, &twice(build, build_of(&other, &context)))?;
    check_whole(&analysis.plan, &twice(build_of(&other, &context), build))?;
    let forced = twice(build, Build { no_cache: true, ..build });
    check_whole(&analysis.plan, &forced)
}

fn twice(first: Build<'_>, second: Build<'_>) -> Rebuilt {
    rebuild(&Builds { first, second, effects: &[], otherwise: &Effects::Everything })
}

/// Every step has an outcome, every cause is a step before it, and the chains of all that runs begin at the
/// roots.
fn check_whole(plan: &Plan, rebuilt: &Rebuilt) -> Result<(), Broken> {
    let Rebuilt { second, was, first } = rebuilt;
    if second.len() != plan.steps.len() || was.len() != second.len() {
        return Err(format!("{} outcomes of {} steps", second.len(), plan.steps.len()));
    }
    if was.iter().flatten().any(|was| was.0 as usize >= first.len()) {
        return Err("a step was one that there was not".into());
    }
    let mut n_runs = 0;
    for (step, outcome) in plan.steps.iter().zip(second) {
        let is_cause = |cause: &Cause| match cause {
            Cause::Input(by) => step.inputs.contains(by) && runs(&second[by.0 as usize]),
            Cause::Upon(by) => step.inputs.contains(by) && !runs(&second[by.0 as usize]),
            Cause::Content { step: by, .. } => step.inputs.contains(by),
            Cause::Files(files) => !files.is_empty(),
            Cause::Changed(differences) => !differences.is_empty(),
            Cause::Empty => false,
            Cause::NoCache => true,
        };
        if let Outcome::Runs(causes) = outcome {
            n_runs += 1;
            if causes.is_empty() || !causes.iter().all(is_cause) {
                return Err(format!("{} runs because of {causes:?}", step.label));
            }
            if rebuilt.chain(step.id).last() != Some(&step.id) {
                return Err(format!("the chain of {} does not end there", step.label));
            }
        }
    }
    let roots = rebuilt.roots();
    let mut found: Vec<StepId> =
        roots.iter().flat_map(|(root, others)| [&[*root], others.as_slice()].concat()).collect();
    found.sort_unstable();
    found.dedup();
    if found.len() == n_runs {
        return Ok(());
    }
    Err(format!("{} steps are set off, but {n_runs} run", found.len()))
}

/// Where nothing changed, nothing runs.
fn check_same(plan: &Plan, rebuilt: &Rebuilt) -> Result<(), Broken> {
    for ((step, first), second) in plan.steps.iter().zip(&rebuilt.first).zip(&rebuilt.second) {
        let is_fine = match first {
            Outcome::Fails(_) | Outcome::NotReached(_) => second == first,
            _ => matches!(second, Outcome::Cached | Outcome::Looks),
        };
        if !is_fine {
            return Err(format!("nothing changed, but {} {second:?}", step.label));
        }
    }
    Ok(())
}

/// What needs something that runs does so, too, unless it takes the same of it. A command that runs is taken to write
/// anything, so that nobody takes the same of it.
fn check_inputs(plan: &Plan, rebuilt: &Rebuilt) -> Result<(), Broken> {
    for (step, outcome) in plan.steps.iter().zip(&rebuilt.second) {
        for input in &step.inputs {
            let runs = runs(&rebuilt.second[input.0 as usize]);
            let is_command = plan.steps[input.0 as usize].op == Op::Exec;
            if runs && (*outcome == Outcome::Cached || *outcome == Outcome::SameContent && is_command) {
                return Err(format!("{} comes from the cache ({outcome:?}), but what it needs does not", step.label));
            }
        }
    }
    Ok(())
}

fn runs(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Runs(_))
}

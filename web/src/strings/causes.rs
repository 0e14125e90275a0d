//! What the page says of why a step runs again, in BuildKit's build and in the classic builder's.

use stagewright::plan::{Plan, StepId};
use stagewright::simulate::cache::{self, ChangeKind, Difference, FileChange, Outcome};
use stagewright::simulate::classic;

use super::list;

/// Where a step takes the same as before, though what gives it ran again.
pub const SAME_CONTENT: &str = "What it takes is the same as before.";
/// Of the build context.
pub const LOOKED_AT: &str = "The build context is looked at in every build; only what changed is sent.";
/// Where the cache is empty.
pub const NOTHING_BEFORE: &str = "Nothing was built before.";
/// Where a flag keeps a step from the cache.
pub const NO_CACHE: &str = "--no-cache asks for it.";
/// Of a step that a log says has failed.
pub const FAILED: &str = "It failed.";
/// Of a step that a log says was cancelled.
pub const CANCELLED: &str = "It was cancelled.";

/// Why a step of BuildKit's runs, or what else there is to say of it; nothing where it comes from the cache as ever.
/// `causes` tells causes.
#[must_use]
pub fn outcome(outcome: &Outcome, plan: &Plan, causes: impl Fn(&[cache::Cause]) -> String) -> Option<String> {
    Some(match outcome {
        Outcome::Cached => return None,
        Outcome::SameContent => SAME_CONTENT.to_owned(),
        Outcome::Looks => LOOKED_AT.to_owned(),
        Outcome::Fails(missing) => format!("BuildKit says: {missing}."),
        Outcome::NotReached(failed) => format!("The build ends before it, at {}.", label(plan, *failed)),
        Outcome::Runs(all) => causes(all),
    })
}

/// The flag that keeps the steps of a stage from the cache.
#[must_use]
pub fn no_cache_filter(stage: &str) -> String {
    format!("--no-cache-filter={stage} asks for it.")
}

/// Why a step of BuildKit's runs again.
#[must_use]
pub fn cause(cause: &cache::Cause, plan: &Plan) -> String {
    use cache::Cause;
    match cause {
        Cause::Empty => NOTHING_BEFORE.to_owned(),
        Cause::NoCache => NO_CACHE.to_owned(),
        Cause::Changed(differences) => differences.iter().map(difference).collect::<Vec<_>>().join(" "),
        Cause::Files(files) => changed(files),
        Cause::Input(step) => format!("It builds upon {}, which runs again.", label(plan, *step)),
        Cause::Upon(step) => format!("It builds upon another step than before: {}.", label(plan, *step)),
        Cause::Content { step, is_assumed: false } => format!("It takes other files from {}.", label(plan, *step)),
        Cause::Content { step, is_assumed: true } => {
            format!("{} runs again, and may leave other files.", label(plan, *step))
        }
    }
}

/// Why a step of the classic builder's is carried out. `stage` has the names of stages.
#[must_use]
pub fn classic_cause(cause: &classic::Cause, stage: impl Fn(stagewright::resolve::StageId) -> String) -> String {
    use classic::Cause;
    match cause {
        Cause::Empty => NOTHING_BEFORE.to_owned(),
        Cause::NoCache => NO_CACHE.to_owned(),
        Cause::Step(number) => format!("Step {number} runs again, and below it nothing is looked for in the cache."),
        Cause::Base(id) => format!("{} is another image now.", stage(*id)),
        Cause::Image => "Nothing was built from this image before.".to_owned(),
        Cause::Files(files) => changed(files),
        Cause::IgnoreFile => "The .dockerignore that it copies is another one in every build.".to_owned(),
        Cause::Stage(id) => format!("What it copies from {} may be new.", stage(*id)),
        Cause::BuildArgs(names) => format!("Another value of {}.", list(names)),
        Cause::Words => "Its variables come to something else.".to_owned(),
        Cause::New => "This was not carried out here before.".to_owned(),
    }
}

/// What happened to files.
fn changed(files: &[FileChange]) -> String {
    let of_file = |file: &FileChange| {
        let what = match file.kind {
            ChangeKind::Changed => "has changed",
            ChangeKind::Added => "is new",
            ChangeKind::Removed => "is gone",
        };
        format!("{} {what}", file.path)
    };
    list(&files.iter().map(of_file).collect::<Vec<_>>()) + "."
}

/// In what a step differs from the one that it was before.
fn difference(difference: &Difference) -> String {
    let what = match difference {
        Difference::New => return "It was not part of the build before.".to_owned(),
        Difference::Moved => return "It was moved.".to_owned(),
        Difference::VariableOrder => return "Its variables stand in another order.".to_owned(),
        Difference::Folder => return "It runs in another folder.".to_owned(),
        Difference::Text => "Its text",
        Difference::Shell => "The shell",
        Difference::User => "The user",
        Difference::Source => "The image or address",
        Difference::Platform => "The platform",
        Difference::Variable(name) => name,
        Difference::Flag(flag) => flag,
        Difference::Mount(place) => &format!("The mount at {place}"),
        Difference::Document(name) => &format!("The text of {name}"),
    };
    format!("{what} changed.")
}

fn label(plan: &Plan, step: StepId) -> &str {
    plan.steps.get(step.0 as usize).map(|step| step.label.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::run::step;
    use stagewright::resolve::StageId;

    fn plan() -> Plan {
        let steps = ["[1/2] FROM alpine", "[2/2] RUN make"].iter().enumerate();
        Plan { steps: steps.map(|(id, &label)| step(id, label.into(), Vec::new())).collect(), ..Plan::default() }
    }

    fn file(path: &str, kind: ChangeKind) -> FileChange {
        FileChange { path: path.into(), kind }
    }

    #[test]
    fn causes_are_whole_sentences() {
        #[track_caller]
        fn check(it: &cache::Cause, expect: &str) {
            assert_eq!(cause(it, &plan()), expect);
        }
        use cache::Cause;
        let (changed, added) = (file("a", ChangeKind::Changed), file("b", ChangeKind::Added));
        check(&Cause::Files(vec![changed.clone()].into()), "a has changed.");
        check(&Cause::Files(vec![changed, added].into()), "a has changed and b is new.");
        check(&Cause::Files(vec![file("a/", ChangeKind::Removed)].into()), "a/ is gone.");
        check(&Cause::Input(StepId(1)), "It builds upon [2/2] RUN make, which runs again.");
        check(&Cause::Upon(StepId(0)), "It builds upon another step than before: [1/2] FROM alpine.");
        let content = |is_assumed| Cause::Content { step: StepId(1), is_assumed };
        check(&content(false), "It takes other files from [2/2] RUN make.");
        check(&content(true), "[2/2] RUN make runs again, and may leave other files.");
        let differs = |all: &[Difference]| Cause::Changed(all.to_vec());
        check(&differs(&[Difference::Text]), "Its text changed.");
        check(&differs(&[Difference::Text, Difference::User]), "Its text changed. The user changed.");
        check(&differs(&[Difference::Variable("V".into())]), "V changed.");
        check(&differs(&[Difference::Mount("/m".into())]), "The mount at /m changed.");
        check(&differs(&[Difference::Flag("--chown")]), "--chown changed.");
        check(&differs(&[Difference::New]), "It was not part of the build before.");
    }

    #[test]
    fn the_classic_builders_causes_are_whole_sentences() {
        #[track_caller]
        fn check(it: &classic::Cause, expect: &str) {
            assert_eq!(classic_cause(it, |_: StageId| "base".to_owned()), expect);
        }
        use classic::Cause;
        check(&Cause::Step(3), "Step 3 runs again, and below it nothing is looked for in the cache.");
        check(&Cause::Base(StageId(0)), "base is another image now.");
        check(&Cause::BuildArgs(vec!["A".into(), "B".into()]), "Another value of A and B.");
        check(&Cause::Files(vec![file("a", ChangeKind::Changed)]), "a has changed.");
    }

    #[test]
    fn what_becomes_of_a_step_is_told() {
        let told = |it: &Outcome| outcome(it, &plan(), |causes| format!("{} causes", causes.len()));
        assert_eq!(told(&Outcome::Cached), None);
        assert_eq!(
            told(&Outcome::NotReached(StepId(1))).as_deref(),
            Some("The build ends before it, at [2/2] RUN make.")
        );
        assert_eq!(told(&Outcome::Runs(Vec::new())).as_deref(), Some("0 causes"));
    }
}

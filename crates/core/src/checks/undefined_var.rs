//! `UndefinedVar`: variables that something sets.

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, rename};
use super::{Place, Subject};

const ID: RuleId = RuleId("UndefinedVar");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Docker,
    help: "set it with ENV or declare it with ARG, in the same stage and above",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "An instruction uses a variable that no `ENV` or `ARG` of the stage sets above it.",
    why: "It is replaced by nothing, and BuildKit does not stop. An `ARG` before the first `FROM` is not \
          seen inside a stage unless the stage declares it again. In `RUN`, `CMD` and `ENTRYPOINT` it is \
          the shell that replaces variables, so that those are not looked at.",
    bad: "FROM alpine\nCOPY app $APP_HOME/\n",
    good: "FROM alpine\nENV APP_HOME=/srv\nCOPY app $APP_HOME/\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for site in &subject.sites {
        for variable in &site.command.undefined {
            let mut message = format!("Usage of undefined variable '${}'", variable.name);
            let mut fixes = Vec::new();
            if let Some(meant) = &variable.meant {
                message = format!("{message} (did you mean ${meant}?)");
                fixes.extend(rename(variable, meant));
            }
            sink.report(&Place::of_site(site), variable.range(), message, fixes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn every_word_counts_and_within_it_every_name() {
        let message = "Usage of undefined variable '$B'";
        check(ID, "FROM a\nENV x=$B$B y=${B:-w}\n", &[("2:$B", message), ("2:${B", message)]);
        check(ID, "FROM a\nARG B\nENV x=$B\n", &[]);
        check(ID, "ARG B=1\nFROM a\nENV x=$B\n", &[("3:$B", message)]);
        check(ID, "FROM a\nRUN echo $B\nCMD $B\nEXPOSE $B\n", &[]);
        check(ID, "FROM a\nRUN --mount=type=cache,target=/$B true\n", &[("2:$B", message)]);
        check(ID, "FROM a\nCOPY <<E /x\n$B\nE\n", &[("3:$B", message)]);
    }

    #[test]
    fn a_name_that_is_likely_meant_is_put_in() {
        check(ID, "FROM a\nUSER $PAHT\n", &[("2:$PAHT", "Usage of undefined variable '$PAHT' (did you mean $PATH?)")]);
        check_fix(ID, "FROM a\nENV HERE=/x\nWORKDIR ${HRE}/y\n", "FROM a\nENV HERE=/x\nWORKDIR ${HERE}/y\n");
    }

    #[test]
    fn a_trigger_is_shown_at_the_from_that_sets_it_off() {
        let source = "FROM a AS b\nONBUILD USER $B\nFROM b\n";
        check(ID, source, &[("3:FROM b", "Usage of undefined variable '$B'")]);
    }
}

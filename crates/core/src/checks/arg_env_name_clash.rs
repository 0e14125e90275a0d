//! `ArgEnvNameClash`: an ARG and an ENV of one name.

use crate::lookup::Lookup;
use crate::resolve::{Base, Stage};
use crate::syntax::{ArgDefinition, InstructionKind, KeyValue};
use crate::text::{TextEdit, TextRange};

use super::rule::{Docs, Level, Origin, Rule, RuleId};
use super::script::variables;
use super::sink::Sink;
use super::{Place, Site, Subject};
use crate::diagnostic::Fix;

const ID: RuleId = RuleId("ArgEnvNameClash");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Stagewright,
    level: Level::Warning,
    help: "take the value over with `ENV NAME=$NAME` below the ARG, or give one of the two another name",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "An `ENV` sets the name of an `ARG` of the stage to something else before anything used the `ARG`, or \
              an `ARG` takes over the name of an `ENV`, and no `ENV` below makes its value that of the image. \
              `ARG NAME` with `ENV NAME=$NAME` below it is fine.",
    why: "Within a stage the later of the two wins. Behind an `ENV`, `--build-arg` changes nothing any more. \
          Behind an `ARG`, the steps of the stage see its value, but the image keeps that of the `ENV`, and so \
          does every stage that starts from this one.",
    bad: "FROM alpine\nARG APP_MODE\nENV APP_MODE=production\nRUN echo $APP_MODE\n",
    good: "FROM alpine\nARG APP_MODE=production\nENV APP_MODE=$APP_MODE\nRUN echo $APP_MODE\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    let mut keys: Lookup<&str, ()> = Lookup::default();
    for site in subject.sites.iter().filter(|site| matches!(site.instruction.kind, InstructionKind::Env(_))) {
        for (name, _) in &site.command.sets {
            keys.add(name);
        }
    }
    for stage in &subject.resolved.stages {
        let sites = subject.sites_of(stage.id);
        let is_shared = |site: &Site<'_>| site.command.sets.iter().any(|(name, _)| keys.get(name.as_str()).is_some());
        if sites.iter().any(|site| matches!(site.instruction.kind, InstructionKind::Arg(_)) && is_shared(site)) {
            Search { subject, sink, args: Lookup::default(), envs: inherited(subject, stage), n_runs: 0 }.stage(sites);
        }
    }
}

/// The variables of the image that a stage starts from.
fn inherited<'a>(subject: &Subject<'a>, stage: &Stage) -> Lookup<&'a str, Env<'a>> {
    let mut out = Lookup::default();
    if let Base::Stage(base) = stage.base
        && let Some(base) = subject.resolved.stage(base)
    {
        for (name, value) in &base.config.env {
            out.insert(&**name, Env { value, hidden_by: None });
        }
    }
    out
}

struct Search<'s, 'a, 'k> {
    subject: &'s Subject<'a>,
    sink: &'s mut Sink<'k>,
    /// The ARGs of the stage that nothing used yet, with the number of RUNs above each.
    args: Lookup<&'a str, Option<(usize, &'a ArgDefinition)>>,
    envs: Lookup<&'a str, Env<'a>>,
    n_runs: usize,
}

/// A variable of the image.
#[derive(Clone, Copy)]
struct Env<'a> {
    value: &'a str,
    /// The ARG that has another value: its instruction, and the place of its name.
    hidden_by: Option<(Site<'a>, TextRange)>,
}

impl<'a> Search<'_, 'a, '_> {
    fn stage(mut self, sites: &[Site<'a>]) {
        let mut names = Vec::new();
        for &site in sites {
            for name in variables(&site.instruction.code) {
                if self.args.get(name).is_some() {
                    self.args.insert(name, None);
                }
            }
            match &site.instruction.kind {
                InstructionKind::Run(_) => self.n_runs += 1,
                InstructionKind::Arg(definitions) => self.arg(site, definitions),
                InstructionKind::Env(pairs) => {
                    self.env(site, pairs);
                    names.extend(site.command.sets.iter().map(|(name, _)| name.as_str()));
                }
                _ => {}
            }
            if let InstructionKind::Arg(_) = site.instruction.kind {
                names.extend(site.command.sets.iter().map(|(name, _)| name.as_str()));
            }
        }
        for name in names {
            let Some(env) = self.envs.get(name).copied() else { continue };
            let Some((site, range)) = env.hidden_by else { continue };
            let message = format!("ARG {name} hides ENV {name} from the rest of this stage only: the image keeps the value of ENV");
            self.sink.report(&Place::of_site(&site), range, message, Vec::new());
            self.envs.insert(name, Env { hidden_by: None, ..env });
        }
    }

    fn arg(&mut self, site: Site<'a>, definitions: &'a [ArgDefinition]) {
        for (definition, (name, value)) in definitions.iter().zip(&site.command.sets) {
            self.args.insert(name, Some((self.n_runs, definition)));
            let (Some(env), Some(value)) = (self.envs.get(name.as_str()).copied(), value) else { continue };
            let hidden_by = (env.value != value).then_some((site, definition.name.range));
            self.envs.insert(name, Env { hidden_by, ..env });
        }
    }

    fn env(&mut self, site: Site<'a>, pairs: &'a [KeyValue]) {
        for (pair, (name, value)) in pairs.iter().zip(&site.command.sets) {
            self.envs.insert(name, Env { value: value.as_deref().unwrap_or_default(), hidden_by: None });
            let Some(Some((n_runs, arg))) = self.args.get(name.as_str()).copied() else { continue };
            if n_runs == self.n_runs {
                let message = format!("ENV {name} replaces ARG {name} before anything used it: --build-arg changes nothing");
                let fixes = self.take_over(name, arg, pair).into_iter().collect();
                self.sink.report(&Place::of_site(&site), pair.key.range, message, fixes);
            }
            self.args.insert(name, None);
        }
    }

    /// A fix that makes the value of the ENV the default of the ARG, where that has none.
    fn take_over(&self, name: &str, arg: &ArgDefinition, pair: &KeyValue) -> Option<Fix> {
        let written = pair.value.range.of(self.subject.source);
        let is_global = self.subject.resolved.global_args.iter().any(|global| global.name.text == name);
        let has_default = arg.default.is_some() || is_global;
        let is_one_word = !written.is_empty() && !pair.legacy && !written.contains(['\n', '$', '\\', '`']);
        let is_exact = arg.name.range.of(self.subject.source) == name;
        (!has_default && is_one_word && is_exact).then(|| Fix {
            title: format!("make it the default of ARG {name}"),
            edits: vec![
                TextEdit { range: TextRange::new(arg.name.range.end, arg.name.range.end), text: format!("={written}") },
                TextEdit { range: pair.value.range, text: format!("${name}") },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn an_env_that_replaces_an_arg_is_reported() {
        let message = "ENV V replaces ARG V before anything used it: --build-arg changes nothing";
        check(ID, "FROM a\nARG V\nENV V=1\n", &[("3:V", message)]);
        check(ID, "FROM a\nARG V=2\nUSER x\nENV W=1 V=1\n", &[("4:V", message)]);
        check(ID, "FROM a\nARG V=1\nENV V=$V\n", &[]);
        check(ID, "FROM a\nARG V=1\nENV V=${V:-2}\n", &[]);
        check(ID, "FROM a\nARG V=1\nRUN make\nENV V=\n", &[]);
        check(ID, "FROM a\nARG V=1\nUSER $V\nENV V=2\n", &[]);
        check(ID, "FROM a\nARG V=1\nFROM b\nENV V=1\n", &[]);
    }

    #[test]
    fn an_arg_that_hides_an_env_is_reported() {
        let message = "ARG V hides ENV V from the rest of this stage only: the image keeps the value of ENV";
        check(ID, "FROM a\nENV V=1\nARG V=2\nRUN make\n", &[("3:V", message)]);
        check(ID, "FROM a AS b\nENV V=1\nFROM b\nARG V=2\n", &[("4:V", message)]);
        check(ID, "ARG V=2\nFROM a AS b\nENV V=1\nFROM b\nARG V\n", &[("5:V", message)]);
        check(ID, "FROM a\nENV V=1\nARG V=1\n", &[]);
        check(ID, "FROM a\nENV V=1\nARG V\n", &[]);
        check(ID, "FROM a\nENV V=1\nARG V=2\nENV V=$V\n", &[]);
    }

    #[test]
    fn the_value_can_become_the_default() {
        check_fix(ID, "FROM a\nARG V\nENV V=\"1 2\"\n", "FROM a\nARG V=\"1 2\"\nENV V=$V\n");
        check_fix(ID, "FROM a\nARG V=1\nENV V=2\n", "FROM a\nARG V=1\nENV V=2\n");
    }
}

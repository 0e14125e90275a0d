//! Which variables the words before and in FROM ask for, and find: what makes a build arg one that a
//! stage uses.
//!
//! The analysis does without; [`outline`](crate::outline) asks for it. Relies on the
//! [`globals`](super::globals) as they were worked out.

use crate::syntax::{InstructionKind, Lexer, Parse, Variables};
use crate::text::TextRange;

use super::budget::Budget;
use super::globals::predefined;
use super::missing::Noting;
use super::{Resolved, Settings, Stage};

/// The variables that a text asks for and that have a value, each once, in the order of their use.
fn found(text: &str, lexer: &Lexer, budget: &Budget, variables: &dyn Variables) -> Vec<String> {
    if lexer.is_plain(text) {
        return Vec::new();
    }
    let noting = Noting::new(variables);
    // What cannot be expanded is an error elsewhere; the names up to there count.
    drop(budget.replace(lexer, text, &noting));
    noting.into_asked().found
}

impl Resolved {
    /// The variables that the FROM of a stage uses, each with the word that does.
    pub(crate) fn variables_of_from(&self, parse: &Parse, stage: &Stage) -> Vec<(String, TextRange)> {
        let (lexer, budget) = (Lexer::new(parse.escape()), Budget::new());
        let words = [Some(&stage.base_name.written), stage.platform_flag.as_ref()];
        let mut out = Vec::new();
        for word in words.into_iter().flatten() {
            let names = found(&word.text, &lexer, &budget, &self.globals);
            out.extend(names.into_iter().map(|name| (name, word.range)));
        }
        out
    }

    /// For each ARG before the first FROM, the variables that its default uses; none where a build arg
    /// stands in for it.
    pub(crate) fn variables_of_globals(&self, parse: &Parse) -> Vec<Vec<String>> {
        let (lexer, budget) = (Lexer::new(parse.escape()), Budget::new());
        let stage = self.globals.get("TARGETSTAGE").unwrap_or_default();
        let settings = Settings { target: None, build_args: &self.build_args, platform: &self.platform };
        let mut environment = predefined(&settings, stage);
        let mut defaults = parse.instructions.iter().flat_map(|it| match &it.kind {
            InstructionKind::Arg(definitions) => definitions.as_slice(),
            _ => &[],
        });
        let mut out = Vec::new();
        for arg in &self.global_args {
            let default = defaults.next().and_then(|definition| definition.default.as_ref());
            let default = default.filter(|_| !self.build_args.contains_key(&arg.name.text));
            out.push(default.map(|word| found(&word.text, &lexer, &budget, &environment)).unwrap_or_default());
            if let Some(value) = &arg.value {
                environment.set(&arg.name.text, value);
            }
        }
        out
    }
}

//! `MaintainerDeprecated`: LABEL in place of MAINTAINER.

use crate::syntax::{InstructionKind, Keyword, quoted};

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, replace};
use super::{Place, Subject};

const ID: RuleId = RuleId("MaintainerDeprecated");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Docker,
    help: "name the author with LABEL org.opencontainers.image.authors",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A `MAINTAINER` instruction.",
    why: "Docker has wanted a label in its place since 2016, which every tool that reads images can show. The \
          instruction may go away.",
    bad: "FROM alpine\nMAINTAINER jo@example.com\n",
    good: "FROM alpine\nLABEL org.opencontainers.image.authors=\"jo@example.com\"\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for it in &subject.syntax.instructions {
        if Keyword::parse(&it.keyword.text) != Some(Keyword::Maintainer) {
            continue;
        }
        let mut fixes = Vec::new();
        if let InstructionKind::Maintainer(name) = &it.kind {
            let label = format!("LABEL org.opencontainers.image.authors={}", quoted(&name.text).replace('$', "\\$"));
            fixes.push(replace("write a LABEL", it.range, label));
        }
        let message = "Maintainer instruction is deprecated in favor of using label".to_owned();
        sink.report(&Place::of_instruction(it), it.keyword.range, message, fixes);
    }
}

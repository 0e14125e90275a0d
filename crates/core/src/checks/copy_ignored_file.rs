//! `CopyIgnoredFile`: no COPY of what .dockerignore leaves out.

use crate::resolve::{Action, CopyPart, clean};
use crate::syntax::{InstructionKind, quoted};

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("CopyIgnoredFile");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Docker,
    help: "copy something else, or take the pattern out of .dockerignore",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A source of `COPY` or `ADD` is left out of the build context by `.dockerignore`. Where the file \
          has a pattern with `!`, nothing is reported, because it cannot be told.",
    why: "The file is not there when the build looks for it, and the build fails, or copies less than it \
          seems to.",
    bad: "FROM alpine\nCOPY .env /app/\n",
    good: "FROM alpine\nCOPY env.example /app/\n",
    dockerignore: ".env\n*.log\n",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    let Some(ignored) = subject.ignored.filter(|ignored| !ignored.has_exceptions()) else { return };
    for site in &subject.sites {
        let (verb, transfer) = match &site.instruction.kind {
            InstructionKind::Copy(transfer) => ("Copy", transfer),
            InstructionKind::Add(transfer) => ("Add", transfer),
            _ => continue,
        };
        let Action::Copy(copy) = &site.command.action else { continue };
        // What comes from a stage or an image is not in the build context.
        if verb == "Copy" && site.instruction.flag_value("from").is_some_and(|from| !from.text.is_empty()) {
            continue;
        }
        for (index, source) in site.command.expanded.iter().enumerate() {
            if !matches!(copy.parts.get(index), Some(CopyPart::Path { .. })) {
                continue;
            }
            let path = clean(source);
            let is_root = path == "." || path == "/";
            if (is_root && !ignored.leaves_out_all()) || !ignored.leaves_out(&path) {
                continue;
            }
            let range = transfer.sources.get(index).map_or(site.instruction.range, |word| word.range);
            let message = format!("Attempting to {verb} file {} that is excluded by .dockerignore", quoted(&path));
            sink.report(&Place::of_site(site), range, message, Vec::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check_request;
    use super::*;
    use crate::Request;

    #[test]
    fn only_what_comes_from_the_context_is_looked_at() {
        let source =
            "FROM a AS b\nCOPY x/y.log ok /\nADD x/ https://example.com/y.log /\nFROM c\nCOPY --from=b z.log /\n";
        let request = |dockerignore: &str| Request {
            source: source.to_owned(),
            dockerignore: Some(dockerignore.to_owned()),
            ..Request::default()
        };
        check_request(
            ID,
            &request("**/*.log\n"),
            &[("2:x/y.log", "Attempting to Copy file \"x/y.log\" that is excluded by .dockerignore")],
        );
        check_request(
            ID,
            &request("/x\n"),
            &[
                ("2:x/y.log", "Attempting to Copy file \"x/y.log\" that is excluded by .dockerignore"),
                ("3:x/", "Attempting to Add file \"x\" that is excluded by .dockerignore"),
            ],
        );
        check_request(ID, &request("**/*.log\n!keep.log\n"), &[]);
    }
}

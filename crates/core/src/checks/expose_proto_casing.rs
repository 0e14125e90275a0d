//! `ExposeProtoCasing`: protocols of EXPOSE in lower case.

use crate::resolve::port_parts;

use super::expose_invalid_format::each_port;
use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, replace};
use super::{Place, Subject};

const ID: RuleId = RuleId("ExposeProtoCasing");

pub(super) const RULE: Rule =
    Rule { id: ID, origin: Origin::Docker, help: "write the protocol in lower case", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "The protocol behind a port of `EXPOSE` has capital letters.",
    why: "BuildKit takes it, but every other tool writes `tcp` and `udp`, and some compare letter by \
          letter.",
    bad: "FROM alpine\nEXPOSE 80/TCP\n",
    good: "FROM alpine\nEXPOSE 80/tcp\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for site in &subject.sites {
        each_port(site, &mut |port, word| {
            let Ok(parts) = port_parts(port) else { return };
            let lower = parts.protocol.to_ascii_lowercase();
            if lower == parts.protocol {
                return;
            }
            let message = format!("Defined protocol '{port}' in EXPOSE instruction should be lowercase");
            let fix = word.filter(|word| word.text == port).map(|word| {
                let start = port.len() - parts.protocol.len();
                replace(format!("write {lower}"), word.part(start..port.len()), lower)
            });
            let range = word.map_or(site.instruction.range, |word| word.range);
            sink.report(&Place::of_site(site), range, message, fix.into_iter().collect());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn protocols_with_capitals_are_reported() {
        check(
            ID,
            "FROM a\nEXPOSE 80 53/Udp\n",
            &[("2:53/Udp", "Defined protocol '53/Udp' in EXPOSE instruction should be lowercase")],
        );
        check_fix(ID, "FROM a\nEXPOSE 80 53/Udp\n", "FROM a\nEXPOSE 80 53/udp\n");
    }
}

//! `ExposeProtoCasing`: protocols of EXPOSE in lower case.

use crate::resolve::port_parts;

use super::Subject;
use super::expose_invalid_format::{Wrong, report_ports};
use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;

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
    report_ports(subject, sink, &|port| {
        let protocol = port_parts(port).ok()?.protocol;
        let lower = protocol.to_ascii_lowercase();
        (lower != protocol).then(|| Wrong {
            message: format!("Defined protocol '{port}' in EXPOSE instruction should be lowercase"),
            part: port.len() - protocol.len()..port.len(),
            instead: lower,
        })
    });
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

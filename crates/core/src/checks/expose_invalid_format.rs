//! `ExposeInvalidFormat`: ports of the container only in EXPOSE.

use std::ops::Range;

use crate::resolve::port_parts;
use crate::syntax::InstructionKind;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, replace};
use super::{Place, Subject};

const ID: RuleId = RuleId("ExposeInvalidFormat");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Docker,
    help: "name the port of the container only; `docker run --publish` maps it to the host",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A port of `EXPOSE` has an address or a port of the host before it, as in `127.0.0.1:80:8080`.",
    why: "An image cannot say where its ports appear on the host. BuildKit skips that part, and will \
          refuse it one day.",
    bad: "FROM alpine\nEXPOSE 80:8080\n",
    good: "FROM alpine\nEXPOSE 8080\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    report_ports(subject, sink, &|port| {
        let parts = port_parts(port).ok()?;
        let of_container = port.rfind(':').map_or(0, |colon| colon + 1);
        let is_wrong = !parts.ip.is_empty() || !parts.host.is_empty();
        is_wrong.then(|| Wrong {
            message: format!("EXPOSE instruction should not define an IP address or host-port mapping, found '{port}'"),
            part: 0..port.len(),
            instead: port[of_container..].to_owned(),
        })
    });
}

/// What is wrong with a port of EXPOSE.
pub(super) struct Wrong {
    pub(super) message: String,
    /// The part of it that is to be written anew, and how.
    pub(super) part: Range<usize>,
    pub(super) instead: String,
}

/// Reports every port of an EXPOSE that something is wrong with, with a fix where it is written out.
pub(super) fn report_ports(subject: &Subject<'_>, sink: &mut Sink<'_>, wrong: &dyn Fn(&str) -> Option<Wrong>) {
    for site in &subject.sites {
        let InstructionKind::Expose(words) = &site.instruction.kind else { continue };
        let ports = &site.command.expanded;
        for (index, port) in ports.iter().enumerate() {
            let Some(Wrong { message, part, instead }) = wrong(port) else { continue };
            // A word with variables may come to several ports, or to none.
            let word = words.get(index).filter(|word| words.len() == ports.len() || word.text == *port);
            let fix = word
                .filter(|word| word.text == *port)
                .map(|word| replace(format!("write {instead}"), word.part(part), instead));
            let range = word.map_or(site.instruction.range, |word| word.range);
            sink.report(&Place::of_site(site), range, message, fix.into_iter().collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn addresses_and_ports_of_the_host_are_reported() {
        let message = |port: &str| {
            format!("EXPOSE instruction should not define an IP address or host-port mapping, found '{port}'")
        };
        check(ID, "FROM a\nEXPOSE 80 1:80/TCP\n", &[("2:1:80/TCP", &message("1:80/TCP"))]);
        check(ID, "FROM a\nARG P=1:80\nEXPOSE $P\n", &[("3:$P", &message("1:80"))]);
        check_fix(ID, "FROM a\nEXPOSE 127.0.0.1:80:8080/tcp\n", "FROM a\nEXPOSE 8080/tcp\n");
    }
}

//! What each instruction and each of its flags does, as a table.
//!
//! Facts of the Dockerfile reference and of BuildKit's frontend, in our words. Relies on
//! [`syntax`](crate::syntax) for the names.

use crate::syntax::Keyword::{self, Add, Copy, From, Healthcheck, Run};

/// What an instruction does.
#[derive(Debug)]
pub(super) struct InstructionFacts {
    /// The instruction.
    pub(super) keyword: Keyword,
    /// The forms that it is written in, one a line, flags left out.
    pub(super) form: &'static str,
    /// What it does, in one sentence.
    pub(super) about: &'static str,
    /// What else to know, a paragraph each.
    pub(super) notes: &'static [&'static str],
}

/// What a flag does.
#[derive(Debug)]
pub(super) struct FlagFacts {
    /// The instructions that take it.
    pub(super) of: &'static [Keyword],
    /// Its name without `--`.
    pub(super) name: &'static str,
    /// What stands behind `=`; empty for a switch.
    pub(super) value: &'static str,
    /// The first version of the Dockerfile syntax that has it; empty for those that always were there.
    pub(super) since: &'static str,
    /// What it does, in a sentence or two.
    pub(super) about: &'static str,
    /// The values that there are, each with what it does; empty where any text may stand.
    pub(super) values: &'static [(&'static str, &'static str)],
}

/// What an instruction does.
pub(super) fn facts_of(keyword: Keyword) -> Option<&'static InstructionFacts> {
    INSTRUCTIONS.iter().find(|facts| facts.keyword == keyword)
}

/// What a flag of an instruction does.
pub(super) fn flag_of(keyword: Keyword, name: &str) -> Option<&'static FlagFacts> {
    FLAGS.iter().find(|facts| facts.name == name && facts.of.contains(&keyword))
}

const fn instruction(
    keyword: Keyword,
    form: &'static str,
    about: &'static str,
    notes: &'static [&'static str],
) -> InstructionFacts {
    InstructionFacts { keyword, form, about, notes }
}

/// Every instruction, in alphabetical order.
pub(super) static INSTRUCTIONS: [InstructionFacts; 18] = [
    instruction(
        Add,
        "ADD SOURCE … DESTINATION\nADD [\"SOURCE\", …, \"DESTINATION\"]",
        "Copies files from the build context, an address or a Git repository into the stage.",
        &[
            "Local archives are unpacked, files from an address are not; `--unpack` says otherwise.",
            "For plain files COPY does the same with fewer surprises. ADD cannot read from another stage.",
        ],
    ),
    instruction(
        Keyword::Arg,
        "ARG NAME[=DEFAULT] …",
        "Declares a variable that `--build-arg` can set.",
        &[
            "Before the first FROM it is seen by FROM lines only; a stage sees it after an `ARG NAME` of its own.",
            "In a stage it is seen from here to the end of the stage, and by stages that start from it. It is not in the environment of the finished image, but its value can be seen in the image's history.",
        ],
    ),
    instruction(
        Keyword::Cmd,
        "CMD [\"PROGRAM\", \"ARGUMENT\", …]\nCMD COMMAND",
        "Sets what a container runs where nothing else is asked for; with an ENTRYPOINT, the arguments for it.",
        &["Only the last one of a stage counts. It runs nothing during the build."],
    ),
    instruction(
        Copy,
        "COPY SOURCE … DESTINATION\nCOPY [\"SOURCE\", …, \"DESTINATION\"]",
        "Copies files from the build context into the stage, or from another stage or image with `--from`.",
        &[
            "What is copied decides whether the step is cached: the files' contents and modes, not their dates.",
            "A destination that ends in `/` is a folder. A here-document as source becomes a file of its name.",
        ],
    ),
    instruction(
        Keyword::Entrypoint,
        "ENTRYPOINT [\"PROGRAM\", \"ARGUMENT\", …]\nENTRYPOINT COMMAND",
        "Sets the program that a container runs.",
        &[
            "It takes away a CMD that comes from the base. In the shell form a shell stands in between: it gets the signals, and CMD is left out.",
        ],
    ),
    instruction(
        Keyword::Env,
        "ENV NAME=VALUE …\nENV NAME VALUE",
        "Sets variables for the instructions below, for stages that start from this one, and for containers.",
        &["Values are worked out with what was set before the instruction. The form without `=` is outdated."],
    ),
    instruction(
        Keyword::Expose,
        "EXPOSE PORT[/PROTOCOL] …",
        "Notes the ports that the program listens on. It opens none: `docker run -p` does.",
        &["The protocol is tcp unless it is udp or sctp. A range such as `8000-8010` is fine."],
    ),
    instruction(
        From,
        "FROM IMAGE [AS NAME]",
        "Begins a stage, from an image, from an earlier stage, or from nothing (`scratch`).",
        &[
            "Its variables are the ARGs before the first FROM. A name is looked up among the stages above; what is none of them is an image.",
            "Only the stages that the target needs are built.",
        ],
    ),
    instruction(
        Healthcheck,
        "HEALTHCHECK CMD COMMAND\nHEALTHCHECK NONE",
        "Sets the command that tells whether a container is well; NONE takes away that of the base.",
        &["The command ends with 0 if all is well, with 1 if not. Only the last one of a stage counts."],
    ),
    instruction(
        Keyword::Label,
        "LABEL KEY=VALUE …",
        "Puts notes into the image, such as `org.opencontainers.image.source`.",
        &["A label of the same key from the base is replaced."],
    ),
    instruction(
        Keyword::Maintainer,
        "MAINTAINER NAME",
        "Names the author of the image. Outdated: a LABEL `org.opencontainers.image.authors` does that.",
        &[],
    ),
    instruction(
        Keyword::Onbuild,
        "ONBUILD INSTRUCTION",
        "Keeps an instruction for the stages and images that start from this one: it runs right behind their FROM.",
        &["It is not handed on further. FROM, MAINTAINER and ONBUILD itself cannot be kept."],
    ),
    instruction(
        Run,
        "RUN COMMAND\nRUN [\"PROGRAM\", \"ARGUMENT\", …]\nRUN <<EOF",
        "Runs a command in the stage, and keeps what it changes.",
        &[
            "It is cached as long as the command, the variables, the mounts and all that comes before are the same; what the command fetches from elsewhere does not count.",
            "BuildKit replaces no variables in the command: the shell does.",
        ],
    ),
    instruction(
        Keyword::Shell,
        "SHELL [\"PROGRAM\", \"ARGUMENT\", …]",
        "Sets the shell for the shell form of RUN, CMD and ENTRYPOINT below.",
        &["Without it that is `/bin/sh -c`, on Windows `cmd /S /C`."],
    ),
    instruction(
        Keyword::Stopsignal,
        "STOPSIGNAL SIGNAL",
        "Sets the signal that asks a container to end; SIGTERM where nothing is said.",
        &[],
    ),
    instruction(
        Keyword::User,
        "USER NAME[:GROUP]\nUSER UID[:GID]",
        "Sets the user for RUN, CMD and ENTRYPOINT below, and for containers.",
        &["COPY and ADD take no notice of it: they have `--chown`."],
    ),
    instruction(
        Keyword::Volume,
        "VOLUME PATH …\nVOLUME [\"PATH\", …]",
        "Marks folders whose files a container keeps outside of the image.",
        &[],
    ),
    instruction(
        Keyword::Workdir,
        "WORKDIR PATH",
        "Sets the working directory for what comes below, and makes it where it is not there.",
        &["A relative path is taken from the one before."],
    ),
];

const fn flag(of: &'static [Keyword], name: &'static str, value: &'static str, since: &'static str) -> FlagFacts {
    FlagFacts { of, name, value, since, about: "", values: &[] }
}

impl FlagFacts {
    const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    const fn values(self, values: &'static [(&'static str, &'static str)]) -> Self {
        Self { values, ..self }
    }
}

/// Every flag, instruction by instruction.
pub(super) static FLAGS: [FlagFacts; 19] = [
    flag(&[From], "platform", "PLATFORM", "").about(
        "The platform of the image, where it is not that of the build. It has no effect on a FROM that names a stage.",
    ),
    flag(&[Copy], "from", "STAGE|INDEX|IMAGE", "").about(
        "Copies from another stage, by name or by number from 0, or from an image or named context. No variables.",
    ),
    flag(&[Add, Copy], "chown", "USER[:GROUP]", "")
        .about("The owner of what is copied, by name or number. Without it, root."),
    flag(&[Add, Copy], "chmod", "MODE", "1.2").about(
        "The permissions of what is copied: octal such as 755, or since 1.14 symbolic such as u=rwX,go=rX.",
    ),
    flag(&[Add, Copy], "link", "", "1.4").about(
        "Puts the files into a layer of their own that does not depend on what is below, so that it stays cached when the base changes.",
    ),
    flag(&[Add, Copy], "exclude", "PATTERN", "1.19").about("Leaves out the files that match. May be given again."),
    flag(&[Copy], "parents", "", "1.20")
        .about("Keeps the folders of the sources. `/./` in a source marks where they begin."),
    flag(&[Add], "keep-git-dir", "", "1.1").about("Keeps the .git folder of a repository."),
    flag(&[Add], "checksum", "DIGEST", "1.6").about(
        "What a file from an address must have as its digest, such as sha256:…; since 1.17, the commit of a Git source.",
    ),
    flag(&[Add], "unpack", "", "1.17").about("Whether archives are unpacked, local ones and those from an address."),
    flag(&[Run], "mount", "type=TYPE,…", "1.2")
        .about("Shows the command a folder, cache, secret or SSH agent that does not become a part of the image."),
    flag(&[Run], "network", "MODE", "1.3").about("The network of the command.").values(&[
        ("default", "the network of the builder"),
        ("none", "no network but the loopback"),
        ("host", "the network of the host; the build has to allow it"),
    ]),
    flag(&[Run], "security", "MODE", "1.20").about("The rights of the command.").values(&[
        ("sandbox", "as any container"),
        ("insecure", "all rights; the build has to allow it"),
    ]),
    flag(&[Run], "device", "NAME[,required]", "1.14-labs")
        .about("Gives the command a device of the host (CDI). Only the labs syntax has it."),
    flag(&[Healthcheck], "interval", "DURATION", "").about("The time between two checks; 30s where not given."),
    flag(&[Healthcheck], "timeout", "DURATION", "")
        .about("The time after which a check counts as failed; 30s where not given."),
    flag(&[Healthcheck], "start-period", "DURATION", "")
        .about("The time after the start in which failures do not count; 0s where not given."),
    flag(&[Healthcheck], "start-interval", "DURATION", "")
        .about("The time between two checks during the start period; 5s where not given."),
    flag(&[Healthcheck], "retries", "NUMBER", "")
        .about("How many failures in a row make a container unhealthy; 3 where not given."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{FlagType, flags_of};

    #[test]
    fn the_table_has_every_instruction_in_order() {
        for ((keyword, _), facts) in Keyword::ALL.iter().zip(&INSTRUCTIONS) {
            assert_eq!(*keyword, facts.keyword);
            assert!(facts.form.starts_with(keyword.name()) && facts.about.ends_with('.'), "{}", facts.form);
        }
    }

    #[test]
    fn the_table_has_the_flags_that_the_parser_takes_and_no_others() {
        for (keyword, _) in Keyword::ALL {
            let known = flags_of(keyword);
            for (name, flag_type) in known {
                let facts = flag_of(keyword, name).unwrap_or_else(|| panic!("{} --{name}", keyword.name()));
                assert_eq!(facts.value.is_empty(), *flag_type == FlagType::Bool, "--{name}");
                assert!(facts.about.ends_with('.'), "--{name}");
            }
            let listed = FLAGS.iter().filter(|facts| facts.of.contains(&keyword)).count();
            assert_eq!(listed, known.len(), "{}", keyword.name());
        }
    }
}

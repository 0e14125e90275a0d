//! The gallery: files that each show one idea.
//!
//! The page has the text of the first one only; the others are files of the site, and fetched when they are opened.

/// An example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// A name for it that stays the same.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its idea, in one sentence.
    pub idea: &'static str,
}

impl Example {
    /// The address of its Dockerfile, relative to the page.
    #[must_use]
    pub fn address(&self) -> String {
        ["examples/", self.id, ".Dockerfile"].concat()
    }
}

/// The Dockerfile of the first of [`ALL`].
pub const FIRST: &str = include_str!("../examples/velocity.Dockerfile");

/// All of them; the page opens with the first.
pub const ALL: [Example; 11] = [
    Example {
        id: "velocity",
        title: "One file, many images",
        idea: "Stages for testing, checking, documenting and running an application, each a target of its own.",
    },
    Example {
        id: "parallel",
        title: "Branches that meet",
        idea: "Three stages are built at the same time, and the last one gathers what they made.",
    },
    Example {
        id: "test-gate",
        title: "Tests that are skipped",
        idea: "A stage that nothing needs is not built, unless the target is made to depend on it.",
    },
    Example {
        id: "from-image",
        title: "Programs from other images",
        idea: "COPY --from takes files straight out of an image that is not in the file.",
    },
    Example {
        id: "choose-a-base",
        title: "A build arg chooses the branch",
        idea: "A variable in FROM makes another part of the graph the one that is built.",
    },
    Example {
        id: "cross-compile",
        title: "Cross-compiling",
        idea: "The compiler runs on the builder\u{2019}s own platform, and its output is for another.",
    },
    Example {
        id: "mounts",
        title: "Borrowed files",
        idea: "Mounts lend caches, sources and the files of other stages to a single RUN.",
    },
    Example {
        id: "scratch",
        title: "An image from nothing",
        idea: "One program and the two files that it needs, on top of scratch.",
    },
    Example {
        id: "onbuild",
        title: "Instructions for later",
        idea: "ONBUILD in one stage is carried out in every stage that starts from it.",
    },
    Example {
        id: "heredoc",
        title: "Scripts and files in place",
        idea: "Here-documents keep a script in one step, and small files out of the context.",
    },
    Example {
        id: "artefacts",
        title: "Files instead of an image",
        idea: "The last stage gathers reports and bundles, to be written to a folder.",
    },
];

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use stagewright::{Request, analyze};

    /// The Dockerfile of an example.
    pub(crate) fn source(example: &Example) -> String {
        let file = format!("{}/{}", env!("CARGO_MANIFEST_DIR"), example.address());
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    #[test]
    fn the_first_is_the_one_that_the_page_has() {
        assert_eq!(source(&ALL[0]), FIRST);
    }

    #[test]
    fn every_example_builds_and_has_more_than_one_stage() {
        for example in ALL {
            let analysis = analyze(&Request { source: source(&example), ..Request::default() });
            assert_eq!(analysis.diagnostics, [], "{}", example.id);
            assert!(analysis.resolved.stages.len() > 1 && !analysis.plan.steps.is_empty(), "{}", example.id);
        }
    }

    #[test]
    fn the_first_builds_four_of_its_stages_in_eight_steps() {
        let analysis = analyze(&Request { source: FIRST.into(), ..Request::default() });
        let built = analysis.resolved.stages.iter().filter(|stage| analysis.graph.is_built(stage.id)).count();
        assert_eq!((built, analysis.resolved.stages.len(), analysis.plan.steps.len()), (4, 10, 8));
    }

    #[test]
    fn a_build_arg_chooses_the_branch_that_is_built() {
        let example = ALL.iter().find(|example| example.id == "choose-a-base").unwrap();
        let built = |database: &str| -> Vec<String> {
            let build_args = [("DATABASE".to_owned(), database.to_owned())].into();
            let analysis = analyze(&Request { source: source(example), build_args, ..Request::default() });
            let stages = analysis.resolved.stages.iter().filter(|stage| analysis.graph.is_built(stage.id));
            stages.map(|stage| stage.label.clone()).collect()
        };
        assert_eq!(built("postgres"), ["base", "with-postgres", "stage-3"]);
        assert_eq!(built("sqlite"), ["base", "with-sqlite", "stage-3"]);
    }

    #[test]
    fn ids_are_unique() {
        let ids: std::collections::BTreeSet<&str> = ALL.iter().map(|example| example.id).collect();
        assert_eq!(ids.len(), ALL.len());
    }
}

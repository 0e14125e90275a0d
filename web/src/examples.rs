//! The gallery: files that each show one idea.

/// An example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// A name for it that stays the same.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its idea, in one sentence.
    pub idea: &'static str,
    /// The Dockerfile.
    pub source: &'static str,
}

/// All of them; the page opens with the first.
pub const ALL: [Example; 11] = [
    Example {
        id: "velocity",
        title: "One file, many images",
        idea: "Stages for testing, checking, documenting and running an application, each a target of its own.",
        source: include_str!("../examples/velocity.Dockerfile"),
    },
    Example {
        id: "parallel",
        title: "Branches that meet",
        idea: "Three stages are built at the same time, and the last one gathers what they made.",
        source: include_str!("../examples/parallel.Dockerfile"),
    },
    Example {
        id: "test-gate",
        title: "Tests that are skipped",
        idea: "A stage that nothing needs is not built, unless the target is made to depend on it.",
        source: include_str!("../examples/test-gate.Dockerfile"),
    },
    Example {
        id: "from-image",
        title: "Programs from other images",
        idea: "COPY --from takes files straight out of an image that is not in the file.",
        source: include_str!("../examples/from-image.Dockerfile"),
    },
    Example {
        id: "choose-a-base",
        title: "A build arg chooses the branch",
        idea: "A variable in FROM makes another part of the graph the one that is built.",
        source: include_str!("../examples/choose-a-base.Dockerfile"),
    },
    Example {
        id: "cross-compile",
        title: "Cross-compiling",
        idea: "The compiler runs on the builder\u{2019}s own platform, and its output is for another.",
        source: include_str!("../examples/cross-compile.Dockerfile"),
    },
    Example {
        id: "mounts",
        title: "Borrowed files",
        idea: "Mounts lend caches, sources and the files of other stages to a single RUN.",
        source: include_str!("../examples/mounts.Dockerfile"),
    },
    Example {
        id: "scratch",
        title: "An image from nothing",
        idea: "One program and the two files that it needs, on top of scratch.",
        source: include_str!("../examples/scratch.Dockerfile"),
    },
    Example {
        id: "onbuild",
        title: "Instructions for later",
        idea: "ONBUILD in one stage is carried out in every stage that starts from it.",
        source: include_str!("../examples/onbuild.Dockerfile"),
    },
    Example {
        id: "heredoc",
        title: "Scripts and files in place",
        idea: "Here-documents keep a script in one step, and small files out of the context.",
        source: include_str!("../examples/heredoc.Dockerfile"),
    },
    Example {
        id: "artefacts",
        title: "Files instead of an image",
        idea: "The last stage gathers reports and bundles, to be written to a folder.",
        source: include_str!("../examples/artefacts.Dockerfile"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use stagewright::{Request, analyze};

    #[test]
    fn every_example_builds_and_has_more_than_one_stage() {
        for example in ALL {
            let analysis = analyze(&Request { source: example.source.into(), ..Request::default() });
            assert_eq!(analysis.diagnostics, [], "{}", example.id);
            assert!(analysis.resolved.stages.len() > 1 && !analysis.plan.steps.is_empty(), "{}", example.id);
        }
    }

    #[test]
    fn the_first_builds_four_of_its_stages_in_eight_steps() {
        let analysis = analyze(&Request { source: ALL[0].source.into(), ..Request::default() });
        let built = analysis.resolved.stages.iter().filter(|stage| analysis.graph.is_built(stage.id)).count();
        assert_eq!((built, analysis.resolved.stages.len(), analysis.plan.steps.len()), (4, 10, 8));
    }

    #[test]
    fn a_build_arg_chooses_the_branch_that_is_built() {
        let example = ALL.iter().find(|example| example.id == "choose-a-base").unwrap();
        let built = |database: &str| -> Vec<String> {
            let build_args = [("DATABASE".to_owned(), database.to_owned())].into();
            let analysis = analyze(&Request { source: example.source.into(), build_args, ..Request::default() });
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

//! What holds for every input, tried on every text that the project has.

use stagewright::graph::StageGraph;
use stagewright::language::{self, Document, RenameError, rename};
use stagewright::layout::Direction;
use stagewright::resolve::Stage;
use stagewright::{Request, analyze};
use stagewright_tests::drawing::{cards_of, drawn};
use stagewright_tests::language as asked;
use stagewright_tests::promises;
use stagewright_tests::recorded::{all_cases, texts};

#[track_caller]
fn check(name: &str, request: &Request) {
    let broken = promises::check(request).and_then(|analysis| promises::check_drawing(&analysis, None));
    if let Err(broken) = broken.and_then(|_| promises::check_link(request)) {
        panic!("{name}: {broken}\n{}", request.source);
    }
}

#[test]
fn every_recorded_case_keeps_the_promises() {
    for case in all_cases() {
        check(&case.id, &case.request);
    }
}

#[test]
fn every_text_keeps_them_with_each_of_its_stages_as_the_target() {
    for (name, source) in texts() {
        let request = Request { source, ..Request::default() };
        check(&name, &request);
        for stage in analyze(&request).resolved.stages.into_iter().filter(Stage::is_named) {
            check(&name, &Request { target: Some(stage.label), ..request.clone() });
        }
    }
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    for (_, source) in texts() {
        let request = Request { source, ..Request::default() };
        let [one, other] = [0, 1].map(|_| {
            let analysis = analyze(&request);
            let direction = Direction::LeftToRight;
            let cards = cards_of(&analysis, direction, true);
            let drawing = drawn(&cards, direction, None);
            format!("{analysis:?}{cards:?}{drawing:?}")
        });
        assert!(one == other, "{}", request.source);
    }
}

#[test]
fn a_text_that_lost_its_end_keeps_the_promises() {
    for (name, source) in texts().into_iter().step_by(7) {
        let ends: Vec<usize> = source.char_indices().map(|(at, _)| at).step_by(41).collect();
        for end in ends {
            check(&name, &Request { source: source[..end].to_owned(), ..Request::default() });
        }
    }
}

#[test]
fn every_text_can_be_asked_about_wherever_one_is() {
    for (index, (name, source)) in texts().into_iter().enumerate() {
        let request = Request { source, ..Request::default() };
        let analysis = analyze(&request);
        let whole = asked::check_whole(&request, &analysis);
        // Other places in other texts.
        let places = (index % 29..=request.source.len()).step_by(29);
        let mut answers = places.map(|at| asked::check(&request, &analysis, at as u32)).chain([whole]);
        if let Some(broken) = answers.find_map(Result::err) {
            panic!("{name}: {broken}\n{}", request.source);
        }
    }
}

/// An editor may ask about a text before the analysis of that text is there.
#[test]
fn an_analysis_of_another_text_does_no_harm() {
    let texts: Vec<String> = texts().into_iter().map(|(_, text)| text).step_by(5).collect();
    for pair in texts.windows(2) {
        let analysis = analyze(&Request { source: pair[0].clone(), ..Request::default() });
        let request = Request { source: pair[1].clone(), ..Request::default() };
        let document = Document::new(&request, &analysis);
        for at in (0..request.source.len() as u32 + 99).step_by(41) {
            drop((language::hover(&document, at), language::completion(&document, at)));
            drop((language::uses(&document, at), language::definition(&document, at)));
            drop(language::rename(&document, at, "new"));
        }
        drop((language::folding(&document), language::symbols(&document)));
    }
}

#[test]
fn every_stage_and_argument_can_get_another_name() {
    let (mut n_tried, mut n_renamed) = (0, 0);
    for (name, source) in texts() {
        let request = Request { source, ..Request::default() };
        let analysis = analyze(&request);
        let document = Document::new(&request, &analysis);
        let stages = analysis.resolved.stages.iter().filter_map(|stage| Some(stage.name.as_ref()?.range));
        let args = analysis.declared_args().into_iter().flat_map(|arg| arg.ranges);
        for place in stages.chain(args) {
            // Mounts without `from` look for a stage of this name, too.
            if place.of(&request.source) == "scratch" {
                continue;
            }
            n_tried += 1;
            match rename(&document, place.start, "something_new") {
                Ok(_) => n_renamed += 1,
                // What a name is made of, or set by, or means to others, is told.
                Err(
                    RenameError::MadeOfVariables(_)
                    | RenameError::SetByShell(_)
                    | RenameError::Reserved(_)
                    | RenameError::NoName,
                ) => {}
                Err(error) => panic!("{name}, {place:?}: {error}\n{}", request.source),
            }
        }
    }
    assert!(n_renamed * 10 > n_tried * 9, "only {n_renamed} of {n_tried}");
}

#[test]
fn who_needs_a_stage_would_build_it() {
    for (name, source) in texts() {
        let request = Request { source, ..Request::default() };
        let analysis = analyze(&request);
        for stage in &analysis.resolved.stages {
            let users = analysis.graph.needed_by(stage.id);
            for user in analysis.resolved.stages.iter().filter(|user| user.id != stage.id) {
                let node = StageGraph::node_of(user.id);
                let graph = &analysis.graph;
                let reach = stagewright::graph::Reach::of(graph.nodes.len(), &graph.edges, node);
                let needs = reach.needs(StageGraph::node_of(stage.id));
                assert_eq!(users.contains(&user.id), needs, "{name}: {} for {}", stage.label, user.label);
            }
        }
    }
}

/// Texts that ask for far more than they hold. Were the work not bounded, this would not end.
#[test]
fn texts_that_ask_for_too_much_keep_the_promises() {
    let many = |n: usize, line: fn(usize) -> String| -> String { (0..n).map(line).collect() };
    let chain = |body: &str| -> String {
        let stage = |n: usize| format!("FROM b{n} AS b{}\n{}\n", n + 1, body.replace('#', &n.to_string()));
        format!("FROM a AS b0\n{}", (0..3_000).map(stage).collect::<String>())
    };
    let texts = [
        "$".repeat(200_000),
        format!("FROM a\nENV a={}", "${a:-".repeat(50_000)),
        format!("FROM a\nENV a=12345678\n{}", "ENV a=$a$a\n".repeat(60)),
        format!("ARG a=12345678\n{}FROM $a", "ARG a=$a$a\n".repeat(60)),
        format!("FROM a\nENV s={}\n{}", "a".repeat(50_000), "ENV t=${s//a*b/c}\n".repeat(500)),
        format!("FROM a\n{}", "EXPOSE 1-65535\n".repeat(300)),
        format!("FROM a\n{}", "WORKDIR folder\n".repeat(10_000)),
        format!("FROM a\nADD {} /", "http://a/b ".repeat(10_000)),
        format!("FROM a AS b\n{}{}", "ONBUILD RUN x\n".repeat(2_000), "FROM b\n".repeat(2_000)),
        format!("FROM a\n{}", many(10_000, |n| format!("ENV a{n}=1\nRUN {n}\n"))),
        format!("FROM a\n{}", many(5_000, |n| format!("RUN <<E{n}\n"))),
        many(5_000, |n| format!("FROM image{n} AS b{n}\nCOPY --from={n} a b\n")),
        chain("ENV a#=1"),
        chain("ARG a#=1"),
        chain("ONBUILD COPY --from=b# a b"),
        format!("FROM a\nRUN {}", "[".repeat(300_000)),
        format!("FROM a\nRUN a {}", "\\\n".repeat(50_000)),
    ];
    for source in texts {
        let name: String = source.chars().take(40).collect();
        let broken = promises::check(&Request { source, ..Request::default() });
        let broken = broken.and_then(|analysis| promises::check_drawing(&analysis, None));
        assert_eq!(broken.err(), None, "{name:?}");
    }
}

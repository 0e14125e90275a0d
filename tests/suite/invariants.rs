//! What holds for every input, tried on every text that the project has.

use stagewright::graph::StageGraph;
use stagewright::layout::Direction;
use stagewright::{Request, analyze};
use stagewright_tests::drawing::{cards_of, drawn};
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
        for stage in analyze(&request).resolved.stages.into_iter().filter(|stage| stage.is_named()) {
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

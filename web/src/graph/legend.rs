//! What the lines of the graph mean: those kinds that are in it.

use std::collections::BTreeSet;

use stagewright::graph::EdgeKind;
use stagewright::layout::{Direction, Point, Route};
use yew::prelude::*;

use crate::graph::edge::shapes;
use crate::strings;

/// The legend of these kinds of edges, and of the sign for the build context.
pub fn legend(kinds: &BTreeSet<EdgeKind>, context: bool) -> Html {
    html! {
        <ul class="legend" aria-label={strings::LEGEND}>
            {for kinds.iter().map(|&kind| html! {
                <li key={kind.name()}>{sample(kind)}{strings::edge_kind(kind)}</li>
            })}
            if context {
                <li key="context">
                    <svg aria-hidden="true" width="18" height="14" viewBox="-1 0 18 14">
                        <path class="folder" d="M.75 11.25V1.75h5l1.5 2h8v7.5z" />
                    </svg>
                    {strings::CONTEXT}
                </li>
            }
        </ul>
    }
}

fn sample(kind: EdgeKind) -> Html {
    let route = Route { points: vec![Point { x: 0.0, y: 7.0 }, Point { x: 40.0, y: 7.0 }] };
    let (line, head) = shapes(&route, Direction::LeftToRight, kind);
    html! {
        <svg class={classes!("edge", kind.name())} aria-hidden="true" width="42" height="14" viewBox="-1 0 42 14">
            <path class="line" d={line} />
            <path class="head" d={head} />
        </svg>
    }
}

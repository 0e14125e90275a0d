//! Draws graphs from standard input, for `tests/graphviz/compare.mjs`:
//!
//! ```text
//! cargo run --example drawings < graphs.tsv | node tests/graphviz/compare.mjs
//! ```
//!
//! A line is a graph, with three fields between tabs: its name; its boxes as
//! `key,width,height`, between semicolons; its edges as `from,to,port,weight`,
//! likewise, where `port` is `-` for none. An argument `tb` draws top to bottom.

#[expect(dead_code, reason = "the tests of the layout use the rest of it")]
#[path = "../tests/layout/geometry.rs"]
mod geometry;

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};

use stagewright::layout::{BoxSpec, Direction, EdgeSpec, Spacing, draw};

/// What reading gives, or what is wrong with the line.
type Read<T> = Result<T, Box<dyn Error>>;

fn main() -> Read<()> {
    let direction = match std::env::args().nth(1).as_deref() {
        Some("tb") => Direction::TopToBottom,
        _ => Direction::LeftToRight,
    };
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        writeln!(out, "{}", compared(&line?, direction)?)?;
    }
    Ok(())
}

/// The line of JSON for a graph.
fn compared(line: &str, direction: Direction) -> Read<String> {
    let mut fields = line.split('\t');
    let mut next = || fields.next().ok_or("a line has three fields between tabs");
    let (name, boxes, edges) = (next()?, items(next()?, read_box)?, items(next()?, read_edge)?);
    let drawing = draw(&boxes, &edges, direction, &Spacing::default(), None);
    let name = name.replace(['"', '\\'], "'");
    let side = if direction == Direction::TopToBottom { "TB" } else { "LR" };
    let sizes = list(boxes.iter().map(|b| format!(r#"{{"w":{},"h":{}}}"#, b.width, b.height)));
    let ends = list(edges.iter().map(|e| {
        let port = e.to_port.map_or("null".to_owned(), |port| port.to_string());
        format!("[{},{},{port}]", e.from, e.to)
    }));
    let rects =
        list(drawing.boxes.iter().map(|r| format!(r#"{{"x":{},"y":{},"w":{},"h":{}}}"#, r.x, r.y, r.width, r.height)));
    let routes = list(
        drawing
            .routes
            .iter()
            .map(|route| list(geometry::sampled(route, direction).iter().map(|(x, y)| format!("[{x},{y}]")))),
    );
    Ok(format!(
        r#"{{"name":"{name}","direction":"{side}","boxes":{sizes},"edges":{ends},"ours":{{"boxes":{rects},"routes":{routes}}}}}"#
    ))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn items<T>(text: &str, read: impl Fn(&[&str]) -> Read<T>) -> Read<Vec<T>> {
    let item = |item: &str| read(&item.split(',').collect::<Vec<_>>());
    text.split(';').filter(|item| !item.is_empty()).map(item).collect()
}

fn read_box(parts: &[&str]) -> Read<BoxSpec> {
    let [key, width, height] = parts else {
        return Err("a box is key,width,height".into());
    };
    Ok(BoxSpec { key: (*key).to_owned(), width: width.parse()?, height: height.parse()? })
}

fn read_edge(parts: &[&str]) -> Read<EdgeSpec> {
    let [from, to, port, weight] = parts else {
        return Err("an edge is from,to,port,weight".into());
    };
    let to_port = if *port == "-" { None } else { Some(port.parse()?) };
    let (from, to, weight) = (from.parse()?, to.parse()?, weight.parse()?);
    Ok(EdgeSpec { from, to, from_port: None, to_port, weight })
}

//! The stage graph as boxes and edges for [`draw`](super::draw): how large each card is, what stands on
//! it, and where edges may end.
//!
//! Text is measured with a table, so that the same file is laid out alike on every machine; whoever
//! draws has to use a monospace font. Closed, a card tells name, base and number of steps. Opened, it has a
//! row for each instruction, and edges end at the row that causes them. Relies on the graph and the
//! resolved stages; colours and shapes are left to the view.

use std::collections::BTreeSet;

use crate::graph::{EdgeId, EdgeKind, NodeId, NodeKind, StageGraph};
use crate::lookup::Lookup;
use crate::resolve::{Base, CommandId, Resolved, Source, Stage, StageId};

use super::{BoxSpec, Direction, EdgeSpec};

/// Sizes on a card, in pixels. Heights of text are those of its line, from the top of the card.
pub mod metrics {
    /// Font size of a stage's name.
    pub const TITLE: f32 = 18.0;
    /// Font size of the rest.
    pub const SMALL: f32 = 13.0;
    /// Between the side of a card and its text.
    pub const PAD: f32 = 12.0;
    /// Room for the sign of the state, before the name.
    pub const SIGN: f32 = 20.0;
    /// Width of the sign that the build context is read.
    pub const FOLDER: f32 = 16.0;
    /// Baseline of the name.
    pub const TITLE_LINE: f32 = 27.0;
    /// Baseline of what follows it: the base, or the state where an edge shows the base.
    pub const BASE_LINE: f32 = 49.0;
    /// Between the last baseline of a closed card and its end.
    pub const END: f32 = 12.0;
    /// From one baseline to the next.
    pub const LINE: f32 = 19.0;
    /// Height of a card for an image outside the file.
    pub const IMAGE: f32 = 52.0;
    /// Height of a row of an open card.
    pub const ROW: f32 = 24.0;
    /// Below the last row.
    pub const FOOT: f32 = 8.0;
    /// The least width of a card.
    pub const NARROW: f32 = 96.0;
    /// The greatest width of a closed card.
    pub const WIDE: f32 = 260.0;
    /// The greatest width of an open card.
    pub const OPEN: f32 = 360.0;
    /// Width of a character as a part of the font size, in the widest of the usual monospace fonts.
    pub const ADVANCE: f32 = 0.61;
    /// The same for words of the interface, in the widest of the usual fonts without serifs.
    pub const SANS_ADVANCE: f32 = 0.56;
}

/// What is on the cards, and what to lay out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cards {
    /// The cards, in the order of the graph's nodes. The build context has none: it would be tied to
    /// almost every stage, so that [`Card::reads_context`] says it instead.
    pub cards: Vec<Card>,
    /// The edges to draw.
    pub links: Vec<Link>,
    /// The cards as boxes, one for each.
    pub boxes: Vec<BoxSpec>,
    /// The links as edges, one for each.
    pub edges: Vec<EdgeSpec>,
}

/// A card.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// What it stands for.
    pub node: NodeId,
    /// The stage; none for what is outside the file.
    pub stage: Option<StageId>,
    /// What it is known by from one drawing to the next; no two cards have the same.
    pub key: String,
    /// BuildKit's name of the stage, or the full reference of the image.
    pub label: String,
    /// The name as shown, cut where it is too long.
    pub title: String,
    /// What it starts from, as shown; empty where an edge leads from it to the card. For what is outside the
    /// file, what it is.
    pub base: String,
    /// What the target makes of it.
    pub state: State,
    /// Number of steps, as BuildKit counts them in labels.
    pub n_steps: u32,
    /// Whether some of its instructions take files from the build context.
    pub reads_context: bool,
    /// Whether it has instructions to show.
    pub can_open: bool,
    /// Its instructions, where it is open.
    pub rows: Vec<Row>,
    /// Width in pixels.
    pub width: f32,
    /// Height in pixels.
    pub height: f32,
}

/// What a target makes of a stage or image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is the target.
    Target,
    /// The target needs it.
    Built,
    /// The target does not need it.
    Skipped,
}

impl State {
    /// The word for it: `target`, `built` or `skipped`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Built => "built",
            Self::Skipped => "skipped",
        }
    }
}

/// An instruction on an open card.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The instruction.
    pub command: CommandId,
    /// Its text, cut where it is too long.
    pub text: String,
    /// Its middle, in pixels from the top of the card.
    pub y: f32,
}

/// An edge to draw. Where several instructions of a closed card use the same thing in the same way,
/// there is one for all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The card of what is used, as an index of [`Cards::cards`].
    pub from: usize,
    /// The card of the stage that uses it.
    pub to: usize,
    /// How.
    pub kind: EdgeKind,
    /// The edges of the graph that it stands for; never empty.
    pub edges: Vec<EdgeId>,
    /// Whether the target needs it.
    pub needed: bool,
}

/// The cards of a graph. `open` holds the keys of the cards that show their instructions.
#[must_use]
pub fn cards(graph: &StageGraph, resolved: &Resolved, open: &BTreeSet<String>, direction: Direction) -> Cards {
    let mut out = Cards::default();
    let mut index_of: Vec<Option<usize>> = vec![None; graph.nodes.len()];
    let mut taken: Lookup<String, u32> = Lookup::default();
    for node in &graph.nodes {
        let state = state_of(graph, node.id);
        let mut card = match &node.kind {
            NodeKind::Stage(stage) => match resolved.stages.get(stage.0 as usize) {
                Some(stage) => stage_card(stage, state),
                None => continue,
            },
            NodeKind::Image { reference, familiar, platform } => {
                let note = platform.as_deref().unwrap_or("image");
                outside_card(node.id, reference.clone(), familiar, note, state)
            }
            NodeKind::NamedContext(name) => outside_card(node.id, name.clone(), name, "context", state),
            NodeKind::Context => continue,
        };
        let times = taken.or_insert(card.label.clone(), 0);
        *times += 1;
        card.key = if *times == 1 { card.label.clone() } else { format!("{}#{times}", card.label) };
        if let Some(stage) = card.stage.filter(|_| open.contains(&card.key)) {
            open_card(&mut card, &resolved.stages[stage.0 as usize]);
        }
        index_of[node.id.0 as usize] = Some(out.cards.len());
        out.boxes.push(BoxSpec { key: card.key.clone(), width: card.width, height: card.height });
        out.cards.push(card);
    }
    add_links(&mut out, graph, &index_of, direction);
    out
}

fn state_of(graph: &StageGraph, node: NodeId) -> State {
    if graph.target.map(StageGraph::node_of) == Some(node) {
        State::Target
    } else if graph.reach.needs(node) {
        State::Built
    } else {
        State::Skipped
    }
}

fn stage_card(stage: &Stage, state: State) -> Card {
    use metrics::{FOLDER, PAD, SANS_ADVANCE, SIGN, SMALL, TITLE, WIDE};
    let name = stage.name.as_ref().map_or(stage.label.as_str(), |name| name.text.as_str());
    let title = cut(name, room(WIDE - SIGN - FOLDER - PAD, TITLE));
    let base = match &stage.base {
        Base::Stage(_) | Base::Image(_) => String::new(),
        Base::Scratch => "from scratch".to_owned(),
        Base::Invalid => format!("from {}", stage.base_name.value),
    };
    let base = cut(&base, room(WIDE, SMALL));
    let reads_context =
        stage.commands.iter().flat_map(|command| &command.reads).any(|read| read.source == Source::Context);
    let mut card = Card {
        node: StageGraph::node_of(stage.id),
        stage: Some(stage.id),
        key: String::new(),
        label: stage.label.clone(),
        title,
        base,
        state,
        n_steps: stage.n_steps,
        reads_context,
        can_open: !stage.commands.is_empty(),
        rows: Vec::new(),
        width: 0.0,
        height: 0.0,
    };
    card.height = card.closed_height();
    let folder = if reads_context { FOLDER + PAD / 2.0 } else { 0.0 };
    let lines = [
        SIGN + text_width(&card.title, TITLE) + folder,
        text_width(&card.base, SMALL),
        card.summary().chars().count() as f32 * SMALL * SANS_ADVANCE,
    ];
    card.width = fit(lines.into_iter().fold(0.0, f32::max), PAD, WIDE);
    card
}

fn outside_card(node: NodeId, label: String, name: &str, note: &str, state: State) -> Card {
    use metrics::{IMAGE, PAD, SMALL, TITLE, WIDE};
    let title = cut(name, room(WIDE, SMALL + 1.0));
    let width = text_width(&title, SMALL + 1.0).max(text_width(note, TITLE - 5.0));
    Card {
        node,
        stage: None,
        key: String::new(),
        label,
        title,
        base: note.to_owned(),
        state,
        n_steps: 0,
        reads_context: false,
        can_open: false,
        rows: Vec::new(),
        width: fit(width, PAD, WIDE),
        height: IMAGE,
    }
}

impl Card {
    /// Baseline of the state and the number of steps, of a stage.
    #[must_use]
    pub fn state_line(&self) -> f32 {
        if self.base.is_empty() { metrics::BASE_LINE } else { metrics::BASE_LINE + metrics::LINE }
    }

    /// Height without its instructions, of a stage.
    fn closed_height(&self) -> f32 {
        self.state_line() + metrics::END
    }

    /// State and number of steps in words, such as `built · 6 steps`.
    #[must_use]
    pub fn summary(&self) -> String {
        let steps = match self.n_steps {
            0 => "no steps".to_owned(),
            1 => "1 step".to_owned(),
            n => format!("{n} steps"),
        };
        format!("{} \u{b7} {steps}", self.state.name())
    }
}

fn open_card(card: &mut Card, stage: &Stage) {
    use metrics::{FOOT, OPEN, PAD, ROW, SMALL};
    if stage.commands.is_empty() {
        return;
    }
    let mut y = card.closed_height() + ROW / 2.0;
    let mut widest = card.width - 2.0 * PAD;
    for (i, command) in stage.commands.iter().enumerate() {
        let text = cut(&command.label, room(OPEN, SMALL));
        widest = widest.max(text_width(&text, SMALL));
        card.rows.push(Row { command: CommandId(i as u32), text, y });
        y += ROW;
    }
    card.width = fit(widest, PAD, OPEN);
    card.height = y - ROW / 2.0 + FOOT;
}

/// Adds a link for every use, with those of a closed card that look alike put together.
fn add_links(out: &mut Cards, graph: &StageGraph, index_of: &[Option<usize>], direction: Direction) {
    let mut known: Lookup<(usize, usize, EdgeKind, Option<CommandId>), usize> = Lookup::default();
    for edge in &graph.edges {
        let at = |node: NodeId| index_of.get(node.0 as usize).copied().flatten();
        let (Some(from), Some(to)) = (at(edge.from), at(edge.to)) else { continue };
        let card = &out.cards[to];
        let row = edge.command.and_then(|command| card.rows.iter().find(|row| row.command == command));
        let key = (from, to, edge.kind, row.map(|row| row.command));
        if let Some(&link) = known.get(&key) {
            out.links[link].edges.push(edge.id);
            continue;
        }
        let port = row.map(|row| row.y).or((!card.rows.is_empty()).then_some(metrics::BASE_LINE - 4.0));
        known.insert(key, out.links.len());
        out.edges.push(EdgeSpec {
            from,
            to,
            from_port: (!out.cards[from].rows.is_empty()).then(|| out.cards[from].closed_height() / 2.0),
            to_port: port,
            weight: if edge.kind == EdgeKind::From { 4 } else { 1 },
        });
        if direction == Direction::TopToBottom {
            // Rows lie one under the other: from above, all of them are in the same place.
            let last = out.edges.len() - 1;
            (out.edges[last].from_port, out.edges[last].to_port) = (None, None);
        }
        let needed = graph.reach.needs(edge.to);
        out.links.push(Link { from, to, kind: edge.kind, edges: vec![edge.id], needed });
    }
}

/// Width of `text` in a monospace font, in pixels.
#[must_use]
pub fn text_width(text: &str, size: f32) -> f32 {
    text.chars().map(columns).sum::<usize>() as f32 * size * metrics::ADVANCE
}

/// Columns that a character takes: two for those of East Asia and pictures, none for what is put on top
/// of another.
fn columns(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f => 2,
        0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Columns of text of this size on a card of this width.
fn room(width: f32, size: f32) -> usize {
    ((width - 2.0 * metrics::PAD) / (size * metrics::ADVANCE)) as usize
}

fn fit(text: f32, pad: f32, most: f32) -> f32 {
    (text + 2.0 * pad).ceil().max(metrics::NARROW).min(most)
}

/// `text` in at most `room` columns, with an ellipsis where something is left out.
fn cut(text: &str, room: usize) -> String {
    if text.chars().map(columns).sum::<usize>() <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += columns(c);
        if used > room {
            break;
        }
        out.push(c);
    }
    out.push('\u{2026}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_the_columns_it_takes() {
        assert_eq!(cut("日本語テキスト", 9), "日本語テ\u{2026}");
        assert_eq!(cut("short", 9), "short");
    }
}

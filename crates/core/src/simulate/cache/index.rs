//! Which sheets of a stack have something at a path, for thousands of stacks that share most of what is in
//! them.
//!
//! A stack is a binary trie over the numbers of paths. Laying a sheet upon it copies the nodes on the way to
//! the path, and nothing else, so that a stack is kept as it was for those that build upon it. Each path that
//! has to do with a sheet knows all such sheets, the uppermost first.

use super::files::TextId;

/// The number of a sheet; of two in a stack, the upper one has the higher.
pub(super) type SheetId = u32;

/// A stack of sheets; `Index` knows what is in it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stack(Option<u32>);

/// Sheets, the uppermost first; `Index` knows them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sheets(Option<u32>);

/// The sheets of a stack that have to do with a path.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Touching {
    /// Those whose folder it is.
    pub(super) here: Sheets,
    /// Those whose folder lies in it.
    pub(super) below: Sheets,
}

#[derive(Clone, Debug)]
enum Node {
    Path(u32, Touching),
    /// By the next bit of the number.
    Fork([Stack; 2]),
}

/// All stacks.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    nodes: Vec<Node>,
    links: Vec<(SheetId, Sheets)>,
}

/// Spreads numbers, each to another one, so that the trie is even.
fn spread(path: TextId) -> u32 {
    path.0.wrapping_mul(0x9e37_79b1).reverse_bits()
}

impl Index {
    /// The sheets of a stack that have to do with a path.
    pub(super) fn touching(&self, stack: Stack, path: TextId) -> Touching {
        let key = spread(path);
        let (mut at, mut bits) = (stack, key);
        while let Some(node) = at.0 {
            match &self.nodes[node as usize] {
                Node::Path(own, touching) => return if *own == key { *touching } else { Touching::default() },
                Node::Fork(ways) => at = ways[(bits & 1) as usize],
            }
            bits >>= 1;
        }
        Touching::default()
    }

    /// A stack in which other sheets have to do with a path.
    pub(super) fn with(&mut self, stack: Stack, path: TextId, touching: Touching) -> Stack {
        self.put(stack, spread(path), 0, touching)
    }

    fn put(&mut self, stack: Stack, key: u32, depth: u32, touching: Touching) -> Stack {
        let Some(node) = stack.0 else { return self.node(Node::Path(key, touching)) };
        let mut ways = match &self.nodes[node as usize] {
            Node::Path(own, _) if *own == key => return self.node(Node::Path(key, touching)),
            // What is there moves down by one.
            Node::Path(own, _) => {
                let mut ways = [Stack::default(); 2];
                ways[(own >> depth & 1) as usize] = stack;
                ways
            }
            Node::Fork(ways) => *ways,
        };
        let way = &mut ways[(key >> depth & 1) as usize];
        *way = self.put(*way, key, depth + 1, touching);
        self.node(Node::Fork(ways))
    }

    fn node(&mut self, node: Node) -> Stack {
        self.nodes.push(node);
        Stack(Some(crate::text::offset(self.nodes.len() - 1)))
    }

    /// Some sheets with one more on top.
    pub(super) fn link(&mut self, sheet: SheetId, below: Sheets) -> Sheets {
        self.links.push((sheet, below));
        Sheets(Some(crate::text::offset(self.links.len() - 1)))
    }

    /// The uppermost sheet, and those below it.
    pub(super) fn first(&self, sheets: Sheets) -> Option<(SheetId, Sheets)> {
        Some(self.links[sheets.0? as usize])
    }
}

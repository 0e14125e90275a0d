//! Prints the first view as HTML, for the place that index.html keeps for it.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(stagewright_web::prerender::first_view().as_bytes())
}

//! The chores of the project, one verb each.

fn main() {}

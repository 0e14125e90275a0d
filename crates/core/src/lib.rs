//! Everything of Stagewright that is not a browser.

pub mod layout;

//! What a build would do: when each step runs, what comes from the cache, and what another builder would make of it.
//!
//! [`settings`] is what is asked, a part of the page's state; [`run`] works out what follows, with the core's
//! `simulate`; [`film`] tells it moment by moment. The rest draws it. Nothing here is worked out before it is shown.

pub mod both;
pub mod chains;
pub mod changes;
pub mod classic;
pub mod compare;
pub mod film;
pub mod given;
pub mod intake;
pub mod kit;
pub mod panel;
pub mod player;
pub mod run;
pub mod settings;
pub mod timeline;
pub mod times;
pub mod told;
pub mod words;

#[cfg(test)]
mod tests;

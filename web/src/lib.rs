//! The playground: a page that shows what `docker build` will do, drawn with Yew.
//!
//! [`state`] says what the page knows and how it changes, [`analysis`] what follows from it by the core.
//! The views ([`graph`], [`steps`], [`problems`], [`outline`], [`editor`], [`controls`]) only draw, and send actions.
//! [`rim`] ties the state to the browser; whatever touches the browser is in [`platform`]. The first view is also drawn without a browser, by the
//! program `prerender`, so that the page can be read before WebAssembly has arrived.

pub mod analysis;
pub mod app;
pub mod controls;
pub mod editor;
pub mod element;
pub mod examples;
pub mod explain;
pub mod graph;
pub mod links;
pub mod mend;
pub mod outline;
pub mod platform;
#[cfg(any(feature = "ssr", test))]
pub mod prerender;
pub mod problems;
pub mod rim;
pub mod scene;
pub mod state;
pub mod steps;
pub mod strings;
pub mod typing;
pub mod why;

pub use app::{App, AppProps};

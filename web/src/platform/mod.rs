//! Everything that touches the browser, each part behind plain values.
//!
//! Whatever a browser may refuse (storage, the clipboard, compression) gives an `Option` or says whether it
//! worked; nothing here panics. Only effects and event handlers call it, so that the first view can be drawn
//! without a browser.

pub mod clipboard;
pub mod compress;
pub mod dialog;
pub mod document;
pub mod files;
pub mod listen;
pub mod location;
pub mod media;
pub mod observe;
pub mod start;
pub mod storage;

pub use listen::Listener;

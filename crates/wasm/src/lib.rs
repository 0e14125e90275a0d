//! The JavaScript API: thin, with serde types of its own.

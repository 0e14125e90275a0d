//! Any text or data is opened as a link, and ours come back as they were.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stagewright_tests::fuzzing;

fuzz_target!(|bytes: &[u8]| fuzzing::share(bytes));

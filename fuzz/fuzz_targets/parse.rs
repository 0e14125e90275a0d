//! Any text is read, and what is said of it lies inside it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stagewright_tests::fuzzing;

fuzz_target!(|bytes: &[u8]| fuzzing::parse(bytes));

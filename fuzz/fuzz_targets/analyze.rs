//! Any request is analysed, drawn and asked about.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stagewright_tests::fuzzing;

fuzz_target!(|bytes: &[u8]| fuzzing::analyze(bytes));

//! A program does the same in two modules as in one, whatever it is told that ran.
//!
//! Binaryen reads the program below, and node runs it: both are there for the site anyway.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::ran::Ran;
use super::regions::{local_functions, regions, shape};
use super::{parse, plain_name, split};
use crate::project::root;

/// Loops, tables of branches, returns from within, values that outlive a branch, calls through the table.
const PROGRAM: &str = r#"(module
  (import "js" "note" (func $note (param i32)))
  (type $number (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (table $table 2 2 funcref)
  (elem (i32.const 0) func $double $collatz)
  (global $count (mut i32) (i32.const 0))
  (func $fetch (export "fetch_rest") (call $note (i32.const -1)))
  (func $double (param i32) (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (if (i32.gt_s (local.get 0) (i32.const 100))
      (then (call $note (local.get 0)) (call $note (i32.const 100)) (call $note (i32.const 101)) (call $note (i32.const 102))
            (call $note (i32.const 103)) (call $note (i32.const 104)) (call $note (i32.const 105)) (call $note (i32.const 106))
            (call $note (i32.const 107)) (call $note (i32.const 108)) (call $note (i32.const 109)) (call $note (i32.const 110))))
    (i32.mul (local.get 0) (i32.const 2)))
  (func $collatz (param $n i32) (result i32) (local $steps i32)
    (block $done
      (loop $again
        (br_if $done (i32.le_s (local.get $n) (i32.const 1)))
        (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
        (block $even
          (br_if $even (i32.eqz (i32.and (local.get $n) (i32.const 1))))
          (local.set $n (i32.add (i32.mul (local.get $n) (i32.const 3)) (i32.const 1)))
          (call $note (local.get $n)) (call $note (local.get $steps)) (call $note (i32.const 7)) (call $note (i32.const 8))
          (call $note (i32.const 9)) (call $note (i32.const 10)) (call $note (i32.const 11)) (call $note (i32.const 12))
          (call $note (i32.const 13)) (call $note (i32.const 14))
          (br $again))
        (local.set $n (i32.shr_s (local.get $n) (i32.const 1)))
        (br $again)))
    (local.get $steps))
  (func $choose (param $which i32) (param $x i32) (result i32) (local $sum i32) (local $i i32)
    (block $default
      (block $two
        (block $one
          (block $zero
            (br_table $zero $one $two $default (local.get $which)))
          (return (call $double (local.get $x))))
        (block $out
          (loop $more
            (br_if $out (i32.ge_s (local.get $i) (local.get $x)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (local.set $sum (i32.add (local.get $sum) (call $double (local.get $i))))
            (block $b2 (block $b1
              (br_table $b1 $more $b2 $out (i32.rem_s (local.get $sum) (i32.const 5))))
              (call $note (local.get $sum)) (call $note (i32.const 20)) (call $note (i32.const 21)) (call $note (i32.const 22))
              (call $note (i32.const 23)) (call $note (i32.const 24)) (call $note (i32.const 25)) (call $note (i32.const 26))
              (local.set $sum (i32.add (local.get $sum) (i32.const 1))))
            (br $more)))
        (return (i32.add (local.get $sum) (local.get $i))))
      (return (call_indirect (type $number) (local.get $x) (i32.const 1))))
    (call $note (i32.const 30)) (call $note (i32.const 31)) (call $note (i32.const 32)) (call $note (i32.const 33))
    (call $note (i32.const 34)) (call $note (i32.const 35)) (call $note (i32.const 36)) (call $note (i32.const 37))
    (i32.const -7))
  (func (export "run") (param i32 i32) (result i32)
    (i32.add (call $choose (local.get 0) (local.get 1)) (i32.mul (i32.const 1000) (global.get $count)))))
"#;

/// Prints what the program returns and notes for many arguments; with a second module, that is linked at the first
/// call that needs it.
const RUN: &str = r#"
    const { readFileSync } = require('node:fs');
    const [first, rest] = process.argv.slice(1);
    const said = [];
    let linked = !rest;
    const load = (file, imports) => new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), imports).exports;
    const note = (n) => {
        if (n !== -1) return said.push(n);
        if (!linked) { linked = true; load(rest, { first: program }); }
    };
    const name = process.env.NOTE ?? 'note';
    const program = load(first, { js: { [name]: note } });
    for (let which = 0; which < 5; which++) for (const x of [0, 1, 2, 3, 7, 27, 60, 101, 500]) said.push(program.run(which, x));
    console.log(said.join());
"#;

/// A folder for files of this test.
fn folder() -> PathBuf {
    let folder = root().join("target/split-tests");
    fs::create_dir_all(&folder).expect("a folder below target/");
    folder
}

fn node(args: &[&str], name: &str) -> String {
    let out = Command::new("node").current_dir(folder()).env("NOTE", name).args(args).output().expect("node");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("text")
}

fn program() -> Vec<u8> {
    let folder = folder();
    fs::write(folder.join("program.wat"), PROGRAM).expect("a file");
    let wasm_as = root().join("node_modules/binaryen/bin/wasm-as").display().to_string();
    node(&[&wasm_as, "-g", "--enable-multivalue", "program.wat", "-o", "program.wasm"], "note");
    fs::read(folder.join("program.wasm")).expect("a module")
}

/// Notes that hold for the regions of which `ran` says so, by their number in the program and in their function.
fn notes(wasm: &[u8], ran: impl Fn(usize, usize) -> bool) -> Ran {
    let mut module = parse(wasm).expect("a module");
    let (mut notes, mut number) = (Ran::default(), 0);
    for id in local_functions(&module) {
        let name = plain_name(module.funcs.get(id).name.as_deref().unwrap_or_default());
        let regions = regions(module.funcs.get_mut(id).kind.unwrap_local());
        for region in 0..regions.len() {
            if ran(number, region) {
                notes.note(&name, shape(&regions), region);
            }
            number += 1;
        }
    }
    notes
}

#[test]
fn two_modules_do_what_one_did_whatever_is_said_to_have_run() {
    let wasm = program();
    let whole = node(&["-e", RUN, "--", "program.wasm"], "note");
    assert!(whole.len() > 1000, "{whole}");
    let mut sizes = std::collections::BTreeSet::new();
    for seed in 0..40_usize {
        // Everything, nothing, each function but its regions behind the first ones, and arbitrary choices.
        let ran = notes(&wasm, |number, region| match seed {
            0 => true,
            1 => false,
            2..8 => region < seed - 1,
            _ => (number.wrapping_mul(2_654_435_761) >> 7).wrapping_add(seed * 31) % (2 + seed % 5) != 0,
        });
        let parts = split(&wasm, &ran).expect("two modules");
        let (first, rest) = (format!("first-{seed}.wasm"), format!("rest-{seed}.wasm"));
        fs::write(folder().join(&first), &parts.first).expect("a file");
        fs::write(folder().join(&rest), &parts.rest).expect("a file");
        let note = &parts.renamed[0].1;
        assert_eq!(node(&["-e", RUN, "--", &first, &rest], note), whole, "seed {seed}: {ran:?}");
        sizes.insert(parts.first.len());
    }
    // It would prove nothing if the modules were all alike.
    assert!(sizes.len() > 10, "{sizes:?}");
}

#[test]
fn names_lose_what_differs_from_build_to_build() {
    fn check(name: &str, expect: &str) {
        assert_eq!(plain_name(name), expect);
    }
    check("core[c5930c85a12de822]::str::trim", "core::str::trim");
    check("<alloc[0123456789abcdef]::vec::Vec<[u8]>>::push", "<alloc::vec::Vec<[u8]>>::push");
    check("a::b::h86304c4ade0ce5ce", "a::b");
    check("a::b::{{closure}}.373", "a::b::{{closure}}");
    check("start", "start");
    check("a[", "a[");
}

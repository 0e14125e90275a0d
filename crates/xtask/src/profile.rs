//! `profile`: finds out what the first view runs, and writes the notes that [`crate::split`] goes by.
//!
//! Builds the site with a program in which every region of a function notes that it ran, opens it in Chromium as
//! a reader does (tests/browser/profile.mjs), and keeps the notes. They are committed, so that the same source gives
//! the same site; where they are out of date, the first view becomes larger and stays right.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use walrus::ir::{Const, Instr, MemArg, Store, StoreKind, Value};
use walrus::{ConstExpr, ValType};

use crate::Verb;
use crate::args::Flags;
use crate::build::for_the_site;
use crate::chromium::{self, Browser};
use crate::process::{output, run};
use crate::progress::Steps;
use crate::project::root;
use crate::setup::{self, Toolbox};
use crate::split::ran::Ran;
use crate::split::regions::{local_functions, regions, shape};
use crate::split::{parse, plain_name};

pub(crate) const VERB: Verb = Verb {
    name: "profile",
    help: "Find out what the first view runs of the program, and write it to web/first-view.txt.",
    run: |args| {
        Flags::parse(args, &[])?;
        profile()
    },
};

/// Set while the program is built that notes what it runs: where the list of its regions goes.
pub(crate) const VARIABLE: &str = "STAGEWRIGHT_PROFILE";
const NOTES: &str = "web/first-view.txt";
/// A page of WebAssembly's memory, in bytes.
const PAGE: usize = 65536;

/// What the first view runs.
pub(crate) fn notes() -> Result<Ran> {
    let text = fs::read_to_string(root().join(NOTES)).with_context(|| format!("cannot read {NOTES}"))?;
    Ran::parse(&text).with_context(|| format!("{NOTES} is damaged; `cargo xtask profile` writes it"))
}

fn profile() -> Result<()> {
    let mut steps = Steps::new(setup::STEPS + chromium::STEPS + 2);
    let tools = Toolbox::prepare(&mut steps)?;
    let browser = Browser::prepare(&mut steps)?;
    let step = steps.next("The site, with notes of what runs");
    let site = root().join("target/profile");
    let list = site.with_extension("regions");
    let mut trunk = tools.command("trunk");
    trunk.args(["build", "--release", "--locked", "--dist"]).arg(&site).env(VARIABLE, &list);
    run(for_the_site(&mut trunk))?;
    step.done("built");

    let step = steps.next("The first view");
    let mut command = tools.command("node");
    command.arg("tests/browser/profile.mjs").env("DIST", &site).env("CHROMIUM", &browser.chromium);
    let numbers = output(&mut command)?;
    let list = fs::read_to_string(&list).context("the build left no list")?;
    let all: Vec<&str> = list.lines().collect();
    let mut text = String::new();
    for line in numbers.lines().filter_map(|line| all.get(line.parse::<usize>().ok()?)) {
        let _ = writeln!(text, "{line}");
    }
    let ran = Ran::parse(&text)?;
    ensure!(ran.len() > 100, "the page ran {} functions, which cannot be all", ran.len());
    fs::write(root().join(NOTES), ran.print()).with_context(|| format!("cannot write {NOTES}"))?;
    step.done(&format!("{} functions run; written to {NOTES}", ran.len()));
    Ok(())
}

/// The program with a byte for each region of its functions, which becomes 1 when the region runs. The bytes lie
/// behind what the program starts with, at the exported variable `profile`; `list` gets a line of notes for each.
pub(crate) fn instrument(wasm: &[u8], list: &Path) -> Result<Vec<u8>> {
    let mut module = parse(wasm)?;
    let memory = module.memories.iter().next().context("the program has no memory")?.id();
    let start = usize::try_from(module.memories.get(memory).initial).context("too much memory")? * PAGE;
    let mut lines = String::new();
    let mut count = 0;
    for id in local_functions(&module) {
        let name = plain_name(module.funcs.get(id).name.as_deref().unwrap_or_default());
        let function = module.funcs.get_mut(id).kind.unwrap_local_mut();
        let regions = regions(function);
        for number in 0..regions.len() {
            let _ = writeln!(lines, "{:016x} {number} {name}", shape(&regions));
        }
        let mut marks: Vec<_> = regions.iter().enumerate().collect();
        // From the back, so that what is in front stays where it is.
        marks.sort_by_key(|(_, region)| std::cmp::Reverse(region.start));
        for (number, region) in marks {
            let constant = |value: usize| -> Result<Instr> {
                let value = i32::try_from(value).context("too much memory")?;
                Ok(Instr::Const(Const { value: Value::I32(value) }))
            };
            let kind = StoreKind::I32_8 { atomic: false };
            let store = Store { memory, kind, arg: MemArg { align: 1, offset: 0 } };
            let mark = [constant(start + count + number)?, constant(1)?, Instr::Store(store)];
            let instrs = &mut function.block_mut(region.seq).instrs;
            let mark = mark.into_iter().map(|instr| (instr, Default::default()));
            instrs.splice(region.start..region.start, mark);
        }
        count += regions.len();
    }
    module.memories.get_mut(memory).initial += count.div_ceil(PAGE) as u64;
    let place = i32::try_from(start).context("too much memory")?;
    let place = module.globals.add_local(ValType::I32, false, false, ConstExpr::Value(Value::I32(place)));
    module.exports.add("profile", place);
    fs::write(list, lines).with_context(|| format!("cannot write {}", list.display()))?;
    Ok(module.emit_wasm())
}

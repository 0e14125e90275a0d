//! The chores of the project, one verb each: `cargo xtask VERB`.
//!
//! A verb is a module with a `VERB`, named once in the list below. What verbs share: [`args`] (their
//! flags), [`process`] (programs they start), [`project`] (where things lie, which versions are pinned),
//! [`progress`] (what is shown meanwhile), [`setup`] (tools and packages).

#![expect(clippy::print_stdout, reason = "a program for the command line talks to its user")]

mod answer;
mod args;
mod bench;
mod build;
mod chromium;
mod docs;
mod finish_dist;
mod optimise;
mod page;
mod process;
mod profile;
mod progress;
mod project;
mod serve;
mod setup;
mod size;
mod split;
mod test;

use std::process::ExitCode;

const VERBS: &[Verb] = &[
    serve::VERB,
    serve::ANNOUNCE,
    test::VERB,
    build::VERB,
    size::VERB,
    answer::VERB,
    docs::VERB,
    bench::VERB,
    bench::NATIVE,
    profile::VERB,
    finish_dist::VERB,
];

/// One chore.
struct Verb {
    name: &'static str,
    /// What it does, and its flags; empty for verbs that only other tools call.
    help: &'static str,
    run: fn(&[String]) -> anyhow::Result<()>,
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        let asked = matches!(name.as_str(), "" | "help" | "--help" | "-h");
        if !asked {
            println!("`{name}` is no verb.\n");
        }
        print_help();
        return ExitCode::from(if asked { 0 } else { 2 });
    };
    match (verb.run)(&rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\ncargo xtask {name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn print_help() {
    println!("cargo xtask VERB [FLAGS]\n");
    for verb in VERBS.iter().filter(|verb| !verb.help.is_empty()) {
        println!("  {:<8}{}", verb.name, verb.help.replace('\n', "\n          "));
    }
}

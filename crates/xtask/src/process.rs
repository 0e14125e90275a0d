//! Programs that the chores start.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs `command` with its output in view; an error names the command line.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("      $ {}", command_line(command));
    let status = command.status().with_context(|| command_line(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", command_line(command));
    }
    Ok(())
}

/// What `command` writes to its standard output. Its errors stay in view.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let out = command.stderr(Stdio::inherit()).output().with_context(|| command_line(command))?;
    if !out.status.success() {
        bail!("`{}` failed ({})", command_line(command), out.status);
    }
    String::from_utf8(out.stdout).with_context(|| format!("`{}` wrote what is not UTF-8", command_line(command)))
}

/// What `command` writes to its standard output if it starts and succeeds; its errors are dropped.
pub(crate) fn probe(command: &mut Command) -> Option<String> {
    let out = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

/// The command as it would be typed, with `env` settings left out.
fn command_line(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        let arg = arg.to_string_lossy();
        let quote = if arg.contains([' ', '*']) || arg.is_empty() { "'" } else { "" };
        line.push_str(&format!(" {quote}{arg}{quote}"));
    }
    line
}

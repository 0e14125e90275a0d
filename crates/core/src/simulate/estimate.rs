//! How long a step may take, where nobody has measured it: a guess by what it does.
//!
//! The figures are of the size that such work has on a common machine and line, so that a drawing has sensible
//! proportions; they know nothing of the project. An image takes four seconds to pull, the build context half a
//! second to send, a file five and a Git repository six to fetch, COPY and ADD three tenths, a folder or a
//! here-document a twentieth. RUN takes three tenths to start a container, and the time of each of its commands:
//! [`COMMANDS`] is the table. A `sleep` takes what it says. Relies on the plan and the resolved stages.

use crate::plan::{Op, Plan, Step};
use crate::resolve::{Action, Resolved};

use super::durations::{DurationSource, Durations, StepDuration};

/// What a command takes, in milliseconds, by its name and the word that tells what it does; any other word
/// where that is empty. The first that fits counts.
pub const COMMANDS: &[(&str, &str, u32)] = &[
    // Packages of the system.
    ("apt-get", "update", 4_000),
    ("apt-get", "install", 12_000),
    ("apt-get", "upgrade", 20_000),
    ("apt-get", "build-dep", 20_000),
    ("apt", "update", 4_000),
    ("apt", "install", 12_000),
    ("apt", "upgrade", 20_000),
    ("apk", "add", 3_000),
    ("apk", "update", 1_500),
    ("apk", "upgrade", 4_000),
    ("yum", "install", 20_000),
    ("dnf", "install", 20_000),
    ("microdnf", "install", 12_000),
    ("zypper", "install", 15_000),
    ("pacman", "", 10_000),
    // Packages of a language.
    ("npm", "ci", 15_000),
    ("npm", "install", 20_000),
    ("npm", "i", 20_000),
    ("npm", "run", 15_000),
    ("npm", "test", 12_000),
    ("pnpm", "install", 10_000),
    ("pnpm", "i", 10_000),
    ("pnpm", "", 15_000),
    ("yarn", "install", 20_000),
    ("yarn", "", 15_000),
    ("bun", "install", 5_000),
    ("npx", "", 10_000),
    ("pip", "install", 15_000),
    ("pip3", "install", 15_000),
    ("pip", "wheel", 25_000),
    ("pipenv", "install", 20_000),
    ("poetry", "install", 20_000),
    ("uv", "sync", 4_000),
    ("uv", "pip", 4_000),
    ("conda", "install", 40_000),
    ("conda", "env", 60_000),
    ("bundle", "install", 30_000),
    ("gem", "install", 15_000),
    ("composer", "install", 12_000),
    ("mix", "deps.get", 8_000),
    ("mix", "", 20_000),
    // Compilers and what drives them.
    ("go", "mod", 8_000),
    ("go", "build", 20_000),
    ("go", "install", 20_000),
    ("go", "get", 8_000),
    ("go", "test", 15_000),
    ("go", "vet", 8_000),
    ("go", "", 5_000),
    ("golangci-lint", "", 20_000),
    ("cargo", "build", 60_000),
    ("cargo", "install", 90_000),
    ("cargo", "chef", 60_000),
    ("cargo", "test", 60_000),
    ("cargo", "fetch", 10_000),
    ("cargo", "", 30_000),
    ("mvn", "dependency:go-offline", 40_000),
    ("mvn", "", 60_000),
    ("mvnw", "", 60_000),
    ("gradle", "", 60_000),
    ("gradlew", "", 60_000),
    ("sbt", "", 90_000),
    ("dotnet", "restore", 10_000),
    ("dotnet", "build", 15_000),
    ("dotnet", "publish", 20_000),
    ("dotnet", "test", 20_000),
    ("configure", "", 10_000),
    ("cmake", "", 20_000),
    ("meson", "", 10_000),
    ("make", "", 30_000),
    ("ninja", "", 30_000),
    ("gcc", "", 3_000),
    ("g++", "", 5_000),
    ("cc", "", 3_000),
    ("clang", "", 3_000),
    ("rustc", "", 5_000),
    ("javac", "", 5_000),
    ("tsc", "", 8_000),
    ("webpack", "", 15_000),
    ("vite", "", 10_000),
    // Tests.
    ("pytest", "", 12_000),
    ("tox", "", 30_000),
    ("rspec", "", 15_000),
    ("jest", "", 12_000),
    ("phpunit", "", 10_000),
    // From elsewhere.
    ("curl", "", 2_000),
    ("wget", "", 2_000),
    ("git", "clone", 6_000),
    ("git", "fetch", 3_000),
    ("tar", "", 1_000),
    ("unzip", "", 1_000),
    // What is over at once.
    ("echo", "", 10),
    ("printf", "", 10),
    ("cd", "", 0),
    ("set", "", 0),
    ("export", "", 0),
    ("mkdir", "", 20),
    ("rm", "", 50),
    ("cp", "", 100),
    ("mv", "", 50),
    ("ln", "", 10),
    ("chmod", "", 50),
    ("chown", "", 100),
    ("cat", "", 10),
    ("sed", "", 30),
    ("grep", "", 30),
    ("test", "", 10),
    ("true", "", 5),
    ("false", "", 5),
    ("addgroup", "", 50),
    ("adduser", "", 100),
    ("groupadd", "", 50),
    ("useradd", "", 100),
];

/// What a command takes that is not in the table.
const UNKNOWN_COMMAND: u32 = 500;

/// What it takes to start a container.
const START: u32 = 300;

/// A guess for each step of a plan of these stages.
#[must_use]
pub fn estimate(plan: &Plan, resolved: &Resolved) -> Durations {
    let guess = |step: &Step| StepDuration { millis: of_step(step, resolved), source: DurationSource::Estimate };
    Durations { steps: plan.steps.iter().map(guess).collect() }
}

/// A guess for the text of a RUN, in milliseconds: how long its commands take.
#[must_use]
pub fn estimate_run(text: &str) -> u32 {
    of_script(text)
}

fn of_step(step: &Step, resolved: &Resolved) -> u32 {
    match step.op {
        Op::Image => 4_000,
        Op::Local => 500,
        Op::Http => 5_000,
        Op::Git => 6_000,
        Op::Merge => 20,
        Op::File if step.detail.starts_with("copy ") => 300,
        Op::File => 50,
        Op::Exec => {
            let args = step.origins.first().and_then(|origin| {
                let command = resolved.stage(origin.stage)?.commands.get(origin.command?.0 as usize)?;
                if let Action::Run(run) = &command.action { Some(&run.args) } else { None }
            });
            args.map_or(START, |args| of_args(args))
        }
    }
}

fn of_args(args: &[String]) -> u32 {
    match args {
        [shell, .., script] if is_shell(shell) => of_script(script),
        _ => of_script(&args.join(" ")),
    }
}

/// The time of a script, here-documents included. Quotes are not looked at: a guess need not be exact.
fn of_script(text: &str) -> u32 {
    let document = text.strip_prefix("<<").and_then(|rest| rest.split_whitespace().next());
    let end = document.map(|name| name.trim_matches(['-', '"', '\'']));
    let mut millis = START;
    for command in text.replace("\\\n", " ").split(['\n', ';', '&', '|', '(', ')', '`']) {
        if end.is_none_or(|end| command.trim() != end) {
            millis = millis.saturating_add(of_command(command));
        }
    }
    millis
}

fn of_command(text: &str) -> u32 {
    let mut words = text.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    let Some(program) = words.find(|word| !is_before_command(word)) else { return 0 };
    if program.starts_with(['#', '}']) || matches!(program, "done" | "fi" | "esac" | "for" | "case") {
        return 0;
    }
    let program = program.rsplit('/').next().unwrap_or(program);
    if program == "sleep" {
        return words.next().map_or(0, seconds);
    }
    let words: Vec<&str> = words.collect();
    let fits = |name: &str, word: &str| name == program && (word.is_empty() || words.contains(&word));
    let found = COMMANDS.iter().find(|(name, word, _)| fits(name, word));
    found.map_or(UNKNOWN_COMMAND, |&(_, _, millis)| millis)
}

/// What may stand before a command: a shell that runs it, a word of the shell's own, a variable that is set,
/// the opening of a here-document.
fn is_before_command(word: &str) -> bool {
    let is_assignment = word
        .split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_'));
    let own = ["sudo", "exec", "time", "if", "then", "do", "else", "while", "!", "{", "env", "python", "python3"];
    is_assignment || is_shell(word) || own.contains(&word) || word.starts_with(['-', '<', '>', '$'])
}

fn is_shell(word: &str) -> bool {
    matches!(word.rsplit('/').next(), Some("sh" | "ash" | "bash" | "dash" | "ksh" | "zsh"))
}

/// What `sleep` makes of its word: seconds, or minutes and hours with `m` and `h`.
fn seconds(word: &str) -> u32 {
    let number = word.trim_end_matches(['s', 'm', 'h']);
    let unit = match &word[number.len()..] {
        "m" => 60_000.0,
        "h" => 3_600_000.0,
        _ => 1_000.0,
    };
    number.parse::<f64>().map_or(UNKNOWN_COMMAND, |number| (number * unit).clamp(0.0, 86_400_000.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, millis: u32) {
        assert_eq!(of_args(&["/bin/sh".into(), "-c".into(), script.into()]), START + millis, "{script}");
    }

    #[test]
    fn a_command_line_takes_the_time_of_its_commands() {
        check("apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*", 16_050);
        check("apt-get update \\\n  && apt-get install -y \\\n  curl", 16_000);
        check("./configure --prefix=/usr && make -j4 && make install", 70_000);
        check("CGO_ENABLED=0 GOOS=linux go build -o /app ./cmd", 20_000);
        check("<<EOF\nset -e\n# packages\napk add curl\ncargo build --release\nEOF", 63_000);
        check("for x in a b; do curl $x; done", 2_000);
        check("python -m pytest -q", 12_000);
        check("./my-own-thing", UNKNOWN_COMMAND);
        check("", 0);
    }

    #[test]
    fn a_command_without_a_shell_takes_its_own_time() {
        let of = |args: &[&str]| of_args(&args.iter().map(|&arg| arg.to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["npm", "ci"]), START + 15_000);
        assert_eq!(of(&["/bin/bash", "-o", "pipefail", "-c", "npm ci"]), START + 15_000);
        assert_eq!(of(&["/bin/sh"]), START);
        assert_eq!(of(&[]), START);
    }

    #[test]
    fn sleep_takes_what_it_says() {
        check("sleep 2 && echo done", 2_010);
        check("sleep 0.4; sleep 2s; sleep 1m", 62_400);
        check("sleep x; sleep infinity; sleep -1; sleep nan; sleep", 500 + 86_400_000);
    }

    #[test]
    fn a_line_of_the_table_is_not_hidden_by_one_above_it() {
        for (index, (name, word, _)) in COMMANDS.iter().enumerate() {
            let above = &COMMANDS[..index];
            assert!(!above.iter().any(|(n, w, _)| n == name && (w.is_empty() || w == word)), "{name} {word}");
        }
    }
}

//! `CopyBeforeInstall`: dependencies are installed before the files that change often are copied.

use crate::diagnostic::Fix;
use crate::resolve::{Action, Base, Copy, CopyPart, Run, Source};
use crate::syntax::{InstructionKind, quoted};
use crate::text::{TextEdit, TextRange};

use super::rule::{Docs, Level, Origin, Rule, RuleId};
use super::script::{commands, scripts};
use super::sink::Sink;
use super::{Place, Site, Subject};

const ID: RuleId = RuleId("CopyBeforeInstall");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Stagewright,
    level: Level::Note,
    help: "copy only the files that list the dependencies first, install them, and copy the rest below",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A `COPY` or `ADD` takes the whole build context into a stage, and a `RUN` below it installs \
              dependencies: `npm ci`, `pip install -r`, `go mod download`, `bundle install`, `composer install`, \
              `cargo build`, `mvn package`, `gradle build`, `dotnet restore`, `apt-get install` and their like. \
              It is not reported where the same program ran further up already, where the `RUN` has a cache \
              mount, or where it installs the project itself. It is reported once for a stage.",
    why: "A `COPY` runs again as soon as one of its files changes, and everything below it with it. So every edit \
          of any file installs all dependencies anew. Files that list the dependencies change rarely; where only \
          those stand above, the step comes from the cache.",
    bad: "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n",
    good: "FROM node:22\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n",
    dockerignore: "",
};

/// Programs that install dependencies: the first word of a command, the words that may come second, and
/// the files that list them, where it needs no others.
struct Installer {
    program: &'static str,
    verbs: &'static [&'static str],
    lists: &'static str,
}

const fn installer(program: &'static str, verbs: &'static [&'static str], lists: &'static str) -> Installer {
    Installer { program, verbs, lists }
}

const INSTALLERS: [Installer; 26] = [
    installer("npm", &["ci", "install", "i"], "package.json package-lock.json*"),
    installer("yarn", &["install", ""], "package.json yarn.lock*"),
    installer("pnpm", &["install", "i"], "package.json pnpm-lock.yaml*"),
    installer("bun", &["install"], "package.json bun.lock*"),
    installer("pip", &["install"], ""),
    installer("pip3", &["install"], ""),
    installer("pipenv", &["install", "sync"], "Pipfile Pipfile.lock*"),
    installer("poetry", &["install"], ""),
    installer("uv", &["sync"], ""),
    installer("go", &["mod"], "go.mod go.sum*"),
    installer("cargo", &["build", "fetch", "chef"], ""),
    installer("bundle", &["install", ""], "Gemfile Gemfile.lock*"),
    installer("composer", &["install"], ""),
    installer("mvn", &["package", "install", "verify", "dependency:go-offline", "clean"], ""),
    installer("./mvnw", &["package", "install", "verify", "dependency:go-offline", "clean"], ""),
    installer("gradle", &["build", "assemble", "bootJar", "clean"], ""),
    installer("./gradlew", &["build", "assemble", "bootJar", "clean"], ""),
    installer("dotnet", &["restore"], ""),
    installer("mix", &["deps.get"], ""),
    installer("gem", &["install"], ""),
    installer("apt-get", &["install"], ""),
    installer("apt", &["install"], ""),
    installer("apk", &["add"], ""),
    installer("yum", &["install"], ""),
    installer("dnf", &["install"], ""),
    installer("microdnf", &["install"], ""),
];

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    let copies_all = |site: &Site<'_>| matches!(&site.command.action, Action::Copy(copy) if takes_all(site, copy));
    if !subject.sites.iter().any(copies_all) {
        return;
    }
    // The programs that each stage has run, a bit for each.
    let mut ran: Vec<u32> = Vec::with_capacity(subject.resolved.stages.len());
    for stage in &subject.resolved.stages {
        let inherited = match &stage.base {
            Base::Stage(base) => ran.get(base.0 as usize).copied().unwrap_or(0),
            _ => 0,
        };
        let (mut before, mut copied, mut is_reported) = (inherited, None, false);
        let sites = subject.sites_of(stage.id);
        for (index, site) in sites.iter().enumerate() {
            match &site.command.action {
                Action::Copy(copy) if copied.is_none() && takes_all(site, copy) => copied = Some(index),
                Action::Run(run) => {
                    let found = installs(site, run);
                    let new = found.iter().find(|install| before & (1 << install.at) == 0 && !install.is_fine);
                    if let (Some(copied), Some(install), false) = (copied, new, is_reported) {
                        is_reported = true;
                        report(subject, sink, &sites[copied], site, install, copied + 1 == index && found.len() == 1);
                    }
                    found.iter().for_each(|install| before |= 1 << install.at);
                }
                _ => {}
            }
        }
        ran.push(before);
    }
}

/// A command that installs dependencies.
struct Install {
    /// Its place among the installers.
    at: usize,
    command: String,
    /// Whether there is no other way.
    is_fine: bool,
    /// The files that list what is installed, where nothing else is needed.
    lists: Option<String>,
}

/// Whether a COPY takes the whole build context.
fn takes_all(site: &Site<'_>, copy: &Copy) -> bool {
    let is_of_context = site.command.reads.iter().any(|read| read.source == Source::Context);
    let is_all = |part: &CopyPart| matches!(part, CopyPart::Path { path, .. } if path == "/" || path == "/*");
    is_of_context && !site.command.onbuild && copy.parts.iter().any(is_all)
}

fn installs(site: &Site<'_>, run: &Run) -> Vec<Install> {
    let has_cache = run.mounts.iter().any(|mount| mount.kind == crate::resolve::MountKind::Cache);
    let scripts = scripts(site.instruction, run);
    let commands: Vec<Vec<&str>> = scripts.iter().flat_map(commands).collect();
    let mut out = Vec::new();
    for words in &commands {
        // `python -m pip` is `pip`.
        let is_module = matches!(words.as_slice(), ["python" | "python3", "-m", "pip", ..]);
        let words = if is_module { &words[2..] } else { words };
        let verb = words.iter().skip(1).find(|word| !word.starts_with('-')).copied().unwrap_or_default();
        let found = INSTALLERS.iter().position(|it| words.first() == Some(&it.program) && it.verbs.contains(&verb));
        let Some(at) = found else { continue };
        let installer = &INSTALLERS[at];
        let behind: Vec<&str> = words.iter().skip(1).copied().filter(|word| *word != verb).collect();
        if (installer.program == "go" && behind.iter().all(|word| !matches!(*word, "download" | "vendor" | "tidy")))
            || (verb == "clean" && !behind.iter().any(|word| installer.verbs.contains(word)))
        {
            continue;
        }
        // `cargo chef` needs all files to tell the dependencies, and then only those.
        let needs_files = matches!(installer.program, "pip" | "pip3" | "npm") && takes_paths(&behind) || verb == "chef";
        let command = [installer.program, verb].join(" ").trim().to_owned();
        let lists = match installer.program {
            "pip" | "pip3" => requirements(&behind),
            _ => Some(installer.lists.to_owned()).filter(|lists| !lists.is_empty()),
        };
        let lists = lists.filter(|_| commands.len() == 1);
        out.push(Install { at, command, is_fine: has_cache || needs_files, lists });
    }
    out
}

/// Whether one of the words is a path to install, such as `.` or `./lib`.
fn takes_paths(words: &[&str]) -> bool {
    let is_value = |at: usize| at > 0 && words[at - 1].starts_with('-') && !matches!(words[at - 1], "-e" | "--editable");
    let is_path = |word: &str| word == "." || word.starts_with("./") || word.starts_with(".[") || word.starts_with('/');
    (0..words.len()).any(|at| is_path(words[at]) && !is_value(at))
}

/// The file behind `-r`, where that is all.
fn requirements(words: &[&str]) -> Option<String> {
    let mut files = words.windows(2).filter(|pair| matches!(pair[0], "-r" | "--requirement")).map(|pair| pair[1]);
    let file = files.next().filter(|file| !file.contains(['/', '$']))?;
    let is_all = words.iter().all(|word| word.starts_with('-') || *word == file);
    (files.next().is_none() && is_all).then(|| file.to_owned())
}

fn report(subject: &Subject<'_>, sink: &mut Sink<'_>, copy: &Site<'_>, run: &Site<'_>, install: &Install, is_next: bool) {
    let message = format!("Every change of a file runs {} again: this copies all files before it", quoted(&install.command));
    let fix = install.lists.as_ref().filter(|_| is_next).and_then(|lists| move_below(subject, copy, run, lists));
    sink.report(&Place::of_site(copy), copy.instruction.range, message, fix.into_iter().collect());
}

/// A fix that copies the lists alone, and the rest below the RUN.
fn move_below(subject: &Subject<'_>, copy: &Site<'_>, run: &Site<'_>, lists: &str) -> Option<Fix> {
    let InstructionKind::Copy(transfer) = &copy.instruction.kind else { return None };
    let [source] = transfer.sources.as_slice() else { return None };
    let destination = &transfer.destination;
    let written = copy.instruction.range.of(subject.source);
    let is_plain = matches!(&*source.text, "." | "./") && copy.instruction.flags.is_empty() && !written.contains(['\n', '[']);
    let is_exact = destination.range.of(subject.source) == destination.text;
    if !is_plain || !is_exact || run.command.onbuild {
        return None;
    }
    let slash = if destination.text.ends_with('/') { "" } else { "/" };
    let first = format!("{} {lists} {}{slash}", copy.instruction.keyword.text, destination.text);
    let below = run.instruction.range.end;
    Some(Fix {
        title: format!("copy {lists} first, and the rest below"),
        edits: vec![
            TextEdit { range: copy.instruction.range, text: first },
            TextEdit { range: TextRange::new(below, below), text: format!("\n{written}") },
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[track_caller]
    fn check_run(run: &str, command: Option<&str>) {
        let message = command.map(|it| format!("Every change of a file runs \"{it}\" again: this copies all files before it"));
        let found: Vec<(&str, &str)> = message.iter().map(|message| ("2:COPY . .", message.as_str())).collect();
        check(ID, &format!("FROM a\nCOPY . .\nRUN {run}\n"), &found);
    }

    #[test]
    fn programs_that_install_are_known() {
        check_run("npm ci && npm run build", Some("npm ci"));
        check_run("cd app && yarn", Some("yarn"));
        check_run("yarn --frozen-lockfile", Some("yarn"));
        check_run("pip install --no-cache-dir -r requirements.txt", Some("pip install"));
        check_run("python3 -m pip install -U flask", Some("pip install"));
        check_run("go mod download", Some("go mod"));
        check_run("apt-get update && apt-get -y install curl", Some("apt-get install"));
        check_run("mvn -B clean package", Some("mvn clean"));
        check_run("cargo build --release", Some("cargo build"));
        check_run("npm run build", None);
        check_run("yarn build", None);
        check_run("go build ./...", None);
        check_run("pip list", None);
    }

    #[test]
    fn what_needs_the_files_is_fine() {
        check_run("pip install .", None);
        check_run("pip install -e '.[dev]'", None);
        check_run("pip install --target /x -r requirements.txt", Some("pip install"));
        check_run("--mount=type=cache,target=/root/.npm npm ci", None);
    }

    #[test]
    fn only_the_whole_context_counts_and_only_the_first_install() {
        let message = "Every change of a file runs \"npm ci\" again: this copies all files before it";
        check(ID, "FROM a\nADD ./ /app\nRUN npm ci\nCOPY . .\nRUN pip install x\n", &[("2:ADD ./ /app", message)]);
        check(ID, "FROM a\nCOPY src src\nRUN npm ci\n", &[]);
        check(ID, "FROM a\nCOPY package.json .\nRUN npm ci\nCOPY . .\nRUN npm install -g x\n", &[]);
        check(ID, "FROM a AS b\nRUN npm ci\nFROM b\nCOPY . .\nRUN npm ci\n", &[]);
        check(ID, "FROM a AS b\nFROM c\nCOPY --from=b . .\nRUN npm ci\n", &[]);
    }

    #[test]
    fn the_copy_can_be_moved_below() {
        let expected = "FROM a\nCOPY package.json package-lock.json* /x/\nRUN npm ci\nCOPY . /x\nUSER u\n";
        check_fix(ID, "FROM a\nCOPY . /x\nRUN npm ci\nUSER u\n", expected);
        let expected = "FROM a\nCOPY r.txt ./\nRUN pip install -r r.txt\nCOPY . .\n";
        check_fix(ID, "FROM a\nCOPY . .\nRUN pip install -r r.txt\n", expected);
        let source = "FROM a\nCOPY . .\nRUN npm ci && npm run build\n";
        check_fix(ID, source, source);
    }
}

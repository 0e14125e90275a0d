//! A build context made up from what a Dockerfile copies, for whoever has only the Dockerfile.
//!
//! Every path that COPY, ADD or a bind mount takes from the context is there, so that nothing is missing, but for one
//! deeper than any project has; of a folder two plausible files, by the kind of project that the RUN lines tell. It is
//! a start to be edited, and promises nothing. Relies on the resolved stages.

use std::collections::BTreeMap;

use crate::resolve::{Action, Command, CopyPart, MountKind, Resolved, Source};
use crate::sorting::sort;

use super::context::{Context, shortened};
use super::wildcard::has_wildcard;

/// Words of RUN lines that tell what a project is made with, and the files that it begins with. Of several
/// kinds all count.
const KINDS: [(&[&str], &[&str]); 11] = [
    (&["npm", "yarn", "pnpm", "node"], &["package.json", "package-lock.json", "src/index.js"]),
    (&["go build", "go mod", "go test", "go install"], &["go.mod", "go.sum", "main.go"]),
    (&["pip", "python", "poetry"], &["requirements.txt", "app.py"]),
    (&["cargo", "rustc"], &["Cargo.toml", "Cargo.lock", "src/main.rs"]),
    (&["mvn"], &["pom.xml", "src/main/java/App.java"]),
    (&["gradle"], &["build.gradle", "src/main/java/App.java"]),
    (&["dotnet"], &["app.csproj", "Program.cs"]),
    (&["bundle", "gem "], &["Gemfile", "Gemfile.lock", "app.rb"]),
    (&["composer", "php"], &["composer.json", "composer.lock", "index.php"]),
    (&["gcc", "cc ", "cmake"], &["src/main.c"]),
    (&["make"], &["Makefile"]),
];

/// What a project has where nothing tells its kind.
const PLAIN: [&str; 2] = ["README.md", "src/main.txt"];

/// Names without a dot that are of files.
const FILES: [&str; 12] = [
    "Makefile",
    "Gemfile",
    "Rakefile",
    "Procfile",
    "Pipfile",
    "Dockerfile",
    "LICENSE",
    "README",
    "NOTICE",
    "mvnw",
    "gradlew",
    "entrypoint",
];

/// How many folders a path may lie in. Each of them is told by a path of its own, and no project has so many.
const DEEPEST: usize = 64;

/// The context that a Dockerfile was probably written for.
pub(super) fn guess(resolved: &Resolved) -> Context {
    let mut sources: Vec<String> = Vec::new();
    let mut script = String::new();
    for command in resolved.stages.iter().flat_map(|stage| &stage.commands) {
        collect(command, &mut sources, &mut script);
    }
    let typical = typical(&script);
    let mut paths: Vec<String> = Vec::new();
    for path in sources.iter().map(|source| plain(source)).filter(|path| path.matches('/').count() <= DEEPEST) {
        of_source(&path, &typical, &mut paths);
    }
    sort(&mut paths);
    let is_folder = |path: &str| {
        let inside = format!("{path}/");
        let next = paths.partition_point(|other| *other < inside);
        paths.get(next).is_some_and(|other| other.starts_with(&inside))
    };
    let mut files = BTreeMap::new();
    for path in paths.iter().filter(|path| !path.is_empty() && !is_folder(path)) {
        files.insert(path.clone(), format!("{path}\n"));
    }
    Context { files }
}

/// What a command takes from the context, and what it runs.
fn collect(command: &Command, sources: &mut Vec<String>, script: &mut String) {
    match &command.action {
        Action::Copy(copy) if command.reads.first().is_none_or(|read| read.source == Source::Context) => {
            for part in &copy.parts {
                let CopyPart::Path { path, parents, .. } = part else { continue };
                sources.push(match parents {
                    Some(pattern) => format!("{path}/{pattern}"),
                    None => path.clone(),
                });
            }
        }
        Action::Run(run) => {
            for word in &run.args {
                script.push_str(word);
                script.push('\n');
            }
            for mount in run.mounts.iter().filter(|mount| mount.kind == MountKind::Bind) {
                let read = mount.read.and_then(|read| command.reads.get(read));
                if read.is_some_and(|read| read.source == Source::Context) {
                    sources.push(mount.source.clone());
                }
            }
        }
        _ => {}
    }
}

fn typical(script: &str) -> Vec<&'static str> {
    let mut out: Vec<&str> = Vec::new();
    for (words, files) in KINDS {
        if words.iter().any(|word| script.contains(word)) {
            out.extend(files.iter().filter(|file| !out.contains(*file)).copied().collect::<Vec<_>>());
        }
    }
    if out.is_empty() { PLAIN.to_vec() } else { out }
}

/// A source without its wildcards: a path that they match.
fn plain(source: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let path = shortened(source);
    for part in path.split('/') {
        let filled = match part {
            "*" | "**" => "any".to_owned(),
            part if has_wildcard(part) => filled(part),
            part => part.to_owned(),
        };
        parts.push(filled);
    }
    parts.join("/")
}

/// A name that a pattern matches.
fn filled(pattern: &str) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            // `package*.json` is written for `package.json`, `*.csproj` for a file of any name.
            '*' if out.is_empty() => out.push_str("app"),
            '*' => {}
            '?' => out.push('x'),
            '[' => {
                let class: String = chars.by_ref().take_while(|&c| c != ']').collect();
                out.extend(class.chars().find(|c| c.is_alphanumeric()));
            }
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

/// The files that make a path be there.
fn of_source(path: &str, typical: &[&str], out: &mut Vec<String>) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_file = FILES.contains(&name) || name.trim_start_matches('.').contains('.') || name.starts_with('.');
    if path.is_empty() {
        out.extend(typical.iter().map(|&file| file.to_owned()));
    } else if is_file {
        out.push(path.to_owned());
    } else {
        let main = typical.last().map_or("main.txt", |file| file.rsplit('/').next().unwrap_or(file));
        out.extend([main, "README.md"].map(|file| format!("{path}/{file}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Request, analyze};

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let analysis = analyze(&Request { source: source.to_owned(), ..Request::default() });
        let context = guess(&analysis.resolved);
        assert_eq!(context.files.keys().collect::<Vec<_>>(), expected, "{source}");
    }

    #[test]
    fn what_is_copied_is_there() {
        check("FROM a\nCOPY x.txt Makefile .env /\n", &[".env", "Makefile", "x.txt"]);
        check(
            "FROM a\nCOPY package*.json *.csproj a[0-9].c b? /\n",
            &["a0.c", "app.csproj", "bx/README.md", "bx/main.txt", "package.json"],
        );
        check("FROM a\nRUN --mount=type=bind,source=x.c,target=/x gcc x.c\n", &["x.c"]);
        check(
            "FROM a\nCOPY --parents src/./lib/x.c /\nCOPY src /\n",
            &["src/README.md", "src/lib/x.c", "src/main.txt"],
        );
    }

    #[test]
    fn a_path_deeper_than_any_is_left_out() {
        let folders = "a/".repeat(DEEPEST);
        check(&format!("FROM a\nCOPY {folders}x.c a/{folders}x.c /\n"), &[&format!("{folders}x.c")]);
    }

    #[test]
    fn a_folder_is_no_file() {
        check("FROM a\nCOPY x.d x.d/y.c x.d.c /\n", &["x.d.c", "x.d/y.c"]);
    }

    #[test]
    fn what_is_not_copied_from_the_context_is_not() {
        check("FROM a AS b\nFROM c\nCOPY --from=b x /\nADD https://example.com/y.tar /\nCOPY <<z /z\nz\n", &[]);
    }

    #[test]
    fn a_folder_is_filled_by_the_kind_of_project() {
        check("FROM a\nCOPY . .\n", &["README.md", "src/main.txt"]);
        check("FROM a\nCOPY . .\nRUN npm ci\n", &["package-lock.json", "package.json", "src/index.js"]);
        check("FROM a\nCOPY lib lib\nRUN go build\n", &["lib/README.md", "lib/main.go"]);
    }
}

//! Two builds in a row: what we say of the second against what BuildKit did, facts about the seeds, and what
//! has to hold whatever is built.

use std::fmt::Write as _;

use stagewright::plan::StepId;
use stagewright::simulate::Context;
use stagewright::simulate::cache::{Builds, Effects, Outcome, rebuild};
use stagewright::{Request, analyze};
use stagewright_tests::answer::cache::build_of;
use stagewright_tests::rebuilding;
use stagewright_tests::recorded::{all_cases, set, texts};
use stagewright_tests::scenarios::compare;

/// The scenarios that disagree. Their commands write a time in whole seconds, and both builds ran within one.
const DISAGREEMENTS: [&str; 2] = ["c0073-edit", "c0384-edit"];

/// Generated files that copy out of a stage what it does not have.
const COPY_WHAT_NO_STAGE_HAS: [&str; 25] = [
    "g0009-unterminated",
    "g0031-ok",
    "g0068-ok",
    "g0085-ok",
    "g0136-ok",
    "g0144-ok",
    "g0147-ok",
    "g0213-dupflag",
    "g0276-ok",
    "g0445-ok",
    "g0505-ok",
    "g0541-ok",
    "g0550-ok",
    "g0656-ok",
    "g0701-ok",
    "g0738-ok",
    "g0853-ok",
    "g0908-unterminated",
    "g1000-ok",
    "g1055-copyone",
    "g1082-ok",
    "g1130-ok",
    "g1161-ok",
    "g1330-badmod",
    "g1446-ok",
];

#[test]
fn scenarios_are_answered_as_buildkit_builds_them() {
    let outcome = compare();
    let mut report = String::new();
    for other in &outcome.others {
        let _ = writeln!(report, "{}\n    BuildKit {:?}\n    we       {:?}", other.id, other.missing, other.surplus);
    }
    let others: Vec<&str> = outcome.others.iter().map(|other| other.id.as_str()).collect();
    assert_eq!(others, DISAGREEMENTS, "of {}\n{report}", outcome.n_compared);
}

#[test]
fn every_recorded_case_is_rebuilt_by_the_rules() {
    for case in all_cases() {
        let analysis = analyze(&case.request);
        if let Err(broken) = rebuilding::check(&analysis, &case.request) {
            panic!("{}: {broken}\n{}", case.id, case.request.source);
        }
    }
}

#[test]
fn what_a_dockerfile_copies_is_in_the_context_that_is_guessed() {
    let mut missing = Vec::new();
    for (name, source) in texts() {
        let analysis = analyze(&Request { source, ..Request::default() });
        let context = Context::guess(&analysis.resolved);
        let build = build_of(&analysis, &context);
        let rebuilt = rebuild(&Builds { first: build, second: build, effects: &[], otherwise: &Effects::Everything });
        if rebuilt.first.iter().any(|outcome| matches!(outcome, Outcome::Fails(_))) {
            missing.push(name);
        }
    }
    let expected = COPY_WHAT_NO_STAGE_HAS.map(|name| format!("generated/{name}"));
    assert_eq!(missing, expected);
}

/// What is changed between two builds of a seed.
#[derive(Default)]
struct Change {
    /// The target of the first build; that of the second where there is none.
    from: Option<&'static str>,
    target: &'static str,
    file: &'static str,
    arg: Option<(&'static str, &'static str)>,
    /// A command of which something is known.
    effects: Option<(&'static str, Effects)>,
}

/// The steps of the second build that run, by their text, are these and no others.
#[track_caller]
fn check(seed: &str, change: &Change, expected: &[&str]) {
    let id = format!("seed-{seed}@");
    let case = set("seeds").cases.into_iter().find(|case| case.id == id);
    let source = case.unwrap_or_else(|| panic!("there is no seed {seed}")).request.source;
    let request = |target: &str| Request {
        source: source.clone(),
        target: Some(target.to_owned()).filter(|target| !target.is_empty()),
        ..Request::default()
    };
    let first = analyze(&request(change.from.unwrap_or(change.target)));
    let mut second = request(change.target);
    second.build_args.extend(change.arg.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let second = analyze(&second);
    let mut old = Context::guess(&second.resolved);
    let mut new = old.clone();
    if !change.file.is_empty() {
        old.files.insert(change.file.to_owned(), "1".into());
        new.files.insert(change.file.to_owned(), "2".into());
    }
    let text = |id: StepId| second.plan.steps[id.0 as usize].label.split_once("] ").map_or("", |(_, text)| text);
    let steps = || second.plan.steps.iter().map(|step| step.id);
    let of_step = |(name, effects): &(&str, Effects)| {
        let named = steps().filter(|&id| text(id).starts_with(name));
        named.map(|id| (id, effects.clone())).collect::<Vec<_>>()
    };
    let effects = change.effects.iter().flat_map(of_step).collect::<Vec<_>>();
    let (first, build) = (build_of(&first, &old), build_of(&second, &new));
    let rebuilt = rebuild(&Builds { first, second: build, effects: &effects, otherwise: &Effects::Everything });
    let runs = steps().filter(|id| matches!(rebuilt.second[id.0 as usize], Outcome::Runs(_)));
    let found: Vec<&str> = runs.map(text).collect();
    let (mut left, mut missing) = (found.clone(), Vec::new());
    // Each step is one of the expected. Those that are told by their whole text come first, then those that begin so.
    let mut begins = Vec::new();
    for name in expected {
        match left.iter().position(|it| it == name) {
            Some(place) => drop(left.remove(place)),
            None => begins.push(*name),
        }
    }
    begins.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in begins {
        match left.iter().position(|it| it.starts_with(name)) {
            Some(place) => drop(left.remove(place)),
            None => missing.push(name),
        }
    }
    assert!(left.is_empty() && missing.is_empty(), "{seed}: {found:#?}\nexpected {expected:#?}");
}

/// What becomes of the steps of a file when some files are added to its context; a second source is
/// that of the second build. Expected are the texts of the steps that run, and those of them that fail.
#[track_caller]
fn check_adding(sources: &[&str], dockerignore: &str, added: &[&str], expected: &[&str]) {
    const FILES: [&str; 5] = ["a.txt", "b.txt", "docs/read.md", "src/one.c", "src/two.c"];
    let context = |added: &[&str]| {
        let files = FILES.iter().chain(added).map(|path| ((*path).to_owned(), (*path).to_owned()));
        // Left out itself, so that only what it says shows.
        Context::new(files.chain([(".dockerignore".to_owned(), format!(".*\n{dockerignore}"))]))
    };
    let analysis = |source: &&str| analyze(&Request { source: (*source).to_owned(), ..Request::default() });
    let (first, second) = (analysis(&sources[0]), analysis(&sources[sources.len() - 1]));
    let (before, after) = (context(&[]), context(added));
    let builds = Builds {
        first: build_of(&first, &before),
        second: build_of(&second, &after),
        effects: &[],
        otherwise: &Effects::Everything,
    };
    let mut found = Vec::new();
    for (step, outcome) in second.plan.steps.iter().zip(rebuild(&builds).second) {
        let text = step.label.split_once("] ").map_or("", |(_, text)| text);
        match outcome {
            Outcome::Runs(_) => found.push(text.to_owned()),
            Outcome::Fails(missing) => found.push(format!("{text}: {missing}")),
            _ => {}
        }
    }
    assert_eq!(found, expected, "{sources:?} with {dockerignore:?} and {added:?}");
}

#[test]
fn a_folder_whose_files_are_left_out_is_there() {
    let check = |line: &str, dockerignore: &str, added: &[&str], expected: &[&str]| {
        check_adding(&[&format!("FROM alpine\n{line}\n")], dockerignore, added, expected);
    };
    check("COPY src /x", "src/*", &[], &[]);
    check("COPY docs /x", "**/*.md", &["docs/more.md"], &[]);
    check("RUN --mount=source=docs,target=/d ls", "**/*.md", &[], &[]);
    check("COPY src /x", "src", &[], &["COPY src /x: \"/src\": not found"]);
    check("COPY . /x", "**/*.md", &["docs/more.md"], &[]);
    check("COPY . /x", "**/*.md", &["new/read.md"], &["COPY . /x"]);
    check("COPY . /x", "src/**", &["src/new/x.c"], &[]);
    check("COPY s* /x/", "**/*.c", &["src2/x.c"], &["COPY s* /x/"]);
}

#[test]
fn a_pattern_takes_back_what_another_left_out_with_the_folders_above() {
    let check = |dockerignore: &str, added: &str, runs: bool| {
        let expected: &[&str] = if runs { &["COPY . /x"] } else { &[] };
        check_adding(&["FROM alpine\nCOPY . /x\n"], dockerignore, &[added], expected);
    };
    check("docs\n!docs/read.md", "docs/more.md", false);
    check("*\n!**/*.c", "new/x.txt", false);
    check("*\n!**/*.c", "new/x.c", true);
    check("*\n!src/*.c", "src/sub/x.c", false);
    check("**/*.c\n!src", "src/x.c", false);
    check("**/*.c\n!src", "src/new/x.c", true);
    check("src/*\n!src", "src/x.c", false);
}

#[test]
fn new_folders_count_even_where_a_flag_leaves_out_their_files() {
    let check = |line: &str, added: &[&str], runs: bool| {
        let expected = if runs { vec![line] } else { Vec::new() };
        check_adding(&[&format!("FROM alpine\n{line}\n")], "", added, &expected);
    };
    check("COPY --exclude=**/*.c src /o", &["src/x.c"], false);
    check("COPY --exclude=**/*.c src /o", &["src/new/x.c"], true);
    check("COPY --exclude=* src /o", &["src/new/x.c"], false);
    check("COPY --exclude=/docs . /o", &["docs/more.md"], true);
    check("COPY --exclude=* --exclude=!new/x.c src /o", &["src/new/x.c"], true);
    check("COPY --parents */new/*.c /o", &["docs/new/x.md"], false);
    check("COPY --parents * /o", &["new/x.md"], true);
}

#[test]
fn folders_of_another_stage_are_copied_and_counted() {
    let check = |line: &str, before: &str, after: &str, expected: &[&str]| {
        let source = |folders: &str| {
            format!("FROM alpine AS a\nWORKDIR /w\nCOPY a.txt /w/\n{folders}FROM alpine\nCOPY {line}\n")
        };
        check_adding(&[&source(before), &source(after)], "", &[], expected);
    };
    let line = "--exclude=*.zz --from=a /w /o";
    check(line, "", "WORKDIR /w/e\n", &["WORKDIR /w/e", &format!("COPY {line}")]);
    let line = "--parents --from=a /w /o";
    check(line, "", "WORKDIR /w/e\n", &["WORKDIR /w/e", &format!("COPY {line}")]);
    let line = "--from=a /e* /o/";
    check(line, "WORKDIR /e\n", "WORKDIR /e\nWORKDIR /e2\n", &["WORKDIR /e2", &format!("COPY {line}")]);
    check("--parents --from=a /e /o", "WORKDIR /e\n", "WORKDIR /e\nWORKDIR /z\n", &["WORKDIR /z"]);
}

#[test]
fn of_two_files_of_one_name_the_one_in_the_last_folder_stays() {
    let source = "FROM alpine AS a\nCOPY s* /x/\nFROM alpine\nCOPY --from=a /x/one.c /\n";
    check_adding(&[source], "", &["src-old/one.c"], &["COPY s* /x/", "COPY --from=a /x/one.c /"]);
    check_adding(&[source], "", &["sa/one.c"], &["COPY s* /x/"]);
}

#[test]
fn what_is_no_pattern_is_left_out_of_dockerignore() {
    check_adding(&["FROM alpine\nCOPY a.txt /x\n"], "[a\n[]\n", &[], &[]);
}

#[test]
fn velocity_builds_again_what_an_edit_reaches() {
    let edit =
        |target, file, expected: &[&str]| check("velocity0", &Change { target, file, ..Change::default() }, expected);
    edit("Prod", "src/app.py", &["COPY src /app"]);
    edit("base", "src/app.py", &[]);
    edit("Test", "src/app.py", &["COPY src /app", "RUN pytest"]);
    edit("Docs", "src/app.py", &["COPY src /app", "RUN pycco", "WORKDIR /app/docs"]);
    let install = "RUN pipenv install --system --deploy";
    edit("Prod", "Pipfile", &["COPY Pipfile /app/", "COPY Pipfile.lock", install, "COPY src /app"]);
    edit("Prod", "Pipfile.lock", &["COPY Pipfile.lock", install, "COPY src /app"]);
    let dev = "RUN pipenv install --system --deploy --dev";
    edit("Test", "Pipfile.lock", &["COPY Pipfile.lock", install, dev, "COPY src /app", "RUN pytest"]);
    edit("Test", "README.md", &[]);
}

#[test]
fn velocity_builds_what_another_target_adds() {
    let other = |from, target, expected: &[&str]| {
        check("velocity0", &Change { from: Some(from), target, ..Change::default() }, expected);
    };
    let dev = "RUN pipenv install --system --deploy --dev";
    other("Prod", "Test", &[dev, "COPY src /app", "RUN pytest"]);
    other("Test", "Check", &["RUN safety check"]);
    other("Test", "Prod", &["COPY src /app"]);
    other("Prod", "Dev", &[]);
    other("Prod", "Shell", &[]);
    other("Test", "base", &[]);
}

#[test]
fn a_token_of_velocity_reaches_the_commands_behind_it() {
    let change = Change { target: "Security", arg: Some(("MICROSCANNER", "t")), ..Change::default() };
    check("velocity1", &change, &["RUN wget", "RUN /microscanner"]);
    check("velocity1", &Change { target: "Prod", ..change }, &[]);
}

#[test]
fn msbdemo_builds_its_program_again_unless_it_is_the_same() {
    let change = Change { file: "src/setup.py", ..Change::default() };
    let made = ["COPY src /src", "RUN /buildenv/bin/pip wheel", "RUN /buildenv/bin/pex"];
    check("msbdemo", &change, &[made.as_slice(), &["COPY --from=0"]].concat());
    // The wheels are others, but the program that is made of them is known to be the same.
    let below = |path: &str| Effects::Below(vec![path.to_owned()]);
    let change = Change { effects: Some(("RUN /buildenv/bin/p", below("/wheels"))), ..change };
    check("msbdemo", &change, &made);
    let change = Change { effects: Some(("RUN /buildenv/bin/pex", below(concat!("/mnt", "/src")))), ..change };
    check("msbdemo", &change, &[made.as_slice(), &["COPY --from=0"]].concat());
}

#[test]
fn the_slides_copy_three_times_from_one_stage() {
    let edit = |file, effects, expected: &[&str]| {
        check("slides", &Change { target: "backend", file, effects, ..Change::default() }, expected);
    };
    let (library, project) = ("COPY --from=builder /usr/local/lib", "COPY --from=builder /srv/django/");
    let last = [
        "WORKDIR /srv/django",
        "COPY --from=builder /usr/local/bin/django",
        "COPY --from=builder /usr/local/bin/hyper",
    ];
    let built = ["COPY . /srv/django/", "RUN cd /srv/django"];
    let requirements = ["COPY requirements", "RUN cd /requirements"];
    edit("requirements/base.txt", None, &[&requirements, built.as_slice(), &[library, project], &last].concat());
    edit("manage.py", None, &[built.as_slice(), &[library, project], &last].concat());
    // The messages are compiled into the project, so that the libraries stay what they are.
    let effects = Some(("RUN cd /srv/django", Effects::Below(vec!["/srv/django".into()])));
    edit("manage.py", effects, &[built.as_slice(), &[project], &last].concat());
}

#[test]
fn projects_that_copy_everything_build_more() {
    let edit =
        |target, file, expected: &[&str]| check("projet8a", &Change { target, file, ..Change::default() }, expected);
    edit("prod", "requirements.dev.txt", &["COPY . /opt"]);
    let dev = ["COPY requirements.dev.txt", "RUN pip3 install -r requirements.dev.txt", "RUN python3 -m pytest"];
    edit("test", "requirements.dev.txt", &[&["COPY . /opt"], dev.as_slice()].concat());
    let base = ["COPY requirements.txt", "RUN locale-gen", "RUN pip3 install -r requirements.txt", "COPY . /opt"];
    edit("prod", "requirements.txt", &base);
}

#[test]
fn a_site_is_built_again_for_each_of_its_files() {
    let (all, built, dist) = ("COPY . .", "RUN source", "COPY --from=builder /app/dist");
    let edit = |change: &Change, expected: &[&str]| check("projet8b", change, expected);
    edit(&Change { file: "src/app.vue", ..Change::default() }, &[all, built, dist]);
    let nginx = ["COPY nginx/default.conf", "RUN rm -rf"];
    edit(
        &Change { file: "nginx/default.conf", ..Change::default() },
        &[&[all, built], nginx.as_slice(), &[dist]].concat(),
    );
    let yarn = ["RUN yarn install", "WORKDIR /app"];
    edit(
        &Change { file: "package.json", ..Change::default() },
        &[&["COPY package.json"], yarn.as_slice(), &[all, built, dist]].concat(),
    );
    edit(&Change { arg: Some(("ENV", "dev")), ..Change::default() }, &[yarn.as_slice(), &[all, built, dist]].concat());
}

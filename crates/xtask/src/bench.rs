//! `bench`: how long analysis, layout and simulation take, against the targets in budgets.toml.
//!
//! A group of measurements is a function that returns times by name; the list below names them all.
//! Figures depend on the machine and on what else it does, so no test ever looks at them.

mod native;
mod samples;
mod targets;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::Verb;
use crate::args::{Flag, Flags};
use crate::build::for_the_site;
use crate::optimise::WASM_OPT;
use crate::process::{output, run};
use crate::progress::Steps;
use crate::project::root;
use crate::setup::{self, Toolbox};
use targets::Targets;

pub(crate) const VERB: Verb = Verb {
    name: "bench",
    help: "Measure analysis, layout and simulation, native and in wasm, and compare with the targets in budgets.toml.\n\
           --only PART  only the groups whose name contains PART",
    run: bench,
};

/// What `bench` starts in an optimised build of this program: what is measured, and the files, as arguments.
pub(crate) const NATIVE: Verb = Verb { name: "bench-native", help: "", run: native::run };

/// A group of measurements.
struct Group {
    /// Its heading in the table.
    name: &'static str,
    /// Times of every case, by name, in the order of the table.
    measure: fn(&Setting) -> Result<Vec<Times>>,
}

const GROUPS: &[Group] = &[
    Group { name: "native", measure: |setting| in_native_code(setting, "core", &setting.files) },
    Group { name: "wasm", measure: |setting| in_wasm(setting, "core", &setting.files) },
    Group { name: "wasm, with all checks", measure: |setting| in_wasm(setting, "checks", &setting.files) },
    // Schedules, and two builds in a row: with nothing changed, a file of the context, or the text.
    Group { name: "simulation, native", measure: |setting| in_native_code(setting, "simulation", &setting.simulated) },
    Group { name: "simulation, wasm", measure: |setting| in_wasm(setting, "simulation", &setting.simulated) },
    // Not held against a target: what it costs to hand everything over to JavaScript.
    Group {
        name: "wasm, all of it as JS objects, without layout",
        measure: |setting| in_wasm(setting, "api", &setting.files),
    },
];

/// What the groups are given.
struct Setting {
    tools: Toolbox,
    /// The files to measure.
    files: Vec<PathBuf>,
    /// Those to simulate.
    simulated: Vec<PathBuf>,
}

/// How long a case took, run after run.
#[derive(Clone, Debug, PartialEq)]
struct Times {
    case: String,
    /// In milliseconds, in rising order; never empty.
    sorted: Vec<f64>,
}

impl Times {
    fn new(case: &str, mut times: Vec<f64>) -> Result<Self> {
        if times.is_empty() || times.iter().any(|time| !time.is_finite()) {
            bail!("no times for {case}");
        }
        times.sort_by(f64::total_cmp);
        Ok(Self { case: case.to_owned(), sorted: times })
    }

    fn best(&self) -> f64 {
        self.percentile(0)
    }

    /// The time that a part of the runs, given in hundredths, did not exceed.
    fn percentile(&self, hundredths: usize) -> f64 {
        let rank = (self.sorted.len() * hundredths).div_ceil(100).max(1);
        self.sorted[rank - 1]
    }

    fn median(&self) -> f64 {
        self.percentile(50)
    }
}

fn bench(args: &[String]) -> Result<()> {
    let flags = Flags::parse(args, &[Flag::Value("--only")])?;
    let part = flags.value("--only").unwrap_or_default();
    let groups: Vec<&Group> = GROUPS.iter().filter(|group| group.name.contains(part)).collect();
    if groups.is_empty() {
        let names: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
        bail!("no group is called `{part}`; there are: {}", names.join("; "));
    }
    let targets = Targets::read(&crate::project::table("budgets.toml")?)?;
    let mut steps = Steps::new(setup::STEPS + groups.len());
    let setting = Setting {
        tools: Toolbox::prepare(&mut steps)?,
        files: written("samples", samples::all()?)?,
        simulated: written("simulated", samples::simulated()?)?,
    };
    let mut tables = Vec::new();
    for group in groups {
        let step = steps.next(group.name);
        let times = (group.measure)(&setting)?;
        step.done("measured");
        tables.push(table(group.name, &times, &targets));
    }
    println!(
        "\nMilliseconds; half of the runs took at most the median, 95 of 100 at most p95. Where best and median lie far\n\
         apart, the machine had other things to do."
    );
    for table in tables {
        print!("\n{table}");
    }
    Ok(())
}

/// Where what is measured lies.
fn folder() -> PathBuf {
    root().join("target/bench")
}

/// Writes the samples as files, which every group can read.
fn written(folder: &str, samples: Vec<samples::Sample>) -> Result<Vec<PathBuf>> {
    let folder = self::folder().join(folder);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut files = Vec::new();
    for sample in samples {
        let file = folder.join(format!("{}.Dockerfile", sample.name));
        fs::write(&file, sample.source).with_context(|| format!("cannot write {}", file.display()))?;
        files.push(file);
    }
    Ok(files)
}

/// Starts this program anew, optimised.
fn in_native_code(setting: &Setting, mode: &str, files: &[PathBuf]) -> Result<Vec<Times>> {
    let mut command = setting.tools.command("cargo");
    command.args(["run", "--locked", "--profile", "bench", "--package", env!("CARGO_PKG_NAME"), "--"]);
    times(&output(command.args([NATIVE.name, mode]).args(files))?)
}

/// Builds the bench module as the site is built, and lets node run it.
fn in_wasm(setting: &Setting, mode: &str, files: &[PathBuf]) -> Result<Vec<Times>> {
    let tools = &setting.tools;
    const TARGET: &str = "wasm32-unknown-unknown";
    let mut build = tools.command("cargo");
    build.args(["build", "--locked", "--release", "--target", TARGET]);
    run(for_the_site(build.args(["--package", "stagewright-wasm", "--features", "bench"])))?;
    let built = root().join("target").join(TARGET).join("release/stagewright_wasm.wasm");
    let out = folder().join("wasm");
    run(tools.command("wasm-bindgen").args(["--target", "web", "--out-dir"]).arg(&out).arg(built))?;
    let wasm = out.join("stagewright_wasm_bg.wasm");
    run(tools.command("wasm-opt").args(WASM_OPT).arg(&wasm).arg("-o").arg(&wasm))?;
    let driver = root().join("crates/xtask/src/bench/drive.mjs");
    let module = out.join("stagewright_wasm.js");
    // The optimising compiler at once, as after a second in a browser; or a part of the runs would be of code
    // that is about to be replaced.
    times(&output(tools.command("node").arg("--no-liftoff").arg(driver).arg(module).arg(mode).args(files))?)
}

/// Reads what a loop printed: on each line a name and times.
fn times(printed: &str) -> Result<Vec<Times>> {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let case = words.next().unwrap_or_default();
        let times: Result<Vec<f64>, _> = words.map(str::parse).collect();
        Times::new(case, times.with_context(|| format!("the times of {case} are no numbers"))?)
    };
    printed.lines().map(line).collect()
}

/// The table of a group.
fn table(group: &str, times: &[Times], targets: &Targets) -> String {
    let mut out = format!("{group:<46}{:>10}{:>10}{:>10}{:>8}\n", "best", "median", "p95", "runs");
    let mut medians: BTreeMap<&str, f64> = BTreeMap::new();
    for times in times {
        let median = times.median();
        let verdict = targets.of_median(group, &times.case, median);
        let row = format!("  {:<44}{:>10.3}{median:>10.3}", times.case, times.best());
        let row = format!("{row}{:>10.3}{:>8}  {verdict}", times.percentile(95), times.sorted.len());
        out.push_str(row.trim_end());
        out.push('\n');
        medians.insert(&times.case, median);
    }
    for shape in samples::shapes() {
        let [.., few, many] = samples::SIZES.map(|size| medians.get(&*samples::made_up_name(shape, size)).copied());
        if let (Some(few), Some(many)) = (few, many) {
            let ratio = many / few;
            let verdict = targets.of_growth(group, ratio);
            let title = format!("{shape}: 1000 stages against 100");
            out.push_str(format!("  {title:<54}{ratio:>9.1}\u{d7}{:>18}  {verdict}", "").trim_end());
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::targets::Targets;
    use super::{Times, table, times};

    #[test]
    fn percentiles_are_times_that_were_measured() {
        fn check(times: &[f64], hundredths: usize, expect: f64) {
            let times = Times::new("a", times.to_vec()).expect("there are times");
            assert!((times.percentile(hundredths) - expect).abs() < 1e-9, "{times:?} {hundredths}");
        }
        check(&[3.0], 95, 3.0);
        check(&[3.0, 1.0, 2.0], 50, 2.0);
        check(&[4.0, 3.0, 1.0, 2.0], 50, 2.0);
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        check(&hundred, 95, 95.0);
        check(&hundred, 100, 100.0);
    }

    #[test]
    fn what_a_loop_prints_is_read_or_refused() {
        let read = times("a 3 1 2\nb 0.5\n").expect("there are times");
        assert_eq!(read.iter().map(|it| (it.case.as_str(), it.sorted.len())).collect::<Vec<_>>(), [("a", 3), ("b", 1)]);
        assert_eq!(times("a x").expect_err("is wrong").to_string(), "the times of a are no numbers");
        assert_eq!(times("a").expect_err("is wrong").to_string(), "no times for a");
        assert_eq!(times("a NaN").expect_err("is wrong").to_string(), "no times for a");
    }

    #[test]
    fn the_table_tells_what_misses_its_target() {
        let targets = "[bench]\ngrowth = 15\nmedian = [{ group = \"wasm\", case = \"*-1000\", limit = 50 }]";
        let targets = Targets::read(&targets.parse().expect("TOML")).expect("targets");
        let times = times("chain-100 2\nchain-1000 60\nfan-100 4\nfan-1000 40\nvelocity 1").expect("times");
        let table = table("wasm", &times, &targets);
        let rows: Vec<String> =
            table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            rows,
            [
                "wasm best median p95 runs",
                "chain-100 2.000 2.000 2.000 1",
                "chain-1000 60.000 60.000 60.000 1 MISSES 50",
                "fan-100 4.000 4.000 4.000 1",
                "fan-1000 40.000 40.000 40.000 1 within 50",
                "velocity 1.000 1.000 1.000 1",
                "chain: 1000 stages against 100 30.0\u{d7} MISSES 15",
                "fan: 1000 stages against 100 10.0\u{d7} within 15",
            ]
        );
    }
}

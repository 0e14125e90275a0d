//! The browser of the tests: found, or on Debian installed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{probe, run};
use crate::progress::Steps;
use crate::setup::find_program;

/// A Chromium, and the program through which the wasm tests drive it. The page tests do without.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    driver: Option<PathBuf>,
}

/// What [`Browser::prepare`] announces.
pub(crate) const STEPS: usize = 1;

const PROGRAMS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

impl Browser {
    /// The browser that the environment names, else the system's, else the one Playwright keeps, else, as
    /// root on Debian, the one of its registry.
    pub(crate) fn prepare(steps: &mut Steps) -> Result<Self> {
        let step = steps.next("Chromium and chromedriver");
        if (chromium().is_none() || driver().is_none()) && is_debian() && is_root() {
            run(Command::new("apt-get").arg("update"))?;
            run(Command::new("apt-get")
                .env("DEBIAN_FRONTEND", "noninteractive")
                .args(["install", "-y", "--no-install-recommends"])
                .args(["chromium", "chromium-driver"]))?;
        }
        let chromium = chromium().with_context(|| advice("Chromium"))?;
        step.done(&chromium.display().to_string());
        Ok(Self { chromium, driver: driver() })
    }

    /// The driver; an error says how to get it.
    pub(crate) fn driver(&self) -> Result<&Path> {
        self.driver.as_deref().with_context(|| advice("chromedriver"))
    }

    /// What the test runner of wasm-bindgen reads as webdriver.json.
    pub(crate) fn capabilities(&self) -> String {
        // `{:?}` of a path is a JSON string for every path that is text.
        format!("{{\"goog:chromeOptions\": {{\"binary\": {:?}}}}}\n", self.chromium)
    }
}

fn chromium() -> Option<PathBuf> {
    let named = ["CHROME", "CHROMIUM"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let system = PROGRAMS.iter().filter_map(|name| in_path(name));
    let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    named.chain(system).chain([mac]).find(|path| path.is_file()).or_else(of_playwright)
}

fn driver() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMEDRIVER").map(PathBuf::from);
    // The images of GitHub's runners name the folder.
    let folder = std::env::var_os("CHROMEWEBDRIVER").map(|dir| Path::new(&dir).join("chromedriver"));
    let system = in_path("chromedriver");
    [named, folder, system].into_iter().flatten().find(|path| path.is_file())
}

fn in_path(program: &str) -> Option<PathBuf> {
    let dir = find_program(program)?;
    Some(dir.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
}

/// The newest Chromium in Playwright's own folder.
fn of_playwright() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    let home = PathBuf::from(home.unwrap_or_default());
    let caches = [
        std::env::var_os("PLAYWRIGHT_BROWSERS_PATH").map(PathBuf::from),
        Some(home.join(".cache/ms-playwright")),
        Some(home.join("Library/Caches/ms-playwright")),
        Some(home.join("AppData/Local/ms-playwright")),
    ];
    let mut found: Vec<PathBuf> = caches.into_iter().flatten().flat_map(|cache| chromiums_in(&cache)).collect();
    found.sort_by_key(|path| revision(path));
    found.pop()
}

/// The programs in folders such as `chromium-1200/chrome-linux64`.
fn chromiums_in(cache: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for revision in folders(cache).filter(|dir| revision(&dir.join("a/b")).is_some()) {
        for platform in folders(&revision) {
            let programs = ["chrome", "chrome.exe", "Chromium.app/Contents/MacOS/Chromium"];
            found.extend(programs.iter().map(|name| platform.join(name)).filter(|path| path.is_file()));
        }
    }
    found
}

/// 1200 for `…/chromium-1200/chrome-linux/chrome`.
fn revision(path: &Path) -> Option<u64> {
    let mut parts = path.iter().filter_map(OsStr::to_str);
    parts.find_map(|part| part.strip_prefix("chromium-")?.parse().ok())
}

fn folders(parent: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir())
}

/// Debian itself: the packages of this name elsewhere want another package manager.
fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    release.lines().any(|line| line == "ID=debian")
}

fn is_root() -> bool {
    probe(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

/// How to get what is missing.
fn advice(missing: &str) -> String {
    format!(
        "{missing} is missing. Debian, Ubuntu: sudo apt-get install -y chromium chromium-driver; macOS: \
         brew install --cask chromium chromedriver; or set CHROME and CHROMEDRIVER to the programs"
    )
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Browser, revision};

    #[test]
    fn the_revision_of_playwrights_chromium_is_read_from_its_folder() {
        fn check(path: &str, expect: Option<u64>) {
            assert_eq!(revision(Path::new(path)), expect, "{path}");
        }
        check("/a/.cache/ms-playwright/chromium-1200/chrome-linux/chrome", Some(1200));
        check("/a/.cache/ms-playwright/chromium_headless_shell-1200/x/y", None);
        check("/a/.cache/ms-playwright/firefox-1490/x/y", None);
    }

    #[test]
    fn the_driver_is_told_which_browser_to_start() {
        let browser = Browser { chromium: PathBuf::from("/opt/a \"b\"/chrome"), driver: None };
        let expect = "{\"goog:chromeOptions\": {\"binary\": \"/opt/a \\\"b\\\"/chrome\"}}\n";
        assert_eq!(browser.capabilities(), expect);
    }
}

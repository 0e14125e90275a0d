//! ADD and COPY: which files they take, and what the cache compares of them.
//!
//! Follows `copy.go` of moby's `builder/dockerfile` (Docker 20.10). Relies on
//! [`select`](super::super::select) for the files of the build context and on [`files`](super::files) for
//! those of stages.

use crate::resolve::{ImageReference, StageId};
use crate::syntax::{Instruction, Transfer};
use crate::text::TextRange;

use super::super::context::{DOCKERIGNORE, shortened};
use super::super::select::{Selection, Selector, select};
use super::super::wildcard::has_wildcard;
use super::builder::{Builder, Stage};
use super::files;
use super::refusal::{self, Refusal};
use super::store::{ImageIndex, Layer, Listing, ListingId, Made, SCRATCH};

/// Where the files of a COPY come from.
enum Source {
    Context,
    Image(ImageIndex, Option<StageId>),
}

/// A source with its variables replaced, and its place.
type Named = (String, TextRange);

/// What sources took.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    what: ListingId,
    /// How many files and folders they name, where that is known.
    n_sources: usize,
}

impl<'a> Builder<'a> {
    /// Works out an ADD or a COPY.
    pub(super) fn transfer(
        &mut self,
        it: &Instruction,
        transfer: &Transfer,
        name: &'static str,
        stage: &Stage<'a>,
    ) -> Result<(Made, Layer), Refusal> {
        let chown = it.flag_value("chown").map(|word| self.word(word, stage)).transpose()?.unwrap_or_default();
        let mut sources = Vec::new();
        for word in &transfer.sources {
            sources.push((self.word(word, stage)?, word.range));
        }
        let destination = self.word(&transfer.destination, stage)?;
        if let Some(flag) = it.flag("chmod").filter(|flag| flag.value.as_ref().is_some_and(|it| !it.text.is_empty())) {
            return Err(refusal::needs_buildkit("chmod", flag.range));
        }
        let source = match it.flag_value("from").filter(|from| !from.text.is_empty()) {
            Some(from) => {
                let found = self.source(&from.text);
                let wrapped = |message: String| format!("invalid from flag value {}: {message}", from.text);
                found.map_err(|message| Refusal::new(wrapped(message), from.range))?
            }
            None => Source::Context,
        };
        let taken = self.take(&sources, &source, name).map_err(|(message, range)| Refusal::new(message, range))?;
        let what = taken.what;
        if taken.n_sources > 1 && !destination.ends_with('/') {
            let message = format!(
                "When using {name} with more than one source file, the destination must be a directory and end with a /"
            );
            return Err(Refusal::new(message, transfer.destination.range));
        }
        let flag = if chown.is_empty() { String::new() } else { format!("--chown={chown}") };
        let mut target = files::absolute(&stage.config.working_dir, &destination);
        if destination.ends_with('/') && target != "/" {
            target.push('/');
        }
        let layer = Layer::Copy { chown: chown.clone(), what, destination: target, unpacks: name == "ADD" };
        Ok((Made::Copy { how: format!("{name} {flag} in {destination}"), what }, layer))
    }

    /// What `--from` names: a stage that is done, by name or number, or an image.
    fn source(&mut self, name: &str) -> Result<Source, String> {
        if let Some(found) = self.stage_named(name) {
            return Ok(Source::Image(self.done[found.0 as usize].image, Some(found)));
        }
        let digits = name.strip_prefix(['-', '+']).unwrap_or(name);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            // A number too large to be read is taken for a name.
            if let Ok(number) = name.parse::<i64>() {
                return match usize::try_from(number) {
                    Ok(number) if number == self.done.len() => Err("refers to current build stage".to_owned()),
                    Ok(number) if number < self.done.len() => {
                        Ok(Source::Image(self.done[number].image, Some(StageId(number as u32))))
                    }
                    _ => Err("index out of bounds".to_owned()),
                };
            }
        }
        self.outside_image(name, None).map(|image| Source::Image(image, None))
    }

    /// An image from outside the file.
    pub(super) fn outside_image(&mut self, name: &str, platform: Option<&str>) -> Result<ImageIndex, String> {
        if name == "scratch" {
            return Err("'scratch' is a reserved name".to_owned());
        }
        let reference = ImageReference::parse(name).map_err(|message| {
            let is_case = message.starts_with("invalid reference format: repository name");
            if is_case { "invalid reference format: repository name must be lowercase".to_owned() } else { message }
        })?;
        let default = self.request.platform.format();
        Ok(self.store.outside(&format!("{} {}", reference.full(), platform.unwrap_or(&default))))
    }

    /// What sources take.
    fn take(&mut self, sources: &[Named], source: &Source, name: &str) -> Result<Taken, (String, TextRange)> {
        let asked: Vec<&str> = sources.iter().map(|(path, _)| path.as_str()).collect();
        let asked = asked.join("\0");
        // COPY and ADD differ in what they make of addresses.
        let is_kept = matches!(source, Source::Context) && !sources.iter().any(|(path, _)| is_address(path));
        if let Some(&known) = self.taken.get(&asked).filter(|_| is_kept) {
            return Ok(known);
        }
        let mut out = Listing::default();
        let mut n_sources = 0;
        for (path, range) in sources {
            let found = match source {
                _ if is_address(path) => of_address(path, name, &mut out),
                Source::Context => self.of_context(path, &mut out),
                Source::Image(image, stage) => Ok(self.of_image(path, *image, *stage, &mut out)),
            };
            n_sources += found.map_err(|message| (format!("{name} failed: {message}"), *range))?;
        }
        let whole = sources.iter().map(|(_, range)| *range).reduce(TextRange::cover).unwrap_or_default();
        if n_sources == 0 {
            return Err((format!("{name} failed: no source files were specified"), whole));
        }
        self.expander.note(out.files.len(), out.key.len()).map_err(|message| (message, whole))?;
        let taken = Taken { what: self.store.intern(out), n_sources };
        if is_kept {
            self.taken.insert(asked, taken);
        }
        Ok(taken)
    }

    /// Adds what a source takes of the build context; tells how many files and folders it names.
    fn of_context(&self, path: &str, out: &mut Listing) -> Result<usize, String> {
        let seen = path.strip_prefix('/').unwrap_or(path);
        let seen = seen.strip_prefix("./").unwrap_or(seen);
        let is_literal = !has_wildcard(seen);
        if is_literal && crate::resolve::clean(seen).split('/').next() == Some("..") {
            return Err(format!("forbidden path outside the build context: {seen} ()"));
        }
        let selector = Selector { path: seen, wildcards: true, ..Selector::default() };
        let selection = match select(self.paths, &selector) {
            Err(_) if is_literal => {
                return Err(format!(
                    "file not found in build context or excluded by .dockerignore: stat {seen}: file does not exist"
                ));
            }
            // A pattern is held against paths as it is written, and none of them has two slashes or dots for a folder.
            Ok(selection) if is_literal || shortened(seen) == seen => selection,
            _ => Selection::default(),
        };
        let depth = seen.matches('/').count();
        let mut n_found = 0;
        for (place, taken) in selection.entries.iter().enumerate() {
            let (path, content) = &self.files[taken.index];
            let is_folder = path.ends_with('/');
            // Each file or folder that a wildcard finds counts as if it were named; what is in a folder is a part of it.
            if place == 0 || !is_literal && path.trim_end_matches('/').matches('/').count() == depth {
                out.key.push_str(if is_folder { "dir\0" } else { "file\0" });
                n_found += 1;
            }
            out.changes_always |= self.request.dockerfile.is_none() && path == DOCKERIGNORE;
            out.key.push_str(&[path, "\0", content, "\0"].concat());
            out.files.push((path.clone(), content.clone()));
            out.targets.push(([taken.name.as_str(), if is_folder { "/" } else { "" }].concat(), content.clone()));
        }
        Ok(if is_literal { 1 } else { n_found })
    }

    /// Adds what a source takes of an image. How many files a wildcard finds there is not known.
    fn of_image(&mut self, path: &str, image: ImageIndex, stage: Option<StageId>, out: &mut Listing) -> usize {
        out.stage = stage;
        let place = files::absolute("", files::before_wildcard(path));
        let found = files::at(self.store, image, &place);
        let seen = if has_wildcard(path) { path } else { &place };
        out.key.push_str(&format!("image {found} {seen}\0"));
        1
    }

    /// The image of an outside name, or that of `FROM scratch`.
    pub(super) fn base_image(&mut self, name: &str, platform: Option<&str>) -> Result<ImageIndex, String> {
        if name == "scratch" { Ok(SCRATCH) } else { self.outside_image(name, platform) }
    }
}

/// Whether a source is to be downloaded.
fn is_address(path: &str) -> bool {
    path.starts_with("http://") || path.starts_with("https://")
}

/// Adds an address, which is taken to have what it had before.
fn of_address(address: &str, name: &str, out: &mut Listing) -> Result<usize, String> {
    if name == "COPY" {
        return Err("source can't be a URL for COPY".to_owned());
    }
    out.key.push_str(&["url ", address, "\0"].concat());
    Ok(1)
}

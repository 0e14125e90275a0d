//! ADD and COPY: which files they take, and what the cache compares of them.
//!
//! Follows `copy.go` of moby's `builder/dockerfile` (Docker 20.10). Relies on
//! [`select`](super::super::select) for the files of the build context and on [`files`](super::files) for
//! those of stages.

use crate::resolve::{ImageReference, StageId};
use crate::syntax::{Instruction, Transfer};
use crate::text::TextRange;

use super::super::select::{Selector, select};
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
        let what = self.listing(&sources, &source, name).map_err(|(message, range)| Refusal::new(message, range))?;
        if self.n_sources(&sources, &source) > 1 && !destination.ends_with('/') {
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

    /// The files that sources take.
    fn listing(
        &mut self,
        sources: &[(String, TextRange)],
        source: &Source,
        name: &str,
    ) -> Result<ListingId, (String, TextRange)> {
        let is_local = matches!(source, Source::Context);
        let asked: Vec<&str> = sources.iter().map(|(path, _)| path.as_str()).collect();
        let asked = asked.join("\0");
        if let Some(&known) = self.taken.get(&asked).filter(|_| is_local && name == "COPY") {
            return Ok(known);
        }
        let whole = sources.iter().map(|(_, range)| *range).reduce(TextRange::cover).unwrap_or_default();
        let mut out = Listing::default();
        let mut has_some = false;
        for (path, range) in sources {
            if path.starts_with("http://") || path.starts_with("https://") {
                if name == "COPY" {
                    return Err(("COPY failed: source can't be a URL for COPY".to_owned(), *range));
                }
                out.key.push_str(&["url ", path, "\0"].concat());
                has_some = true;
                continue;
            }
            match source {
                Source::Context => {
                    let taken = self.of_context(path, &mut out);
                    has_some |= taken.map_err(|message| (format!("{name} failed: {message}"), *range))?;
                }
                Source::Image(image, stage) => {
                    out.stage = *stage;
                    let place = files::absolute("", files::before_wildcard(path));
                    let found = files::at(self.store, *image, &place);
                    let seen = if has_wildcard(path) { path } else { &place };
                    out.key.push_str(&format!("image {found} {seen}\0"));
                    has_some = true;
                }
            }
        }
        if !has_some {
            return Err((format!("{name} failed: no source files were specified"), whole));
        }
        let id = self.store.intern(out);
        if is_local {
            self.taken.insert(asked, id);
        }
        Ok(id)
    }

    /// Adds what a source takes of the build context; tells whether it takes anything.
    fn of_context(&self, path: &str, out: &mut Listing) -> Result<bool, String> {
        let seen = path.strip_prefix('/').unwrap_or(path);
        let seen = seen.strip_prefix("./").unwrap_or(seen);
        if crate::resolve::clean(seen).starts_with("..") {
            return Err(format!("forbidden path outside the build context: {seen} ()"));
        }
        let selector = Selector { path: seen, wildcards: true, ..Selector::default() };
        let missing = |_| {
            format!("file not found in build context or excluded by .dockerignore: stat {seen}: file does not exist")
        };
        let is_literal = !has_wildcard(seen);
        let selection = match select(self.paths, &selector) {
            Err(nothing) if is_literal => return Err(missing(nothing)),
            selection => selection.unwrap_or_default(),
        };
        let depth = super::super::context::shortened(seen).matches('/').count();
        for (place, taken) in selection.entries.iter().enumerate() {
            let (path, content) = &self.files[taken.index];
            // Each file or folder that a wildcard finds counts as if it were named.
            let is_folder = path.ends_with('/');
            if place == 0 || !is_literal && path.trim_end_matches('/').matches('/').count() == depth {
                out.key.push_str(if is_folder { "dir\0" } else { "file\0" });
            }
            out.changes_always |= self.request.dockerfile.is_none() && path == super::super::context::DOCKERIGNORE;
            out.key.push_str(&[path, "\0", content, "\0"].concat());
            out.files.push((path.clone(), content.clone()));
            out.targets.push(([taken.name.as_str(), if is_folder { "/" } else { "" }].concat(), content.clone()));
        }
        Ok(is_literal || !selection.entries.is_empty())
    }

    /// Number of files and folders that sources name. How many a wildcard finds in an image is not known.
    fn n_sources(&self, sources: &[(String, TextRange)], source: &Source) -> usize {
        let mut count = 0;
        for (path, _) in sources {
            let seen = super::super::context::shortened(path);
            if !has_wildcard(&seen) || !matches!(source, Source::Context) {
                count += 1;
                continue;
            }
            let selector = Selector { path: &seen, wildcards: true, ..Selector::default() };
            let selection = select(self.paths, &selector).unwrap_or_default();
            // What is matched itself, and no part of a folder that is.
            let is_match = |path: &str| path.trim_end_matches('/').matches('/').count() == seen.matches('/').count();
            count += selection.entries.iter().filter(|taken| is_match(self.paths[taken.index])).count();
        }
        count
    }

    /// The image of an outside name, or that of `FROM scratch`.
    pub(super) fn base_image(&mut self, name: &str, platform: Option<&str>) -> Result<ImageIndex, String> {
        if name == "scratch" { Ok(SCRATCH) } else { self.outside_image(name, platform) }
    }
}

//! What to say about an image: the parts of its name, and which of them were not written.
//!
//! Relies on the reference as [`resolve`](crate::resolve) completed it.

use crate::resolve::ImageReference;

use super::super::Document;
use super::super::stages::{Mention, Naming};
use super::Hover;

/// About the image that a word names.
pub(super) fn hover(document: &Document<'_>, reference: &ImageReference, mention: &Mention<'_>) -> Hover {
    let mut out = Hover::new(mention.word.range, format!("image {}", reference.familiar()));
    out.code = reference.full();
    let stage = document.analysis.resolved.stage(mention.stage).filter(|_| mention.by == Naming::From);
    let written = stage.map_or(mention.word.text.as_str(), |stage| stage.base_name.value.as_str());
    if written != mention.word.text {
        out.say(format!("{} comes to {written}.", mention.word.text));
    }
    let name = written.split('@').next().unwrap_or_default();
    let noted = |value: &str, is_written: bool, why: &str| {
        if is_written { value.to_owned() } else { format!("{value} ({why})") }
    };
    let has_registry = name.strip_prefix(reference.domain.as_str()).is_some_and(|rest| rest.starts_with('/'));
    out.part("registry", noted(&reference.domain, has_registry, "not written: Docker Hub"));
    let has_path = name.contains(reference.path.as_str());
    out.part("repository", noted(&reference.path, has_path, "library/ is where official images are"));
    if let Some(tag) = &reference.tag {
        let has_tag = name.rsplit('/').next().unwrap_or_default().contains(':');
        out.part("tag", noted(tag, has_tag, "not written: the default"));
    }
    match &reference.digest {
        Some(digest) => out.part("digest", digest.clone()),
        None => out.part("digest", "none, so that the image can change under this name"),
    }
    let platform = stage.map_or(&document.analysis.resolved.platform, |stage| &stage.platform);
    let is_asked = stage.is_some_and(|stage| stage.platform_flag.is_some());
    out.part("platform", noted(&platform.format_all(), is_asked, "that of the build"));
    out
}

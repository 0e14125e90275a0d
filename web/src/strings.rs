//! What the page says, in one place. Messages of BuildKit come from the core, word for word.

pub mod causes;
pub mod moments;
pub mod outcome;
pub mod simulation;
pub mod versions;

use stagewright::graph::EdgeKind;
use stagewright::outline::ArgSource;
use stagewright::share::ShareError;

use crate::state::Theme;

/// The product.
pub const PRODUCT: &str = "Stagewright";
/// What it is for.
pub const TAGLINE: &str = "See what docker build will do, before you build.";
/// The name of the editor.
pub const EDITOR: &str = "Dockerfile";
/// The name of the target control.
pub const TARGET: &str = "Target";
/// Opens the gallery.
pub const EXAMPLES: &str = "Examples";
/// Above the gallery.
pub const EXAMPLES_TITLE: &str = "Examples";
/// Closes the gallery.
pub const CLOSE: &str = "Close";
/// Copies a link.
pub const COPY_LINK: &str = "Copy link";
/// After a link was copied.
pub const LINK_COPIED: &str = "Link copied.";
/// Where the clipboard cannot be used.
pub const LINK_IN_ADDRESS_BAR: &str = "The link is in the address bar: copy it from there.";
/// The name of the theme control.
pub const THEME: &str = "Theme";
/// Makes everything larger.
pub const PRESENT: &str = "Present";
/// Where the browser keeps nothing.
pub const NOT_KEPT: &str = "This browser does not keep the text: its store is full or closed.";
/// Where the file of an example does not come.
pub const EXAMPLE_MISSING: &str = "The example could not be loaded. Try again when you are online.";
/// Takes a message away.
pub const DISMISS: &str = "Dismiss";
/// The graph.
pub const GRAPH: &str = "Stage graph";
/// Shows the graph.
pub const SHOW_GRAPH: &str = "Graph";
/// Shows the table.
pub const SHOW_TABLE: &str = "Table";
/// The name of the two.
pub const SHOW_AS: &str = "Show stages as";
/// The list of steps.
pub const BUILD_ORDER: &str = "Build order";
/// Where there is nothing to build.
pub const NO_STEPS_YET: &str = "The steps of the build, in the order of the builder, come here.";
/// Where there are no steps.
pub const NO_STEPS: &str = "Nothing to do: the target has no steps.";
/// The field for the text of a `.dockerignore`, and its button.
pub const DOCKERIGNORE: &str = ".dockerignore";
/// What that is good for.
pub const DOCKERIGNORE_HELP: &str = "What it leaves out of the build context, COPY and ADD cannot take.";
/// A finding that the build prints.
pub const WARNING: &str = "Warning";
/// A finding that it does not.
pub const NOTE: &str = "Note";
/// Above findings that `docker build --check` prints, and a build of the target does not.
pub const NOT_PRINTED: &str = "Not printed by this build:";
/// Whose check it is: one of Docker's.
pub const DOCKER_CHECK: &str = "Docker";
/// One of Docker's that is tried out.
pub const DOCKER_EXPERIMENTAL: &str = "Docker, experimental";
/// One of ours.
pub const OWN_CHECK: &str = "Stagewright";
/// Leads to what Docker says about a check.
pub const DOCKER_PAGE: &str = "About this check";
/// Carries out what is shown.
pub const APPLY: &str = "Apply";
/// Lines as they are.
pub const BEFORE: &str = "Before";
/// Lines as they will be.
pub const AFTER: &str = "After";
/// Where there are none.
pub const NO_LINE: &str = "no line";
/// A line with nothing in it.
pub const BLANK_LINE: &str = "blank line";
/// What the target takes and gives.
pub const OUTLINE: &str = "Outline";
/// What is in it.
pub const OUTLINE_HELP: &str = "inputs and image config";
/// Where the outline has nothing to tell.
pub const NO_OUTLINE: &str = "There is no target to tell about.";
/// All stages, as targets.
pub const TARGETS: &str = "Targets";
/// The secrets.
pub const SECRETS: &str = "Secrets";
/// The SSH agents.
pub const SSH: &str = "SSH agents";
/// The caches.
pub const CACHES: &str = "Caches";
/// The config of the image.
pub const IMAGE_CONFIG: &str = "Image config";
/// The target that is built where none is asked for.
pub const DEFAULT_TARGET: &str = "default";
/// What has no value.
pub const NO_VALUE: &str = "not set";
/// What has to be given.
pub const REQUIRED: &str = "required";
/// What need not be given.
pub const OPTIONAL: &str = "optional";
/// What the image below sets.
pub const FROM_IMAGE: &str = "from the base image";
/// What BuildKit sets.
pub const FROM_BUILDKIT: &str = "set by BuildKit";
/// The list of problems.
pub const PROBLEMS: &str = "Problems";
/// Where there are none.
pub const NO_PROBLEMS: &str = "None";
/// The build args.
pub const BUILD_ARGS: &str = "Build args";
/// Why a stage is as it is.
pub const WHY: &str = "Why";
/// What the lines mean.
pub const LEGEND: &str = "Legend";
/// The target, in the legend.
pub const IS_TARGET: &str = "target";
/// What is skipped, in the legend.
pub const IS_SKIPPED: &str = "skipped";
/// The build context, in the legend.
pub const CONTEXT: &str = "build context";
/// The buttons beside the graph.
pub const VIEW: &str = "View";
/// Opens all cards.
pub const INSTRUCTIONS: &str = "Instructions";
/// Zooms in.
pub const ZOOM_IN: &str = "Zoom in";
/// Zooms out.
pub const ZOOM_OUT: &str = "Zoom out";
/// Shows all of the graph.
pub const FIT: &str = "Show all";
/// Moves left.
pub const PAN_LEFT: &str = "Move left";
/// Moves right.
pub const PAN_RIGHT: &str = "Move right";
/// Moves up.
pub const PAN_UP: &str = "Move up";
/// Moves down.
pub const PAN_DOWN: &str = "Move down";
/// Makes the stage the target.
pub const BUILD_THIS: &str = "Build this stage";
/// Opens a card.
pub const SHOW_INSTRUCTIONS: &str = "Show instructions";
/// Closes it.
pub const HIDE_INSTRUCTIONS: &str = "Hide instructions";
/// Where the text is empty.
pub const EMPTY: &str = "Nothing to build yet";
/// What to do then.
pub const EMPTY_HELP: &str = "Write or paste a Dockerfile, or open an example: its stages are drawn here as you type.";
/// Where the text cannot be built.
pub const BROKEN: &str = "This file does not build";
/// What is shown then.
pub const STALE: &str = "Shown is the last version that did.";
/// What is shown where there is no such version, or where more of the text can be drawn.
pub const PARTIAL: &str = "Shown is the rest: what cannot be read is left out.";
/// Where the text makes errors of what the checks find.
pub const STOPPED_BY_CHECKS: &str =
    "The checks stop it, as the text says error=true. Shown is what it would do without that.";
/// In front of what `docker build --check` ends in, where `docker build` does not.
pub const CHECK_FAILS: &str = "docker build --check fails here, and docker build does not:";
/// Where the target is no stage of the file.
pub const NO_TARGET: &str = "The target is not in this file";
/// What to do then.
pub const CHOOSE_TARGET: &str = "Choose another one above. Nothing is built without it.";
/// The columns of the table of stages.
pub const COLUMNS: [&str; 6] = ["Stage", "State", "Base", "Takes from", "Used by", "Line"];

/// The words for a kind of edge, as the file has them.
#[must_use]
pub const fn edge_kind(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::From => "FROM",
        EdgeKind::Copy => "COPY --from",
        EdgeKind::Mount => "RUN --mount",
        EdgeKind::Onbuild => "ONBUILD",
    }
}

/// Where what is behind `#` is neither a link of ours nor a place of the page.
pub const NO_LINK: &str = "This address cannot be opened: what stands behind # is no link of Stagewright.";
/// Where a stage without a name is asked for.
pub const UNNAMED: &str =
    "BuildKit can only build stages that have a name, and the last one. Add AS and a name to its FROM.";

/// Why an address cannot be opened.
#[must_use]
pub fn bad_link(error: ShareError) -> String {
    format!("This address cannot be opened: {error}.")
}

/// The words for a theme.
#[must_use]
pub const fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "System theme",
        Theme::Light => "Light theme",
        Theme::Dark => "Dark theme",
    }
}

/// `1 step`, `2 steps`.
#[must_use]
pub fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// The name of the graph.
#[must_use]
pub fn graph_name(n_stages: usize, target: Option<&str>) -> String {
    let stages = count(n_stages, "stage");
    match target {
        Some(target) => format!("{GRAPH}, {stages}, target {target}"),
        None => format!("{GRAPH}, {stages}"),
    }
}

/// `50%`.
#[must_use]
pub fn percent(n: u32) -> String {
    n.to_string() + "%"
}

/// `Line 5`.
#[must_use]
pub fn line(line: u32) -> String {
    format!("Line {line}")
}

/// After problems were mended.
#[must_use]
pub fn mended(edits: usize) -> String {
    format!("Changed in {}. Undo in the editor takes it back.", count(edits, "place"))
}

/// Shows what mends all findings of a rule.
#[must_use]
pub fn fix_all(n: usize) -> String {
    format!("Fix all {n}")
}

/// Folds what `more` unfolded.
pub const FEWER: &str = "Show fewer";
/// What is not shown yet.
#[must_use]
pub fn more(n: usize) -> String {
    format!("{n} more")
}

/// A sentence of the core, which has neither a capital nor a full stop.
#[must_use]
pub fn sentence(text: &str) -> String {
    command(text) + "."
}

/// A command of the core, as a button has it.
#[must_use]
pub fn command(text: &str) -> String {
    let mut command = text.to_owned();
    if let Some(first) = command.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    command
}

/// What a build arg is set by.
#[must_use]
pub const fn arg_source(source: ArgSource) -> &'static str {
    match source {
        ArgSource::BuildArg => "set above",
        ArgSource::Default => "default",
        ArgSource::Predefined => FROM_BUILDKIT,
        ArgSource::Unset => NO_VALUE,
    }
}

/// A stage without a name, among the targets.
#[must_use]
pub fn without_name(label: &str) -> String {
    [label, " (no name)"].concat()
}

/// A target that the file does not have.
#[must_use]
pub fn not_in_file(target: &str) -> String {
    [target, " (not in this file)"].concat()
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_like_speech() {
        let list_of = |items: &[&str]| list(&items.iter().map(|&item| item.to_owned()).collect::<Vec<_>>());
        assert_eq!(list_of(&[]), "");
        assert_eq!(list_of(&["a"]), "a");
        assert_eq!(list_of(&["a", "b"]), "a and b");
        assert_eq!(list_of(&["a", "b", "c"]), "a, b and c");
        assert_eq!((count(1, "step"), count(0, "step")), ("1 step".into(), "0 steps".into()));
    }
}

//! What the page knows, and how it changes: [`State`], [`Action`], and the pure [`State::after`].
//!
//! Nothing here touches the browser. What follows from the text (the analysis, the drawing) is worked out
//! elsewhere and not kept here.

mod fold;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use stagewright::graph::NodeId;
use stagewright::layout::Size;
use stagewright::plan::StepId;
use stagewright::resolve::{CommandId, StageId};
use stagewright::share;

pub use self::fold::Fold;
use crate::mend::Mend;
use crate::simulation::settings::{self, Settings};
use crate::typing::TextChange;
use crate::{examples, strings};

/// Everything that the page shows depends on this.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The Dockerfile, with `\n` at the end of its lines: editors know no others.
    pub source: Rc<str>,
    /// Counts the files that were opened, which have nothing to do with one another.
    pub loaded: u32,
    /// Counts the texts that did not come from the editor, which it has to take over.
    pub written: u32,
    /// The target asked for, as it was asked for; none for the last stage.
    pub target: Option<String>,
    /// Build args that are set.
    pub build_args: BTreeMap<String, String>,
    /// The platform.
    pub platform: stagewright::resolve::Platform,
    /// The text of the `.dockerignore`; empty where there is none.
    pub dockerignore: Rc<str>,
    /// The key of the card that is explained; none for the target.
    pub selected: Option<String>,
    /// The keys of the cards that show their instructions.
    pub open: BTreeSet<String>,
    /// What else is unfolded, by the name that its button has for it ([`Fold`]).
    pub unfolded: Vec<Fold>,
    /// What the pointer is on.
    pub hover: Option<Spot>,
    /// Where the caret or the keyboard's focus is.
    pub focus: Option<Spot>,
    /// Whether all of the program is there. Before, nothing that only checks is asked for, and the page shows
    /// what was found when it was built.
    pub complete: bool,
    /// Whether the text is checked. While it is typed, what the checks found before stays as it is.
    pub checked: bool,
    /// Light or dark.
    pub theme: Theme,
    /// Whether everything is larger, for a projector.
    pub present: bool,
    /// Whether the page is too narrow for columns.
    pub narrow: bool,
    /// The size of the graph's place on the screen, once it is known.
    pub room: Option<Size>,
    /// Whether the stages are shown as a table.
    pub table: bool,
    /// The example that was chosen, until its file has come, or something else has taken its place.
    pub awaited: Option<&'static str>,
    /// What is asked of the simulation; none as long as nothing was.
    pub simulation: Option<Rc<Settings>>,
    /// What is to be told once.
    pub notice: Option<Notice>,
}

/// A thing that has counterparts in the other views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A card.
    Node(NodeId),
    /// A row of a card.
    Command(StageId, CommandId),
    /// A step of the build order.
    Step(StepId),
    /// A place in the text, in UTF-16 units.
    Text(u32),
    /// What stands at a byte of the text, seen from elsewhere.
    Place(u32),
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word for it, in settings and in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of this name; the system's where there is none.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }
}

/// Something that the page says once, above its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What is said.
    pub text: String,
    /// Whether it tells of a failure.
    pub failure: bool,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The text was edited.
    Edit(String),
    /// Problems are mended.
    Mend(Rc<Mend>),
    /// There is another `.dockerignore`.
    Dockerignore(String),
    /// Something is unfolded, or folded.
    Unfold(Fold),
    /// Another request is opened: an example, a link, what was kept.
    Open(share::State),
    /// The example of this name is chosen.
    Await(&'static str),
    /// The file of an example has come.
    Arrived(&'static str, String),
    /// Another stage is to be built.
    Target(Option<String>),
    /// A build arg is set, or taken back.
    BuildArg(String, Option<String>),
    /// The text has another name for what the request asks for: the new target, and the old and the new
    /// name of a build arg.
    Rename(Option<String>, Option<(String, String)>),
    /// A card is chosen.
    Select(String),
    /// A card is opened or closed.
    Toggle(String),
    /// These cards, and no others, are open.
    OpenCards(BTreeSet<String>),
    /// The pointer comes to a spot, or leaves one.
    Hover(Option<Spot>),
    /// The caret or focus comes to a spot, or leaves one.
    Focus(Option<Spot>),
    /// All of the program is there.
    Complete,
    /// The text rests.
    Check,
    /// Light or dark is chosen.
    Theme(Theme),
    /// Presenting begins or ends.
    Present(bool),
    /// The page became narrow or wide.
    Narrow(bool),
    /// The graph's place on the screen has this size.
    Room(Size),
    /// The stages are to be shown as a table, or as a graph.
    Table(bool),
    /// Something else is asked of the simulation.
    Simulate(settings::Change),
    /// Something is to be told, or was read.
    Notice(Option<Notice>),
}

impl Default for State {
    /// The first example.
    fn default() -> Self {
        Self {
            source: examples::FIRST.into(),
            loaded: 0,
            written: 0,
            target: None,
            build_args: BTreeMap::new(),
            platform: stagewright::resolve::Platform::default(),
            dockerignore: "".into(),
            selected: None,
            open: BTreeSet::new(),
            unfolded: Vec::new(),
            hover: None,
            focus: None,
            complete: true,
            checked: true,
            theme: Theme::System,
            present: false,
            narrow: false,
            room: None,
            table: false,
            awaited: None,
            simulation: None,
            notice: None,
        }
    }
}

impl State {
    /// The state after `action`.
    #[must_use]
    pub fn after(&self, action: Action) -> Self {
        let mut next = self.clone();
        // Whoever does something else wants to know how things stand.
        next.checked |= !matches!(action, Action::Focus(_) | Action::Hover(_));
        match action {
            // The field tells what was just written into it.
            Action::Edit(text) if *text == *self.source => next.checked = self.checked,
            Action::Edit(text) => {
                next.source = with_plain_line_ends(&text).into();
                next.checked = !TextChange::is_typing(&self.source, &next.source);
                next.forget_numbers();
            }
            Action::Mend(mend) if mend.of == self.source => {
                next.source = mend.mended().into();
                next.written += 1;
                next.notice = Some(Notice { text: strings::mended(mend.edits.len()), failure: false });
                next.forget_numbers();
            }
            // It is of a text that is gone.
            Action::Mend(_) => {}
            Action::Dockerignore(text) => next.dockerignore = with_plain_line_ends(&text).into(),
            Action::Unfold(fold) => {
                let was = next.unfolded.len();
                next.unfolded.retain(|open| *open != fold);
                if next.unfolded.len() == was {
                    next.unfolded.push(fold);
                }
            }
            Action::Open(request) => {
                next.source = with_plain_line_ends(&request.source).into();
                (next.loaded, next.written) = (self.loaded + 1, self.written + 1);
                next.target = request.target;
                next.build_args = request.build_args;
                next.platform = request.platform;
                next.dockerignore = request.dockerignore.unwrap_or_default().into();
                if !next.dockerignore.is_empty() && !next.is_unfolded(Fold::Dockerignore) {
                    next.unfolded.push(Fold::Dockerignore);
                }
                next.selected = None;
                next.open.clear();
                next.focus = None;
                next.forget_numbers();
            }
            Action::Await(example) => next.awaited = Some(example),
            // What was typed or opened since then stays.
            Action::Arrived(example, source) if self.awaited == Some(example) => {
                return self.after(Action::Open(share::State { source, ..share::State::default() }));
            }
            Action::Arrived(..) => {}
            Action::Target(target) => {
                next.target = target.filter(|name| !name.is_empty());
                next.selected = None;
            }
            Action::BuildArg(name, Some(value)) => {
                next.build_args.insert(name, value);
            }
            Action::BuildArg(name, None) => {
                next.build_args.remove(&name);
            }
            Action::Rename(target, arg) => {
                next.target = target.or(next.target);
                if let Some((old, new)) = arg
                    && let Some(value) = next.build_args.remove(&old)
                {
                    next.build_args.insert(new, value);
                }
            }
            Action::Select(key) => next.selected = Some(key),
            Action::Toggle(key) => {
                if !next.open.remove(&key) {
                    next.open.insert(key);
                }
            }
            Action::OpenCards(keys) => next.open = keys,
            Action::Hover(spot) => next.hover = spot,
            Action::Focus(spot) => next.focus = spot,
            Action::Complete => next.complete = true,
            Action::Check => {}
            Action::Theme(theme) => next.theme = theme,
            Action::Present(present) => next.present = present,
            Action::Narrow(narrow) => next.narrow = narrow,
            Action::Room(room) => next.room = Some(room),
            Action::Table(table) => next.table = table,
            Action::Simulate(change) => {
                let settings = self.simulation.as_deref().map(|settings| settings.after(change.clone()));
                next.simulation = Some(Rc::new(settings.unwrap_or_else(|| Settings::default().after(change))));
            }
            Action::Notice(notice) => next.notice = notice,
        }
        if !next.asks_the_same(self) {
            next.awaited = None;
            // What is found has other numbers then.
            next.unfolded.retain(|fold| !fold.is_of_text());
            let is_another_file = next.loaded != self.loaded;
            next.simulation = next.simulation.map(|settings| Rc::new(settings.for_another_build(is_another_file)));
        }
        next
    }

    /// Another text has other numbers for what was lit.
    fn forget_numbers(&mut self) {
        self.hover = None;
    }

    /// Whether a part of the page is shown.
    #[must_use]
    pub fn is_unfolded(&self, fold: Fold) -> bool {
        self.unfolded.contains(&fold)
    }

    /// Whether the core is asked the same as by `other`.
    #[must_use]
    pub fn asks_the_same(&self, other: &Self) -> bool {
        self.source == other.source
            && self.target == other.target
            && self.build_args == other.build_args
            && self.platform == other.platform
            && self.dockerignore == other.dockerignore
    }

    /// Whether the core says the same of it as of `other`.
    #[must_use]
    pub fn is_analysed_as(&self, other: &Self) -> bool {
        self.asks_the_same(other) && self.runs_checks() == other.runs_checks()
    }

    /// Whether the checks are run.
    #[must_use]
    pub const fn runs_checks(&self) -> bool {
        self.complete && self.checked
    }

    /// What a link to this state carries.
    #[must_use]
    pub fn to_share(&self) -> share::State {
        share::State {
            source: self.source.to_string(),
            target: self.target.clone(),
            build_args: self.build_args.clone(),
            platform: self.platform.clone(),
            dockerignore: self.dockerignore(),
        }
    }

    /// The text of the `.dockerignore`, where there is one.
    #[must_use]
    pub fn dockerignore(&self) -> Option<String> {
        (!self.dockerignore.is_empty()).then(|| self.dockerignore.to_string())
    }

    /// What is lit: what the pointer is on, else where the focus is.
    #[must_use]
    pub fn spot(&self) -> Option<Spot> {
        self.hover.or(self.focus)
    }
}

fn with_plain_line_ends(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

#[cfg(test)]
mod tests;

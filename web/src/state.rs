//! What the page knows, and how it changes: [`State`], [`Action`], and the pure [`State::after`].
//!
//! Nothing here touches the browser. What follows from the text (the analysis, the drawing) is worked out
//! elsewhere and not kept here.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use stagewright::graph::NodeId;
use stagewright::layout::Size;
use stagewright::plan::StepId;
use stagewright::resolve::{CommandId, StageId};
use stagewright::share;

use crate::examples;

/// Everything that the page shows depends on this.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The Dockerfile, with `\n` at the end of its lines: editors know no others.
    pub source: Rc<str>,
    /// Counts the texts that did not come from the editor, which it has to take over.
    pub loaded: u32,
    /// The target asked for, as it was asked for; none for the last stage.
    pub target: Option<String>,
    /// Build args that are set.
    pub build_args: BTreeMap<String, String>,
    /// The platform.
    pub platform: stagewright::resolve::Platform,
    /// The key of the card that is explained; none for the target.
    pub selected: Option<String>,
    /// The keys of the cards that show their instructions.
    pub open: BTreeSet<String>,
    /// What the pointer is on.
    pub hover: Option<Spot>,
    /// Where the caret or the keyboard's focus is.
    pub focus: Option<Spot>,
    /// Whether all of the program is there. Before, nothing that only checks is asked for, and the page shows
    /// what was found when it was built.
    pub complete: bool,
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
    /// Another request is opened: an example, a link, what was kept.
    Open(share::State),
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
    /// Something is to be told, or was read.
    Notice(Option<Notice>),
}

impl Default for State {
    /// The first example.
    fn default() -> Self {
        Self {
            source: examples::FIRST.into(),
            loaded: 0,
            target: None,
            build_args: BTreeMap::new(),
            platform: stagewright::resolve::Platform::default(),
            selected: None,
            open: BTreeSet::new(),
            hover: None,
            focus: None,
            complete: true,
            theme: Theme::System,
            present: false,
            narrow: false,
            room: None,
            table: false,
            notice: None,
        }
    }
}

impl State {
    /// The state after `action`.
    #[must_use]
    pub fn after(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Edit(text) => {
                next.source = with_plain_line_ends(&text).into();
                // What is lit is named by its number, which edits change.
                next.hover = None;
            }
            Action::Open(request) => {
                next.source = with_plain_line_ends(&request.source).into();
                next.loaded += 1;
                next.target = request.target;
                next.build_args = request.build_args;
                next.platform = request.platform;
                next.selected = None;
                next.open.clear();
                (next.hover, next.focus) = (None, None);
            }
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
            Action::Theme(theme) => next.theme = theme,
            Action::Present(present) => next.present = present,
            Action::Narrow(narrow) => next.narrow = narrow,
            Action::Room(room) => next.room = Some(room),
            Action::Table(table) => next.table = table,
            Action::Notice(notice) => next.notice = notice,
        }
        next
    }

    /// Whether the core is asked the same as by `other`.
    #[must_use]
    pub fn asks_the_same(&self, other: &Self) -> bool {
        self.source == other.source
            && self.target == other.target
            && self.build_args == other.build_args
            && self.platform == other.platform
    }

    /// Whether the core says the same of it as of `other`.
    #[must_use]
    pub fn is_analysed_as(&self, other: &Self) -> bool {
        self.asks_the_same(other) && self.complete == other.complete
    }

    /// What a link to this state carries.
    #[must_use]
    pub fn to_share(&self) -> share::State {
        share::State {
            source: self.source.to_string(),
            target: self.target.clone(),
            build_args: self.build_args.clone(),
            platform: self.platform.clone(),
        }
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
mod tests {
    use super::*;

    fn after(actions: &[Action]) -> State {
        actions.iter().fold(State::default(), |state, action| state.after(action.clone()))
    }

    fn request(source: &str, target: Option<&str>) -> share::State {
        share::State { source: source.into(), target: target.map(Into::into), ..share::State::default() }
    }

    #[test]
    fn an_edit_keeps_the_request_and_the_open_cards() {
        let state = after(&[
            Action::Target(Some("test".into())),
            Action::BuildArg("V".into(), Some("1".into())),
            Action::Toggle("base".into()),
            Action::Hover(Some(Spot::Text(3))),
            Action::Edit("FROM a\r\nRUN b\rRUN c\n".into()),
        ]);
        assert_eq!(&*state.source, "FROM a\nRUN b\nRUN c\n");
        assert_eq!(state.target.as_deref(), Some("test"));
        assert_eq!(state.build_args.len(), 1);
        assert!(state.open.contains("base"));
        assert_eq!((state.hover, state.loaded), (None, 0));
    }

    #[test]
    fn another_file_brings_its_own_request() {
        let state = after(&[
            Action::Target(Some("test".into())),
            Action::BuildArg("V".into(), Some("1".into())),
            Action::Select("base".into()),
            Action::Theme(Theme::Dark),
            Action::Open(request("FROM a AS x\n", Some("x"))),
        ]);
        assert_eq!(state.target.as_deref(), Some("x"));
        assert!(state.build_args.is_empty() && state.selected.is_none());
        assert_eq!((state.loaded, state.theme), (1, Theme::Dark));
        assert_eq!(state.to_share(), request("FROM a AS x\n", Some("x")));
    }

    #[test]
    fn the_empty_target_is_the_last_stage() {
        assert_eq!(after(&[Action::Target(Some(String::new()))]).target, None);
    }

    #[test]
    fn a_build_arg_can_be_taken_back() {
        let set = Action::BuildArg("V".into(), Some("1".into()));
        assert!(after(&[set, Action::BuildArg("V".into(), None)]).build_args.is_empty());
    }

    #[test]
    fn the_request_follows_a_new_name() {
        let state = after(&[
            Action::Target(Some("test".into())),
            Action::BuildArg("V".into(), Some("1".into())),
            Action::Rename(Some("check".into()), None),
            Action::Rename(None, Some(("V".into(), "VERSION".into()))),
            Action::Rename(None, Some(("NONE".into(), "OTHER".into()))),
        ]);
        assert_eq!(state.target.as_deref(), Some("check"));
        assert_eq!(state.build_args.into_iter().collect::<Vec<_>>(), [("VERSION".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn a_card_opens_and_closes() {
        let toggle = Action::Toggle("base".into());
        assert!(after(std::slice::from_ref(&toggle)).open.contains("base"));
        assert!(after(&[toggle.clone(), toggle]).open.is_empty());
    }

    #[test]
    fn the_pointer_comes_before_the_caret() {
        let caret = Action::Focus(Some(Spot::Text(1)));
        let pointer = Action::Hover(Some(Spot::Step(StepId(2))));
        assert_eq!(after(&[pointer.clone(), caret.clone()]).spot(), Some(Spot::Step(StepId(2))));
        assert_eq!(after(&[pointer, caret, Action::Hover(None)]).spot(), Some(Spot::Text(1)));
    }

    #[test]
    fn what_changes_nothing_is_the_same_state() {
        let state = State::default();
        assert_eq!(state.after(Action::Hover(None)), state);
        assert_ne!(state.after(Action::Present(true)), state);
    }
}

//! What happens to the state.

use super::*;
use stagewright::checks::RuleId;
use stagewright::text::{TextEdit, TextRange};

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
fn a_fix_is_an_edit_of_the_text_that_it_is_of() {
    let state = after(&[Action::Edit("FROM a AS B\n".into()), Action::Unfold(Fold::Mend(0, 0))]);
    let edits = vec![TextEdit { range: TextRange::new(10, 11), text: "b".into() }];
    let mend = Action::Mend(Rc::new(Mend { of: Rc::clone(&state.source), edits }));
    let mended = state.after(mend.clone());
    assert_eq!((&*mended.source, mended.written, mended.loaded), ("FROM a AS b\n", 1, 0));
    assert!(mended.unfolded.is_empty() && mended.notice.is_some());
    assert_eq!(mended.after(mend), mended);
}

#[test]
fn a_dockerignore_comes_and_goes_with_its_file() {
    let with = share::State { dockerignore: Some("a\r\nb".into()), ..request("FROM a\n", None) };
    let state = after(&[Action::Open(with)]);
    assert!(state.is_unfolded(Fold::Dockerignore) && !state.asks_the_same(&after(&[])));
    assert_eq!(state.to_share().dockerignore.as_deref(), Some("a\r\nb"));
    let edited = state.after(Action::Dockerignore("a\r\nb".into()));
    assert_eq!(edited.dockerignore().as_deref(), Some("a\nb"));
    assert_eq!(edited.after(Action::Open(request("FROM b\n", None))).dockerignore(), None);
}

#[test]
fn what_is_about_a_rule_stays_unfolded_through_an_edit() {
    let fold = Fold::Rule(RuleId("StageNameCasing"));
    let state = after(&[Action::Unfold(fold), Action::Unfold(Fold::MendAll(RuleId("X"))), Action::Edit("x".into())]);
    assert_eq!(state.unfolded, [fold]);
    assert_eq!(state.after(Action::Unfold(fold)).unfolded, []);
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

//! The page: what stands where, and what ties the state to the browser.

use std::rc::Rc;

use stagewright::text::Utf16Cursor;
use yew::prelude::*;

use crate::analysis::{Shown, use_analysis};
use crate::controls::args::{ArgsProps, args};
use crate::controls::header::{HeaderProps, header};
use crate::controls::target::{TargetProps, target};
use crate::editor::Editor;
use crate::explain::{WhyProps, command, headline, why};
use crate::graph::Graph;
use crate::graph::picture::{Picture, use_picture};
use crate::links::{Lit, light};
use crate::problems::{ProblemsProps, problems};
use crate::rim::{use_address, use_copy, use_keeping, use_passing_notice, use_root, use_width};
use crate::state::{Action, State};
use crate::steps::{StepsProps, stage_table, steps};
use crate::strings;

/// What the page starts with.
#[derive(Clone, Default, Properties, PartialEq)]
pub struct AppProps {
    /// The state.
    pub state: State,
    /// Selection in the text, where the reader had the caret there.
    #[prop_or_default]
    pub caret: Option<(u32, u32)>,
}

/// The page.
#[component]
pub fn App(props: &AppProps) -> Html {
    let state = use_reducer(|| props.state.clone());
    let dispatch = {
        let dispatcher = state.dispatcher();
        use_memo((), |()| Callback::from(move |action: Action| dispatcher.dispatch(action)))
    };
    let dispatch = &*dispatch;
    let shown = use_analysis(&state);
    let picture = use_picture(&shown.drawn, &state.open, state.narrow, state.loaded);
    let lit = use_lit(&shown, &state);
    let reveal = use_state(|| (0_u32, 0_u32));
    let go_to = use_go_to(&shown, &reveal);

    use_address(dispatch, &state);
    use_keeping(dispatch, &state);
    use_width(dispatch);
    use_root(&state);
    use_passing_notice(dispatch, &state);
    let copy = use_copy(dispatch, &state);

    let stale = shown.is_stale();
    let listed = StepsProps {
        answer: Rc::clone(&shown.drawn),
        lit: Rc::clone(&lit),
        go_to: go_to.clone(),
        dispatch: dispatch.clone(),
    };
    html! {
        <>
            {header(&HeaderProps { theme: state.theme, present: state.present, copy, dispatch: dispatch.clone() })}
            {notice(&state, dispatch)}
            <main class={classes!(shown.current.is_broken().then_some("broken"))}>
                <section class="text" aria-label={strings::EDITOR}>
                    <Editor
                        answer={Rc::clone(&shown.current)}
                        loaded={state.loaded}
                        lit={if stale { Rc::default() } else { Rc::clone(&lit) }}
                        caret={props.caret}
                        reveal={*reveal}
                        dispatch={dispatch.clone()}
                    />
                    {problems(&ProblemsProps { answer: Rc::clone(&shown.current), go_to: go_to.clone() })}
                </section>
                <section class="result" aria-label={strings::GRAPH}>
                    <div class="request">
                        {target(&TargetProps {
                            answer: Rc::clone(&shown.drawn),
                            target: state.target.clone(),
                            dispatch: dispatch.clone(),
                        })}
                        {args(&ArgsProps {
                            answer: Rc::clone(&shown.drawn),
                            set: state.build_args.clone(),
                            dispatch: dispatch.clone(),
                        })}
                    </div>
                    <div class="headline">
                        {headline_view(&shown)}
                        {show_as(&state, dispatch)}
                    </div>
                    if picture.cards.is_empty() {
                        <div class="empty"><p>{strings::EMPTY_HELP}</p></div>
                    } else if state.table {
                        {stage_table(&listed)}
                    } else {
                        <Graph
                            picture={Rc::clone(&picture)}
                            lit={Rc::clone(&lit)}
                            selected={state.selected.clone()}
                            narrow={state.narrow}
                            dispatch={dispatch.clone()}
                        />
                    }
                    {explained(&shown, &picture, &state, &go_to, dispatch)}
                </section>
                <section class="order" aria-labelledby="order-title">
                    <h2 id="order-title">
                        {strings::BUILD_ORDER}
                        <span class="count">{shown.drawn.analysis.plan.steps.len()}</span>
                    </h2>
                    <code class="command">{command(&state)}</code>
                    {steps(&listed)}
                </section>
            </main>
        </>
    }
}

/// What is lit now.
#[hook]
fn use_lit(shown: &Shown, state: &State) -> Rc<Lit> {
    let spot = state.spot();
    use_memo((shown.clone(), spot), |(shown, spot)| match spot {
        // Places in the text are places of the text as it is.
        Some(crate::state::Spot::Text(_)) if shown.is_stale() => Lit::default(),
        Some(spot) => light(&shown.drawn.analysis, &shown.drawn.source, *spot),
        None => Lit::default(),
    })
}

/// Goes to a byte of the text.
#[hook]
fn use_go_to(shown: &Shown, reveal: &UseStateHandle<(u32, u32)>) -> Callback<u32> {
    let (source, reveal) = (Rc::clone(&shown.current.source), reveal.clone());
    use_callback((source, reveal), |byte: u32, (source, reveal)| {
        let byte = byte.min(source.len() as u32);
        reveal.set((Utf16Cursor::new(source).at(byte), reveal.1 + 1));
    })
}

fn headline_view(shown: &Shown) -> Html {
    let (name, text) = headline(shown);
    let broken = shown.current.is_broken();
    html! {
        <p class={classes!("answer", broken.then_some("broken"))} role="status">
            if let Some(name) = name {
                <b>{name}</b>{" "}
            }
            {text}
            if broken {
                <span class="note">{if shown.is_stale() { strings::STALE } else { strings::PARTIAL }}</span>
            }
        </p>
    }
}

/// Graph or table.
fn show_as(state: &State, dispatch: &Callback<Action>) -> Html {
    let button = |table: bool, text: &'static str| {
        let pressed = (state.table == table).to_string();
        html! {
            <button type="button" aria-pressed={pressed} onclick={dispatch.reform(move |_| Action::Table(table))}>
                {text}
            </button>
        }
    };
    html! {
        <div class="segments" role="group" aria-label={strings::SHOW_AS}>
            {button(false, strings::SHOW_GRAPH)}
            {button(true, strings::SHOW_TABLE)}
        </div>
    }
}

/// The explanation of the chosen card, else of the target.
fn explained(
    shown: &Shown,
    picture: &Picture,
    state: &State,
    go_to: &Callback<u32>,
    dispatch: &Callback<Action>,
) -> Html {
    let chosen = state.selected.as_ref().and_then(|key| picture.cards.iter().find(|card| card.key == *key));
    let Some(card) = chosen.or_else(|| picture.cards.get(picture.target?)) else { return Html::default() };
    why(&WhyProps {
        answer: Rc::clone(&shown.drawn),
        card: Rc::clone(card),
        go_to: go_to.clone(),
        dispatch: dispatch.clone(),
    })
}

fn notice(state: &State, dispatch: &Callback<Action>) -> Html {
    let content = state.notice.as_ref().map(|notice| {
        html! {
            <p class={classes!("notice", notice.failure.then_some("failure"))}>
                <span>{&notice.text}</span>
                <button type="button" onclick={dispatch.reform(|_| Action::Notice(None))}>{strings::DISMISS}</button>
            </p>
        }
    });
    html! { <div class="notices" role="status">{content}</div> }
}

//! The page: what stands where, and what ties the state to the browser.

use std::rc::Rc;

use stagewright::text::Utf16Cursor;
use yew::prelude::*;
use yew::virtual_dom::{ListenerKind as On, VChild, VNode, VText};

use crate::analysis::Shown;
use crate::controls::args::{ArgsProps, args};
use crate::controls::header::{HeaderProps, header};
use crate::controls::target::{TargetProps, target};
use crate::editor::{Editor, EditorProps};
use crate::el;
use crate::element::{Element, class, list, when};
use crate::explain::{command, headline, what_is_shown};
use crate::graph::picture::Picture;
use crate::graph::{Graph, GraphProps};
use crate::links::Lit;
use crate::outline::{OutlineProps, outline};
use crate::problems::{ProblemsProps, problems};
use crate::rim::{self, Rim};
use crate::scene::Scene;
use crate::simulation::panel::SimulationProps;
use crate::simulation::player::Player;
use crate::state::{Action, State};
use crate::steps::{StepsProps, stage_table, steps};
use crate::why::{WhyProps, why};
use crate::{simulation, strings};

/// What the page starts with.
#[derive(Clone, Default, Properties, PartialEq)]
pub struct AppProps {
    /// The state.
    pub state: State,
    /// Selection in the text, where the reader had the caret there.
    #[prop_or_default]
    pub caret: Option<(u32, u32)>,
    /// The problems as they were drawn when the page was built, as HTML; shown until the program is complete.
    #[prop_or_default]
    pub problems: AttrValue,
}

/// The page.
pub struct App {
    state: Rc<State>,
    scene: Scene,
    /// A place in the text to go to, and how often one was asked for.
    reveal: (u32, u32),
    rim: Rim,
    player: Player,
    dispatch: Callback<Action>,
    go_to: Callback<u32>,
    copy: Callback<()>,
}

/// What can be asked of the page.
pub enum Message {
    /// Something happened.
    Act(Action),
    /// Go to a byte of the text.
    GoTo(u32),
    /// Copy a link to the request as it is now.
    Copy,
}

impl Component for App {
    type Message = Message;
    type Properties = AppProps;

    fn create(context: &Context<Self>) -> Self {
        let link = context.link();
        let state = Rc::new(context.props().state.clone());
        Self {
            scene: Scene::of(&state, None),
            state,
            reveal: (0, 0),
            rim: Rim::default(),
            player: Player::default(),
            dispatch: link.callback(Message::Act),
            go_to: link.callback(Message::GoTo),
            copy: link.callback(|()| Message::Copy),
        }
    }

    fn update(&mut self, _: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Act(action) => {
                let mended = match &action {
                    Action::Mend(mend) => mend.edits.first().map(|edit| edit.range.start),
                    _ => None,
                };
                let mut next = self.state.after(action);
                if next == *self.state {
                    return false;
                }
                self.scene = Scene::of(&next, Some((&self.state, &self.scene)));
                if let Some(open) = self.scene.open.take() {
                    next.open = open;
                }
                self.state = Rc::new(next);
                // The reader sees what has changed, and can undo it there.
                if let Some(byte) = mended {
                    self.go_to(byte);
                }
            }
            Message::GoTo(byte) => self.go_to(byte),
            Message::Copy => {
                rim::copy(&self.dispatch, self.state.to_share());
                return false;
            }
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        view(self, context.props())
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.rim.tell(&self.state, &self.dispatch);
        let schedule = self.scene.simulated.as_ref().map(|simulated| &*simulated.film);
        self.player.tell(self.state.simulation.as_deref(), schedule, &self.dispatch);
    }
}

impl App {
    fn go_to(&mut self, byte: u32) {
        let source = &self.scene.shown.current.source;
        let byte = byte.min(source.len() as u32);
        self.reveal = (Utf16Cursor::new(source).at(byte), self.reveal.1 + 1);
    }
}

fn view(app: &App, props: &AppProps) -> Html {
    let App {
        state, scene: Scene { shown, picture, lit, outline: told, simulated: runs, .. }, dispatch, go_to, ..
    } = app;
    let stale = shown.is_stale();
    // Places of an earlier text are not places of this one.
    let to_drawn = if stale { Callback::noop() } else { go_to.clone() };
    let at = state.simulation.as_ref().and_then(|settings| settings.at);
    let run = runs.as_ref().map(|simulated| (Rc::clone(&simulated.run), at));
    let stands = run.as_ref().map(|(run, at)| Rc::new(run.stands(*at)));
    let lit_steps = match &run {
        // Its steps are none of BuildKit's.
        Some((run, _)) if run.is_classic => Rc::new(Lit { steps: run.lit(lit, state.spot()), ..Lit::clone(lit) }),
        _ => Rc::clone(lit),
    };
    let listed = StepsProps {
        answer: Rc::clone(&shown.drawn),
        lit: lit_steps,
        run,
        go_to: to_drawn.clone(),
        dispatch: dispatch.clone(),
    };
    let editor = EditorProps {
        answer: Rc::clone(&shown.current),
        loaded: state.written,
        lit: if stale { Rc::default() } else { Rc::clone(lit) },
        caret: props.caret,
        reveal: app.reveal,
        dispatch: dispatch.clone(),
    };
    let text = el!("section", "class": "text", "aria-label": strings::EDITOR)
        .child(VChild::<Editor>::new(editor, None))
        .child(if state.complete {
            problems(&ProblemsProps {
                answer: Rc::clone(&shown.current),
                state: Rc::clone(state),
                go_to: go_to.clone(),
                dispatch: dispatch.clone(),
            })
            .into()
        } else {
            VNode::from_html_unchecked(props.problems.clone())
        });
    let request = el!("div", "class": "request")
        .child(target(&TargetProps {
            answer: Rc::clone(&shown.current),
            target: state.target.clone(),
            dispatch: dispatch.clone(),
        }))
        .maybe(args(&ArgsProps {
            answer: Rc::clone(&shown.drawn),
            set: state.build_args.clone(),
            dispatch: dispatch.clone(),
        }));
    let picture_view = if picture.cards.is_empty() {
        el!("div", "class": "empty").child(el!("p").text(strings::EMPTY_HELP)).into()
    } else if state.table {
        stage_table(&listed).into()
    } else {
        let graph = GraphProps {
            picture: Rc::clone(picture),
            lit: Rc::clone(lit),
            selected: state.selected.clone(),
            stands,
            present: state.present,
            narrow: state.narrow,
            dispatch: dispatch.clone(),
        };
        VNode::from(VChild::<Graph>::new(graph, None))
    };
    let result = el!("section", "class": "result", "aria-label": strings::GRAPH)
        .child(request)
        .child(el!("div", "class": "headline").child(headline_view(shown)).child(show_as(state, dispatch)))
        .child(picture_view)
        .maybe(explained(shown, picture, state, &to_drawn, dispatch));
    let order = order(shown, state, &listed).child(outline(&OutlineProps {
        answer: Rc::clone(&shown.drawn),
        outline: told.clone(),
        lit: Rc::clone(lit),
        go_to: to_drawn.clone(),
        dispatch: dispatch.clone(),
    }));
    let broken = shown.current.is_broken().then_some("broken");
    list(vec![
        header(&HeaderProps {
            theme: state.theme,
            complete: state.complete,
            present: state.present,
            copy: app.copy.clone(),
            dispatch: dispatch.clone(),
        })
        .into(),
        notice(state, dispatch).into(),
        el!("main", "class": broken).child(text).child(result).child(order).child(simulated(app, &to_drawn)).into(),
    ])
}

/// The simulation, or what unfolds it.
fn simulated(app: &App, go_to: &Callback<u32>) -> Element {
    let App { state, scene, dispatch, .. } = app;
    match &state.simulation {
        None => simulation::panel::closed(dispatch),
        Some(settings) => simulation::panel::simulation(&SimulationProps {
            state: Rc::clone(state),
            settings: Rc::clone(settings),
            simulated: scene.simulated.clone(),
            lit: Rc::clone(&scene.lit),
            go_to: go_to.clone(),
            dispatch: dispatch.clone(),
        }),
    }
}

/// The build order.
fn order(shown: &Shown, state: &State, listed: &StepsProps) -> Element {
    let plan = listed.run.as_ref().map_or(&shown.drawn.analysis.plan, |(run, _)| &run.plan);
    let n_steps = plan.steps.len();
    let title = el!("h2", "id": "order-title")
        .text(strings::BUILD_ORDER)
        .child(el!("span", "class": "count").text(n_steps.to_string()));
    let list = el!("div", "class": "order-list")
        .child(title)
        .maybe((!shown.drawn.is_blank()).then(|| el!("code", "class": "command").text(command(state))))
        .child(steps(listed));
    el!("section", "class": "order", "aria-labelledby": "order-title").child(list)
}

fn headline_view(shown: &Shown) -> Element {
    let (name, text) = headline(shown);
    let broken = shown.current.is_broken();
    let name = name.map(|name| list(vec![el!("b").text(name).into(), VText::new(" ").into()]));
    el!("p", "class": class(&["answer", when(broken, "broken")]), "role": "status")
        .child(name.unwrap_or_default())
        .text(text)
        .maybe(broken.then(|| el!("span", "class": "note").text(what_is_shown(shown))))
}

/// Graph or table.
fn show_as(state: &State, dispatch: &Callback<Action>) -> Element {
    let button = |table: bool, text: &'static str| {
        el!("button", "type": "button", "aria-pressed": state.table == table)
            .send(On::onclick, dispatch, Action::Table(table))
            .text(text)
    };
    el!("div", "class": "segments", "role": "group", "aria-label": strings::SHOW_AS)
        .child(button(false, strings::SHOW_GRAPH))
        .child(button(true, strings::SHOW_TABLE))
}

/// The explanation of the chosen card, else of the target.
fn explained(
    shown: &Shown,
    picture: &Picture,
    state: &State,
    go_to: &Callback<u32>,
    dispatch: &Callback<Action>,
) -> Option<Element> {
    let chosen = state.selected.as_ref().and_then(|key| picture.cards.iter().find(|card| card.key == *key));
    let card = chosen.or_else(|| picture.cards.get(picture.target?))?;
    why(&WhyProps {
        answer: Rc::clone(&shown.drawn),
        card: Rc::clone(card),
        go_to: go_to.clone(),
        dispatch: dispatch.clone(),
    })
}

fn notice(state: &State, dispatch: &Callback<Action>) -> Element {
    let content = state.notice.as_ref().map(|notice| {
        let dismiss =
            el!("button", "type": "button").send(On::onclick, dispatch, Action::Notice(None)).text(strings::DISMISS);
        el!("p", "class": class(&["notice", when(notice.failure, "failure")]))
            .child(el!("span").text(notice.text.clone()))
            .child(dismiss)
    });
    el!("div", "class": "notices", "role": "status").maybe(content)
}

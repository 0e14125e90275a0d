//! Elements of the page, put together by calls.
//!
//! In place of Yew's macro `html!`, which writes everything that an element needs out at its place: the
//! page is a third of the size this way. [`el!`](crate::el) takes the tag and the attributes; what is in
//! the element and what happens to it is added by [`Element`]'s methods, of which the program has one each.

use std::rc::Rc;

use web_sys::Event;
use yew::prelude::*;
use yew::virtual_dom::{
    AttributeOrProperty, Attributes, Key, Listener, ListenerKind, Listeners, VList, VNode, VTag, VText,
};

/// The value of an attribute; none where the element does not have it.
pub type Value = Option<AttributeOrProperty>;

/// What can be the value of an attribute.
pub trait IntoValue {
    /// The value.
    fn value(self) -> Value;
}

impl IntoValue for AttrValue {
    fn value(self) -> Value {
        Some(AttributeOrProperty::Attribute(self))
    }
}

impl IntoValue for &'static str {
    fn value(self) -> Value {
        AttrValue::Static(self).value()
    }
}

impl IntoValue for String {
    fn value(self) -> Value {
        AttrValue::from(self).value()
    }
}

/// `true` and `false`, as ARIA has them.
impl IntoValue for bool {
    fn value(self) -> Value {
        if self { "true" } else { "false" }.value()
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn value(self) -> Value {
        self.and_then(T::value)
    }
}

/// An element with its attributes: `el!("p", "class": "note", "id": id)`.
#[macro_export]
macro_rules! el {
    ($tag:literal $(, $name:literal: $value:expr)* $(,)?) => {
        $crate::element::Element::new(
            $tag,
            &[$($name),*],
            Box::new([$($crate::element::IntoValue::value($value)),*]),
        )
    };
}

/// An element that is being put together. A pointer, so that handing it on costs nothing.
pub struct Element(Box<Parts>);

struct Parts {
    tag: &'static str,
    names: &'static [&'static str],
    values: Box<[Value]>,
    /// Of a field for text.
    text: Option<AttrValue>,
    key: Option<Key>,
    node: NodeRef,
    listeners: Vec<Option<Rc<dyn Listener>>>,
    children: Vec<VNode>,
}

impl Element {
    /// An element; by [`el!`](crate::el).
    #[must_use]
    pub fn new(tag: &'static str, names: &'static [&'static str], values: Box<[Value]>) -> Self {
        Self(Box::new(Parts {
            tag,
            names,
            values,
            text: None,
            key: None,
            node: NodeRef::default(),
            listeners: Vec::new(),
            children: Vec::new(),
        }))
    }

    /// What tells it from its siblings.
    #[must_use]
    pub fn key(mut self, key: impl Into<Key>) -> Self {
        self.0.key = Some(key.into());
        self
    }

    /// Where the element of the page can be found.
    #[must_use]
    pub fn node(mut self, node: &NodeRef) -> Self {
        self.0.node = node.clone();
        self
    }

    /// What is written in it, where it is a field for text.
    #[must_use]
    pub fn field(mut self, text: AttrValue) -> Self {
        self.0.text = Some(text);
        self
    }

    /// A text in it.
    #[must_use]
    pub fn text(self, text: impl Into<AttrValue>) -> Self {
        self.child(VText::new(text.into()))
    }

    /// Something in it.
    #[must_use]
    pub fn child(mut self, child: impl Into<VNode>) -> Self {
        self.push(child.into());
        self
    }

    /// Something in it or not. Its place is kept, so that what follows is still known for the same.
    #[must_use]
    pub fn maybe(mut self, child: Option<Element>) -> Self {
        self.push(child.map(VNode::from).unwrap_or_default());
        self
    }

    /// All of these, in it.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        for child in children {
            self.push(child.into());
        }
        self
    }

    #[inline(never)]
    fn push(&mut self, child: VNode) {
        self.0.children.push(child);
    }

    /// Calls `then` when `event` happens.
    #[must_use]
    pub fn on(self, event: ListenerKind, then: impl Fn(Event) + 'static) -> Self {
        self.listen(event, Rc::new(then))
    }

    /// Sends `what` when `event` happens.
    #[must_use]
    pub fn send<T: Clone + 'static>(self, event: ListenerKind, to: &Callback<T>, what: T) -> Self {
        let to = to.clone();
        self.on(event, move |_| to.emit(what.clone()))
    }

    #[inline(never)]
    fn listen(mut self, kind: ListenerKind, then: Rc<dyn Fn(Event)>) -> Self {
        self.0.listeners.push(Some(Rc::new(On { kind, then })));
        self
    }
}

impl From<Element> for VNode {
    #[inline(never)]
    fn from(element: Element) -> Self {
        let Parts { tag, names, values, text, key, node, listeners, mut children } = *element.0;
        let attributes = Attributes::Dynamic { keys: names, values };
        let listeners = if listeners.is_empty() { Listeners::None } else { Listeners::Pending(listeners.into()) };
        let tag = match tag {
            "input" => VTag::__new_input(text, None, node, key, attributes, listeners),
            "textarea" => VTag::__new_textarea(text, None, node, key, attributes, listeners),
            _ => {
                // A text alone needs no list. Anything else may get company, and has to be known again then.
                let inside = match children[..] {
                    [VNode::VText(_)] => children.pop().unwrap_or_default(),
                    _ => list(children),
                };
                VTag::__new_other(AttrValue::Static(tag), node, key, attributes, listeners, inside)
            }
        };
        tag.into()
    }
}

/// Several things, side by side.
pub fn list(children: Vec<VNode>) -> VNode {
    VList::with_children(children, None).into()
}

/// The classes that are given, apart from empty ones; none where there are none.
#[must_use]
pub fn class(names: &[&str]) -> Option<String> {
    let mut out = String::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(name);
    }
    (!out.is_empty()).then_some(out)
}

/// `name`, or nothing.
#[must_use]
pub const fn when(is: bool, name: &'static str) -> &'static str {
    if is { name } else { "" }
}

struct On {
    kind: ListenerKind,
    then: Rc<dyn Fn(Event)>,
}

impl Listener for On {
    fn kind(&self) -> ListenerKind {
        self.kind.clone()
    }

    fn handle(&self, event: Event) {
        (self.then)(event);
    }

    fn passive(&self) -> bool {
        false
    }
}

//! Values on their way to the editor library: what JavaScript makes plain objects of.
//!
//! Relies on nothing. [`bridge`](super::bridge) hands them over.

/// A value of JavaScript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `undefined`: there is no answer.
    Nothing,
    /// A number.
    Number(u32),
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Self>),
    /// An object.
    Record(Vec<(&'static str, Self)>),
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
}

impl From<Vec<Self>> for Value {
    fn from(list: Vec<Self>) -> Self {
        Self::List(list)
    }
}

impl From<Vec<String>> for Value {
    fn from(list: Vec<String>) -> Self {
        Self::List(list.into_iter().map(Self::Text).collect())
    }
}

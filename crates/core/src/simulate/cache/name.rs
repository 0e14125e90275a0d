//! Paths that many things share. Most of those that are empty would be one more allocation each: here they are
//! none. Relies on nothing.

use std::ops::Deref;
use std::rc::Rc;

/// A path, shared.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Name(Option<Rc<str>>);

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<&str> for Name {
    fn from(path: &str) -> Self {
        Self((!path.is_empty()).then(|| path.into()))
    }
}

impl From<String> for Name {
    fn from(path: String) -> Self {
        path.as_str().into()
    }
}

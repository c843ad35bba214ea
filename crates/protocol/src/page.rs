//! Pages of a list, and the order they are asked in.

use crate::word::word;
use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The elements, in the order asked for.
    #[serde(default = "Vec::new")]
    pub data: Vec<T>,
    /// Whether more follow.
    #[serde(default)]
    pub has_more: bool,
    /// The cursor for the next page: give it as `after`. Present when [`Page::has_more`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl<T> Page<T> {
    /// The same page with every element changed by `change`.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { data: self.data.into_iter().map(change).collect(), has_more: self.has_more, after: self.after }
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { data: Vec::new(), has_more: false, after: None }
    }
}

word! {
    /// Oldest or newest first.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum SortOrder {
        /// Oldest first.
        Asc = "asc",
        /// Newest first.
        #[default]
        Desc = "desc",
    }
}

//! Keeps a passage visible once the focus has moved into the chat and the browser has dropped the selection.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::bar::sheet;
use super::selected::Selected;
use crate::dom::web::{Dom, Highlight, delete_highlight, set_highlight};

/// A passage painted as selected until this is dropped.
#[must_use = "the passage is painted no more once this is dropped"]
pub(crate) struct Painted {
    /// The sheets of the document or shadow root that the passage is in, and ours among them.
    sheets: Array,
    sheet: JsValue,
}

const NAME: &str = "docent-ask";

/// In a layer, so that a rule of the site's own wins.
const CSS: &str =
    "@layer docent { ::highlight(docent-ask) { background-color: Highlight; color: HighlightText; } }";

impl Painted {
    /// Paints it. `None` in browsers that cannot: there the passage is seen in the chat only.
    pub(crate) fn new(document: &Dom, selected: &Selected) -> Option<Self> {
        let root: Dom = selected.range.common_ancestor().root_node();
        let sheets = root.adopted_style_sheets()?;
        let sheet = sheet(document, CSS)?;
        set_highlight(NAME, &Highlight::new(&selected.range).ok()?).ok()?;
        sheets.push(&sheet);
        Some(Self { sheets, sheet })
    }
}

impl Drop for Painted {
    fn drop(&mut self) {
        // Without the registry nothing was painted.
        let _ = delete_highlight(NAME);
        let index = self.sheets.index_of(self.sheet.unchecked_ref(), 0);
        if index >= 0 {
            self.sheets.splice_many(index as u32, 1, &[]);
        }
    }
}

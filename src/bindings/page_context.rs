//! `pageContext`: what page the reader is on, as plain data.

use js_sys::{Function, JSON};
use wasm_bindgen::prelude::*;

use super::Options;
use super::provider::Provider;
use crate::DocentError;
use crate::address::QueryRules;
use crate::dom::{PageRules, document, page_json, settled, window};

/// How many characters of a page's text are taken if the caller does not say: some 1,500 tokens of English.
const DEFAULT_TEXT_CHARS: u32 = 6_000;

/// The options of `pageContext`, read and checked.
pub(crate) struct PageContextOptions {
    enabled: Option<Provider>,
    transform: Option<Function>,
    rules: PageRules,
}

/// What page the reader is on. `null` without a page (on a server), where `enabled` says no, and where `transform`
/// gives nothing.
///
/// # Errors
/// A `DocentError` with the code `invalid_option` for options that are wrong; what `enabled` or `transform` throw.
#[wasm_bindgen(js_name = pageContext, skip_typescript)]
pub async fn page_context(options: JsValue) -> Result<JsValue, JsValue> {
    PageContextOptions::read("pageContext", options)?.take().await
}

impl PageContextOptions {
    /// Reads the options given to `function`.
    pub(crate) fn read(function: &'static str, options: JsValue) -> Result<Self, DocentError> {
        let options = Options::new(function, options)?;
        let rules = PageRules {
            query: QueryRules {
                allowed: options.texts("allowQuery")?,
                denied: options.texts("denyQuery")?.unwrap_or_default(),
            },
            content: options.text("content")?,
            exclude: options.text("exclude")?,
            max_text_chars: options.whole_number("maxTextChars")?.unwrap_or(DEFAULT_TEXT_CHARS) as usize,
        };
        let enabled = options.value("enabled").map(Provider::new);
        Ok(Self { enabled, transform: options.function("transform")?, rules })
    }

    /// The context now, `null` where there is none.
    pub(crate) async fn take(&self) -> Result<JsValue, JsValue> {
        if let Some(enabled) = &self.enabled
            && !settled(&enabled.ask(&JsValue::UNDEFINED)?).await?.is_truthy()
        {
            return Ok(JsValue::NULL);
        }
        let (Some(window), Some(document)) = (window(), document()) else { return Ok(JsValue::NULL) };
        let context = JSON::parse(&page_json(&window, &document, &self.rules)?)?;
        let Some(transform) = &self.transform else { return Ok(context) };
        let changed = settled(&transform.call1(&JsValue::UNDEFINED, &context)?).await?;
        Ok(if changed.is_object() { changed } else { JsValue::NULL })
    }
}

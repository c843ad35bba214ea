//! `pageContext`: what page the reader is on, as plain data.

use js_sys::{Function, JSON};
use wasm_bindgen::prelude::*;

use super::Options;
use super::provider::Provider;
use crate::DocentError;
use crate::address::QueryRules;
use crate::dom::{PageRules, document, page_json, remember, settle, settled};
use crate::page::Rules;

/// How many tokens of a page's text and outline are taken if the caller does not say.
const DEFAULT_TOKENS: u32 = 1_500;

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

/// Remembers the page that the module was loaded on: one that the reader goes on to must differ from it.
#[wasm_bindgen(start)]
pub(crate) fn start() {
    if let Some(document) = document() {
        remember(&document);
    }
}

impl PageContextOptions {
    /// Reads the options given to `function`.
    pub(crate) fn read(function: &'static str, options: JsValue) -> Result<Self, DocentError> {
        let options = Options::new(function, options)?;
        let rules = PageRules {
            rules: Rules {
                query: QueryRules {
                    allowed: options.texts("allowQuery")?,
                    denied: options.texts("denyQuery")?.unwrap_or_default(),
                },
                max_tokens: options.whole_number("maxTokens")?.unwrap_or(DEFAULT_TOKENS) as usize,
            },
            content: options.text("content")?,
            exclude: options.text("exclude")?,
            has_shadow: options.flag("shadow")?.unwrap_or(false),
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
        let Some(document) = document() else { return Ok(JsValue::NULL) };
        let is_stale = settle(&document).await;
        let context = JSON::parse(&page_json(&document, &self.rules, is_stale)?)?;
        let Some(transform) = &self.transform else { return Ok(context) };
        let changed = settled(&transform.call1(&JsValue::UNDEFINED, &context)?).await?;
        Ok(if changed.is_object() { changed } else { JsValue::NULL })
    }
}

//! `pageContext`: what page the reader is on, as plain data.

use js_sys::{Function, JSON, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Document;

use super::Options;
use super::provider::Provider;
use crate::DocentError;
use crate::address::QueryRules;
use crate::dom::{PageRules, Settled, document, page_json, promised, remember, settle, then, warm_up};
use crate::page::Rules;

/// How many tokens of a page's text and outline are taken if the caller does not say.
const DEFAULT_TOKENS: u32 = 1_500;

/// The options of `pageContext`, read and checked.
pub(crate) struct PageContextOptions {
    enabled: Option<Provider>,
    transform: Option<Function>,
    rules: PageRules,
}

/// Promises what page the reader is on. `null` without a page (on a server), where `enabled` says no, and where
/// `transform` gives nothing. Rejected with a `DocentError` of the code `invalid_option` for options that are wrong, and
/// with what `enabled` or `transform` throw.
#[wasm_bindgen(js_name = pageContext, skip_typescript)]
pub fn page_context(options: JsValue) -> Promise {
    let options = PageContextOptions::read("pageContext", options).map_err(JsValue::from);
    options.and_then(PageContextOptions::take).unwrap_or_else(|error| Promise::reject(&error))
}

/// Remembers the page that the module was loaded on: one that the reader goes on to must differ from it. Makes ready for
/// the first message.
#[wasm_bindgen(start)]
pub(crate) fn start() {
    if let Some(document) = document() {
        remember(&document);
        warm_up(&document);
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
    pub(crate) fn take(self) -> Result<Promise, JsValue> {
        let Some(enabled) = &self.enabled else { return Ok(self.settle()) };
        let answer = Promise::resolve(&enabled.ask(&JsValue::UNDEFINED)?);
        let go_on =
            move |answer: Settled| Ok(if answer?.is_truthy() { self.settle().into() } else { JsValue::NULL });
        Ok(then(&answer, Box::new(go_on)))
    }

    /// Once the page has settled.
    fn settle(self) -> Promise {
        let Some(document) = document() else { return Promise::resolve(&JsValue::NULL) };
        match settle(&document) {
            None => promised(self.context(&document, false)),
            Some(settled) => {
                then(&settled, Box::new(move |is_stale| self.context(&document, is_stale?.is_truthy())))
            }
        }
    }

    fn context(&self, document: &Document, is_stale: bool) -> Settled {
        let context = JSON::parse(&page_json(document, &self.rules, is_stale)?)?;
        let Some(transform) = &self.transform else { return Ok(context) };
        let changed = Promise::resolve(&transform.call1(&JsValue::UNDEFINED, &context)?);
        let check = |changed: Settled| {
            changed.map(|changed| if changed.is_object() { changed } else { JsValue::NULL })
        };
        Ok(then(&changed, Box::new(check)).into())
    }
}

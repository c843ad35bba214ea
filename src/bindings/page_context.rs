//! `pageContext`: what page the reader is on, as plain data.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::Options;
use super::provider::Provider;
use crate::DocentError;
use crate::address::QueryRules;
use crate::dom::{Page, PageRules, document, settled, window};
use crate::outline::{Heading, path};
use crate::redaction::Redacted;

/// How many characters of a page's text are taken if the caller does not say: some 1,500 tokens of English.
const DEFAULT_TEXT_CHARS: u32 = 6_000;

/// The version of the shape; raised when a field changes its meaning.
const SCHEMA: u32 = 1;

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
        let (Some(window), Some(document)) = (window(), document()) else { return Ok(JsValue::NULL) };
        if let Some(enabled) = &self.enabled
            && !enabled.get(&JsValue::UNDEFINED).await?.is_some_and(|value| value.is_truthy())
        {
            return Ok(JsValue::NULL);
        }
        let context = object(&Page::read(&window, &document, &self.rules)?)?;
        let Some(transform) = &self.transform else { return Ok(context) };
        let changed = settled(&transform.call1(&JsValue::UNDEFINED, &context)?).await?;
        Ok(if changed.is_object() { changed } else { JsValue::NULL })
    }
}

/// Fields of an object that is being made.
struct Fields(Object);

impl Fields {
    fn new() -> Self {
        Self(Object::new())
    }

    fn set(&self, name: &str, value: impl Into<JsValue>) -> Result<(), JsValue> {
        Reflect::set(&self.0, &name.into(), &value.into()).map(drop)
    }

    /// Leaves the field out where there is no value.
    fn set_if(&self, name: &str, value: Option<&String>) -> Result<(), JsValue> {
        value.map_or(Ok(()), |value| self.set(name, value))
    }
}

fn object(page: &Page) -> Result<JsValue, JsValue> {
    let context = Fields::new();
    context.set("schema", SCHEMA)?;
    context.set("url", &page.url)?;
    context.set_if("canonicalUrl", page.canonical_url.as_ref())?;
    context.set("path", &page.path)?;
    context.set("title", &page.title)?;
    context.set_if("siteName", page.site_name.as_ref())?;
    context.set_if("description", page.description.as_ref())?;
    context.set_if("lang", page.lang.as_ref())?;
    context.set_if("dir", page.dir.as_ref())?;
    let headings = Array::new();
    for (index, entry) in page.headings.iter().enumerate() {
        headings.push(&heading(entry, path(&page.headings, index).into_iter())?);
    }
    context.set("headings", headings)?;
    context.set("headingCount", page.heading_count as u32)?;
    if let Some((entry, path)) = &page.section {
        context.set("section", heading(entry, path.iter().map(String::as_str))?)?;
    }
    context.set_if("text", page.text.as_ref())?;
    context.set("truncated", page.truncated)?;
    context.set("timestamp", &page.timestamp)?;
    context.set("redacted", redacted(page.redacted)?)?;
    Ok(context.0.into())
}

fn heading<'a>(heading: &Heading, path: impl Iterator<Item = &'a str>) -> Result<JsValue, JsValue> {
    let fields = Fields::new();
    fields.set("level", u32::from(heading.level))?;
    fields.set("id", &heading.id)?;
    fields.set("text", &heading.text)?;
    fields.set("path", path.map(JsValue::from).collect::<Array>())?;
    Ok(fields.0.into())
}

fn redacted(counts: Redacted) -> Result<JsValue, JsValue> {
    let Redacted { query, jwt, api_key, private_key, hex } = counts;
    let fields = Fields::new();
    fields.set("query", query)?;
    fields.set("jwt", jwt)?;
    fields.set("apiKey", api_key)?;
    fields.set("privateKey", private_key)?;
    fields.set("hex", hex)?;
    Ok(fields.0.into())
}

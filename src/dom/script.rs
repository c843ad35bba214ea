//! One script tag per address, however many callers and copies of this package ask for it.
//!
//! Tags that are ours carry a mark under a symbol every copy shares, with how far they have come. A tag without the
//! mark belongs to the page: it is listened to, never changed and never removed.

use std::cell::RefCell;

use js_sys::{Array, Object, Reflect, Symbol};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlScriptElement, Url};

use crate::{DocentError, ErrorCode};

/// The script that should define the chat element, as the caller describes it.
#[derive(Clone)]
pub(crate) struct ScriptRequest {
    /// The absolute address.
    pub(crate) url: String,
    /// The nonce for the page's policy; without one, that of another script on the page is used.
    pub(crate) nonce: Option<String>,
    /// The hash the script must have.
    pub(crate) integrity: Option<String>,
    /// The name of the Trusted Types policy to create where the page requires one.
    pub(crate) trusted_types_policy: String,
}

/// How far a tag has come, as far as can be known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It is on its way, or was before anybody listened.
    Unknown,
    /// It ran.
    Loaded,
    /// It ended in an `error` event.
    Failed,
}

/// A script tag on the page.
#[derive(Clone)]
pub(crate) struct Script {
    /// The tag.
    pub(crate) tag: HtmlScriptElement,
    /// Whether this package added it.
    pub(crate) is_ours: bool,
}

/// The address as the browser will ask for it; `None` if it is none.
pub(crate) fn absolute_url(document: &Document, url: &str) -> Option<String> {
    let base = document.base_uri().ok()??;
    Url::new_with_base(url, &base).ok().map(|url| url.href())
}

impl Script {
    /// The tag for this address, if the page has one.
    pub(crate) fn find(document: &Document, url: &str) -> Option<Self> {
        let scripts = document.scripts();
        let tags = (0..scripts.length()).filter_map(|index| scripts.item(index));
        let tag =
            tags.filter_map(|tag| tag.dyn_into::<HtmlScriptElement>().ok()).find(|tag| tag.src() == url)?;
        let is_ours = !mark_of(&tag).is_undefined();
        Some(Self { tag, is_ours })
    }

    /// The tag for this request: the page's own, or a new one. A failed tag of ours makes room for a new one.
    pub(crate) fn find_or_add(document: &Document, request: &ScriptRequest) -> Result<Self, DocentError> {
        match Self::find(document, &request.url) {
            Some(script) if script.is_ours && script.progress() == Progress::Failed => script.tag.remove(),
            Some(script) => return Ok(script),
            None => {}
        }
        Self::add(document, request)
    }

    fn add(document: &Document, request: &ScriptRequest) -> Result<Self, DocentError> {
        let refused = |_| {
            let policy = request.trusted_types_policy.as_str();
            let message = [
                "The page requires Trusted Types and did not allow the policy \"",
                policy,
                "\" for ",
                &request.url,
                ". Add it to the trusted-types directive, or add the script to the page.",
            ];
            DocentError::new(ErrorCode::Csp, message.concat())
        };
        let tag: HtmlScriptElement = document.create_element("script").map_err(refused)?.unchecked_into();
        tag.set_async(true);
        if let Some(nonce) = request.nonce.clone().or_else(|| page_nonce(document)) {
            tag.set_nonce(&nonce);
        }
        if let Some(integrity) = &request.integrity {
            tag.set_integrity(integrity);
            // Without CORS the browser may not compare the hash of a script from elsewhere.
            tag.set_cross_origin(Some("anonymous"));
        }
        let src = trusted_script_url(&request.url, &request.trusted_types_policy).map_err(refused)?;
        if !Reflect::set(&tag, &"src".into(), &src).map_err(refused)? {
            return Err(refused(JsValue::UNDEFINED));
        }
        let script = Self { tag, is_ours: true };
        script.mark("loading");
        script.mark_on("load", "loaded");
        script.mark_on("error", "failed");
        let parent: Option<Element> = document.head().map(Into::into).or_else(|| document.document_element());
        if let Some(parent) = parent {
            parent.append_child(&script.tag).map_err(refused)?;
        }
        Ok(script)
    }

    /// How far it has come. For a tag of the page only the browser's timing entries tell, and only once everything
    /// on the page has run.
    pub(crate) fn progress(&self) -> Progress {
        if self.is_ours {
            return match mark_of(&self.tag).as_string().as_deref() {
                Some("loaded") => Progress::Loaded,
                Some("failed") => Progress::Failed,
                _ => Progress::Unknown,
            };
        }
        let is_complete =
            self.tag.owner_document().is_some_and(|document| document.ready_state() == "complete");
        match http_status(&self.tag.src()) {
            Some(status) if status >= 400 => Progress::Failed,
            Some(_) if is_complete => Progress::Loaded,
            _ => Progress::Unknown,
        }
    }

    /// Whether the tag asks for a hash.
    pub(crate) fn has_integrity(&self) -> bool {
        !self.tag.integrity().is_empty()
    }

    fn mark(&self, progress: &str) {
        // A script element is extensible; were it not, the tag would count as the page's, which is safe.
        let _ = Reflect::set(&self.tag, &mark_key(), &progress.into());
    }

    /// Keeps the mark up to date for callers that come later. The listener belongs to the tag and fires once.
    fn mark_on(&self, event: &str, progress: &'static str) {
        let script = self.clone();
        let set = Closure::once_into_js(move || script.mark(progress));
        let _ = self.tag.add_event_listener_with_callback(event, set.unchecked_ref());
    }
}

/// What the browser's timing entries say of the last request for `url`: its status, 0 where it does not tell one,
/// `None` where there is no finished request.
pub(crate) fn http_status(url: &str) -> Option<u16> {
    let performance = super::window()?.performance()?;
    let entry = performance.get_entries_by_name(url).pop();
    if entry.is_undefined() {
        return None;
    }
    let status = Reflect::get(&entry, &"responseStatus".into()).ok()?;
    Some(status.as_f64().unwrap_or(0.0) as u16)
}

fn mark_key() -> JsValue {
    Symbol::for_("docent.script").into()
}

fn mark_of(tag: &HtmlScriptElement) -> JsValue {
    Reflect::get(tag, &mark_key()).unwrap_or(JsValue::UNDEFINED)
}

/// The nonce of any script on the page. The attribute reads as empty there; the property does not.
fn page_nonce(document: &Document) -> Option<String> {
    let tag: HtmlScriptElement = document.query_selector("script[nonce]").ok()??.unchecked_into();
    Some(tag.nonce()).filter(|nonce| !nonce.is_empty())
}

thread_local! {
    /// The last address that was made trusted. A page may allow a policy's name only once, and a retry needs it again.
    static TRUSTED: RefCell<Option<(String, JsValue)>> = const { RefCell::new(None) };
}

/// `url` as the page's Trusted Types want it; `url` itself where the browser has none or the page does not care. The
/// policy lets this one address pass and no other.
fn trusted_script_url(url: &str, policy: &str) -> Result<JsValue, JsValue> {
    let Some(window) = super::window() else { return Ok(url.into()) };
    let factory = Reflect::get(&window, &"trustedTypes".into())?;
    if !factory.is_object() {
        return Ok(url.into());
    }
    let known = TRUSTED.with_borrow(|known| known.clone());
    if let Some((_, trusted)) = known.filter(|(known_url, _)| known_url == url) {
        return Ok(trusted);
    }
    let allowed = url.to_owned();
    let check = Closure::once_into_js(
        move |asked: String| {
            if asked == allowed { JsValue::from(asked) } else { JsValue::NULL }
        },
    );
    let rules = Object::new();
    Reflect::set(&rules, &"createScriptURL".into(), &check)?;
    let create: js_sys::Function = Reflect::get(&factory, &"createPolicy".into())?.dyn_into()?;
    // A page that does not enforce Trusted Types may still refuse the policy; the plain address then works.
    let Ok(made) = Reflect::apply(&create, &factory, &Array::of2(&policy.into(), &rules)) else {
        return Ok(url.into());
    };
    let create_url: js_sys::Function = Reflect::get(&made, &"createScriptURL".into())?.dyn_into()?;
    let trusted = Reflect::apply(&create_url, &made, &Array::of1(&url.into()))?;
    TRUSTED.set(Some((url.to_owned(), trusted.clone())));
    Ok(trusted)
}

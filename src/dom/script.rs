//! One script tag per address, however many callers and copies of this package ask for it.
//!
//! Tags that are ours carry a mark under a symbol every copy shares: how far they have come, and for which address. A tag
//! without the mark belongs to the page: it is listened to, never changed and never removed.

use std::cell::RefCell;

use js_sys::{Array, Object, Reflect, Symbol};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlScriptElement, Url};

use super::handle::Target;
use super::{function, member, once};

use crate::text::until;

/// The script that should define the chat element, as the caller describes it.
#[derive(Clone)]
pub(crate) struct ScriptRequest {
    /// The absolute address.
    pub(crate) url: String,
    /// Further attributes of the tag; without a `nonce`, that of another script on the page is used.
    pub(crate) attributes: Vec<(&'static str, String)>,
    /// Whether another try asks with another address, past what a cache holds.
    pub(crate) busts_cache: bool,
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
    /// It did not come in time, and may come still.
    Hung,
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
    /// The tag for this address, if the page has one; ours before the page's, which has failed where there are both.
    pub(crate) fn find(document: &Document, url: &str) -> Option<Self> {
        let mut found = None;
        let scripts = document.scripts();
        for tag in (0..scripts.length()).filter_map(|index| scripts.item(index)) {
            let tag: HtmlScriptElement = tag.unchecked_into();
            if mark_of(&tag).is_some_and(|(_, marked)| marked == url) {
                return Some(Self { tag, is_ours: true });
            }
            if member(&tag, "src").is_some_and(|src| src == url) {
                found.get_or_insert(Self { tag, is_ours: false });
            }
        }
        found
    }

    /// The tag for this request: the page's own, or a new one. A failed tag of ours makes room for a new one; beside one
    /// of the page a new one is added only to try again. An error is that the page refuses the address.
    pub(crate) fn find_or_add(
        document: &Document,
        request: &ScriptRequest,
        is_retry: bool,
    ) -> Result<Self, JsValue> {
        let mut busts_cache = is_retry && request.busts_cache;
        if let Some(script) = Self::find(document, &request.url) {
            match script.progress() {
                Progress::Failed | Progress::Hung if script.is_ours => {
                    // A browser joins a request to one for the same address that is still under way.
                    busts_cache |= script.progress() == Progress::Hung;
                    script.tag.remove();
                }
                _ if script.is_ours || !is_retry => return Ok(script),
                _ => {}
            }
        }
        Self::add(document, request, busts_cache)
    }

    fn add(document: &Document, request: &ScriptRequest, busts_cache: bool) -> Result<Self, JsValue> {
        let tag: HtmlScriptElement = document.create_element("script")?.unchecked_into();
        // A script that is added by another one is `async` by itself.
        for (name, value) in &request.attributes {
            tag.set_attribute(name, value)?;
        }
        let has = |name| request.attributes.iter().any(|(given, _)| *given == name);
        if has("integrity") && !has("crossorigin") {
            // Without CORS the browser may not compare the hash of a script from elsewhere.
            tag.set_attribute("crossorigin", "anonymous")?;
        }
        if !has("nonce")
            && let Some(nonce) = page_nonce(document)
        {
            tag.set_nonce(&nonce);
        }
        let mut url = request.url.clone();
        if busts_cache {
            let has_query = until(&url, b"?").len() < url.len();
            url.push_str(if has_query { "&docent-retry=" } else { "?docent-retry=" });
            url.push_str(&String::from(js_sys::Date::new_0().to_iso_string()));
        }
        let src = trusted_script_url(&url, &request.trusted_types_policy)?;
        Reflect::set(&tag, &"src".into(), &src)?;
        let script = Self { tag, is_ours: true };
        script.mark("loading", &request.url);
        script.mark_on("load", "loaded", &request.url);
        script.mark_on("error", "failed", &request.url);
        append(document, &script.tag)?;
        Ok(script)
    }

    /// Makes room for a new tag when this one, if it is ours, has not come in time. It runs all the same if it comes.
    pub(crate) fn give_up(&self, url: &str) {
        if self.is_ours && self.progress() == Progress::Unknown {
            self.mark("hung", url);
        }
    }

    /// How far it has come. For a tag of the page only the browser's timing entries tell, and only once everything
    /// on the page has run.
    pub(crate) fn progress(&self) -> Progress {
        if self.is_ours {
            return match mark_of(&self.tag) {
                Some((progress, _)) if progress == "loaded" => Progress::Loaded,
                Some((progress, _)) if progress == "failed" => Progress::Failed,
                Some((progress, _)) if progress == "hung" => Progress::Hung,
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

    fn mark(&self, progress: &str, url: &str) {
        // A script element is extensible; were it not, the tag would count as the page's, which is safe.
        let _ = Reflect::set(&self.tag, &mark_key(), &[progress, " ", url].concat().into());
    }

    /// Keeps the mark up to date for callers that come later. The listener belongs to the tag and fires once.
    fn mark_on(&self, event: &str, progress: &'static str, url: &str) {
        let script = self.clone();
        let url = url.to_owned();
        let set = once(move || script.mark(progress, &url));
        self.tag.unchecked_ref::<Target>().listen(&event.into(), &set, &JsValue::UNDEFINED);
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

/// How far a tag of ours has come, and its address without what a retry adds.
fn mark_of(tag: &HtmlScriptElement) -> Option<(String, String)> {
    let mark = Reflect::get(tag, &mark_key()).ok()?.as_string()?;
    let progress = until(&mark, b" ");
    Some((progress.to_owned(), mark.get(progress.len() + 1..)?.to_owned()))
}

/// The nonce of any script on the page, or of the element that names it. The attribute reads as empty there; the
/// property does not.
fn page_nonce(document: &Document) -> Option<String> {
    let tag = document.query_selector("script[nonce],meta[property=csp-nonce]").ok()??;
    member(&tag, "nonce")?.as_string().filter(|nonce| !nonce.is_empty())
}

/// Puts an element into the page's head.
fn append(document: &Document, element: &Element) -> Result<(), JsValue> {
    let parent: Option<Element> = document.head().map(Into::into).or_else(|| document.document_element());
    parent.map_or(Ok(()), |parent| parent.append_child(element).map(drop))
}

/// Opens the connection to the script's server, and asks for nothing.
pub(crate) fn preconnect(document: &Document, request: &ScriptRequest) -> Result<(), JsValue> {
    let link = document.create_element("link")?;
    link.set_attribute("rel", "preconnect")?;
    link.set_attribute("href", &Url::new(&request.url)?.origin())?;
    append(document, &link)
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
    let check = function(Box::new(move |asked| Ok(if asked == *allowed { asked } else { JsValue::NULL })));
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

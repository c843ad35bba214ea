//! Whether there is a user, and what the page is told when there is none.

use std::cell::Cell;

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Response;

use super::Reader;
use super::record::{call, record, set};
use crate::dom::{global, member, url_against};
use crate::text::until;

/// The options that say what happens to readers without a user, and what the page was told last.
pub(super) struct Session {
    /// Whether a request without a user may be sent.
    pub(super) allows_anonymous: bool,
    on_session: Option<Function>,
    /// The address of the site's own login and the name of the parameter that brings the reader back.
    sign_in: Option<(String, String)>,
    is_signed_in: Cell<Option<bool>>,
}

impl Session {
    /// Reads them from the options of `createFetch`.
    pub(super) fn read(options: &Reader, has_token: bool) -> Self {
        let sign_in = options.value("signIn").and_then(|value| {
            let text = |name| member(&value, name).and_then(|text| text.as_string());
            let url = value.as_string().or_else(|| text("url")).filter(|url| is_page(url));
            if url.is_none() {
                options.refuse("signIn", "the address of a page");
            }
            Some((url?, text("returnParameter").unwrap_or_else(|| "returnTo".into())))
        });
        Self {
            // Cookies are the server's to judge: without `isSignedIn` nothing here can tell.
            allows_anonymous: options.flag("allowAnonymous").unwrap_or(!has_token),
            on_session: options.function("onSession"),
            sign_in,
            is_signed_in: Cell::new(None),
        }
    }

    /// Tells the page if this is news.
    pub(super) fn tell(&self, is_signed_in: bool) {
        if self.is_signed_in.replace(Some(is_signed_in)) != Some(is_signed_in)
            && let Some(on_session) = &self.on_session
        {
            call(on_session, &self.standing(is_signed_in));
        }
    }

    /// `{ state }`, and for a reader to sign in the way there and back.
    pub(super) fn standing(&self, is_signed_in: bool) -> JsValue {
        let state = if is_signed_in { "signed_in" } else { "signed_out" };
        let standing = record(&[("state", state.into())]);
        let location = member(&global(), "location");
        if let Some(location) = location.filter(|_| !is_signed_in) {
            let part = |name| member(&location, name).and_then(|part| part.as_string()).unwrap_or_default();
            // A path and no whole address, so that no login can be made to lead elsewhere: `//` would begin one.
            let path = part("pathname");
            let return_to = ["/", path.trim_start_matches('/'), &part("search"), &part("hash")].concat();
            if let Some((url, parameter)) = &self.sign_in
                && let Some(url) = url_against(url, Some(&part("href")))
            {
                url.search_params().set(parameter, &return_to);
                set(&standing, "signInUrl", &url.href().into());
            }
            set(&standing, "returnTo", &return_to.into());
        }
        standing
    }
}

/// Whether a link to this address opens a page: no script and no data.
fn is_page(url: &str) -> bool {
    let scheme = until(url, b"/?#");
    !url.is_empty() && (until(scheme, b":") == scheme || scheme == "https:" || scheme == "http:")
}

/// The answer to a request whose reader could not be identified. A rejected `fetch` is fatal to the chat element and
/// tells nobody why; a 401 is what the server would have said.
pub(super) fn signed_out() -> Result<JsValue, JsValue> {
    let headers = record(&[("content-type", "application/json".into())]);
    let init = record(&[("status", 401.into()), ("headers", headers)]);
    let body = r#"{"error":{"code":"signed_out","message":"You are signed out. Sign in and try again."}}"#;
    Ok(Response::new_with_opt_str_and_init(Some(body), init.unchecked_ref())?.into())
}

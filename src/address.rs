//! A page's address without what identifies or tracks its reader.

use crate::redaction::{Redacted, mask};
use crate::text::{behind_last, find, part, parted, until};

/// The parts of an address, as `Location` and `URL` name them. User name and password are not among them.
pub struct Address<'a> {
    /// With its colon: `https:`.
    pub protocol: &'a str,
    /// With its port: `example.com:8080`; empty for `file:` and the like.
    pub host: &'a str,
    /// As `pathname`.
    pub path: &'a str,
    /// As `search`: empty, or with its question mark.
    pub search: &'a str,
    /// As `hash`, empty unless it names an element of the page: a hash can carry tokens (OAuth's implicit flow does).
    pub hash: &'a str,
}

/// Which query parameters are kept.
#[derive(Default)]
pub struct QueryRules {
    /// If given, only these are kept.
    pub allowed: Option<Vec<String>>,
    /// These are dropped too.
    pub denied: Vec<String>,
}

/// A key that contains one of these, in small letters without `-`, `_` and `.`, is dropped.
const SECRET_PARTS: &str = "token secret passw passp pwd apikey accesskey auth sessi signature credential jwt otp email \
    srf invite captcha ticket";

/// A key that is one of these, spelled the same way, is dropped.
const SECRET_NAMES: &str = "key code state sig sid nonce pin pass phone user username assertion samlresponse gclid gclsrc \
    dclid wbraid gbraid fbclid msclkid yclid twclid mccid mceid mkttok hsenc gl";

/// A key that begins with one of these, spelled the same way, is dropped.
const SECRET_PREFIXES: &str = "utm xamz xgoog hsa oauth";

impl<'a> Address<'a> {
    /// Takes apart an address as a browser writes it (`location.href`). `None` for what has no scheme.
    #[must_use]
    pub fn parse(url: &'a str) -> Option<Self> {
        let colon = until(url, b":").len() + 1;
        let (protocol, rest) = (url.get(0..colon)?, part(url, colon..url.len()));
        let (rest, hash) = split_before(rest, b"#");
        let (rest, search) = split_before(rest, b"?");
        let (host, path) = match rest.strip_prefix("//") {
            Some(rest) => split_before(rest, b"/"),
            None => ("", rest),
        };
        let host = behind_last(host, b'@');
        Some(Self {
            protocol,
            host,
            path: if host.is_empty() || !path.is_empty() { path } else { "/" },
            search,
            hash,
        })
    }

    /// The host without its port.
    #[must_use]
    pub fn host_name(&self) -> &'a str {
        let port = behind_last(self.host, b':');
        let has_port = port.len() < self.host.len() && until(port, b"]") == port;
        part(self.host, 0..if has_port { self.host.len() - port.len() - 1 } else { self.host.len() })
    }

    /// The address without secret parameters, with secrets in its path masked; what was taken out is counted.
    pub fn cleaned(&self, rules: &QueryRules, redacted: &mut Redacted) -> String {
        let slashes = if self.host.is_empty() && !self.path.starts_with('/') { "" } else { "//" };
        let mut address = [self.protocol, slashes, self.host].concat();
        address.push_str(&mask(self.path, redacted));
        let mut separator = '?';
        let marks = self.search.bytes().take_while(|byte| *byte == b'?').count();
        let search = part(self.search, marks..self.search.len());
        for parameter in parted(search, b"&").into_iter().filter(|part| !part.is_empty()) {
            let key = until(parameter, b"=");
            let value = part(parameter, key.len() + 1..parameter.len());
            if holds_secret(value) || !rules.keep(key) {
                redacted.query += 1;
                continue;
            }
            address.push(separator);
            address.push_str(parameter);
            separator = '&';
        }
        if holds_secret(self.hash) {
            redacted.query += 1;
        } else {
            address.push_str(self.hash);
        }
        address
    }
}

impl QueryRules {
    fn keep(&self, key: &str) -> bool {
        let Some(key) = unescape(key) else { return false };
        if let Some(allowed) = &self.allowed {
            return allowed.contains(&key);
        }
        if self.denied.contains(&key) {
            return false;
        }
        !is_secret(&key)
    }
}

/// Whether a value or a hash is one, or has parameters that are: an address to go back to has, and one that carries a token.
fn holds_secret(value: &str) -> bool {
    let Some(value) = unescape(value) else { return true };
    let is_it = |part: &str| {
        let key = until(part, b"=");
        key.len() < part.len() && is_secret(key)
    };
    mask(&value, &mut Redacted::default()) != value || parted(&value, b"#?&;").into_iter().any(is_it)
}

/// Whether a parameter of this name is dropped.
fn is_secret(key: &str) -> bool {
    let name: String = key
        .chars()
        .filter(|character| !matches!(character, '-' | '_' | '.' | '[' | ']' | ' '))
        .map(|character| character.to_ascii_lowercase())
        .collect();
    let is_any =
        |words: &'static str, is_it: &dyn Fn(&str) -> bool| parted(words, b" ").into_iter().any(is_it);
    is_any(SECRET_NAMES, &|secret| name == secret)
        || is_any(SECRET_PARTS, &|part| find(&name, part).is_some())
        || is_any(SECRET_PREFIXES, &|prefix| name.starts_with(prefix))
}

/// The text before the first `separator`, and the rest that begins with it.
fn split_before<'t>(text: &'t str, separator: &[u8]) -> (&'t str, &'t str) {
    let before = until(text, separator);
    (before, part(text, before.len()..text.len()))
}

/// How long a path is without its last part and the slash before that.
fn folder_length(path: &str) -> usize {
    path.len().saturating_sub(behind_last(path, b'/').len() + 1)
}

/// The absolute `http` or `https` address that `href` means on a page whose base is `base`. `None` for other schemes,
/// and for what only a browser's leniency would make an address of.
#[must_use]
pub fn resolve(base: &str, href: &str) -> Option<String> {
    let href = href.trim();
    if href.bytes().any(|byte| byte == b'\\' || byte.is_ascii_control()) {
        return None;
    }
    let is_web =
        |protocol: &str| protocol.eq_ignore_ascii_case("http:") || protocol.eq_ignore_ascii_case("https:");
    let colon = until(href, b":/?#").len();
    if href.as_bytes().get(colon) == Some(&b':') {
        let is_whole = part(href, colon..href.len()).starts_with("://");
        return (is_whole && is_web(part(href, 0..colon + 1))).then(|| href.to_owned());
    }
    let base = Address::parse(base).filter(|base| is_web(base.protocol))?;
    if href.starts_with("//") {
        return Some([base.protocol, href].concat());
    }
    let (path, rest) = split_before(href, b"?#");
    let mut address = [base.protocol, "//", base.host].concat();
    if path.is_empty() {
        address.push_str(base.path);
        if !rest.starts_with('?') {
            address.push_str(base.search);
        }
    } else {
        let folder = part(base.path, 0..folder_length(base.path));
        push_path(&mut address, if path.starts_with('/') { "" } else { folder }, path);
    }
    address.push_str(rest);
    Some(address)
}

/// Appends both paths as one, without `.` and `..`.
fn push_path(address: &mut String, folder: &str, path: &str) {
    let host = address.len();
    let mut is_folder = false;
    for segment in parted(&[folder, "/", path].concat(), b"/") {
        is_folder = matches!(segment, "" | "." | "..");
        match segment {
            ".." => {
                address.truncate(host + folder_length(part(address, host..address.len())));
            }
            "" | "." => {}
            _ => {
                address.push('/');
                address.push_str(segment);
            }
        }
    }
    if is_folder {
        address.push('/');
    }
}

/// Undoes `%41` and `+`, as `application/x-www-form-urlencoded` is read. `None` for what is no text then.
pub(crate) fn unescape(text: &str) -> Option<String> {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let mut digit = || char::from(ahead.next()?).to_digit(16);
        let escaped = if byte == b'%' { digit().zip(digit()) } else { None };
        match escaped {
            Some((high, low)) => {
                plain.push((high * 16 + low) as u8);
                bytes = ahead;
            }
            None => plain.push(if byte == b'+' { b' ' } else { byte }),
        }
    }
    String::from_utf8(plain).ok()
}

/// Whether a page of `host` may call `canonical` its own host: the same one, or one a part of the other
/// (`www.example.com`, `example.com`). A canonical link to another site says that the text is someone else's.
#[must_use]
pub fn is_same_site(host: &str, canonical: &str) -> bool {
    let is_part = |part: &str, whole: &str| {
        part.strip_suffix(whole).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !host.is_empty() && !canonical.is_empty() && (is_part(host, canonical) || is_part(canonical, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(search: &str, rules: &QueryRules) -> (String, u32) {
        let address =
            Address { protocol: "https:", host: "example.com", path: "/docs/", search, hash: "#install" };
        let mut redacted = Redacted::default();
        (address.cleaned(rules, &mut redacted), redacted.query)
    }

    #[test]
    fn parameters_that_identify_or_track_are_dropped_and_counted() {
        for key in [
            "token",
            "access_token",
            "id-token",
            "KEY",
            "api_key",
            "code",
            "state",
            "sig",
            "Signature",
            "auth",
            "session_id",
            "PHPSESSID",
            "pass",
            "passphrase",
            "_csrf",
            "mkt_tok",
            "password",
            "passwd",
            "email",
            "user_email",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Goog-Date",
            "utm_source",
            "UTM_Medium",
            "gclid",
            "fbclid",
            "mc_cid",
            "_gl",
            "%74oken",
            "to%6Ben",
            "user[email]",
            "oauth_verifier",
            "%ff%74oken",
        ] {
            let search = ["?v=2&", key, "=secret&tab=npm"].concat();
            let expected = ("https://example.com/docs/?v=2&tab=npm#install".to_owned(), 1);
            assert_eq!(cleaned(&search, &QueryRules::default()), expected, "{key}");
        }
    }

    #[test]
    fn parameters_that_say_what_the_page_shows_stay_as_they_are_spelled() {
        let search = "?version=1.2&q=how%20to+install&tab=npm&page&lang=de&=x&%zz=%";
        let expected = ["https://example.com/docs/", search, "#install"].concat();
        assert_eq!(cleaned(search, &QueryRules::default()), (expected, 0));
    }

    #[test]
    fn a_value_that_looks_like_a_secret_is_dropped_whatever_its_name() {
        let (address, count) = cleaned("?x=sk-a1b2c3d4e5a1b2c3d4e5a1b2&y=1", &QueryRules::default());
        assert_eq!((address.as_str(), count), ("https://example.com/docs/?y=1#install", 1));
    }

    #[test]
    fn an_address_in_a_value_and_a_hash_must_not_hold_secret_parameters_either() {
        let (address, count) =
            cleaned("?next=%2Fcb%3Ftoken%3Dabc&back=/a%3Fv%3D2&x=a;sid=1", &QueryRules::default());
        assert_eq!((address.as_str(), count), ("https://example.com/docs/?back=/a%3Fv%3D2#install", 2));
        for (hash, is_kept) in [
            ("#access_token=abc&expires=1", false),
            ("#/reset?code=abc", false),
            ("#sk-a1b2c3d4e5a1b2c3d4e5a1b2", false),
            ("#:~:text=the%20token", true),
            ("#fn:1", true),
        ] {
            let address = Address { protocol: "https:", host: "a.example", path: "/", search: "", hash };
            let cleaned = address.cleaned(&QueryRules::default(), &mut Redacted::default());
            assert_eq!(cleaned.ends_with(hash), is_kept, "{cleaned}");
        }
    }

    #[test]
    fn an_allow_list_keeps_what_it_names_and_a_deny_list_drops_more() {
        let only = QueryRules { allowed: Some(vec!["v".to_owned()]), denied: Vec::new() };
        assert_eq!(
            cleaned("?v=2&tab=npm&q=x", &only),
            ("https://example.com/docs/?v=2#install".to_owned(), 2)
        );
        let more = QueryRules { allowed: None, denied: vec!["tab".to_owned()] };
        assert_eq!(cleaned("?v=2&tab=npm", &more), ("https://example.com/docs/?v=2#install".to_owned(), 1));
    }

    #[test]
    fn addresses_without_a_host_keep_their_form() {
        let plain = |protocol, path| {
            let address = Address { protocol, host: "", path, search: "", hash: "" };
            address.cleaned(&QueryRules::default(), &mut Redacted::default())
        };
        assert_eq!(plain("file:", "/docs/x.html"), "file:///docs/x.html");
        assert_eq!(plain("about:", "srcdoc"), "about:srcdoc");
    }

    #[test]
    fn secrets_in_the_path_are_masked() {
        let path = "/reset/0123456789abcdef0123456789abcdef/form";
        let address = Address { protocol: "https:", host: "a.example", path, search: "", hash: "" };
        let mut redacted = Redacted::default();
        assert_eq!(
            address.cleaned(&QueryRules::default(), &mut redacted),
            "https://a.example/reset/[redacted]/form"
        );
        assert_eq!(redacted.hex, 1);
    }

    #[test]
    fn an_address_is_taken_apart_without_its_user() {
        let parts = |url| Address::parse(url).map(|it| (it.protocol, it.host, it.path, it.search, it.hash));
        assert_eq!(
            parts("https://a:b@x.example:8080/p/q?r=/s#t?u"),
            Some(("https:", "x.example:8080", "/p/q", "?r=/s", "#t?u"))
        );
        assert_eq!(parts("https://x.example"), Some(("https:", "x.example", "/", "", "")));
        assert_eq!(parts("file:///docs/x.html"), Some(("file:", "", "/docs/x.html", "", "")));
        assert_eq!(parts("about:blank"), Some(("about:", "", "blank", "", "")));
        assert_eq!(parts("none"), None);
        assert_eq!(Address::parse("http://x.example:80/").map(|it| it.host_name()), Some("x.example"));
        assert_eq!(Address::parse("http://[::1]/").map(|it| it.host_name()), Some("[::1]"));
    }

    #[test]
    fn links_are_resolved_as_a_browser_does() {
        let on = |href| resolve("https://x.example/docs/guide/page?q=1#h", href);
        for (href, expected) in [
            ("", "https://x.example/docs/guide/page?q=1"),
            ("#a", "https://x.example/docs/guide/page?q=1#a"),
            ("?v=2", "https://x.example/docs/guide/page?v=2"),
            ("next", "https://x.example/docs/guide/next"),
            ("./next/#a", "https://x.example/docs/guide/next/#a"),
            ("../", "https://x.example/docs/"),
            ("../../../up?x", "https://x.example/up?x"),
            ("/a/./b/../c", "https://x.example/a/c"),
            ("/", "https://x.example/"),
            ("//y.example/z", "https://y.example/z"),
            (" HTTPS://y.example/z ", "HTTPS://y.example/z"),
            ("a:b", ""),
            ("javascript:alert(1)", ""),
            ("mailto:a@b.example", ""),
            ("https:next", ""),
            ("https:\\\\y.example", ""),
        ] {
            assert_eq!(on(href).unwrap_or_default(), expected, "{href}");
        }
        assert_eq!(resolve("file:///a/b", "c"), None);
    }

    #[test]
    fn a_canonical_host_must_be_of_the_same_site() {
        assert!(is_same_site("www.example.com", "example.com"));
        assert!(is_same_site("example.com", "docs.example.com"));
        assert!(is_same_site("example.com", "example.com"));
        assert!(!is_same_site("example.com", "badexample.com"));
        assert!(!is_same_site("example.com", "example.com.evil.example"));
        assert!(!is_same_site("", "example.com"));
    }
}

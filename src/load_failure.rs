//! Why the chat element did not come: the kind of failure, and the sentence that says what to do. Every chat needs the
//! first; the second is in the page module, which a failure brings if it is not there.

use crate::{DocentError, ErrorCode};

/// What the browser knows about a script that failed. It hides most of it from pages, so this weighs what is left.
#[derive(Clone, Copy, Default)]
pub struct Evidence {
    /// A content security policy refused the script's address.
    pub has_csp_violation: bool,
    /// The browser is sure that it has no network.
    pub is_offline: bool,
    /// The tag carries an `integrity` attribute.
    pub has_integrity: bool,
    /// The status of the answer, 0 where the browser does not tell.
    pub http_status: u16,
}

/// The kind of failure of a script that ended in an `error` event.
#[must_use]
pub fn classify(evidence: &Evidence) -> ErrorCode {
    let has_answer = (200..300).contains(&evidence.http_status);
    if evidence.has_csp_violation {
        ErrorCode::Csp
    } else if evidence.is_offline {
        ErrorCode::Offline
    } else if evidence.has_integrity && has_answer {
        ErrorCode::Sri
    } else if has_answer {
        // The answer came and the browser did not run it: a wrong type with nosniff, a cross-origin policy.
        ErrorCode::Blocked
    } else {
        ErrorCode::Network
    }
}

/// The error as it is known at once: the words that say what to do come with the page module, by [`explain`].
#[must_use]
pub fn brief(code: ErrorCode, name: &str) -> DocentError {
    DocentError::new(code, ["The wait for <", name, "> ended: ", code.as_str(), "."].concat())
}

/// What there is to say of a failure besides its kind.
pub enum Detail {
    /// The status of the script's answer, 0 where the browser does not tell.
    Status(u16),
    /// The name of the Trusted Types policy that the page did not allow.
    Policy(String),
}

/// The sentences for people: why, and what to do. `code` is the kind of failure, by [`ErrorCode::as_str`]; `name` is the
/// element's, `url` the script's where one is known.
#[must_use]
pub fn explain(code: &str, name: &str, url: Option<&str>, detail: &Detail) -> String {
    let script = url.unwrap_or("the script");
    let mut status = String::new();
    let parts: &[&str] = match (code, detail) {
        ("csp", Detail::Policy(policy)) => &[
            "The page requires Trusted Types and did not allow the policy \"",
            policy,
            "\" for ",
            script,
            ". Add it to the trusted-types directive, or add the script to the page.",
        ],
        ("csp", _) => &[
            "The Content-Security-Policy of this page forbids ",
            script,
            ". Add its origin to script-src (and to frame-src and connect-src).",
        ],
        ("sri", _) => &[script, " does not match its integrity attribute. Update the hash, or leave it out."],
        ("blocked", _) => &[
            "The browser refused to run ",
            script,
            ". Serve it as text/javascript, and with a Cross-Origin-Resource-Policy for this page.",
        ],
        ("offline", _) => {
            &["There is no network, so <", name, "> could not be loaded. It is when it is back."]
        }
        ("timeout", _) => &[
            "<",
            name,
            "> was not defined in time; ",
            script,
            " does not answer. It is still used if it comes.",
        ],
        ("undefined", _) if url.is_some() => &[
            script,
            " ran but did not define a usable <",
            name,
            ">, or was kept from running. Check the address, the console, and content blockers.",
        ],
        ("undefined", _) => &[
            "Nothing on this page defines a usable <",
            name,
            ">. Add its script to the page, pass `scriptUrl`, or pass a `fallback`.",
        ],
        _ => {
            if let Detail::Status(number @ 300..) = detail {
                status = [" The server answered ", itoa(*number).as_str(), "."].concat();
            }
            &[
                script,
                " could not be loaded.",
                &status,
                " Check the address and the connection, or a content blocker.",
            ]
        }
    };
    capitalised(&parts.concat())
}

fn capitalised(sentence: &str) -> String {
    match sentence.strip_prefix('t') {
        Some(rest) if sentence.starts_with("the ") => ["T", rest].concat(),
        _ => sentence.to_owned(),
    }
}

/// A status code in digits, without the formatting machinery.
fn itoa(number: u16) -> String {
    let digit = |divisor: u16| char::from(b'0' + (number / divisor % 10) as u8);
    [digit(100), digit(10), digit(1)].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l3_the_evidence_decides_the_kind() {
        let plain = Evidence::default();
        assert_eq!(classify(&plain), ErrorCode::Network);
        assert_eq!(
            classify(&Evidence { has_csp_violation: true, is_offline: true, ..plain }),
            ErrorCode::Csp
        );
        assert_eq!(classify(&Evidence { is_offline: true, ..plain }), ErrorCode::Offline);
        assert_eq!(classify(&Evidence { has_integrity: true, http_status: 200, ..plain }), ErrorCode::Sri);
        assert_eq!(
            classify(&Evidence { has_integrity: true, http_status: 404, ..plain }),
            ErrorCode::Network
        );
        assert_eq!(classify(&Evidence { http_status: 200, ..plain }), ErrorCode::Blocked);
    }

    #[test]
    fn l3_a_message_says_why_and_what_to_do() {
        let url = Some("https://cdn.example/chat.js");
        let says = |code: ErrorCode, url, status| {
            explain(code.as_str(), "openai-chatkit", url, &Detail::Status(status))
        };
        let network = says(ErrorCode::Network, url, 404);
        assert!(network.contains("chat.js could not be loaded. The server answered 404. Check"), "{network}");
        assert!(says(ErrorCode::Network, None, 0).starts_with("The script could not be loaded. Check"));
        assert!(says(ErrorCode::Csp, url, 0).contains("script-src"));
        assert!(says(ErrorCode::Sri, url, 200).contains("hash"));
        assert!(says(ErrorCode::Undefined, None, 0).contains("`scriptUrl`"));
        assert!(says(ErrorCode::Undefined, url, 0).contains("console"));
        assert!(says(ErrorCode::Timeout, None, 0).contains("<openai-chatkit> was not defined in time"));
        let refused = explain("csp", "openai-chatkit", url, &Detail::Policy("docent".to_owned()));
        assert!(refused.contains("trusted-types") && refused.contains("\"docent\""), "{refused}");
    }

    #[test]
    fn l3_a_failure_has_its_code_and_its_element_before_there_are_words() {
        let error = brief(ErrorCode::Network, "openai-chatkit");
        assert_eq!(error.code(), ErrorCode::Network);
        assert_eq!(error.message(), "The wait for <openai-chatkit> ended: network.");
    }
}

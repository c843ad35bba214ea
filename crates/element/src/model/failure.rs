//! Why something did not work, in the terms a reader can act on.

use crate::json::Json;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The browser is offline.
    Offline,
    /// The request did not reach the server, or its answer may not be read (down, CORS, blocked).
    Unreachable,
    /// 401: signed out, or the session has ended.
    Unauthorized,
    /// 403: not allowed.
    Forbidden,
    /// 404: the conversation does not exist, or not for this reader.
    NotFound,
    /// 409: another answer is still being written in this conversation.
    Conflict,
    /// 413: the message is too large.
    TooLarge,
    /// 429: too many requests.
    RateLimited,
    /// 500 and above.
    Server,
    /// 400 and any other status that is not a success.
    Refused,
    /// The answer was not what the protocol says: usually a wrong `api.url`.
    NotChatKit,
    /// The answer broke off.
    Interrupted,
    /// The server said, in the stream, that it could not answer.
    Answer,
    /// `api.url` is missing or another option makes the element unusable.
    Setup,
    /// The host page's own `fetch` threw.
    Host,
    /// A file could not be uploaded.
    Upload,
}

/// One failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The HTTP status, when there was one.
    pub status: Option<u16>,
    /// The server's machine-readable code, when it sent one.
    pub code: Option<String>,
    /// The server's own words, when it sent some.
    pub message: Option<String>,
    /// Whether trying again can help.
    pub may_retry: bool,
}

impl Failure {
    /// A failure without a status.
    pub fn new(kind: FailureKind, message: Option<String>) -> Self {
        let may_retry = !matches!(kind, FailureKind::Setup | FailureKind::TooLarge);
        Self { kind, status: None, code: None, message, may_retry }
    }

    /// What an HTTP answer that is not a success means. `body` is its text: `{"error":{"code","message"}}`, also
    /// `{"message"}`, `{"detail"}` and `{"error"}` as other servers write it; anything else is not shown.
    pub fn from_status(status: u16, body: &str) -> Self {
        let kind = match status {
            401 => FailureKind::Unauthorized,
            403 => FailureKind::Forbidden,
            404 => FailureKind::NotFound,
            409 => FailureKind::Conflict,
            413 => FailureKind::TooLarge,
            429 => FailureKind::RateLimited,
            500.. => FailureKind::Server,
            _ => FailureKind::Refused,
        };
        let body = crate::json::parse(body).unwrap_or_default();
        let error = body.get("error");
        let message = error
            .filled("message")
            .or_else(|| body.filled("message"))
            .or_else(|| body.filled("error"))
            .or_else(|| body.filled("detail"));
        Self { status: Some(status), code: error.filled("code"), ..Self::new(kind, message.map(shorten)) }
    }

    /// What an `error` event of a stream means.
    pub fn from_event(event: &Json) -> Self {
        Self {
            kind: FailureKind::Answer,
            status: None,
            code: event.filled("code"),
            message: event.filled("message").map(shorten),
            may_retry: event.is("allow_retry"),
        }
    }

    /// The code a host reads from `chatkit.error`.
    pub fn host_code(&self) -> String {
        self.code.clone().unwrap_or_else(|| {
            match self.kind {
                FailureKind::Offline => "offline",
                FailureKind::Unreachable => "unreachable",
                FailureKind::Unauthorized => "unauthorized",
                FailureKind::Forbidden => "forbidden",
                FailureKind::NotFound => "not_found",
                FailureKind::Conflict => "conflict",
                FailureKind::TooLarge => "too_large",
                FailureKind::RateLimited => "rate_limited",
                FailureKind::Server => "server_error",
                FailureKind::Refused => "refused",
                FailureKind::NotChatKit => "not_chatkit",
                FailureKind::Interrupted => "interrupted",
                FailureKind::Answer => "stream.error",
                FailureKind::Setup => "setup",
                FailureKind::Host => "fetch_threw",
                FailureKind::Upload => "upload_failed",
            }
            .to_owned()
        })
    }
}

/// A server that answers a whole page of text as its message does not get the whole panel.
fn shorten(message: String) -> String {
    match message.char_indices().nth(400) {
        Some((at, _)) => message[..at].to_owned() + "…",
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_words_are_found_wherever_servers_put_them() {
        let words = |body| Failure::from_status(400, body).message;
        assert_eq!(words(r#"{"error":{"code":"c","message":"Say less."}}"#).as_deref(), Some("Say less."));
        assert_eq!(words(r#"{"message":"m"}"#).as_deref(), Some("m"));
        assert_eq!(words(r#"{"error":"e"}"#).as_deref(), Some("e"));
        assert_eq!(words(r#"{"detail":"d"}"#).as_deref(), Some("d"));
        assert_eq!(words("<html>502</html>"), None);
    }

    #[test]
    fn a_status_becomes_a_kind_and_keeps_its_code() {
        let failure = Failure::from_status(409, r#"{"error":{"code":"thread_busy","message":"Busy."}}"#);
        assert_eq!((failure.kind, failure.host_code().as_str()), (FailureKind::Conflict, "thread_busy"));
        assert_eq!(Failure::from_status(503, "").kind, FailureKind::Server);
        assert_eq!(Failure::from_status(418, "").kind, FailureKind::Refused);
        assert!(!Failure::from_status(413, "").may_retry);
    }
}

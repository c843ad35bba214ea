//! Who is asking: an [`Authenticator`] turns a request's headers into an [`Identity`], before anything is read or run.

mod development;

use std::net::SocketAddr;

use async_trait::async_trait;
use http::HeaderMap;
use serde_json::{Map, Value};

pub use development::DevelopmentAuthenticator;

/// The user a request belongs to. Everything stored is kept under `user_id`, and nothing crosses from one to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// A stable name of the user, 1 to 256 characters.
    pub user_id: String,
    /// What else is known for certain, such as the claims of a verified token; handed to the handler, never stored.
    pub claims: Map<String, Value>,
}

impl Identity {
    /// An identity without claims.
    #[must_use]
    pub fn new(user_id: impl Into<String>) -> Self {
        Self { user_id: user_id.into(), claims: Map::new() }
    }

    /// Whether the user id can be a key: not blank, at most 256 characters, no control characters.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !self.user_id.trim().is_empty()
            && self.user_id.chars().count() <= 256
            && !self.user_id.chars().any(char::is_control)
    }
}

/// What an authenticator may look at.
#[derive(Debug, Clone, Copy)]
pub struct AuthRequest<'a> {
    /// The headers of the request.
    pub headers: &'a HeaderMap,
    /// The address at the other end of the connection; `None` if the server was not told (see
    /// `into_make_service_with_connect_info`).
    pub peer: Option<SocketAddr>,
}

impl<'a> AuthRequest<'a> {
    /// A header as text, or `None` if it is missing or not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The token of `Authorization: Bearer <token>`.
    #[must_use]
    pub fn bearer_token(&self) -> Option<&'a str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        let token = token.trim();
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
    }
}

/// Why a request was not let in. The message is sent to the caller: it says what to do and holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// Nobody could be recognised: answered with 401.
    #[error("{0}")]
    Unauthenticated(String),
    /// The user is known but may not use this server: answered with 403.
    #[error("{0}")]
    Forbidden(String),
    /// The check itself failed, such as an unreachable key server: answered with 500, the cause is only logged.
    #[error("the identity could not be checked")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Decides who a request belongs to.
///
/// A synchronous check is a closure:
///
/// ```
/// use docent_server::{AuthError, AuthRequest, Identity};
///
/// let authenticator = |request: &AuthRequest<'_>| match request.bearer_token() {
///     Some("the-only-token") => Ok(Identity::new("ada")),
///     _ => Err(AuthError::Unauthenticated("Send the token of this site.".into())),
/// };
/// # fn takes(_: impl docent_server::Authenticator) {}
/// # takes(authenticator);
/// ```
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// The identity behind a request, or why there is none.
    async fn authenticate(&self, request: &AuthRequest<'_>) -> Result<Identity, AuthError>;
}

#[async_trait]
impl<F> Authenticator for F
where
    F: Fn(&AuthRequest<'_>) -> Result<Identity, AuthError> + Send + Sync + 'static,
{
    async fn authenticate(&self, request: &AuthRequest<'_>) -> Result<Identity, AuthError> {
        self(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_read_whatever_the_case_of_its_scheme() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "bEARER  abc ".parse().expect("a header"));
        assert_eq!(AuthRequest { headers: &headers, peer: None }.bearer_token(), Some("abc"));
        headers.insert("authorization", "Basic abc".parse().expect("a header"));
        assert_eq!(AuthRequest { headers: &headers, peer: None }.bearer_token(), None);
    }

    #[test]
    fn blank_long_or_unprintable_names_are_no_identity() {
        assert!(Identity::new("ada@example.org").is_valid());
        for bad in ["", "  ", "a\nb", &"x".repeat(257)] {
            assert!(!Identity::new(bad).is_valid(), "{bad:?}");
        }
    }
}

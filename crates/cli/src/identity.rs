//! Who a caller is, by a signed token: `Authorization: Bearer <JWT>` of the site's own sign-in.

use async_trait::async_trait;
use docent_server::{AuthError, AuthRequest, Authenticator, Identity};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Map, Value};

/// Clocks of two machines differ by this much at most, in seconds.
const LEEWAY_SECONDS: u64 = 30;
/// No token of a sign-in is longer; a longer one is not worth the work of checking it.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Accepts tokens that were signed with a shared secret (HS256), that have not expired, and whose `sub` names the user.
pub struct JwtAuthenticator {
    key: DecodingKey,
    validation: Validation,
}

impl JwtAuthenticator {
    /// Tokens signed with this secret; with an audience, only those that name it.
    pub fn new(secret: &[u8], audience: Option<&str>) -> Self {
        // One algorithm, whatever a token's head says: `none` and others are refused.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        let mut required = vec!["exp", "sub"];
        match audience {
            Some(audience) => {
                validation.set_audience(&[audience]);
                required.push("aud");
            }
            None => validation.validate_aud = false,
        }
        validation.set_required_spec_claims(&required);
        Self { key: DecodingKey::from_secret(secret), validation }
    }

    fn identity(&self, token: &str) -> Result<Identity, AuthError> {
        let refuse = |why: &str| Err(AuthError::Unauthenticated(why.to_owned()));
        if token.len() > MAX_TOKEN_BYTES {
            return refuse("The token is too long.");
        }
        let claims = match decode::<Map<String, Value>>(token, &self.key, &self.validation) {
            Ok(token) => token.claims,
            Err(error) => {
                return match error.kind() {
                    ErrorKind::ExpiredSignature => refuse("The token has expired. Sign in again."),
                    ErrorKind::ImmatureSignature => refuse("The token is not valid yet."),
                    ErrorKind::InvalidAudience => refuse("The token is for another service."),
                    ErrorKind::MissingRequiredClaim(_) => refuse("The token must name `sub` and `exp`."),
                    _ => refuse("The token is not valid. Sign in again."),
                };
            }
        };
        let Some(user_id) = claims.get("sub").and_then(Value::as_str) else {
            return refuse("The token's `sub` must be a text.");
        };
        let mut identity = Identity::new(user_id);
        identity.claims = claims;
        Ok(identity)
    }
}

#[async_trait]
impl Authenticator for JwtAuthenticator {
    async fn authenticate(&self, request: &AuthRequest<'_>) -> Result<Identity, AuthError> {
        match request.bearer_token() {
            Some(token) => self.identity(token),
            None => Err(AuthError::Unauthenticated("Send a token: Authorization: Bearer <token>.".into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    use super::*;

    const SECRET: &[u8] = b"a secret of at least thirty-two bytes";

    fn sign(algorithm: Algorithm, secret: &[u8], claims: &Value) -> String {
        encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret)).expect("a token")
    }

    fn at(seconds: i64) -> i64 {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
        now.as_secs() as i64 + seconds
    }

    #[test]
    fn a_signed_token_names_its_user() {
        let token = sign(Algorithm::HS256, SECRET, &json!({"sub": "ada", "exp": at(60), "plan": "pro"}));
        let identity = JwtAuthenticator::new(SECRET, None).identity(&token).expect("let in");
        assert_eq!((identity.user_id.as_str(), &identity.claims["plan"]), ("ada", &json!("pro")));
    }

    #[test]
    fn whatever_is_wrong_with_a_token_keeps_its_bearer_out() {
        let good = json!({"sub": "ada", "exp": at(60), "aud": "docs"});
        let unsigned = {
            let token = sign(Algorithm::HS256, SECRET, &good);
            let body = token.split('.').nth(1).unwrap_or_default().to_owned();
            format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.")
        };
        let authenticator = JwtAuthenticator::new(SECRET, Some("docs"));
        assert!(authenticator.identity(&sign(Algorithm::HS256, SECRET, &good)).is_ok());
        for token in [
            sign(Algorithm::HS256, b"another secret of thirty-two bytes", &good),
            sign(Algorithm::HS512, SECRET, &good),
            sign(Algorithm::HS256, SECRET, &json!({"sub": "ada", "exp": at(-60), "aud": "docs"})),
            sign(
                Algorithm::HS256,
                SECRET,
                &json!({"sub": "ada", "exp": at(60), "nbf": at(600), "aud": "docs"}),
            ),
            sign(Algorithm::HS256, SECRET, &json!({"sub": "ada", "exp": at(60), "aud": "other"})),
            sign(Algorithm::HS256, SECRET, &json!({"sub": "ada", "exp": at(60)})),
            sign(Algorithm::HS256, SECRET, &json!({"sub": "ada", "aud": "docs"})),
            sign(Algorithm::HS256, SECRET, &json!({"exp": at(60), "aud": "docs"})),
            sign(Algorithm::HS256, SECRET, &json!({"sub": 7, "exp": at(60), "aud": "docs"})),
            unsigned,
            "nonsense".to_owned(),
            "x".repeat(10_000),
        ] {
            let outcome = authenticator.identity(&token);
            assert!(matches!(outcome, Err(AuthError::Unauthenticated(_))), "{token}");
        }
    }
}

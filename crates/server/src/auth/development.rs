//! The identity for trying things out on one's own machine: the header `X-User-ID`, believed only on loopback.

use std::net::{IpAddr, SocketAddr};

use async_trait::async_trait;

use super::{AuthError, AuthRequest, Authenticator, Identity};

/// Takes the user from the header `X-User-ID`, which anybody can write, and therefore only if the server listens on
/// loopback, the caller is on loopback, the `Host` names loopback (so that a page elsewhere cannot rebind its name to
/// this machine) and no header shows that a proxy stands between.
#[derive(Debug, Clone, Copy)]
pub struct DevelopmentAuthenticator {
    listens_on_loopback: bool,
}

impl DevelopmentAuthenticator {
    /// For a server that listens on this address.
    #[must_use]
    pub fn new(listening: SocketAddr) -> Self {
        Self { listens_on_loopback: is_loopback(listening.ip()) }
    }
}

#[async_trait]
impl Authenticator for DevelopmentAuthenticator {
    async fn authenticate(&self, request: &AuthRequest<'_>) -> Result<Identity, AuthError> {
        let refuse = |why: &str| {
            Err(AuthError::Unauthenticated(format!(
                "{why} X-User-ID is a development identity and only works on loopback; give the server an authenticator of its own."
            )))
        };
        if !self.listens_on_loopback {
            return refuse("This server is reachable from other machines.");
        }
        if !request.peer.is_some_and(|peer| is_loopback(peer.ip())) {
            return refuse("The request does not come from this machine.");
        }
        if request.headers.keys().any(|name| is_of_a_proxy(name.as_str())) {
            return refuse("The request came through a proxy.");
        }
        if request.headers.contains_key("host") && !request.header("host").is_some_and(is_loopback_host) {
            return refuse("The request names another host.");
        }
        match request.header("x-user-id").map(str::trim) {
            Some(user_id) if !user_id.is_empty() => Ok(Identity::new(user_id)),
            _ => Err(AuthError::Unauthenticated("Send the header X-User-ID to say who you are.".into())),
        }
    }
}

/// Whether proxies add a header of this name. Not all add one: nginx does only where it is told to.
fn is_of_a_proxy(name: &str) -> bool {
    ["forwarded", "via", "x-real-ip"].contains(&name) || name.starts_with("x-forwarded-")
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

fn is_loopback_host(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _port)| name),
    };
    // Names below `localhost` are reserved for this machine (RFC 6761), so that nobody can point one elsewhere.
    let lower = name.to_ascii_lowercase();
    lower == "localhost" || lower.ends_with(".localhost") || name.parse::<IpAddr>().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    async fn try_with(
        listening: &str,
        peer: Option<&str>,
        headers: &[(&'static str, &str)],
    ) -> Result<Identity, AuthError> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header value"));
        }
        let request = AuthRequest { headers: &map, peer: peer.map(|peer| peer.parse().expect("an address")) };
        DevelopmentAuthenticator::new(listening.parse().expect("an address")).authenticate(&request).await
    }

    #[tokio::test]
    async fn a_caller_on_loopback_is_who_they_say() {
        for (listening, peer) in [
            ("127.0.0.1:80", "127.0.0.1:5"),
            ("[::1]:80", "[::1]:5"),
            ("127.0.0.1:80", "[::ffff:127.0.0.1]:5"),
        ] {
            let identity =
                try_with(listening, Some(peer), &[("x-user-id", " ada "), ("host", "localhost:80")]).await;
            assert_eq!(identity.expect("let in"), Identity::new("ada"));
        }
        for host in ["[::1]:80", "127.0.0.1", "LocalHost", "docs.localhost:80"] {
            let headers = [("x-user-id", "ada"), ("host", host)];
            assert!(try_with("127.0.0.1:80", Some("127.0.0.1:5"), &headers).await.is_ok(), "{host}");
        }
    }

    #[tokio::test]
    async fn anything_that_smells_of_another_machine_is_refused() {
        let user = ("x-user-id", "ada");
        let local = Some("127.0.0.1:5");
        for refused in [
            try_with("0.0.0.0:80", local, &[user]).await,
            try_with("127.0.0.1:80", Some("192.0.2.1:5"), &[user]).await,
            try_with("127.0.0.1:80", None, &[user]).await,
            try_with("127.0.0.1:80", local, &[user, ("forwarded", "for=192.0.2.1")]).await,
            try_with("127.0.0.1:80", local, &[user, ("x-forwarded-for", "192.0.2.1")]).await,
            try_with("127.0.0.1:80", local, &[user, ("x-forwarded-host", "a.example")]).await,
            try_with("127.0.0.1:80", local, &[user, ("x-real-ip", "192.0.2.1")]).await,
            try_with("127.0.0.1:80", local, &[user, ("via", "1.1 a.example")]).await,
            try_with("127.0.0.1:80", local, &[user, ("host", "evil.example:80")]).await,
            try_with("127.0.0.1:80", local, &[user, ("host", "127.0.0.1.evil.example")]).await,
            try_with("127.0.0.1:80", local, &[user, ("host", "localhost.evil.example")]).await,
            try_with("127.0.0.1:80", local, &[user, ("host", "notlocalhost")]).await,
            try_with("127.0.0.1:80", local, &[]).await,
            try_with("127.0.0.1:80", local, &[("x-user-id", "  ")]).await,
        ] {
            assert!(matches!(refused, Err(AuthError::Unauthenticated(_))), "{refused:?}");
        }
    }
}

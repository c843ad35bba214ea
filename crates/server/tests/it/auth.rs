//! Who is let in.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use docent_server::DevelopmentAuthenticator;
use serde_json::json;

use crate::harness::{request, site, site_with};

#[tokio::test]
async fn a_known_user_who_may_not_is_forbidden_and_a_failing_check_is_our_fault() {
    let site = site().await;
    assert_eq!(site.post("forbidden", "threads.list", json!({})).await.error(403), "forbidden");
    assert_eq!(site.post("panicking", "threads.list", json!({})).await.error(500), "internal");
    let broken = site.post("broken", "threads.list", json!({})).await;
    assert_eq!(broken.error(500), "internal");
    assert!(!broken.text.contains("secret detail"), "{}", broken.text);
}

#[tokio::test]
async fn a_name_that_cannot_be_a_key_is_never_used_as_one() {
    let site = site().await;
    assert_eq!(site.post(&"x".repeat(300), "threads.list", json!({})).await.error(500), "internal");
}

#[tokio::test]
async fn the_development_identity_needs_a_peer_on_loopback() {
    let bound: SocketAddr = "127.0.0.1:9320".parse().unwrap();
    let site = site_with(|builder| builder.authenticator(DevelopmentAuthenticator::new(bound))).await;
    let body = json!({"type": "threads.list", "params": {}});
    for (peer, status) in [("127.0.0.1:5", 200), ("192.0.2.7:5", 401)] {
        let mut request = request("ada", &body);
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        assert_eq!(site.send(request).await.status.as_u16(), status, "{peer}");
    }
    let unknown_peer = site.send(request("ada", &body)).await;
    assert_eq!(unknown_peer.error(401), "unauthenticated");
    assert_eq!(unknown_peer.headers["www-authenticate"], "Bearer");
}

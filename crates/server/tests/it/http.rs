//! The envelope of the protocol: methods, bodies, headers, origins.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use docent_server::{BuildError, ChatServer, SqliteStore};
use serde_json::json;

use crate::harness::{builder, input, request, site, site_with};

async fn refused(body: impl Into<Body>, status: u16) -> String {
    let request = Request::post("/chatkit").header("x-user-id", "ada").body(body.into()).unwrap();
    site().await.send(request).await.error(status)
}

#[tokio::test]
async fn what_is_no_request_is_told_so() {
    assert_eq!(refused("", 400).await, "invalid_json");
    assert_eq!(refused("{", 400).await, "invalid_json");
    assert_eq!(refused(vec![0xff, 0xfe], 400).await, "invalid_json");
    assert_eq!(refused("[]", 400).await, "invalid_request");
    assert_eq!(refused(r#"{"type": "threads.list"}"#, 400).await, "invalid_request");
    assert_eq!(refused(r#"{"type": 1, "params": {}}"#, 400).await, "invalid_request");
    assert_eq!(refused(r#"{"type": "threads.create", "params": {}}"#, 400).await, "invalid_request");
    assert_eq!(refused(r#"{"type": "threads.destroy", "params": {}}"#, 400).await, "unknown_operation");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(refused(deep, 400).await, "invalid_json");
}

#[tokio::test]
async fn a_request_that_is_too_large_is_refused_with_or_without_its_length() {
    let site = site_with(|builder| builder.max_body_bytes(1000)).await;
    let large = json!({"type": "threads.create", "params": {"input": input(&"x".repeat(1000))}});
    assert_eq!(site.send(request("ada", &large)).await.error(413), "too_large");
    let chunks = futures_util::stream::iter((0..100).map(|_| Ok::<_, std::io::Error>(vec![b' '; 100])));
    let chunked =
        Request::post("/chatkit").header("x-user-id", "ada").body(Body::from_stream(chunks)).unwrap();
    assert_eq!(site.send(chunked).await.error(413), "too_large");
    let small = json!({"type": "threads.create", "params": {"input": input("x")}});
    assert_eq!(site.send(request("ada", &small)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_post_is_taken_and_health_is_told() {
    let site = site().await;
    let answer = site.send(Request::get("/chatkit").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.error(405), "method_not_allowed");
    assert_eq!(answer.headers[header::ALLOW], "POST");
    let health = site.send(Request::get("/health").body(Body::empty()).unwrap()).await;
    assert_eq!(health.ok(), json!({"status": "ok"}));
}

#[tokio::test]
async fn the_path_of_the_endpoint_can_be_chosen() {
    let site = site_with(|builder| builder.path("/api/chat")).await;
    assert_eq!(site.post("ada", "threads.list", json!({})).await.status, StatusCode::NOT_FOUND);
    let mut request = request("ada", &json!({"type": "threads.list", "params": {}}));
    *request.uri_mut() = "/api/chat".parse().unwrap();
    assert_eq!(site.send(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stream_tells_caches_and_proxies_to_keep_out_of_it() {
    let site = site().await;
    let answer = site.post("ada", "threads.create", json!({"input": input("x")})).await;
    assert_eq!(answer.headers["content-type"], "text/event-stream; charset=utf-8");
    assert_eq!(answer.headers["cache-control"], "no-cache, no-transform");
    assert_eq!(answer.headers["x-accel-buffering"], "no");
    assert!(answer.headers["x-docent-run-id"].to_str().unwrap().starts_with("run_"));
    let json = site.post("ada", "threads.list", json!({})).await;
    assert_eq!(json.headers["content-type"], "application/json");
    assert_eq!(json.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn another_origin_may_call_if_it_is_named() {
    let site = site_with(|builder| builder.allow_origin("https://docs.example.com")).await;
    let call = |origin: &str| {
        let mut request = request("ada", &json!({"type": "threads.list", "params": {}}));
        request.headers_mut().insert("origin", origin.parse().unwrap());
        request
    };
    let named = site.send(call("https://docs.example.com")).await;
    assert_eq!(named.headers["access-control-allow-origin"], "https://docs.example.com");
    assert_eq!(named.headers["access-control-expose-headers"], "x-docent-run-id,retry-after");
    assert_eq!(named.headers["access-control-allow-credentials"], "true");
    let other = site.send(call("https://evil.example")).await;
    assert!(!other.headers.contains_key("access-control-allow-origin"));

    let preflight = Request::options("/chatkit")
        .header("origin", "https://docs.example.com")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type")
        .body(Body::empty())
        .unwrap();
    let preflight = site.send(preflight).await;
    assert_eq!(preflight.status, StatusCode::OK);
    assert!(preflight.headers["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
}

#[tokio::test]
async fn a_foreign_page_cannot_use_the_cookies_of_a_user() {
    let site = site().await;
    let call = |kind: Option<&str>, cookie: Option<&str>| {
        let mut request = Request::post("/chatkit").header("x-user-id", "ada");
        for (name, value) in [("content-type", kind), ("cookie", cookie)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.body(Body::from(r#"{"type": "threads.list", "params": {}}"#)).unwrap()
    };
    // These are sent from anywhere without a question.
    for kind in
        [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data")]
    {
        let refused = site.send(call(kind, Some("session=1"))).await;
        assert_eq!(refused.error(415), "unsupported_media_type", "{kind:?}");
        assert_eq!(site.send(call(kind, None)).await.status, StatusCode::OK, "{kind:?}");
    }
    let own = site.send(call(Some("Application/JSON; charset=utf-8"), Some("session=1"))).await;
    assert_eq!(own.status, StatusCode::OK);
    for (from, status) in [("same-origin", 200), ("same-site", 415), ("cross-site", 415)] {
        let mut request = call(Some("text/plain"), Some("session=1"));
        request.headers_mut().insert("sec-fetch-site", from.parse().unwrap());
        assert_eq!(site.send(request).await.status.as_u16(), status, "{from}");
    }
}

#[tokio::test]
async fn a_server_says_what_it_lacks() {
    let store = SqliteStore::in_memory().await.unwrap();
    assert_eq!(ChatServer::builder().build().err(), Some(BuildError::NoHandler));
    let without_users = ChatServer::builder().handler(crate::script::Script).store(store.clone());
    assert_eq!(without_users.build().err(), Some(BuildError::NoAuthenticator));
    let bad_path = builder(store.clone()).path("chat").build().err();
    assert_eq!(bad_path, Some(BuildError::InvalidPath("chat".into())));
    let bad_origin = builder(store).allow_origin("example.com").build().err();
    assert_eq!(bad_origin, Some(BuildError::InvalidOrigin("example.com".into())));
}

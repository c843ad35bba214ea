//! Requests that nobody means well with, sent to a real server: each is answered by what the page says, and the server lives.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::connection::create;
use crate::disconnect::serve;
use crate::harness::{input, site, site_with};

/// What is in most heads; the connection is closed after the answer, so that it can be read to its end.
const USUAL: &str = "host: localhost\r\nconnection: close\r\nx-user-id: ada\r\n";

/// Sends bytes, and gives the status and the body of what comes back.
async fn answer(address: SocketAddr, bytes: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Of a head that is too long the server does not read the rest.
    drop(stream.write_all(bytes).await);
    read(stream).await
}

/// The same of a client that says that it sends nothing more.
async fn answer_to_less(address: SocketAddr, bytes: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    read(stream).await
}

async fn read(mut stream: TcpStream) -> (u16, String) {
    let mut text = Vec::new();
    let mut part = [0; 4096];
    let reading = async {
        while let Ok(count @ 1..) = stream.read(&mut part).await {
            text.extend_from_slice(&part[..count]);
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reading).await.expect("an answer that does not end");
    let text = String::from_utf8(text).unwrap();
    let status = text.split(' ').nth(1).unwrap_or_else(|| panic!("no answer: {text:?}")).parse().unwrap();
    (status, text.split_once("\r\n\r\n").unwrap_or_default().1.to_owned())
}

fn code(body: &str) -> String {
    let json: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body:?}"));
    assert!(json["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{json}");
    json["error"]["code"].as_str().unwrap_or_else(|| panic!("{json}")).to_owned()
}

#[tokio::test]
async fn every_path_and_method_is_answered_with_json() {
    let site = site().await;
    let (address, _stop, _serving) = serve(&site).await;
    let long = "a".repeat(20_000);
    for (method, path, status, expected) in [
        ("GET", "/nope", 404, "not_found"),
        ("POST", "/chatkit/", 404, "not_found"),
        ("POST", "//chatkit", 404, "not_found"),
        ("OPTIONS", "*", 404, "not_found"),
        ("PUT", "/chatkit", 405, "method_not_allowed"),
        ("OPTIONS", "/chatkit", 405, "method_not_allowed"),
        ("TRACE", "/chatkit", 405, "method_not_allowed"),
        ("BREW", "/chatkit", 405, "method_not_allowed"),
        ("POST", "/health", 405, "method_not_allowed"),
        ("DELETE", "/chatkit/attachments/a/b", 405, "method_not_allowed"),
        ("GET", "/chatkit/attachments/a/b", 501, "unsupported_operation"),
        ("GET", "/chatkit/attachments/%FF/%FE", 404, "not_found"),
        ("GET", "/chatkit/runs/%FF%FE/events", 404, "not_found"),
        ("GET", "/chatkit/runs/a%00b/events", 404, "not_found"),
        ("POST", "/chatkit/runs/%C0%AF/cancel", 404, "not_found"),
        ("GET", &format!("/chatkit/runs/{long}/events"), 404, "not_found"),
        ("GET", "/chatkit/runs/r/events?after=-1", 400, "invalid_request"),
        ("GET", "/chatkit/runs/r/events?after=99999999999999999999", 400, "invalid_request"),
    ] {
        let head = format!("{method} {path} HTTP/1.1\r\n{USUAL}content-length: 0\r\n\r\n");
        let (was, body) = answer(address, head.as_bytes()).await;
        assert_eq!((was, code(&body).as_str()), (status, expected), "{method} {path}");
    }
    for path in ["/chatkit", "/health", "/nope"] {
        let (_, body) = answer(address, format!("HEAD {path} HTTP/1.1\r\n{USUAL}\r\n").as_bytes()).await;
        assert_eq!(body, "", "a head alone: {path}");
    }
}

#[tokio::test]
async fn every_body_and_header_that_is_not_meant_is_answered_with_json() {
    let site = site_with(|builder| builder.max_body_bytes(100_000)).await;
    let (address, _stop, _serving) = serve(&site).await;
    let list = r#"{"type": "threads.list", "params": {}}"#;
    let ids = |operation: &str, field: &str, ids: Value| {
        let (thread, params) = site_params();
        let mut params: Value = params;
        params["thread_id"] = thread;
        params[field] = ids;
        json!({"type": operation, "params": params}).to_string().into_bytes()
    };
    let many: Vec<String> = (0..10_000).map(|number| number.to_string()).collect();
    let mut attached = input("x");
    attached["attachments"] = json!(vec!["a"; 21]);
    for (headers, body, status, expected) in [
        ("", b"".to_vec(), 400, "invalid_json"),
        ("", b"\xff\xfe{}".to_vec(), 400, "invalid_json"),
        ("", "\u{feff}{}".into(), 400, "invalid_json"),
        ("", [list.as_bytes(), b"{}"].concat(), 400, "invalid_json"),
        ("", br#"{"type": "threads.list", "params": {"after": "\ud800"}}"#.to_vec(), 400, "invalid_json"),
        ("", br#"{"type": "threads.list", "params": {"limit": 1e400}}"#.to_vec(), 400, "invalid_json"),
        ("", "[".repeat(90_000).into(), 400, "invalid_json"),
        (
            "",
            format!(
                r#"{{"type": "threads.list", "params": {{}}, "x": {}1{}}}"#,
                "[".repeat(500),
                "]".repeat(500)
            )
            .into(),
            400,
            "invalid_json",
        ),
        ("", b"5".to_vec(), 400, "invalid_request"),
        ("", br#"["threads.list", {}, {}]"#.to_vec(), 400, "invalid_request"),
        ("", br#"{"type": {}, "params": {}}"#.to_vec(), 400, "invalid_request"),
        ("", br#"{"type": "threads.list\u0000", "params": {}}"#.to_vec(), 400, "unknown_operation"),
        ("", ids("threads.list", "after", json!("a\0")), 400, "unknown_cursor"),
        ("", ids("threads.list", "limit", json!(-1)), 400, "invalid_request"),
        ("", ids("threads.get_by_id", "thread_id", json!("a\0b")), 404, "not_found"),
        ("", ids("threads.get_by_id", "thread_id", json!("x".repeat(90_000))), 404, "not_found"),
        ("", ids("items.feedback", "item_ids", json!(many)), 400, "invalid_request"),
        ("", ids("items.feedback", "item_ids", json!(["\0"])), 404, "not_found"),
        ("", ids("threads.create", "input", attached), 400, "invalid_request"),
        ("", "x".repeat(100_001).into(), 413, "too_large"),
        ("content-encoding: gzip\r\n", b"\x1f\x8b\x08\x00".to_vec(), 400, "invalid_json"),
        ("cookie: a=b\r\ncontent-type: text/plain\r\n", list.into(), 415, "unsupported_media_type"),
        ("idempotency-key: \r\n", list.into(), 400, "invalid_request"),
    ] {
        let head =
            format!("POST /chatkit HTTP/1.1\r\n{USUAL}{headers}content-length: {}\r\n\r\n", body.len());
        let (was, told) = answer(address, &[head.as_bytes(), &body].concat()).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(100)]).into_owned();
        assert_eq!((was, code(&told).as_str()), (status, expected), "{headers}{shown}");
        assert!(!told.contains("struct ") && !told.contains("enum "), "in the words of the protocol: {told}");
    }
    // Bodies that are cut short, or are no chunks.
    for (framing, body) in [
        ("content-length: 50\r\n", "{}"),
        ("transfer-encoding: chunked\r\n", "5\r\n{}"),
        ("transfer-encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"),
    ] {
        let words = format!("POST /chatkit HTTP/1.1\r\n{USUAL}{framing}\r\n{body}");
        let (status, told) = answer_to_less(address, words.as_bytes()).await;
        assert_eq!((status, code(&told).as_str()), (400, "invalid_request"), "{framing}{body}");
    }
    // Leave to send a body is not given to a stranger, nor for one that is too large.
    for (headers, status, expected) in
        [("host: a\r\nconnection: close\r\n", 401, "unauthenticated"), (USUAL, 413, "too_large")]
    {
        let words = format!(
            "POST /chatkit HTTP/1.1\r\n{headers}expect: 100-continue\r\ncontent-length: 50000000\r\n\r\n"
        );
        let (was, told) = answer(address, words.as_bytes()).await;
        assert_eq!((was, code(&told).as_str()), (status, expected));
    }
}

/// A thread that is not there, and nothing else.
fn site_params() -> (Value, Value) {
    (json!("thr_no"), json!({"kind": "positive"}))
}

#[tokio::test]
async fn what_is_no_http_is_answered_by_a_status_alone() {
    let site = site().await;
    let (address, _stop, _serving) = serve(&site).await;
    let (long, many) = ("a".repeat(200_000), "x-a: b\r\n".repeat(200));
    for (words, status) in [
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\r\n\r\n".to_owned(), 400),
        ("GET /health\r\n\r\n".into(), 400),
        ("GET /health HTTP/3.7\r\n\r\n".into(), 400),
        (format!("POST /chatkit HTTP/1.1\r\n{USUAL}x-a: a\u{0}b\r\n\r\n"), 400),
        (format!("POST /chatkit HTTP/1.1\r\n{USUAL}content-length: many\r\n\r\n"), 400),
        (
            format!("POST /chatkit HTTP/1.1\r\n{USUAL}content-length: 2\r\ncontent-length: 3\r\n\r\n{{}}x"),
            400,
        ),
        (format!("POST /chatkit HTTP/1.1\r\n{USUAL}transfer-encoding: gzip\r\n\r\n"), 400),
        (format!("GET /{long} HTTP/1.1\r\n{USUAL}\r\n"), 431),
        (format!("GET /health HTTP/1.1\r\n{USUAL}x-a: {long}\r\n\r\n"), 431),
        (format!("GET /health HTTP/1.1\r\n{USUAL}{many}\r\n"), 431),
    ] {
        let (was, body) = answer(address, words.as_bytes()).await;
        assert_eq!((was, body.as_str()), (status, ""), "{:?}", &words[..words.len().min(60)]);
    }
    let health = format!("GET /health HTTP/1.1\r\n{USUAL}\r\n");
    assert_eq!(answer(address, health.as_bytes()).await, (200, r#"{"status":"ok"}"#.into()));
}

#[tokio::test]
async fn a_body_that_stops_arriving_is_not_waited_for_for_ever() {
    let site = site().await;
    let begun = futures_util::stream::iter([Ok::<_, std::io::Error>("{")]);
    let stops = futures_util::StreamExt::chain(begun, futures_util::stream::pending());
    let request =
        Request::post("/chatkit").header("x-user-id", "ada").body(Body::from_stream(stops)).unwrap();
    tokio::time::pause();
    let before = tokio::time::Instant::now();
    assert_eq!(site.send(request).await.error(408), "timeout");
    assert_eq!(before.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn a_body_that_arrives_slowly_and_does_not_stop_is_read_however_long_it_takes() {
    let site = site().await;
    let piece = " ".repeat(20 * 1024);
    let pieces = futures_util::stream::unfold(0, move |number| {
        let piece = if number < 35 { piece.clone() } else { "no request".into() };
        async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            (number <= 35).then(|| (Ok::<_, std::io::Error>(piece), number + 1))
        }
    });
    let request =
        Request::post("/chatkit").header("x-user-id", "ada").body(Body::from_stream(pieces)).unwrap();
    tokio::time::pause();
    let before = tokio::time::Instant::now();
    assert_eq!(site.send(request).await.error(400), "invalid_json");
    assert!(before.elapsed().as_secs() > 35);
}

#[tokio::test]
async fn whoever_sends_too_much_hears_why_it_is_refused() {
    let site = site_with(|builder| builder.requests_per_minute(1)).await;
    let (address, _stop, _serving) = serve(&site).await;
    let body = vec![b' '; 20_000_000];
    let stranger = "host: a\r\nconnection: close\r\n".to_owned();
    let long = format!("{USUAL}x-a: {}\r\n", "a".repeat(200_000));
    for (headers, status, expected) in [
        (stranger.as_str(), 401, "unauthenticated"),
        (USUAL, 413, "too_large"),
        (USUAL, 429, "rate_limited"),
        (&long, 431, ""),
    ] {
        let head = format!("POST /chatkit HTTP/1.1\r\n{headers}content-length: {}\r\n\r\n", body.len());
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // Sent whole before anything is read, which a reset would prevent, or whose answer it would take away.
        stream.write_all(&body).await.unwrap_or_else(|error| panic!("{status}: {error}"));
        let (was, told) = read(stream).await;
        assert_eq!(was, status);
        assert!(expected.is_empty() || code(&told) == expected, "{told}");
    }
}

#[tokio::test]
async fn clients_that_reset_their_connections_leave_whole_answers_and_a_server_that_serves() {
    let site = site_with(|builder| builder.requests_per_minute(0).runs_per_user(0)).await;
    let (address, _stop, _serving) = serve(&site).await;
    let text = "word ".repeat(400);
    for number in 0..60_u32 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(create("HTTP/1.1", "host: a\r\n", &text).as_bytes()).await.unwrap();
        if number % 3 > 0 {
            stream.read_exact(&mut vec![0; 50 + number as usize * 7]).await.unwrap();
        }
        // With bytes unread the system sends a reset, where a close would say a word.
        stream.set_zero_linger().unwrap();
        drop(stream);
    }
    site.until("every answer is whole", async || {
        let threads = site.post("ada", "threads.list", json!({"limit": 100})).await.ok();
        let threads = threads["data"].as_array().unwrap().clone();
        let mut whole = 0;
        for thread in &threads {
            let items = site.texts("ada", thread["id"].as_str().unwrap()).await;
            whole += usize::from(items.len() == 2 && items[1] == format!("echo: {text}"));
        }
        // Those that were reset before they were read were never there.
        threads.len() >= 40 && whole == threads.len()
    })
    .await;
    let health = format!("GET /health HTTP/1.1\r\n{USUAL}\r\n");
    assert_eq!(answer(address, health.as_bytes()).await.0, 200);
}

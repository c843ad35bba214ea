//! Connections, over real sockets: an answer that streams is framed as its client can read it, and what comes before and
//! after it on its connection is answered too.

use std::net::SocketAddr;
use std::time::Duration;

use docent_server::Disconnect;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::disconnect::{read_until, serve};
use crate::harness::{input, site, site_with};
use crate::script::script;

const HEALTH: &str = "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";
pub(crate) const LAST_CHUNK: &str = "\r\n0\r\n\r\n";

pub(crate) fn create(version: &str, headers: &str, text: &str) -> String {
    let body = json!({"type": "threads.create", "params": {"input": input(text)}}).to_string();
    let length = body.len();
    format!("POST /chatkit {version}\r\nx-user-id: ada\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

pub(crate) async fn connect(address: SocketAddr, words: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    stream
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut rest = String::new();
    tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut rest)).await.unwrap().unwrap();
    rest
}

/// The events of a body in chunks.
pub(crate) fn events(body: &str) -> Vec<Value> {
    let mut text = String::new();
    let mut left = body;
    while let Some((size, after)) = left.split_once("\r\n") {
        let (chunk, after) = after.split_at(usize::from_str_radix(size, 16).unwrap());
        text.push_str(chunk);
        left = after.strip_prefix("\r\n").unwrap();
    }
    assert_eq!(left, "");
    let data = text.split_terminator("\n\n").map(|event| event.strip_prefix("data: ").unwrap());
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

#[tokio::test]
async fn a_connection_goes_on_after_an_answer_that_streamed() {
    let site = site().await;
    let (address, _stop, _serving) = serve(&site).await;
    let mut stream = connect(address, HEALTH).await;
    assert!(read_until(&mut stream, "{\"status\":\"ok\"}").await.starts_with("HTTP/1.1 200 OK\r\n"));
    for text in ["one", "two"] {
        stream.write_all(create("HTTP/1.1", "host: a\r\n", text).as_bytes()).await.unwrap();
        let answer = read_until(&mut stream, LAST_CHUNK).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        for line in [
            "HTTP/1.1 200 OK",
            "content-type: text/event-stream; charset=utf-8",
            "date: ",
            "x-docent-run-id: run_",
        ] {
            assert!(head.lines().any(|has| has.starts_with(line)), "{line} in {head}");
        }
        assert!(!head.contains("connection:") && !head.contains("content-length:"), "{head}");
        let events = events(body);
        assert_eq!(events[0]["type"], "thread.created");
        assert_eq!(events.last().unwrap()["item"]["content"][0]["text"], format!("echo: {text}"));
    }
    stream.write_all(HEALTH.as_bytes()).await.unwrap();
    read_until(&mut stream, "{\"status\":\"ok\"}").await;
}

#[tokio::test]
async fn requests_that_are_sent_at_once_are_answered_in_their_order() {
    let site = site().await;
    let (address, _stop, _serving) = serve(&site).await;
    // More than is taken in while an answer streams.
    let padding = format!("host: a\r\nx-padding: {}\r\n", "x".repeat(3000));
    let words = [
        HEALTH,
        &create("HTTP/1.1", &padding, "one"),
        &create("HTTP/1.1", &padding, "two"),
        "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    ];
    let mut stream = connect(address, &words.concat()).await;
    let text = rest(&mut stream).await;
    let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("{word} in {text}"));
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 4, "{text}");
    assert!(at("\"ok\"") < at("echo: one") && at("echo: one") < at("echo: two"), "{text}");
    assert!(at("echo: two") < text.rfind("\"ok\"").unwrap(), "{text}");
}

#[tokio::test]
async fn a_request_that_comes_while_an_answer_streams_is_answered_after_it() {
    let site = site().await;
    let (address, _stop, _serving) = serve(&site).await;
    let steps =
        script(json!([{"write": {"pieces": ["half"]}}, {"sleep_ms": 100}, {"write": {"pieces": ["whole"]}}]));
    let mut stream = connect(address, &create("HTTP/1.1", "host: a\r\n", &steps)).await;
    read_until(&mut stream, "\"delta\":\"half\"").await;
    stream.write_all(HEALTH.as_bytes()).await.unwrap();
    let text = read_until(&mut stream, "{\"status\":\"ok\"}").await;
    assert!(text.find("\"whole\"").unwrap() < text.find("HTTP/1.1 200").unwrap(), "{text}");
}

#[tokio::test]
async fn a_client_that_knows_no_chunks_or_closes_gets_a_stream_that_ends_with_the_connection() {
    let site = site().await;
    let (address, _stop, _serving) = serve(&site).await;
    let old = rest(&mut connect(address, &create("HTTP/1.0", "", "one")).await).await;
    let (head, body) = old.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.0 200 OK") && !head.contains("transfer-encoding"), "{head}");
    assert!(body.starts_with("data: {") && body.ends_with("}\n\n"), "{body}");
    let words = create("HTTP/1.1", "host: a\r\nconnection: keep-alive, Close\r\n", "one");
    let closing = rest(&mut connect(address, &words).await).await;
    let (head, body) = closing.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("\r\nconnection: close") && body.ends_with(LAST_CHUNK), "{closing}");
}

#[tokio::test]
async fn a_body_in_chunks_or_by_leave_is_read_and_its_answer_streamed() {
    let site = site().await;
    let (address, _stop, _serving) = serve(&site).await;
    let whole = create("HTTP/1.1", "host: a\r\n", "one");
    let body = whole.split_once("\r\n\r\n").unwrap().1;
    let (first, second) = body.split_at(20);
    let head = "POST /chatkit HTTP/1.1\r\nhost: a\r\nx-user-id: ada\r\n";
    let chunks = format!("14\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n", second.len());
    let mut stream = connect(address, &format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}")).await;
    read_until(&mut stream, LAST_CHUNK).await;
    let asking = format!("{head}expect: 100-continue\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(asking.as_bytes()).await.unwrap();
    read_until(&mut stream, "HTTP/1.1 100 Continue\r\n\r\n").await;
    stream.write_all(body.as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, LAST_CHUNK).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn only_the_head_is_sent_to_who_asks_for_the_head() {
    let site = site().await;
    let (address, _stop, _serving) = serve(&site).await;
    let steps = script(json!([{"sleep_ms": 60_000}]));
    let mut asking = connect(address, &create("HTTP/1.1", "host: a\r\n", &steps)).await;
    let head = read_until(&mut asking, "stream_options").await;
    let run = head.split_once("x-docent-run-id: ").unwrap().1.split_once("\r\n").unwrap().0;
    let words =
        format!("HEAD /chatkit/runs/{run}/events HTTP/1.1\r\nhost: a\r\nx-user-id: ada\r\n\r\n{HEALTH}");
    let mut stream = connect(address, &words).await;
    let text = read_until(&mut stream, "{\"status\":\"ok\"}").await;
    assert!(text.split_once("\r\n\r\n").unwrap().1.starts_with("HTTP/1.1 200 OK"), "{text}");
}

#[tokio::test]
async fn a_client_that_hangs_up_while_nothing_is_said_is_noticed() {
    let site =
        site_with(|builder| builder.on_disconnect(Disconnect::CancelAfter(Duration::from_millis(1)))).await;
    let (address, _stop, _serving) = serve(&site).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = script(json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]));
    let body = json!({"type": "threads.add_user_message", "params": {"thread_id": thread_id, "input": input(&steps)}}).to_string();
    let words = format!(
        "POST /chatkit HTTP/1.1\r\nhost: a\r\nx-user-id: ada\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = connect(address, &words).await;
    read_until(&mut stream, "\"delta\":\"half\"").await;
    drop(stream);
    tokio::time::timeout(Duration::from_secs(5), site.until_idle("ada", &thread_id)).await.expect("it ends");
}

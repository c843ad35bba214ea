//! Clients that go away, over real sockets.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::harness::{Site, input, site, site_with};
use crate::script::script;

pub(crate) async fn serve(
    site: &Site,
) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = site.server.clone();
    let serving = tokio::spawn(async move { server.serve(listener, async { drop(stopped.await) }).await });
    (address, stop, serving)
}

async fn post(address: SocketAddr, kind: &str, params: Value) -> TcpStream {
    let body = json!({"type": kind, "params": params}).to_string();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /chatkit HTTP/1.1\r\nhost: localhost\r\nx-user-id: ada\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    stream
}

/// Reads until this has arrived.
pub(crate) async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains(wanted) {
        let read = tokio::time::timeout(Duration::from_secs(40), stream.read(&mut buffer)).await;
        let count = read.unwrap_or_else(|_| panic!("{wanted:?} does not come: {text}")).unwrap();
        assert!(count > 0, "the connection ended before {wanted:?}: {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    text
}

#[tokio::test]
async fn a_turn_goes_on_and_is_stored_when_its_client_leaves_at_any_point() {
    let site = site().await;
    let (address, _stop, _serving) = serve(&site).await;
    let steps = script(json!([
        {"write": {"pieces": ["first"]}}, {"sleep_ms": 100}, {"write": {"pieces": ["sec", "ond"]}}, {"title": "Done"},
    ]));
    for seen in
        ["", "HTTP/1.1 200", "stream_options", "thread.item.added", "text_delta", r#""delta":"first""#]
    {
        let (thread_id, _) = site.create("ada", "a").await;
        let params = json!({"thread_id": thread_id, "input": input(&steps)});
        let mut stream = post(address, "threads.add_user_message", params).await;
        read_until(&mut stream, seen).await;
        drop(stream);
        let mut texts = Vec::new();
        for _ in 0..300 {
            texts = site.texts("ada", &thread_id).await;
            if texts.len() == 5 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(texts[3..], ["first", "second"], "left after {seen:?}");
        site.until_idle("ada", &thread_id).await;
        let thread = site.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await.ok();
        assert_eq!(thread["title"], "Done");
    }
}

#[tokio::test]
async fn a_stop_signal_ends_open_streams_and_the_process_in_time() {
    let site = site_with(|builder| builder.shutdown_deadline(Duration::from_millis(100))).await;
    let (address, stop, serving) = serve(&site).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = script(json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]));
    let params = json!({"thread_id": thread_id, "input": input(&steps)});
    let mut reading = post(address, "threads.add_user_message", params).await;
    read_until(&mut reading, r#""delta":"half""#).await;
    // This one is connected and never says a word.
    let _idle = TcpStream::connect(address).await.unwrap();
    stop.send(()).unwrap();
    let rest = read_until(&mut reading, "stopping").await;
    assert!(rest.contains("\"type\":\"error\""), "{rest}");
    tokio::time::timeout(Duration::from_secs(5), serving).await.expect("it stops").unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    assert_eq!(site.texts("ada", &thread_id).await.last().unwrap(), "half");
}

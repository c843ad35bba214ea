//! How a turn shares the processor and the memory with others.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use docent_protocol::{NoticeLevel, UserMessageItem};
use docent_server::{ChatHandler, ChatServer, ChatServerBuilder, SqliteStore, Turn, TurnError};
use futures_util::future::BoxFuture;
use tokio::io::AsyncReadExt;

use crate::connection::{LAST_CHUNK, connect, create, events};
use crate::disconnect::serve;
use crate::harness::{site_of, trusting};

type Answer = Box<dyn for<'a> Fn(&'a Turn) -> BoxFuture<'a, Result<(), TurnError>> + Send + Sync>;

/// Answers by what a test says.
struct Answering(Answer);

#[async_trait]
impl ChatHandler for Answering {
    async fn respond(&self, turn: &mut Turn, _: Option<&UserMessageItem>) -> Result<(), TurnError> {
        (self.0)(turn).await
    }
}

async fn server(answer: Answer) -> ChatServerBuilder {
    let store = SqliteStore::in_memory().await.unwrap();
    ChatServer::builder().handler(Answering(answer)).store(store).authenticator(trusting)
}

/// The last event of a turn that is answered so.
async fn last_event(answer: Answer) -> String {
    site_of(server(answer).await).create("ada", "a").await.1.pop().unwrap().to_string()
}

#[tokio::test]
async fn a_turn_that_never_waits_lets_others_work_after_some_events() {
    let ticks = Arc::new(AtomicUsize::new(0));
    let ticking = Arc::clone(&ticks);
    // On one thread it runs only when the turn lets it.
    let other = tokio::spawn(async move {
        loop {
            ticking.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    let answer: Answer = Box::new(move |turn| {
        let ticks = Arc::clone(&ticks);
        Box::pin(async move {
            let mut message = turn.assistant_message().await?;
            let before = ticks.load(Ordering::Relaxed);
            for _ in 0..320 {
                message.delta("x").await?;
            }
            let of_deltas = ticks.load(Ordering::Relaxed) - before;
            message.finish().await?;
            let before = ticks.load(Ordering::Relaxed);
            for _ in 0..320 {
                turn.progress("x", None).await?;
            }
            let of_events = ticks.load(Ordering::Relaxed) - before;
            turn.notice(NoticeLevel::Info, format!("{}", of_deltas.min(of_events))).await
        })
    });
    let last: serde_json::Value = serde_json::from_str(&last_event(answer).await).unwrap();
    other.abort();
    let pauses: usize = last["message"].as_str().unwrap().parse().unwrap();
    assert!(pauses >= 2, "{last}");
}

#[tokio::test]
async fn what_a_handler_awaits_takes_little_memory_of_its_future() {
    let answer: Answer = Box::new(|turn| {
        Box::pin(async move {
            let mut message = turn.assistant_message().await?;
            let sizes = [
                size_of_val(&turn.assistant_message()),
                size_of_val(&turn.history(20)),
                size_of_val(&turn.progress("a", None)),
                size_of_val(&turn.notice(NoticeLevel::Info, "a")),
                size_of_val(&message.delta("a")),
            ];
            turn.notice(NoticeLevel::Info, format!("{sizes:?}")).await
        })
    });
    let last: serde_json::Value = serde_json::from_str(&last_event(answer).await).unwrap();
    let sizes: Vec<usize> = serde_json::from_str(last["message"].as_str().unwrap()).unwrap();
    assert!(sizes.iter().all(|size| *size <= 256), "{sizes:?}");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_left_behind_and_finds_all_that_was_sent_in_order() {
    const PIECES: usize = 150;
    let has_ended = Arc::new(AtomicBool::new(false));
    let ending = Arc::clone(&has_ended);
    let answer: Answer = Box::new(move |turn| {
        let ending = Arc::clone(&ending);
        Box::pin(async move {
            for number in 0..PIECES {
                turn.progress(format!("{number} {}", "x".repeat(100 * 1024)), None).await?;
            }
            ending.store(true, Ordering::Relaxed);
            Ok(())
        })
    });
    let server = server(answer).await;
    let site = site_of(server.client_buffer_bytes(64 * 1024).client_patience(Duration::from_millis(50)));
    let (address, _stop, _serving) = serve(&site).await;
    let mut stream = connect(address, &create("HTTP/1.1", "host: a\r\n", "a")).await;
    // What the systems on both sides hold is more than the buffer, and much less than the answer.
    site.until("the turn goes on without its client", async || has_ended.load(Ordering::Relaxed)).await;
    let mut bytes = Vec::new();
    while !bytes.ends_with(LAST_CHUNK.as_bytes()) {
        assert!(stream.read_buf(&mut bytes).await.unwrap() > 0, "the connection ended");
    }
    let text = String::from_utf8(bytes).unwrap();
    let events = events(text.split_once("\r\n\r\n").unwrap().1);
    let numbers: Vec<&str> =
        events.iter().filter_map(|event| event["text"].as_str()?.split(' ').next()).collect();
    let expected: Vec<String> = (0..numbers.len()).map(|number| number.to_string()).collect();
    assert!(numbers == expected && numbers.len() < PIECES, "{numbers:?}");
    assert!(events.last().unwrap()["message"].as_str().unwrap().contains("too slow"));
}

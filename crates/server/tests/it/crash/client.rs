//! Clients that write down what they were promised, and look for it afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Random;
use crate::harness::input;
use crate::script::script;

/// What a user was promised: texts of messages whose stream began, and ids of items seen done.
#[derive(Clone)]
pub(super) struct Promised {
    user: String,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    threads: Vec<String>,
    /// By thread; under the empty name what was sent to a thread whose id was not seen.
    kept: BTreeMap<String, Vec<String>>,
    /// The threads that were written to since they were looked at.
    touched: BTreeSet<String>,
}

impl Promised {
    pub(super) fn of(user: String) -> Self {
        Self { user, inner: Arc::default() }
    }

    /// How much was promised.
    pub(super) fn len(&self) -> usize {
        self.lock().kept.values().map(Vec::len).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }
}

/// Sends a request; a body of HTTP/1.0 is not cut into chunks.
async fn send(address: SocketAddr, user: &str, body: &Value) -> Option<TcpStream> {
    let body = body.to_string();
    let head =
        format!("POST /chatkit HTTP/1.0\r\nx-user-id: {user}\r\ncontent-length: {}\r\n\r\n", body.len());
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
    Some(stream)
}

/// The body of what came, if its head is whole; the head has to be that of a success.
fn body_of<'a>(text: &'a str, user: &str, request: &Value) -> Option<&'a str> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    assert!(head.starts_with("HTTP/1.0 200"), "{user} {request}: {text}");
    Some(body)
}

/// Asks something that is answered at once.
async fn ask(address: SocketAddr, user: &str, request: &Value) -> Option<Value> {
    let mut stream = send(address, user, request).await?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await.ok()?;
    let text = String::from_utf8(text).ok()?;
    serde_json::from_str(body_of(&text, user, request)?).ok()
}

/// A first request: once it is answered, what the last process left behind has been put in order.
pub(super) async fn greet(address: SocketAddr) {
    ask(address, "nobody", &json!({"type": "threads.list", "params": {}})).await.expect("an answer");
}

/// Begins a turn, and hands over that its stream began, then each event, until the connection ends. `None`: it was cut.
async fn follow(
    address: SocketAddr,
    user: &str,
    request: &Value,
    mut see: impl FnMut(Option<&Value>),
) -> Option<()> {
    let mut stream = send(address, user, request).await?;
    let mut text = Vec::new();
    let mut read = None;
    loop {
        // Whatever ends a connection here, it is not told whether the server or its death did.
        let is_over = stream.read_buf(&mut text).await.map_or(true, |count| count == 0);
        let shown = String::from_utf8_lossy(&text);
        if let Some(body) = body_of(&shown, user, request) {
            let from = *read.get_or_insert_with(|| {
                see(None);
                0
            });
            let whole = body[from..].rfind("\n\n").map_or(from, |end| from + end + 2);
            for event in body[from..whole].split("\n\n").filter_map(|frame| frame.strip_prefix("data: ")) {
                see(Some(&serde_json::from_str(event).unwrap()));
            }
            read = Some(whole);
        }
        if is_over {
            return read.map(drop);
        }
    }
}

/// A turn that has something unfinished at every moment, and names its token.
fn steps(token: &str) -> String {
    let workflow = |event: &str, status: &str| {
        json!({"event": {"type": event, "item": {"type": "workflow", "id": "wf_$run",
            "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z", "workflow": {"type": "custom",
            "tasks": [{"type": "custom", "title": "Reading", "status_indicator": status}]}}}})
    };
    let pieces: Vec<String> = (0..40).map(|number| format!("{token} {number} ")).collect();
    script(json!([
        workflow("thread.item.added", "loading"), {"sleep_ms": 10}, {"write": {"pieces": pieces}}, {"sleep_ms": 15},
        {"write": {"pieces": [token]}}, {"sleep_ms": 10}, workflow("thread.item.done", "complete"),
    ]))
}

/// Begins turns, one after the other, until the server is gone.
pub(super) async fn load(address: SocketAddr, promised: Promised, mut random: Random) {
    let user = &promised.user;
    for number in 0.. {
        let token = format!("{user}-{:x}-{number}", random.next());
        let mut thread = {
            let mut inner = promised.lock();
            let chosen = random.below(inner.threads.len() + 1);
            let thread = inner.threads.get(chosen).cloned().unwrap_or_default();
            inner.touched.insert(thread.clone());
            thread
        };
        let body = if thread.is_empty() {
            json!({"type": "threads.create", "params": {"input": input(&steps(&token))}})
        } else if random.below(4) == 0 {
            retry(address, &promised, &thread).await
        } else {
            json!({"type": "threads.add_user_message", "params": {"thread_id": thread, "input": input(&steps(&token))}})
        };
        if body.is_null() {
            return;
        }
        let is_retry = body["type"] == "threads.retry_after_item";
        let ended = follow(address, user, &body, |event| {
            let mut inner = promised.lock();
            match event {
                None if !is_retry => inner.kept.entry(thread.clone()).or_default().push(token.clone()),
                Some(event) if event["type"] == "thread.created" => {
                    thread = event["thread"]["id"].as_str().unwrap().to_owned();
                    inner.threads.push(thread.clone());
                    inner.touched.remove("");
                    inner.touched.insert(thread.clone());
                    // Now it is known where the message stands.
                    inner.kept.entry(String::new()).or_default().pop();
                    inner.kept.insert(thread.clone(), vec![token.clone()]);
                }
                // Until its run has ended, an answer of a retry may still give way to the one it was to replace.
                Some(event) if event["type"] == "thread.item.done" && !is_retry => {
                    let id = event["item"]["id"].as_str().unwrap().to_owned();
                    inner.kept.entry(thread.clone()).or_default().push(id);
                }
                _ => {}
            }
        });
        if ended.await.is_none() {
            return;
        }
    }
}

/// A retry of the newest message of a thread. What answered it so far is promised no more.
async fn retry(address: SocketAddr, promised: &Promised, thread: &str) -> Value {
    let Some(items) = items(address, &promised.user, thread).await else { return Value::Null };
    let Some(last) = items.iter().rposition(|item| item["type"] == "user_message") else {
        return Value::Null;
    };
    let mut inner = promised.lock();
    let kept = inner.kept.entry(thread.to_owned()).or_default();
    kept.retain(|kept| items[last + 1..].iter().all(|item| item["id"] != kept.as_str()));
    json!({"type": "threads.retry_after_item", "params": {"thread_id": thread, "item_id": items[last]["id"]}})
}

async fn items(address: SocketAddr, user: &str, thread: &str) -> Option<Vec<Value>> {
    let mut items = Vec::new();
    let mut after = Value::Null;
    loop {
        let params = json!({"thread_id": thread, "order": "asc", "limit": 100, "after": after});
        let page = ask(address, user, &json!({"type": "items.list", "params": params})).await?;
        items.extend(page["data"].as_array().unwrap().iter().cloned());
        if page["has_more"] != true {
            return Some(items);
        }
        after = page["after"].clone();
    }
}

/// Everything promised is there, and nothing waits for what will not come: in the threads that were written to since
/// the last time, or in all.
pub(super) async fn check(address: SocketAddr, promised: &Promised, is_whole: bool) {
    let user = &promised.user;
    let list = json!({"type": "threads.list", "params": {"limit": 100}});
    let list = ask(address, user, &list).await.unwrap();
    assert_eq!(list["has_more"], false, "the test looks at all threads");
    let touched = std::mem::take(&mut promised.lock().touched);
    // What was sent without its thread's id being seen may stand in any.
    let is_whole = is_whole || touched.contains("");
    let mut by_thread = BTreeMap::new();
    for thread in list["data"].as_array().unwrap() {
        let id = thread["id"].as_str().unwrap();
        if is_whole || touched.contains(id) {
            let items = json!(items(address, user, id).await.unwrap()).to_string();
            assert!(!items.contains(r#""status_indicator":"loading""#), "{id}: {items}");
            by_thread.insert(id.to_owned(), items);
        }
    }
    for (thread, kept) in &promised.lock().kept {
        let items = match (thread.is_empty(), is_whole || touched.contains(thread)) {
            (true, true) => by_thread.values().cloned().collect::<Vec<_>>().concat(),
            (false, true) => by_thread.get(thread).unwrap_or_else(|| panic!("{user} lost {thread}")).clone(),
            (_, false) => continue,
        };
        for kept in kept {
            assert!(items.contains(kept.as_str()), "{user} was promised {kept} in {thread:?}: {items}");
        }
    }
}

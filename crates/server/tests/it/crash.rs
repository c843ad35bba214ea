//! A server process that is killed at random moments, under load, and started again.
//!
//! `DOCENT_CRASH_SEED` repeats a run of the test, `DOCENT_CRASH_KILLS` says how often (100 unless said otherwise), within
//! `DOCENT_CRASH_SECONDS` (60).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use docent_server::SqliteStore;
use docent_server::store::RunStore;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::harness::{builder, input};
use crate::script::script;

const DATABASE: &str = "DOCENT_CRASH_DATABASE";
const USERS: usize = 4;

/// Not a test: the process that is killed.
#[tokio::test]
#[ignore = "started by the test below"]
async fn a_server_to_be_killed() {
    let store = SqliteStore::connect(&std::env::var(DATABASE).unwrap()).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("\nlistening on {}", listener.local_addr().unwrap());
    builder(store).build().unwrap().serve(listener, std::future::pending()).await.unwrap();
}

async fn started(url: &str) -> (Child, SocketAddr) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["crash::a_server_to_be_killed", "--exact", "--ignored", "--nocapture"])
        .env(DATABASE, url)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    loop {
        let line = lines.next_line().await.unwrap().expect("the server starts");
        if let Some(address) = line.strip_prefix("listening on ") {
            return (child, address.parse().unwrap());
        }
    }
}

/// What clients were promised, by user: texts of messages whose stream began, and ids of items seen done.
#[derive(Default)]
struct Promised {
    threads: Vec<String>,
    /// By thread; under the empty name what was sent to a thread whose id was not seen.
    kept: BTreeMap<String, Vec<String>>,
}

/// Posts, and hands over the status and each event until the connection ends, however it ends.
async fn post(
    address: SocketAddr,
    user: &str,
    body: &Value,
    mut see: impl FnMut(Option<&Value>),
) -> Option<String> {
    let body = body.to_string();
    // A body of HTTP/1.0 is not cut into chunks.
    let head =
        format!("POST /chatkit HTTP/1.0\r\nx-user-id: {user}\r\ncontent-length: {}\r\n\r\n", body.len());
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
    let mut text = Vec::new();
    let mut seen = None;
    loop {
        let is_over = stream.read_buf(&mut text).await.map_or(true, |count| count == 0);
        let shown = String::from_utf8_lossy(&text);
        if let Some((head, rest)) = shown.split_once("\r\n\r\n") {
            assert!(head.starts_with("HTTP/1.0 200"), "{user} {body}: {shown}");
            let seen = seen.get_or_insert_with(|| {
                see(None);
                0
            });
            let whole = rest.matches("\n\n").count();
            for frame in rest.split("\n\n").take(whole).skip(*seen) {
                if let Some(event) = frame.strip_prefix("data: ") {
                    see(Some(&serde_json::from_str(event).unwrap()));
                }
            }
            *seen = whole;
            if is_over {
                return Some(rest.to_owned());
            }
        }
        if is_over {
            return None;
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

async fn load(address: SocketAddr, user: String, promised: Arc<Mutex<Promised>>, mut random: Random) {
    for number in 0.. {
        let token = format!("{user}-{:x}-{number}", random.next());
        let mut thread = {
            let threads = &promised.lock().unwrap().threads;
            let chosen = random.below(threads.len() + 1);
            threads.get(chosen).cloned().unwrap_or_default()
        };
        let body = if thread.is_empty() {
            json!({"type": "threads.create", "params": {"input": input(&steps(&token))}})
        } else if random.below(4) == 0 {
            retry(address, &user, &thread, &promised).await
        } else {
            json!({"type": "threads.add_user_message", "params": {"thread_id": thread, "input": input(&steps(&token))}})
        };
        if body.is_null() {
            return;
        }
        let is_retry = body["type"] == "threads.retry_after_item";
        let ended = post(address, &user, &body, |event| {
            let mut promised = promised.lock().unwrap();
            match event {
                None if !is_retry => promised.kept.entry(thread.clone()).or_default().push(token.clone()),
                Some(event) if event["type"] == "thread.created" => {
                    thread = event["thread"]["id"].as_str().unwrap().to_owned();
                    promised.threads.push(thread.clone());
                }
                // Until its run has ended, an answer of a retry may still give way to the one it was to replace.
                Some(event) if event["type"] == "thread.item.done" && !is_retry => {
                    let id = event["item"]["id"].as_str().unwrap().to_owned();
                    promised.kept.entry(thread.clone()).or_default().push(id);
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
async fn retry(address: SocketAddr, user: &str, thread: &str, promised: &Mutex<Promised>) -> Value {
    let Some(items) = items(address, user, thread).await else { return Value::Null };
    let Some(last) = items.iter().rposition(|item| item["type"] == "user_message") else {
        return Value::Null;
    };
    let mut promised = promised.lock().unwrap();
    let kept = promised.kept.entry(thread.to_owned()).or_default();
    kept.retain(|kept| items[last + 1..].iter().all(|item| item["id"] != kept.as_str()));
    json!({"type": "threads.retry_after_item", "params": {"thread_id": thread, "item_id": items[last]["id"]}})
}

async fn items(address: SocketAddr, user: &str, thread: &str) -> Option<Vec<Value>> {
    let mut items = Vec::new();
    let mut after = Value::Null;
    loop {
        let params = json!({"thread_id": thread, "order": "asc", "limit": 100, "after": after});
        let page = post(address, user, &json!({"type": "items.list", "params": params}), |_| {}).await?;
        let page: Value = serde_json::from_str(&page).ok()?;
        items.extend(page["data"].as_array().unwrap().iter().cloned());
        if page["has_more"] != true {
            return Some(items);
        }
        after = page["after"].clone();
    }
}

/// Everything promised is there, and nothing waits for what will not come.
async fn check(address: SocketAddr, user: &str, promised: &Mutex<Promised>) {
    let list = json!({"type": "threads.list", "params": {"limit": 100}});
    let list: Value = serde_json::from_str(&post(address, user, &list, |_| {}).await.unwrap()).unwrap();
    assert_eq!(list["has_more"], false, "the test looks at all threads");
    let mut all = String::new();
    let mut by_thread = BTreeMap::new();
    for thread in list["data"].as_array().unwrap() {
        let id = thread["id"].as_str().unwrap();
        let items = json!(items(address, user, id).await.unwrap()).to_string();
        assert!(!items.contains(r#""status_indicator":"loading""#), "{id}: {items}");
        all.push_str(&items);
        by_thread.insert(id.to_owned(), items);
    }
    for (thread, kept) in &promised.lock().unwrap().kept {
        let items = if thread.is_empty() { &all } else { &by_thread[thread] };
        for kept in kept {
            assert!(items.contains(kept.as_str()), "{user} was promised {kept} in {thread:?}: {items}");
        }
    }
}

/// A generator of one's own, so that a seed means the same for ever.
#[derive(Clone)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end as u64)).unwrap()
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_however_often_the_process_is_killed() {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed = number("DOCENT_CRASH_SEED", u64::try_from(clock.as_millis()).unwrap());
    let kills = number("DOCENT_CRASH_KILLS", 100);
    let most = Duration::from_secs(number("DOCENT_CRASH_SECONDS", 60));
    println!("DOCENT_CRASH_SEED={seed}");
    let mut random = Random(seed | 1);
    let folder = tempfile::tempdir().unwrap();
    let url = database(folder.path());
    let promised: Vec<Arc<Mutex<Promised>>> = (0..USERS).map(|_| Arc::default()).collect();
    let begun = Instant::now();
    let mut killed = 0;
    while killed < kills && begun.elapsed() < most {
        let (mut server, address) = started(&url).await;
        checked(&url, address, &promised).await;
        let mut clients = tokio::task::JoinSet::new();
        for (user, promised) in promised.iter().enumerate() {
            // A few threads and no more, so that checking them stays cheap.
            promised.lock().unwrap().threads.sort();
            let random = Random(random.next() | 1);
            clients.spawn(load(address, format!("user{user}"), Arc::clone(promised), random));
        }
        tokio::time::sleep(Duration::from_millis(random.next() % 250)).await;
        server.kill().await.unwrap();
        // A client that was refused, or answered nonsense, has panicked; one that was cut off has not.
        clients.join_all().await;
        killed += 1;
    }
    let (mut server, address) = started(&url).await;
    checked(&url, address, &promised).await;
    server.kill().await.unwrap();
    let kept: usize = promised
        .iter()
        .map(|promised| promised.lock().unwrap().kept.values().map(Vec::len).sum::<usize>())
        .sum();
    println!("killed {killed} times in {:?}, {kept} promises kept", begun.elapsed());
    assert!(killed >= kills.min(5) && kept > 0, "killed {killed} times, {kept} promises");
}

async fn checked(url: &str, address: SocketAddr, promised: &[Arc<Mutex<Promised>>]) {
    for (user, promised) in promised.iter().enumerate() {
        check(address, &format!("user{user}"), promised).await;
    }
    let store = SqliteStore::connect(url).await.unwrap();
    assert_eq!(store.load_running_runs().await.unwrap(), [], "no run is under way that nobody runs");
}

fn database(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("docent.db").display())
}

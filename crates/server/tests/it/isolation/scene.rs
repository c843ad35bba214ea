//! A user with one of everything, and every request that names something of theirs.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use docent_server::store::{AttachmentStore, Store};
use docent_server::{Attachments, SqliteStore};
use serde_json::{Value, json};

use super::dump::Dump;
use crate::harness::{Site, builder, input, read_until, run_id, site_of};
use crate::script::script;

/// What a name is that nobody has.
pub(super) const UNKNOWN: Names<'static> = Names {
    thread: "thr_0123456789abcdef0123456789abcdef",
    question: "msg_0123456789abcdef0123456789abcdef",
    answer: "msg_1123456789abcdef0123456789abcdef",
    widget: "msg_2123456789abcdef0123456789abcdef",
    questions: "msg_3123456789abcdef0123456789abcdef",
    attachment: "atc_0123456789abcdef0123456789abcdef",
    run: "run_0123456789abcdef0123456789abcdef",
};

/// The names that a request may name.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) thread: &'a str,
    pub(super) question: &'a str,
    pub(super) answer: &'a str,
    pub(super) widget: &'a str,
    pub(super) questions: &'a str,
    pub(super) attachment: &'a str,
    pub(super) run: &'a str,
}

/// A server on which Ada has one of everything.
pub(super) struct Scene {
    pub(super) site: Site,
    pub(super) dump: Dump,
    thread: String,
    items: Vec<Value>,
    /// Of Ada's, uploaded and not sent yet, with the address of its bytes.
    attachment: String,
    pub(super) bytes_path: String,
    /// Under way, in another thread.
    pub(super) running: String,
    pub(super) ended: String,
    _folder: Option<tempfile::TempDir>,
}

impl Scene {
    pub(super) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("docent.db").display());
        let store = SqliteStore::connect(&url).await.unwrap();
        Self::of(store, Dump::Sqlite { url }, Some(folder)).await
    }

    #[cfg(feature = "postgres")]
    pub(super) async fn postgres(database: &crate::postgres::database::Database) -> Self {
        let dump = Dump::Postgres { url: database.url.clone(), schema: database.schema.clone() };
        Self::of(database.connect().await, dump, None).await
    }

    async fn of(
        store: impl Store + AttachmentStore + Clone,
        dump: Dump,
        folder: Option<tempfile::TempDir>,
    ) -> Self {
        let attachments = Attachments::new(store.clone(), "https://chat.example");
        let site = site_of(builder(store).attachments(attachments));
        let item = |mut rest: Value| {
            rest["id"] = format!("msg_{}", rest["type"].as_str().unwrap()).into();
            rest["thread_id"] = "$thread".into();
            rest["created_at"] = "2026-01-01T00:00:00Z".into();
            json!({"event": {"type": "thread.item.done", "item": rest}})
        };
        let steps = script(json!([
            {"title": "secret title"},
            {"write": {"pieces": ["secret answer"]}},
            item(json!({"type": "widget", "widget": {"type": "Card", "children": []}})),
            item(json!({"type": "structured_input",
                "inputs": [{"type": "freeform", "id": "q", "question": "secret question?"}]})),
            item(json!({"type": "client_tool_call", "call_id": "c", "name": "secret_tool"})),
        ]));
        let made = site.begin("ada", "threads.create", json!({"input": input(&steps)})).await;
        let ended = run_id(&made);
        let events = crate::harness::events(&crate::harness::text_of(made).await);
        let thread = events[0]["thread"]["id"].as_str().unwrap().to_owned();
        let items = site.items("ada", &thread).await;

        let announced = json!({"name": "secret.txt", "size": 6, "mime_type": "text/plain"});
        let announced = site.post("ada", "attachments.create", announced).await.ok();
        let bytes_path = announced["upload_descriptor"]["url"].as_str().unwrap();
        let bytes_path = bytes_path.strip_prefix("https://chat.example").unwrap().to_owned();
        let upload = Request::put(&bytes_path).header("content-type", "text/plain");
        site.send(upload.body(Body::from("secret")).unwrap()).await.ok();

        let hangs = script(
            json!([{"write": {"pieces": ["secret half"], "unfinished": true}}, {"sleep_ms": 600_000}]),
        );
        let running = site.begin("ada", "threads.create", json!({"input": input(&hangs)})).await;
        let run = run_id(&running);
        drop(read_until(running, r#""delta":"secret half""#).await);
        let attachment = announced["id"].as_str().unwrap().to_owned();
        let scene =
            Self { site, dump, thread, items, attachment, bytes_path, running: run, ended, _folder: folder };
        scene.until_quiet().await;
        scene
    }

    /// Waits until what hangs is written down, so that from now on nothing changes by itself.
    async fn until_quiet(&self) {
        let is_quiet = async || {
            let before = self.dump.read(None).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            before.contains("secret half") && before == self.dump.read(None).await
        };
        self.site.until("nothing changes any more", is_quiet).await;
    }

    /// Ada's.
    pub(super) fn names(&self) -> Names<'_> {
        let of = |kind: &str| {
            let item = self.items.iter().find(|item| item["type"] == kind);
            item.unwrap_or_else(|| panic!("no {kind}"))["id"].as_str().unwrap()
        };
        Names {
            thread: &self.thread,
            question: of("user_message"),
            answer: of("assistant_message"),
            widget: of("widget"),
            questions: of("structured_input"),
            attachment: &self.attachment,
            run: &self.running,
        }
    }

    /// What must stand in no answer to anybody else.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let token = self.bytes_path.rsplit('/').next().unwrap();
        vec!["secret", &self.thread, &self.attachment, &self.running, &self.ended, token]
    }
}

/// The parameters of an operation that names these.
pub(super) fn params(operation: &str, names: Names<'_>) -> Value {
    let Names { thread, question, answer, widget, questions, attachment, run: _ } = names;
    let action = json!({"type": "a", "payload": {}});
    match operation {
        "threads.create" => json!({"input": input("x")}),
        "threads.add_user_message" => json!({"thread_id": thread, "input": input("x")}),
        "threads.add_client_tool_output" => json!({"thread_id": thread, "result": null}),
        "threads.add_structured_input" => {
            json!({"thread_id": thread, "item_id": questions, "input": {"answers": {}}})
        }
        "threads.retry_after_item" => json!({"thread_id": thread, "item_id": question}),
        "threads.custom_action" | "threads.sync_custom_action" => {
            json!({"thread_id": thread, "item_id": widget, "action": action})
        }
        "threads.get_by_id" | "threads.delete" => json!({"thread_id": thread}),
        "threads.update" => json!({"thread_id": thread, "title": "mine now"}),
        "threads.list" => json!({"limit": 100}),
        "items.list" => json!({"thread_id": thread, "limit": 100}),
        "items.feedback" => json!({"thread_id": thread, "item_ids": [answer], "kind": "negative"}),
        "attachments.create" => json!({"name": "a.txt", "size": 1, "mime_type": "text/plain"}),
        "attachments.delete" => json!({"attachment_id": attachment}),
        "input.transcribe" => json!({"audio_base64": "", "mime_type": "audio/webm"}),
        other => panic!("{other} is an operation of the protocol that this test does not ask"),
    }
}

/// The requests beside the protocol: method, path.
pub(super) fn beside(names: Names<'_>) -> Vec<(Method, String)> {
    let Names { run, attachment, .. } = names;
    // Who has the address has the file, so what is tried is the right name with the wrong secret.
    let bytes = format!("/chatkit/attachments/{attachment}/{}", "0".repeat(32));
    vec![
        (Method::GET, format!("/chatkit/runs/{run}/events")),
        (Method::GET, format!("/chatkit/runs/{run}/events?after=1")),
        (Method::POST, format!("/chatkit/runs/{run}/cancel")),
        (Method::GET, bytes.clone()),
        (Method::PUT, bytes),
    ]
}

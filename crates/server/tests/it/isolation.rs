//! Every operation, asked by another user and by nobody: what is somebody else's is simply not there.

pub(crate) mod dump;
mod namesakes;
mod neighbours;
mod scene;
mod stores;

use axum::body::Body;
use axum::http::Request;
use docent_protocol::{ChatKitRequest, Operation};
use serde_json::{Value, json};

use crate::harness::{Answered, input, request, site};
use crate::script::script;
use scene::{Names, Scene, UNKNOWN, beside, params};

/// What a user gets who names something of another's.
#[derive(Debug, PartialEq, Eq)]
enum Foreign {
    /// What they would get if it did not exist: 404.
    NotFound,
    /// What they would get if it did not exist: nothing happens, and that is no error.
    Nothing,
    /// It names nothing: they get what is their own.
    Own,
}

/// A new operation of the protocol does not compile without a line here, nor pass without one in [`params`].
fn foreign(operation: &Operation) -> Foreign {
    match operation {
        Operation::ThreadsAddUserMessage(_)
        | Operation::ThreadsAddClientToolOutput(_)
        | Operation::ThreadsAddStructuredInput(_)
        | Operation::ThreadsRetryAfterItem(_)
        | Operation::ThreadsCustomAction(_)
        | Operation::ThreadsSyncCustomAction(_)
        | Operation::ThreadsGetById(_)
        | Operation::ThreadsUpdate(_)
        | Operation::ThreadsDelete(_)
        | Operation::ItemsList(_)
        | Operation::ItemsFeedback(_) => Foreign::NotFound,
        Operation::AttachmentsDelete(_) => Foreign::Nothing,
        Operation::ThreadsCreate(_)
        | Operation::ThreadsList(_)
        | Operation::AttachmentsCreate(_)
        | Operation::InputTranscribe(_) => Foreign::Own,
    }
}

fn body(operation: &str, names: Names<'_>) -> Value {
    json!({"type": operation, "params": params(operation, names)})
}

/// Status, headers and body: everything by which two answers could be told apart.
fn whole(answer: &Answered) -> (u16, Vec<(String, String)>, &str) {
    let header = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        (name.to_string(), value.to_str().unwrap().to_owned())
    };
    let mut headers: Vec<_> = answer.headers.iter().map(header).collect();
    headers.sort();
    (answer.status.as_u16(), headers, &answer.text)
}

fn check_secrets(scene: &Scene, answer: &Answered, what: &str) {
    let told = format!("{:?} {}", answer.headers, answer.text);
    for secret in scene.secrets() {
        assert!(!told.contains(secret), "{what} tells {secret}: {told}");
    }
}

/// The whole matrix: sixteen operations and what is beside them, asked by another user and by nobody.
async fn check_matrix(scene: &Scene) {
    let everything = scene.dump.read(None).await;
    for secret in scene.secrets().into_iter().filter(|secret| *secret != "secret") {
        assert!(everything.contains(secret), "{secret} is nothing that could be told");
    }
    for operation in Operation::NAMES {
        let theirs = body(operation, scene.names());
        let asked = ChatKitRequest::from_slice(theirs.to_string().as_bytes()).unwrap().operation;
        let kind = foreign(&asked);
        if kind == Foreign::Own {
            continue;
        }
        let answer = scene.site.send(request("bob", &theirs)).await;
        let unknown = scene.site.send(request("bob", &body(operation, UNKNOWN))).await;
        assert_eq!(answer.status, if kind == Foreign::NotFound { 404 } else { 200 }, "{operation}");
        assert_eq!(whole(&answer), whole(&unknown), "{operation} tells what exists");
        check_secrets(scene, &answer, operation);
        assert_eq!(scene.dump.read(None).await, everything, "{operation} of another user changed something");
    }
    let ended = Names { run: &scene.ended, ..scene.names() };
    for names in [scene.names(), ended] {
        for ((method, path), (_, unknown)) in beside(names).into_iter().zip(beside(UNKNOWN)) {
            let ask = async |path: &str, user: Option<&str>| {
                let mut request = Request::builder().method(&method).uri(path);
                if let Some(user) = user {
                    request = request.header("x-user-id", user);
                }
                scene.site.send(request.body(Body::from("secret")).unwrap()).await
            };
            let what = format!("{method} {path}");
            for user in [Some("bob"), None] {
                let answer = ask(&path, user).await;
                let is_run = path.contains("/runs/");
                assert_eq!(answer.status, if is_run && user.is_none() { 401 } else { 404 }, "{what}");
                assert_eq!(whole(&answer), whole(&ask(&unknown, user).await), "{what} tells what exists");
                check_secrets(scene, &answer, &what);
            }
            assert_eq!(scene.dump.read(None).await, everything, "{what} changed something");
        }
    }
    for operation in Operation::NAMES {
        let ask = async |names: Names<'_>| {
            let body = Body::from(body(operation, names).to_string());
            scene.site.send(Request::post("/chatkit").body(body).unwrap()).await
        };
        let (answer, unknown) = (ask(scene.names()).await, ask(UNKNOWN).await);
        assert_eq!(answer.error(401), "unauthenticated", "{operation}");
        assert_eq!(whole(&answer), whole(&unknown), "{operation} tells nobody what exists");
        assert_eq!(scene.dump.read(None).await, everything, "{operation} of nobody changed something");
    }
    check_what_names_others(scene, &everything).await;
    check_own(scene).await;
}

/// Names of another user's things in requests that are about one's own.
async fn check_what_names_others(scene: &Scene, everything: &str) {
    let (theirs, site) = (scene.names(), &scene.site);
    let message = |attachment: &str| {
        let mut message = input("x");
        message["attachments"] = json!([attachment]);
        json!({"input": message})
    };
    for (operation, theirs, unknown, status) in [
        ("threads.create", message(theirs.attachment), message(UNKNOWN.attachment), 404),
        ("threads.list", json!({"after": theirs.thread}), json!({"after": UNKNOWN.thread}), 400),
    ] {
        let answer = site.post("bob", operation, theirs).await;
        assert_eq!(answer.status, status, "{operation}");
        assert_eq!(whole(&answer), whole(&site.post("bob", operation, unknown).await), "{operation}");
        check_secrets(scene, &answer, operation);
        assert_eq!(scene.dump.read(None).await, everything, "{operation} changed something");
    }
    let (own, _) = site.create("bob", "mine").await;
    let ours = scene.dump.read(Some("ada")).await;
    for (operation, params) in [
        ("items.list", json!({"thread_id": own, "after": theirs.answer})),
        ("items.feedback", json!({"thread_id": own, "item_ids": [theirs.answer], "kind": "positive"})),
        ("threads.retry_after_item", json!({"thread_id": own, "item_id": theirs.question})),
        (
            "threads.custom_action",
            json!({"thread_id": own, "item_id": theirs.widget, "action": {"type": "a", "payload": {}}}),
        ),
        ("threads.add_user_message", json!({"thread_id": own, "input": message(theirs.attachment)["input"]})),
    ] {
        let answer = site.post("bob", operation, params).await;
        assert!([400, 404].contains(&answer.status.as_u16()), "{operation}: {}", answer.text);
        check_secrets(scene, &answer, operation);
        assert_eq!(scene.dump.read(Some("ada")).await, ours, "{operation} changed something");
    }
}

/// What names nothing is answered with one's own, also under an `Idempotency-Key` that the other user took.
async fn check_own(scene: &Scene) {
    let with_key = |user: &str, operation: &str| {
        let mut request = request(user, &body(operation, scene.names()));
        request.headers_mut().insert("idempotency-key", "the-same".parse().unwrap());
        request
    };
    let theirs = scene.site.send(with_key("ada", "threads.create")).await.events();
    let ours = scene.dump.read(Some("ada")).await;
    for operation in Operation::NAMES {
        let asked = ChatKitRequest::from_slice(body(operation, UNKNOWN).to_string().as_bytes()).unwrap();
        if foreign(&asked.operation) == Foreign::Own {
            let answer = scene.site.send(with_key("bob", operation)).await;
            assert_eq!(answer.status, 200, "{operation}: {}", answer.text);
            check_secrets(scene, &answer, operation);
            assert!(!answer.text.contains(theirs[0]["thread"]["id"].as_str().unwrap()), "{operation}");
            assert_eq!(scene.dump.read(Some("ada")).await, ours, "{operation} changed something");
        }
    }
    let bytes = Request::get(&scene.bytes_path).body(Body::empty()).unwrap();
    assert_eq!(scene.site.send(bytes).await.text, "secret", "what was to be deleted is there");
}

#[tokio::test]
async fn what_is_another_users_is_answered_like_what_never_was_in_sqlite() {
    check_matrix(&Scene::sqlite().await).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn what_is_another_users_is_answered_like_what_never_was_in_postgres() {
    let Some(database) = crate::postgres::database::Database::new() else { return };
    check_matrix(&Scene::postgres(&database).await).await;
    database.remove().await;
}

#[tokio::test]
async fn one_users_running_turn_does_not_hold_up_another_user() {
    let site = site().await;
    let slow = script(json!([{"sleep_ms": 2000}]));
    let (thread_id, _) = site.create("ada", "a").await;
    let _running = site
        .begin("ada", "threads.add_user_message", json!({"thread_id": thread_id, "input": input(&slow)}))
        .await;
    let foreign = site
        .post("bob", "threads.add_user_message", json!({"thread_id": thread_id, "input": input("x")}))
        .await;
    assert_eq!(foreign.error(404), "not_found", "not even that it is being answered is told");
    site.create("bob", "b").await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn another_user_is_not_told_that_a_thread_is_answered_by_another_process() {
    let Some(database) = crate::postgres::database::Database::new() else { return };
    let first = crate::harness::site_of(crate::harness::builder(database.connect().await));
    let second = crate::harness::site_of(crate::harness::builder(database.connect().await));
    let (thread_id, _) = first.create("ada", "a").await;
    let add = |thread_id: &str, text: &str| json!({"thread_id": thread_id, "input": input(text)});
    let hanging = script(json!([{"sleep_ms": 60_000}]));
    let _running = first.begin("ada", "threads.add_user_message", add(&thread_id, &hanging)).await;
    let own = second.post("ada", "threads.add_user_message", add(&thread_id, "x")).await;
    assert_eq!(own.error(409), "turn_active", "its user is told");
    let foreign = second.post("bob", "threads.add_user_message", add(&thread_id, "x")).await;
    let unknown = second.post("bob", "threads.add_user_message", add(UNKNOWN.thread, "x")).await;
    assert_eq!(foreign.error(404), "not_found");
    assert_eq!(whole(&foreign), whole(&unknown));
    database.remove().await;
}

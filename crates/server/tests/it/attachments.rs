//! Attachments: announced, uploaded, sent, given out and deleted; and a server that takes none.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use docent_server::store::contract;
use docent_server::{Attachments, SqliteStore};
use serde_json::{Value, json};

use crate::harness::{Answered, Site, input, site, site_with};
use crate::script::script;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

async fn site_with_attachments() -> Site {
    let files = SqliteStore::in_memory().await.unwrap();
    site_with(|builder| {
        builder.attachments(
            Attachments::new(files, "https://chat.example").max_bytes(1000).accept(["image/png", "text/*"]),
        )
    })
    .await
}

async fn announce(site: &Site, user: &str, name: &str, size: usize, mime_type: &str) -> Answered {
    site.post(user, "attachments.create", json!({"name": name, "size": size, "mime_type": mime_type})).await
}

fn path_of(url: &Value) -> String {
    url.as_str().unwrap().strip_prefix("https://chat.example").unwrap().to_owned()
}

async fn put(site: &Site, path: &str, content_type: &str, bytes: &[u8]) -> Answered {
    let request = Request::put(path).header("content-type", content_type);
    site.send(request.body(Body::from(bytes.to_vec())).unwrap()).await
}

/// Announces a file of text and uploads it.
async fn uploaded(site: &Site, user: &str, text: &str) -> Value {
    let announced = announce(site, user, "a.txt", text.len(), "text/plain").await.ok();
    let path = path_of(&announced["upload_descriptor"]["url"]);
    put(site, &path, "text/plain", text.as_bytes()).await.ok()
}

async fn send(site: &Site, user: &str, thread_id: Option<&str>, ids: Value) -> Answered {
    let mut message = input("see attached");
    message["attachments"] = ids;
    match thread_id {
        Some(thread_id) => {
            site.post(user, "threads.add_user_message", json!({"thread_id": thread_id, "input": message}))
                .await
        }
        None => site.post(user, "threads.create", json!({"input": message})).await,
    }
}

#[tokio::test]
async fn a_server_without_attachments_refuses_them_and_leaves_no_trace() {
    let site = site().await;
    let create = json!({"name": "a.png", "size": 1, "mime_type": "image/png"});
    assert_eq!(site.post("ada", "attachments.create", create).await.error(501), "unsupported_operation");
    let delete = json!({"attachment_id": "atc_1"});
    assert_eq!(site.post("ada", "attachments.delete", delete).await.error(501), "unsupported_operation");
    assert_eq!(
        put(&site, "/chatkit/attachments/atc_1/x", "text/plain", b"x").await.error(501),
        "unsupported_operation"
    );
    let answer = send(&site, "ada", None, json!(["atc_1"])).await;
    assert_eq!(answer.error(400), "invalid_request");
    assert!(answer.text.contains("attachments"), "{}", answer.text);
    assert_eq!(site.post("ada", "threads.list", json!({})).await.ok()["data"], json!([]));
}

#[tokio::test]
async fn sqlite_keeps_the_contract_of_attachments() {
    contract::check_attachments(&SqliteStore::in_memory().await.unwrap()).await;
}

#[tokio::test]
async fn a_picture_is_announced_uploaded_sent_and_given_out_as_a_download() {
    let site = site_with_attachments().await;
    let announced = announce(&site, "ada", "ä \"b\".png", PNG.len(), "image/png").await.ok();
    assert_eq!(announced["type"], "image");
    assert_eq!(announced["upload_descriptor"]["method"], "PUT");
    assert_eq!(announced["upload_descriptor"]["headers"], json!({}));
    let path = path_of(&announced["upload_descriptor"]["url"]);
    assert_eq!(announced["preview_url"], announced["upload_descriptor"]["url"]);
    let early = site.send(Request::get(&path).body(Body::empty()).unwrap()).await;
    assert_eq!(early.error(404), "not_found");

    let uploaded = put(&site, &path, "image/png", PNG).await.ok();
    assert_eq!(uploaded.get("upload_descriptor"), None, "an upload is asked for once");
    assert_eq!(put(&site, &path, "image/png", PNG).await.ok(), uploaded, "its answer may have been lost");
    let mut other = PNG.to_vec();
    *other.last_mut().unwrap() ^= 1;
    assert_eq!(put(&site, &path, "image/png", &other).await.error(409), "already_uploaded");

    let events = send(&site, "ada", None, json!([announced["id"]])).await.events();
    let thread_id = events[0]["thread"]["id"].as_str().unwrap();
    let attached = &events[1]["item"]["attachments"][0];
    assert_eq!((&attached["id"], &attached["thread_id"]), (&announced["id"], &json!(thread_id)));
    assert_eq!(site.items("ada", thread_id).await[0]["attachments"][0], *attached);

    let given = site.raw(Request::get(&path).body(Body::empty()).unwrap()).await;
    assert_eq!(given.status(), StatusCode::OK);
    assert_eq!(given.headers()["x-content-type-options"], "nosniff");
    assert_eq!(given.headers()["content-type"], "image/png");
    assert_eq!(given.headers()["content-disposition"], "attachment; filename*=UTF-8''%C3%A4%20%22b%22.png");
    assert_eq!(axum::body::to_bytes(given.into_body(), usize::MAX).await.unwrap(), PNG);
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_when_it_is_announced() {
    let site = site_with_attachments().await;
    assert_eq!(announce(&site, "ada", "a", 1001, "text/plain").await.error(413), "too_large");
    for (name, mime_type) in
        [("a", "text"), ("a", "application/pdf"), (" ", "text/plain"), ("a\nb", "text/plain")]
    {
        assert_eq!(
            announce(&site, "ada", name, 1, mime_type).await.error(400),
            "invalid_request",
            "{name:?} {mime_type}"
        );
    }
    let negative = json!({"name": "a", "size": -1, "mime_type": "text/plain"});
    assert_eq!(site.post("ada", "attachments.create", negative).await.error(400), "invalid_request");
}

#[tokio::test]
async fn files_that_wait_to_be_sent_are_limited_for_each_user() {
    let site = site_with_attachments().await;
    for _ in 0..100 {
        announce(&site, "ada", "a.txt", 1, "text/plain").await.ok();
    }
    let refused = announce(&site, "ada", "a.txt", 1, "text/plain").await;
    assert_eq!(refused.error(429), "too_many_attachments");
    announce(&site, "bob", "a.txt", 1, "text/plain").await.ok();
}

#[tokio::test]
async fn a_message_that_is_one_too_many_takes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("files.db").display());
    let files = SqliteStore::connect(&url).await.unwrap();
    let site = site_with(|builder| {
        let attachments = Attachments::new(files, "https://chat.example").accept(["text/*"]);
        builder.attachments(attachments).runs_per_user(1)
    })
    .await;
    let file = uploaded(&site, "ada", "hello").await;
    let hangs = json!({"input": input(&script(json!([{"sleep_ms": 60_000}])))});
    let _running = site.begin("ada", "threads.create", hangs).await;
    assert_eq!(send(&site, "ada", None, json!([file["id"]])).await.error(429), "too_many_runs");
    let query = "SELECT COUNT(*) FROM attachments WHERE thread_id IS NOT NULL";
    let taken: i64 = crate::isolation::dump::open(&url).query_row(query, [], |row| row.get(0)).unwrap();
    assert_eq!(taken, 0, "it belongs to no thread yet");
}

#[tokio::test]
async fn an_upload_has_to_be_what_was_announced() {
    let site = site_with_attachments().await;
    let announced = announce(&site, "ada", "a.png", PNG.len(), "image/png").await.ok();
    let path = path_of(&announced["upload_descriptor"]["url"]);
    assert_eq!(put(&site, &path, "image/png", &PNG[1..]).await.error(400), "invalid_request", "too short");
    assert_eq!(put(&site, &path, "image/png", &[PNG, b"!"].concat()).await.error(413), "too_large");
    assert_eq!(put(&site, &path, "text/html", PNG).await.error(400), "invalid_request", "another type");
    let html = vec![b'<'; PNG.len()];
    assert_eq!(put(&site, &path, "image/png", &html).await.error(400), "invalid_request", "no picture");
    let (id, _) = path.rsplit_once('/').unwrap();
    assert_eq!(
        put(&site, &format!("{id}/0123"), "image/png", PNG).await.error(404),
        "not_found",
        "wrong secret"
    );
    put(&site, &path, "application/octet-stream", PNG).await.ok();
}

#[tokio::test]
async fn a_message_takes_only_its_users_uploaded_attachments_of_no_other_thread() {
    let site = site_with_attachments().await;
    let mine = uploaded(&site, "ada", "hello").await;
    assert_eq!(send(&site, "bob", None, json!([mine["id"]])).await.error(404), "not_found");
    assert_eq!(send(&site, "ada", None, json!(["atc_unknown"])).await.error(404), "not_found");
    let waiting = announce(&site, "ada", "b.txt", 1, "text/plain").await.ok();
    assert_eq!(send(&site, "ada", None, json!([waiting["id"]])).await.error(409), "not_uploaded");
    assert_eq!(
        send(&site, "ada", None, json!(vec![mine["id"].clone(); 21])).await.error(400),
        "invalid_request"
    );
    assert_eq!(
        site.post("ada", "threads.list", json!({})).await.ok()["data"],
        json!([]),
        "nothing was begun"
    );

    let events = send(&site, "ada", None, json!([mine["id"]])).await.events();
    let thread_id = events[0]["thread"]["id"].as_str().unwrap();
    send(&site, "ada", Some(thread_id), json!([mine["id"]])).await.events();
    assert_eq!(send(&site, "ada", None, json!([mine["id"]])).await.error(409), "attached_elsewhere");
}

#[tokio::test]
async fn an_attachment_goes_with_its_thread_or_alone_and_never_by_another_users_hand() {
    let site = site_with_attachments().await;
    let (first, second) = (uploaded(&site, "ada", "one").await, uploaded(&site, "ada", "two").await);
    let gone = async |attachment: &Value| {
        send(&site, "ada", None, json!([attachment["id"]])).await.status == StatusCode::NOT_FOUND
    };
    let delete = json!({"attachment_id": second["id"]});
    assert_eq!(site.post("bob", "attachments.delete", delete.clone()).await.ok(), json!({}));
    assert_eq!(
        site.post("ada", "attachments.delete", json!({"attachment_id": "atc_unknown"})).await.ok(),
        json!({})
    );
    assert!(!gone(&second).await, "bob deleted nothing");
    assert_eq!(site.post("ada", "attachments.delete", delete).await.ok(), json!({}));
    assert!(gone(&second).await);

    let events = send(&site, "ada", None, json!([first["id"]])).await.events();
    let thread_id = events[0]["thread"]["id"].as_str().unwrap();
    site.post("ada", "threads.delete", json!({"thread_id": thread_id})).await.ok();
    assert!(gone(&first).await);
}

#[tokio::test]
async fn a_handler_reads_the_bytes() {
    let site = site_with_attachments().await;
    let file = uploaded(&site, "ada", "five!").await;
    let steps = script(json!([{"read": file["id"]}, {"read": "atc_unknown"}]));
    let (thread_id, _) = site.create("ada", "a").await;
    let events = site.add("ada", &thread_id, &steps).await;
    let told: Vec<&Value> = events.iter().filter_map(|event| event.get("text")).collect();
    assert_eq!(told, ["5 bytes", "nothing"]);
}

#[test]
fn a_public_url_that_is_none_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for url in ["", "chat.example", "https://a.example/path", "*"] {
        let refused = runtime.block_on(async {
            let store = SqliteStore::in_memory().await.unwrap();
            crate::harness::builder(store.clone()).attachments(Attachments::new(store, url)).build().err()
        });
        assert!(matches!(refused, Some(docent_server::BuildError::InvalidPublicUrl(_))), "{url:?}");
    }
}

//! Attachments: not part of this server, and said so clearly.

use serde_json::json;

use crate::harness::{input, site};

#[tokio::test]
async fn attachments_are_refused_and_a_message_that_names_some_leaves_no_trace() {
    let site = site().await;
    let create = json!({"name": "a.png", "size": 1, "mime_type": "image/png"});
    assert_eq!(site.post("ada", "attachments.create", create).await.error(501), "unsupported_operation");
    let delete = json!({"attachment_id": "atc_1"});
    assert_eq!(site.post("ada", "attachments.delete", delete).await.error(501), "unsupported_operation");
    let mut message = input("see attached");
    message["attachments"] = json!(["atc_1"]);
    let answer = site.post("ada", "threads.create", json!({"input": message})).await;
    assert_eq!(answer.error(400), "invalid_request");
    assert!(answer.text.contains("attachments"), "{}", answer.text);
    assert_eq!(site.post("ada", "threads.list", json!({})).await.ok()["data"], json!([]));
}

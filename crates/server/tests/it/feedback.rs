//! `items.feedback`.

use serde_json::json;

use crate::harness::site;

#[tokio::test]
async fn a_thumb_is_taken_for_items_that_are_there() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let items = site.items("ada", &thread_id).await;
    for kind in ["positive", "negative"] {
        let params = json!({"thread_id": thread_id, "item_ids": [items[1]["id"]], "kind": kind});
        assert_eq!(site.post("ada", "items.feedback", params).await.ok(), json!({}));
    }
}

#[tokio::test]
async fn a_thumb_for_what_is_not_there_is_refused_as_a_whole() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let (other, _) = site.create("ada", "b").await;
    let item = site.items("ada", &thread_id).await[1]["id"].clone();
    let foreign = site.items("ada", &other).await[1]["id"].clone();
    for (thread_id, items) in [
        (json!(thread_id), json!([item, "msg_no"])),
        (json!(thread_id), json!([foreign])),
        (json!("thr_no"), json!([item])),
        (json!("thr_no"), json!([])),
    ] {
        let params = json!({"thread_id": thread_id, "item_ids": items, "kind": "positive"});
        assert_eq!(site.post("ada", "items.feedback", params).await.error(404), "not_found");
    }
    let many = json!({"thread_id": thread_id, "item_ids": vec![item.clone(); 101], "kind": "positive"});
    assert_eq!(site.post("ada", "items.feedback", many).await.error(400), "invalid_request");
    let params = json!({"thread_id": thread_id, "item_ids": [item], "kind": "sideways"});
    assert_eq!(site.post("ada", "items.feedback", params).await.error(400), "invalid_request");
}

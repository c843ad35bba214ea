//! `threads.create` and `threads.add_user_message`.

use serde_json::{Value, json};

use crate::harness::{input, kinds, request, site};
use crate::script::script;

#[tokio::test]
async fn a_new_thread_is_announced_before_its_message_and_its_answer() {
    let site = site().await;
    let (thread_id, events) = site.create("ada", "hello").await;
    assert_eq!(
        kinds(&events),
        [
            "thread.created",
            "thread.item.done",
            "stream_options",
            "thread.item.added",
            "thread.item.updated",
            "thread.item.updated",
            "thread.item.updated",
            "thread.item.done",
        ]
    );
    assert!(thread_id.starts_with("thr_") && thread_id.len() == 36, "{thread_id}");
    assert_eq!(events[1]["item"]["type"], "user_message");
    assert_eq!(events[2]["stream_options"], json!({"allow_cancel": true}));
    assert_eq!(events[7]["item"]["content"][0]["text"], "echo: hello");
    assert_eq!(site.texts("ada", &thread_id).await, ["hello", "echo: hello"]);
}

#[tokio::test]
async fn a_second_message_is_stored_and_answered_after_the_first() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "one").await;
    let events = site.add("ada", &thread_id, "two").await;
    assert_eq!(kinds(&events)[..2], ["thread.item.done", "stream_options"]);
    assert_eq!(site.texts("ada", &thread_id).await, ["one", "echo: one", "two", "echo: two"]);
}

#[tokio::test]
async fn a_message_keeps_its_parts_quote_and_options() {
    let site = site().await;
    let input = json!({
        "content": [
            {"type": "input_text", "text": "about "},
            {"type": "input_tag", "id": "e1", "text": "this", "data": {"a": null}, "extra": 1},
        ],
        "attachments": [], "quoted_text": "a passage",
        "inference_options": {"tool_choice": {"id": "search"}, "model": "small"}, "unknown": true,
    });
    let events = site.post("ada", "threads.create", json!({"input": input, "unknown": 1})).await.events();
    let item = &events[1]["item"];
    assert_eq!(
        item["content"][1],
        json!({"type": "input_tag", "id": "e1", "text": "this", "data": {"a": null}, "interactive": false})
    );
    assert_eq!(item["quoted_text"], "a passage");
    assert_eq!(item["inference_options"], json!({"tool_choice": {"id": "search"}, "model": "small"}));
    assert_eq!(item["attachments"], json!([]));
}

#[tokio::test]
async fn metadata_reaches_the_handler_and_the_top_level_wins() {
    let site = site().await;
    let mut message = input(&script(json!([{"tell": 50}])));
    message["metadata"] = json!({"userInfo": {"name": "below"}, "pageContext": {"title": "Page"}});
    let body = json!({"type": "threads.create", "params": {"input": message}, "metadata": {"userInfo": {"name": "top"}}});
    let mut request = request("ada", &body);
    request.headers_mut().insert("accept-language", "de-CH,de;q=0.8".parse().unwrap());
    let events = site.send(request).await.events();
    let told = events.iter().find(|event| event["type"] == "progress_update").unwrap();
    let told: Value = serde_json::from_str(told["text"].as_str().unwrap()).unwrap();
    assert_eq!(
        told,
        json!({"user": "ada", "locale": "de-CH", "user_info": {"name": "top"}, "page_context": {"title": "Page"},
               "history": ["user_message"]})
    );
    assert!(!events[1].to_string().contains("userInfo"), "context is not stored with the message");
}

#[tokio::test]
async fn times_are_utc_and_say_so() {
    let site = site().await;
    let (_, events) = site.create("ada", "hello").await;
    for time in [&events[0]["thread"]["created_at"], &events[1]["item"]["created_at"]] {
        assert!(time.as_str().is_some_and(|time| time.ends_with('Z')), "{time}");
    }
}

#[tokio::test]
async fn an_unknown_thread_is_not_found_before_any_stream() {
    let site = site().await;
    let answer = site
        .post("ada", "threads.add_user_message", json!({"thread_id": "thr_no", "input": input("x")}))
        .await;
    assert_eq!(answer.error(404), "not_found");
}

#[tokio::test]
async fn a_locked_or_closed_thread_says_why_it_takes_no_message() {
    let site = site().await;
    for (status, code) in [("locked", "thread_locked"), ("closed", "thread_closed")] {
        let steps = json!([{"status": {"type": status, "reason": "Moved to mail"}}]);
        let (thread_id, events) = site.create("ada", &script(steps)).await;
        assert_eq!(events.last().unwrap()["thread"]["status"]["type"], status);
        let item_id = site.items("ada", &thread_id).await[0]["id"].clone();
        for (kind, params) in [
            ("threads.add_user_message", json!({"thread_id": thread_id, "input": input("x")})),
            ("threads.retry_after_item", json!({"thread_id": thread_id, "item_id": item_id})),
            ("threads.custom_action", json!({"thread_id": thread_id, "action": {"type": "a"}})),
            ("threads.sync_custom_action", json!({"thread_id": thread_id, "action": {"type": "a"}})),
            ("threads.add_client_tool_output", json!({"thread_id": thread_id, "result": 1})),
            (
                "threads.add_structured_input",
                json!({"thread_id": thread_id, "item_id": item_id, "input": {}}),
            ),
        ] {
            let answer = site.post("ada", kind, params).await;
            assert_eq!(answer.error(403), code, "{kind}");
            assert!(answer.text.contains("Moved to mail"), "{}", answer.text);
        }
        assert_eq!(site.items("ada", &thread_id).await.len(), 1);
    }
}

#[tokio::test]
async fn a_second_message_during_an_answer_is_a_conflict_and_leaves_no_trace() {
    let site = site().await;
    let slow = script(json!([{"sleep_ms": 300}, {"write": {"pieces": ["done"]}}]));
    let (thread_id, _) = site.create("ada", "start").await;
    let first = site
        .begin("ada", "threads.add_user_message", json!({"thread_id": thread_id, "input": input(&slow)}))
        .await;
    let second = site
        .post("ada", "threads.add_user_message", json!({"thread_id": thread_id, "input": input("me too")}))
        .await;
    assert_eq!(second.error(409), "turn_active");
    assert!(crate::harness::text_of(first).await.contains("done"));
    let texts = site.texts("ada", &thread_id).await;
    assert!(!texts.contains(&"me too".to_owned()), "{texts:?}");
    site.add("ada", &thread_id, "now").await;
}

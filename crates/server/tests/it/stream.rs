//! The stream itself: its framing, its pulse, and readers that do not keep up.

use std::time::Duration;

use serde_json::json;

use crate::harness::{events, input, kinds, site, site_with, text_of};
use crate::script::script;

#[tokio::test]
async fn every_event_is_one_data_line_whatever_its_text() {
    let site = site().await;
    let text = "a\nb\r\nc\u{2028}d\u{2029}e \u{1F600} data: x\n\n: y \"q\" \\ \u{0}";
    let answer = site.post("ada", "threads.create", json!({"input": input(text)})).await;
    let events = answer.events();
    assert_eq!(events.last().unwrap()["item"]["content"][0]["text"], format!("echo: {text}"));
    for frame in answer.text.split_terminator("\n\n") {
        assert!(frame.starts_with("data: {") && !frame.contains(['\n', '\r']), "{frame:?}");
    }
    assert!(answer.text.contains('\u{2028}'), "as the reference, nothing but control characters is escaped");
}

#[tokio::test]
async fn a_megabyte_of_text_comes_through_whole() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let text = "wörter ".repeat(150_000);
    let events = site.add("ada", &thread_id, &text).await;
    assert_eq!(events.last().unwrap()["item"]["content"][0]["text"], format!("echo: {text}"));
    assert_eq!(site.texts("ada", &thread_id).await[2], text);
}

#[tokio::test]
async fn a_silent_stream_has_a_pulse() {
    let site = site_with(|builder| builder.heartbeat_interval(Duration::from_millis(20))).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let slow = script(json!([{"sleep_ms": 200}, {"write": {"pieces": ["done"]}}]));
    let response = site
        .begin("ada", "threads.add_user_message", json!({"thread_id": thread_id, "input": input(&slow)}))
        .await;
    let text = text_of(response).await;
    assert!(text.split_terminator("\n\n").filter(|frame| frame.starts_with(':')).count() >= 2, "{text}");
    assert_eq!(events(&text).last().unwrap()["type"], "thread.item.done", "comments are no events");
}

#[tokio::test]
async fn a_reader_that_does_not_keep_up_holds_up_nothing_and_is_told() {
    let site =
        site_with(|builder| builder.client_buffer_bytes(4096).client_patience(Duration::from_millis(50)))
            .await;
    let (thread_id, _) = site.create("ada", "a").await;
    let pieces: Vec<String> = (0..200).map(|number| format!("{number} ")).collect();
    let steps = script(json!([{"write": {"pieces": pieces}}]));
    let unread = site
        .begin("ada", "threads.add_user_message", json!({"thread_id": thread_id, "input": input(&steps)}))
        .await;
    site.until_idle("ada", &thread_id).await;
    assert_eq!(
        site.texts("ada", &thread_id).await.last().unwrap(),
        &pieces.concat(),
        "the turn went on to its end"
    );
    let read_late = events(&text_of(unread).await);
    assert!(read_late.len() < 40, "what waits for a reader is bounded: {}", read_late.len());
    let last = read_late.last().unwrap();
    assert_eq!((kinds(&read_late)[1], &last["type"]), ("stream_options", &json!("error")));
    assert!(last["message"].as_str().unwrap().contains("too slow"));
}

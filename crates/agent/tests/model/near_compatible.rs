//! Servers that are almost compatible.

use serde_json::json;

use super::chat::Chat;
use super::upstream::{Script, Step, Upstream, delta, event};

async fn text_of(script: Script) -> String {
    let upstream = Upstream::start(vec![script]).await;
    let answer = Chat::with(&upstream.url).await.ask("How?").await;
    assert_eq!(answer.error(), None);
    assert_eq!(answer.stored_text().as_deref(), Some(answer.text().as_str()));
    answer.text()
}

#[tokio::test]
async fn empty_finish_reasons_empty_usage_comments_and_unknown_events_are_put_up_with() {
    let steps = vec![
        Step::Bytes(b": keep-alive\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n".to_vec()),
        Step::Bytes(event(
            &json!({"choices": [{"delta": {"role": "assistant"}, "finish_reason": ""}], "usage": {}}),
        )),
        Step::Bytes(event(
            &json!({"choices": [{"delta": {"content": "A"}, "finish_reason": ""}], "usage": null}),
        )),
        Step::Bytes(b"data: not json\n\n".to_vec()),
        Step::Bytes(b"data:{\"choices\":[{\"delta\":{\"content\":\"B\"}}]}\r\n\r\n".to_vec()),
        Step::Bytes(event(&json!({"choices": [], "usage": {"total_tokens": 3}}))),
    ];
    assert_eq!(text_of(Script::stream(steps)).await, "AB");
}

#[tokio::test]
async fn a_missing_done_and_an_open_last_event_are_put_up_with() {
    let open = format!("data: {}", delta("B"));
    let steps = vec![Step::Bytes(event(&delta("A"))), Step::Bytes(open.into_bytes())];
    assert_eq!(text_of(Script::stream(steps)).await, "AB");
}

#[tokio::test]
async fn characters_and_events_may_be_cut_anywhere() {
    let whole = [event(&delta("Größe 你好")), event(&delta(" 👍🏽.")), b"data: [DONE]\n\n".to_vec()].concat();
    for size in [1, 3, 7] {
        let steps = whole.chunks(size).map(|piece| Step::Bytes(piece.to_vec())).collect();
        assert_eq!(text_of(Script::stream(steps)).await, "Größe 你好 👍🏽.", "pieces of {size} bytes");
    }
}

#[tokio::test]
async fn reasoning_is_told_as_progress_and_is_no_text() {
    let steps = vec![
        Step::Bytes(event(&json!({"choices": [{"delta": {"reasoning_content": "SECRET THOUGHT"}}]}))),
        Step::Bytes(event(&json!({"choices": [{"delta": {"reasoning": "MORE", "content": null}}]}))),
        Step::Bytes(event(&delta("<think>INLINE</think>Yes."))),
    ];
    let upstream = Upstream::start(vec![Script::stream(steps)]).await;
    let answer = Chat::with(&upstream.url).await.ask("How?").await;
    assert_eq!(answer.text(), "Yes.");
    assert!(answer.stream.contains("Thinking") && !answer.stream.contains("THOUGHT"));
    assert!(!answer.stream.contains("INLINE"));
}

#[tokio::test]
async fn a_whole_answer_in_place_of_a_stream_is_taken() {
    let body = json!({"choices": [{"message": {"role": "assistant", "content": "Whole [1]."}, "finish_reason": "stop"}]});
    assert_eq!(text_of(Script::plain(200, "application/json", &body.to_string())).await, "Whole.");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_last_word_was_said_is_no_failure() {
    let steps = vec![
        Step::Bytes(event(&delta("All."))),
        Step::Bytes(event(&json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}))),
        Step::Break,
    ];
    assert_eq!(text_of(Script::stream(steps)).await, "All.");
}

//! A server that does everything right.

use serde_json::json;

use super::chat::{Chat, KEY};
use super::upstream::{Script, Step, Upstream, delta, event};

#[tokio::test]
async fn the_answer_streams_and_its_markers_become_citations() {
    let upstream =
        Upstream::start(vec![Script::says(&["Größe: ru", "n it [", "1]. Then", " stop [2][9].", ""])]).await;
    let answer = Chat::with(&upstream.url).await.ask("How?").await;
    assert_eq!(answer.text(), "Größe: run it. Then stop.");
    assert_eq!(answer.stored_text().as_deref(), Some("Größe: run it. Then stop."));
    let expected =
        [(13, "https://docs.example/page#one".to_owned()), (24, "https://docs.example/page#two".to_owned())];
    assert_eq!(answer.citations(), expected);
    assert_eq!(answer.error(), None);
    assert_eq!(answer.stored["title"], "How?");
    let progress = answer.events.iter().position(|event| event["type"] == "progress_update");
    let added = answer.events.iter().position(|event| event["type"] == "thread.item.added");
    assert!(progress < added && progress.is_some());
}

#[tokio::test]
async fn the_request_holds_key_model_rules_and_question_and_nothing_leaks_back() {
    let upstream = Upstream::start(vec![Script::says(&["ok"])]).await;
    let answer = Chat::with(&upstream.url).await.ask("Where? my key is sk-abcdefghijklmnopqrstuv").await;
    let asked = upstream.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].path, "/v1/chat/completions");
    assert_eq!(asked[0].headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(asked[0].body["model"], "test-model");
    assert_eq!(asked[0].body["stream"], true);
    let messages = asked[0].body["messages"].as_array().expect("messages");
    assert_eq!(messages[0]["role"], "system");
    let newest = messages[1]["content"].as_str().expect("text");
    assert!(newest.contains("About one.") && newest.ends_with("Where? my key is [redacted]"), "{newest}");
    assert!(!answer.stream.contains(KEY));
}

#[tokio::test]
async fn an_answer_cut_at_the_models_limit_says_so() {
    let steps = vec![
        Step::Bytes(event(&delta("Half of"))),
        Step::Bytes(event(&json!({"choices": [{"delta": {}, "finish_reason": "length"}]}))),
    ];
    let upstream = Upstream::start(vec![Script::stream(steps)]).await;
    let answer = Chat::with(&upstream.url).await.ask("How?").await;
    assert_eq!(answer.stored_text().as_deref(), Some("Half of"));
    assert!(answer.events.iter().any(|event| event["type"] == "notice"));
    assert_eq!(answer.error(), None);
}

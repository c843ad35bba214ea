//! Servers that fail: before the first word, and in the middle.

use std::time::Duration;

use serde_json::json;

use super::chat::{Answer, Chat, KEY};
use super::upstream::{Script, Step, Upstream, dead_url, delta, event};

/// Asks a server with these scripts; gives the answer and how often the server was asked.
async fn ask(scripts: Vec<Script>) -> (Answer, usize) {
    let upstream = Upstream::start(scripts).await;
    let answer = Chat::with(&upstream.url).await.ask("How?").await;
    (answer, upstream.asked().len())
}

fn error_body(code: &str) -> String {
    json!({"error": {"code": code, "message": format!("BODY with {KEY}"), "type": "x"}}).to_string()
}

#[tokio::test]
async fn a_refused_key_is_for_the_owner_and_neither_key_nor_body_is_told() {
    let (answer, asked) =
        ask(vec![Script::plain(401, "application/json", &error_body("invalid_api_key"))]).await;
    let (message, allow_retry) = answer.error().expect("an error");
    assert!(message.contains("key") && message.contains("owner") && !allow_retry, "{message}");
    assert!(!answer.stream.contains(KEY) && !answer.stream.contains("BODY"));
    assert_eq!((asked, answer.stored_text()), (1, None));
}

#[tokio::test]
async fn a_busy_server_is_asked_once_more() {
    let mut busy = Script::plain(429, "application/json", &error_body("rate_limit_exceeded"));
    busy.headers.push(("retry-after", "0"));
    let (answer, asked) = ask(vec![busy.clone(), Script::says(&["Now."])]).await;
    assert_eq!((answer.text().as_str(), asked), ("Now.", 2));
    let (answer, asked) = ask(vec![busy]).await;
    let (message, allow_retry) = answer.error().expect("an error");
    assert!(message.contains("busy") && allow_retry && asked == 2, "{message}");
}

#[tokio::test]
async fn a_used_up_quota_is_not_asked_again() {
    let (answer, asked) =
        ask(vec![Script::plain(429, "application/json", &error_body("insufficient_quota"))]).await;
    assert!(answer.error().is_some_and(|(message, _)| message.contains("quota")) && asked == 1);
}

#[tokio::test]
async fn a_failing_server_is_asked_once_more() {
    let failing = Script::plain(500, "text/html", "<h1>BODY</h1>");
    let (answer, asked) = ask(vec![failing.clone(), Script::says(&["Now."])]).await;
    assert_eq!((answer.text().as_str(), asked), ("Now.", 2));
    let (answer, asked) = ask(vec![failing]).await;
    assert!(answer.error().is_some_and(|(_, allow_retry)| allow_retry) && asked == 2);
    assert!(!answer.stream.contains("BODY"));
}

#[tokio::test]
async fn nobody_listening_is_an_error_that_can_be_retried() {
    let answer = Chat::with(&dead_url().await).await.ask("How?").await;
    assert!(answer.error().is_some_and(|(message, allow_retry)| message.contains("reached") && allow_retry));
    assert_eq!(answer.stored_text(), None);
}

#[tokio::test]
async fn silence_before_the_first_word_ends() {
    let (answer, _) = ask(vec![Script::stream(vec![Step::Wait(Duration::from_secs(30))])]).await;
    assert!(answer.error().is_some_and(|(message, allow_retry)| message.contains("in time") && allow_retry));
}

#[tokio::test]
async fn silence_in_the_middle_ends_and_what_was_written_is_kept() {
    let steps = vec![Step::Bytes(event(&delta("Half [1] of"))), Step::Wait(Duration::from_secs(30))];
    let (answer, asked) = ask(vec![Script::stream(steps)]).await;
    let (message, allow_retry) = answer.error().expect("an error");
    assert!(message.contains("broke off") && allow_retry, "{message}");
    assert_eq!(answer.stored_text().as_deref(), Some("Half of"));
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn an_event_cut_in_two_by_the_end_is_a_break_and_what_was_written_is_kept() {
    let cut = event(&delta("lost")).split_at(20).0.to_vec();
    for end in [vec![Step::Bytes(cut.clone())], vec![Step::Bytes(cut), Step::Break], vec![Step::Break]] {
        let mut steps = vec![Step::Bytes(event(&delta("Kept")))];
        steps.extend(end);
        let (answer, _) = ask(vec![Script::stream(steps)]).await;
        assert!(answer.error().is_some_and(|(message, _)| message.contains("broke off")));
        assert_eq!(answer.stored_text().as_deref(), Some("Kept"));
    }
}

#[tokio::test]
async fn an_error_in_the_middle_keeps_what_was_written_and_tells_nothing_of_it() {
    let error = json!({"error": {"message": format!("BODY {KEY}"), "code": "server_error"}});
    let steps = vec![Step::Bytes(event(&delta("Kept"))), Step::Bytes(event(&error))];
    let (answer, _) = ask(vec![Script::stream(steps)]).await;
    assert!(answer.error().is_some_and(|(message, _)| message.contains("broke off")));
    assert_eq!(answer.stored_text().as_deref(), Some("Kept"));
    assert!(!answer.stream.contains("BODY") && !answer.stream.contains(KEY));
}

#[tokio::test]
async fn nonsense_is_for_the_owner_and_an_empty_answer_for_the_reader() {
    for nonsense in [
        Script::plain(200, "text/html", "<h1>Welcome</h1>"),
        Script::plain(200, "application/json", "{\"hello\":1}"),
        Script::plain(200, "application/json", "{"),
        Script::stream(vec![Step::Bytes(vec![0xff, 0xfe, 0x00])]),
    ] {
        let (answer, _) = ask(vec![nonsense]).await;
        assert!(answer.error().is_some(), "{}", answer.stream);
        assert_eq!(answer.stored_text(), None);
    }
    let (answer, _) = ask(vec![Script::says(&[" ", "\n"])]).await;
    assert!(answer.error().is_some_and(|(message, allow_retry)| message.contains("empty") && allow_retry));
}

#[tokio::test]
async fn a_conversation_that_is_too_long_is_told_so() {
    let (answer, asked) =
        ask(vec![Script::plain(400, "application/json", &error_body("context_length_exceeded"))]).await;
    assert!(
        answer.error().is_some_and(|(message, allow_retry)| message.contains("too long") && !allow_retry)
    );
    assert_eq!(asked, 1);
}

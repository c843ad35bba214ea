//! The list of conversations.

use docent_element::model::{Effect, Failure, FailureKind, FocusTarget, Msg};

use crate::page::{Page, find, options};

const PAGE: &str = r#"{"data":[{"id":"t1","title":"One","created_at":"2026-01-02T00:00:00Z"},{"id":"t2","created_at":"2026-01-01T00:00:00Z"}],"has_more":true,"after":"t2"}"#;

fn opened() -> Page {
    let mut page = Page::new();
    page.send(Msg::OpenHistory);
    page.answer(PAGE);
    page
}

#[test]
fn the_list_is_fetched_shown_and_continued() {
    let mut page = opened();
    let text = page.text();
    assert!(text.contains("One") && text.contains("Untitled conversation") && text.contains("Today"));
    page.send(Msg::MoreThreads);
    assert_eq!(page.called().1.get("params").str("after"), Some("t2"));
    page.answer(r#"{"data":[{"id":"t2"},{"id":"t3","title":"Three"}],"has_more":false}"#);
    assert_eq!(page.state.history.rows.len(), 3, "a thread that comes twice is shown once");
    assert_eq!(page.send(Msg::MoreThreads), []);
}

#[test]
fn the_panel_takes_the_focus_and_gives_it_back() {
    let mut page = opened();
    assert!(page.effects.contains(&Effect::Focus(FocusTarget::History)));
    let tree = page.view();
    assert!(
        find(&tree, "chat")[0].attrs.iter().any(|(name, _)| *name == "inert"),
        "what lies below cannot be reached"
    );
    let effects = page.send(Msg::CloseHistory);
    assert!(effects.contains(&Effect::Focus(FocusTarget::HistoryButton)));
    assert_eq!(page.events(), ["ready", "history.open", "history.close"]);
    assert_eq!(page.send(Msg::CloseHistory), [], "closing twice is nothing");
}

#[test]
fn opening_a_thread_closes_the_panel_and_loads_it() {
    let mut page = opened();
    page.send(Msg::OpenThread("t1".into()));
    assert_eq!(
        page.events(),
        ["ready", "history.open", "history.close", "thread.change", "thread.load.start"]
    );
    assert_eq!(page.state.thread.title.as_deref(), Some("One"), "the title is known before the thread is");
}

#[test]
fn renaming_shows_at_once_and_is_taken_back_when_it_fails() {
    let mut page = opened();
    page.send(Msg::StartRename("t1".into()));
    page.send(Msg::RenameInput("  First ".into()));
    page.send(Msg::Rename);
    assert_eq!(
        page.called().1.to_json(),
        r#"{"type":"threads.update","params":{"thread_id":"t1","title":"First"}}"#
    );
    assert!(page.text().contains("First"));
    let (call, _) = page.called();
    page.send(Msg::Answered(Box::new(call), Err(Failure::new(FailureKind::Server, None))));
    page.answer(PAGE);
    let text = page.text();
    assert!(text.contains("One") && !text.contains("First"));
}

#[test]
fn an_empty_title_is_not_sent() {
    let mut page = opened();
    page.send(Msg::StartRename("t1".into()));
    page.send(Msg::RenameInput("   ".into()));
    assert!(!page.send(Msg::Rename).iter().any(|effect| matches!(effect, Effect::Call(..))));
}

#[test]
fn deleting_asks_first_and_leaves_the_thread_that_is_shown() {
    let mut page = Page::new();
    page.exchange("Q", "A");
    page.send(Msg::OpenHistory);
    page.answer(r#"{"data":[{"id":"thr_1","title":"Mine"}],"has_more":false}"#);
    assert!(
        !page.send(Msg::AskDelete("thr_1".into())).iter().any(|effect| matches!(effect, Effect::Call(..)))
    );
    assert!(page.text().contains("Delete this conversation?"));
    page.send(Msg::CancelDelete);
    assert!(!page.text().contains("Delete this conversation?"));
    page.send(Msg::AskDelete("thr_1".into()));
    page.send(Msg::Delete("thr_1".into()));
    assert_eq!(page.state.history.rows.len(), 1, "the row goes when the server has agreed");
    page.answer("{}");
    assert!(page.state.history.rows.is_empty());
    assert!(page.state.thread.id.is_none());
    let last_change = page.effects.iter().rev().find_map(|effect| match effect {
        Effect::Emit("thread.change", detail) => Some(detail.to_json()),
        _ => None,
    });
    assert_eq!(last_change.as_deref(), Some(r#"{"threadId":null}"#));
}

#[test]
fn a_history_that_does_not_come_says_why() {
    let mut page = Page::new();
    page.send(Msg::OpenHistory);
    let (call, _) = page.called();
    page.send(Msg::Answered(Box::new(call), Err(Failure::from_status(401, ""))));
    let text = page.text();
    assert!(text.contains("signed out") && text.contains("Try again"));
}

#[test]
fn the_page_can_take_the_history_away() {
    let mut page = Page::with(options(r#","history":{"enabled":false}"#, &[]));
    assert_eq!(page.send(Msg::OpenHistory), []);
    let tree = page.view();
    assert!(find(&tree, "history-button").is_empty());
}

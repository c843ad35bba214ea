//! The history panel, and coming back to a conversation.

use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, run};

const SERVE: &str = r#"
    const of = (id, title) => ({ id, title, created_at: new Date().toISOString(), status: { type: "active" }, metadata: {}, items: { data: [], has_more: false } });
    switch (body.type) {
      case "threads.list": return json({ data: [of("t1", "First"), of("t2", "Second")], has_more: false });
      case "threads.get_by_id": return json({ ...of(body.params.thread_id, "Second"), items: { has_more: false, data: [
        stored("q", "Old question").item, answer("a", part("Old answer.")).item] } });
      case "threads.update": return json(of(body.params.thread_id, body.params.title));
      default: return json({});
    }
"#;

#[wasm_bindgen_test]
async fn a_conversation_comes_back_by_its_id() {
    let page = Page::open(SERVE, "{ initialThread: 't2' }").await;
    page.until("the thread is there", |page| page.find(".prose").is_some()).await;
    assert_eq!(page.text(".bubble"), "Old question");
    assert_eq!(page.text(".title"), "Second");
    page.until("the events are out", |page| page.count("thread.load.end") == 1).await;
    assert_eq!(page.events(), ["ready", "thread.load.start", "thread.load.end"]);
}

#[wasm_bindgen_test]
async fn the_panel_opens_lists_and_opens_a_thread() {
    let page = Page::open(SERVE, "{}").await;
    page.press(".history-button");
    page.until("the list is there", |page| page.all(".thread").len() == 2).await;
    assert_eq!(page.find(".history").unwrap().get_attribute("role").as_deref(), Some("dialog"));
    assert!(page.find(".chat").unwrap().has_attribute("inert"));
    assert_eq!(page.shadow.active_element().unwrap().class_name(), "tool close-history");
    page.press(".thread:nth-child(2) .open");
    page.until("the thread is there", |page| page.find(".prose").is_some()).await;
    assert!(page.find(".history").is_none());
    assert_eq!(page.shadow.active_element().unwrap().class_name(), "field");
    assert_eq!(page.detail("thread.change"), r#"{"threadId":"t2"}"#);
}

#[wasm_bindgen_test]
async fn escape_closes_the_panel_and_gives_the_focus_back() {
    let page = Page::open(SERVE, "{}").await;
    page.press(".history-button");
    page.key(".close-history", "Escape", "");
    assert!(page.find(".history").is_none());
    assert_eq!(page.shadow.active_element().unwrap().class_name(), "tool history-button");
    assert!(page.events().ends_with(&["history.open".to_owned(), "history.close".to_owned()]));
}

#[wasm_bindgen_test]
async fn a_thread_is_renamed_with_the_keyboard() {
    let page = Page::open(SERVE, "{}").await;
    page.element.show_history();
    page.until("the list is there", |page| page.all(".thread").len() == 2).await;
    page.press(".thread button[aria-label='Rename: First']");
    assert_eq!(page.shadow.active_element().unwrap().class_name(), "rename");
    run(
        "field",
        "field.value = 'Better'; field.dispatchEvent(new InputEvent('input', { bubbles: true }))",
        &[&page.find(".rename").unwrap()],
    );
    page.key(".rename", "Enter", "");
    page.until("the server was told", |page| {
        page.bodies().iter().any(|body| body.contains("threads.update"))
    })
    .await;
    assert_eq!(
        page.bodies().last().unwrap(),
        r#"{"type":"threads.update","params":{"thread_id":"t1","title":"Better"}}"#
    );
    assert_eq!(page.text(".thread .name"), "Better");
}

#[wasm_bindgen_test]
async fn a_thread_is_deleted_after_a_question() {
    let page = Page::open(SERVE, "{}").await;
    page.element.show_history();
    page.until("the list is there", |page| page.all(".thread").len() == 2).await;
    page.press(".thread button[aria-label='Delete: First']");
    assert!(!page.bodies().iter().any(|body| body.contains("threads.delete")));
    assert_eq!(page.shadow.active_element().unwrap().class_name(), "button danger confirm");
    page.press(".confirm");
    page.until("the row is gone", |page| page.all(".thread").len() == 1).await;
    assert_eq!(page.text(".thread .name"), "Second");
}

#[wasm_bindgen_test]
async fn the_page_changes_threads_by_method() {
    let page = Page::open(SERVE, "{}").await;
    JsFuture::from(page.element.set_thread_id(Some("t2".to_owned()))).await.unwrap();
    assert_eq!(page.text(".bubble"), "Old question", "the promise is kept when the thread is shown");
    JsFuture::from(page.element.set_thread_id(None)).await.unwrap();
    assert!(page.find(".start").is_some());
    assert_eq!(page.detail("thread.change"), r#"{"threadId":null}"#);
}

//! What can be done with answers, widgets and questions.

use docent_element::json::{Json, parse};
use docent_element::model::{Effect, Hook, Msg};

use crate::page::{Page, find, options, stored_question};

#[test]
fn an_answer_is_copied_judged_and_asked_for_again() {
    let mut page = Page::with(options(r#","threadItemActions":{"feedback":true,"retry":true}"#, &[]));
    page.exchange("Q", "**A**");
    let tree = page.view();
    assert_eq!(find(&tree, "actions").len(), 1);
    assert_eq!(page.send(Msg::CopyAnswer(vec!["msg_a0".into()])), [Effect::Copy("**A**".into())]);
    page.send(Msg::Feedback(vec!["msg_a0".into()], false));
    assert_eq!(
        page.called().1.to_json(),
        r#"{"type":"items.feedback","params":{"thread_id":"thr_1","item_ids":["msg_a0"],"kind":"negative"}}"#
    );
    page.send(Msg::RetryAfter("msg_q0".into()));
    assert_eq!(page.said(), ["> Q"]);
    assert_eq!(page.posted().last().unwrap().str("type"), Some("threads.retry_after_item"));
    let tree = page.view();
    assert!(find(&tree, "actions").is_empty(), "there is nothing to judge while the answer is written");
}

#[test]
fn feedback_and_retry_are_off_unless_the_page_wants_them() {
    let mut page = Page::new();
    page.exchange("Q", "A");
    let tree = page.view();
    let bar = docent_element::tree::Node::Element(find(&tree, "actions")[0].clone());
    assert_eq!(find(&bar, "tool").len(), 1, "only copying");
}

fn with_widget() -> Page {
    let mut page = Page::with(options("", &["widgets.onAction"]));
    page.ask("Q");
    page.stream(&[
        r#"{"type":"thread.created","thread":{"id":"thr_1"}}"#,
        &stored_question("q", "Q"),
        r#"{"type":"thread.item.done","item":{"id":"w","type":"widget","widget":{"type":"Card","children":[{"type":"Button","label":"Go","onClickAction":{"type":"go"}}]}}}"#,
    ]);
    page.end();
    page
}

#[test]
fn a_widgets_action_goes_to_the_server_with_the_forms_values() {
    let mut page = with_widget();
    assert!(page.text().contains("Go"));
    let action = parse(r#"{"type":"save","payload":{"id":12345678901234567890,"name":"old"}}"#).unwrap();
    page.send(Msg::WidgetAction("w".into(), action, parse(r#"{"name":"new"}"#).unwrap()));
    assert_eq!(
        page.posted().last().unwrap().to_json(),
        r#"{"type":"threads.custom_action","params":{"thread_id":"thr_1","item_id":"w","action":{"type":"save","payload":{"id":12345678901234567890,"name":"new"}}}}"#
    );
}

#[test]
fn an_action_for_the_page_stays_in_the_page() {
    let mut page = with_widget();
    let action = parse(r#"{"type":"open","handler":"client","payload":{"x":1}}"#).unwrap();
    let effects = page.send(Msg::WidgetAction("w".into(), action, Json::Object(Vec::new())));
    let [Effect::CallHook(Hook::Widget(action, item))] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(action.to_json(), r#"{"type":"open","payload":{"x":1}}"#);
    assert_eq!(item.str("id"), Some("w"));
}

#[test]
fn an_action_without_a_stream_updates_its_widget() {
    let mut page = with_widget();
    let action = parse(r#"{"type":"check","streaming":false}"#).unwrap();
    page.send(Msg::WidgetAction("w".into(), action, Json::Object(Vec::new())));
    assert_eq!(page.called().1.str("type"), Some("threads.sync_custom_action"));
    page.answer(r#"{"updated_item":{"id":"w","type":"widget","widget":{"type":"Card","children":[{"type":"Text","value":"Checked"}]}}}"#);
    assert!(page.text().contains("Checked"));
}

#[test]
fn an_action_before_there_is_a_thread_is_refused_with_a_reason() {
    let mut page = Page::new();
    let effects = page.send(Msg::SendAction(parse(r#"{"type":"x"}"#).unwrap(), None, 4));
    assert!(
        matches!(&effects[..], [Effect::Settle(4, Err(failure))] if failure.message.as_ref().unwrap().contains("needs a thread"))
    );
}

#[test]
fn questions_are_answered_by_question_or_skipped() {
    let ask = r#"{"type":"thread.item.done","item":{"id":"s","type":"structured_input","status":"pending","inputs":[{"id":"a","type":"multiple_choice","question":"Where?","options":[{"value":"Here"}]},{"id":"b","type":"freeform","question":"Why?"}]}}"#;
    let mut page = Page::new();
    page.ask("Q");
    page.stream(&[r#"{"type":"thread.created","thread":{"id":"thr_1"}}"#, &stored_question("q", "Q"), ask]);
    page.end();
    assert!(page.text().contains("Where?") && page.text().contains("Skip"));
    page.send(Msg::AnswerQuestions("s".into(), Some(parse(r#"{"a":["Here"]}"#).unwrap())));
    assert_eq!(
        page.posted().last().unwrap().to_json(),
        r#"{"type":"threads.add_structured_input","params":{"thread_id":"thr_1","item_id":"s","input":{"status":"answered","answers":{"a":{"values":["Here"],"skipped":false}}}}}"#
    );
    page.stream(&[&ask.replace("item.done", "item.replaced").replace("pending", "skipped")]);
    page.end();
    assert!(!page.text().contains("Skip\u{0}") && page.text().contains("Skipped"));
}

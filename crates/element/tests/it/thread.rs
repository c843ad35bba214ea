//! Opening conversations, paging, refreshing.

use docent_element::model::{Call, Effect, Failure, FailureKind, Load, Msg};

use crate::page::{Page, answer, draft, find, options};

fn item(n: usize) -> String {
    answer(&format!("i{n}"), &format!("A{n}"))
}

fn items(range: impl Iterator<Item = usize>) -> String {
    range.map(item).collect::<Vec<_>>().join(",")
}

#[test]
fn a_conversation_without_a_title_has_no_empty_heading_and_one_with_a_title_has_it() {
    let mut page = Page::new();
    assert!(find(&page.view(), "title").is_empty());
    page.state.thread.title = Some("Ports".into());
    assert_eq!(find(&page.view(), "title").len(), 1);
    assert!(page.text().contains("Ports"));
}

#[test]
fn the_first_thread_is_opened_without_a_change_event() {
    let mut page = Page::with(options(r#","initialThread":"thr_9""#, &[]));
    assert_eq!(page.events(), ["ready", "thread.load.start"]);
    assert_eq!(page.called().1.to_json(), r#"{"type":"threads.get_by_id","params":{"thread_id":"thr_9"}}"#);
    page.answer(&format!(r#"{{"id":"thr_9","title":"T","status":{{"type":"active"}},"items":{{"data":[{}],"has_more":false}}}}"#, items(0..2)));
    assert_eq!(page.said(), ["A0", "A1"]);
    assert_eq!(page.events(), ["ready", "thread.load.start", "thread.load.end"]);
    assert!(page.text().contains('T'));
}

#[test]
fn a_long_thread_shows_its_newest_items_and_pages_back() {
    let mut page = Page::with(options(r#","initialThread":"t""#, &[]));
    page.answer(&format!(
        r#"{{"id":"t","items":{{"data":[{}],"has_more":true,"after":"i19"}}}}"#,
        items(0..20)
    ));
    let (call, body) = page.called();
    assert!(matches!(call, Call::Newest(..)));
    assert_eq!(body.get("params").str("order"), Some("desc"));
    page.answer(&format!(r#"{{"data":[{}],"has_more":true,"after":"i50"}}"#, items((50..100).rev())));
    assert_eq!(page.said().first().unwrap(), "A50");
    assert_eq!(page.said().last().unwrap(), "A99");

    page.send(Msg::LoadOlder);
    assert_eq!(page.send(Msg::LoadOlder), [], "one page at a time");
    assert_eq!(page.called().1.get("params").str("after"), Some("i50"));
    // A page of hidden items only: empty, and yet there is more.
    page.answer(r#"{"data":[],"has_more":true,"after":"h1"}"#);
    page.send(Msg::LoadOlder);
    page.answer(&format!(r#"{{"data":[{}],"has_more":false}}"#, items((40..51).rev())));
    assert_eq!(page.said().len(), 60, "an item that comes twice is shown once");
    assert_eq!(page.said().first().unwrap(), "A40");
    assert!(page.state.thread.older.is_none());
}

#[test]
fn a_thread_that_cannot_be_opened_says_why_and_offers_a_way_on() {
    let mut page = Page::with(options(r#","initialThread":"gone""#, &[]));
    let (call, _) = page.called();
    page.send(Msg::Answered(Box::new(call), Err(Failure::from_status(404, ""))));
    let text = page.text();
    assert!(text.contains("no longer exists") && text.contains("New conversation"));
    assert!(!text.contains("Try again"), "trying again cannot help");
    assert!(page.events().ends_with(&["thread.load.end", "error"]));
    page.send(Msg::NewThread);
    assert!(page.state.is_new());
    assert!(page.events().contains(&"thread.change"), "the page forgets the id it kept");
}

#[test]
fn an_answer_for_a_thread_that_was_left_is_not_shown() {
    let mut page = Page::new();
    page.send(Msg::SetThread(Some("a".into()), 1));
    let (first, _) = page.called();
    page.send(Msg::SetThread(Some("b".into()), 2));
    let late = format!(r#"{{"id":"a","items":{{"data":[{}],"has_more":false}}}}"#, items(0..1));
    let effects = page.send(Msg::Answered(Box::new(first), Ok(docent_element::json::parse(&late).unwrap())));
    assert!(effects.contains(&Effect::Settle(1, Ok(()))), "and its caller is not left waiting");
    assert_eq!(page.said(), [] as [String; 0]);
    assert_eq!(page.state.thread.load, Load::Pending);
}

#[test]
fn a_message_of_the_page_waits_for_the_thread() {
    let mut page = Page::with(options(r#","initialThread":"t""#, &[]));
    assert_eq!(page.send(Msg::Send(draft("Later"), 3)), []);
    page.send(Msg::Send(draft("Later still"), 4));
    assert!(page.posted().is_empty());
    let effects = page.answer(r#"{"id":"t","items":{"data":[],"has_more":false}}"#);
    assert_eq!(page.posted()[0].str("type"), Some("threads.add_user_message"));
    assert_eq!(page.said(), ["> Later"]);
    assert!(effects.contains(&Effect::Settle(3, Ok(()))));
    assert!(effects.contains(&Effect::RejectBusy(4)), "one at a time, as ever");
}

#[test]
fn a_message_that_waits_for_one_thread_goes_into_no_other() {
    for leave in [Msg::SetThread(Some("other".into()), 9), Msg::NewThread] {
        let mut page = Page::with(options(r#","initialThread":"t""#, &[]));
        page.send(Msg::Send(draft("Later"), 3));
        let effects = page.send(leave);
        let Some(Effect::Settle(3, Err(failure))) = effects.first() else { panic!("{effects:?}") };
        assert_eq!(failure.host_code(), "thread_changed");
        page.send(Msg::SetThread(Some("third".into()), 10));
        page.answer(r#"{"id":"third","items":{"data":[],"has_more":false}}"#);
        assert!(page.posted().is_empty());
    }
    let mut page = Page::with(options(r#","initialThread":"t""#, &[]));
    page.send(Msg::Send(draft("Later"), 3));
    let failure = Failure::new(FailureKind::NotFound, None);
    let (call, _) = page.called();
    let effects = page.send(Msg::Answered(Box::new(call), Err(failure.clone())));
    assert!(effects.contains(&Effect::Settle(3, Err(failure))));
}

#[test]
fn a_thread_that_was_asked_for_twice_is_shown_once() {
    let mut page = Page::new();
    page.send(Msg::SetThread(Some("a".into()), 1));
    let (first, _) = page.called();
    page.send(Msg::SetThread(Some("b".into()), 2));
    page.send(Msg::SetThread(Some("a".into()), 3));
    page.answer(&format!(r#"{{"id":"a","items":{{"data":[{}],"has_more":false}}}}"#, items(0..1)));
    page.ask("Q");
    let late = docent_element::json::parse(r#"{"id":"a","items":{"data":[],"has_more":false}}"#).unwrap();
    page.send(Msg::Answered(Box::new(first), Ok(late)));
    assert_eq!(page.said(), ["A0", "> Q"]);
}

#[test]
fn changing_the_thread_leaves_an_answer_to_be_written_on() {
    let mut page = Page::new();
    let turn = page.ask("Q");
    let effects = page.send(Msg::SetThread(Some("other".into()), 1));
    assert!(effects.contains(&Effect::Leave(turn)) && !effects.contains(&Effect::Abort(turn)));
    assert_eq!(
        page.events(),
        ["ready", "response.start", "response.end", "thread.change", "thread.load.start"]
    );
}

#[test]
fn a_new_conversation_leaves_an_answer_to_be_written_on() {
    let mut page = Page::new();
    let turn = page.ask("Q");
    let effects = page.send(Msg::NewThread);
    assert!(effects.contains(&Effect::Leave(turn)) && !effects.contains(&Effect::Abort(turn)));
}

#[test]
fn an_element_that_was_off_the_page_fetches_what_was_written_meanwhile() {
    let mut page = Page::new();
    page.exchange("Q", "A");
    assert_eq!(page.send(Msg::Attached), []);
    let turn = page.ask("Q2");
    assert_eq!(page.send(Msg::Detached)[0], Effect::Leave(turn));
    page.send(Msg::Attached);
    assert_eq!(page.called().1.str("type"), Some("threads.get_by_id"));
    page.answer(&format!(r#"{{"id":"thr_1","items":{{"data":[{}],"has_more":false}}}}"#, items(0..3)));
    assert_eq!(page.said(), ["A0", "A1", "A2"]);
    assert_eq!(page.send(Msg::Attached), [], "it is fetched once");
}

#[test]
fn fetched_updates_replace_what_is_known_and_keep_what_is_older() {
    let mut page = Page::with(options(r#","initialThread":"t""#, &[]));
    page.answer(&format!(r#"{{"id":"t","items":{{"data":[{}],"has_more":false}}}}"#, items(0..4)));
    page.send(Msg::FetchUpdates(5));
    let fresh = format!(
        r#"{{"data":[{},{},{}],"has_more":true,"after":"i2"}}"#,
        item(9),
        answer("i3", "Changed"),
        item(2)
    );
    let effects = page.answer(&fresh);
    assert_eq!(effects, [Effect::Settle(5, Ok(()))]);
    assert_eq!(page.said(), ["A0", "A1", "A2", "Changed", "A9"]);
    assert!(page.text().contains("Changed"), "and the view does not keep the old answer");
}

#[test]
fn a_closed_thread_takes_no_messages_and_says_why() {
    let mut page = Page::with(options(r#","initialThread":"t""#, &[]));
    page.answer(r#"{"id":"t","status":{"type":"closed","reason":"Solved on Monday."},"items":{"data":[],"has_more":false}}"#);
    assert!(page.text().contains("Solved on Monday."));
    page.send(Msg::Input("Q".into()));
    assert_eq!(page.send(Msg::Submit), []);
    let refused = page.send(Msg::Send(draft("Q"), 7));
    assert!(
        matches!(&refused[..], [Effect::Settle(7, Err(failure))] if failure.kind == FailureKind::Forbidden)
    );
}

#[test]
fn another_server_begins_anew_and_the_same_one_keeps_the_conversation() {
    let mut page = Page::new();
    page.exchange("Q", "A");
    page.send(Msg::SetOptions(Box::new(options(r#","theme":"dark""#, &[]))));
    assert_eq!(page.said(), ["> Q", "A"]);
    let mut elsewhere = options("", &[]);
    elsewhere.api_url = Some("https://other.example/chatkit".into());
    page.send(Msg::SetOptions(Box::new(elsewhere)));
    assert_eq!(page.said(), [] as [String; 0]);
    assert_eq!(page.events().iter().filter(|name| **name == "ready").count(), 1);
}

#[test]
fn a_thread_that_fails_to_load_by_network_can_be_loaded_again() {
    let mut page = Page::with(options(r#","initialThread":"t""#, &[]));
    let (call, _) = page.called();
    page.send(Msg::Answered(Box::new(call), Err(Failure::new(FailureKind::Unreachable, None))));
    assert!(page.text().contains("Try again"));
    page.send(Msg::ReloadThread);
    page.answer(&format!(r#"{{"id":"t","items":{{"data":[{}],"has_more":false}}}}"#, items(0..1)));
    assert_eq!(page.said(), ["A0"]);
}

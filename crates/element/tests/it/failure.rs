//! What goes wrong, what the reader is told, and what trying again does.

use docent_element::model::{Effect, Failure, FailureKind, Msg};

use crate::page::{Page, draft, find, stored_answer, stored_question};

fn fail(page: &mut Page, failure: Failure) {
    let turn = page.turn();
    page.send(Msg::Failed(turn, failure));
}

#[test]
fn a_server_that_is_down_is_named_and_the_same_message_is_sent_again() {
    let mut page = Page::new();
    page.ask("Q");
    fail(&mut page, Failure::new(FailureKind::Unreachable, None));
    assert!(page.text().contains("The server could not be reached."));
    assert_eq!(page.events(), ["ready", "response.start", "error", "response.end"]);
    page.send(Msg::TryAgain);
    let posted = page.posted();
    assert_eq!(posted[0], posted[1]);
    assert_eq!(page.said(), ["> Q"], "the question stands there once");
    page.stream(&[&stored_question("q", "Q"), &stored_answer("a", "A")]);
    page.end();
    assert_eq!(page.said(), ["> Q", "A"]);
}

#[test]
fn after_the_server_has_the_message_trying_again_asks_for_another_answer_to_it() {
    let mut page = Page::new();
    page.ask("Q");
    page.stream(&[
        r#"{"type":"thread.created","thread":{"id":"thr_1"}}"#,
        &stored_question("q", "Q"),
        r#"{"type":"thread.item.added","item":{"id":"a","type":"assistant_message","content":[]}}"#,
    ]);
    fail(&mut page, Failure::new(FailureKind::Interrupted, None));
    page.send(Msg::TryAgain);
    assert_eq!(
        page.posted().last().unwrap().to_json(),
        r#"{"type":"threads.retry_after_item","params":{"thread_id":"thr_1","item_id":"q"}}"#
    );
    assert_eq!(page.said(), ["> Q"], "the broken answer is gone");
}

#[test]
fn a_stream_that_ends_in_the_middle_of_an_answer_is_a_failure() {
    let mut page = Page::new();
    page.ask("Q");
    page.stream(&[
        &stored_question("q", "Q"),
        r#"{"type":"thread.item.added","item":{"id":"a","type":"assistant_message","content":[]}}"#,
    ]);
    page.end();
    assert_eq!(page.state.trouble.as_ref().unwrap().failure.kind, FailureKind::Interrupted);

    let mut page = Page::new();
    page.ask("Q");
    page.end();
    assert_eq!(
        page.state.trouble.as_ref().unwrap().failure.kind,
        FailureKind::Interrupted,
        "and so is a stream without a word"
    );
}

#[test]
fn an_error_event_is_shown_in_the_servers_words_and_may_forbid_trying_again() {
    let mut page = Page::new();
    page.ask("Q");
    page.stream(&[
        &stored_question("q", "Q"),
        r#"{"type":"error","code":"custom","message":"The quota is used up.","allow_retry":false}"#,
    ]);
    page.end();
    assert!(page.text().contains("The quota is used up."));
    assert!(page.state.trouble.as_ref().unwrap().way.is_none());
    assert_eq!(page.events().iter().filter(|name| **name == "error").count(), 1);
    let tree = page.view();
    let failure = find(&tree, "failure");
    assert!(
        find(&docent_element::tree::Node::Element(failure[0].clone()), "button").is_empty(),
        "no button that cannot help"
    );
}

#[test]
fn each_status_says_why() {
    for (status, words) in [
        (401, "signed out"),
        (403, "not allowed"),
        (404, "no longer exists"),
        (409, "Another answer is still being written"),
        (413, "too long"),
        (429, "Too many messages"),
        (500, "The server had a problem"),
        (400, "did not accept"),
    ] {
        let mut page = Page::new();
        page.ask("Q");
        fail(&mut page, Failure::from_status(status, r#"{"error":{"code":"c","message":"Server words."}}"#));
        let text = page.text();
        assert!(text.contains(words), "{status}: {text}");
        assert!(text.contains("Server words."), "{status}");
    }
}

#[test]
fn a_new_message_takes_the_old_failure_away() {
    let mut page = Page::new();
    page.ask("Q");
    fail(&mut page, Failure::new(FailureKind::Server, None));
    page.ask("Q2");
    assert!(page.state.trouble.is_none());
}

#[test]
fn the_page_is_refused_while_an_answer_is_on_its_way() {
    let mut page = Page::new();
    page.ask("Q");
    assert_eq!(page.send(Msg::Send(draft("More"), 7)), [Effect::RejectBusy(7)]);
    page.send(Msg::Input("typed meanwhile".to_owned()));
    assert_eq!(page.send(Msg::Submit), []);
    assert_eq!(page.state.composer.text, "typed meanwhile", "what was typed is not lost");
}

#[test]
fn without_an_address_the_chat_says_so_and_nothing_is_sent() {
    let mut page = Page::with(docent_element::model::Options::default());
    page.send(Msg::Input("Q".to_owned()));
    assert_eq!(page.send(Msg::Submit), []);
    let effects = page.send(Msg::Send(draft("Q"), 1));
    assert!(matches!(&effects[..], [Effect::Settle(1, Err(failure))] if failure.kind == FailureKind::Setup));
}

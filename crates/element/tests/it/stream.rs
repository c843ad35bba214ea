//! Streams of events, and what they leave behind.

use docent_element::model::{Effect, Item, Msg};

use crate::page::{Page, answer, find, options, stored_answer, stored_question};

fn added(id: &str) -> String {
    format!(
        r#"{{"type":"thread.item.added","item":{}}}"#,
        answer(id, "").replace(r#"[{"type":"output_text","text":"","annotations":[]}]"#, "[]")
    )
}

fn delta(id: &str, text: &str) -> String {
    format!(
        r#"{{"type":"thread.item.updated","item_id":"{id}","update":{{"type":"assistant_message.content_part.text_delta","content_index":0,"delta":"{text}"}}}}"#
    )
}

#[test]
fn a_turn_goes_from_the_question_to_the_stored_answer() {
    let mut page = Page::new();
    page.ask("Why?");
    assert_eq!(page.said(), ["> Why?"], "the question is shown before the server has answered");
    page.stream(&[
        r#"{"type":"thread.created","thread":{"id":"thr_1","status":{"type":"active"}}}"#,
        &stored_question("msg_1", "Why?"),
        r#"{"type":"stream_options","stream_options":{"allow_cancel":true}}"#,
        r#"{"type":"progress_update","text":"Searching","icon":"search"}"#,
    ]);
    assert!(page.text().contains("Searching"));
    page.stream(&[&added("msg_2"), &delta("msg_2", "Be"), &delta("msg_2", "cause.")]);
    assert!(!page.text().contains("Searching"), "the progress line goes when there is something to read");
    assert!(page.state.thread.find("msg_2").unwrap().is_open);
    page.stream(&[&stored_answer("msg_2", "Because.")]);
    page.end();
    assert_eq!(page.said(), ["> Why?", "Because."]);
    assert_eq!(page.events(), ["ready", "response.start", "thread.change", "response.end"]);
    assert!(
        page.effects.contains(&Effect::Announce("Because.".to_owned())),
        "the answer is announced once, complete"
    );
    assert!(page.state.may_send());
}

#[test]
fn a_citation_is_numbered_in_the_text_and_named_in_the_list() {
    let mut page = Page::new();
    page.exchange("Q", "x");
    page.ask("Q2");
    page.stream(&[
        &stored_question("q2", "Q2"),
        r#"{"type":"thread.item.done","item":{"id":"a2","type":"assistant_message","content":[{"type":"output_text","text":"Yes, it does. No.","annotations":[{"type":"annotation","index":13,"source":{"type":"url","title":"Guide","url":"https://docs.example/guide#a"}},{"type":"annotation","index":17,"source":{"type":"url","title":"Other","url":"javascript:alert(1)"}}]}]}}"#,
    ]);
    page.end();
    let tree = page.view();
    let chips: Vec<String> = find(&tree, "cite")
        .iter()
        .map(|chip| docent_element::tree::Node::Element((*chip).clone()).plain())
        .collect();
    assert_eq!(chips, ["1", "2"]);
    let sources = find(&tree, "source");
    assert_eq!(sources.len(), 2);
    assert!(sources[0].attrs.contains(&("href", "https://docs.example/guide#a".into())));
    assert!(
        !sources[0].attrs.iter().any(|(name, _)| *name == "target"),
        "the own site opens in the same tab"
    );
    assert!(
        !sources[1].attrs.iter().any(|(name, _)| *name == "href"),
        "an address that may run code is no link"
    );
}

#[test]
fn annotations_of_the_stream_survive_a_part_that_is_done_without_them() {
    let mut page = Page::new();
    page.ask("Q");
    page.stream(&[
        &added("a"),
        &delta("a", "Text."),
        r#"{"type":"thread.item.updated","item_id":"a","update":{"type":"assistant_message.content_part.annotation_added","content_index":0,"annotation_index":0,"annotation":{"type":"annotation","index":5,"source":{"type":"file","title":"F","filename":"f.md"}}}}"#,
        r#"{"type":"thread.item.updated","item_id":"a","update":{"type":"assistant_message.content_part.done","content_index":0,"content":{"type":"output_text","text":"Text.","annotations":[]}}}"#,
    ]);
    let Item::Assistant(contents) = &page.state.thread.find("a").unwrap().item else { panic!("no answer") };
    assert_eq!(contents[0].annotations.len(), 1);
}

#[test]
fn what_this_version_does_not_know_changes_nothing() {
    let mut page = Page::new();
    page.ask("Q");
    page.stream(&[
        &stored_question("q", "Q"),
        r#"{"type":"thread.item.done","item":{"id":"x","type":"hologram","data":[1]}}"#,
        r#"{"type":"quantum.update","x":1}"#,
        r#"{"type":"thread.item.updated","item_id":"nobody","update":{"type":"assistant_message.content_part.text_delta","content_index":0,"delta":"x"}}"#,
        r#"{"type":"thread.item.done","item":{"id":"h","type":"hidden_context_item","content":"secret"}}"#,
        &stored_answer("a", "Fine."),
    ]);
    page.end();
    assert_eq!(page.said(), ["> Q", "Fine."]);
    assert!(!page.text().contains("secret"), "hidden context is never shown, whoever sends it");
}

#[test]
fn an_unreadable_event_is_logged_and_the_stream_goes_on() {
    let mut page = Page::new();
    page.ask("Q");
    let effects = page.stream(&["{not json", &stored_answer("a", "Fine.")]);
    assert!(
        matches!(&effects[0], Effect::Emit("log", detail) if detail.str("name") == Some("stream.unreadable_event"))
    );
    assert_eq!(page.said(), ["> Q", "Fine."]);
}

#[test]
fn a_huge_content_index_does_not_make_us_allocate() {
    let mut page = Page::new();
    page.ask("Q");
    page.stream(&[
        &added("a"),
        &delta("a", "x").replace("\"content_index\":0", "\"content_index\":4000000000"),
    ]);
    let Item::Assistant(contents) = &page.state.thread.find("a").unwrap().item else { panic!("no answer") };
    assert!(contents.len() <= 1);
}

#[test]
fn stop_keeps_what_has_arrived_and_ignores_what_comes_after() {
    let mut page = Page::new();
    let turn = page.ask("Q");
    page.stream(&[&stored_question("q", "Q"), &added("a"), &delta("a", "Half an")]);
    let effects = page.send(Msg::Stop);
    assert!(effects.contains(&Effect::Abort(turn)));
    page.send(Msg::Arrived(turn, delta("a", " answer")));
    page.send(Msg::Ended(turn));
    assert_eq!(page.said(), ["> Q", "Half an"]);
    assert!(page.state.trouble.is_none() && page.state.may_send());
    assert_eq!(page.events().iter().filter(|name| **name == "response.end").count(), 1);
}

#[test]
fn stop_is_refused_where_the_server_does_not_allow_it() {
    let mut page = Page::new();
    page.ask("Q");
    page.stream(&[r#"{"type":"stream_options","stream_options":{"allow_cancel":false}}"#]);
    assert_eq!(page.send(Msg::Stop), []);
    assert!(page.state.is_busy());
    let tree = page.view();
    assert!(find(&tree, "is-stop").is_empty());
}

#[test]
fn items_are_replaced_and_removed() {
    let mut page = Page::new();
    page.exchange("Q", "Old");
    page.ask("Q2");
    page.stream(&[
        &stored_question("q2", "Q2"),
        &stored_answer("msg_a0", "New").replace("item.done", "item.replaced"),
        r#"{"type":"thread.item.removed","item_id":"msg_q0"}"#,
        &stored_answer("a2", "Two"),
    ]);
    page.end();
    assert_eq!(page.said(), ["New", "> Q2", "Two"]);
}

#[test]
fn a_client_tool_is_answered_with_what_the_page_says_and_the_turn_goes_on() {
    let mut page = Page::with(options("", &["onClientTool"]));
    page.ask("Q");
    page.stream(&[
        r#"{"type":"thread.created","thread":{"id":"thr_1","status":{"type":"active"}}}"#,
        &stored_question("q", "Q"),
        r#"{"type":"thread.item.done","item":{"id":"t","type":"client_tool_call","status":"pending","call_id":"c","name":"get_theme","arguments":{"a":null}}}"#,
    ]);
    let turn = page.turn();
    let effects = page.end();
    let [Effect::CallHook(docent_element::model::Hook::ClientTool(_, call))] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(call.to_json(), r#"{"name":"get_theme","params":{"a":null}}"#);
    assert!(page.state.is_busy(), "the turn is not over while the tool works");
    page.send(Msg::ToolAnswered(turn, docent_element::json::parse(r#"{"theme":"dark"}"#).unwrap()));
    assert_eq!(
        page.posted().last().unwrap().to_json(),
        r#"{"type":"threads.add_client_tool_output","params":{"thread_id":"thr_1","result":{"theme":"dark"}}}"#
    );
    page.stream(&[&stored_answer("a", "Dark.")]);
    page.end();
    assert_eq!(page.said(), ["> Q", "Dark."]);
    assert_eq!(page.events().iter().filter(|name| **name == "response.end").count(), 1, "one turn, one end");
}

#[test]
fn a_client_tool_nobody_handles_is_answered_so_that_the_turn_can_go_on() {
    let mut page = Page::new();
    page.ask("Q");
    page.stream(&[
        r#"{"type":"thread.created","thread":{"id":"thr_1"}}"#,
        r#"{"type":"thread.item.done","item":{"id":"t","type":"client_tool_call","status":"pending","name":"x","arguments":{}}}"#,
    ]);
    page.end();
    assert!(page.events().contains(&"error"));
    assert_eq!(page.posted().last().unwrap().str("type"), Some("threads.add_client_tool_output"));
}

#[test]
fn a_widgets_text_grows_by_its_component() {
    let mut page = Page::new();
    page.ask("Q");
    page.stream(&[
        r#"{"type":"thread.item.added","item":{"id":"w","type":"widget","widget":{"type":"Card","children":[{"type":"Text","id":"t","value":"Hel"},{"type":"Mystery","label":"Kept"}]}}}"#,
        r#"{"type":"thread.item.updated","item_id":"w","update":{"type":"widget.streaming_text.value_delta","component_id":"t","delta":"lo","done":false}}"#,
    ]);
    let text = page.text();
    assert!(text.contains("Hello") && text.contains("Kept"), "an unknown component shows its words: {text}");
}

#[test]
fn notices_and_effects_are_not_part_of_the_thread() {
    let mut page = Page::new();
    page.ask("Q");
    let effects = page.stream(&[
        &stored_question("q", "Q"),
        r#"{"type":"notice","level":"warning","title":"Careful","message":"It is **late**."}"#,
        r#"{"type":"client_effect","name":"confetti","data":{"n":3}}"#,
        &stored_answer("a", "A"),
    ]);
    let detail = r#"{"name":"confetti","data":{"n":3}}"#;
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Emit("effect", json) if json.to_json() == detail))
    );
    page.end();
    assert!(page.text().contains("It is late."));
    let notice = page
        .state
        .thread
        .entries
        .iter()
        .find(|entry| matches!(entry.item, Item::Notice { .. }))
        .unwrap()
        .id
        .clone();
    page.send(Msg::DismissNotice(notice));
    assert!(!page.text().contains("Careful"));
}

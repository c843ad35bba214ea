//! What is sent and read, held against the protocol crate: the element reads by hand what the crate defines by types.

use docent_element::client::request;
use docent_element::json::parse;
use docent_element::model::{Attachment, Draft, Entry, Item, Part};
use docent_protocol::ChatKitRequest;

const ITEMS: &str = include_str!("../../../protocol/tests/golden/items.jsonl");
const EVENTS: &str = include_str!("../../../protocol/tests/golden/events.jsonl");

#[test]
fn every_item_of_the_protocol_is_read_and_only_hidden_ones_are_dropped() {
    for line in ITEMS.lines() {
        let value = parse(line).unwrap();
        let kind = value.text("type");
        let is_hidden = kind == "hidden_context_item" || kind == "sdk_hidden_context";
        let entry = Entry::read(&value);
        assert_eq!(matches!(entry.item, Item::Other), is_hidden, "{kind}");
        assert!(!entry.id.is_empty());
    }
}

#[test]
fn every_event_of_the_protocol_can_arrive_at_any_time() {
    for first in EVENTS.lines() {
        for second in EVENTS.lines() {
            let mut page = crate::page::Page::new();
            page.ask("Q");
            // An update names an item "x": let it be of every kind in turn.
            for item in ITEMS.lines() {
                let item = item.replace("\"x_1\"", "\"x\"");
                page.stream(&[&format!(r#"{{"type":"thread.item.added","item":{item}}}"#), second]);
            }
            page.stream(&[first, second]);
            let _ = page.view();
        }
    }
}

#[test]
fn every_request_is_one_the_server_reads() {
    let tag = parse(r#"{"type":"input_tag","id":"1","text":"Ada"}"#).unwrap();
    let draft = Draft {
        content: vec![Part::plain("a \"quoted\"\n\u{2028}text"), Part { text: "Ada".into(), tag: Some(tag) }],
        quote: Some("passage".into()),
        attachments: vec![Attachment {
            id: "atc_1".into(),
            name: "n".into(),
            mime_type: "m".into(),
            preview_url: None,
        }],
        tool: Some("search".into()),
        model: Some("m".into()),
        is_new_thread: false,
    };
    let action =
        parse(r#"{"type":"t","payload":{"a":null},"handler":"server","loadingBehavior":"auto"}"#).unwrap();
    let answers = parse(r#"{"q":{"values":["v"],"skipped":false}}"#).unwrap();
    let bodies = [
        request::message(None, &draft),
        request::message(Some("t"), &draft),
        request::message(None, &Draft::default()),
        request::retry("t", "i"),
        request::tool_output("t", docent_element::json::Json::Null),
        request::structured_input("t", "i", Some(answers)),
        request::structured_input("t", "i", None),
        request::action("t", Some("i"), &action, false),
        request::action("t", None, &action, true),
        request::thread("t"),
        request::items("t", None),
        request::items("t", Some("i")),
        request::threads(None),
        request::threads(Some("t")),
        request::rename("t", "New"),
        request::delete("t"),
        request::feedback("t", &["i".into()], true),
        request::create_attachment("a.png", 12, "image/png"),
        request::delete_attachment("atc_1"),
    ];
    for body in bodies {
        let read = ChatKitRequest::from_slice(body.as_bytes());
        assert!(read.is_ok(), "{body}: {:?}", read.err());
    }
}

//! The splice against hand-written bodies and, with random ones, against a parser that merges values.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

const USER: Entry<'static> = Entry { key: "userInfo", json: r#"{"id":7}"#, wins: true };
const PAGE: Entry<'static> = Entry { key: "pageContext", json: r#"{"schema":1}"#, wins: false };

fn spliced(body: &str) -> String {
    edited(body, &Body::read(body).expect("a ChatKit body").edits(body, &[USER, PAGE]))
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.range.clone(), &edit.new);
    }
    text
}

#[test]
fn metadata_is_added_at_the_top_and_in_the_input() {
    assert_eq!(
        spliced(r#"{"type":"threads.create","params":{"input":{"content":[]}}}"#),
        concat!(
            r#"{"type":"threads.create","params":{"input":{"content":[],"#,
            r#""metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}}}},"#,
            r#""metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}}}"#,
        )
    );
}

#[test]
fn an_operation_without_an_input_gets_metadata_at_the_top_only() {
    for params in ["{}", r#"{"item_id":"msg_1"}"#, r#"{"input":null}"#, r#"{"input":[]}"#, "null", "3"] {
        let body = [r#"{"type":"x","params":"#, params, "}"].concat();
        let expected = [
            r#"{"type":"x","params":"#,
            params,
            r#","metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}}}"#,
        ]
        .concat();
        assert_eq!(spliced(&body), expected);
    }
}

#[test]
fn an_entry_that_wins_replaces_and_one_that_does_not_yields() {
    assert_eq!(
        spliced(r#"{"metadata":{"pageContext":"mine","userInfo":"old","x":1},"type":"x"}"#),
        r#"{"metadata":{"pageContext":"mine","userInfo":{"id":7},"x":1},"type":"x"}"#
    );
}

#[test]
fn null_and_empty_metadata_are_filled() {
    let filled = r#"{"userInfo":{"id":7},"pageContext":{"schema":1}}"#;
    for empty in ["null", "{}"] {
        let body = [r#"{"type":"x","metadata":"#, empty, "}"].concat();
        assert_eq!(spliced(&body), [r#"{"type":"x","metadata":"#, filled, "}"].concat());
    }
    assert_eq!(
        spliced(r#"{"type":"x","metadata":{  }}"#),
        r#"{"type":"x","metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}  }}"#
    );
}

#[test]
fn metadata_of_a_wrong_type_is_left_for_the_server_to_refuse() {
    for wrong in ["[]", "\"{}\"", "5", "true"] {
        let body = [r#"{"type":"x","metadata":"#, wrong, "}"].concat();
        assert_eq!(spliced(&body), body);
    }
}

#[test]
fn numbers_key_order_and_spelling_stay_byte_for_byte() {
    let before = r#"{ "z" : 12345678901234567890.000e-0 , "type":"\u0078","#;
    let after = r#""params" : {"input":7, "a":"\ud800\/"} "#;
    let body = [before, after, "}\n"].concat();
    let expected =
        [before, after.trim_end(), r#","metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}} }"#, "\n"]
            .concat();
    assert_eq!(spliced(&body), expected);
    assert_eq!(Body::read(&body).unwrap().operation(&body, &["xx", "x"]), Some("x"));
}

#[test]
fn of_duplicate_members_the_last_is_edited() {
    let body = r#"{"metadata":{"userInfo":1},"metadata":{"userInfo":2,"userInfo":3},"type":"a","type":"b"}"#;
    let expected = concat!(
        r#"{"metadata":{"userInfo":1},"metadata":{"userInfo":2,"userInfo":{"id":7},"pageContext":{"schema":1}},"#,
        r#""type":"a","type":"b"}"#
    );
    assert_eq!(spliced(body), expected);
    assert_eq!(Body::read(body).unwrap().operation(body, &["a", "b"]), Some("b"));
}

#[test]
fn a_name_inside_a_string_or_deeper_down_is_not_taken_for_the_member() {
    let body = r#"{"a":"\"metadata\":{}","b":{"metadata":{},"type":"no"},"type":"x"}"#;
    assert_eq!(
        spliced(body),
        [&body[..body.len() - 1], r#","metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}}}"#]
            .concat()
    );
}

#[test]
fn c16_a_body_without_a_string_type_is_none_of_ours() {
    for body in
        ["{}", r#"{"type":1}"#, r#"{"type":null}"#, r#"[{"type":"x"}]"#, "", "type=x", r#"{"type":"x"} x"#]
    {
        assert!(Body::read(body).is_none(), "{body}");
    }
}

#[test]
fn without_entries_nothing_changes() {
    let body = r#"{"type":"x","metadata":null}"#;
    assert!(Body::read(body).unwrap().edits(body, &[]).is_empty());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC*".prop_map(Value::from),
        Just(json!("\"\\{},:[]\u{1f600}\u{0}")),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any_key(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec!["type", "params", "input", "metadata", "userInfo", "pageContext"])
            .prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

/// The same merge, done with parsed values.
fn merged(mut body: Value) -> Value {
    fn merge(place: &mut Map<String, Value>) {
        let metadata = place.entry("metadata").or_insert(Value::Null);
        if metadata.is_null() {
            *metadata = json!({});
        }
        if let Value::Object(metadata) = metadata {
            metadata.insert("userInfo".into(), json!({"id": 7}));
            metadata.entry("pageContext").or_insert(json!({"schema": 1}));
        }
    }
    let root = body.as_object_mut().expect("an object");
    merge(root);
    if let Some(Value::Object(input)) = root.get_mut("params").and_then(|params| params.get_mut("input")) {
        merge(input);
    }
    body
}

proptest! {
    #[test]
    fn a_splice_means_the_same_as_a_merge_of_values(
        mut members in prop::collection::btree_map(any_key(), any_json(), 0..6),
        is_pretty: bool,
    ) {
        members.insert("type".to_owned(), json!("threads.create"));
        let body = Value::Object(members.into_iter().collect());
        let text = if is_pretty { serde_json::to_string_pretty(&body) } else { serde_json::to_string(&body) }.unwrap();
        let after = spliced(&text);
        prop_assert_eq!(serde_json::from_str::<Value>(&after).unwrap(), merged(body));
    }

    #[test]
    fn what_is_read_is_exactly_what_a_parser_reads(text in r#"[{}\[\]",:a\\u0-9e.+\- tn]{0,24}"#) {
        let body = ["{\"type\":\"x\",\"a\":", &text, "}"].concat();
        // The parser refuses half a surrogate pair and deep nesting; the texts made here hold neither.
        prop_assert_eq!(
            Body::read(&body).is_some(),
            serde_json::from_str::<Value>(&body).is_ok_and(|value| value["type"].is_string())
        );
    }

    #[test]
    fn c16_no_text_makes_the_reader_fail(text in any::<String>()) {
        let _ = Body::read(&text);
    }

    #[test]
    fn taking_the_added_bytes_away_gives_the_body_back(
        mut members in prop::collection::btree_map(any_key(), any_json(), 0..6),
    ) {
        members.insert("type".to_owned(), json!("x"));
        members.remove("metadata");
        members.remove("params");
        let text = serde_json::to_string(&Value::Object(members.into_iter().collect())).unwrap();
        let added = r#","metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}}"#;
        prop_assert_eq!(spliced(&text).replacen(added, "", 1), text);
    }
}

//! The splice against hand-written bodies and, with random ones, against a parser that merges values.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

const USER: Entry = Entry { value: super::Value::UserInfo, wins: true };
const PAGE: Entry = Entry { value: super::Value::Page, wins: false };

fn read(body: &str) -> Option<Body> {
    Body::read(body.as_bytes())
}

fn spliced(body: &str) -> String {
    edited(body, &read(body).expect("a ChatKit body"))
}

fn edited(text: &str, body: &Body) -> String {
    let mut edited = text.to_owned();
    for edit in body.edits(text.as_bytes(), &[USER, PAGE]).iter().rev() {
        let mut new = String::new();
        edit.new.pieces(&mut |syntax, value| {
            new.push_str(syntax);
            new.push_str(match value {
                None => "",
                Some(super::Value::UserInfo) => r#"{"id":7}"#,
                Some(_) => r#"{"schema":1}"#,
            });
        });
        edited.replace_range(edit.range.clone(), &new);
    }
    edited
}

#[test]
fn metadata_is_added_at_the_top_and_in_the_input() {
    assert_eq!(
        spliced(r#"{"type":"threads.create","params":{"input":{"content":[]}}}"#),
        concat!(
            r#"{"metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}},"type":"threads.create","params":{"#,
            r#""input":{"metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}},"content":[]}}}"#,
        )
    );
}

#[test]
fn an_operation_without_an_input_gets_metadata_at_the_top_only() {
    for params in ["{}", r#"{"item_id":"msg_1"}"#, r#"{"input":null}"#, r#"{"input":[]}"#, "null", "3"] {
        let body = [r#"{"type":"x","params":"#, params, "}"].concat();
        let added = r#"{"metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}},"type":"x","params":"#;
        let expected = [added, params, "}"].concat();
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
    let added = r#"{"metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}},"#;
    assert_eq!(spliced(&body), [added, &body[1..]].concat());
    assert!(read(&body).unwrap().is_one_of(body.as_bytes(), &["xx", "x"]));
    assert!(!read(&body).unwrap().is_one_of(body.as_bytes(), &["xx", "y"]));
}

#[test]
fn of_duplicate_members_the_last_is_edited() {
    let body = r#"{"metadata":{"userInfo":1},"metadata":{"userInfo":2,"userInfo":3},"type":"a","type":"b"}"#;
    let expected = concat!(
        r#"{"metadata":{"userInfo":1},"metadata":{"pageContext":{"schema":1},"userInfo":2,"userInfo":{"id":7}},"#,
        r#""type":"a","type":"b"}"#
    );
    assert_eq!(spliced(body), expected);
    assert!(read(body).unwrap().is_one_of(body.as_bytes(), &["b"]));
    assert!(!read(body).unwrap().is_one_of(body.as_bytes(), &["a"]));
}

#[test]
fn a_name_inside_a_string_or_deeper_down_is_not_taken_for_the_member() {
    let body = r#"{"a":"\"metadata\":{}","b":{"metadata":{},"type":"no"},"type":"x"}"#;
    assert_eq!(
        spliced(body),
        [r#"{"metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}},"#, &body[1..]].concat()
    );
}

#[test]
fn c16_a_body_without_a_string_type_is_none_of_ours() {
    for body in
        ["{}", r#"{"type":1}"#, r#"{"type":null}"#, r#"[{"type":"x"}]"#, "", "type=x", r#"{"type":"x"} x"#]
    {
        assert!(read(body).is_none(), "{body}");
    }
}

#[test]
fn two_entries_that_win_are_edited_in_the_order_of_the_text() {
    let text = r#"{"type":"x","metadata":{"pageContext":1,"userInfo":2}}"#;
    let winner = Entry { wins: true, ..PAGE };
    let edits = read(text).unwrap().edits(text.as_bytes(), &[USER, winner]);
    let starts: Vec<usize> = edits.iter().map(|edit| edit.range.start).collect();
    assert_eq!(starts, [text.find('1').unwrap(), text.find('2').unwrap()]);
}

#[test]
fn a_long_body_is_edited_after_its_start_as_after_the_whole_of_it() {
    for input in [r#"{"content":["long"],"a":1}"#, "{}", "{ }"] {
        let text = [r#"{ "type":"threads.create", "params":{"thread_id":"t","input":"#, input, "}}"].concat();
        let whole = spliced(&text);
        // As soon as it is known whether the input has a member.
        let known = text.find(input).unwrap() + input.find(['"', '}']).unwrap() + 1;
        for end in 0..=text.len() {
            let start = Body::read_start(&text.as_bytes()[..end]);
            assert_eq!(start.is_some(), end >= known, "{end}");
            if let Some(start) = start {
                assert_eq!(start.len_bytes, known);
                assert_eq!(edited(&text, &start), whole);
            }
        }
    }
    for other in [r#"{"type":"x","params":{}}"#, r#"{"params":{"input":{"a":1}},"type":"x"}"#] {
        assert!(Body::read_start(other.as_bytes()).is_none(), "{other}");
    }
}

#[test]
fn without_entries_nothing_changes() {
    let body = r#"{"type":"x","metadata":null}"#;
    assert!(read(body).unwrap().edits(body.as_bytes(), &[]).is_empty());
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
            read(&body).is_some(),
            serde_json::from_str::<Value>(&body).is_ok_and(|value| value["type"].is_string())
        );
    }

    #[test]
    fn c16_no_text_makes_the_reader_fail(text in any::<String>()) {
        let _ = read(&text);
        let _ = Body::read_start(text.as_bytes());
    }

    #[test]
    fn taking_the_added_bytes_away_gives_the_body_back(
        mut members in prop::collection::btree_map(any_key(), any_json(), 0..6),
    ) {
        members.insert("type".to_owned(), json!("x"));
        members.remove("metadata");
        members.remove("params");
        let text = serde_json::to_string(&Value::Object(members.into_iter().collect())).unwrap();
        let added = r#""metadata":{"userInfo":{"id":7},"pageContext":{"schema":1}},"#;
        prop_assert_eq!(spliced(&text).replacen(added, "", 1), text);
    }
}

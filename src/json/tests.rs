//! The scanner against texts that a parser takes and texts that one refuses.

use super::*;

fn is_object(text: &str) -> bool {
    whole_object(text.as_bytes(), &[&[]]).is_some()
}

#[test]
fn a_string_ends_where_it_ends_wherever_that_is_in_a_word() {
    for length in 0..40 {
        let plain = "é".repeat(length / 2) + &"x".repeat(length % 2);
        for (special, is_valid) in
            [("", true), ("\\n", true), ("\\\"", true), ("\n", false), ("\u{1f}", false)]
        {
            let text = ["{\"a\":\"", &plain, special, "\u{7f} !#[]", &plain, "\"}"].concat();
            assert_eq!(is_object(&text), is_valid, "{text}");
        }
    }
}

#[test]
fn keys_are_found_in_what_the_last_key_holds_in_one_reading() {
    let text = r#"{"b":{"c":0},"a":{"c":1},"b":{"x":{},"c":{"d":2}}}"#;
    let object = whole_object(text.as_bytes(), &[&["a", "b"], &["c"], &["d"]]).unwrap();
    let inner = object.inner.unwrap();
    assert_eq!(&text[inner.values[0].clone().unwrap()], r#"{"d":2}"#);
    assert_eq!(&text[inner.inner.unwrap().values[0].clone().unwrap()], "2");
    assert!(whole_object(br#"{"b":{"c":1},"b":3}"#, &[&["b"], &["c"]]).unwrap().inner.is_none());
    assert!(whole_object(br#"{"b":{"c":1,}}"#, &[&["b"], &["c"]]).is_none());
}

#[test]
fn texts_that_json_parse_refuses_are_refused() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "{}x",
        "{} {}",
        "{,}",
        r#"{"a":1,}"#,
        r#"{"a" 1}"#,
        r#"{"a":}"#,
        r#"{a:1}"#,
        r#"{'a':1}"#,
        r#"{"a":01}"#,
        r#"{"a":1.}"#,
        r#"{"a":.5}"#,
        r#"{"a":+1}"#,
        r#"{"a":1e}"#,
        r#"{"a":-}"#,
        r#"{"a":tru}"#,
        r#"{"a":nul}"#,
        r#"{"a":NaN}"#,
        r#"{"a":"\x"}"#,
        r#"{"a":"\u12g4"}"#,
        r#"{"a":"unclosed}"#,
        "{\"a\":\"line\nbreak\"}",
        r#"{"a":[1,]}"#,
        r#"{"a":[1}"#,
        r#"{"a":{"b":1]}"#,
        r#"{"a":[1 2]}"#,
        "\u{feff}{}",
        "{\u{a0}}",
    ] {
        assert!(!is_object(text), "{text}");
        assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "the oracle takes {text}");
    }
}

#[test]
fn values_that_are_no_object_are_refused() {
    for text in ["null", "1", "\"{}\"", "[{}]", "true"] {
        assert!(!is_object(text), "{text}");
    }
}

#[test]
fn every_form_of_value_is_stepped_over() {
    assert!(is_object(
        " { \"a\" : [ ] , \"b\":[[{}],[{\"c\":[-0.5e+10,0,1E5]}]],\r\n\t\"d\":\"\\\"\\\\\\/\\b\\u00e9ü\",\"e\":null } "
    ));
}

#[test]
fn a_key_is_found_however_it_is_spelled() {
    let text = r#"{"t\u0079pe":1}"#;
    assert_eq!(whole_object(text.as_bytes(), &[&["type"]]).unwrap().values, [Some(13..14)]);
}

#[test]
fn of_duplicate_keys_the_last_counts() {
    let text = r#"{"a":1,"a":22}"#;
    assert_eq!(whole_object(text.as_bytes(), &[&["a"]]).unwrap().values, [Some(11..13)]);
}

#[test]
fn a_hundred_thousand_open_brackets_do_not_exhaust_the_stack() {
    let deep = ["{\"a\":", &"[".repeat(100_000), &"]".repeat(100_000), "}"].concat();
    assert!(is_object(&deep));
    assert!(!is_object(&deep[..deep.len() - 2]));
}

#[test]
fn a_literal_spells_a_name_whole_and_however_it_is_escaped() {
    for literal in [r#""a.b_c""#, r#""\u0061.b_c""#, r#""a\u002Eb\u005fc""#] {
        assert!(spells(literal.as_bytes(), "a.b_c"), "{literal}");
    }
    for literal in [r#""a.b_""#, r#""a.b_cd""#, r#""\u0161.b_c""#, r#""\b.b_c""#, r#""a\".b""#, r#""""#] {
        assert!(!spells(literal.as_bytes(), "a.b_c"), "{literal}");
    }
}

#[test]
fn escapes_are_read_as_the_characters_they_mean() {
    assert_eq!(unquote(r#""a\n\t\/\\\"\u00e9""#).unwrap(), "a\n\t/\\\"é");
    assert_eq!(unquote(r#""\ud83d\ude00""#).unwrap(), "😀");
    assert_eq!(unquote(r#""\ud83dx\ude00""#).unwrap(), "\u{fffd}x\u{fffd}");
    assert_eq!(unquote(r#""\ud83d\ud83d\ude00""#).unwrap(), "\u{fffd}😀");
}

#[test]
fn the_start_of_a_text_is_read_as_far_as_the_innermost_brace() {
    let wanted: &[&[&str]] = &[&["type", "params"], &["input"], &["x"]];
    let text = r#"{"type":"t","params":{"a":[1,{"input":2}],"input":{"x":1"#;
    let brace = text.rfind('{').unwrap();
    for end in 0..=text.len() {
        let object = start_of_object(&text.as_bytes()[..end], wanted);
        // One byte more tells whether a comma is needed.
        assert_eq!(object.is_some(), end > brace + 1, "{end}");
        let Some((object, len_bytes)) = object else { continue };
        assert_eq!(len_bytes, brace + 2);
        assert_eq!((object.insert_at, object.is_empty, &object.values[0]), (1, false, &Some(8..11)));
        let input = object.inner.unwrap().inner.unwrap();
        assert_eq!((input.insert_at, input.is_empty), (brace + 1, false));
    }
    for other in [r#"{"type":"t","params":{}}"#, r#"{"params":[{"input":{}}]}"#, r#"{"params":1,"input":{}}"#]
    {
        assert!(start_of_object(other.as_bytes(), wanted).is_none(), "{other}");
    }
    let (empty, _) = start_of_object(br#"{"params":{"input":{ }"#, wanted).unwrap();
    assert!(empty.inner.unwrap().inner.unwrap().is_empty);
}

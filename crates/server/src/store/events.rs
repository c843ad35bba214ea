//! Events in the batches in which a store keeps them: a line for each, that says only what the line before does not.
//!
//! An event of a few letters comes in an envelope of 160 bytes that is the same for the whole answer. So a line is either
//! `<number> <JSON>`, or `<number> ~<p> <s> <middle>`: the first `p` and the last `s` bytes are those of the JSON of the
//! line before. A batch begins with a whole line, and can be read by itself.

use super::row::seq_out;
use super::{RunEvent, StoreError};

/// What stands before the lengths. No JSON begins with it.
const MARK: char = '~';

/// What is to be saved at least, for a line to be shortened: the lengths have to be written, too.
const WORTH: usize = 16;

/// How many batches a store reads at once, of about 4 KB each.
pub(super) const READ_AT_ONCE: i64 = 64;

/// Some events, ready to be kept.
pub(super) struct Batch {
    pub(super) first_seq: u64,
    pub(super) last_seq: u64,
    pub(super) body: String,
}

impl Batch {
    /// Of these events; `None` if there are none.
    pub(super) fn of(events: &[RunEvent]) -> Option<Self> {
        let (first, last) = (events.first()?, events.last()?);
        Some(Self { first_seq: first.seq, last_seq: last.seq, body: write(events) })
    }
}

/// The batch of these events, as text.
fn write(events: &[RunEvent]) -> String {
    // Most lines are short, and the first is whole.
    let mut batch =
        String::with_capacity(events.first().map_or(0, |first| first.json.len()) + 32 * events.len());
    let mut before = "";
    for RunEvent { seq, json } in events {
        let json: &str = json;
        let (prefix, suffix) = common(before, json);
        push_number(&mut batch, *seq);
        if prefix + suffix >= WORTH {
            batch.push(MARK);
            push_number(&mut batch, prefix as u64);
            push_number(&mut batch, suffix as u64);
            batch.push_str(&json[prefix..json.len() - suffix]);
        } else {
            batch.push_str(json);
        }
        batch.push('\n');
        before = json;
    }
    batch
}

/// A number and a space; by hand, because formatting takes twice as long and an answer has hundreds of them.
fn push_number(into: &mut String, number: u64) {
    let mut digits = [b' '; 21];
    let mut rest = number;
    let mut start = digits.len() - 1;
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    // Digits and a space are text.
    into.push_str(std::str::from_utf8(&digits[start..]).unwrap_or_default());
}

/// The events with a greater number than `after` in batches that were kept.
pub(super) fn read(batches: &[String], after: u64) -> Result<Vec<RunEvent>, StoreError> {
    let mut events = Vec::new();
    for batch in batches {
        let mut before = String::new();
        for line in batch.lines() {
            let (seq, rest) =
                line.split_once(' ').ok_or_else(|| StoreError::database("a line without a number"))?;
            let seq = seq_out(seq.parse::<i64>().map_err(StoreError::database)?);
            let json = match rest.strip_prefix(MARK) {
                None => rest.to_owned(),
                Some(shortened) => whole(shortened, &before)
                    .ok_or_else(|| StoreError::database("a line that does not go on from the one before"))?,
            };
            if seq > after {
                events.push(RunEvent { seq, json: json.as_str().into() });
            }
            before = json;
        }
    }
    Ok(events)
}

/// The JSON of a shortened line; `None` if its lengths do not fit.
fn whole(shortened: &str, before: &str) -> Option<String> {
    let mut parts = shortened.splitn(3, ' ');
    let prefix = before.get(..parts.next()?.parse().ok()?)?;
    let suffix = before.get(before.len().checked_sub(parts.next()?.parse().ok()?)?..)?;
    Some([prefix, parts.next()?, suffix].concat())
}

/// How many bytes are the same at the beginning and, behind them, at the end; never in the middle of a character.
fn common(before: &str, json: &str) -> (usize, usize) {
    let mut prefix = same(before.as_bytes(), json.as_bytes());
    while !json.is_char_boundary(prefix) {
        prefix -= 1;
    }
    let rests = before.as_bytes()[prefix..].iter().rev().zip(json.as_bytes()[prefix..].iter().rev());
    let mut suffix = rests.take_while(|(left, right)| left == right).count();
    while !json.is_char_boundary(json.len() - suffix) {
        suffix -= 1;
    }
    (prefix, suffix)
}

/// How many bytes two texts begin with alike; most of them are compared a block at a time.
fn same(left: &[u8], right: &[u8]) -> usize {
    const BLOCK: usize = 32;
    let blocks = left.chunks_exact(BLOCK).zip(right.chunks_exact(BLOCK));
    let blocks = blocks.take_while(|(left, right)| left == right).count() * BLOCK;
    let rest = left[blocks..].iter().zip(&right[blocks..]);
    blocks + rest.take_while(|(left, right)| left == right).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(jsons: &[&str]) -> Vec<RunEvent> {
        (1..).zip(jsons).map(|(seq, json)| RunEvent { seq, json: (*json).into() }).collect()
    }

    fn read_back(events: &[RunEvent]) -> Vec<RunEvent> {
        read(&[write(events)], 0).expect("read")
    }

    #[test]
    fn what_is_written_is_read_whatever_two_lines_share() {
        for jsons in [
            &[][..],
            &["{}"],
            &["", "", "1", "-1"],
            &[r#"{"a":"xxxxxxxxxxxxxxxxxxxxxxxx"}"#, r#"{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#],
            &[r#"{"text_delta":"one","at":12345678}"#, r#"{"text_delta":"one","at":12345678}"#, "{}"],
            &[
                "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaé\"",
                "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaè\"",
            ],
            &[
                "\"éaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
                "\"©aaaaaaaaaaaaaaaaaaaaaaaaaa\"",
                "\"日本語日本語日本語\"",
                "\"日本誠日本語日本語\"",
            ],
        ] {
            let events = events(jsons);
            assert_eq!(read_back(&events), events, "{jsons:?}");
        }
    }

    #[test]
    fn a_number_of_any_length_is_written_as_it_is_read() {
        for seq in [0, 9, 10, 99, 1_000_000, u64::MAX] {
            let mut written = String::new();
            push_number(&mut written, seq);
            assert_eq!(written, format!("{seq} "));
        }
    }

    #[test]
    fn pieces_of_an_answer_cost_little_more_than_their_text() {
        let json = |text: &str| {
            format!(
                r#"{{"type":"thread.item.updated","item_id":"msg_0198c5d0a1b27f3e8c5d0a1b27f3e8c5","update":{{"type":"assistant_message.content_part.text_delta","content_index":0,"delta":"{text} "}}}}"#
            )
        };
        let texts: Vec<String> = (0..200).map(|number| json(&format!("word{number}"))).collect();
        let events = events(&texts.iter().map(String::as_str).collect::<Vec<&str>>());
        let batch = write(&events);
        assert!(batch.len() < texts.concat().len() / 8, "{} bytes", batch.len());
        assert_eq!(read(std::slice::from_ref(&batch), 198).expect("read"), events[198..]);
    }

    #[test]
    fn whole_lines_are_read_as_they_always_were_and_damage_is_an_error() {
        let old = "1 {\"a\":1}\n7 {\"a\":2}\n".to_owned();
        assert_eq!(read(&[old], 1).expect("read"), [RunEvent { seq: 7, json: "{\"a\":2}".into() }]);
        for damaged in
            ["1", "x {}", "1 ~2 3 x", "1 {}\n2 ~9 0 x", "1 {}\n2 ~0 9 x", "1 \"é\"\n2 ~2 0 x", "1 {}\n2 ~1"]
        {
            assert!(read(&[damaged.to_owned()], 0).is_err(), "{damaged:?}");
        }
    }
}

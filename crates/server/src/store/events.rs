//! Events in the batches in which a store keeps them: a line for each, that says only what the line before does not.
//!
//! An event of a few letters comes in an envelope of 160 bytes that is the same for the whole answer. So a line is one of
//!
//! - `<number> <JSON>`: a batch begins with it, and can be read by itself;
//! - `<number> ~<p> <s> <middle>`: the first `p` and the last `s` bytes are those of the JSON of the line before;
//! - `=<middle>`: the same, with the next number and the lengths of the line before.

use super::row::seq_out;
use super::{RunEvent, StoreError};

/// What stands before the lengths. No JSON begins with it.
const MARK: char = '~';

/// What a line begins with that goes on like the one before. No number does.
const SAME: char = '=';

/// What is to be saved at least, for a line to be shortened: the lengths have to be written, too.
const WORTH: usize = 16;

/// How long a piece may be for which nobody looks whether it has more in common with the one before than the last lengths
/// say: no more could be saved than the lengths take.
const SHORT: usize = 24;

/// How many batches a store reads at once, of about 4 KB each.
pub(super) const READ_AT_ONCE: i64 = 64;

/// Some events of a run that follow one another, as text that a store keeps as it is: a fifth to a tenth of what went over
/// the wire. [`EventBatch::read`] gives them back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventBatch {
    first_seq: u64,
    last_seq: u64,
    body: String,
}

impl EventBatch {
    /// Of these events, whose numbers grow.
    #[must_use]
    pub fn of(events: &[RunEvent]) -> Self {
        let mut writer = BatchWriter::default();
        events.iter().for_each(|event| writer.push(event.seq, &event.json));
        writer.batch
    }

    /// Whether there is no event.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// The number of the first event. A store keeps a batch under the id of its run and this: one that begins with the
    /// same event takes its place.
    #[must_use]
    pub fn first_seq(&self) -> u64 {
        self.first_seq
    }

    /// The number of the last event.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// What to keep: text of any length with line breaks.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The events with a greater number than `after` of a batch that was kept with this body.
    ///
    /// # Errors
    /// [`StoreError::Database`] if the text is damaged.
    pub fn read(body: &str, after: u64) -> Result<Vec<RunEvent>, StoreError> {
        let mut events = Vec::new();
        let mut reader = BatchReader::default();
        for line in body.lines() {
            reader.read(line).ok_or_else(|| StoreError::database("a damaged batch of events"))?;
            if reader.seq > after {
                events.push(RunEvent { seq: reader.seq, json: reader.json.as_str().into() });
            }
        }
        Ok(events)
    }
}

/// A batch that grows.
#[derive(Debug, Default)]
pub(crate) struct BatchWriter {
    batch: EventBatch,
    /// The JSON of the last line.
    before: String,
    /// Its lengths, if it is shortened.
    shared: Option<(usize, usize)>,
}

impl BatchWriter {
    /// What was pushed.
    pub(crate) fn batch(&self) -> &EventBatch {
        &self.batch
    }

    /// Adds an event: compact JSON, without a line break.
    pub(crate) fn push(&mut self, seq: u64, json: &str) {
        let Self { batch: EventBatch { first_seq, last_seq, body }, before, shared } = self;
        let is_first = body.is_empty();
        let same = shared.filter(|_| seq == *last_seq + 1).and_then(|lengths| middle(before, json, lengths));
        if let Some(middle) = same.filter(|middle| middle.len() <= SHORT) {
            body.push(SAME);
            body.push_str(middle);
        } else {
            let (prefix, suffix) = common(before, json);
            push_number(body, seq);
            *shared = (!is_first && prefix + suffix >= WORTH).then_some((prefix, suffix));
            if shared.is_some() {
                body.push(MARK);
                push_number(body, prefix as u64);
                push_number(body, suffix as u64);
            }
            let (prefix, suffix) = shared.unwrap_or_default();
            body.push_str(&json[prefix..json.len() - suffix]);
        }
        body.push('\n');
        if is_first {
            *first_seq = seq;
        }
        *last_seq = seq;
        before.clear();
        before.push_str(json);
    }
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

/// The lines of a batch, one after the other.
#[derive(Default)]
struct BatchReader {
    seq: u64,
    /// The JSON of the last line.
    json: String,
    shared: Option<(usize, usize)>,
}

impl BatchReader {
    /// Reads a line; `None` if it does not go on from the one before.
    fn read(&mut self, line: &str) -> Option<()> {
        if let Some(middle) = line.strip_prefix(SAME) {
            self.seq = self.seq.checked_add(1)?;
            return self.complete(self.shared?, middle);
        }
        let (seq, rest) = line.split_once(' ')?;
        self.seq = seq_out(seq.parse::<i64>().ok()?);
        let Some(shortened) = rest.strip_prefix(MARK) else {
            self.shared = None;
            rest.clone_into(&mut self.json);
            return Some(());
        };
        let mut parts = shortened.splitn(3, ' ');
        let lengths = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        self.shared = Some(lengths);
        self.complete(lengths, parts.next()?)
    }

    fn complete(&mut self, (prefix, suffix): (usize, usize), middle: &str) -> Option<()> {
        let end = self.json.get(self.json.len().checked_sub(suffix)?..)?;
        self.json = [self.json.get(..prefix)?, middle, end].concat();
        Some(())
    }
}

/// The events with a greater number than `after` in batches that were kept.
pub(super) fn read(batches: &[String], after: u64) -> Result<Vec<RunEvent>, StoreError> {
    let mut events = Vec::new();
    for body in batches {
        events.extend(EventBatch::read(body, after)?);
    }
    Ok(events)
}

/// What stands between so many bytes that both texts begin with, and so many that both end with; `None` if they do not.
fn middle<'a>(before: &str, json: &'a str, (prefix, suffix): (usize, usize)) -> Option<&'a str> {
    let rest = json.strip_prefix(before.get(..prefix)?)?;
    rest.strip_suffix(before.get(before.len() - suffix..)?)
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
        EventBatch::read(EventBatch::of(events).body(), 0).expect("read")
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
        let batch = EventBatch::of(&events);
        assert!(batch.body().len() < texts.concat().len() / 12, "{} bytes", batch.body().len());
        assert_eq!((batch.first_seq(), batch.last_seq()), (1, 200));
        assert_eq!(EventBatch::read(batch.body(), 198).expect("read"), events[198..]);
    }

    #[test]
    fn a_line_goes_on_like_the_one_before_only_with_the_next_number_the_same_lengths_and_a_short_text() {
        let json = |text: &str| format!(r#"{{"type":"a piece of text","delta":"{text}"}}"#);
        let written = |jsons: &[(u64, &str)]| {
            let events: Vec<RunEvent> =
                jsons.iter().map(|(seq, text)| RunEvent { seq: *seq, json: json(text).into() }).collect();
            let batch = EventBatch::of(&events);
            assert_eq!(EventBatch::read(batch.body(), 0).expect("read"), events);
            batch.body().lines().skip(1).map(str::to_owned).collect::<Vec<String>>()
        };
        assert_eq!(written(&[(1, "a"), (2, "b"), (3, "c")]), ["2 ~35 2 b", "=c"]);
        assert_eq!(written(&[(1, "a"), (2, "b"), (4, "c")]), ["2 ~35 2 b", "4 ~35 2 c"]);
        assert_eq!(
            written(&[(1, "a"), (2, "b"), (3, "b\u{e9}"), (4, "\u{e8}")]),
            ["2 ~35 2 b", "=b\u{e9}", "=\u{e8}"]
        );
        let long = "the same many words once again ";
        assert_eq!(
            written(&[(1, "a"), (2, long), (3, long), (4, "b")]),
            [format!("2 ~35 2 {long}"), "3 ~68 0 ".into(), "4 ~35 2 b".into()]
        );
    }

    #[test]
    fn whole_lines_are_read_as_they_always_were_and_damage_is_an_error() {
        let old = "1 {\"a\":1}\n7 {\"a\":2}\n".to_owned();
        assert_eq!(read(&[old], 1).expect("read"), [RunEvent { seq: 7, json: "{\"a\":2}".into() }]);
        for damaged in [
            "1",
            "x {}",
            "=x",
            "1 {}\n=x",
            "1 ~2 3 x",
            "1 {}\n2 ~9 0 x",
            "1 {}\n2 ~0 9 x",
            "1 \"é\"\n2 ~2 0 x",
            "1 {}\n2 ~1",
        ] {
            assert!(read(&[damaged.to_owned()], 0).is_err(), "{damaged:?}");
        }
    }
}

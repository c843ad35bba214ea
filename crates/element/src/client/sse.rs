//! Reading `text/event-stream` as bytes come, wherever they are cut.
//!
//! Only `data` matters to the protocol: comments (servers send them to keep a connection open), `event`, `id` and
//! `retry` lines are passed over. Lines end in LF, CRLF or CR, a byte order mark may come first, and an event without
//! its closing blank line is not an event: all by the HTML standard.

/// A longer event is not an answer any more.
const MAX_EVENT_BYTES: usize = 32 * 1024 * 1024;

/// The reader of one stream.
#[derive(Debug, Default)]
pub struct Reader {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    ends_in_cr: bool,
    has_started: bool,
}

/// The stream sent an event beyond all measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTooLong;

impl Reader {
    /// Takes the next bytes and answers the data of the events they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, EventTooLong> {
        let mut events = Vec::new();
        let mut from = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            if byte != b'\n' && byte != b'\r' {
                self.ends_in_cr = false;
                continue;
            }
            self.line.extend_from_slice(&bytes[from..at]);
            from = at + 1;
            // The LF of a CRLF ends nothing.
            let is_second_half = byte == b'\n' && self.ends_in_cr && self.line.is_empty();
            self.ends_in_cr = byte == b'\r';
            if !is_second_half {
                events.extend(self.end_line());
            }
        }
        self.line.extend_from_slice(&bytes[from..]);
        if self.line.len() + self.data.len() > MAX_EVENT_BYTES { Err(EventTooLong) } else { Ok(events) }
    }

    fn end_line(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        let line = match line.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) if !self.has_started => rest,
            _ => &line[..],
        };
        self.has_started = true;
        if line.is_empty() {
            let is_event = std::mem::take(&mut self.has_data);
            let data = std::mem::take(&mut self.data);
            return is_event.then(|| String::from_utf8_lossy(&data).into_owned());
        }
        if let Some(rest) = line.strip_prefix(b"data")
            && let Some(value) = rest.strip_prefix(b":").or_else(|| rest.is_empty().then_some(rest))
        {
            if self.has_data {
                self.data.push(b'\n');
            }
            self.has_data = true;
            self.data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(chunks: &[&[u8]]) -> Vec<String> {
        let mut reader = Reader::default();
        chunks.iter().flat_map(|chunk| reader.push(chunk).unwrap()).collect()
    }

    #[test]
    fn events_are_the_same_wherever_the_bytes_are_cut() {
        let text = "\u{feff}: hello\r\ndata: {\"a\":\"é😀\"}\r\n\r\nevent: x\nid: 7\ndata:1\ndata: 2\n\ndata\n\nretry: 5\n\ndata: 3\r\rdata: cut off";
        let whole = ["{\"a\":\"é😀\"}", "1\n2", "", "3"];
        let bytes = text.as_bytes();
        for cut in 0..=bytes.len() {
            assert_eq!(read(&[&bytes[..cut], &bytes[cut..]]), whole, "cut at {cut}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(read(&single), whole);
    }

    #[test]
    fn an_event_without_its_blank_line_is_none() {
        assert_eq!(read(&[b"data: 1\n"]), [] as [String; 0]);
        assert_eq!(read(&[b"data: 1\n", b"\n"]), ["1"]);
    }

    #[test]
    fn line_separators_inside_json_do_not_cut_it() {
        assert_eq!(read(&["data: \"a\u{2028}b\u{85}c\"\n\n".as_bytes()]), ["\"a\u{2028}b\u{85}c\""]);
    }

    #[test]
    fn an_endless_event_is_refused() {
        let mut reader = Reader::default();
        let block = vec![b'x'; 1024 * 1024];
        let outcome = (0..40).map(|_| reader.push(&block)).find(Result::is_err);
        assert_eq!(outcome, Some(Err(EventTooLong)));
    }
}

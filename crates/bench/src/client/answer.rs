//! An answer as it arrives: status, headers, then a body of known length or in chunks.

use anyhow::{Context, Result, bail};

/// What has arrived of one answer. The memory is kept from one answer to the next.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Bytes as they came, not looked at yet.
    raw: Vec<u8>,
    body: Vec<u8>,
    status: u16,
    state: State,
    /// Through where the body was searched.
    searched: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Head,
    /// So many bytes are to come.
    Length(usize),
    /// The length of a chunk is to come.
    ChunkHead,
    /// So many bytes of a chunk are to come, the line break behind it included.
    Chunk(usize),
    Complete,
}

impl Answer {
    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.raw.clear();
        self.body.clear();
        self.searched = 0;
        self.state = State::Head;
    }

    /// Gives the memory back, for a stream that stays open and says nothing.
    pub(super) fn forget(&mut self) {
        self.raw = Vec::new();
        self.body = Vec::new();
        self.searched = 0;
    }

    /// Where to read to.
    pub(super) fn incoming(&mut self) -> &mut Vec<u8> {
        self.raw.reserve(16 * 1024);
        &mut self.raw
    }

    /// Whether it is all there.
    pub(super) fn is_complete(&self) -> bool {
        self.state == State::Complete
    }

    /// The body as far as it came.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as text.
    pub(super) fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.body).context("an answer that is not UTF-8")
    }

    /// An error if the answer is one.
    pub(super) fn check_status(&self) -> Result<()> {
        match self.status {
            200 => Ok(()),
            status => bail!("status {status}: {}", String::from_utf8_lossy(&self.body)),
        }
    }

    /// How often a text occurs in what came since the last time; one that is cut in two counts once it is whole.
    pub(super) fn count_new(&mut self, text: &[u8]) -> usize {
        let mut count = 0;
        while let Some(place) = memchr::memmem::find(&self.body[self.searched..], text) {
            self.searched += place + text.len();
            count += 1;
        }
        self.searched = self.searched.max((self.body.len() + 1).saturating_sub(text.len()));
        count
    }

    /// Looks at what was read.
    pub(super) fn take_in(&mut self) -> Result<()> {
        let mut at = 0;
        loop {
            let rest = &self.raw[at..];
            match self.state {
                State::Head => {
                    let Some(end) = memchr::memmem::find(rest, b"\r\n\r\n") else { break };
                    let head = std::str::from_utf8(&rest[..end]).context("a head that is not UTF-8")?;
                    (self.status, self.state) = read_head(head)?;
                    at += end + 4;
                }
                State::Length(left) | State::Chunk(left) if rest.is_empty() && left > 0 => break,
                State::Length(left) => {
                    let here = left.min(rest.len());
                    self.body.extend_from_slice(&rest[..here]);
                    at += here;
                    self.state = if here == left { State::Complete } else { State::Length(left - here) };
                }
                State::ChunkHead => {
                    let Some(end) = memchr::memmem::find(rest, b"\r\n") else { break };
                    let digits = std::str::from_utf8(&rest[..end]).context("a chunk without a length")?;
                    let length = usize::from_str_radix(digits, 16).context("a chunk without a length")?;
                    // The last chunk is empty, and so are the trailers behind it: one more line break.
                    if length == 0 && rest.len() < end + 4 {
                        break;
                    }
                    at += end + if length == 0 { 4 } else { 2 };
                    self.state = if length == 0 { State::Complete } else { State::Chunk(length + 2) };
                }
                State::Chunk(left) => {
                    let here = left.min(rest.len());
                    // The last two bytes are the line break behind the chunk.
                    self.body.extend_from_slice(&rest[..here.min(left.saturating_sub(2))]);
                    at += here;
                    self.state = if here == left { State::ChunkHead } else { State::Chunk(left - here) };
                }
                State::Complete => break,
            }
        }
        self.raw.drain(..at);
        Ok(())
    }
}

fn read_head(head: &str) -> Result<(u16, State)> {
    let mut lines = head.lines();
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).context("an answer without a status")?;
    let mut state = State::Length(0);
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            state = State::Length(value.trim().parse().context("a body without a length")?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            state = State::ChunkHead;
        }
    }
    Ok((status.parse()?, state))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer to these bytes, read so many at a time.
    fn read(bytes: &[u8], at_once: usize) -> Answer {
        let mut answer = Answer::default();
        for piece in bytes.chunks(at_once) {
            answer.incoming().extend_from_slice(piece);
            answer.take_in().expect("well-formed");
        }
        answer
    }

    #[test]
    fn a_body_is_read_however_it_is_cut() {
        let chunked: &[u8] =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nb\r\ndefghijklmn\r\n0\r\n\r\n";
        let whole: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\nabcdefghijklmn";
        for bytes in [chunked, whole] {
            for at_once in 1..=bytes.len() {
                let answer = read(bytes, at_once);
                assert!(answer.is_complete() && answer.check_status().is_ok(), "{at_once}");
                assert_eq!(answer.text().expect("text"), "abcdefghijklmn");
            }
        }
    }

    #[test]
    fn a_text_that_is_cut_in_two_counts_once() {
        let mut answer =
            read(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nxabx\r\n1\r\na\r\n", 9);
        assert_eq!(answer.count_new(b"ab"), 1);
        assert_eq!(answer.count_new(b"ab"), 0);
        answer.incoming().extend_from_slice(b"1\r\nb\r\n0\r\n\r\n");
        answer.take_in().expect("well-formed");
        assert_eq!(answer.count_new(b"ab"), 1);
    }

    #[test]
    fn an_answer_that_is_an_error_says_so() {
        let answer = read(b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}", 100);
        assert!(answer.check_status().expect_err("an error").to_string().contains("404"));
    }
}

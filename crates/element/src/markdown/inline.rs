//! What stands in a line: emphasis, code, links, breaks, by the rules of CommonMark.

use super::emphasis::{Piece, Run, pair};
use super::event::{Event, Tag};
use super::source::{Definitions, Source};
use super::{entity, target};

/// Says the events of a text.
pub(super) fn inline(source: &Source, definitions: &Definitions, events: &mut Vec<Event>) {
    let mut scan = Scan { source, text: &source.text, definitions, pieces: Vec::new(), at: 0, plain: 0 };
    scan.run();
    let mut pieces = scan.pieces;
    pair(&mut pieces);
    for piece in pieces {
        match piece {
            Piece::Event(event) => events.push(event),
            Piece::Bracket { range, .. } => {
                events.push(Event::Text(source.text[range.clone()].to_owned(), source.range(&range)));
            }
            Piece::Run(run) => {
                let at = source.at(run.at);
                events.extend((0..run.closes).map(|_| Event::End(at + run.total)));
                if run.left > 0 {
                    let text = char::from(run.mark).to_string().repeat(run.left);
                    events.push(Event::Text(text, at..at + run.left));
                }
                events.extend(run.opens.into_iter().rev().map(|tag| Event::Start(tag, at)));
            }
        }
    }
}

struct Scan<'a> {
    source: &'a Source,
    text: &'a str,
    definitions: &'a Definitions,
    pieces: Vec<Piece>,
    at: usize,
    /// Where the text begins that has not been said yet.
    plain: usize,
}

impl Scan<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b'\\' => self.escape(),
                b'`' => self.code(),
                b'*' | b'_' | b'~' => self.delimiters(byte),
                b'!' if self.byte(self.at + 1) == Some(b'[') => self.bracket(true),
                b'[' => self.bracket(false),
                b']' => self.close(),
                b'<' => self.angle(),
                b'&' => self.entity(),
                b'\n' => self.line_end(),
                _ => self.at += 1,
            }
        }
        self.flush(self.text.len());
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Says the plain text up to `until`.
    fn flush(&mut self, until: usize) {
        if self.plain < until {
            let range = self.plain..until;
            let text = self.text[range.clone()].to_owned();
            let range = self.source.range(&range);
            self.pieces.push(Piece::Event(Event::Text(text, range)));
        }
        self.plain = until;
    }

    /// Says an event in place of the `length` bytes that come next.
    fn say(&mut self, event: Event, length: usize) {
        self.flush(self.at);
        self.pieces.push(Piece::Event(event));
        self.at += length;
        self.plain = self.at;
    }

    fn escape(&mut self) {
        match self.byte(self.at + 1) {
            Some(b'\n') => {
                let at = self.source.at(self.at);
                self.say(Event::HardBreak(at), 2);
            }
            Some(byte) if byte.is_ascii_punctuation() => {
                // The mark stays, its backslash goes.
                self.flush(self.at);
                self.plain = self.at + 1;
                self.at += 2;
            }
            _ => self.at += 1,
        }
    }

    fn code(&mut self) {
        let length = run_length(self.text, self.at, b'`');
        let start = self.at + length;
        let mut close = start;
        while let Some(found) = self.text[close..].find('`') {
            close += found;
            let other = run_length(self.text, close, b'`');
            if other == length {
                let inside = self.text[start..close].replace('\n', " ");
                let is_padded = inside.starts_with(' ') && inside.ends_with(' ') && !inside.trim().is_empty();
                let code = if is_padded { inside[1..inside.len() - 1].to_owned() } else { inside };
                let range = self.source.at(self.at)..self.source.at(close) + length;
                return self.say(Event::Code(code, range), close + length - self.at);
            }
            close += other;
        }
        self.at = start;
    }

    fn delimiters(&mut self, mark: u8) {
        let length = run_length(self.text, self.at, mark);
        if mark == b'~' && length > 2 {
            self.at += length;
            return;
        }
        let before = self.text[..self.at].chars().next_back();
        let after = self.text[self.at + length..].chars().next();
        let is_space = |letter: Option<char>| letter.is_none_or(char::is_whitespace);
        let is_mark = |letter: Option<char>| letter.is_some_and(is_punctuation);
        let leans_right = !is_space(after) && (!is_mark(after) || is_space(before) || is_mark(before));
        let leans_left = !is_space(before) && (!is_mark(before) || is_space(after) || is_mark(after));
        let (may_open, may_close) = match mark {
            b'_' => (
                leans_right && (!leans_left || is_mark(before)),
                leans_left && (!leans_right || is_mark(after)),
            ),
            b'~' if length == 2 => (!is_space(after), leans_left),
            _ => (leans_right, leans_left),
        };
        self.flush(self.at);
        self.pieces.push(Piece::Run(Run {
            mark,
            left: length,
            total: length,
            at: self.at,
            may_open,
            may_close,
            closes: 0,
            opens: Vec::new(),
        }));
        self.at += length;
        self.plain = self.at;
    }

    fn bracket(&mut self, is_image: bool) {
        let length = 1 + usize::from(is_image);
        self.flush(self.at);
        let range = self.at..self.at + length;
        self.pieces.push(Piece::Bracket { is_image, is_active: true, range });
        self.at += length;
        self.plain = self.at;
    }

    /// A closing bracket: the end of a link, or text.
    fn close(&mut self) {
        let opener = self.pieces.iter().rposition(|piece| matches!(piece, Piece::Bracket { .. }));
        let Some((opener, is_image, is_active, words)) = opener.and_then(|at| match &self.pieces[at] {
            Piece::Bracket { is_image, is_active, range } => Some((at, *is_image, *is_active, range.clone())),
            _ => None,
        }) else {
            self.at += 1;
            return;
        };
        let found = if is_active { self.address(&self.text[words.end..self.at]) } else { None };
        self.flush(self.at);
        let Some((address, end)) = found else {
            let text = self.text[words.clone()].to_owned();
            self.pieces[opener] = Piece::Event(Event::Text(text, self.source.range(&words)));
            self.at += 1;
            return;
        };
        let tag = if is_image { Tag::Image(address) } else { Tag::Link(address) };
        pair(&mut self.pieces[opener + 1..]);
        self.pieces[opener] = Piece::Event(Event::Start(tag, self.source.at(words.start)));
        self.pieces.push(Piece::Event(Event::End(self.source.at(end))));
        if !is_image {
            // A link holds no link.
            for piece in &mut self.pieces[..opener] {
                if let Piece::Bracket { is_active, is_image: false, .. } = piece {
                    *is_active = false;
                }
            }
        }
        self.at = end;
        self.plain = end;
    }

    /// The address behind a closing bracket, or of its label, and where the link ends.
    fn address(&self, words: &str) -> Option<(String, usize)> {
        let rest = &self.text[self.at + 1..];
        if let Some((address, length)) = target::inline(rest) {
            return Some((address, self.at + 1 + length));
        }
        let mut end = self.at + 1;
        let mut label = words;
        if let Some(inside) = rest.strip_prefix('[')
            && let Some(length) = inside.find(['[', ']']).filter(|&at| inside.as_bytes()[at] == b']')
        {
            end += length + 2;
            label = if length > 0 { &inside[..length] } else { words };
        }
        if label.contains('[') {
            return None;
        }
        self.definitions.find(&target::label(label)?).map(|address| (address.to_owned(), end))
    }

    /// `<https://…>` is a link; any other tag stays text, and what looks like Markdown in it, too.
    fn angle(&mut self) {
        let Some(length) = self.text[self.at..].find('>') else {
            self.at += 1;
            return;
        };
        let inside = &self.text[self.at + 1..self.at + length];
        let has_scheme = target::has_scheme(inside);
        let is_mail = inside.contains('@') && !inside.contains(['/', ':', '\\']);
        if (has_scheme || is_mail) && !inside.contains([' ', '<', '\n', '\t']) {
            let address = if has_scheme { inside.to_owned() } else { ["mailto:", inside].concat() };
            let text = inside.to_owned();
            let (start, end) = (self.source.at(self.at), self.source.at(self.at + length) + 1);
            self.say(Event::Start(Tag::Link(address), start), 1);
            self.say(Event::Text(text, start + 1..end - 1), length - 1);
            self.say(Event::End(end), 1);
            return;
        }
        let is_tag = inside.starts_with(|first: char| first.is_ascii_alphabetic() || "/!?".contains(first));
        if is_tag && !inside.contains(['<', '\n']) {
            // Said apart from the text around it, so that nothing in it is taken for a bare address.
            self.flush(self.at);
            self.at += length + 1;
            return self.flush(self.at);
        }
        self.at += 1;
    }

    fn entity(&mut self) {
        match entity::read(&self.text[self.at..]) {
            Some((letter, length)) => {
                let at = self.source.at(self.at);
                self.say(Event::Text(letter.to_string(), at..at + length), length);
            }
            None => self.at += 1,
        }
    }

    fn line_end(&mut self) {
        let bare = self.text[self.plain..self.at].trim_end_matches(' ').len();
        let spaces = self.at - self.plain - bare;
        self.flush(self.at - spaces);
        self.plain = self.at;
        let at = self.source.at(self.at);
        self.say(if spaces >= 2 { Event::HardBreak(at) } else { Event::SoftBreak(at) }, 1);
    }
}

fn run_length(text: &str, at: usize, byte: u8) -> usize {
    text.as_bytes()[at..].iter().take_while(|other| **other == byte).count()
}

/// Punctuation and symbols. Outside of ASCII the blocks of general, CJK and full-width punctuation are what is written.
fn is_punctuation(letter: char) -> bool {
    letter.is_ascii_punctuation()
        || matches!(letter, '\u{a1}'..='\u{bf}' | '×' | '÷' | '\u{2010}'..='\u{205e}' | '\u{20a0}'..='\u{20cf}' | '\u{2190}'..='\u{2bff}'
            | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3020}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}')
            && !matches!(letter, 'ª' | 'º' | '²' | '³' | '¹' | '¼'..='¾')
}

//! Turns the `[1]` in a model's text into places of citations, while the text streams.

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cited {
    /// Text to append.
    Text(String),
    /// The passage of this number (from 1) is the source of the text so far.
    Passage(usize),
}

/// Longer brackets are no citations.
const MAX_MARKER_CHARS: usize = 24;
/// Larger numbers are years and sizes, not citations.
const MAX_NUMBER: usize = 99;

/// Follows an answer piece by piece. A marker may be cut anywhere.
///
/// Markers are taken out of the text, with the space before them; numbers no passage has are dropped. Code is left
/// alone, and so are links (`[1](..)`).
#[derive(Debug)]
pub(crate) struct CitationFilter {
    passages: usize,
    /// Text that may turn out to belong to a marker: spaces, then an open bracket.
    held: String,
    code: Code,
}

impl CitationFilter {
    pub(crate) fn new(passages: usize) -> Self {
        Self { passages, held: String::new(), code: Code::default() }
    }

    /// Takes the next piece of the answer.
    pub(crate) fn push(&mut self, piece: &str) -> Vec<Cited> {
        let mut pieces = Vec::new();
        for character in piece.chars() {
            self.character(character, &mut pieces);
        }
        pieces
    }

    /// What was held back when the answer ended.
    pub(crate) fn finish(&mut self) -> Vec<Cited> {
        let mut pieces = Vec::new();
        self.settle(&mut pieces, None);
        pieces
    }

    fn character(&mut self, character: char, pieces: &mut Vec<Cited>) {
        let bracket = self.held.find(['[', '【']);
        let is_closed = self.held.ends_with([']', '】']);
        match bracket {
            Some(_) if is_closed => {
                self.settle(pieces, Some(character));
                self.character(character, pieces);
            }
            Some(start) => {
                let is_part = character.is_ascii_digit() || " ,^;".contains(character);
                let is_end = matches!(character, ']' | '】');
                if is_end || is_part && self.held[start..].chars().count() < MAX_MARKER_CHARS {
                    self.held.push(character);
                } else {
                    self.release(pieces);
                    self.character(character, pieces);
                }
            }
            None if !self.code.is_inside() && (character == ' ' || matches!(character, '[' | '【')) => {
                self.held.push(character);
            }
            None => {
                self.release(pieces);
                self.code.follow(character);
                append(pieces, character);
            }
        }
    }

    /// Decides about what is held, knowing the character after it.
    fn settle(&mut self, pieces: &mut Vec<Cited>, next: Option<char>) {
        let Some(start) = self.held.find(['[', '【']) else { return self.release(pieces) };
        let marker = &self.held[start..];
        let is_closed = marker.ends_with([']', '】']);
        let is_link = matches!(next, Some('(' | ':'));
        let numbers: Option<Vec<usize>> = marker
            .trim_matches(['[', ']', '【', '】'])
            .split([',', ';'])
            .map(|number| number.trim().trim_start_matches('^').parse().ok())
            .collect();
        match numbers.filter(|numbers| numbers.iter().all(|number| *number <= MAX_NUMBER)) {
            Some(numbers) if is_closed && !is_link => {
                self.held.clear();
                for number in numbers {
                    let is_repeat = pieces.last() == Some(&Cited::Passage(number));
                    if (1..=self.passages).contains(&number) && !is_repeat {
                        pieces.push(Cited::Passage(number));
                    }
                }
            }
            _ => self.release(pieces),
        }
    }

    /// What is held was no marker.
    fn release(&mut self, pieces: &mut Vec<Cited>) {
        for character in std::mem::take(&mut self.held).chars() {
            self.code.follow(character);
            append(pieces, character);
        }
    }
}

fn append(pieces: &mut Vec<Cited>, character: char) {
    match pieces.last_mut() {
        Some(Cited::Text(text)) => text.push(character),
        _ => pieces.push(Cited::Text(character.to_string())),
    }
}

/// Whether the current place of a Markdown text lies in code: between equal runs of backticks. A run of one or two
/// that is never closed ends with its paragraph.
#[derive(Debug, Default)]
struct Code {
    open: usize,
    run: usize,
    has_line_break: bool,
}

impl Code {
    fn is_inside(&self) -> bool {
        // A run that has just ended the code still counts as it until the next character.
        self.open > 0 && self.run != self.open || self.open == 0 && self.run > 0
    }

    fn follow(&mut self, character: char) {
        if character == '`' {
            self.run += 1;
            self.has_line_break = false;
            return;
        }
        if self.run > 0 {
            match self.open {
                0 => self.open = self.run,
                open if open == self.run || open >= 3 && self.run >= open => self.open = 0,
                _ => {}
            }
            self.run = 0;
        }
        if character == '\n' {
            if self.has_line_break && self.open < 3 {
                self.open = 0;
            }
            self.has_line_break = true;
        } else if !character.is_whitespace() {
            self.has_line_break = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with `{n}` at each citation.
    fn cite(text: &str, size: usize) -> String {
        let mut filter = CitationFilter::new(3);
        let characters: Vec<char> = text.chars().collect();
        let mut pieces = Vec::new();
        for piece in characters.chunks(size) {
            pieces.extend(filter.push(&piece.iter().collect::<String>()));
        }
        pieces.extend(filter.finish());
        pieces
            .into_iter()
            .map(|piece| match piece {
                Cited::Text(text) => text,
                Cited::Passage(number) => format!("{{{number}}}"),
            })
            .collect()
    }

    fn all(text: &str, expected: &str) {
        for size in [1, 2, 3, 5, 1000] {
            assert_eq!(cite(text, size), expected, "{text:?} in pieces of {size}");
        }
    }

    #[test]
    fn markers_become_citations_however_they_are_cut() {
        all("Run it [1]. Then stop [2, 3].", "Run it{1}. Then stop{2}{3}.");
        all("Run it[1][2] now", "Run it{1}{2} now");
        all("Größe zählt 【2】 [^3]", "Größe zählt{2}{3}");
        all("The end [1]", "The end{1}");
    }

    #[test]
    fn invented_numbers_are_dropped_and_other_brackets_stay() {
        all("Sure [7]. In [2024] and [x] and [ ] or [1 a", "Sure. In [2024] and [x] and [ ] or [1 a");
        all("A [1](https://x.example) link, - [ ] task", "A [1](https://x.example) link, - [ ] task");
        all("open [12", "open [12");
    }

    #[test]
    fn code_is_left_alone() {
        all("Use `a[1]` here [1].", "Use `a[1]` here{1}.");
        all("```js\nlet x = a[1];\n```\nDone [2].", "```js\nlet x = a[1];\n```\nDone{2}.");
        all("A lone ` here.\n\nNext [1].", "A lone ` here.\n\nNext{1}.");
        all("`a`[1]", "`a`{1}");
    }
}

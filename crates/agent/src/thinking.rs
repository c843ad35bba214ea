//! Takes out the thinking that some models write into their answer, between `<think>` and `</think>` at its head.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Follows an answer piece by piece.
#[derive(Debug, Default)]
pub(crate) struct ThinkingFilter {
    state: State,
    held: String,
}

#[derive(Debug, Default, PartialEq)]
enum State {
    #[default]
    Head,
    Thinking,
    Answer,
}

impl ThinkingFilter {
    /// What of the next piece belongs to the answer.
    pub(crate) fn push(&mut self, piece: &str) -> String {
        if self.state == State::Answer {
            return piece.to_owned();
        }
        self.held.push_str(piece);
        if self.state == State::Head {
            let head = self.held.trim_start();
            if let Some(rest) = head.strip_prefix(OPEN) {
                self.held = rest.to_owned();
                self.state = State::Thinking;
            } else if OPEN.starts_with(head) {
                return String::new();
            } else {
                return self.begin_answer(0);
            }
        }
        match self.held.find(CLOSE) {
            Some(end) => self.begin_answer(end + CLOSE.len()),
            None => {
                // Only the end could be the beginning of the closing tag.
                let keep = self.held.len().saturating_sub(CLOSE.len());
                let keep = (keep..=self.held.len()).find(|index| self.held.is_char_boundary(*index));
                self.held.drain(..keep.unwrap_or(0));
                String::new()
            }
        }
    }

    /// What was held back when the answer ended.
    pub(crate) fn finish(&mut self) -> String {
        match self.state {
            State::Head => std::mem::take(&mut self.held),
            State::Thinking | State::Answer => String::new(),
        }
    }

    pub(crate) fn is_thinking(&self) -> bool {
        self.state == State::Thinking
    }

    fn begin_answer(&mut self, from: usize) -> String {
        self.state = State::Answer;
        let held = std::mem::take(&mut self.held);
        held[from..].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str, size: usize) -> String {
        let mut filter = ThinkingFilter::default();
        let characters: Vec<char> = text.chars().collect();
        let mut answer = String::new();
        for piece in characters.chunks(size) {
            answer.push_str(&filter.push(&piece.iter().collect::<String>()));
        }
        answer.push_str(&filter.finish());
        answer
    }

    #[test]
    fn thinking_is_taken_out_however_it_is_cut() {
        for size in [1, 2, 3, 7, 100] {
            assert_eq!(answer("<think>hm </th größe</think>\n\nYes.", size), "\n\nYes.");
            assert_eq!(answer("A <think> in the text", size), "A <think> in the text");
            assert_eq!(answer("<thi", size), "<thi");
            assert_eq!(answer("<think>never done", size), "");
        }
    }
}

//! Text of a page as a reader sees it, put together piece by piece: white space collapses as in a browser's layout,
//! blocks stand on lines of their own.

/// The text gathered so far.
#[derive(Default)]
pub struct Passage {
    text: String,
    /// Line ends owed before the next ink: a block border asks for at least so many.
    owed_lines: usize,
    /// Tabs owed before the next ink: one for each cell of the row before it, empty ones too.
    owed_tabs: usize,
    /// Whether nothing was written of the cell that has begun.
    starts_cell: bool,
}

impl Passage {
    /// Text of one node. `is_preformatted` keeps its white space as it is.
    pub fn write(&mut self, text: &str, is_preformatted: bool) {
        for character in text.chars() {
            if !is_preformatted && matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                let starts_line = self.owed_lines + self.owed_tabs > 0;
                if !starts_line && !self.text.ends_with([' ', '\n', '\t']) {
                    self.text.push(' ');
                }
                continue;
            }
            self.pay();
            self.text.push(character);
        }
    }

    /// A forced line break.
    pub fn break_line(&mut self) {
        self.pay();
        self.text.push('\n');
    }

    /// The border of a block; `lines` is 2 around a paragraph, else 1. Borders that meet count once.
    pub fn border(&mut self, lines: usize) {
        // At the start nothing is owed: a range may begin in the middle of a block, with a space that matters. Nor does
        // a cell begin on a line of its own because a paragraph does.
        if lines > 0 && !self.is_empty() && !self.starts_cell {
            self.owed_lines = self.owed_lines.max(lines);
            self.owed_tabs = 0;
        }
    }

    /// The start of a table cell.
    pub fn start_cell(&mut self) {
        self.starts_cell = true;
    }

    /// The end of a table cell: what comes next stands on its line, whatever blocks it ended with.
    pub fn end_cell(&mut self) {
        if !self.starts_cell {
            self.owed_lines = 0;
        }
        self.starts_cell = false;
        self.owed_tabs += 1;
    }

    /// How much was gathered, in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing was gathered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text. White space at its ends stays where something was written there.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }

    fn pay(&mut self) {
        if self.owed_lines + self.owed_tabs > 0 {
            let spaces = self.text.bytes().rev().take_while(|byte| *byte == b' ').count();
            self.text.truncate(self.text.len() - spaces);
            let paid = self.text.bytes().rev().take_while(|byte| *byte == b'\n').count();
            for _ in paid..self.owed_lines {
                self.text.push('\n');
            }
            for _ in 0..self.owed_tabs {
                self.text.push('\t');
            }
        }
        (self.owed_lines, self.owed_tabs, self.starts_cell) = (0, 0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s13_blocks_stand_on_their_own_lines_and_borders_that_meet_count_once() {
        let mut passage = Passage::default();
        passage.border(1);
        passage.write("One\n  line ", false);
        passage.border(2);
        passage.border(1);
        passage.write("\n\t", false);
        passage.write("Two", false);
        passage.border(1);
        assert_eq!(passage.finish(), "One line\n\nTwo");
    }

    #[test]
    fn s10_a_space_at_the_very_start_stays() {
        let mut passage = Passage::default();
        passage.border(2);
        passage.write(" \n jumps", false);
        assert_eq!(passage.finish(), " jumps");
    }

    #[test]
    fn s13_code_keeps_its_lines_and_its_indentation() {
        let mut passage = Passage::default();
        passage.write("if x:\n    go()", true);
        passage.break_line();
        passage.write("    stop()", true);
        assert_eq!(passage.finish(), "if x:\n    go()\n    stop()");
    }

    #[test]
    fn s13_cells_of_a_row_are_apart_by_tabs() {
        let mut passage = Passage::default();
        for row in [["a", "b"], ["c", "d"]] {
            passage.border(1);
            for cell in row {
                passage.start_cell();
                passage.write(cell, false);
                passage.end_cell();
            }
            passage.border(1);
        }
        assert_eq!(passage.finish(), "a\tb\nc\td");
    }

    #[test]
    fn s13_an_empty_cell_keeps_its_column_and_paragraphs_in_cells_their_row() {
        let mut passage = Passage::default();
        for row in [["Plan", "Free", "Pro"], ["Seats", "", "5"], ["", "no", "yes"]] {
            passage.border(1);
            for cell in row {
                passage.border(0);
                passage.start_cell();
                passage.border(2);
                passage.write(" ", false);
                passage.write(cell, false);
                passage.write(" ", false);
                passage.border(2);
                passage.end_cell();
            }
            passage.border(1);
        }
        passage.border(2);
        passage.write("After", false);
        assert_eq!(passage.finish().trim(), "Plan\tFree\tPro\nSeats\t\t5\n\tno\tyes\n\nAfter");
    }
}

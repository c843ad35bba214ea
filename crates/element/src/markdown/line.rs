//! One line of the source, and where it stands there.

/// A line without its end, and where it begins in the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Line<'a> {
    /// The columns of white space it begins with.
    pub(super) fn indent(self) -> usize {
        let mut columns = 0;
        for byte in self.text.bytes() {
            match byte {
                b' ' => columns += 1,
                b'\t' => columns += 4 - columns % 4,
                _ => break,
            }
        }
        columns
    }

    pub(super) fn is_blank(self) -> bool {
        self.text.bytes().all(|byte| byte == b' ' || byte == b'\t')
    }

    /// The line without `columns` of its white space.
    pub(super) fn dedent(self, columns: usize) -> Line<'a> {
        let mut gone = 0;
        let mut bytes = 0;
        for byte in self.text.bytes() {
            match byte {
                _ if gone >= columns => break,
                b' ' => gone += 1,
                b'\t' => gone += 4 - gone % 4,
                _ => break,
            }
            bytes += 1;
        }
        self.skip(bytes)
    }

    pub(super) fn trimmed(self) -> Line<'a> {
        self.skip(self.text.len() - self.text.trim_start_matches([' ', '\t']).len())
    }

    pub(super) fn skip(self, bytes: usize) -> Line<'a> {
        Line { text: &self.text[bytes..], at: self.at + bytes }
    }

    pub(super) fn end(self) -> usize {
        self.at + self.text.len()
    }
}

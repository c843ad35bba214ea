//! Emphasis: which run of marks closes which, by the rules of CommonMark.

use std::ops::Range;

use super::event::{Event, Tag};

/// What a line is read as, on the way to events.
pub(super) enum Piece {
    Event(Event),
    /// A link or an image begins here, once its end is found; otherwise it is text.
    Bracket {
        is_image: bool,
        is_active: bool,
        range: Range<usize>,
    },
    Run(Run),
}

/// A run of `*`, `_` or `~`: what it closes, what is left of it as text, what it opens.
pub(super) struct Run {
    pub(super) mark: u8,
    pub(super) left: usize,
    pub(super) total: usize,
    pub(super) at: usize,
    pub(super) may_open: bool,
    pub(super) may_close: bool,
    pub(super) closes: usize,
    /// Innermost first.
    pub(super) opens: Vec<Tag>,
}

/// Finds for each run that may close the nearest one that may open it.
pub(super) fn pair(pieces: &mut [Piece]) {
    let mut closer = 0;
    while closer < pieces.len() {
        let Piece::Run(run) = &pieces[closer] else {
            closer += 1;
            continue;
        };
        let (mark, left, total, may_both) = (run.mark, run.left, run.total, run.may_open && run.may_close);
        if !run.may_close || left == 0 {
            closer += 1;
            continue;
        }
        let opener = (0..closer).rev().find(|&at| match &pieces[at] {
            Piece::Run(open) if open.mark == mark && open.may_open && open.left > 0 => {
                let is_odd = (may_both || (open.may_close && open.may_open)) && mark != b'~';
                let breaks_three = is_odd
                    && (open.total + total).is_multiple_of(3)
                    && !(open.total.is_multiple_of(3) && total.is_multiple_of(3));
                !breaks_three && (mark != b'~' || open.left == left)
            }
            _ => false,
        });
        let Some(opener) = opener else {
            closer += 1;
            continue;
        };
        // What stands open between the two stays text.
        for piece in &mut pieces[opener + 1..closer] {
            if let Piece::Run(run) = piece {
                run.may_open = false;
                run.may_close = false;
            }
        }
        let Piece::Run(open) = &mut pieces[opener] else { break };
        let count = match mark {
            b'~' => left,
            _ => {
                if open.left >= 2 && left >= 2 {
                    2
                } else {
                    1
                }
            }
        };
        open.left -= count;
        open.opens.push(match (mark, count) {
            (b'~', _) => Tag::Strike,
            (_, 2) => Tag::Strong,
            _ => Tag::Emphasis,
        });
        if let Piece::Run(run) = &mut pieces[closer] {
            run.left -= count;
            run.closes += 1;
        }
    }
    for piece in pieces {
        if let Piece::Run(run) = piece {
            run.may_open = false;
            run.may_close = false;
        }
    }
}

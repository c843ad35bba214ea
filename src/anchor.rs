//! Where the popover goes: which part of a selection it points at, and the spot beside it that is free.
//!
//! Everything is in CSS pixels of the layout viewport, the system that client rects and `position: fixed` share. The
//! union of a selection's rects is never used: on several lines its centre lies over text nobody selected, and on a
//! line of mixed direction it may lie over none at all.

/// A box on the page.
#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Rect {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// From the left edge to the right one.
    pub width: f64,
    /// From the upper edge to the lower one.
    pub height: f64,
}

impl Rect {
    /// The right edge.
    #[must_use]
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The lower edge.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    fn middle(&self) -> f64 {
        self.x + self.width / 2.0
    }

    /// The part both boxes share; a width or height of 0 where they only touch, `None` where they are apart.
    #[must_use]
    pub fn overlap(&self, other: &Rect) -> Option<Rect> {
        let x = self.x.max(other.x);
        let y = self.y.max(other.y);
        let width = self.right().min(other.right()) - x;
        let height = self.bottom().min(other.bottom()) - y;
        (width >= 0.0 && height >= 0.0).then_some(Rect { x, y, width, height })
    }

    fn holds(&self, other: &Rect) -> bool {
        // Layout rounds to fractions of a pixel, so "inside" allows one.
        self.x <= other.x + 1.0
            && self.y <= other.y + 1.0
            && self.right() + 1.0 >= other.right()
            && self.bottom() + 1.0 >= other.bottom()
    }

    fn area(&self) -> f64 {
        self.width * self.height
    }
}

/// What the reader selected with.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum Means {
    /// A mouse or another precise pointer.
    Mouse,
    /// A finger or a pen: the system shows its own menu above and handles below the selection.
    Touch,
    /// The keyboard, caret browsing or a screen reader.
    Keyboard,
}

/// The side of the anchor the popover would rather be on.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum Side {
    /// Over the anchor.
    Above,
    /// Under the anchor.
    Below,
}

/// The part of a selection the popover points at.
#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Anchor {
    /// A run of selected text on one line, cut to what can be seen.
    pub rect: Rect,
    /// Where along the line the popover is centred.
    pub x: f64,
    /// The side that covers no selected text.
    pub side: Side,
}

/// Chooses the anchor among the client rects of a selection.
///
/// `clip` is what can be seen of the page at this place; rects outside it and rects without area count for nothing.
/// `focus` is the rect of the last selected character on the side where the reader stopped, `backward` whether that
/// is the start of the text. `None` means that nothing of the selection can be seen.
#[must_use]
pub fn choose(
    rects: &[Rect],
    clip: &Rect,
    focus: Option<&Rect>,
    backward: bool,
    means: Means,
) -> Option<Anchor> {
    let runs = text_runs(rects, clip);
    let first_line = runs.iter().min_by(|a, b| a.y.total_cmp(&b.y))?;
    let last_line = runs.iter().max_by(|a, b| a.bottom().total_cmp(&b.bottom()))?;
    let is_one_line = shares_line(first_line, last_line);
    // A finger's handles sit at both ends: only below the last line is there room.
    let upward = means != Means::Touch && (backward || is_one_line);
    let line = if backward && means != Means::Touch { first_line } else { last_line };
    let pieces = line_pieces(&runs, line);
    let rect = match focus {
        Some(focus) => nearest(&pieces, focus.middle())?,
        None => *pieces.first()?,
    };
    let x = match focus {
        Some(focus) if !is_one_line && shares_line(focus, &rect) => {
            within(focus.middle(), rect.x, rect.right())
        }
        _ => rect.middle(),
    };
    Some(Anchor { rect, x, side: if upward { Side::Above } else { Side::Below } })
}

/// The rects of text that can be seen. A range also reports the boxes of whole elements inside it (a selected
/// paragraph is as wide as its column); such a box holds a smaller rect and is left out.
fn text_runs(rects: &[Rect], clip: &Rect) -> Vec<Rect> {
    let seen: Vec<Rect> = rects
        .iter()
        .filter_map(|rect| rect.overlap(clip))
        .filter(|rect| rect.width >= 1.0 && rect.height >= 1.0)
        .collect();
    let is_text = |rect: &&Rect| !seen.iter().any(|other| rect.holds(other) && other.area() < rect.area());
    seen.iter().filter(is_text).copied().collect()
}

fn shares_line(a: &Rect, b: &Rect) -> bool {
    let shared = a.bottom().min(b.bottom()) - a.y.max(b.y);
    shared > a.height.min(b.height) / 2.0
}

/// The runs on the line of `line`, from left to right, with neighbours joined.
fn line_pieces(runs: &[Rect], line: &Rect) -> Vec<Rect> {
    let mut on_line: Vec<Rect> = Vec::new();
    for run in runs.iter().filter(|run| shares_line(run, line)) {
        // There are few: putting each in its place is a tenth of the code of a general sort.
        let place = on_line.partition_point(|other| other.x <= run.x);
        on_line.insert(place, *run);
    }
    let mut pieces: Vec<Rect> = Vec::new();
    for run in on_line {
        match pieces.last_mut() {
            // Padding of inline code and letter spacing leave small gaps; a gap of unselected text is wider.
            Some(piece) if run.x - piece.right() <= 5.0 => {
                let (y, bottom) = (piece.y.min(run.y), piece.bottom().max(run.bottom()));
                let right = piece.right().max(run.right());
                *piece = Rect { x: piece.x, y, width: right - piece.x, height: bottom - y };
            }
            _ => pieces.push(run),
        }
    }
    pieces
}

fn nearest(pieces: &[Rect], x: f64) -> Option<Rect> {
    let distance = |piece: &Rect| (piece.x - x).max(x - piece.right()).max(0.0);
    pieces.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).copied()
}

/// The popover's place and the distances it keeps.
#[derive(Clone, Copy)]
pub struct Room {
    /// What can be seen: the visual viewport without the insets for notches and sticky headers.
    pub bounds: Rect,
    /// The popover's own width.
    pub width: f64,
    /// The popover's own height.
    pub height: f64,
    /// From the anchor to the popover.
    pub gap: f64,
}

/// The distance to the edge of what can be seen.
const MARGIN: f64 = 8.0;

/// The upper left corner of the popover: on the wanted side if it fits there, else on the other one, else docked to
/// the edge of the wanted side; never nearer than 8 px to an edge while the popover is smaller than the room.
#[must_use]
pub fn place(anchor: &Anchor, room: &Room) -> (i32, i32) {
    let Room { bounds, width, height, gap } = room;
    let top = bounds.y + MARGIN;
    let lowest = (bounds.bottom() - MARGIN - height).max(top);
    let above = anchor.rect.y - gap - height;
    let below = anchor.rect.bottom() + gap;
    let y = match anchor.side {
        Side::Above if above >= top => above,
        Side::Above if below <= lowest => below,
        Side::Above => top,
        Side::Below if below <= lowest => below,
        Side::Below if above >= top => above,
        Side::Below => lowest,
    };
    let left = bounds.x + MARGIN;
    let rightmost = (bounds.right() - MARGIN - width).max(left);
    let x = within(anchor.x - width / 2.0, left, rightmost);
    (x.round() as i32, within(y, top, lowest).round() as i32)
}

/// `f64::clamp` without its panic, whose message would bring the formatting of numbers into the shipped file.
pub(crate) fn within(value: f64, least: f64, most: f64) -> f64 {
    value.min(most).max(least)
}

#[cfg(test)]
mod tests;

//! Anchors and places for the selections that were measured in browsers.

use super::*;

const SCREEN: Rect = Rect { x: 0.0, y: 0.0, width: 1000.0, height: 600.0 };

fn rect(x: f64, y: f64, width: f64, height: f64) -> Rect {
    Rect { x, y, width, height }
}

fn four_lines() -> Vec<Rect> {
    vec![
        rect(104.0, 100.0, 296.0, 18.0),
        rect(8.0, 118.0, 392.0, 18.0),
        rect(8.0, 136.0, 392.0, 18.0),
        rect(8.0, 154.0, 60.0, 18.0),
    ]
}

#[test]
fn s4_four_lines_forward_are_anchored_under_the_end_of_the_last_one() {
    let focus = rect(60.0, 154.0, 8.0, 18.0);
    let anchor = choose(&four_lines(), &SCREEN, Some(&focus), false, Means::Mouse).unwrap();
    assert_eq!(anchor, Anchor { rect: rect(8.0, 154.0, 60.0, 18.0), x: 64.0, side: Side::Below });
}

#[test]
fn s4_four_lines_backward_are_anchored_over_the_start_of_the_first_one() {
    let focus = rect(104.0, 100.0, 8.0, 18.0);
    let anchor = choose(&four_lines(), &SCREEN, Some(&focus), true, Means::Keyboard).unwrap();
    assert_eq!(anchor, Anchor { rect: rect(104.0, 100.0, 296.0, 18.0), x: 108.0, side: Side::Above });
}

#[test]
fn s4_touch_is_anchored_below_the_last_line_even_backward() {
    let anchor = choose(&four_lines(), &SCREEN, None, true, Means::Touch).unwrap();
    assert_eq!((anchor.rect.y, anchor.side), (154.0, Side::Below));
}

#[test]
fn s4_two_pieces_of_a_bidi_line_are_not_joined_across_the_gap() {
    let pieces = [rect(200.0, 50.0, 68.0, 18.0), rect(8.0, 50.0, 58.0, 18.0)];
    let focus = rect(200.0, 50.0, 9.0, 18.0);
    let anchor = choose(&pieces, &SCREEN, Some(&focus), false, Means::Mouse).unwrap();
    assert_eq!(anchor.rect, pieces[0]);
    assert_eq!(anchor.x, 234.0, "the centre lies over selected text");
}

#[test]
fn s4_one_line_with_inline_code_is_one_piece_with_its_centre() {
    let pieces = [rect(10.0, 50.0, 40.0, 18.0), rect(54.0, 51.0, 30.0, 16.0), rect(88.0, 50.0, 22.0, 18.0)];
    let anchor = choose(&pieces, &SCREEN, None, false, Means::Mouse).unwrap();
    assert_eq!(anchor, Anchor { rect: rect(10.0, 50.0, 100.0, 18.0), x: 60.0, side: Side::Above });
}

#[test]
fn s3_boxes_of_whole_paragraphs_and_empty_rects_are_no_anchor() {
    let rects = [
        rect(0.0, 100.0, 900.0, 40.0),
        rect(8.0, 100.0, 300.0, 18.0),
        rect(8.0, 120.0, 100.0, 18.0),
        rect(0.0, 160.0, 0.0, 18.0),
    ];
    let anchor = choose(&rects, &SCREEN, None, false, Means::Mouse).unwrap();
    assert_eq!(anchor.rect, rects[2]);
}

#[test]
fn s4_a_selection_that_ends_below_the_fold_is_anchored_at_its_last_line_in_sight() {
    let rects: Vec<Rect> = (0..100).map(|line| rect(10.0, f64::from(line) * 20.0, 300.0, 18.0)).collect();
    let anchor = choose(&rects, &SCREEN, None, false, Means::Keyboard).unwrap();
    assert_eq!(anchor.rect.y, 580.0);
    assert!(choose(&rects[60..], &SCREEN, None, false, Means::Keyboard).is_none());
}

fn anchor(x: f64, y: f64, side: Side) -> Anchor {
    Anchor { rect: rect(x - 20.0, y, 40.0, 20.0), x, side }
}

const ROOM: Room = Room { bounds: SCREEN, width: 80.0, height: 36.0, gap: 8.0 };

#[test]
fn s5_it_goes_on_the_wanted_side_when_it_fits() {
    assert_eq!(place(&anchor(300.0, 200.0, Side::Above), &ROOM), (260, 156));
    assert_eq!(place(&anchor(300.0, 200.0, Side::Below), &ROOM), (260, 228));
}

#[test]
fn s5_it_flips_where_it_does_not_fit() {
    assert_eq!(place(&anchor(300.0, 20.0, Side::Above), &ROOM), (260, 48));
    assert_eq!(place(&anchor(300.0, 570.0, Side::Below), &ROOM), (260, 526));
}

#[test]
fn s5_it_stays_eight_pixels_from_every_edge() {
    assert_eq!(place(&anchor(2.0, 200.0, Side::Above), &ROOM).0, 8);
    assert_eq!(place(&anchor(998.0, 200.0, Side::Above), &ROOM).0, 912);
}

#[test]
fn s5_an_anchor_that_fills_the_screen_docks_it_to_the_edge() {
    let tall = Anchor { rect: rect(0.0, 0.0, 900.0, 600.0), x: 500.0, side: Side::Below };
    assert_eq!(place(&tall, &ROOM), (460, 556));
}

#[test]
fn s5_a_zoomed_and_shifted_viewport_moves_the_bounds() {
    let bounds = rect(100.0, 300.0, 200.0, 150.0);
    let (x, y) = place(&anchor(110.0, 310.0, Side::Above), &Room { bounds, ..ROOM });
    assert_eq!((x, y), (108, 338));
}

#[test]
fn s5_a_room_smaller_than_the_popover_gives_its_upper_left_corner() {
    let bounds = rect(0.0, 0.0, 60.0, 30.0);
    assert_eq!(place(&anchor(30.0, 10.0, Side::Above), &Room { bounds, ..ROOM }), (8, 8));
}

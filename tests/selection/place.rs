//! Where the popover stands and what it looks like.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    BAR, Fixture, PARAGRAPHS, at, edge, is, is_shown, number, pause, press_with, run, select, settle,
};

#[wasm_bindgen_test]
async fn s4_several_lines_forward_are_asked_about_below_the_end_and_backward_above_the_start() {
    let _page = Fixture::new(
        "<p id=one>aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm nnnn oooo pppp</p>",
        "",
    );
    let bar = |side: &str| number(&format!("{BAR}.getBoundingClientRect().{side}"));
    let block =
        |side: &str| number(&format!("document.querySelector('#one').getBoundingClientRect().{side}"));
    select(("#one", 20), ("#one", 79));
    settle().await;
    assert!(bar("top") >= block("bottom"), "below: {} {}", bar("top"), block("bottom"));
    select(("#one", 60), ("#one", 2));
    settle().await;
    assert!(bar("bottom") <= block("top"), "above: {} {}", bar("bottom"), block("top"));
}

#[wasm_bindgen_test]
async fn s5_near_the_upper_edge_it_flips_and_it_follows_scrolling() {
    let _page = Fixture::new(
        "<p id=one style='margin:0'>Short line at the top</p><p style='height:3000px'>Long</p>",
        "",
    );
    run("document.getElementById('page').style.top = '4px'");
    select(("#one", 0), ("#one", 5));
    settle().await;
    let bar_top = number(&format!("{BAR}.getBoundingClientRect().top"));
    assert!(bar_top > number("document.querySelector('#one').getBoundingClientRect().bottom"));
    run("scrollTo(0, 200)");
    pause(100).await;
    assert!(!is_shown(), "hidden while its text is out of sight");
    run("scrollTo(0, 0)");
    pause(100).await;
    assert!(is_shown());
    run("scrollTo(0, 2900)");
    pause(100).await;
    run("scrollTo(0, 0)");
    pause(100).await;
    assert!(!is_shown(), "gone after scrolling far away");
}

#[wasm_bindgen_test]
async fn s5_a_wide_bar_keeps_its_distance_from_the_edge_once_it_has_grown() {
    let _page = Fixture::new(
        PARAGRAPHS,
        "actions: ['Ask about it', 'Explain it to me', 'Add it to the chat'].map((label) => ({ id: label, label }))",
    );
    run("const page = document.getElementById('page'); page.style.left = 'auto'; page.style.right = '0'");
    select(("#one", 30), ("#one", 39));
    settle().await;
    pause(200).await;
    let distance =
        number(&format!("document.documentElement.clientWidth - {BAR}.getBoundingClientRect().right"));
    assert!((distance - 8.0).abs() <= 1.0, "{distance}");
}

#[wasm_bindgen_test]
async fn s5_it_hides_when_its_text_leaves_its_scroller() {
    let _page = Fixture::new(
        "<div id=scroller style='height:100px;overflow:auto'><p id=one>Some words to select</p><p style='height:300px'></p></div>",
        "",
    );
    select(("#one", 0), ("#one", 10));
    settle().await;
    assert!(is_shown());
    run("document.querySelector('#scroller').scrollTop = 150");
    pause(100).await;
    assert!(!is_shown());
}

#[wasm_bindgen_test]
async fn s5_a_dark_page_gets_a_dark_bar_and_the_option_wins() {
    let dark = Fixture::new(PARAGRAPHS, "");
    run("document.getElementById('page').style.background = 'rgb(20, 20, 24)'");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(is(&format!("{BAR}.parentNode.classList.contains('dark')")));
    drop(dark);
    let _forced = Fixture::new(PARAGRAPHS, "theme: 'dark'");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(is(&format!("{BAR}.parentNode.classList.contains('dark')")));
}

#[wasm_bindgen_test]
async fn s4_on_a_line_of_mixed_direction_it_points_at_selected_text() {
    let _page = Fixture::new(
        "<p id=one style='margin:200px 0 0'>abc \u{5d0}\u{5d1}\u{5d2} \u{5d3}\u{5d4}\u{5d5} def</p>",
        "",
    );
    for (from, to) in [(2, 8), (8, 2), (6, 13)] {
        select(("#one", from), ("#one", to));
        settle().await;
        let middle = (edge(BAR, "left") + edge(BAR, "right")) / 2.0;
        assert!(
            is(&format!(
                "[...getSelection().getRangeAt(0).getClientRects()].some((rect) => rect.left - 1 <= {middle} && {middle} <= rect.right + 1)"
            )),
            "{from} {to}: {middle}"
        );
    }
}

#[wasm_bindgen_test]
async fn s4_a_finger_gets_it_below_the_last_line_with_room_for_the_handles() {
    let _page = Fixture::new(
        "<p id=one>aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm nnnn oooo pppp</p>",
        "",
    );
    press_with("touch", "pointerdown", &at("#one"));
    select(("#one", 60), ("#one", 2));
    press_with("touch", "pointerup", &at("#one"));
    pause(500).await;
    assert!(is_shown() && edge(BAR, "top") >= edge(&at("#one"), "bottom") + 47.0);
}

#[wasm_bindgen_test]
async fn s4_a_long_selection_is_asked_about_at_the_lines_that_are_in_sight() {
    let lines: String = (0..400).map(|line| format!("<p id=l{line}>Line number {line}</p>")).collect();
    let _page = Fixture::new(&lines, "");
    run(
        "const node = (id) => document.querySelector(id).firstChild; getSelection().setBaseAndExtent(node('#l0'), 0, node('#l399'), 8)",
    );
    settle().await;
    assert!(is_shown() && edge(BAR, "bottom") <= number("innerHeight"));
    run("scrollTo(0, 3000)");
    pause(100).await;
    assert!(is_shown());
    run("const node = (id) => document.querySelector(id).firstChild; getSelection().setBaseAndExtent(node('#l399'), 8, node('#l100'), 0);
         document.querySelector('#l100').scrollIntoView({ block: 'center' })");
    settle().await;
    assert!(
        edge(BAR, "bottom") <= edge(&at("#l100"), "top") + 1.0,
        "backward: over the start, which is in sight"
    );
}

#[wasm_bindgen_test]
async fn s5_sticky_headers_notches_and_a_zoomed_view_keep_it_inside_what_can_be_seen() {
    let page = Fixture::new(PARAGRAPHS, "insetTop: 90");
    let show = || async {
        run("getSelection().removeAllRanges()");
        settle().await;
        select(("#one", 4), ("#one", 19));
        settle().await;
        assert!(is_shown());
    };
    let lower = "const page = document.getElementById('page'); const top = document.querySelector('#one').getBoundingClientRect().top;
                 page.style.top = `${60 + 110 - top}px`;";
    run(lower);
    show().await;
    assert!(edge(BAR, "top") >= edge(&at("#one"), "top") + 20.0, "above it a header would cover it");
    drop(page);

    let page = Fixture::new(PARAGRAPHS, "");
    run(&format!("{lower} document.documentElement.style.scrollPaddingTop = '90px'"));
    show().await;
    assert!(edge(BAR, "top") >= edge(&at("#one"), "top") + 20.0, "as far as the page itself says how much");
    run("document.documentElement.style.scrollPaddingTop = ''");
    drop(page);

    let page = Fixture::new(PARAGRAPHS, "");
    run(&format!(
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('.bar {{ scroll-margin: 0 0 0 200px !important }}'); {BAR}.getRootNode().adoptedStyleSheets.push(sheet)"
    ));
    show().await;
    assert!((edge(BAR, "left") - 208.0).abs() <= 1.0, "the safe area of a display: {}", edge(BAR, "left"));
    drop(page);

    let _page = Fixture::new(PARAGRAPHS, "");
    run("for (const [name, value] of Object.entries({ offsetLeft: 150, offsetTop: 40, width: 300, height: 400 }))
           Object.defineProperty(visualViewport, name, { configurable: true, get: () => value })");
    show().await;
    let (left, top) = (edge(BAR, "left"), edge(BAR, "top"));
    run("for (const name of ['offsetLeft', 'offsetTop', 'width', 'height']) delete visualViewport[name]");
    assert!(left >= 157.0 && top >= 47.0, "pinched, or with a keyboard open: {left} {top}");
}

#[wasm_bindgen_test]
async fn s5_the_far_edges_of_what_can_be_seen_hold_it_as_the_near_ones_do() {
    // What the tests before this one have said may make the page long enough for a scroll bar.
    run("document.documentElement.style.overflow = 'hidden'");
    let corner = "<p id=one style='text-align:right'>the first line<br>and the last of them</p>";
    let (right, bottom) = (number("document.documentElement.clientWidth"), number("innerHeight"));
    for (room, is_below, prepare) in [
        ((0.0, 0.0), true, String::new()),
        (
            (120.0, 90.0),
            false,
            format!("const sheet = new CSSStyleSheet(); sheet.replaceSync('.bar {{ scroll-margin: 0 120px 90px 0 !important }}'); {BAR}.getRootNode().adoptedStyleSheets.push(sheet)"),
        ),
        (
            (100.0, 90.0),
            false,
            format!("for (const [name, value] of Object.entries({{ offsetLeft: 0, offsetTop: 0, width: {right} - 100, height: {bottom} - 90 }}))
                       Object.defineProperty(visualViewport, name, {{ configurable: true, get: () => value }})"),
        ),
    ] {
        let _page = Fixture::new(corner, "actions: ['ask', 'explain']");
        run(&format!(
            "Object.assign(document.getElementById('page').style, {{ position: 'fixed', top: 'auto', left: 'auto', right: '0', bottom: '90px' }}); {prepare}"
        ));
        crate::select_inside(&at("#one"));
        settle().await;
        let (shown, edges) = (is_shown(), (edge(BAR, "right"), edge(BAR, "bottom")));
        let below = edge(BAR, "top") >= edge(&at("#one"), "bottom");
        run("for (const name of ['offsetLeft', 'offsetTop', 'width', 'height']) delete visualViewport[name]");
        assert!(shown);
        assert!(edges.0 <= right - room.0 - 7.0 && edges.1 <= bottom - room.1 - 7.0, "{room:?}: {edges:?}");
        assert_eq!(below, is_below, "{room:?}: below the end as long as there is room");
    }
    run("document.documentElement.style.overflow = ''");
}

#[wasm_bindgen_test]
async fn s5_it_follows_fonts_pictures_and_the_size_of_the_window() {
    let _page = Fixture::new(&format!("{PARAGRAPHS}<img id=picture alt=''>"), "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    for (index, event) in [
        "document.fonts.dispatchEvent(new Event('loadingdone'))",
        "document.querySelector('#picture').dispatchEvent(new Event('load'))",
        "window.dispatchEvent(new Event('resize'))",
        "visualViewport.dispatchEvent(new Event('scroll'))",
        "document.getElementById('page').append(document.createElement('hr'))",
    ]
    .iter()
    .enumerate()
    {
        let distance = || edge(BAR, "bottom") - edge(&at("#one"), "top");
        let before = distance();
        run(&format!("document.getElementById('page').style.top = '{}px'; {event}", 100 + index * 30));
        pause(250).await;
        assert!((distance() - before).abs() <= 1.0, "{event}");
    }
}

#[wasm_bindgen_test]
async fn s5_on_a_page_that_is_zoomed_by_its_style_it_stands_beside_its_text() {
    let _page = Fixture::new(PARAGRAPHS, "");
    run("document.body.style.zoom = 1.5");
    select(("#two", 8), ("#two", 17));
    settle().await;
    pause(200).await;
    let text = "getSelection().getRangeAt(0)";
    let middle = |of: &str| (edge(of, "left") + edge(of, "right")) / 2.0;
    let (beside, above) = (middle(BAR) - middle(text), edge(text, "top") - edge(BAR, "bottom"));
    run("document.body.style.zoom = ''");
    assert!(beside.abs() <= 2.0 && (above - 8.0).abs() <= 2.0, "{beside} {above}");
}

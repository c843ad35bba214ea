//! Where the popover stands and what it looks like.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::{BAR, Fixture, PARAGRAPHS, is, is_shown, number, pause, run, select, settle};

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
    let distance = number(&format!("innerWidth - {BAR}.getBoundingClientRect().right"));
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
    assert!(is(&format!("{BAR}.classList.contains('dark')")));
    drop(dark);
    let _forced = Fixture::new(PARAGRAPHS, "theme: 'dark'");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(is(&format!("{BAR}.classList.contains('dark')")));
}

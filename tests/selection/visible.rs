//! The passage stays visible after the focus has gone to the chat.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::{BAR, Fixture, PARAGRAPHS, is, is_shown, pause, pointer, press_button, run, select, settle};

const PAINTED: &str = "CSS.highlights.has('docent-ask')";

fn can_paint() -> bool {
    is("typeof Highlight === 'function' && CSS.highlights")
}

#[wasm_bindgen_test]
async fn s6_the_passage_stays_painted_once_the_focus_is_in_the_chat() {
    if !can_paint() {
        return;
    }
    let page = Fixture::new(&format!("<docent-chat><input id=composer></docent-chat>{PARAGRAPHS}"), "");
    let sheets = run("return document.adoptedStyleSheets.length");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(!is(PAINTED), "the browser's own selection shows it");
    press_button(0);
    run("document.querySelector('#composer').focus(); document.querySelector('#composer').select()");
    settle().await;
    assert!(is(PAINTED) && page.asked.length() == 1);
    assert!(is("[...CSS.highlights.get('docent-ask')][0].toString() === 'quick brown fox'"));
    let painted = "getComputedStyle(document.documentElement, '::highlight(docent-ask)').backgroundColor";
    assert!(is(&format!("!['', 'rgba(0, 0, 0, 0)'].includes({painted})")), "with a colour of its own");
    pointer("pointerdown", "document.querySelector('#composer')");
    pointer("pointerup", "document.querySelector('#composer')");
    assert!(is(PAINTED), "a press in the chat changes nothing");
    pointer("pointerdown", "document.querySelector('#two')");
    pointer("pointerup", "document.querySelector('#two')");
    assert!(!is(PAINTED), "back to the page");
    assert_eq!(run("return document.adoptedStyleSheets.length"), sheets);
}

#[wasm_bindgen_test]
async fn s6_the_next_selection_and_the_end_take_the_paint_off() {
    if !can_paint() {
        return;
    }
    let page = Fixture::new(PARAGRAPHS, "");
    let sheets = run("return document.adoptedStyleSheets.length");
    for end in [15, 19] {
        select(("#one", 4), ("#one", end));
        settle().await;
        assert!(is_shown() && !is(PAINTED));
        press_button(0);
        assert!(is(PAINTED));
    }
    page.call("destroy");
    assert!(!is(PAINTED));
    assert_eq!(run("return document.adoptedStyleSheets.length"), sheets);
}

#[wasm_bindgen_test]
async fn s6_the_passage_is_read_before_the_page_hears_of_it() {
    let page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    let button = format!("{BAR}.firstChild");
    pointer("pointerdown", &button);
    run("document.querySelector('#one').remove(); getSelection().removeAllRanges()");
    pause(60).await;
    pointer("pointerup", &button);
    run(&format!("{button}.click()"));
    assert_eq!(crate::text(&page.last(), "text"), "quick brown fox");
}

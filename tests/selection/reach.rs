//! Every way to select, and every place to select in.

use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    BAR, Fixture, PARAGRAPHS, edge, get, is, is_shown, key, number, pointer, press_button, run, select,
    settle, text,
};

#[wasm_bindgen_test]
async fn s9_caret_browsing_and_a_screen_reader_select_without_a_pointer() {
    let page = Fixture::new(PARAGRAPHS, "");
    run("getSelection().collapse(document.querySelector('#one').firstChild, 4)");
    for _ in 0..3 {
        key("document.body", "key: 'ArrowRight', shiftKey: true, ctrlKey: true");
        run("getSelection().modify('extend', 'forward', 'word')");
    }
    settle().await;
    assert!(is_shown());
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "quick brown fox");
}

#[wasm_bindgen_test]
async fn s9_a_double_and_a_triple_click_and_one_with_shift_show_it_for_what_is_selected_then() {
    let page = Fixture::new(PARAGRAPHS, "");
    let click = |from: u32, to: u32| async move {
        pointer("pointerdown", "document.querySelector('#one')");
        select(("#one", from), ("#one", to));
        pointer("pointerup", "document.querySelector('#one')");
    };
    click(4, 4).await;
    click(4, 9).await;
    settle().await;
    assert!(is_shown(), "a word");
    click(0, 44).await;
    settle().await;
    assert!(is_shown(), "its line");
    click(0, 15).await;
    settle().await;
    assert!(is_shown(), "up to a press with Shift");
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "The quick brown");
}

#[wasm_bindgen_test]
async fn s9_select_all_is_capped_and_begins_and_ends_with_what_can_be_asked_about() {
    let page = Fixture::new(
        &format!("<p id=one>First words.</p>{}<p>Last words.</p>", "<p>word word word</p>".repeat(400)),
        "root: '#page'",
    );
    run("getSelection().selectAllChildren(document.querySelector('#page'))");
    settle().await;
    assert!(is_shown());
    press_button(0);
    let asked = page.last();
    assert_eq!(get(&asked, "truncated"), true);
    let text = text(&asked, "text");
    assert!(text.starts_with("First words.") && text.ends_with("Last words.") && text.len() < 4100);
}

#[wasm_bindgen_test]
async fn s9_several_ranges_are_one_passage_where_the_browser_has_them() {
    let page = Fixture::new(
        "<p id=one>Some words</p><p id=two data-private>Secret words</p><p id=three>More words</p>",
        "",
    );
    run("for (const id of ['one', 'two', 'three']) { const range = document.createRange();
         range.selectNodeContents(document.getElementById(id)); getSelection().addRange(range) }");
    // Chromium and Safari keep the first one only.
    let expected =
        if number("getSelection().rangeCount") > 1.0 { "Some words\n\nMore words" } else { "Some words" };
    settle().await;
    assert!(is_shown());
    press_button(0);
    assert_eq!(text(&page.last(), "text"), expected);
}

/// An element with a shadow tree in the page, `window.inner` its root.
const SHADOW: &str = "<h2 id=guide>Guide</h2><section lang=de><docent-test-card></docent-test-card></section><p id=one>Words of the page.</p>";

fn fill_shadow() {
    run("window.inner = document.querySelector('docent-test-card').attachShadow({ mode: 'open' });
         inner.innerHTML = '<h3 id=inside>Inside</h3><p id=deep>Words in the <b>shadow</b> tree.</p><p data-private id=secret>Secret words</p>'");
}

fn select_in_shadow(selector: &str) {
    run(&format!(
        "const text = inner.querySelector('{selector}').firstChild; getSelection().setBaseAndExtent(text, 0, text, 12)"
    ));
}

#[wasm_bindgen_test]
async fn s12_a_selection_in_a_registered_shadow_root_is_asked_about() {
    let mut page = Fixture::new(SHADOW, "");
    fill_shadow();
    page.again("root: [document, inner]");
    select_in_shadow("#deep");
    settle().await;
    assert!(is_shown());
    assert!(edge(BAR, "bottom") <= number("inner.querySelector('#deep').getBoundingClientRect().top") + 1.0);
    press_button(0);
    let asked = page.last();
    assert_eq!(text(&asked, "text"), "Words in the");
    assert_eq!((text(&asked, "suffix"), text(&asked, "lang")), (" shadow tree.".into(), "de".into()));
    let heading = get(&asked, "heading");
    assert_eq!(text(&heading, "id"), "inside");
    assert_eq!(
        String::from(get(&heading, "path").unchecked_into::<js_sys::Array>().join(">")),
        "Guide>Inside"
    );
    assert!(is(
        "!inner.adoptedStyleSheets || inner.adoptedStyleSheets.length === (globalThis.Highlight ? 1 : 0)"
    ));
    select_in_shadow("#secret");
    settle().await;
    assert!(!is_shown(), "private there, too");
    select(("#one", 0), ("#one", 12));
    settle().await;
    assert!(is_shown(), "and the page around it as ever");
    page.call("destroy");
    assert!(is("!inner.adoptedStyleSheets?.length"));
}

#[wasm_bindgen_test]
async fn s12_a_shadow_root_that_is_not_registered_stays_the_business_of_its_element() {
    let page = Fixture::new(SHADOW, "");
    fill_shadow();
    select_in_shadow("#deep");
    settle().await;
    assert!(!is_shown() && page.call("ask") == false);
    // Nor is what the element has in the page, of which nothing is selected.
    run(
        "inner.append(document.createElement('slot')); inner.host.append('Words that the element shows as well')",
    );
    select_in_shadow("#deep");
    settle().await;
    assert!(!is_shown() && page.call("ask") == false);
    run("getSelection().selectAllChildren(inner.host)");
    assert_eq!(page.call("ask"), true, "but where they are selected");
}

#[wasm_bindgen_test]
async fn s12_safaris_first_signature_and_browsers_without_composed_ranges_are_read_as_well() {
    for patch in [
        "Selection.prototype.getComposedRanges = function (...roots) {
           if (roots.some((root) => !(root instanceof ShadowRoot))) throw new TypeError('not a shadow root');
           return own ? own.call(this, { shadowRoots: roots }) : [this.getRangeAt(0)] }",
        "delete Selection.prototype.getComposedRanges",
    ] {
        let mut page = Fixture::new(SHADOW, "");
        fill_shadow();
        run(&format!("window.own = Selection.prototype.getComposedRanges; {patch}"));
        page.again("root: inner");
        select_in_shadow("#deep");
        settle().await;
        // Older Safaris show nothing of a shadow tree without composed ranges.
        let is_open = is(
            "Selection.prototype.getComposedRanges || inner.contains(getSelection().getRangeAt(0).startContainer)",
        );
        let is_asked = page.call("ask");
        run("if (own) Selection.prototype.getComposedRanges = own");
        assert_eq!(is_asked, is_open, "{patch}");
        assert!(!is_open || text(&page.last(), "text") == "Words in the");
    }
}

#[wasm_bindgen_test]
async fn s12_inside_its_own_shadow_tree_scrolling_moves_it() {
    let mut page = Fixture::new(SHADOW, "");
    fill_shadow();
    run(
        "inner.innerHTML = '<div id=scroller style=\"height:100px;overflow:auto\"><p id=deep>Words in the shadow</p><p style=\"height:400px\"></p></div>'",
    );
    page.again("root: inner");
    select_in_shadow("#deep");
    settle().await;
    assert!(is_shown());
    run("inner.querySelector('#scroller').scrollTop = 200");
    crate::pause(100).await;
    assert!(!is_shown());
    drop(page);
}

async fn load_frame(html: &str, attributes: &str) {
    let html = js_sys::JSON::stringify(&html.into()).unwrap();
    let loaded = run(&format!(
        "const frame = document.createElement('iframe'); frame.id = 'frame'; frame.srcdoc = {html}; {attributes}
         return new Promise((done) => {{ frame.addEventListener('load', done); document.getElementById('page').append(frame) }})"
    ));
    JsFuture::from(loaded.unchecked_into::<Promise>()).await.unwrap();
}

const IN_FRAME: &str = "document.querySelector('#frame').contentDocument";

fn select_in_frame() {
    run(&format!(
        "const text = {IN_FRAME}.querySelector('p').firstChild; {IN_FRAME}.getSelection().setBaseAndExtent(text, 0, text, 10)"
    ));
}

#[wasm_bindgen_test]
async fn s12_a_frame_of_the_same_origin_is_opted_in_and_followed_to_its_next_page() {
    let mut page = Fixture::new("", "");
    load_frame("<p>Some words in a frame</p>", "").await;
    select_in_frame();
    settle().await;
    assert!(!is_shown() && page.call("ask") == false, "not without being told to");
    page.again("root: [document, document.querySelector('#frame')]");
    let bar = format!("{IN_FRAME}.querySelector('[data-docent-ask]')?.shadowRoot.querySelector('.bar')");
    select_in_frame();
    settle().await;
    assert!(
        is(&format!("{bar}.matches('.shown') && {bar}.offsetWidth > 0")),
        "beside the text, in the frame"
    );
    run(&format!("{bar}.firstChild.click()"));
    assert_eq!(text(&page.last(), "text"), "Some words");
    let next = run("const frame = document.querySelector('#frame'); frame.srcdoc = '<p>Next page of it</p>';
                    return new Promise((done) => frame.addEventListener('load', done, { once: true }))");
    JsFuture::from(next.unchecked_into::<Promise>()).await.unwrap();
    select_in_frame();
    assert_eq!(page.call("ask"), true);
    assert_eq!(text(&page.last(), "text"), "Next page");
    page.call("destroy");
    assert!(is(&format!("!{IN_FRAME}.querySelector('[data-docent-ask]')")));
}

#[wasm_bindgen_test]
async fn s12_a_frame_of_another_origin_is_ignored() {
    let mut page = Fixture::new("", "");
    load_frame("<p>Somebody else's words</p>", "frame.setAttribute('sandbox', '')").await;
    assert!(is(&format!("{IN_FRAME} === null")));
    page.again("root: document.querySelector('#frame')");
    assert_eq!(page.call("ask"), false);
}

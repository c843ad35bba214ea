//! When the popover shows and when it goes.

use docent::bindings::ask_selection;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    BAR, Fixture, PARAGRAPHS, at, is, is_shown, key, pause, pointer, press_with, run, select, settle,
};
use wasm_bindgen::JsCast;

#[wasm_bindgen_test]
async fn s1_it_shows_after_the_selection_has_settled_and_hides_when_it_collapses() {
    let _page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 19));
    assert!(!is_shown());
    settle().await;
    assert!(is_shown());
    run("getSelection().collapseToStart()");
    pause(60).await;
    assert!(!is_shown());
}

#[wasm_bindgen_test]
async fn s1_it_does_not_show_while_a_button_is_held() {
    let _page = Fixture::new(PARAGRAPHS, "");
    pointer("pointerdown", "document.querySelector('#one')");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(!is_shown());
    pointer("pointerup", "document.querySelector('#one')");
    settle().await;
    assert!(is_shown());
}

#[wasm_bindgen_test]
async fn s2_it_never_shows_for_what_is_typed_private_short_or_elsewhere() {
    let page = Fixture::new(
        "<textarea id=field>4111 1111 1111</textarea><input id=line value='secret words'>
         <div contenteditable><p id=edited>Typed by the reader</p></div>
         <section data-private><p id=private>Balance 1,000</p></section>
         <section data-no-ask><p id=closed>No questions here</p></section>
         <openai-chatkit><p id=chat>In the chat itself</p></openai-chatkit>
         <p id=short>ab cd</p><p id=blank>&nbsp;\u{200b} &nbsp;</p>
         <p id=outside>Out of the root</p><article id=root><p id=inside>Inside the root</p></article>",
        "root: '#page, #nowhere'",
    );
    run("const field = document.querySelector('#field'); field.focus(); field.select()");
    settle().await;
    assert!(!is_shown() && page.call("ask") == false, "a text area");
    run("const line = document.querySelector('#line'); line.focus(); line.select()");
    settle().await;
    assert!(!is_shown() && page.call("ask") == false, "an input");
    run("document.activeElement.blur()");
    for (selector, end) in
        [("#edited", 10), ("#private", 10), ("#closed", 10), ("#chat", 10), ("#short", 2), ("#blank", 4)]
    {
        select((selector, 0), (selector, end));
        settle().await;
        assert!(!is_shown() && page.call("ask") == false, "{selector}");
    }
    select(("#inside", 0), ("#inside", 6));
    settle().await;
    assert!(is_shown(), "ordinary text next to all that");
    assert_eq!(page.asked.length(), 0);
}

#[wasm_bindgen_test]
async fn s2_it_shows_only_inside_the_configured_roots() {
    let mut page = Fixture::new(
        "<p id=outside>Out of the root</p><article id=root><p id=inside>Inside it</p></article>",
        "",
    );
    page.again("root: document.querySelector('#root')");
    select(("#outside", 0), ("#outside", 6));
    settle().await;
    assert!(!is_shown());
    select(("#inside", 0), ("#inside", 6));
    settle().await;
    assert!(is_shown());
}

#[wasm_bindgen_test]
async fn s1_what_was_selected_before_it_started_counts() {
    let mut page = Fixture::new("<p id=inside>Read while it was loading</p>", "");
    page.call("destroy");
    select(("#inside", 0), ("#inside", 4));
    settle().await;
    assert!(!is_shown(), "nobody is there yet");
    page.handle = ask_selection(run("return { onAsk() {} }")).unwrap();
    settle().await;
    assert!(is_shown());
}

#[wasm_bindgen_test]
async fn s2_a_root_that_a_new_page_replaces_is_found_again() {
    let page = Fixture::new("<main id=root><p>The first page</p></main>", "root: '#root'");
    run("document.querySelector('#root').outerHTML = '<main id=root><p id=inside>The next page</p></main>'");
    select(("#inside", 0), ("#inside", 8));
    settle().await;
    assert!(is_shown());
    drop(page);
}

#[wasm_bindgen_test]
async fn s7_escape_dismisses_keeps_the_selection_and_it_does_not_come_back() {
    let _page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(key("document.body", "key: 'Escape'"), "the key is used up");
    assert!(!is_shown() && is("getSelection().toString() === 'quick brown fox'"));
    run("document.dispatchEvent(new Event('selectionchange'))");
    settle().await;
    assert!(!is_shown());
    assert!(!key("document.body", "key: 'Escape'"), "with nothing to dismiss the key goes on");
    select(("#one", 4), ("#one", 15));
    settle().await;
    assert!(is_shown(), "another selection is another matter");
}

#[wasm_bindgen_test]
async fn s7_a_press_outside_a_lost_window_and_a_removed_node_dismiss() {
    let _page = Fixture::new(PARAGRAPHS, "");
    let show = || async {
        select(("#one", 4), ("#one", 15));
        settle().await;
        run("getSelection().removeAllRanges()");
        settle().await;
        select(("#one", 4), ("#one", 19));
        settle().await;
        assert!(is_shown());
    };
    show().await;
    pointer("pointerdown", "document.querySelector('#two')");
    assert!(!is_shown());
    pointer("pointerup", "document.querySelector('#two')");
    settle().await;
    show().await;
    run("dispatchEvent(new Event('blur'))");
    assert!(!is_shown());
    show().await;
    run("document.querySelector('#one').remove()");
    pause(100).await;
    assert!(!is_shown());
}

#[wasm_bindgen_test]
async fn s7_another_page_dismisses_and_another_section_does_not() {
    let _page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    run("history.replaceState(null, '', '#start')");
    pause(60).await;
    assert!(is_shown());
    let path = run("return location.pathname").as_string().unwrap();
    // Without the Navigation API (Safari before 26.2) a router is noticed by the nodes that it changes.
    run(
        "history.pushState(null, '', '/another-page'); if (!window.navigation) document.getElementById('page').append(document.createElement('hr'))",
    );
    pause(60).await;
    assert!(!is_shown());
    run(&format!("history.replaceState(null, '', '{path}')"));
}

#[wasm_bindgen_test]
async fn s1_it_waits_a_moment_for_a_mouse_and_longer_for_a_finger() {
    let _page = Fixture::new(PARAGRAPHS, "");
    settle().await;
    let waits = run(
        "const waits = []; const own = window.setTimeout; window.setTimeout = (react, wait, ...rest) => { waits.push(wait); return own(react, wait, ...rest) };
         waits.undo = () => { window.setTimeout = own }; return waits",
    );
    let last = || {
        crate::get(&waits, "length").as_f64().map(|count| js_sys::Array::from(&waits).get(count as u32 - 1))
    };
    for (kind, least, most) in [("mouse", 80.0, 120.0), ("touch", 200.0, 300.0)] {
        press_with(kind, "pointerdown", "document.querySelector('#one')");
        select(("#one", 4), ("#one", 19));
        press_with(kind, "pointerup", "document.querySelector('#one')");
        let wait = last().and_then(|wait| wait.as_f64()).unwrap();
        assert!((least..=most).contains(&wait), "{kind}: {wait}");
    }
    crate::get(&waits, "undo").unchecked_into::<js_sys::Function>().call0(&waits).unwrap();
}

#[wasm_bindgen_test]
async fn s1_it_is_there_within_150_ms_of_the_last_move() {
    let _page = Fixture::new(PARAGRAPHS, "");
    // A machine under load makes any single try late, as it does a bare timer and the frame after it (107 ms).
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        run("getSelection().removeAllRanges()");
        settle().await;
        select(("#one", 4), ("#one", 19));
        let took = run(&format!(
            "const start = performance.now(); const passed = () => performance.now() - start;
             const own = new Promise((done) => setTimeout(() => requestAnimationFrame(() => done(passed())), 90));
             const shown = new Promise((done) => {{ const look = () => {BAR}.classList.contains('shown') ? done(passed()) : requestAnimationFrame(look); look() }});
             return Promise.all([own, shown]).then(([own, shown]) => shown - Math.max(0, own - 107))"
        ));
        let took =
            wasm_bindgen_futures::JsFuture::from(took.unchecked_into::<js_sys::Promise>()).await.unwrap();
        best = best.min(took.as_f64().unwrap());
    }
    assert!((80.0..=150.0).contains(&best), "{best} ms");
}

#[wasm_bindgen_test]
async fn s2_text_that_cannot_be_selected_and_passwords_do_not_count() {
    let page = Fixture::new(
        "<p id=one style='user-select:none;-webkit-user-select:none'>Not to be selected</p>
         <p id=two style='visibility:hidden'>Not to be seen</p><input id=secret type=password value=passphrase>",
        "",
    );
    for selector in ["#one", "#two"] {
        crate::select_inside(&at(selector));
        settle().await;
        assert!(!is_shown() && page.call("ask") == false, "{selector}");
    }
    run("const secret = document.querySelector('#secret'); secret.focus(); secret.select()");
    settle().await;
    assert!(!is_shown() && page.call("ask") == false);
}

#[wasm_bindgen_test]
async fn s2_the_least_number_of_characters_is_what_shows_of_them() {
    let _page = Fixture::new("<p id=one>a \u{200b}\u{200b} b</p><p id=two>abc</p>", "");
    crate::select_inside(&at("#one"));
    settle().await;
    assert!(!is_shown(), "two letters and what cannot be seen");
    crate::select_inside(&at("#two"));
    settle().await;
    assert!(is_shown());
}

#[wasm_bindgen_test]
async fn s7_a_press_that_leaves_the_selection_does_not_bring_it_back_and_a_finger_that_scrolls_does() {
    let _page =
        Fixture::new(&format!("{PARAGRAPHS}<p id=still style='user-select:none'>Unselectable</p>"), "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    pointer("pointerdown", "document.querySelector('#still')");
    pointer("pointerup", "document.querySelector('#still')");
    key("document.body", "key: 'Shift'");
    run("document.body.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true, key: 'Shift' }))");
    settle().await;
    assert!(!is_shown());
    select(("#one", 4), ("#one", 15));
    settle().await;
    press_with("touch", "pointerdown", "document.querySelector('#two')");
    assert!(!is_shown());
    press_with("touch", "pointercancel", "document.querySelector('#two')");
    settle().await;
    assert!(is_shown());
}

#[wasm_bindgen_test]
async fn s7_the_same_words_selected_anew_bring_it_back() {
    let _page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 9));
    settle().await;
    assert!(key("document.body", "key: 'Escape'") && !is_shown());
    // As quick as a double click: the selection is gone for less than the wait.
    run("getSelection().removeAllRanges()");
    pause(30).await;
    select(("#one", 4), ("#one", 9));
    settle().await;
    assert!(is_shown());
}

#[wasm_bindgen_test]
async fn s7_a_click_inside_the_selection_flashes_nothing() {
    let _page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    pointer("pointerdown", "document.querySelector('#one')");
    pointer("pointerup", "document.querySelector('#one')");
    // Only now the browser drops the selection.
    pause(110).await;
    assert!(!is_shown());
    run("getSelection().removeAllRanges()");
    settle().await;
    assert!(!is_shown());
}

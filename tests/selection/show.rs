//! When the popover shows and when it goes.

use docent::bindings::ask_selection;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{Fixture, PARAGRAPHS, is, is_shown, key, pause, pointer, run, select, settle};

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
    let page = Fixture::new(
        "<p id=outside>Out of the root</p><article id=root><p id=inside>Inside it</p></article>",
        "root: '#page'",
    );
    page.call("destroy");
    let inner = Fixture::new("", "root: document.querySelector('#root')");
    select(("#outside", 0), ("#outside", 6));
    settle().await;
    assert!(!is_shown());
    select(("#inside", 0), ("#inside", 6));
    settle().await;
    assert!(is_shown());
    drop(inner);
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
    run("history.pushState(null, '', '/another-page')");
    pause(60).await;
    assert!(!is_shown());
    run(&format!("history.replaceState(null, '', '{path}')"));
}

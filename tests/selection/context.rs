//! What the page context knows of a passage that was asked about.

use docent::bindings::page_context;
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;

async fn section() -> String {
    let wish = run("return { maxTokens: 0 }");
    let section = get(&JsFuture::from(page_context(wish)).await.unwrap(), "section");
    if section.is_undefined() { String::new() } else { text(&section, "text") }
}

#[wasm_bindgen_test]
async fn c09_the_section_of_a_passage_that_was_asked_about_takes_priority_once() {
    let page = Fixture::new(
        "<h2>First</h2><p id=one>The quick brown fox.</p><h2>Last</h2><p id=two>Another one.</p>",
        "",
    );
    run("document.getElementById('page').style.top = '5000px'");
    select(("#two", 0), ("#two", 7));
    assert!(page.call("ask").is_truthy());
    run("getSelection().removeAllRanges()");
    assert_eq!(section().await, "Last");
    assert_eq!(section().await, "");
}

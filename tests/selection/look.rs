//! Languages and directions of writing.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::{BAR, Fixture, edge, is, is_shown, key, press_button, run, select, settle, text};

#[wasm_bindgen_test]
async fn s15_beside_text_from_right_to_left_the_bar_is_mirrored() {
    let page = Fixture::new(
        "<p id=one dir=rtl lang=he>\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{5dc}\u{5db}\u{5dd} \u{5d7}\u{5d1}\u{5e8}\u{5d9}\u{5dd}</p><p id=two>Left to right</p>",
        "actions: [{ id: 'ask', label: '\u{5e9}\u{5d0}\u{5dc}' }, { id: 'explain', label: '\u{5d4}\u{5e1}\u{5d1}\u{5e8}' }, 'copy']",
    );
    select(("#one", 0), ("#one", 8));
    settle().await;
    assert!(is_shown());
    assert!(edge(&format!("{BAR}.children[0]"), "left") >= edge(&format!("{BAR}.children[1]"), "right"));
    assert!(is(&format!("[...{BAR}.querySelectorAll('span')].every((label) => label.dir === 'auto')")));
    let focused = format!("return {BAR}.getRootNode().activeElement?.dataset.action");
    key("document.body", "key: 'Tab'");
    for (arrow, action) in [
        ("ArrowLeft", "explain"),
        ("ArrowRight", "ask"),
        ("ArrowRight", "copy"),
        ("ArrowDown", "ask"),
        ("ArrowUp", "copy"),
    ] {
        key(&format!("{BAR}.firstChild"), &format!("key: '{arrow}'"));
        assert_eq!(run(&focused), action, "{arrow} goes to where it points, and round the end");
    }
    press_button(0);
    assert_eq!((text(&page.last(), "dir"), text(&page.last(), "lang")), ("rtl".into(), "he".into()));
    select(("#two", 0), ("#two", 8));
    settle().await;
    assert!(edge(&format!("{BAR}.children[0]"), "right") <= edge(&format!("{BAR}.children[1]"), "left"));
}

#[wasm_bindgen_test]
async fn s15_every_word_that_is_seen_or_heard_can_be_replaced() {
    let _page = Fixture::new(
        "<p id=one>Einige Worte</p>",
        "label: 'Fragen', toolbarLabel: 'Zur Auswahl', trayLabel: 'Gesammelt', hint: 'Taste'",
    );
    let labels = run(&format!(
        "return {BAR}.textContent + '|' + [...{BAR}.getRootNode().querySelectorAll('[aria-label]')].map((part) => part.getAttribute('aria-label')).sort().join('|')"
    ));
    assert_eq!(labels, "Fragen|Gesammelt|Zur Auswahl");
}

//! Several actions, and several passages that go out with one question.

use js_sys::{Array, Function};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    BAR, Fixture, PARAGRAPHS, get, is, is_shown, key, pause, press_button, run, select, settle, text,
};

const TRAY: &str = "document.querySelector('[data-docent-ask]').shadowRoot.querySelector('.tray')";

fn snippets(selection: &wasm_bindgen::JsValue) -> Vec<String> {
    let list = get(selection, "snippets").unchecked_into::<Array>();
    list.iter().map(|passage| text(&passage, "text")).collect()
}

async fn add(from: (&str, u32), to: (&str, u32)) {
    select(from, to);
    settle().await;
    press_button(2);
}

const FOUR: &str = "actions: ['ask', 'explain', 'add', 'copy']";

#[wasm_bindgen_test]
async fn s16_the_four_actions_have_labels_and_ask_and_explain_come_to_the_page() {
    let page = Fixture::new(
        PARAGRAPHS,
        "actions: ['ask', 'explain', { id: 'add', label: 'Merken' }, 'copy', { id: 'x', label: 'Own' }]",
    );
    select(("#one", 4), ("#one", 19));
    settle().await;
    let labels = run(&format!("return [...{BAR}.children].map((button) => button.textContent).join('|')"));
    assert_eq!(labels, "Ask|Explain|Merken|Copy|Own");
    press_button(1);
    assert_eq!(text(&page.last(), "action"), "explain");
    assert!(snippets(&page.last()).is_empty());
    select(("#two", 0), ("#two", 7));
    settle().await;
    press_button(4);
    assert_eq!((text(&page.last(), "action"), text(&page.last(), "text")), ("x".into(), "Another".into()));
}

#[wasm_bindgen_test]
async fn s16_added_passages_are_shown_and_go_out_with_the_next_question() {
    let page = Fixture::new(PARAGRAPHS, FOUR);
    assert!(!is(&format!("{TRAY}.offsetWidth")), "nothing is collected yet");
    add(("#one", 4), ("#one", 19)).await;
    assert!(!is_shown() && page.asked.length() == 0, "adding asks nothing");
    add(("#two", 0), ("#two", 7)).await;
    add(("#one", 4), ("#one", 19)).await;
    let rows = run(&format!(
        "return [...{TRAY}.querySelectorAll('li span')].map((row) => row.textContent).join('|')"
    ));
    assert_eq!(rows, "Another|quick brown fox", "the same passage is there once, as the last");
    assert!(is(&format!(
        "{TRAY}.offsetWidth && {TRAY}.querySelector('[data-action]').textContent === 'Ask (2)'"
    )));
    select(("#one", 26), ("#one", 30));
    settle().await;
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "over");
    assert_eq!(snippets(&page.last()), ["Another", "quick brown fox"]);
    let snippet = get(&page.last(), "snippets").unchecked_into::<Array>().get(0);
    assert_eq!(text(&get(&snippet, "heading"), "id"), "start", "each says where it is from");
    assert!(!is(&format!("{TRAY}.offsetWidth")), "the next question begins with none");
    select(("#two", 0), ("#two", 7));
    settle().await;
    press_button(0);
    assert!(snippets(&page.last()).is_empty());
}

#[wasm_bindgen_test]
async fn s16_a_passage_can_be_removed_and_the_rest_be_asked_about_without_a_selection() {
    let page = Fixture::new(PARAGRAPHS, FOUR);
    add(("#one", 4), ("#one", 9)).await;
    add(("#one", 10), ("#one", 15)).await;
    add(("#one", 16), ("#one", 19)).await;
    let remove = format!("{TRAY}.querySelectorAll('[data-remove]')[1]");
    assert!(is(&format!("{remove}.getAttribute('aria-label') === 'Remove: brown'")));
    run(&format!("{remove}.focus(); {remove}.click()"));
    assert!(is(&format!("{TRAY}.contains({TRAY}.getRootNode().activeElement)")), "the focus stays");
    run("getSelection().removeAllRanges()");
    settle().await;
    run(&format!("{TRAY}.querySelector('[data-action]').click()"));
    assert_eq!((text(&page.last(), "text"), text(&page.last(), "action")), ("fox".into(), "ask".into()));
    assert_eq!(snippets(&page.last()), ["quick"]);
    assert_eq!(page.call("ask"), false, "neither a selection nor a collection is left");
}

#[wasm_bindgen_test]
async fn s16_the_tray_is_a_named_group_that_the_shortcut_reaches() {
    let _page =
        Fixture::new(PARAGRAPHS, "actions: ['ask', 'add'], trayLabel: 'Gesammelt', removeLabel: 'Entfernen'");
    select(("#one", 4), ("#one", 9));
    settle().await;
    press_button(1);
    run("getSelection().removeAllRanges()");
    settle().await;
    assert!(is(&format!(
        "{TRAY}.getAttribute('role') === 'group' && {TRAY}.getAttribute('aria-label') === 'Gesammelt'"
    )));
    assert!(is(&format!("{TRAY}.querySelector('[data-remove]').ariaLabel === 'Entfernen: quick'")));
    assert!(is(&format!("{TRAY}.querySelector('li span').dir === 'auto'")));
    assert!(key("document.body", "key: 'Q', code: 'KeyQ', altKey: true, shiftKey: true"));
    assert!(is(&format!("{TRAY}.getRootNode().activeElement === {TRAY}.querySelector('[data-action]')")));
    assert!(is(
        "document.querySelector('[data-docent-ask]').shadowRoot.querySelector('[role=status]').textContent.startsWith('Added')"
    ));
}

#[wasm_bindgen_test]
async fn s16_copy_puts_the_text_as_it_would_be_sent_on_the_clipboard() {
    let page = Fixture::new(
        "<pre id=one><span style='user-select:none;-webkit-user-select:none'>1</span>let a = 1;\n  <button>Copy</button>a + 1</pre>",
        FOUR,
    );
    let heard = run(
        "const heard = { texts: [] }; const own = Object.getOwnPropertyDescriptor(navigator, 'clipboard');
         Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: async (text) => void heard.texts.push(text) } });
         heard.undo = () => own ? Object.defineProperty(navigator, 'clipboard', own) : delete navigator.clipboard;
         return heard",
    );
    run("getSelection().selectAllChildren(document.querySelector('#one'))");
    settle().await;
    press_button(3);
    pause(20).await;
    get(&heard, "undo").unchecked_into::<Function>().call0(&heard).unwrap();
    assert_eq!(get(&heard, "texts").unchecked_into::<Array>().join("|"), "let a = 1;\n  a + 1");
    assert!(page.asked.length() == 0 && !is_shown());
}

#[wasm_bindgen_test]
async fn s16_without_a_clipboard_of_the_pages_own_copy_takes_the_selection() {
    let _page = Fixture::new(PARAGRAPHS, FOUR);
    let heard = run(
        "const heard = { names: [] }; Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined });
         document.execCommand = (name) => heard.names.push(name);
         heard.undo = () => { delete navigator.clipboard; delete document.execCommand };
         return heard",
    );
    select(("#one", 4), ("#one", 19));
    settle().await;
    press_button(3);
    get(&heard, "undo").unchecked_into::<Function>().call0(&heard).unwrap();
    assert_eq!(get(&heard, "names").unchecked_into::<Array>().join("|"), "copy");
}

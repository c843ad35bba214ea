//! What begins, what is left after it, and what is refused.

use docent::bindings::ask_selection;
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{Fixture, PARAGRAPHS, get, is, is_shown, run, select, settle, text};

#[wasm_bindgen_test]
async fn s14_destroy_leaves_no_listener_no_node_and_no_timer() {
    let counts = run(
        "const counts = { listeners: 0 }; const undos = [];
         for (const target of [document, window, visualViewport, document.fonts, window.navigation].filter(Boolean)) {
           target.addEventListener = (...args) => { counts.listeners += 1; EventTarget.prototype.addEventListener.apply(target, args) };
           target.removeEventListener = (...args) => { counts.listeners -= 1; EventTarget.prototype.removeEventListener.apply(target, args) };
           undos.push(() => { delete target.addEventListener; delete target.removeEventListener });
         }
         counts.undo = () => undos.forEach((undo) => undo());
         return counts",
    );
    let page = Fixture::new(PARAGRAPHS, "");
    let idle = get(&counts, "listeners").as_f64().unwrap();
    assert!(idle > 0.0);
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(is_shown() && get(&counts, "listeners").as_f64().unwrap() > idle);
    run("getSelection().removeAllRanges()");
    settle().await;
    assert_eq!(get(&counts, "listeners").as_f64().unwrap(), idle, "following ends with the selection");
    select(("#one", 4), ("#one", 19));
    settle().await;
    run("document.dispatchEvent(new Event('selectionchange'))");
    page.call("destroy");
    assert_eq!(get(&counts, "listeners"), 0.0);
    assert!(is("document.querySelector('[data-docent-ask]') === null"));
    settle().await;
    page.call("destroy");
    assert_eq!((get(&counts, "listeners"), page.asked.length()), (0.0.into(), 0));
    get(&counts, "undo").unchecked_into::<Function>().call0(&counts).unwrap();
}

#[wasm_bindgen_test]
fn a_missing_callback_and_empty_actions_are_named() {
    let error = ask_selection(JsValue::UNDEFINED).unwrap_err();
    assert!(text(&error, "message").contains("`onAsk`"));
    let error = ask_selection(run("return { onAsk() {}, actions: [] }")).unwrap_err();
    assert_eq!(text(&error, "code"), "invalid_option");
}

#[wasm_bindgen_test]
async fn s14_mounted_unmounted_and_mounted_again_there_is_one_popover_with_one_set_of_listeners() {
    let counts = run(
        "const counts = { listeners: 0 }; const own = { add: document.addEventListener, remove: document.removeEventListener };
         document.addEventListener = (...args) => { counts.listeners += 1; own.add.apply(document, args) };
         document.removeEventListener = (...args) => { counts.listeners -= 1; own.remove.apply(document, args) };
         counts.undo = () => { delete document.addEventListener; delete document.removeEventListener };
         return counts",
    );
    let mut page = Fixture::new(PARAGRAPHS, "");
    let once = get(&counts, "listeners").as_f64().unwrap();
    page.again("");
    assert_eq!(get(&counts, "listeners").as_f64().unwrap(), once);
    assert!(is("document.querySelectorAll('[data-docent-ask]').length === 1"));
    select(("#one", 4), ("#one", 19));
    settle().await;
    crate::press_button(0);
    assert_eq!(page.asked.length(), 1);
    drop(page);
    assert_eq!(get(&counts, "listeners"), 0.0);
    get(&counts, "undo").unchecked_into::<Function>().call0(&counts).unwrap();
}

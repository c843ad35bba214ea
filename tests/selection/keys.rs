//! The popover without a mouse.

use docent::bindings::ask_selection;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    BAR, Fixture, PARAGRAPHS, edge, is, is_shown, key, pointer, press_button, run, select, settle, text,
};

#[wasm_bindgen_test]
async fn s8_the_shortcut_asks_at_once_and_is_left_alone_where_nothing_is_selected() {
    let page = Fixture::new(PARAGRAPHS, "");
    let shortcut = "key: 'Q', code: 'KeyQ', altKey: true, shiftKey: true";
    assert!(!key("document.body", shortcut));
    select(("#one", 4), ("#one", 19));
    assert!(key("document.body", shortcut));
    assert_eq!(text(&page.last(), "text"), "quick brown fox");
}

#[wasm_bindgen_test]
async fn s8_the_shortcut_can_be_changed_or_switched_off_but_not_misspelt() {
    let page = Fixture::new(PARAGRAPHS, "shortcut: false");
    select(("#one", 4), ("#one", 19));
    assert!(!key("document.body", "key: 'Q', code: 'KeyQ', altKey: true, shiftKey: true"));
    assert!(is(&format!("!{BAR}.firstChild.hasAttribute('aria-keyshortcuts')")));
    drop(page);
    let page = Fixture::new(PARAGRAPHS, "shortcut: 'Control+.'");
    select(("#one", 4), ("#one", 19));
    assert!(key("document.body", "key: '.', code: 'Period', ctrlKey: true"));
    assert_eq!(page.asked.length(), 1);
    let error = ask_selection(run("return { onAsk() {}, shortcut: 'q' }")).unwrap_err();
    assert!(text(&error, "message").contains("`shortcut`"));
}

#[wasm_bindgen_test]
async fn s8_tab_reaches_the_bar_arrows_move_in_it_and_escape_gives_the_focus_back() {
    let page = Fixture::new(
        &format!("<button id=before>Before</button>{PARAGRAPHS}"),
        "actions: [{ id: 'ask', label: 'Ask' }, { id: 'explain', label: 'Explain' }]",
    );
    run("document.querySelector('#before').focus()");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(
        is_shown() && is("document.activeElement.id === 'before'"),
        "it does not take the focus by itself"
    );
    assert!(key("document.activeElement", "key: 'Tab'"));
    let focused = format!("{BAR}.getRootNode().activeElement?.dataset.action");
    assert_eq!(run(&format!("return {focused}")), "ask");
    assert!(key(&format!("{BAR}.firstChild"), "key: 'ArrowRight'"));
    assert_eq!(run(&format!("return {focused}")), "explain");
    // Safari drops the selection when a button has the focus: there it is painted.
    let is_seen = "getSelection().toString() === 'quick brown fox' || CSS.highlights.has('docent-ask')";
    assert!(is(is_seen), "the selection survives the focus");
    settle().await;
    assert!(is_shown() && is(is_seen));
    assert!(key(&format!("{BAR}.firstChild"), "key: 'Escape'") && !is_shown());
    assert!(is("document.activeElement.id === 'before' && getSelection().toString() === 'quick brown fox'"));
    settle().await;
    assert!(!is_shown(), "sent away");
    select(("#one", 4), ("#one", 15));
    settle().await;
    key("document.activeElement", "key: 'Tab'");
    key(&format!("{BAR}.firstChild"), "key: 'ArrowLeft'");
    run(&format!("{BAR}.getRootNode().activeElement.click()"));
    assert_eq!(
        (text(&page.last(), "action"), text(&page.last(), "text")),
        ("explain".into(), "quick brown".into())
    );
    assert!(is("document.activeElement.id === 'before'"));
}

#[wasm_bindgen_test]
async fn s8_it_is_a_named_toolbar_with_its_shortcut_in_the_top_layer() {
    let _page = Fixture::new(PARAGRAPHS, "label: 'Fragen', toolbarLabel: 'Zur Auswahl fragen'");
    select(("#one", 4), ("#one", 19));
    settle().await;
    for check in [
        format!("{BAR}.getAttribute('role') === 'toolbar'"),
        format!("{BAR}.getAttribute('aria-label') === 'Zur Auswahl fragen'"),
        format!("{BAR}.firstChild.getAttribute('aria-keyshortcuts') === 'Alt+Shift+Q'"),
        format!("{BAR}.firstChild.textContent === 'Fragen'"),
        format!("{BAR}.matches(':popover-open')"),
        format!(
            "!{BAR}.getRootNode().querySelector('style') && {BAR}.getRootNode().adoptedStyleSheets.length === 1"
        ),
    ] {
        assert!(is(&check), "{check}");
    }
}

#[wasm_bindgen_test]
async fn s8_inside_a_modal_dialog_the_bar_can_be_pressed() {
    let _page = Fixture::new("<dialog id=dialog><p id=one>Words inside a dialog</p></dialog>", "");
    run("document.querySelector('#dialog').showModal()");
    select(("#one", 0), ("#one", 12));
    settle().await;
    assert!(is_shown());
    assert!(is(&format!(
        "(() => {{ const box = {BAR}.getBoundingClientRect();
           return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.matches('[data-docent-ask]') }})()"
    )));
}

#[wasm_bindgen_test]
async fn s8_enter_and_space_are_left_to_the_button() {
    let page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    key("document.body", "key: 'Tab'");
    for name in ["Enter", " "] {
        assert!(!key(&format!("{BAR}.firstChild"), &format!("key: '{name}'")), "{name}");
    }
    run(&format!("{BAR}.getRootNode().activeElement.click()"));
    assert_eq!(page.asked.length(), 1);
}

#[wasm_bindgen_test]
async fn s8_the_hint_is_said_politely_once_and_not_to_a_mouse() {
    let live = format!("{BAR}.getRootNode().querySelector('[role=status]').textContent");
    let said = || run(&format!("return {live}"));
    run("sessionStorage.removeItem('docent.ask.hint')");
    let page = Fixture::new(PARAGRAPHS, "hint: 'Alt+Shift+Q asks'");
    crate::pointer("pointerdown", "document.querySelector('#one')");
    select(("#one", 4), ("#one", 15));
    crate::pointer("pointerup", "document.querySelector('#one')");
    settle().await;
    assert_eq!(said(), "", "not to a mouse");
    key("document.body", "key: 'ArrowRight', shiftKey: true");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert_eq!(said(), "Alt+Shift+Q asks");
    drop(page);
    let _page = Fixture::new(PARAGRAPHS, "hint: 'Alt+Shift+Q asks'");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(is_shown());
    assert_eq!(said(), "", "once");
}

#[wasm_bindgen_test]
async fn s8_fingers_forced_colours_and_reduced_motion_have_rules_of_their_own() {
    let _page = Fixture::new(PARAGRAPHS, "");
    let media = |condition: &str, wanted: &str| {
        is(&format!(
            "[...{BAR}.getRootNode().adoptedStyleSheets[0].cssRules].some((rule) => rule.media?.mediaText.includes('{condition}') && rule.cssText.includes('{wanted}'))"
        ))
    };
    assert!(media("pointer: coarse", "min-height: 44px") && media("pointer: coarse", "min-width: 44px"));
    assert!(
        media("forced-colors: active", "outline-color: highlight")
            || media("forced-colors: active", "outline-color: Highlight")
    );
    assert!(media("prefers-reduced-motion: reduce", "animation: "));
    assert!(is(&format!(
        "[...{BAR}.getRootNode().adoptedStyleSheets[0].cssRules].some((rule) => rule.selectorText?.includes(':focus-visible'))"
    )));
}

#[wasm_bindgen_test]
async fn s8_events_without_a_key_or_a_pointer_are_no_fault_and_no_gesture() {
    let _page = Fixture::new(PARAGRAPHS, "");
    run(
        "window.faults = []; window.addEventListener('error', window.heard = (event) => { faults.push(event.message); event.preventDefault() })",
    );
    // As password managers and automatic filling send them.
    run(
        "for (const name of ['pointerdown', 'keydown', 'keyup']) document.body.dispatchEvent(new Event(name, { bubbles: true }))",
    );
    run("window.removeEventListener('error', heard)");
    assert_eq!(run("return faults.join()"), "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(is_shown(), "nothing was pressed by that");
}

#[wasm_bindgen_test]
async fn s1_another_button_of_the_mouse_neither_holds_the_bar_nor_keeps_it_away() {
    let _page = Fixture::new(&format!("{PARAGRAPHS}<div style='height:3000px'></div>"), "");
    let other = |kind: &str, target: &str| {
        run(&format!(
            "{target}.dispatchEvent(new PointerEvent('{kind}', {{ bubbles: true, composed: true, cancelable: true, pointerType: 'mouse', button: 2 }}))"
        ))
    };
    // Where the browser's own menu opens, the page may never hear that the button is let go.
    other("pointerdown", "document.body");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(is_shown());
    let distance = || edge("document.querySelector('#one')", "top") - edge(BAR, "top");
    let before = distance();
    other("pointerdown", &format!("{BAR}.firstChild"));
    run("scrollTo(0, 20)");
    settle().await;
    assert_eq!(distance(), before, "it follows its text");
}

#[wasm_bindgen_test]
async fn s8_beside_a_modal_part_that_makes_the_page_inert_the_bar_can_be_pressed() {
    let page = Fixture::new("<p id=one>Words of the page.</p>", "actions: ['ask', 'add']");
    // As libraries of components do it, without a dialog of the browser's.
    run("window.modal = document.createElement('div'); modal.ariaModal = 'true'; modal.role = 'dialog';
         modal.innerHTML = '<p id=modal>Words in front</p>'; modal.style.cssText = 'position:fixed;top:200px;left:100px';
         for (const part of document.body.children) part.inert = true; document.body.append(modal)");
    select(("#modal", 0), ("#modal", 14));
    settle().await;
    assert!(is_shown());
    let is_reached = is(&format!(
        "(() => {{ const box = {BAR}.getBoundingClientRect();
           return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.matches('[data-docent-ask]') }})()"
    ));
    press_button(1);
    run("modal.remove(); for (const part of document.body.children) part.inert = false");
    pointer("pointerdown", "document.body");
    pointer("pointerup", "document.body");
    settle().await;
    assert!(is_reached);
    assert!(
        is(&format!("{BAR}.getRootNode().querySelector('.tray').offsetWidth")),
        "what is collected stays"
    );
    drop(page);
}

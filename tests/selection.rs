//! `askSelection` in a real browser, on real selections in small pages.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use docent::bindings::ask_selection;
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn run(script: &str) -> JsValue {
    Function::new_no_args(script).call0(&JsValue::UNDEFINED).unwrap()
}

fn is(script: &str) -> bool {
    run(&format!("return Boolean({script})")).is_truthy()
}

fn number(script: &str) -> f64 {
    run(&format!("return {script}")).as_f64().unwrap()
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

fn text(value: &JsValue, name: &str) -> String {
    get(value, name).as_string().unwrap_or_default()
}

async fn pause(milliseconds: u32) {
    let promise = run(&format!("return new Promise((done) => setTimeout(done, {milliseconds}))"));
    JsFuture::from(promise.unchecked_into::<Promise>()).await.unwrap();
}

/// Long enough for a selection to settle and to be painted.
async fn settle() {
    pause(320).await;
}

/// A page with one popover. Dropping it takes both away.
struct Fixture {
    handle: JsValue,
    asked: Array,
}

impl Fixture {
    /// `options` is the inside of an object literal.
    fn new(html: &str, options: &str) -> Self {
        let html = JSON::stringify(&html.into()).unwrap();
        run(&format!(
            "getSelection().removeAllRanges(); document.activeElement?.blur?.(); scrollTo(0, 0);
             const page = document.createElement('main'); page.id = 'page'; page.innerHTML = {html};
             page.style.cssText = 'position:absolute;top:60px;left:100px;width:400px;background:#fff;font:16px/20px monospace';
             document.body.append(page)"
        ));
        let wish: Object = run(&format!("return {{ {options} }}")).unchecked_into();
        let asked = Array::new();
        let heard = asked.clone();
        let on_ask = Closure::<dyn Fn(JsValue)>::new(move |selection: JsValue| {
            heard.push(&selection);
        });
        Reflect::set(&wish, &"onAsk".into(), &on_ask.into_js_value()).unwrap();
        Self { handle: ask_selection(wish.into()).unwrap(), asked }
    }

    fn call(&self, method: &str) -> JsValue {
        get(&self.handle, method).unchecked_into::<Function>().call0(&JsValue::UNDEFINED).unwrap()
    }

    fn last(&self) -> JsValue {
        assert!(self.asked.length() > 0, "nothing was asked");
        self.asked.get(self.asked.length() - 1)
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.call("destroy");
        run("getSelection().removeAllRanges(); document.getElementById('page').remove()");
    }
}

const BAR: &str = "document.querySelector('[data-docent-ask]')?.shadowRoot.querySelector('.bar')";

fn is_shown() -> bool {
    is(&format!("{BAR}?.classList.contains('shown') && {BAR}.offsetWidth > 0"))
}

/// Selects from one place to another; a place is a selector and an offset into its first child.
fn select(from: (&str, u32), to: (&str, u32)) {
    run(&format!(
        "const node = (selector) => document.querySelector(selector).firstChild;
         getSelection().setBaseAndExtent(node('{}'), {}, node('{}'), {})",
        from.0, from.1, to.0, to.1
    ));
}

fn pointer(kind: &str, target: &str) {
    run(&format!(
        "{target}.dispatchEvent(new PointerEvent('{kind}', {{ bubbles: true, composed: true, cancelable: true, pointerType: 'mouse' }}))"
    ));
}

fn key(target: &str, init: &str) -> bool {
    is(&format!(
        "!{target}.dispatchEvent(new KeyboardEvent('keydown', {{ bubbles: true, composed: true, cancelable: true, {init} }}))"
    ))
}

fn press_button(index: u32) {
    let button = format!("{BAR}.querySelectorAll('button')[{index}]");
    pointer("pointerdown", &button);
    pointer("pointerup", &button);
    run(&format!("{button}.click()"));
}

const PARAGRAPHS: &str = "<h1 id=top>Guide</h1><h2 id=start>Start here\u{200b}<a class=hash-link>#</a></h2>
    <p id=one lang=en>The quick brown fox jumps over the lazy dog.</p><p id=two>Another paragraph with words.</p>";

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
async fn s10_the_payload_says_what_where_and_around_what() {
    let page = Fixture::new(PARAGRAPHS, "contextChars: 4");
    select(("#one", 4), ("#one", 20));
    settle().await;
    press_button(0);
    let asked = page.last();
    assert_eq!(text(&asked, "text"), "quick brown fox");
    assert_eq!((get(&asked, "truncated"), get(&asked, "charCount")), (false.into(), 15.into()));
    assert_eq!((text(&asked, "prefix"), text(&asked, "suffix")), ("The ".into(), " jum".into()));
    assert_eq!((text(&asked, "lang"), text(&asked, "dir")), ("en".into(), "ltr".into()));
    assert_eq!((text(&asked, "block"), text(&asked, "action")), ("paragraph".into(), "ask".into()));
    let heading = get(&asked, "heading");
    assert_eq!((text(&heading, "id"), text(&heading, "text")), ("start".into(), "Start here".into()));
    assert_eq!(String::from(get(&heading, "path").unchecked_into::<Array>().join(">")), "Guide>Start here");
    assert!(text(&asked, "url").ends_with("/#:~:text=quick%20brown%20fox"), "{}", text(&asked, "url"));
    assert!(get(&get(&asked, "rect"), "width").as_f64().unwrap() > 50.0);
}

#[wasm_bindgen_test]
async fn s6_pressing_keeps_the_selection_and_hides_the_bar() {
    let page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    let is_cancelled = is(&format!(
        "!{BAR}.firstChild.dispatchEvent(new PointerEvent('pointerdown', {{ bubbles: true, composed: true, cancelable: true }}))
         && !{BAR}.firstChild.dispatchEvent(new MouseEvent('mousedown', {{ bubbles: true, composed: true, cancelable: true }}))"
    ));
    assert!(is_cancelled);
    run(&format!("{BAR}.firstChild.click()"));
    assert_eq!(page.asked.length(), 1);
    assert!(!is_shown() && is("getSelection().toString() === 'quick brown fox'"));
    settle().await;
    assert!(!is_shown(), "the same selection does not bring it back");
}

#[wasm_bindgen_test]
async fn s6_a_selection_lost_between_press_and_click_is_asked_about_all_the_same() {
    let page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    let button = format!("{BAR}.firstChild");
    pointer("pointerdown", &button);
    run("getSelection().removeAllRanges()");
    pause(60).await;
    pointer("pointerup", &button);
    run(&format!("{button}.click()"));
    assert_eq!(text(&page.last(), "text"), "quick brown fox");
}

#[wasm_bindgen_test]
async fn s3_a_triple_click_overshoot_is_neither_in_the_text_nor_under_the_bar() {
    let page = Fixture::new("<p id=one>Only this line.</p><h2 id=next>Not this one</h2>", "");
    run("const range = document.createRange(); range.setStart(document.querySelector('#one').firstChild, 0);
         range.setEnd(document.querySelector('#next'), 0); getSelection().removeAllRanges(); getSelection().addRange(range)");
    settle().await;
    assert!(is_shown());
    let line_bottom = number("document.querySelector('#one').getBoundingClientRect().bottom");
    let bar_top = number(&format!("{BAR}.getBoundingClientRect().top"));
    assert!(bar_top < line_bottom, "one line: above it ({bar_top}, {line_bottom})");
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "Only this line.");
}

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
async fn s2_private_text_inside_a_wide_selection_is_left_out_of_text_and_context() {
    let page = Fixture::new(
        "<p id=one>Before it.</p><p data-private>IBAN DE00</p><p><button>Copy</button></p><p>Two  parts\n of one</p>
         <p id=two>After <b data-private>PIN 1234</b>it.</p>",
        "",
    );
    select(("#one", 0), ("#two", 3));
    settle().await;
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "Before it.\n\nTwo parts of one\n\nAft");
    assert_eq!(text(&page.last(), "suffix"), "er it.");
}

#[wasm_bindgen_test]
async fn s13_code_keeps_its_lines_without_line_numbers_and_says_its_language() {
    let page = Fixture::new(
        "<pre><code id=code class='language-rust'><span id=first style='user-select:none'>1 </span><span>fn main() {\n    run();\n}</span></code></pre>",
        "",
    );
    run("const range = document.createRange(); range.selectNodeContents(document.querySelector('#code'));
         getSelection().removeAllRanges(); getSelection().addRange(range)");
    settle().await;
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "fn main() {\n    run();\n}");
    assert_eq!(
        (text(&page.last(), "block"), text(&page.last(), "codeLanguage")),
        ("code".into(), "rust".into())
    );
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
    assert!(is("getSelection().toString() === 'quick brown fox'"), "the selection survives the focus");
    run(&format!("{BAR}.getRootNode().activeElement.click()"));
    assert_eq!(text(&page.last(), "action"), "explain");
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

#[wasm_bindgen_test]
async fn s10_a_long_passage_is_cut_in_the_middle() {
    let long = "word ".repeat(400);
    let page = Fixture::new(&format!("<p id=one>{long}</p>"), "maxChars: 200");
    run("getSelection().selectAllChildren(document.querySelector('#one'))");
    assert_eq!(page.call("ask"), true);
    let asked = page.last();
    assert_eq!((get(&asked, "truncated"), get(&asked, "charCount")), (true.into(), 1999.into()));
    assert!(text(&asked, "text").chars().count() < 220);
}

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

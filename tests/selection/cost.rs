//! What the popover costs a page: when it reads layout, and how much of a long page it looks at.

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    BAR, Fixture, PARAGRAPHS, get, is_shown, key, number, pause, pointer, run, select, settle, text,
};

/// Counts what reads layout or style, and how often such a read comes after something was written: only that makes a
/// browser lay out the page at once.
struct Counts(JsValue);

impl Counts {
    fn start() -> Self {
        Self(run(
            "const counts = { reads: 0, forced: 0 }; let isDirty = true; const undos = [];
             const read = () => { counts.reads += 1; counts.forced += isDirty; isDirty = false };
             const wrote = () => { isDirty = true };
             const wrap = (owner, name, note) => {
               const own = owner && Object.getOwnPropertyDescriptor(owner, name);
               if (!own) return;
               const noting = (call) => call && function (...args) { note(); return call.apply(this, args) };
               const wrapped = own.value ? { ...own, value: noting(own.value) } : { ...own, get: note === read ? noting(own.get) : own.get, set: note === wrote ? noting(own.set) : own.set };
               Object.defineProperty(owner, name, wrapped); undos.push(() => Object.defineProperty(owner, name, own)) };
             for (const name of ['getBoundingClientRect', 'getClientRects', 'clientWidth', 'clientHeight', 'clientTop', 'clientLeft', 'scrollTop', 'scrollLeft', 'scrollWidth', 'scrollHeight', 'checkVisibility'])
               wrap(Element.prototype, name, read);
             for (const name of ['getBoundingClientRect', 'getClientRects']) wrap(Range.prototype, name, read);
             for (const name of ['offsetWidth', 'offsetHeight', 'offsetTop', 'offsetLeft', 'offsetParent', 'innerText', 'isContentEditable'])
               wrap(HTMLElement.prototype, name, read);
             for (const owner of [Document.prototype, ShadowRoot.prototype, DocumentOrShadowRoot?.prototype]) { wrap(owner, 'elementFromPoint', read) }
             wrap(Selection.prototype, 'toString', read); wrap(window, 'getComputedStyle', read);
             for (const name of ['innerWidth', 'innerHeight', 'scrollX', 'scrollY', 'pageXOffset', 'pageYOffset']) wrap(window, name, read);
             for (const name of ['appendChild', 'insertBefore', 'removeChild', 'textContent']) wrap(Node.prototype, name, wrote);
             for (const name of ['setAttribute', 'removeAttribute', 'append', 'remove', 'className', 'innerHTML']) wrap(Element.prototype, name, wrote);
             for (const name of ['showPopover', 'hidePopover', 'hidden']) wrap(HTMLElement.prototype, name, wrote);
             for (const name of ['setProperty', 'removeProperty', 'cssText']) wrap(CSSStyleDeclaration.prototype, name, wrote);
             counts.undo = () => undos.forEach((undo) => undo());
             return counts"
                .replace("DocumentOrShadowRoot?.prototype", "globalThis.DocumentOrShadowRoot?.prototype")
                .as_str(),
        ))
    }

    fn of(&self, name: &str) -> f64 {
        get(&self.0, name).as_f64().unwrap()
    }
}

impl Drop for Counts {
    fn drop(&mut self) {
        get(&self.0, "undo").unchecked_into::<Function>().call0(&self.0).unwrap();
    }
}

#[wasm_bindgen_test]
async fn s14_nothing_reads_layout_while_the_page_is_idle() {
    let _page = Fixture::new(&format!("<input id=field>{PARAGRAPHS}"), "");
    settle().await;
    let counts = Counts::start();
    for _ in 0..5 {
        key("document.body", "key: 'a'");
        run("document.body.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true, key: 'a' }));
             document.body.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }));
             document.dispatchEvent(new Event('selectionchange')); document.dispatchEvent(new Event('scroll'));
             document.querySelector('#two').append(' more')");
    }
    settle().await;
    assert_eq!(counts.of("reads"), 0.0, "nothing is selected");
    select(("#one", 4), ("#one", 19));
    settle().await;
    assert!(is_shown() && counts.of("reads") > 0.0);
    let shown = counts.of("reads");
    run("document.body.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true, key: 'Shift' }));
         document.dispatchEvent(new Event('selectionchange'))");
    settle().await;
    assert_eq!(counts.of("reads"), shown, "the same selection is not looked at again");
}

#[wasm_bindgen_test]
async fn s14_a_settled_selection_forces_at_most_one_layout_and_a_moving_one_none() {
    let _page = Fixture::new(PARAGRAPHS, "actions: ['ask', 'explain', 'add', 'copy']");
    settle().await;
    let counts = Counts::start();
    pointer("pointerdown", "document.querySelector('#one')");
    for end in 5..25 {
        select(("#one", 4), ("#one", end));
        pause(8).await;
    }
    assert_eq!(counts.of("reads"), 0.0, "while the mouse moves");
    pointer("pointerup", "document.querySelector('#one')");
    settle().await;
    let (forced, reads) = (counts.of("forced"), counts.of("reads"));
    assert!(reads > 0.0 && forced <= 1.0, "{forced} layouts in {reads} reads");
    assert!(is_shown());
    let forced = counts.of("forced");
    run(
        "document.querySelector('#one').style.paddingTop = '9px'; dispatchEvent(new Event('resize')); dispatchEvent(new Event('resize'))",
    );
    pause(100).await;
    let more = counts.of("forced") - forced;
    assert!(is_shown() && more <= 1.0, "{more} more for a change of the page's");
}

#[wasm_bindgen_test]
async fn s9_select_all_of_fifty_thousand_nodes_is_looked_at_only_where_it_shows() {
    let html = "<p>Some words <b>in</b> here</p>".repeat(12_500);
    let page = Fixture::new(&format!("<div id=all>{html}</div>"), "maxChars: 400, root: '#page'");
    assert!(
        number(
            "document.querySelectorAll('#all, #all *').length + document.querySelectorAll('#all p').length * 3"
        ) > 50_000.0
    );
    settle().await;
    let counts = Counts::start();
    run("getSelection().selectAllChildren(document.querySelector('#all'))");
    // Selecting so much takes WebKit itself a second or two.
    for _ in 0..20 {
        if !is_shown() {
            pause(300).await;
        }
    }
    assert!(is_shown());
    assert!(counts.of("reads") < 1000.0, "{} reads", counts.of("reads"));
    let bar = number(&format!("{BAR}.getBoundingClientRect().top"));
    assert!(bar > 0.0 && bar < number("innerHeight"));
    drop(counts);
    assert_eq!(page.call("ask"), true);
    let asked = page.last();
    assert_eq!(get(&asked, "truncated"), true);
    assert_eq!(get(&asked, "charCount"), f64::from(12_500 * "Some words in here".len() as u32 + 12_499 * 2));
    assert!(text(&asked, "text").len() < 450);
}

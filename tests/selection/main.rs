//! `askSelection` in a real browser, on real selections in small pages.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use docent::bindings::ask_selection;
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test_configure;

mod context;
mod keys;
mod lifetime;
mod passage;
mod place;
mod show;

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

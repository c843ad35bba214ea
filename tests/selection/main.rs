//! `askSelection` in a real browser, on real selections in small pages.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use docent::bindings::ask_selection;
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test_configure;

mod collect;
mod context;
mod cost;
mod keys;
mod lifetime;
mod look;
mod passage;
mod place;
mod reach;
mod show;
mod visible;

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
    // And two frames: on a busy machine they come late, and what is looked at in frames does so with them.
    let promise = run(&format!(
        "return new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), {milliseconds}))"
    ));
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
            "window.lastAsking?.destroy(); document.getElementById('page')?.remove();
             getSelection().removeAllRanges(); document.activeElement?.blur?.(); scrollTo(0, 0);
             const page = document.createElement('main'); page.id = 'page'; page.innerHTML = {html};
             page.style.cssText = 'position:absolute;top:60px;left:100px;width:400px;background:#fff;font:16px/20px monospace';
             document.body.append(page)"
        ));
        let asked = Array::new();
        Self { handle: start(options, &asked), asked }
    }

    /// Ends it and begins again with other options on the same page.
    fn again(&mut self, options: &str) {
        self.call("destroy");
        self.handle = start(options, &self.asked);
    }

    fn call(&self, method: &str) -> JsValue {
        get(&self.handle, method).unchecked_into::<Function>().call0(&JsValue::UNDEFINED).unwrap()
    }

    fn last(&self) -> JsValue {
        assert!(self.asked.length() > 0, "nothing was asked");
        self.asked.get(self.asked.length() - 1)
    }
}

fn start(options: &str, asked: &Array) -> JsValue {
    let wish: Object = run(&format!("return {{ {options} }}")).unchecked_into();
    let heard = asked.clone();
    let on_ask = Closure::<dyn Fn(JsValue)>::new(move |selection: JsValue| {
        heard.push(&selection);
    });
    Reflect::set(&wish, &"onAsk".into(), &on_ask.into_js_value()).unwrap();
    let handle = ask_selection(wish.into()).unwrap();
    // A test that fails is not unwound: the next one ends what it left.
    Reflect::set(&js_sys::global(), &"lastAsking".into(), &handle).unwrap();
    handle
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.call("destroy");
        run("getSelection().removeAllRanges(); document.getElementById('page').remove()");
    }
}

/// Names an element of the page.
fn at(selector: &str) -> String {
    format!("document.querySelector('{selector}')")
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
    press_with("mouse", kind, target);
}

fn press_with(pointer_type: &str, kind: &str, target: &str) {
    run(&format!(
        "{target}.dispatchEvent(new PointerEvent('{kind}', {{ bubbles: true, composed: true, cancelable: true, pointerType: '{pointer_type}' }}))"
    ));
}

/// A side of a box, in pixels of the viewport.
fn edge(target: &str, side: &str) -> f64 {
    number(&format!("{target}.getBoundingClientRect().{side}"))
}

/// Selects all that is inside an element.
fn select_inside(element: &str) {
    run(&format!("getSelection().selectAllChildren({element})"));
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

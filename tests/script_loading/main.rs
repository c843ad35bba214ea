//! How `whenElementReady` asks for a script in a real browser: when, with what, how often, and who hears of it.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use docent::bindings::{explain_failure, when_element_ready};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test_configure;

mod reason;
mod start;
mod tag;

wasm_bindgen_test_configure!(run_in_browser);

/// What every script can use: `events` notes what is dispatched, `scripts` finds tags by a part of their address.
const PRELUDE: &str = r#"
const same = (actual, expected, what = "") => {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value) ?? String(value));
  if (a !== b) throw new Error(`${what}\n  actual ${a}\nexpected ${b}`);
};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const until = async (check) => { for (let i = 0; i < 200 && !check(); i += 1) await pause(10); };
const noted = (target, ...names) => {
  const events = [];
  for (const name of names) target.addEventListener(name, (event) => events.push([event.type, event.detail.state]));
  return events;
};
const scripts = (part) => [...document.scripts].filter((tag) => tag.src.includes(part));
const defining = (name) => URL.createObjectURL(new Blob(
  [`customElements.define("${name}", class extends HTMLElement { setOptions() {} })`], { type: "text/javascript" }));
const failure = (options) => whenElementReady(options).then(() => null, (error) => error);
"#;

pub(crate) async fn run(script: &str) -> Result<(), JsValue> {
    let when = Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(|options| {
        let explain = |failure: Array| {
            let text = |index| failure.get(index).as_string().unwrap_or_default();
            let url = failure.get(2).as_string();
            explain_failure(&text(0), &text(1), url, &failure.get(3))
        };
        let explain = Closure::<dyn Fn(Array) -> String>::new(explain);
        when_element_ready(options, Some(explain.into_js_value().unchecked_into())).map(Into::into)
    });
    let source = [PRELUDE, "return (async () => {", script, "})();"].concat();
    let test = Function::new_with_args("whenElementReady", &source);
    let result = test.call1(&JsValue::UNDEFINED, when.as_ref())?;
    JsFuture::from(Promise::from(result)).await.map(drop)
}

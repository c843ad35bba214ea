//! Runs a piece of JavaScript against the crate's functions, as a page would call them.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// What every script can use. `same` compares by JSON, `recorder` is a `fetch` that keeps what it was called with.
const PRELUDE: &str = r#"
const same = (actual, expected, what = "") => {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value) ?? String(value));
  if (a !== b) throw new Error(`${what}\n  actual ${a}\nexpected ${b}`);
};
const recorder = (...answers) => {
  const calls = [];
  const fetch = async (input, init) => {
    const request = new Request(input, init);
    calls.push({
      input, init, request,
      headers: Object.fromEntries(request.headers),
      // WebKit gives no text of a form.
      body: typeof init?.body === "string" ? init.body : await request.clone().text().catch(() => undefined),
    });
    const answer = answers[Math.min(calls.length, answers.length) - 1] ?? (() => new Response("{}"));
    return answer(request);
  };
  return { calls, fetch };
};
const warnings = [];
console.warn = (...parts) => warnings.push(parts.map(String).join(" "));
console.error = (...parts) => warnings.push(parts.map(String).join(" "));
const message = JSON.stringify({ type: "threads.create", params: { input: { content: [] } } });
const post = (body) => ({ method: "POST", body });
const show = (html) => {
  const fixture = document.createElement("div");
  fixture.innerHTML = html;
  document.body.append(fixture);
  return fixture;
};
"#;

/// Runs `script`, the body of an async function that knows `createFetch`, `pageContext` and the prelude.
///
/// # Errors
/// What the script throws: an assertion that does not hold fails the test.
pub(crate) async fn run(script: &str) -> Result<(), JsValue> {
    let page_context = Closure::<dyn Fn(JsValue) -> Promise>::new(docent::bindings::page_context);
    let take_page = page_context.as_ref().unchecked_ref::<Function>().clone();
    let create_fetch = Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(move |options| {
        docent::bindings::create_fetch(options, Some(take_page.clone()))
    });
    let source = [
        PRELUDE,
        "return (async () => {",
        script,
        "})().finally(() => { console.warn = warn; console.error = error; });",
    ]
    .concat();
    let source = ["const { warn, error } = console;", &source].concat();
    let test = Function::new_with_args("createFetch, pageContext", &source);
    let result = test.call2(&JsValue::UNDEFINED, create_fetch.as_ref(), page_context.as_ref())?;
    let outcome = JsFuture::from(Promise::from(result)).await;
    // The fixtures are the body's children that the test runner did not make.
    let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
    if let Some(body) = body {
        while let Ok(Some(fixture)) = body.query_selector(":scope > div:not([id])") {
            fixture.remove();
        }
    }
    outcome.map(drop).map_err(|error| {
        let text = Reflect::get(&error, &"stack".into()).unwrap_or(error);
        text.as_string().unwrap_or_default().into()
    })
}

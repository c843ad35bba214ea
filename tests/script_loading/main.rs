//! How `whenElementReady` asks for a script in a real browser: when, with what, how often, and who hears of it.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use docent::bindings::when_element_ready;
use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

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

async fn run(script: &str) -> Result<(), JsValue> {
    let when = Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(|options| {
        when_element_ready(options).map(Into::into)
    });
    let source = [PRELUDE, "return (async () => {", script, "})();"].concat();
    let test = Function::new_with_args("whenElementReady", &source);
    let result = test.call1(&JsValue::UNDEFINED, when.as_ref())?;
    JsFuture::from(Promise::from(result)).await.map(drop)
}

#[wasm_bindgen_test]
async fn l1_a_tag_that_another_copy_of_the_package_has_added_is_shared() -> Result<(), JsValue> {
    run(r##"
        const url = defining("other-copys");
        const tag = document.createElement("script");
        tag.src = url + "#with-what-a-retry-adds";
        tag[Symbol.for("docent.script")] = `loading ${url}`;
        document.head.append(tag);
        await whenElementReady({ name: "other-copys", scriptUrl: url });
        same(scripts(url).length, 1);
    "##)
    .await
}

#[wasm_bindgen_test]
async fn l5_another_try_asks_past_the_cache_only_if_asked_to() -> Result<(), JsValue> {
    run(r#"
        for (const cacheBust of [true, false]) {
          const path = `/lost-${cacheBust}.js`;
          const error = await failure({ name: "x-lost", scriptUrl: path, retries: 1, cacheBust });
          same(error.code, "network");
          const [tag, ...more] = scripts(path);
          same([more.length, tag.src.includes("docent-retry=")], [0, cacheBust]);
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l5_a_retry_by_hand_replaces_the_tag_and_the_same_wait_recovers() -> Result<(), JsValue> {
    run(r#"
        const events = new EventTarget();
        const heard = noted(events, "slow", "ready", "error", "retry");
        const error = await failure({ name: "by-hand", scriptUrl: "/by-hand.js", retries: 0, events });
        const [failed] = scripts("/by-hand.js");
        error.retry();
        same(scripts("/by-hand.js").length, 1);
        same(scripts("/by-hand.js")[0] === failed, false);
        customElements.define("by-hand", class extends HTMLElement { setOptions() {} });
        same((await error.recovered).source, "official");
        same(heard, [["error", "error"], ["retry", "loading"], ["ready", "ready"]]);
        error.retry();
        same(heard.length, 3, "there is nothing to try again");
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l5_coming_online_tries_again_by_itself() -> Result<(), JsValue> {
    run(r#"
        const events = new EventTarget();
        const heard = noted(events, "retry");
        await failure({ name: "x-online", scriptUrl: "/online.js", retries: 0, events });
        dispatchEvent(new Event("online"));
        same(heard, [["retry", "loading"]]);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l5_beside_a_failed_tag_of_the_page_another_is_added_and_the_pages_stays() -> Result<(), JsValue> {
    run(r#"
        const tag = document.createElement("script");
        tag.src = "/pages-own.js";
        document.head.append(tag);
        const error = await failure({ name: "pages-own", scriptUrl: "/pages-own.js", retries: 0 });
        same(scripts("/pages-own.js").length, 1);
        error.retry();
        const [first, second, ...more] = scripts("/pages-own.js");
        same([first === tag, second !== undefined, more.length], [true, true, 0]);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l6_the_tag_gets_the_attributes_it_is_asked_for_and_the_pages_nonce() -> Result<(), JsValue> {
    run(r#"
        const meta = document.createElement("meta");
        meta.setAttribute("property", "csp-nonce");
        meta.nonce = "abc123";
        document.head.prepend(meta);
        const url = defining("with-attributes");
        await whenElementReady({
          name: "with-attributes", scriptUrl: url, scriptType: "module", referrerPolicy: "no-referrer",
          fetchPriority: "high", crossOrigin: "use-credentials",
        });
        const [tag] = scripts(url);
        meta.remove();
        same([tag.type, tag.referrerPolicy, tag.getAttribute("fetchpriority"), tag.crossOrigin, tag.async, tag.nonce],
             ["module", "no-referrer", "high", "use-credentials", true, "abc123"]);
        const own = defining("with-nonce");
        await whenElementReady({ name: "with-nonce", scriptUrl: own, nonce: "mine" });
        same(scripts(own)[0].nonce, "mine");
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l8_events_tell_the_states_and_the_window_the_names_of_older_recipes() -> Result<(), JsValue> {
    run(r#"
        const events = new EventTarget();
        const heard = noted(events, "loading", "slow", "ready", "error", "retry");
        const seed = noted(window, "chatkit-script-loaded", "chatkit-script-error");
        const options = { name: "x-events", timeoutMs: 40, slowMs: 10, events, windowEvents: true };
        const error = await failure(options);
        customElements.define("x-events", class extends HTMLElement { setOptions() {} });
        await error.recovered;
        same(heard, [["loading", "loading"], ["slow", "slow"], ["error", "error"], ["ready", "ready"]]);
        same(seed, [["chatkit-script-error", "error"], ["chatkit-script-loaded", "ready"]]);
        await whenElementReady({ name: "x-events" });
        same(seed.length, 2, "only where it is asked for");
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l10_what_was_set_before_the_element_was_defined_is_set_again_once() -> Result<(), JsValue> {
    run(r#"
        const element = document.createElement("set-early");
        element.options = { theme: "dark" };
        element.other = 1;
        const given = [];
        const ready = whenElementReady({ name: "set-early", element });
        customElements.define("set-early", class extends HTMLElement {
          setOptions() {}
          set options(value) { given.push(value); }
        });
        await ready;
        await whenElementReady({ name: "set-early", element });
        same(given, [{ theme: "dark" }]);
        same([element.other, Object.hasOwn(element, "options")], [1, false]);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l11_a_script_waits_for_an_idle_moment() -> Result<(), JsValue> {
    run(r#"
        const url = defining("when-idle");
        const states = [];
        const ready = whenElementReady({ name: "when-idle", scriptUrl: url, load: "idle", onStatus: ({ state }) => states.push(state) });
        same(scripts(url).length, 0, "not in the way of what the page does now");
        await ready;
        same(states, ["loading", "ready"]);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l11_a_script_waits_for_the_first_sign_of_intent() -> Result<(), JsValue> {
    run(r#"
        const trigger = document.createElement("button");
        document.body.append(trigger, "Some words");
        const signs = {
          focusin: () => trigger.focus(),
          pointerdown: () => trigger.dispatchEvent(new Event("pointerdown")),
          keydown: () => trigger.dispatchEvent(new Event("keydown")),
          selection: () => getSelection().selectAllChildren(document.body),
        };
        for (const [name, sign] of Object.entries(signs)) {
          const url = defining(`on-${name}`);
          const ready = whenElementReady({ name: `on-${name}`, scriptUrl: url, load: "intent", trigger });
          await pause(30);
          same(scripts(url).length, 0, name);
          sign();
          await ready;
          getSelection().removeAllRanges();
          trigger.blur();
          await pause(20);
        }
        trigger.remove();
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l11_a_pointer_opens_the_connection_and_loads_once_it_rests() -> Result<(), JsValue> {
    run(r#"
        const trigger = document.createElement("button");
        const scriptUrl = "https://cdn.invalid/chat.js";
        const links = () => document.querySelectorAll('link[rel="preconnect"][href="https://cdn.invalid"]').length;
        const abort = new AbortController();
        failure({ name: "x-hover", scriptUrl, load: "intent", trigger, signal: abort.signal });
        trigger.dispatchEvent(new Event("pointerover"));
        trigger.dispatchEvent(new Event("pointerover"));
        same([links(), scripts("cdn.invalid").length], [1, 0]);
        await until(() => scripts("cdn.invalid").length);
        same([links(), scripts("cdn.invalid").length], [1, 1]);
        abort.abort();
        const given = new AbortController();
        failure({ name: "x-hover", scriptUrl: "/never.js", load: "intent", trigger, signal: given.signal });
        given.abort();
        trigger.dispatchEvent(new Event("pointerdown"));
        same(scripts("/never.js").length, 0);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l12_two_versions_on_a_page_are_told_once() -> Result<(), JsValue> {
    run(r#"
        const warn = console.warn, warnings = [];
        console.warn = (...parts) => warnings.push(parts.join(" "));
        const key = Symbol.for("docent.version");
        const ours = window[key];
        window[key] = "0.0.0-other";
        try {
          for (let time = 0; time < 2; time += 1) failure({ name: "x-version", timeoutMs: 1 });
          same(warnings.length, 1);
          same(warnings[0].includes("0.0.0-other"), true);
        } finally {
          console.warn = warn;
          window[key] = ours;
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l13_an_element_defined_by_others_meanwhile_is_used_and_a_second_definition_does_no_harm()
-> Result<(), JsValue> {
    run(r#"
        const url = defining("defined-twice");
        const errors = [];
        // A tag of another test that fails late is an error, too, but none of a script.
        const onError = (event) => {
          if (!(event instanceof ErrorEvent)) return;
          errors.push(event.message);
          event.preventDefault();
          event.stopImmediatePropagation();
        };
        addEventListener("error", onError, true);
        const states = [];
        const ready = whenElementReady({ name: "defined-twice", scriptUrl: url, onStatus: ({ state }) => states.push(state) });
        customElements.define("defined-twice", class extends HTMLElement { static docent = true; setOptions() {} });
        same((await ready).source, "element");
        await until(() => errors.length);
        removeEventListener("error", onError, true);
        same(states, ["loading", "ready"]);
        same(errors.length, 1, `the late script fails by itself: ${errors.join(" | ")}`);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l13_a_tag_that_is_removed_while_it_loads_is_no_end() -> Result<(), JsValue> {
    run(r#"
        const url = defining("removed-tag");
        const ready = whenElementReady({ name: "removed-tag", scriptUrl: url, timeoutMs: 5000 });
        scripts(url)[0].remove();
        same((await ready).name, "removed-tag");
    "#)
    .await
}

//! When it is asked for, what becomes of what was there before, and who hears of it.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::run;

#[wasm_bindgen_test]
async fn l8_events_tell_the_states_and_the_window_the_names_of_older_recipes() -> Result<(), JsValue> {
    run(r#"
        const events = new EventTarget();
        const heard = noted(events, "loading", "slow", "ready", "error", "retry");
        const seed = noted(window, "chatkit-script-loaded", "chatkit-script-error");
        const options = { name: "x-events", timeoutMs: 400, slowMs: 10, events, windowEvents: true };
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
          // The caret of a reader who clicks somewhere is a selection of nothing.
          getSelection().collapse(document.body, 0);
          document.dispatchEvent(new Event("selectionchange"));
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

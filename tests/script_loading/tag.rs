//! The tag: one for all, with what it is asked for, and another when it failed.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::run;

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
async fn l5_the_pause_before_another_try_is_a_random_part_of_the_longest() -> Result<(), JsValue> {
    run(r#"
        const { random } = Math, { setTimeout } = window;
        try {
          for (const [share, least, most] of [[0.5, 200, 251], [0.999, 450, 500]]) {
            const waits = [];
            Math.random = () => share;
            window.setTimeout = (react, wait, ...rest) => (waits.push(wait), setTimeout(react, wait, ...rest));
            await failure({ name: "x-pause", scriptUrl: `/pause-${share}.js`, retries: 1 });
            same(waits.some((wait) => wait >= least && wait <= most), true, `${share}: ${waits}`);
          }
        } finally {
          Math.random = random;
          window.setTimeout = setTimeout;
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
        const [mine] = scripts(own);
        same(mine.nonce, "mine");
        mine.remove();
        const other = document.createElement("script");
        other.setAttribute("nonce", "of-a-script");
        document.head.append(other);
        const third = defining("with-nonce-of-a-script");
        await whenElementReady({ name: "with-nonce-of-a-script", scriptUrl: third });
        other.remove();
        same([scripts(third)[0].nonce, scripts(third)[0].crossOrigin], ["of-a-script", null]);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l6_a_hash_from_elsewhere_is_asked_for_in_a_way_that_lets_it_be_compared() -> Result<(), JsValue> {
    run(r#"
        for (const [given, expected] of [[undefined, "anonymous"], ["use-credentials", "use-credentials"]]) {
          const abort = new AbortController();
          const scriptUrl = `https://cdn.invalid/hashed-${expected}.js`;
          const integrity = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
          failure({ name: "x-hashed", scriptUrl, integrity, crossOrigin: given, signal: abort.signal });
          const [tag] = scripts(scriptUrl);
          same([tag.integrity, tag.crossOrigin], [integrity, expected]);
          abort.abort();
          tag.remove();
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l9_whoever_gives_up_takes_the_tag_from_nobody() -> Result<(), JsValue> {
    run(r#"
        const scriptUrl = defining("shared-to-the-end");
        const abort = new AbortController();
        const other = failure({ name: "shared-to-the-end", scriptUrl, signal: abort.signal });
        const ready = whenElementReady({ name: "shared-to-the-end", scriptUrl });
        const [tag] = scripts(scriptUrl);
        abort.abort();
        same([(await other).code, tag.isConnected], ["aborted", true]);
        same((await ready).source, "official");
    "#)
    .await
}

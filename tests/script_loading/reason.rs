//! Why it did not come, as far as a browser tells.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::run;

#[wasm_bindgen_test]
async fn l3_a_policy_that_only_reports_and_one_of_another_script_are_no_reason() -> Result<(), JsValue> {
    run(r#"
        const url = new URL("/reported.js", location.href).href;
        for (const [disposition, blockedURI, code] of [
          ["report", url, "network"], ["enforce", "https://other.invalid/x.js", "network"], ["enforce", url, "csp"],
        ]) {
          const failed = failure({ name: "x-reported", scriptUrl: url, retries: 0 });
          document.dispatchEvent(new SecurityPolicyViolationEvent("securitypolicyviolation", {
            disposition, blockedURI, effectiveDirective: "script-src-elem", violatedDirective: "script-src-elem",
            documentURI: location.href, originalPolicy: "script-src 'self'", statusCode: 200,
          }));
          same((await failed).code, code, `${disposition} ${blockedURI}`);
          scripts("/reported.js").forEach((tag) => tag.remove());
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l3_a_tag_of_the_page_that_failed_before_anybody_asked_is_known() -> Result<(), JsValue> {
    run(r#"
        const tag = document.createElement("script");
        tag.src = "/failed-before.js";
        await new Promise((done) => { tag.addEventListener("error", done); document.head.append(tag); });
        const error = await failure({ name: "failed-before", scriptUrl: "/failed-before.js", retries: 0, timeoutMs: 5000 });
        tag.remove();
        // WebKit does not tell that it failed: then it may have run.
        const isTold = "responseStatus" in PerformanceResourceTiming.prototype;
        same(error.code, isTold ? "network" : "undefined", error.message);
        same(isTold || error.message.includes("kept from running"), true, error.message);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l2_a_tag_of_the_page_that_ran_before_anybody_asked_has_its_grace_and_no_more() -> Result<(), JsValue>
{
    run(r#"
        // A module that the test runner itself serves, and has loaded: it runs no second time.
        const tag = document.createElement("script");
        Object.assign(tag, { type: "module", src: "/wasm-bindgen-test" });
        await new Promise((done) => { tag.addEventListener("load", done); document.head.append(tag); });
        const error = await failure({ name: "ran-before", scriptUrl: tag.src, timeoutMs: 5000 });
        tag.remove();
        same(error.code, "undefined", error.message);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn l4_time_in_the_background_is_no_timeout_from_the_start_or_from_later_on() -> Result<(), JsValue> {
    run(r#"
        let isHidden = true;
        Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
        const turn = (hidden) => { isHidden = hidden; document.dispatchEvent(new Event("visibilitychange")); };
        try {
          for (const startsHidden of [true, false]) {
            isHidden = startsHidden;
            const states = [];
            const failed = failure({ name: "x-hidden", timeoutMs: 120, onStatus: ({ state }) => states.push(state) });
            if (!startsHidden) turn(true);
            await pause(300);
            same(states, ["loading"], "nobody looks");
            turn(false);
            same((await failed).code, "undefined");
          }
        } finally {
          delete document.hidden;
        }
    "#)
    .await
}

//! Stopping an answer: what the caller sees, and what the server is told.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::run;

type Outcome = Result<(), JsValue>;

#[wasm_bindgen_test]
async fn stopping_an_answer_tells_the_server_once_and_an_ordinary_server_never() -> Outcome {
    run(r#"
        const calls = [];
        const answered = (headers) => async (input, init) => (calls.push([String(input), init]), new Response("data: {}\n\n", { headers }));
        const stop = async (headers) => {
          calls.length = 0;
          const send = createFetch({ apiUrl: "/chatkit", token: "t", pageContext: false, fetch: answered(headers) });
          const abort = new AbortController();
          await send("/chatkit?a=1", { ...post(message), signal: abort.signal });
          abort.abort();
          abort.signal.dispatchEvent(new Event("abort"));
          await new Promise((resolve) => setTimeout(resolve));
          return calls.length;
        };
        same(await stop({ "x-docent-run-id": "run_1" }), 2);
        const [address, init] = calls[1];
        same(address, location.origin + "/chatkit/runs/run_1/cancel?a=1");
        same(init.method, "POST");
        same(new Headers(init.headers).get("authorization"), "Bearer t");
        same(init.body, undefined);
        same(await stop({}), 1);
        same(await stop({ "x-docent-run-id": "../../elsewhere" }), 1);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn a_stop_before_the_answer_has_begun_rejects_at_once_and_still_reaches_the_run() -> Outcome {
    run(r#"
        const calls = [];
        let begin;
        const fetch = (input, init) => {
          calls.push([String(input), init]);
          return calls.length > 1 ? Promise.resolve(new Response("{}")) : new Promise((resolve, reject) => {
            begin = () => resolve(new Response("data: {}\n\n", { headers: { "x-docent-run-id": "run_2" } }));
            init.signal.addEventListener("abort", () => reject(init.signal.reason));
          });
        };
        const send = createFetch({ apiUrl: "/chatkit", token: "t", pageContext: false, fetch });
        const abort = new AbortController();
        const sent = send("/chatkit?a=1", { ...post(message), signal: abort.signal }).catch((error) => error.name);
        await new Promise((resolve) => setTimeout(resolve));
        abort.abort();
        same(await sent, "AbortError");
        same([calls.length, calls[0][1].signal.aborted], [1, false], "the name of the run is not known yet");
        begin();
        await new Promise((resolve) => setTimeout(resolve, 20));
        same(calls.length, 2);
        same(calls[1][0], location.origin + "/chatkit/runs/run_2/cancel?a=1");
        same(calls[0][1].signal.aborted, true, "and the stream is hung up");
    "#)
    .await
}

#[wasm_bindgen_test]
async fn an_abort_ends_the_wait_for_a_token_as_it_ends_a_request() -> Outcome {
    run(r#"
        const send = createFetch({ apiUrl: "/chatkit", token: () => new Promise(() => {}) });
        const abort = new AbortController();
        const sent = send("/chatkit", { ...post(message), signal: abort.signal });
        setTimeout(() => abort.abort(), 20);
        same(await sent.catch((error) => error.name), "AbortError");
        const { calls, fetch } = recorder();
        const late = new AbortController();
        const token = () => new Promise((resolve) => setTimeout(resolve, 40, "t"));
        const slow = createFetch({ apiUrl: "/chatkit", token, fetch })("/chatkit", { ...post(message), signal: late.signal });
        late.abort();
        same(await slow.catch((error) => error.name), "AbortError");
        await new Promise((resolve) => setTimeout(resolve, 60));
        same(calls.length, 0, "what was given up is not sent later");
        same(await send("/chatkit", { signal: AbortSignal.abort() }).catch((error) => error.name), "AbortError");
    "#)
    .await
}

#[wasm_bindgen_test]
async fn a_provider_that_fails_never_stops_a_message_and_is_told_once() -> Outcome {
    run(r#"
        const cycle = {};
        cycle.self = cycle;
        for (const userInfo of [() => { throw new Error("x"); }, async () => { throw 1; }, () => "text", () => [1], cycle, () => ({ n: 1n })]) {
          warnings.length = 0;
          const { calls, fetch } = recorder();
          const send = createFetch({ apiUrl: "/chatkit", userInfo, pageContext: () => ({ p: 1 }), fetch });
          await send("/chatkit", post(message));
          await send("/chatkit", post(message));
          same(calls.map((call) => JSON.parse(call.body).metadata), [{ pageContext: { p: 1 } }, { pageContext: { p: 1 } }]);
          same(warnings.length, 1, String(userInfo));
        }
        const { calls, fetch } = recorder();
        const send = createFetch({ apiUrl: "/chatkit", userInfo: () => new Promise(() => {}), pageContext: async () => null, fetch });
        await send("/chatkit", post(message));
        same(calls[0].body, message);
    "#)
    .await
}

//! The interceptor against a `fetch` of the test's own.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::run;

type Outcome = Result<(), JsValue>;

#[wasm_bindgen_test]
async fn c16_every_streaming_operation_gets_metadata_and_the_others_none() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const send = createFetch({ apiUrl: "/chatkit", userInfo: { plan: "pro" }, pageContext: () => ({ p: 1 }), fetch });
        const metadata = { userInfo: { plan: "pro" }, pageContext: { p: 1 } };
        for (const type of ["threads.create", "threads.add_user_message", "threads.add_structured_input"]) {
          await send("/chatkit", post(JSON.stringify({ type, params: { input: { a: 1 } } })));
          same(JSON.parse(calls.pop().body), { type, params: { input: { a: 1, metadata } }, metadata });
        }
        for (const type of ["threads.add_client_tool_output", "threads.retry_after_item", "threads.custom_action"]) {
          await send("/chatkit", post(JSON.stringify({ type, params: {} })));
          same(JSON.parse(calls.pop().body), { type, params: {}, metadata });
        }
        for (const body of ['{"type":"threads.list","params":{}}', '{"type":"items.list","params":{"input":{}}}',
                            '{"type":"threads.run","params":{"input":{}}}', "not JSON", ""]) {
          await send("/chatkit", post(body));
          same(calls.pop().body, body);
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn an_address_may_be_a_string_a_url_or_a_request() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const send = createFetch({ apiUrl: "/chatkit", token: "t", userInfo: { a: 1 }, pageContext: false, fetch });
        const url = new URL("/chatkit", location.href);
        const headers = { "Content-Type": "application/json", "Accept-Language": "de" };
        const request = new Request(url, { method: "POST", body: message, headers, credentials: "omit" });
        await send("/chatkit", { ...post(message), headers });
        await send(url, { ...post(message), headers: new Headers(headers) });
        await send(url.href, { ...post(message), headers: Object.entries(headers) });
        await send(request);
        await send("/chatkit", new Request(url, { method: "POST", headers }));
        for (const [index, call] of calls.entries()) {
          same(call.request.url, url.href);
          same(call.request.method, "POST");
          same(call.headers["authorization"], "Bearer t", index);
          same(call.headers["accept-language"], "de");
          same(call.headers["content-type"], "application/json");
          if (index < 4) same(JSON.parse(call.body).metadata, { userInfo: { a: 1 } }, index);
        }
        same(calls[3].request.credentials, "omit");
    "#)
    .await
}

#[wasm_bindgen_test]
async fn a_token_goes_to_the_api_and_to_listed_origins_only() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const send = createFetch({
          apiUrl: "https://api.example/chatkit", allowedOrigins: ["https://files.example/any/path"], token: "t",
          userInfo: { secret: 1 }, pageContext: false, credentials: "include", fetch,
        });
        for (const trusted of ["https://api.example/chatkit", "https://api.example/upload", "https://files.example/x"]) {
          await send(trusted, post(message));
          const call = calls.pop();
          same(call.headers.authorization, "Bearer t");
          same(call.request.credentials, "include");
        }
        const init = post(message);
        for (const foreign of ["https://api.example:444/chatkit", "http://api.example/chatkit", "/chatkit",
                               "https://api.example.evil.example/", "https://bucket.example/presigned"]) {
          await send(foreign, init);
          const call = calls.pop();
          same(call.input === foreign && call.init === init, true, foreign);
          same("authorization" in call.headers, false);
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn c16_uploads_are_left_as_they_are() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const send = createFetch({ apiUrl: "/chatkit", token: "t", userInfo: { a: 1 }, fetch });
        const form = new FormData();
        form.append("file", new Blob(["x"]), "x.txt");
        for (const body of [form, new Blob([message]), new TextEncoder().encode(message), new URLSearchParams("a=b")]) {
          await send("/upload", post(body));
          const call = calls.pop();
          same(call.init.body === body, true);
          same(call.headers.authorization, "Bearer t");
          same(new Headers(call.init.headers).has("content-type"), false);
        }
        await send("/upload", post(form));
        same(calls.pop().headers["content-type"].startsWith("multipart/form-data; boundary="), true);
        const whole = new Request("/upload", { method: "POST", body: form });
        await send(whole);
        same(calls.pop().input === whole, true);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn an_answer_is_handed_over_unread_and_the_signal_stays() -> Outcome {
    run(r#"
        const answer = new Response(new ReadableStream({ start(stream) { stream.enqueue(new TextEncoder().encode("data: 1\n\n")); } }));
        const { calls, fetch } = recorder(() => answer);
        const send = createFetch({ apiUrl: "/chatkit", fetch });
        const abort = new AbortController();
        const got = await send.call({ any: "this" }, "/chatkit", { ...post(message), signal: abort.signal });
        same(got === answer && !got.bodyUsed, true);
        same(calls[0].init.signal === abort.signal, true);
        same(new TextDecoder().decode((await got.body.getReader().read()).value), "data: 1\n\n");
    "#)
    .await
}

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
        same(address, location.origin + "/chatkit/runs/run_1/cancel");
        same(init.method, "POST");
        same(new Headers(init.headers).get("authorization"), "Bearer t");
        same(init.body, undefined);
        same(await stop({}), 1);
        same(await stop({ "x-docent-run-id": "../../elsewhere" }), 1);
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
        same(await send("/chatkit", { signal: AbortSignal.abort() }).catch((error) => error.name), "AbortError");
    "#)
    .await
}

#[wasm_bindgen_test]
async fn a_token_provider_that_fails_becomes_a_401_and_nothing_is_sent() -> Outcome {
    run(r#"
        for (const token of [() => { throw new Error("secret"); }, async () => { throw 1; }, () => 5, () => "a\nb"]) {
          const { calls, fetch } = recorder();
          const response = await createFetch({ apiUrl: "/chatkit", token, fetch })("/chatkit", post(message));
          same(response.status, 401);
          same((await response.json()).error.code, "signed_out");
          same(calls.length, 0);
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn without_a_token_the_request_goes_without_and_its_own_header_stays() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        for (const token of [undefined, null, "", () => null, async () => undefined]) {
          await createFetch({ apiUrl: "/chatkit", token, fetch })("/chatkit", post(message));
          same("authorization" in calls.pop().headers, false);
        }
        const send = createFetch({ apiUrl: "/chatkit", token: "t", fetch });
        await send("/chatkit", { ...post(message), headers: { Authorization: "Basic own" } });
        same(calls.pop().headers.authorization, "Basic own");
    "#)
    .await
}

#[wasm_bindgen_test]
async fn a_refused_token_is_replaced_once() -> Outcome {
    run(r#"
        const refused = () => new Response("", { status: 401 });
        const given = [];
        const token = (rejected) => { given.push(rejected ?? null); return `t${given.length}`; };
        for (const input of [() => "/chatkit", () => new Request("/chatkit", { method: "POST", body: message, headers: { "content-type": "application/json" } })]) {
          given.length = 0;
          const { calls, fetch } = recorder(refused, () => new Response("fine"));
          const address = input();
          const send = createFetch({ apiUrl: "/chatkit", token, pageContext: false, fetch });
          const response = await send(address, typeof address === "string" ? post(message) : undefined);
          same(await response.text(), "fine");
          same(calls.map((call) => call.headers.authorization), ["Bearer t1", "Bearer t2"]);
          same(given, [null, "t1"]);
          same(calls[1].body, calls[0].body);
        }
        const { calls, fetch } = recorder(refused);
        same((await createFetch({ apiUrl: "/chatkit", token, fetch })("/chatkit", post(message))).status, 401);
        same(calls.length, 2);
        for (const token of ["same", () => "same", (rejected) => rejected ? null : "gone", (rejected) => { if (rejected) throw 1; return "x"; }]) {
          const { calls, fetch } = recorder(refused);
          same((await createFetch({ apiUrl: "/chatkit", token, fetch })("/chatkit", post(message))).status, 401);
          same(calls.length, 1);
        }
        const once = recorder(refused);
        const body = new ReadableStream({ start(stream) { stream.close(); } });
        await createFetch({ apiUrl: "/chatkit", token, fetch: once.fetch })("/chatkit", { ...post(body), duplex: "half" });
        same(once.calls.length, 1);
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

#[wasm_bindgen_test]
async fn a_development_user_is_named_to_this_machine_only() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        for (const [apiUrl, expected] of [["http://127.0.0.1:9/chatkit", "u1"], ["http://localhost:9/c", "u1"],
                                          ["http://[::1]:9/c", "u1"], ["https://api.example/c", undefined]]) {
          for (const developmentUserId of ["u1", () => "u1"]) {
            await createFetch({ apiUrl, developmentUserId, fetch })(apiUrl, post(message));
            same(calls.pop().headers["x-user-id"], expected, apiUrl);
          }
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn c16_the_page_is_read_when_the_message_is_sent_and_yields_to_the_requests_own() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const send = createFetch({ apiUrl: "/chatkit", pageContext: { maxTokens: 0 }, fetch });
        for (const title of ["First", "Second"]) {
          document.title = title;
          await send("/chatkit", post(message));
          const { pageContext } = JSON.parse(calls.pop().body).metadata;
          same([pageContext.schema, pageContext.title, "text" in pageContext], [1, title, false]);
        }
        const own = JSON.stringify({ type: "threads.create", params: {}, metadata: { pageContext: "own" } });
        await send("/chatkit", post(own));
        same(calls.pop().body, own);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn c16_a_body_that_would_be_too_long_loses_the_text_of_the_page_first() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const page = { title: "T", text: "x".repeat(500), truncated: false };
        const sendWith = (maxBodyBytes) => createFetch({ apiUrl: "/chatkit", pageContext: () => page, maxBodyBytes, fetch });
        const pageSent = async (limit) => {
          await sendWith(limit)("/chatkit", post(message));
          return JSON.parse(calls.pop().body).metadata?.pageContext ?? null;
        };
        same(await pageSent(2000), page);
        same(await pageSent(500), { title: "T", text: "", truncated: true });
        same(await pageSent(80), null);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn the_pages_fetch_is_used_as_it_is_at_the_time() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const send = createFetch({ apiUrl: "/chatkit" });
        const before = globalThis.fetch;
        globalThis.fetch = fetch;
        try { await send("/chatkit", post(message)); } finally { globalThis.fetch = before; }
        same(calls.length, 1);
        const real = await send("/no-such-file");
        same(real.status, 404);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn wrong_options_are_named() -> Outcome {
    run(r#"
        const wrong = (options) => { try { createFetch(options); } catch (error) { return error; } };
        for (const [options, name] of [
          [undefined, "apiUrl"], [{}, "apiUrl"], [{ apiUrl: 1 }, "apiUrl"], [{ apiUrl: "" }, "apiUrl"], ["x", "options"],
          [{ apiUrl: "/", token: 1 }, "token"], [{ apiUrl: "/", fetch: 1 }, "fetch"],
          [{ apiUrl: "/", allowedOrigins: "x" }, "allowedOrigins"], [{ apiUrl: "/", allowedOrigins: ["*"] }, "allowedOrigins"],
          [{ apiUrl: "/", pageContext: "x" }, "pageContext"],
        ]) {
          const error = wrong(options);
          same([error instanceof Error, error.name, error.code], [true, "DocentError", "invalid_option"], name);
          same(error.message.startsWith(`createFetch: \`${name}\` must be `), true, error.message);
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn a_wrong_option_of_the_page_context_is_told_once_and_the_message_goes_without() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const told = [];
        console.warn = (...words) => told.push(words.join(" "));
        const send = createFetch({ apiUrl: "/chatkit", pageContext: { maxTokens: -1 }, fetch });
        for (const _ of [1, 2]) {
          await send("/chatkit", post(message));
          same(calls.pop().body, message);
        }
        same(told.length, 1);
        same(/pageContext.*maxTokens/.test(told[0]), true, told[0]);
    "#)
    .await
}

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
          same(JSON.parse(calls.pop().body), { metadata, type, params: { input: { metadata, a: 1 } } });
        }
        for (const type of ["threads.add_client_tool_output", "threads.retry_after_item", "threads.custom_action"]) {
          await send("/chatkit", post(JSON.stringify({ type, params: {} })));
          same(JSON.parse(calls.pop().body), { metadata, type, params: {} });
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
        for (const type of ["text/plain", "application/json"]) {
          const bytes = [0xef, 0xbb, 0xbf, 0x66, 0xfc, 0x72];
          await send(new Request("/upload", { ...post(new Uint8Array(bytes)), headers: { "content-type": type } }));
          same([...new Uint8Array(await calls.pop().request.arrayBuffer())], bytes, type);
        }
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
        same(new TextDecoder().decode((await got.body.getReader().read()).value), "data: 1\n\n");
        same(calls[0].init.signal.aborted, false);
        const reason = new Error("stop");
        abort.abort(reason);
        same(calls[0].init.signal.aborted && calls[0].init.signal.reason === reason, true);
        const other = new AbortController();
        await send("/chatkit", { ...post('{"type":"threads.list"}'), signal: other.signal });
        same(calls[1].init.signal === other.signal, true, "what is no message keeps the caller's own");
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
async fn c16_json_is_spliced_and_every_other_byte_stays_whatever_the_letters() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const send = createFetch({ apiUrl: "/chatkit", userInfo: { n: "\u00fc\u{1f600}" }, pageContext: false, fetch });
        const added = '"metadata":{"userInfo":{"n":"\u00fc\u{1f600}"}}';
        for (const text of ["plain", "\u00fcber \u4f60\u597d \u{1f600}\u{1f600}", "\u{1f600}".repeat(1300) + "x"]) {
          const before = ` "z": 1.50e+3, "type":"threads.create" ,"params":{"input":{`;
          const after = `"content":["${text}"]},"b":12345678901234567890}, "unknown":["${text}"] }`;
          await send("/chatkit", post(`{${before}${after}`));
          same(calls.pop().init.body, `{${added},${before}${added},${after}`);
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn c16_a_long_body_gets_what_a_short_one_gets() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const send = createFetch({ apiUrl: "/chatkit", userInfo: { a: 1 }, pageContext: () => ({ p: 1 }), fetch });
        const sent = async (body) => (await send("/chatkit", post(body)), calls.pop().init.body);
        const metadata = '"metadata":{"userInfo":{"a":1},"pageContext":{"p":1}}';
        const escaped = JSON.stringify(metadata).slice(1, -1);
        for (const filling of ["x", "\u{1f600}", '\\"', "\\u0041", '","metadata":0,"a":"', `${escaped} `]) {
          for (const [length, thread] of [1, 60, 390, 395, 400, 1000, 3000].flatMap((n) => [[n, "t"], [n, "\u00fc\u{1f600}"], [n, "t"]])) {
            const text = filling.repeat(length);
            const input = `"content":[{"text":"${text}"}],"attachments":[]`;
            const start = `"type":"threads.add_user_message","params":{"thread_id":"${thread}","input":{`;
            same(await sent(`{${start}${input}}}}`), `{${metadata},${start}${metadata},${input}}}}`, filling + length);
            const later = `"params":{"thread_id":"${thread}","input":{${input}},"b":1},"type":"threads.create"`;
            const there = `{"metadata":{"userInfo":2,"pageContext":3},${later}}`;
            same(JSON.parse(await sent(there)).metadata, { userInfo: { a: 1 }, pageContext: { p: 1 } }, filling + length);
            const listed = `{${start.replace("add_user_message", "list")}${input}}}}`;
            same(await sent(listed), listed);
          }
        }
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

//! Who is asking: tokens, cookies, readers without a user, and where none of it goes.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::run;

type Outcome = Result<(), JsValue>;

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
async fn without_a_user_no_request_leaves_and_the_page_is_told_the_way_to_its_login() -> Outcome {
    run(r##"
        const { calls, fetch } = recorder();
        history.replaceState(null, "", "#part");
        const here = location.pathname + location.search + "#part";
        for (const identity of [
          { token: "" }, { token: () => null }, { token: async () => undefined },
          { isSignedIn: false }, { isSignedIn: () => null }, { isSignedIn: async () => { throw 1; } },
          { token: "t", isSignedIn: async () => false },
        ]) {
          const told = [];
          const signIn = { url: "/login?from=chat", returnParameter: "next" };
          const send = createFetch({ apiUrl: "/chatkit", ...identity, signIn, onSession: (session) => told.push(session), fetch });
          const expected = { state: "signed_out", signInUrl: location.origin + "/login?from=chat&next=" + encodeURIComponent(here), returnTo: here };
          for (const type of ["threads.create", "threads.list"]) {
            const response = await send("/chatkit", post(JSON.stringify({ type, params: {} })));
            same([response.status, (await response.json()).error.code], [401, "signed_out"]);
          }
          same(await send.session(), expected);
          same(told, [expected], "once, and with the page to come back to");
        }
        same(calls.length, 0);
        for (const signIn of ["javascript:alert(1)", { url: "data:text/html,x" }, 5, {}]) {
          let error;
          try { createFetch({ apiUrl: "/chatkit", signIn }); } catch (thrown) { error = thrown; }
          same(error?.code, "invalid_option");
        }
        history.replaceState(null, "", location.pathname);
    "##)
    .await
}

#[wasm_bindgen_test]
async fn no_address_of_a_page_makes_a_login_lead_to_another_site() -> Outcome {
    run(r##"
        const send = createFetch({ apiUrl: "/chatkit", token: () => null, signIn: "/login" });
        const before = location.href;
        try {
          for (const path of ["//evil.example/x?a=1#b", "///evil.example/x?a=1#b", "/\\evil.example/x?a=1#b"]) {
            history.replaceState(null, "", location.origin + path);
            const { returnTo, signInUrl } = await send.session();
            same(returnTo, "/evil.example/x?a=1#b");
            same(new URL(signInUrl).searchParams.get("returnTo"), returnTo);
          }
        } finally { history.replaceState(null, "", before); }
    "##)
    .await
}

#[wasm_bindgen_test]
async fn an_answer_that_nobody_may_read_proves_no_user() -> Outcome {
    run(r#"
        const { fetch } = recorder(() => Response.error());
        const told = [];
        const send = createFetch({ apiUrl: "/chatkit", credentials: "include", onSession: ({ state }) => told.push(state), fetch });
        await send("/chatkit", { ...post(message), redirect: "manual" });
        same(told, []);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn a_proxy_that_leads_a_request_to_its_login_knows_no_user() -> Outcome {
    run(r#"
        const led = (type, redirected) => () => {
          const response = new Response("<title>Sign in</title>", { headers: { "content-type": type } });
          return Object.defineProperty(response, "redirected", { value: redirected });
        };
        for (const [type, redirected, expected] of [
          ["text/html; charset=utf-8", true, "signed_out"], ["text/html", false, "signed_in"],
          ["text/event-stream", true, "signed_in"], ["application/json", true, "signed_in"],
        ]) {
          const { fetch } = recorder(led(type, redirected));
          const told = [];
          const send = createFetch({ apiUrl: "/chatkit", credentials: "include", signIn: "/login", onSession: (session) => told.push(session), fetch });
          const response = await send("/chatkit", post(message));
          same([told.map(({ state }) => state), "signInUrl" in told[0]], [[expected], expected === "signed_out"], type);
          same(await response.text(), "<title>Sign in</title>", "handed over unread");
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn cookies_are_those_of_the_options_unless_the_request_says_its_own() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const send = createFetch({ apiUrl: "/chatkit", credentials: "include", pageContext: false, fetch });
        for (const [given, expected] of [[undefined, "include"], ["omit", "omit"], ["same-origin", "same-origin"]]) {
          await send("/chatkit", { ...post(message), credentials: given });
          same(calls.pop().request.credentials, expected);
          await send(new Request("/chatkit", { ...post(message), credentials: given === "same-origin" ? "omit" : given }));
          same(calls.pop().request.credentials, given === "same-origin" ? "omit" : expected);
        }
    "#)
    .await
}

#[wasm_bindgen_test]
async fn the_page_is_told_when_the_server_knows_its_reader_and_when_no_more() -> Outcome {
    run(r#"
        const statuses = [200, 200, 401, 500, 200];
        const { fetch } = recorder(...statuses.map((status) => () => new Response("", { status })));
        const told = [];
        const send = createFetch({ apiUrl: "/chatkit", credentials: "include", signIn: "/login", onSession: ({ state }) => told.push(state), fetch });
        same((await send.session()).state, "signed_in", "with cookies the server has the word");
        for (const _ of statuses) await send("/chatkit", post(message));
        same(told, ["signed_in", "signed_out", "signed_in"]);
    "#)
    .await
}

#[wasm_bindgen_test]
async fn a_site_that_answers_anybody_sends_without_a_token_and_a_requests_own_header_stays() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        for (const options of [{}, { token: null }, { token: () => null, allowAnonymous: true }]) {
          await createFetch({ apiUrl: "/chatkit", ...options, fetch })("/chatkit", post(message));
          same("authorization" in calls.pop().headers, false);
        }
        const none = createFetch({ apiUrl: "/chatkit", token: () => null, fetch });
        await none("/chatkit", { ...post(message), headers: { Authorization: "Basic own" } });
        same(calls.pop().headers.authorization, "Basic own");
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
        let isCancelled = false;
        const unread = new ReadableStream({ cancel() { isCancelled = true; } });
        const two = recorder(() => new Response(unread, { status: 401 }), () => new Response("fine"));
        const again = (rejected) => rejected ? "fresh" : "stale";
        await createFetch({ apiUrl: "/chatkit", token: again, pageContext: false, fetch: two.fetch })("/chatkit", post(message));
        same([two.calls.length, isCancelled], [2, true], "the answer that nobody reads gives its connection back");
        const once = recorder(refused);
        const body = new ReadableStream({ start(stream) { stream.close(); } });
        await createFetch({ apiUrl: "/chatkit", token, fetch: once.fetch })("/chatkit", { ...post(body), duplex: "half" });
        same(once.calls.length, 1);
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
async fn a_proxy_that_knows_readers_by_cookies_is_told_the_pages_address_without_secrets() -> Outcome {
    run(r#"
        const { calls, fetch } = recorder();
        const named = async (options, url = "/chatkit", body = message) => {
          const context = { url: location.origin + "/docs/install?tab=2" };
          await createFetch({ apiUrl: url, pageContext: () => context, fetch, ...options })(url, post(body));
          return calls.pop().headers["x-page-url"];
        };
        const credentials = "same-origin";
        same(await named({ credentials }), location.origin + "/docs/install?tab=2");
        const long = { url: location.origin + "/docs?" + "q".repeat(600) };
        same(await named({ credentials, pageContext: () => long }), location.origin + "/docs", "short");
        same(await named({ credentials, pageContext: () => ({ url: "https://x.example/\u00fc" }) }), undefined, "ASCII");
        same(await named({ credentials, pageContext: () => ({ url: "https://x.example/\nInjected: 1" }) }), undefined);
        same(await named({ credentials, token: "t" }), undefined, "a token says enough");
        same(await named({}), undefined);
        same(await named({ credentials, pageContext: false }), undefined);
        same(await named({ credentials: "include" }, "https://api.example/chatkit"), undefined, "others would have to allow it");
        same(await named({ credentials }, "/chatkit", '{"type":"threads.list"}'), undefined);
        history.replaceState(null, "", "?tab=3&access_token=secret");
        same(await named({ credentials, pageContext: {} }), location.origin + location.pathname + "?tab=3");
        history.replaceState(null, "", location.pathname);
    "#)
    .await
}

//! `pageContext` on pages made for the purpose.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::run;

type Outcome = Result<(), JsValue>;

#[wasm_bindgen_test]
async fn c01_the_context_is_the_same_twice_and_taken_anew_each_time() -> Outcome {
    run(r###"
        const fixture = show("<main><h1>Guide</h1><p>text</p></main>");
        const taken = async () => ({ ...await pageContext(), timestamp: "" });
        const first = await taken();
        same(first.schema, 1);
        same(await taken(), first);
        fixture.querySelector("p").textContent = "other";
        same((await taken()).text, "# Guide\n\nother");
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c01_a_page_of_five_thousand_nodes_is_read_in_little_time() -> Outcome {
    run(r###"
        const part = (n) => `<h2 id="s${n}">Section ${n}</h2><p>Some <b>text</b> with <code>code</code> in it.</p>
          <ul><li>one</li><li>two</li></ul><pre><code class="language-js">let a = ${n};</code></pre>`;
        show(`<main>${Array.from({ length: 225 }, (_, n) => part(n)).join("")}</main>`);
        same(document.querySelector("main").querySelectorAll("*").length > 2000, true);
        const times = [];
        for (let run = 0; run < 20; run++) {
          const start = performance.now();
          await pageContext();
          times.push(performance.now() - start);
        }
        times.sort((a, b) => a - b);
        // A debug build on a busy machine; tests/bench/page-context.mjs measures the shipped one.
        same(times[10] < 500, true, times.join());
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c02_secrets_and_dead_hashes_leave_the_address() -> Outcome {
    run(r###"
        const before = location.href;
        show("<main><h2 id='über'>x</h2></main>");
        history.replaceState(null, "", "?v=2&token=abc&utm_source=x#%C3%BCber");
        let page = await pageContext();
        same([page.url, page.path, page.redacted.query], [`${location.origin}${location.pathname}?v=2#%C3%BCber`, location.pathname, 2]);
        history.replaceState(null, "", "#access_token=abc");
        page = await pageContext({ allowQuery: [] });
        same(page.url, location.origin + location.pathname);
        history.replaceState(null, "", before);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c02_the_base_of_the_page_is_honoured() -> Outcome {
    run(r###"
        const base = document.createElement("base");
        base.href = "/docs/v2/";
        document.head.append(base);
        show("<main><p><a href='guide'>G</a></p></main>");
        const page = await pageContext();
        base.remove();
        same(page.text, `[G](${location.origin}/docs/v2/guide)`);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c03_what_a_reader_typed_or_a_page_calls_private_is_never_read() -> Outcome {
    run(r###"
        const fixture = show(`<main><p>Public</p><form>Name: <input value="typed-1" autocomplete="name"><input type="password" value="typed-2">
          <input type="hidden" value="typed-3"><textarea>typed-4</textarea><select><option selected>typed-5</option></select>
          <output>typed-6</output></form><div contenteditable="true">typed-7<p>typed-8</p></div><div contenteditable>typed-9</div>
          <p data-private>typed-10</p><code><i data-private>typed-15</i></code><details><summary data-private>typed-16</summary></details><p class="sr-mask">typed-11</p><div role="textbox">typed-12</div><h2 data-private>typed-13</h2></main>`);
        fixture.querySelector("textarea").value = "typed-14";
        document.cookie = "secret=typed-19";
        localStorage.setItem("secret", "typed-20");
        const page = await pageContext();
        same(page.text, "Public\n\nName:");
        same(JSON.stringify(page).includes("typed"), false);
        document.title = "";
        show("<header><div data-private><h1>typed-17</h1></div><h1 contenteditable>typed-18</h1></header>");
        same((await pageContext()).title, "");
        document.body.setAttribute("data-private", "");
        const hidden = await pageContext();
        document.body.removeAttribute("data-private");
        localStorage.removeItem("secret");
        same([hidden.text, hidden.headings], ["", []]);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c03_keys_in_the_text_are_masked_and_counted() -> Outcome {
    run(r###"
        const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
        show(`<main><h2>Key AKIAIOSFODNN7EXAMPLE</h2><p>Use sk-abcdefghij0123456789ab or ${jwt}.</p><pre>${"0f".repeat(32)}</pre></main>`);
        const page = await pageContext();
        same(page.headings[0].text, "Key [redacted]");
        same(page.text, "## Key [redacted]\n\nUse [redacted] or [redacted]\n\n```\n[redacted]\n```");
        same(page.redacted, { query: 0, jwt: 1, apiKey: 3, privateKey: 0, hex: 1 });
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c04_a_page_is_called_by_its_title_without_its_site() -> Outcome {
    run(r###"
        document.title = "Install | Acme Docs";
        document.documentElement.lang = "en-GB";
        document.head.insertAdjacentHTML("beforeend",
          `<meta class=t name=description content=" How to&#8203; install "><meta class=t property=og:site_name content="Acme Docs">
           <meta class=t name=robots content="noai"><link class=t rel=canonical href="/docs/install?utm_source=x">`);
        show("<main><h1>Install it</h1><p>text</p></main>");
        const page = await pageContext();
        document.head.querySelectorAll(".t").forEach((tag) => tag.remove());
        same([page.schema, page.title, page.siteName, page.description, page.lang, page.canonicalUrl],
          [1, "Install", "Acme Docs", "How to install", "en-GB", `${location.origin}/docs/install`]);
        same([page.noai, page.headings, page.text], [true, [], undefined]);
        same(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(page.timestamp), true);
        document.title = "Install it - Other";
        const other = await pageContext();
        same([other.title, other.siteName], ["Install it", "Other"]);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c05_structured_data_is_read_from_the_page() -> Outcome {
    run(r###"
        for (const text of ["{broken", JSON.stringify({ "@graph": [{ "@type": "TechArticle", headline: "How </b> to" }, { "@type": "WebSite" }] })]) {
          const script = document.createElement("script");
          Object.assign(script, { type: "application/ld+json", className: "t", textContent: text });
          document.head.append(script);
        }
        show("<main><p>x</p></main>");
        const page = await pageContext();
        document.head.querySelectorAll(".t").forEach((tag) => tag.remove());
        same(page.structuredData, [{ type: "TechArticle", headline: "How </b> to" }]);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c06_of_tabs_switched_by_styles_the_one_in_sight_is_read() -> Outcome {
    run(r###"
        const fixture = show(`<style>.tabbed-set .tabbed-block { display: none }
            .tabbed-set > input:nth-child(1):checked ~ .tabbed-content > :nth-child(1),
            .tabbed-set > input:nth-child(2):checked ~ .tabbed-content > :nth-child(2) { display: block }</style>
          <main><div class="tabbed-set"><input type="radio" name="a" checked><input type="radio" name="a">
            <div class="tabbed-labels"><label>npm</label><label>Cargo</label></div>
            <div class="tabbed-content"><div class="tabbed-block"><p>npm install</p></div><div class="tabbed-block"><p>cargo install</p></div></div></div></main>`);
        const seen = async () => { const { text, docs } = await pageContext(); return [text, docs.tabs]; };
        same(await seen(), ["npm install", ["npm"]]);
        fixture.querySelectorAll("input")[1].checked = true;
        same(await seen(), ["cargo install", ["Cargo"]]);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c07_the_text_is_the_content_and_nothing_around_it() -> Outcome {
    run(r###"
        show(`<style>.gone { display: none } .out { visibility: hidden } .clear { opacity: 0 }</style>
          <nav>nav</nav><header>header</header><main><article><div class="markdown">
          <p>First <b>bold</b>,
             <a href="/x">link</a> and <code>a  b</code>.</p><script>script()</script><style>p{}</style>
          <ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul><ol start="3"><li>three</li></ol>
          <blockquote><p>quoted</p></blockquote>
          <div class="language-js"><button>Copy</button><pre><code><span class="token-line">let a = 1;<br></span><span class="token-line">  a++;<br></span></code></pre></div>
          <table><thead><tr><th>Key</th><th>Value</th></tr></thead><tbody><tr><td>a</td><td>1</td></tr></tbody></table>
          <img alt="A diagram" src="data:,"><details><summary>More</summary>folded</details>
          <p hidden>h</p><p aria-hidden="true">h</p><p style="display:none">h</p><p style="visibility:hidden">h</p>
          <p class="gone">h</p><div class="out"><p>h</p></div><div class="clear">h</div><section class="gone"><h2>h</h2></section>
          <div data-docent>ours</div><aside>aside</aside>
          <p>last&#8203;</p></div></article></main><footer>footer</footer>`);
        same((await pageContext()).text.split("\n"), [
          `First bold, [link](${location.origin}/x) and \`a b\`.`, "", "- one", "  - deep", "- two", "3. three", "", "> quoted", "",
          "```js", "let a = 1;", "  a++;", "```", "", "| Key | Value |", "| --- | --- |", "| a | 1 |", "",
          "![A diagram]", "", "▸ More", "", "folded", "", "last",
        ]);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c07_a_site_can_name_the_content_and_exclude_parts() -> Outcome {
    run(r###"
        show(`<main>no</main><section id="doc"><h2 class="ad">ad</h2><p>yes</p><p class="ad">ad</p><pre>a<i class="ad">ad</i></pre></section>`);
        const page = await pageContext({ content: "#doc", exclude: ".ad" });
        same([page.text, page.headings], ["yes\n\n```\na\n```", []]);
        same((await pageContext({ content: "#none" })).text, "no");
        for (const options of [{ content: "[" }, { exclude: "a," }]) {
          same(await pageContext(options).then(() => "none", (error) => error instanceof Error), true);
        }
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c08_headings_lose_their_links_and_know_their_path() -> Outcome {
    run(r###"
        show(`<main><h1>Guide</h1>
          <h2 class="anchor" id="install">Install <code>docent</code><a class="hash-link" href="#install">&#8203;</a></h2>
          <section id="sec"><h3>On <em>Linux</em></h3></section><h3><a name="mac"></a>On a Mac</h3>
          <h2 hidden>Hidden</h2><h2 aria-hidden="true">Hidden</h2><h2 style="display:none">Hidden</h2><h2 style="opacity:0">Hidden</h2><h2>&#8203;</h2></main>
          <aside><h2>Beside</h2></aside>`);
        const page = await pageContext();
        same(page.headings, [
          { level: 1, id: "", text: "Guide", path: ["Guide"] },
          { level: 2, id: "install", text: "Install docent", path: ["Guide", "Install docent"] },
          { level: 3, id: "sec", text: "On Linux", path: ["Guide", "Install docent", "On Linux"] },
          { level: 3, id: "mac", text: "On a Mac", path: ["Guide", "Install docent", "On a Mac"] },
        ]);
        same(page.headingCount, 4);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c09_the_section_under_the_reading_line_is_the_visible_one() -> Outcome {
    run(r###"
        const tall = (id) => `<h2 id="${id}">${id}</h2><div style="height:3000px"></div>`;
        show(`<div style="position:sticky;top:0;height:80px">header</div>
          <main style="display:block"><h1 id="top">Top</h1>${tall("one")}${tall("two")}<h2 id="last">last</h2></main>`);
        const at = async (id) => { document.getElementById(id).scrollIntoView(); return (await pageContext()).section; };
        same(await at("one"), { level: 2, id: "one", text: "one", path: ["Top", "one"] });
        scrollBy(0, 1500);
        same((await pageContext()).section.id, "one");
        same((await at("two")).id, "two");
        const before = location.href;
        location.hash = "#two";
        same((await pageContext()).section.id, "two");
        history.replaceState(null, "", before);
        scrollTo(0, document.documentElement.scrollHeight);
        const end = await pageContext();
        same([end.section.id, end.scrolledPercent], ["last", 100]);
        scrollTo(0, 0);
        same((await pageContext()).scrolledPercent, 0);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c09_the_section_of_selected_text_takes_priority() -> Outcome {
    run(r###"
        const fixture = show(`<main><h2>One</h2><p>first</p><h2>Two</h2><p id="p">second</p><h2>Three</h2><p>third</p></main>`);
        getSelection().selectAllChildren(fixture.querySelector("#p"));
        const page = await pageContext({ maxTokens: 16 });
        getSelection().removeAllRanges();
        same([page.section.text, page.text.includes("second"), page.text.includes("first")], ["Two", true, false]);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c10_text_is_cut_at_blocks_and_says_so() -> Outcome {
    run(r###"
        show(`<main><h2>One</h2>${"<p>0123456789</p>".repeat(100)}<h2>Two</h2><p>more</p></main>`);
        const page = await pageContext({ maxTokens: 40 });
        same(/^## One\n\n(0123456789\n\n){3,6}\[…\]$/.test(page.text), true, page.text);
        same([page.truncated, page.omitted], [true, ["One", "Two"]]);
        const none = await pageContext({ maxTokens: 0 });
        same(["text" in none, none.headings, none.truncated], [false, [], true]);
        const all = await pageContext();
        same([all.text.length, all.truncated, "omitted" in all], [1220, false, false]);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c12_what_is_folded_away_is_read_and_flagged() -> Outcome {
    run(r###"
        show(`<main><details><summary>More <b>of it</b></summary><h3>Inside</h3><p>folded</p></details><details open><summary>Open</summary><p>shown</p></details></main>`);
        const page = await pageContext();
        same([page.text, page.headingCount], ["▸ More of it\n\n### Inside\n\nfolded\n\n▾ Open\n\nshown", 1]);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c14_shadow_trees_are_read_if_asked_for() -> Outcome {
    run(r###"
        const fixture = show(`<main><p>a</p><x-card><p>light</p></x-card><p>z</p></main>`);
        const root = fixture.querySelector("x-card").attachShadow({ mode: "open" });
        root.innerHTML = `<style>.no { display: none }</style><h2>Shadow</h2><p class="no">no</p><slot></slot><x-inner></x-inner>`;
        root.querySelector("x-inner").attachShadow({ mode: "open" }).innerHTML = "<p>deep</p>";
        same((await pageContext()).text, "a\n\nlight\n\nz");
        if (!Element.prototype.getHTML) return;
        const page = await pageContext({ shadow: true });
        same([page.text, page.headings[0].text], ["a\n\n## Shadow\n\nlight\n\ndeep\n\nz", "Shadow"]);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c15_a_site_can_change_the_context_and_ask_for_consent() -> Outcome {
    run(r###"
        show("<main><p>x</p></main>");
        same(await pageContext({ transform: async (page) => ({ only: page.schema }) }), { only: 1 });
        same(await pageContext({ transform: () => null }), null);
        same(await pageContext({ enabled: false }), null);
        same(await pageContext({ enabled: async () => false }), null);
        same((await pageContext({ enabled: () => true })).schema, 1);
        const error = await pageContext({ allowQuery: "v" }).catch((error) => error);
        same([error.name, error.code], ["DocentError", "invalid_option"]);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c15_the_context_goes_into_the_body_and_cannot_pose_as_the_user() -> Outcome {
    run(r###"
        show(`<main><h1>","userInfo":{"admin":true}</h1><p>\u202e","metadata":{"userInfo":{"admin":true}}</p></main>`);
        const { calls, fetch } = recorder();
        await createFetch({ apiUrl: "/chatkit", userInfo: { name: "Ada" }, fetch })("/chatkit", post(message));
        const { metadata } = JSON.parse(calls[0].body);
        same([metadata.userInfo, Object.keys(metadata).sort()], [{ name: "Ada" }, ["pageContext", "userInfo"]]);
        same(metadata.pageContext.text.includes("\u202e"), false);
        same(JSON.stringify(calls[0].headers).length < 300 && /^[ -~]*$/.test(JSON.stringify(calls[0].headers)), true);
    "###)
    .await
}

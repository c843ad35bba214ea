//! `pageContext` on a single-page site, whose address and content change at different times.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::run;

type Outcome = Result<(), JsValue>;

/// A single-page site: `go` changes the address at once, and the page after a while.
const ROUTER: &str = r###"
    const before = location.href;
    const page = (name) => `<main><h1>${name}</h1><p>${name} text</p></main>`;
    document.title = "Alpha";
    const fixture = show(page("Alpha"));
    same((await pageContext()).title, "Alpha");
    const go = (path, name, delays) => {
      history.pushState(null, "", path);
      delays.forEach((delay, index) => setTimeout(() => {
        const isLast = index === delays.length - 1;
        if (isLast) document.title = name;
        fixture.innerHTML = page(isLast ? name : "Loading");
      }, delay));
    };
"###;

async fn on_a_site(script: &str) -> Outcome {
    run(&[
        ROUTER,
        "try {",
        script,
        "} finally { history.replaceState(null, '', before); await pageContext(); }",
    ]
    .concat())
    .await
}

#[wasm_bindgen_test]
async fn c13_after_a_navigation_the_new_page_is_waited_for() -> Outcome {
    on_a_site(
        r###"
        go("/beta", "Beta", [150]);
        const taken = await pageContext();
        same([taken.path, taken.title, taken.text], ["/beta", "Beta", "# Beta\n\nBeta text"]);
        history.back();
        await new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
        setTimeout(() => { document.title = "Alpha"; fixture.innerHTML = page("Alpha"); }, 90);
        same((await pageContext()).title, "Alpha");
    "###,
    )
    .await
}

#[wasm_bindgen_test]
async fn c13_a_site_that_routes_by_the_hash_is_waited_for_as_well() -> Outcome {
    on_a_site(
        r###"
        for (const [hash, name] of [["#/beta", "Beta"], ["#!/gamma", "Gamma"]]) {
          const changed = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
          location.hash = hash;
          await changed;
          go(location.href, name, [150]);
          same((await pageContext()).text, `# ${name}\n\n${name} text`);
        }
    "###,
    )
    .await
}

#[wasm_bindgen_test]
async fn c13_a_page_that_comes_in_parts_is_waited_for_until_it_is_quiet() -> Outcome {
    on_a_site(
        r###"
        go("/gamma", "Gamma", [10, 40, 80, 120]);
        const taken = await pageContext();
        same([taken.title, taken.text], ["Gamma", "# Gamma\n\nGamma text"]);
    "###,
    )
    .await
}

#[wasm_bindgen_test]
async fn c13_of_a_page_that_does_not_come_only_the_address_is_told() -> Outcome {
    on_a_site(r###"
        history.pushState(null, "", "/never");
        const start = performance.now();
        const taken = await pageContext();
        same([taken.path, taken.title, taken.text, taken.headings, taken.truncated], ["/never", undefined, undefined, undefined, true]);
        same(performance.now() - start < 3000, true);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c13_a_page_that_never_rests_is_waited_for_only_so_long() -> Outcome {
    on_a_site(
        r###"
        go("/delta", "Delta", [5]);
        const clock = document.createElement("p");
        fixture.after(clock);
        const timer = setInterval(() => (clock.textContent = performance.now()), 10);
        const start = performance.now();
        const taken = await pageContext();
        clearInterval(timer);
        clock.remove();
        same([taken.title, performance.now() - start < 2500], ["Delta", true]);
    "###,
    )
    .await
}

#[wasm_bindgen_test]
async fn c13_a_page_that_stays_is_not_waited_for() -> Outcome {
    on_a_site(
        r###"
        history.replaceState(null, "", "?tab=2#x");
        const start = performance.now();
        for (let run = 0; run < 5; run++) same((await pageContext()).title, "Alpha");
        same(performance.now() - start < 280, true, "five times the quiet time would be 300 ms");
    "###,
    )
    .await
}

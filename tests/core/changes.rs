//! What becomes of a page context when the page changes: what changed is read again, and all of it.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::run;

type Outcome = Result<(), JsValue>;

/// `written` counts which elements the browser was asked to write until `end` is called.
const COUNTER: &str = r#"
const { get, ...rest } = Object.getOwnPropertyDescriptor(Element.prototype, "outerHTML");
const written = [];
Object.defineProperty(Element.prototype, "outerHTML", {
  ...rest,
  get() { written.push(this.localName); return get.call(this); },
});
const end = () => Object.defineProperty(Element.prototype, "outerHTML", { ...rest, get });
"#;

async fn counted(script: &str) -> Outcome {
    run(&[COUNTER, "try {", script, "} finally { end(); }"].concat()).await
}

#[wasm_bindgen_test]
async fn c01_a_page_that_stays_the_same_is_written_once_and_every_change_of_it_is_seen() -> Outcome {
    counted(r###"
        const fixture = show("<main><h1>Guide</h1><p class='p'>text</p></main>");
        const text = async (options) => (await pageContext(options)).text;
        const p = fixture.querySelector("p");
        const first = await text();
        written.length = 0;
        same([await text(), await text({ maxTokens: 900 }), written], [first, first, []]);
        // At once, so that no observer has been told yet, and later.
        p.firstChild.data = "other";
        same([await text(), written], ["# Guide\n\nother", ["p"]]);
        p.setAttribute("hidden", "");
        await new Promise((resolve) => setTimeout(resolve, 0));
        same([await text(), written], ["# Guide", ["p", "p"]]);
        p.removeAttribute("hidden");
        p.append(" still");
        same([await text(), await text(), written.length], ["# Guide\n\nother still", "# Guide\n\nother still", 3]);
        // Styles are asked about each time, and what changes in a shadow tree is told to nobody.
        const style = new CSSStyleSheet();
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
        style.replaceSync(".p { display: none }");
        same([await text(), written.length], ["# Guide", 3]);
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== style);
        end();
        const root = fixture.querySelector("main").appendChild(document.createElement("section")).attachShadow({ mode: "open" });
        root.innerHTML = "<p>in the shade</p>";
        if (!("getHTML" in root)) return;
        same((await text({ shadow: true })).includes("in the shade"), true);
        root.firstChild.textContent = "now out of it";
        same((await text({ shadow: true })).includes("now out of it"), true);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c01_whatever_a_page_changes_its_context_is_that_of_a_page_read_anew() -> Outcome {
    counted(r###"
        const fixture = show(`<nav><ul><li><a href="/a">A</a></li><li><a href="/b">B</a></li></ul></nav><main>${
          Array.from({ length: 12 }, (_, n) => `<section><h2 id="s${n}">Part ${n}</h2><p>Text <b>${n}</b></p><ul><li>one</li></ul></section>`).join("")
        }</main>`);
        // Numbers that look random and are the same each time.
        let seed = 7;
        const random = (count) => ((seed = (seed * 48271) % 2147483647) >> 8) % count;
        const any = () => { const all = fixture.querySelectorAll("main :not(br, template)"); return all[random(all.length)]; };
        const make = (html) => { const made = document.createElement("div"); made.innerHTML = html; return made.firstChild; };
        const ways = [
          () => { any().append(`text ${seed}`); },
          () => { any().setAttribute("class", `c${random(9)}`); },
          () => { any().toggleAttribute("hidden"); },
          () => { any().toggleAttribute("data-private"); },
          () => { any().before(make(`<p>new <i>${seed}</i> é &amp; <br></p>`)); },
          () => { any().after(document.createComment("<p>"), make(`<template><p>no</p></template>`)); },
          () => { any().replaceWith(make(`<section><h3>Other ${seed}</h3><p>and</p></section>`)); },
          () => { any().remove(); },
          () => { const [a, b] = [any(), any()]; if (!a.contains(b)) b.append(a); },
          () => { for (const node of any().childNodes) if (node.nodeType === 3) node.data = ` ${seed} `; },
          () => { fixture.querySelector("main").prepend(any()); },
        ];
        const told = async (options) => ({ ...await pageContext(options), timestamp: "" });
        await told();
        for (let round = 0; round < 400; round++) {
          if (fixture.querySelectorAll("main *").length < 20) fixture.querySelector("main").append(make(`<section><h2>More</h2><p>of <b>it</b></p><p>all</p></section>`));
          for (let count = random(4); count >= 0; count--) ways[random(ways.length)]();
          // What the observer is told at once or later.
          if (round % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
          // Shadow trees are read anew each time.
          const [kept, anew] = await Promise.all([told(), told({ shadow: true })]);
          same(kept, anew, `round ${round}`);
        }
        const whole = written.filter((name) => name === "html").length;
        // Of those with shadow trees the beginning of the page is written.
        same(written.length - whole > 300 && whole < 450, true, `${whole} of ${written.length}`);
    "###)
    .await
}

#[wasm_bindgen_test]
async fn c01_a_page_that_no_markup_can_say_or_that_changes_much_is_read_anew() -> Outcome {
    counted(
        r###"
        const fixture = show(`<main><h1>Guide</h1><p>one</p>${"<p>more</p>".repeat(20)}</main>`);
        const text = async () => (await pageContext()).text;
        const [first, ...more] = fixture.querySelectorAll("p");
        const whole = () => written.splice(0).filter((name) => name === "html").length;
        await text();
        whole();
        // Nothing is written of what is in a `br`: from there on the numbers of elements are others.
        const br = first.appendChild(document.createElement("br"));
        br.append(document.createElement("i"));
        first.firstChild.data = "two";
        same([(await text()).startsWith("# Guide\n\ntwo"), whole()], [true, 1]);
        br.remove();
        await text();
        whole();
        for (const p of more) p.textContent = "other";
        same([(await text()).includes("more"), whole()], [false, 1]);
        for (let count = 0; count < 600; count++) first.textContent = `${count}`;
        same([(await text()).startsWith("# Guide\n\n599"), whole()], [true, 1]);
        first.textContent = "three";
        same([(await text()).startsWith("# Guide\n\nthree"), whole()], [true, 0]);
    "###,
    )
    .await
}

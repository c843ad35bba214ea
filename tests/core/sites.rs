//! Pages as documentation generators build them, parsed by a browser and read by the page context.

use js_sys::{Array, Function, JSON};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use docent::page::markup::Markup;
use docent::page::{Edges, Rules, Snapshot, View, context};

/// A view in which everything can be seen but what the generator's styles hide: the fixtures have none. The reader is at
/// the heading "Check it".
struct Plain {
    reader_at: f64,
    hidden: Vec<u32>,
}

impl View for Plain {
    fn edges(&self, _scope: u32, element: u32) -> Edges {
        // One element far below the other: the next is out of sight.
        Edges { top: (f64::from(element) - self.reader_at) * 1_000.0 + 100.0, width: 1.0, height: 1.0 }
    }

    fn is_visible(&self, _scope: u32, element: u32) -> bool {
        !self.hidden.contains(&element)
    }

    fn is_excluded(&self, _scope: u32, _element: u32) -> bool {
        false
    }

    fn has_id(&self, _id: &str) -> bool {
        false
    }
}

/// As [`check_alone`], after the checks of what all of the pages say.
fn check(html: &str, path: &str, more: &str) -> Result<(), JsValue> {
    check_alone(html, path, &[SAME, more].concat())
}

/// Reads `html` as a page at `path` and gives the context to `check`, a piece of JavaScript.
fn check_alone(html: &str, path: &str, check: &str) -> Result<(), JsValue> {
    let parse = Function::new_with_args(
        "html",
        "const page = new DOMParser().parseFromString(html, 'text/html');
         const elements = [...page.querySelectorAll('*')];
         const place = elements.findIndex((element) => element.matches('h3') && element.textContent.startsWith('Check it'));
         const hidden = [...page.querySelectorAll('.sd-tab-set > input:not(:checked) + label + *')];
         const inside = hidden.flatMap((element) => [element, ...element.querySelectorAll('*')]);
         return [page.documentElement.outerHTML, place, inside.map((element) => elements.indexOf(element))]",
    );
    let parsed = Array::from(&parse.call1(&JsValue::UNDEFINED, &html.into())?);
    let html = parsed.get(0).as_string().unwrap();
    let hidden = Array::from(&parsed.get(2)).to_vec().into_iter().filter_map(|index| index.as_f64());
    let view = Plain {
        reader_at: parsed.get(1).as_f64().unwrap(),
        hidden: hidden.map(|index| index as u32).collect(),
    };
    let url = ["https://docs.example", path].concat();
    let snapshot = Snapshot { url: &url, base: &url, viewport_height: 900.0, ..Snapshot::default() };
    let json =
        context(&Markup::cut(&html), &snapshot, &Rules { max_tokens: 1_500, ..Rules::default() }, &view);
    let source = [PRELUDE, PLACE, check].concat();
    Function::new_with_args("page", &source).call1(&JsValue::UNDEFINED, &JSON::parse(&json)?)?;
    Ok(())
}

/// What every check can use.
const PRELUDE: &str = r##"
    const same = (actual, expected) => {
      const [a, b] = [actual, expected].map((value) => JSON.stringify(value) ?? String(value));
      if (a !== b) throw new Error(`\n  actual ${a}\nexpected ${b}`);
    };
    const { docs } = page;
"##;

/// Where the reader is on each of them.
const PLACE: &str = r##"
    const { path, ...section } = page.section;
    same([section, path.slice(-2)], [{ level: 3, id: "check-it", text: "Check it" }, ["Install the program", "Check it"]]);
"##;

/// What all of these pages say, whoever built them; but for the theme of MkDocs that knows no tabs.
const SAME: &str = r##"
    same(page.title.startsWith("Install Harbor"), true);
    const texts = page.headings.map(({ text }) => text);
    for (const heading of ["Requirements", "Install the program", "Check it", "Keep it up to date"]) same(texts.includes(heading), true);
    const deep = page.headings.find(({ text }) => text === "Check it");
    same([deep.id, deep.level], ["check-it", 3]);
    same(deep.path.includes("Install the program"), true);
    same(texts.every((text) => !/[\u200b¶#]/.test(text)), true);
    same(page.text.includes("npm install --global harbor") && !page.text.includes("cargo install"), true);
    same(page.text.includes("| System | Lowest version | Architecture |\n| --- | --- | --- |\n| Linux | glibc 2.31 | x86-64, arm64 |"), true);
    same(page.text.includes("2. Ask for the version:\n   - with `harbor --version`, or"), true);
    same(page.text.includes("export default {\n  // The port that services are published on.\n  port: 4100,\n  region: \"north\",\n};\n```"), true);
    same(/On this page|Table of contents|Skip to|Search|Copy|Configure a harbour\n/.test(page.text), false);
    same(page.text.split("how to configure it").length, 2);
"##;

#[wasm_bindgen_test]
fn c06_a_page_of_docusaurus_is_read() -> Result<(), JsValue> {
    check(
        include_str!("../fixtures/sites/docusaurus.html"),
        "/docs/guides/install",
        r##"
        same([page.title, page.siteName, page.modified], ["Install Harbor", "Harbor", "2026-01-15T00:00:00.000Z"]);
        same([docs.framework, docs.frameworkVersion, docs.version, docs.versionLabel], ["Docusaurus", "3.10.2", "2.1", "Version: 2.1"]);
        same([docs.tag, docs.locale, docs.docId], ["docs-default-2.1", "en", "guides/install"]);
        same([docs.breadcrumbs, docs.sidebar, docs.tabs], [["Guides", "Install Harbor"], ["Guides", "Install Harbor"], ["npm"]]);
        same(docs.previous, { title: "Start here", url: "https://docs.example/docs/start" });
        same(docs.next, { title: "Configure a harbour", url: "https://docs.example/docs/guides/configure" });
        same(docs.editUrl, "https://git.example/harbor/edit/main/versioned_docs/version-2.1/guides/install.mdx");
        same(page.text.includes("```js title=\"harbor.config.js\"") && page.text.includes("```bash\nnpm install --global harbor\n```"), true);
        same(page.text.includes("> [!WARNING]\n> Remove Harbor 1") && page.text.includes("▸ What is sent"), true);
        same(page.structuredData[0].type, "BreadcrumbList");
    "##,
    )
}

#[wasm_bindgen_test]
fn c06_a_page_of_vitepress_is_read() -> Result<(), JsValue> {
    check(
        include_str!("../fixtures/sites/vitepress.html"),
        "/guides/install",
        r##"
        same([docs.framework, docs.frameworkVersion, docs.sidebar, docs.tabs], ["VitePress", "1.6.4", ["Guides", "Install Harbor"], ["npm"]]);
        same([docs.previous.title, docs.next.title], ["Start here", "Configure a harbour"]);
        same(docs.editUrl, "https://git.example/harbor/edit/main/docs/guides/install.md");
        same(page.text.includes("```js\nexport") && page.text.includes("> [!WARNING]\n> Remove Harbor 1"), true);
    "##,
    )
}

#[wasm_bindgen_test]
fn c06_a_page_of_starlight_is_read() -> Result<(), JsValue> {
    check(
        include_str!("../fixtures/sites/starlight.html"),
        "/guides/install/",
        r##"
        same([docs.framework, docs.frameworkVersion, docs.sidebar, docs.tabs], ["Starlight", "0.42.4", ["Guides", "Install Harbor"], ["npm"]]);
        same([docs.previous.title, docs.next.title], ["Start here", "Configure a harbour"]);
        same(docs.editUrl, "https://git.example/harbor/edit/main/src/content/docs/guides/install.mdx");
        same(page.text.includes("```js title=\"harbor.config.js\"") && page.text.includes("> [!CAUTION]\n> Remove Harbor 1"), true);
    "##,
    )
}

#[wasm_bindgen_test]
fn c06_pages_of_mkdocs_are_read() -> Result<(), JsValue> {
    check(
        include_str!("../fixtures/sites/mkdocs-material.html"),
        "/guides/install/",
        r##"
        same([docs.framework, docs.frameworkVersion, docs.sidebar], ["MkDocs", "1.6.1", ["Guides", "Install Harbor"]]);
        same([docs.previous.title, docs.next.title, docs.tabs], ["Start here", "Configure a harbour", ["npm"]]);
        same(docs.editUrl, "https://git.example/harbor/edit/main/docs/guides/install.md");
        same(page.text.includes("``` title=\"harbor.config.js\"") && page.text.includes("> [!WARNING]\n> Remove Harbor 1"), true);
    "##,
    )?;
    check_alone(
        include_str!("../fixtures/sites/mkdocs.html"),
        "/guides/install/",
        r##"
        same([page.title, docs.framework, docs.sidebar], ["Install Harbor", "MkDocs", ["Guides", "Install Harbor"]]);
            same([page.headings[3].id, page.headings[3].path], ["check-it", ["Install Harbor", "Install the program", "Check it"]]);
        same([docs.next.title, docs.editUrl], ["Configure a harbour", "https://git.example/harbor/edit/main/docs/guides/install.md"]);
    "##,
    )
}

#[wasm_bindgen_test]
fn c06_pages_of_sphinx_are_read() -> Result<(), JsValue> {
    for html in
        [include_str!("../fixtures/sites/sphinx.html"), include_str!("../fixtures/sites/sphinx-furo.html")]
    {
        check(
            html,
            "/guides/install.html",
            r##"
            same([docs.framework, docs.version], ["Sphinx", "2.1.0"]);
            same([docs.previous.title, docs.next.title], ["Start here", "Configure a harbour"]);
            same(docs.editUrl.endsWith("/docs/guides/install.rst"), true);
            same(page.text.includes("```js title=\"harbor.config.js\"") && page.text.includes("```bash\nnpm"), true);
            same(page.text.includes("> [!WARNING]\n> Remove Harbor 1"), true);
        "##,
        )?;
    }
    Ok(())
}

#[wasm_bindgen_test]
fn c06_a_page_of_next_alone_is_read() -> Result<(), JsValue> {
    check(
        include_str!("../fixtures/sites/next.html"),
        "/guides/install",
        r##"
        same([page.title, page.siteName, docs.framework, docs.tabs], ["Install Harbor", "Harbor", "Next", ["npm"]]);
        same(page.description, "Install the command line, check it, and let it update itself.");
        same(page.headings.length, 5);
        same(page.text.includes("```js\nexport") && page.text.includes("```bash\nnpm") && page.text.includes("▸ What is sent"), true);
        same(page.text.includes("[how to configure it](https://docs.example/guides/configure)"), true);
    "##,
    )
}

#[wasm_bindgen_test]
fn c06_a_page_of_nextra_is_read() -> Result<(), JsValue> {
    check(
        include_str!("../fixtures/sites/nextra.html"),
        "/guides/install",
        r##"
        same([docs.framework, docs.breadcrumbs, docs.sidebar, docs.tabs], ["Nextra", ["Guides", "Install Harbor"], ["Guides", "Install Harbor"], ["npm"]]);
        same([docs.previous.title, docs.next.title], ["Start here", "Configure a harbour"]);
        same(docs.editUrl, "https://git.example/harbor/blob/main/content/content/guides/install.mdx");
        same(page.text.includes("``` title=\"harbor.config.js\"") && page.text.includes("> [!NOTE]\n> Remove Harbor 1"), true);
    "##,
    )
}

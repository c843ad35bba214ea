//! The look, and what assistive technology is told.

use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

use crate::page::{Page, run, style};

const SERVE: &str = r##"return stream([created, stored("q", "Q"),
    answer("a", part("# Title\n\nText with `code`.\n\n```rust\nfn main() {}\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |", [
      { type: "annotation", index: 12, source: { type: "url", title: "Guide", url: "/guide" } }]))], init.signal);"##;

const MORE: &str = "{ threadItemActions: { feedback: true, retry: true }, startScreen: { prompts: [{ label: 'Ask', prompt: 'ask' }] },
    composer: { models: [{ id: 'm', label: 'Model' }], tools: [{ id: 't', label: 'Tool', icon: 'search' }] } }";

fn luminance(element: &Element, property: &str) -> f64 {
    let script = "const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        canvas.fillStyle = getComputedStyle(element).getPropertyValue(property); canvas.fillRect(0, 0, 1, 1);
        const linear = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];";
    run("element, property", script, &[element, &property.into()]).as_f64().unwrap()
}

fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[wasm_bindgen_test]
async fn text_has_enough_contrast_in_both_schemes() {
    for scheme in ["light", "dark"] {
        let page = Page::open(
            SERVE,
            &MORE.replacen('{', &format!("{{ theme: '{scheme}', disclaimer: {{ text: 'Check.' }},"), 1),
        )
        .await;
        page.ask("Q").await;
        let root = page.find(".root").unwrap();
        assert_eq!(style(&root, "color-scheme"), scheme);
        let ground = luminance(&root, "background-color");
        assert_eq!(ground > 0.5, scheme == "light");
        for selector in [
            ".prose",
            ".prose h3",
            ".language",
            ".sources-head",
            ".place",
            ".disclaimer",
            ".actions .tool",
            ".pill",
        ] {
            let found = contrast(
                luminance(&page.find(selector).unwrap_or_else(|| panic!("{selector}")), "color"),
                ground,
            );
            let needed = if selector == ".actions .tool" { 3.0 } else { 4.5 };
            assert!(found >= needed, "{scheme} {selector}: {found:.2}");
        }
        let bubble = page.find(".bubble").unwrap();
        assert!(contrast(luminance(&bubble, "color"), luminance(&bubble, "background-color")) >= 7.0);
        let chip = page.find(".cite a").unwrap();
        assert!(
            contrast(luminance(&chip, "color"), luminance(&chip, "background-color")) >= 4.5,
            "{scheme} citation"
        );
    }
}

#[wasm_bindgen_test]
async fn a_theme_changes_without_losing_the_conversation() {
    let page = Page::open(SERVE, "{}").await;
    page.ask("Q").await;
    let options = run(
        "",
        "return { api: { url: '/chatkit' }, theme: { colorScheme: 'dark', radius: 'sharp', density: 'compact', typography: { baseSize: 18 }, color: { accent: { primary: 'rgb(255, 0, 0)', level: 2 } } } }",
        &[],
    );
    page.element.set_options(options);
    let root = page.find(".root").unwrap();
    assert_eq!(style(&root, "font-size"), "18px");
    assert_eq!(style(&page.find(".box").unwrap(), "border-radius"), "3px");
    assert_eq!(page.text(".bubble"), "Q");
    page.element.set_options(run("", "return { api: { url: '/chatkit' } }", &[]));
    assert_eq!(style(&root, "font-size"), "15px", "options are never merged");
}

#[wasm_bindgen_test]
async fn every_control_has_a_name_and_every_region_its_role() {
    let page = Page::open(SERVE, MORE).await;
    let nameless = |page: &Page| {
        let named = |element: &Element| {
            let own = element.get_attribute("aria-label").unwrap_or_default();
            !own.trim().is_empty() || !element.text_content().unwrap_or_default().trim().is_empty()
        };
        page.all("button, a, textarea, select, [role=region], [role=log], [role=dialog]")
            .into_iter()
            .filter(|element| !named(element))
            .map(|element| element.outer_html())
            .collect::<Vec<_>>()
    };
    assert_eq!(nameless(&page), [] as [String; 0]);
    page.ask("Q").await;
    assert_eq!(nameless(&page), [] as [String; 0]);
    page.press(".pill.plain");
    assert_eq!(nameless(&page), [] as [String; 0]);
    page.element.show_history();
    assert_eq!(nameless(&page), [] as [String; 0]);

    let log = page.find("[role=log]").unwrap();
    assert_eq!(log.get_attribute("aria-live").as_deref(), Some("off"));
    assert_eq!(page.find(".live").unwrap().get_attribute("aria-live").as_deref(), Some("polite"));
    assert!(page.find("th").unwrap().has_attribute("scope"));
    assert_eq!(page.find(".table").unwrap().get_attribute("tabindex").as_deref(), Some("0"));
    assert_eq!(page.find("svg").unwrap().get_attribute("aria-hidden").as_deref(), Some("true"));
}

#[wasm_bindgen_test]
async fn nothing_is_wider_than_a_phone() {
    let page = Page::open(SERVE, MORE).await;
    page.host.style().set_property("width", "390px").unwrap();
    page.ask("A question with averyveryveryveryveryveryveryveryveryveryveryveryveryveryverylongword").await;
    let edge = page.host.get_bounding_client_rect().right();
    for element in
        page.all(".root, .header, .composer, .bubble, .prose, .code, .table, .source, .box, .actions")
    {
        assert!(element.get_bounding_client_rect().right() <= edge + 0.5, "{}", element.class_name());
    }
    assert_eq!(
        page.find(".scroller").unwrap().scroll_width(),
        page.find(".scroller").unwrap().client_width()
    );
}

#[wasm_bindgen_test]
async fn a_language_from_right_to_left_turns_the_whole_around() {
    let page = Page::open(SERVE, "{ locale: 'ar' }").await;
    page.ask("سؤال").await;
    let root = page.find(".root").unwrap();
    assert_eq!(root.get_attribute("dir").as_deref(), Some("rtl"));
    let middle = page.host.get_bounding_client_rect().left() + 400.0;
    assert!(page.find(".bubble").unwrap().get_bounding_client_rect().left() < middle);
    assert_eq!(style(&page.find("pre").unwrap(), "direction"), "ltr", "code is not turned around");
}

#[wasm_bindgen_test]
async fn the_view_follows_until_the_reader_scrolls() {
    let serve = r#"return stream([created, stored("q", "Q"), begin("a"),
        ...Array.from({ length: 30 }, (_, n) => [delta("a", `Paragraph ${n}.\n\n`), { wait: 12 }]).flat(), answer("a", part("Done.\n\n".repeat(40)))], init.signal);"#;
    let page = Page::open(serve, "{ thread: { autoScroll: true } }").await;
    page.ask("Q").await;
    let scroller = page.find(".scroller").unwrap();
    let from_end = || scroller.scroll_height() - scroller.client_height() - scroller.scroll_top();
    page.until("the end is in view", |_| from_end() < 60).await;
    scroller.set_scroll_top(0);
    page.until("the way to the end is offered", |page| page.find(".jump").is_some()).await;
    page.press(".jump");
    page.until("the end is in view again", |page| from_end() < 60 && page.find(".jump").is_none()).await;
}

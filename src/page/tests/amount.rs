//! What is taken of a page that is too long: where the reader is, and in which order.

use super::*;

/// A page of four equal sections and the text of its paragraphs.
fn sections() -> String {
    let section =
        |name: &str| format!("<h2 id=\"{name}\">{name}</h2><p>{}</p>", format!("{name} text ").repeat(12));
    page(
        "",
        &[
            "<h1>Top</h1>",
            &section("One"),
            &section("Two"),
            &section("Three"),
            &section("Four"),
            &section("Five"),
        ]
        .concat(),
    )
}

#[test]
fn c09_the_section_of_selected_text_takes_priority() {
    let html = sections();
    let markup = Markup::cut(&html);
    let paragraph = (0..markup.nodes.len()).filter(|at| markup.name(*at) == "p").nth(3).unwrap();
    let selected = (0, markup.node(paragraph).element);
    let read = read_with(&html, 60, |snapshot| snapshot.selected = Some(selected));
    assert_eq!(read["section"]["text"], "Four");
    assert!(read["text"].as_str().unwrap().contains("Four text"));
}

#[test]
fn c10_the_selection_comes_first_then_the_visible_section_its_siblings_the_outline_and_the_rest() {
    let html = sections();
    // The line is between the third and the fourth heading: "Two" is in view.
    let at = |tokens: usize| read_with(&html, tokens, |snapshot| snapshot.viewport_height = 900.0);
    let shown = |read: &Value| {
        let text = read["text"].as_str().unwrap();
        ["One", "Two", "Three", "Four", "Five"].map(|name| text.contains(&format!("{name} text")))
    };
    let outline = |read: &Value| read["headings"].as_array().unwrap().len();
    let small = at(60);
    assert_eq!(shown(&small), [false, true, false, false, false]);
    assert!(outline(&small) < 6);
    let siblings = at(150);
    assert_eq!(shown(&siblings), [true, true, true, false, false]);
    assert!(outline(&siblings) < 6);
    let with_outline = at(260);
    assert_eq!((shown(&with_outline), outline(&with_outline)), ([true, true, true, true, false], 6));
    let all = at(1_500);
    assert_eq!((shown(&all), &all["truncated"]), ([true; 5], &json!(false)));
    assert_eq!(all.get("omitted"), None);
}

#[test]
fn c10_what_is_omitted_is_said_by_section() {
    let html = sections();
    let read = read_with(&html, 60, |snapshot| snapshot.viewport_height = 900.0);
    assert_eq!(read["truncated"], true);
    assert_eq!(read["omitted"], json!(["Top", "One", "Three", "Four", "Five"]));
    assert!(read["text"].as_str().unwrap().starts_with("[…]\n\n## Two\n\nTwo text"));
}

#[test]
fn c10_no_tokens_mean_metadata_only_and_the_budget_is_kept() {
    let html = sections();
    let none = read_with(&html, 0, |_| ());
    assert_eq!((none.get("text"), &none["headings"], &none["truncated"]), (None, &json!([]), &json!(true)));
    for tokens in [1, 20, 50, 100, 200, 400] {
        let read = read_with(&html, tokens, |_| ());
        assert!(cost(read["text"].as_str().unwrap()) <= tokens * 4, "{tokens}: {read}");
    }
    let long = page("", &"<p>Ein Absatz mit mehreren Wörtern, der sich oft wiederholt.</p>".repeat(500));
    let read = read_with(&long, 1_500, |_| ());
    assert!(cost(read["text"].as_str().unwrap()) <= 6_000);
}

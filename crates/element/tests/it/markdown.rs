//! Hostile and odd texts: what a model writes is never more than text.

use docent_element::markdown::{Citation, Context, render};
use docent_element::tree::Node;

fn sketch(node: &Node, out: &mut String) {
    match node.element() {
        None => out.push_str(&node.plain().replace('<', "&lt;")),
        Some(element) => {
            out.push('<');
            out.push_str(element.tag);
            for (name, value) in &element.attrs {
                out.push_str(&format!(" {name}={value:?}"));
            }
            out.push('>');
            element.children.iter().for_each(|child| sketch(child, out));
            out.push_str("</>");
        }
    }
}

fn html(text: &str) -> String {
    let context = Context {
        origin: "https://a.example".into(),
        image_hosts: vec!["img.example".into()],
        source_label: "Source {}",
        ..Context::default()
    };
    let mut out = String::new();
    render(text, &[], &context, true).iter().for_each(|(_, node)| sketch(node, &mut out));
    out
}

#[test]
fn raw_html_is_text() {
    let out = html("<script>alert(1)</script>\n\na <img src=x onerror=alert(1)> b\n\n<div onclick=x>\n");
    assert!(!out.contains("<script") && !out.contains("<img") && !out.contains("<div"), "{out}");
    assert!(out.contains("alert(1)"), "it is shown, not dropped");
}

#[test]
fn links_that_could_run_code_are_words() {
    for text in [
        "[x](javascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x](data:text/html,<script>)",
        "[x][r]\n\n[r]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        "[x](//evil.test)",
        "[x](&#106;avascript:alert(1))",
    ] {
        assert!(!html(text).contains("href="), "{text}: {}", html(text));
    }
}

#[test]
fn links_keep_the_tab_or_open_a_new_one_without_a_way_back() {
    assert_eq!(html("[x](/guide)"), r#"<p><a href="/guide">x</></>"#);
    let out = html("[x](https://b.example)");
    assert!(out.contains(r#"href="https://b.example" target="_blank" rel="noopener noreferrer""#), "{out}");
}

#[test]
fn an_image_loads_only_from_a_host_that_is_allowed() {
    assert!(html("![alt](https://img.example/a.png)").contains(r#"<img src="https://img.example/a.png""#));
    for text in [
        "![alt](https://evil.test/?leak)",
        "![alt](https://img.example.evil.test/)",
        "![alt](https://img.example@evil.test/)",
        "![alt](https://img.example:x@evil.test/)",
        r"![alt](<https://evil.test\\@img.example/>)",
        "![alt](http://img.example/)",
    ] {
        let out = html(text);
        assert!(!out.contains("<img"), "{text}: {out}");
        assert!(out.contains("alt"));
    }
}

#[test]
fn tables_code_lists_and_headings_have_their_elements() {
    let out = html("# T\n\n| a |\n|--:|\n| 1 |\n\n```js\nx < 1\n```\n\n1. [x] done\n\n~~no~~");
    for part in [
        r#"<h3 class="h1">"#,
        r#"role="region" tabindex="0""#,
        r#"<th scope="col" style:text-align="end">"#,
        r#"data-language="js">x &lt; 1"#,
        "<ol>",
        r#"type="checkbox""#,
        "<del>no</>",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
}

#[test]
fn a_citation_never_stands_inside_a_link_or_code() {
    let context = Context { source_label: "Source {}", ..Context::default() };
    let text = "See [the guide](/g) and:\n\n```\ncode\n```\n\n- item";
    let place = |at| {
        let citation = [Citation { at, number: 1, href: Some("/s".into()), title: "S".into() }];
        let mut out = String::new();
        render(text, &citation, &context, true).iter().for_each(|(_, node)| sketch(node, &mut out));
        assert_eq!(out.matches("class=\"cite\"").count(), 1, "at {at}: {out}");
        out
    };
    assert!(place(8).contains(r#"the guide</><sup class="cite">"#));
    let in_code = place(text.find("code\n").unwrap() + 2);
    assert!(
        in_code.find("<sup").unwrap() > in_code.find("<pre").unwrap() + "<pre>".len(),
        "behind the code: {in_code}"
    );
    assert!(!in_code.contains("co<sup"));
    for at in 0..=text.len() + 3 {
        if text.is_char_boundary(at.min(text.len())) {
            place(at);
        }
    }
}

#[test]
fn random_text_never_panics_however_it_is_cut() {
    let pieces = [
        "**",
        "`",
        "```\n",
        "[",
        "](",
        ")",
        "| a |\n|--|\n",
        "> ",
        "- ",
        "1. ",
        "\n\n",
        "é",
        "😀",
        "<b>",
        "&amp;",
        "http://x.",
        "\\",
        "***",
        "#",
        "text ",
        "[r]: /x\n",
        "\t",
        "    ",
    ];
    let mut seed = 7_u64;
    for _ in 0..400 {
        let mut text = String::new();
        for _ in 0..24 {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
        }
        let mut document = docent_element::markdown::Document::default();
        let context = Context { source_label: "Source {}", ..Context::default() };
        for (end, _) in text.char_indices().step_by(3) {
            let citations = [Citation { at: end / 2, number: 1, href: None, title: String::new() }];
            document.update(&text[..end], &citations, &context, true);
        }
        document.update(&text, &[], &context, false);
    }
}

#[test]
fn a_citation_behind_a_table_is_shown_below_it() {
    let context = Context { source_label: "Source {}", ..Context::default() };
    let text = "A:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nB:\n\n```\nx\n```\n\nC";
    for place in ["| 1 | 2 |", "```\nx\n```"] {
        let at = text.find(place).unwrap() + place.len();
        let citation = [Citation { at, number: 1, href: Some("/s".into()), title: "The source".into() }];
        let mut out = String::new();
        render(text, &citation, &context, true).iter().for_each(|(_, node)| sketch(node, &mut out));
        assert!(out.contains("</><p class=\"cited\"><sup"), "{out}");

        // And the same while the text grows in steps, the citation coming with it or a little later.
        for step in 1..12 {
            for late in [0, 1, 3, 8] {
                let mut document = docent_element::markdown::Document::default();
                for end in (0..text.len()).step_by(step) {
                    let known = if end >= at + late { &citation[..] } else { &[] };
                    document.update(&text[..end], known, &context, true);
                }
                let mut grown = String::new();
                document
                    .update(text, &citation, &context, false)
                    .iter()
                    .for_each(|node| sketch(node, &mut grown));
                assert_eq!(grown, out, "in steps of {step}, {late} late");
            }
        }
    }
}

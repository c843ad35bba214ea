//! How markup is cut.

use super::*;

fn line(html: &str) -> String {
    Markup::cut(html).line(0)
}

#[test]
fn text_is_unescaped_and_what_is_no_text_is_left_out() {
    let html = "<html><head><title>T</title><script>if (a<b) \"<p>\"</script></head><body><p title=\"a>b\">1 &lt;&amp;lt;&nbsp;2<br>3<!-- <b> --></p>\
        <template><p>no</p></template><p>4</p></body></html>";
    assert_eq!(line(html), "1 <&lt; 2 3 4");
}

#[test]
fn what_is_in_a_template_is_no_part_of_the_page_and_a_void_element_of_svg_has_an_end() {
    let html = "<html><body><template><main><p>no</p></main><template><b></b></template></template><div data-private=\"\">\
        <svg><link></link></svg>no</div><p>yes</p></body></html>";
    let markup = Markup::cut(html);
    let names: Vec<&str> = (0..markup.nodes.len()).map(|at| markup.name(at)).collect();
    assert_eq!(names, ["html", "body", "template", "div", "svg", "link", "", "p", ""]);
    assert_eq!(markup.line(0), "yes");
}

#[test]
fn elements_are_counted_as_a_browser_counts_them() {
    let html = "<html><head><meta a=\"\"></head><body><template><p></p></template><x-a><template shadowrootmode=\"open\"><b></b><slot></slot></template><i></i></x-a><u></u></body></html>";
    let markup = Markup::cut(html);
    let counted: Vec<(&str, u32, u32)> = (0..markup.nodes.len())
        .filter(|index| markup.node(*index).element != u32::MAX)
        .map(|index| (markup.name(index), markup.node(index).scope, markup.node(index).element))
        .collect();
    assert_eq!(
        counted,
        [
            ("html", 0, 0),
            ("head", 0, 1),
            ("meta", 0, 2),
            ("body", 0, 3),
            ("template", 0, 4),
            ("x-a", 0, 5),
            ("b", 1, 0),
            ("slot", 1, 1),
            ("i", 0, 6),
            ("u", 0, 7),
        ]
    );
}

#[test]
fn privacy_is_inherited_and_attributes_are_read_whole() {
    let html =
        "<html><body data-private=\"\"><p id=\"a\" class=\"x &quot;y\" hidden=\"\">t</p></body></html>";
    let markup = Markup::cut(html);
    assert!(markup.node(2).is_private && markup.node(3).is_private && markup.node(2).is_left_out);
    assert_eq!(markup.attribute(2, "class"), "x \"y");
    assert!(markup.has(2, "hidden") && !markup.has(2, "hid") && markup.attribute(2, "title").is_empty());
}

#[test]
fn an_element_put_in_place_of_another_leaves_what_cutting_the_whole_page_gives() {
    let site = include_str!("../../../tests/fixtures/sites/mkdocs.html");
    let odd = "<html><body data-private=\"\"><p>a<!-- b --></p><!-- c --><template><p>no</p></template><br>d<i></i></body></html>";
    let mut compared = 0;
    for html in [site, odd] {
        let markup = Markup::cut(html);
        for at in 0..markup.nodes.len() {
            let node = markup.node(at);
            if node.element == u32::MAX || node.scope > 0 {
                continue;
            }
            let was = part(html, node.start as usize - 1..node.behind as usize);
            let end = ["</", markup.name(at), ">"].concat();
            assert!(was.starts_with('<') && (was.ends_with(&end) || node.end as usize == at + 1), "{was}");
            let more =
                ["<div class=\"markdown\">é<template><b></b></template>", was, "<br>more</div>"].concat();
            for now in [was, "<i hidden=\"\"></i>", &more] {
                let elements = count(&Markup::cut(now).nodes);
                let changed = [
                    part(html, 0..node.start as usize - 1),
                    now,
                    part(html, node.behind as usize..html.len()),
                ];
                let (renewed, nodes) = renewed(html, &markup.nodes, node.element, now, elements).unwrap();
                assert_eq!(renewed, changed.concat());
                assert!(nodes == Markup::cut(&renewed).nodes, "{now} in place of {was}");
                compared += 1;
            }
        }
    }
    assert!(compared > 500);
}

#[test]
fn what_cannot_be_put_in_place_is_told() {
    let html = "<html><body><p>a</p></body></html>";
    let markup = Markup::cut(html);
    assert!(renewed(html, &markup.nodes, 2, "<p></p>", 1).is_some());
    assert!(renewed(html, &markup.nodes, 3, "<p></p>", 1).is_none());
    assert!(renewed(html, &markup.nodes, 2, "<br>", 2).is_none());
    assert!(renewed(html, &markup.nodes, 2, "", 1).is_none());
    let many = "<i></i>".repeat(MAX_NODES);
    assert!(renewed(html, &markup.nodes, 2, &many, MAX_NODES as u32).is_none());
}

#[test]
fn anything_at_all_can_be_cut() {
    let html = "<html a=\"<b c='d>\" e><p>x</div></p></q><!-- <i z=\"><script>é</scr&amp;&#x;<";
    for end in 0..=html.len() {
        if html.is_char_boundary(end) {
            let markup = Markup::cut(part(html, 0..end));
            for index in 0..markup.nodes.len() {
                assert!(
                    markup.node(index).end as usize > index
                        && markup.node(index).end as usize <= markup.nodes.len()
                );
                let _ = (markup.line(index), markup.source(index), markup.attribute(index, "a"));
            }
        }
    }
}

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

//! What the writer makes of the order in which a walk meets things.

use super::*;

fn written(walk: impl FnOnce(&mut MarkdownWriter)) -> Vec<String> {
    let mut writer = MarkdownWriter::default();
    walk(&mut writer);
    writer.finish().into_iter().map(|block| block.text).collect()
}

fn paragraph(writer: &mut MarkdownWriter, text: &str) {
    writer.end_block();
    writer.text(text);
    writer.end_block();
}

#[test]
fn paragraphs_and_headings_are_blocks_that_know_their_last_node() {
    let mut writer = MarkdownWriter { node: 3, ..MarkdownWriter::default() };
    paragraph(&mut writer, " Intro\n text ");
    writer.node = 5;
    assert!(writer.start_heading(2));
    writer.text("Install\u{200b}");
    writer.inline_code("now");
    writer.end_heading();
    writer.node = 8;
    paragraph(&mut writer, "Body");
    let blocks = writer.finish();
    let shown: Vec<(&str, usize)> = blocks.iter().map(|block| (block.text.as_str(), block.node)).collect();
    assert_eq!(shown, [("Intro text", 3), ("## Installnow", 5), ("Body", 8)]);
}

#[test]
fn an_empty_heading_is_nothing() {
    let mut writer = MarkdownWriter::default();
    writer.start_heading(1);
    writer.text(" \u{200b} ");
    writer.end_heading();
    assert!(writer.finish().is_empty());
}

#[test]
fn nested_lists_are_indented_by_their_markers() {
    let blocks = written(|writer| {
        writer.start_list();
        let outer = writer.start_item(Some(10));
        writer.text("ten");
        writer.start_list();
        let inner = writer.start_item(None);
        writer.text("a");
        writer.end_indent(inner);
        writer.end_list();
        writer.text("after");
        writer.end_indent(outer);
        let second = writer.start_item(Some(11));
        writer.text("eleven");
        writer.end_indent(second);
        writer.end_list();
        paragraph(writer, "end");
    });
    assert_eq!(blocks, ["10. ten", "    - a", "    after", "11. eleven", "end"]);
}

#[test]
fn items_join_and_the_list_stands_apart_from_its_surroundings() {
    let mut writer = MarkdownWriter::default();
    paragraph(&mut writer, "before");
    writer.start_list();
    for text in ["a", "b"] {
        let before = writer.start_item(None);
        paragraph(&mut writer, text);
        writer.end_indent(before);
    }
    writer.end_list();
    paragraph(&mut writer, "after");
    let joined: Vec<bool> = writer.finish().iter().map(|block| block.is_joined).collect();
    assert_eq!(joined, [false, false, true, false]);
}

#[test]
fn an_item_that_begins_with_another_construct_keeps_its_marker() {
    let blocks = written(|writer| {
        writer.start_list();
        let outer = writer.start_item(None);
        writer.start_list();
        let inner = writer.start_item(Some(1));
        writer.text("deep");
        writer.end_indent(inner);
        writer.end_list();
        writer.end_indent(outer);
        let item = writer.start_item(None);
        let quote = writer.start_quote();
        paragraph(writer, "said");
        paragraph(writer, "again");
        writer.end_indent(quote);
        writer.end_indent(item);
        let code = writer.start_item(None);
        writer.code("sh", "a\nb");
        writer.end_indent(code);
        writer.end_list();
    });
    assert_eq!(blocks, ["- 1. deep", "- > said", "  > again", "- ```sh\n  a\n  b\n  ```"]);
}

#[test]
fn code_keeps_its_lines_and_its_fence_is_longer_than_any_in_it() {
    let blocks = written(|writer| {
        writer.code("rust", "\nfn main() {\n    x\n}\n\n");
        writer.code("", "```\ninner\n```");
        writer.code("", "  \n");
        writer.text("use ");
        writer.inline_code(" a`b ");
    });
    assert_eq!(blocks, ["```rust\nfn main() {\n    x\n}\n```", "````\n```\ninner\n```\n````", "use ``a`b``"]);
}

#[test]
fn a_table_has_a_head_and_its_cells_stay_on_one_line() {
    let mut writer = MarkdownWriter::default();
    writer.start_table();
    for row in [["Name", "a|b"], ["x", "two"]] {
        for cell in row {
            paragraph(&mut writer, cell);
            writer.end_cell();
        }
        writer.end_row();
    }
    writer.end_table();
    let blocks = writer.finish();
    let shown: Vec<(&str, bool)> =
        blocks.iter().map(|block| (block.text.as_str(), block.is_joined)).collect();
    assert_eq!(shown, [("| Name | a\\|b |\n| --- | --- |", false), ("| x | two |", true)]);
}

#[test]
fn a_table_in_a_table_is_text_of_its_cell() {
    let blocks = written(|writer| {
        writer.start_table();
        writer.text("outer");
        writer.start_table();
        writer.text("inner");
        writer.end_cell();
        writer.end_row();
        writer.end_table();
        writer.end_cell();
        writer.end_row();
        writer.end_table();
        paragraph(writer, "after");
    });
    assert_eq!(blocks, ["| outer inner |\n| --- |", "after"]);
}

#[test]
fn what_is_left_open_is_written_all_the_same() {
    assert_eq!(
        written(|writer| {
            writer.start_table();
            writer.text("cell");
        }),
        ["cell"]
    );
    assert_eq!(written(|writer| writer.text("line")), ["line"]);
}

#[test]
fn a_class_names_a_language() {
    assert_eq!(language_of("prism-code language-rust thin"), "rust");
    assert_eq!(language_of("lang-c++"), "c++");
    assert_eq!(language_of("highlight highlight-source-shell"), "shell");
    assert_eq!(language_of("highlight-python notranslate"), "python");
    assert_eq!(language_of("highlight-default notranslate"), "");
    assert_eq!(language_of("language- x"), "");
    assert_eq!(language_of("slang-x language-a\"b"), "");
    assert_eq!(language_of(""), "");
}

#[test]
fn c12_a_link_is_its_text_and_its_address() {
    let blocks = written(|writer| {
        writer.text("See ");
        let link = writer.start_link();
        writer.text(" the guide ");
        writer.end_link(link, "https://x.example/guide");
        writer.text(".");
        let same = writer.start_link();
        writer.text("https://x.example/");
        writer.end_link(same, "https://x.example/");
        let empty = writer.start_link();
        writer.end_link(empty, "https://x.example/");
        let over = writer.start_link();
        paragraph(writer, "A card");
        writer.end_link(over, "https://x.example/card");
    });
    assert_eq!(blocks, ["See [the guide](https://x.example/guide) .https://x.example/", "A card"]);
}

#[test]
fn c11_code_is_whole_or_a_gap() {
    let blocks = written(|writer| {
        writer.code("js", &"a".repeat(MAX_CODE_BYTES + 1));
        writer.code("js title=\"a.js\"", "b");
    });
    assert_eq!(blocks, ["", "```js title=\"a.js\"\nb\n```"]);
}

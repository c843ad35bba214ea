//! Our parser against pulldown-cmark: the same constructs in the same order for what people and models write.

use pulldown_cmark::{
    Alignment, CodeBlockKind, Event as Theirs, HeadingLevel, Options, Parser, Tag as TheirTag, TagEnd,
};

use super::block::parse;
use super::event::{Align, Event, Tag};

/// One line per step, text joined.
#[derive(Default)]
struct Script(Vec<String>);

impl Script {
    fn say(&mut self, step: impl Into<String>) {
        self.0.push(step.into());
    }

    fn text(&mut self, text: &str) {
        match self.0.last_mut().filter(|last| last.starts_with('"')) {
            Some(last) => last.push_str(text),
            None if text.is_empty() => {}
            None => self.0.push(format!("\"{text}")),
        }
    }
}

fn ours(text: &str) -> Vec<String> {
    let mut script = Script::default();
    for event in parse(text) {
        match event {
            Event::Start(tag, _) => script.say(match tag {
                Tag::Paragraph => "p".into(),
                Tag::Heading(level) => format!("h{level}"),
                Tag::Quote => "quote".into(),
                Tag::CodeBlock(info) => format!("code {info}"),
                Tag::List(first) => format!("list {first:?}"),
                Tag::Item => "item".into(),
                Tag::Table(columns) => {
                    let side = |align: &Align| match align {
                        Align::None => '-',
                        Align::Start => 'l',
                        Align::Center => 'c',
                        Align::End => 'r',
                    };
                    format!("table {}", columns.iter().map(side).collect::<String>())
                }
                Tag::TableHead => "head".into(),
                Tag::TableRow => "row".into(),
                Tag::TableCell => "cell".into(),
                Tag::Emphasis => "em".into(),
                Tag::Strong => "strong".into(),
                Tag::Strike => "del".into(),
                Tag::Link(address) => format!("link {address}"),
                Tag::Image(address) => format!("image {address}"),
            }),
            Event::End(_) => script.say("end"),
            Event::Text(text, _) => script.text(&text),
            Event::Code(code, _) => script.say(format!("`{code}")),
            Event::SoftBreak(_) => script.text("\n"),
            Event::HardBreak(_) => script.say("br"),
            Event::Rule(_) => script.say("hr"),
            Event::Task(is_done, _) => script.say(format!("task {is_done}")),
        }
    }
    script.0
}

fn theirs(text: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut script = Script::default();
    for event in Parser::new_ext(text, options) {
        match event {
            Theirs::Start(tag) => script.say(match tag {
                TheirTag::Paragraph | TheirTag::HtmlBlock => "p".into(),
                TheirTag::Heading { level, .. } => format!("h{}", level_of(level)),
                TheirTag::BlockQuote(_) => "quote".into(),
                TheirTag::CodeBlock(CodeBlockKind::Fenced(info)) => format!("code {info}"),
                TheirTag::CodeBlock(CodeBlockKind::Indented) => "code ".into(),
                TheirTag::List(first) => format!("list {first:?}"),
                TheirTag::Item => "item".into(),
                TheirTag::Table(columns) => {
                    let side = |align: &Alignment| match align {
                        Alignment::None => '-',
                        Alignment::Left => 'l',
                        Alignment::Center => 'c',
                        Alignment::Right => 'r',
                    };
                    format!("table {}", columns.iter().map(side).collect::<String>())
                }
                TheirTag::TableHead => "head".into(),
                TheirTag::TableRow => "row".into(),
                TheirTag::TableCell => "cell".into(),
                TheirTag::Emphasis => "em".into(),
                TheirTag::Strong => "strong".into(),
                TheirTag::Strikethrough => "del".into(),
                TheirTag::Link { dest_url, link_type, .. } => {
                    let is_mail = link_type == pulldown_cmark::LinkType::Email;
                    format!("link {}{dest_url}", if is_mail { "mailto:" } else { "" })
                }
                TheirTag::Image { dest_url, .. } => format!("image {dest_url}"),
                other => format!("{other:?}"),
            }),
            Theirs::End(end) => {
                if let (TagEnd::CodeBlock, Some(last)) =
                    (end, script.0.last_mut().filter(|last| last.starts_with('"')))
                {
                    *last = last.strip_suffix('\n').unwrap_or(last).to_owned();
                }
                script.say("end");
            }
            Theirs::Text(text) | Theirs::Html(text) | Theirs::InlineHtml(text) => script.text(&text),
            Theirs::Code(code) => script.say(format!("`{code}")),
            Theirs::SoftBreak => script.text("\n"),
            Theirs::HardBreak => script.say("br"),
            Theirs::Rule => script.say("hr"),
            Theirs::TaskListMarker(is_done) => script.say(format!("task {is_done}")),
            other => script.say(format!("{other:?}")),
        }
    }
    script.0
}

fn level_of(level: HeadingLevel) -> usize {
    level as usize
}

#[test]
fn what_people_write_is_read_as_by_the_reference() {
    let texts = [
        "Plain.\n\nTwo  \nhard\\\nbreaks, and\nsoft.",
        "# One\n## Two ##\n### Three #x\n#nope\n\nSetext\n===\n\nTwo\nlines\n---\n\n###### Six\n",
        "*a* **b** ***c*** _d_ __e__ ~~f~~ ~g~ a*b*c snake_case_word **a*b*c** *a **b** c* **unclosed *x*",
        "2 * 3 * 4, a_b_c, 5*6, ** not **, **\"quoted\"** and **(x)**. *(**foo**)* foo***bar***baz",
        "`a` ``b ` c`` ` `` ` `un closed and \\`no\\` `a\nb`",
        "[a](b) [c](<d e> \"t\") [f](/u(x)y 't') ![i](/j.png) [k][l] [l] [m][] [n](unclosed [o] [p](q\nr)\n\n[l]: https://l.example \"T\"\n[m]: /m\n",
        "[a [b](c) d](e) [`x](y)` [*a](b)* [![i](j)](k) \\[x](y) [x]\\(y)",
        "<https://a.example/x?y> <me@a.example> <b>bold</b> a < b > c <!-- x --> <br/>\n",
        "&amp; &lt;b&gt; &copy; &#65; &#x1F600; &nope; & &; a&b",
        "- a\n- b\n  - c\n    - d\n- e\n\nAfter.",
        "- a\n\n- b\n- c",
        "- a\n\n  second\n- b\n\n      code\n\n1. x\n2. y\n   z\n\n   ```rs\n   f()\n   ```\n3) other",
        "7. seven\n8. eight\n\ntext\n1. one\ntext 2. no\n- yes",
        "* a\n+ b\n- c\n\n-\n- x\n\n- [ ] todo\n- [x] done\n- [y] no",
        "> a\n> b\n> > c\nlazy\n\n> - x\n> - y\n>\n> z\n\n>no space",
        "```\ncode\n  indented\n\n```\n~~~ js {1}\n```\n~~~\n```unclosed\n<b>",
        "    indented\n\n    more\n\ntext\n    not code\n",
        "***\n---\n_ _ _\n- - -\n--\n",
        "| a | b |\n|---|:-:|\n| 1 | 2 |\n| x |\n| 1 | 2 | 3 |\n\nafter",
        "a | b\n--|--:\n`x \\| y` | **z**\n\n| no |\n| x |",
        "text\n| a |\n|---|\n| b |\n",
        "1. **Bold**: text\n   - nested\n   - more\n2. Next\n\n   | a |\n   |---|\n   | b |\n",
        "Line one\r\nLine two\r\n\r\n- a\r\n- b\r\n",
        "日本語の**強調**です。**「太字」** と *斜体*。",
        "A\\*B\\_C \\# \\\\ \\a end\\",
        "![alt *x*](u) and [a](javascript:alert(1)) [b](<x\ty>)",
        "a\n\n\n\nb\n \nc\n\t\nd",
        "**a**b **a**。b *a*_b_ __a__b",
        "- a\n  > q\n  > r\n- ```\n  x\n  ```\n- # h\n",
        "1. a\n\n\n2. b\n\n\n\n3. c\n",
        "Text:\n- a\n- b\nText\n\n* * *\n\n+ a\n\n  b\n",
    ];
    for text in texts {
        assert_eq!(ours(text), theirs(text), "\n{text}");
    }
}

/// Lines as a model writes them, put together by chance.
#[test]
fn answers_put_together_by_chance_are_read_as_by_the_reference() {
    let lines = [
        "Some **bold** and *soft* text with `code` in it.",
        "A [link](https://a.example/x_(y)) and a_b_c, 2*3*4.",
        "",
        "",
        "",
        "# Heading",
        "## Heading **two**",
        "- item",
        "- item with `code`",
        "  - nested",
        "  continued",
        "1. first",
        "2. second",
        "   more of it",
        "> quoted",
        "> - item in a quote",
        "---",
        "\n| a | b |\n|---|---|\n| 1 | 2 |",
        "```rust\nlet x = **1**;\n```",
        "***both*** and ~~gone~~ &amp; done",
        "* star",
        "text  ",
        "ends with \\",
        "**Note:** _see_ [1] and [a][b].",
    ];
    let mut seed = 11_u64;
    let mut pick = |count: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % count
    };
    for _ in 0..3_000 {
        let text: Vec<&str> = (0..2 + pick(9)).map(|_| lines[pick(lines.len())]).collect();
        let text = text.join("\n");
        assert_eq!(ours(&text), theirs(&text), "\n{text}");
    }
}

/// Marks of a line, put together by chance.
#[test]
fn marks_put_together_by_chance_are_read_as_by_the_reference() {
    let pieces = [
        "*", "**", "***", "_", "__", "~~", "`", "a", "b c", " ", ".", "(", "[x](y)", "\\*", "é", "**b**",
        "\n",
    ];
    let mut seed = 5_u64;
    let mut pick = |count: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % count
    };
    for _ in 0..5_000 {
        let text: String = (0..2 + pick(9)).map(|_| pieces[pick(pieces.len())]).collect();
        let text = format!("x {}", text.trim());
        if text.contains("\n*")
            || text.contains("\n_")
            || text.contains("\n~")
            || text.contains("\n`")
            || text.contains("\n\n")
            || text.contains("\n ")
        {
            continue;
        }
        assert_eq!(ours(&text), theirs(&text), "\n{text:?}");
    }
}

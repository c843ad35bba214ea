//! Sets what a document says as Markdown that shows it as it is, whatever signs it holds.

use docent_retrieval::{Block, Text};

/// Blocks as Markdown, parted by empty lines; code stays code, tables stay tables.
pub(super) fn blocks(blocks: &[Block]) -> String {
    let mut markdown = String::new();
    let mut previous: Option<&Block> = None;
    let mut columns = 0;
    for block in blocks {
        let is_item_run = matches!((previous, block), (Some(Block::Item { .. }), Block::Item { .. }));
        let is_row_run = matches!((previous, block), (Some(Block::Row { .. }), Block::Row { .. }));
        if previous.is_some() {
            markdown.push_str(if is_item_run || is_row_run && columns > 0 { "\n" } else { "\n\n" });
        }
        match block {
            Block::Paragraph(text) => markdown.push_str(&line(text)),
            Block::Item { depth, number, text } => {
                markdown.push_str(&"   ".repeat((*depth).min(4)));
                match number {
                    Some(number) => markdown.push_str(&format!("{number}. ")),
                    None => markdown.push_str("- "),
                }
                markdown.push_str(&line(text));
            }
            Block::Row { is_header, cells } => {
                if *is_header && !is_row_run {
                    columns = cells.len();
                    markdown.push_str(&row(cells, columns));
                    markdown.push_str(&format!("\n|{}", " --- |".repeat(columns)));
                } else if columns > 0 && is_row_run {
                    markdown.push_str(&row(cells, columns));
                } else {
                    columns = 0;
                    let cells: Vec<_> = cells.iter().filter(|cell| !cell.is_empty()).map(line).collect();
                    markdown.push_str(&format!("- {}", cells.join(" — ")));
                }
            }
            Block::Code { language, text } => markdown.push_str(&code_block(language.as_deref(), text)),
        }
        previous = Some(block);
    }
    markdown
}

/// A run of text on one line: plain text escaped, inline code in backticks.
pub(super) fn line(text: &Text) -> String {
    let mut markdown = String::new();
    let mut position = 0;
    for code in &text.code {
        escape_into(&text.plain[position..code.start], markdown.is_empty(), &mut markdown);
        markdown.push_str(&code_span(&text.plain[code.clone()]));
        position = code.end;
    }
    escape_into(&text.plain[position..], markdown.is_empty(), &mut markdown);
    markdown
}

/// Plain words on one line.
pub(super) fn escape(text: &str) -> String {
    let mut markdown = String::new();
    escape_into(&text.split_whitespace().collect::<Vec<_>>().join(" "), true, &mut markdown);
    markdown
}

/// A link; an address that could end it early is put into angle brackets.
pub(super) fn link(label: &str, url: &str) -> String {
    let label = escape(label);
    match url.contains(['(', ')', ' ']) {
        true => format!("[{label}](<{}>)", url.replace(['<', '>', '\n'], "")),
        false => format!("[{label}]({url})"),
    }
}

fn row(cells: &[Text], columns: usize) -> String {
    let mut markdown = String::from("|");
    for column in 0..columns {
        // Inside a table even code needs its bars escaped.
        let cell = cells.get(column).map(line).unwrap_or_default().replace("\\|", "|").replace('|', "\\|");
        markdown.push_str(&format!(" {cell} |"));
    }
    markdown
}

fn code_block(language: Option<&str>, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    let is_name = |language: &&str| {
        language.chars().all(|character| character.is_ascii_alphanumeric() || "+#-_.".contains(character))
    };
    let language = language.filter(is_name).unwrap_or_default();
    format!("{fence}{language}\n{text}\n{fence}")
}

fn code_span(text: &str) -> String {
    let fence = "`".repeat(match longest_run(text) {
        1 => 2,
        2 => 1,
        run => run + 1,
    });
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

fn escape_into(text: &str, is_line_start: bool, markdown: &mut String) {
    let characters: Vec<char> = text.chars().collect();
    let is_word = |position: Option<usize>| {
        position
            .and_then(|position| characters.get(position))
            .is_some_and(|character| character.is_alphanumeric())
    };
    // A number and a full stop, or one of these signs, begin a list, a heading or a rule at the start of a line.
    let marker =
        is_line_start.then(|| characters.iter().take_while(|character| character.is_ascii_digit()).count());
    for (position, character) in characters.iter().copied().enumerate() {
        let needs_escape = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' | '$' => true,
            '_' => !(is_word(position.checked_sub(1)) && is_word(Some(position + 1))),
            '&' => {
                characters.get(position + 1).is_some_and(|next| next.is_ascii_alphabetic() || *next == '#')
            }
            '>' | '#' | '+' | '-' | '=' if is_line_start && position == 0 => true,
            '.' | ')' if marker.is_some_and(|digits| digits > 0 && digits == position) => true,
            _ => false,
        };
        if needs_escape {
            markdown.push('\\');
        }
        markdown.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        line(&Text::plain(text))
    }

    #[test]
    fn signs_of_markdown_in_a_document_stay_signs() {
        assert_eq!(plain("a *b* [c](d) <img> _e_ f_g"), r"a \*b\* \[c\](d) \<img> \_e\_ f_g");
        assert_eq!(plain("# not a heading"), r"\# not a heading");
        assert_eq!(plain("1. not a list"), r"1\. not a list");
        assert_eq!(plain("- no"), r"\- no");
        assert_eq!(plain("in v1.2 - fine"), "in v1.2 - fine");
        assert_eq!(plain("&lt; & co"), r"\&lt; & co");
    }

    #[test]
    fn code_stays_code_whatever_backticks_it_holds() {
        let text = Text { plain: "Use a`b here".into(), code: std::iter::once(4..7).collect() };
        assert_eq!(line(&text), "Use ``a`b`` here");
        let code = Block::Code { language: Some("md\n# x".into()), text: "```\nx\n```".into() };
        assert_eq!(blocks(&[code]), "````\n```\nx\n```\n````");
    }

    #[test]
    fn lists_and_tables_keep_their_shape() {
        let item = |number, text: &str| Block::Item { depth: 0, number, text: Text::plain(text) };
        assert_eq!(blocks(&[item(Some(3), "c"), item(Some(4), "d")]), "3. c\n4. d");
        let cells = |texts: [&str; 2]| texts.iter().map(|text| Text::plain(text)).collect();
        let table = [
            Block::Row { is_header: true, cells: cells(["A", "B"]) },
            Block::Row { is_header: false, cells: cells(["x|y", "2"]) },
        ];
        assert_eq!(blocks(&table), "| A | B |\n| --- | --- |\n| x\\|y | 2 |");
        assert_eq!(blocks(&table[1..]), "- x\\|y — 2");
    }

    #[test]
    fn a_link_cannot_be_ended_early() {
        assert_eq!(link("a ] b", "https://x.example/(y)"), r"[a \] b](<https://x.example/(y)>)");
    }
}

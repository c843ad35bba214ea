//! What is sent: text, quoted passage, tags, tools, models and files.

use docent_element::json::parse;
use docent_element::model::{Attachment, ComposerPatch, Effect, File, FileState, Msg, Part};

use crate::page::{Page, find, options};

#[test]
fn the_quoted_passage_is_sent_beside_the_text_and_shown_as_plain_text() {
    let mut page = Page::new();
    let quote = "<img src=x onerror=alert(1)> **not bold**";
    page.send(Msg::FillComposer(Box::new(ComposerPatch {
        quote: Some(quote.into()),
        ..ComposerPatch::default()
    })));
    assert!(page.text().contains(quote));
    page.ask("What is this?");
    let input = page.posted()[0].get("params").get("input").clone();
    assert_eq!(input.str("quoted_text"), Some(quote));
    assert_eq!(input.list("content")[0].str("text"), Some("What is this?"));
    assert!(page.text().contains(quote), "and it stays with the message");
    let tree = page.view();
    assert!(
        find(&tree, "composer").iter().all(|form| find(
            &docent_element::tree::Node::Element((*form).clone()),
            "quoted"
        )
        .is_empty())
    );
    assert!(page.state.composer.quote.is_none());
}

#[test]
fn the_quoted_passage_can_be_taken_out() {
    let mut page = Page::new();
    page.send(Msg::FillComposer(Box::new(ComposerPatch {
        quote: Some("passage".into()),
        ..ComposerPatch::default()
    })));
    page.send(Msg::RemoveQuote);
    page.ask("Q");
    assert!(page.posted()[0].get("params").get("input").get("quoted_text").is_null());
}

#[test]
fn an_empty_message_is_not_sent() {
    let mut page = Page::new();
    page.send(Msg::Input("  \n ".into()));
    assert_eq!(page.send(Msg::Submit), []);
}

#[test]
fn a_first_message_creates_a_thread_and_the_next_is_added_to_it() {
    let mut page = Page::new();
    page.exchange("One", "1");
    page.ask("Two");
    let posted = page.posted();
    assert_eq!(
        posted[0].to_json(),
        r#"{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":"One"}],"attachments":[],"inference_options":{}}}}"#
    );
    assert_eq!(posted[1].str("type"), Some("threads.add_user_message"));
    assert_eq!(posted[1].get("params").str("thread_id"), Some("thr_1"));
}

#[test]
fn a_tool_is_sent_and_goes_after_sending_unless_it_is_persistent() {
    let tools = r#","composer":{"tools":[{"id":"s","label":"Search","icon":"search"},{"id":"p","label":"P","icon":"bolt","persistent":true}],"models":[{"id":"m1","label":"One"},{"id":"m2","label":"Two","default":true}]}"#;
    let mut page = Page::with(options(tools, &[]));
    page.send(Msg::PickTool(Some("s".into())));
    page.ask("Q");
    let inference = page.posted()[0].get("params").get("input").get("inference_options").to_json();
    assert_eq!(inference, r#"{"tool_choice":{"id":"s"},"model":"m2"}"#);
    assert_eq!(page.state.composer.tool, None);
    let details: Vec<String> = page
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Emit("tool.change", detail) => Some(detail.to_json()),
            _ => None,
        })
        .collect();
    assert_eq!(details, [r#"{"toolId":"s"}"#, r#"{"toolId":null}"#]);
    page.send(Msg::Stop);
    page.send(Msg::PickTool(Some("p".into())));
    page.ask("Q2");
    assert_eq!(page.state.composer.tool.as_deref(), Some("p"));
}

#[test]
fn a_mention_becomes_a_tag_where_it_stands_in_the_text() {
    let mut page = Page::with(options("", &["entities.onTagSearch"]));
    page.send(Msg::Input("Ask @ad".into()));
    page.send(Msg::TagsFound("a".into(), vec![parse(r#"{"id":"old","title":"Late"}"#).unwrap()]));
    assert!(page.state.composer.found.is_empty(), "an answer to an older search is not shown");
    let found = vec![
        parse(r#"{"id":"1","title":"Adam"}"#).unwrap(),
        parse(r#"{"id":"2","title":"Ada","data":{"k":"v"}}"#).unwrap(),
    ];
    page.send(Msg::TagsFound("ad".into(), found));
    page.send(Msg::MoveTag(true));
    page.send(Msg::Submit);
    assert_eq!(page.state.composer.text, "Ask @Ada ");
    page.ask("Ask @Ada why");
    let content = page.posted()[0].get("params").get("input").get("content").to_json();
    assert_eq!(
        content,
        r#"[{"type":"input_text","text":"Ask "},{"type":"input_tag","id":"2","text":"Ada","data":{"k":"v"},"interactive":false},{"type":"input_text","text":" why"}]"#
    );
}

#[test]
fn a_tag_that_was_edited_away_is_sent_as_text() {
    let mut page = Page::new();
    let tag = parse(r#"{"type":"input_tag","id":"1","text":"Ada"}"#).unwrap();
    let content = vec![Part { text: "Ada".into(), tag: Some(tag) }, Part::plain(" hello")];
    page.send(Msg::FillComposer(Box::new(ComposerPatch {
        content: Some(content),
        ..ComposerPatch::default()
    })));
    assert_eq!(page.state.composer.text, "@Ada hello");
    page.ask("@Ad hello");
    assert_eq!(page.posted()[0].get("params").get("input").list("content").len(), 1);
}

fn file(key: u32, name: &str, mime_type: &str, bytes: usize) -> File {
    File { key, name: name.into(), mime_type: mime_type.into(), bytes, state: FileState::Pending }
}

#[test]
fn files_are_taken_by_the_rules_and_the_others_are_named() {
    let files = r#","composer":{"attachments":{"enabled":true,"maxCount":2,"maxSize":{"image/*":10,"*":100},"accept":{"image/png":[".png"],"text/plain":[".TXT"]}}}"#;
    let mut rules = options(files, &[]);
    rules.upload = Some(docent_element::model::Upload::TwoPhase);
    let mut page = Page::with(rules);
    for (key, name, mime, bytes, words) in [
        (1, "a.png", "image/png", 11, "too large"),
        (2, "a.pdf", "application/pdf", 1, "type of file"),
        (3, "b.png", "image/png", 9, ""),
        (4, "c.txt", "", 99, ""),
        (5, "d.png", "image/png", 1, "too many files"),
    ] {
        let effects = page.send(Msg::AddFiles(vec![file(key, name, mime, bytes)]));
        match words {
            "" => assert_eq!(effects, [Effect::Upload(key)]),
            words => {
                assert!(page.state.composer.refusal.as_ref().unwrap().contains(words), "{name}");
                assert!(effects.contains(&Effect::Forget(key)));
            }
        }
    }
    page.send(Msg::Input("With files".into()));
    assert_eq!(page.send(Msg::Submit), [], "nothing is sent before the files have arrived");
    for key in [3, 4] {
        let id = format!("atc_{key}");
        let attachment =
            Attachment { id, name: "x".into(), mime_type: "text/plain".into(), preview_url: None };
        page.send(Msg::Uploaded(key, Ok(attachment)));
    }
    page.send(Msg::Submit);
    assert_eq!(
        page.posted()[0].get("params").get("input").get("attachments").to_json(),
        r#"["atc_3","atc_4"]"#
    );
}

#[test]
fn a_starter_prompt_is_sent_as_it_is() {
    let mut page = Page::with(options(
        r#","startScreen":{"greeting":"Hi!","prompts":[{"label":"Short","prompt":"The long question"}]}"#,
        &[],
    ));
    let text = page.text();
    assert!(text.contains("Hi!") && text.contains("Short"));
    page.send(Msg::UsePrompt(0));
    assert_eq!(page.said(), ["> The long question"]);
}

#[test]
fn a_file_of_the_page_and_one_of_the_reader_are_not_mixed_up() {
    let mut rules = options(r#","composer":{"attachments":{"enabled":true}}"#, &[]);
    rules.upload = Some(docent_element::model::Upload::TwoPhase);
    let mut page = Page::with(rules);
    let sent = |id: &str| Attachment {
        id: id.into(),
        name: id.into(),
        mime_type: "text/plain".into(),
        preview_url: None,
    };
    page.send(Msg::FillComposer(Box::new(ComposerPatch {
        attachments: Some(vec![sent("atc_page")]),
        ..ComposerPatch::default()
    })));
    page.send(Msg::AddFiles(vec![file(1, "b.txt", "text/plain", 1)]));
    page.send(Msg::Uploaded(1, Ok(sent("atc_reader"))));
    page.ask("With both");
    assert_eq!(
        page.posted()[0].get("params").get("input").get("attachments").to_json(),
        r#"["atc_page","atc_reader"]"#
    );
}

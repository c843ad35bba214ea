//! Asking and reading.

use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, get, run, sleep, text};

const SERVE: &str = r#"
    const input = body.params.input;
    return stream([created, stored("q", input.content[0].text, input.quoted_text),
      { raw: ": a comment\r\ndata: {\"type\":\"stream_options\",\r\ndata: \"stream_options\":{\"allow_cancel\":true}}\r\n\r\n" },
      begin("a"), delta("a", "Hello **wor"), { wait: 30 },
      { bytes: [...encoder.encode('data: {"type":"thread.item.updated","item_id":"a","update":{"type":"assistant_message.content_part.text_delta","content_index":0,"delta":"ld** 😀"}}\n\n')].slice(0, -9) },
      { bytes: [...encoder.encode('data: {"type":"thread.item.updated","item_id":"a","update":{"type":"assistant_message.content_part.text_delta","content_index":0,"delta":"ld** 😀"}}\n\n')].slice(-9) },
      answer("a", part("Hello **world** 😀", [
        { type: "annotation", index: 17, source: { type: "url", title: "Guide", url: "https://docs.example/guide" } }])),
    ], init.signal);
"#;

#[wasm_bindgen_test]
async fn a_question_is_sent_with_the_keyboard_and_its_answer_appears() {
    let page = Page::open(SERVE, "{}").await;
    page.type_text("Hi");
    assert!(!page.key(".field", "Enter", "shiftKey: true"), "Shift and Enter make a new line");
    assert!(!page.key(".field", "Enter", "isComposing: true"), "Enter in an input method does not send");
    assert!(page.bodies().is_empty());
    page.ask("Hi").await;
    assert_eq!(page.text(".bubble"), "Hi");
    assert_eq!(page.text(".prose strong"), "world");
    assert_eq!(page.text(".cite a"), "1");
    let link = page.find(".cite a").unwrap();
    assert_eq!(link.get_attribute("href").as_deref(), Some("https://docs.example/guide"));
    assert_eq!(link.get_attribute("aria-label").as_deref(), Some("Source 1: Guide (opens in a new tab)"));
    assert_eq!(link.get_attribute("rel").as_deref(), Some("noopener noreferrer"));
    assert!(page.text(".sources").contains("Guide"));
    assert!(page.find(".caret").is_none(), "nothing is written any more");
    page.until("the answer is announced", |page| page.text(".live").contains("Hello world")).await;
    assert_eq!(page.events(), ["ready", "response.start", "thread.change", "response.end"]);
    assert_eq!(page.detail("thread.change"), r#"{"threadId":"thr_1"}"#);
}

#[wasm_bindgen_test]
async fn a_request_has_the_official_shape() {
    let page = Page::open(SERVE, "{ locale: 'de-DE' }").await;
    page.ask("Hi").await;
    let call = page.call(0);
    assert_eq!(get(&call, "url").as_string().as_deref(), Some("/chatkit"));
    assert_eq!(get(&call, "method").as_string().as_deref(), Some("POST"));
    assert_eq!(
        text(&get(&call, "headers")),
        r#"{"Content-Type":"application/json","Accept-Language":"de-DE"}"#
    );
    assert!(get(&call, "signal").is_instance_of_abort_signal());
    assert_eq!(
        page.bodies()[0],
        r#"{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":"Hi"}],"attachments":[],"inference_options":{}}}}"#
    );
    assert_eq!(page.text(".sources-head"), "Quellen");
}

trait Kind {
    fn is_instance_of_abort_signal(&self) -> bool;
}

impl Kind for wasm_bindgen::JsValue {
    fn is_instance_of_abort_signal(&self) -> bool {
        run("value", "return value instanceof AbortSignal", &[self]).is_truthy()
    }
}

#[wasm_bindgen_test]
async fn nothing_a_model_or_a_page_writes_can_run() {
    let serve = r#"
        const evil = "<img src=x onerror='window.pwned=1'><script>window.pwned=1</script>\n\n[a](javascript:window.pwned=1) <svg onload=window.pwned=1>\n\n![i](https://evil.test/?q)\n\n```html\n<script>window.pwned=1</script>\n```";
        return stream([created, stored("q", "<b>bold?</b>"), answer("a", part(evil, [
          { type: "annotation", index: 3, source: { type: "url", title: "<img src=x onerror=window.pwned=1>", url: "javascript:window.pwned=1" } }])),
          { type: "notice", level: "info", message: evil, title: "<b>t</b>" },
          { type: "thread.item.done", item: { id: "w", type: "widget", widget: { type: "Card", background: "url(https://evil.test)", children: [
            { type: "Text", value: evil }, { type: "Image", src: "javascript:window.pwned=1" }, { type: "Markdown", value: evil }] } } },
          { type: "progress_update", text: evil }], init.signal);
    "#;
    let page = Page::open(serve, "{ disclaimer: { text: '<img src=x onerror=window.pwned=1>' } }").await;
    page.element.set_composer_value(run(
        "",
        "return { reply: \"<img src=x onerror='window.pwned=1'>\" }",
        &[],
    ));
    page.ask("<img src=x onerror=window.pwned=1>").await;
    sleep(80).await;
    assert!(run("", "return window.pwned", &[]).is_undefined());
    assert_eq!(page.all("img, script, iframe, object, [onerror], [onload], [onclick]").len(), 0);
    for link in page.all("a") {
        let href = link.get_attribute("href").unwrap();
        assert!(href.starts_with("https://"), "{href}");
    }
    assert!(page.text(".prose").contains("<script>"), "it is shown as it is");
}

#[wasm_bindgen_test]
async fn the_quoted_passage_is_shown_sent_and_can_be_taken_out() {
    let page = Page::open(SERVE, "{}").await;
    page.element.set_composer_value(run("", "return { text: 'What is it?', reply: 'a *passage*' }", &[]));
    assert_eq!(page.text(".composer blockquote"), "a *passage*");
    assert_eq!(
        run("field", "return field.value", &[&page.find(".field").unwrap()]).as_string().as_deref(),
        Some("What is it?")
    );
    page.press(".composer .quoted button");
    assert!(page.find(".composer .quoted").is_none());
    page.element.set_composer_value(run("", "return { reply: 'a *passage*' }", &[]));
    page.ask("What is it?").await;
    assert!(page.bodies()[0].contains(r#""quoted_text":"a *passage*""#));
    assert_eq!(page.text(".mine blockquote"), "a *passage*");
    assert!(page.find(".composer .quoted").is_none());
}

#[wasm_bindgen_test]
async fn stop_aborts_the_request_and_keeps_what_came() {
    let serve = r#"return stream([created, stored("q", "Q"), begin("a"), delta("a", "Half"), { wait: 3000 }, delta("a", " more")], init.signal);"#;
    let page = Page::open(serve, "{}").await;
    page.type_text("Q");
    page.key(".field", "Enter", "");
    page.until("the answer has begun", |page| {
        page.find(".prose").is_some_and(|prose| prose.text_content().unwrap().contains("Half"))
    })
    .await;
    assert!(page.find(".caret").is_some());
    assert_eq!(page.find(".scroller").unwrap().get_attribute("aria-busy").as_deref(), Some("true"));
    page.press(".is-stop");
    assert!(run("call", "return call.signal.aborted", &[&page.call(0)]).is_truthy());
    assert_eq!(page.text(".prose"), "Half");
    assert!(page.find(".failure").is_none());
    assert_eq!(page.count("response.end"), 1);
}

#[wasm_bindgen_test]
async fn an_element_that_leaves_the_page_stops_reading_and_aborts_nothing() {
    let serve = r#"
        if (body.type === "threads.get_by_id") return json({ id: "thr_1", items: { has_more: false, data: [
          stored("q", "Q").item, answer("a", part("Half and the rest")).item] } });
        const { body: source, headers } = stream([created, stored("q", "Q"), begin("a"), delta("a", "Half"), { wait: 3000 }], init.signal);
        const kept = source.getReader();
        return new Response(new ReadableStream({
          async pull(to) { const { done, value } = await kept.read(); done ? to.close() : to.enqueue(value); },
          cancel() { window.wasLeft = true; },
        }), { headers });
    "#;
    let page = Page::open(serve, "{}").await;
    page.type_text("Q");
    page.key(".field", "Enter", "");
    page.until("the answer has begun", |page| {
        page.find(".prose").is_some_and(|prose| prose.text_content().unwrap().contains("Half"))
    })
    .await;
    let parent = page.host.parent_node().unwrap();
    page.host.remove();
    page.element.disconnect();
    assert!(!run("call", "return call.signal.aborted", &[&page.call(0)]).is_truthy());
    page.until("the stream is let go", |_| run("", "return window.wasLeft", &[]).is_truthy()).await;
    assert_eq!(page.count("response.end"), 1);
    assert!(page.find(".root").is_none(), "what it showed is gone with it");
    page.put_back(&parent);
    page.until("what was written meanwhile is there", |page| {
        page.find(".prose").is_some_and(|prose| prose.text_content().unwrap() == "Half and the rest")
    })
    .await;
}

#[wasm_bindgen_test]
async fn the_focus_may_leave_a_field_in_which_something_was_typed() {
    let serve = r#"return stream([created, stored("q", "Q"), { type: "thread.item.done", item: { id: "w", type: "widget",
        widget: { type: "Card", children: [{ type: "Input", name: "n" }] } } }], init.signal);"#;
    let page = Page::open(serve, "{}").await;
    page.ask("Q").await;
    let field = page.find(".widget input").unwrap();
    // Typed by a command, the text counts as the reader's: the field says `change` when it loses the focus.
    run("field", "field.focus(); document.execCommand('insertText', false, 'typed')", &[&field]);
    page.element.focus_composer();
    page.type_text("And the element is alive");
    assert_eq!(
        run("field", "return field.getRootNode().activeElement === field", &[&page.find(".field").unwrap()]),
        true
    );
}

#[wasm_bindgen_test]
async fn settled_text_keeps_its_nodes_while_the_answer_grows() {
    let serve = r#"return stream([created, stored("q", "Q"), begin("a"), delta("a", "First paragraph.\n\nSecond"), { wait: 120 },
        delta("a", " grows"), { wait: 60 }, delta("a", ".\n\nThird"), answer("a", part("First paragraph.\n\nSecond grows.\n\nThird"))], init.signal);"#;
    let page = Page::open(serve, "{}").await;
    page.type_text("Q");
    page.key(".field", "Enter", "");
    page.until("two paragraphs are there", |page| page.all(".prose > p").len() == 2).await;
    let first = page.all(".prose > p");
    let words = first[1].first_child().unwrap();
    page.until("the turn is over", |page| page.count("response.end") == 1).await;
    let last = page.all(".prose > p");
    assert_eq!(last.len(), 3);
    assert!(last[0].is_same_node(Some(&first[0])) && last[1].is_same_node(Some(&first[1])));
    assert!(last[1].first_child().unwrap().is_same_node(Some(&words)), "and its text was appended to");
}

#[wasm_bindgen_test]
async fn a_client_tool_of_the_page_is_called_and_answered() {
    let serve = r#"
        if (body.type === "threads.add_client_tool_output") return stream([answer("a", part("Dark: " + body.params.result.theme))], init.signal);
        return stream([created, stored("q", "Q"), { type: "thread.item.done", item: { id: "t", type: "client_tool_call", status: "pending",
          call_id: "c", name: "theme", arguments: { of: "page" } } }], init.signal);
    "#;
    let page = Page::open(
        serve,
        "{ onClientTool: async ({ name, params }) => ({ theme: name + ' ' + params.of }) }",
    )
    .await;
    page.ask("Q").await;
    assert_eq!(page.text(".prose"), "Dark: theme page");
}

#[wasm_bindgen_test]
async fn the_page_sends_messages_and_is_refused_while_busy() {
    let page = Page::open(SERVE, "{}").await;
    let sent =
        page.element.send_user_message(run("", "return { text: 'From the page', reply: 'quote' }", &[]));
    JsFuture::from(sent).await.unwrap();
    let refused = JsFuture::from(page.element.send_user_message(run("", "return { text: 'Again' }", &[])))
        .await
        .unwrap_err();
    assert_eq!(get(&refused, "code").as_string().as_deref(), Some("busy"));
    assert_eq!(get(&refused, "name").as_string().as_deref(), Some("DocentError"));
    page.until("the turn is over", |page| page.count("response.end") == 1).await;
    assert_eq!(page.text(".bubble"), "From the page");
    let wrong = JsFuture::from(page.element.send_user_message(run("", "return {}", &[]))).await.unwrap_err();
    assert_eq!(get(&wrong, "code").as_string().as_deref(), Some("invalid_argument"));
}

//! When it does not work.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, get, run};

#[wasm_bindgen_test]
async fn a_server_that_is_down_is_named_and_the_button_sends_again() {
    let serve = r#"
        if (calls.length === 1) throw new TypeError("Failed to fetch");
        return stream([created, stored("q", "Q"), answer("a", part("There you are."))], init.signal);
    "#;
    let page = Page::open(serve, "{}").await;
    page.ask("Q").await;
    assert!(page.text(".failure").contains("The server could not be reached."));
    assert_eq!(page.find(".failure").unwrap().get_attribute("role").as_deref(), Some("alert"));
    page.press(".failure button");
    page.until("the answer is there", |page| page.find(".prose").is_some()).await;
    page.until("the turn is over", |page| page.count("response.end") == 2).await;
    assert!(page.find(".failure").is_none());
    assert_eq!(page.all(".bubble").len(), 1);
    assert_eq!(page.bodies()[0], page.bodies()[1]);
}

#[wasm_bindgen_test]
async fn the_servers_reason_is_shown_and_reported() {
    let page = Page::open(
        r#"return json({ error: { code: "thread_busy", message: "Wait for the first answer." } }, 409);"#,
        "{}",
    )
    .await;
    page.ask("Q").await;
    let shown = page.text(".failure");
    assert!(
        shown.contains("Another answer is still being written")
            && shown.contains("Wait for the first answer.")
    );
    assert_eq!(page.count("error"), 1);
    assert_eq!(page.detail("error"), r#"{"error":{"name":"DocentError","code":"thread_busy","status":409}}"#);
}

#[wasm_bindgen_test]
async fn a_connection_that_breaks_is_not_sent_again_by_itself() {
    let serve = r#"
        if (body.type === "threads.retry_after_item") return stream([answer("b", part("Whole."))], init.signal);
        return stream([created, stored("q", "Q"), begin("a"), delta("a", "Half"), { break: true }], init.signal);
    "#;
    let page = Page::open(serve, "{}").await;
    page.ask("Q").await;
    assert_eq!(page.bodies().len(), 1);
    assert!(page.text(".failure").contains("broke off"));
    assert_eq!(page.text(".prose"), "Half");
    page.press(".failure button");
    page.until("the turn is over", |page| page.count("response.end") == 2).await;
    assert_eq!(
        page.bodies()[1],
        r#"{"type":"threads.retry_after_item","params":{"thread_id":"thr_1","item_id":"q"}}"#
    );
    assert_eq!(page.text(".prose"), "Whole.");
}

#[wasm_bindgen_test]
async fn an_address_that_is_no_chatkit_server_is_named() {
    let serve =
        r#"return new Response("<html>Welcome</html>", { headers: { "content-type": "text/html" } });"#;
    let page = Page::open(serve, "{}").await;
    page.ask("Q").await;
    assert!(page.text(".failure").contains("Check api.url"));
}

#[wasm_bindgen_test]
async fn what_the_pages_own_fetch_throws_reaches_the_page() {
    let serve = r#"throw Object.assign(new Error("Sign in first."), { code: "signed_out" });"#;
    let page = Page::open(serve, "{}").await;
    page.ask("Q").await;
    assert!(page.text(".failure").contains("Sign in first."));
    assert_eq!(page.detail("error"), r#"{"error":{"name":"DocentError","code":"signed_out"}}"#);
}

#[wasm_bindgen_test]
async fn options_that_are_not_understood_are_said_once_and_the_chat_works() {
    let warnings = run(
        "",
        "const kept = []; window.kept = console.warn; console.warn = (text) => kept.push(text); return kept",
        &[],
    );
    let page = Page::open(
        r#"return stream([created, stored("q", "Q"), answer("a", part("Yes."))], init.signal);"#,
        "{ colour: 1, theme: { radius: 'wavy' } }",
    )
    .await;
    page.element.set_options(run("", "return { api: { url: '/x' }, colour: 2 }", &[]));
    run("", "console.warn = window.kept", &[]);
    let warnings: Vec<String> =
        js_sys::Array::from(&warnings).iter().filter_map(|text| text.as_string()).collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].starts_with("docent-chat: option "));
    assert!(page.find(".field").is_some());
}

#[wasm_bindgen_test]
async fn without_an_address_the_composer_is_closed() {
    let page = Page::open("", "{ api: {} }").await;
    assert!(get(&page.find(".field").unwrap(), "disabled").is_truthy());
}

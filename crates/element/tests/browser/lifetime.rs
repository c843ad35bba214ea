//! What an element leaves behind: nothing.

use js_sys::JSON;
use wasm_bindgen::{JsCast, JsValue, externref_heap_live_count};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::page::sleep;

/// A whole life, over before its first request is answered.
async fn live() {
    let document = web_sys::window().unwrap().document().unwrap();
    let host: HtmlElement = document.create_element("div").unwrap().unchecked_into();
    document.body().unwrap().append_child(&host).unwrap();
    let element = docent_element::DocentElement::new(host.clone()).unwrap();
    element.connect(host.clone(), JsValue::UNDEFINED);
    element.set_options(JSON::parse(r#"{ "api": { "url": "/nowhere" } }"#).unwrap());
    sleep(60).await;
    host.remove();
    element.disconnect();
    assert!(host.shadow_root().unwrap().query_selector("*").unwrap().is_none(), "what it showed is gone");
}

#[wasm_bindgen_test]
async fn an_element_that_is_gone_holds_nothing_of_the_page() {
    live().await;
    sleep(100).await;
    let before = externref_heap_live_count();
    for _ in 0..5 {
        live().await;
    }
    sleep(100).await;
    assert_eq!(externref_heap_live_count(), before, "references to the page's objects");
}

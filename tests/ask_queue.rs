//! `askQueue` in a real browser, with an element that behaves as the official one is documented to: its commands reject
//! while it starts, loads or responds.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use docent::bindings::ask_queue;
use js_sys::{Array, Function, JSON, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn run(script: &str) -> JsValue {
    Function::new_no_args(script).call0(&JsValue::UNDEFINED).unwrap()
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

/// An element that notes its calls, and its queue.
struct Chat {
    element: JsValue,
    queue: JsValue,
    busy: Array,
}

impl Chat {
    fn new() -> Self {
        let element = run(
            "const element = document.createElement('div'); element.calls = []; element.refuses = false;
             const command = (name) => async (value) => {
               if (element.refuses) throw new Error('busy');
               element.calls.push(value === undefined ? name : name + ' ' + JSON.stringify(value)) };
             element.enable = () => { for (const name of ['setComposerValue', 'focusComposer', 'sendUserMessage'])
               element[name] = command(name) };
             return element",
        );
        let busy = Array::new();
        let options = run("return {}");
        let note = Function::new_with_args("busy", "this.push(busy)").bind0(&busy);
        Reflect::set(&options, &"element".into(), &element).unwrap();
        Reflect::set(&options, &"onBusy".into(), &note).unwrap();
        Self { queue: ask_queue(options).unwrap(), element, busy }
    }

    fn call(&self, target: &JsValue, method: &str, argument: &JsValue) -> JsValue {
        get(target, method).unchecked_into::<Function>().call1(target, argument).unwrap()
    }

    fn usable(&self) {
        self.call(&self.element, "enable", &JsValue::UNDEFINED);
        self.call(&self.queue, "usable", &JsValue::UNDEFINED);
    }

    fn tell(&self, event: &str) {
        let event = run(&format!("return new CustomEvent('chatkit.{event}')"));
        self.call(&self.element, "dispatchEvent", &event);
    }

    /// `request` is an object literal.
    fn ask(&self, request: &str) -> Promise {
        self.call(&self.queue, "ask", &run(&format!("return {request}"))).unchecked_into()
    }

    fn calls(&self) -> String {
        JSON::stringify(&get(&self.element, "calls")).unwrap().into()
    }
}

async fn turn() {
    let promise = run("return new Promise((done) => setTimeout(done, 10))");
    JsFuture::from(promise.unchecked_into::<Promise>()).await.unwrap();
}

#[wasm_bindgen_test]
async fn s11_a_passage_waits_for_the_element_and_goes_into_the_composer_as_a_quotation() {
    let chat = Chat::new();
    let asked = chat.ask("{ text: 'a passage' }");
    turn().await;
    assert_eq!(chat.calls(), "[]");
    chat.usable();
    JsFuture::from(asked).await.unwrap();
    assert_eq!(chat.calls(), r#"["setComposerValue {\"reply\":\"a passage\"}","focusComposer"]"#);
}

#[wasm_bindgen_test]
async fn s11_while_a_response_streams_nothing_is_sent_and_then_all_in_order() {
    let chat = Chat::new();
    chat.usable();
    chat.tell("ready");
    chat.tell("response.start");
    let first = chat.ask("{ text: 'one', prompt: 'Explain', send: true }");
    let second = chat.ask("{ text: 'two', prompt: 'Why?', send: true, newThread: true }");
    turn().await;
    assert_eq!(chat.calls(), "[]");
    chat.tell("response.end");
    JsFuture::from(Promise::all(&Array::of2(&first, &second))).await.unwrap();
    assert_eq!(
        chat.calls(),
        r#"["sendUserMessage {\"reply\":\"one\",\"text\":\"Explain\"}","sendUserMessage {\"reply\":\"two\",\"text\":\"Why?\",\"newThread\":true}"]"#
    );
    assert_eq!(String::from(chat.busy.join(",")), "true,false");
}

#[wasm_bindgen_test]
async fn s11_a_command_rejected_before_the_start_goes_out_after_it() {
    let chat = Chat::new();
    Reflect::set(&chat.element, &"refuses".into(), &JsValue::TRUE).unwrap();
    chat.usable();
    let asked = chat.ask("{ text: 'early' }");
    turn().await;
    Reflect::set(&chat.element, &"refuses".into(), &JsValue::FALSE).unwrap();
    chat.tell("ready");
    JsFuture::from(asked).await.unwrap();
    assert!(chat.calls().contains("early"));
}

#[wasm_bindgen_test]
async fn s11_what_an_idle_element_rejects_is_told_with_its_own_error() {
    let chat = Chat::new();
    chat.usable();
    chat.tell("ready");
    Reflect::set(&chat.element, &"refuses".into(), &JsValue::TRUE).unwrap();
    let error = JsFuture::from(chat.ask("{ text: 'lost' }")).await.unwrap_err();
    assert_eq!(get(&error, "message"), "busy");
}

#[wasm_bindgen_test]
async fn s11_a_question_that_an_element_rejects_without_a_word_is_asked_again_and_told() {
    // Ten seconds of patience pass at once.
    let restore = run(
        "const real = setTimeout; globalThis.setTimeout = (work, ms) => real(work, ms === 10000 ? 50 : ms);
         return () => globalThis.setTimeout = real",
    );
    let chat = Chat::new();
    Reflect::set(&chat.element, &"refuses".into(), &JsValue::TRUE).unwrap();
    chat.usable();
    let error = JsFuture::from(chat.ask("{ text: 'refused' }")).await.unwrap_err();
    assert_eq!(get(&error, "message"), "busy");
    restore.unchecked_into::<Function>().call0(&JsValue::UNDEFINED).unwrap();
}

#[wasm_bindgen_test]
async fn s11_what_still_waits_is_rejected_when_the_chat_leaves_the_page() {
    let chat = Chat::new();
    let asked = chat.ask("{ text: 'too late' }");
    chat.call(&chat.queue, "destroy", &JsValue::UNDEFINED);
    assert_eq!(get(&JsFuture::from(asked).await.unwrap_err(), "code"), "aborted");
}

#[wasm_bindgen_test]
async fn a_question_to_send_needs_a_message() {
    let chat = Chat::new();
    let error = JsFuture::from(chat.ask("{ text: 'a passage', send: true }")).await.unwrap_err();
    assert_eq!(get(&error, "code"), "invalid_option");
    let error = JsFuture::from(chat.ask("{}")).await.unwrap_err();
    assert!(get(&error, "message").as_string().unwrap().contains("`text`"));
}

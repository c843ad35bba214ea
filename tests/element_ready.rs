//! `whenElementReady` in a real browser: every way an element can come, come late or not come at all.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use docent::bindings::{explain_failure, when_element_ready};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn run(script: &str) -> JsValue {
    Function::new_no_args(script).call0(&JsValue::UNDEFINED).unwrap()
}

/// Options for an element of this name, written as the inside of an object literal.
fn options(name: &str, rest: &str) -> Object {
    run(&format!("return {{ name: '{name}', {rest} }}")).unchecked_into()
}

/// Defines an element with the methods of a chat element.
fn define(name: &str, is_ours: bool) {
    let mark = if is_ours { "static docent = true;" } else { "" };
    run(&format!(
        "customElements.define('{name}', class extends HTMLElement {{ {mark} setOptions() {{}} }})"
    ));
}

/// The address of a script with this content.
fn script_url(content: &str) -> String {
    let url = run(&format!(
        "return URL.createObjectURL(new Blob([{}], {{ type: 'text/javascript' }}))",
        JSON::stringify(&content.into()).unwrap()
    ));
    url.as_string().unwrap()
}

/// Notes the states that `onStatus` hears of.
fn note_states(options: &Object) -> Array {
    let states = Array::new();
    let noted = states.clone();
    let on_status = Closure::<dyn Fn(JsValue)>::new(move |status: JsValue| {
        noted.push(&get(&status, "state"));
    });
    Reflect::set(options, &"onStatus".into(), &on_status.into_js_value()).unwrap();
    states
}

fn joined(states: &Array) -> String {
    states.join(" ").into()
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

fn text(value: &JsValue, name: &str) -> String {
    get(value, name).as_string().unwrap_or_default()
}

async fn wait(options: &Object) -> Result<JsValue, JsValue> {
    wait_with(options, Some(explain())).await
}

async fn wait_with(options: &Object, explain: Option<Function>) -> Result<JsValue, JsValue> {
    JsFuture::from(when_element_ready(options.into(), explain).unwrap()).await
}

/// The function of the page module, as JavaScript has it.
fn explain() -> Function {
    let explain = |failure: Array| {
        let text = |index| failure.get(index).as_string();
        explain_failure(&text(0).unwrap(), &text(1).unwrap(), text(2), &failure.get(3))
    };
    Closure::<dyn Fn(Array) -> String>::new(explain).into_js_value().unchecked_into()
}

async fn pause(milliseconds: u32) {
    let promise = run(&format!("return new Promise((done) => setTimeout(done, {milliseconds}))"));
    JsFuture::from(promise.unchecked_into::<Promise>()).await.unwrap();
}

/// Whether this browser tells with which status a script came; WebKit does not.
fn tells_status() -> bool {
    run("return 'responseStatus' in PerformanceResourceTiming.prototype").is_truthy()
}

fn script_count(url: &str) -> usize {
    let count = run(&format!("return [...document.scripts].filter((tag) => tag.src === '{url}').length"));
    count.as_f64().unwrap() as usize
}

#[wasm_bindgen_test]
async fn l2_an_element_that_is_there_is_ready_at_once_and_says_whose_it_is() {
    define("there-official", false);
    define("there-ours", true);
    let options_ = options("there-official", "");
    let states = note_states(&options_);
    assert_eq!(text(&wait(&options_).await.unwrap(), "source"), "official");
    assert_eq!(joined(&states), "ready");
    assert_eq!(text(&wait(&options("there-ours", "")).await.unwrap(), "source"), "element");
}

#[wasm_bindgen_test]
async fn l2_an_element_that_is_defined_later_becomes_ready() {
    let options = options("defined-later", "");
    let states = note_states(&options);
    let ready = when_element_ready(options.into(), None).unwrap();
    pause(30).await;
    define("defined-later", false);
    JsFuture::from(ready).await.unwrap();
    assert_eq!(joined(&states), "loading ready");
}

#[wasm_bindgen_test]
async fn l2_a_defined_element_without_methods_is_not_ready_until_it_has_them() {
    run("customElements.define('methods-later', class extends HTMLElement {})");
    let options = options("methods-later", "");
    let states = note_states(&options);
    let ready = when_element_ready(options.into(), None).unwrap();
    pause(50).await;
    assert_eq!(joined(&states), "loading");
    run("customElements.get('methods-later').prototype.setOptions = () => {}");
    JsFuture::from(ready).await.unwrap();
    assert_eq!(joined(&states), "loading ready");
}

#[wasm_bindgen_test]
async fn l3_nothing_that_defines_it_is_an_error_that_says_what_to_do() {
    let options = options("never-defined", "timeoutMs: 400, slowMs: 20");
    let states = note_states(&options);
    let error = wait(&options).await.unwrap_err();
    assert!(error.is_instance_of::<js_sys::Error>());
    assert_eq!((text(&error, "name"), text(&error, "code")), ("DocentError".into(), "undefined".into()));
    assert!(text(&error, "message").contains("<never-defined>"), "{}", text(&error, "message"));
    assert_eq!(joined(&states), "loading slow error");
}

#[wasm_bindgen_test]
async fn l3_a_late_element_recovers_through_the_status_and_the_promise_on_the_error() {
    let options = options("late-one", "timeoutMs: 30");
    let states = note_states(&options);
    let error = wait(&options).await.unwrap_err();
    pause(30).await;
    define("late-one", false);
    let ready = JsFuture::from(get(&error, "recovered").unchecked_into::<Promise>()).await.unwrap();
    assert_eq!(text(&ready, "source"), "official");
    assert_eq!(joined(&states), "loading error ready");
}

#[wasm_bindgen_test]
async fn l3_a_failure_nobody_explains_says_its_code() {
    let throws = Function::new_no_args("throw new Error('not loaded')");
    let rejects = Function::new_no_args("return Promise.reject('not loaded')");
    for explain in [None, Some(throws), Some(rejects)] {
        let error = wait_with(&options("never-explained", "timeoutMs: 30"), explain).await.unwrap_err();
        let expected = ("undefined".into(), "The wait for <never-explained> ended: undefined.".into());
        assert_eq!((text(&error, "code"), text(&error, "message")), expected);
    }
}

#[wasm_bindgen_test]
async fn l3_a_failure_is_told_with_its_words_and_with_nothing_before_them() {
    let explain = Function::new_no_args(
        "const [all] = arguments; return new Promise((done) => setTimeout(() => done('Because ' + all.join(' ')), 60))",
    );
    let options = options("explained-late", "timeoutMs: 30");
    let states = note_states(&options);
    let ready = when_element_ready((&options).into(), Some(explain)).unwrap();
    pause(50).await;
    assert_eq!(joined(&states), "loading");
    let error = JsFuture::from(ready).await.unwrap_err();
    assert_eq!(text(&error, "message"), "Because undefined explained-late  0");
    assert_eq!(joined(&states), "loading error");
}

#[wasm_bindgen_test]
async fn l3_an_element_that_comes_before_the_words_is_ready() {
    let explain = Function::new_no_args("return new Promise((done) => setTimeout(done, 200, 'Because'))");
    let options = options("before-the-words", "timeoutMs: 30");
    let states = note_states(&options);
    let ready = when_element_ready((&options).into(), Some(explain)).unwrap();
    pause(80).await;
    define("before-the-words", false);
    assert_eq!(text(&JsFuture::from(ready).await.unwrap(), "source"), "official");
    pause(200).await;
    assert_eq!(joined(&states), "loading ready");
}

#[wasm_bindgen_test]
async fn l1_callers_share_one_tag_and_all_become_ready() {
    let url =
        script_url("customElements.define('shared-tag', class extends HTMLElement { setOptions() {} })");
    let wish = options("shared-tag", &format!("scriptUrl: '{url}'"));
    let all = [wish.clone(), wish.clone(), wish].map(|wish| when_element_ready(wish.into(), None).unwrap());
    assert_eq!(script_count(&url), 1);
    let all: Array = all.into_iter().collect();
    JsFuture::from(Promise::all(&all)).await.unwrap();
    assert_eq!(script_count(&url), 1);
}

#[wasm_bindgen_test]
async fn l1_a_tag_of_the_page_is_used_and_left_alone() {
    let url = script_url("customElements.define('page-tag', class extends HTMLElement { setOptions() {} })");
    run(&format!(
        "const tag = document.createElement('script'); tag.src = '{url}'; document.head.append(tag)"
    ));
    wait(&options("page-tag", &format!("scriptUrl: '{url}'"))).await.unwrap();
    assert_eq!(script_count(&url), 1);
}

#[wasm_bindgen_test]
async fn l3_a_script_that_is_not_found_is_a_network_error_with_its_status() {
    let error = wait(&options("not-found", "scriptUrl: '/no-such-script.js', retries: 0")).await.unwrap_err();
    assert_eq!(text(&error, "code"), "network");
    assert_eq!(text(&error, "message").contains("404"), tells_status(), "{}", text(&error, "message"));
}

#[wasm_bindgen_test]
async fn l5_a_failed_tag_of_ours_is_replaced_and_not_piled_up() {
    let origin = run("return location.origin").as_string().unwrap();
    let error = wait(&options("tried-again", "scriptUrl: '/not-there-either.js', retries: 1")).await;
    assert_eq!(text(&error.unwrap_err(), "code"), "network");
    assert_eq!(script_count(&format!("{origin}/not-there-either.js")), 1);
}

#[wasm_bindgen_test]
async fn l2_a_script_that_ran_and_defined_nothing_is_undefined() {
    let url = script_url("void 0");
    let wish = options("defines-nothing", &format!("scriptUrl: '{url}', timeoutMs: 6000"));
    let error = wait(&wish).await.unwrap_err();
    assert_eq!(text(&error, "code"), "undefined");
    assert!(text(&error, "message").contains("ran but did not define"), "{}", text(&error, "message"));
}

#[wasm_bindgen_test]
async fn l3_a_wrong_hash_is_told_apart() {
    let hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    // A script the test runner itself serves.
    let wish =
        options("wrong-hash", &format!("scriptUrl: '/wasm-bindgen-test', integrity: '{hash}', retries: 0"));
    let error = wait(&wish).await.unwrap_err();
    let expected = if tells_status() { "sri" } else { "network" };
    assert_eq!(text(&error, "code"), expected, "{}", text(&error, "message"));
}

#[wasm_bindgen_test]
async fn l3_a_policy_that_forbids_the_script_is_csp() {
    // A policy can be added by a meta element and never taken away: only the host this test uses is left out.
    run("const meta = document.createElement('meta'); meta.httpEquiv = 'Content-Security-Policy';
         meta.content = \"script-src * 'unsafe-inline' 'unsafe-eval' blob: data:; script-src-elem http://127.0.0.1:* http://localhost:* blob: data:\";
         document.head.append(meta)");
    let wish = options("forbidden", "scriptUrl: 'https://forbidden.invalid/chat.js'");
    let error = wait(&wish).await.unwrap_err();
    assert_eq!(text(&error, "code"), "csp", "{}", text(&error, "message"));
    assert!(text(&error, "message").contains("script-src"));
}

#[wasm_bindgen_test]
async fn l7_the_fallback_makes_it_ready_and_the_source_says_so() {
    let wish = options(
        "by-fallback",
        "scriptUrl: '/missing-official.js', retries: 0, fallback: async () => customElements.define('by-fallback',
             class extends HTMLElement { static docent = true; setOptions() {} })",
    );
    let states = note_states(&wish);
    let ready = wait(&wish).await.unwrap();
    assert_eq!(text(&ready, "source"), "element");
    assert_eq!(joined(&states), "loading ready", "no error is shown on the way");
}

#[wasm_bindgen_test]
async fn l7_a_fallback_that_fails_leaves_the_first_failure_with_its_own_as_the_cause() {
    let wish = options(
        "no-fallback",
        "scriptUrl: '/missing-too.js', retries: 0, fallback: async () => { throw new Error('chunk lost') }",
    );
    let error = wait(&wish).await.unwrap_err();
    assert_eq!(text(&error, "code"), "network");
    assert_eq!(text(&get(&error, "cause"), "message"), "chunk lost");
}

#[wasm_bindgen_test]
async fn l9_an_abort_rejects_and_nothing_is_heard_afterwards() {
    let controller = run("return new AbortController()");
    let wish = options("aborted-one", "timeoutMs: 60");
    Reflect::set(&wish, &"signal".into(), &get(&controller, "signal")).unwrap();
    let states = note_states(&wish);
    let ready = when_element_ready(wish.into(), None).unwrap();
    run_with(&controller, "abort");
    assert_eq!(text(&JsFuture::from(ready).await.unwrap_err(), "code"), "aborted");
    define("aborted-one", false);
    pause(120).await;
    assert_eq!(joined(&states), "loading error");
}

#[wasm_bindgen_test]
async fn l9_a_signal_that_is_aborted_already_adds_no_script() {
    let wish = options("aborted-before", "scriptUrl: '/never-asked-for.js', signal: AbortSignal.abort()");
    assert_eq!(text(&wait(&wish).await.unwrap_err(), "code"), "aborted");
    let origin = run("return location.origin").as_string().unwrap();
    assert_eq!(script_count(&format!("{origin}/never-asked-for.js")), 0);
}

#[wasm_bindgen_test]
async fn l9_once_it_is_settled_every_listener_and_timer_is_gone() {
    let counts = run(
        "const counts = { listeners: 0 };
         for (const target of [document, window]) {
           const add = target.addEventListener, remove = target.removeEventListener;
           target.addEventListener = function (...args) { counts.listeners += 1; return add.apply(this, args) };
           target.removeEventListener = function (...args) { counts.listeners -= 1; return remove.apply(this, args) };
           counts.undo = ((undo) => () => {
             undo?.(); target.addEventListener = add; target.removeEventListener = remove })(counts.undo);
         }
         return counts",
    );
    let ready = when_element_ready(options("counted-one", "").into(), None).unwrap();
    assert!(get(&counts, "listeners").as_f64().unwrap() > 0.0);
    define("counted-one", false);
    JsFuture::from(ready).await.unwrap();
    assert_eq!(get(&counts, "listeners"), 0.0);
    run_with(&counts, "undo");
}

#[wasm_bindgen_test]
fn a_wrong_option_is_named() {
    for (wrong, name) in [
        ("timeoutMs: 'soon'", "timeoutMs"),
        ("load: 'later'", "load"),
        ("events: {}", "events"),
        ("scriptUrl: 'https://'", "scriptUrl"),
        ("signal: 1, retries: 'x'", "retries"),
    ] {
        let error = when_element_ready(options("x-y", wrong).into(), None).unwrap_err();
        assert_eq!(text(&error, "code"), "invalid_option");
        assert!(text(&error, "message").contains(&format!("`{name}`")), "{}", text(&error, "message"));
    }
}

fn run_with(target: &JsValue, method: &str) {
    get(target, method).unchecked_into::<Function>().call0(target).unwrap();
}

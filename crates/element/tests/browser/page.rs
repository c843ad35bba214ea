//! A page with one element and a server that says what a script says.

use docent_element::DocentElement;
use js_sys::{Array, Function, JSON, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, ShadowRoot};

/// The page's side, in the language of pages. `script` is a list of steps: `{type, …}` is an event, `{wait}` a pause in
/// milliseconds, `{raw}` bytes as they are, `{bytes}` bytes by number, `{break: true}` a broken connection.
const HARNESS: &str = r#"
    const calls = [], events = [], encoder = new TextEncoder();
    const stored = (id, text, quoted_text) => ({ type: "thread.item.done", item: { id, thread_id: "thr_1", created_at: "2026-01-01T00:00:00Z",
      type: "user_message", content: [{ type: "input_text", text }], attachments: [], inference_options: {}, quoted_text } });
    const part = (text, annotations = []) => ({ type: "output_text", text, annotations });
    const answer = (id, ...content) => ({ type: "thread.item.done", item: { id, thread_id: "thr_1", created_at: "2026-01-01T00:00:00Z",
      type: "assistant_message", content } });
    const begin = (id) => ({ type: "thread.item.added", item: { id, type: "assistant_message", content: [] } });
    const delta = (item_id, text) => ({ type: "thread.item.updated", item_id,
      update: { type: "assistant_message.content_part.text_delta", content_index: 0, delta: text } });
    const created = { type: "thread.created", thread: { id: "thr_1", created_at: "2026-01-01T00:00:00Z", status: { type: "active" },
      metadata: {}, items: { data: [], has_more: false } } };
    const json = (value, status = 200) =>
      new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
    const stream = (steps, signal) => {
      let at = 0;
      const body = new ReadableStream({ async pull(controller) {
        for (;;) {
          if (signal.aborted) return controller.error(new DOMException("Aborted", "AbortError"));
          const step = steps[at++];
          if (!step) return controller.close();
          if (step.break) return controller.error(new TypeError("network error"));
          if (step.wait) { await new Promise((done) => setTimeout(done, step.wait)); continue; }
          if (step.bytes) return controller.enqueue(new Uint8Array(step.bytes));
          return controller.enqueue(encoder.encode(step.raw ?? `data: ${JSON.stringify(step)}\n\n`));
        }
      } });
      return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
    };
    const fetch = async (url, init) => {
      const body = JSON.parse(init.body);
      calls.push({ url, body, headers: init.headers, method: init.method, signal: init.signal });
      return serve(body, init);
    };
    return { calls, events, options: { api: { url: "/chatkit", domainKey: "local", fetch }, locale: "en", ...more } };
"#;

/// One mounted element.
pub(crate) struct Page {
    pub(crate) host: HtmlElement,
    pub(crate) element: DocentElement,
    pub(crate) shadow: ShadowRoot,
    world: JsValue,
}

impl Page {
    /// Mounts an element. `serve` is the body of a function `(body, init)` that answers a request with the harness's
    /// helpers; `more` are further options, an object literal.
    pub(crate) async fn open(serve: &str, more: &str) -> Self {
        let source =
            format!("const serve = async (body, init) => {{ {serve} }}; const more = {more}; {HARNESS}");
        let world = Function::new_no_args(&source).call0(&JsValue::UNDEFINED).unwrap();
        let document = web_sys::window().unwrap().document().unwrap();
        let host: HtmlElement = document.create_element("div").unwrap().unchecked_into();
        host.style().set_property("height", "600px").unwrap();
        host.style().set_property("width", "800px").unwrap();
        document.body().unwrap().append_child(&host).unwrap();
        let listen = Function::new_with_args(
            "host, events",
            "for (const name of ['ready','error','effect','deeplink','response.start','response.end','thread.change',\
             'thread.load.start','thread.load.end','tool.change','log','history.open','history.close'])\
             host.addEventListener('chatkit.' + name, (event) => events.push([name, event.detail]));",
        );
        listen.call2(&JsValue::UNDEFINED, &host, &get(&world, "events")).unwrap();
        let element = DocentElement::new(host.clone()).unwrap();
        element.connect(host.clone(), JsValue::UNDEFINED);
        element.set_options(get(&world, "options"));
        let shadow = host.shadow_root().unwrap();
        let page = Self { host, element, shadow, world };
        page.until("the element is ready", |page| page.events().contains(&"ready".to_owned())).await;
        page
    }

    /// Puts the element back where it was taken from, as its class does.
    pub(crate) fn put_back(&self, parent: &web_sys::Node) {
        parent.append_child(&self.host).unwrap();
        let options = get(&self.world, "options");
        self.element.connect(self.host.clone(), options.clone());
        self.element.set_options(options);
    }

    /// The names of the events so far.
    pub(crate) fn events(&self) -> Vec<String> {
        let events: Array = get(&self.world, "events").unchecked_into();
        events.iter().filter_map(|event| event.unchecked_into::<Array>().get(0).as_string()).collect()
    }

    /// The detail of the last event of that name, as JSON.
    pub(crate) fn detail(&self, name: &str) -> String {
        let events: Array = get(&self.world, "events").unchecked_into();
        let named = events
            .iter()
            .map(JsCast::unchecked_into::<Array>)
            .filter(|event| event.get(0).as_string().as_deref() == Some(name));
        text(&named.last().map_or(JsValue::NULL, |event| event.get(1)))
    }

    /// The bodies of all requests, as JSON.
    pub(crate) fn bodies(&self) -> Vec<String> {
        let calls: Array = get(&self.world, "calls").unchecked_into();
        calls.iter().map(|call| text(&get(&call, "body"))).collect()
    }

    /// One call.
    pub(crate) fn call(&self, at: u32) -> JsValue {
        get(&self.world, "calls").unchecked_into::<Array>().get(at)
    }

    /// The first element in the shadow root that fits.
    pub(crate) fn find(&self, selector: &str) -> Option<Element> {
        self.shadow.query_selector(selector).unwrap()
    }

    /// All elements that fit.
    pub(crate) fn all(&self, selector: &str) -> Vec<Element> {
        let list = self.shadow.query_selector_all(selector).unwrap();
        (0..list.length()).map(|at| list.get(at).unwrap().unchecked_into()).collect()
    }

    /// The text of an element; the panic names the selector.
    pub(crate) fn text(&self, selector: &str) -> String {
        self.find(selector)
            .unwrap_or_else(|| panic!("{selector} is not there"))
            .text_content()
            .unwrap_or_default()
    }

    /// Presses an element.
    pub(crate) fn press(&self, selector: &str) {
        let element: HtmlElement =
            self.find(selector).unwrap_or_else(|| panic!("{selector} is not there")).unchecked_into();
        element.click();
    }

    /// Types into the composer as a reader does.
    pub(crate) fn type_text(&self, text: &str) {
        run(
            "field, text",
            "field.focus(); field.value = text; field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }))",
            &[&self.find(".field").unwrap(), &text.into()],
        );
    }

    /// Presses a key in an element; `init` are further members of the event.
    pub(crate) fn key(&self, selector: &str, key: &str, init: &str) -> bool {
        let target = self.find(selector).unwrap_or_else(|| panic!("{selector} is not there"));
        let script = format!(
            "return !target.dispatchEvent(new KeyboardEvent('keydown', {{ key, bubbles: true, composed: true, cancelable: true, {init} }}))"
        );
        run("target, key", &script, &[&target, &key.into()]).is_truthy()
    }

    /// Types and presses Enter, and waits until the turn is over.
    pub(crate) async fn ask(&self, text: &str) {
        let ended = self.count("response.end");
        self.type_text(text);
        self.key(".field", "Enter", "");
        self.until("the turn is over", |page| page.count("response.end") > ended).await;
    }

    /// How many events of that name there were.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.events().iter().filter(|known| *known == name).count()
    }

    /// Waits until something is so, four seconds at most.
    pub(crate) async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..400 {
            if is_so(self) {
                return;
            }
            sleep(10).await;
        }
        panic!("waited in vain until {what}; events: {:?}; shown: {}", self.events(), self.text(".root"));
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.host.remove();
        self.element.disconnect();
    }
}

/// A member of an object.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

/// A value as JSON.
pub(crate) fn text(value: &JsValue) -> String {
    JSON::stringify(value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// Runs a piece of the page's language.
pub(crate) fn run(names: &str, script: &str, values: &[&JsValue]) -> JsValue {
    let values: Array = values.iter().map(|value| (*value).clone()).collect();
    Function::new_with_args(names, script).apply(&JsValue::UNDEFINED, &values).unwrap()
}

/// The computed style of an element.
pub(crate) fn style(element: &Element, name: &str) -> String {
    run("element, name", "return getComputedStyle(element).getPropertyValue(name)", &[element, &name.into()])
        .as_string()
        .unwrap()
}

/// Waits.
pub(crate) async fn sleep(ms: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        web_sys::window()
            .unwrap()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms)
            .unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

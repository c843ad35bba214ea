//! A small site on the disk, and what a question to it brings back.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with the pages of a site, built.
pub(crate) fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    fs::create_dir_all(root.join("guide")).expect("a folder");
    fs::create_dir_all(root.join("assets")).expect("a folder");
    let page = |title: &str, body: &str| {
        format!(
            "<!doctype html><html lang=\"en\"><head><title>{title} | Lantern</title>\
             <meta property=\"og:site_name\" content=\"Lantern\"></head><body><nav>Menu</nav><main><h1>{title}</h1>{body}\
             </main></body></html>"
        )
    };
    let write = |path: &str, text: String| fs::write(root.join(path), text).expect("a file");
    write("index.html", page("Lantern", "<p>Lantern builds documentation sites.</p>"));
    write(
        "guide/index.html",
        page(
            "Guide",
            "<p>How to work with Lantern.</p>\
             <h2 id=\"deploy\">Deploy</h2><p>Deploy the folder with one command. It uploads only *changed* files.</p>\
             <pre><code class=\"language-bash\">lantern deploy --prod</code></pre>\
             <h2 id=\"cache\">Cache</h2><p>The cache holds pages for one hour. Clear it with <code>lantern clear</code>.</p>",
        ),
    );
    write("404.html", page("Not found", "<p>There is no such page.</p>"));
    fs::write(root.join("assets/app.0a1b2c3d.js"), "export {};\n".repeat(100)).expect("a file");
    fs::write(root.join("assets/core.wasm"), b"\0asm\x01\0\0\0").expect("a file");
    fs::write(root.join("assets/big.js"), "let a = 1;\n".repeat(500)).expect("a file");
    fs::write(root.join("assets/big.js.br"), b"brotli bytes").expect("a file");
    folder
}

/// A request that begins a thread with this question.
pub(crate) fn create(question: &str, selection: Option<&str>, page: Option<&str>) -> Value {
    let mut input = json!({"content": [{"type": "input_text", "text": question}], "attachments": [], "inference_options": {}});
    if let Some(selection) = selection {
        input["quoted_text"] = selection.into();
    }
    let mut request = json!({"type": "threads.create", "params": {"input": input}});
    if let Some(path) = page {
        let url = format!("https://lantern.example{path}?a=b");
        request["metadata"] = json!({"pageContext": {"path": path, "url": url, "lang": "en"}});
    }
    request
}

/// The events of a stream.
pub(crate) fn events(stream: &str) -> Vec<Value> {
    let data = stream.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).expect("JSON")).collect()
}

/// The finished assistant message of a stream.
pub(crate) fn answer(events: &[Value]) -> &Value {
    let is_answer =
        |event: &&Value| event["type"] == "thread.item.done" && event["item"]["type"] == "assistant_message";
    &events.iter().find(is_answer).expect("an answer")["item"]["content"][0]
}

pub(crate) fn source(path: &Path) -> docent_retrieval::Source {
    docent_retrieval::Source::new(path, None).expect("a source")
}

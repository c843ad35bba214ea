//! The examples that a reader meets first work as they say.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::harness::{events, input, kinds};

/// An example that runs, and where.
struct Example {
    process: Child,
    address: String,
}

impl Example {
    async fn start(name: &str) -> Self {
        Self::start_with(name, &["127.0.0.1:0"]).await
    }

    async fn start_with(name: &str, arguments: &[&str]) -> Self {
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--package",
                "docent-server",
                "--example",
                name,
                "--message-format",
                "short",
            ])
            .status()
            .await
            .unwrap();
        assert!(built.success());
        // Tests live in `<target>/<profile>/deps`, examples in `<target>/<profile>/examples`.
        let test = std::env::current_exe().unwrap();
        let program = test.parent().unwrap().with_file_name("examples").join(name);
        let mut process =
            Command::new(program).args(arguments).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let url = BufReader::new(process.stdout.take().unwrap()).lines().next_line().await.unwrap().unwrap();
        let address = url.strip_prefix("http://").unwrap().strip_suffix("/chatkit").unwrap().to_owned();
        Self { process, address }
    }

    /// The body of the answer to an operation, which has to be a success.
    async fn post(&self, kind: &str, params: Value) -> String {
        let body = json!({"type": kind, "params": params}).to_string();
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        // HTTP/1.0, so that the body comes in one piece and ends with the connection.
        let request = format!(
            "POST /chatkit HTTP/1.0\r\nhost: {}\r\nx-user-id: ada\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.0 200 OK"), "{answer}");
        body.to_owned()
    }

    async fn events(&self, kind: &str, params: Value) -> Vec<Value> {
        events(&self.post(kind, params).await)
    }

    async fn json(&self, kind: &str, params: Value) -> Value {
        serde_json::from_str(&self.post(kind, params).await).unwrap()
    }

    async fn stop(mut self) {
        self.process.kill().await.unwrap();
    }
}

#[tokio::test]
async fn the_echo_example_answers() {
    let echo = Example::start("echo").await;
    let events = echo.events("threads.create", json!({"input": input("hello you")})).await;
    assert_eq!(events.last().unwrap()["item"]["content"][0]["text"], "hello you");
    assert!(events.iter().any(|event| event["thread"]["title"] == "hello you"), "{events:?}");
    echo.stop().await;
}

#[tokio::test]
async fn the_widgets_example_streams_a_card_and_keeps_what_its_buttons_did() {
    let widgets = Example::start("widgets").await;
    let events = widgets.events("threads.create", json!({"input": input("Soup")})).await;
    let thread_id = events[0]["thread"]["id"].as_str().unwrap();
    let updates: Vec<&str> = events.iter().filter_map(|event| event["update"]["type"].as_str()).collect();
    let delta = "widget.streaming_text.value_delta";
    assert_eq!(updates, [delta, delta, delta, "widget.root.updated"]);
    let item_id = &events.last().unwrap()["item"]["id"];

    let press = |kind: &str| json!({"thread_id": thread_id, "item_id": item_id, "action": {"type": kind}});
    let stored = async || {
        let thread = widgets.json("threads.get_by_id", json!({"thread_id": thread_id})).await;
        thread["items"]["data"][1]["widget"]["status"]["text"].clone()
    };
    let saved = widgets.events("threads.custom_action", press("save")).await;
    assert_eq!(saved.last().unwrap()["update"]["widget"]["status"]["text"], "Saved");
    assert_eq!(stored().await, "Saved");
    let liked = widgets.json("threads.sync_custom_action", press("like")).await;
    assert_eq!(liked["updated_item"]["widget"]["status"]["text"], "You like this");
    assert_eq!(stored().await, "You like this");
    let refused = widgets.events("threads.custom_action", press("explode")).await;
    assert_eq!(refused.last().unwrap()["code"], "custom");
    widgets.stop().await;
}

#[tokio::test]
async fn the_tools_example_asks_the_page_then_the_reader_and_concludes() {
    let tools = Example::start("tools").await;
    let events = tools.events("threads.create", json!({"input": input("A walk")})).await;
    let thread_id = events[0]["thread"]["id"].as_str().unwrap();
    assert_eq!(
        kinds(&events)[3..],
        [
            "progress_update",
            "thread.item.added",
            "thread.item.updated",
            "thread.item.updated",
            "thread.item.done",
            "thread.item.done",
        ]
    );
    let workflow = &events[7]["item"]["workflow"];
    assert_eq!((workflow["tasks"].as_array().unwrap().len(), &workflow["expanded"]), (2, &json!(false)));
    assert_eq!(workflow["summary"]["title"], "Planning");
    assert_eq!(events[8]["item"]["name"], "time_zone");

    let output = json!({"thread_id": thread_id, "result": "Europe/Zurich"});
    let asked = tools.events("threads.add_client_tool_output", output).await;
    let questions = &asked.last().unwrap()["item"];
    assert_eq!(questions["inputs"][0]["question"], "When, in Europe/Zurich?");

    let answers = json!({"answers": {"when": {"values": ["Evening"]}}});
    let given = json!({"thread_id": thread_id, "item_id": questions["id"], "input": answers});
    let concluded = tools.events("threads.add_structured_input", given).await;
    let effect = concluded.iter().find(|event| event["type"] == "client_effect").unwrap();
    assert_eq!((&effect["name"], &effect["data"]), (&json!("highlight"), &json!({"slot": "Evening"})));
    assert_eq!(concluded.last().unwrap()["item"]["content"][0]["text"], "Planned: Evening.");
    tools.stop().await;
}

#[tokio::test]
async fn the_tools_example_hears_what_is_dictated_and_what_readers_think() {
    let tools = Example::start_with("tools", &["127.0.0.1:0", "--repeatable"]).await;
    let told = async |tools: &Example| {
        let events = tools.events("threads.create", json!({"input": input("A walk")})).await;
        let thread_id = events[0]["thread"]["id"].as_str().unwrap().to_owned();
        let output = json!({"thread_id": thread_id, "result": null});
        let asked = tools.events("threads.add_client_tool_output", output).await;
        let item_id = asked.last().unwrap()["item"]["id"].clone();
        let given = json!({"thread_id": thread_id, "item_id": item_id, "input": {"answers": {}}});
        (events, thread_id, tools.events("threads.add_structured_input", given).await)
    };
    let (events, thread_id, concluded) = told(&tools).await;
    let answer = &concluded.last().unwrap()["item"];
    assert_eq!(answer["content"][0]["text"], "Nothing was planned.");
    assert_eq!((thread_id.as_str(), &answer["created_at"]), ("thr_1", &json!("2026-01-01T12:00:00.000000Z")));
    let liked = json!({"thread_id": thread_id, "item_ids": [answer["id"]], "kind": "positive"});
    assert_eq!(tools.json("items.feedback", liked).await, json!({}));
    let (_, _, concluded) = told(&tools).await;
    let text = &concluded.last().unwrap()["item"]["content"][0]["text"];
    assert_eq!(text, "Nothing was planned. Plans were liked 1 times.");
    let spoken = json!({"audio_base64": "AAAA", "mime_type": "audio/webm;codecs=opus"});
    assert_eq!(tools.json("input.transcribe", spoken).await, json!({"text": "3 bytes of audio/webm"}));
    tools.stop().await;
    let again = Example::start_with("tools", &["127.0.0.1:0", "--repeatable"]).await;
    assert_eq!(told(&again).await.0, events, "the same requests have the same answers");
    again.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_conformance_example_runs_a_script_keeps_its_database_and_stops_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("c.db").display());
    let arguments = ["--addr", "127.0.0.1:0", "--database-url", &database];
    let mut first = Example::start_with("conformance", &arguments).await;
    let script = json!({"script": [{"thread": {"title": "T"}}, {"widget": [{"type": "Card"}]}]});
    let events = first.events("threads.create", json!({"input": input(&script.to_string())})).await;
    let thread_id = events[0]["thread"]["id"].as_str().unwrap();
    assert_eq!(kinds(&events)[3..], ["thread.item.done", "thread.updated"]);
    let process_id = first.process.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &process_id]).status().await.unwrap().success());
    assert!(first.process.wait().await.unwrap().success(), "it stops by itself, and in order");

    let second = Example::start_with("conformance", &arguments).await;
    let thread = second.json("threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!((&thread["title"], &thread["items"]["data"][1]["type"]), (&json!("T"), &json!("widget")));
    second.stop().await;
}

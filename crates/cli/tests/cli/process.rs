//! The process: started, asked over HTTP, stopped.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::documents::{answer, create, events, folder};

/// Environment variables of the machine must not configure the program under test.
fn docent() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docent"));
    for (name, _) in std::env::vars() {
        if name.starts_with("DOCENT_") || name.starts_with("OPENAI_") || name == "RUST_LOG" {
            command.env_remove(name);
        }
    }
    command
}

fn fails(arguments: &[&str]) -> String {
    let output = docent().args(arguments).output().expect("the program");
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

struct Running {
    child: Child,
    url: String,
    summary: String,
}

impl Running {
    fn start(folder: &Path, more: &[&str]) -> Self {
        let database = format!("sqlite://{}", folder.join("docent.db").display());
        let mut child = docent()
            .args(["serve", "--addr", "127.0.0.1:0", "--database-url", &database, "--site"])
            .arg(folder)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut lines = BufReader::new(child.stdout.take().expect("standard output")).lines();
        let mut summary = String::new();
        let url = loop {
            let line = lines.next().expect("the line with the address").expect("UTF-8");
            if let Some(url) = line.strip_prefix("docent is ready: ") {
                break url.to_owned();
            }
            summary.push_str(&line);
            summary.push('\n');
        };
        Self { child, url, summary }
    }

    /// Sends SIGTERM and gives how long the end took, and what was logged.
    fn stop(mut self) -> (Duration, Output) {
        let start = Instant::now();
        let status =
            Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill");
        assert!(status.success());
        let status = self.child.wait().expect("the end");
        let mut stderr = Vec::new();
        self.child.stderr.take().expect("standard error").read_to_end(&mut stderr).expect("the log");
        (start.elapsed(), Output { status, stdout: Vec::new(), stderr })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

async fn ask(url: &str, question: &str) -> reqwest::Response {
    let request = client().post(format!("{url}/chatkit")).header("x-user-id", "ada");
    let request = request.header("content-type", "application/json").header("accept-encoding", "gzip, br");
    request.body(create(question, None, None).to_string()).send().await.expect("an answer")
}

#[cfg(unix)]
#[tokio::test]
async fn it_starts_answers_serves_the_site_and_stops_in_order() {
    let folder = folder();
    let running = Running::start(folder.path(), &[]);
    assert!(
        running.summary.contains("2 pages") || running.summary.contains("3 pages"),
        "{}",
        running.summary
    );
    let health = client().get(format!("{}/health", running.url)).send().await.expect("health");
    assert_eq!(health.status(), 200);
    let page = client().get(format!("{}/guide/", running.url)).send().await.expect("the page");
    assert!(page.text().await.expect("text").contains("Deploy the folder"));

    // The database lies in this folder too, and holds what everybody asked.
    for name in ["docent.db", "docent.db-wal", "docent.db-shm"] {
        assert!(folder.path().join(name).exists(), "{name}");
        let file = client().get(format!("{}/{name}", running.url)).send().await.expect("an answer");
        assert_eq!(file.status(), 404, "{name}");
    }

    let response = ask(&running.url, "How do I deploy the changed files of SECRETWORD?").await;
    assert_eq!(response.status(), 200);
    assert!(
        response.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/event-stream"))
    );
    assert!(!response.headers().contains_key("content-encoding"));
    let events = events(&response.text().await.expect("a stream"));
    assert!(answer(&events)["text"].as_str().is_some_and(|text| text.contains("/guide/#deploy")));

    let (elapsed, output) = running.stop();
    assert!(output.status.success(), "{output:?}");
    assert!(elapsed < Duration::from_secs(8), "{elapsed:?}");
    let log = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(log.contains("stopped") && !log.contains("SECRETWORD") && !log.contains("\u{1b}["), "{log}");
}

#[cfg(unix)]
#[tokio::test]
async fn without_identity_nobody_is_answered_and_with_a_secret_only_its_tokens() {
    let folder = folder();
    let running = Running::start(folder.path(), &["--jwt-secret", "a secret of at least thirty-two bytes"]);
    assert!(!running.summary.contains("thirty-two"), "{}", running.summary);
    let response = ask(&running.url, "How do I deploy?").await;
    assert_eq!(response.status(), 401);
    assert!(response.text().await.expect("text").contains("Bearer"));
}

#[tokio::test]
async fn whoever_asks_more_often_than_the_flag_allows_is_told_to_wait() {
    let folder = folder();
    let running = Running::start(folder.path(), &["--requests-per-minute", "1"]);
    assert_eq!(ask(&running.url, "How do I deploy?").await.status(), 200);
    let refused = ask(&running.url, "How do I deploy?").await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_said_with_what_to_do() {
    let folder = folder();
    let path = folder.path().to_str().expect("UTF-8");
    let memory = ["--database-url", "sqlite::memory:", "--addr", "127.0.0.1:0"];
    let serve = |more: &[&str]| fails(&[&["serve"], &memory[..], more].concat());

    let error = serve(&[]);
    assert!(error.contains("--docs") && error.contains("--site"), "{error}");
    let error = serve(&["--docs", "no/such/folder"]);
    assert!(error.contains("no/such/folder") && error.contains("check the path"), "{error}");
    let error = serve(&["--docs", path, "--model-url", "http://127.0.0.1:9/v1"]);
    assert!(error.contains("DOCENT_MODEL"), "{error}");
    let error = fails(&["serve", "--docs", path, "--addr", "0.0.0.0:0"]);
    assert!(error.contains("DOCENT_JWT_SECRET") && error.contains("127.0.0.1"), "{error}");
    let busy = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = busy.local_addr().expect("an address").to_string();
    let error = fails(&["serve", "--docs", path, "--addr", &address]);
    assert!(error.contains("in use") && error.contains("--addr"), "{error}");
    let bad = format!("sqlite://{path}/no/such/folder/docent.db");
    let error = fails(&["serve", "--docs", path, "--addr", "127.0.0.1:0", "--database-url", &bad]);
    assert!(error.contains("database") && error.contains("--database-url"), "{error}");
}

#[test]
fn search_shows_the_passages_for_a_question() {
    let folder = folder();
    let output =
        docent().args(["search", "--docs"]).arg(folder.path()).args(["clear", "the", "cache"]).output();
    let output = output.expect("the program");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("Guide › Cache") && text.contains("/guide/#cache"), "{text}");
}

//! The example that a reader meets first works as it says.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;

#[tokio::test]
async fn the_echo_example_answers() {
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--package",
            "docent-server",
            "--example",
            "echo",
            "--message-format",
            "short",
        ])
        .status()
        .await
        .unwrap();
    assert!(built.success());
    // Tests live in `<target>/<profile>/deps`, examples in `<target>/<profile>/examples`.
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().with_file_name("examples").join("echo");
    let mut echo =
        Command::new(program).arg("127.0.0.1:0").stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let url = BufReader::new(echo.stdout.take().unwrap()).lines().next_line().await.unwrap().unwrap();
    let address = url.strip_prefix("http://").unwrap().strip_suffix("/chatkit").unwrap();

    let body = r#"{"type": "threads.create", "params": {"input": {"content": [{"type": "input_text", "text": "hello you"}], "attachments": [], "inference_options": {}}}}"#;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /chatkit HTTP/1.1\r\nhost: {address}\r\nx-user-id: ada\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(
        answer.contains(r#""text":"hello you""#) && answer.contains(r#""title":"hello you""#),
        "{answer}"
    );
    echo.kill().await.unwrap();
}

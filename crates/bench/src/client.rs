//! The client that makes the load: HTTP/1.1 over one connection that is kept, with no more work than that needs, so that
//! what is measured is the server.

mod answer;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use answer::Answer;

/// What stands in an event that carries a piece of text.
const DELTA: &[u8] = b".text_delta\"";

/// One connection of one user.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    /// The request up to the length of its body.
    head: String,
    answer: Answer,
}

/// What was seen of a turn.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TurnTimes {
    /// From the request to the first byte of the first event.
    pub(crate) first_event: Duration,
    /// From the request to the first text.
    pub(crate) first_text: Duration,
    /// From the request to the end of the answer.
    pub(crate) whole: Duration,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr, user: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let head = format!(
            "POST /chatkit HTTP/1.1\r\nhost: {address}\r\nx-user-id: {user}\r\ncontent-type: application/json\r\n\
             content-length: "
        );
        Ok(Self { stream, head, answer: Answer::default() })
    }

    /// Asks for a sign of life.
    pub(crate) async fn health(&mut self) -> Result<()> {
        self.answer.clear();
        self.stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await?;
        self.read_to_end().await.map(drop)
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn ask(&mut self, body: &str) -> Result<&str> {
        self.send(body).await?;
        self.read_to_end().await
    }

    /// Sends a request whose answer streams, and watches it. `on_deltas` hears of pieces of text as they arrive.
    pub(crate) async fn turn(&mut self, body: &str, mut on_deltas: impl FnMut(usize)) -> Result<TurnTimes> {
        let begun = Instant::now();
        self.send(body).await?;
        let mut times = TurnTimes::default();
        let mut has_text = false;
        while !self.answer.is_complete() {
            self.read_more().await?;
            let now = begun.elapsed();
            if times.first_event.is_zero() && !self.answer.body().is_empty() {
                times.first_event = now;
            }
            let deltas = self.answer.count_new(DELTA);
            if deltas > 0 {
                if !has_text {
                    times.first_text = now;
                    has_text = true;
                }
                on_deltas(deltas);
            }
        }
        times.whole = begun.elapsed();
        self.answer.check_status()?;
        Ok(times)
    }

    /// Sends a request whose answer streams, reads until this text came, and leaves the stream open.
    pub(crate) async fn turn_until(&mut self, body: &str, text: &[u8]) -> Result<()> {
        self.send(body).await?;
        while self.answer.count_new(text) == 0 {
            if self.answer.is_complete() {
                bail!("the stream ended: {}", self.answer.text()?);
            }
            self.read_more().await?;
        }
        self.answer.forget();
        Ok(())
    }

    /// How many events the last answer had with this text in them.
    pub(crate) fn count(&self, text: &[u8]) -> usize {
        memchr::memmem::find_iter(self.answer.body(), text).count()
    }

    async fn send(&mut self, body: &str) -> Result<()> {
        self.answer.clear();
        let request = format!("{}{}\r\n\r\n{body}", self.head, body.len());
        self.stream.write_all(request.as_bytes()).await.context("the request could not be sent")
    }

    async fn read_to_end(&mut self) -> Result<&str> {
        while !self.answer.is_complete() {
            self.read_more().await?;
        }
        self.answer.check_status()?;
        self.answer.text()
    }

    async fn read_more(&mut self) -> Result<()> {
        if self.stream.read_buf(self.answer.incoming()).await.context("the answer broke off")? == 0 {
            bail!("the connection was closed in the middle of an answer");
        }
        self.answer.take_in()
    }
}

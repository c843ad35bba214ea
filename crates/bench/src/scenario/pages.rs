//! Pages: the list of a user's 100 threads, and the 100 items of a thread, read by 16 clients.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::{JoinSet, LocalSet};

use super::Plan;
use crate::candidate::Server;
use crate::client::Connection;
use crate::figure::Quantiles;
use crate::request;

/// How many clients read at once.
const CLIENTS: usize = 16;
/// How many rows there are, and a page shows.
const ROWS: usize = 100;
/// Who has them.
const USER: &str = "pages";

/// What reading showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageFigures {
    /// Answers in a second.
    pub(crate) per_second: f64,
    /// From the request to the end of the answer.
    pub(crate) latency: Quantiles,
}

/// Fills the store: 100 threads, the last of which has 100 items. Gives the two requests.
pub(crate) async fn fill(server: &Server) -> Result<[String; 2]> {
    let mut connection = Connection::open(server.address, USER).await?;
    let mut thread = None;
    for place in 1..=ROWS {
        // The message itself is an item, too.
        let items = if place == ROWS { ROWS - 1 } else { 1 };
        let answer = connection.ask(&request::create(&format!("items {items}"))).await?;
        thread = request::last_id(answer, "thr");
    }
    let thread = thread.context("no thread was made")?;
    Ok([request::threads(ROWS), request::items(&thread, ROWS, None)])
}

/// Reads a page again and again.
pub(crate) async fn measure(server: &Server, body: &str, plan: &Plan) -> Result<PageFigures> {
    let from = Instant::now() + plan.warm_up;
    let until = from + plan.window;
    let local = LocalSet::new();
    let mut tasks = JoinSet::new();
    for _ in 0..CLIENTS {
        let connection = Connection::open(server.address, USER).await?;
        tasks.spawn_local_on(ask(connection, body.to_owned(), from, until), &local);
    }
    let mut samples = Vec::new();
    local
        .run_until(async {
            while let Some(ended) = tasks.join_next().await {
                samples.extend(ended??);
            }
            anyhow::Ok(())
        })
        .await?;
    let per_second = samples.len() as f64 / plan.window.as_secs_f64();
    Ok(PageFigures { per_second, latency: Quantiles::of(samples) })
}

async fn ask(
    mut connection: Connection,
    body: String,
    from: Instant,
    until: Instant,
) -> Result<Vec<Duration>> {
    let mut samples = Vec::new();
    loop {
        let begun = Instant::now();
        if begun >= until {
            return Ok(samples);
        }
        connection.ask(&body).await?;
        let ended = Instant::now();
        if ended >= from && ended < until {
            samples.push(ended - begun);
        }
        let rows = connection.count(b"\"created_at\":");
        if rows != ROWS {
            bail!("a page of {rows} rows instead of {ROWS}");
        }
    }
}

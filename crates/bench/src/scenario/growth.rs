//! Growth: what a page of a thread costs when the thread gets longer.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::Plan;
use crate::candidate::Server;
use crate::client::Connection;
use crate::figure::median;
use crate::request;

/// How many items one answer adds while a thread is filled.
const AT_ONCE: usize = 1_000;
/// How often a page is read; the middle one counts.
const READS: usize = 300;

/// What pages cost in a thread of this length.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GrowthFigures {
    /// How many items the thread has.
    pub(crate) items: usize,
    /// The newest 20.
    pub(crate) first_20: Duration,
    /// The newest 100.
    pub(crate) first_100: Duration,
    /// 20 from the middle, by cursor.
    pub(crate) middle_20: Duration,
}

/// Fills one thread for each length, and reads its pages.
pub(crate) async fn measure(server: &Server, plan: &Plan) -> Result<Vec<GrowthFigures>> {
    let mut connection = Connection::open(server.address, "growth").await?;
    let mut figures = Vec::new();
    for &items in &plan.lengths {
        let (thread, cursor) = fill(&mut connection, items).await?;
        let mut read = async |limit, after| {
            let body = request::items(&thread, limit, after);
            let mut samples = Vec::new();
            for _ in 0..READS {
                let begun = Instant::now();
                connection.ask(&body).await?;
                samples.push(begun.elapsed());
            }
            anyhow::Ok(median(samples))
        };
        figures.push(GrowthFigures {
            items,
            first_20: read(20, None).await?,
            first_100: read(100, None).await?,
            middle_20: read(20, Some(&cursor)).await?,
        });
    }
    Ok(figures)
}

/// Makes a thread of so many items; gives its id and that of an item from its middle.
async fn fill(connection: &mut Connection, items: usize) -> Result<(String, String)> {
    let at_once = items.min(AT_ONCE);
    let turns = items / at_once;
    // The message that asks is an item, too.
    let text = format!("items {}", at_once - 1);
    let first = connection.ask(&request::create(&text)).await?;
    let thread = request::last_id(first, "thr").context("no thread was made")?;
    let middle_of_first = &first[..first.len() / 2];
    let mut cursor = request::last_id(middle_of_first, "msg").context("no item was made")?;
    for turn in 1..turns {
        let answer = connection.ask(&request::add(&thread, &text)).await?;
        if turn == turns / 2 {
            cursor = request::last_id(answer, "msg").context("no item was made")?;
        }
    }
    Ok((thread, cursor))
}

//! Idle streams: turns that have begun, said one word and wait, as while a model thinks, each of another user. What does
//! each cost in memory?

use std::time::Duration;

use anyhow::Result;
use tokio::task::{JoinSet, LocalSet};

use super::Plan;
use crate::candidate::Server;
use crate::client::Connection;
use crate::request;

/// How many are opened at once.
const AT_ONCE: usize = 64;
/// Descriptors that a process needs beside its connections.
const SPARE: usize = 200;
/// How long the server may put things away before its memory is read.
const REST: Duration = Duration::from_secs(2);

/// What so many streams cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdleFigures {
    /// How many are open.
    pub(crate) streams: usize,
    /// What the server's memory grew by, for each.
    pub(crate) bytes_each: f64,
}

/// Opens the streams step by step. Both sides hold a descriptor for each, so that the system's limit may allow fewer.
pub(crate) async fn measure(server: &Server, plan: &Plan) -> Result<Vec<IdleFigures>> {
    // A server that has worked before is what is compared with: its pools and code are in memory.
    let mut warm = Connection::open(server.address, "warm").await?;
    for _ in 0..100 {
        warm.ask(&request::create("deltas 200")).await?;
    }
    tokio::time::sleep(REST).await;
    let before = server.resident_bytes()?;
    let mut open = Vec::new();
    let mut figures = Vec::new();
    for &streams in &plan.streams {
        let streams = streams.min(descriptors()?.saturating_sub(SPARE));
        grow(server, &mut open, streams).await?;
        tokio::time::sleep(REST).await;
        let grown = server.resident_bytes()?.saturating_sub(before);
        figures.push(IdleFigures { streams, bytes_each: grown as f64 / streams as f64 });
    }
    Ok(figures)
}

async fn grow(server: &Server, open: &mut Vec<Connection>, streams: usize) -> Result<()> {
    let local = LocalSet::new();
    let mut tasks = JoinSet::new();
    let address = server.address;
    local
        .run_until(async {
            for place in open.len()..streams {
                if tasks.len() >= AT_ONCE
                    && let Some(opened) = tasks.join_next().await
                {
                    open.push(opened??);
                }
                tasks.spawn_local(async move {
                    let mut connection = Connection::open(address, &format!("idle-{place}")).await?;
                    connection.turn_until(&request::create("idle"), b"\"progress_update\"").await?;
                    anyhow::Ok(connection)
                });
            }
            while let Some(opened) = tasks.join_next().await {
                open.push(opened??);
            }
            Ok(())
        })
        .await
}

/// How many descriptors this process may have.
fn descriptors() -> Result<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()).and_then(|soft| soft.parse().ok());
    Ok(soft.unwrap_or(usize::MAX))
}

//! The whole measurement: each server in turn, each question after the other, in one run.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use crate::candidate::{Candidate, Server};
use crate::figure::{Quantiles, grouped, median, time};
use crate::scenario::Plan;
use crate::scenario::growth::{self, GrowthFigures};
use crate::scenario::idle::{self, IdleFigures};
use crate::scenario::pages::{self, PageFigures};
use crate::scenario::turns::{self, CLIENTS, TurnFigures};
use crate::table;

/// What to measure, and with what.
#[derive(Args)]
pub(crate) struct CompareArguments {
    /// A fast look: one short round, shorter threads, fewer streams.
    #[arg(long)]
    quick: bool,
    /// A folder for the SQLite file.
    #[arg(long)]
    folder: PathBuf,
    /// The Python that has the reference SDK.
    #[arg(long, requires = "reference")]
    python: Option<PathBuf>,
    /// The reference's program.
    #[arg(long, requires = "python")]
    reference: Option<PathBuf>,
    /// A Postgres database for a third column.
    #[arg(long)]
    postgres: Option<String>,
    /// The processor that the servers get.
    #[arg(long)]
    processor: Option<usize>,
    /// Measure only this: pages, turns, idle or growth. Can be given again.
    #[arg(long)]
    only: Vec<String>,
}

/// All that was measured of one server.
#[derive(Debug, Default)]
pub(crate) struct Column {
    /// Its head.
    pub(crate) name: &'static str,
    /// `threads.list` and `items.list`.
    pub(crate) pages: Vec<PageFigures>,
    /// By number of clients.
    pub(crate) turns: Vec<TurnFigures>,
    /// By number of streams.
    pub(crate) idle: Vec<IdleFigures>,
    /// By number of items.
    pub(crate) growth: Vec<GrowthFigures>,
}

/// Measures and prints the table.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(arguments: CompareArguments) -> Result<()> {
    let CompareArguments { quick, folder, python, reference, postgres, processor, only } = arguments;
    let plan = if quick { Plan::quick() } else { Plan::full() };
    let mut candidates = vec![Candidate::Sqlite { folder }];
    candidates.extend(postgres.map(|url| Candidate::Postgres { url }));
    candidates.extend(python.zip(reference).map(|(python, script)| Candidate::Reference { python, script }));
    let wants = |what: &str| only.is_empty() || only.iter().any(|wanted| wanted == what);

    let begun = Instant::now();
    let mut columns = Vec::new();
    for candidate in &candidates {
        let progress = |text: &str| progress(begun, candidate.name(), text);
        let mut column = Column { name: candidate.name(), ..Column::default() };
        if wants("pages") {
            let server = candidate.start(processor).await?;
            column.pages = measure_pages(&server, &plan, &progress).await.context("pages")?;
            server.stop().await?;
        }
        if wants("turns") {
            let server = candidate.start(processor).await?;
            column.turns = measure_turns(&server, &plan, &progress).await.context("turns")?;
            server.stop().await?;
        }
        if wants("growth") {
            progress("items.list in threads that grow");
            let server = candidate.start(processor).await?;
            column.growth = growth::measure(&server, &plan).await.context("growth")?;
            server.stop().await?;
        }
        if wants("idle") {
            progress("idle streams");
            let server = candidate.start(processor).await?;
            column.idle = idle::measure(&server, &plan).await.context("idle streams")?;
            server.stop().await?;
        }
        columns.push(column);
    }
    print(&table::markdown(&columns));
    Ok(())
}

async fn measure_pages(server: &Server, plan: &Plan, progress: &dyn Fn(&str)) -> Result<Vec<PageFigures>> {
    let bodies = pages::fill(server).await?;
    let mut figures = Vec::new();
    for (name, body) in ["threads.list", "items.list"].into_iter().zip(&bodies) {
        progress(name);
        let mut rounds = Vec::new();
        for _ in 0..plan.rounds {
            rounds.push(pages::measure(server, body, plan).await?);
        }
        let latencies: Vec<Quantiles> = rounds.iter().map(|round| round.latency).collect();
        figures.push(PageFigures {
            per_second: median(rounds.iter().map(|round| round.per_second).collect()),
            latency: Quantiles::middle(&latencies),
        });
    }
    Ok(figures)
}

async fn measure_turns(server: &Server, plan: &Plan, progress: &dyn Fn(&str)) -> Result<Vec<TurnFigures>> {
    let mut figures = Vec::new();
    for clients in CLIENTS {
        let mut rounds = Vec::new();
        for _ in 0..plan.rounds {
            let round = turns::measure(server, clients, plan).await?;
            progress(&format!(
                "turns of {clients} clients: {:.1} in a second, {} each of the processor",
                round.per_second,
                time(round.processor_time)
            ));
            rounds.push(round);
        }
        let middle = |part: fn(&TurnFigures) -> Quantiles| {
            Quantiles::middle(&rounds.iter().map(part).collect::<Vec<Quantiles>>())
        };
        figures.push(TurnFigures {
            per_second: median(rounds.iter().map(|round| round.per_second).collect()),
            processor_time: median(rounds.iter().map(|round| round.processor_time).collect()),
            first_event: middle(|round| round.first_event),
            first_text: middle(|round| round.first_text),
        });
    }
    Ok(figures)
}

/// A sign of life, beside the table.
fn progress(begun: Instant, name: &str, text: &str) {
    eprintln!("  {:>4} s  {name}: {text}", grouped(begun.elapsed().as_secs_f64()));
}

#[expect(clippy::print_stdout, reason = "the table is what this program has to say")]
fn print(table: &str) {
    print!("{table}");
}

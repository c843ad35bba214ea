//! Measures Docent's server beside the reference SDK, on one machine and in one run. `cargo xtask bench server` runs it.
//!
//! `docent-bench compare` starts each server as a process of its own and loads it from this one; `docent-bench serve` is
//! Docent's part: the library as a user of it would serve it, with no setting that a user would not have.

mod candidate;
mod client;
mod compare;
mod figure;
mod request;
mod scenario;
mod serve;
mod table;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Measures Docent's server beside the reference SDK")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Serves Docent for a measurement.
    Serve(serve::ServeArguments),
    /// Measures each server and prints a table in Markdown.
    Compare(compare::CompareArguments),
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Serve(arguments) => serve::run(arguments),
        Task::Compare(arguments) => compare::run(arguments),
    }
}

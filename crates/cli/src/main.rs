//! The binary `docent`.

use std::process::ExitCode;

use clap::Parser;
use docent_cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    docent_cli::init_logging();
    // Two TLS providers in one process panic at run time, so the one is named before anything can pick another.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider was installed before");
    }
    let outcome = match cli.command {
        Command::Serve(options) => docent_cli::serve(options),
        Command::Search(options) => docent_cli::search(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("docent: {error:#}");
            ExitCode::FAILURE
        }
    }
}

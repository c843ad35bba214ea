//! Logs go to standard error, one line for an event, and never hold what readers or documents say.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Begins to log. `DOCENT_LOG`, else `RUST_LOG`, says how much (`info` unless set); `DOCENT_LOG_FORMAT=json` writes
/// one JSON object for each line.
pub fn init() {
    let filter = ["DOCENT_LOG", "RUST_LOG"]
        .into_iter()
        .find_map(|name| EnvFilter::try_from_env(name).ok())
        .unwrap_or_else(|| EnvFilter::new("info,tantivy=warn,html5ever=error,selectors=error"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let is_json = std::env::var("DOCENT_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json"));
    let installed = if is_json {
        subscriber.json().try_init()
    } else {
        subscriber.with_target(false).compact().try_init()
    };
    // A second call keeps the first subscriber, which serves as well.
    drop(installed);
}

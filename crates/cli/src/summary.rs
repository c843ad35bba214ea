//! What `docent serve` says about itself once it is ready.

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use docent_retrieval::{Search, SearchIndex};

use crate::config::{Answers, ServeOptions};

/// Prints the summary and, last, one line with the address, to standard output.
pub(crate) fn print(
    options: &ServeOptions,
    answers: &Answers,
    index: Option<&SearchIndex>,
    address: SocketAddr,
    elapsed: Duration,
) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text(options, answers, index, address, elapsed))?;
    out.flush()
}

fn text(
    options: &ServeOptions,
    answers: &Answers,
    index: Option<&SearchIndex>,
    address: SocketAddr,
    elapsed: Duration,
) -> String {
    let documents = match index {
        Some(index) => format!(
            "{} pages, {} passages, read in {} ms",
            index.pages().len(),
            index.passage_count(),
            elapsed.as_millis()
        ),
        None => "none".to_owned(),
    };
    let answers = match answers {
        Answers::Documents => "quoted from the documents, no model".to_owned(),
        Answers::Model { url, model, .. } => format!("written by {model} at {}", host(url)),
    };
    let identity = match options.jwt_secret {
        Some(_) => "signed token (Authorization: Bearer)",
        None => "X-User-ID header, on this machine only (development)",
    };
    let mut lines = vec![
        format!("  documents  {documents}"),
        format!("  answers    {answers}"),
        format!("  database   {}", without_password(&options.database_url)),
        format!("  identity   {identity}"),
        format!("  endpoint   http://{address}/chatkit"),
    ];
    if let Some(site) = &options.site {
        lines.push(format!("  site       {}", site.display()));
    }
    if !options.allow_origin.is_empty() {
        lines.push(format!("  origins    {}", options.allow_origin.join(", ")));
    }
    lines.push(format!("docent is ready: http://{address}"));
    lines.join("\n")
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    host.rsplit('@').next().unwrap_or(host)
}

/// The database's address with the password, if it has one, left out, and so the parameters, which may hold it too.
pub(crate) fn without_password(url: &str) -> String {
    let url = url.split_once('?').map_or(url, |(address, _)| address);
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
        Some((scheme, (_, host))) => format!("{scheme}://{host}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_or_user_is_printed() {
        assert_eq!(without_password("postgres://u:p@h/db"), "postgres://h/db");
        assert_eq!(without_password("postgres:///db?user=u&password=p@q"), "postgres:///db");
        assert_eq!(without_password("sqlite://docent.db"), "sqlite://docent.db");
        assert_eq!(host("https://user:secret@api.example/v1"), "api.example");
    }
}

//! The database that `--database-url` names.

use std::sync::Arc;

use anyhow::Context;
use docent_server::{PostgresOptions, PostgresStore, SqliteStore, Store};

use crate::config::ServeOptions;
use crate::summary::without_password;

/// Opens it, makes what is missing in it, and brings its tables up to date.
pub(crate) async fn open(options: &ServeOptions) -> anyhow::Result<Arc<dyn Store>> {
    let url = &options.database_url;
    if is_postgres(url) {
        let settings = PostgresOptions::default().schema(&options.database_schema);
        let store = PostgresStore::connect_with(url, settings).await.with_context(|| {
            format!(
                "the database {} cannot be used: check that it is running, that --database-url names it, and that its \
                 role may create the schema {} or owns it",
                without_password(url),
                options.database_schema
            )
        })?;
        return Ok(Arc::new(store));
    }
    let store = SqliteStore::connect(url).await.with_context(|| {
        format!(
            "the database {} cannot be opened: check that its folder exists and can be written to, or use \
             --database-url sqlite://docent.db",
            without_password(url)
        )
    })?;
    Ok(Arc::new(store))
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_says_which_database_it_is() {
        assert!(is_postgres("postgres://u@h/d") && is_postgres("postgresql:///d?host=/run/postgresql"));
        assert!(!is_postgres("sqlite://postgres.db") && !is_postgres("sqlite::memory:"));
    }
}

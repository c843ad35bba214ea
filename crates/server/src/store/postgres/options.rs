//! How a [`PostgresStore`](super::PostgresStore) connects.

use std::time::Duration;

/// The settings of a [`PostgresStore`](super::PostgresStore) that are not in its URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresOptions {
    pub(super) schema: String,
    pub(super) connections: u32,
    pub(super) lease: Duration,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self { schema: "docent".into(), connections: 8, lease: Duration::from_secs(20) }
    }
}

impl PostgresOptions {
    /// The schema that holds the tables; `docent` unless said otherwise. It is made if it is missing.
    #[must_use]
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = name.into();
        self
    }

    /// How many connections are opened at once and kept, from 1 on; 8 unless said otherwise.
    #[must_use]
    pub fn connections(mut self, connections: u32) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// How long a run outlives the last sign of life of the process that runs it; 20 seconds unless said otherwise, and
    /// 1 second at least. After that, another process brings the run to an end.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease.max(Duration::from_secs(1));
        self
    }
}

/// Whether a name needs no quotes anywhere and is kept whole.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.len() <= 63
        && !name.starts_with("pg_")
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_has_a_name_that_needs_no_quotes() {
        assert!(is_plain_name("docent") && is_plain_name("site_2"));
        for bad in ["", "2", "Docent", "a b", "a;drop", "a\"", "pg_mine", "ä", &"a".repeat(64)] {
            assert!(!is_plain_name(bad), "{bad}");
        }
    }
}

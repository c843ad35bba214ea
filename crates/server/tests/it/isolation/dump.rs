//! Everything a database holds, or everything it holds of one user, as text to compare.

#[cfg(feature = "postgres")]
use sqlx::{AssertSqlSafe, Connection};

/// A connection of one's own to an embedded database.
pub(crate) fn open(url: &str) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(url.strip_prefix("sqlite://").unwrap()).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    connection
}

/// A database, looked at past the server.
pub(crate) enum Dump {
    Sqlite {
        url: String,
    },
    #[cfg(feature = "postgres")]
    Postgres {
        url: String,
        schema: String,
    },
}

impl Dump {
    /// Every row of every table, or of this user; what a run's process does to show that it lives is left out.
    pub(crate) async fn read(&self, user: Option<&str>) -> String {
        let mine = user.map_or(String::new(), |user| format!(" WHERE user_id = '{user}'"));
        let mut text = String::new();
        match self {
            Self::Sqlite { url } => {
                let connection = open(url);
                let strings = |query: &str| -> Vec<String> {
                    let mut statement = connection.prepare(query).unwrap();
                    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
                };
                let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
                for table in strings(tables) {
                    let columns = format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')");
                    let row = strings(&columns).join(" || '|' || ");
                    let rows = format!("SELECT '{table} ' || {row} FROM {table}{mine} ORDER BY 1");
                    text.extend(strings(&rows).into_iter().map(|row| row + "\n"));
                }
            }
            #[cfg(feature = "postgres")]
            Self::Postgres { url, schema } => {
                let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
                let options = options.options([("search_path", schema.as_str())]);
                let mut connection = sqlx::PgConnection::connect_with(&options).await.unwrap();
                let tables: Vec<String> = sqlx::query_scalar(
                    "SELECT tablename::text FROM pg_tables WHERE schemaname = $1 AND tablename NOT LIKE '\\_sqlx%' \
                     ORDER BY 1",
                )
                .bind(schema)
                .fetch_all(&mut connection)
                .await
                .unwrap();
                for table in tables {
                    let rows = format!(
                        "SELECT '{table} ' || (to_jsonb(\"row\") - 'lease_until')::text FROM {table} AS \"row\"{mine} \
                         ORDER BY 1"
                    );
                    let rows: Vec<String> =
                        sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&mut connection).await.unwrap();
                    text.extend(rows.into_iter().map(|row| row + "\n"));
                }
            }
        }
        text
    }
}

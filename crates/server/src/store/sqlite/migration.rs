//! Brings the tables of a file up to date.
//!
//! How far they are stands in the file's `user_version`. Versions of this crate before that kept it in a table named
//! `_sqlx_migrations`; what stands there counts, and it stays there, so that such a version can still open the file.

use rusqlite::Connection;

use super::failure::Failure;
use crate::store::StoreError;

/// Every change of the tables, in its order. The place of each, from 1 on, is its version.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_threads_and_items.sql"),
    include_str!("../../../migrations/sqlite/0002_attachments.sql"),
    include_str!("../../../migrations/sqlite/0003_runs.sql"),
    include_str!("../../../migrations/sqlite/0004_items_aside.sql"),
    include_str!("../../../migrations/sqlite/0005_keys_that_grow.sql"),
];

/// Why tables cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
enum MigrationError {
    #[error(
        "the database was made by a newer version of this server: its tables are of version {found}, and this one \
         knows {known}. Start the newer version, or go back to a copy of the file from before it was started"
    )]
    Newer { found: usize, known: usize },
    #[error(
        "an earlier version of this server began to change the tables and did not end: go back to a copy of the file \
         from before"
    )]
    Unfinished,
}

/// Makes every change that is missing, all or none. Foreign keys are not looked at meanwhile: a table that is made anew
/// would take along what refers to it.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "foreign_keys", false).map_err(StoreError::database)?;
    migrate_with(connection, MIGRATIONS).map_err(StoreError::from)
}

fn migrate_with(connection: &mut Connection, migrations: &[&str]) -> Result<(), Failure> {
    // Another process may start at the same time: whoever comes second finds everything done.
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    let known = migrations.len();
    if found > known {
        return Err(StoreError::database(MigrationError::Newer { found, known }).into());
    }
    if found < known {
        for migration in &migrations[found..] {
            transaction.execute_batch(migration)?;
        }
        transaction.pragma_update(
            None,
            "user_version",
            i64::try_from(known).map_err(StoreError::database)?,
        )?;
        transaction.commit()?;
    }
    Ok(())
}

/// How many changes were made.
fn version(connection: &Connection) -> Result<usize, Failure> {
    let own: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let has_table = connection.table_exists(None, "_sqlx_migrations")?;
    let version = if own == 0 && has_table {
        let state = "SELECT COALESCE(MAX(version), 0), COALESCE(MIN(success), 1) FROM _sqlx_migrations";
        let (version, is_whole): (i64, bool) =
            connection.query_row(state, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if !is_whole {
            return Err(StoreError::database(MigrationError::Unfinished).into());
        }
        version
    } else {
        own
    };
    Ok(usize::try_from(version).map_err(StoreError::database)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::chain;

    /// What the versions before kept of their migrations.
    const BEFORE: &str = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
        installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, \
        execution_time BIGINT NOT NULL);";

    fn row(version: usize, is_whole: bool) -> String {
        format!("INSERT INTO _sqlx_migrations VALUES ({version}, 'x', '2026-01-01', {is_whole}, X'00', 1);")
    }

    fn open(sql: &str) -> Connection {
        let connection = Connection::open_in_memory().expect("a database");
        connection.execute_batch(sql).expect("what was there before");
        connection
    }

    fn schema(connection: &Connection) -> Vec<String> {
        let query = "SELECT sql FROM sqlite_master WHERE name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND sql IS NOT NULL ORDER BY name";
        super::super::statement::all(connection, query, [], |row| row.get(0)).expect("a schema")
    }

    fn user_version(connection: &Connection) -> i64 {
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a number")
    }

    #[test]
    fn a_database_of_every_version_before_becomes_the_same_as_a_new_one() {
        let mut new = open("");
        migrate(&mut new).expect("made");
        assert_eq!(user_version(&new), i64::try_from(MIGRATIONS.len()).expect("small"));
        for done in 0..=4 {
            let mut before = BEFORE.to_owned();
            for (version, migration) in (1..=done).zip(MIGRATIONS) {
                before.push_str(migration);
                before.push_str(&row(version, true));
            }
            if done > 0 {
                before.push_str(
                    "INSERT INTO threads (user_id, id, created_at, status, metadata) VALUES ('ada', 't', 1, '{}', '{}');",
                );
            }
            let mut old = open(&before);
            migrate(&mut old).expect("brought up to date");
            migrate(&mut old).expect("a second start changes nothing");
            assert_eq!(schema(&old), schema(&new), "from version {done}");
            let kept = old.query_row("SELECT COUNT(*) FROM threads", [], |row| row.get::<_, i64>(0));
            assert_eq!(kept.expect("counted"), i64::from(done > 0), "from version {done}");
        }
    }

    #[test]
    fn everything_stays_when_the_keys_change_their_order() {
        let mut connection = open(&MIGRATIONS[..4].concat());
        let content = "INSERT INTO threads (seq, user_id, id, created_at, status, metadata) \
             VALUES (3, 'ada', 't', 1, '{}', '{}'), (7, 'bob', 'u', 1, '{}', '{}'); \
             INSERT INTO items (user_id, thread_id, id, position, is_hidden, body, is_deleted, added_by) \
             VALUES ('ada', 't', 'b', 1, 0, 'B', 0, 'r'), ('ada', 't', 'a', 2, 1, 'A', 1, NULL), ('bob', 'u', 'a', 1, 0, 'A', 0, NULL); \
             INSERT INTO feedback VALUES ('ada', 't', 'b', 'positive'); \
             INSERT INTO runs VALUES ('ada', 'r', 't', 'running', 1, 5, NULL, 'key', 'print', 9), \
             ('bob', 'r', 'u', 'completed', 0, 5, 6, NULL, NULL, 2); \
             INSERT INTO run_events VALUES ('ada', 'r', 1, 4, 'x'), ('ada', 'r', 5, 9, 'y'), ('bob', 'r', 1, 2, 'z'); \
             INSERT INTO items_aside VALUES ('ada', 't', 'r', 'a', 2, 1, 'A', NULL); \
             DELETE FROM threads WHERE seq = 7;";
        connection.pragma_update(None, "foreign_keys", true).expect("on");
        connection.execute_batch(content).expect("content");
        connection.pragma_update(None, "user_version", 4).expect("a version");
        let kept = |connection: &Connection| {
            let tables = [
                "SELECT * FROM threads",
                "SELECT user_id, thread_id, id, position, is_hidden, body, is_deleted, added_by FROM items",
                "SELECT * FROM feedback",
                "SELECT * FROM runs",
                "SELECT * FROM run_events",
                "SELECT * FROM items_aside",
            ];
            let read = |row: &rusqlite::Row<'_>| {
                (0..row.as_ref().column_count())
                    .map(|column| row.get::<_, rusqlite::types::Value>(column))
                    .collect::<rusqlite::Result<Vec<_>>>()
            };
            tables.map(|query| super::super::statement::all(connection, query, [], read).expect("read"))
        };
        let before = kept(&connection);
        assert!(before.iter().all(|rows| !rows.is_empty()), "{before:?}");
        migrate(&mut connection).expect("brought up to date");
        assert_eq!(kept(&connection), before);
        connection.pragma_update(None, "foreign_keys", true).expect("on");
        let dangling =
            connection.query_row("SELECT COUNT(*) FROM pragma_foreign_key_check", [], |row| row.get(0));
        assert_eq!(dangling, Ok(0));
        connection
            .execute_batch("INSERT INTO threads (user_id, id, created_at, status, metadata) VALUES ('eve', 'v', 1, '', '')")
            .expect("added");
        let seq = connection.query_row("SELECT seq FROM threads WHERE id = 'v'", [], |row| row.get(0));
        assert_eq!(seq, Ok(8), "a number that was given is not given again");
        connection.execute_batch("DELETE FROM threads WHERE id = 't'").expect("deleted");
        assert!(kept(&connection)[1..].iter().all(Vec::is_empty), "what refers to a row goes with it");
    }

    #[test]
    fn a_newer_database_is_left_alone_and_the_error_says_what_to_do() {
        let newer = format!("{BEFORE}{}{}", row(1, true), row(99, true));
        for mut newer in [open("PRAGMA user_version = 99"), open(&newer)] {
            let before = schema(&newer);
            let error = migrate(&mut newer).expect_err("newer");
            let told = chain(&error);
            assert!(told.contains("of version 99") && told.contains("Start the newer version"), "{told}");
            assert_eq!(schema(&newer), before);
        }
    }

    #[test]
    fn a_change_that_fails_changes_nothing() {
        let mut connection = open("");
        let failing = ["CREATE TABLE a (b)", "CREATE TABLE c (d); NONSENSE"];
        migrate_with(&mut connection, &failing).expect_err("nonsense");
        assert_eq!((schema(&connection).len(), user_version(&connection)), (0, 0));
        let mut unfinished = open(&format!("{BEFORE}{}", row(1, false)));
        let told = chain(&migrate(&mut unfinished).expect_err("unfinished"));
        assert!(told.contains("go back to a copy"), "{told}");
    }
}

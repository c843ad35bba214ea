//! Attachments in SQLite, their bytes beside them, so that both come and go together.

use async_trait::async_trait;
use docent_protocol::Timestamp;
use rusqlite::{Connection, Row, params};

use super::SqliteStore;
use super::failure::Failure;
use super::statement::{execute, first};
use crate::store::row::AttachmentRow;
use crate::store::{AttachmentRecord, AttachmentStore, StoreError, ThreadKey};

/// The columns of an [`AttachmentRow`], of the table.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, token, name, mime_type, size_bytes, created_at, thread_id, bytes IS NOT NULL ",
            "FROM attachments WHERE ",
            $condition
        )
    };
}

fn read(row: &Row<'_>) -> rusqlite::Result<AttachmentRow> {
    Ok(AttachmentRow {
        id: row.get(0)?,
        token: row.get(1)?,
        name: row.get(2)?,
        mime_type: row.get(3)?,
        size_bytes: row.get(4)?,
        created_at: row.get(5)?,
        thread_id: row.get(6)?,
        is_uploaded: row.get(7)?,
    })
}

fn open(connection: &Connection, id: &str, token: &str) -> Result<AttachmentRecord, Failure> {
    let row = first(connection, select!("id = ?1 AND token = ?2"), params![id, token], read)?;
    Ok(row.ok_or(StoreError::NotFound)?.into())
}

#[async_trait]
impl AttachmentStore for SqliteStore {
    async fn add_attachment(&self, user_id: &str, record: &AttachmentRecord) -> Result<(), StoreError> {
        let (user_id, record) = (user_id.to_owned(), record.clone());
        let size_bytes = i64::try_from(record.size_bytes).map_err(StoreError::database)?;
        let write = move |connection: &Connection| {
            let AttachmentRecord {
                id,
                token,
                name,
                mime_type,
                size_bytes: _,
                created_at,
                thread_id,
                is_uploaded: _,
            } = &record;
            let created_at = created_at.unix_micros();
            execute(
                connection,
                "INSERT INTO attachments (user_id, id, token, name, mime_type, size_bytes, created_at, thread_id) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![user_id, id, token, name, mime_type, size_bytes, created_at, thread_id],
            )?;
            Ok(())
        };
        self.write(write).await
    }

    async fn load_attachment(&self, user_id: &str, id: &str) -> Result<AttachmentRecord, StoreError> {
        let (user_id, id) = (user_id.to_owned(), id.to_owned());
        let query = move |connection: &Connection| {
            let row = first(connection, select!("user_id = ?1 AND id = ?2"), params![user_id, id], read)?;
            Ok(row.ok_or(StoreError::NotFound)?.into())
        };
        self.read(query).await
    }

    async fn open_attachment(&self, id: &str, token: &str) -> Result<AttachmentRecord, StoreError> {
        let (id, token) = (id.to_owned(), token.to_owned());
        self.read(move |connection| open(connection, &id, &token)).await
    }

    async fn save_attachment_bytes(&self, id: &str, token: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let (id, token, bytes) = (id.to_owned(), token.to_owned(), bytes.to_vec());
        let write = move |connection: &Connection| {
            let statement =
                "UPDATE attachments SET bytes = ?3 WHERE id = ?1 AND token = ?2 AND bytes IS NULL";
            if execute(connection, statement, params![id, token, bytes])? > 0 {
                return Ok(());
            }
            open(connection, &id, &token)?;
            Err(StoreError::Duplicate.into())
        };
        self.write(write).await
    }

    async fn load_attachment_bytes(&self, id: &str, token: &str) -> Result<Vec<u8>, StoreError> {
        let (id, token) = (id.to_owned(), token.to_owned());
        let query = move |connection: &Connection| {
            let query = "SELECT bytes FROM attachments WHERE id = ?1 AND token = ?2 AND bytes IS NOT NULL";
            let bytes = first(connection, query, params![id, token], |row| row.get(0))?;
            Ok(bytes.ok_or(StoreError::NotFound)?)
        };
        self.read(query).await
    }

    async fn attach(&self, key: &ThreadKey, ids: &[String]) -> Result<(), StoreError> {
        let (key, ids) = (key.clone(), ids.to_vec());
        let write = move |connection: &Connection| match put_into_thread(connection, &key, &ids)? {
            count if count == ids.len() => Ok(()),
            _ => Err(StoreError::NotFound.into()),
        };
        self.write(write).await
    }

    async fn count_unsent_attachments(&self, user_id: &str) -> Result<u64, StoreError> {
        let user_id = user_id.to_owned();
        let query = move |connection: &Connection| {
            let query = "SELECT COUNT(*) FROM attachments WHERE user_id = ?1 AND thread_id IS NULL";
            Ok(first(connection, query, [&user_id], |row| row.get::<_, i64>(0))?)
        };
        Ok(self.read(query).await?.map_or(0, i64::unsigned_abs))
    }

    async fn delete_attachment(&self, user_id: &str, id: &str) -> Result<bool, StoreError> {
        let (user_id, id) = (user_id.to_owned(), id.to_owned());
        let write = move |connection: &Connection| {
            let statement = "DELETE FROM attachments WHERE user_id = ?1 AND id = ?2";
            Ok(execute(connection, statement, params![user_id, id])? > 0)
        };
        self.write(write).await
    }

    async fn delete_thread_attachments(&self, key: &ThreadKey) -> Result<u64, StoreError> {
        let key = key.clone();
        let write = move |connection: &Connection| {
            let statement = "DELETE FROM attachments WHERE user_id = ?1 AND thread_id = ?2";
            Ok(execute(connection, statement, params![key.user_id, key.thread_id])? as u64)
        };
        self.write(write).await
    }

    async fn delete_abandoned_attachments(&self, before: Timestamp) -> Result<u64, StoreError> {
        let before = before.unix_micros();
        let write = move |connection: &Connection| {
            let statement = "DELETE FROM attachments WHERE thread_id IS NULL AND created_at < ?1";
            Ok(execute(connection, statement, [before])? as u64)
        };
        self.write(write).await
    }
}

/// Puts those of these uploaded attachments that are here, and the user's, into a thread, and tells how many they are.
pub(super) fn put_into_thread(
    connection: &Connection,
    key: &ThreadKey,
    ids: &[String],
) -> Result<usize, Failure> {
    let mut count = 0;
    for id in ids {
        count += execute(
            connection,
            "UPDATE attachments SET thread_id = ?3 WHERE user_id = ?1 AND id = ?2 AND bytes IS NOT NULL",
            params![key.user_id, id, key.thread_id],
        )?;
    }
    Ok(count)
}

//! Attachments in Postgres, their bytes beside them, so that both come and go together.

use async_trait::async_trait;
use docent_protocol::Timestamp;
use sqlx::PgConnection;

use super::{PostgresStore, commit, failed, plain};
use crate::store::row::AttachmentRow;
use crate::store::{AttachmentRecord, AttachmentStore, StoreError, ThreadKey};

#[async_trait]
impl AttachmentStore for PostgresStore {
    async fn add_attachment(&self, user_id: &str, record: &AttachmentRecord) -> Result<(), StoreError> {
        let AttachmentRecord {
            id,
            token,
            name,
            mime_type,
            size_bytes,
            created_at,
            thread_id,
            is_uploaded: _,
        } = record;
        let size_bytes = i64::try_from(*size_bytes).map_err(StoreError::database)?;
        let mut connection = self.connection().await?;
        let added = sqlx::query(
            "INSERT INTO attachments (user_id, id, token, name, mime_type, size_bytes, created_at, thread_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(user_id)
        .bind(id)
        .bind(token)
        .bind(plain(name))
        .bind(plain(mime_type))
        .bind(size_bytes)
        .bind(created_at.unix_micros())
        .bind(thread_id)
        .execute(&mut *connection)
        .await
        .map_err(failed);
        connection.answered(added).map(drop)
    }

    async fn load_attachment(&self, user_id: &str, id: &str) -> Result<AttachmentRecord, StoreError> {
        let mut connection = self.connection().await?;
        let row = sqlx::query_as::<_, AttachmentRow>(
            "SELECT id, token, name, mime_type, size_bytes, created_at, thread_id, bytes IS NOT NULL AS is_uploaded \
             FROM attachments WHERE user_id = $1 AND id = $2",
        )
        .bind(user_id)
        .bind(id)
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed);
        connection.answered(row)?.map(AttachmentRecord::from).ok_or(StoreError::NotFound)
    }

    async fn open_attachment(&self, id: &str, token: &str) -> Result<AttachmentRecord, StoreError> {
        let mut connection = self.connection().await?;
        let row = sqlx::query_as::<_, AttachmentRow>(
            "SELECT id, token, name, mime_type, size_bytes, created_at, thread_id, bytes IS NOT NULL AS is_uploaded \
             FROM attachments WHERE id = $1 AND token = $2",
        )
        .bind(id)
        .bind(token)
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed);
        connection.answered(row)?.map(AttachmentRecord::from).ok_or(StoreError::NotFound)
    }

    async fn save_attachment_bytes(&self, id: &str, token: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let saved =
            sqlx::query("UPDATE attachments SET bytes = $3 WHERE id = $1 AND token = $2 AND bytes IS NULL")
                .bind(id)
                .bind(token)
                .bind(bytes)
                .execute(&mut *connection)
                .await
                .map_err(failed);
        if connection.answered(saved)?.rows_affected() > 0 {
            return Ok(());
        }
        self.open_attachment(id, token).await?;
        Err(StoreError::Duplicate)
    }

    async fn load_attachment_bytes(&self, id: &str, token: &str) -> Result<Vec<u8>, StoreError> {
        let mut connection = self.connection().await?;
        let bytes = sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT bytes FROM attachments WHERE id = $1 AND token = $2 AND bytes IS NOT NULL",
        )
        .bind(id)
        .bind(token)
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed);
        connection.answered(bytes)?.ok_or(StoreError::NotFound)
    }

    async fn attach(&self, key: &ThreadKey, ids: &[String]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        if put_into_thread(&mut transaction, key, ids).await? < ids.len() {
            return Err(StoreError::NotFound);
        }
        commit(transaction).await
    }

    async fn count_unsent_attachments(&self, user_id: &str) -> Result<u64, StoreError> {
        let mut connection = self.connection().await?;
        let count = sqlx::query_scalar::<_, i64>(
            // In this order by one index alone, which holds none that were sent.
            "SELECT COUNT(*) FROM (SELECT 1 FROM attachments WHERE user_id = $1 AND thread_id IS NULL \
                 ORDER BY size_bytes) AS unsent",
        )
        .bind(user_id)
        .fetch_one(&mut *connection)
        .await
        .map_err(failed);
        connection.answered(count).map(i64::unsigned_abs)
    }

    async fn delete_attachment(&self, user_id: &str, id: &str) -> Result<bool, StoreError> {
        let mut connection = self.connection().await?;
        let deleted = sqlx::query("DELETE FROM attachments WHERE user_id = $1 AND id = $2")
            .bind(user_id)
            .bind(id)
            .execute(&mut *connection)
            .await
            .map_err(failed);
        Ok(connection.answered(deleted)?.rows_affected() > 0)
    }

    async fn delete_thread_attachments(&self, key: &ThreadKey) -> Result<u64, StoreError> {
        let mut connection = self.connection().await?;
        let deleted = sqlx::query("DELETE FROM attachments WHERE user_id = $1 AND thread_id = $2")
            .bind(&key.user_id)
            .bind(&key.thread_id)
            .execute(&mut *connection)
            .await
            .map_err(failed);
        Ok(connection.answered(deleted)?.rows_affected())
    }

    async fn delete_abandoned_attachments(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.begin().await?;
        // Listed in order first, because what finds a row by its time is no way to find it by its user, and the other way round.
        let abandoned = sqlx::query_as::<_, (String, String)>(
            "SELECT user_id, id FROM attachments WHERE thread_id IS NULL AND created_at < $1 ORDER BY created_at",
        )
        .bind(before.unix_micros())
        .fetch_all(&mut *transaction)
        .await
        .map_err(failed)?;
        let mut count = 0;
        for (user_id, id) in abandoned {
            // One may have been sent meanwhile.
            let delete = "DELETE FROM attachments WHERE user_id = $1 AND id = $2 AND thread_id IS NULL";
            let deleted = sqlx::query(delete)
                .bind(user_id)
                .bind(id)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            count += deleted.rows_affected();
        }
        commit(transaction).await?;
        Ok(count)
    }
}

/// Puts those of these uploaded attachments that are here, and the user's, into a thread, and tells how many they are.
pub(super) async fn put_into_thread(
    connection: &mut PgConnection,
    key: &ThreadKey,
    ids: &[String],
) -> Result<usize, StoreError> {
    // In one order always, so that two requests never wait for each other.
    let mut ids: Vec<&String> = ids.iter().collect();
    ids.sort();
    let mut count = 0;
    for id in ids {
        let attached = sqlx::query(
            "UPDATE attachments SET thread_id = $3 WHERE user_id = $1 AND id = $2 AND bytes IS NOT NULL",
        )
        .bind(&key.user_id)
        .bind(id)
        .bind(&key.thread_id)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
        count += usize::from(attached.rows_affected() > 0);
    }
    Ok(count)
}

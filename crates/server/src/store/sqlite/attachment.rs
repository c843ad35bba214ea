//! Attachments in SQLite, their bytes beside them, so that both come and go together.

use async_trait::async_trait;
use docent_protocol::Timestamp;

use super::{SqliteStore, commit};
use crate::store::row::{AttachmentRow, write_error};
use crate::store::{AttachmentRecord, AttachmentStore, StoreError, ThreadKey};

#[async_trait]
impl AttachmentStore for SqliteStore {
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
        let mut transaction = self.write().await?;
        sqlx::query(
            "INSERT INTO attachments (user_id, id, token, name, mime_type, size_bytes, created_at, thread_id) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .bind(user_id)
        .bind(id)
        .bind(token)
        .bind(name)
        .bind(mime_type)
        .bind(i64::try_from(*size_bytes).map_err(StoreError::database)?)
        .bind(created_at.unix_micros())
        .bind(thread_id)
        .execute(&mut *transaction)
        .await
        .map_err(write_error)?;
        commit(transaction).await
    }

    async fn load_attachment(&self, user_id: &str, id: &str) -> Result<AttachmentRecord, StoreError> {
        let row = sqlx::query_as::<_, AttachmentRow>(
            "SELECT id, token, name, mime_type, size_bytes, created_at, thread_id, bytes IS NOT NULL AS is_uploaded \
             FROM attachments WHERE user_id = ?1 AND id = ?2",
        )
        .bind(user_id)
        .bind(id)
        .fetch_optional(&mut *self.read().await?)
        .await
        .map_err(StoreError::database)?;
        row.map(AttachmentRecord::from).ok_or(StoreError::NotFound)
    }

    async fn open_attachment(&self, id: &str, token: &str) -> Result<AttachmentRecord, StoreError> {
        let row = sqlx::query_as::<_, AttachmentRow>(
            "SELECT id, token, name, mime_type, size_bytes, created_at, thread_id, bytes IS NOT NULL AS is_uploaded \
             FROM attachments WHERE id = ?1 AND token = ?2",
        )
        .bind(id)
        .bind(token)
        .fetch_optional(&mut *self.read().await?)
        .await
        .map_err(StoreError::database)?;
        row.map(AttachmentRecord::from).ok_or(StoreError::NotFound)
    }

    async fn save_attachment_bytes(&self, id: &str, token: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let saved =
            sqlx::query("UPDATE attachments SET bytes = ?3 WHERE id = ?1 AND token = ?2 AND bytes IS NULL")
                .bind(id)
                .bind(token)
                .bind(bytes)
                .execute(&mut *transaction)
                .await
                .map_err(StoreError::database)?;
        commit(transaction).await?;
        if saved.rows_affected() > 0 {
            return Ok(());
        }
        self.open_attachment(id, token).await?;
        Err(StoreError::Duplicate)
    }

    async fn load_attachment_bytes(&self, id: &str, token: &str) -> Result<Vec<u8>, StoreError> {
        sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT bytes FROM attachments WHERE id = ?1 AND token = ?2 AND bytes IS NOT NULL",
        )
        .bind(id)
        .bind(token)
        .fetch_optional(&mut *self.read().await?)
        .await
        .map_err(StoreError::database)?
        .ok_or(StoreError::NotFound)
    }

    async fn attach(&self, key: &ThreadKey, ids: &[String]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for id in ids {
            let attached = sqlx::query(
                "UPDATE attachments SET thread_id = ?3 WHERE user_id = ?1 AND id = ?2 AND bytes IS NOT NULL",
            )
            .bind(&key.user_id)
            .bind(id)
            .bind(&key.thread_id)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::database)?;
            if attached.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
        }
        commit(transaction).await
    }

    async fn count_unsent_attachments(&self, user_id: &str) -> Result<u64, StoreError> {
        let count = sqlx::query_scalar::<_, i64>(
            "SELECT COUNT(*) FROM attachments WHERE user_id = ?1 AND thread_id IS NULL",
        )
        .bind(user_id)
        .fetch_one(&mut *self.read().await?)
        .await
        .map_err(StoreError::database)?;
        Ok(count.unsigned_abs())
    }

    async fn delete_attachment(&self, user_id: &str, id: &str) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let deleted = sqlx::query("DELETE FROM attachments WHERE user_id = ?1 AND id = ?2")
            .bind(user_id)
            .bind(id)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::database)?;
        commit(transaction).await?;
        Ok(deleted.rows_affected() > 0)
    }

    async fn delete_thread_attachments(&self, key: &ThreadKey) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let deleted = sqlx::query("DELETE FROM attachments WHERE user_id = ?1 AND thread_id = ?2")
            .bind(&key.user_id)
            .bind(&key.thread_id)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::database)?;
        commit(transaction).await?;
        Ok(deleted.rows_affected())
    }

    async fn delete_abandoned_attachments(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let deleted = sqlx::query("DELETE FROM attachments WHERE thread_id IS NULL AND created_at < ?1")
            .bind(before.unix_micros())
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::database)?;
        commit(transaction).await?;
        Ok(deleted.rows_affected())
    }
}

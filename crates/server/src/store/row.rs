//! Rows as the databases keep them, and what they mean on the wire.

use docent_protocol::{Page, ThreadMetadata, ThreadStatus, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{AttachmentRecord, Idempotency, Run, RunState, StoreError, ThreadKey};
use crate::error::chain;

#[cfg_attr(feature = "postgres", derive(sqlx::FromRow))]
pub(super) struct ThreadRow {
    pub(super) id: String,
    pub(super) created_at: i64,
    pub(super) title: Option<String>,
    pub(super) status: String,
    pub(super) metadata: String,
    pub(super) allowed_image_domains: Option<String>,
}

impl TryFrom<ThreadRow> for ThreadMetadata {
    type Error = StoreError;

    fn try_from(row: ThreadRow) -> Result<Self, StoreError> {
        let ThreadRow { id, created_at, title, status, metadata, allowed_image_domains } = row;
        Ok(Self {
            title,
            id,
            created_at: Timestamp::from_unix_micros(created_at),
            status: read(&status)?,
            allowed_image_domains: allowed_image_domains.as_deref().map(read).transpose()?,
            metadata: read(&metadata)?,
        })
    }
}

#[cfg_attr(feature = "postgres", derive(sqlx::FromRow))]
pub(super) struct AttachmentRow {
    pub(super) id: String,
    pub(super) token: String,
    pub(super) name: String,
    pub(super) mime_type: String,
    pub(super) size_bytes: i64,
    pub(super) created_at: i64,
    pub(super) thread_id: Option<String>,
    pub(super) is_uploaded: bool,
}

impl From<AttachmentRow> for AttachmentRecord {
    fn from(row: AttachmentRow) -> Self {
        let AttachmentRow { id, token, name, mime_type, size_bytes, created_at, thread_id, is_uploaded } =
            row;
        Self {
            id,
            token,
            name,
            mime_type,
            size_bytes: size_bytes.unsigned_abs(),
            created_at: Timestamp::from_unix_micros(created_at),
            thread_id,
            is_uploaded,
        }
    }
}

#[cfg_attr(feature = "postgres", derive(sqlx::FromRow))]
pub(super) struct RunRow {
    pub(super) user_id: String,
    pub(super) id: String,
    pub(super) thread_id: String,
    pub(super) state: String,
    pub(super) is_cancel_requested: bool,
    pub(super) started_at: i64,
    pub(super) ended_at: Option<i64>,
    pub(super) idempotency_key: Option<String>,
    pub(super) fingerprint: Option<String>,
    pub(super) last_seq: i64,
}

impl TryFrom<RunRow> for Run {
    type Error = StoreError;

    fn try_from(row: RunRow) -> Result<Self, StoreError> {
        let RunRow {
            user_id,
            id,
            thread_id,
            state,
            is_cancel_requested,
            started_at,
            ended_at,
            idempotency_key,
            fingerprint,
            last_seq,
        } = row;
        Ok(Self {
            id,
            key: ThreadKey { user_id, thread_id },
            state: RunState::from_name(&state)
                .ok_or_else(|| StoreError::database("a run in a state that this version does not know"))?,
            is_cancel_requested,
            started_at: Timestamp::from_unix_micros(started_at),
            ended_at: ended_at.map(Timestamp::from_unix_micros),
            idempotency: idempotency_key
                .zip(fingerprint)
                .map(|(key, fingerprint)| Idempotency { key, fingerprint }),
            last_seq: seq_out(last_seq),
        })
    }
}

/// The number of an event as a database keeps it: its integers have a sign.
pub(super) fn seq_in(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// The number of an event as a database kept it.
pub(super) fn seq_out(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or_default()
}

/// Reads JSON that was stored. The error tells where, and nothing of what stands there, which is somebody's content.
pub(super) fn read<T: DeserializeOwned>(json: impl AsRef<[u8]>) -> Result<T, StoreError> {
    serde_json::from_slice(json.as_ref())
        .map_err(|error| StoreError::database(Unreadable { column: error.column() }))
}

/// What this version of the server cannot read: it was damaged, or written by another version.
#[derive(Debug, thiserror::Error)]
#[error("a row holds at byte {column} what this version of the server cannot read")]
struct Unreadable {
    column: usize,
}

pub(super) fn write<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::database)
}

/// Whether a run may begin in a thread of this status.
pub(super) fn check_active(status: ThreadStatus) -> Result<(), StoreError> {
    if status == ThreadStatus::Active { Ok(()) } else { Err(StoreError::NotActive(status)) }
}

/// How many rows to fetch for a page: one more than it shows, to know whether more follow.
pub(super) fn rows_for(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

/// The page of threads fetched by [`rows_for`]. One that cannot be read is left out, so that it does not keep all others
/// from their reader.
pub(super) fn thread_page(rows: Vec<ThreadRow>, limit: usize) -> Page<ThreadMetadata> {
    let has_more = rows.len() > limit;
    let after = rows.get(limit.wrapping_sub(1)).filter(|_| has_more).map(|last| last.id.clone());
    let mut data = Vec::with_capacity(rows.len().min(limit));
    for row in rows.into_iter().take(limit) {
        let id = row.id.clone();
        match ThreadMetadata::try_from(row) {
            Ok(thread) => data.push(thread),
            Err(error) => {
                tracing::warn!(thread_id = %id, error = %chain(&error), "a thread is left out of a list");
            }
        }
    }
    Page { data, has_more, after }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_not_repeated_in_the_error() {
        for json in ["{\"type\":\"a secret\"}", "\"a secret\"", "{\"title\": a secret"] {
            let error = read::<docent_protocol::ThreadItem>(json).expect_err("no item");
            let told = chain(&error).to_string();
            assert!(told.contains("cannot read") && !told.contains("secret"), "{told}");
        }
    }
}

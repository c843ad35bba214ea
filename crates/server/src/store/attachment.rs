//! Where attachments are kept: what they are, and their bytes.

use async_trait::async_trait;
use docent_protocol::Timestamp;

use super::{StoreError, ThreadKey};

/// An attachment as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct AttachmentRecord {
    /// The id, `atc_…`.
    pub id: String,
    /// The secret in the address of its bytes.
    pub token: String,
    /// The file's name, as the browser gave it: untrusted.
    pub name: String,
    /// The MIME type, as the browser gave it; the bytes were held against it where that can be done.
    pub mime_type: String,
    /// How many bytes were announced; exactly as many are taken.
    pub size_bytes: u64,
    /// When it was announced.
    pub created_at: Timestamp,
    /// The thread it was sent in.
    pub thread_id: Option<String>,
    /// Whether the bytes are there.
    pub is_uploaded: bool,
}

// By hand: the token opens the file, so no log line may hold it, and the name may be private.
impl std::fmt::Debug for AttachmentRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AttachmentRecord")
            .field("id", &self.id)
            .field("size_bytes", &self.size_bytes)
            .field("is_uploaded", &self.is_uploaded)
            .finish_non_exhaustive()
    }
}

/// Keeps attachments. [`contract::check_attachments`](super::contract::check_attachments) proves what is promised here.
///
/// Every method is one transaction. What belongs to another user, or is asked for with a wrong token, is not found.
#[async_trait]
pub trait AttachmentStore: Send + Sync + 'static {
    /// Announces an attachment of this user; its bytes are not there yet.
    async fn add_attachment(&self, user_id: &str, record: &AttachmentRecord) -> Result<(), StoreError>;

    /// An attachment of this user.
    async fn load_attachment(&self, user_id: &str, id: &str) -> Result<AttachmentRecord, StoreError>;

    /// The attachment that this token opens, whoever asks.
    async fn open_attachment(&self, id: &str, token: &str) -> Result<AttachmentRecord, StoreError>;

    /// Writes the bytes of an attachment, once: [`StoreError::Duplicate`] if they are there already.
    async fn save_attachment_bytes(&self, id: &str, token: &str, bytes: &[u8]) -> Result<(), StoreError>;

    /// The bytes; not found while they were not uploaded.
    async fn load_attachment_bytes(&self, id: &str, token: &str) -> Result<Vec<u8>, StoreError>;

    /// Puts uploaded attachments of the user into a thread, all or none.
    async fn attach(&self, key: &ThreadKey, ids: &[String]) -> Result<(), StoreError>;

    /// How many attachments of this user are in no thread.
    async fn count_unsent_attachments(&self, user_id: &str) -> Result<u64, StoreError>;

    /// Deletes an attachment and its bytes. Deleting what is not there is no error; the answer tells.
    async fn delete_attachment(&self, user_id: &str, id: &str) -> Result<bool, StoreError>;

    /// Deletes every attachment of a thread, and tells how many there were.
    async fn delete_thread_attachments(&self, key: &ThreadKey) -> Result<u64, StoreError>;

    /// Deletes what was announced before this time and never sent in a thread, and tells how many there were.
    async fn delete_abandoned_attachments(&self, before: Timestamp) -> Result<u64, StoreError>;
}

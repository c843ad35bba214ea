//! What a handler may know of the files that the reader sent.

use super::{Turn, TurnError};
use crate::store::StoreError;

impl Turn {
    /// The bytes of an attachment of this user; `None` if it was deleted, or the server keeps no attachments. They are
    /// from the browser: untrusted.
    ///
    /// # Errors
    /// [`TurnError::Internal`] if the store fails.
    pub async fn attachment_bytes(&self, attachment_id: &str) -> Result<Option<Vec<u8>>, TurnError> {
        let Some(attachments) = &self.services.attachments else { return Ok(None) };
        let store = attachments.store();
        let read = async {
            let record = store.load_attachment(&self.context.user_id, attachment_id).await?;
            store.load_attachment_bytes(&record.id, &record.token).await
        };
        match read.await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StoreError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

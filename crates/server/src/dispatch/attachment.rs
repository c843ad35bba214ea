//! Attachments: announced, uploaded, sent with a message, given out, deleted.

use docent_protocol::{Attachment, AttachmentCreateParams, AttachmentIdParams, Timestamp};

use super::{Answer, DispatchError, Dispatcher};
use crate::attachment::{Attachments, essence, is_what_it_says};
use crate::error::chain;
use crate::id::IdKind;
use crate::store::{AttachmentRecord, StoreError, ThreadKey};
use crate::turn::RequestContext;

/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 255;
/// The most attachments of one message.
const MOST_PER_MESSAGE: usize = 20;
/// The most attachments of a user that may wait to be sent, so that nobody fills the disk by announcing files.
const MOST_UNSENT: u64 = 100;
/// How long an attachment may wait to be sent in a thread, in microseconds: a day.
const PATIENCE_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// The bytes of an attachment, with what has to be said about them.
pub(crate) struct Download {
    /// What it is.
    pub(crate) record: AttachmentRecord,
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
}

impl Dispatcher {
    /// `attachments.create`: checks what is announced and says where the bytes go.
    pub(super) async fn create_attachment(
        &self,
        context: &RequestContext,
        params: AttachmentCreateParams,
    ) -> Result<Answer, DispatchError> {
        let attachments = self.attachments("attachments.create")?;
        let AttachmentCreateParams { name, size, mime_type } = params;
        let Ok(size_bytes) = u64::try_from(size) else {
            return Err(DispatchError::Invalid("`size` is the number of bytes of the file.".into()));
        };
        if size_bytes > attachments.most_bytes() {
            return Err(DispatchError::TooLarge(attachments.most_bytes()));
        }
        if name.trim().is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
            return Err(DispatchError::Invalid(format!(
                "`name` is the file's name: 1 to {LONGEST_NAME} characters without line breaks."
            )));
        }
        if !attachments.takes(&mime_type) || !mime_type.is_ascii() || mime_type.contains(char::is_control) {
            let accepted = attachments.accepted();
            return Err(DispatchError::Invalid(format!(
                "This server takes no files of this type. It takes {accepted}."
            )));
        }
        let now = self.services.clock.now();
        let patience = Timestamp::from_unix_micros(now.unix_micros() - PATIENCE_MICROS);
        attachments.store().delete_abandoned_attachments(patience).await?;
        if attachments.store().count_unsent_attachments(&context.user_id).await? >= MOST_UNSENT {
            return Err(DispatchError::TooManyUnsent);
        }
        let record = AttachmentRecord {
            id: self.services.ids.generate(IdKind::Attachment),
            token: uuid::Uuid::new_v4().simple().to_string(),
            name,
            mime_type,
            size_bytes,
            created_at: now,
            thread_id: None,
            is_uploaded: false,
        };
        attachments.store().add_attachment(&context.user_id, &record).await?;
        Answer::json(&attachments.describe(&record))
    }

    /// `attachments.delete`: the bytes go with it. What is not there, or not the user's, is no error.
    pub(super) async fn delete_attachment(
        &self,
        context: &RequestContext,
        params: AttachmentIdParams,
    ) -> Result<Answer, DispatchError> {
        let attachments = self.attachments("attachments.delete")?;
        attachments.store().delete_attachment(&context.user_id, &params.attachment_id).await?;
        Ok(Answer::empty())
    }

    /// The attachments of a message on its way into this thread. All are the user's, uploaded, and of no other thread.
    pub(super) async fn take_attachments(
        &self,
        context: &RequestContext,
        thread_id: &str,
        ids: Vec<String>,
    ) -> Result<Vec<Attachment>, DispatchError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let Some(attachments) = &self.services.attachments else {
            return Err(DispatchError::Invalid(
                "This server takes no attachments. Send the message without them.".into(),
            ));
        };
        if ids.len() > MOST_PER_MESSAGE {
            return Err(DispatchError::Invalid(format!(
                "A message takes at most {MOST_PER_MESSAGE} attachments."
            )));
        }
        let mut taken = Vec::with_capacity(ids.len());
        for id in &ids {
            let mut record = attachments.store().load_attachment(&context.user_id, id).await?;
            if !record.is_uploaded {
                return Err(DispatchError::NotUploaded);
            }
            if let Some(other) = record.thread_id.as_deref().filter(|other| *other != thread_id)
                && self.is_thread(&Self::key(context, other)).await?
            {
                return Err(DispatchError::AttachedElsewhere);
            }
            record.thread_id = Some(thread_id.to_owned());
            taken.push(attachments.describe(&record));
        }
        Ok(taken)
    }

    /// Puts what was sent with a message into the message's thread, if another store keeps it than the one that has done
    /// so with the message. The run has begun: a failure leaves the files unsent, and is no reason not to answer.
    pub(super) async fn attach_elsewhere(&self, key: &ThreadKey, ids: &[String]) {
        let (Some(attachments), Some(first)) = (&self.services.attachments, ids.first()) else { return };
        let store = attachments.store();
        let attached = async {
            let first = store.load_attachment(&key.user_id, first).await?;
            if first.thread_id.as_ref() == Some(&key.thread_id) {
                return Ok(());
            }
            store.attach(key, ids).await?;
            // The thread may have been deleted meanwhile: what came too late to go along goes now.
            match self.services.store.load_thread(key).await {
                Err(StoreError::NotFound) => store.delete_thread_attachments(key).await.map(drop),
                other => other.map(drop),
            }
        };
        if let Err(error) = attached.await {
            tracing::warn!(thread_id = %key.thread_id, error = %chain(&error), "attachments could not be sent");
        }
    }

    /// Deletes what was sent in a thread that was deleted.
    pub(super) async fn delete_attachments_of(&self, key: &ThreadKey) -> Result<(), DispatchError> {
        if let Some(attachments) = &self.services.attachments {
            attachments.store().delete_thread_attachments(key).await?;
        }
        Ok(())
    }

    /// What is announced behind this address, for an upload that is about to be read.
    pub(crate) async fn expect_upload(
        &self,
        id: &str,
        token: &str,
    ) -> Result<AttachmentRecord, DispatchError> {
        Ok(self.attachments("uploads")?.store().open_attachment(id, token).await?)
    }

    /// Takes the bytes of an attachment. They have to be what was announced: as many, and of that type. The same once more
    /// are no error: browsers, and what stands between, may send a `PUT` again whose answer was lost.
    pub(crate) async fn upload(
        &self,
        record: &AttachmentRecord,
        content_type: Option<&str>,
        bytes: &[u8],
    ) -> Result<Answer, DispatchError> {
        let store = self.attachments("uploads")?.store();
        if !record.is_uploaded {
            check_bytes(record, content_type, bytes)?;
            match store.save_attachment_bytes(&record.id, &record.token, bytes).await {
                Ok(()) => return self.uploaded(record),
                Err(StoreError::Duplicate) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let taken = store.load_attachment_bytes(&record.id, &record.token).await?;
        if taken == bytes { self.uploaded(record) } else { Err(DispatchError::AlreadyUploaded) }
    }

    fn uploaded(&self, record: &AttachmentRecord) -> Result<Answer, DispatchError> {
        let uploaded = AttachmentRecord { is_uploaded: true, ..record.clone() };
        Answer::json(&self.attachments("uploads")?.describe(&uploaded))
    }

    /// The bytes behind an address.
    pub(crate) async fn download(&self, id: &str, token: &str) -> Result<Download, DispatchError> {
        let store = self.attachments("downloads")?.store();
        let record = store.open_attachment(id, token).await?;
        let bytes = store.load_attachment_bytes(id, token).await?;
        Ok(Download { record, bytes })
    }

    fn attachments(&self, wanted: &'static str) -> Result<&Attachments, DispatchError> {
        self.services.attachments.as_ref().ok_or(DispatchError::Unsupported(wanted))
    }

    async fn is_thread(&self, key: &ThreadKey) -> Result<bool, DispatchError> {
        match self.services.store.load_thread(key).await {
            Ok(_) => Ok(true),
            Err(StoreError::NotFound) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn check_bytes(
    record: &AttachmentRecord,
    content_type: Option<&str>,
    bytes: &[u8],
) -> Result<(), DispatchError> {
    if bytes.len() as u64 != record.size_bytes {
        return Err(DispatchError::Invalid(format!(
            "{} bytes were announced and {} arrived. Announce the file again.",
            record.size_bytes,
            bytes.len()
        )));
    }
    let named = content_type.map(essence);
    let is_named_right =
        named.is_none_or(|named| named == essence(&record.mime_type) || named == "application/octet-stream");
    if !is_named_right || !is_what_it_says(&record.mime_type, bytes) {
        return Err(DispatchError::Invalid("The file is not of the type that was announced.".into()));
    }
    Ok(())
}

//! Attachments: a file or an image that a reader added to a message.

use crate::lax;
use crate::word::word;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// An attachment. The bytes travel by other requests; see [`UploadDescriptor`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Attachment {
    /// Any file.
    File(FileAttachment),
    /// An image, with an address for its preview.
    Image(ImageAttachment),
}

impl Attachment {
    /// The attachment's id.
    pub fn id(&self) -> &str {
        match self {
            Self::File(file) => &file.id,
            Self::Image(image) => &image.id,
        }
    }
}

/// Any file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileAttachment {
    /// Opaque id, `atc_…`.
    pub id: String,
    /// The file's name, as the browser gave it: untrusted.
    pub name: String,
    /// The MIME type, as the browser gave it: untrusted.
    pub mime_type: String,
    /// Where to put the bytes; absent once they are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_descriptor: Option<UploadDescriptor>,
    /// The thread it was sent in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// The server's own notes. Never serialised: the protocol keeps them from clients.
    #[serde(default, skip_serializing)]
    pub metadata: Option<Value>,
}

/// An image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageAttachment {
    /// Opaque id, `atc_…`.
    pub id: String,
    /// The file's name, as the browser gave it: untrusted.
    pub name: String,
    /// The MIME type, as the browser gave it: untrusted.
    pub mime_type: String,
    /// Where to put the bytes; absent once they are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_descriptor: Option<UploadDescriptor>,
    /// The thread it was sent in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// The server's own notes. Never serialised: the protocol keeps them from clients.
    #[serde(default, skip_serializing)]
    pub metadata: Option<Value>,
    /// An address (also `data:`) that shows the image.
    pub preview_url: String,
}

/// Where and how the browser uploads the bytes (two-phase upload).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadDescriptor {
    /// The address that takes the bytes.
    pub url: String,
    /// The method to use.
    pub method: UploadMethod,
    /// Headers to send with them.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

word! {
    /// The method of an upload.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum UploadMethod {
        /// `POST`.
        Post = "POST",
        /// `PUT`.
        Put = "PUT",
    }
}

/// What `attachments.create` asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentCreateParams {
    /// The file's name.
    pub name: String,
    /// Its size in bytes, as the browser says.
    #[serde(deserialize_with = "lax::integer")]
    pub size: i64,
    /// Its MIME type, as the browser says.
    pub mime_type: String,
}

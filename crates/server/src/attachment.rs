//! Attachments as a server offers them: which files it takes, how large, and at which address their bytes travel.
//!
//! The upload has two phases. `attachments.create` announces a file and is answered with an address; the bytes go there
//! with `PUT`. The address holds a secret of its own, because neither an upload from the element's frame nor an `<img>`
//! can carry a header that names the user. Whoever has the address can read the bytes, so it is handed to the owner only.

mod kind;

use std::sync::Arc;

use docent_protocol::{Attachment, FileAttachment, ImageAttachment, UploadDescriptor, UploadMethod};

use crate::store::{AttachmentRecord, AttachmentStore};

pub(crate) use kind::{essence, is_what_it_says};

/// The most bytes of a file unless said otherwise: 10 MiB.
const MOST_BYTES: u64 = 10 * 1024 * 1024;

/// What is taken unless said otherwise: pictures that browsers draw, and documents that models read.
const TAKEN: [&str; 9] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "application/json",
    "text/plain",
    "text/markdown",
    "text/csv",
];

/// Turns attachments on: hand it to [`ChatServerBuilder::attachments`](crate::ChatServerBuilder::attachments).
#[derive(Clone)]
#[must_use = "it does nothing until it is handed to the builder"]
pub struct Attachments {
    store: Arc<dyn AttachmentStore>,
    public_url: String,
    /// The path of the endpoint, without a slash at its end.
    path: String,
    max_bytes: u64,
    accepted: Vec<String>,
}

impl Attachments {
    /// Attachments kept in `store`. `public_url` is where browsers reach this server, such as `https://chat.example.com`,
    /// without the path of the endpoint: addresses for bytes begin with it.
    pub fn new(store: impl AttachmentStore, public_url: impl Into<String>) -> Self {
        Self {
            store: Arc::new(store),
            public_url: public_url.into().trim_end_matches('/').to_owned(),
            path: String::new(),
            max_bytes: MOST_BYTES,
            accepted: TAKEN.map(str::to_owned).to_vec(),
        }
    }

    /// The largest file taken, in bytes; 10 MiB unless said otherwise.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// The MIME types taken, in place of the usual ones: `image/png`, `image/*`, or `*/*` for everything. Bytes are only
    /// ever given out as a download that no browser interprets.
    pub fn accept<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.accepted = types.into_iter().map(|kind| kind.into().to_ascii_lowercase()).collect();
        self
    }

    /// With addresses below the path of the endpoint.
    pub(crate) fn below(mut self, path: &str) -> Self {
        path.trim_end_matches('/').clone_into(&mut self.path);
        self
    }

    pub(crate) fn store(&self) -> &dyn AttachmentStore {
        self.store.as_ref()
    }

    pub(crate) fn public_url(&self) -> &str {
        &self.public_url
    }

    pub(crate) fn most_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// Whether files of this MIME type are taken.
    pub(crate) fn takes(&self, mime_type: &str) -> bool {
        let kind = essence(mime_type);
        let Some((family, _)) = kind.split_once('/') else { return false };
        self.accepted.iter().any(|accepted| {
            accepted == "*/*" || *accepted == kind || accepted.strip_suffix("/*") == Some(family)
        })
    }

    /// What was taken, in words for a client.
    pub(crate) fn accepted(&self) -> String {
        self.accepted.join(", ")
    }

    /// The attachment as a client sees it.
    pub(crate) fn describe(&self, record: &AttachmentRecord) -> Attachment {
        let AttachmentRecord {
            id,
            token,
            name,
            mime_type,
            thread_id,
            is_uploaded,
            size_bytes: _,
            created_at: _,
        } = record;
        let url = format!("{}{}/attachments/{id}/{token}", self.public_url, self.path);
        let upload_descriptor = (!is_uploaded).then(|| UploadDescriptor {
            url: url.clone(),
            method: UploadMethod::Put,
            headers: Default::default(),
        });
        let (id, name, mime_type, thread_id) =
            (id.clone(), name.clone(), mime_type.clone(), thread_id.clone());
        if mime_type.starts_with("image/") {
            Attachment::Image(ImageAttachment {
                id,
                name,
                mime_type,
                upload_descriptor,
                thread_id,
                metadata: None,
                preview_url: url,
            })
        } else {
            Attachment::File(FileAttachment {
                id,
                name,
                mime_type,
                upload_descriptor,
                thread_id,
                metadata: None,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SqliteStore;

    #[tokio::test]
    async fn types_are_taken_by_name_by_family_or_all() {
        let store = SqliteStore::in_memory().await.expect("a database");
        let usual = Attachments::new(store, "https://a.example/");
        assert!(usual.takes("image/png") && usual.takes("Text/Plain; charset=utf-8"));
        assert!(!usual.takes("image/svg+xml") && !usual.takes("text/html") && !usual.takes("png"));
        let pictures = usual.clone().accept(["image/*"]);
        assert!(
            pictures.takes("image/svg+xml") && !pictures.takes("text/plain") && !pictures.takes("images/x")
        );
        let all = usual.accept(["*/*"]);
        assert!(all.takes("x/y") && !all.takes("") && !all.takes("nothing"));
        assert_eq!(all.public_url(), "https://a.example");
    }
}

//! The bytes of attachments: taken with `PUT`, given out as downloads that no browser interprets.
//!
//! The address itself is the permission: see [`Attachments`](crate::Attachments).

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::App;
use super::chatkit::{read_body, respond};
use super::error::ApiError;
use crate::dispatch::{DispatchError, Download};

/// An attachment's id and secret. A path that is no text names none.
type Address = Result<Path<(String, String)>, PathRejection>;

/// Takes the bytes of an attachment that was announced.
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    address: Address,
    request: Request,
) -> Result<Response, ApiError> {
    let Path((id, token)) = address.map_err(|_| DispatchError::NotFound)?;
    // Looked up first, so that a stranger cannot make the server read.
    let record = app.dispatcher.expect_upload(&id, &token).await?;
    let content_type = request.headers().get(header::CONTENT_TYPE).cloned();
    let max_bytes = usize::try_from(record.size_bytes).unwrap_or(usize::MAX);
    let bytes = read_body(request, max_bytes).await?;
    let content_type = content_type.as_ref().and_then(|value| value.to_str().ok());
    let answer = app.dispatcher.upload(&record, content_type, &bytes).await?;
    Ok(respond(answer, app.heartbeat_interval))
}

/// Gives the bytes of an attachment.
pub(super) async fn download(State(app): State<Arc<App>>, address: Address) -> Result<Response, ApiError> {
    let Path((id, token)) = address.map_err(|_| DispatchError::NotFound)?;
    let Download { record, bytes } = app.dispatcher.download(&id, &token).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let content_type = HeaderValue::from_str(&record.mime_type);
    headers.insert(
        header::CONTENT_TYPE,
        content_type.unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    if let Ok(disposition) = HeaderValue::from_str(&disposition(&record.name)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    // The bytes come from a user. An `<img>` still draws them; opened by itself, nothing in them runs.
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "private, max-age=3600, immutable"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// `attachment` with the file's name, every byte that could end the header or the name being encoded (RFC 5987).
fn disposition(name: &str) -> String {
    let mut line = String::from("attachment; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            line.push(char::from(byte));
        } else {
            line.push_str(&format!("%{byte:02X}"));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("a\"; x=\r\n é.html"),
            "attachment; filename*=UTF-8''a%22%3B%20x%3D%0D%0A%20%C3%A9.html"
        );
    }
}

//! MIME types: without their parameters, and held against the bytes.

/// A MIME type without its parameters, in lower case: `text/plain` of `Text/Plain; charset=utf-8`.
pub(crate) fn essence(mime_type: &str) -> String {
    mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether bytes begin as files of this type do. Types whose files begin in no particular way are believed.
pub(crate) fn is_what_it_says(mime_type: &str, bytes: &[u8]) -> bool {
    match essence(mime_type).as_str() {
        "image/png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "image/gif" => bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
        "image/webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()),
        "application/pdf" => bytes.starts_with(b"%PDF-"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_how_they_begin() {
        assert!(
            is_what_it_says("image/png", b"\x89PNG\r\n\x1a\n...") && !is_what_it_says("image/png", b"<html>")
        );
        assert!(
            is_what_it_says("IMAGE/JPEG; q=1", b"\xff\xd8\xff\xe0") && !is_what_it_says("image/jpeg", b"")
        );
        assert!(is_what_it_says("image/gif", b"GIF89a") && !is_what_it_says("image/gif", b"GIF90a"));
        assert!(
            is_what_it_says("image/webp", b"RIFF\0\0\0\0WEBP") && !is_what_it_says("image/webp", b"RIFF")
        );
        assert!(
            is_what_it_says("application/pdf", b"%PDF-1.7") && !is_what_it_says("application/pdf", b"PDF")
        );
        assert!(is_what_it_says("text/plain", b"anything"));
    }
}

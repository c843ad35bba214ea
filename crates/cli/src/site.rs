//! Serves a folder of static files beside the endpoint: `--site`.

mod cache;
mod files;
mod resolve;

use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("the site folder {} cannot be served ({cause}): build your site first, or correct --site", path.display())]
pub struct SiteError {
    path: PathBuf,
    cause: std::io::Error,
}

/// The file behind the address of a database, such as `sqlite://docent.db?mode=rwc`.
pub(crate) fn database_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?.trim_start_matches("//").split('?').next()?;
    Some(PathBuf::from(resolve::decode(path).unwrap_or_else(|| path.to_owned())))
}

/// A router for the files of `folder`; `database`, should it lie there, is not one of them.
///
/// Files are compressed unless they lie there compressed (`.br`, `.gz`). The layers are this router's own: a stream of
/// events beside it is never compressed.
pub fn site(folder: &Path, database: Option<&Path>) -> Result<Router, SiteError> {
    let fail = |cause| SiteError { path: folder.to_owned(), cause };
    let root = folder.canonicalize().map_err(fail)?;
    if !root.is_dir() {
        return Err(fail(std::io::Error::from(std::io::ErrorKind::NotADirectory)));
    }
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Ok(Router::new()
        .fallback(files::answer)
        .with_state(files::Site::new(root, database))
        .layer(CompressionLayer::new())
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::X_FRAME_OPTIONS, "SAMEORIGIN"))
        .layer(header(header::REFERRER_POLICY, "strict-origin-when-cross-origin")))
}

//! Answers a request for a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeFile;

use super::cache;
use super::resolve::{Resolved, decode, resolve};

/// The folder of the site, canonical, and the database that may lie in it.
#[derive(Debug, Clone)]
pub(super) struct Site {
    root: Arc<PathBuf>,
    database: Option<Arc<PathBuf>>,
}

impl Site {
    pub(super) fn new(root: PathBuf, database: Option<&Path>) -> Self {
        let database = database.and_then(|file| file.canonicalize().ok()).map(Arc::new);
        Self { root: Arc::new(root), database }
    }

    /// Whether a file, canonical, is the database or one that SQLite keeps beside it (`-wal`, `-shm`, `-journal`).
    fn is_of_database(&self, file: &Path) -> bool {
        let Some(database) = &self.database else { return false };
        let (Some(name), Some(own)) = (file.file_name(), database.file_name()) else { return false };
        let rest = name.as_encoded_bytes().strip_prefix(own.as_encoded_bytes());
        file.parent() == database.parent() && rest.is_some_and(|rest| rest.is_empty() || rest[0] == b'-')
    }
}

pub(super) async fn answer(State(site): State<Site>, request: Request<Body>) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET, HEAD")],
            "Only GET and HEAD are served here.\n",
        )
            .into_response();
    }
    let Some(path) = decode(request.uri().path()) else {
        return (StatusCode::BAD_REQUEST, "The address has a broken escape.\n").into_response();
    };
    let root = Arc::clone(&site.root);
    // The file system may be slow, and must not hold up streams.
    let resolved =
        tokio::task::spawn_blocking(move || resolve(&root, &path)).await.unwrap_or(Resolved::Missing);
    match resolved {
        Resolved::File(file) if !site.is_of_database(&file) => send(request, &file, StatusCode::OK).await,
        Resolved::AddSlash => add_slash(&request),
        Resolved::File(_) | Resolved::Missing => match resolve(&site.root, "/404.html") {
            Resolved::File(file) => send(request, &file, StatusCode::NOT_FOUND).await,
            _ => (StatusCode::NOT_FOUND, "There is no such page.\n").into_response(),
        },
    }
}

/// Sends the reader to the folder's own address. A path of two slashes would name another host.
fn add_slash(request: &Request<Body>) -> Response {
    let path = format!("/{}/", request.uri().path().trim_start_matches('/'));
    let location = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    match HeaderValue::from_str(&location) {
        Ok(location) => (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn send(mut request: Request<Body>, file: &Path, status: StatusCode) -> Response {
    let tag = tokio::fs::metadata(file).await.ok().and_then(|metadata| cache::tag(&metadata));
    if status == StatusCode::OK {
        let asked = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        if let (Some(asked), Some(tag)) = (asked, &tag) {
            if cache::matches(asked, tag) {
                return with_cache(StatusCode::NOT_MODIFIED.into_response(), file, Some(tag));
            }
            // The tag decides; a time that is older than it must not.
            request.headers_mut().remove(header::IF_MODIFIED_SINCE);
        }
    } else {
        // The page for what is missing is always sent whole.
        for name in
            [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE, header::RANGE]
        {
            request.headers_mut().remove(name);
        }
    }
    let served = ServeFile::new(file).precompressed_br().precompressed_gzip().oneshot(request).await;
    let mut response = match served {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    if status != StatusCode::OK && response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    name_charset(&mut response);
    with_cache(response, file, tag.as_deref().filter(|_| status == StatusCode::OK))
}

fn with_cache(mut response: Response, file: &Path, tag: Option<&str>) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache::control(file)));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Texts are UTF-8; a browser that is not told may guess otherwise.
fn name_charset(response: &mut Response) {
    let headers = response.headers_mut();
    let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return };
    let is_text = kind.starts_with("text/") || ["application/javascript", "application/json"].contains(&kind);
    if is_text
        && !kind.contains("charset")
        && let Ok(kind) = HeaderValue::from_str(&format!("{kind}; charset=utf-8"))
    {
        headers.insert(header::CONTENT_TYPE, kind);
    }
}

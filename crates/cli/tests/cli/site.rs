//! The site, served.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt;

use super::documents::folder;

struct Served {
    router: Router,
    _folder: tempfile::TempDir,
}

impl Served {
    fn new() -> Self {
        let folder = folder();
        let router = docent_cli::site(folder.path(), None).expect("a site");
        Self { router, _folder: folder }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let (parts, body) = self.router.clone().oneshot(request).await.expect("an answer").into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        (parts.status, parts.headers, body.to_vec())
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn pages_files_and_folders_are_served_with_their_kind_and_security_headers() {
    let site = Served::new();
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/guide/", "text/html; charset=utf-8"),
        ("/guide/index.html", "text/html; charset=utf-8"),
        ("/assets/core.wasm", "application/wasm"),
        ("/assets/app.0a1b2c3d.js", "text/javascript; charset=utf-8"),
    ] {
        let (status, headers, body) = site.get(path, &[]).await;
        assert_eq!((status, header(&headers, "content-type")), (StatusCode::OK, kind), "{path}");
        assert_eq!(header(&headers, "x-content-type-options"), "nosniff");
        assert_eq!(header(&headers, "x-frame-options"), "SAMEORIGIN");
        assert!(!header(&headers, "referrer-policy").is_empty() && !body.is_empty());
    }
    let (status, headers, _) = site.get("/guide?x=1", &[]).await;
    assert_eq!((status, header(&headers, "location")), (StatusCode::MOVED_PERMANENTLY, "/guide/?x=1"));
}

#[tokio::test]
async fn a_redirect_never_leads_to_another_host() {
    let site = Served::new();
    for path in ["//guide", "///guide", "/%2Fguide"] {
        let (_, headers, _) = site.get(path, &[]).await;
        let location = header(&headers, "location");
        assert!(!location.starts_with("//") && !location.contains("://"), "{path} -> {location}");
    }
}

#[tokio::test]
async fn what_is_missing_gets_the_sites_own_page() {
    let site = Served::new();
    for path in ["/nope", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/"] {
        let (status, _, body) = site.get(path, &[("if-none-match", "*"), ("range", "bytes=0-3")]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(String::from_utf8_lossy(&body).contains("There is no such page."));
    }
    assert_eq!(site.get("/%ff", &[]).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn browsers_keep_hashed_files_and_ask_about_the_rest() {
    let site = Served::new();
    let (_, headers, _) = site.get("/assets/app.0a1b2c3d.js", &[]).await;
    assert!(header(&headers, "cache-control").contains("immutable"));
    let (_, headers, _) = site.get("/guide/", &[]).await;
    assert_eq!(header(&headers, "cache-control"), "no-cache");
    let tag = header(&headers, "etag").to_owned();
    let modified = header(&headers, "last-modified").to_owned();
    assert_eq!(site.get("/guide/", &[("if-none-match", &tag)]).await.0, StatusCode::NOT_MODIFIED);
    assert_eq!(site.get("/guide/", &[("if-modified-since", &modified)]).await.0, StatusCode::NOT_MODIFIED);
    let stale = [("if-none-match", "\"other\""), ("if-modified-since", modified.as_str())];
    assert_eq!(site.get("/guide/", &stale).await.0, StatusCode::OK);
}

#[tokio::test]
async fn files_are_sent_compressed_and_precompressed_ones_as_they_are() {
    let site = Served::new();
    let (_, headers, body) = site.get("/assets/big.js", &[("accept-encoding", "br")]).await;
    assert_eq!((header(&headers, "content-encoding"), body.as_slice()), ("br", b"brotli bytes".as_slice()));
    let (_, headers, body) = site.get("/assets/big.js", &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(&headers, "content-encoding"), "gzip");
    assert!(body.len() < 500);
    let (_, headers, _) = site.get("/assets/big.js", &[]).await;
    assert_eq!(header(&headers, "content-encoding"), "");
}

#[tokio::test]
async fn other_methods_and_missing_folders_are_refused() {
    let site = Served::new();
    let request = Request::post("/guide/").body(Body::empty()).expect("a request");
    let response = site.router.clone().oneshot(request).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    let error =
        docent_cli::site(std::path::Path::new("no/such/folder"), None).expect_err("no folder").to_string();
    assert!(error.contains("no/such/folder") && error.contains("--site"), "{error}");
}

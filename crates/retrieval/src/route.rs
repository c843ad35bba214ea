//! From a file's place in its folder to the URL a reader opens, and whether two paths name one page.

/// The path of a file below its source's root, as a site serves it: `guide/index.html` is `/guide/`,
/// `guide/intro.md` is `/guide/intro`, `guide/intro.html` stays. Segments are percent-encoded.
pub(crate) fn route_of_file(segments: &[String]) -> String {
    let mut route = String::new();
    for (position, segment) in segments.iter().enumerate() {
        route.push('/');
        if position + 1 < segments.len() {
            route.push_str(&encode(segment));
            continue;
        }
        let (stem, extension) = segment.rsplit_once('.').unwrap_or((segment, ""));
        let is_markdown = !extension.eq_ignore_ascii_case("html") && !extension.eq_ignore_ascii_case("htm");
        let is_index =
            stem.eq_ignore_ascii_case("index") || is_markdown && stem.eq_ignore_ascii_case("readme");
        if is_index {
            continue;
        }
        route.push_str(&encode(if is_markdown { stem } else { segment }));
    }
    if route.is_empty() { "/".to_owned() } else { route }
}

/// Applies what the page states about its own address.
///
/// A slug (from front matter) replaces the last part of the route, or the whole of it when it starts with `/`.
/// A canonical URL decides the spelling (with or without `.html` or a last slash), if it names the same file:
/// a canonical link to some other page does not move this one.
pub(crate) fn stated_route(file_route: &str, stated: &str) -> String {
    let path = path_of_url(stated);
    if let Some(slug) = path.strip_prefix('/') {
        if !stated.contains("://") {
            return format!("/{}", encode_path(slug));
        }
        let canonical = bare(path);
        let own = bare(file_route);
        if own == "/" {
            return file_route.to_owned();
        }
        return match canonical.ends_with(own.as_str()) {
            true => {
                let trimmed = path.trim_end_matches('/');
                let ending = if path.ends_with('/') {
                    "/"
                } else if trimmed.ends_with(".html") {
                    ".html"
                } else {
                    ""
                };
                format!("{}{ending}", own_spelling(file_route))
            }
            false => file_route.to_owned(),
        };
    }
    let directory = file_route.rfind('/').map_or("", |slash| &file_route[..slash]);
    format!("{directory}/{}", encode_path(path))
}

/// The route without `.html`, `index.html` and the last slash, in the file's own spelling.
fn own_spelling(route: &str) -> &str {
    let route = route.trim_end_matches('/');
    route.strip_suffix(".html").or_else(|| route.strip_suffix(".htm")).unwrap_or(route)
}

/// The path of a URL or a path, without host, query and fragment.
pub(crate) fn path_of_url(url: &str) -> &str {
    let path = match url.find("://") {
        Some(scheme) => {
            let rest = &url[scheme + 3..];
            rest.find('/').map_or("/", |slash| &rest[slash..])
        }
        None => url,
    };
    path.find(['?', '#']).map_or(path, |end| &path[..end])
}

/// One spelling for all spellings of a page's path: decoded, lower case, no `index.html`, `.html` or last slash.
pub(crate) fn bare(url_or_path: &str) -> String {
    let path = decode(path_of_url(url_or_path)).to_lowercase();
    let path = path.strip_suffix("index.html").unwrap_or(&path);
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".html").or_else(|| path.strip_suffix(".htm")).unwrap_or(path);
    if path.is_empty() { "/".to_owned() } else { path.to_owned() }
}

/// Percent-encodes a path of several segments.
pub(crate) fn encode_path(path: &str) -> String {
    path.split('/').map(encode).collect::<Vec<_>>().join("/")
}

/// Percent-encodes all but the characters that never need it; what is already encoded stays as it is.
pub(crate) fn encode(segment: &str) -> String {
    let mut encoded = String::with_capacity(segment.len());
    let bytes = segment.as_bytes();
    for (position, byte) in bytes.iter().enumerate() {
        let is_escape = *byte == b'%'
            && bytes.get(position + 1..position + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        if byte.is_ascii_alphanumeric() || b"-._~!$&'*+,;=:@".contains(byte) || is_escape {
            encoded.push(char::from(*byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut position = 0;
    while position < bytes.len() {
        let escape = (bytes[position] == b'%')
            .then(|| path.get(position + 1..position + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escape {
            Some(byte) => {
                decoded.push(byte);
                position += 3;
            }
            None => {
                decoded.push(bytes[position]);
                position += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(path: &str) -> String {
        route_of_file(&path.split('/').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn files_are_served_where_sites_serve_them() {
        assert_eq!(route("index.html"), "/");
        assert_eq!(route("guide/index.html"), "/guide/");
        assert_eq!(route("guide/intro.md"), "/guide/intro");
        assert_eq!(route("guide/README.md"), "/guide/");
        assert_eq!(route("ch01-00.html"), "/ch01-00.html");
        assert_eq!(route("a b/größe.md"), "/a%20b/gr%C3%B6%C3%9Fe");
    }

    #[test]
    fn a_slug_moves_the_page_and_a_canonical_link_only_spells_it() {
        assert_eq!(stated_route("/guide/intro", "start"), "/guide/start");
        assert_eq!(stated_route("/guide/intro", "/start"), "/start");
        assert_eq!(stated_route("/guide/", "https://x.example/docs/guide"), "/guide");
        assert_eq!(stated_route("/guide.html", "https://x.example/guide"), "/guide");
        assert_eq!(stated_route("/guide.html", "https://x.example/guide/"), "/guide/");
        assert_eq!(stated_route("/copy.html", "https://x.example/original"), "/copy.html");
        assert_eq!(stated_route("/", "https://x.example/docs/"), "/");
    }

    #[test]
    fn all_spellings_of_a_path_are_one_page() {
        for spelling in
            ["/docs/Intro", "/docs/intro/", "https://x.example/docs/intro.html?a#b", "/docs/intro/index.html"]
        {
            assert_eq!(bare(spelling), "/docs/intro");
        }
        assert_eq!(bare("/gr%C3%B6%C3%9Fe/"), "/größe");
        assert_eq!(bare("/100%"), "/100%");
        assert_eq!(bare("/"), "/");
    }
}

//! The address of an embedded database: `sqlite://docent.db`, `sqlite:docent.db`, `sqlite::memory:`.

use std::path::PathBuf;

use crate::store::StoreError;

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// In memory, for as long as the store lives.
    Memory,
    /// In a file, which may be made if it is missing.
    File { path: PathBuf, may_be_made: bool },
}

/// Why an address names no database. What it says is for whoever configures the server.
#[derive(Debug, thiserror::Error)]
enum AddressError {
    #[error("the database has a URL such as `sqlite://docent.db`, and `{0}:` is no scheme of SQLite")]
    Scheme(String),
    #[error("the URL names no file: write `sqlite://docent.db`, or `sqlite::memory:`")]
    NoFile,
    #[error("the URL holds a `%` that is not followed by two hexadecimal digits, or no UTF-8")]
    Encoding,
    #[error(
        "`{0}` cannot be asked of the database: a URL may have `mode=rwc`, `mode=rw`, `mode=memory` and `cache=private`"
    )]
    Parameter(String),
}

impl Address {
    /// Reads the URL. A path without a scheme is one, too.
    pub(super) fn of(url: &str) -> Result<Self, StoreError> {
        Self::read(url).map_err(StoreError::database)
    }

    fn read(url: &str) -> Result<Self, AddressError> {
        let rest = match url.strip_prefix("sqlite:") {
            Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
            None => match url.split_once("://") {
                Some((scheme, _)) => return Err(AddressError::Scheme(scheme.to_owned())),
                None => url,
            },
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (mut is_in_memory, mut may_be_made) = (path == ":memory:", true);
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter {
                "mode=rwc" | "cache=private" => {}
                "mode=rw" => may_be_made = false,
                "mode=memory" => is_in_memory = true,
                // All connections to what is in memory are one.
                "cache=shared" if is_in_memory || query.contains("mode=memory") => {}
                other => return Err(AddressError::Parameter(other.to_owned())),
            }
        }
        if is_in_memory {
            return Ok(Self::Memory);
        }
        if path.is_empty() {
            return Err(AddressError::NoFile);
        }
        Ok(Self::File { path: decoded(path).ok_or(AddressError::Encoding)?.into(), may_be_made })
    }
}

/// A path with its `%20` and the like resolved.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::chain;

    fn file(path: &str, may_be_made: bool) -> Address {
        Address::File { path: path.into(), may_be_made }
    }

    #[test]
    fn every_form_of_an_address_is_read() {
        for (url, address) in [
            ("sqlite://docent.db", file("docent.db", true)),
            ("sqlite:docent.db", file("docent.db", true)),
            ("docent.db", file("docent.db", true)),
            ("sqlite:///var/lib/docent.db", file("/var/lib/docent.db", true)),
            ("sqlite://my%20docs/%C3%A9.db?mode=rwc&cache=private", file("my docs/é.db", true)),
            ("sqlite://docent.db?mode=rw", file("docent.db", false)),
            ("sqlite::memory:", Address::Memory),
            ("sqlite://:memory:", Address::Memory),
            ("sqlite://name?cache=shared&mode=memory", Address::Memory),
        ] {
            assert_eq!(Address::of(url).expect(url), address, "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_what_to_write_instead() {
        for (url, told) in [
            ("mysql://localhost/docent", "`mysql:` is no scheme"),
            ("sqlite://", "names no file"),
            ("sqlite:?mode=rwc", "names no file"),
            ("sqlite://a%2.db", "hexadecimal"),
            ("sqlite://a%ff.db", "UTF-8"),
            ("sqlite://a.db?mode=ro", "`mode=ro` cannot be asked"),
            ("sqlite://a.db?cache=shared", "`cache=shared` cannot be asked"),
            ("sqlite://a.db?immutable=1", "`immutable=1` cannot be asked"),
        ] {
            let error = Address::of(url).expect_err(url);
            assert!(chain(&error).contains(told), "{url}: {}", chain(&error));
        }
    }
}

//! Decides which requests may carry the reader's identity.
//!
//! The chat element sends everything through one `fetch`: the chat itself, uploads to a bucket of somebody else, images.
//! A token that travels with all of them is a token given away, so it goes to the API's own origin and to those that
//! the caller lists, and nowhere else.

/// Whether two origins, spelled as `URL.origin` spells them, are one. Opaque ones (`"null"`, as of `data:` URLs and
/// sandboxed frames) never are: any two of them look the same.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one == other && !one.is_empty() && one != "null"
}

/// Whether this host, spelled as `URL.hostname` spells it, is the reader's own machine (RFC 6761, 6.3; RFC 1122,
/// 3.2.1.3; RFC 4291, 2.5.3).
#[must_use]
pub fn is_loopback(hostname: &str) -> bool {
    hostname == "localhost"
        || hostname == "[::1]"
        || hostname.ends_with(".localhost")
        || is_loopback_v4(hostname)
}

/// `URL.hostname` writes every spelling of an IPv4 address as four decimal numbers, so a name such as
/// `127.evil.example` is told apart by its letters.
fn is_loopback_v4(hostname: &str) -> bool {
    let mut dots = 0;
    let mut last = b'.';
    let are_numbers = hostname.bytes().all(|byte| {
        let follows = std::mem::replace(&mut last, byte);
        dots += usize::from(byte == b'.');
        byte.is_ascii_digit() || byte == b'.' && follows != b'.'
    });
    are_numbers && dots == 3 && last != b'.' && hostname.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_the_same_only_whole() {
        assert!(is_same("https://files.example.com:8443", "https://files.example.com:8443"));
        for other in [
            "http://api.example.com",
            "https://api.example.com:444",
            "https://api.example.com.evil.example",
            "https://evil.example",
            "",
        ] {
            assert!(!is_same("https://api.example.com", other), "{other}");
        }
    }

    #[test]
    fn opaque_origins_are_never_the_same() {
        assert!(!is_same("null", "null"));
        assert!(!is_same("", ""));
    }

    #[test]
    fn loopback_is_the_readers_own_machine_and_nothing_that_looks_like_it() {
        for own in ["localhost", "chat.localhost", "127.0.0.1", "127.1.2.3", "[::1]"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in [
            "127.evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.1.nip",
            "localhost.evil.example",
            "notlocalhost",
            "10.0.0.1",
            "0.0.0.0",
            "192.168.1.2",
            "[::2]",
            "127.0.1",
            "",
        ] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}

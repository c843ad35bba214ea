//! The one error type of the page side.
//!
//! Everything that can fail on its way to a caller in JavaScript fails with a [`DocentError`]; it crosses the border
//! in `bindings` as a real `Error` whose `name` is `"DocentError"` and whose `code` is [`ErrorCode::as_str`].
//! Failures that must not stop a message (a page context that cannot be read, a provider that throws) are no errors:
//! they are reported once on the console and the message goes out without that part.

use std::borrow::Cow;
use std::fmt;

/// What went wrong, for programs. The text form is part of the public surface: it is never renamed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// An option is missing or has the wrong type.
    InvalidOption,
    /// The function needs a page and there is none (a server, a worker).
    NoDocument,
    /// The browser or an extension refused to load the script.
    Blocked,
    /// The script could not be fetched.
    Network,
    /// The element was not defined in time.
    Timeout,
    /// The Content-Security-Policy of the page forbids it.
    Csp,
    /// The script did not match its `integrity` attribute.
    Sri,
    /// The browser is offline.
    Offline,
    /// The script ran and did not define the element.
    Undefined,
    /// The caller's signal ended the wait.
    Aborted,
}

impl ErrorCode {
    /// The value of the JavaScript error's `code`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidOption => "invalid_option",
            Self::NoDocument => "no_document",
            Self::Blocked => "blocked",
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Csp => "csp",
            Self::Sri => "sri",
            Self::Offline => "offline",
            Self::Undefined => "undefined",
            Self::Aborted => "aborted",
        }
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error that says what to do: a code for programs, a sentence for people.
#[derive(Clone, PartialEq, Eq)]
pub struct DocentError {
    code: ErrorCode,
    message: Cow<'static, str>,
}

impl DocentError {
    /// An error of this kind with this sentence.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }

    /// An option of `function` that is missing or wrong: `must` says what it has to be.
    #[must_use]
    pub fn option(function: &str, option: &str, must: &str) -> Self {
        Self::new(ErrorCode::InvalidOption, [function, ": `", option, "` must be ", must, "."].concat())
    }

    /// What went wrong, for programs.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What went wrong and what to do about it, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Debug for DocentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for DocentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        f.write_str(": ")?;
        f.write_str(&self.message)
    }
}

impl std::error::Error for DocentError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_option_is_named_with_its_function_and_what_it_must_be() {
        let error = DocentError::option("createFetch", "apiUrl", "a non-empty string");
        assert_eq!(error.code(), ErrorCode::InvalidOption);
        assert_eq!(error.message(), "createFetch: `apiUrl` must be a non-empty string.");
        assert_eq!(error.to_string(), "invalid_option: createFetch: `apiUrl` must be a non-empty string.");
    }
}

//! Which error belongs where, and errors as lines of a log.
//!
//! - `StoreError`: what a store could not do. It never reaches a client.
//! - `TurnError`: how a handler fails; it becomes an `error` event of the stream.
//! - `AuthError`: why a caller was not let in.
//! - `DispatchError`: a request refused before its answer began; in the crate only.
//! - `ApiError`: all of these with an HTTP status; in `http` only.
//! - [`BuildError`]: a server that cannot be built as configured.

/// Why a server cannot be built as configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Nobody would answer.
    #[error("a server needs a handler: call `handler`")]
    NoHandler,
    /// Nothing would be kept.
    #[error("a server needs a store: call `store`, for example with `SqliteStore::connect`")]
    NoStore,
    /// Anybody could be anybody.
    #[error(
        "a server needs to know its users: call `authenticator`; `DevelopmentAuthenticator` is one for trying things out on loopback"
    )]
    NoAuthenticator,
    /// The path of the endpoint cannot be routed.
    #[error(
        "the path {0:?} is none: it starts with `/`, is not `/health`, and has no spaces, `?`, `#`, `{{` or `}}`"
    )]
    InvalidPath(String),
    /// The address that attachments would be fetched from is none.
    #[error(
        "the public URL {0:?} of attachments is none: write it as `https://chat.example.com`, without a path"
    )]
    InvalidPublicUrl(String),
    /// An allowed origin is none.
    #[error(
        "the origin {0:?} is none: write it as the browser does, such as `https://docs.example.com`, or `*`"
    )]
    InvalidOrigin(String),
}

/// An error with its causes, in one line for the log.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line.push_str(": ");
        line.push_str(&cause.to_string());
        source = cause.source();
    }
    line
}

//! A ChatKit server as a library: the protocol over HTTP, turns that outlive their request, users strictly apart.
//!
//! [`ChatHandler`] is what you write, [`ChatServer`] what you run. See `examples/echo.rs` for the least of both.

mod attachment;
mod auth;
mod clock;
mod dispatch;
mod error;
mod handler;
mod http;
mod id;
mod server;
pub mod store;
mod turn;

pub use attachment::Attachments;
pub use auth::{AuthError, AuthRequest, Authenticator, DevelopmentAuthenticator, Identity};
pub use clock::{Clock, FixedClock, SystemClock};
pub use error::BuildError;
pub use handler::{AudioInput, ChatHandler, Feedback};
pub use id::{CountingGenerator, IdGenerator, IdKind, UuidGenerator};
pub use server::{ChatServer, ChatServerBuilder};
#[cfg(feature = "postgres")]
pub use store::{PostgresOptions, PostgresStore};
pub use store::{SqliteStore, Store};
pub use turn::{
    AssistantMessageStream, Disconnect, RequestContext, Turn, TurnError, WidgetStream, WorkflowStream,
};

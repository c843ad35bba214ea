//! A ChatKit server as a library: the protocol over HTTP, turns that outlive their request, users strictly apart.
//!
//! [`ChatHandler`] is what you write, [`ChatServer`] what you run. See `examples/echo.rs` for the least of both.

mod auth;
mod clock;
mod handler;
mod id;
mod store;
mod turn;

pub use auth::{AuthError, AuthRequest, Authenticator, DevelopmentAuthenticator, Identity};
pub use clock::{Clock, FixedClock, SystemClock};
pub use handler::{AudioInput, ChatHandler, Feedback};
pub use id::{CountingGenerator, IdGenerator, IdKind, UuidGenerator};
pub use store::{PageQuery, Store, StoreError, ThreadKey, ThreadPatch, Visibility};
pub use turn::{AssistantMessageStream, RequestContext, Turn, TurnError};

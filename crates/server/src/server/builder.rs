//! What can be decided about a server before it is built.

use std::sync::Arc;
use std::time::Duration;

use super::ChatServer;
use crate::attachment::Attachments;
use crate::auth::Authenticator;
use crate::clock::{Clock, SystemClock};
use crate::dispatch::{Dispatcher, RunRules};
use crate::error::BuildError;
use crate::handler::ChatHandler;
use crate::http::{App, RequestLimits};
use crate::id::{IdGenerator, UuidGenerator};
use crate::store::Store;
use crate::turn::{Disconnect, TurnServices};

/// Configures a [`ChatServer`].
#[must_use = "a builder does nothing until `build`"]
pub struct ChatServerBuilder {
    handler: Option<Arc<dyn ChatHandler>>,
    store: Option<Arc<dyn Store>>,
    authenticator: Option<Arc<dyn Authenticator>>,
    attachments: Option<Attachments>,
    ids: Arc<dyn IdGenerator>,
    clock: Arc<dyn Clock>,
    path: String,
    allowed_origins: Vec<String>,
    max_body_bytes: usize,
    heartbeat_interval: Duration,
    turn_deadline: Duration,
    checkpoint_interval: Duration,
    disconnect: Disconnect,
    thread_patience: Duration,
    run_log_bytes: usize,
    run_retention: Duration,
    runs_per_user: usize,
    requests_per_minute: u32,
    client_buffer_bytes: usize,
    client_patience: Duration,
    shutdown_deadline: Duration,
}

impl Default for ChatServerBuilder {
    fn default() -> Self {
        Self {
            handler: None,
            store: None,
            authenticator: None,
            attachments: None,
            ids: Arc::new(UuidGenerator),
            clock: Arc::new(SystemClock),
            path: "/chatkit".into(),
            allowed_origins: Vec::new(),
            max_body_bytes: 10 * 1024 * 1024,
            heartbeat_interval: Duration::from_secs(15),
            turn_deadline: Duration::from_secs(15 * 60),
            checkpoint_interval: Duration::from_millis(250),
            disconnect: Disconnect::default(),
            thread_patience: Duration::ZERO,
            run_log_bytes: 4 * 1024 * 1024,
            run_retention: Duration::from_secs(24 * 60 * 60),
            runs_per_user: 16,
            requests_per_minute: 0,
            client_buffer_bytes: 1024 * 1024,
            client_patience: Duration::from_secs(10),
            shutdown_deadline: Duration::from_secs(10),
        }
    }
}

impl ChatServerBuilder {
    /// Who answers. Required.
    pub fn handler(self, handler: impl ChatHandler) -> Self {
        self.shared_handler(Arc::new(handler))
    }

    /// Who answers, if it is shared with others or chosen at run time.
    pub fn shared_handler(mut self, handler: Arc<dyn ChatHandler>) -> Self {
        self.handler = Some(handler);
        self
    }

    /// Where threads are kept. Required.
    pub fn store(self, store: impl Store) -> Self {
        self.shared_store(Arc::new(store))
    }

    /// Where threads are kept, if it is shared with others or chosen at run time.
    pub fn shared_store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// How users are recognised. Required: a server that lets everybody be anybody is not built by accident.
    pub fn authenticator(self, authenticator: impl Authenticator) -> Self {
        self.shared_authenticator(Arc::new(authenticator))
    }

    /// How users are recognised, if it is chosen at run time.
    pub fn shared_authenticator(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        self.authenticator = Some(authenticator);
        self
    }

    /// Lets readers send files. Without it `attachments.create` and `attachments.delete` are answered with 501.
    pub fn attachments(mut self, attachments: Attachments) -> Self {
        self.attachments = Some(attachments);
        self
    }

    /// Where new ids come from; UUIDs of version 7 unless said otherwise.
    pub fn ids(mut self, ids: impl IdGenerator) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// Where the time comes from; the machine's clock unless said otherwise.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The path of the endpoint; `/chatkit` unless said otherwise.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Lets pages of another origin call, such as `https://docs.example.com`; `*` lets every page call, without
    /// cookies. Can be called again for more.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.allowed_origins.push(origin.into());
        self
    }

    /// The largest request taken, in bytes; 10 MiB unless said otherwise.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// How long a stream may be silent before a comment is sent; 15 seconds unless said otherwise.
    pub fn heartbeat_interval(mut self, interval: Duration) -> Self {
        self.heartbeat_interval = interval;
        self
    }

    /// How long a turn may take before it is ended, so that a handler which hangs does not hold its thread for ever; 15
    /// minutes unless said otherwise.
    pub fn turn_deadline(mut self, deadline: Duration) -> Self {
        self.turn_deadline = deadline;
        self
    }

    /// How far what is stored of an unfinished answer may be behind what was sent; 250 milliseconds unless said
    /// otherwise, and 4 KB of text whatever is said.
    pub fn checkpoint_interval(mut self, interval: Duration) -> Self {
        self.checkpoint_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// What it means that a client leaves and no other follows its turn: nothing, unless said otherwise.
    pub fn on_disconnect(mut self, disconnect: Disconnect) -> Self {
        self.disconnect = disconnect;
        self
    }

    /// How long a request waits for a thread that is being answered, before it is refused with 409; not at all unless
    /// said otherwise. Those who wait get the thread one after the other.
    pub fn thread_patience(mut self, patience: Duration) -> Self {
        self.thread_patience = patience;
        self
    }

    /// How many bytes of events are kept of a run for those who follow it later; 4 MiB unless said otherwise. Beyond
    /// that, updates and progress are left out: the finished items, which are kept, say the same.
    pub fn run_log_bytes(mut self, bytes: usize) -> Self {
        self.run_log_bytes = bytes;
        self
    }

    /// How long a run that has ended can be followed, and its `Idempotency-Key` is recognised; 24 hours unless said
    /// otherwise.
    pub fn run_retention(mut self, retention: Duration) -> Self {
        self.run_retention = retention;
        self
    }

    /// How many turns of one user may go on at once, or wait for their thread, in this process; 16 unless said
    /// otherwise, and 0 for any number. One more is refused with 429 and `too_many_runs`, before anything is stored.
    pub fn runs_per_user(mut self, runs: usize) -> Self {
        self.runs_per_user = runs;
        self
    }

    /// How many requests one user may send in a minute to this process, all of them at once if need be: what was used
    /// comes back evenly over the minute. More are refused with 429, `rate_limited` and `Retry-After`, before their body
    /// is read. Any number unless said otherwise, or with 0, because only you know what a user of yours is: where many
    /// readers share one identity, a limit for each user is a limit for all.
    ///
    /// To stop a run has a minute's worth of its own. `GET /health` and the bytes of attachments, which are of no user,
    /// are not counted.
    pub fn requests_per_minute(mut self, requests: u32) -> Self {
        self.requests_per_minute = requests;
        self
    }

    /// How many bytes of events may wait for a client; 1 MiB unless said otherwise.
    pub fn client_buffer_bytes(mut self, bytes: usize) -> Self {
        self.client_buffer_bytes = bytes;
        self
    }

    /// How long a client whose buffer is full is waited for before the turn goes on without it; 10 seconds unless said
    /// otherwise.
    pub fn client_patience(mut self, patience: Duration) -> Self {
        self.client_patience = patience;
        self
    }

    /// How long turns may go on once the server stops; 10 seconds unless said otherwise.
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.shutdown_deadline = deadline;
        self
    }

    /// The server.
    ///
    /// # Errors
    /// [`BuildError`] names what is missing or wrong.
    pub fn build(self) -> Result<ChatServer, BuildError> {
        let handler = self.handler.ok_or(BuildError::NoHandler)?;
        let store = self.store.ok_or(BuildError::NoStore)?;
        let authenticator = self.authenticator.ok_or(BuildError::NoAuthenticator)?;
        if !is_path(&self.path) {
            return Err(BuildError::InvalidPath(self.path));
        }
        if let Some(origin) = self.allowed_origins.iter().find(|origin| !is_origin(origin)) {
            return Err(BuildError::InvalidOrigin(origin.clone()));
        }
        if let Some(attachments) = &self.attachments
            && (attachments.public_url() == "*" || !is_origin(attachments.public_url()))
        {
            return Err(BuildError::InvalidPublicUrl(attachments.public_url().to_owned()));
        }
        let services = TurnServices {
            store,
            ids: self.ids,
            clock: self.clock,
            attachments: self.attachments.map(|attachments| attachments.below(&self.path)),
            turn_deadline: self.turn_deadline,
            checkpoint_interval: self.checkpoint_interval,
            disconnect: self.disconnect,
            client_buffer_bytes: self.client_buffer_bytes,
            client_patience: self.client_patience,
        };
        let rules = RunRules {
            thread_patience: self.thread_patience,
            journal_bytes: self.run_log_bytes,
            retention: self.run_retention,
            runs_per_user: self.runs_per_user,
        };
        let app = App {
            dispatcher: Arc::new(Dispatcher::new(handler, services, rules)),
            authenticator,
            path: self.path,
            allowed_origins: self.allowed_origins,
            limits: RequestLimits::new(self.requests_per_minute),
            max_body_bytes: self.max_body_bytes,
            heartbeat_interval: self.heartbeat_interval,
        };
        Ok(ChatServer { app: Arc::new(app), shutdown_deadline: self.shutdown_deadline })
    }
}

fn is_path(path: &str) -> bool {
    let is_plain = |character: char| character.is_ascii_graphic() && !"?#{}*".contains(character);
    path.starts_with('/') && path != "/health" && path.chars().all(is_plain)
}

/// Whether a browser could send this as `Origin`: a scheme and a host, nothing after it.
fn is_origin(origin: &str) -> bool {
    if origin == "*" {
        return true;
    }
    let Some((scheme, host)) = origin.split_once("://") else { return false };
    !scheme.is_empty()
        && !host.is_empty()
        && host.chars().all(|c| c.is_ascii_graphic() && !"/?#@".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for good in ["*", "https://a.example", "http://localhost:3000", "http://[::1]:3000"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in
            ["", "a.example", "https://a.example/", "https://", "https://a.example/path", "https://a b"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn a_path_is_plain_and_leaves_health_alone() {
        assert!(is_path("/chatkit") && is_path("/api/v1/chat") && is_path("/"));
        for bad in ["", "chatkit", "/health", "/a b", "/{id}", "/a?b"] {
            assert!(!is_path(bad), "{bad}");
        }
    }
}

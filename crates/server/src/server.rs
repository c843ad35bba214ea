//! The server as a whole: built once, routed or served, stopped in order.

mod builder;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use builder::ChatServerBuilder;

use crate::http::{self, App};

/// How long connections may take to close once all turns have ended.
const LAST_BYTES: Duration = Duration::from_secs(2);

/// A ChatKit server. Cloning gives another handle on the same one.
#[derive(Clone)]
pub struct ChatServer {
    app: Arc<App>,
    shutdown_deadline: Duration,
}

impl ChatServer {
    /// Begins to configure a server; it needs a handler, a store and an authenticator.
    pub fn builder() -> ChatServerBuilder {
        ChatServerBuilder::default()
    }

    /// The routes: `POST` on the path of the endpoint, what follows and stops runs below it, and `GET /health`.
    ///
    /// An authenticator that looks at the peer's address needs the router to be served with
    /// `into_make_service_with_connect_info::<SocketAddr>()`, as [`ChatServer::serve`] does.
    pub fn router(&self) -> Router {
        http::router(Arc::clone(&self.app))
    }

    /// Serves the routes until `shutdown` completes, then stops in order: see [`ChatServer::shut_down`]. A path that is none
    /// of them is answered with 404, as JSON.
    ///
    /// # Errors
    /// What the store fails with when runs that a crash interrupted are brought to an end.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> std::io::Result<()> {
        let router = http::router_alone(Arc::clone(&self.app));
        self.serve_router(router, listener, shutdown).await
    }

    /// Like [`ChatServer::serve`], with a router that holds more than the server's own routes.
    ///
    /// # Errors
    /// As for [`ChatServer::serve`].
    pub async fn serve_router(
        &self,
        router: Router,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> std::io::Result<()> {
        // Not needed for the first request, which would do it too; but what a crash left behind should not wait for one.
        self.app.dispatcher.recover().await.map_err(std::io::Error::other)?;
        let stop_accepting = CancellationToken::new();
        let serving = http::serve(router, listener, stop_accepting.clone());
        tokio::pin!(serving);
        tokio::select! {
            () = &mut serving => return Ok(()),
            () = shutdown => {}
        }
        stop_accepting.cancel();
        // Open streams keep connections open; they end with their turns. A client that reads nothing any more cannot
        // hold the process back.
        let closing = async {
            self.shut_down().await;
            tokio::time::sleep(LAST_BYTES).await;
        };
        tokio::select! {
            () = &mut serving => self.shut_down().await,
            () = closing => {}
        }
        Ok(())
    }

    /// Stops in order: new turns are refused with 503, those under way may go on until the deadline, then they are
    /// ended, with what they have written saved and their clients told.
    pub async fn shut_down(&self) {
        self.app.dispatcher.shut_down(self.shutdown_deadline).await;
    }
}

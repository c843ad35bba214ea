//! Connections: each is accepted, answered over HTTP/1.1, and let end in order.
//!
//! By hand rather than by `axum::serve`, which first looks whether a connection speaks HTTP/2 and for that keeps a buffer
//! more for as long as it is open.

use std::io;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection;

/// How long nobody is let in once the machine has no more sockets to give.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until it is told to stop, and then until every connection has ended with the answer it was giving.
pub(crate) async fn serve(router: Router, listener: TcpListener, stop: CancellationToken) {
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(connection::answer(router.clone(), stream, peer, stop.clone()));
            }
            // The client's doing: it went away before it was let in.
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}

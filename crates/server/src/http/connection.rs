//! One connection: hyper reads the requests and writes the answers, but for those that stream.
//!
//! hyper keeps two buffers of 8 KB for as long as a connection is open, and of a stream that waits for its model they would
//! be most of what it holds. So the answer of a turn is taken out of hyper's hands, the socket with it, written by
//! [`streamed`](super::streamed), and the socket is given to hyper again for the next request.

use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, Response, Version, header};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::linger::linger;
use super::socket::Socket;
use super::streamed::Streamed;

/// The longest head of a request, in bytes: tokens and cookies are in it.
const LONGEST_HEAD: usize = 64 * 1024;

/// How long the head of a request may take to arrive.
const HEAD_DEADLINE: Duration = Duration::from_secs(30);

/// In the extensions of an answer that is better taken out of hyper's hands: it may last, and has no length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lasting;

/// Answers the requests of a connection until it closes, or until it is told to stop and has answered the last.
pub(super) async fn answer(router: Router, stream: TcpStream, peer: SocketAddr, stop: CancellationToken) {
    // Otherwise a piece of an answer waits until the client has acknowledged the one before.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection may send late");
    }
    let mut open = (stream, Bytes::new());
    // In boxes of their own, so that each part of a connection's life takes memory only as long as it lasts.
    while let Some((mut stream, early, streamed)) =
        Box::pin(exchange(router.clone(), open.0, open.1, peer, &stop)).await
    {
        match Box::pin(streamed.send(&mut stream, early, &stop)).await {
            Ok(Some(early)) => open = (stream, early),
            Ok(None) => return,
            Err(error) => return tracing::debug!(%error, "a stream ended early"),
        }
    }
}

/// Answers by hyper until the connection ends, or an answer is to be streamed: with that answer, and with what was read
/// of the next request.
async fn exchange(
    router: Router,
    stream: TcpStream,
    unread: Bytes,
    peer: SocketAddr,
    stop: &CancellationToken,
) -> Option<(TcpStream, Bytes, Streamed)> {
    let handover = Arc::new(Handover::default());
    let of_service = Arc::clone(&handover);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let handover = Arc::clone(&of_service);
        let asked = Asked::of(&request);
        handover.is_unread.store(!request.body().is_end_stream(), Ordering::Relaxed);
        request.extensions_mut().insert(ConnectInfo(peer));
        let body = |inner| Body::new(RequestBody { inner, handover: Arc::clone(&handover) });
        // A router is always ready.
        let answering = router.clone().call(request.map(body));
        async move {
            let Ok(response) = answering.await;
            handover.take_over(asked, response)
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(Socket::new(stream, unread, Arc::clone(&handover)), service);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    let taken = handover.lock().take();
    if let Some(streamed) = taken {
        let parts = connection.into_parts();
        let (stream, before) = parts.io.into_inner();
        // Of what was read early, hyper has the beginning and the socket the rest.
        let early = if before.is_empty() { parts.read_buf } else { [parts.read_buf, before].concat().into() };
        return Some((stream, early, streamed));
    }
    let is_head_refused = ended.as_ref().is_err_and(hyper::Error::is_parse);
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
    if is_head_refused || handover.is_unread.load(Ordering::Relaxed) {
        linger(connection.into_parts().io.into_inner().0).await;
    }
    None
}

/// What the parts of a connection tell each other about whether an answer can be taken out of hyper's hands.
#[derive(Default)]
pub(super) struct Handover {
    /// Something of the last request was not read yet.
    is_unread: AtomicBool,
    /// hyper has bytes that the socket did not take yet.
    pub(super) is_behind: AtomicBool,
    streamed: Mutex<Option<Streamed>>,
}

impl Handover {
    /// Keeps a lasting answer and makes hyper let go of the connection, if nothing is left in hyper that would be lost;
    /// any other answer goes its way.
    fn take_over(&self, asked: Asked, response: Response<Body>) -> Result<Response<Body>, TakenOver> {
        let is_ready = !self.is_unread.load(Ordering::Relaxed) && !self.is_behind.load(Ordering::Relaxed);
        if !is_ready || !asked.has_body || !is_lasting(&response) {
            return Ok(response);
        }
        *self.lock() = Some(Streamed::new(response, asked.version, asked.is_last));
        Err(TakenOver)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Streamed>> {
        self.streamed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an answer streams, and no layer has said how it is to be framed.
fn is_lasting(response: &Response<Body>) -> bool {
    let framing = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::UPGRADE];
    response.extensions().get::<Lasting>().is_some()
        && framing.iter().all(|name| !response.headers().contains_key(name))
}

/// What has to be known of a request to frame its answer.
struct Asked {
    version: Version,
    /// Whether its answer may have a body.
    has_body: bool,
    /// Whether the client closes the connection after it.
    is_last: bool,
}

impl Asked {
    fn of(request: &Request<Incoming>) -> Self {
        Self {
            version: request.version(),
            has_body: *request.method() != Method::HEAD && *request.method() != Method::CONNECT,
            is_last: request.version() != Version::HTTP_11 || says_close(request.headers()),
        }
    }
}

fn says_close(headers: &HeaderMap) -> bool {
    let said = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    said.flat_map(|value| value.split(',')).any(|word| word.trim().eq_ignore_ascii_case("close"))
}

/// What hyper hears when an answer is taken out of its hands: no answer, so that it writes nothing and lets go.
#[derive(Debug)]
struct TakenOver;

impl fmt::Display for TakenOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is streamed")
    }
}

impl std::error::Error for TakenOver {}

/// The body of a request, which notes when it was read to its end.
struct RequestBody {
    inner: Incoming,
    handover: Arc<Handover>,
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        if matches!(polled, Poll::Ready(None)) || self.inner.is_end_stream() {
            self.handover.is_unread.store(false, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

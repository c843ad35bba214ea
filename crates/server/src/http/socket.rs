//! The socket as hyper gets it: what was read of it before comes first, and whether bytes wait to be taken is noted.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::connection::Handover;

/// A connection's socket.
pub(super) struct Socket {
    stream: TokioIo<TcpStream>,
    /// What was read from it and is to be read again.
    unread: Bytes,
    handover: Arc<Handover>,
}

impl Socket {
    /// A socket of which these bytes were read already.
    pub(super) fn new(stream: TcpStream, unread: Bytes, handover: Arc<Handover>) -> Self {
        Self { stream: TokioIo::new(stream), unread, handover }
    }

    /// The socket, and what is still to be read before it.
    pub(super) fn into_inner(self) -> (TcpStream, Bytes) {
        (self.stream.into_inner(), self.unread)
    }

    /// Whoever writes goes on until all is written or the socket takes no more, so that its last answer tells which.
    fn noted(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.handover.is_behind.store(written.is_pending(), Ordering::Relaxed);
        written
    }
}

impl Read for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.unread.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, into);
        }
        let fits = into.remaining().min(self.unread.len());
        into.put_slice(&self.unread.split_to(fits));
        Poll::Ready(Ok(()))
    }
}

impl Write for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.noted(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.noted(written)
    }
}

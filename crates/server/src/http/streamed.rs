//! An answer that streams, written to its socket as it comes: a head, then each piece as a chunk, in one call to the
//! system. Nothing is kept of what was sent, so that a stream that waits holds no buffer.

use std::future::poll_fn;
use std::io::{self, ErrorKind, IoSlice, Write};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Response, Version, header};
use httpdate::HttpDate;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

/// How much of a next request is taken in while an answer streams; the rest stays in the socket.
const EARLY_BYTES: usize = 512;

/// An answer, and how it is to be framed.
pub(super) struct Streamed {
    response: Response<Body>,
    version: Version,
    is_last: bool,
}

impl Streamed {
    /// The answer to a request of this version; `is_last` if the client closes the connection after it.
    pub(super) fn new(response: Response<Body>, version: Version, is_last: bool) -> Self {
        Self { response, version, is_last }
    }

    /// Sends the answer to its end. What came of the next request meanwhile is the result; `None` if there is to be none.
    ///
    /// Fails when the client is gone, or the body breaks off: the connection is then of no use, and its close is how the
    /// client knows.
    pub(super) async fn send(
        self,
        stream: &mut TcpStream,
        early: Bytes,
        stop: &CancellationToken,
    ) -> io::Result<Option<Bytes>> {
        let is_last = self.is_last || stop.is_cancelled();
        let head = head(&self.response, self.version, is_last)?;
        let is_chunked = self.version == Version::HTTP_11;
        let body = self.response.into_body();
        let mut sending = Sending { stream, head, body, is_chunked, is_ended: false, early };
        // What is there at once goes out with the head, which waits for nothing.
        let mut found = sending.look().await?;
        loop {
            found = match found {
                Poll::Ready(Some(piece)) => {
                    // Looked for before the piece is written, so that the end goes out with the last one.
                    let found = sending.look().await?;
                    sending.write(&piece, matches!(found, Poll::Ready(None))).await?;
                    found
                }
                Poll::Ready(None) => break,
                Poll::Pending => {
                    sending.write(&[], false).await?;
                    Poll::Ready(sending.next().await?)
                }
            }
        }
        sending.write(&[], true).await?;
        let early = sending.early;
        if is_last || stop.is_cancelled() {
            stream.shutdown().await?;
            return Ok(None);
        }
        Ok(Some(early))
    }
}

/// An answer on its way.
struct Sending<'a> {
    stream: &'a mut TcpStream,
    /// Empty once it was written.
    head: Vec<u8>,
    body: Body,
    is_chunked: bool,
    is_ended: bool,
    /// What came of the next request.
    early: Bytes,
}

impl Sending<'_> {
    /// The next piece of the body, or its end, if it is there.
    async fn look(&mut self) -> io::Result<Poll<Option<Bytes>>> {
        poll_fn(|context| {
            Poll::Ready(match self.poll_piece(context) {
                Poll::Ready(found) => found.map(Poll::Ready),
                Poll::Pending => Ok(Poll::Pending),
            })
        })
        .await
    }

    /// Waits for the next piece of the body, or its end; fails if the client goes away.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        poll_fn(|context| match self.poll_piece(context) {
            Poll::Ready(found) => Poll::Ready(found),
            Poll::Pending => self.poll_client(context).map(Err),
        })
        .await
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        loop {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                // An empty chunk would be the end, and of trailers there are none.
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) if !piece.is_empty() => return Poll::Ready(Ok(Some(piece))),
                    _ => {}
                },
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(error))),
                None => return Poll::Ready(Ok(None)),
            }
        }
    }

    /// Completes when the client is gone. A little of what it sends meanwhile is kept for later, and the rest left where
    /// it is.
    fn poll_client(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        while self.early.is_empty() {
            let mut room = [MaybeUninit::uninit(); EARLY_BYTES];
            let mut read = ReadBuf::uninit(&mut room);
            match ready!(Pin::new(&mut *self.stream).poll_read(context, &mut read)) {
                Ok(()) if read.filled().is_empty() => return Poll::Ready(ErrorKind::UnexpectedEof.into()),
                Ok(()) => self.early = Bytes::copy_from_slice(read.filled()),
                Err(error) => return Poll::Ready(error),
            }
        }
        Poll::Pending
    }

    /// Writes the head, if it is still to be written, then a piece of the body and the end, if there is one and the other.
    async fn write(&mut self, piece: &[u8], is_end: bool) -> io::Result<()> {
        let mut size = [0; LONGEST_SIZE];
        let (mut before, mut after, mut end): (&[u8], &[u8], &[u8]) = (&[], &[], &[]);
        if self.is_chunked && !piece.is_empty() {
            (before, after) = (chunk_size(&mut size, piece.len())?, b"\r\n");
        }
        if self.is_chunked && is_end && !self.is_ended {
            end = b"0\r\n\r\n";
        }
        let mut slices = [self.head.as_slice(), before, piece, after, end].map(IoSlice::new);
        let mut left = slices.as_mut_slice();
        // Those that are empty go first, so that there is nothing left when all is written.
        IoSlice::advance_slices(&mut left, 0);
        while !left.is_empty() {
            let written =
                poll_fn(|context| Pin::new(&mut *self.stream).poll_write_vectored(context, left)).await?;
            if written == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
            IoSlice::advance_slices(&mut left, written);
        }
        self.is_ended |= is_end;
        self.head = Vec::new();
        Ok(())
    }
}

/// The most digits of a size, and a line break.
const LONGEST_SIZE: usize = 2 * size_of::<usize>() + 2;

fn chunk_size(into: &mut [u8; LONGEST_SIZE], size: usize) -> io::Result<&[u8]> {
    let mut rest = into.as_mut_slice();
    write!(rest, "{size:X}\r\n")?;
    let left = rest.len();
    Ok(&into[..LONGEST_SIZE - left])
}

/// The head of the answer, with what its framing needs.
fn head(response: &Response<Body>, version: Version, is_last: bool) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(512);
    let status = response.status();
    write!(head, "{version:?} {} {}\r\n", status.as_str(), status.canonical_reason().unwrap_or_default())?;
    for (name, value) in response.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    if !response.headers().contains_key(header::DATE) {
        write!(head, "date: {}\r\n", HttpDate::from(SystemTime::now()))?;
    }
    if version == Version::HTTP_11 {
        head.extend_from_slice(b"transfer-encoding: chunked\r\n");
    }
    if is_last {
        head.extend_from_slice(b"connection: close\r\n");
    }
    head.extend_from_slice(b"\r\n");
    Ok(head)
}

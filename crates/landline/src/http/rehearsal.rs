//! A request that is not sent, as a reader of what would be.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, DuplexStream, ReadBuf, duplex};

use super::client::Client;
use super::parts::Parts;
use super::trip;
use crate::block::AtHand;
use crate::net::Stream;
use crate::{Result, Timeouts};

/// How far the request may be ahead of its reader.
const AHEAD_BYTES: usize = 64 << 10;

type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// The bytes that a request would send, from its head to the end of its body.
pub struct Rehearsal {
    /// Goes on while it is read; gone when all of the request is in `bytes`.
    work: Option<Work>,
    bytes: DuplexStream,
}

impl Rehearsal {
    pub(super) fn of(prepared: Result<(Client, Box<Parts>)>) -> Self {
        let (paper, bytes) = duplex(AHEAD_BYTES);
        let work = async move {
            let (client, parts) = prepared?;
            let mut stream = Stream::new(paper);
            // Its reader may take its time.
            stream.set_timeouts(Timeouts::none());
            trip::rehearse(client, parts, stream).await
        };
        Self { work: Some(Box::pin(work)), bytes }
    }
}

impl AsyncRead for Rehearsal {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some(work) = &mut this.work
            && let Poll::Ready(done) = work.as_mut().poll(cx)
        {
            this.work = None;
            done.map_err(io::Error::from)?;
        }
        Pin::new(&mut this.bytes).poll_read(cx, buf)
    }
}

impl AtHand for Rehearsal {}

/// Leaves out what would be sent: there are credentials in it.
impl fmt::Debug for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rehearsal").finish_non_exhaustive()
    }
}

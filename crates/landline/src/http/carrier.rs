//! What carries one request and its reply: a connection of its own, or a stream of a shared one.

use std::fmt;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use landline_wire::head::ResponseHead;
use tokio::io::AsyncBufRead;
use tokio::time::Instant;

use super::connection::{Connection, Forwarder};
use crate::net::{Peer, TlsFacts};
use crate::upload::Upload;
use crate::{Error, Headers, Result};

pub(super) enum Carrier {
    Http1(Box<Connection>),
    Shared(Box<dyn Exchange>),
}

/// One request and its reply on a connection that others use too. The body is read from it.
pub(super) trait Exchange: AsyncBufRead + fmt::Debug + Send + Sync + Unpin {
    /// Takes the head of the request; `fields` are those that HTTP/1 would send.
    fn put_head(
        &mut self,
        method: &str,
        scheme: &str,
        host: &str,
        target: &str,
        fields: &Headers,
    ) -> Result<()>;

    /// Begins with the head that was put; `upload` goes along while the reply is waited for, after leave to do
    /// so where the head asks for it, which is waited for with `patience`.
    fn start(&mut self, upload: Option<Upload>, patience: Duration) -> Result<()>;

    /// The head of the final reply; interim ones are told to the observer and passed over.
    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<ResponseHead>>;

    fn take_unsent(&mut self) -> Option<Upload>;

    fn head_bytes(&self) -> (usize, usize);

    fn ends(&self) -> (Peer, Option<SocketAddr>, Option<Arc<TlsFacts>>);

    /// The length of the body, where the head told.
    fn announced(&self) -> Option<u64>;

    fn trailers(&self) -> &Headers;

    /// When the body had ended.
    fn ended(&self) -> Option<Instant>;

    /// Whether reading the body needs no waiting now.
    fn is_body_at_hand(&self) -> bool;
}

/// Whether the peer has certainly done nothing with the request.
pub(super) fn is_unprocessed(error: &Error) -> bool {
    #[cfg(feature = "http3")]
    if super::http3::is_unprocessed(error) {
        return true;
    }
    super::http2::is_unprocessed(error)
}

impl Carrier {
    /// Sends the head that was put, and `upload` with it, and reads the head of the reply.
    pub(super) async fn exchange(
        &mut self,
        upload: Option<Upload>,
        patience: Duration,
    ) -> Result<ResponseHead> {
        match self {
            Carrier::Http1(connection) => {
                connection.start(upload, patience).await?;
                connection.get_reply().await
            }
            Carrier::Shared(exchange) => {
                exchange.start(upload, patience)?;
                poll_fn(|cx| exchange.poll_reply(cx)).await
            }
        }
    }

    /// Sends the head that was put and all of `upload`, and awaits nothing.
    pub(super) async fn rehearse(&mut self, upload: Option<Upload>) -> Result<()> {
        match self {
            Carrier::Http1(connection) => connection.rehearse(upload).await,
            Carrier::Shared(_) => Err(Error::usage("what is sent in frames is no text")),
        }
    }

    /// The proxy that sends the request on, where it goes to one.
    pub(super) fn forwarder(&mut self) -> Option<&mut Forwarder> {
        match self {
            Carrier::Http1(connection) => connection.forwarder.as_deref_mut(),
            Carrier::Shared(_) => None,
        }
    }

    /// A body that was given to this and never begun, because a final reply came instead of leave.
    pub(super) fn take_unsent(&mut self) -> Option<Upload> {
        match self {
            Carrier::Http1(connection) => connection.unsent.take(),
            Carrier::Shared(exchange) => exchange.take_unsent(),
        }
    }

    /// Bytes of the request's head, and of all the heads received for it.
    pub(super) fn head_bytes(&self) -> (usize, usize) {
        match self {
            Carrier::Http1(connection) => connection.head_bytes(),
            Carrier::Shared(exchange) => exchange.head_bytes(),
        }
    }

    /// Who is at the other end, where this end is, and what TLS agreed on.
    pub(super) fn ends(&self) -> (Peer, Option<SocketAddr>, Option<Arc<TlsFacts>>) {
        match self {
            Carrier::Http1(connection) => {
                let stream = connection.stream();
                (stream.peer().clone(), stream.local(), connection.tls())
            }
            Carrier::Shared(exchange) => exchange.ends(),
        }
    }
}

//! What carries one request and its reply: a connection of its own, or a stream of a shared one.

use std::net::SocketAddr;
use std::time::Duration;

use landline_wire::head::ResponseHead;

use super::connection::{Connection, Forwarder};
use super::http2::Exchange;
use crate::net::{Peer, TlsFacts};
use crate::upload::Upload;
use crate::{Error, Result};

pub(super) enum Carrier {
    Http1(Box<Connection>),
    Http2(Box<Exchange>),
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
            Carrier::Http2(exchange) => {
                exchange.start(upload, patience)?;
                exchange.reply().await
            }
        }
    }

    /// Sends the head that was put and all of `upload`, and awaits nothing.
    pub(super) async fn rehearse(&mut self, upload: Option<Upload>) -> Result<()> {
        match self {
            Carrier::Http1(connection) => connection.rehearse(upload).await,
            Carrier::Http2(_) => Err(Error::usage("what HTTP/2 sends is no text")),
        }
    }

    /// The proxy that sends the request on, where it goes to one.
    pub(super) fn forwarder(&mut self) -> Option<&mut Forwarder> {
        match self {
            Carrier::Http1(connection) => connection.forwarder.as_deref_mut(),
            Carrier::Http2(_) => None,
        }
    }

    /// A body that was given to this and never begun, because a final reply came instead of leave.
    pub(super) fn take_unsent(&mut self) -> Option<Upload> {
        match self {
            Carrier::Http1(connection) => connection.unsent.take(),
            Carrier::Http2(exchange) => exchange.take_unsent(),
        }
    }

    /// Bytes of the request's head, and of all the heads received for it.
    pub(super) fn head_bytes(&self) -> (usize, usize) {
        match self {
            Carrier::Http1(connection) => connection.head_bytes(),
            Carrier::Http2(exchange) => exchange.head_bytes(),
        }
    }

    /// Who is at the other end, where this end is, and what TLS agreed on.
    pub(super) fn ends(&self) -> (Peer, Option<SocketAddr>, Option<TlsFacts>) {
        match self {
            Carrier::Http1(connection) => {
                let stream = connection.stream();
                (stream.peer().clone(), stream.local(), stream.tls())
            }
            Carrier::Http2(exchange) => exchange.ends(),
        }
    }
}

//! HTTP/3: requests as streams of one QUIC connection that they share.
//!
//! QUIC is the `quinn` crate's, frames and field lines are [`wire`](crate::wire::http3)'s. What is here: the
//! connection and its control streams ([`link`]), the frames of a stream ([`frames`]), one request and its
//! reply ([`exchange`]).
//!
//! Specifications: RFC 9114 (HTTP/3), RFC 9204 (QPACK, no dynamic table), RFC 9000 and 9001 (QUIC).
//!
//! | limit | value |
//! |---|---|
//! | frames of a stream that bring nothing, one after the other | 10,000 |
//! | control streams of the peer, in the life of a connection | 100 |
//! | frames on its control stream | 10,000, of 16 KiB each |
//! | requests at once | 100, or what the peer allows |
//!
//! 0-RTT is not used, nothing is pushed, and no proxy is gone through.

mod control;
mod exchange;
mod fault;
mod frames;
mod link;
mod open;
mod outgoing;
mod waiters;

pub(super) use exchange::Exchange;
pub(super) use fault::is_unprocessed;
pub(super) use link::Link;

/// What is agreed on in the handshake (RFC 9114 section 3.1).
pub(super) const ALPN: &[u8] = b"h3";

//! HTTP/2: requests as streams of one connection that they share.
//!
//! Frames, HPACK and flow control are the `h2` crate's. What is here: who drives a connection that
//! belongs to nobody ([`link`]), what its peer may make us do ([`gate`]), one request and its reply
//! ([`exchange`]), and which connections stand ([`links`]).
//!
//! Specifications: RFC 9113 (HTTP/2), RFC 7541 (HPACK), RFC 7301 (ALPN), RFC 7540 section 3.2 (`Upgrade: h2c`).
//!
//! # Who drives
//! A task of the runtime on which the connection came about ([`driver`]): it reads and writes for all
//! streams, and wakes those that something came for. The blocking face runs its runtime only while it
//! waits, so nothing is read in between; a connection that rested is looked at before it is used again.

mod doors;
mod driver;
mod exchange;
mod fault;
mod gate;
mod head;
mod link;
mod links;
mod opening;
mod outgoing;
mod tunnel;

pub(super) use doors::Turn;
pub(super) use exchange::Exchange;
pub(super) use fault::is_unprocessed;
#[cfg(feature = "http3")]
pub(super) use head::RequestHead;
pub(super) use link::Link;
pub(super) use links::Links;
#[cfg(feature = "http3")]
pub(super) use links::Shared;
pub(super) use opening::settings_field;
pub(crate) use tunnel::{Tunnel, TunnelLink};

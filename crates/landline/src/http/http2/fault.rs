//! What the `h2` crate reports, in our words.

use std::io;

use h2::Reason;

use super::gate::{End, Gate};
use crate::net::Peer;
use crate::{Error, ErrorKind, Phase};

/// Where in the life of a stream an error came.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// Its request is on the way.
    Request,
    /// Its reply is waited for.
    Reply,
    /// So many bytes of the body have been read, of as many as were announced.
    Body(u64, Option<u64>),
}

/// The connection that an error is told of.
pub(super) struct Fault<'a> {
    pub(super) gate: &'a Gate,
    pub(super) peer: &'a Peer,
}

impl Place {
    fn phase(self) -> Phase {
        match self {
            Place::Request => Phase::Sending,
            Place::Reply => Phase::AwaitingReply,
            Place::Body(..) => Phase::ReadingBody,
        }
    }
}

impl Fault<'_> {
    pub(super) fn in_place(&self, error: h2::Error, place: Place) -> Error {
        let (kind, what) = match self.gate.end() {
            _ if !error.is_io() => self.told(&error, place),
            Some(end) => self.ended(&end, place),
            None => return self.broken(error, place.phase()),
        };
        Error::new(kind, place.phase(), what).because(error)
    }

    /// The bytes of the connection have ended.
    fn ended(&self, end: &End, place: Place) -> (ErrorKind, String) {
        let peer = self.peer;
        match (end, place) {
            (End::OtherProtocol, _) => {
                (ErrorKind::Http2, format!("{peer} answers in HTTP/1, not in HTTP/2"))
            }
            (End::Flood, _) => {
                (ErrorKind::Http2, format!("{peer} sends frame after frame that brings nothing"))
            }
            (End::GivenUp, Place::Body(got, total)) => {
                let what =
                    format!("{peer} gave the connection up (GOAWAY) after {}", count(got, total));
                (ErrorKind::Truncated, what)
            }
            (End::GivenUp, _) => (ErrorKind::Io, format!("{peer} gave the connection up (GOAWAY)")),
            (End::Closed, Place::Body(got, total)) => {
                let what = format!("the connection to {peer} ended after {}", count(got, total));
                (ErrorKind::Truncated, what)
            }
            (End::Closed, _) => {
                (ErrorKind::EmptyReply, format!("{peer} closed the connection without a reply"))
            }
        }
    }

    fn broken(&self, error: h2::Error, phase: Phase) -> Error {
        match error.into_io() {
            Some(error) => Error::from_io_with(error, phase, self.peer),
            None => Error::from_io_with(io::ErrorKind::Other.into(), phase, self.peer),
        }
    }

    /// A frame said so: the peer's, or the one that we have to send (RFC 9113 section 5.4).
    fn told(&self, error: &h2::Error, place: Place) -> (ErrorKind, String) {
        let peer = self.peer;
        match (error.is_go_away(), error.is_remote()) {
            (true, true) => (ErrorKind::Io, format!("{peer} gave the connection up (GOAWAY)")),
            (true, false) => {
                (ErrorKind::Http2, format!("what {peer} sends is not acceptable HTTP/2"))
            }
            (false, true) => (ErrorKind::Stream, format!("{peer} reset the stream")),
            (false, false) => match place {
                Place::Body(got, Some(total)) if got < total && is_malformed(error) => (
                    ErrorKind::Truncated,
                    format!(
                        "the body from {peer} has not the length announced: {got} of {total} bytes came"
                    ),
                ),
                Place::Body(..) => {
                    (ErrorKind::Protocol, format!("the body from {peer} is not what was announced"))
                }
                _ => (
                    ErrorKind::Stream,
                    format!("the reply of {peer} is malformed or its head too large"),
                ),
            },
        }
    }
}

fn count(got: u64, total: Option<u64>) -> String {
    let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
    format!("{got}{of} bytes of the body")
}

fn is_malformed(error: &h2::Error) -> bool {
    error.reason() == Some(Reason::PROTOCOL_ERROR)
}

/// Whether the peer has certainly done nothing with the request: it is above the last stream of a
/// GOAWAY, or was refused (RFC 9113 section 8.7).
pub(in crate::http) fn is_unprocessed(error: &Error) -> bool {
    let cause =
        std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<h2::Error>());
    let is_before_reply = matches!(error.phase(), Phase::Sending | Phase::AwaitingReply);
    is_before_reply
        && cause.is_some_and(|cause| {
            let refused = cause.reason() == Some(Reason::REFUSED_STREAM);
            cause.is_remote() && (cause.is_go_away() || refused)
        })
}

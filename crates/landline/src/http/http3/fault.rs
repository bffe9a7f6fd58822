//! What became of streams and connections, in our words.

use std::fmt;

use landline_wire::escape::excerpt;
use landline_wire::http3::{HeadFault, code};
use quinn::{ConnectionError, ReadError};

use super::frames::Broken;
use crate::net::{Peer, alert_of};
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
    pub(super) peer: &'a Peer,
    /// Why it was us who ended it.
    pub(super) ours: Option<&'static str>,
}

/// The peer has certainly done nothing with the request.
#[derive(Debug)]
struct Unprocessed;

impl fmt::Display for Unprocessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was done with the request")
    }
}

impl std::error::Error for Unprocessed {}

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
    /// The frames of a stream do not go on.
    pub(super) fn broken(&self, error: &Broken, place: Place) -> Error {
        let peer = self.peer;
        match error {
            Broken::Read(ReadError::ConnectionLost(error)) => self.lost(error, place),
            Broken::Read(ReadError::Reset(code)) => self.reset(code.into_inner(), place),
            Broken::Read(other) => {
                let what = format!("the stream of {peer} cannot be read");
                Error::new(ErrorKind::Http3, place.phase(), what).because(other.clone())
            }
            Broken::Cut => match place {
                Place::Body(got, total) => self.short(got, total),
                _ => self.protocol(place, "ends a stream inside of a frame"),
            },
            Broken::Flood => {
                let what = format!("{peer} sends frame after frame that brings nothing");
                Error::new(ErrorKind::Http3, place.phase(), what)
            }
            Broken::TooLarge => self.head(HeadFault::TooLarge, place),
        }
    }

    /// The connection is gone, with all of its streams.
    pub(super) fn lost(&self, error: &ConnectionError, place: Place) -> Error {
        let (peer, phase) = (self.peer, place.phase());
        let told = |kind, what: String| Error::new(kind, phase, what);
        if let Some(words) = alert_of(error) {
            return told(ErrorKind::Io, format!("{peer} {words}"));
        }
        match error {
            ConnectionError::ApplicationClosed(closed)
                if closed.error_code.into_inner() != code::H3_NO_ERROR =>
            {
                let (name, why) = (name(closed.error_code.into_inner()), reason(&closed.reason));
                told(ErrorKind::Http3, format!("{peer} ends the connection: {name}{why}"))
            }
            ConnectionError::ConnectionClosed(closed) if u64::from(closed.error_code) != 0 => {
                let (code, why) = (closed.error_code, reason(&closed.reason));
                told(ErrorKind::Http3, format!("{peer} ends the QUIC connection: {code}{why}"))
            }
            ConnectionError::ApplicationClosed(_) | ConnectionError::ConnectionClosed(_) => {
                match place {
                    Place::Body(got, total) => self.short(got, total),
                    _ => told(
                        ErrorKind::EmptyReply,
                        format!("{peer} closed the connection without a reply"),
                    ),
                }
            }
            ConnectionError::TransportError(error) => {
                let what = format!("what {peer} sends is not acceptable QUIC");
                told(ErrorKind::Http3, what).because(plain(error))
            }
            ConnectionError::Reset => {
                told(ErrorKind::Io, format!("{peer} no longer knows the connection"))
            }
            ConnectionError::TimedOut => {
                told(ErrorKind::Io, format!("{peer} has fallen silent, the connection is lost"))
            }
            other => match self.ours {
                Some(words) => self.protocol(place, words),
                None => told(ErrorKind::Io, format!("the connection to {peer} is closed"))
                    .because(plain(other)),
            },
        }
    }

    fn reset(&self, code: u64, place: Place) -> Error {
        let (peer, name) = (self.peer, name(code));
        let what = match place {
            Place::Body(got, Some(total)) => {
                format!("{peer} reset the stream after {got} of {total} bytes of the body: {name}")
            }
            _ => format!("{peer} reset the stream: {name}"),
        };
        let error = Error::new(ErrorKind::Http3, place.phase(), what);
        let is_refused = code == code::H3_REQUEST_REJECTED && !matches!(place, Place::Body(..));
        if is_refused { error.because(Unprocessed) } else { error }
    }

    /// The request is above those that the peer will look at (RFC 9114 section 5.2).
    pub(super) fn going_away(&self, place: Place) -> Error {
        let what = format!("{} gives the connection up (GOAWAY)", self.peer);
        Error::new(ErrorKind::Http3, place.phase(), what).because(Unprocessed)
    }

    /// The body is not as long as announced, or ends in the middle of a frame.
    pub(super) fn short(&self, got: u64, total: Option<u64>) -> Error {
        let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
        let what = format!("the reply of {} ended after {got}{of} bytes of the body", self.peer);
        Error::new(ErrorKind::Truncated, Phase::ReadingBody, what)
    }

    /// The peer breaks a rule.
    pub(super) fn protocol(&self, place: Place, what: &str) -> Error {
        let what = format!("what {} sends is not acceptable HTTP/3: it {what}", self.peer);
        Error::new(ErrorKind::Http3, place.phase(), what)
    }

    pub(super) fn head(&self, fault: HeadFault, place: Place) -> Error {
        let peer = self.peer;
        let (kind, what) = match fault {
            HeadFault::TooLarge => {
                (ErrorKind::Limit, format!("the heads of {peer} are larger than allowed"))
            }
            fault => (ErrorKind::Http3, format!("the reply of {peer} is malformed: {fault}")),
        };
        Error::new(kind, place.phase(), what)
    }
}

fn name(code: u64) -> String {
    code::name(code).map_or_else(|| format!("code {code:#x}"), str::to_owned)
}

/// The peer's own words.
fn reason(words: &[u8]) -> String {
    if words.is_empty() { String::new() } else { format!(" ({})", excerpt(words, 200)) }
}

/// An error of QUIC, in which there may be words of the peer.
fn plain(error: &dyn fmt::Display) -> String {
    excerpt(error.to_string().as_bytes(), 300)
}

/// Whether the peer has certainly done nothing with the request.
pub(in crate::http) fn is_unprocessed(error: &Error) -> bool {
    let cause = std::error::Error::source(error);
    cause.and_then(<dyn std::error::Error>::downcast_ref::<Unprocessed>).is_some()
}

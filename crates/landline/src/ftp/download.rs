//! A file on its way to us, with its connection.

use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use landline_wire::range::ByteRange;
use tokio::io::{AsyncRead, ReadBuf};

use super::client::Home;
use super::connection::Connection;
use super::incoming::Incoming;
use super::options::{Quote, QuoteTime};
use super::trip::Trip;
use crate::block::AtHand;
use crate::net::{DialTimes, Peer};
use crate::{Error, ErrorKind, Headers, Phase, Result, media_type};

/// A file or listing that is being read. It ends where the server has confirmed the end; then its
/// connection can be used for the next one.
pub struct Download {
    info: Headers,
    peer: Peer,
    times: DialTimes,
    home: Home,
    after: Vec<Quote>,
    state: State,
}

enum State {
    Reading(Box<Connection>, Box<Incoming>),
    /// The caller's own commands run behind the transfer.
    Ending(Pin<Box<dyn Future<Output = Result<Box<Connection>>> + Send + Sync>>),
    Over,
}

impl Download {
    pub(super) fn new(trip: Trip<'_>, incoming: Option<Incoming>, facts: Facts) -> Self {
        let quotes = trip.job.options.quotes.iter();
        let mut this = Self {
            info: facts.into_headers(),
            peer: trip.connection.stream().peer().clone(),
            times: trip.times,
            home: trip.home,
            after: quotes.filter(|quote| quote.when == QuoteTime::Done).cloned().collect(),
            state: State::Over,
        };
        match incoming {
            Some(incoming) => this.state = State::Reading(trip.connection, Box::new(incoming)),
            None => this.end(trip.connection),
        }
        this
    }

    /// What is known of it: `Last-Modified`, `Content-Length`, `Content-Type`, as far as the
    /// server tells.
    pub fn info(&self) -> &Headers {
        &self.info
    }

    /// Who sends it.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    pub(crate) fn times(&self) -> DialTimes {
        self.times
    }

    fn end(&mut self, mut connection: Box<Connection>) {
        let after = std::mem::take(&mut self.after);
        if after.is_empty() {
            self.home.give_back(connection);
            return;
        }
        self.state = State::Ending(Box::pin(async move {
            for quote in &after {
                connection.quote(quote).await?;
            }
            Ok(connection)
        }));
    }

    /// Goes on after the last byte.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Reading(connection, _) => {
                self.end(connection);
                if matches!(self.state, State::Ending(_)) {
                    self.poll_end(cx)
                } else {
                    Poll::Ready(Ok(()))
                }
            }
            State::Ending(mut ending) => match ending.as_mut().poll(cx) {
                Poll::Ready(Ok(connection)) => {
                    self.home.give_back(connection);
                    Poll::Ready(Ok(()))
                }
                Poll::Ready(Err(error)) => Poll::Ready(Err(error.into())),
                Poll::Pending => {
                    self.state = State::Ending(ending);
                    Poll::Pending
                }
            },
            State::Over => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncRead for Download {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let State::Reading(connection, incoming) = &mut this.state {
            let before = buf.filled().len();
            ready!(incoming.poll_read(connection, cx, buf))?;
            if buf.filled().len() > before || buf.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
        }
        this.poll_end(cx)
    }
}

impl AtHand for Download {}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download").field("info", &self.info).finish_non_exhaustive()
    }
}

/// What is known of a document.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) modified: Option<SystemTime>,
    pub(super) len: Option<u64>,
    pub(super) has_ranges: bool,
    media_type: Option<&'static str>,
}

impl Facts {
    pub(super) fn of_listing() -> Self {
        Self { media_type: Some("text/plain"), ..Self::default() }
    }

    pub(super) fn of_file(name: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name);
        Self { media_type: media_type::of_name(Path::new(&*name)), ..Self::default() }
    }

    pub(super) fn without_type(mut self) -> Self {
        self.media_type = None;
        self
    }

    pub(super) fn into_headers(self) -> Headers {
        let mut headers = Headers::new();
        let known = [
            ("Last-Modified", self.modified.map(httpdate::fmt_http_date)),
            ("Content-Length", self.len.map(|len| len.to_string())),
            ("Accept-ranges", self.has_ranges.then(|| "bytes".to_owned())),
            ("Content-Type", self.media_type.map(str::to_owned)),
        ];
        for (name, value) in known {
            if let Some(value) = value {
                // Our own names and values are always fit for a header.
                let _ = headers.push(name, value);
            }
        }
        headers
    }
}

/// Which bytes of a file to ask for, and which of those are to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) offset: u64,
    /// From there to the end of the file, where that is known.
    pub(super) len: Option<u64>,
    /// How many of those are wanted; all unless told.
    pub(super) wanted: Option<u64>,
}

impl Part {
    /// The part that `range` means in a file of `size` bytes; `None` when all of it is there
    /// already.
    pub(super) fn of(range: Option<ByteRange>, size: Option<u64>) -> Result<Option<Self>> {
        let Some(range) = range else {
            return Ok(Some(Self { offset: 0, len: size, wanted: None }));
        };
        let Some(size) = size else { return Self::of_unknown(range).map(Some) };
        if range == ByteRange::From(size) {
            return Ok(None);
        }
        let Some((offset, count)) = range.within(size) else {
            return Err(no_part(format!("the file has {size} bytes: {range} is not among them")));
        };
        let len = size - offset;
        Ok(Some(Self { offset, len: Some(len), wanted: (count < len).then_some(count) }))
    }

    fn of_unknown(range: ByteRange) -> Result<Self> {
        match range {
            ByteRange::From(offset) => Ok(Self { offset, len: None, wanted: None }),
            ByteRange::Between(first, last) if first > last => {
                Err(no_part(format!("{range} ends before it begins")))
            }
            ByteRange::Between(first, last) => {
                let count = (last - first).saturating_add(1);
                Ok(Self { offset: first, len: None, wanted: Some(count) })
            }
            ByteRange::Last(_) => {
                Err(no_part("the server does not tell the size of the file".to_owned()))
            }
        }
    }
}

fn no_part(what: String) -> Error {
    Error::new(ErrorKind::Range, Phase::AwaitingReply, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_lies_in_the_file() {
        let part = |text: &str, size| Part::of(ByteRange::parse(text), size).ok().flatten();
        let some = |offset, len, wanted| Some(Part { offset, len, wanted });
        assert_eq!(part("", Some(10)), some(0, Some(10), None));
        assert_eq!(part("4-", Some(10)), some(4, Some(6), None));
        assert_eq!(part("4-5", Some(10)), some(4, Some(6), Some(2)));
        assert_eq!(part("4-9", Some(10)), some(4, Some(6), None));
        assert_eq!(part("-3", Some(10)), some(7, Some(3), None));
        assert_eq!(part("4-5", None), some(4, None, Some(2)));
        assert!(Part::of(Some(ByteRange::From(10)), Some(10)).unwrap().is_none());
        for (range, size) in [("11-", Some(10)), ("10-11", Some(10)), ("-3", None)] {
            let error = Part::of(ByteRange::parse(range), size).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Range);
        }
    }
}

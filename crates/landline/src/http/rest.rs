//! A body that breaks off is gone on with where it did: only ever with the rest of the same document.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use landline_wire::range::ContentRange;
use landline_wire::target::Location;
use landline_wire::validator::Validator;
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};
use tokio::time::Instant;

use super::body::Raw;
use super::client::Client;
use super::parts::Parts;
use super::reply::Reply;
use super::trip;
use crate::observe::Event;
use crate::retry::{RetryPolicy, Trouble};
use crate::{Error, ErrorKind, Phase, Result};

/// The part of a document that is wanted: all that follows `offset`.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) offset: u64,
    pub(super) known: Validator,
}

impl Wanted {
    /// Makes sure that a reply is the rest of the document, all of it.
    pub(super) fn check(&self, reply: &Reply) -> Result<()> {
        let (status, headers) = (reply.status(), reply.headers());
        if let Some(change) = self.known.change(&Validator::of(status, headers)) {
            return Err(refused(&format!("the remote document has changed ({change})")));
        }
        if status != 206 {
            return Err(refused("the server sends no part of the document"));
        }
        let mut ranges = headers.get_all("Content-Range");
        let only = ranges.next().filter(|_| ranges.next().is_none());
        let range = only.and_then(|value| ContentRange::parse(std::str::from_utf8(value).ok()?));
        let Some(ContentRange { part: Some((first, last)), total }) = range else {
            return Err(refused("the server does not say which part it sends"));
        };
        let Some(total) = total.or(self.known.total()) else {
            return Err(refused("nobody says how long the document is"));
        };
        let is_rest = first == self.offset && last + 1 == total;
        if !is_rest || reply.body().encoded_len() != Some(last - first + 1) {
            return Err(refused("the server sends another part of the document"));
        }
        Ok(())
    }
}

fn refused(why: &str) -> Error {
    Error::new(ErrorKind::Range, Phase::AwaitingReply, why.to_owned())
}

/// All that is needed to ask for the rest.
pub(super) struct Rest {
    client: Client,
    parts: Box<Parts>,
    location: Arc<Location>,
    policy: RetryPolicy,
    begun: Instant,
    /// Where the body that is read began in the document.
    wanted: Wanted,
}

impl Rest {
    /// What it takes to go on with the body of `reply`, if the policy wants that and the server can.
    pub(super) fn of(client: Client, mut parts: Box<Parts>, reply: &Reply) -> Option<Self> {
        let policy = *parts.retry.policy.as_deref().filter(|policy| policy.resume)?;
        let (status, headers) = (reply.status(), reply.headers());
        let wanted = match (status, parts.rest.take()) {
            (206, Some(wanted)) => *wanted,
            (200, None) if parts.range.is_none() && !parts.fields.contains("Range") => {
                Wanted { offset: 0, known: Validator::of(status, headers) }
            }
            _ => return None,
        };
        let takes_bytes = |units: &str| units.split(',').any(|unit| unit.trim() == "bytes");
        let has_parts = status == 206 || headers.get("Accept-Ranges").is_some_and(takes_bytes);
        let is_read = parts.method == "GET" && parts.upload.is_none() && parts.reading.is_plain();
        if !has_parts || !is_read || wanted.known.if_range().is_none() {
            return None;
        }
        // Who was looked up for a redirect is not looked up as for a first hop.
        if reply.counts().redirects > 0 {
            parts.netrc = None;
        }
        let begun = reply.timings.started;
        let location = Arc::clone(&reply.location);
        Some(Self { client, parts, location, policy, begun, wanted })
    }

    /// Whether the rest is asked for after this error, and after which wait.
    fn wait(&self, error: &Error) -> Option<Duration> {
        let broke = matches!(
            error.kind(),
            ErrorKind::Truncated | ErrorKind::Io | ErrorKind::Timeout | ErrorKind::Stream
        );
        // That a body broke off is what this is for, whatever else is tried again.
        let policy = RetryPolicy { all_errors: broke, ..self.policy };
        let elapsed = self.begun.elapsed();
        let before = elapsed + self.parts.retry.before;
        let wait = policy.again(Trouble::of(error), self.parts.retry.done, before, None)?;
        let in_time = |total: Duration| elapsed.saturating_add(wait) < total;
        (broke && self.parts.timeouts.total.is_none_or(in_time)).then_some(wait)
    }

    /// Asks for what follows the `passed` bytes that were read.
    async fn ask(self, passed: u64, wait: Duration) -> Result<Reply> {
        let Self { client, mut parts, location, begun, wanted, .. } = self;
        let offset = wanted.offset + passed;
        let note = format!("the body broke off; going on behind {offset} bytes");
        parts.observer.tell(&Event::Note(&note));
        tokio::time::sleep(wait).await;
        let elapsed = begun.elapsed();
        parts.timeouts.total = parts.timeouts.total.map(|total| total.saturating_sub(elapsed));
        parts.retry.before += elapsed;
        parts.retry.done += 1;
        parts.location = Some((*location).clone());
        parts.want(Wanted { offset, ..wanted });
        let mut reply = trip::run(client, parts).await?;
        if reply.status() != 206 {
            return Err(reply.failure().await);
        }
        Ok(reply)
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wanted.fmt(f)
    }
}

type Asking = Pin<Box<dyn Future<Output = Result<Reply>> + Send>>;

/// The bytes of a body as they are sent, over as many replies as that takes.
pub(super) struct Source {
    pub(super) raw: Raw,
    announced: Option<u64>,
    /// Bytes read of `raw`.
    passed: u64,
    rest: Option<Box<Rest>>,
    /// The next reply. The mutex is never locked: it makes this `Sync`.
    asking: Option<Mutex<Asking>>,
}

impl Source {
    pub(super) fn new(raw: Raw) -> Self {
        let announced = raw.announced();
        Self { raw, announced, passed: 0, rest: None, asking: None }
    }

    /// How many bytes there are in all, where the head said so.
    pub(super) fn announced(&self) -> Option<u64> {
        self.announced
    }

    pub(super) fn go_on_with(&mut self, rest: Option<Rest>) {
        self.rest = rest.map(Box::new);
    }

    /// Whether the next bytes are waited for in a way of their own.
    pub(super) fn is_asking(&self) -> bool {
        self.asking.is_some()
    }

    /// Begins to ask for the rest, or gives the error back.
    fn break_off(&mut self, error: io::Error) -> io::Result<()> {
        let error = Error::from(error);
        let wait = self.rest.as_ref().and_then(|rest| rest.wait(&error));
        match (self.rest.take(), wait) {
            (Some(rest), Some(wait)) => {
                self.raw.give_up_place();
                self.asking = Some(Mutex::new(Box::pin(rest.ask(self.passed, wait))));
                Ok(())
            }
            _ => Err(error.into()),
        }
    }

    fn poll_asking(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(asking) = &mut self.asking else { return Poll::Ready(Ok(())) };
        let asking = asking.get_mut().unwrap_or_else(PoisonError::into_inner);
        let reply = ready!(asking.as_mut().poll(cx));
        self.asking = None;
        let next = reply?.into_source();
        (self.raw, self.rest, self.passed) = (next.raw, next.rest, next.passed);
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Source {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            ready!(this.poll_asking(cx))?;
            let before = buf.filled().len();
            match ready!(Pin::new(&mut this.raw).poll_read(cx, buf)) {
                Ok(()) => {
                    this.passed += (buf.filled().len() - before) as u64;
                    return Poll::Ready(Ok(()));
                }
                Err(error) => this.break_off(error)?,
            }
        }
    }
}

impl AsyncBufRead for Source {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        loop {
            ready!(this.poll_asking(cx))?;
            match ready!(Pin::new(&mut this.raw).poll_fill_buf(cx)) {
                Ok(_) => break,
                Err(error) => this.break_off(error)?,
            }
        }
        // What is there is given again.
        Pin::new(&mut this.raw).poll_fill_buf(cx)
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        this.passed += amount as u64;
        Pin::new(&mut this.raw).consume(amount);
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("raw", &self.raw).field("passed", &self.passed).finish()
    }
}

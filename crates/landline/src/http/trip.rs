//! The way of one request: a connection, an exchange, and again for every redirect and every
//! question who asks.

mod again;
mod elsewhere;
mod proof;
mod rehearse;
mod signature;
mod upgrade;

use std::sync::Arc;

use landline_wire::head::ResponseHead;
use landline_wire::target::Location;
use tokio::io::AsyncReadExt;
use tokio::time::Instant;

use super::body::Body;
use super::carrier::{Carrier, Exchange, is_unprocessed};
use super::client::{Client, Timings};
use super::connection::{Connection, check_request_line};
use super::parts::{Parts, fit_for_referer};
use super::redirect::{self, Step};
use super::reply::{Counts, Reply};
use super::rest::Rest;
use super::route::Route;
use super::version::HttpVersion;
use crate::net::{Call, DialTimes, Target};
use crate::netrc::Hop;
use crate::observe::{Event, Observer};
use crate::upload::Upload;
use crate::{Error, ErrorKind, Phase, Result};
use proof::Legs;
pub(super) use rehearse::rehearse;

/// Sends the request and follows redirects until there is a reply to give.
pub(super) async fn run(client: Client, parts: Box<Parts>) -> Result<Reply> {
    let observer = parts.observer.clone();
    let mut trip = Trip::begin(client, parts, &observer)?;
    loop {
        let mut done = trip.hop().await;
        if trip.parts.retry.policy.is_some() && Box::pin(trip.is_tried_again(&mut done)).await {
            continue;
        }
        let mut reply = done.map_err(|error| trip.here(error))?;
        if trip.learn(&reply.head).map_err(|error| trip.here(error))? {
            let again = Box::pin(trip.ask_again(&mut reply)).await;
            again.map_err(|error| trip.here(error))?;
            continue;
        }
        let max = reply.limits.redirects;
        let followed = reply.counts.redirects;
        let next = redirect::next(&trip.parts, &trip.location, &reply.head, followed, max);
        match next.map_err(|error| trip.here(error))? {
            None => {
                let (parts, headers) = (&trip.parts, &reply.head.headers);
                reply.body.decode(headers, parts.decode, &parts.reading);
                return trip.give(reply);
            }
            // Boxed, like `open` below: few requests need this room, and every one carries it.
            Some(step) => Box::pin(trip.follow(step, reply)).await?,
        }
    }
}

struct Trip<'a> {
    client: Client,
    parts: Box<Parts>,
    location: Arc<Location>,
    call: Call<'a>,
    timings: Timings,
    counts: Counts,
    /// The body was given away and cannot be read a second time.
    upload_is_spent: bool,
    /// A redirect has led from https to http.
    has_left_tls: bool,
    legs: Legs,
}

impl<'a> Trip<'a> {
    fn begin(client: Client, mut parts: Box<Parts>, observer: &'a Observer) -> Result<Self> {
        let Some(location) = parts.location.take() else {
            return Err(Error::new(ErrorKind::Url, Phase::Preparing, "the request has no URL"));
        };
        let call = Call::new(parts.timeouts, observer);
        let location = Arc::new(parts.remembered.upgraded(location, observer));
        let mut trip = Self {
            client,
            parts,
            location,
            call,
            timings: Timings::begin(Instant::now()),
            counts: Counts::default(),
            upload_is_spent: false,
            has_left_tls: false,
            legs: Legs::default(),
        };
        trip.parts.identify(&trip.location, Hop::First);
        trip.meet_origin();
        Ok(trip)
    }
}

impl Trip<'_> {
    /// The reply as the caller gets it.
    fn give(self, mut reply: Reply) -> Result<Reply> {
        if let Some(wanted) = self.parts.rest.as_ref().filter(|_| reply.status() < 400) {
            wanted.check(&reply).map_err(|error| self.here(error))?;
        }
        if self.parts.retry.policy.is_some() {
            let rest = Rest::of(self.client, self.parts, &reply);
            reply.body.go_on_with(rest);
        }
        Ok(reply)
    }

    /// An error that says at which URL it happened.
    fn here(&self, error: Error) -> Error {
        error.at(super::redact::url(&self.location))
    }

    async fn hop(&mut self) -> Result<Reply> {
        let target = target(&self.location)?;
        let offer = self.parts.version.offer(&self.parts.method, &target);
        let (route, carrier, head) = self.exchange_anywhere(target, offer).await?;
        self.timings.first_byte = Some(self.timings.started.elapsed());
        let (sent, received) = carrier.head_bytes();
        self.counts.request_head_bytes += sent;
        self.counts.reply_head_bytes += received;
        self.check_heads()?;
        let (peer, local, tls) = carrier.ends();
        Ok(Reply {
            head,
            body: Body::new(carrier, || self.client.pools().home(route)),
            location: Arc::clone(&self.location),
            peer,
            local,
            tls,
            timings: self.timings,
            counts: self.counts,
            limits: self.client.settings().limits,
        })
    }

    /// The heads of all hops together are bounded like those of one.
    fn check_heads(&self) -> Result<()> {
        let max = self.client.settings().limits.head.total_bytes;
        if self.counts.reply_head_bytes <= max {
            return Ok(());
        }
        let what = format!("more than {max} bytes of headers over all redirects");
        Err(Error::new(ErrorKind::Limit, Phase::AwaitingReply, what))
    }

    /// One request and the head of its reply. A kept connection that turns out to be dead is
    /// replaced once, when the request can be made twice without harm; so is a stream with which the
    /// server has done nothing.
    async fn exchange(&mut self, route: &Arc<Route>) -> Result<(Carrier, ResponseHead)> {
        let mut has_repeated = false;
        if let Some(kept) = self.client.reuse(route, &self.call).await {
            self.note_steps(DialTimes::default());
            match self.attempt(kept).await {
                Err(error) if self.is_stale(&error) => {
                    let note = Event::Note("the kept connection was dead, trying a new one");
                    self.call.observer.tell(&note);
                    has_repeated = true;
                }
                done => return done,
            }
        }
        let connects = self.counts.connects;
        let connection = self.connect(route).await?;
        let is_kept = connects == self.counts.connects;
        let is_vain = |trip: &Self, error: &Error| {
            trip.is_unprocessed(error) || (is_kept && trip.is_stale(error))
        };
        let done = match self.attempt(connection).await {
            Err(error) if !has_repeated && is_vain(self, &error) => {
                let again = self.connect(route).await?;
                self.attempt(again).await?
            }
            done => done?,
        };
        if done.1.status == 417 && self.parts.expects() && !self.upload_is_spent {
            // RFC 9110 section 15.5.18: the server does not do this, so ask again without.
            self.parts.no_expect = true;
            // There may be room for one connection only.
            drop(done);
            let connection = self.connect(route).await?;
            return self.attempt(connection).await;
        }
        Ok(done)
    }

    async fn connect(&mut self, route: &Arc<Route>) -> Result<Carrier> {
        let host = self.location.host_header();
        // The caller's mistake shows before anybody is bothered with a connection.
        check_request_line(&self.parts.method, self.request_target())?;
        self.parts.head(&host, None)?;
        // Boxed, because a request is moved about with room for whatever it may await, and a
        // connection in the making takes 4 KB of it that a kept one does not need.
        let (carrier, times) = Box::pin(self.client.open(route, &host, &self.call)).await?;
        self.note_steps(times.unwrap_or_default());
        self.counts.connects += usize::from(times.is_some());
        Ok(carrier)
    }

    fn note_steps(&mut self, times: DialTimes) {
        (self.timings.lookup, self.timings.connect, self.timings.tls) =
            (times.lookup, times.connect, times.tls);
    }

    /// Puts the head, with whatever this server is told of us; gives the body that goes with it.
    async fn put(&mut self, carrier: &mut Carrier) -> Result<Option<Upload>> {
        self.parts.cookies.fill(&self.location, &self.parts.fields);
        if self.has_to_prove(carrier.forwarder().as_deref()) {
            Box::pin(self.prove(carrier.forwarder())).await?;
        }
        self.offer_upgrade(carrier);
        match carrier {
            Carrier::Http1(connection) => self.put_head(connection)?,
            Carrier::Shared(exchange) => self.put_fields(&mut **exchange)?,
        }
        self.timings.sent = Some(self.timings.started.elapsed());
        Ok(self.next_upload())
    }

    async fn attempt(&mut self, mut carrier: Carrier) -> Result<(Carrier, ResponseHead)> {
        let upload = self.put(&mut carrier).await?;
        if let Carrier::Http1(connection) = &mut carrier {
            connection.incoming.reading = self.parts.reading;
        }
        let mut head = carrier.exchange(upload, self.parts.patience).await?;
        if self.parts.upgrade.is_some() {
            (carrier, head) = Box::pin(self.upgraded(carrier, head)).await?;
        }
        let (parts, observer) = (&self.parts, &self.call.observer);
        parts.cookies.keep(&self.location, &parts.fields, &head.headers, observer);
        parts.remembered.learn(&self.location, &head, self.client.wants_proof());
        if let (None, Some(upload)) = (&self.parts.upload, carrier.take_unsent()) {
            self.parts.upload = Some(upload);
            self.upload_is_spent = false;
        }
        Ok((carrier, head))
    }

    fn put_head(&self, connection: &mut Connection) -> Result<()> {
        let is_old = self.parts.version == HttpVersion::Http10;
        let version = if is_old { "HTTP/1.0" } else { "HTTP/1.1" };
        let host = self.location.host_header();
        let head = self.parts.head(&host, connection.forwarder.as_deref())?;
        // The whole URL for a proxy, unless the caller has chosen the words.
        let is_whole = connection.forwarder.is_some() && self.parts.target.is_none();
        let whole = is_whole.then(|| self.location.absolute_form());
        let target = whole.as_deref().unwrap_or(self.request_target());
        connection.begin(&self.parts.method, target, version)?;
        connection.put_headers(head)
    }

    fn put_fields(&self, exchange: &mut dyn Exchange) -> Result<()> {
        let host = self.location.host_header();
        let mut fields = self.parts.head(&host, None)?;
        if !self.parts.fields.contains("Expect") {
            // Flow control holds a body back without it.
            fields.remove("Expect");
        }
        let (scheme, method) = (self.location.scheme(), &self.parts.method);
        exchange.put_head(method, scheme, &host, self.request_target(), &fields)
    }

    fn request_target(&self) -> &str {
        self.parts.target.as_deref().unwrap_or(self.location.request_target())
    }

    /// The body for one attempt; one that can be read again is kept for another.
    fn next_upload(&mut self) -> Option<Upload> {
        if self.parts.withholds_body {
            return None;
        }
        let again = self.parts.upload.as_ref()?.again();
        again.or_else(|| {
            self.upload_is_spent = true;
            self.parts.upload.take()
        })
    }

    /// Whether a kept connection was closed before it took the request, and it may be repeated.
    fn is_stale(&self, error: &Error) -> bool {
        let idempotent = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"];
        let is_dead = matches!(error.kind(), ErrorKind::EmptyReply | ErrorKind::Io)
            && matches!(error.phase(), Phase::Sending | Phase::AwaitingReply)
            && idempotent.contains(&self.parts.method.as_str());
        is_dead && !self.upload_is_spent || self.is_unprocessed(error)
    }

    /// Whether the server has done nothing with a request that can be made again.
    fn is_unprocessed(&self, error: &Error) -> bool {
        is_unprocessed(error) && !self.upload_is_spent
    }

    /// Makes the next request out of this one, as the redirect says.
    async fn follow(&mut self, step: Step, mut reply: Reply) -> Result<()> {
        if step.keeps_body && self.upload_is_spent {
            let what = "the redirect wants the body again, and it cannot be read twice";
            return Err(self.here(Error::new(ErrorKind::Rewind, Phase::Sending, what)));
        }
        skip_body(&mut reply).await;
        self.counts.redirects += 1;
        self.timings.redirect = self.timings.started.elapsed();
        let same_origin = step.location.origin() == self.location.origin();
        self.parts.adapt(step.method, step.keeps_body, same_origin);
        // A body that was dropped is missed by nobody.
        self.upload_is_spent &= step.keeps_body;
        if self.parts.redirects.send_referer {
            // What was read under TLS is not told in the clear (RFC 9110 section 10.1.3).
            let is_told = self.location.scheme() != "https" || step.location.scheme() == "https";
            self.parts.referer = is_told.then(|| fit_for_referer(&self.location.href()));
        }
        let from = std::mem::replace(&mut self.location, Arc::new(step.location));
        let to = &self.location;
        self.has_left_tls |= from.scheme() == "https" && to.scheme() != "https";
        if !same_origin || userinfo(&from) != userinfo(to) {
            let hop = if self.has_left_tls { Hop::InTheClear } else { Hop::Redirected };
            self.parts.identify(to, hop);
        }
        self.meet_origin();
        let (to, method) = (super::redact::url(&self.location), &self.parts.method);
        self.call.observer.tell(&Event::Redirected { to: &to, method });
        Ok(())
    }
}

/// A short body is read so that its connection can be used again; a long one is not worth it.
async fn skip_body(reply: &mut Reply) {
    const SHORT_BYTES: u64 = 64 << 10;
    let mut sink = tokio::io::sink();
    let _ = tokio::io::copy(&mut reply.body.raw().take(SHORT_BYTES), &mut sink).await;
}

fn userinfo(location: &Location) -> (Option<&[u8]>, Option<&[u8]>) {
    (location.username(), location.password())
}

fn target(location: &Location) -> Result<Target> {
    let tls = location.scheme() == "https";
    Target::of(location, if tls { 443 } else { 80 }, tls)
}

//! How far a transfer came, as its events tell: what `-w` says of it, also where no reply came.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use landline::net::{Peer, PeerCertificate};
use landline::wire::head::{ResponseHead, Version};
use landline::{Event, Headers, Location};

use crate::writeout::Facts;

/// What has happened, over all redirects. Of what happens more than once the last counts.
#[derive(Default)]
pub(super) struct Course {
    lookup: Option<Instant>,
    connect: Option<Instant>,
    tls: Option<Instant>,
    request: Option<Instant>,
    last_sent: Option<Instant>,
    reply: Option<Instant>,
    redirect: Option<Instant>,
    peer: Option<Peer>,
    local: Option<SocketAddr>,
    /// What the peer of the last handshake has shown.
    chain: Vec<PeerCertificate>,
    connects: u64,
    redirects: u64,
    /// The status of a proxy's last answer to `CONNECT`; 0 before the first.
    connect_status: u16,
    request_head_bytes: u64,
    reply_head_bytes: u64,
    /// Of bodies, before the request that was made last.
    sent_before: u64,
    head: Option<ResponseHead>,
    /// Nobody went where that head leads.
    is_last: bool,
    /// Of the last reply.
    version: Option<Version>,
    /// Where the last redirect led.
    location: Option<Location>,
}

impl Course {
    /// `sent` is how many bytes of bodies were sent before.
    pub(super) fn see(&mut self, event: &Event<'_>, sent: u64) {
        let now = Some(Instant::now());
        match event {
            Event::Resolved { .. } => self.lookup = now,
            Event::Connected { peer, local, .. } => {
                self.connect = now;
                self.connects += 1;
                (self.peer, self.local) = (Some((*peer).clone()), *local);
            }
            Event::Reused { peer, local, .. } => {
                (self.peer, self.local) = (Some((*peer).clone()), *local);
            }
            Event::Secured(tls) => {
                self.tls = now;
                self.chain.clone_from(&tls.chain);
            }
            Event::HeadSent { bytes, .. } => {
                (self.request, self.last_sent) = (now, now);
                self.request_head_bytes += *bytes as u64;
                self.sent_before = sent;
            }
            Event::BodySent(_) | Event::LineSent(_) => self.last_sent = now,
            Event::ProxyReplied(head) => {
                self.connect_status = head.status;
                self.reply_head_bytes += head.raw().len() as u64;
                // That request was the proxy's.
                self.request = None;
            }
            Event::HeadReceived(head) => {
                self.reply = now;
                self.reply_head_bytes += head.raw().len() as u64;
                if head.status >= 200 && head.version > Version::Http09 {
                    self.version = Some(head.version);
                }
                (self.head, self.is_last) = (Some((*head).clone()), true);
            }
            Event::Redirected { to, .. } => {
                self.redirect = now;
                self.redirects += 1;
                self.is_last = false;
                self.location = Location::parse(to).ok();
            }
            _ => {}
        }
    }

    /// Tells what is not told already. `sent` is how many bytes of bodies were sent in all.
    pub(super) fn tell(self, facts: &mut Facts, begun: Instant, sent: u64) {
        let note = |time: &mut Duration, at: Option<Instant>| {
            if let (true, Some(at)) = (time.is_zero(), at) {
                *time = at.saturating_duration_since(begun);
            }
        };
        note(&mut facts.time_namelookup, self.lookup);
        note(&mut facts.time_connect, self.connect);
        note(&mut facts.time_appconnect, self.tls);
        note(&mut facts.time_pretransfer, self.request);
        note(&mut facts.time_posttransfer, self.last_sent);
        note(&mut facts.time_starttransfer, self.reply);
        note(&mut facts.time_redirect, self.redirect);
        facts.remote = facts.remote.take().or(self.peer);
        facts.local = facts.local.or(self.local);
        facts.num_connects = self.connects;
        facts.num_redirects = self.redirects;
        facts.http_connect = self.connect_status;
        facts.size_request = self.request_head_bytes;
        facts.size_header += self.reply_head_bytes;
        facts.size_upload = sent - self.sent_before;
        if facts.certificates.is_empty() {
            facts.certificates = self.chain;
        }
        if facts.http_version.is_none() {
            // The way has ended before there was a reply to give.
            facts.http_version = self.version;
            if let Some(location) = self.location {
                facts.scheme = Some(location.scheme().to_owned());
                facts.effective = Some(location);
            }
            if let Some(head) = self.head {
                note_head(facts, head.status, &head.headers, self.is_last);
            }
        }
    }
}

/// What the head of a reply says. If it is the last, nobody went where it leads.
pub(super) fn note_head(facts: &mut Facts, status: u16, headers: &Headers, is_last: bool) {
    facts.content_type = headers.get("Content-Type").map(str::to_owned);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    facts.headers = headers.iter().map(|(name, value)| (name.to_owned(), text(value))).collect();
    let is_redirect = is_last && (300..400).contains(&status);
    let reference = headers.get_bytes("Location").filter(|to| is_redirect && !to.is_empty());
    facts.redirect_url = reference.and_then(|reference| {
        let location = facts.effective.as_ref()?.join_bytes(reference).ok()?;
        Some(location.without_secrets())
    });
}

//! The parts of a request, and its head in the order of the wire.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use landline_wire::sigv4::SigV4;
use landline_wire::target::Location;

use super::auth::{AuthScheme, Credentials};
use super::connection::Forwarder;
use super::cookies::RequestCookies;
use super::decode::ACCEPTED;
use super::incoming::Reading;
use super::remembered::Remembered;
use super::request::RedirectPolicy;
use super::rest::Wanted;
use super::version::HttpVersion;
use crate::netrc::{self, Hop, Netrc, TellsWho};
use crate::observe::Observer;
use crate::upload::Upload;
use crate::{Error, Headers, Result, RetryPolicy, Timeouts};

/// Everything about a request that a redirect may change or has to respect.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) method: String,
    pub(super) location: Option<Location>,
    pub(super) fields: Headers,
    pub(super) removed: Vec<String>,
    pub(super) upload: Option<Upload>,
    pub(super) content_type: Option<String>,
    pub(super) credentials: Option<Credentials>,
    /// How they are proven.
    pub(super) auth: AuthScheme,
    /// Signs the requests of a user.
    pub(super) sigv4: Option<Box<SigV4>>,
    /// What proves them in the next request, where that is not told at once.
    pub(super) proof: Headers,
    /// The body stays here, because the next request will be refused.
    pub(super) withholds_body: bool,
    pub(super) cookies: RequestCookies,
    pub(super) remembered: Remembered,
    pub(super) retry: Retrying,
    /// Who has told the credentials.
    pub(super) told_by: TellsWho,
    pub(super) netrc: Option<Netrc>,
    pub(super) user_agent: Option<Arc<str>>,
    pub(super) range: Option<String>,
    pub(super) if_range: Option<String>,
    /// The alternative service that is asked.
    pub(super) alt_used: Option<String>,
    /// The range is all that is missing of a document that is known.
    pub(super) rest: Option<Box<Wanted>>,
    /// Which part of the document the body is.
    pub(super) content_range: Option<String>,
    pub(super) referer: Option<String>,
    pub(super) target: Option<String>,
    pub(super) version: HttpVersion,
    /// What the next request says in `HTTP2-Settings`, where it offers to go on in HTTP/2.
    pub(super) upgrade: Option<String>,
    pub(super) decode: bool,
    pub(super) reading: Reading,
    pub(super) expect_above: u64,
    pub(super) no_expect: bool,
    pub(super) patience: Duration,
    pub(super) redirects: Arc<RedirectPolicy>,
    pub(super) timeouts: Timeouts,
    pub(super) observer: Observer,
}

/// Each request has one, so what few of them need stands elsewhere: glibc hands out up to 1032 bytes from a
/// list, and looks around for room above.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Parts>() <= 1032);

/// How often a request was made again, and may be.
#[derive(Clone, Debug, Default)]
pub(super) struct Retrying {
    pub(super) policy: Option<Box<RetryPolicy>>,
    pub(super) done: u64,
    /// The time that went by before this request, for the rest of a body that broke off.
    pub(super) before: Duration,
}

/// The wire's order of what the client sends by itself, before the added fields.
const BEFORE: [&str; 12] = [
    "Authorization",
    "Range",
    "If-Range",
    "Content-Range",
    "User-Agent",
    "Accept",
    "Connection",
    "TE",
    "Accept-Encoding",
    "Referer",
    "Transfer-Encoding",
    "Alt-Used",
];

/// What says how the body goes; replaced where it stays here.
const FRAMING: [&str; 3] = ["Content-Length", "Transfer-Encoding", "Expect"];

impl Parts {
    /// Asks for the rest of a document.
    pub(super) fn want(&mut self, wanted: Wanted) {
        self.range = Some(format!("bytes={}-", wanted.offset));
        self.if_range = wanted.known.if_range().map(str::to_owned);
        self.rest = Some(Box::new(wanted));
    }

    /// The fields of the head, in the order of the wire.
    /// What is for the proxy that forwards the request is taken from `forwarder`, which only the
    /// connection to that proxy has.
    pub(super) fn head(&self, host: &str, forwarder: Option<&Forwarder>) -> Result<Headers> {
        let mut head = Headers::with_capacity(8, 256);
        match self.fields.get_bytes("Host") {
            Some(host) => put(&mut head, "Host", host)?,
            None if self.is_removed("Host") => {}
            None => put(&mut head, "Host", host.as_bytes())?,
        }
        let proof = forwarder.and_then(Forwarder::authorization);
        self.put_for_proxy(&mut head, forwarder, "Proxy-Authorization", proof.as_deref())?;
        for (name, value) in self.proof.iter() {
            put(&mut head, name, value)?;
        }
        for name in BEFORE {
            if name == "Transfer-Encoding" {
                let keep = forwarder.map(|_| &b"Keep-Alive"[..]);
                self.put_for_proxy(&mut head, forwarder, "Proxy-Connection", keep)?;
            }
            self.put_own(&mut head, name)?;
        }
        self.put_upgrade(&mut head)?;
        let cookies = self.cookies.value(&self.fields).filter(|_| !self.is_removed("Cookie"));
        if let Some(cookies) = &cookies {
            put(&mut head, "Cookie", cookies)?;
        }
        for (name, value) in self.fields.iter() {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            let is_put = is("host") || (cookies.is_some() && is("cookie"));
            let is_withheld = self.withholds_body && FRAMING.iter().any(|framing| is(framing));
            if !is_put && !is_withheld {
                put(&mut head, name, value)?;
            }
        }
        for (name, value) in forwarder.into_iter().flat_map(|one| one.proxy.fields().iter()) {
            put(&mut head, name, value)?;
        }
        for name in ["Content-Length", "Content-Type", "Expect"] {
            self.put_own(&mut head, name)?;
        }
        Ok(head)
    }

    /// Offers to go on in HTTP/2 (RFC 7540 section 3.2).
    fn put_upgrade(&self, head: &mut Headers) -> Result<()> {
        let Some(settings) = &self.upgrade else { return Ok(()) };
        put(head, "Connection", b"Upgrade, HTTP2-Settings")?;
        put(head, "Upgrade", b"h2c")?;
        put(head, "HTTP2-Settings", settings.as_bytes())
    }

    /// Whether that can be offered: the whole request is in its head, and its reply is one that `GET` can
    /// have, which is what the HTTP/2 side takes it for.
    pub(super) fn may_upgrade(&self) -> bool {
        let names = ["Connection", "Upgrade", "HTTP2-Settings"];
        let is_spoken_of = |name: &&str| self.fields.contains(name) || self.is_removed(name);
        let is_fit = self.upload.is_none() && !matches!(&*self.method, "HEAD" | "CONNECT");
        is_fit && self.version == HttpVersion::Http2 && !names.iter().any(is_spoken_of)
    }

    /// Puts a field that is the proxy's, unless the caller has one of this name.
    fn put_for_proxy(
        &self,
        head: &mut Headers,
        forwarder: Option<&Forwarder>,
        name: &str,
        value: Option<&[u8]>,
    ) -> Result<()> {
        let is_wanted = forwarder.is_some_and(|one| one.proxy.sends(name));
        match value {
            Some(value) if is_wanted && !self.fields.contains(name) && !self.is_removed(name) => {
                put(head, name, value)
            }
            _ => Ok(()),
        }
    }

    fn put_own(&self, head: &mut Headers, name: &str) -> Result<()> {
        // Asked first, because most fields have nothing to say in most requests.
        let Some(value) = self.own(name) else { return Ok(()) };
        let is_withheld = self.withholds_body && FRAMING.contains(&name);
        let is_spoken_of = self.fields.contains(name) || self.is_removed(name);
        if (is_spoken_of && !is_withheld) || head.contains(name) {
            return Ok(());
        }
        put(head, name, &value)
    }

    /// What the client says in this field by itself.
    fn own(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        let len = |upload: &Upload| if self.withholds_body { Some(0) } else { upload.len() };
        let known = self.upload.as_ref().map(len);
        let text: Option<Cow<'_, str>> = match name {
            "Authorization" => self.told_at_once().map(|own| own.plain().into()),
            "Range" => self.range.as_deref().map(Cow::Borrowed),
            "Alt-Used" => self.alt_used.as_deref().map(Cow::Borrowed),
            "If-Range" => self.if_range.as_deref().map(Cow::Borrowed),
            "Content-Range" => self.content_range.as_deref().map(Cow::Borrowed),
            "User-Agent" => self.user_agent.as_deref().map(Cow::Borrowed),
            "Accept" => Some("*/*".into()),
            // They go together (RFC 9110 section 10.1.4), so a caller's Connection replaces both.
            "Connection" => self.offers_codings().then(|| "TE".into()),
            "TE" => self.offers_codings().then(|| "gzip".into()),
            "Accept-Encoding" => self.decode.then(|| ACCEPTED.into()),
            "Referer" => self.referer.as_deref().map(Cow::Borrowed),
            "Transfer-Encoding" => (known == Some(None)).then(|| "chunked".into()),
            "Expect" => self.expects().then(|| "100-continue".into()),
            "Content-Length" => match known {
                Some(Some(len)) => Some(len.to_string().into()),
                _ => None,
            },
            "Content-Type" => {
                self.upload.as_ref().and(self.content_type.as_deref()).map(Cow::Borrowed)
            }
            _ => None,
        };
        text.map(in_bytes)
    }

    fn told_at_once(&self) -> Option<&Credentials> {
        let told = self.credentials.as_ref().filter(|own| own.are_told_at_once(self.auth));
        told.filter(|_| !self.is_to_be_signed())
    }

    pub(super) fn is_to_be_signed(&self) -> bool {
        let is_spoken_of =
            self.fields.contains("Authorization") || self.is_removed("Authorization");
        self.sigv4.is_some()
            && matches!(self.credentials, Some(Credentials::Login(_)))
            && !is_spoken_of
    }

    fn offers_codings(&self) -> bool {
        let is_spoken_of = ["Connection", "TE"]
            .iter()
            .any(|name| self.fields.contains(name) || self.is_removed(name));
        self.reading.undoes_transfer_codings && !is_spoken_of
    }

    pub(super) fn expects(&self) -> bool {
        let big = |upload: &Upload| upload.source_len().is_none_or(|len| len > self.expect_above);
        let is_to_be =
            self.version != HttpVersion::Http10 && !self.no_expect && !self.withholds_body;
        is_to_be && self.upload.as_ref().is_some_and(big)
    }

    /// Refuses a body that is not framed as the head says: what is too much of it would be taken
    /// for another request (RFC 9112 section 11.2).
    pub(super) fn check_framing(&self) -> Result<()> {
        let codings: Vec<_> = self.fields.get_all("Transfer-Encoding").collect();
        let mut lengths = self.fields.get_all("Content-Length").peekable();
        let len = self.upload.as_ref().map_or(Some(0), Upload::len);
        if len.is_none() && self.version == HttpVersion::Http10 {
            return Err(Error::usage("HTTP/1.0 cannot carry a body of unknown length"));
        }
        if lengths.peek().is_some() && (len.is_none() || !codings.is_empty()) {
            return Err(Error::usage("a body in chunks has no Content-Length"));
        }
        if lengths.any(|given| len.is_some_and(|len| given != len.to_string().as_bytes())) {
            return Err(Error::usage("Content-Length is not the length of the body"));
        }
        let is_chunked = |last: &&[u8]| last.to_ascii_lowercase().ends_with(b"chunked");
        if self.upload.is_some() && !codings.last().is_none_or(is_chunked) {
            return Err(Error::usage("the last Transfer-Encoding of a body has to be chunked"));
        }
        Ok(())
    }

    pub(super) fn is_removed(&self, name: &str) -> bool {
        self.removed.iter().any(|gone| gone.eq_ignore_ascii_case(name))
    }

    /// Becomes the request that a redirect leads to. What was meant for one origin is dropped for
    /// good when the next is another.
    pub(super) fn adapt(&mut self, method: String, keeps_body: bool, same_origin: bool) {
        self.method = method;
        if !keeps_body {
            self.upload = None;
            self.content_type = None;
            self.content_range = None;
            self.fields.remove("Content-Type");
            for name in FRAMING {
                self.fields.remove(name);
            }
        }
        // What a netrc file says of a host is for no other, however much that one is trusted.
        if !same_origin && (!self.redirects.trust_all || self.told_by == TellsWho::Netrc) {
            self.credentials = None;
        }
        if !same_origin && !self.redirects.trust_all {
            self.cookies.leave_origin();
            self.target = None;
            self.fields = self.fields.iter().filter(|(name, _)| is_harmless(name)).fold(
                Headers::new(),
                |mut kept, (name, value)| {
                    // Pushed before, so it can be pushed again.
                    let _ = kept.push(name, value);
                    kept
                },
            );
        }
    }
}

impl Parts {
    /// Finds out who asks at this URL, unless the caller has said so: by the URL, by the netrc file.
    pub(super) fn identify(&mut self, location: &Location, hop: Hop) {
        let is_told = self.credentials.is_some() && self.told_by == TellsWho::Caller;
        let is_kept = self.credentials.is_some() && location.username().is_none();
        if is_told || is_kept {
            return;
        }
        let found = netrc::who(self.netrc.as_ref(), location, hop);
        self.told_by = found.as_ref().map_or(TellsWho::Url, |(_, by)| *by);
        self.credentials = found.map(|(login, _)| Credentials::Login(login));
    }
}

/// Fields that say what is wanted, and never who wants it: they may go to another origin.
fn is_harmless(name: &str) -> bool {
    const HARMLESS: [&str; 10] = [
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "content-type",
        "if-modified-since",
        "if-unmodified-since",
        "pragma",
        "range",
        "user-agent",
    ];
    HARMLESS.iter().any(|harmless| name.eq_ignore_ascii_case(harmless))
}

/// A URL as a Referer may show it: no user, no password, no fragment (RFC 9110 section 10.1.3).
pub(super) fn fit_for_referer(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '\\']).map_or(url.len(), |at| start + at);
    match url[start..end].rfind('@') {
        Some(at) if start > 0 => [&url[..start], &url[start + at + 1..]].concat(),
        _ => url.to_owned(),
    }
}

fn in_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

fn put(head: &mut Headers, name: &str, value: &[u8]) -> Result<()> {
    let pushed = head.push(name, value);
    pushed.map_err(|error| Error::usage("the header field cannot be sent").because(error))
}

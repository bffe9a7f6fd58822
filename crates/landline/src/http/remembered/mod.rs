//! What a client remembers of servers beyond one reply, cookies aside.

mod alt_svc;
mod cache;
mod hsts;

use std::time::SystemTime;

use landline_wire::alt_svc::Protocol;
use landline_wire::head::{ResponseHead, Version};
use landline_wire::target::Location;

pub use self::alt_svc::AltSvcCache;
pub use self::hsts::HstsCache;
use crate::observe::{Event, Observer};

/// The caches that a request asks and fills.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remembered {
    pub(crate) hsts: Option<HstsCache>,
    pub(crate) alt_svc: Option<AltSvcCache>,
}

impl Remembered {
    /// The place to go to instead, where plain HTTP is known to be unwanted.
    pub(super) fn upgraded(&self, location: Location, observer: &Observer) -> Location {
        let upgraded = self.hsts.as_ref().and_then(|hsts| hsts.upgraded(&location));
        let Some(upgraded) = upgraded else { return location };
        let shown = super::redact::url(&upgraded);
        let note = format!("Switched from HTTP to HTTPS due to HSTS => {shown}");
        observer.tell(&Event::Note(&note));
        upgraded
    }

    /// Keeps what a reply tells. Only what came over TLS, from a server that proved its name, counts.
    pub(super) fn learn(&self, from: &Location, reply: &ResponseHead, is_proven: bool) {
        if from.scheme() != "https" || !is_proven {
            return;
        }
        let now = SystemTime::now();
        // The first one alone (RFC 6797 section 8.1).
        if let (Some(hsts), Some(asked)) =
            (&self.hsts, reply.headers.get_bytes("Strict-Transport-Security"))
        {
            hsts.learn(from.host().unwrap_or_default(), asked, now);
        }
        let fields: Vec<_> = reply.headers.get_all("Alt-Svc").collect();
        // A server that was asked for another's place says nothing of its own (RFC 7838 section 6).
        if let (Some(alt_svc), false) = (&self.alt_svc, fields.is_empty() || reply.status == 421) {
            let spoken = match reply.version {
                Version::Http3 => Protocol::Http3,
                Version::Http2 => Protocol::Http2,
                _ => Protocol::Http1,
            };
            let (host, port) = (from.host().unwrap_or_default(), from.port().unwrap_or(443));
            alt_svc.learn((spoken, host, port), &fields.join(&b", "[..]), now);
        }
    }
}

//! The cookies of one request, hop by hop.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use landline_wire::cookie::RequestUri;
use landline_wire::target::Location;

use super::CookieJar;
use crate::Headers;
use crate::observe::{Event, Observer};

/// Cookies taken from one reply; the limit of curl.
const MAX_OF_REPLY: usize = 50;

/// What goes along as `Cookie`: from the jar what belongs to the URL of each hop, and what the
/// caller has given, to the origin it was given for.
#[derive(Clone, Default)]
pub(in crate::http) struct RequestCookies {
    pub(in crate::http) jar: Option<CookieJar>,
    pub(in crate::http) given: Option<Vec<u8>>,
    from_jar: Option<Vec<u8>>,
}

impl RequestCookies {
    pub(in crate::http) fn of(jar: Option<CookieJar>) -> Self {
        Self { jar, ..Self::default() }
    }

    /// Takes from the jar what belongs to this hop, whatever the one before has set included.
    pub(in crate::http) fn fill(&mut self, location: &Location, fields: &Headers) {
        let Some(jar) = &self.jar else { return };
        self.from_jar = jar.header_to(&uri(location, fields), SystemTime::now());
    }

    /// Keeps what a reply sets.
    pub(in crate::http) fn keep(
        &self,
        location: &Location,
        fields: &Headers,
        reply: &Headers,
        observer: &Observer,
    ) {
        let Some(jar) = &self.jar else { return };
        let mut lines = reply.get_all("Set-Cookie");
        let (uri, now) = (uri(location, fields), SystemTime::now());
        for line in lines.by_ref().take(MAX_OF_REPLY) {
            if let Err(error) = jar.add_from(line, &uri, now) {
                observer.tell(&Event::Note(&format!("a cookie is not kept: {error}")));
            }
        }
        if lines.next().is_some() {
            observer.tell(&Event::Note("the reply sets too many cookies: the first 50 are kept"));
        }
    }

    /// Forgets what was given for the origin that is left behind.
    pub(in crate::http) fn leave_origin(&mut self) {
        self.given = None;
    }

    /// The value of the one `Cookie` field that the client sends by itself, and that takes the place of
    /// those among `fields`. `None` leaves them where they are.
    pub(in crate::http) fn value(&self, fields: &Headers) -> Option<Cow<'_, [u8]>> {
        if self.from_jar.is_none() && self.given.is_none() {
            return None;
        }
        let added: Vec<_> = fields.get_all("Cookie").collect();
        // As with curl, what stands in a field goes before what was given otherwise.
        let given = self.given.as_deref().filter(|_| added.is_empty());
        let from_jar = self.from_jar.as_deref();
        match (from_jar, given) {
            (None, given) => given.map(Cow::Borrowed),
            (Some(from_jar), None) if added.is_empty() => Some(Cow::Borrowed(from_jar)),
            // Two fields would be against RFC 6265 section 5.4.
            (Some(from_jar), given) => {
                let all = [from_jar].into_iter().chain(added).chain(given);
                Some(Cow::Owned(all.collect::<Vec<_>>().join(&b"; "[..])))
            }
        }
    }
}

/// A host that the caller puts in the place of the URL's is the one the cookies are of, as with curl.
fn uri<'a>(location: &'a Location, fields: &Headers) -> RequestUri<'a> {
    let uri = RequestUri::of(location);
    match fields.get("Host") {
        Some(host) => uri.with_host_field(host),
        None => uri,
    }
}

impl fmt::Debug for RequestCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestCookies([masked])")
    }
}

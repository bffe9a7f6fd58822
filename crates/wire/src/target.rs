//! From the URL as typed to what is dialled and what is asked for.
//!
//! One parser gives one canonical host, used alike for dialling, `Host`, TLS names, cookies and pools; the path
//! and the query stay as they were typed, because servers tell `%7e` from `~` and signatures are computed
//! over the spelling.
//!
//! Out of scope: name lookup, and which schemes exist (any will do; the table of
//! [`default_port`] only knows ports).
//!
//! Specifications: RFC 3986 sections 3 and 5; WHATWG URL for hosts (IDNA, IPv4 in all its spellings);
//! RFC 6874 for zone identifiers; RFC 9112 section 3.2 for request targets.
//!
//! ```
//! use landline_wire::target::Location;
//!
//! let location = Location::parse("http://Bücher.example:8080/a/../%7Eme/x y?q=ä#top")?;
//! assert_eq!(location.host(), Some("xn--bcher-kva.example"));
//! assert_eq!(location.host_header(), "xn--bcher-kva.example:8080");
//! assert_eq!(location.request_target(), "/%7Eme/x%20y?q=%C3%A4");
//!
//! let next = location.join("../other?x")?;
//! assert_eq!(next.to_string(), "http://xn--bcher-kva.example:8080/other?x#top");
//!
//! let guessed = Location::guess("ftp.example.com/pub/", None)?;
//! assert_eq!((guessed.scheme(), guessed.port()), ("ftp", Some(21)));
//! # Ok::<(), landline_wire::target::LocationError>(())
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_URL_BYTES`] | 8,000,000 | bytes of a URL as typed |
//! | length of a host name | 253 | bytes of the canonical form, a final dot not counted |
//!
//! Errors: a [`LocationError`] is the fault of whoever wrote the URL: the caller, or the peer in a `Location` field.
//!
//! Deviations from the WHATWG rules, all towards refusing: control characters, blanks at the ends or before the
//! path, a missing `//` and a backslash before the path are errors instead of being mended, because
//! parsers that mend differently send a request elsewhere than another parser believes. A backslash in the
//! path is sent as typed, as curl does.

use url::Url;

use self::authority::Authority;
use self::path::{encoded, is_hierarchical, percent_decode, request_target, split_path};

mod authority;
mod error;
mod join;
mod path;
mod scheme;
mod written;

pub use authority::split_host_port;
pub use error::LocationError;
pub use scheme::{default_port, with_scheme};

/// Bytes that a URL may have as typed; the limit of curl.
pub const MAX_URL_BYTES: usize = 8_000_000;

/// A parsed URL together with the spelling of its path and query.
///
/// `Display` and `Debug` leave the password out; [`href`](Self::href) has it.
#[derive(Clone)]
pub struct Location {
    /// In lower case.
    scheme: String,
    /// `None` for `file:` and for URLs without `//`, such as `data:`.
    authority: Option<Authority>,
    /// What follows the authority as typed, up to the fragment.
    typed: String,
    target: String,
    /// Without its hash, fit to be shown.
    fragment: Option<String>,
    is_path_as_is: bool,
}

/// What must be equal for two locations to share secrets: scheme, host (with zone) and effective port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// Scheme in lower case.
    pub scheme: String,
    /// Canonical host, IPv6 without brackets; with `%zone` if there is one; empty for `file:` and the like.
    pub host: String,
    /// Explicit port or the default of the scheme.
    pub port: Option<u16>,
}

impl Location {
    /// Reads a URL with a scheme.
    ///
    /// Blanks and characters beyond ASCII in path and query are accepted and percent-encoded in the request
    /// target.
    ///
    /// # Errors
    /// [`LocationError`], among others for control characters, blanks at the ends or in the authority, a
    /// missing scheme, a missing or malformed host, a malformed port, `file:` with a foreign host.
    pub fn parse(typed: &str) -> Result<Self, LocationError> {
        Self::parse_with(typed, false)
    }

    /// As [`parse`](Self::parse), but keeps `.` and `..` segments of the path in the request target.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_as_is(typed: &str) -> Result<Self, LocationError> {
        Self::parse_with(typed, true)
    }

    /// Reads a URL that may lack its scheme, and guesses one as curl does.
    ///
    /// Without `scheme://` in front, `default_scheme` is taken if given; otherwise a host that starts with
    /// `ftp.`, `dict.`, `ldap.`, `imap.`, `smtp.` or `pop3.` gives that scheme, any other one `http`.
    /// `data:` and `file:/` need no slashes to be seen as schemes.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn guess(typed: &str, default_scheme: Option<&str>) -> Result<Self, LocationError> {
        error::check_characters(typed)?;
        Self::parse(&with_scheme(typed, default_scheme))
    }

    /// Gives the URL as the WHATWG rules write it; its path may be spelled differently from
    /// [`request_target`](Self::request_target), and it lacks any zone of an IPv6 address.
    ///
    /// # Errors
    /// [`LocationError::Host`] should those rules see another host than we do, which no known URL
    /// makes them.
    pub fn to_url(&self) -> Result<Url, LocationError> {
        let slashes = if self.is_opaque() { "" } else { "//" };
        let front = self.authority.as_ref().map(Authority::written).unwrap_or_default();
        let fragment = self.fragment_with_hash();
        let url =
            Url::parse(&[&self.scheme, ":", slashes, &front, &self.typed, &fragment].concat())?;
        match &self.authority {
            Some(authority) => authority.check_same_host(&url).map(|()| url),
            None => Ok(url),
        }
    }

    /// Gives the scheme in lower case, without colon.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Gives the canonical host: names in lower-case ASCII, IPv4 as four decimal numbers, IPv6 shortened and
    /// without brackets and zone. `None` for `file:`, `data:` and the like.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.authority.as_ref().map(|authority| authority.host.as_str())
    }

    /// Gives the zone of an IPv6 address (`eth0` in `[fe80::1%25eth0]`): needed to dial, never part of a name.
    #[must_use]
    pub fn zone(&self) -> Option<&str> {
        self.authority.as_ref()?.zone.as_deref()
    }

    /// Gives the explicit port or the default one of the scheme; `None` if neither is known.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        let explicit = self.authority.as_ref().and_then(|authority| authority.port);
        explicit.or_else(|| default_port(self.scheme()))
    }

    /// Gives the value of the `Host` field: the host, in brackets if it is IPv6, and the port unless it
    /// is the scheme's default. Empty if there is no host.
    #[must_use]
    pub fn host_header(&self) -> String {
        let default = default_port(self.scheme());
        self.authority
            .as_ref()
            .map_or_else(String::new, |authority| authority.host_and_port(default))
    }

    /// Gives the user name, percent-decoded; empty in `http://:password@host/`. The bytes may be
    /// anything, CR, LF and NUL included.
    #[must_use]
    pub fn username(&self) -> Option<&[u8]> {
        self.authority.as_ref()?.username.as_deref()
    }

    /// Gives the password, percent-decoded; empty if a colon stands before the `@` and nothing between. The
    /// bytes may be anything, CR, LF and NUL included.
    #[must_use]
    pub fn password(&self) -> Option<&[u8]> {
        self.authority.as_ref()?.password.as_deref()
    }

    /// Gives the request target in origin form: path and query as typed, `/` for an empty path.
    ///
    /// Dot segments are removed (RFC 3986 section 5.2.4, `%2e` counting as a dot) unless
    /// [`set_path_as_is`](Self::set_path_as_is) was set; blanks and characters beyond ASCII are
    /// percent-encoded. It never holds a control byte or a blank. For a URL without `//`, such as `data:`, it is all that follows
    /// the scheme.
    #[must_use]
    pub fn request_target(&self) -> &str {
        &self.target
    }

    /// Gives the path of the [`request_target`](Self::request_target), still percent-encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        split_path(&self.target).0
    }

    /// Gives the query of the [`request_target`](Self::request_target) without its question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        split_path(&self.target).1
    }

    /// Gives the path percent-decoded, for protocols that name files by bytes.
    ///
    /// # Errors
    /// [`LocationError::NulInPath`] if it holds `%00`, which would end the name early for many systems.
    pub fn decoded_path(&self) -> Result<Vec<u8>, LocationError> {
        let decoded = percent_decode(self.path());
        if decoded.contains(&0) { Err(LocationError::NulInPath) } else { Ok(decoded) }
    }

    /// Keeps (`true`) or removes (`false`, the default) dot segments in the request target; joined locations
    /// inherit the choice.
    pub fn set_path_as_is(&mut self, is_path_as_is: bool) {
        self.is_path_as_is = is_path_as_is;
        self.target = request_target(&self.typed, self.is_opaque(), is_path_as_is);
    }

    /// Adds `query` behind the existing query and `&`, or as the query if there is none.
    ///
    /// # Errors
    /// [`LocationError`] for control characters, or if the URL becomes too long.
    pub fn push_query(&mut self, query: &str) -> Result<(), LocationError> {
        error::check_controls(query)?;
        let separator = match split_path(&self.typed).1 {
            None => "?",
            Some("") => "",
            Some(_) => "&",
        };
        let fragment = self.fragment_with_hash();
        let query = query.replace('#', "%23");
        *self = self.with_tail(&format!("{}{separator}{query}{fragment}", self.typed))?;
        Ok(())
    }

    /// Gives scheme, host and effective port, for "is this the same server?".
    #[must_use]
    pub fn origin(&self) -> Origin {
        let host = self.host().unwrap_or_default();
        Origin {
            scheme: self.scheme().to_owned(),
            host: self.zone().map_or_else(|| host.to_owned(), |zone| format!("{host}%{zone}")),
            port: self.port(),
        }
    }

    /// Gives the same place over TLS, as RFC 6797 section 8.3 has it: port 80 becomes 443, any other that
    /// is written stays. `None` if the scheme is not `http`.
    #[must_use]
    pub fn to_https(&self) -> Option<Self> {
        let mut upgraded = Self { scheme: "https".to_owned(), ..self.clone() };
        if let Some(authority) = &mut upgraded.authority {
            authority.port = authority.port.filter(|port| *port != 80);
        }
        (self.scheme == "http").then_some(upgraded)
    }

    fn parse_with(typed: &str, is_path_as_is: bool) -> Result<Self, LocationError> {
        error::check_characters(typed)?;
        let (scheme, rest) = scheme::split(typed).ok_or(LocationError::MissingScheme)?;
        let scheme = scheme.to_ascii_lowercase();
        if scheme == "data" {
            // PHP writes `data://text/plain,x`; a media type has no slash in front.
            return Self::build(&scheme, None, rest.trim_start_matches('/'), is_path_as_is);
        }
        if let Some(rest) = rest.strip_prefix("//") {
            let (authority, tail) = authority::split_tail(rest);
            let authority = match scheme.as_str() {
                "file" => authority::check_file_host(authority).map(|()| None)?,
                _ => Authority::parse(authority, default_port(&scheme).is_some())?,
            };
            return Self::build(&scheme, authority, tail, is_path_as_is);
        }
        scheme::check_slashless(&scheme, rest)?;
        Self::build(&scheme, None, rest, is_path_as_is)
    }

    fn with_tail(&self, tail: &str) -> Result<Self, LocationError> {
        Self::build(self.scheme(), self.authority.clone(), tail, self.is_path_as_is)
    }

    /// Puts the parts together; `tail` is everything behind the authority, fragment included.
    fn build(
        scheme: &str,
        authority: Option<Authority>,
        tail: &str,
        is_path_as_is: bool,
    ) -> Result<Self, LocationError> {
        let (typed, fragment) = match tail.split_once('#') {
            Some((typed, fragment)) => (typed, Some(encoded(fragment))),
            None => (tail, None),
        };
        let (scheme, typed, target) = (scheme.to_owned(), typed.to_owned(), String::new());
        let mut location =
            Self { scheme, authority, typed, target, fragment, is_path_as_is: false };
        location.set_path_as_is(is_path_as_is);
        if !location.is_plain() {
            // The `url` crate has to see the same host: one host, whoever asks.
            location.to_url()?;
        }
        Ok(location)
    }

    /// Whether the URL is of the form that all parsers agree on, so that asking another one is a waste.
    fn is_plain(&self) -> bool {
        let is_web = matches!(self.scheme.as_str(), "http" | "https");
        is_web && self.authority.as_ref().is_some_and(|authority| authority.is_plain)
    }

    fn is_opaque(&self) -> bool {
        self.authority.is_none() && !is_hierarchical(self.scheme(), &self.typed)
    }
}

#[cfg(test)]
mod tests;

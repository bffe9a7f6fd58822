//! Cookies: what servers set, what clients send back, and the files both are kept in.
//!
//! Out of scope: the jar (which cookie replaces which, how many are kept) and the clock; they stand in
//! the crate `landline`. SameSite is read and not enforced: a client without pages has no sites.
//!
//! Specifications: RFC 6265 and its revision draft-ietf-httpbis-rfc6265bis-22; the list format of
//! publicsuffix.org; the file format of Netscape as curl writes it.
//!
//! ```
//! use landline_wire::cookie::{Cookie, RequestUri, SetCookie, SuffixList, header};
//! use landline_wire::target::Location;
//! use std::time::SystemTime;
//!
//! let login = Location::parse("https://www.example.com/login")?;
//! let set = SetCookie::parse(b"id=7; Domain=example.com; Path=/; Max-Age=60; Secure")?;
//! let suffixes = SuffixList::default();
//! let now = SystemTime::now();
//! let cookie = Cookie::received(set, &RequestUri::of(&login), now, &suffixes)?;
//!
//! let shop = Location::parse("https://shop.example.com/")?;
//! assert!(cookie.is_for(&RequestUri::of(&shop)) && !cookie.is_expired(now));
//! assert_eq!(header([&cookie]), Some(b"id=7".to_vec()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_LINE_BYTES`] | 5,000 | bytes of a `Set-Cookie` value or a line of a file |
//! | [`MAX_PAIR_BYTES`] | 4,096 | bytes of name and value together |
//! | [`MAX_ATTRIBUTE_BYTES`] | 1,024 | bytes of an attribute's value; a longer one is ignored |
//! | [`MAX_SENT`] | 150 | cookies sent with one request |
//! | [`MAX_HEADER_BYTES`] | 8,190 | bytes of the `Cookie` field, its name included |
//! | [`MAX_LIFETIME`] | 400 | days that a server may have a cookie kept |
//!
//! Errors: a [`CookieError`] says why a cookie is not kept. It is the server's fault, and no reason
//! to end a transfer.
//!
//! Deviations, all of them curl's: a cookie without name, or with a tab in it, is refused; `localhost`,
//! `127.0.0.1` and `::1` count as secure, and `localhost` as no public suffix; cookies of equal paths
//! are sent by length of domain and of name, the newest first; quotes around Max-Age are dropped.

use std::time::Duration;

mod error;
mod expires;
mod host;
mod netscape;
mod send;
mod set_cookie;
mod stored;
mod suffixes;

#[cfg(test)]
mod tests;

pub use error::CookieError;
pub use expires::parse_date;
pub use host::{RequestUri, canonical_host, default_path, domain_matches, path_matches};
pub use netscape::FILE_HEAD;
pub use send::header;
pub use set_cookie::{SameSite, SetCookie};
pub use stored::Cookie;
pub use suffixes::SuffixList;

/// Bytes that a `Set-Cookie` value or a line of a file may have; the limit of curl.
pub const MAX_LINE_BYTES: usize = 5000;

/// Bytes that name and value may have together (rfc6265bis section 5.6).
pub const MAX_PAIR_BYTES: usize = 4096;

/// Bytes that the value of an attribute may have (rfc6265bis section 5.6).
pub const MAX_ATTRIBUTE_BYTES: usize = 1024;

/// Cookies that go with one request; the limit of curl.
pub const MAX_SENT: usize = 150;

/// Bytes of a `Cookie` field with its name; the limit of curl, and what servers take.
pub const MAX_HEADER_BYTES: usize = 8190;

/// How long a server may have a cookie kept (rfc6265bis section 5.5).
pub const MAX_LIFETIME: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// Whether a byte may stand in a name, value or path that is kept: a tab would end its field in a file.
fn is_plain(byte: &u8) -> bool {
    !byte.is_ascii_control()
}

//! The value of a `Set-Cookie` field (rfc6265bis section 5.6).

use std::fmt;
use std::time::{Duration, SystemTime};

use super::{
    CookieError, MAX_ATTRIBUTE_BYTES, MAX_LINE_BYTES, MAX_PAIR_BYTES, is_plain, parse_date,
};

/// A cookie as a server sets it, before anybody asked whether it may.
///
/// `Debug` leaves the value out.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SetCookie {
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
    pub(super) expires: Option<SystemTime>,
    pub(super) max_age: Option<Duration>,
    pub(super) domain: Option<String>,
    pub(super) path: Option<Vec<u8>>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: Option<SameSite>,
}

/// The attribute `SameSite` (rfc6265bis section 5.6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Only for requests from the same site.
    Strict,
    /// Also when a link leads there.
    Lax,
    /// Always.
    None,
}

impl SetCookie {
    /// Reads the value of a `Set-Cookie` field.
    ///
    /// Attributes that are unknown, malformed or too long are passed over; of several the last one
    /// counts. The value keeps its quotes.
    ///
    /// # Errors
    /// [`CookieError`] for a line or pair that is too long, a control character, a missing name.
    pub fn parse(line: &[u8]) -> Result<Self, CookieError> {
        if line.len() > MAX_LINE_BYTES {
            return Err(CookieError::LineTooLong);
        }
        if line.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
            return Err(CookieError::ControlCharacter);
        }
        let mut parts = line.split(|byte| *byte == b';');
        let mut cookie = Self::pair(parts.next().unwrap_or_default())?;
        for part in parts {
            let (name, value) = halves(part);
            if let Some(value) =
                Some(value.unwrap_or_default()).filter(|v| v.len() <= MAX_ATTRIBUTE_BYTES)
            {
                cookie.set(&name.to_ascii_lowercase(), value);
            }
        }
        Ok(cookie)
    }

    fn pair(pair: &[u8]) -> Result<Self, CookieError> {
        let (name, value) = halves(pair);
        let Some(value) = value.filter(|_| !name.is_empty()) else {
            return Err(CookieError::NoName);
        };
        if name.len() + value.len() > MAX_PAIR_BYTES {
            return Err(CookieError::PairTooLong);
        }
        if !name.iter().chain(value).all(is_plain) {
            return Err(CookieError::ControlCharacter);
        }
        Ok(Self { name: name.to_vec(), value: value.to_vec(), ..Self::default() })
    }

    /// Takes an attribute whose name is in lower case.
    fn set(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b"expires" => self.expires = parse_date(value).or(self.expires),
            b"max-age" => self.max_age = max_age(value).or(self.max_age),
            b"domain" => self.domain = domain(value).or(self.domain.take()),
            b"path" => self.path = path(value),
            b"secure" => self.secure = true,
            b"httponly" => self.http_only = true,
            b"samesite" => self.same_site = same_site(value),
            _ => {}
        }
    }

    /// Gives the name.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// Gives the value.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// Gives the date of `Expires`.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// Gives `Max-Age`, which goes before `Expires`; zero is "not any more".
    #[must_use]
    pub fn max_age(&self) -> Option<Duration> {
        self.max_age
    }

    /// Gives the domain as written, without its leading dot.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// Gives the path, if it is one.
    #[must_use]
    pub fn path(&self) -> Option<&[u8]> {
        self.path.as_deref()
    }

    /// Tells whether it is for TLS only.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Tells whether scripts of a page may not see it.
    #[must_use]
    pub fn is_http_only(&self) -> bool {
        self.http_only
    }

    /// Gives what it says of other sites.
    #[must_use]
    pub fn same_site(&self) -> Option<SameSite> {
        self.same_site
    }
}

impl fmt::Debug for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.escape_ascii().to_string();
        f.debug_struct("SetCookie")
            .field("name", &name)
            .field("domain", &self.domain)
            .finish_non_exhaustive()
    }
}

/// What stands before and behind the first `=`, without outer blanks.
fn halves(part: &[u8]) -> (&[u8], Option<&[u8]>) {
    match part.iter().position(|byte| *byte == b'=') {
        Some(at) => (part[..at].trim_ascii(), Some(part[at + 1..].trim_ascii())),
        None => (part.trim_ascii(), None),
    }
}

/// Seconds; more than can be counted is as many as can be counted, fewer than none is none.
fn max_age(value: &[u8]) -> Option<Duration> {
    let value =
        value.strip_prefix(b"\"").map_or(value, |rest| rest.strip_suffix(b"\"").unwrap_or(rest));
    let (is_negative, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |sum: u64, digit: &u8| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    let seconds = digits.iter().fold(0, add);
    Some(Duration::from_secs(if is_negative { 0 } else { seconds }))
}

fn domain(value: &[u8]) -> Option<String> {
    let value = value.strip_prefix(b".").unwrap_or(value);
    Some(String::from_utf8_lossy(value).into_owned()).filter(|domain| !domain.is_empty())
}

fn path(value: &[u8]) -> Option<Vec<u8>> {
    (value.starts_with(b"/") && value.iter().all(is_plain)).then(|| value.to_vec())
}

fn same_site(value: &[u8]) -> Option<SameSite> {
    match &*value.to_ascii_lowercase() {
        b"strict" => Some(SameSite::Strict),
        b"lax" => Some(SameSite::Lax),
        b"none" => Some(SameSite::None),
        _ => None,
    }
}

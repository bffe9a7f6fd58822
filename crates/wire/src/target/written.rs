//! Locations written out, and compared by that.

use std::fmt;

use super::authority::Authority;
use super::{Location, LocationError, default_port};

impl Location {
    /// Writes out the whole URL, the password included: for dialling again, not for showing.
    #[must_use]
    pub fn href(&self) -> String {
        self.written(self.authority.as_ref().map(Authority::userinfo))
    }

    /// Writes out the URL without any password; this is what `Display` shows.
    #[must_use]
    pub fn without_secrets(&self) -> String {
        self.written(self.authority.as_ref().map(Authority::userinfo_without_password))
    }

    /// Gives the request target in absolute form, for proxies: no user name, no password, no fragment
    /// (RFC 9112 section 3.2.2).
    #[must_use]
    pub fn absolute_form(&self) -> String {
        self.before_target("") + &self.target
    }

    fn written(&self, userinfo: Option<String>) -> String {
        let mut text = self.before_target(&userinfo.unwrap_or_default()) + &self.target;
        if let Some(fragment) = &self.fragment {
            text.extend(["#", fragment]);
        }
        text
    }

    pub(super) fn fragment_with_hash(&self) -> String {
        self.fragment.as_ref().map_or_else(String::new, |fragment| format!("#{fragment}"))
    }

    /// Scheme, slashes and authority with the zone, `userinfo` ending in `@` unless empty.
    fn before_target(&self, userinfo: &str) -> String {
        let default = default_port(self.scheme());
        match &self.authority {
            Some(authority) => {
                let host = authority.zoned_host_and_port(default);
                [self.scheme(), "://", userinfo, &host].concat()
            }
            None if self.is_opaque() => self.scheme().to_owned() + ":",
            None => self.scheme().to_owned() + "://",
        }
    }
}

/// Equal means: written alike by [`href`](Location::href), password included.
impl PartialEq for Location {
    fn eq(&self, other: &Self) -> bool {
        self.href() == other.href()
    }
}

impl Eq for Location {}

/// Shows the URL without any password; reading it again gives the same host, port and request target.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.without_secrets())
    }
}

/// As `Display`: the password stays out of logs.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({})", self.without_secrets())
    }
}

impl std::str::FromStr for Location {
    type Err = LocationError;

    fn from_str(typed: &str) -> Result<Self, LocationError> {
        Self::parse(typed)
    }
}

//! Everything that can be said where an address is wanted.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
#[cfg(unix)]
use std::path::{Path, PathBuf};

use crate::address::Address;
use crate::constants::{Family, Kind};
use crate::error::Error;
use crate::failure::{Cause, Operation};
use crate::resolve::{Service, look_up};

/// The addresses that something stands for, to a socket of a certain family and kind.
///
/// | what | INET, INET6 | UNIX |
/// |---|---|---|
/// | `("host", 80)`, `("host", "http")` | every address of the host in the socket's family | refused |
/// | `(IpAddr, 80)`, `SocketAddr` | that address | refused |
/// | `"host:port"` | as the pair; an IPv6 address in brackets | the path |
/// | `"\0name"` | refused | the abstract name (Linux) |
/// | `&Path`, `PathBuf` | refused | the path |
/// | [`Address`] | that address | that address |
pub trait ToAddress {
    /// Returns the addresses in the order they should be tried; never an empty list.
    ///
    /// # Errors
    /// What [`resolve`](crate::resolve) gives, and
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when nothing of this family can be meant.
    fn to_addresses(&self, family: Family, kind: Kind) -> Result<Vec<Address>, Error>;

    /// Returns the text that stands for the address in error messages.
    fn label(&self) -> Cow<'_, str>;
}

impl<T: ToAddress + ?Sized> ToAddress for &T {
    fn to_addresses(&self, family: Family, kind: Kind) -> Result<Vec<Address>, Error> {
        (**self).to_addresses(family, kind)
    }

    fn label(&self) -> Cow<'_, str> {
        (**self).label()
    }
}

impl ToAddress for Address {
    fn to_addresses(&self, family: Family, _: Kind) -> Result<Vec<Address>, Error> {
        // A socket whose family we could not find out takes what it is given.
        if self.family() == family || family == Family::UNSPECIFIED {
            return Ok(vec![self.clone()]);
        }
        Err(misuse(self.label(), format!("not an address of the family {family:?}")))
    }

    fn label(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

/// Lets what converts into an [`Address`] stand for it.
macro_rules! to_address_as_address {
    ($($(#[$attribute:meta])* $type:ty => $convert:expr;)*) => {$(
        $(#[$attribute])*
        impl ToAddress for $type {
            fn to_addresses(&self, family: Family, kind: Kind) -> Result<Vec<Address>, Error> {
                let convert: fn(&$type) -> Address = $convert;
                convert(self).to_addresses(family, kind)
            }

            fn label(&self) -> Cow<'_, str> {
                let convert: fn(&$type) -> Address = $convert;
                convert(self).to_string().into()
            }
        }
    )*};
}

to_address_as_address! {
    SocketAddr => |address| (*address).into();
    SocketAddrV4 => |address| SocketAddr::from(*address).into();
    SocketAddrV6 => |address| SocketAddr::from(*address).into();
    (IpAddr, u16) => |pair| SocketAddr::from(*pair).into();
    (Ipv4Addr, u16) => |pair| SocketAddr::from(*pair).into();
    (Ipv6Addr, u16) => |pair| SocketAddr::from(*pair).into();
    #[cfg(unix)]
    Path => |path| path.into();
    #[cfg(unix)]
    PathBuf => |path| path.as_path().into();
}

/// Lets pairs of host and service stand for all addresses of the host.
macro_rules! to_address_by_lookup {
    ($($host:ty, $service:ty;)*) => {$(
        impl ToAddress for ($host, $service) {
            fn to_addresses(&self, family: Family, kind: Kind) -> Result<Vec<Address>, Error> {
                named_addresses(&self.0, &Service::from(self.1.clone()), family, kind)
            }

            fn label(&self) -> Cow<'_, str> {
                host_and_port(&self.0, &self.1.to_string()).into()
            }
        }
    )*};
}

to_address_by_lookup! {
    &str, u16;
    &str, &str;
    &str, Service<'_>;
    String, u16;
    String, String;
    &String, u16;
}

impl ToAddress for str {
    fn to_addresses(&self, family: Family, kind: Kind) -> Result<Vec<Address>, Error> {
        match unix_address(self, family) {
            Some(address) => address.to_addresses(family, kind),
            None => {
                let (host, port) = split_port(self)?;
                named_addresses(host, &port.into(), family, kind)
            }
        }
    }

    fn label(&self) -> Cow<'_, str> {
        match self.strip_prefix('\0') {
            Some(name) => format!("@{}", name.escape_debug()).into(),
            None => self.into(),
        }
    }
}

impl ToAddress for String {
    fn to_addresses(&self, family: Family, kind: Kind) -> Result<Vec<Address>, Error> {
        self.as_str().to_addresses(family, kind)
    }

    fn label(&self) -> Cow<'_, str> {
        self.as_str().label()
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn unix_address(text: &str, family: Family) -> Option<Address> {
    match text.strip_prefix('\0') {
        Some(name) => Some(Address::Abstract(name.into())),
        None => (family == Family::UNIX).then(|| Path::new(text).into()),
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn unix_address(text: &str, family: Family) -> Option<Address> {
    (family == Family::UNIX).then(|| Path::new(text).into())
}

#[cfg(not(unix))]
fn unix_address(_: &str, _: Family) -> Option<Address> {
    None
}

fn named_addresses(
    host: &str,
    service: &Service<'_>,
    family: Family,
    kind: Kind,
) -> Result<Vec<Address>, Error> {
    if ![Family::INET, Family::INET6, Family::UNSPECIFIED].contains(&family) {
        let label = host_and_port(host, &service.to_string());
        return Err(misuse(label, format!("not an address of the family {family:?}")));
    }
    let addresses = look_up(host, service, family, Some(kind))?;
    Ok(addresses.into_iter().map(Address::Ip).collect())
}

/// Splits `host:port`; an IPv6 address needs brackets, since its own colons look like the port's.
fn split_port(text: &str) -> Result<(&str, &str), Error> {
    let (host, port) =
        text.rsplit_once(':').ok_or_else(|| misuse(text, "the port is missing".into()))?;
    if host.contains(':') && !(host.starts_with('[') && host.ends_with(']')) {
        return Err(misuse(text, "an IPv6 address with a port needs brackets".into()));
    }
    Ok((host, port))
}

/// Joins host and port for messages, an IPv6 address in brackets.
fn host_and_port(host: &str, port: &str) -> String {
    let host = host.escape_debug();
    if host.clone().any(|letter| letter == ':') && host.clone().next() != Some('[') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

fn misuse(label: impl Into<String>, why: String) -> Error {
    Error::new(Operation::Resolve, label, Cause::Misuse(why.into()))
}

#[cfg(test)]
mod tests {
    use super::{ToAddress, host_and_port, split_port};
    use crate::{Family, Kind};

    #[test]
    fn host_and_port_are_split_at_the_last_colon() {
        assert_eq!(split_port("a.test:80").unwrap(), ("a.test", "80"));
        assert_eq!(split_port("[::1]:ftp").unwrap(), ("[::1]", "ftp"));
        assert!(split_port("a.test").is_err());
        assert!(split_port("::1:80").is_err());
    }

    #[test]
    fn labels_read_like_addresses() {
        assert_eq!(host_and_port("::1", "80"), "[::1]:80");
        assert_eq!(("[::1]", 80).label(), "[::1]:80");
        assert_eq!(("a.test", "http").label(), "a.test:http");
        assert_eq!("\0name".label(), "@name");
    }

    #[test]
    fn an_address_of_another_family_is_refused() {
        let error = ("127.0.0.1", 80).to_addresses(Family::INET6, Kind::STREAM).unwrap_err();
        assert!(error.is_unknown_host(), "{error}");
        let ip: std::net::SocketAddr = "127.0.0.1:80".parse().unwrap();
        let error = ip.to_addresses(Family::INET6, Kind::STREAM).unwrap_err();
        assert_eq!(error.to_string(), "look up 127.0.0.1:80: not an address of the family INET6");
    }
}

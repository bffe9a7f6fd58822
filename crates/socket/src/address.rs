//! Addresses of all families in one type.

use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use socket2::SockAddr;

use crate::constants::Family;
use crate::resolve::family_of;

/// An address of a socket, whatever its family.
///
/// `Display` gives `127.0.0.1:80`, `[::1]:80`, a path as it is, an abstract name after an `@`, and
/// `(unnamed)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Address {
    /// An Internet address with its port.
    Ip(SocketAddr),
    /// The path of a Unix socket.
    #[cfg(unix)]
    Path(PathBuf),
    /// The name of a Unix socket that stands in no file system (Linux, unix(7)); without the
    /// leading NUL.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    Abstract(Vec<u8>),
    /// No address: a Unix socket that was never bound, or a stream, where the sender is the peer.
    Unnamed,
    /// An address of a family this crate knows no details of.
    Other(Family),
}

impl Address {
    /// Returns the Internet address, if it is one.
    pub fn ip(&self) -> Option<SocketAddr> {
        match self {
            Self::Ip(address) => Some(*address),
            _ => None,
        }
    }

    /// Returns the port of an Internet address.
    pub fn port(&self) -> Option<u16> {
        self.ip().map(|address| address.port())
    }

    /// Returns the path of a Unix address that has one.
    #[cfg(unix)]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Path(path) => Some(path),
            _ => None,
        }
    }

    /// Returns the family, where the address belongs to one.
    pub fn family(&self) -> Family {
        match self {
            Self::Ip(address) => family_of(address),
            #[cfg(unix)]
            Self::Path(_) => Family::UNIX,
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Self::Abstract(_) => Family::UNIX,
            Self::Unnamed => Family::UNSPECIFIED,
            Self::Other(family) => *family,
        }
    }

    /// Puts the address into the form system calls take.
    pub(crate) fn to_raw(&self) -> io::Result<SockAddr> {
        match self {
            Self::Ip(address) => Ok((*address).into()),
            #[cfg(unix)]
            Self::Path(path) => raw_path(path),
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Self::Abstract(name) => raw_abstract(name),
            Self::Unnamed | Self::Other(_) => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "not an address one can name"))
            }
        }
    }

    /// Takes an address from a system call.
    pub(crate) fn from_raw(raw: &SockAddr) -> Self {
        match raw.as_socket() {
            Some(address) => Self::Ip(address),
            // A receive on a stream leaves the address empty.
            None if raw.family() == 0 => Self::Unnamed,
            None => from_other_family(raw),
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn from_other_family(raw: &SockAddr) -> Address {
    match raw.as_abstract_namespace() {
        Some(name) => Address::Abstract(name.to_vec()),
        None => from_path(raw),
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn from_other_family(raw: &SockAddr) -> Address {
    from_path(raw)
}

#[cfg(not(unix))]
fn from_other_family(raw: &SockAddr) -> Address {
    Address::Other(i32::from(raw.domain()).into())
}

#[cfg(unix)]
fn from_path(raw: &SockAddr) -> Address {
    match raw.as_pathname() {
        Some(path) => Address::Path(path.into()),
        None if raw.is_unnamed() => Address::Unnamed,
        None => Address::Other(i32::from(raw.domain()).into()),
    }
}

#[cfg(unix)]
fn raw_path(path: &Path) -> io::Result<SockAddr> {
    let bytes = path.as_os_str().as_encoded_bytes();
    // An empty path would make Linux choose a name, one with a NUL would be cut or be abstract.
    if bytes.is_empty() || bytes.contains(&0) {
        let why = "the path is empty or contains a NUL";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    SockAddr::unix(path)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn raw_abstract(name: &[u8]) -> io::Result<SockAddr> {
    use std::os::unix::ffi::OsStrExt;
    let with_nul = [b"\0", name].concat();
    SockAddr::unix(Path::new(std::ffi::OsStr::from_bytes(&with_nul)))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            #[cfg(unix)]
            Self::Path(path) => path.display().fmt(f),
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Self::Abstract(name) => write!(f, "@{}", name.escape_ascii()),
            Self::Unnamed => f.write_str("(unnamed)"),
            Self::Other(family) => write!(f, "({family:?})"),
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self::Ip(address)
    }
}

#[cfg(unix)]
impl From<PathBuf> for Address {
    fn from(path: PathBuf) -> Self {
        Self::Path(path)
    }
}

#[cfg(unix)]
impl From<&Path> for Address {
    fn from(path: &Path) -> Self {
        Self::Path(path.into())
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn display_is_what_people_write() {
        let ip = |text: &str| Address::Ip(text.parse().unwrap()).to_string();
        assert_eq!(ip("127.0.0.1:80"), "127.0.0.1:80");
        assert_eq!(ip("[::1]:80"), "[::1]:80");
        assert_eq!(Address::Unnamed.to_string(), "(unnamed)");
    }

    #[cfg(unix)]
    #[test]
    fn a_path_goes_to_the_system_and_back() {
        let address = Address::Path("/tmp/line.sock".into());
        assert_eq!(Address::from_raw(&address.to_raw().unwrap()), address);
        assert_eq!(address.to_string(), "/tmp/line.sock");
    }

    #[cfg(unix)]
    #[test]
    fn paths_the_system_would_misread_are_refused() {
        for path in [String::new(), "\0abstract".into(), "a\0b".into(), "x".repeat(200)] {
            assert!(Address::Path(path.into()).to_raw().is_err());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_abstract_name_goes_to_the_system_and_back() {
        let address = Address::Abstract(b"line\0\xff".to_vec());
        assert_eq!(Address::from_raw(&address.to_raw().unwrap()), address);
        assert_eq!(address.to_string(), r"@line\x00\xff");
    }
}

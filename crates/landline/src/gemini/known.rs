//! Whom we have met before.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// SHA-256 of a certificate; `Display` writes `sha256:` and 64 hexadecimal digits, which read back.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

const PREFIX: &str = "sha256:";

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = io::Error;

    /// # Errors
    /// [`InvalidData`](io::ErrorKind::InvalidData) for anything but what `Display` writes.
    fn from_str(text: &str) -> io::Result<Self> {
        let bad = || io::Error::new(io::ErrorKind::InvalidData, "not a SHA-256 fingerprint");
        let digits = text.strip_prefix(PREFIX).ok_or_else(bad)?;
        let are_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digits.len() != 64 || !are_hex {
            return Err(bad());
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| bad())?;
        }
        Ok(Self(bytes))
    }
}

/// The certificate that a host has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownHost {
    /// Which one it is.
    pub fingerprint: Fingerprint,
    /// Until when it is valid; another one is taken for a first use from then on.
    pub expires: SystemTime,
}

/// A memory of hosts and their certificates.
///
/// The host is a name in lower case or an address, as in [`Location::host`](crate::Location::host). It
/// is asked and told in the middle of connecting, and should not take long.
pub trait KnownHosts: Send + Sync {
    /// Gives what is known of a host.
    ///
    /// # Errors
    /// When the memory cannot be read: nobody new is trusted then.
    fn find(&self, host: &str, port: u16) -> io::Result<Option<KnownHost>>;

    /// Remembers a host, in place of what was known of it.
    ///
    /// # Errors
    /// When the memory cannot be written: the connection is given up then.
    fn remember(&self, host: &str, port: u16, known: KnownHost) -> io::Result<()>;

    /// Says where it is kept, for messages.
    fn place(&self) -> String;
}

/// Knows what this process has met.
#[derive(Default)]
struct InMemory(Mutex<HashMap<(String, u16), KnownHost>>);

impl KnownHosts for InMemory {
    fn find(&self, host: &str, port: u16) -> io::Result<Option<KnownHost>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(all.get(&(host.to_owned(), port)).copied())
    }

    fn remember(&self, host: &str, port: u16, known: KnownHost) -> io::Result<()> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert((host.to_owned(), port), known);
        Ok(())
    }

    fn place(&self) -> String {
        "the memory of this process".to_owned()
    }
}

/// How Gemini is spoken.
#[derive(Clone)]
pub struct Options {
    pub(super) known_hosts: Arc<dyn KnownHosts>,
}

impl Options {
    /// Remembers hosts there.
    pub fn with(known_hosts: impl KnownHosts + 'static) -> Self {
        Self { known_hosts: Arc::new(known_hosts) }
    }
}

/// A memory of this process, empty, shared by clones.
impl Default for Options {
    fn default() -> Self {
        Self::with(InMemory::default())
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("known_hosts", &self.known_hosts.place()).finish()
    }
}
